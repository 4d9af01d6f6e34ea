"""What a plan predicts of records that we create is what Zoho then stores."""

from extension.planning.carry import can_carry

from .cases import cases
from .play import CARD, play
from .rules import sources
from .running import CASES, WHOLE, compare
from .zoho import Stage


def test_what_is_predicted_of_a_record_is_what_is_stored(crm: Stage) -> None:
    tally = compare(crm, cases(crm.catalogue, crm.org.things), play, each=10)
    if CASES >= WHOLE:
        assert _possible(crm) <= tally.pairs


def test_what_is_predicted_of_a_record_that_stands_in_is_what_it_then_holds(crm: Stage) -> None:
    compare(crm, cases(crm.catalogue, crm.org.things, standing=True), play, each=12)


def _possible(crm: Stage) -> set[tuple[str, str]]:
    """Pairs of types whose values go from the one to the other."""
    leads, cards = (crm.catalogue.modules[name] for name in ("Leads", CARD))
    takers = [one for name, one in cards.fields.items() if name.startswith("T_")]
    return {
        (one.data_type, to.data_type)
        for one in sources(leads)
        for to in takers
        if can_carry(one, to)
    }

"""What a plan predicts of Zoho's own conversion is what the contact, account and deal then hold."""

from .cases import conversions
from .converting import convert
from .org import mapped_fields
from .running import CASES, WHOLE, compare
from .zoho import Stage


def test_what_is_predicted_of_a_conversion_is_what_comes_of_it(crm: Stage) -> None:
    tally = compare(crm, conversions(crm.catalogue, crm.org.things), convert, each=18)
    if CASES >= WHOLE:
        assert {(one.data_type, one.data_type) for one in mapped_fields("C")} <= tally.pairs

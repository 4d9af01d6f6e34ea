"""Which existing records stand in for new ones where the target links and nobody has chosen."""

from dataclasses import dataclass, replace

from extension.planning.choices import Choices
from extension.planning.matches import Matches, from_search
from extension.planning.matching import search_for
from extension.planning.planned import Facts
from extension.planning.reasons import Reason, say
from extension.planning.records import Catalogue, Lead
from extension.planning.targets import Target, TargetRecord


@dataclass(frozen=True, slots=True)
class Settled:
    """The choices with every record either linked or new, and where that cannot be told."""

    choices: Choices
    undecided: tuple[Reason, ...] = ()


def settled(
    lead: Lead, target: Target, choices: Choices, catalogue: Catalogue, facts: Facts
) -> Settled:
    """What the person has chosen stays; where they said nothing, the target's wish is fulfilled if
    exactly one record may be the same. Of several, nobody but a person takes one."""
    records, undecided = dict(choices.records), list[Reason]()
    for record in target.records:
        choice = choices.of(record)
        if record.when_matched == "link" and choice.wanted and choice.link is None:
            found = _matches(lead, record, catalogue, facts)
            if len(found.found) == 1 and not found.more:
                records[record.key] = replace(choice, link=found.found[0].id)
            elif found.found:
                undecided.append(_several(record, found, catalogue))
    return Settled(replace(choices, records=records), tuple(undecided))


def _matches(lead: Lead, record: TargetRecord, catalogue: Catalogue, facts: Facts) -> Matches:
    module = catalogue.modules.get(record.module)
    if module is None:
        return Matches()
    search = search_for(record, lead, catalogue)
    return from_search(lead, facts.found.get(record.module), search, module, facts.user)


def _several(record: TargetRecord, found: Matches, catalogue: Catalogue) -> Reason:
    label = catalogue.modules[record.module].plural
    return say("match_undecided", record=record.key, label=label, count=len(found.found))

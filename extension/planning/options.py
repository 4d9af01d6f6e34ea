"""What this lead can become now, and if not, why not."""

from collections.abc import Iterable

from extension.planning import demands, obstacles
from extension.planning.business import is_business, leads_of
from extension.planning.conversion import zoho_option
from extension.planning.demands import ToFill
from extension.planning.option import Option, OptionRecord, Options, Related, as_json, related
from extension.planning.parts import Asked, Found, Part, fates_in, part
from extension.planning.reasons import Reason, say
from extension.planning.records import Catalogue, Lead, User, ZohoSays
from extension.planning.targets import Target

__all__ = [
    "Found", "Option", "OptionRecord", "Options", "Related", "ZohoSays", "as_json", "work_out",
]  # fmt: skip


def work_out(
    lead: Lead,
    user: User,
    catalogue: Catalogue,
    targets: Iterable[Target],
    zoho_says: ZohoSays,
    found: Found,
) -> Options:
    """Every target with its matches, blockers, losses and what is to fill in.

    What is possible comes first; otherwise Zoho's conversion, then as the targets are given.
    """
    asked = Asked(lead, user, catalogue, zoho_says, found)
    closed = obstacles.of_lead(lead, zoho_says)
    every = [
        zoho_option(one, asked, closed) if one.kind == "zoho" else _option(one, asked, closed)
        for one in targets
    ]
    ranked = sorted(every, key=lambda one: (not one.available, one.kind != "zoho"))
    warnings = [*_hidden(asked), *(warning for one in ranked for warning in one.warnings)]
    once = {(one.code, one.message): one for one in warnings}
    return Options(lead, related(lead, catalogue), tuple(ranked), tuple(once.values()))


def _option(target: Target, asked: Asked, closed: tuple[Reason, ...]) -> Option:
    """A target whose records we create."""
    blockers, to_fill, parts = list(closed), list[ToFill](), list[Part]()
    for record in target.records:
        module = asked.catalogue.modules.get(record.module)
        if module is None:
            blockers.append(say("module_hidden", module=record.module, label=record.module))
            continue
        one = part(record, module, asked)
        layout, profile = one.record.layout, asked.user.profile
        demand = demands.of_record(record.key, module, layout, one.filled, profile)
        blockers += [*obstacles.of_module(module, asked.user), *demand.blockers]
        to_fill += demand.to_fill
        parts.append(one)
    return Option(
        target=target.key,
        kind="records",
        label=target.label,
        blockers=tuple(blockers),
        records=tuple(one.record for one in parts),
        fates=fates_in(parts, asked),
        to_fill=tuple(to_fill),
        warnings=tuple(warning for one in parts for warning in one.warnings),
    )


def _hidden(asked: Asked) -> list[Reason]:
    """Zoho answers as if fields that the person may not see did not exist: we cannot carry them,
    and cannot know whether they hold anything."""
    profile = asked.user.profile.id
    fields = [
        one
        for one in leads_of(asked.catalogue).fields.values()
        if is_business(one) and profile in one.hidden_from
    ]
    if not fields:
        return []
    labels = ", ".join(one.label for one in fields)
    return [say("hidden_lead_fields", fields=[one.api_name for one in fields], labels=labels)]

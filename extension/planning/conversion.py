"""Zoho's own conversion as an option: a contact, an account for a company, a deal on demand."""

from collections.abc import Iterable
from dataclasses import replace

from extension.planning import demands, obstacles
from extension.planning.business import leads_of, text_of
from extension.planning.demands import DealForm, Demand
from extension.planning.mapping import Fate
from extension.planning.option import Option
from extension.planning.parts import Asked, Part, fates_in, lead_layout, part
from extension.planning.reasons import Reason, say
from extension.planning.records import Pipeline
from extension.planning.targets import LINKS, Target, TargetRecord, joined


def zoho_option(target: Target, asked: Asked, closed: tuple[Reason, ...]) -> Option:
    """What Zoho would make of the lead, as far as Zoho and its metadata tell.

    Zoho takes values for the deal only; contact and account get what the lead has.
    https://www.zoho.com/crm/developer/docs/api/v8/convert-lead.html
    """
    parts, warnings = _parts(target, asked)
    deal = next((one for one in parts if one.record.optional), None)
    every = fates_in(parts, asked)
    said = [warning for one in parts for warning in (*one.warnings, *_unfilled(one, parts))]
    return Option(
        target=target.key,
        kind="zoho",
        label=joined([one.record.module.singular for one in parts]) or target.label,
        blockers=(*closed, *_blockers(parts, asked, closed=bool(closed))),
        records=tuple(one.record for one in parts),
        fates=every,
        to_fill=_demand(deal, asked).to_fill if deal else (),
        pipelines=_pipelines(deal, asked) if deal else (),
        warnings=(*warnings, *said, *_only_with_deal(every, deal)),
    )


def _parts(target: Target, asked: Asked) -> tuple[list[Part], list[Reason]]:
    """The records that would be made, and in words why others would not."""
    kept, warnings = list[Part](), list[Reason]()
    for record in target.records:
        if record.module == "Accounts" and not text_of(asked.lead.record.values, "Company"):
            warnings.append(say("no_account"))
        elif record.module in asked.catalogue.modules:
            one = _part(record, asked)
            why = _left_out(one, asked)
            warnings += why
            kept += [] if why else [one]
    return kept, warnings


def _part(record: TargetRecord, asked: Asked) -> Part:
    module = asked.catalogue.modules[record.module]
    layout = lead_layout(asked, leads_of(asked.catalogue))
    chosen = layout.converts_to.get(record.module, "") if layout else ""
    return part(record, module, asked, layout_id=chosen)


def _left_out(one: Part, asked: Asked) -> tuple[Reason, ...]:
    """Why Zoho would make the others without this one.

    Nothing is made without a contact, and a company's account cannot be declined: what is in
    their way closes the conversion instead.
    """
    module = one.record.module
    if module.api_name == "Contacts":
        return ()
    why = obstacles.of_module(module, asked.user)
    if one.record.optional:
        why = why or _demand(one, asked).blockers
    else:
        why = tuple(reason for reason in why if reason.code == "module_hidden")
    names = {"module": module.api_name, "label": module.singular}
    return tuple(say("left_out", **names, reason=each.code, why=each.message) for each in why)


def _blockers(parts: Iterable[Part], asked: Asked, *, closed: bool) -> list[Reason]:
    found = list(obstacles.of_conversion(asked.zoho_says, asked.user, closed=closed))
    modules = [one.record.module for one in parts if not one.record.optional]
    if all(one.api_name != "Contacts" for one in modules):
        found.append(say("module_hidden", module="Contacts", label="Contacts"))
    for module in modules:
        found += obstacles.of_module(module, asked.user)
    return found


def _demand(deal: Part, asked: Asked) -> Demand:
    layout = lead_layout(asked, leads_of(asked.catalogue))
    mine = deal.record.layout
    form = DealForm(
        fields=layout.deal_fields if layout else (),
        pipelines=asked.catalogue.pipelines.get(mine.id, ()) if mine else (),
    )
    filled, profile = deal.filled, asked.user.profile
    return demands.of_deal(deal.record.module, mine, form, filled, profile)


def _pipelines(deal: Part, asked: Asked) -> tuple[Pipeline, ...]:
    """Those of every layout that the person may choose for the deal."""
    return tuple(
        replace(one, layout_id=layout.id)
        for layout in deal.record.layouts
        for one in asked.catalogue.pipelines.get(layout.id, ())
    )


def _unfilled(one: Part, parts: Iterable[Part]) -> list[Reason]:
    """Nothing says whether Zoho insists on these (unverified), and nobody can type them in."""
    if one.record.optional:
        return []
    module, made = one.record.module, {other.record.key for other in parts}
    untied = {
        field for field, to in LINKS.get(module.api_name, {}).items() if to not in made
    }  # fmt: skip
    names = {"module": module.api_name, "module_label": module.singular}
    return [
        say("mandatory_unfilled", **names, field=field.api_name, label=field.label)
        for field in demands.unfilled(module, one.record.layout, one.filled - untied)
    ]


def _only_with_deal(every: Iterable[Fate], deal: Part | None) -> list[Reason]:
    key = deal.record.key if deal else ""
    only = [
        one.held.field
        for one in every
        if one.carried and all(filling.record == key for filling in one.fillings)
    ]
    if not only:
        return []
    labels = ", ".join(field.label for field in only)
    return [say("only_with_deal", fields=[field.api_name for field in only], labels=labels)]

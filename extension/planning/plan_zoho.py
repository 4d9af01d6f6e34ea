"""The plan for Zoho's own conversion: what Zoho will make of the lead, as far as it tells."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from extension.planning import hanging, obstacles
from extension.planning.business import is_empty, leads_of
from extension.planning.carry import Carried, Lost, Verdict, lost
from extension.planning.choices import Choices, RecordChoice
from extension.planning.conversion import zoho_option
from extension.planning.demands import ToFill
from extension.planning.drawn import Plan
from extension.planning.fit import closed_to
from extension.planning.holders import clashes, unchecked
from extension.planning.mapping import Fate
from extension.planning.option import Option, OptionRecord
from extension.planning.parts import Asked, lead_layout
from extension.planning.plan_records import not_meant, unfilled
from extension.planning.planned import Facts, PlannedField, PlannedRecord, ValueFate
from extension.planning.reasons import Reason, say
from extension.planning.records import Catalogue, Field, Lead, Module
from extension.planning.salvage import salvage
from extension.planning.steps import ConvertInZoho, Place
from extension.planning.targets import Target

DEALS = "Deals"
ACCOUNT = "Account_Name"


def plan_zoho(
    lead: Lead, target: Target, choices: Choices, catalogue: Catalogue, facts: Facts
) -> Plan:
    """One call converts; what Zoho leaves behind is then salvaged onto the contact's record."""
    catalogue = _in_layouts(lead, choices, catalogue, facts)
    asked = Asked(lead, facts.user, catalogue, facts.zoho_says, facts.found)
    closed = obstacles.of_lead(lead, facts.zoho_says)
    option = zoho_option(target, asked, closed)
    wanted = {one.key: choices.records.get(one.key) or RecordChoice(not one.optional)
              for one in option.records}  # fmt: skip
    shapes = [one for one in option.records if wanted[one.key].wanted]
    planned = [_record(one, option.fates, wanted[one.key], facts, choices) for one in shapes]
    keys = _keys(shapes)
    records = tuple(_with_account(one, keys, choices, facts) for one in planned)
    fates = tuple(_fate(one, records) for one in option.fates)
    attachments = choices.attachments_to if choices.attachments_to in keys else "Contacts"
    tagged = {**target.carry, **choices.carry}.get(hanging.TAG) != "leave"
    lists = hanging.by_zoho(lead, catalogue, attachments, tagged=tagged)
    to_fill = _to_fill(option, records)
    contact = Place("Contacts", key="Contacts", id=wanted["Contacts"].link or "") if (
        "Contacts" in wanted) else None  # fmt: skip
    kept = salvage(lead, fates, lists, contact) if choices.salvage and contact else ()
    step = _convert(lead, records, choices, attachments, tagged=tagged)
    return Plan(
        lead=lead.record.id,
        target=target.key,
        kind="zoho",
        records=records,
        steps=(step, *kept),
        fates=fates,
        lists=lists,
        to_fill=to_fill,
        warnings=(
            *obstacles.hidden_of(leads_of(catalogue), facts.user.profile),
            *(one for one in option.warnings if one.code != "only_with_deal"),
            *(each for one in records for each in unchecked(one, facts)),
        ),
        blockers=(
            *option.blockers, *not_meant(target, lead, facts), *unfilled(to_fill),
            *_missing(records, facts),
            *_stage(option, records),
            *(each for one in records for each in clashes(one, facts)),
            *hanging.blockers(kept, catalogue, facts.user.profile),
        ),
    )  # fmt: skip


def _in_layouts(lead: Lead, choices: Choices, catalogue: Catalogue, facts: Facts) -> Catalogue:
    """The metadata, with the deal's layout as it was chosen instead of as it is mapped."""
    chosen = choices.records.get(DEALS, RecordChoice()).layout
    leads = leads_of(catalogue)
    asked = Asked(lead, facts.user, catalogue, facts.zoho_says, facts.found)
    mine = lead_layout(asked, leads)
    if not chosen or mine is None:
        return catalogue
    moved = replace(mine, converts_to={**mine.converts_to, DEALS: chosen})
    layouts = tuple(moved if one is mine else one for one in leads.layouts)
    modules = {**catalogue.modules, "Leads": replace(leads, layouts=layouts)}
    return replace(catalogue, modules=modules)


def _keys(shapes: Iterable[OptionRecord]) -> set[str]:
    return {one.key for one in shapes}


def _record(
    shape: OptionRecord,
    fates: Iterable[Fate],
    choice: RecordChoice,
    facts: Facts,
    choices: Choices,
) -> PlannedRecord:
    module, values = shape.module, choice.values
    existing = facts.record(module.api_name, choice.link) if choice.link else None
    fields = list[PlannedField]()
    for fate in fates:
        for one in fate.fillings:
            # A name that Zoho composes of two fields fills one: it is listed once.
            known = any(each.field.api_name == one.target for each in fields)
            if one.record == shape.key and one.target not in values and not known:
                found = Carried(one.value)
                planned = PlannedField(_field(module, one.target), found, (one.source,))
                there = existing.values if existing else None
                renamed = choices.overwrite and (shape.key, one.target) == ("Accounts", ACCOUNT)
                fields.append(_kept(planned, choice, there, overwrite=renamed))
    places = [(_field(module, name), value) for name, value in values.items()]
    typed = [PlannedField(to, _taken(value, to, shape, facts), typed=True) for to, value in places]
    return PlannedRecord(shape.key, module, shape.layout, (*fields, *typed), choice.link or "")


def _taken(value: object, target: Field, shape: OptionRecord, facts: Facts) -> Verdict:
    """What was typed in, unless the person may not write it or the layout lacks it."""
    closed = closed_to(target, facts.user.profile)
    if closed is not None:
        return Lost(closed)
    layout = shape.layout
    if layout is not None and layout.fields and target.api_name not in layout.fields:
        return lost("no_field.off_layout", target, layout=layout.name)
    return Carried(value)


def _kept(
    one: PlannedField,
    choice: RecordChoice,
    existing: Mapping[str, object] | None,
    *,
    overwrite: bool,
) -> PlannedField:
    """Of a record that stands in Zoho fills what is empty (that it leaves the rest is not
    confirmed by its documentation)."""
    if not choice.link:
        return one
    if existing is None or one.field.api_name not in existing:
        return replace(one, verdict=lost("match_unknown", one.field))
    before = existing.get(one.field.api_name)
    if before == one.value:
        return replace(one, before=before, written=False)
    # Whether Zoho ticks a box that is not ticked is not known either.
    if overwrite or (is_empty(before, one.field) and before is not False):
        return replace(one, before=before)
    return replace(one, before=before, verdict=lost("kept", one.field))


def _with_account(
    one: PlannedRecord, keys: Collection[str], choices: Choices, facts: Facts
) -> PlannedRecord:
    """A contact that stands in joins the account if it has none, or where that is wished for.
    https://www.zoho.com/crm/developer/docs/api/v8/convert-lead.html"""
    existing = facts.record(one.module.api_name, one.link) if one.link else None
    account = _field(one.module, ACCOUNT)
    seen = existing is not None and closed_to(account, facts.user.profile) is None
    if one.key != "Contacts" or existing is None or not seen or "Accounts" not in keys:
        return one
    before = existing.values.get(ACCOUNT)
    joins = PlannedField(account, Carried(None), link="Accounts", before=before)
    has = before.get("id") if isinstance(before, Mapping) else None
    if has and has == choices.records.get("Accounts", RecordChoice()).link:
        joins = replace(joins, written=False)
    elif not choices.overwrite and (has or ACCOUNT not in existing.values):
        why = "kept" if has else "match_unknown"
        joins = replace(joins, verdict=lost(why, account), link="")
    return replace(one, fields=(*one.fields, joins))


def _field(module: Module, name: str) -> Field:
    return module.fields.get(name) or Field(name, name.replace("_", " "), "")


def _fate(fate: Fate, records: Iterable[PlannedRecord]) -> ValueFate:
    """Carried if a record that is made takes it."""
    if fate.loss is not None:
        return ValueFate(fate.held, Lost(fate.loss))
    ours = {(one.record, one.target) for one in fate.fillings}
    takers = [
        (record.key, each)
        for record in records
        for each in record.fields
        if (record.key, each.field.api_name) in ours
    ]
    taken = [(key, each) for key, each in takers if not each.typed and _takes(each.verdict)]
    if taken:
        places = tuple((key, each.field.api_name) for key, each in taken)
        return ValueFate(fate.held, taken[0][1].verdict, places)
    why = next((_why(each) for _, each in takers), Lost(say("not_chosen")))
    return ValueFate(fate.held, why)


def _takes(verdict: Verdict) -> bool:
    return not isinstance(verdict, Lost)


def _why(one: PlannedField) -> Lost:
    return one.verdict if isinstance(one.verdict, Lost) else lost("typed_over", one.field)


def _to_fill(option: Option, records: Iterable[PlannedRecord]) -> tuple[ToFill, ...]:
    filled = {one.key: one.filled for one in records}
    return tuple(
        one
        for one in option.to_fill
        if one.record in filled and one.field.api_name not in filled[one.record]
    )


def _missing(records: Iterable[PlannedRecord], facts: Facts) -> list[Reason]:
    return [
        say("match_missing", record=one.key, id=one.link)
        for one in records
        if one.link and facts.record(one.module.api_name, one.link) is None
    ]


def _stage(option: Option, records: Iterable[PlannedRecord]) -> list[Reason]:
    """Zoho refuses a stage that the pipeline does not have (MAPPING_MISMATCH)."""
    deal = next((one for one in records if one.key == DEALS), None)
    values = deal.values if deal else {}
    stage, wanted = values.get("Stage"), values.get("Pipeline")
    layout = deal.layout.id if deal and deal.layout else ""
    mine = [one for one in option.pipelines if one.layout_id == layout]
    found = next((one for one in mine if wanted in (one.value, one.name)), None)
    if wanted is None or stage is None or not mine:
        return []
    if found and any(one.value == stage for one in found.stages):
        return []
    return [say("stage_not_in_pipeline", pipeline=wanted, stage=stage)]


def _convert(
    lead: Lead,
    records: Iterable[PlannedRecord],
    choices: Choices,
    attachments: str,
    *,
    tagged: bool,
) -> ConvertInZoho:
    """Contact and account get what is mapped; only of the deal values are sent."""
    by_key = {one.key: one for one in records}
    deal, tags = by_key.get(DEALS), hanging.tags_of(lead)
    typed = [one for one in deal.fields if one.typed and _takes(one.verdict)] if deal else []
    told = {one.field.api_name: one.value for one in typed}
    if deal and deal.layout and choices.records.get(DEALS, RecordChoice()).layout:
        told["Layout"] = {"id": deal.layout.id}
    return ConvertInZoho(
        lead=lead.record.id,
        records={key: one.link for key, one in by_key.items() if one.link},
        deal=told if deal else None,
        owner=choices.owner,
        tags=dict.fromkeys(by_key, tags) if tags and tagged else {},
        attachments_to=attachments if lead.related.get("Attachments", 0) != 0 else "",
        overwrite=choices.overwrite,
        notify=choices.notify,
    )

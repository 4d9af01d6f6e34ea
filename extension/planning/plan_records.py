"""The plan for a target whose records we create ourselves, each linked to the others."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from extension.planning import demands, hanging, lead_after, obstacles
from extension.planning.business import is_empty, leads_of
from extension.planning.carry import lost
from extension.planning.choices import Choices, RecordChoice
from extension.planning.demands import ToFill
from extension.planning.drawn import Plan
from extension.planning.hanging import ListFate
from extension.planning.holders import clashes, unchecked
from extension.planning.layouts import as_laid_out
from extension.planning.planned import (
    Facts,
    PlannedField,
    PlannedRecord,
    ValueFate,
    given,
    merged,
    planned,
    value_fates,
)
from extension.planning.policies import LeadAfter, meets
from extension.planning.reasons import Reason, say
from extension.planning.records import Catalogue, Layout, Lead, Module, User
from extension.planning.salvage import salvage
from extension.planning.steps import (
    CarryList,
    Create,
    LinkLookup,
    Note,
    Place,
    Step,
    Update,
)
from extension.planning.targets import Target, TargetRecord


@dataclass(frozen=True, slots=True)
class Drawn:
    """One record, what it still needs, and what is in its way."""

    record: PlannedRecord
    to_fill: tuple[ToFill, ...] = ()
    blockers: tuple[Reason, ...] = ()


def plan_records(
    lead: Lead, target: Target, choices: Choices, catalogue: Catalogue, facts: Facts
) -> Plan:
    """Records first, each after those that it points at; then what hangs on the lead; the lead
    itself last, so that nothing is marked as done that is not."""
    blockers = [*obstacles.of_lead(lead, facts.zoho_says), *not_meant(target, lead, facts)]
    drawn = list[Drawn]()
    for record in target.records:
        module = catalogue.modules.get(record.module)
        if module is None:
            blockers.append(say("module_hidden", module=record.module, label=record.module))
        elif choices.of(record).wanted:
            read = given(lead, catalogue, facts)
            choice = choices.of(record)
            layout = layout_of(module, choice.layout or record.layout, facts.user)
            one = planned(record, as_laid_out(module, layout), layout, choice, read)
            drawn.append(_checked(one, record, choice, facts))
    records = _tied([one.record for one in drawn])
    wrote = _writes(records, choices, workflows=target.workflows)
    rest = the_rest(lead, target, choices, records, catalogue)
    return Plan(
        lead=lead.record.id,
        target=target.key,
        kind="records",
        records=records,
        steps=(*wrote, *rest.steps) if records else (),
        fates=rest.fates,
        lists=rest.lists,
        to_fill=tuple(each for one in drawn for each in one.to_fill),
        warnings=(
            *obstacles.hidden_of(leads_of(catalogue), facts.user.profile),
            *_loose(records, drawn),
            *(each for one in records for each in unchecked(one, facts)),
        ),
        blockers=(
            *blockers,
            *(each for one in drawn for each in one.blockers),
            *(() if records else (say("no_records"),)),
            *rest.blockers(lead, catalogue, facts.user),
        ),
        restores=facts.restores,
    )


@dataclass(frozen=True, slots=True)
class Rest:
    """What is done once the records are there: with what hangs on the lead, what nothing takes,
    and the lead itself."""

    fates: tuple[ValueFate, ...]
    lists: tuple[ListFate, ...]
    steps: tuple[Step, ...]
    after: LeadAfter

    def blockers(self, lead: Lead, catalogue: Catalogue, user: User) -> tuple[Reason, ...]:
        """Why the person cannot do that. Other choices can: to leave it."""
        return (
            *hanging.blockers(self.steps, catalogue, user.profile),
            *lead_after.blockers(lead, self.after, leads_of(catalogue), user.profile),
        )


def the_rest(
    lead: Lead,
    target: Target,
    choices: Choices,
    records: Sequence[PlannedRecord],
    catalogue: Catalogue,
) -> Rest:
    after = choices.lead_after or target.lead_after
    fates = value_fates(lead, records, catalogue)
    wishes, deleted = {**target.carry, **choices.carry}, after.kind == "delete"
    made = [(_place(one), one.module.singular) for one in records]
    hung = hanging.carried(lead, catalogue, made, wishes, deleted=deleted)
    kept = salvage(lead, fates, hung.fates, made[0][0]) if made and choices.salvage else ()
    steps = (*_with_notes(hung.steps, kept), *lead_after.steps(lead, after))
    return Rest(fates, hung.fates, steps, after)


def _with_notes(hung: Sequence[Step], kept: Sequence[Step]) -> list[Step]:
    """What hangs on the lead and then what is kept of it; but notes next to notes, which are one
    call then."""
    steps = [*hung]
    for one in kept:
        after = [at for at, each in enumerate(steps)
                 if isinstance(one, Note) and isinstance(each, CarryList) and each.list == "Notes"
                 ]  # fmt: skip
        steps.insert(after[0] + 1 if after else len(steps), one)
    return steps


def not_meant(target: Target, lead: Lead, facts: Facts) -> list[Reason]:
    """Why the target is not for this person, or not for this lead."""
    found = []
    if target.profiles and facts.user.profile.id not in target.profiles:
        found.append(say("not_for_you"))
    if not meets(lead.record.values, target.offered_when):
        found.append(say("not_offered"))
    return found


def layout_of(module: Module, wanted: str, user: User) -> Layout | None:
    """The layout of that id where the person may use it, else the first that they may."""
    layouts = obstacles.open_layouts(module, user)
    first = layouts[0] if layouts else None
    return next((one for one in layouts if one.id == wanted), first)


def _checked(
    one: PlannedRecord, record: TargetRecord, choice: RecordChoice, facts: Facts
) -> Drawn:  # fmt: skip
    if choice.link:
        return _standing_in(one, record, choice, facts)
    module = _without_defaults(one)
    asked = demands.of_record(one.key, module, one.layout, one.filled, facts.user.profile)
    found = [*obstacles.of_module(one.module, facts.user), *asked.blockers, *clashes(one, facts)]
    return Drawn(one, asked.to_fill, (*found, *unfilled(asked.to_fill)))


def unfilled(to_fill: Iterable[ToFill]) -> list[Reason]:
    """What must be typed in before anything can be done."""
    return [
        say(
            "mandatory_without_value",
            record=one.record, field=one.field.api_name, label=one.field.label,
        )
        for one in to_fill
        if one.required
    ]  # fmt: skip


def _without_defaults(one: PlannedRecord) -> Module:
    """The module as this record meets it: where a value was lost or taken out, a default does not
    come instead."""
    empty = {each.field.api_name for each in one.fields} - one.filled
    fields = {
        name: replace(each, default=None) if name in empty else each
        for name, each in one.module.fields.items()
    }
    return replace(one.module, fields=fields)


def _standing_in(
    one: PlannedRecord, record: TargetRecord, choice: RecordChoice, facts: Facts
) -> Drawn:
    """An existing record: mandatory fields are its own affair, the right to change it is ours."""
    existing = facts.record(one.module.api_name, one.link)
    whole = merged(one, existing, record, choice)
    if existing is None:
        return Drawn(whole, blockers=(say("match_missing", record=one.key, id=one.link),))
    found = clashes(whole, facts)
    changes = bool(whole.values) or any(each.link for each in whole.fields)
    denied = obstacles.denied("Edit", one.module, facts.user.profile)
    closed = (
        denied or existing.values.get("$editable") is False or obstacles.is_locked(existing.values)
    )
    if changes and closed:
        name = str(existing.values.get(one.module.name_field) or one.link)
        found.append(say("match_closed", record=one.key, id=one.link, name=name))
    return Drawn(whole, blockers=tuple(found))


def _tied(records: Sequence[PlannedRecord]) -> tuple[PlannedRecord, ...]:
    """Links to records that are not part of the plan are dropped."""
    modules = {one.key: one.module.api_name for one in records}
    return tuple(
        replace(
            one,
            fields=tuple(
                _within_reach(each, modules.get(each.link, ""))
                for each in one.fields
                if not each.link or each.link in modules
            ),
        )
        for one in records
    )


def _within_reach(one: PlannedField, module: str) -> PlannedField:
    """A lookup points at records of one module only."""
    if not one.link or one.field.lookup_module in ("", module):
        return one
    return replace(one, verdict=lost("type_mismatch.other_module", one.field), link="")


def _loose(records: Iterable[PlannedRecord], drawn: Iterable[Drawn]) -> list[Reason]:
    keys = {one.key for one in records}
    return [
        say("link_missing", field=each.field.api_name, label=each.field.label, record=each.link)
        for one in drawn
        for each in one.record.fields
        if each.link and each.link not in keys
    ]


def _writes(
    records: Sequence[PlannedRecord], choices: Choices, *, workflows: bool
) -> list[Step]:  # fmt: skip
    """What is pointed at comes first. Two that point at each other: one of the lookups is set
    when both are there."""
    places = {one.key: _place(one) for one in records}
    there = {one.key for one in records if one.link}
    waiting = [one for one in records if not one.link]
    first, later = list[Step](), list[Step]()
    while waiting:
        ready = (one for one in waiting if _points_at(one) <= there | {one.key})
        one = next(ready, waiting[0])
        waiting.remove(one)
        late = _points_at(one) - there
        first.append(_create(one, places, late, choices.owner, workflows=workflows))
        later += _links(one, places, late)
        there.add(one.key)
    for one in records:
        if one.link:
            if one.values:
                later.append(Update(places[one.key], one.values, workflows))
            later += _links(one, places, _points_at(one))
    return first + later


def _points_at(one: PlannedRecord) -> set[str]:
    return {each.link for each in one.fields if each.link}


def _create(
    one: PlannedRecord, places: Mapping[str, Place], late: set[str], owner: str, *, workflows: bool
) -> Step:
    links = {
        each.field.api_name: places[each.link]
        for each in one.fields
        if each.link and each.link not in late
    }
    # To leave a field empty that starts with a value, that must be said.
    starting = {name for name, each in one.module.fields.items() if not is_empty(each.default)}
    values = {name: value for name, value in one.values.items()
              if value is not None or name in starting}  # fmt: skip
    if owner:
        values["Owner"] = {"id": owner}
    layout = one.layout.id if one.layout else ""
    return Create(one.key, one.module.api_name, values, links, layout, workflows)


def _links(one: PlannedRecord, places: Mapping[str, Place], keys: set[str]) -> list[Step]:
    return [
        LinkLookup(places[one.key], each.field.api_name, places[each.link])
        for each in one.fields
        if each.link in keys and each.link
    ]


def _place(one: PlannedRecord) -> Place:
    if one.link:
        return Place(one.module.api_name, id=one.link)
    return Place(one.module.api_name, key=one.key)

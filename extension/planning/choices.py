"""What the person decided about one conversion, read and checked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import cast

from extension.errors import InvalidInput
from extension.planning.carry import Lost
from extension.planning.demands import with_choices
from extension.planning.faults import fault
from extension.planning.policies import MERGES, NOTIFIED, How, LeadAfter, Merge
from extension.planning.records import Catalogue, Field, Module
from extension.planning.shape import Shape
from extension.planning.target_data import after_from, carry_from
from extension.planning.targets import CONVERSION, Target, TargetRecord
from extension.planning.typed import typed


@dataclass(frozen=True, slots=True)
class RecordChoice:
    """What was decided about one record of the target."""

    wanted: bool = True
    link: str | None = None
    """Id of the existing record that stands in; "" for a new one; None where nobody has said."""
    layout: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    """Field -> what was typed in, as Zoho takes it; None leaves the field empty."""
    sources: Mapping[str, str] = field(default_factory=dict)
    """Field -> the lead's field that is put there, whatever the mapping says."""
    merge: Mapping[str, Merge] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choices:
    """Everything that was decided; what was not is as the target says."""

    target: str
    records: Mapping[str, RecordChoice] = field(default_factory=dict)
    owner: str = ""
    carry: Mapping[str, How] = field(default_factory=dict)
    lead_after: LeadAfter | None = None
    salvage: bool = True
    attachments_to: str = ""
    """Zoho's own conversion only: the module that gets the lead's attachments."""
    overwrite: bool = False
    """Zoho's own conversion only: records that stand in take the lead's account."""
    notify: tuple[str, ...] = ()
    """Zoho's own conversion only: of `NOTIFIED` those whom Zoho tells by e-mail."""

    def of(self, record: TargetRecord) -> RecordChoice:
        """What was decided about a record; an optional one is only made when asked for."""
        return self.records.get(record.key) or RecordChoice(wanted=not record.optional)


ZOHO_KEYS = ("attachments_to", "overwrite", "notify")
"""What is asked of Zoho's own conversion only."""
KEYS = ("target", "records", "owner", "carry", "lead_after", "salvage", *ZOHO_KEYS)
RECORD_KEYS = ("wanted", "link", "layout", "values", "sources", "merge")


def read(data: object, targets: Iterable[Target], catalogue: Catalogue) -> Choices:
    """The choices. InvalidInput names every field that is unknown or holds what it cannot."""
    shape = Shape(data)
    shape.object(*KEYS)
    shape.sound()
    key = shape.at("target").text()
    target = next((one for one in targets if one.key == key), None)
    if target is None:
        raise _no_target(shape)
    records = _records(shape.at("records"), target, catalogue)
    after = shape.at("lead_after")
    if target.kind != "zoho":
        _zoho_only(shape)
    choices = Choices(
        target=key,
        records=records,
        owner=_id(shape.at("owner")),
        carry=carry_from(shape.at("carry"), target.kind),
        lead_after=None if after.value is None else _after(after, target, catalogue),
        salvage=shape.at("salvage").flag(True),
        attachments_to=_attachments(shape.at("attachments_to")),
        overwrite=shape.at("overwrite").flag(False),
        notify=_notified(shape.at("notify")),
    )
    shape.refuse("Some of these choices do not fit.")
    return choices


def _no_target(shape: Shape) -> InvalidInput:
    shape.at("target").wrong(fault("no_target"))
    return shape.refusal("There is no such target.")


def _id(shape: Shape) -> str:
    text = shape.text("")
    if text and not (text.isascii() and text.isdigit()):
        shape.wrong(fault("no_id"))
    return text


def _zoho_only(shape: Shape) -> None:
    for key in ZOHO_KEYS:
        if shape.at(key).value is not None:
            shape.at(key).wrong("Only Zoho's own conversion takes this.")


def _attachments(shape: Shape) -> str:
    return "" if shape.value is None else shape.one_of(CONVERSION)


def _notified(shape: Shape) -> tuple[str, ...]:
    named = {one.one_of(NOTIFIED) for one in shape.items()} if shape.value is not None else ()
    return tuple(one for one in NOTIFIED if one in named)


def _after(shape: Shape, target: Target, catalogue: Catalogue) -> LeadAfter:
    after = after_from(shape, target.kind)
    leads = catalogue.modules.get("Leads")
    values = {
        name: _value(shape.at("values").under(name, value), name, leads)
        for name, value in after.values.items()
    }
    return LeadAfter(after.kind, values)


def _records(shape: Shape, target: Target, catalogue: Catalogue) -> dict[str, RecordChoice]:
    by_key = {one.key: one for one in target.records}
    known: list[tuple[Shape, TargetRecord]] = []
    for key, place in shape.entries(lambda one: one).items():
        record = by_key.get(key)
        if record is None:
            place.wrong(fault("no_record"))
        else:
            known.append((place, record))
    return {one.key: _record(place, one, target, catalogue) for place, one in known}


def _record(
    shape: Shape, record: TargetRecord, target: Target, catalogue: Catalogue
) -> RecordChoice:
    shape.object(*RECORD_KEYS)
    module, by_zoho = _module(record.module, catalogue), target.kind == "zoho"
    wanted = shape.at("wanted").flag(True)
    if not wanted and not record.optional:
        shape.at("wanted").wrong("This record is always made.")
    places = shape.at("values").entries(lambda one: one)
    if by_zoho:
        _zoho_takes_only(shape, record)
    return RecordChoice(
        wanted=wanted,
        link=None if shape.at("link").value is None else _id(shape.at("link")),
        layout=_layout(shape.at("layout"), module),
        values={name: _value(place, name, module) for name, place in places.items()},
        sources=shape.at("sources").entries(lambda one: _source(one, module, catalogue)),
        merge=shape.at("merge").entries(lambda one: _merge(one, module)),
    )


def _module(name: str, catalogue: Catalogue) -> Module | None:
    """The module; of deals, with the stages and pipelines that there are."""
    module = catalogue.modules.get(name)
    if module is None or name != "Deals":
        return module
    pipelines = tuple(one for some in catalogue.pipelines.values() for one in some)
    offered = {key: with_choices(one, pipelines) for key, one in module.fields.items()}
    return replace(module, fields=offered)


def _zoho_takes_only(shape: Shape, record: TargetRecord) -> None:
    """https://www.zoho.com/crm/developer/docs/api/v8/convert-lead.html"""
    if record.module == "Deals":
        refused = ["link", "merge", "sources"]
    else:
        refused = ["layout", "values", "sources", "merge"]
    for key in refused:
        if shape.at(key).value:
            shape.at(key).wrong("Zoho's own conversion does not take this here.")


def _layout(shape: Shape, module: Module | None) -> str:
    text = shape.text("")
    if text and module and all(one.id != text for one in module.layouts):
        shape.wrong(fault("no_layout"))
    return text


def _field(shape: Shape, name: str, module: Module | None) -> Field | None:
    found = module.fields.get(name) if module else None
    if found is None:
        shape.wrong(fault("no_field"))
    return found


def _value(shape: Shape, name: str, module: Module | None) -> object:
    found = _field(shape, name, module)
    if found is None or shape.value is None:
        return None
    verdict = typed(shape.value, found)
    if isinstance(verdict, Lost):
        shape.wrong(replace(verdict.why, key=f"loss.{verdict.why.key}"))
        return None
    return verdict.value


def _source(shape: Shape, module: Module | None, catalogue: Catalogue) -> str:
    _field(shape, shape.path.rpartition(".")[2], module)
    name, leads = shape.text(), catalogue.modules.get("Leads")
    if name and leads and name not in leads.fields:
        shape.wrong(fault("no_field.lead"))
    return name


def _merge(shape: Shape, module: Module | None) -> Merge:
    _field(shape, shape.path.rpartition(".")[2], module)
    return cast(Merge, shape.one_of(MERGES))

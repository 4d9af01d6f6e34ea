"""What a new record demands that the lead does not give: to be typed in, or in the way."""

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from extension.planning.business import is_business, is_empty
from extension.planning.carry import ANYBODY, SEVERAL
from extension.planning.fit import CHOICES, MOMENTS, NUMBERS, TEXTS, USERS
from extension.planning.reasons import Reason, say
from extension.planning.records import (
    Choice,
    DealField,
    Field,
    Layout,
    Module,
    Pipeline,
    Profile,
)

TYPEABLE = TEXTS | NUMBERS | CHOICES | MOMENTS | USERS | {"boolean", "lookup"}

DEAL_MINIMUM = {
    "Deal_Name": Field("Deal_Name", "Deal Name", "text", max_length=120),
    "Stage": Field("Stage", "Stage", "picklist"),
    "Closing_Date": Field("Closing_Date", "Closing Date", "date"),
}
"""What Zoho's conversion never makes a deal without.
https://www.zoho.com/crm/developer/docs/api/v8/convert-lead.html"""
PIPELINE = Field("Pipeline", "Pipeline", "picklist")

TIED_BY_ZOHO = frozenset({"Account_Name", "Contact_Name"})
"""Lookups of a deal that its conversion fills."""


@dataclass(frozen=True, slots=True)
class ToFill:
    """A field that the person fills in before the conversion, or may (`asked`)."""

    record: str
    field: Field
    required: bool = True
    reason: Literal["mandatory", "asked"] = "mandatory"


@dataclass(frozen=True, slots=True)
class DealForm:
    """What Zoho's conversion form asks for a deal, and the pipelines it can start in."""

    fields: tuple[DealField, ...] = ()
    pipelines: tuple[Pipeline, ...] = ()


@dataclass(frozen=True, slots=True)
class Demand:
    """What must still be filled in, and what must be and cannot."""

    to_fill: tuple[ToFill, ...] = ()
    blockers: tuple[Reason, ...] = ()


def of_record(
    key: str, module: Module, layout: Layout | None, filled: Container[str], profile: Profile
) -> Demand:
    """What a record of this layout still needs when the fields in `filled` have a value.

    A default counts as a value: who creates the record sends it. So a box that starts unticked
    is asked for, since ticking it is what is demanded.
    """
    return _sorted(key, _mandatory(module, layout), filled, profile)


def defaults(module: Module, layout: Layout | None) -> tuple[Field, ...]:
    """The mandatory fields that start with a value, which who creates the record sends."""
    return tuple(one for one in _mandatory(module, layout) if _has_default(one))


def unfilled(
    module: Module, layout: Layout | None, filled: Container[str]
) -> tuple[Field, ...]:  # fmt: skip
    """The mandatory fields of a record that get no value."""
    return tuple(one for one in _mandatory(module, layout) if _open(one, filled))


def can_be_filled(module: Module) -> bool:
    """Whether, in some layout, rules or people can fill all that must be filled."""
    layouts: list[Layout | None] = [one for one in module.layouts if one.active]
    return any(not _never_filled(module, one) for one in layouts or [None])


def _never_filled(module: Module, layout: Layout | None) -> bool:
    by_rules = {name for name, one in module.fields.items()
                if one.data_type in SEVERAL and not one.read_only}  # fmt: skip
    return bool(of_record("", module, layout, by_rules, ANYBODY).blockers)


def of_deal(
    module: Module, layout: Layout | None, form: DealForm, filled: Container[str], profile: Profile
) -> Demand:
    """What the deal of Zoho's conversion still needs, and what its form asks for besides.

    Here a default is no value: stage and closing date are for the person to say.
    https://www.zoho.com/crm/developer/docs/api/v8/layouts-meta.html (convert_mapping)
    """
    asked = {one.api_name: _asked(one, module) for one in form.fields}
    minimum = {**DEAL_MINIMUM, **({"Pipeline": PIPELINE} if form.pipelines else {})}
    needed = {one.api_name: one for one in _mandatory(module, layout)}
    needed |= {name: module.fields.get(name, one) for name, one in minimum.items()}
    needed |= {one.api_name: asked[one.api_name] for one in form.fields if one.required}
    wanted = [
        replace(with_choices(one, form.pipelines), default=None)
        for name, one in needed.items()
        if name not in TIED_BY_ZOHO
    ]
    demand = _sorted("Deals", wanted, filled, profile)
    extra = [one for name, one in asked.items() if name not in needed and name not in TIED_BY_ZOHO]
    free = [one for one in extra if one.api_name not in filled and not _closed(one, profile)]
    offers = tuple(ToFill("Deals", one, required=False, reason="asked") for one in free)
    return Demand(demand.to_fill + offers, demand.blockers)


def _mandatory(module: Module, layout: Layout | None) -> Iterator[Field]:
    """Mandatory everywhere or on this layout; numbers and formulas Zoho fills by itself."""
    demanded = layout.required if layout is not None else frozenset()
    for one in module.fields.values():
        ours = is_business(one) and one.data_type != "autonumber"
        if ours and (one.mandatory or one.api_name in demanded):
            yield one


def _sorted(
    key: str, fields: Iterable[Field], filled: Container[str], profile: Profile
) -> Demand:  # fmt: skip
    to_fill, blockers = [], []
    for one in fields:
        if _open(one, filled):
            why = _closed(one, profile)
            if why:
                params = {"field": one.api_name, "label": one.label, "type": one.data_type}
                blockers.append(say(why, record=key, **params))
            else:
                to_fill.append(ToFill(key, one))
    return Demand(tuple(to_fill), tuple(blockers))


def _open(field: Field, filled: Container[str]) -> bool:
    return field.api_name not in filled and not _has_default(field)


def _has_default(field: Field) -> bool:
    return field.data_type != "boolean" and not is_empty(field.default)


def _closed(field: Field, profile: Profile) -> str:
    """Why the person cannot type it in, as the key of a sentence; "" when they can."""
    if profile.id in field.hidden_from:
        return "mandatory_without_source.hidden"
    if field.read_only or profile.id in field.read_only_for:
        return "mandatory_without_source.read_only"
    unknown = field.data_type == "lookup" and not field.lookup_module
    return "mandatory_without_source" if unknown or field.data_type not in TYPEABLE else ""


def _asked(one: DealField, module: Module) -> Field:
    known = module.fields.get(one.api_name) or DEAL_MINIMUM.get(one.api_name)
    return known or Field(one.api_name, one.label, "text")


def with_choices(field: Field, pipelines: tuple[Pipeline, ...]) -> Field:
    """Pipelines decide which stages there are; without any, the pick lists do."""
    if pipelines and field.api_name == "Pipeline":
        return replace(field, choices=tuple(Choice(one.value, one.name) for one in pipelines))
    if pipelines and field.api_name == "Stage":
        stages = (stage for one in pipelines for stage in one.stages)
        choices = dict.fromkeys(Choice(one.value, one.label) for one in stages)
        return replace(field, choices=tuple(choices))
    return field

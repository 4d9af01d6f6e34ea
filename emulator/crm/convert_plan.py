"""What a conversion will make of a lead, worked out before anything is changed.

https://www.zoho.com/crm/developer/docs/api/v8/convert-lead.html
"""

from dataclasses import dataclass, replace

from .. import answers
from ..answers import Json, Rejected
from ..caller import Call
from ..schema import Field, Layout, Module, User
from ..world import Record
from .convert_map import ROWS, lead_layout, mapped_values, target_layout
from .convert_match import matches
from .convert_request import PATH, Wish
from .deal_rules import refuse_mismatch
from .duplicates import others_with, refuse_doubles
from .reading import find_visible
from .validation import check, layout_value
from .value_types import Writing

MISMATCH = {
    "Contacts": "give contact id is mismatched with the data",
    "Accounts": "give account id is mismatched with the data",
}


@dataclass(slots=True)
class Part:
    """One record that the lead becomes: a new one, or `existing`, and the values it gets."""

    module: Module
    values: Json
    existing: Record | None = None


@dataclass(slots=True)
class Plan:
    wish: Wish
    owner: Json
    contact: Part
    account: Part | None
    deal: Part | None

    def parts(self) -> list[Part]:
        return [part for part in (self.contact, self.account, self.deal) if part]


def draw_up(call: Call, lead: Record, wish: Wish) -> Plan:
    """The plan, or the refusal; changes nothing."""
    owner = _owner(call, lead, wish.owner)
    deal = _deal(call, lead, wish) if wish.deal is not None else None
    similar = matches(call.world, call.user, lead) if wish.add_to_existing else None
    contact_like = similar.contacts.records[:1] if similar else []
    account_like = similar.accounts.records[:1] if similar else []
    contact = _part(call, lead, "Contacts", wish.contact, contact_like)
    account = None
    if wish.account or lead.get("Company"):
        account = _part(call, lead, "Accounts", wish.account, account_like)
        account.values.setdefault("Account_Name", lead.get("Company"))
    plan = Plan(wish, owner, contact, account, deal)
    made = {part.module.api_name for part in plan.parts()}
    if wish.lenient and wish.attachments_to not in made:
        plan.wish = replace(wish, attachments_to="")
    elif wish.attachments_to and wish.attachments_to not in made:
        path = f"{PATH}.move_attachments_to"
        raise answers.invalid_data("move_attachments_to", path)
    for part in plan.parts():
        if part.existing is None:
            call.permit(f"Crm_Implied_Create_{part.module.api_name}")
            part.values["Owner"] = owner
    return plan


def _owner(call: Call, lead: Record, asked: User | None) -> Json:
    """Who owns what is created: who was asked for, else whose lead it was."""
    user = asked or call.world.user(str((lead.get("Owner") or {}).get("id"))) or call.user
    return user.brief(email=True)


def _part(call: Call, lead: Record, name: str, wanted: str, similar: list[Record]) -> Part:
    """A contact or account: the one asked for, one that is alike, or a new one."""
    module = call.module(name)
    layout = target_layout(call, lead, module)
    values = mapped_values(call, lead, module, layout)
    path = f"{PATH}.{name}"
    if wanted:
        existing = find_visible(call, module, wanted)
        if existing is None:
            raise answers.invalid_data("id", f"{path}.id", "the id given seems to be invalid")
        _refuse_mismatch(call, module, values, existing)
        return Part(module, values, existing)
    if similar:
        return Part(module, values, similar[0])
    refuse_doubles(call.world, module, values, path, None)
    if layout is not None:
        values["Layout"] = layout_value(layout)
    return Part(module, values)


def _refuse_mismatch(call: Call, module: Module, values: Json, existing: Record) -> None:
    """A unique value of the lead that belongs to another record than the one asked for.

    The message is Zoho's; that this is when it comes is a guess.
    """
    for one in module.fields:
        if one.unique and one.api_name in values and not _own(one, values, existing):
            others = others_with(call.world, module, one, values[one.api_name], existing)
            if others:
                name = module.api_name
                raise answers.invalid_data(name, f"{PATH}.{name}.id", MISMATCH[name])


def _own(one: Field, values: Json, existing: Record) -> bool:
    return bool(existing.get(one.api_name) == values[one.api_name])


def _deal(call: Call, lead: Record, wish: Wish) -> Part:
    """The deal, with what the request says and what the mapping adds."""
    module = call.module("Deals")
    given = dict(wish.deal or {})
    layout = target_layout(call, lead, module)
    if "Layout" not in given and layout is not None:
        given["Layout"] = {"id": layout.id}
    if wish.lenient:
        return _lenient_deal(call, lead, module, given)
    _refuse_missing(call, lead, given)
    mapped = mapped_values(call, lead, module, layout)
    open_to_all = {
        name: value for name, value in mapped.items() if name not in given and _plain(module, name)
    }
    try:
        values = check(call, module, {**open_to_all, **given}, f"{PATH}.Deals")
    except Rejected as refusal:
        raise _as_in_conversions(refusal) from None
    return Part(module, {**mapped, **values})


def _lenient_deal(call: Call, lead: Record, module: Module, values: Json) -> Part:
    """A deal whose values are checked already; pipeline and stage must suit the lead's layout."""
    layout = module.layout((values.pop("Layout", None) or {}).get("id"))
    writing = Writing(call, module, values, f"{PATH}.Deals", None, layout)
    refuse_mismatch(writing, values)
    if layout is not None:
        values["Layout"] = layout_value(layout)
    return Part(module, {**mapped_values(call, lead, module, layout), **values})


def _plain(module: Module, name: str) -> bool:
    """Whether a mapped value can go through the same check as those of the request."""
    one = module.field(name)
    return one is not None and one.api_create and one.data_type not in ROWS


def _refuse_missing(call: Call, lead: Record, given: Json) -> None:
    """What the conversion form demands; a pipeline too, where the org has any."""
    layout: Layout | None = lead_layout(call, lead)
    asked = [name for name, required in layout.deal_fields if required] if layout else []
    always = ["Deal_Name", "Closing_Date", "Stage", *(["Pipeline"] if call.world.pipelines else [])]
    for name in dict.fromkeys([*always, *asked]):
        if given.get(name) in (None, "", []):
            raise answers.mandatory_not_found(name, f"{PATH}.Deals.{name}")


def _as_in_conversions(refusal: Rejected) -> Rejected:
    """Zoho's example tells where a mismatch is without the `Deals` in between."""
    if refusal.code == "MAPPING_MISMATCH":
        refusal.details["json_path"] = f"{PATH}.{refusal.details['api_name']}"
    return refusal

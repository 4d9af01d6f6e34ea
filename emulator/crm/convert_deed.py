"""Carries a plan out: makes the records, moves what hangs on the lead, marks the lead.

A conversion cannot be taken back.
https://www.zoho.com/crm/developer/docs/api/v8/convert-lead.html
"""

from dataclasses import dataclass
from datetime import datetime

from .. import changes
from ..answers import Json
from ..caller import Call
from ..state import Link
from ..world import Record, World
from .convert_lead import LEADS, SCHEDULED
from .convert_move import move
from .convert_plan import Part, Plan
from .duplicates import others_with
from .tagging import carried, known
from .writing import store

CONVERTED_INTO = ("Converted_Account", "Converted_Contact", "Converted_Deal")
NEVER_FILLED = ("Owner", "Layout", "Account_Name")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the lead became."""

    contact: Record
    account: Record | None
    deal: Record | None

    def of(self, module: str) -> Record | None:
        return {"Contacts": self.contact, "Accounts": self.account, "Deals": self.deal}[module]

    def references(self, world: World) -> dict[str, Json | None]:
        """Name and id of each, as answers and the lead's own fields have them."""
        return {
            name: world.reference(name, found) if (found := self.of(name)) else None
            for name in ("Contacts", "Deals", "Accounts")
        }


def carry_out(call: Call, lead: Record, plan: Plan) -> Outcome:
    """Convert the lead. Nothing here is refused: the plan has checked it all."""
    account = _account(call, plan) if plan.account else None
    contact = _contact(call, plan, account)
    outcome = Outcome(contact, account, _deal(call, plan, contact, account))
    for module, names in plan.wish.tags.items():
        _tag(call, module, outcome.of(module), names)
    move(call.world, lead, outcome.references(call.world), plan.wish.attachments_to)
    _mark(call, lead, outcome)
    _notify(call.world, lead, plan, outcome)
    return outcome


def _account(call: Call, plan: Plan) -> Record:
    part = plan.account
    if part is None:
        raise ValueError("no account in this plan")
    if part.existing is None:
        return store(call, part.module, part.values)
    record = _complete(call, part)
    if plan.wish.overwrite and _open(call, part):
        record["Account_Name"] = part.values["Account_Name"] or record["Account_Name"]
    return record


def _contact(call: Call, plan: Plan, account: Record | None) -> Record:
    part = plan.contact
    reference = call.world.reference("Accounts", account) if account else None
    if part.existing is None:
        return store(call, part.module, {**part.values, "Account_Name": reference})
    record = _complete(call, part)
    free = not record.get("Account_Name")
    if reference and (free or plan.wish.overwrite) and _open(call, part):
        record["Account_Name"] = reference
    return record


def _deal(call: Call, plan: Plan, contact: Record, account: Record | None) -> Record | None:
    part, world = plan.deal, call.world
    if part is None:
        return None
    values = {
        **part.values,
        "Contact_Name": world.reference("Contacts", contact),
        "Account_Name": world.reference("Accounts", account) if account else None,
    }
    deal = store(call, part.module, values)
    role = plan.wish.contact_role
    details = {"Contact_Role": {"name": role["name"], "id": role["id"]}} if role else {}
    world.links.append(Link("Contacts", contact["id"], "Deals", deal["id"], details))
    return deal


def _complete(call: Call, part: Part) -> Record:
    """Fill what is empty in an existing record from the lead, if the caller may change it.

    Zoho says that a record one cannot edit is not updated, and not how another one is; that
    values which are there stay is a guess.
    """
    record = part.existing
    if record is None:
        raise ValueError("nothing to complete")
    if not _open(call, part):
        return record
    before = dict(record)
    for name, value in part.values.items():
        one = part.module.field(name)
        taken = (
            one is not None
            and one.unique
            and others_with(call.world, part.module, one, value, record)
        )
        if name not in NEVER_FILLED and record.get(name) in (None, "", []) and not taken:
            record[name] = value
    call.world.stamp(record, call.user)
    filled = changes.differing(before, {name: record.get(name) for name in part.values})
    changes.edited(call.world, call.user, call.triggers, part.module.api_name, record, filled)
    return record


def _open(call: Call, part: Part) -> bool:
    """Whether the caller may change the existing record of a part."""
    record = part.existing or {}
    may = call.world.editable_by(call.user, part.module.api_name, record)
    return may and not record.get("Locked__s")


def _tag(call: Call, module: str, record: Record | None, names: tuple[str, ...]) -> None:
    if record is None:
        return
    wanted = [*carried(record), *({"name": name} for name in names)]
    record["Tag"] = known(call.world, module, wanted, call.user.brief())


def _notify(world: World, lead: Record, plan: Plan, outcome: Outcome) -> None:
    """Write to the owners that the request names. Zoho's documentation says no more of it."""
    if plan.wish.notify_lead_owner:
        world.mails.append({"to": lead["Owner"]["email"], "module": LEADS, "id": lead["id"]})
    for part in (plan.account, plan.contact, plan.deal) if plan.wish.notify_new_owner else ():
        made = outcome.of(part.module.api_name) if part and part.existing is None else None
        if made is not None and part is not None:
            about = {"module": part.module.api_name, "id": made["id"]}
            world.mails.append({"to": made["Owner"]["email"], **about})


def _mark(call: Call, lead: Record, outcome: Outcome) -> None:
    """Note on the lead what it became; from now on lists and lookups pass it over."""
    world = call.world
    became = outcome.references(world)
    detail = {
        key: found["id"]
        for key, name in (("account", "Accounts"), ("contact", "Contacts"), ("deal", "Deals"))
        if (found := became[name])
    }
    now = world.now()
    age = now - datetime.fromisoformat(lead["Created_Time"])
    lead.update(
        {
            "$converted": True,
            "$converted_detail": {
                **detail,
                "convert_date": now.date().isoformat(),
                "converted_by": call.user.id,
            },
            "$field_states": _without_schedule(lead),
            "Converted__s": True,
            "Converted_Date_Time": world.timestamp(),
            "Converted_Account": became["Accounts"],
            "Converted_Contact": became["Contacts"],
            "Converted_Deal": became["Deals"],
            "Lead_Conversion_Time": max(0, age.days),
        }
    )
    world.stamp(world.records[LEADS][lead["id"]], call.user)
    # Told to those who watch leads, and no reason for a rule: a guess.
    written = ("Converted__s", "Converted_Date_Time", *CONVERTED_INTO)
    changes.edited(world, call.user, (), LEADS, lead, written)


def _without_schedule(lead: Record) -> list[str] | None:
    return [state for state in lead.get("$field_states") or () if state != SCHEDULED] or None

"""What hangs on a lead moves to what the lead became.

Zoho promises that "notes, activities and field data" come along and leaves open where to; only
for attachments does the request say. Here notes go to the contact; activities are with the
contact and about the deal (without one the account); campaigns know the contact; products go to
the deal, without one to the contact. What is not moved stays on the converted lead.
https://help.zoho.com/portal/en/kb/crm-nextgen/crm-mobile/apple/record-management-and-actions/articles/nextgen-converting-leads-in-zoho-crm-ios-app
"""

from collections.abc import Iterator, Mapping

from ..answers import Json
from ..world import Record, World
from .convert_lead import LEADS

ACTIVITIES = ("Tasks", "Events", "Calls")
Became = Mapping[str, Json | None]
"""Module -> name and id of what the lead became there."""


def move(world: World, lead: Record, became: Became, attachments_to: str) -> None:
    """Move all of it."""
    _hang(world, lead, "Notes", "Contacts", became)
    if attachments_to:
        _hang(world, lead, "Attachments", attachments_to, became)
    _activities(world, lead, became)
    _links(world, lead, "Campaigns", "Contacts", became)
    _links(world, lead, "Products", "Deals" if became["Deals"] else "Contacts", became)


def _hang(world: World, lead: Record, module: str, target: str, became: Became) -> None:
    for record in _on(world, lead, module, "Parent_Id"):
        record |= {"Parent_Id": became[target], "$se_module": target}


def _activities(world: World, lead: Record, became: Became) -> None:
    about = next((name for name in ("Deals", "Accounts") if became[name]), None)
    for module in ACTIVITIES:
        for record in _on(world, lead, module, "What_Id"):
            record |= {
                "Who_Id": became["Contacts"],
                "What_Id": became[about] if about else None,
                "$se_module": about,
            }


def _on(world: World, lead: Record, module: str, key: str) -> Iterator[Record]:
    for record in world.records.get(module, {}).values():
        parent = record.get(key) or {}
        if parent.get("id") == lead["id"] and record.get("$se_module") == LEADS:
            yield record


def _links(world: World, lead: Record, other: str, target: str, became: Became) -> None:
    """Turn links of the lead into links of what it became; none becomes double."""
    new_id = (became[target] or {}).get("id", "")
    there = {link.other_id for link in world.linked(target, new_id, other)}
    moved = list(world.linked(LEADS, lead["id"], other))
    ends = {(LEADS, lead["id"])}
    world.links[:] = [
        link
        for link in world.links
        if not ({(link.module, link.id), (link.other_module, link.other_id)} & ends
                and other in (link.module, link.other_module))
    ]  # fmt: skip
    for link in moved:
        if link.other_id not in there:
            link.module, link.id = target, new_id
            world.links.append(link)

"""One request to convert many leads: what it may say, and what it means for each lead.

https://www.zoho.com/crm/developer/docs/api/v8/mass-convert-lead.html
"""

from typing import Any

from .. import answers
from ..answers import Json, Rejected
from ..caller import Call
from ..world import Record
from .asking import is_id
from .convert_deed import carry_out
from .convert_plan import draw_up
from .convert_request import TARGETS, Wish, assignee, target_module
from .tagging import carried
from .value_links import id_in
from .value_types import Place, Writing, a_list
from .values import checked
from .writing import forbidden

MOST = 50
ACTIVITIES = ("Tasks", "Events", "Calls")
KEYS = (
    "ids", "Deals", "assign_to", "carry_over_tags", "related_modules", "move_attachments_to",
    "portal_user_type", "apply_assignment_threshold",
)  # fmt: skip
FOR_DEALS = ("Deal_Name", "Stage", "Closing_Date")


def lead_ids(call: Call, body: Json) -> list[str]:
    """The leads to convert: known to the caller, at most fifty, none twice."""
    if "ids" not in body or body["ids"] == []:
        raise answers.mandatory_not_found("ids", "$.ids")
    rows = a_list(body["ids"], Place("ids", "$.ids"))
    if len(rows) > MOST:
        raise answers.limit_exceeded(MOST, "ids", "$.ids", "Limit exceeded for mass convert")
    for index, given in enumerate(rows):
        place = Place("ids", f"$.ids[{index}]")
        if not is_id(given):
            raise place.not_a("long")
        lead = call.world.find("Leads", str(given))
        if lead is None or not call.world.visible_to(call.user, "Leads", lead):
            raise place.wrong()
    return list(dict.fromkeys(str(given) for given in rows))


def check(call: Call, body: Json) -> Json:
    """The request with names instead of ids, or the refusal of its first mistake."""
    for key in body:
        if key not in KEYS:
            raise Place(key, f"$.{key}").wrong()
    threshold = body.get("apply_assignment_threshold")
    if threshold is not None and not isinstance(threshold, bool):
        name = "apply_assignment_threshold"
        raise Place(name, f"$.{name}").wrong()
    _check_portal(body.get("portal_user_type"))
    attachments = body.get("move_attachments_to")
    place = Place("move_attachments_to", "$.move_attachments_to")
    return {
        "owner": _owner(call, body.get("assign_to")),
        "deal": _deal(call, body.get("Deals")),
        "tags": _modules(call, body, "carry_over_tags", TARGETS),
        "related": _modules(call, body, "related_modules", ACTIVITIES),
        "attachments": target_module(call, attachments, place) if attachments is not None else "",
    }


def _check_portal(given: Any) -> None:
    """The emulator has no portals: any id is taken, and nobody is invited."""
    if given is None:
        return
    place = Place("portal_user_type", "$.portal_user_type")
    if not isinstance(given, dict):
        raise place.not_a("jsonobject")
    if not is_id(str(given.get("id") or "")):
        raise place.under("id").wrong()


def _owner(call: Call, given: Any) -> str:
    """Whom everything is assigned to. The documentation calls the key mandatory."""
    place = Place("assign_to", "$.assign_to")
    if given is None:
        raise answers.mandatory_not_found("assign_to", place.path)
    if not isinstance(given, dict):
        raise place.not_a("jsonobject")
    if given.get("id") is None:
        raise answers.mandatory_not_found("id", f"{place.path}.id")
    user = call.world.user(str(given["id"]))
    if user is None or user.status != "active":
        raise answers.invalid_data("id", "$.assignee.id", "Given assignee param does not match")
    try:
        return assignee(call, user.id, "$", "assign_to").id
    except Rejected as refusal:
        refusal.details["json_path"] = "$.assign_to.id"
        raise


def _deal(call: Call, given: Any) -> Json | None:
    """The values of every deal; whether they suit a lead's layout shows only lead by lead."""
    if given is None:
        return None
    if not isinstance(given, dict):
        raise Place("Deals", "$.Deals").not_a("jsonobject")
    module = call.module("Deals")
    for name in (*FOR_DEALS, *(["Pipeline"] if call.world.pipelines else [])):
        if given.get(name) in (None, ""):
            raise answers.mandatory_not_found(
                name, f"$.Deals.{name}", message="required field missing"
            )
    writing = Writing(call, module, given, "$.Deals")
    values: Json = {}
    for name, value in given.items():
        one = module.field(name)
        place = writing.place(name)
        if name == "Layout":
            if module.layout(id_in(value, place)) is None:
                raise place.bad_id()
            values[name] = {"id": value["id"]}
            continue
        if one is None or not one.api_create:
            raise place.wrong()
        values[name] = checked(writing, one, value, place)
    return values


def _modules(call: Call, body: Json, key: str, allowed: tuple[str, ...]) -> list[str]:
    given = body.get(key)
    if given is None:
        return []
    place = Place(key, f"$.{key}")
    return [
        target_module(call, row, place.at(index), allowed)
        for index, row in enumerate(a_list(given, place))
    ]


def convert(call: Call, lead: Record, request: Json) -> None:
    """Convert one lead as a checked request says; all its tags go where tags go."""
    if not call.world.editable_by(call.user, "Leads", lead):
        raise forbidden()
    names = tuple(tag["name"] for tag in carried(lead))
    owner = call.world.user(request["owner"])
    plan = draw_up(
        call,
        lead,
        Wish(
            owner=owner,
            deal=request["deal"],
            lenient=True,
            attachments_to=request["attachments"],
            tags=dict.fromkeys(request["tags"], names),
        ),
    )
    activities = [
        record
        for module in request["related"]
        for record in call.world.records.get(module, {}).values()
        if (record.get("What_Id") or {}).get("id") == lead["id"]
    ]
    carry_out(call, lead, plan)
    for record in activities:
        record["Owner"] = owner.brief(email=True) if owner else record["Owner"]

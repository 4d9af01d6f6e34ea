"""What a request to convert a lead asks for, read and checked key by key.

Keys that Zoho does not document are refused, so that a misspelt one does not go unnoticed;
that, and what happens to tags the lead does not have, is not confirmed.
https://www.zoho.com/crm/developer/docs/api/v8/convert-lead.html
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .. import answers
from ..answers import Json, Rejected
from ..caller import Call
from ..schema import User
from ..world import Record
from .asking import is_id
from .convert_roles import contact_roles
from .tagging import carried
from .value_links import id_in
from .value_types import Place, a_list

PATH = "$.data[0]"
TARGETS = ("Contacts", "Accounts", "Deals")
FLAGS = ("overwrite", "notify_lead_owner", "notify_new_entity_owner", "add_to_existing_record")
OBJECTS_SINCE = (3, 0)
"""Before, `Accounts`, `Contacts` and `assign_to` were plain ids."""
MERGING_SINCE = (8, 0)
KEYS = {*FLAGS, *TARGETS, "assign_to", "move_attachments_to", "carry_over_tags"}
SUBORDINATES_ONLY = "Crm_Implied_List_Subordinates_Only"
"""Granted to profiles whose users may give records to their subordinates only. The setting is
Zoho's ("List subordinates only"), the spelling is not confirmed."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to become of a lead. Ids are those of existing records to use.

    `lenient` deals need not have what only their layout demands: so Zoho does it in masses.
    """

    overwrite: bool = False
    add_to_existing: bool = False
    contact: str = ""
    account: str = ""
    deal: Json | None = None
    contact_role: Json | None = None
    owner: User | None = None
    lenient: bool = False
    attachments_to: str = ""
    tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notify_lead_owner: bool = False
    notify_new_owner: bool = False


def read(call: Call, entry: Any, lead: Record) -> Wish:
    """The wish in the one entry of `data`; refuses with the first thing that is wrong."""
    if not isinstance(entry, dict):
        raise answers.invalid_data("data", PATH, expected_data_type="jsonobject")
    known = KEYS if call.version >= MERGING_SINCE else KEYS - {"add_to_existing_record"}
    for key in entry:
        if key not in known:
            raise Place(key, f"{PATH}.{key}").wrong()
    flags = {name: _flag(entry, name, PATH) for name in FLAGS}
    deal, role, with_attachments = _deal(call, entry.get("Deals"))
    return Wish(
        overwrite=flags["overwrite"],
        add_to_existing=flags["add_to_existing_record"],
        contact=_record_id(call, entry, "Contacts"),
        account=_record_id(call, entry, "Accounts"),
        deal=deal,
        contact_role=role,
        owner=_owner(call, entry),
        attachments_to=_attachments_to(call, entry) or ("Deals" if with_attachments else ""),
        tags=_tags(entry.get("carry_over_tags"), lead),
        notify_lead_owner=flags["notify_lead_owner"],
        notify_new_owner=flags["notify_new_entity_owner"],
    )


def _flag(values: Json, name: str, path: str) -> bool:
    given = values.get(name)
    if given is not None and not isinstance(given, bool):
        raise Place(name, f"{path}.{name}").not_a("boolean")
    return bool(given)


def _record_id(call: Call, entry: Json, name: str) -> str:
    """The id under a key: in an object, or plain before version 3; "" where there is none."""
    given = entry.get(name)
    if given is None:
        return ""
    place = Place(name, f"{PATH}.{name}")
    if call.version >= OBJECTS_SINCE:
        return id_in(given, place)
    if not is_id(given):
        raise place.not_a("bigint")
    return str(given)


def _owner(call: Call, entry: Json) -> User | None:
    wanted = _record_id(call, entry, "assign_to")
    return assignee(call, wanted, PATH, "Owner") if wanted else None


def assignee(call: Call, wanted: str, path: str, told_as: str) -> User:
    """The user who is to own what is created, if the caller may give them records."""
    user = call.world.user(wanted)
    if user is None or user.status != "active":
        raise Place("assign_to", f"{path}.assign_to").bad_id()
    profile = call.world.profile(call.user.profile)
    limited = profile is not None and SUBORDINATES_ONLY in profile.granted
    if limited and user is not call.user and not call.world.subordinate(user, call.user):
        raise answers.invalid_data(told_as, f"{path}.{told_as}", "Non Subordinate User Found")
    return user


def _deal(call: Call, given: Any) -> tuple[Json | None, Json | None, bool]:
    """The deal's values, the contact's role in it, and whether it gets the attachments."""
    if given is None:
        return None, None, False
    path = f"{PATH}.Deals"
    if not isinstance(given, dict):
        raise Place("Deals", path).not_a("jsonobject")
    values = dict(given)
    moves = _flag(values, "$move_attachments", path)
    values.pop("$move_attachments", None)
    role = _role(
        call, values.pop("Contact_Role", None), Place("Contact_Role", f"{path}.Contact_Role")
    )
    campaign = values.get("Campaign_Source")
    if is_id(campaign):
        # Zoho's pages show an id here, its libraries an object.
        values["Campaign_Source"] = {"id": campaign}
    return values, role, moves


def _role(call: Call, given: Any, place: Place) -> Json | None:
    if given is None:
        return None
    wanted = str(given.get("id")) if isinstance(given, dict) else str(given)
    found = [one for one in contact_roles(call.world) if one["id"] == wanted]
    if not found:
        raise place.wrong()
    return found[0]


def _attachments_to(call: Call, entry: Json) -> str:
    given = entry.get("move_attachments_to")
    if given is None:
        return ""
    return target_module(call, given, Place("move_attachments_to", f"{PATH}.move_attachments_to"))


def target_module(call: Call, given: Any, place: Place, allowed: tuple[str, ...] = TARGETS) -> str:
    """The module that `{"api_name", "id"}` names; one of the two will do, both must agree."""
    if not isinstance(given, dict):
        raise place.not_a("jsonobject")
    both = [{"api_name": key, "json_path": f"{place.path}.{key}"} for key in ("id", "api_name")]
    named = [given[one["api_name"]] for one in both if given.get(one["api_name"]) is not None]
    if not named:
        raise Rejected(
            "EXPECTED_FIELD_MISSING", "Specify Atleast one field", {"expected_fields": both}
        )
    found = [call.world.module(str(name)) for name in named]
    if found[0] is not found[-1]:
        raise Rejected(
            "AMBIGUITY_DURING_PROCESSING", "two modules are different", {"ambiguity_due_to": both}
        )
    if found[0] is None or found[0].api_name not in allowed:
        key = "id" if given.get("id") is not None else "api_name"
        raise place.under(key).wrong()
    return found[0].api_name


def _tags(given: Any, lead: Record) -> dict[str, tuple[str, ...]]:
    """Per module the names of the lead's tags that go there."""
    if given is None:
        return {}
    place = Place("carry_over_tags", f"{PATH}.carry_over_tags")
    if not isinstance(given, dict):
        raise place.not_a("jsonobject")
    own = {tag["name"].casefold(): tag["name"] for tag in carried(lead)}
    found: dict[str, tuple[str, ...]] = {}
    for module, names in given.items():
        at = place.under(module)
        if module not in TARGETS:
            raise at.wrong()
        for index, name in enumerate(a_list(names, at)):
            if not isinstance(name, str):
                raise at.at(index).not_a("text")
            if name.casefold() not in own:
                raise at.at(index).wrong()
        found[module] = tuple(dict.fromkeys(own[name.casefold()] for name in names))
    return found

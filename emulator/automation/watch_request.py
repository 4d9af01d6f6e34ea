"""A channel of notifications as it is asked for: events, address, expiry, conditions.

https://www.zoho.com/crm/developer/docs/api/v8/notifications/enable.html
"""

from datetime import datetime, timedelta
from typing import Any

from .. import answers
from ..answers import Json, Rejected
from ..caller import Call
from ..crm.asking import moment
from ..schema import Module
from . import urls
from .given import Given, reference

KEYS = (
    "channel_id", "notify_url", "events", "token", "channel_expiry", "fields",
    "notify_on_related_action", "return_affected_field_values", "notification_condition",
)  # fmt: skip
TOKEN, URL, MOST_EVENTS, MOST_FIELDS = 50, 255, 50, 10
OPERATIONS = ("create", "edit", "delete")
MODULES = (
    "Leads", "Accounts", "Contacts", "Deals", "Campaigns", "Tasks", "Cases", "Events", "Calls",
    "Solutions", "Products", "Vendors", "Price_Books", "Quotes", "Sales_Orders",
    "Purchase_Orders", "Invoices", "Appointments__s", "Services__s",
)  # fmt: skip
"""Those that can be watched, beside the custom ones."""
USUAL = timedelta(hours=1)
LONGEST, LONGEST_BEFORE_V4 = timedelta(days=7), timedelta(days=1)
REQUIRED = "required field not found"


def channel_id(given: Given) -> str:
    """A whole number of up to 64 bits, as text or number."""
    value = given.values.get("channel_id")
    if value is None or value == "":
        raise given.missing("channel_id", REQUIRED)
    text = str(value) if not isinstance(value, bool) else ""
    if not text.isascii() or not text.isdigit() or int(text) >= 2**63:
        raise _wrong(given, "channel_id", expected_data_type="long")
    return text


def read(call: Call, given: Given) -> dict[str, Json]:
    """What the request wants to watch, by module; the module of an event names it."""
    given.only(*KEYS)
    number = channel_id(given)
    if given.values.get("notify_url") is None:
        raise given.missing("notify_url", REQUIRED)
    shared: Json = {
        "channel_id": number,
        "notify_url": notify_url(call, given),
        "token": token(given),
        "channel_expiry": expiry(call, given),
        "notify_on_related_action": _flag(given, "notify_on_related_action", usual=True),
        "return_affected_field_values": _flag(given, "return_affected_field_values", usual=False),
        "fields": None,
    }
    wanted = events(call, given)
    conditions = conditions_of(call, given)
    fields = _fields(call, given, wanted)
    return {
        name: {
            **shared,
            "fields": fields,
            "resource_id": module.id,
            "resource_name": name,
            "events": happenings,
            "notification_condition": [
                one for one in conditions if one["module"]["id"] == module.id
            ]
            or None,
        }
        for name, (module, happenings) in wanted.items()
    }


def notify_url(call: Call, given: Given) -> str:
    url = given.values.get("notify_url")
    if not isinstance(url, str) or len(url) > URL or not urls.well_formed(url):
        raise _wrong(given, "notify_url")
    if not call.worlds.private_urls and (not url.startswith("https://") or urls.private(url)):
        raise _wrong(given, "notify_url")
    return url


def token(given: Given) -> str | None:
    value = given.values.get("token")
    if value is None:
        return None
    if not isinstance(value, str):
        raise _wrong(given, "token", expected_data_type="text")
    if len(value) > TOKEN:
        raise _wrong(given, "token", maximum_length=TOKEN)
    return value


def expiry(call: Call, given: Given) -> str:
    """Until when: as asked, within a week; otherwise, and beyond, an hour from now."""
    now = call.world.now()
    text = given.values.get("channel_expiry")
    wanted = moment(text) if isinstance(text, str) else None
    if text is not None and (wanted is None or wanted <= now):
        raise _wrong(given, "channel_expiry", expected_data_type="datetime")
    longest = LONGEST if call.version >= (4, 0) else LONGEST_BEFORE_V4
    if wanted is None or wanted > now + longest:
        wanted = now + USUAL
    return wanted.isoformat(timespec="seconds")


def events(call: Call, given: Given) -> dict[str, tuple[Module, list[str]]]:
    """The events by module, such as `Leads.edit`; `all` is each of the three."""
    rows = given.values.get("events")
    if rows is None or rows == []:
        raise given.missing("events", REQUIRED)
    if not isinstance(rows, list) or len(rows) > MOST_EVENTS:
        raise _wrong(given, "events", expected_data_type="jsonarray")
    found: dict[str, tuple[Module, list[str]]] = {}
    for row in rows:
        name, _, operation = row.rpartition(".") if isinstance(row, str) else ("", "", "")
        module = call.world.module(name)
        if module is None or module.api_name != name or not _watchable(module):
            raise _wrong(given, "events")
        if operation not in (*OPERATIONS, "all"):
            raise _wrong(given, "events")
        held = found.setdefault(name, (module, []))[1]
        for one in OPERATIONS if operation == "all" else (operation,):
            if f"{name}.{one}" not in held:
                held.append(f"{name}.{one}")
    return found


def _watchable(module: Module) -> bool:
    return module.status == "visible" and (module.custom or module.api_name in MODULES)


def _flag(given: Given, key: str, *, usual: bool) -> bool:
    value = given.values.get(key)
    if value is None:
        return usual
    if not isinstance(value, bool):
        raise _wrong(given, key, expected_data_type="boolean")
    return value


def _fields(call: Call, given: Given, wanted: dict[str, Any]) -> list[str] | None:
    """Fields whose change is told; each must be one of a watched module's."""
    rows = given.values.get("fields")
    if rows is None:
        return None
    if not isinstance(rows, list):
        raise _wrong(given, "fields", expected_data_type="jsonarray")
    modules = [module for module, _ in wanted.values()]
    for n, row in enumerate(rows):
        if not isinstance(row, str) or not any(one.field(row) for one in modules):
            place = f"{given.at('fields')}[{n}]"
            raise answers.invalid_data("fields", place)
    return list(rows)


def conditions_of(call: Call, given: Given) -> list[Json]:
    """On changes of which fields of a module to call."""
    rows = given.values.get("notification_condition")
    if rows is None:
        return []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise _wrong(given, "notification_condition")
    place = given.at("notification_condition")
    return [_condition(call, Given(row, f"{place}[{n}]")) for n, row in enumerate(rows)]


def _condition(call: Call, given: Given) -> Json:
    given.only("type", "module", "field_selection")
    if given.values.get("type") is None:
        raise given.missing("type", REQUIRED)
    if given.values["type"] != "field_selection":
        raise _wrong(given, "type", supported_values=["field_selection"])
    if given.values.get("module") is None:
        raise _wrong(given, "module", REQUIRED)
    module = given.module(call.world)
    if given.values.get("field_selection") is None:
        raise given.depends(
            "DEPENDENT_FIELD_MISSING", "field_selection", "type", "DEPENDENT_FIELD_MISSING"
        )
    inner = given.values["field_selection"]
    if not isinstance(inner, dict):
        raise _wrong(given, "field_selection", expected_data_type="jsonobject")
    selection = _selection(module, Given(inner, given.at("field_selection")))
    if _count(selection) > MOST_FIELDS:
        raise _wrong(given, "field_selection", maximum_length=MOST_FIELDS)
    return {"field_selection": selection, "module": reference(module), "type": "field_selection"}


def _selection(module: Module, given: Given, depth: int = 0) -> Json:
    """A field, or a group of them with `and` or `or`; a group needs its operator."""
    given.only("field", "group", "group_operator")
    if given.values.get("field") is not None:
        inner = Given(given.values["field"] if isinstance(given.values["field"], dict) else {}, "")
        name = inner.values.get("api_name")
        one = next(
            (f for f in module.fields if name == f.api_name
             or (name is None and inner.values.get("id") == f.id)), None,
        )  # fmt: skip
        if one is None:
            raise _wrong(given, "field")
        return {
            "field": {"api_name": one.api_name, "id": one.id},
            "group_operator": None,
            "group": None,
        }
    if given.values.get("group") is None:
        raise given.missing("field", REQUIRED)
    if given.values.get("group_operator") is None:
        raise given.missing("group_operator", REQUIRED)
    if given.values["group_operator"] not in ("or", "and"):
        raise _wrong(given, "group_operator", supported_values=["or", "and"])
    rows = given.values["group"]
    if not isinstance(rows, list) or depth > 1 or not all(isinstance(row, dict) for row in rows):
        raise _wrong(given, "group", expected_data_type="jsonarray")
    return {
        "group_operator": given.values["group_operator"],
        "group": [
            _selection(module, Given(row, f"{given.at('group')}[{n}]"), depth + 1)
            for n, row in enumerate(rows)
        ],
    }


def _count(selection: Json) -> int:
    return 1 if selection.get("field") else sum(_count(one) for one in selection["group"])


def selected(selection: Json, changed: tuple[str, ...]) -> bool:
    """Whether the fields that changed are those that a selection waits for."""
    if selection.get("field"):
        return selection["field"]["api_name"] in changed
    parts = [selected(one, changed) for one in selection["group"]]
    return all(parts) if selection["group_operator"] == "and" else any(parts)


def until(channel: Json) -> datetime:
    return datetime.fromisoformat(channel["channel_expiry"])


def _wrong(given: Given, key: str, message: str = "invalid data", **details: Any) -> Rejected:
    return given.wrong(key, message, **details)

"""What the SDK's requests mean, as calls of the API: pure, from the event's data to an `Ask`.

The shapes are those of ZOHO.CRM.API and ZOHO.CRM.META of the widget SDK, which speak the
second version of the API. https://help.zwidgets.com/help/latest/index.html
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

Json = dict[str, Any]

SEARCH_TYPES = ("criteria", "email", "phone", "word")


class Unknown(Exception):
    """No request of the SDK looks like this."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One call of the API. `file` names the file of the event that is its body."""

    method: str
    path: str
    params: Mapping[str, Any] = field(default_factory=dict)
    json: Any = None
    file: str | None = None
    file_name: str = ""
    version: str = "v2"


def ask_for(event: Json) -> Ask:
    """The call that answers this event; `Unknown` if there is none."""
    category = event.get("category")
    reader = READERS.get(category) if isinstance(category, str) else None
    if reader is None:
        raise Unknown(f"The emulator knows no event {category}.")
    return reader(event)


def _read(event: Json) -> Ask:
    """getRecord, getAllRecords and getRelatedRecords differ only in which keys are there."""
    config = _object(event, "APIData")
    params = {
        key: value
        for key, value in config.items()
        if key not in ("Entity", "RecordID", "RelatedList", "RelatedRecordID") and value is not None
    }
    record = config.get("RecordID")
    if config.get("RelatedList"):
        return Ask("GET", _path(config, "Entity", "RecordID", "RelatedList"), params)
    if isinstance(record, list) and len(record) != 1:
        return Ask("GET", _path(config, "Entity"), {**params, "ids": record})
    if record:
        return Ask("GET", _path(config, "Entity", "RecordID"), params)
    return Ask("GET", _path(config, "Entity"), params)


def _create(event: Json) -> Ask:
    match event.get("type"):
        case "RECORD":
            return _insert(event)
        case "NOTES":
            notes = _object(event, "APIData")
            return Ask("POST", _path(event, "Entity", "RelatedID") + "/Notes", json=notes)
        case "ATTACHMENT":
            upload = _object(event, "APIData")
            return Ask(
                "POST",
                _path(event, "Entity", "RelatedID") + "/Attachments",
                file=_file(upload.get("FileData")),
                file_name=str(upload.get("FileName") or ""),
            )
    raise _unknown(event, "type")


def _insert(event: Json) -> Ask:
    """insertRecord and upsertRecord; the SDK mixes their options with the values."""
    values = dict(_object(event, "APIData"))
    trigger, action = values.pop("trigger", None), values.pop("action", None)
    check = values.pop("duplicate_check_fields", None)
    body: Json = {"data": _rows(values)}
    if trigger is not None:
        body["trigger"] = trigger
    if action != "UPSERT":
        return Ask("POST", _path(event, "Entity"), json=body)
    if check:
        body["duplicate_check_fields"] = str(check).split(",")
    return Ask("POST", _path(event, "Entity") + "/upsert", json=body)


def _rows(values: Json) -> list[Any]:
    """One record, or the several that were given as a list (`data`, see wire.js)."""
    data = values.get("data")
    return data if isinstance(data, list) and len(values) == 1 else [values]


def _update(event: Json) -> Ask:
    match event.get("type"):
        case "RECORD":
            values = dict(_object(event, "APIData"))
            trigger = values.pop("trigger", None)
            body: Json = {"data": _rows(values)}
            if trigger is not None:
                body["trigger"] = trigger
            return Ask("PUT", _path(event, "Entity"), json=body)
        case "RELATED_RECORD":
            path = _path(event, "Entity", "RecordID", "RelatedList", "RelatedRecordID")
            return Ask("PUT", path, json={"data": [_object(event, "APIData")]})
        case "PROFILE":
            path = "/settings/profiles" + _path(event, "ID")
            return Ask("PUT", path, json=_object(event, "APIData"))
    raise _unknown(event, "type")


def _delete(event: Json) -> Ask:
    match event.get("type"):
        case "RECORD":
            if isinstance(event.get("RecordID"), list):
                return Ask("DELETE", _path(event, "Entity"), {"ids": event["RecordID"]})
            return Ask("DELETE", _path(event, "Entity", "RecordID"))
        case "RELATED_RECORD":
            return Ask(
                "DELETE", _path(event, "Entity", "RecordID", "RelatedList", "RelatedRecordID")
            )
    raise _unknown(event, "type")


def _search(event: Json) -> Ask:
    kind = event.get("Type")
    if kind not in SEARCH_TYPES:
        raise Unknown(f"searchRecord knows the types {', '.join(SEARCH_TYPES)}.")
    params = {kind: _text(event, "Query"), **_turn(event)}
    return Ask("GET", _path(event, "Entity") + "/search", params)


def _query(event: Json) -> Ask:
    return Ask("POST", "/coql", json=_object(event, "APIData"))


def _files(event: Json) -> Ask:
    match event.get("type"):
        case "UPLOAD_FILE":
            upload = _object(event, "FileData").get("FILE")
            content = upload.get("file") if isinstance(upload, dict) else upload
            return Ask("POST", "/files", file=_file(content))
        case "DOWNLOAD_FILE":
            return Ask("GET", "/files", {"id": _text(event, "id")})
    raise _unknown(event, "type")


def _blueprint(event: Json) -> Ask:
    path = _path(event, "Entity", "RecordID") + "/actions/blueprint"
    match event.get("action"):
        case "GET_BLUEPRINT_STATUS":
            return Ask("GET", path)
        case "UPDATE_BLUEPRINT_STATUS":
            return Ask("PUT", path, json=event.get("BlueprintData"))
    raise _unknown(event, "action")


def _approvals(event: Json) -> Ask:
    match event.get("action"):
        case "GET_ALL_ACTIONS":
            return Ask("GET", _path(event, "Entity", "RecordID") + "/actions")
        case "GET_APPROVAL_RECORDS":
            kind = event.get("type")
            return Ask("GET", "/approvals", {"type": kind} if kind else {})
        case "GET_APPROVALBYID":
            return Ask("GET", "/approvals" + _path(event, "id"))
        case "GET_APPROVALS_HISTORY":
            return Ask("GET", "/approvals_history")
        case "UPDATE_APPROVAL":
            left = ("category", "action", "Entity", "RecordID", "sdkVersion")
            body = {key: value for key, value in event.items() if key not in left}
            path = _path(event, "Entity", "RecordID") + "/actions/approvals"
            return Ask("POST", path, json=body)
    raise _unknown(event, "action")


def _user(event: Json) -> Ask:
    if event.get("ID"):
        return Ask("GET", "/users" + _path(event, "ID"))
    kind = event.get("Type")
    return Ask("GET", "/users", {**({"type": kind} if kind else {}), **_turn(event)})


def _profiles(event: Json) -> Ask:
    match event.get("type"):
        case "GET_ALL_PROFILES":
            return Ask("GET", "/settings/profiles")
        case "GET_PROFILE":
            return Ask("GET", "/settings/profiles" + _path(event, "ID"))
    raise _unknown(event, "type")


META = {
    "FIELD_LIST": "fields",
    "MODULE_LIST": "modules",
    "ASSIGNMENT_RULES": "automation/assignment_rules",
    "LAYOUTS": "layouts",
    "LAYOUT": "layouts",
    "RELATED_LIST": "related_lists",
    "CUSTOM_VIEWS": "custom_views",
    "CUSTOM_VIEW": "custom_views",
}
ONE = ("LAYOUT", "CUSTOM_VIEW")


def _meta(event: Json) -> Ask:
    kind = event.get("type")
    if kind not in META:
        raise _unknown(event, "type")
    params = {} if kind == "MODULE_LIST" else {"module": _text(event, "Entity")}
    return Ask("GET", f"/settings/{META[kind]}" + (_path(event, "Id") if kind in ONE else ""),
               params)  # fmt: skip


READERS: dict[str, Callable[[Json], Ask]] = {
    "READ": _read, "CREATE": _create, "UPDATE": _update, "DELETE": _delete, "SEARCH": _search,
    "QUERY": _query, "FILES": _files, "BLUEPRINT": _blueprint, "APPROVALS": _approvals,
    "USER": _user, "PROFILES": _profiles, "META": _meta,
}  # fmt: skip


def _path(source: Json, *names: str) -> str:
    """`/Leads/123` from the values of these keys, each there and one segment."""
    return "".join("/" + quote(_segment(source, name), safe="") for name in names)


def _segment(source: Json, name: str) -> str:
    """PageLoad names a record by a list of one, and widgets pass that on as it is."""
    value = source.get(name)
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value or value in (".", ".."):
        raise Unknown(f"{name} is missing.")
    return value


def _text(source: Json, name: str) -> str:
    value = source.get(name)
    if not isinstance(value, str) or not value:
        raise Unknown(f"{name} is missing.")
    return value


def _object(source: Json, name: str) -> Json:
    value = source.get(name)
    if not isinstance(value, dict):
        raise Unknown(f"{name} must be an object.")
    return value


def _file(value: Any) -> str:
    """The name under which wire.js sent a file in place of which it put `{"$file": name}`."""
    name = value.get("$file") if isinstance(value, dict) else None
    if not isinstance(name, str):
        raise Unknown("The file is missing.")
    return name


def _turn(event: Json) -> Json:
    return {key: event[key] for key in ("page", "per_page") if event.get(key)}


def _unknown(event: Json, key: str) -> Unknown:
    return Unknown(f"The emulator knows no {event.get('category')} {event.get(key)}.")

"""What a user sees: which records, which of their fields, under which system keys."""

from collections.abc import Iterable, Iterator
from typing import Any

from ..answers import Json
from ..caller import Call
from ..schema import Field, Module
from ..world import Record, World
from .computed import value
from .convert_lead import converted

CHILDREN = ("Notes", "Attachments")
"""Modules whose records are seen by whoever sees the record they hang on."""
NESTED_PARENT_SINCE = (5, 0)
ALWAYS = {
    "Notes": ("$se_module",),
    "Attachments": (
        "$se_module", "$type", "$file_id", "$link_url", "$editable", "$state", "$field_states",
    ),
}  # fmt: skip
"""The system keys that come along whichever fields are named."""


def parent_of(world: World, record: Record) -> tuple[Module, Record] | None:
    """The record that a note or an attachment hangs on."""
    module = world.module(str(record.get("$se_module") or ""))
    if module is None:
        return None
    found = world.find(module.api_name, str((record.get("Parent_Id") or {}).get("id")))
    return (module, found) if found else None


def visible(call: Call, module: Module, record: Record) -> bool:
    """Whether the caller sees the record; a note is seen by whoever sees its parent."""
    if module.api_name in CHILDREN:
        parent = parent_of(call.world, record)
        return parent is not None and visible(call, *parent)
    return call.world.visible_to(call.user, module.api_name, record)


def editable(call: Call, module: Module, record: Record) -> bool:
    """Whether the caller may change the record, as `$editable` tells."""
    if module.api_name in CHILDREN and visible(call, module, record):
        own = (record.get("Owner") or {}).get("id") == call.user.id
        parent = parent_of(call.world, record)
        return own or (parent is not None and editable(call, *parent))
    return call.world.editable_by(call.user, module.api_name, record)


def visible_records(call: Call, module: Module, converted_too: str = "false") -> Iterator[Record]:
    """The records of a module that the caller sees; converted leads by "true" or "both"."""
    for record in list(call.world.records.get(module.api_name, {}).values()):
        if wanted(record, converted_too) and visible(call, module, record):
            yield record


def wanted(record: Record, converted_too: str) -> bool:
    """Whether a record is in what `converted` = false, true or both asks for."""
    return converted_too == "both" or converted(record) is (converted_too == "true")


def find_visible(call: Call, module: Module, record_id: str) -> Record | None:
    record = call.world.find(module.api_name, record_id)
    return record if record is not None and visible(call, module, record) else None


def readable(call: Call, module: Module) -> list[Field]:
    """The fields that the caller's profile does not hide."""
    hidden = "hidden"
    profile = call.user.profile
    return [one for one in module.fields if one.permissions.get(profile, "read_write") != hidden]


def shown(call: Call, module: Module, record: Record, names: Iterable[str] | None = None) -> Json:
    """The record as an answer shows it: the named fields and its id, or everything.

    Names that the module lacks, or the caller may not read, are left out without a word.
    """
    if names is None:
        fields = {one.api_name: _field(call, module, record, one) for one in readable(call, module)}
        return {**fields, **system_keys(call, module, record), "id": record["id"]}
    by_name = {one.api_name: one for one in readable(call, module)}
    asked = [*names, *ALWAYS.get(module.api_name, ("$se_module",))]
    keys = system_keys(call, module, record) if any(n.startswith("$") for n in asked) else {}
    result: Json = {}
    for name in asked:
        if name in by_name:
            result[name] = _field(call, module, record, by_name[name])
        elif name in keys:
            result[name] = keys[name]
    return {**result, "id": record["id"]}


def _field(call: Call, module: Module, record: Record, one: Field) -> Any:
    found = value(call.world, module, record, one)
    if module.api_name == "Notes" and one.api_name == "Parent_Id" and found:
        return _parent(call, record, found)
    if module.api_name == "Attachments" and one.api_name == "Size":
        return str(found or 0)
    return found


def _parent(call: Call, record: Record, found: Json) -> Json:
    """A note's parent names its module from version 5 on."""
    module = call.world.module(str(record.get("$se_module")))
    if call.version < NESTED_PARENT_SINCE or module is None:
        return found
    return {"module": {"api_name": module.api_name, "id": module.id}, **found}


def system_keys(call: Call, module: Module, record: Record) -> Json:
    """The keys that start with a dollar sign, which Zoho adds to a record."""
    approved = record.get("$approval_state", "approved") == "approved"
    nothing = dict.fromkeys(("approve", "reject", "resubmit"), False)
    keys: Json = {
        "$currency_symbol": call.world.org.currency_symbol,
        "$field_states": None,
        "$review_process": nothing,
        "$sharing_permission": "full_access",
        "$state": "save",
        "$process_flow": False,
        "$locked_for_me": bool(record.get("Locked__s")),
        "$approved": approved,
        "$approval": {"delegate": False, "takeover": False, **nothing},
        "$approval_state": "approved",
        "$in_merge": False,
        "$review": None,
        "$has_more": {},
    }
    if module.convertable:
        keys |= {"$converted": converted(record), "$converted_detail": {}}
    if module.api_name == "Notes":
        keys |= _note_keys(call, record)
    stored = {key: found for key, found in record.items() if key.startswith("$")}
    return {**keys, **stored, "$editable": editable(call, module, record)}


def _note_keys(call: Call, note: Record) -> Json:
    """A note's attachments, and marks that the emulator's notes never have."""
    files = [
        row
        for row in call.world.records.get("Attachments", {}).values()
        if row.get("$se_module") == "Notes" and row["Parent_Id"]["id"] == note["id"]
    ]
    attached = [
        {
            "$file_id": row.get("$file_id"),
            "File_Name": row.get("File_Name"),
            "Size": str(row.get("Size") or 0),
            "id": row["id"],
        }
        for row in files
    ]
    size = str(sum(int(row.get("Size") or 0) for row in files))
    marks = {"$is_shared_to_client": False, "$voice_note": False}
    return {**marks, "$attachments": attached or None, "$size": size if files else None}

"""Notes: written on any record, in the shape of the API's version. Reading is as for records.

https://www.zoho.com/crm/developer/docs/api/v8/create-notes.html
"""

from typing import Any

from flask import Blueprint

from .. import answers
from ..answers import Json, Rejected
from ..call import Answer, endpoint
from ..caller import Call, current
from ..schema import Field, Module
from ..world import Record
from .asking import is_id
from .convert_lead import converted
from .reading import NESTED_PARENT_SINCE, editable, find_visible
from .records_write import each, options, updated
from .related import parent
from .value_links import id_in
from .value_types import Writing
from .values import checked
from .writing import existing, forbidden, outcome, store

bp = Blueprint("notes", __name__)

NOTES = "Notes"
CREATE = ["ZohoCRM.modules.notes.CREATE"]
UPDATE = ["ZohoCRM.modules.notes.UPDATE"]
TEXTS = ("Note_Title", "Note_Content")


@endpoint(bp, "/Notes", methods=["POST"], scopes=CREATE, module=NOTES)
def create_notes() -> Answer:
    """Up to 100 notes, each with the record it hangs on."""
    call = current()
    call.permit("Crm_Implied_Create_Notes")
    options(call)
    return each(call.data(), lambda row, path: _create(call, row, path, None), created=True)


@endpoint(bp, "/<module>/<record_id>/Notes", methods=["POST"], scopes=CREATE, module=NOTES)
def create_notes_of(module: str, record_id: str) -> Answer:
    """Up to 100 notes on one record."""
    call = current()
    call.permit("Crm_Implied_Create_Notes")
    options(call)
    above = parent(call, module, record_id)
    return each(call.data(), lambda row, path: _create(call, row, path, above), created=True)


@endpoint(bp, "/Notes", methods=["PUT"], scopes=UPDATE, module=NOTES)
def update_notes() -> Answer:
    call = current()
    call.permit("Crm_Implied_Edit_Notes")
    module = call.module(NOTES)

    def change(row: Any, path: str) -> Json:
        return _update(call, existing(call, module, row, path), row, path)

    return each(call.data(), change)


@endpoint(bp, "/Notes/<note_id>", methods=["PUT"], scopes=UPDATE, module=NOTES)
def update_note(note_id: str) -> Answer:
    call = current()
    call.permit("Crm_Implied_Edit_Notes")
    note = find_visible(call, call.module(NOTES), note_id)
    if note is None:
        raise answers.invalid_id()
    return each(call.data(most=1), lambda row, path: _update(call, note, row, path))


def _create(call: Call, row: Any, path: str, above: tuple[Module, Record] | None) -> Json:
    writing = _writing(call, row, path)
    module, record = above or _parent_in(writing)
    if converted(record):
        raise writing.place("Parent_Id").bad_id()
    values = _texts(writing)
    if not any(values.get(name) for name in TEXTS):
        expected = [{"api_name": name, "json_path": f"{path}.{name}"} for name in reversed(TEXTS)]
        raise Rejected(
            "EXPECTED_FIELD_MISSING",
            "should contain either content or title",
            {"expected_fields": expected},
        )
    values |= {
        "Parent_Id": call.world.reference(module.api_name, record),
        "$se_module": module.api_name,
    }
    note = store(call, writing.module, {"Owner": call.user.brief(email=True), **values})
    return answers.success("record added", outcome(note))


def _update(call: Call, note: Record, row: Any, path: str) -> Json:
    """Change a note's texts. That Zoho moves notes is not documented, so we refuse it."""
    writing = _writing(call, row, path)
    if not editable(call, writing.module, note):
        raise forbidden()
    if "Parent_Id" in row and _parent_in(writing)[1]["id"] != note["Parent_Id"]["id"]:
        raise Rejected(
            "NOT_ALLOWED",
            "Field Edit Permission not given",
            {"api_name": "Parent_Id", "json_path": f"{path}.Parent_Id"},
        )
    note.update(_texts(writing))
    call.world.stamp(note, call.user)
    return updated(note)


def _writing(call: Call, row: Any, path: str) -> Writing:
    if not isinstance(row, dict):
        raise answers.invalid_data("data", path, expected_data_type="jsonobject")
    return Writing(call, call.module(NOTES), row, path)


def _texts(writing: Writing) -> Json:
    """Title and content; anything else but the parent is no field one may set."""
    values: Json = {}
    for name, given in writing.body.items():
        if name in TEXTS:
            one: Field | None = writing.module.field(name)
            if one is not None:
                values[name] = checked(writing, one, given, writing.place(name))
        elif name not in ("id", "Parent_Id", "se_module", "Owner") and not name.startswith("$"):
            raise answers.invalid_data(
                name, f"{writing.path}.{name}", "the field api name given seems to be invalid"
            )
    return values


def _parent_in(writing: Writing) -> tuple[Module, Record]:
    """The record that a note is to hang on.

    Since version 5 `{"module": {"api_name"}, "id"}`; before, an id beside `se_module`.
    """
    call, given, place = writing.call, writing.body.get("Parent_Id"), writing.place("Parent_Id")
    if given is None:
        raise answers.mandatory_not_found("Parent_Id", place.path)
    if call.version >= NESTED_PARENT_SINCE:
        wanted: Any = id_in(given, place)
        name = _module_name(given.get("module"), f"{place.path}.module")
    else:
        wanted = given.get("id") if isinstance(given, dict) else given
        key = "$se_module" if "$se_module" in writing.body else "se_module"
        name = writing.body.get(key)
        if name is None:
            raise answers.mandatory_not_found(key, f"{writing.path}.{key}")
    module = call.world.module(name) if isinstance(name, str) else None
    record = find_visible(call, module, str(wanted)) if module and is_id(wanted) else None
    if module is None or record is None:
        raise place.bad_id()
    return module, record


def _module_name(given: Any, path: str) -> Any:
    if given is None:
        raise answers.mandatory_not_found("module", path)
    if not isinstance(given, dict):
        raise answers.invalid_data("module", path, expected_data_type="jsonobject")
    name = given.get("api_name") or given.get("id")
    if name is None:
        raise answers.mandatory_not_found("api_name", f"{path}.api_name")
    return name

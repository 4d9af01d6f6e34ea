"""The rows of a subform, each checked as a record of the subform's own module.

https://www.zoho.com/crm/developer/docs/api/v8/subforms-api.html
"""

from typing import Any

from .. import answers
from ..answers import Json
from ..schema import Field, Module
from ..world import Record
from .value_types import Place, Writing, a_list
from .values import checked

ROWS_STAY_SINCE = (3, 0)
"""Before, a list of rows replaced the old ones; since then those not mentioned stay."""


def rows_of(writing: Writing, one: Field, given: Any, place: Place) -> list[Record]:
    """The rows as they will be: changed by id, deleted by `"_delete": null`, or added."""
    module = writing.call.world.module(one.subform)
    if module is None or given is None:
        return []
    before = {row["id"]: row for row in (writing.record or {}).get(one.api_name) or []}
    stay = writing.call.version >= ROWS_STAY_SINCE
    kept: dict[str, Record] = dict(before) if stay else {}
    for index, row in enumerate(a_list(given, place)):
        at = place.at(index)
        if not isinstance(row, dict):
            raise at.not_a("jsonobject")
        if "id" in row and str(row["id"]) not in before:
            raise at.bad_id()
        if "_delete" in row:
            kept.pop(str(row.get("id")), None)
            continue
        old = before.get(str(row.get("id")))
        new = _row(Writing(writing.call, module, row, at.path, old), module)
        kept[new["id"]] = new
    return list(kept.values())


def _row(writing: Writing, module: Module) -> Record:
    world = writing.call.world
    now = world.timestamp()
    row: Json = dict(writing.record or {"id": world.new_id(), "Created_Time": now})
    for name, given in writing.body.items():
        if name == "id" or name.startswith("$"):
            continue
        one = module.field(name)
        place = writing.place(name)
        if one is None or not one.api_create:
            raise answers.invalid_data(
                name, place.path, "the field api name given seems to be invalid"
            )
        row[name] = checked(writing, one, given, place)
    for one in module.fields:
        if one.mandatory and row.get(one.api_name) is None:
            raise answers.mandatory_not_found(one.api_name, f"{writing.path}.{one.api_name}")
    return {**row, "Modified_Time": now}

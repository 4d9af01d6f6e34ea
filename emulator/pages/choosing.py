"""Choosing another value of a pick list on a record's page."""

from flask import Blueprint, abort, redirect, request
from flask.typing import ResponseReturnValue

from ..answers import Rejected
from ..automation.happening import settle
from ..crm.writing import obstacle_to_update, update
from ..schema import Field, Module
from ..world import Record
from .values import record_url
from .visits import Visit, page

bp = Blueprint("choosing", __name__)
NOT_HERE = ("Stage", "Pipeline")
"""Which of these a deal may have depends on its layout and on the other."""


def offered(
    visit: Visit, module: Module, field: Field, record: Record,
    among: tuple[str, ...] | None = None,
) -> tuple[str, ...]:  # fmt: skip
    """What the person can choose for this field of the record; nothing if they may not.

    `among` are the choices of the record's layout, where it has not all of them.
    """
    if field.data_type != "picklist" or field.read_only or field.api_name in NOT_HERE:
        return ()
    permission = visit.world.field_permission(visit.user, module.api_name, field.api_name)
    if permission != "read_write" or not module.editable:
        return ()
    if obstacle_to_update(visit.call, module, record, "") is not None:
        return ()
    every = (choice.actual_value for choice in field.choices if choice.used)
    return tuple(value for value in every if among is None or value in among)


@page(bp, "/tab/<module>/<record_id>/choose", method="POST")
def choose(visit: Visit, module: str, record_id: str) -> ResponseReturnValue:
    """Store what was chosen, as the API would, and show the record again."""
    found = visit.world.module(module)
    record = visit.world.find(module, record_id)
    field = found.field(request.form.get("field", "")) if found else None
    if found is None or record is None or field is None or not visit.sees(found, record):
        abort(404, "There is no such record or field.")
    value = request.form.get("value", "")
    choices = offered(visit, found, field, record)
    if not choices or (value and value not in choices):
        abort(403, f"{field.label} cannot be changed to that here.")
    try:
        update(visit.call, found, record, {field.api_name: value or None}, "$.data[0]")
    except Rejected as refusal:
        abort(400, f"The CRM refuses this: {refusal.message}.")
    settle(visit.world)
    return redirect(record_url(visit, module, record_id), 303)

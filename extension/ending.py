"""How conversions end, or wait for a person, and what is said of it."""

from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from sqlalchemy import CursorResult, update

from . import events
from .errors import ZohoRefused
from .journal import Ended, Entry
from .parts import Parts
from .planning.steps import Step, module_of
from .runs import Runs
from .store.conversions import Conversion
from .store.models import Grant

log = structlog.get_logger(__name__)

CHANGED = {
    "code": "lead_changed",
    "message": "The lead was changed after its plan was agreed to. Look at the new plan.",
    "details": {"gone": False},
}
GONE = {
    "code": "lead_changed",
    "message": "The lead was deleted, or hidden from you, after its plan was agreed to. Nothing of "
    "it was done: cancel this conversion.",
    "details": {"gone": True},
}
CONVERTED = {
    "code": "lead_changed",
    "message": "The lead was converted in Zoho after its plan was agreed to. Nothing of it was "
    "done: cancel this conversion.",
    "details": {"gone": False, "converted": True},
}
MOVED = {
    "changed": "The lead was changed after part of this was done.",
    "converted": "The lead was converted in Zoho after part of this was done.",
    "gone": "The lead was deleted, or hidden from you, after part of this was done.",
}
FAULT = {
    "code": "fault",
    "message": "Something went wrong on our side, again and again. Try again later.",
    "details": {},
}


def sign_in(grant: Grant) -> dict[str, Any]:
    """What is asked of who has asked for it, and of nobody else: Zoho does not let us in."""
    message = "Zoho does not let us in for {} any more. They must sign in again."
    return {
        "code": "sign_in",
        "message": message.format(grant.user_name or "the person who asked"),
        "details": {"person": {"id": grant.zoho_user_id, "name": grant.user_name}},
    }


def moved(why: str, stamp: str, fields: Sequence[str] = ()) -> dict[str, object]:
    """What is asked where a lead is another one in the middle of its conversion. `fields` are the
    labels of what has changed, `stamp` tells the lead as it is from what it becomes later."""
    message = f"{MOVED[why]} Go on as it was agreed to, or stop and take back what was done."
    details = {"why": why, "fields": list(fields), "stamp": stamp}
    return {"code": "lead_moved", "message": message, "details": details}


def problem(runs: Runs, one: Ended) -> dict[str, object]:
    """Why the conversion failed: at which step, in Zoho's code and our words, and over which field,
    if Zoho says that."""
    said, step = one.refusal or {}, one.entry.step
    label = _label(runs, step, str(said.get("field") or ""))
    why = str(said.get("message") or said.get("code")).removesuffix(".")
    details = {"line": one.entry.id, "step": type(step).__name__, "label": label, **said}
    message = f"Zoho refused a step: {f'{label}: ' if label else ''}{why}."
    return {"code": "step_refused", "message": message, "details": details}


def _label(runs: Runs, step: Step, name: str) -> str:
    """What people call the field that Zoho blames."""
    described = runs.modules.get(module_of(step))
    field = described.fields.get(name) if described is not None else None
    return field.label if field is not None else name


def unclear(one: Entry) -> dict[str, object]:
    """Why the conversion stopped: what Zoho has done of a step it does not say."""
    return {
        "code": "step_unclear",
        "message": "Zoho never said whether it has done a step, however often it was asked. Try "
        "again later, or cancel: either way it is looked what Zoho has done before that is done "
        "again, or taken back.",
        "details": {"line": one.id, "step": type(one.step).__name__},
    }


def unseen(error: ZohoRefused) -> dict[str, object]:
    """Why nothing more is written: Zoho does not show what has to be seen before."""
    said = {"code": error.zoho_code, "message": error.message}
    message = f"Zoho refused to show what has to be seen first: {error.message}"
    return {"code": "step_refused", "message": message, "details": said}


OVER = ("done", "undone", "cancelled")


def end(
    parts: Parts,
    runs: Runs,
    row: Conversion,
    state: str,
    *,
    question: Mapping[str, object] | None = None,
    problem: Mapping[str, object] | None = None,
) -> None:
    """Take it out of the run, in that state."""
    values: dict[str, Any] = {
        "state": state,
        "question": None if question is None else dict(question),
        "problem": None if problem is None else dict(problem),
        "changed_at": parts.clock(),
    }
    if state in OVER:
        values["open"] = None
    mine = (Conversion.id == row.id, Conversion.state == row.state)
    with parts.sessions.begin() as db:
        # What is told is looked up before anything is written, for which others may be waiting.
        news = events.news(db, row, state, problem)
        ended: CursorResult[tuple[()]] = db.execute(  # type: ignore[assignment]
            update(Conversion).where(*mine).values(**values)
        )
        if ended.rowcount == 1:
            events.note(parts, db, row, news)
    runs.rows.pop(row.id, None)
    runs.held.pop(row.id, None)
    log.info("conversion", conversion=row.public_id, state=state)

"""Does, for who converts: answer the question for which a conversion waits."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session as Db

from . import tracing
from .errors import NotFound, WrongState
from .parts import Parts
from .requested import Json, find, go_on, in_state
from .sessions import Caller
from .store.conversions import Conversion, Line


def resolve(parts: Parts, caller: Caller, public_id: str, answer: Mapping[str, object]) -> Json:
    """Answer the question for which a conversion waits, and let it go on.

    `which_record`: {"record": id} names the record that was made, {"record": ""} says that none of
    them was; `sign_in` wants no answer but that the person is back, `lead_moved` none but that it
    goes on as it was agreed to. Raises WrongState, and NotFound where the record is no candidate.
    """
    row = in_state(parts, caller, public_id, "waiting")
    question = row.question or {}
    if question.get("code") == "lead_changed":
        raise WrongState("The lead has changed: cancel this conversion and look at the new plan.")
    with _named_once(), parts.sessions.begin() as db:
        if question.get("code") == "which_record":
            _choose(parts, db, question, str(answer.get("record") or ""))
        if question.get("code") == "lead_moved":
            _take_as_it_is(db, row, question)
        go_on(parts, db, row)
    return find(parts, caller, public_id)


@contextmanager
def _named_once() -> Iterator[None]:
    """Raises WrongState where another conversion has taken the record for its own just now."""
    try:
        yield
    except IntegrityError:
        raise _taken() from None


def _taken() -> WrongState:
    message = "That record was made by another conversion. Name another one, or none of them."
    return WrongState(message, details={"state": "waiting"})


def _take_as_it_is(db: Db, row: Conversion, question: Mapping[str, Any]) -> None:
    """The person knows what the lead is like now: only if it changes again is that asked again."""
    stamp = {"lead_stamp": question["details"]["stamp"]}
    db.execute(update(Conversion).where(Conversion.id == row.id).values(**stamp))


def _choose(parts: Parts, db: Db, question: Mapping[str, Any], record: str) -> None:
    details = question["details"]
    known = {one["id"] for one in details["candidates"]}
    if record and record not in known:
        raise NotFound("That record is none of those that may have been made.")
    line = db.get_one(Line, details["line"])
    if line.state != "sent":
        # A worker that was only slow has answered it.
        return
    since = line.sent_at or parts.clock()
    if record in tracing.made_lately(parts, line.installation_id, since):
        raise _taken()
    if record:
        line.state, line.ended_at, line.made_id = "done", parts.clock(), record
        line.outcome = {"id": record, "before": {}, "added": [], "was_on": None}
    else:
        # It starts anew: what was sent before is known not to have come about.
        line.state, line.tries, line.sent_at, line.zoho_at = "due", 0, None, None
        line.unclear = 0

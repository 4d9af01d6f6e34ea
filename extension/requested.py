"""Does, for who converts: agree to a plan, see what became of it, try it again, stop it."""

import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import CursorResult, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session as Db

from . import conversions, glances, held_up, in_line, journal, left_alone, tracing, unclear
from .errors import NotFound, NotPermitted, NotPossible, PlanChanged, WrongState
from .glances import Glance
from .journal import Entry
from .parts import Parts
from .planning import drawn
from .planning.option import reason_json
from .runs import UNDER_WAY
from .sessions import Caller
from .store.conversions import Conversion, Line

log = structlog.get_logger(__name__)

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
ID_LENGTH = 10
MOST_LISTED = 100

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person has agreed to: a lead, choices, and the digest of the plan they saw."""

    lead: str
    choices: Mapping[str, object]
    digest: str | None
    """None where nobody looks at a plan first, as in automation."""
    idempotency_key: str = ""


def request(parts: Parts, caller: Caller, wish: Wish, glance: Glance | None = None) -> Json:
    """Queue the plan that the person has agreed to, and nothing else.

    Twice for one lead is once: an open conversion is returned as it is, and so is what an
    idempotency key has brought before. Raises PlanChanged with the new plan where another one
    would be carried out, and NotPossible where something stands in its way. `glance` is the lead
    as it was seen this very moment, if it was.
    """
    there = _there(parts, caller, wish)
    if there is not None:
        if not _own(caller, there):
            # Zoho says who may see the lead, and so what becomes of it.
            glances.lately(parts, caller, there.lead_id)
        return view(parts, there, caller)
    glance = glance or glances.anew(parts, caller, wish.lead)
    made = conversions.drawn(parts, caller, glance, wish.choices)
    if wish.digest is not None and made.plan.digest != wish.digest:
        raise PlanChanged(
            "The lead, or what it would become, has changed. Look at the new plan.",
            details={"plan": made.view},
        )
    if not made.plan.possible:
        raise NotPossible(
            made.plan.blockers[0].message,
            details={"blockers": [reason_json(one) for one in made.plan.blockers]},
        )
    row = Conversion(
        public_id=new_id(),
        installation_id=caller.installation.id,
        grant_id=caller.grant.id,
        lead_id=wish.lead,
        lead_stamp=str(glance.seen.lead.values.get("Modified_Time") or ""),
        target=made.plan.target,
        state="queued",
        open=True,
        choices=dict(wish.choices),
        plan=drawn.as_json(made.plan),
        digest=made.plan.digest,
        idempotency_key=wish.idempotency_key or None,
        created_at=parts.clock(),
        changed_at=parts.clock(),
    )
    drafts = journal.drafted(made.plan.steps)
    try:
        with parts.sessions.begin() as db:
            db.add(row)
            db.flush()
            journal.write_down(db, row, drafts)
            in_line.put(parts, db, row)
    except IntegrityError:
        there = _there(parts, caller, wish)
        if there is None:
            raise
        return view(parts, there, caller)
    log.info("conversion", conversion=row.public_id, state=row.state)
    return view(parts, row, caller)


def _there(parts: Parts, caller: Caller, wish: Wish) -> Conversion | None:
    """What was asked for before: by the same key, or for the same lead and still open."""
    mine = Conversion.installation_id == caller.installation.id
    with parts.sessions() as db:
        if wish.idempotency_key:
            of_key = Conversion.idempotency_key == wish.idempotency_key
            found = db.scalar(
                select(Conversion).where(mine, Conversion.grant_id == caller.grant.id, of_key)
            )
            if found is not None and found.lead_id != wish.lead:
                raise WrongState(
                    "This Idempotency-Key stands for the conversion of another lead. "
                    "Use each key once.",
                    details={"state": found.state},
                )
            if found is not None:
                return found
        return db.scalar(
            select(Conversion).where(
                mine, Conversion.lead_id == wish.lead, Conversion.open.is_(True)
            )
        )


def find(parts: Parts, caller: Caller, public_id: str) -> Json:
    """How far a conversion has come. Raises NotFound where the person can see no such thing."""
    return view(parts, _row(parts, caller, public_id), caller)


def of_lead(parts: Parts, caller: Caller, lead_id: str) -> list[Json]:
    """The conversions of a lead, the newest first, for who can see the lead. Raises NotFound."""
    if not caller.grant.administrator:
        glances.lately(parts, caller, lead_id)
    wanted = (
        select(Conversion)
        .where(Conversion.installation_id == caller.installation.id, Conversion.lead_id == lead_id)
        .order_by(Conversion.id.desc())
        .limit(MOST_LISTED)
    )
    with parts.sessions() as db:
        rows = db.scalars(wanted).all()
    return [view(parts, row, caller) for row in rows]


def retry(parts: Parts, caller: Caller, public_id: str) -> Json:
    """Send what was refused, or stayed unclear, once more, and all that comes after it. Raises
    WrongState."""
    row = in_state(parts, caller, public_id, "failed")
    if row.open is None:
        raise WrongState(
            "The rest of its batch was cancelled, and this with it. Convert the lead anew.",
            details={"state": row.state},
        )
    with parts.sessions.begin() as db:
        again(parts, db, row)
    return find(parts, caller, public_id)


def again(parts: Parts, db: Db, row: Conversion, *, queue: bool = True) -> None:
    """The same, within the caller's transaction; without `queue` somebody else sees to it that it
    is looked at. Raises WrongState."""
    due = {"state": "due", "refusal": None, "ended_at": None}
    refused = (Line.conversion_id == row.id, Line.state == "refused")
    # What Zoho has dropped it may have done all the same, since: that is looked for.
    dropped = Line.refusal["code"].as_string() == tracing.DROPPED_CODE
    sent = {**due, "state": "sent", "sent_at": parts.clock()}
    db.execute(update(Line).where(*refused, dropped).values(**sent))
    db.execute(update(Line).where(*refused).values(**due))
    unclear.forget(db, row.id)
    go_on(parts, db, row, queue=queue)


def cancel(parts: Parts, caller: Caller, public_id: str) -> Json:
    """Do nothing more of it. What was done stays until it is undone. Raises WrongState: what is
    under way is stopped only where something holds it up."""
    row = in_state(parts, caller, public_id, "queued", "waiting", "failed", "running")
    if row.state == "running" and not held_up.is_held_up(row):
        raise wrong_state(row)
    with parts.sessions.begin() as db:
        over = {"state": "cancelled", "open": None, "question": None, "changed_at": parts.clock()}
        mine = update(Conversion).where(Conversion.id == row.id, Conversion.state == row.state)
        done: CursorResult[tuple[()]] = db.execute(  # type: ignore[assignment]
            mine.values(**over)
        )
        if done.rowcount != 1:
            raise wrong_state(row)
        never_mind(parts, db, row)
        under_way = select(Conversion.id).where(Conversion.id == row.id, UNDER_WAY.exists())
        if db.scalar(under_way) is not None:
            # What became of that is found out all the same.
            in_line.put(parts, db, row)
        elif held_up.is_held_up(row):
            db.execute(update(Conversion).where(Conversion.id == row.id).values(problem=None))
    return find(parts, caller, public_id)


def never_mind(parts: Parts, db: Db, row: Conversion) -> None:
    """Whoever stops it was asked, and shown which records may be the one: it is not asked again."""
    question: Mapping[str, Any] = row.question or {}
    if row.state == "waiting" and question.get("code") == "which_record":
        mine = (Line.id == question["details"]["line"], Line.state == "sent")
        db.execute(update(Line).where(*mine).values(state="skipped", ended_at=parts.clock()))


def person_is_back(parts: Parts, db: Db, grant_id: int) -> set[int]:
    """Let go on what waits for this person to sign in; of batches the caller sees to it that they
    are looked at. Which batches that were."""
    several = set[int]()
    theirs = (Conversion.grant_id == grant_id, Conversion.state == "waiting")
    for row in db.scalars(select(Conversion).where(*theirs).order_by(Conversion.id)).all():
        if (row.question or {}).get("code") == "sign_in":
            # Somebody may have been faster, such as the person at another screen.
            with suppress(WrongState):
                go_on(parts, db, row, queue=row.batch_id is None)
                several |= set() if row.batch_id is None else {row.batch_id}
    return several


def go_on(parts: Parts, db: Db, row: Conversion, *, queue: bool = True) -> None:
    """Where it was: in the middle of being undone, or of being carried out; or stopped, if it was
    asked about only since then."""
    question: Any = row.question or {}
    then = question.get("details", {}).get("then")
    back = (Line.conversion_id == row.id, Line.undoing.is_(True))
    undoing = db.scalar(select(Line.id).where(*back).limit(1)) is not None
    values = {"state": "undoing" if undoing else "queued", "open": True, "problem": None}
    values = {**(then or values), "question": None}
    moved: CursorResult[tuple[()]] = db.execute(  # type: ignore[assignment]
        update(Conversion)
        .where(Conversion.id == row.id, Conversion.state == row.state)
        .values(**values, changed_at=parts.clock())
    )
    if moved.rowcount != 1:
        raise wrong_state(row)
    if queue:
        in_line.put(parts, db, row)


def _row(parts: Parts, caller: Caller, public_id: str) -> Conversion:
    with parts.sessions() as db:
        row = db.scalar(
            select(Conversion).where(
                Conversion.installation_id == caller.installation.id,
                Conversion.public_id == public_id,
            )
        )
    if row is None:
        raise NotFound("There is no such conversion.")
    if not _own(caller, row):
        # Zoho says who may see the lead, and so what became of it.
        glances.lately(parts, caller, row.lead_id)
    return row


def _own(caller: Caller, row: Conversion) -> bool:
    return row.grant_id == caller.grant.id or caller.grant.administrator


def in_state(parts: Parts, caller: Caller, public_id: str, *states: str) -> Conversion:
    """The conversion, if this person may have a say in it and it is in one of these states."""
    row = _row(parts, caller, public_id)
    if not _own(caller, row):
        raise NotPermitted("Only who asked for it, or an administrator, can do this.")
    if row.state not in states:
        raise wrong_state(row)
    return row


def wrong_state(row: Conversion) -> WrongState:
    return WrongState(
        f"This cannot be done with a conversion that is {row.state}.",
        details={"state": row.state},
    )


def view(parts: Parts, row: Conversion, caller: Caller) -> Json:
    """A conversion as our API shows it to this person."""
    lines = _lines(parts, row)
    over = [one for one in lines if one.state in ("done", "skipped")]
    return {
        "id": row.public_id,
        "lead": row.lead_id,
        "target": row.target,
        "state": row.state,
        "steps": len(lines),
        "steps_done": len(over),
        "records": [
            {"key": key, "module": module, "id": ident}
            for key, module, ident in journal.records_made(lines)
        ],
        "lost": row.plan.get("lost", 0),
        "question": row.question,
        "problem": row.problem,
        "left_alone": left_alone.told(row),
        "yours": _own(caller, row),
        "created_at": row.created_at.isoformat(),
        "changed_at": row.changed_at.isoformat(),
    }


def _lines(parts: Parts, row: Conversion) -> list[Entry]:
    """Those that are being carried out: on the way back, also while that waits for somebody."""
    if row.state in ("undoing", "undone", "waiting"):
        back = journal.entries(parts, [row.id], undoing=True)
        if back or row.state != "waiting":
            return back
    return journal.entries(parts, [row.id], undoing=False)


def new_id() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(ID_LENGTH))

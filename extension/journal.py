"""What has been sent to Zoho and what came of it, line by line: written before and after."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, CursorResult, Select, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session as Db

from .parts import Parts
from .planning import step_json
from .planning.steps import (
    Attach,
    ConvertInZoho,
    Create,
    Note,
    Outcome,
    Place,
    Salvage,
    Step,
)
from .store.conversions import Conversion, Line, keep

GAP = 100_000
"""Room between two steps of a plan for those that a list unfolds to: ten times what Zoho lists.
Where there is less, as in what was written down before, what comes after it makes room."""

State = Literal["due", "sent", "done", "refused", "skipped"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the journal."""

    id: int
    conversion: int
    place: int
    step: Step
    state: State = "due"
    undoing: bool = False
    before: Mapping[str, object] | None = None
    outcome: Outcome | None = None
    tries: int = 0
    sent_at: datetime | None = None
    zoho_at: datetime | None = None
    ended_at: datetime | None = None
    refusal: Mapping[str, object] | None = None
    again: bool = False
    """Sent now, and before that too: what came of it then nobody knows."""
    unclear: int = 0
    """How often in a row its answer stayed out."""


class Overtaken(Exception):
    """Another process is carrying this conversion out."""

    def __init__(self, conversion: int) -> None:
        super().__init__(conversion)
        self.conversion = conversion


@dataclass(frozen=True, slots=True)
class Ended:
    """How a line ended."""

    entry: Entry
    state: Literal["done", "refused", "skipped"]
    outcome: Outcome | None = None
    refusal: Mapping[str, object] | None = None
    steps: tuple[Step, ...] = field(default=())
    """What a list unfolded to: these come next."""


LAST = 1_000_000_000


def mirrored(place: int) -> int:
    """Where the line stands that takes back the line of this place: so the last is taken back
    first, and each only once; and the other way round."""
    return LAST - place


Draft = dict[str, object]


def drafted(steps: Iterable[Step]) -> list[Draft]:
    """Lines for the steps of a plan, due, in their order: drawn up before anything is written, for
    which others may be waiting."""
    return [
        {"place": at * GAP, "step": step_json.as_json(step), "state": "due", "undoing": False}
        for at, step in enumerate(steps, 1)
    ]


def write_down(db: Db, conversion: Conversion, drafts: Sequence[Draft]) -> None:
    """The lines of a conversion; within the caller's transaction."""
    of = {"conversion_id": conversion.id, "installation_id": conversion.installation_id}
    if drafts:
        db.execute(insert(Line), [{**of, **one} for one in drafts])


def write_back(db: Db, conversion: Conversion, ways: Iterable[tuple[Entry, Step]]) -> None:
    """The way back from each of these lines, due; within the caller's transaction."""
    of = (Line.conversion_id == conversion.id, Line.undoing.is_(True))
    taken = set(db.scalars(select(Line.place).where(*of)))
    for one, step in ways:
        place = mirrored(one.place)
        while place in taken:
            # Of what was written over, some fields have been put back before.
            place -= 1
        db.add(_line(conversion.id, conversion.installation_id, place, step, undoing=True))


def back_of(forth: Iterable[Entry], back: Iterable[Entry]) -> dict[int, list[Entry]]:
    """Of lines of a conversion -> the steps back from each that were written down."""
    known = sorted(forth, key=lambda one: one.place)
    places = [one.place for one in known]
    found: dict[int, list[Entry]] = {}
    for one in back:
        # Those of the same line stand before each other: nothing else has its place there.
        line = known[bisect_right(places, mirrored(one.place)) - 1]
        found.setdefault(line.id, []).append(one)
    return found


def entries(parts: Parts, conversions: Iterable[int], *, undoing: bool) -> list[Entry]:
    """Every line of these conversions, in the order of each."""
    with parts.sessions() as db:
        return lines(db, conversions, undoing=undoing)


def by_conversion(
    parts: Parts, conversions: Iterable[int], *, undoing: bool
) -> dict[int, list[Entry]]:
    """The same, by conversion."""
    found: dict[int, list[Entry]] = {}
    wanted = list(conversions)
    for one in entries(parts, wanted, undoing=undoing) if wanted else ():
        found.setdefault(one.conversion, []).append(one)
    return found


def lines(db: Db, conversions: Iterable[int], *, undoing: bool) -> list[Entry]:
    """The same, as the caller's transaction sees them."""
    wanted = select(Line).where(
        Line.conversion_id.in_(list(conversions)), Line.undoing.is_(undoing)
    )
    return [entry(one) for one in db.scalars(wanted.order_by(Line.conversion_id, Line.place))]


def records_made(entries: Iterable[Entry]) -> Iterator[tuple[str, str, str]]:
    """Key, module and id of every record that these lines have made."""
    for one in entries:
        if one.state == "done" and one.outcome is not None:
            if isinstance(one.step, Create):
                yield one.step.record, one.step.module, one.outcome.id
            elif isinstance(one.step, ConvertInZoho):
                for module, ident in one.outcome.before.items():
                    yield module, module, str(ident)


Held = Mapping[str, object] | None
"""What stood there before: field -> value."""


def sent(
    parts: Parts, lines: Iterable[tuple[Entry, Held]], zoho_at: datetime | None = None
) -> list[Entry]:
    """Note that these are about to be sent, when that is by Zoho's clock, and what stood there
    before; but for those of conversions that somebody has stopped since. Raises Overtaken, and has
    noted none of them."""
    lines, noted = list(lines), list[Entry]()
    with parts.sessions.begin() as db:
        # Whoever wants to stop them waits until this is noted, and then knows of it.
        keep(db, Conversion.id.in_({one.conversion for one, _ in lines}), shared=True)
        for entry, held in lines:
            again = entry.state == "sent"
            now = replace(
                entry,
                state="sent",
                again=again,
                tries=entry.tries + 1,
                before=held,
                sent_at=entry.sent_at if again else parts.clock(),
                zoho_at=entry.zoho_at if again else zoho_at,
            )
            noting = {"sent_at": now.sent_at, "zoho_at": now.zoho_at, "before": now.before}
            done: CursorResult[tuple[()]] = db.execute(  # type: ignore[assignment]
                update(Line)
                .where(Line.id == entry.id, Line.tries == entry.tries, Line.state == entry.state)
                .where(_goes_on(entry).exists())
                .values(state="sent", tries=now.tries, **noting)
            )
            if done.rowcount == 1:
                noted.append(now)
            elif db.scalar(_goes_on(entry)) is not None:
                raise Overtaken(entry.conversion)
    return noted


def _goes_on(entry: Entry) -> Select[int]:
    """Its conversion, if that is still under way in the same direction."""
    state = "undoing" if entry.undoing else "running"
    return select(Conversion.id).where(Conversion.id == entry.conversion, Conversion.state == state)


def unsent(parts: Parts, entries: Iterable[Entry]) -> None:
    """Note that these were not sent after all: Zoho was too busy to take them. One that was sent
    before that too may have been done then, so it stays sent, with what stood there at first."""
    with parts.sessions.begin() as db:
        for one in entries:
            if not one.again:
                db.execute(update(Line).where(*_still(one)).values(state="due"))


def put_off(parts: Parts, lines: Iterable[tuple[Entry, str]]) -> None:
    """Note under which id Zoho has taken these on, to do them later."""
    with parts.sessions.begin() as db:
        for entry, job in lines:
            taken_on = outcome_json(Outcome(id=job))
            db.execute(update(Line).where(*_still(entry)).values(outcome=taken_on))


def _still(entry: Entry) -> tuple[ColumnElement[bool], ...]:
    """Nobody has sent the line since, nor noted what came of it: who was only slow, and was taken
    over from, knows less than the other."""
    return (Line.id == entry.id, Line.tries == entry.tries, Line.state == "sent")


def ended(parts: Parts, found: Iterable[Ended]) -> list[Ended]:
    """Note what came of them, and the steps that come next. A note or file that is known by now as
    what another line has put there was taken for this one's: such a line stays "sent", and it is
    looked again. Returns those of which nobody else has noted more."""
    found = list(found)
    try:
        return _note(parts, found)
    except IntegrityError:
        if len(found) > 1:
            return [noted for one in found for noted in ended(parts, [one])]
        if not any(map(_made, found)):
            raise
        return []


def _made(one: Ended) -> str | None:
    is_one = isinstance(one.entry.step, Create | Note | Attach | Salvage)
    is_one = is_one and not one.entry.undoing
    return one.outcome.id or None if is_one and one.outcome is not None else None


def _note(parts: Parts, found: Iterable[Ended]) -> list[Ended]:
    newest = []
    with parts.sessions.begin() as db:
        for one in found:
            values = {
                "state": one.state,
                "outcome": None if one.outcome is None else outcome_json(one.outcome),
                "refusal": None if one.refusal is None else dict(one.refusal),
                "made_id": _made(one) if one.state == "done" else None,
                "ended_at": parts.clock(),
            }
            # What was done is so, whoever sends it meanwhile; that it was not, they know better.
            mine = (Line.id == one.entry.id, Line.state != "done")
            still = () if one.state == "done" else (Line.tries == one.entry.tries,)
            noted: CursorResult[tuple[()]] = db.execute(  # type: ignore[assignment]
                update(Line).where(*mine, *still).values(**values)
            )
            if noted.rowcount == 1:
                newest.append(one)
                # What a list unfolds to is written with its end, and once.
                if one.steps:
                    _unfold(db, one.entry, one.steps)
    return newest


def _unfold(db: Db, entry: Entry, steps: Sequence[Step]) -> None:
    """The steps behind the line, before whatever comes after it."""
    line = db.get_one(Line, entry.id)
    _make_room(db, line, len(steps))
    db.add_all(
        _line(entry.conversion, line.installation_id, at, step, undoing=entry.undoing)
        for at, step in enumerate(steps, line.place + 1)
    )
    db.flush()


def _make_room(db: Db, line: Line, count: int) -> None:
    """Move what comes after the line, where it stands too near for so many."""
    after = (
        Line.conversion_id == line.conversion_id,
        Line.undoing.is_(line.undoing),
        Line.place > line.place,
    )
    nearest = db.scalar(select(func.min(Line.place)).where(*after))
    lacking = 0 if nearest is None else line.place + count + 1 - nearest
    if lacking > 0:
        # By way of where nothing stands: no two may stand in one place, not for a moment either.
        db.execute(update(Line).where(*after).values(place=Line.place + LAST))
        far = (*after[:2], Line.place > LAST)
        db.execute(update(Line).where(*far).values(place=Line.place - LAST + lacking))


def _line(
    conversion: int, installation: int, place: int, step: Step, *, undoing: bool
) -> Line:  # fmt: skip
    return Line(
        conversion_id=conversion,
        installation_id=installation,
        undoing=undoing,
        place=place,
        step=step_json.as_json(step),
        state="due",
    )


def entry(line: Line) -> Entry:
    return Entry(
        id=line.id,
        conversion=line.conversion_id,
        place=line.place,
        step=step_json.from_json(line.step),
        state=line.state,  # type: ignore[arg-type]
        undoing=line.undoing,
        before=line.before,
        outcome=None if line.outcome is None else outcome_from(line.outcome),
        tries=line.tries,
        sent_at=line.sent_at,
        zoho_at=line.zoho_at,
        ended_at=line.ended_at,
        refusal=line.refusal,
        unclear=line.unclear,
    )


def outcome_json(outcome: Outcome) -> dict[str, object]:
    was_on = outcome.was_on
    place = None if was_on is None else {"module": was_on.module, "id": was_on.id}
    return {
        "id": outcome.id,
        "before": dict(outcome.before),
        "added": list(outcome.added),
        "was_on": place,
        **({"time": outcome.time} if outcome.time else {}),
    }


def outcome_from(data: Mapping[str, object]) -> Outcome:
    was_on, before, added = data.get("was_on"), data.get("before"), data.get("added")
    return Outcome(
        id=str(data.get("id") or ""),
        before=before if isinstance(before, Mapping) else {},
        added=tuple(str(one) for one in added) if isinstance(added, list) else (),
        was_on=Place(**was_on) if isinstance(was_on, Mapping) else None,
        time=str(data.get("time") or ""),
    )

"""What steps have done about records, and when by Zoho's clock: what differs is somebody else's."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from .hung_since import Where
from .journal import Entry
from .planning import links
from .planning.records import Record
from .planning.sameness import holds
from .planning.steps import (
    Create,
    LinkLookup,
    MarkLead,
    Place,
    Step,
    Tag,
    Update,
    Values,
    written_over,
)

AROUND = timedelta(seconds=2)
"""That a step may move a record's time before or after the moment that is known of it."""
ON_ITS_WAY = timedelta(minutes=1)
"""How long a call may be under way."""
Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Ours:
    """All that was done about records, and the way back as far as it has been gone."""

    done: Sequence[Entry]
    doers: Mapping[int, Collection[str]]
    """Of each conversion the users as whom it was."""
    back: Mapping[int, Sequence[Entry]] = field(default_factory=dict)
    """Of a line that was done the steps back that were sent, if any."""

    def perhaps_back(self, line: Entry) -> Iterator[Step]:
        """The steps back of which nobody knows what came of them."""
        return (one.step for one in self.back.get(line.id, ()) if one.state == "sent")


@dataclass(slots=True)
class Touched:
    """A record that steps of ours were about."""

    lines: list[Entry] = field(default_factory=list)
    """Those whose way back would write over it, or take it away."""
    spans: list[Span] = field(default_factory=list)
    """When we did anything about it: of a note, say, nobody knows whether it moves the stamp."""
    doers: set[str] = field(default_factory=set)
    """The users as whom that was done."""
    wrote: dict[str, list[tuple[object, str]]] = field(default_factory=dict)
    """Field -> what we wrote into it, each with Zoho's time."""


def touched(ours: Ours, due: Mapping[int, Entry]) -> dict[Where, Touched]:
    """Every record that was written about; of those lines that are due, each by its id."""
    found: dict[Where, Touched] = {}
    apart = _apart(ours)
    for one, made in with_made(ours.done):
        for where, own in _about(one, made):
            record = found.setdefault(where, Touched())
            record.doers |= {*ours.doers[one.conversion]}
            for each in (one, *ours.back.get(one.id, ())):
                record.spans += _spans(each, apart.get(one.conversion, timedelta()))
            if own:
                _note_values(record, one, made)
            if own and one.id in due and not isinstance(one.step, Tag):
                record.lines.append(due[one.id])
    return found


def alone(ours: Ours, lines: Iterable[Entry]) -> Iterator[tuple[Entry, Touched]]:
    """Lines that have made a thing, such as a note, each with that thing."""
    apart = _apart(ours)
    for one in lines:
        spans = _spans(one, apart.get(one.conversion, timedelta()))
        yield one, Touched(spans=list(spans), doers={*ours.doers[one.conversion]})


def perhaps(one: Entry, user: str) -> Touched:
    """What may have come of a step that was sent as this user, and nobody knows what."""
    sent = one.zoho_at or one.sent_at
    if sent is None:
        return Touched()
    # When it was sent once more was not noted: until now.
    end = sent + ON_ITS_WAY if one.tries == 1 else datetime.max.replace(tzinfo=UTC)
    return Touched(spans=[(sent - AROUND, end)], doers={user})


def by_another(record: Record, known: Touched) -> bool:
    """Whether somebody else, or the same person by hand, has written the record since."""
    stamp = _stamp(record)
    if stamp is None or not known.spans:
        return False
    if not _by_doers(record, known):
        return True
    first = min(start for start, _ in known.spans)
    return stamp > first and not any(start <= stamp <= end for start, end in known.spans)


def changed_fields(record: Record, line: Entry, known: Touched) -> list[str]:
    """Of the fields that the line wrote those that hold something else now."""
    return [name for name in written_over(line.step) if not _ours(record, line, known, name)]


def _ours(record: Record, line: Entry, known: Touched, name: str) -> bool:
    wrote = known.wrote.get(name, [])
    if any(links.are_rows(value) for value, _ in wrote):
        # Rows that somebody has added stay; and those that are gone already nobody misses.
        return True
    if name not in record.values:
        return not by_another(record, known)
    held, before = record.values[name], line.before or {}
    if any(holds(held, value) for value, _ in wrote):
        return True
    if name in before and holds(held, before[name]):
        # There is nothing left to put back.
        return True
    # As Zoho has made it of what we wrote: nobody has been there since.
    stamp, times = _stamp(record), [_moment(time) for _, time in wrote if time]
    return stamp is not None and stamp in times[-1:] and _by_doers(record, known)


def _note_values(record: Touched, one: Entry, made: Mapping[str, str]) -> None:
    time = one.outcome.time if one.outcome is not None else ""
    for name, value in values_of(one, made).items():
        record.wrote.setdefault(name, []).append((value, time))
        record.wrote[name].sort(key=lambda each: each[1])


def values_of(one: Entry, made: Mapping[str, str]) -> Values:
    match one.step:
        case Update(values=values) | MarkLead(values=values):
            return values
        case LinkLookup(field=name, to=to):
            return {name: None if to is None else {"id": at(to, made)[1]}}
    return {}


def _by_doers(record: Record, known: Touched) -> bool:
    """What we write has our name, whatever the clocks say."""
    who = record.values.get("Modified_By")
    return not (isinstance(who, Mapping) and who.get("id")) or str(who["id"]) in known.doers


def _stamp(record: Record) -> datetime | None:
    said = str(record.values.get("Modified_Time") or "")
    return _moment(said) if said else None


def _moment(said: str) -> datetime:
    return datetime.fromisoformat(said).astimezone(UTC)


def _apart(ours: Ours) -> dict[int, timedelta]:
    """Of each conversion by how much Zoho's clock was before ours, as far as its answers tell."""
    found: dict[int, timedelta] = {}
    for one in ours.done:
        time, sent, ended = one.outcome and one.outcome.time, one.sent_at, one.ended_at
        # What was only found out about later tells nothing.
        if time and sent is not None and ended is not None and ended - sent <= ON_ITS_WAY:
            # Zoho's times have no fractions of a second.
            apart = _moment(time) - ended.replace(microsecond=0)
            found[one.conversion] = max(found.get(one.conversion, apart), apart)
    return found


def _spans(one: Entry, apart: timedelta) -> Iterator[Span]:
    """When it was done, by Zoho's clock: the moment that Zoho has told; or, by ours, while the call
    was under way, also if what came of it was found out much later."""
    told = one.outcome is not None and one.outcome.time
    if told:
        yield _moment(told) - AROUND, _moment(told) + AROUND
        return
    # Zoho's times have no fractions of a second.
    times = (one.sent_at or one.ended_at, one.ended_at)
    first, last = (time and time.replace(microsecond=0) + apart for time in times)
    if first is not None:
        yield first - AROUND, first + (ON_ITS_WAY if last is None else AROUND)
    if first is not None and last is not None:
        yield max(first, last - ON_ITS_WAY) - AROUND, last + AROUND


def with_made(done: Iterable[Entry]) -> Iterator[tuple[Entry, Mapping[str, str]]]:
    """Each with what its conversion has made until then: key -> id."""
    made: dict[int, dict[str, str]] = {}
    for one in done:
        mine = made.setdefault(one.conversion, {})
        if isinstance(one.step, Create) and one.outcome is not None:
            mine[one.step.record] = one.outcome.id
        yield one, mine


def at(place: Place, made: Mapping[str, str]) -> Where:
    return place.module, place.id or made.get(place.key, "")


def _about(one: Entry, made: Mapping[str, str]) -> Iterable[tuple[Where, bool]]:
    """The records that a line is about, and whether it writes their own fields."""
    step = one.step
    if isinstance(step, Create) and one.outcome is not None:
        yield (step.module, one.outcome.id), True
    if isinstance(step, MarkLead):
        yield ("Leads", step.lead), True
    for name in ("on", "to"):
        place = getattr(step, name, None)
        if isinstance(place, Place):
            own = name == "on" and isinstance(step, Update | LinkLookup | Tag)
            yield at(place, made), own

"""What of conversions is still to be taken back, and what of it has been already."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import or_, select

from . import journal
from .journal import Entry
from .left_alone import Left
from .our_writes import Ours
from .parts import Parts
from .planning.steps import Outcome, Step, way_back, without, written_over
from .store.conversions import Conversion
from .store.models import Grant


@dataclass(frozen=True, slots=True)
class Known:
    """The journal of conversions, and of those that write the same records."""

    forth: Sequence[Entry]
    back: dict[int, list[Entry]]
    """Of each line the steps back that were written down."""

    @property
    def done(self) -> list[Entry]:
        return [one for one in self.forth if one.state == "done"]


def known(parts: Parts, conversions: Collection[int], company: Iterable[int] = ()) -> Known:
    """`company` are others that write the same records: what they did is none of somebody's
    changes."""
    every = {*conversions, *company}
    forth = journal.by_conversion(parts, every, undoing=False)
    back = journal.by_conversion(parts, forth, undoing=True)
    found: dict[int, list[Entry]] = {}
    for ident, lines in back.items():
        found |= journal.back_of(forth[ident], lines)
    return Known([one for lines in forth.values() for one in lines], found)


def due(some: Known, conversions: Iterable[int]) -> dict[int, list[Entry]]:
    """What was done and is not on its way back yet, or could not go since something was gone, by
    conversion; of what was written over the fields of which that is so."""
    found: dict[int, list[Entry]] = {ident: [] for ident in conversions}
    for one in some.done:
        if one.conversion in found:
            back = [each for each in some.back.get(one.id, ()) if each.state != "skipped"]
            names = {name for each in back for name in written_over(each.step)}
            rest = _with_only(one, {*written_over(one.step)} - names) if back else one
            if rest is not None:
                found[one.conversion].append(rest)
    return found


def to_come(some: Known) -> list[tuple[Entry, Entry]]:
    """The steps back that are due, or were sent and may have to be sent again, each after the line
    that it takes back, as far as it does."""
    lines = ((one, step) for one in some.done for step in some.back.get(one.id, ()))
    pairs = ((_with_only(one, written_over(step.step)) or one, step)
             for one, step in lines if step.state in ("due", "sent"))  # fmt: skip
    return list(pairs)


def rest(one: Entry, left: Left | None) -> Step | None:
    """The step that takes the line back, but for what is left alone."""
    if left is not None and not left.fields:
        return None
    way = way_back(one.step, one.outcome or Outcome())
    return way if way is None or left is None else without(way, left.fields)


def _with_only(one: Entry, names: Collection[str]) -> Entry | None:
    """The line, as if it had written over these fields alone."""
    step = without(one.step, {*written_over(one.step)} - {*names}) if names else None
    if step is None or one.outcome is None:
        return None
    before = {name: value for name, value in one.outcome.before.items() if name in names}
    return replace(one, step=step, outcome=replace(one.outcome, before=before))


def ours(parts: Parts, some: Known) -> Ours:
    """All that was done, and as whom."""
    done = some.done
    sent = {ident: [one for one in back if one.sent_at is not None]
            for ident, back in some.back.items()}  # fmt: skip
    return Ours(done, _doers(parts, {one.conversion for one in done}), sent)


def _doers(parts: Parts, conversions: Iterable[int]) -> dict[int, set[str]]:
    """Zoho's ids of the users as whom each was carried out, and is taken back."""
    both = or_(Grant.id == Conversion.asker_id, Grant.id == Conversion.grant_id)
    wanted = select(Conversion.id, Grant.zoho_user_id).join(Grant, both)
    found: dict[int, set[str]] = {}
    with parts.sessions() as db:
        for ident, user in db.execute(wanted.where(Conversion.id.in_(list(conversions)))):
            found.setdefault(ident, set()).add(user)
    return found

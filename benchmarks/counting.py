"""Counts what is lost, doubled, or not as before, once chaos is over."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks.facts import Facts
from benchmarks.kinds import Asked


@dataclass
class Tally:
    """What came of it."""

    asked: int
    back: int
    """How many of them were to be taken back."""
    done: int = 0
    undone: int = 0
    failed: int = 0
    stuck: int = 0
    lost: int = 0
    """Facts that are not there, about what was not taken back."""
    doubled: int = 0
    """Facts that are there and should not be, or that are there too often."""
    wrong: int = 0
    """Companies of which something was taken back, and that are not as before."""
    stopped: int = 0
    """Of them half-way: what was done of these is there once or taken back, and all else as
    before. They are counted neither as asked for nor as done."""
    examples: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        over = (self.done, self.undone) == (self.asked - self.back, self.back)
        return over and not (self.lost or self.doubled or self.wrong or self.examples)


def counted(
    asked: Sequence[Asked], states: Mapping[str, int], start: Facts, now: Facts
) -> Tally:  # fmt: skip
    """`states` are those of the conversions, and how often there is each."""
    whole = [one for one in asked if not one.stopped]
    tally = Tally(len(whole), sum(one.back for one in whole), stopped=len(asked) - len(whole))
    left = Counter(states)
    tally.done, tally.undone = left.pop("done", 0), left.pop("undone", 0)
    tally.failed = left.pop("failed", 0)
    tally.stuck = left.total()
    companies: dict[str, list[Asked]] = {}
    for one in asked:
        companies.setdefault(one.company, []).append(one)
    nobodys = start.get("", Counter[str]())
    _compare(tally, "nobody", nobodys, now.get("", Counter()), back=False)
    for company, mine in companies.items():
        kind, back = mine[0].kind, mine[0].back
        there = now.get(company, Counter())
        if mine[0].stopped:
            ends = kind.taken_back(start[company], len(mine)), kind.made(start[company], len(mine))
            _compare_stopped(tally, company, start[company], ends[not back], there)
            continue
        due = (kind.taken_back if back else kind.made)(start[company], len(mine))
        what = f"{kind.name} of {company}{', taken back' if back else ''}"
        _compare(tally, what, due, there, back=back)
    return tally


def _compare_stopped(
    tally: Tally, company: str, start: Counter[str], end: Counter[str], there: Counter[str]
) -> None:
    """Somewhere between the start and the end: what both have is there, if with another mark or on
    another record, and nothing that neither has."""
    things = (_things(start) & _things(end)) - _things(there)
    missing, more = ((start & end) - there) | things, there - (start | end)
    tally.lost += missing.total()
    tally.doubled += more.total()
    what = f"stopped of {company}"
    tally.examples += [f"{what}: {times} missing: {one}" for one, times in missing.items()]
    tally.examples += [f"{what}: {times} too many: {one}" for one, times in more.items()]


def _compare(
    tally: Tally, what: str, due: Counter[str], there: Counter[str], *, back: bool
) -> None:
    missing, more = due - there, there - due
    if back:
        tally.wrong += bool(missing or more)
    else:
        tally.lost += missing.total()
        tally.doubled += more.total()
    tally.examples += [f"{what}: {times} missing: {one}" for one, times in missing.items()]
    tally.examples += [f"{what}: {times} too many: {one}" for one, times in more.items()]


def _things(facts: Counter[str]) -> Counter[str]:
    """What they are about, wherever it hangs and whatever its values are."""
    found = Counter[str]()
    for fact, times in facts.items():
        holder, _, hanging = fact.partition("/")
        found[hanging or holder.split()[0]] += times
    return found

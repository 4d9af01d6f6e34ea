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
    examples: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        over = (self.done, self.undone) == (self.asked - self.back, self.back)
        return over and not (self.lost or self.doubled or self.wrong or self.examples)


def counted(
    asked: Sequence[Asked], states: Mapping[str, int], start: Facts, now: Facts
) -> Tally:  # fmt: skip
    """`states` are those of the conversions, and how often there is each."""
    tally = Tally(len(asked), sum(one.back for one in asked))
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
        due = (kind.taken_back if back else kind.made)(start[company], len(mine))
        what = f"{kind.name} of {company}{', taken back' if back else ''}"
        _compare(tally, what, due, now.get(company, Counter()), back=back)
    return tally


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

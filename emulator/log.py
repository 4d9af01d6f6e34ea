"""What was asked of an org: every call with its status, time and cost, and sums of them."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class LoggedCall:
    """One call. Parameters by name only: values may hold people's data.

    `sub` calls ran inside a composite request and cost nothing of their own.
    """

    at: str
    method: str
    path: str
    params: tuple[str, ...]
    user_id: str
    status: int
    code: str
    credits: int
    milliseconds: float
    faults: tuple[str, ...] = ()
    sub: bool = False


KEPT = 10_000


@dataclass(slots=True)
class CallLog:
    """The last calls, in order: 10,000 at least, and never twice as many."""

    calls: list[LoggedCall] = field(default_factory=list)

    def add(self, call: LoggedCall) -> None:
        self.calls.append(call)
        if len(self.calls) >= 2 * KEPT:
            del self.calls[:KEPT]

    def clear(self) -> None:
        self.calls.clear()

    @property
    def credits(self) -> int:
        return sum(call.credits for call in self.calls)

    def count(self, method: str = "", ending: str = "") -> int:
        """How many calls (not sub-calls) had this method and a path with this ending."""
        return sum(
            not call.sub and method in ("", call.method) and call.path.endswith(ending)
            for call in self.calls
        )

    def summary(self) -> dict[str, Any]:
        kinds = Counter(f"{call.method} {_shape(call.path)}" for call in self.calls)
        return {
            "calls": sum(not call.sub for call in self.calls),
            "sub_calls": sum(call.sub for call in self.calls),
            "credits": self.credits,
            "by_kind": dict(kinds.most_common()),
            "by_status": dict(Counter(str(call.status) for call in self.calls)),
        }

    def as_json(self, last: int = 200) -> list[dict[str, Any]]:
        return [asdict(call) for call in self.calls[-last:]]


def _shape(path: str) -> str:
    """The path with its ids taken out."""
    return "/".join("{id}" if part.isdigit() else part for part in path.split("/"))

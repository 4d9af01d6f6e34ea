"""What a plan costs in Zoho's API: calls, and credits of the org's daily share."""

from collections.abc import Iterable
from dataclasses import dataclass

from extension.planning.policies import ACTIVITIES
from extension.planning.steps import CarryList, ConvertInZoho, Step

ONE_CALL = 100
"""Records that one call writes."""
ONE_CREDIT = 10
"""Records that one credit writes. https://www.zoho.com/crm/developer/docs/api/v8/api-limits.html"""
CONVERSION = 5


@dataclass(frozen=True, slots=True)
class Cost:
    """`least`: some lists could not be counted, so it may be more."""

    credits: int = 0
    calls: int = 0
    least: bool = False

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(
            self.credits + other.credits, self.calls + other.calls, self.least or other.least
        )


def cost(steps: Iterable[Step]) -> Cost:
    """What these steps cost at least when nothing has to be repeated."""
    return sum((_of(step) for step in steps), Cost())


def _of(step: Step) -> Cost:
    match step:
        case ConvertInZoho():
            return Cost(CONVERSION, 1)
        case CarryList(list=name, count=count):
            return _list(name, count or 0, least=count is None)
    return Cost(1, 1)


def _list(name: str, count: int, *, least: bool) -> Cost:
    """The list is read; files travel one by one, there and back; the rest in one call."""
    reading = Cost(1, 1, least)
    if name == "Attachments":
        return reading + Cost(2 * count, 2 * count)
    if name == "Notes" or name in ACTIVITIES:
        return reading + Cost(-(-count // ONE_CREDIT), -(-count // ONE_CALL))
    return reading + Cost(count, count)

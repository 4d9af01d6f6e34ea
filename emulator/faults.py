"""Trouble to order: what goes wrong, with which call, how often.

`world.faults.order("answer_lost", method="POST", path="/Vendors")` strikes the next such call;
`nth=3` the third; `times=None` every one from then on; `probability=0.1, seed=7` one in ten.
"""

import random
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Literal, get_args

Kind = Literal[
    "latency",  # answered `seconds` later
    "busy",  # 429 TOO_MANY_REQUESTS, nothing done
    "token_expired",  # 401 INVALID_TOKEN, nothing done; the token is dead from then on
    "server_error",  # 500 INTERNAL_ERROR, nothing done
    "answer_lost",  # done, but the connection breaks before a byte of the answer
    "answer_cut",  # done, but the connection breaks in the middle of the answer
    "no_connection",  # nothing done, the connection breaks
    "convert_scheduled",  # a single conversion answers 202 SCHEDULED and is done later
    # The rest strikes what the org sends; `path` is that of the other side's address.
    "sent_twice",
    "sent_late",  # `seconds` later
    "sent_overtaken",  # after the next one
    "sent_garbled",  # half of the body, or of the query string
    "not_sent",
    "channel_dropped",  # no notification, and the channel is gone
]
KINDS: tuple[str, ...] = get_args(Kind)
SENDING = tuple(kind for kind in KINDS if "sent" in kind or kind == "channel_dropped")
CALLS = tuple(kind for kind in KINDS if kind not in SENDING)


@dataclass(slots=True, kw_only=True)
class Order:
    """One piece of trouble. `path` is a pattern (`*`) of the path after `/crm/v8`."""

    kind: str
    method: str = "*"
    path: str = "*"
    nth: int = 1
    times: int | None = 1
    seconds: float = 0.0
    probability: float = 1.0
    number: int = 0
    struck: int = 0
    seen: int = 0

    def matches(self, method: str, path: str) -> bool:
        return self.method in ("*", method) and fnmatchcase(path, self.path)

    @property
    def over(self) -> bool:
        return self.times is not None and self.struck >= self.times


@dataclass(slots=True)
class Faults:
    """The trouble ordered for one org. `search_lag`: seconds until search sees a write."""

    orders: list[Order] = field(default_factory=list)
    search_lag: float = 0.0
    sleep: Callable[[float], None] = time.sleep
    _random: random.Random = field(default_factory=lambda: random.Random(0))
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _count: int = 0

    def order(self, kind: str, *, seed: int | None = None, **traits: Any) -> Order:
        """Order trouble; see `Order` for what can be said. `seed` restarts the dice."""
        if kind not in KINDS:
            raise ValueError(f"no such trouble: {kind} (there are {', '.join(KINDS)})")
        if seed is not None:
            self._random.seed(seed)
        order = Order(kind=kind, **traits)
        with self._lock:
            self._count += 1
            order.number = self._count
            self.orders.append(order)
        return order

    def cancel(self, number: int) -> bool:
        with self._lock:
            left = [order for order in self.orders if order.number != number]
            found = len(left) < len(self.orders)
            self.orders[:] = left
            return found

    def clear(self) -> None:
        """No more trouble."""
        with self._lock:
            self.orders.clear()
            self.search_lag = 0.0

    def meet(self, method: str, path: str, kinds: Iterable[str] = CALLS) -> list[Order]:
        """The orders of these kinds that strike this call. Counts it."""
        with self._lock:
            return [
                order
                for order in self.orders
                if order.kind in kinds and self._strikes(order, method, path)
            ]

    def _strikes(self, order: Order, method: str, path: str) -> bool:
        if order.over or not order.matches(method, path):
            return False
        order.seen += 1
        if order.seen < order.nth:
            return False
        if order.probability < 1 and self._random.random() >= order.probability:
            return False
        order.struck += 1
        return True

    def as_json(self) -> list[dict[str, Any]]:
        return [asdict(order) for order in self.orders]

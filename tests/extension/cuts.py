"""Cuts the power at every write of a conversion, and says how the emulator's world looks then."""

import copy
import json
import re
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

import pytest
import requests

from emulator import World
from extension import running
from extension.parts import Parts
from extension.planning.own_fields import KEY_FIELD
from extension.zoho.files import Multipart
from tests.extension.rig import Clock, Wire

READING = ("/coql", "/get_related_records_count", "/__composite_requests")


class PowerCut(BaseException):
    """The process dies: nothing more of it happens."""


@dataclass
class Cutter:
    """Cuts the power at every write to Zoho, once at each. Moments:

    * before: the process dies when the write is about to leave
    * lost: the write is done, its answer gets lost, and the process lives on
    * after: the write is done, and the process dies before it knows
    * noted: what came of the write is noted, and the process dies at whatever it asks next
    """

    moment: str
    writes: set[str] = field(default_factory=set)
    """What was written where, alike for all records."""
    cut: set[str] = field(default_factory=set)
    _seen: set[Hashable] = field(default_factory=set, init=False)
    _dies: str = field(default="", init=False)
    _due: bool = field(default=False, init=False)

    def before(self, request: requests.PreparedRequest) -> None:
        if self._dies:
            self._die(self._dies)
        if writes(request):
            self.writes.add(_kind(request))
            self._due = _this(request) not in self._seen
            self._seen.add(_this(request))
            if self._is("before"):
                self._die(_kind(request))

    def after(
        self, request: requests.PreparedRequest, answer: requests.Response
    ) -> requests.Response:
        if writes(request):
            if self._is("noted"):
                self._dies = _kind(request)
            if self._is("after"):
                self._die(_kind(request))
            if self._is("lost"):
                self.cut.add(_kind(request))
                raise requests.ConnectionError("the answer is lost", request=request)
        return answer

    @property
    def everywhere(self) -> bool:
        """Whether every write was cut. After the last one nothing is asked that could be cut."""
        return self.cut | ({self._dies} if self._dies else set()) == self.writes

    def _is(self, moment: str) -> bool:
        return self._due and moment == self.moment

    def _die(self, write: str) -> None:
        self._dies = ""
        self.cut.add(write)
        raise PowerCut


class CutAt:
    """Cuts the power at one write to Zoho, counted from 1, before it is sent or after it was
    done."""

    def __init__(self, at: int, moment: str) -> None:
        self.at, self.moment, self.writes = at, moment, 0

    def before(self, request: Any) -> None:
        if writes(request):
            self.writes += 1
            if (self.writes, self.moment) == (self.at, "before"):
                raise PowerCut

    def after(self, request: Any, answer: Any) -> Any:
        if writes(request) and (self.writes, self.moment) == (self.at, "after"):
            raise PowerCut
        return answer


def never() -> Cutter:
    return Cutter("never")


MOMENTS = ("before", "lost", "after", "noted")


def writes(request: requests.PreparedRequest) -> bool:
    path = request.path_url
    return request.method != "GET" and "/crm/" in path and not path.endswith(READING)


def _kind(request: requests.PreparedRequest) -> str:
    """The same for the same write to other records."""
    path = urlsplit(request.path_url).path
    return f"{request.method} {re.sub(r'[0-9]{6,}', '#', path)}"


def _this(request: requests.PreparedRequest) -> Hashable:
    """The same for the same write when it is sent again. Of a file its name is compared."""
    sent = request.body
    body = sent.file_name if isinstance(sent, Multipart) else sent
    return request.method, request.url, body


class Cuts(Protocol):
    """What a wire is told to do when something is sent."""

    def before(self, request: requests.PreparedRequest) -> None: ...

    def after(
        self, request: requests.PreparedRequest, answer: requests.Response
    ) -> requests.Response: ...


SomeCuts = TypeVar("SomeCuts", bound=Cuts)


@contextmanager
def power_cuts(wire: Wire, cutter: SomeCuts) -> Iterator[SomeCuts]:
    wire.before, wire.twist = cutter.before, cutter.after
    try:
        yield cutter
    finally:
        wire.before = wire.twist = None


@contextmanager
def cut_off(wire: Wire, at: int, moment: str) -> Iterator[None]:
    """Whatever goes on meanwhile ends at this write to Zoho."""
    with power_cuts(wire, CutAt(at, moment)), pytest.raises(PowerCut):
        yield


def carried_out(parts: Parts, clock: Clock, conversion: str) -> None:
    """As the engine does it: again after every power cut, and as often as it wants to be called."""
    for _ in range(60):
        try:
            wait = running.run(parts, [conversion])
        except PowerCut:
            continue
        if wait is None:
            return
        clock.advance(seconds=wait)
    raise AssertionError("it never ends")


# The world

CHANGING = ("records", "bin", "links", "tags", "files", "jobs", "touched")
"""What conversions change of a world; its modules are too many to be copied each time. No id is
given twice, as in Zoho."""


def kept(world: World) -> dict[str, Any]:
    return {name: copy.deepcopy(getattr(world.state, name)) for name in CHANGING}


def put_back(world: World, state: dict[str, Any]) -> None:
    for name, value in state.items():
        setattr(world.state, name, copy.deepcopy(value))


OWN = {
    "id", "Created_Time", "Modified_Time", "Last_Activity_Time", "Created_By", "Modified_By",
    "Layout", "color_code",
}  # fmt: skip
"""Ids, times, and what Zoho gives a record besides."""
Picture = dict[str, list[str]]


def picture(world: World) -> Picture:
    """Every record, link and thing in the recycle bin, without ids and times: a record is named by
    its module and name wherever something points at it. What is there twice is here twice."""
    names = {ident: _name(module, one) for module, ident, one in _everything(world)}
    shown = Picture()
    for module, rows in world.records.items():
        if rows:
            shown[module] = sorted(_shown(_plain(world, one, names)) for one in rows.values())
    shown["bin"] = sorted(names[ident] for ident in world.bin)
    shown["links"] = sorted(
        f"{names[one.id]} - {names[one.other_id]} {_shown(one.details)}" for one in world.links
    )
    return {name: rows for name, rows in shown.items() if rows}


def without_bin(one: Picture) -> Picture:
    """What was made lies in the recycle bin afterwards, which no plan promises to empty."""
    return {name: rows for name, rows in one.items() if name != "bin"}


def _everything(world: World) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for module, rows in world.records.items():
        for ident, one in rows.items():
            yield module, ident, one
    for ident, gone in world.bin.items():
        yield gone.module, ident, gone.record


NAMES = (
    "Vendor_Name", "Last_Name", "Subject", "Event_Title", "Note_Title", "File_Name",
    "Campaign_Name", "Product_Name", "Deal_Name", "Account_Name",
)  # fmt: skip


def _name(module: str, record: dict[str, Any]) -> str:
    own = (record[name] for name in NAMES if isinstance(record.get(name), str))
    return f"{module}/{next(own, '')}"


def _plain(world: World, value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [_plain(world, one, names) for one in value]
    if isinstance(value, dict):
        if value.get("id") in names and len(value) <= 3:
            return names[value["id"]]
        cells = {name: _cell(world, name, one, names) for name, one in value.items()}
        return {name: one for name, one in cells.items() if one not in (None, "", [], {}, False)}
    return names.get(value, value) if isinstance(value, str) else value


def _cell(world: World, name: str, value: Any, names: dict[str, str]) -> Any:
    if name in OWN:
        return None
    if name == KEY_FIELD:
        return value and "a key"
    if name == "$file_id":
        return world.files.get(value, b"").decode()
    return _plain(world, value, names)


def _shown(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)

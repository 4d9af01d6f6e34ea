"""What the people of chaos do: they ask for conversions and batches, and have some taken back. They
click twice, and again where nothing comes back."""

import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import requests
from sqlalchemy import select

from benchmarks.kinds import OVER, Asked
from benchmarks.scene import Person, Scene
from extension.store.conversions import Conversion, Line

PATIENCE_SECONDS = 1_200.0
BATCHES = "/api/v1/batches"
CONVERSIONS = "/api/v1/conversions"


@dataclass
class Many:
    """Leads that somebody has converted together."""

    asked: list[Asked]
    back: bool
    stopped: bool = False
    batch: str = ""


def click(person: Person, asked: Asked) -> None:
    """Look, and say yes twice."""
    for _ in _patiently(f"lead {asked.lead}"):
        plan = _insist(person, "POST", f"/api/v1/leads/{asked.lead}/plan", json=asked.choices)
        body = {"lead": asked.lead, "choices": asked.choices, "digest": plan.json().get("digest")}
        asked.conversion = _twice(person, CONVERSIONS, body, f"chaos-{asked.lead}")
        if asked.conversion:
            return


def click_together(person: Person, many: Many) -> None:
    """Have them planned, look at that, and say yes to it."""
    body = {"leads": [one.lead for one in many.asked], "choices": many.asked[0].choices}
    for _ in _patiently("a batch"):
        many.batch = many.batch or _twice(person, BATCHES, body, f"chaos-{many.asked[0].lead}")
        seen = _insist(person, "GET", f"{BATCHES}/{many.batch}").json() if many.batch else {}
        if seen.get("state") == "planned":
            start = (f"{BATCHES}/{many.batch}/start", {"digest": seen["digest"]})
            if _twice(person, *start, "") == many.batch:
                return


def take_back(scene: Scene, person: Person, asked: Asked) -> None:
    """Once it is done: twice at the same time, as somebody at two screens does."""
    _until(lambda: bool(asked.conversion) and _state(scene, asked.conversion) in OVER)
    if _state(scene, asked.conversion) == "done":
        _undo(person, f"{CONVERSIONS}/{asked.conversion}/undo")


def take_back_together(person: Person, many: Many) -> None:
    """Once it is done; and wait for that, since its conversions turn back little by little."""

    def has(state: str) -> bool:
        at = f"{BATCHES}/{many.batch}"
        return bool(many.batch) and _insist(person, "GET", at).json().get("state") == state

    _until(lambda: has("done"))
    _undo(person, f"{BATCHES}/{many.batch}/undo")
    _until(lambda: has("undone"))


def stop(scene: Scene, person: Person, many: Many) -> None:
    """Once the first of it is written, cancel the rest; and have taken back what there is, if that
    is to be, until nothing is left to take back."""

    def seen() -> Any:
        at = f"{BATCHES}/{many.batch}"
        return _insist(person, "GET", at).json() if many.batch else {}

    _until(lambda: _has_begun(scene, many))
    _until(lambda: _twice_over(person, f"{BATCHES}/{many.batch}/cancel"))
    if many.back:
        _until(lambda: _is_undone(person, many, seen()))


def _has_begun(scene: Scene, many: Many) -> bool:
    """Whether a step of it is done. Its conversions go together: once one of them is over, most
    are."""
    steps = select(Line.id).join(Conversion, Conversion.id == Line.conversion_id)
    leads = [one.lead for one in many.asked]
    with scene.database.connect() as db:
        wanted = steps.where(Conversion.lead_id.in_(leads), Line.state == "done").limit(1)
        return db.scalar(wanted) is not None


def _twice_over(person: Person, path: str) -> bool:
    """Cancelled twice it is cancelled once; what is done already stays so."""
    answers = [_insist(person, "POST", path) for _ in range(2)]
    return answers[-1].status_code == 409


def _is_undone(person: Person, many: Many, seen: Mapping[str, Any]) -> bool:
    """Asks again while something is left: what was under way when it was stopped is looked up
    first."""
    if seen.get("undoable"):
        _insist(person, "POST", f"{BATCHES}/{many.batch}/undo", json={})
        return False
    return bool(seen.get("state") in ("undone", "cancelled"))


def _twice(person: Person, path: str, body: dict[str, Any], key: str) -> str:
    """The id of what came of it, "" where nothing did."""
    headers = {"Idempotency-Key": key} if key else {}
    answers = [_insist(person, "POST", path, json=body, headers=headers) for _ in range(2)]
    ids = {one.json()["id"] for one in answers if one.status_code == 202}
    if len(ids) > 1:
        raise RuntimeError(f"two of {path}: {ids}")
    return next(iter(ids), "")


def _undo(person: Person, path: str) -> None:
    """Asked for twice it is under way once: the second hears that it is."""
    for _ in _patiently(path):
        with ThreadPoolExecutor(2) as screens:
            asked = [screens.submit(_insist, person, "POST", path, json={}) for _ in range(2)]
            answers = [one.result() for one in asked]
        under_way = [one for one in answers if one.status_code == 202 or _goes_back(one)]
        if len(under_way) == len(answers):
            return


def _goes_back(answer: requests.Response) -> bool:
    said = answer.json().get("error", {})
    return said.get("details", {}).get("state") in ("undoing", "undone")


def _insist(person: Person, method: str, path: str, **more: Any) -> requests.Response:
    """As often as it takes to get an answer, and one that says more than that Zoho has none."""
    for _ in _patiently(path):
        try:
            answer = person.ask(method, path, **more)
        except (requests.ConnectionError, requests.exceptions.ChunkedEncodingError):
            continue
        if answer.status_code not in (502, 503):
            return answer
    raise AssertionError


def _until(so: Callable[[], bool]) -> None:
    for _ in _patiently("what was asked for"):
        if so():
            return


def _patiently(what: str) -> Iterator[None]:
    until, pause = time.monotonic() + PATIENCE_SECONDS, 0.0
    while time.monotonic() < until:
        yield
        pause = min(1.0, pause + 0.1)
        time.sleep(pause)
    raise TimeoutError(f"nobody waits any longer for {what}")


def _state(scene: Scene, conversion: str) -> str | None:
    """From our own tables: to ask for each takes long."""
    with scene.database.connect() as db:
        return db.scalar(select(Conversion.state).where(Conversion.public_id == conversion))

"""Composite requests: up to five calls in one, later ones using what earlier ones answered.

https://www.zoho.com/crm/developer/docs/api/v8/composite-api.html

A part that Zoho answers with an error was still executed and stands as such in the answer; an
error entry means that it could not be run. Mistakes in the request itself refuse it as a whole.
"""

from typing import Any

from flask import Blueprint, request

from .. import answers
from ..answers import Json, Rejected
from ..call import Answer, endpoint
from ..caller import Call, current
from .composite_parts import KEY, Part, parts_of
from .composite_references import BadReference, resolved

bp = Blueprint("composite", __name__)

SINCE = (3, 0)
PLACES = 5
KEPT_HEADERS = ("Content-Type",)
PARALLEL = ("parallel_execution", "concurrent_execution")
"""The newer and the older name of the same switch."""

Entry = Json | Rejected


def _cost(call: Call) -> int:
    """One credit, or two with a rollback in reserve."""
    body = request.get_json(silent=True, force=True)
    return 2 if isinstance(body, dict) and body.get("rollback_on_fail") is True else 1


@endpoint(
    bp, "/__composite_requests", methods=["POST"], places=PLACES, heavy=True, cost=_cost,
    scopes=["ZohoCRM.composite_requests.CUSTOM"],
)  # fmt: skip
def composite() -> Answer:
    """Run the parts and answer with what each of them answered, in the order of the request."""
    call = current()
    if call.version < SINCE:
        raise answers.api_not_supported(SINCE[0])
    body = call.json_object()
    rollback, parallel = _switches(body)
    parts = parts_of(call, body)
    run = _Run(call, parts)
    if rollback:
        entries = run.all_or_nothing()
    else:
        entries = run.by_dependency() if parallel else run.in_order()
    return answers.many(KEY, entries)


def _switches(body: Json) -> tuple[bool, bool]:
    """Whether to roll back on failure, and whether independent parts may run at once."""
    rollback = _switch(body, "rollback_on_fail", False)
    name = PARALLEL[1] if PARALLEL[1] in body else PARALLEL[0]
    parallel = _switch(body, name, not rollback)
    if rollback and parallel:
        due = [{"api_name": key, "json_path": f"$.{key}"} for key in ("rollback_on_fail", name)]
        raise Rejected(
            "AMBIGUITY_DURING_PROCESSING",
            "ambiguity while processing the request",
            {"ambiguity_due_to": due},
        )
    return rollback, parallel


def _switch(body: Json, name: str, default: bool) -> bool:
    given = body.get(name)
    if given is None:
        return default
    if not isinstance(given, bool):
        raise answers.invalid_data(name, f"$.{name}", expected_data_type="boolean")
    return given


class _Run:
    """The parts being run; `bodies` are the answers so far, by sub_request_id."""

    def __init__(self, call: Call, parts: list[Part]) -> None:
        self._call = call
        self._parts = parts
        self._bodies: dict[str, Any] = {}

    def in_order(self) -> list[Entry]:
        return [self._one(part)[0] for part in self._parts]

    def by_dependency(self) -> list[Entry]:
        """Each part after those it refers to; the emulator runs even independent ones in turn."""
        entries: dict[int, Entry] = {}
        while len(entries) < len(self._parts):
            for part in self._parts:
                waits = any(p.id in part.needs and p.index not in entries for p in self._parts)
                if part.index not in entries and not waits:
                    entries[part.index] = self._one(part)[0]
        return [entries[part.index] for part in self._parts]

    def all_or_nothing(self) -> list[Entry]:
        """In order; the first failure undoes what was done and keeps the rest from running."""
        before = self._call.world.snapshot()
        entries: list[Entry] = []
        for part in self._parts:
            entry, well = self._one(part)
            entries.append(entry)
            if not well:
                self._call.world.restore(before)
                return self._rolled_back(entries)
        return entries

    def _rolled_back(self, entries: list[Entry]) -> list[Entry]:
        failed = len(entries) - 1
        undone = Rejected(
            "ROLLBACK_PERFORMED", "rollback performed", {"rollbacked_by_sub_request_index": failed}
        )
        stopped = Rejected("PROCESSING_STOPPED", "processing stopped")
        rest = len(self._parts) - len(entries)
        return [*([undone] * failed), entries[failed], *([stopped] * rest)]

    def _one(self, part: Part) -> tuple[Entry, bool]:
        """Run a part: its entry in the answer, and whether Zoho did what it asked."""
        try:
            uri = resolved(part.uri, "uri", self._bodies)
            params = resolved(part.params, "params", self._bodies)
            body = resolved(part.body, "body", self._bodies)
        except BadReference as bad:
            details = {
                "api_name": bad.place.partition(".")[0],
                "json_path": f"{part.path}.{bad.place}",
                "reference": bad.reference,
            }
            return Rejected("INVALID_REFERENCE", "invalid reference", details), False
        status, headers, answer = self._call.perform(
            part.method, uri, params=params, headers=part.headers, body=body
        )
        self._bodies[part.id] = answer
        kept = {key.lower(): headers[key] for key in KEPT_HEADERS if key in headers}
        response = {"status_code": status, "headers": kept, "body": answer}
        entry = answers.success(
            "composite sub request executed successfully", {"response": response}
        )
        return entry, status < 400

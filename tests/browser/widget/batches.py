"""A batch as the API has it, which a test brings from one state to the next."""

import json
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from extension.planning import many
from tests.browser.widget.planner import Planner
from tests.browser.widget.server import Call, Reply, WidgetSite, refuse, say, tell
from tests.planning import crm

ROOT = "/api/v1/batches"
ID = "bqrstvwxyz"
ONE = f"{ROOT}/{ID}"
DIGEST = "d1" * 32
STATES = (
    "listed", "planned", "blocked", "queued", "running", "waiting", "done", "failed", "cancelled",
    "undoing", "undone",
)  # fmt: skip
LEADS = tuple(str(3652397000009860000 + number) for number in range(60))
LOCKED = {"code": "locked", "message": "Locked.", "details": {"key": "locked", "params": {}}}
UNAPPROVED = {"code": "not_approved", "message": "Not approved.", "details": {}}
INVALID = {
    "code": "step_refused",
    "message": "Zoho refused a step.",
    "details": {"code": "INVALID_DATA", "message": "Website is no address", "step": "Create"},
}
TITLE = {
    "field": "Designation", "label": "Title", "code": "no_field", "message": "No field takes it.",
}  # fmt: skip
TAX = {**TITLE, "field": "Tax_Number", "label": "Tax Number"}
SIGNING = {"code": "sign_in", "message": "Sign in.", "details": {}}
LEFT = [{"module": "Vendors", "id": "9102", "code": "changed", "message": "Somebody has."}]
WHICH = {
    "code": "which_record",
    "message": "Which one?",
    "details": {"module": "Vendors", "candidates": [{"id": "9100", "name": "Acme"},
                                                    {"id": "9101", "name": "Acme"}]},
}  # fmt: skip


@dataclass
class Batches:
    """60 leads for vendors: 5 cannot be converted, 12 lose something, 3 share a vendor."""

    id: str = ID
    state: str = "planning"
    ticks: int = 0
    more: dict[str, Any] = field(default_factory=dict)
    rows: list[dict[str, Any]] = field(default_factory=list)
    moved: threading.Condition = field(default_factory=threading.Condition)
    streams: bool = True
    over: bool = False

    def __post_init__(self) -> None:
        self.take(LEADS)

    def take(self, leads: tuple[str, ...]) -> None:
        self.rows = [
            {"place": place, "lead": lead, "name": f"Lead Number {place}",
             "company": f"Company {place % 7}", "state": "listed", "reason": None, "target": None,
             "records": [], "left_alone": [], "losses": [], "lost": 0, "joined_to": None,
             "conversion": None, "question": None}
            for place, lead in enumerate(leads, 1)
        ]  # fmt: skip

    def serve(self, site: WidgetSite) -> None:
        planner = Planner()
        planner.serve(site)
        offered = many.as_json(planner.targets, planner.org, crm.REP)
        site.on("GET", "/api/v1/batch-targets", say(offered))
        self.stand_in(site)

    def stand_in(self, site: WidgetSite) -> None:
        """This is the batch that the next one to ask gets."""
        one = f"{ROOT}/{self.id}"
        site.replies["POST", ROOT] = self.begun
        site.replies["GET", one] = lambda _: say(self.view())
        site.replies["GET", f"{one}/ledger"] = self.ledger
        site.replies["GET", f"{one}/events"] = self.stream
        for deed, state in (("cancel", "cancelled"), ("undo", "undoing"), ("retry", "running"),
                            ("start", "running")):  # fmt: skip
            site.replies["POST", f"{one}/{deed}"] = self.deed(state)

    def begun(self, call: Call) -> Reply:
        asked: Any = call.json
        self.take(tuple(asked["leads"]))
        self.state = "planning"
        return say(self.view(), 202)

    def deed(self, state: str) -> Any:
        def done(_: Call) -> Reply:
            self.move(state)
            return say(self.view(), 202)

        return done

    def stream(self, _: Call) -> Reply:
        return tell(self.told()) if self.streams else refuse(503, "zoho_busy")

    def told(self) -> Iterator[object]:
        """How it stands, and again whenever it has moved."""
        while not self.over:
            told = self.ticks
            yield self.view()
            with self.moved:
                self.moved.wait_for(partial(self._is_news, told), timeout=25)

    def _is_news(self, told: int) -> bool:
        return self.over or self.ticks != told

    def end(self) -> None:
        """No stream goes on after the test."""
        with self.moved:
            self.over = True
            self.moved.notify_all()

    def ledger(self, call: Call) -> Reply:
        after, limit = int(call.query.get("after", "0")), int(call.query["limit"])
        rows = [row for row in self.rows if row["place"] > after][:limit]
        left = bool(rows) and rows[-1]["place"] < len(self.rows)
        return say({"rows": rows, "next": rows[-1]["place"] if left else None})

    def move(self, state: str, **more: Any) -> None:
        """To another state; `more` is what the view says besides."""
        with self.moved:
            self.state, self.more = state, more
            self.ticks += 1
            self.moved.notify_all()

    def become(self, state: str, *places: int, **more: Any) -> None:
        for row in self.rows:
            if row["place"] in places:
                row |= {"state": state, **more}

    def plan(self, **more: Any) -> None:
        """Every lead has been looked at."""
        every = range(1, len(self.rows) + 1)
        self.become("planned", *every, target="Vendors")
        self.become("blocked", *(one for one in (4, 9, 17) if one in every), reason=LOCKED)
        self.become("blocked", *(one for one in (23, 31) if one in every), reason=UNAPPROVED)
        self.become("planned", *range(40, min(51, len(self.rows)) + 1), losses=[TITLE], lost=1)
        self.become("planned", 40, losses=[TITLE, TAX], lost=2)
        self.become("planned", 54, 55, 56, joined_to=53)
        self.move("planned", **more)

    def view(self) -> dict[str, Any]:
        counts = dict.fromkeys(STATES, 0) | Counter(row["state"] for row in self.rows)
        planned = self.state != "planning"
        return {
            "id": self.id, "state": self.state, "target": "Vendors", "target_label": "Vendor",
            "leads": len(self.rows), "counts": counts,
            "lost": sum(row["lost"] for row in self.rows),
            "leads_with_losses": sum(row["lost"] > 0 for row in self.rows),
            "joined": sum(row["joined_to"] is not None for row in self.rows),
            "left_alone": sum(bool(row["left_alone"]) for row in self.rows),
            "undoable": sum(map(undoable, self.rows)),
            "estimate": {"calls": 44, "credits": 51, "seconds": 130, "credits_left": 4000}
            if planned else None,
            "possible": planned, "problem": None, "digest": DIGEST if planned else None,
            "seconds_left": None, "created_at": "2026-01-31T09:00:00+00:00",
            "changed_at": f"2026-01-31T09:00:{self.ticks:02d}+00:00", "asked_by": "Rob Rep",
            **self.more,
        }  # fmt: skip


def undoable(row: dict[str, Any]) -> bool:
    return bool(row["state"] == "done" or (row["state"] == "failed" and row["records"]))


def changed(batch: Batches) -> Reply:
    """The plan is another one by now."""
    told = {"code": "plan_changed", "message": "Look again.", "details": {"batch": batch.view()}}
    return Reply(409, json.dumps({"error": told}).encode(), {"Content-Type": "application/json"})

"""A conversion as the API shows it, and where the page shows it."""

from typing import Any

from playwright.sync_api import Locator

from tests.browser.widget.conftest import LATER, LEAD, OPTIONS, Desk
from tests.browser.widget.planner import AT, Planner
from tests.browser.widget.server import Reply, say

START = "/api/v1/conversions"
ONE = f"{START}/abcdefghjk"
AFTER = "2026-01-31T09:00:05+00:00"
BEFORE = "2026-01-31T08:00:00+00:00"


def conversion(state: str, **more: Any) -> dict[str, Any]:
    """A conversion to a vendor, as the API shows it."""
    over = state in ("done", "undone")
    return {
        "id": "abcdefghjk", "lead": LEAD, "target": "Vendors", "state": state, "steps": 7,
        "steps_done": 7 if over else 0, "records": [], "lost": 5, "question": None,
        "problem": None, "left_alone": [], "yours": True, "created_at": AT, "changed_at": AFTER,
        **more,
    }  # fmt: skip


VENDOR = {"key": "Vendors", "module": "Vendors", "id": "9100"}
DONE = conversion("done", records=[VENDOR])
REFUSED = {
    "code": "step_refused",
    "message": "Zoho refused a step: invalid data.",
    "details": {
        "code": "INVALID_DATA", "message": "invalid data", "step": "Create", "line": 3,
        "label": "Web Site",
    },
}  # fmt: skip
WHICH = {
    "code": "which_record",
    "message": "Which one?",
    "details": {
        "line": 3,
        "module": "Vendors",
        "candidates": [{"id": "9100", "name": "Acme"}, {"id": "9101", "name": "Acme"}],
    },
}
SIGN_IN = {"code": "sign_in", "message": "Sign in.", "details": {}}
CHANGED = {"code": "lead_changed", "message": "It was changed.", "details": {}}


def said(found: dict[str, Any], status: int = 202) -> Reply:
    return say(found, status)


def known(desk: Desk, found: dict[str, Any]) -> None:
    """The API has this conversion of the lead already."""
    desk.site.on("GET", START, say({"conversions": [found]}))


def read_again(desk: Desk, planner: Planner) -> None:
    """From now on the lead is seen as it is after all of that."""
    desk.site.on("GET", OPTIONS, say({**planner.options(), "as_of": LATER}))


def panel(desk: Desk) -> Locator:
    return desk.frame.locator(".conversion")


def title(desk: Desk) -> Locator:
    return panel(desk).get_by_role("heading", level=2)


def convert(desk: Desk) -> Locator:
    return desk.button("Convert")

"""How a test finds its way about the view for many leads, and what it looks at there."""

import re
from typing import Any

from playwright.sync_api import Locator, expect

from tests.browser.widget.batches import INVALID, LEADS, LEFT, ROOT, SIGNING, WHICH, Batches
from tests.browser.widget.conftest import Desk


def planned(desk: Desk, batch: Batches, **more: Any) -> None:
    """At a plan for all leads, which was asked for here."""
    desk.open(LEADS, **more)
    desk.frame.get_by_role("radio", name="Vendor").check()
    desk.button("Look at 60 leads").click()
    # Else it could be planned before it has begun.
    expect(desk.frame.get_by_text("Looking at 0 of 60 leads …").first).to_be_visible()
    batch.plan()
    expect(desk.title("55 of 60 leads can be converted")).to_be_visible()
    expect(rows(desk).first).to_be_visible()


def rows(desk: Desk) -> Locator:
    return desk.frame.locator(".ledger__row")


def row(desk: Desk, name: str) -> Locator:
    return rows(desk).filter(has_text=re.compile(rf"^{name}\b"))


def opened(desk: Desk) -> str:
    """The id of the record that Zoho CRM was asked to open."""
    heard = desk.page.wait_for_function(
        "heard.find(({ data }) => data?.action?.record === 'OPEN')?.data.data.RecordID"
    )
    return str(heard.json_value())


def begun(desk: Desk) -> list[Any]:
    return [call.json for call in desk.site.asked("POST", ROOT)]


def carried_out(batch: Batches, **more: Any) -> None:
    """All but two, which Zoho refused."""
    every = [one["place"] for one in batch.rows if one["state"] == "planned"]
    for place in every:
        vendor = {"key": "Vendors", "module": "Vendors", "id": str(9000 + place)}
        batch.become("done", place, records=[vendor], conversion=f"c{place}")
    batch.become("failed", 1, 2, reason=INVALID, records=[])
    batch.move("done", **more)


def undone(batch: Batches) -> None:
    """But for what somebody has changed of one lead, and what Zoho refuses of another."""
    batch.plan()
    batch.become("undone", *(one for one in range(1, 61) if one not in (4, 9, 17, 23, 31)))
    made = [{"key": "Vendors", "module": "Vendors", "id": "9102"}]
    batch.become("undone", 2, left_alone=LEFT, records=made)
    batch.become("failed", 3, reason=INVALID, records=made)
    batch.move("undone")


def bring(batch: Batches, view: str) -> None:
    if view == "planning":
        return
    batch.plan()
    if view == "waiting":
        batch.become("done", *range(10, 20))
        batch.become("waiting", 1, question=WHICH, conversion="c1")
        batch.move("waiting", seconds_left=90)
    if view == "over":
        carried_out(batch)
    if view == "undone":
        undone(batch)
    if view == "locked":
        carried_out(batch)
        batch.move("waiting", problem=SIGNING)

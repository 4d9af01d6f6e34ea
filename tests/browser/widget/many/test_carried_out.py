"""Many leads are carried out and taken back, and the person is asked where it matters."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.widget.batches import DIGEST, ID, LEADS, ONE, ROOT, SIGNING, WHICH, Batches
from tests.browser.widget.conftest import LATER, Desk
from tests.browser.widget.many.view import carried_out, opened, planned, row, rows, undone
from tests.browser.widget.server import Reply, refuse, say
from tests.browser.widget.views import sign_in

pytestmark = pytest.mark.browser


def test_they_are_carried_out_as_seen_and_the_failed_ones_tried_again(
    desk: Desk, batch: Batches
) -> None:
    planned(desk, batch)
    desk.button("Convert 55 leads").click()
    expect(desk.title("Converting: Vendor")).to_be_focused()
    [start] = desk.site.asked("POST", f"{ONE}/start")
    assert start.json == {"digest": DIGEST}
    batch.become("done", *range(40, 60))
    batch.move("running", seconds_left=200)
    expect(desk.frame.get_by_text("20 of 55 done. About 3 minutes left.").last).to_be_visible()
    expect(desk.frame.get_by_role("progressbar")).to_have_js_property("value", 20)
    place: Any = rows(desk).first.bounding_box()
    carried_out(batch)
    expect(desk.title("Converted: Vendor (53)")).to_be_visible()
    after: Any = rows(desk).first.bounding_box()
    assert abs(place["y"] - after["y"]) < 80
    desk.button("Failed: 2").click()
    expect(row(desk, "Lead Number 1")).to_contain_text("Zoho CRM refused: Website is no address")
    desk.button("Try the failed ones again (2)").click()
    expect(desk.title("Converting: Vendor")).to_be_visible()
    batch.become("done", 1, 2, reason=None)
    batch.move("done")
    expect(desk.title("Converted: Vendor (55)")).to_be_visible()
    desk.frame.get_by_label("Show").select_option("All (60)")
    row(desk, "Lead Number 3").get_by_role("button", name="Open Vendor").click()
    assert opened(desk) == "9003"
    assert len(desk.site.asked("POST", f"{ONE}/retry")) == 1


def test_what_came_of_it_is_saved_as_a_file_and_all_is_taken_back_after_a_second_yes(
    desk: Desk, batch: Batches
) -> None:
    batch.plan()
    carried_out(batch)
    csv = Reply(200, "place,lead\r\n1,Ünal\r\n".encode(), {"Content-Type": "text/csv"})
    desk.site.on("GET", f"{ONE}/ledger.csv", csv)
    desk.site.on("GET", ROOT, say({"batches": [batch.view()]}))
    desk.open(LEADS)
    expect(desk.frame.get_by_text("Done · Failed: 2 · Rob Rep")).to_be_visible()
    desk.frame.get_by_role("button", name="Have a look").click()
    expect(desk.title("Converted: Vendor (53)")).to_be_visible()
    with desk.page.expect_download() as saved:
        desk.button("Save as CSV").click()
    assert saved.value.suggested_filename == f"leads-{ID}.csv"
    assert saved.value.path().read_text("utf-8-sig").splitlines() == ["place,lead", "1,Ünal"]
    [asked] = desk.site.asked("GET", f"{ONE}/ledger.csv")
    assert asked.headers["Authorization"].startswith("Bearer ")
    desk.button("Undo all (53)").click()
    assert desk.site.asked("POST", f"{ONE}/undo") == []
    desk.button("Yes, undo all").click()
    expect(desk.title("Taking it back: Vendor")).to_be_visible()
    batch.become("undone", *range(1, 61))
    batch.move("undone")
    expect(desk.title("Taken back: Vendor")).to_be_visible()


def test_where_no_stream_comes_it_is_looked_at_again_and_again(desk: Desk, batch: Batches) -> None:
    batch.streams = False
    planned(desk, batch)
    desk.site.on("GET", ONE, Reply(502), say(batch.view() | {"state": "done", "changed_at": LATER}))
    desk.button("Convert 55 leads").click()
    expect(desk.frame.get_by_text("No news just now; we keep looking.").first).to_be_visible()
    expect(desk.title("Converted: Vendor (0)")).to_be_visible()


# What it waits for


def test_a_session_that_ends_in_the_middle_is_renewed_and_it_goes_on(
    desk: Desk, batch: Batches
) -> None:
    planned(desk, batch)
    go_on = desk.site.replies["POST", f"{ONE}/start"]
    desk.site.on("POST", f"{ONE}/start", refuse(401, "session_over"))
    desk.button("Convert 55 leads").click()
    expect(desk.title("Please sign in again")).to_be_visible()
    desk.site.replies["POST", f"{ONE}/start"] = go_on
    sign_in(desk)
    desk.button("Convert 55 leads").click()
    expect(desk.title("Converting: Vendor")).to_be_visible()
    assert desk.site.asked("POST", f"{ONE}/start")[-1].headers["Authorization"] == "Bearer fresh"


def test_questions_are_answered_in_place(desk: Desk, batch: Batches) -> None:
    batch.plan()
    batch.become("waiting", 2, question=WHICH, conversion="c2")
    batch.become("waiting", 3, 5, question=SIGNING, conversion="c3")
    batch.move("waiting")
    desk.site.on("GET", ROOT, say({"batches": [batch.view()]}))
    answered = {"id": "c2", "lead": LEADS[1], "state": "running", "changed_at": "x"}
    desk.site.on("POST", "/api/v1/conversions/c2/resolve", say(answered, 202))
    desk.open(LEADS)
    desk.frame.get_by_role("button", name="Go on").click()
    expect(desk.title("It waits for you: Vendor")).to_be_visible()
    question = row(desk, "Lead Number 2").locator(".ledger__question")
    question.get_by_role("radio", name="Acme 9101").check()
    question.get_by_role("button", name="Go on with this").click()
    desk.site.once_asked("POST", "/api/v1/conversions/c2/resolve")
    batch.become("running", 2, question=None)
    batch.move("running")
    expect(question).to_have_count(0)
    [answer] = desk.site.asked("POST", "/api/v1/conversions/c2/resolve")
    assert answer.json == {"record": "9101"}
    desk.site.on("POST", "/api/v1/conversions/c3/resolve", say(answered, 202))
    desk.frame.locator(".remark").get_by_role("button", name="Sign in with Zoho").click()
    sign_in(desk)
    expect(desk.title("Converting: Vendor")).to_be_visible()
    assert len(desk.site.once_asked("POST", "/api/v1/conversions/c3/resolve", 2)) == 2


def test_a_batch_that_waits_as_a_whole_has_the_button_to_sign_in(
    desk: Desk, batch: Batches
) -> None:
    batch.move("waiting", problem=SIGNING)
    desk.site.on("GET", ROOT, say({"batches": [batch.view()]}))
    desk.open(LEADS)
    desk.frame.get_by_role("button", name="Go on").click()
    desk.frame.locator(".remark").get_by_role("button", name="Sign in with Zoho").click()
    sign_in(desk)
    batch.plan(problem=None)
    expect(desk.title("55 of 60 leads can be converted")).to_be_visible()


def test_a_batch_that_waits_on_its_way_back_wants_a_sign_in_and_nothing_else(
    desk: Desk, batch: Batches
) -> None:
    batch.plan()
    carried_out(batch)
    batch.move("waiting", problem=SIGNING)
    desk.site.on("GET", ROOT, say({"batches": [batch.view()]}))
    desk.open(LEADS)
    desk.frame.get_by_role("button", name="Go on").click()
    remark = desk.frame.locator(".remark")
    expect(remark).to_contain_text("Sign in again, and it goes on by itself.")
    for other in ("Cancel the rest", "Undo all", "Try the"):
        expect(desk.frame.get_by_role("button", name=re.compile(f"^{other}"))).to_have_count(0)
    remark.get_by_role("button", name="Sign in with Zoho").click()
    sign_in(desk)
    batch.move("undoing")
    expect(desk.title("Taking it back: Vendor")).to_be_visible()


# What was left alone


def test_what_was_left_alone_is_named_and_the_person_may_insist(desk: Desk, batch: Batches) -> None:
    undone(batch)
    desk.site.on("GET", ROOT, say({"batches": [batch.view()]}))
    desk.open(LEADS)
    desk.frame.get_by_role("button", name="Have a look").click()
    desk.frame.get_by_role("button", name="Left alone: 1").click()
    expect(rows(desk)).to_have_count(1)
    said = row(desk, "Lead Number 2")
    expect(said).to_contain_text("1 record was left alone, because somebody has changed it since.")
    expect(said.get_by_role("button", name="Open Vendor")).to_be_visible()
    # Taken back anew goes only what Zoho has refused; trying again would convert.
    expect(desk.button("Undo all (1)")).to_be_visible()
    expect(desk.frame.get_by_role("button", name=re.compile("^Try the"))).to_have_count(0)
    desk.button("Take that back too").click()
    [asked] = desk.site.once_asked("POST", f"{ONE}/undo")
    assert asked.json == {"force": True}
    expect(desk.title("Taking it back: Vendor")).to_be_visible()
    batch.become("undone", 2, left_alone=[])
    batch.move("undone")
    expect(desk.title("Taken back: Vendor")).to_be_visible()
    expect(desk.button("Take that back too")).to_have_count(0)
    expect(desk.frame.get_by_role("button", name="Left alone: 1")).to_have_count(0)


def test_what_only_failed_ones_have_made_can_be_taken_back(desk: Desk, batch: Batches) -> None:
    batch.plan()
    made = [{"key": "Vendors", "module": "Vendors", "id": "9101"}]
    batch.become("failed", *range(1, 61), reason=None)
    batch.become("failed", 1, 2, records=made)
    batch.move("done")
    desk.site.on("GET", ROOT, say({"batches": [batch.view()]}))
    desk.open(LEADS)
    desk.frame.get_by_role("button", name="Have a look").click()
    desk.button("Undo all (2)").click()
    desk.button("Yes, undo all").click()
    assert desk.site.once_asked("POST", f"{ONE}/undo")[0].json == {"force": False}


def test_of_a_batch_that_waits_for_another_is_said_who_has_to_sign_in(
    desk: Desk, batch: Batches
) -> None:
    batch.plan()
    carried_out(batch)
    person = {"person": {"id": "77", "name": "Rita Rep"}}
    batch.move("waiting", problem={**SIGNING, "details": person})
    desk.site.on("GET", ROOT, say({"batches": [batch.view()]}))
    desk.open(LEADS)
    desk.frame.get_by_role("button", name="Go on").click()
    expect(desk.frame.locator(".remark")).to_contain_text("Once Rita Rep signs in here again")
    expect(desk.frame.get_by_role("button", name="Sign in with Zoho")).to_have_count(0)


def test_what_zoho_cannot_take_back_says_so_and_nobody_can_insist(
    desk: Desk, batch: Batches
) -> None:
    batch.plan()
    zoho = [{"module": "Contacts", "id": "9103", "code": "cannot_undo", "message": "It cannot."}]
    batch.become("done", 1, left_alone=zoho)
    batch.become("undone", *range(2, 61))
    batch.move("undone")
    desk.site.on("GET", ROOT, say({"batches": [batch.view()]}))
    desk.open(LEADS)
    desk.frame.get_by_role("button", name="Have a look").click()
    expect(row(desk, "Lead Number 1")).to_contain_text("own conversion cannot be undone.")
    expect(desk.button("Take that back too")).to_have_count(0)

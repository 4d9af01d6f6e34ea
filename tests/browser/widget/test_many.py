"""Many leads converted together: chosen for, looked at, carried out, and found again later."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.widget.batches import (
    DIGEST,
    ID,
    INVALID,
    LEADS,
    LEFT,
    ONE,
    ROOT,
    SIGNING,
    WHICH,
    Batches,
    changed,
)
from tests.browser.widget.conftest import LATER, LEAD, Desk
from tests.browser.widget.server import Call, Reply, refuse, say
from tests.browser.widget.test_access import complaints
from tests.browser.widget.test_conversion import sign_in

pytestmark = pytest.mark.browser


@pytest.fixture
def batch(signed_out: Desk) -> Iterator[Batches]:
    one = Batches()
    one.serve(signed_out.site)
    yield one
    one.end()


@pytest.fixture
def desk(signed_out: Desk, batch: Batches) -> Desk:
    signed_out.sign_in()
    # Whoever begins has begun nothing else.
    signed_out.site.on("GET", ROOT, say({"batches": []}))
    return signed_out


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


def test_what_applies_to_all_is_chosen_once_and_each_fills_in_its_own(
    desk: Desk, batch: Batches
) -> None:
    desk.open(LEADS)
    expect(desk.title("Convert 60 leads together")).to_be_visible()
    expect(desk.button("Look at them one by one")).to_have_count(0)
    desk.frame.get_by_role("radio", name=re.compile("Contact, Account and Deal")).check()
    desk.frame.get_by_text("What applies to all of them").click()
    desk.frame.get_by_label("Owner").select_option("Robin Rep")
    desk.frame.get_by_label("Create for each: Deal").check()
    name = desk.frame.get_by_label("Deal Name", exact=True)
    name.fill("First order: ")
    desk.frame.get_by_label("Insert into Deal Name").select_option("Company")
    expect(name).to_have_value("First order: ${Company}")
    expect(name).to_be_focused()
    deal = desk.frame.get_by_role("region", name="Deal")
    deal.get_by_label("Set a field for all").select_option("Closing Date")
    desk.frame.get_by_label("Closing Date", exact=True).fill("2026-12-24")
    desk.frame.get_by_label("Tags").select_option("Leave with the lead")
    desk.button("Look at 60 leads").dblclick()
    expect(desk.frame.get_by_text("Looking at 0 of 60 leads …").first).to_be_visible()
    [sent] = begun(desk)
    assert sent["leads"] == list(LEADS)
    assert sent["choices"] == {
        "target": "zoho", "owner": "9001", "carry": {"Tag": "leave"},
        "records": {"Deals": {"wanted": True, "values": {
            "Deal_Name": "First order: ${Company}", "Closing_Date": "2026-12-24"}}},
    }  # fmt: skip
    batch.become("planned", *range(1, 41))
    batch.move("planning")
    expect(desk.frame.get_by_text("Looking at 40 of 60 leads …").first).to_be_visible()
    expect(desk.frame.get_by_role("progressbar")).to_have_js_property("value", 40)
    batch.plan()
    expect(desk.title("55 of 60 leads can be converted")).to_be_focused()


def test_a_plan_for_all_says_what_is_lost_what_cannot_be_and_what_it_costs(
    desk: Desk, batch: Batches
) -> None:
    planned(desk, batch)
    page = desk.frame.locator("main")
    expect(page).to_contain_text("51 API credits · 44 calls to Zoho CRM · about 2 minutes")
    expect(page).to_contain_text("4,000 credits left today")
    expect(page).to_contain_text("Share a new record with another: 3")
    expect(desk.button("Convert 55 leads")).to_have_accessible_description(
        "55 leads become: Vendor. Of these, 3 share a record with another. 5 leads stay as they "
        "are. 13 values find no field. All of it can be undone afterwards."
    )
    desk.button(
        "3 leads This lead is locked. Unlock it in Zoho CRM, or ask whoever locked it."
    ).click()
    expect(desk.frame.get_by_role("heading", name="The leads")).to_be_focused()
    expect(rows(desk)).to_have_count(3)
    expect(row(desk, "Lead Number 4")).to_contain_text("This lead is locked.")
    desk.button("12 leads Title").click()
    expect(rows(desk)).to_have_count(12)
    row(desk, "Lead Number 40").get_by_text("2 values are lost").click()
    expect(row(desk, "Lead Number 40")).to_contain_text("Tax Number")
    desk.frame.get_by_label("Show").select_option("Sharing a record (3)")
    expect(row(desk, "Lead Number 54")).to_contain_text("created for Lead Number 53")
    desk.frame.get_by_label("Show").select_option("All (60)")
    expect(rows(desk)).to_have_count(50)
    desk.button("Show more (10)").click()
    expect(rows(desk)).to_have_count(60)
    desk.frame.get_by_label("Find by name or company").fill("company 3")
    expect(desk.frame.get_by_text("9 leads shown")).to_be_visible()
    row(desk, "Lead Number 3").get_by_role("button", name="Open").click()
    assert opened(desk) == LEADS[2]


def test_leads_that_are_left_out_are_no_part_of_the_next_plan(desk: Desk, batch: Batches) -> None:
    planned(desk, batch)
    row(desk, "Lead Number 1").get_by_role("checkbox").uncheck()
    row(desk, "Lead Number 2").get_by_role("checkbox").uncheck()
    row(desk, "Lead Number 40").get_by_role("checkbox").uncheck()
    expect(desk.frame.locator(".agreement")).to_contain_text("11 values find no field.")
    row(desk, "Lead Number 40").get_by_role("checkbox").check()
    expect(row(desk, "Lead Number 2")).to_contain_text("Left out")
    expect(desk.frame.locator(".agreement")).to_contain_text("53 leads become: Vendor.")
    Batches("another").stand_in(desk.site)
    desk.button("Look again without 2 leads").click()
    expect(desk.frame.get_by_text("Looking at 0 of 58 leads …").first).to_be_visible()
    first, second = begun(desk)
    assert second == {**first, "leads": list(LEADS[2:])}
    keys = {one.headers["Idempotency-Key"] for one in desk.site.asked("POST", ROOT)}
    assert len(keys) == 2
    assert len(desk.site.asked("POST", f"{ONE}/cancel")) == 1


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


@pytest.mark.parametrize("entity", [LEADS, (LEAD,), ()], ids=["many", "one", "none"])
def test_what_was_begun_is_found_again(desk: Desk, batch: Batches, entity: Any) -> None:
    batch.plan()
    batch.become("running", *range(1, 4))
    batch.move("running")
    desk.site.on("GET", ROOT, say({"batches": [batch.view()]}))
    desk.open(entity)
    if entity == (LEAD,):
        desk.button("Have a look").click()
    expect(desk.frame.get_by_text("60 leads: Vendor")).to_be_visible()
    desk.frame.get_by_role("button", name="Go on").click()
    expect(desk.title("Converting: Vendor")).to_be_visible()
    queries = [one.query for one in desk.site.asked("GET", ROOT)]
    assert ({} if entity == LEADS else {"state": "open"}) in queries


def test_few_leads_can_be_looked_at_one_by_one_and_together_again(desk: Desk) -> None:
    desk.open((LEAD, *LEADS[:2]))
    expect(desk.title("Convert 3 leads together")).to_be_visible()
    desk.button("Look at them one by one").click()
    expect(desk.frame.get_by_text("Lead 1 of 3")).to_be_visible()
    expect(desk.card("Vendor")).to_be_visible()
    desk.button("All together").click()
    expect(desk.title("Convert 3 leads together")).to_be_focused()


def test_a_single_lead_waits_for_nothing_of_many(desk: Desk) -> None:
    desk.open()
    expect(desk.card("Vendor")).to_be_visible()
    with desk.page.expect_response(re.compile("/js/views/conversion.js")):
        desk.card("Vendor").locator(".card__plan").click()
    expect(desk.button("Convert")).to_be_visible()
    assert [call.path for call in desk.site.calls if "/many" in call.path] == []


def test_where_the_targets_do_not_come_few_leads_can_still_be_looked_at(desk: Desk) -> None:
    desk.site.on("GET", "/api/v1/batch-targets", refuse(503, "zoho_busy"))
    desk.open((LEAD, *LEADS[:2]))
    expect(desk.frame.get_by_role("alert")).to_contain_text("Zoho CRM is busy")
    desk.button("Look at them one by one").click()
    expect(desk.card("Vendor")).to_be_visible()


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


def test_more_than_five_hundred_begin_with_the_first(desk: Desk) -> None:
    many = tuple(str(10**9 + number) for number in range(612))
    desk.open(many)
    expect(desk.frame.get_by_role("alert").first).to_contain_text(
        "You chose 612 leads; at most 500"
    )
    desk.button("Take the first 500").click()
    desk.frame.get_by_role("radio", name="Each what fits it").check()
    desk.button("Look at 500 leads").click()
    expect(desk.frame.get_by_role("progressbar")).to_be_visible()
    [sent] = begun(desk)
    assert sent == {"leads": list(many[:500]), "choices": {"target": "by_rule"}}


def test_an_answer_that_was_lost_brings_the_same_batch(desk: Desk, batch: Batches) -> None:
    desk.site.on("POST", ROOT, Reply(502), None, say(batch.view(), 202))
    desk.open(LEADS)
    desk.button("Look at 60 leads").click()
    expect(desk.frame.get_by_text("We ask again; it is never done twice.")).to_be_visible()
    expect(desk.frame.get_by_role("progressbar")).to_be_visible()
    keys = [one.headers["Idempotency-Key"] for one in desk.site.asked("POST", ROOT)]
    assert (len(keys), len(set(keys))) == (3, 1)


def test_what_the_backend_does_not_take_is_said_at_its_place(desk: Desk) -> None:
    faults = {"choices": {"owner": ["There is no such user."]}}
    told = {"code": "invalid_input", "message": "No.", "details": {"fields": faults}}
    desk.site.on("POST", ROOT, say({"error": told}, 422))
    desk.open(LEADS)
    desk.button("Look at 60 leads").click()
    expect(desk.frame.get_by_role("alert")).to_contain_text("There is no such user.")
    expect(desk.button("Try again")).to_be_visible()


def test_a_yes_whose_answer_was_lost_is_seen_to_have_been_heard(desk: Desk, batch: Batches) -> None:
    planned(desk, batch)

    def cut(_: Call) -> Reply:
        batch.move("running")
        return Reply(504)

    desk.site.replies["POST", f"{ONE}/start"] = cut
    desk.button("Convert 55 leads").click()
    expect(desk.title("Converting: Vendor")).to_be_visible()
    assert len(desk.site.asked("POST", f"{ONE}/start")) == 1


def test_a_plan_that_has_changed_is_shown_before_anything_is_done(
    desk: Desk, batch: Batches
) -> None:
    planned(desk, batch)
    batch.become("blocked", 1, reason={"code": "already_converted", "message": "", "details": {}})
    batch.ticks += 1
    batch.more = {"digest": "e2" * 32}
    desk.site.on("POST", f"{ONE}/start", changed(batch), say(batch.view(), 202))
    desk.button("Convert 55 leads").click()
    expect(desk.frame.get_by_role("alert")).to_contain_text(
        "Something has changed since you looked"
    )
    expect(desk.title("54 of 60 leads can be converted")).to_be_visible()
    desk.button("Convert 54 leads").click()
    expect(desk.frame.get_by_role("alert")).to_be_empty()
    assert [one.json["digest"][:2] for one in desk.site.asked("POST", f"{ONE}/start")] == [
        "d1",
        "e2",
    ]


def test_too_few_credits_are_said_with_their_numbers(desk: Desk, batch: Batches) -> None:
    details = {"needed": 51, "left": 12}
    few = {"code": "too_few_credits", "message": "Too few.", "details": details}
    batch.plan(possible=False, problem=few, choices={"target": "Vendors"})
    desk.site.on("GET", ROOT, say({"batches": [batch.view()]}))
    desk.open(LEADS)
    desk.frame.get_by_role("button", name="Go on").click()
    expect(desk.frame.get_by_text("This needs 51 API credits, and 12 are left")).to_be_visible()
    expect(desk.frame.get_by_role("button", name=re.compile("^Convert"))).to_have_count(0)
    Batches("another").stand_in(desk.site)
    row(desk, "Lead Number 1").get_by_role("checkbox").uncheck()
    desk.button("Look again without 1 lead").click()
    expect(desk.frame.get_by_text("Looking at 0 of 59 leads …").first).to_be_visible()
    assert begun(desk) == [{"leads": list(LEADS[1:]), "choices": {"target": "Vendors"}}]


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


def undone(batch: Batches) -> None:
    """But for what somebody has changed of one lead, and what Zoho refuses of another."""
    batch.plan()
    batch.become("undone", *(one for one in range(1, 61) if one not in (4, 9, 17, 23, 31)))
    made = [{"key": "Vendors", "module": "Vendors", "id": "9102"}]
    batch.become("undone", 2, left_alone=LEFT, records=made)
    batch.become("failed", 3, reason=INVALID)
    batch.move("undone")


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


def test_a_batch_of_somebody_else_is_not_shown_and_another_can_be_begun(
    desk: Desk, batch: Batches
) -> None:
    desk.site.on("GET", ROOT, say({"batches": [batch.view()]}))
    desk.site.on("GET", ONE, refuse(404, "not_found"))
    desk.open(LEADS)
    desk.frame.get_by_role("button", name="Go on").click()
    expect(desk.title("This conversion is no longer there")).to_be_visible()
    desk.button("Begin with something else").click()
    expect(desk.title("Convert 60 leads together")).to_be_visible()


@pytest.mark.parametrize(
    ("view", "lang", "width", "scheme"),
    [
        ("begin", "ar", 400, "dark"), ("begin", "de", 1200, "light"),
        ("planning", "vi", 400, "light"),
        ("planned", "ar", 400, "light"), ("planned", "en", 1200, "dark"),
        ("planned", "de", 400, "dark"), ("waiting", "ar", 1200, "light"),
        ("over", "vi", 400, "dark"), ("over", "de", 1200, "light"),
        ("undone", "ar", 400, "light"), ("undone", "en", 1200, "dark"),
        ("locked", "de", 400, "light"),
    ],
)  # fmt: skip
def test_it_fits_its_page_in_every_language_and_axe_finds_nothing_wrong(
    desk: Desk, batch: Batches, view: str, lang: str, width: int, scheme: Any
) -> None:
    desk.page.set_viewport_size({"width": width, "height": 800})
    desk.page.emulate_media(color_scheme=scheme)
    if view != "begin":
        bring(batch, view)
        desk.site.on("GET", ROOT, say({"batches": [batch.view()]}))
    desk.open(LEADS, lang=lang)
    if view == "begin":
        desk.frame.locator(".many__targets input").first.check()
        desk.frame.locator(".many__panel summary").click()
        desk.frame.locator(".many__record input").first.check()
        expect(desk.frame.locator(".many__insert").first).to_be_visible()
    else:
        desk.frame.locator(".many__open button").click()
        ready = "progress" if view == "planning" else ".ledger__row"
        expect(desk.frame.locator(ready).first).to_be_visible()
    widget = desk.page.frames[1]
    too_wide = widget.evaluate(
        """() => [...document.querySelectorAll("#app *")].filter((one) => {
            const { left, right, width } = one.getBoundingClientRect();
            return width > 1.5 && (left < -1 || right > innerWidth + 1);
        }).map((one) => one.className || one.tagName)"""
    )
    small = widget.evaluate(
        """() => [...document.querySelectorAll("button, select, .tick, a.button, summary")]
            .filter((one) => one.getBoundingClientRect().height < 43).map((one) => one.outerHTML)"""
    )
    assert (too_wide, small, complaints(desk)) == ([], [], [])
    text = desk.frame.locator("#app").inner_text()
    assert not re.search(r"[{}]|undefined|null|\[object|NaN|\b[a-z]+\.[a-z]+_\w+", text)
    desk.photograph(f"many-{view}-{lang}-{width}")


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

"""The plan of an option: what is shown, what can be changed, and that nothing typed is lost."""

import re
import threading
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from extension.planning.records import ZohoSays
from tests.browser.widget.conftest import LATER, OPTIONS, Desk, answer
from tests.browser.widget.planner import PLAN, Planner
from tests.browser.widget.server import Call, Reply, popup_that_posts, refuse, say
from tests.planning import crm

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(signed_out: Desk) -> Desk:
    signed_out.sign_in()
    Planner().serve(signed_out.site)
    return signed_out


def open_plan(desk: Desk, name: str = "Vendor", lang: str = "en") -> None:
    desk.open(lang=lang)
    desk.card(name).locator(".card__plan").click()
    expect(desk.frame.locator(".plan__sums")).to_be_visible()


def wishes(desk: Desk) -> list[Any]:
    """What was asked of the API, one for each plan."""
    return [call.json for call in desk.site.asked("POST", PLAN)]


def last_wish(desk: Desk) -> Any:
    """What was asked last, once it is answered."""
    expect(state(desk)).to_have_text("Up to date")
    return wishes(desk)[-1]


def loss(desk: Desk, name: str) -> Locator:
    return desk.frame.locator(".loss").filter(has_text=re.compile(f"(Lost|Carried over): ?{name}"))


def row(desk: Desk, name: str) -> Locator:
    return desk.frame.get_by_role("row").filter(
        has=desk.frame.get_by_role("rowheader", name=re.compile(f"^{name}"))
    )


def state(desk: Desk) -> Locator:
    return desk.frame.locator(".plan__state")


def test_a_plan_opens_in_place_and_escape_leads_back_to_where_one_was(desk: Desk) -> None:
    desk.open()
    expect(desk.card("Vendor")).to_be_visible()
    assert wishes(desk) == []
    desk.card("Vendor").locator(".card__plan").press("Enter")
    title = desk.frame.get_by_role("heading", name="What happens: Vendor")
    expect(title).to_be_focused()
    expect(row(desk, "Vendor Name")).to_contain_text("Carried over")
    expect(row(desk, "Vendor Name")).to_contain_text("Company")
    expect(state(desk)).to_have_text("Up to date")
    assert len(wishes(desk)) == 1
    title.press("Escape")
    expect(desk.card("Vendor").locator(".card__plan")).to_be_focused()
    desk.card("Audit").locator(".card__plan").click()
    expect(desk.frame.get_by_role("heading", name="What happens: Audit")).to_be_focused()
    desk.button("Back to the choices").press("Enter")
    expect(desk.card("Audit").locator(".card__plan")).to_be_focused()


def test_a_loss_is_put_elsewhere_with_one_click_and_taken_back_with_another(desk: Desk) -> None:
    open_plan(desk)
    first = desk.frame.locator(".plan__part h3").first
    expect(first).to_have_text("What would be lost")
    title = loss(desk, "Title")
    expect(title).to_contain_text("No field takes it.")
    title.get_by_label("Where to put Title").select_option(label="Remark")
    button = title.get_by_role("button", name=re.compile("Put it there"))
    button.press("Enter")
    expect(title).to_contain_text("Is put in Remark.")
    expect(title.get_by_role("button", name=re.compile("Undo"))).to_be_focused()
    expect(row(desk, "Remark")).to_contain_text("Head of Purchasing")
    assert last_wish(desk)["records"]["Vendors"]["sources"] == {"Remark": "Designation"}
    expect(desk.frame.locator(".plan__sums")).to_contain_text("4 values are lost")
    desk.frame.locator(":focus").press("Enter")
    expect(desk.frame.locator(".plan__sums")).to_contain_text("5 values are lost")
    expect(title).to_contain_text("No field takes it.")
    assert last_wish(desk)["records"]["Vendors"]["sources"] == {}
    assert len(wishes(desk)) == 3
    expect(desk.frame.get_by_role("button", name=re.compile("Always"))).to_have_count(0)


def test_an_administrator_can_put_it_there_for_ever(desk: Desk) -> None:
    me = answer("me")
    me["user"]["administrator"] = True
    desk.site.on("GET", "/api/v1/me", say(me))
    path = "/api/v1/targets/Vendors/records/Vendors/fields/Category"
    desk.site.on("PUT", path, refuse(409, "targets_changed"), say({"version": 2}))
    open_plan(desk)
    title = loss(desk, "Title")
    always = title.get_by_role("button", name=re.compile("Always put it there"))
    always.click()
    expect(title.get_by_role("status")).to_contain_text("The server says so.")
    always.click()
    expect(title).to_contain_text("From now on, always")
    expect(title).to_contain_text("Is put in Category.")
    assert desk.site.asked("PUT", path)[-1].json == {"rule": "Designation"}


def test_what_must_be_filled_in_has_the_control_of_its_type(desk: Desk) -> None:
    open_plan(desk, "Audit")
    frame, keyboard = desk.frame, desk.page.keyboard
    frame.get_by_role("button", name="3 required fields are still empty").click()
    account = frame.get_by_role("combobox", name="Audited Account")
    expect(account).to_be_focused()
    keyboard.type("bri", delay=20)
    expect(account).to_have_attribute("aria-expanded", "true")
    keyboard.press("ArrowDown")
    keyboard.press("ArrowDown")
    expect(frame.get_by_role("option", name="Brisk & Sons")).to_have_attribute(
        "aria-selected", "true"
    )
    keyboard.press("Escape")
    expect(account).to_have_attribute("aria-expanded", "false")
    expect(account).to_have_value("bri")
    keyboard.type("s", delay=20)
    expect(frame.locator(".combobox__one")).to_have_count(1)
    keyboard.press("ArrowDown")
    keyboard.press("Enter")
    expect(account).to_have_value("Brisk & Sons")
    frame.get_by_label("Kind required").select_option("Follow-up")
    frame.get_by_label("Audited On required").fill("2026-03-01")
    expect(frame.get_by_role("button", name="required field")).to_have_count(0)
    expect(frame.get_by_label("Audited On required")).to_be_focused()
    values = last_wish(desk)["records"]["Audits"]["values"]
    assert values == {"Audited_Account": "802", "Kind": "Follow-up", "Audited_On": "2026-03-01"}


@pytest.mark.parametrize("look", [{"timezone_id": "Asia/Kolkata"}])
def test_every_field_of_the_form_can_be_typed_in(desk: Desk) -> None:
    open_plan(desk, "Audit")
    frame = desk.frame
    desk.button("All fields Audit").click()
    frame.get_by_label("Sites").fill("12")
    frame.get_by_label("Grade Points").fill("-0.5")
    frame.get_by_label("Starts At").fill("2026-03-01T10:30")
    expect(frame.get_by_text("Time zone: Asia/")).to_be_visible()
    frame.get_by_role("group", name="Topics").get_by_label("Air").check()
    frame.get_by_role("group", name="Topics").get_by_label("Noise").check()
    frame.get_by_label("Auditor").select_option(label="Ada Admin")
    frame.get_by_label("Remote").check()
    frame.get_by_label("Notes On Site").fill("Two\nlines")
    frame.get_by_role("button", name="Change Name").click()
    name = frame.get_by_label("Name required")
    expect(name).to_be_focused()
    expect(name).to_have_value("Acme")
    name.fill("Acme, spring")
    expect(row(desk, "Name")).to_contain_text("Typed in")
    expect(row(desk, "Name")).to_contain_text("Acme")
    assert last_wish(desk)["records"]["Audits"]["values"] == {
        "Sites": 12,
        "Grade_Points": -0.5,
        "Starts_At": "2026-03-01T10:30:00+05:30",
        "Topics": ["Air", "Noise"],
        "Auditor": "9002",
        "Remote": True,
        "Notes_On_Site": "Two\nlines",
        "Name": "Acme, spring",
    }
    desk.button("Reset Name").click()
    expect(name).to_have_value("Acme")
    expect(name).to_be_focused()
    desk.button("Fewer fields Audit").click()
    expect(frame.get_by_label("Sites")).to_have_value("12")
    expect(frame.get_by_label("Grade Points")).to_have_value("-0.5")


def test_what_does_not_fit_is_said_at_its_field_and_stays_to_be_mended(desk: Desk) -> None:
    open_plan(desk, "Audit")
    frame = desk.frame
    desk.button("All fields Audit").click()
    desk.button("Change Contact Email").click()
    email, sites = frame.get_by_role("textbox", name="Contact Email"), frame.get_by_label("Sites")
    email.fill("nobody")
    expect(state(desk)).to_have_text("Not up to date")
    expect(frame.locator(".field__problem:visible")).to_have_count(0)
    sites.focus()
    expect(email).to_have_accessible_description(re.compile("Contact Email does not|takes no such"))
    expect(email).to_have_attribute("aria-invalid", "true")
    expect(state(desk)).to_have_text(re.compile("Some values do not fit"))
    sites.fill("1.5")
    email.fill("pat@acme.example")
    expect(sites).to_have_accessible_description("Sites takes a whole number.")
    expect(email).not_to_have_attribute("aria-invalid", "true")
    sites.fill("2")
    values = last_wish(desk)["records"]["Audits"]["values"]
    assert values == {"Contact_Email": "pat@acme.example", "Sites": 2}


def test_only_the_answer_to_the_last_change_counts(desk: Desk) -> None:
    open_plan(desk)
    draw = desk.site.replies["POST", PLAN]
    first, asked = threading.Event(), threading.Event()

    def slow(call: Call) -> Reply | None:
        if '"salvage": false' in str(call.json).replace("'", '"').replace("False", "false"):
            asked.set()
            first.wait(10)
        return draw(call)

    desk.site.replies["POST", PLAN] = slow
    keep = desk.frame.get_by_label("Keep it", exact=True)
    keep.uncheck()
    assert asked.wait(5)
    expect(state(desk)).to_have_text("Drawing up the plan …")
    keep.check()
    first.set()
    expect(state(desk)).to_have_text("Up to date")
    expect(desk.frame.get_by_text("with a file that holds the whole lead")).to_be_visible()
    field = desk.frame.get_by_role("button", name="Change Vendor Name")
    field.click()
    focus = desk.frame.locator(":focus")
    expect(focus).to_have_value("Acme")
    before = len(wishes(desk))
    desk.page.keyboard.press("End")
    desk.page.keyboard.type(" of the North", delay=30)
    expect(row(desk, "Vendor Name")).to_contain_text("Typed in")
    expect(state(desk)).to_have_text("Up to date")
    expect(focus).to_have_value("Acme of the North")
    # Not one for each letter.
    assert len(wishes(desk)) < before + 8


def test_a_redraw_that_fails_keeps_everything_and_can_be_tried_again(desk: Desk) -> None:
    open_plan(desk)
    draw = desk.site.replies["POST", PLAN]
    desk.button("All fields Vendor").click()
    remark = desk.frame.get_by_label("Remark")
    desk.site.on("POST", PLAN, refuse(503, "zoho_busy", Retry_After="7"))
    remark.fill("Typed with care")
    alert = desk.frame.get_by_role("alert")
    expect(alert).to_contain_text("Zoho CRM is busy")
    expect(alert).to_contain_text("What you have typed is kept.")
    expect(remark).to_have_value("Typed with care")
    expect(remark).to_be_focused()
    expect(state(desk)).to_have_text("Not up to date")
    desk.site.replies["POST", PLAN] = draw
    desk.button("Try again").click()
    expect(state(desk)).to_have_text("Up to date")
    expect(alert).to_be_empty()
    assert last_wish(desk)["records"]["Vendors"]["values"] == {"Remark": "Typed with care"}


def test_a_session_that_ends_while_typing_costs_nobody_what_was_typed(desk: Desk) -> None:
    open_plan(desk)
    draw = desk.site.replies["POST", PLAN]
    loss(desk, "Title").get_by_role("button", name=re.compile("Put it there")).click()
    expect(loss(desk, "Title")).to_contain_text("Is put in Category.")
    desk.button("All fields Vendor").click()
    desk.site.on("POST", PLAN, refuse(401, "session_over"))
    desk.frame.get_by_label("Remark").fill("Kept")
    expect(desk.title("Please sign in again")).to_be_visible()
    desk.site.replies["POST", PLAN] = draw
    desk.site.on("POST", "/api/v1/sessions", say({"state": "pending"}, 202))
    session = {"type": "convert-anywhere:session", "token": "fresh", "expires_at": LATER}
    desk.site.on("GET", "/signin", popup_that_posts(session, desk.site.origin))
    desk.button("Sign in with Zoho").click()
    expect(desk.frame.get_by_label("Remark")).to_have_value("Kept")
    expect(loss(desk, "Title")).to_contain_text("Is put in Category.")
    mine = last_wish(desk)["records"]["Vendors"]
    assert (mine["values"], mine["sources"]) == ({"Remark": "Kept"}, {"Category": "Designation"})
    assert desk.site.asked("POST", PLAN)[-1].headers["Authorization"] == "Bearer fresh"
    assert len(desk.site.asked("GET", OPTIONS)) == 2
    desk.button("Sign out").click()
    expect(desk.title("Sign in with Zoho")).to_be_visible()
    desk.button("Sign in with Zoho").click()
    desk.card("Vendor").locator(".card__plan").click()
    expect(desk.frame.locator(".plan__sums")).to_be_visible()
    assert last_wish(desk)["records"]["Vendors"]["values"] == {}


def test_an_existing_record_is_compared_and_merged_field_by_field(desk: Desk) -> None:
    open_plan(desk)
    desk.frame.get_by_role("radio", name=re.compile("Acme Ltd")).check()
    phone = row(desk, "Phone")
    expect(phone).to_contain_text("Not taken over")
    expect(phone.get_by_role("cell")).to_contain_text(["555 0199", "555 0000", "555 0000"])
    expect(row(desk, "Email")).to_contain_text("There already")
    phone.get_by_label("What happens to Phone").select_option("overwrite")
    expect(phone).to_contain_text("Carried over")
    expect(phone.get_by_role("cell")).to_contain_text(["555 0199", "555 0000", "555 0199"])
    row(desk, "Description").get_by_label("What happens").select_option("append")
    description = row(desk, "Description").get_by_role("cell").last
    expect(description).to_contain_text("A supplier since 2019.\nAsked for a price list.")
    mine = last_wish(desk)["records"]["Vendors"]
    assert mine["link"] == "700"
    assert mine["merge"] == {"Phone": "overwrite", "Description": "append"}
    loss(desk, "City").get_by_role("button", name="Overwrite City there").click()
    expect(row(desk, "City").get_by_role("cell").last).to_contain_text("Bremen")
    desk.frame.get_by_role("radio", name="Create new: Vendor").check()
    expect(row(desk, "Phone").get_by_role("cell")).to_have_count(2)
    assert last_wish(desk)["records"]["Vendors"]["link"] == ""


def test_lists_the_lead_itself_and_the_owner_can_be_decided(desk: Desk) -> None:
    open_plan(desk)
    frame = desk.frame
    notes = frame.locator(".list").filter(has_text="Notes")
    expect(notes).to_contain_text("Copied to Vendor.")
    notes.get_by_label("What happens to Notes").select_option("leave")
    expect(notes).to_contain_text("Left with the lead.")
    expect(frame.locator(".list").filter(has_text="Emails").get_by_role("combobox")).to_have_count(
        0
    )
    frame.get_by_role("radio", name="Delete it to the recycle bin").check()
    expect(notes).to_contain_text("deleted with it")
    frame.get_by_role("radio", name="Mark it: set some of its fields").check()
    frame.get_by_label("Add a field").select_option(label="Lead Status")
    frame.get_by_label("Lead Status").select_option("Contacted")
    desk.button("Choose somebody else").click()
    frame.get_by_role("combobox", name="Owner").select_option(label="Ada Admin")
    expect(
        frame.get_by_text(re.compile(r"^\d+ API credits · \d+ calls to Zoho CRM"))
    ).to_be_visible()
    wish = last_wish(desk)
    assert wish["lead_after"] == {"kind": "mark", "values": {"Lead_Status": "Contacted"}}
    assert (wish["owner"], wish["carry"]) == ("9002", {"Notes": "leave"})


def test_zohos_own_conversion_tells_people_and_moves_who_stands_in_as_it_is_told(
    desk: Desk,
) -> None:
    home = {"id": "709", "name": "Old Home"}
    pat = crm.record("Contacts", "701", Last_Name="Doe", Email="pat@acme.example",
                     Account_Name=home)  # fmt: skip
    Planner(zoho_says=ZohoSays("answered", {"Contacts": (pat,)})).serve(desk.site)
    open_plan(desk, "Contact")
    frame = desk.frame
    overwrite = frame.get_by_label("Put existing records under the lead’s company")
    expect(overwrite).to_have_count(0)
    frame.get_by_role("radio", name=re.compile("Doe")).check()
    joined = row(desk, "Account Name").first
    expect(joined).to_contain_text("Not taken over")
    overwrite.check()
    expect(joined).to_contain_text("Old Home")
    expect(joined).to_contain_text("Linked to: Account")
    frame.get_by_label("Tell the lead’s owner by e-mail").check()
    other = frame.get_by_label("Tell the owner of the new records by e-mail")
    other.check()
    other.uncheck()
    expect(state(desk)).to_have_text("Up to date")
    assert (last_wish(desk)["overwrite"], last_wish(desk)["notify"]) == (True, ["lead_owner"])
    expect(overwrite).to_be_checked()


def test_zohos_own_conversion_asks_for_its_deal_and_stages_follow_the_pipeline(desk: Desk) -> None:
    open_plan(desk, "Contact")
    frame = desk.frame
    expect(frame.get_by_text("Zoho’s own conversion cannot be undone.")).to_be_visible()
    expect(frame.get_by_role("button", name="Change Last Name")).to_have_count(0)
    frame.get_by_label("Create this too: Deal").check()
    stage = frame.get_by_label("Stage required")
    expect(stage.get_by_role("option")).to_have_text(["Not chosen yet", "Open", "Won"])
    stage.select_option("Won")
    frame.get_by_label("Pipeline").select_option(label="Tenders")
    expect(stage).to_have_value("")
    expect(stage.get_by_role("option")).to_have_text(["Not chosen yet", "Bid", "Award"])
    frame.get_by_label("Layout: Deal").select_option(label="Service")
    expect(frame.get_by_label("Pipeline")).to_have_value("p3")
    stage.select_option("Visit")
    frame.get_by_label("Deal Name required").fill("Acme, first order")
    frame.get_by_label("Amount").fill("1200.50")
    frame.get_by_label("Closing Date").fill("2026-04-30")
    expect(state(desk)).to_have_text("Up to date")
    expect(frame.locator(".plan__missing")).to_have_count(0)
    assert last_wish(desk)["records"]["Deals"] == {
        "wanted": True,
        "layout": "Deals-2",
        "values": {
            "Deal_Name": "Acme, first order",
            "Amount": 1200.5,
            "Closing_Date": "2026-04-30",
            "Pipeline": "Service",
            "Stage": "Visit",
        },
    }

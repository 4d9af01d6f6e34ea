"""What a signed-in person sees and chooses."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.widget.conftest import LEAD, Desk, answer
from tests.browser.widget.server import say

pytestmark = pytest.mark.browser


def test_the_first_choices_come_with_one_request_to_our_api(desk: Desk) -> None:
    desk.open()
    expect(desk.card("Vendor")).to_be_visible()
    asked = [call.path for call in desk.site.calls if call.path.startswith("/api/")]
    assert asked[0] == f"/api/v1/leads/{LEAD}/options"
    assert asked.count(asked[0]) == 1


def test_the_request_carries_the_session_as_a_bearer_token(desk: Desk) -> None:
    desk.open()
    expect(desk.card("Vendor")).to_be_visible()
    [call] = desk.site.asked("GET", f"/api/v1/leads/{LEAD}/options")
    assert call.headers["Authorization"] == "Bearer a-token-of-ours"


@pytest.mark.parametrize("entity", [LEAD, (LEAD,), (LEAD, LEAD)])
def test_the_lead_may_come_as_text_or_as_a_list(desk: Desk, entity: object) -> None:
    desk.open(entity)
    expect(desk.title("Pat Doe")).to_be_visible()
    expect(desk.button("Next")).to_have_count(0)


def test_the_lead_is_shown_with_what_hangs_on_it(desk: Desk) -> None:
    desk.open()
    head = desk.frame.get_by_role("banner")
    expect(head).to_contain_text("Acme Fasteners Ltd")
    expect(head).to_contain_text("Owner: Sam Owner")
    chips = head.get_by_role("listitem")
    expect(chips).to_have_text(
        ["Notes: 3", "Attachments: 1", "Open Activities: 2", "Products: not counted"]
    )


def test_a_card_says_what_it_becomes_what_is_kept_and_what_is_lost(desk: Desk) -> None:
    desk.open()
    facts = desk.card("Vendor").locator(".fact")
    expect(facts).to_have_text(
        [
            "No duplicate found",
            "9 values carry over",
            "7 values are lost",
            "1 field to fill in",
        ]
    )


def test_what_only_an_optional_deal_demands_is_not_demanded_on_the_card(desk: Desk) -> None:
    desk.open()
    expect(desk.card("Contact").locator(".facts")).not_to_contain_text("to fill in")


def test_a_failed_search_is_not_called_free_of_duplicates(desk: Desk) -> None:
    desk.open()
    expect(desk.card("Subcontractor")).to_contain_text("Not checked for duplicates")


def test_what_is_blocked_says_why_and_cannot_be_chosen(desk: Desk) -> None:
    desk.open()
    blocked = desk.card("Grant application")
    expect(blocked).to_contain_text("Your profile may not create Grant applications.")
    expect(blocked).to_contain_text("Signed form must be filled")
    expect(blocked.get_by_role("radio")).to_have_count(0)
    expect(blocked.get_by_role("button")).to_have_count(0)


def test_what_another_choice_would_open_has_its_plan(desk: Desk) -> None:
    desk.open()
    card = desk.card("Tenant")
    expect(card).to_contain_text("The module is being rebuilt.")
    expect(card.get_by_role("button", name="Tenant")).to_be_visible()


def test_a_reason_that_the_widget_does_not_know_is_said_in_the_servers_words(desk: Desk) -> None:
    desk.open(lang="de")
    expect(desk.card("Tenant")).to_contain_text("The module is being rebuilt.")


def test_the_best_match_is_on_the_card_before_it_is_opened(desk: Desk) -> None:
    desk.open()
    best = desk.card("Contact").locator(".card__best")
    expect(best).to_have_text("Patricia DoeSame Email · Similar Full Name")


def test_a_match_says_how_alike_it_is_and_what_speaks_against_it(desk: Desk) -> None:
    desk.open()
    desk.frame.get_by_role("radio", name="Contact Account Deal").check()
    first, second, account = desk.frame.locator(".match:not(.match--new)").all()
    expect(first).to_contain_text("95% alike")
    expect(second).to_contain_text("Locked: it cannot be changed now.")
    expect(account).to_contain_text("You are not allowed to change it.")
    expect(desk.frame.get_by_text("There are more.")).to_be_visible()


def test_with_possible_duplicates_nothing_is_decided_for_the_person(desk: Desk) -> None:
    desk.open()
    desk.frame.get_by_role("radio", name="Contact Account Deal").check()
    summary = desk.frame.locator(".summary")
    expect(summary).to_contain_text("Contact: still to decide")
    desk.frame.get_by_role("radio", name="Use this one Patricia Doe").check()
    expect(summary).to_contain_text("Contact: use Patricia Doe")
    desk.frame.get_by_role("radio", name="Create new: Account").check()
    expect(summary).to_contain_text("Account: create new")
    expect(summary).not_to_contain_text("still to decide")


def test_a_deal_is_made_only_on_demand_and_then_asks_for_its_stage(desk: Desk) -> None:
    desk.open()
    desk.frame.get_by_role("radio", name="Contact Account Deal").check()
    expect(desk.frame.get_by_label("Stage")).to_have_count(0)
    desk.frame.get_by_role("checkbox", name="Create this too: Deal").check()
    desk.frame.get_by_label("Stage").select_option("Negotiation")
    expect(desk.frame.locator(".summary")).to_contain_text("Standard, stage Negotiation")
    rows = desk.frame.locator(".details .row__name")
    expect(rows).to_contain_text(["Deal Name", "Closing Date", "Amount"])


def test_only_pipelines_of_the_chosen_layout_are_offered(desk: Desk) -> None:
    desk.open()
    desk.frame.get_by_role("radio", name="Contact Account Deal").check()
    desk.frame.get_by_role("checkbox", name="Create this too: Deal").check()
    options = desk.frame.get_by_label("Pipeline").get_by_role("option")
    expect(options).to_have_text(["Standard", "Renewals"])
    desk.frame.get_by_label("Stage").select_option("Negotiation")
    desk.frame.get_by_label("Layout: Deal").select_option("Tender")
    expect(desk.frame.get_by_label("Pipeline")).to_have_count(0)
    expect(desk.frame.locator(".summary")).to_contain_text("Tenders: stage still to choose")


def test_a_layout_is_asked_for_only_where_a_record_is_created(desk: Desk) -> None:
    desk.open()
    desk.frame.get_by_role("radio", name="Contact Account Deal").check()
    expect(desk.frame.get_by_label("Layout: Contact")).to_be_visible()
    desk.frame.get_by_role("radio", name="Use this one Patricia Doe").check()
    expect(desk.frame.get_by_label("Layout: Contact")).to_have_count(0)


def test_the_losses_can_be_read_one_by_one_with_their_reasons(desk: Desk) -> None:
    desk.open()
    desk.frame.get_by_role("radio", name="Vendor").check()
    desk.frame.get_by_text("What is lost, and why (7)").click()
    losses = desk.frame.locator(".losses .row")
    expect(losses).to_have_count(7)
    expect(losses.nth(3)).to_contain_text("Category does not offer this choice.")
    expect(losses.nth(5)).to_contain_text("Turnover is read-only for your profile.")


def test_a_choice_survives_a_look_at_another_option_and_a_new_reading(desk: Desk) -> None:
    desk.open()
    desk.frame.get_by_role("radio", name="Contact Account Deal").check()
    desk.frame.get_by_role("radio", name="Use this one Patricia Doe").check()
    desk.frame.get_by_role("radio", name="Vendor").check()
    desk.button("Read again").click()
    desk.frame.get_by_role("radio", name="Contact Account Deal").check()
    expect(desk.frame.get_by_role("radio", name="Use this one Patricia Doe")).to_be_checked()


def test_a_chosen_match_that_is_gone_is_to_be_decided_again(desk: Desk) -> None:
    now = answer("supplier")
    now["options"][0]["records"][0]["matches"].pop(0)
    path = f"/api/v1/leads/{LEAD}/options"
    desk.site.on("GET", path, say(answer("supplier")), say(now))
    desk.open()
    desk.frame.get_by_role("radio", name="Contact Account Deal").check()
    desk.frame.get_by_role("radio", name="Use this one Patricia Doe").check()
    desk.button("Read again").click()
    expect(desk.frame.locator(".summary")).to_contain_text("Contact: still to decide")


def test_a_match_opens_in_zoho_in_a_tab_of_its_own(desk: Desk) -> None:
    desk.open()
    desk.frame.get_by_role("radio", name="Contact Account Deal").check()
    desk.button("Open Patricia Doe in Zoho CRM").click()
    assert desk.opened() == {
        "Entity": "Contacts",
        "RecordID": "3652397000001210001",
        "target": "_blank",
    }


def test_a_match_that_zoho_does_not_open_can_still_be_found(desk: Desk) -> None:
    desk.open(refused=["UI"])
    desk.frame.get_by_role("radio", name="Contact Account Deal").check()
    desk.button("Open Patricia Doe in Zoho CRM").click()
    expect(desk.frame.get_by_text("Zoho CRM did not open the record.")).to_be_visible()


def test_the_choice_can_be_copied_as_text(desk: Desk) -> None:
    desk.context.grant_permissions(["clipboard-read", "clipboard-write"])
    desk.open()
    desk.frame.get_by_role("radio", name="Vendor").check()
    desk.button("Copy as text").click()
    expect(desk.frame.get_by_text("Copied.")).to_be_visible()
    text = desk.page.evaluate("navigator.clipboard.readText()")
    first, *rest = text.splitlines()
    assert first == "Pat Doe, Acme Fasteners Ltd → Vendor"
    assert rest[0] == "Vendor: create new"
    assert rest[1] == "Still to fill in: GL Account"
    assert rest[2].startswith("Lost: Last Name (No field takes it.), First Name")


def test_where_the_browser_forbids_copying_the_text_is_there_to_be_copied(desk: Desk) -> None:
    desk.open(clipboard=False)
    desk.frame.get_by_role("radio", name="Vendor").check()
    desk.button("Copy as text").click()
    box = desk.frame.get_by_label("The browser does not let us copy.")
    expect(box).to_have_value(
        "Pat Doe, Acme Fasteners Ltd → Vendor\nVendor: create new\n"
        + box.input_value().split("\n", 2)[2]
    )


def test_nothing_on_the_page_promises_a_conversion(desk: Desk) -> None:
    desk.open()
    desk.frame.get_by_role("radio", name="Vendor").check()
    expect(desk.frame.locator(".summary")).to_contain_text("nothing has been changed in Zoho CRM")
    expect(desk.frame.get_by_role("button", name="Convert")).to_have_count(0)


@pytest.mark.parametrize("look", [{"viewport": {"width": 1200, "height": 800}}])
def test_on_a_wide_page_the_first_choice_is_open_beside_the_list(desk: Desk) -> None:
    desk.open()
    expect(desk.frame.get_by_role("radio", name="Contact Account Deal")).to_be_checked()
    expect(desk.frame.locator(".sides__details .summary")).to_be_visible()


def test_an_only_choice_opens_by_itself(desk: Desk) -> None:
    desk.lead("long")
    desk.open()
    expect(desk.frame.get_by_role("radio", name="Supplier with a contact")).to_be_checked()


def test_a_converted_lead_says_so_and_offers_nothing(desk: Desk) -> None:
    desk.lead("converted")
    desk.open()
    expect(desk.frame.locator(".warning")).to_have_text("This lead has been converted already.")
    expect(desk.frame.get_by_role("radio")).to_have_count(0)


def test_an_answer_with_the_bare_minimum_is_shown(desk: Desk) -> None:
    desk.lead("bare")
    desk.open()
    expect(desk.title("Lead without a name")).to_be_visible()
    expect(desk.card("Vendor")).to_be_visible()


def test_many_modules_can_be_searched_by_name(desk: Desk) -> None:
    many = answer("supplier")
    vendor = many["options"][1]
    for number in range(12):
        many["options"].append({**vendor, "target": f"M{number}", "label": f"Module {number}"})
    desk.site.on("GET", f"/api/v1/leads/{LEAD}/options", say(many))
    desk.open()
    desk.frame.get_by_label("Find a module").fill("module 7")
    expect(desk.frame.locator(".card")).to_have_count(1)
    desk.frame.get_by_label("Find a module").fill("nonsense")
    expect(desk.frame.get_by_text("Nothing here has that name.")).to_be_visible()


def test_what_the_server_says_is_text_and_never_markup(desk: Desk) -> None:
    evil = answer("supplier")
    evil["lead"]["name"] = "<img src=x onerror=alert(1)>"
    evil["options"][1]["label"] = "<script>alert(2)</script>"
    desk.site.on("GET", f"/api/v1/leads/{LEAD}/options", say(evil))
    desk.open()
    expect(desk.title("<img src=x onerror=alert(1)>")).to_be_visible()
    expect(desk.frame.get_by_text("<script>alert(2)</script>").first).to_be_visible()
    expect(desk.frame.locator("#app img, #app script")).to_have_count(0)


def test_only_an_administrator_is_offered_to_read_the_set_up_again(desk: Desk) -> None:
    boss: dict[str, Any] = answer("me")
    boss["user"]["administrator"] = True
    desk.site.on("GET", "/api/v1/me", say(boss))
    desk.site.on("POST", "/api/v1/metadata/refresh", say({"state": "refreshed"}))
    desk.open()
    desk.button("Read modules and fields again").click()
    expect(desk.frame.get_by_text("Modules and fields were read again.")).to_be_visible()
    assert len(desk.site.asked("GET", f"/api/v1/leads/{LEAD}/options")) == 2


def test_a_rep_is_told_who_is_signed_in_and_offered_no_set_up(desk: Desk) -> None:
    desk.open()
    expect(desk.frame.get_by_text("Signed in as Sam Owner")).to_be_visible()
    expect(desk.button("Read modules and fields again")).to_have_count(0)

"""Every failure has a sentence and a button that does something about it."""

import threading
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.widget.conftest import LEAD, OPTIONS, Desk, answer
from tests.browser.widget.server import Reply, refuse, say

pytestmark = pytest.mark.browser

OTHER = "3652397000009851002"


@pytest.mark.parametrize(
    ("reply", "title"),
    [
        (None, "Convert Anywhere cannot be reached"),
        (Reply(502, b"<html>Bad gateway</html>"), "Convert Anywhere cannot be reached"),
        (Reply(200, b"<html>Sign in to the Wi-Fi</html>"), "Convert Anywhere cannot be reached"),
        (refuse(500, "internal_error"), "Something went wrong on our side"),
        (refuse(503, "zoho_busy"), "Zoho CRM is busy"),
        (refuse(429, "too_many_requests"), "Zoho CRM is busy"),
        (refuse(502, "zoho_refused"), "Zoho CRM refused the request"),
        (refuse(502, "zoho_unclear"), "Zoho CRM refused the request"),
        (refuse(403, "not_permitted"), "You are not allowed to do this"),
        (refuse(400, "something_new"), "That did not work"),
    ],
)
def test_after_a_failure_of_the_backend_another_try_leads_on(
    desk: Desk, reply: Reply | None, title: str
) -> None:
    fine = desk.site.replies["GET", OPTIONS]
    desk.site.on("GET", OPTIONS, reply)
    desk.open()
    expect(desk.title(title)).to_be_visible()
    desk.site.replies["GET", OPTIONS] = fine
    desk.button("Try again").click()
    expect(desk.card("Vendor")).to_be_visible()


def test_a_failure_without_words_of_ours_is_told_in_those_of_the_server(desk: Desk) -> None:
    desk.site.on("GET", OPTIONS, refuse(400, "something_new", "The moon is in the way."))
    desk.open()
    expect(desk.frame.get_by_text("The moon is in the way.")).to_be_visible()
    expect(desk.frame.get_by_text("Code: something_new")).to_be_visible()


def test_a_busy_zoho_says_how_long_to_wait(desk: Desk) -> None:
    desk.site.on("GET", OPTIONS, refuse(503, "zoho_busy", Retry_After="7"))
    desk.open()
    expect(desk.frame.get_by_text("Wait about 7 seconds")).to_be_visible()


def test_an_answer_that_never_comes_is_not_waited_for_for_ever(desk: Desk) -> None:
    stuck = threading.Event()
    desk.site.hold("GET", OPTIONS, stuck, say(answer("supplier")))
    desk.page.clock.install()
    desk.open()
    expect(desk.frame.locator(".waiting__words")).to_have_text(
        "Reading the lead and looking for duplicates …"
    )
    desk.page.clock.fast_forward(7_000)
    expect(desk.frame.get_by_text("This takes longer than usual.")).to_be_visible()
    desk.page.clock.fast_forward(60_000)
    expect(desk.title("That took too long")).to_be_visible()
    stuck.set()
    desk.button("Try again").click()
    expect(desk.card("Vendor")).to_be_visible()


def test_without_a_network_the_widget_waits_for_it_to_come_back(desk: Desk) -> None:
    desk.open()
    expect(desk.card("Vendor")).to_be_visible()
    desk.context.set_offline(True)
    desk.button("Read again").click()
    expect(desk.title("You are offline")).to_be_visible()
    desk.context.set_offline(False)
    expect(desk.card("Vendor")).to_be_visible()


def test_a_lead_that_is_gone_closes_the_window(desk: Desk) -> None:
    desk.site.on("GET", OPTIONS, refuse(404, "not_found"))
    desk.open()
    expect(desk.title("This lead is no longer there")).to_be_visible()
    desk.button("Close").click()
    desk.page.wait_for_function(
        "window.heard.some((one) => one.data?.action?.popup === 'CLOSE_RELOAD')"
    )


def test_where_zoho_does_not_close_the_window_the_person_is_asked_to(desk: Desk) -> None:
    desk.site.on("GET", OPTIONS, refuse(404, "zoho_missing"))
    desk.open(refused=["UI"])
    desk.button("Close").click()
    expect(desk.frame.get_by_text("Close it yourself.")).to_be_visible()


def test_one_gone_lead_of_several_does_not_stop_the_others(desk: Desk) -> None:
    desk.site.on("GET", OPTIONS, refuse(404, "not_found"))
    desk.lead("converted", OTHER)
    desk.one_by_one(LEAD, OTHER)
    desk.button("Next lead").click()
    expect(desk.title("Nguyễn Thị Minh Khai")).to_be_visible()


def test_an_id_that_is_none_is_refused_in_words(desk: Desk) -> None:
    desk.site.on("GET", "/api/v1/leads/abc%2F..%2Fme/options", refuse(422, "invalid_input"))
    desk.open(("abc/../me",))
    expect(desk.title("This is no lead that Zoho CRM could know")).to_be_visible()


def test_an_org_without_the_extension_is_led_to_the_installation(desk: Desk) -> None:
    desk.site.on("GET", OPTIONS, refuse(401, "not_installed"))
    desk.open()
    expect(desk.title("Convert Anywhere is not installed here")).to_be_visible()
    link = desk.frame.get_by_role("link", name="Install")
    expect(link).to_have_attribute("href", f"{desk.site.origin}/install")


@pytest.mark.parametrize("entity", [None, (), ""])
def test_without_a_lead_the_person_is_told_where_to_start(desk: Desk, entity: object) -> None:
    desk.open(entity)
    expect(desk.title("No lead was chosen")).to_be_visible()
    expect(desk.button("Close")).to_be_visible()


def test_a_record_of_another_module_is_no_lead(desk: Desk) -> None:
    desk.open(module="Contacts")
    expect(desk.title("This is not a lead")).to_be_visible()
    assert desk.site.asked("GET", OPTIONS) == []


def test_a_page_outside_zoho_points_there(desk: Desk) -> None:
    desk.site.framed_by = "'self'"
    desk.page.goto(f"{desk.site.origin}/app/widget.html?lang=en")
    title = desk.page.get_by_role("heading", name="This page belongs inside Zoho CRM")
    expect(title).to_be_visible()
    link = desk.page.get_by_role("link", name="Open Zoho CRM")
    expect(link).to_have_attribute("href", "https://crm.zoho.com/")


def test_an_address_without_the_crms_origin_is_completed_on_demand(desk: Desk) -> None:
    desk.open(service_origin=False)
    expect(desk.title("Zoho CRM did not say where it is")).to_be_visible()
    assert desk.page.evaluate("window.heard") == []
    desk.button("Connect again").click()
    expect(desk.card("Vendor")).to_be_visible()


def test_a_blocked_sdk_is_named_and_tried_again(desk: Desk) -> None:
    desk.crm.without_sdk = True
    desk.open()
    expect(desk.title("A part of Zoho CRM could not be loaded")).to_be_visible()
    desk.crm.without_sdk = False
    desk.button("Try again").click()
    expect(desk.card("Vendor")).to_be_visible()


def test_a_crm_that_never_answers_is_not_waited_for_for_ever(desk: Desk) -> None:
    desk.page.clock.install()
    desk.open(silent=True)
    expect(desk.frame.locator(".waiting__words")).to_have_text("Connecting to Zoho CRM …")
    desk.page.wait_for_function("window.heard.some((one) => one.eventName === 'REGISTER')")
    desk.page.clock.fast_forward(15_000)
    expect(desk.title("Zoho CRM does not answer")).to_be_visible()
    desk.crm.scenario = {**desk.crm.scenario, "silent": False}
    expect(desk.button("Try again")).to_be_visible()


def test_a_page_that_the_crm_loads_late_is_still_welcome(desk: Desk) -> None:
    desk.page.clock.install()
    desk.open(page=None)
    desk.page.wait_for_function("window.heard.some((one) => one.eventName === 'ZDK_EVENT')")
    desk.page.clock.fast_forward(15_000)
    expect(desk.title("Zoho CRM does not answer")).to_be_visible()
    desk.page.evaluate("(id) => loadPage({Entity: 'Leads', EntityId: id})", LEAD)
    expect(desk.card("Vendor")).to_be_visible()


def test_an_sdk_whose_start_never_ends_does_not_hold_the_choices_up(desk: Desk) -> None:
    desk.open(deaf=["ZDK_EVENT", "CONFIG", "UI"])
    expect(desk.card("Vendor")).to_be_visible()


def test_a_configuration_that_cannot_be_read_is_a_backend_out_of_reach(desk: Desk) -> None:
    desk.site.on("GET", "/app/config.json", Reply(500))
    desk.open()
    expect(desk.title("Convert Anywhere cannot be reached")).to_be_visible()
    del desk.site.replies["GET", "/app/config.json"]
    desk.button("Try again").click()
    expect(desk.card("Vendor")).to_be_visible()


def test_without_any_translation_the_way_out_is_still_in_words(desk: Desk) -> None:
    for name in ("de", "en"):
        desk.site.on("GET", f"/app/translations/{name}.json", Reply(500))
    desk.site.on("GET", "/app/config.json", Reply(500))
    desk.open(lang="de")
    expect(desk.title("Convert Anywhere cannot be reached")).to_be_visible()
    expect(desk.button("Try again")).to_be_visible()


def test_a_missing_translation_is_made_up_for_by_english(desk: Desk) -> None:
    desk.site.on("GET", "/app/translations/vi.json", Reply(404))
    desk.open(lang="vi")
    expect(desk.card("Vendor")).to_contain_text("9 values carry over")


def test_a_failed_look_at_the_user_bothers_nobody(desk: Desk) -> None:
    desk.site.on("GET", "/api/v1/me", refuse(500, "internal_error"))
    desk.open()
    expect(desk.card("Vendor")).to_be_visible()
    expect(desk.frame.get_by_text("Signed in as")).to_have_count(0)


def test_of_several_leads_each_is_read_when_it_is_looked_at(desk: Desk) -> None:
    desk.lead("converted", OTHER)
    desk.one_by_one(LEAD, OTHER)
    nav = desk.frame.get_by_role("navigation", name="The chosen leads")
    expect(nav).to_contain_text("Lead 1 of 2")
    expect(desk.button("Previous")).to_be_disabled()
    expect(desk.card("Vendor")).to_be_visible()
    assert desk.site.asked("GET", f"/api/v1/leads/{OTHER}/options") == []
    desk.button("Next").click()
    expect(desk.title("Nguyễn Thị Minh Khai")).to_be_visible()
    expect(desk.button("Next")).to_be_disabled()
    desk.button("Previous").click()
    expect(desk.title("Pat Doe")).to_be_visible()
    assert len(desk.site.asked("GET", OPTIONS)) == 1


def test_the_answer_for_a_lead_that_was_left_is_not_shown_on_another(desk: Desk) -> None:
    late = threading.Event()
    desk.site.hold("GET", OPTIONS, late, say(answer("supplier")))
    desk.lead("converted", OTHER)
    desk.one_by_one(LEAD, OTHER)
    desk.button("Next").click()
    expect(desk.title("Nguyễn Thị Minh Khai")).to_be_visible()
    late.set()
    expect(desk.button("Previous")).to_be_enabled()
    expect(desk.title("Nguyễn Thị Minh Khai")).to_be_visible()


def test_a_page_loaded_for_another_lead_replaces_the_first(desk: Desk) -> None:
    desk.lead("converted", OTHER)
    desk.open()
    expect(desk.title("Pat Doe")).to_be_visible()
    desk.page.evaluate("(id) => loadPage({Entity: 'Leads', EntityId: [id]})", OTHER)
    expect(desk.title("Nguyễn Thị Minh Khai")).to_be_visible()


def test_the_same_page_loaded_twice_is_read_once(desk: Desk) -> None:
    desk.open()
    expect(desk.title("Pat Doe")).to_be_visible()
    desk.page.evaluate("(id) => loadPage({Entity: 'Leads', EntityId: [id]})", LEAD)
    expect(desk.title("Pat Doe")).to_be_visible()
    assert len(desk.site.asked("GET", OPTIONS)) == 1


def test_zohos_sdk_core_for_another_service_works_as_well(desk: Desk) -> None:
    """The transport is the same in all of Zoho's SDKs; only the names of calls differ."""
    desk.site.sdk = f"{desk.crm.origin}/fsm.js"
    desk.open()
    expect(desk.card("Vendor")).to_be_visible()
    desk.frame.get_by_role("radio", name="Contact Account Deal").check()
    desk.button("Open Patricia Doe in Zoho CRM").click()
    expect(desk.frame.get_by_text("Zoho CRM did not open the record.")).to_be_visible()


def test_a_button_asks_the_crm_for_room(desk: Desk) -> None:
    desk.open()
    expect(desk.card("Vendor")).to_be_visible()
    sizes: list[dict[str, Any]] = [
        one["data"] for one in desk.heard("UI") if one["action"] == "RESIZE"
    ]
    assert sizes == [{"width": 1040, "height": 720}]


@pytest.mark.parametrize("path", ["/app/js/views/plan.js", "/app/translations/plan/en.json"])
def test_what_draws_plans_is_asked_for_again_before_anybody_is_bothered(
    desk: Desk, path: str
) -> None:
    desk.site.on("GET", path, Reply(503))
    desk.open()
    # Nobody has wanted it yet, and it was not there at the second time either.
    desk.site.once_asked("GET", path, 2)
    desk.site.on("GET", path, Reply(503), desk.site.static(path))
    desk.button("Show what happens Vendor").click()
    expect(desk.frame.get_by_role("heading", name="What happens: Vendor")).to_be_visible()


def test_where_what_draws_plans_stays_away_it_is_tried_again_on_demand(desk: Desk) -> None:
    path = "/app/translations/plan/en.json"
    desk.site.on("GET", path, Reply(503))
    desk.open()
    desk.button("Show what happens Vendor").click()
    expect(desk.frame.get_by_text("The service is down")).to_be_visible()
    desk.site.on("GET", path, desk.site.static(path))
    desk.button("Try again").click()
    expect(desk.frame.get_by_role("heading", name="What happens: Vendor")).to_be_visible()

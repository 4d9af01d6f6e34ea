"""Zoho CRM set up from the page, its health, and what it has called us for."""

import json

import pytest
from marshmallow import Schema
from playwright.sync_api import Locator, expect

from extension.planning.doctor import CALLS, OF_NOBODY
from extension.planning.provision_words import EVERY
from extension.web.automation_schemas import DeliveriesView
from extension.web.conversion_schemas import STATES
from extension.web.doctor import DoctorView
from extension.web.setup_schemas import SetupView
from tests.browser.settings.conftest import API, DELIVERIES, PROVISION, REMOVAL, Desk, answer
from tests.browser.widget.server import APP, Call, Reply, refuse, say
from tests.tools.check_widget import PLACEHOLDER

pytestmark = pytest.mark.browser

RULE = {
    "field": "Lead_Status", "value": "Pre-Qualified", "action": "convert", "target": "supplier",
}  # fmt: skip
OLD = "0" * 64


def section(desk: Desk, name: str) -> Locator:
    return desk.page.get_by_role("region", name=name, exact=True)


def wish_for_rule(desk: Desk) -> None:
    """When the lead's status becomes Pre-Qualified, it becomes the first target."""
    desk.page.get_by_label("When this field").select_option("Lead_Status")
    desk.page.get_by_label("becomes", exact=True).select_option("Pre-Qualified")
    expect(section(desk, "Set up Zoho CRM").get_by_text("Zoho gets the rule")).to_be_visible()


@pytest.mark.parametrize(
    ("name", "view"),
    [
        ("setup", SetupView),
        ("setup_rule", SetupView),
        ("setup_done", SetupView),
        ("removal", SetupView),
        ("removal_done", SetupView),
        ("doctor", DoctorView),
        ("deliveries", DeliveriesView),
    ],
)
def test_an_answer_kept_as_a_file_fits_the_schema_of_the_api(name: str, view: type[Schema]) -> None:
    assert view().validate(answer(name)) == {}


def test_every_sentence_of_the_server_about_setting_up_is_translated_with_all_its_parts() -> None:
    words = json.loads((APP / "translations" / "setup" / "en.json").read_text())
    ours = {key.removeprefix("said."): text for key, text in words.items() if "said." in key}
    assert ours == EVERY
    assert all(PLACEHOLDER.findall(ours[key]) == PLACEHOLDER.findall(EVERY[key]) for key in EVERY)


def test_what_was_shown_is_applied_by_its_digest_and_each_outcome_stands_at_its_item(
    desk: Desk,
) -> None:
    desk.site.on("POST", PROVISION, say(answer("setup_done")))
    desk.open("/setup")
    ours = section(desk, "Set up Zoho CRM")
    expect(ours.get_by_text("What would be made or repaired: 1")).to_be_visible()
    wish_for_rule(desk)
    assert dict(desk.site.asked("GET", PROVISION)[-1].query) == RULE
    expect(ours.get_by_text("What would be made or repaired: 3")).to_be_visible()
    examined = len(desk.site.asked("GET", f"{API}/doctor"))
    desk.button("Set it up").click()
    expect(ours.get_by_text("Not all of it could be done.")).to_be_visible()
    assert desk.sent("POST", PROVISION) == {"digest": answer("setup_rule")["digest"], "rule": RULE}

    key, webhook = (ours.get_by_role("listitem").filter(has_text=one) for one in
                    ("Vendors gets the field", "Zoho gets the webhook"))  # fmt: skip
    expect(key.get_by_text("Done.")).to_be_visible()
    expect(key.get_by_role("group")).to_have_count(0)
    expect(webhook.get_by_text("The edition of your Zoho CRM does not offer this.")).to_be_visible()
    expect(webhook.get_by_text("Open Setup ▸ Automation ▸ Actions ▸ Webhooks")).to_be_visible()
    expect(ours.get_by_role("link", name="Consent again")).to_have_attribute(
        "href", "https://convert.example.com/install"
    )
    expect(desk.button("Set it up")).to_have_count(0)
    desk.site.once_asked("GET", f"{API}/doctor", examined + 1)


def test_where_zoho_is_another_by_now_nothing_is_applied_and_it_is_shown_anew(desk: Desk) -> None:
    desk.site.on("POST", PROVISION, refuse(409, "setup_changed"))
    desk.open("/setup")
    wish_for_rule(desk)
    desk.button("Set it up").click()
    ours = section(desk, "Set up Zoho CRM")
    expect(ours.get_by_role("alert")).to_contain_text("Nothing was changed")
    expect(desk.button("Set it up")).to_be_enabled()
    assert len(desk.site.asked("POST", PROVISION)) == 1


def test_a_rule_is_not_shown_or_applied_before_it_is_whole(desk: Desk) -> None:
    desk.open("/setup")
    expect(desk.button("Set it up")).to_be_enabled()
    desk.page.get_by_label("When this field").select_option("Lead_Status")
    expect(desk.button("Set it up")).to_be_disabled()
    assert [dict(one.query) for one in desk.site.asked("GET", PROVISION)] == [{}]
    desk.page.get_by_label("When this field").select_option(label="No rule")
    expect(desk.button("Set it up")).to_be_enabled()


def test_what_a_rule_names_and_is_gone_is_shown_until_something_else_is_chosen(desk: Desk) -> None:
    gone = {**RULE, "field": "Stage_Of_Lead", "target": "partner"}
    desk.site.on("GET", PROVISION, say({**answer("setup_rule"), "rule": gone}))
    desk.open("/setup")
    field, target = (desk.page.get_by_label(one) for one in ("When this field", "Target"))
    expect(field).to_have_value("Stage_Of_Lead")
    expect(target).to_have_value("partner")
    target.select_option("supplier")
    asked = desk.site.once_asked("GET", PROVISION, 2)
    assert dict(asked[-1].query) == {**gone, "target": "supplier"}


def test_a_rule_is_taken_away_after_what_would_change_was_shown(desk: Desk) -> None:
    desk.site.on("GET", PROVISION, say(answer("setup_rule")))
    desk.site.on("GET", REMOVAL, say(answer("removal")))
    desk.site.on("POST", REMOVAL, say(answer("removal_done")))
    desk.open("/setup")
    desk.button("Take the rule away …").click()
    place = desk.page.get_by_role("region", name="Take the rule away")
    expect(place.get_by_text("The rule Convert Anywhere rule is deleted")).to_be_visible()
    assert desk.site.asked("POST", REMOVAL) == []
    desk.site.on("GET", PROVISION, say(answer("setup")))
    desk.button("Take it away").click()
    expect(place.get_by_text("Not all of it could be done.")).to_be_visible()
    assert desk.sent("POST", REMOVAL) == {"digest": answer("removal")["digest"]}
    webhook = place.get_by_role("listitem").filter(has_text="webhook Convert Anywhere call").first
    expect(webhook.get_by_text("It is in use.")).to_be_visible()
    expect(webhook.get_by_text("delete the webhook")).to_be_visible()
    expect(desk.page.get_by_label("When this field")).to_have_value("")


def test_a_rule_that_was_just_made_can_be_taken_away_at_once(desk: Desk) -> None:
    desk.site.on("POST", PROVISION, say(answer("setup_done")))
    desk.site.on("GET", REMOVAL, say(answer("removal")))
    desk.site.on("POST", REMOVAL, say(answer("removal_done")))
    desk.open("/setup")
    wish_for_rule(desk)
    expect(desk.button("Take the rule away …")).to_have_count(0)
    desk.button("Set it up").click()
    desk.button("Take the rule away …").click()
    desk.site.on("GET", PROVISION, say(answer("setup")))
    desk.button("Take it away").click()
    place = desk.page.get_by_role("region", name="Take the rule away")
    expect(place.get_by_text("Not all of it could be done.")).to_be_visible()
    expect(desk.page.get_by_label("When this field")).to_have_value("")


def test_where_zoho_is_another_by_now_no_rule_is_taken_away(desk: Desk) -> None:
    desk.site.on("GET", PROVISION, say(answer("setup_rule")))
    desk.site.on("GET", REMOVAL, say(answer("removal")))
    desk.site.on("POST", REMOVAL, refuse(409, "setup_changed"))
    desk.open("/setup")
    desk.button("Take the rule away …").click()
    desk.button("Take it away").click()
    place = desk.page.get_by_role("region", name="Take the rule away")
    expect(place.get_by_role("alert")).to_be_visible()
    place.get_by_role("button", name="Try again").click()
    expect(desk.button("Take it away")).to_be_enabled()


def test_why_zoho_cannot_be_looked_at_is_said_and_can_be_tried_again(desk: Desk) -> None:
    desk.site.on("GET", PROVISION, refuse(503, "zoho_busy"), say(answer("setup")))
    desk.open("/setup")
    ours = section(desk, "Set up Zoho CRM")
    expect(ours.get_by_role("alert")).to_be_visible()
    ours.get_by_role("button", name="Try again").click()
    expect(ours.get_by_text("What would be made or repaired: 1")).to_be_visible()
    expect(ours.get_by_role("alert")).to_have_count(0)


def test_a_session_that_ends_leads_back_here(desk: Desk) -> None:
    desk.site.on("GET", PROVISION, refuse(401, "not_signed_in"), say(answer("setup")))
    given = {"state": "signed_in", "token": "another", "expires_at": "2030-01-01T00:00:00+00:00"}
    desk.site.on("POST", f"{API}/sessions", say(given))
    desk.open("/setup")
    with desk.page.expect_popup():
        desk.button("Sign in with Zoho").click()
    expect(section(desk, "Set up Zoho CRM").get_by_text("What would be")).to_be_visible()


def test_the_health_check_names_each_finding_with_what_to_do(desk: Desk) -> None:
    desk.open("/setup")
    health = section(desk, "Health")
    worst = health.get_by_role("listitem").first
    expect(worst).to_contain_text("nobody carries them out.")
    expect(worst).to_contain_text("Start a worker on the server")
    desk.site.on("GET", f"{API}/doctor", say({"healthy": True, "findings": []}))
    health.get_by_role("button", name="Look again").click()
    expect(health.get_by_text("Nothing is wrong.")).to_be_visible()
    expect(health.get_by_role("listitem")).to_have_count(0)


def test_a_call_that_came_to_nothing_is_dealt_with_once_more(desk: Desk) -> None:
    told = answer("deliveries")
    failed = told["deliveries"][0]

    def replayed(_: Call) -> Reply:
        failed.update(state="accepted", problem=None)
        desk.site.on("GET", DELIVERIES, say(told))
        return say(failed, 202)

    desk.site.replies["POST", f"{DELIVERIES}/{failed['id']}/replay"] = replayed
    desk.open("/setup")
    calls = section(desk, "Calls")
    first = calls.get_by_role("row").nth(1)
    expect(first).to_contain_text("Vendor Name is required, and nothing fills it.")
    expect(calls.get_by_role("button", name="Deal once more")).to_have_count(2)
    first.get_by_role("button").click()
    expect(first).to_contain_text("In line")
    expect(calls.get_by_role("button", name="Deal once more")).to_have_count(1)


def test_a_call_shows_what_its_conversion_has_come_to_and_leads_to_its_lead(desk: Desk) -> None:
    told = answer("deliveries")
    del told["deliveries"][0]["conversion_state"]
    desk.site.on("GET", DELIVERIES, say(told))
    desk.open("/setup")
    rows = section(desk, "Calls").get_by_role("row")
    expect(rows.nth(3)).to_contain_text("Conversion taken back")
    expect(rows.nth(1).get_by_role("cell").nth(3)).not_to_contain_text("onver")
    lead = told["deliveries"][2]["lead"]
    expect(rows.nth(3).get_by_role("link", name=lead)).to_have_attribute(
        "href", f"https://crm.zoho.com/crm/org60001234567/tab/Leads/{lead}"
    )


def test_every_state_of_a_conversion_is_said() -> None:
    words = json.loads((APP / "translations" / "setup" / "en.json").read_text())
    assert {key.removeprefix("made.") for key in words if key.startswith("made.")} == set(STATES)


def pages(desk: Desk, count: int) -> None:
    """So many calls, a page at a time, as the API gives them."""
    one = answer("deliveries")["deliveries"][2]
    every = [{**one, "id": f"{at:016x}", "lead": str(5000 + at)} for at in range(count)]

    def listed(call: Call) -> Reply:
        ids = [each["id"] for each in every]
        before = call.query.get("before")
        start = ids.index(before) + 1 if before else 0
        end = start + int(call.query["limit"])
        more = ids[end - 1] if end < len(every) else None
        return say({"deliveries": every[start:end], "next": more, "refused": []})

    desk.site.replies["GET", DELIVERIES] = listed


def test_earlier_calls_come_by_the_page_and_who_asked_for_them_goes_on_there(desk: Desk) -> None:
    pages(desk, 45)
    desk.open("/setup")
    calls = section(desk, "Calls")
    shown = calls.get_by_text("Calls shown:")
    for count in (20, 40, 45):
        expect(shown).to_have_text(f"Calls shown: {count}")
        expect(calls.get_by_role("row")).to_have_count(count + 1)
        if count > 20:
            first = str(5000 + count - (20 if count == 40 else 5))
            expect(calls.get_by_role("row").filter(has_text=first)).to_be_focused()
        if count < 45:
            calls.get_by_role("button", name="Earlier calls").focus()
            desk.page.keyboard.press("Enter")
    expect(calls.get_by_role("button", name="Earlier calls")).to_have_count(0)
    calls.get_by_role("button", name="Look again").click()
    desk.site.once_asked("GET", DELIVERIES, 4)
    assert desk.site.asked("GET", DELIVERIES)[-1].query["limit"] == "45", "what is shown stays"


def test_calls_are_shown_by_what_became_of_them(desk: Desk) -> None:
    pages(desk, 45)
    desk.open("/setup")
    calls = section(desk, "Calls")
    calls.get_by_role("button", name="Earlier calls").click()
    expect(calls.get_by_text("Calls shown: 40")).to_be_visible()
    desk.site.on("GET", DELIVERIES, say({"deliveries": [], "next": None, "refused": []}))
    calls.get_by_label("What became of it").select_option(label="Failed")
    expect(calls.get_by_text("Calls shown: 0")).to_be_visible()
    asked = desk.site.asked("GET", DELIVERIES)[-1].query
    assert dict(asked) == {"limit": "20", "state": "failed"}
    calls.get_by_label("What became of it").select_option(label="All calls")
    expect(calls.get_by_text("Zoho CRM has not called yet.")).to_be_visible()


def test_calls_that_were_refused_are_told_with_what_to_do(desk: Desk) -> None:
    desk.open("/setup")
    refused = section(desk, "Calls").get_by_role("listitem")
    expect(refused).to_have_count(1)
    expect(refused).to_contain_text("14 calls with a wrong secret, or with none, were refused")
    expect(refused).to_contain_text("Look whether the secret in the webhook")
    desk.site.on("GET", DELIVERIES, say({**answer("deliveries"), "refused": []}))
    section(desk, "Calls").get_by_role("button", name="Look again").click()
    expect(refused).to_have_count(0)


def test_every_refusal_that_an_org_is_told_of_is_said_in_our_words() -> None:
    words = json.loads((APP / "translations" / "setup" / "en.json").read_text())
    told = {key.removeprefix("refused.") for key in words if key.startswith("refused.")}
    assert told == set(CALLS) - set(OF_NOBODY)
    assert all(f"{one}.refused_{kind}" in words for one in ("ill", "fix") for kind in told)


def test_changes_of_targets_are_kept_while_somebody_looks_here(desk: Desk) -> None:
    desk.open()
    desk.button("Remove Supplier with a contact").click()
    desk.page.get_by_role("link", name="Zoho CRM and its health").click()
    expect(section(desk, "Health")).to_be_visible()
    expect(desk.page.get_by_text("There are changes that are not saved.")).to_be_visible()
    desk.page.get_by_role("link", name="What leads become").click()
    expect(desk.button("Save")).to_be_enabled()
    desk.button("Undo").click()
    expect(desk.button("Remove Supplier with a contact")).to_be_visible()

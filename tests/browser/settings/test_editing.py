"""What an administrator does with targets: changes, checks, tries out, saves."""

import threading
from typing import Any

import pytest
from playwright.sync_api import Dialog, expect

from tests.browser.settings.conftest import (
    API,
    FILE,
    LINT,
    PREVIEW,
    TARGETS,
    Desk,
    answer,
    changed,
)
from tests.browser.widget.server import Reply, refuse, say

pytestmark = pytest.mark.browser

UNKNOWN = {
    "path": "[1].records[0].fields.Phone", "severity": "error", "code": "unknown_field",
    "message": "Leads have no field Gone.",
}  # fmt: skip


def saved(**changes: Any) -> Reply:
    return say({**answer("targets"), "version": 2, **changes})


def record(desk: Desk, at: int = 0) -> dict[str, Any]:
    """A record of the supplier, as it was saved last."""
    found: dict[str, Any] = desk.sent("PUT", TARGETS)["targets"][1]["records"][at]
    return found


# Targets


def test_targets_are_ordered_renamed_removed_and_brought_back(desk: Desk) -> None:
    desk.open()
    rows = desk.page.locator(".grid--targets tbody tr")
    expect(rows).to_have_count(3)
    expect(desk.page.get_by_text("Last saved by Ada Admin")).to_be_visible()
    expect(desk.button("Save")).to_be_disabled()
    desk.button("Move Product up").click()
    expect(rows.nth(1)).to_contain_text("Product")
    desk.button("Remove Contact, Account and Deal").click()
    expect(rows).to_have_count(2)
    desk.button("Undo").click()
    expect(rows).to_have_count(3)
    desk.button("Change Product").click()
    desk.page.get_by_label("Name", exact=True).fill("Goods")
    desk.button("All targets").click()
    expect(rows.nth(1)).to_contain_text("Goods")
    desk.settled()
    desk.site.on("PUT", TARGETS, saved())
    desk.button("Save").click()
    expect(desk.page.get_by_text("Saved.")).to_be_visible()
    body = desk.sent("PUT", TARGETS)
    assert body["version"] == 1
    assert [one["label"] for one in body["targets"]][1:] == ["Goods", "Supplier with a contact"]
    expect(desk.button("Save")).to_be_disabled()


def test_a_target_is_added_for_a_module_and_filled_with_what_is_suggested(desk: Desk) -> None:
    desk.site.on("PUT", TARGETS, saved())
    desk.open()
    desk.page.get_by_label("Add a target for").select_option("Contacts")
    desk.button("Add").click()
    suggestions = desk.page.locator(".suggestion")
    expect(suggestions.first).to_be_visible()
    every = suggestions.count()
    email = suggestions.filter(has=desk.page.locator("b", has_text="Email").first).first
    expect(email).to_contain_text("Both fields have the same name.")
    expect(email).to_contain_text("sure")
    desk.button("Accept: Email").click()
    expect(desk.row("Email", "Contacts", "Contacts")).to_be_visible()
    expect(suggestions).to_have_count(every - 1)
    desk.button("Accept all").click()
    expect(suggestions).to_have_count(0)
    desk.settled()
    desk.button("Save").click()
    expect(desk.page.get_by_text("Saved.")).to_be_visible()
    added = desk.sent("PUT", TARGETS)["targets"][-1]
    assert added["records"] == answer("suggestion")["target"]["records"]


# Rules


def test_every_kind_of_rule_can_be_written(desk: Desk) -> None:
    desk.site.on("PUT", TARGETS, saved())
    desk.target()
    phone, page = desk.row("Phone"), desk.page
    kind = phone.get_by_label("How Phone is filled")
    kind.select_option("first_of")
    phone.get_by_label("Source 1 of Phone", exact=True).select_option("Mobile")
    phone.get_by_role("button", name="One more field").click()
    phone.get_by_label("Source 2 of Phone", exact=True).select_option("Phone")
    website = desk.row("Website")
    website.get_by_label("How Website is filled").select_option("constant")
    website.get_by_label("Value of Website").fill("https://example.com")
    category = desk.row("Category")
    category.get_by_label("Another choice for Category").select_option("Large Enterprise")
    category.get_by_label("Large Enterprise becomes, in Category").fill("Advice")
    category.get_by_role("button", name="Lose all others").click()
    desk.row("Description").get_by_label("Text for Description").fill("{Company}")
    page.get_by_label("Fill another field: Vendor").select_option("Email")
    email = desk.row("Email")
    email.get_by_label("How Email is filled").select_option("user")
    add = page.get_by_label("Fill another field: Contact")
    add.select_option("Vendor_Name")
    link = desk.row("Vendor_Name", "contact")
    link.get_by_label("How Vendor Name is filled").select_option("link_to")
    add.select_option("Date_of_Birth")
    birth = desk.row("Date_of_Birth", "contact")
    birth.get_by_label("How Date of Birth is filled").select_option("date")
    birth.get_by_label("Date of Birth: days after the conversion").fill("14")
    birth.get_by_label("Date of Birth: days after the conversion").blur()
    add.select_option("Account_Name")
    account = desk.row("Account_Name", "contact")
    account.get_by_label("How Account Name is filled").select_option("lookup_by_name")
    account.get_by_label("Source of Account Name").select_option("Company")
    desk.settled()
    desk.button("Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert record(desk)["fields"] == {
        "Vendor_Name": {"first_of": ["Company", "Last_Name"]},
        "Phone": {"first_of": ["Mobile", "Phone"]},
        "Website": {"constant": "https://example.com"},
        "Category": {
            "translate": "Industry",
            "table": {"Data/Telecom OEM": "Telecom", "Large Enterprise": "Advice"},
        },
        "Description": {"template": "{Company}"},
        "Email": {"current": "user"},
    }
    assert record(desk, 1)["fields"] == {
        "Last_Name": "Last_Name", "First_Name": "First_Name", "Email": "Email",
        "Vendor_Name": {"link_to": "vendor"},
        "Date_of_Birth": {"current": "date", "days": 14},
        "Account_Name": {"lookup_by_name": "Company"},
    }  # fmt: skip


def test_everything_else_of_a_target_can_be_settled(desk: Desk) -> None:
    desk.site.on("PUT", TARGETS, saved())
    desk.target()
    page = desk.page
    desk.row("Website").get_by_label("Finds duplicates").check()
    desk.row("Website").get_by_label("Website of an existing record").select_option("append")
    desk.row("Phone").get_by_label("Do not fill Phone").click()
    vendor = page.locator("[id='t-supplier-r-vendor']")
    vendor.get_by_label("If there may be one already").select_option("create")
    vendor.get_by_label("Fields of an existing record").select_option("keep")
    contact = page.locator("[id='t-supplier-r-contact']")
    contact.get_by_label("Only if the person asks for it").check()
    for summary in page.locator(".fold summary").all():
        summary.click()
    page.get_by_label("Standard").check()
    page.get_by_label("What condition 1 asks").select_option("is")
    page.get_by_label("Value of condition 1").fill("Acme")
    page.get_by_label("Notes").check()
    page.get_by_label("Open calls").uncheck()
    page.get_by_label("What becomes of the lead").select_option("delete")
    page.get_by_label("Workflow rules of Zoho CRM").uncheck()
    desk.settled()
    desk.button("Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    target = desk.sent("PUT", TARGETS)["targets"][1]
    first, second = target["records"]
    assert first["match_on"] == ["Vendor_Name", "Website"]
    assert first["merge"] == {"default": "keep", "fields": {"Website": "append"}}
    assert "when_matched" not in first
    assert second["optional"] is True
    standard = next(
        one["id"] for one in answer("profiles")["profiles"] if one["name"] == "Standard"
    )
    assert target["profiles"] == [standard]
    assert target["offered_when"] == [{"field": "Company", "is": "Acme"}]
    assert target["carry"] == {"Calls": "leave"}
    assert target["lead_after"] == {"kind": "delete"}
    assert target["workflows"] is False


# Findings


def test_findings_are_said_in_the_language_of_the_page(desk: Desk) -> None:
    coded = {**UNKNOWN, "key": "unknown_field.lead", "params": {"field": "Gone"}}
    desk.site.on("POST", LINT, say({"findings": [coded]}))
    desk.target(lang="de")
    desk.row("Phone").locator("select").nth(1).select_option("Mobile")
    expect(desk.row("Phone").locator(".finding--error")).to_contain_text(
        "Leads haben kein Feld Gone."
    )


def test_findings_stand_at_their_rows_and_errors_keep_from_saving(desk: Desk) -> None:
    desk.target()
    warning = desk.row("Vendor_Name").locator(".finding--warning")
    expect(warning).to_contain_text("longer ones are lost")
    desk.site.on("POST", LINT, say({"findings": [UNKNOWN]}))
    desk.row("Phone").get_by_label("Source of Phone").select_option("Mobile")
    expect(desk.row("Phone").locator(".finding--error")).to_contain_text("no field Gone")
    expect(desk.page.get_by_text("1 error keeps this from being saved:")).to_be_visible()
    desk.button("Save").click()
    expect(desk.page.get_by_label("How Phone is filled")).to_be_focused()
    assert desk.site.asked("PUT", TARGETS) == []
    desk.button("All targets").click()
    desk.page.get_by_role("button", name="Supplier with a contact: Leads have no").click()
    expect(desk.page.get_by_label("How Phone is filled")).to_be_focused()
    desk.site.on("POST", LINT, refuse(503, "zoho_busy"))
    desk.button("Undo").click()
    expect(desk.page.get_by_text("Not checked")).to_be_visible()
    desk.site.on("POST", LINT, say({"findings": []}))
    desk.button("Try again").click()
    expect(desk.page.get_by_text("No findings")).to_be_visible()


def test_what_the_server_refuses_to_save_is_said_at_its_place(desk: Desk) -> None:
    fields = {"[1].records[0].fields.Website": "This cannot be."}
    error = {"code": "invalid_input", "message": "No.", "details": {"fields": fields}}
    desk.site.on("PUT", TARGETS, say({"error": error}, 422))
    desk.target()
    desk.page.get_by_label("Name", exact=True).fill("Supplier")
    desk.settled()
    desk.button("Save").click()
    expect(desk.row("Website").locator(".finding--error")).to_contain_text("This cannot be.")
    expect(desk.page.get_by_label("Name", exact=True)).to_have_value("Supplier")


# Trying out


def test_a_lead_of_choice_shows_what_the_draft_would_do(desk: Desk) -> None:
    desk.target()
    lead = desk.page.locator("#preview-lead")
    lead.fill("pat")
    desk.page.locator(".combobox__one").click()
    preview = desk.page.locator(".preview")
    expect(preview).to_contain_text("Carried over: 5 · Changed: 2 · Lost: 3")
    expect(preview.locator(".fate--transformed").first).to_contain_text("Telecom")
    expect(preview.locator(".fate--lost").first).to_contain_text("Head of Purchasing")
    assert desk.sent("POST", PREVIEW)["lead"] == "77"
    with desk.page.expect_response("**/targets/preview"):
        desk.row("Website").get_by_label("Source of Website").select_option("Email")
    draft = desk.sent("POST", PREVIEW)["target"]
    assert draft["records"][0]["fields"]["Website"] == "Email"
    desk.site.on("POST", PREVIEW, refuse(422, "invalid_input"))
    lead.fill("12345678901234567")
    desk.page.locator(".combobox__one").click()
    expect(preview).to_contain_text("This target has errors.")


# Two at once


def test_the_second_of_two_is_told_and_both_keep_what_they_did(desk: Desk) -> None:
    theirs = changed(2, Products="Goods")
    desk.target()
    desk.page.get_by_label("Name", exact=True).fill("Supplier")
    desk.settled()
    desk.site.on("PUT", TARGETS, refuse(409, "targets_changed"), saved(version=3))
    desk.site.on("GET", TARGETS, say(theirs))
    desk.button("Save").click()
    panel = desk.page.locator(".panel--careful")
    expect(panel).to_contain_text("Ben Boss has saved other targets meanwhile")
    expect(panel).to_contain_text("What Ben Boss has changed")
    expect(panel).to_contain_text("You have changed different targets")
    expect(panel.locator("ins", has_text="Goods")).to_be_visible()
    expect(panel.locator("ins", has_text="Supplier")).to_be_visible()
    expect(panel.get_by_role("heading", level=2)).to_be_focused()
    desk.button("Put mine on top").click()
    desk.settled()
    desk.button("Save").click()
    expect(desk.page.get_by_text("Saved.")).to_be_visible()
    body = desk.sent("PUT", TARGETS)
    assert body["version"] == 2
    assert [one["label"] for one in body["targets"]][1:] == ["Supplier", "Goods"]


def test_where_both_changed_the_same_theirs_can_be_taken_and_undone(desk: Desk) -> None:
    desk.target()
    name = desk.page.get_by_label("Name", exact=True)
    name.fill("Mine")
    desk.settled()
    desk.site.on("PUT", TARGETS, refuse(409, "targets_changed"))
    desk.site.on("GET", TARGETS, say(changed(2, supplier="Theirs")))
    desk.button("Save").click()
    expect(desk.page.locator(".panel--careful")).to_contain_text("You both have changed: Mine")
    expect(name).to_have_value("Mine")
    desk.button("Take theirs").click()
    expect(name).to_have_value("Theirs")
    expect(desk.button("Save")).to_be_disabled()
    desk.button("Undo").click()
    expect(name).to_have_value("Mine")


# Files


def test_targets_go_out_as_a_file_and_come_back_into_the_draft(desk: Desk) -> None:
    yaml = "version: 1\ntargets: []\n"
    desk.site.on("GET", FILE, Reply(200, yaml.encode(), {"Content-Type": "text/yaml"}))
    desk.open()
    with desk.page.expect_download() as download:
        desk.button("Export").click()
    assert download.value.suggested_filename == "targets.yaml"
    assert download.value.path().read_text() == yaml
    places = {"fields": {"[0].lab": "There is no such key."}, "line": 2, "column": 20}
    refusal = {"code": "invalid_input", "message": "Line 2: no.", "details": places}
    read = {
        "targets": changed(1, supplier="Supplier")["targets"], "findings": [],
        "changes": ["~ supplier › label: Supplier (was Supplier with a contact)"],
    }  # fmt: skip
    desk.site.on("POST", FILE, say({"error": refusal}, 422), say(read))
    file: Any = {"name": "ours.yaml", "mimeType": "text/yaml", "buffer": yaml.encode()}
    chosen = desk.page.locator("input[type=file]")
    chosen.set_input_files(file)
    panel = desk.page.locator(".panel")
    expect(panel).to_contain_text("ours.yaml was not taken over")
    expect(panel).to_contain_text("There is no such key.")
    expect(panel).to_contain_text("Line 2, column 20")
    chosen.set_input_files(file)
    expect(panel).to_contain_text("~ supplier › label: Supplier")
    expect(desk.page.locator(".grid--targets")).to_contain_text("Supplier")
    assert desk.site.asked("POST", FILE)[-1].body == yaml.encode()
    assert desk.site.asked("PUT", TARGETS) == []
    expect(desk.button("Save")).to_be_enabled()
    desk.button("Undo").click()
    expect(desk.page.locator(".grid--targets")).to_contain_text("Supplier with a contact")


# Coming and going


def test_leaving_with_unsaved_changes_asks(desk: Desk) -> None:
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    desk.page.on("dialog", stay)
    desk.target()
    desk.page.get_by_label("Name", exact=True).fill("Supplier")
    desk.page.evaluate("setTimeout(() => location.reload())")
    desk.page.wait_for_event("dialog")
    expect(desk.page.get_by_label("Name", exact=True)).to_have_value("Supplier")
    desk.button("Sign out").click()
    expect(desk.page.get_by_label("Name", exact=True)).to_have_value("Supplier")
    assert asked == ["beforeunload", "confirm"]


def test_who_is_no_administrator_is_told(desk: Desk) -> None:
    desk.site.on("GET", TARGETS, refuse(403, "not_admin"))
    desk.open()
    expect(desk.page.get_by_role("heading", level=1)).to_have_text(
        "This page is for administrators"
    )
    expect(desk.button("Sign out")).to_be_visible()


def test_a_session_that_ends_takes_nothing_of_the_draft_away(desk: Desk) -> None:
    desk.target()
    desk.page.get_by_label("Name", exact=True).fill("Supplier")
    desk.settled()
    desk.site.on("PUT", TARGETS, refuse(401, "not_signed_in"))
    given = {"state": "signed_in", "token": "another", "expires_at": "2030-01-01T00:00:00+00:00"}
    desk.site.on("POST", f"{API}/sessions", say(given))
    desk.button("Save").click()
    with desk.page.expect_popup():
        desk.button("Sign in with Zoho").click()
    expect(desk.page.get_by_label("Name", exact=True)).to_have_value("Supplier")
    assert desk.site.asked("GET", "/signin")[0].query["origin"] == desk.site.origin


def test_waiting_is_said_in_words(desk: Desk) -> None:
    go_on = threading.Event()
    desk.site.hold("GET", TARGETS, go_on, say(answer("targets")))
    desk.open()
    expect(desk.page.get_by_role("heading", level=1)).to_have_text(
        "Reading the targets and checking them …"
    )
    go_on.set()
    expect(desk.page.locator(".grid--targets")).to_be_visible()

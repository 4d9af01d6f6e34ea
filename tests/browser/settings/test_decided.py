"""What a rule decides besides its target, changed on the page by people who know no JSON."""

from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from extension.web.target_schemas import FindingsView
from tests.browser.settings.conftest import AUTOMATION, Desk, answer
from tests.browser.widget.server import say

pytestmark = pytest.mark.browser
LINT = f"{AUTOMATION}/lint"
MISFIT = "choice_does_not_fit"
NOTHING = {"rules": [], "assess": {}, "lead_in_text": ""}


def kept(target: str = "supplier", **choices: Any) -> dict[str, Any]:
    """One rule is saved, which decides this."""
    rule = {"name": "Suppliers", "when": [], "target": target, "choices": choices}
    whole = {**NOTHING, "rules": [rule]}
    return {**answer("automation"), "automation": whole, "findings": []}


@pytest.fixture
def saved() -> dict[str, Any]:
    """What is saved; a test may override it."""
    return kept()


@pytest.fixture
def rule(desk: Desk, saved: dict[str, Any]) -> Locator:
    """The rule, with all that it decides opened."""
    desk.site.on("GET", AUTOMATION, say(saved))
    desk.site.on("PUT", AUTOMATION, say(saved))
    desk.open("/automation")
    one = desk.page.locator(".auto-rule")
    one.get_by_role("button", name="Decide more (Suppliers)").click()
    expect(one.locator(".decided")).to_be_visible()
    expect(one.get_by_role("group").first).to_be_visible()
    return one


def choices(desk: Desk) -> Any:
    """What is sent when it is saved."""
    expect(desk.button("Save")).to_be_enabled()
    desk.button("Save").click()
    expect(desk.page.get_by_text("Saved.")).to_be_visible()
    [one] = desk.sent("PUT", AUTOMATION)["automation"]["rules"]
    return one["choices"]


def found(path: str, key: str, message: str, **params: object) -> dict[str, Any]:
    one = {"path": f"rules[0].choices.{path}", "severity": "error", "message": message}
    finding = {**one, "code": key.partition(".")[0], "key": key, "params": params}
    assert FindingsView().validate({"findings": [finding]}) == {}
    return finding


def group(rule: Locator, name: str) -> Locator:
    return rule.get_by_role("group", name=name, exact=True)


# What can be decided


def test_owner_lists_lead_and_losses_are_decided(desk: Desk, rule: Locator) -> None:
    rule.get_by_label("Owner of the new records").select_option(label="Rae Rep")
    going = group(rule, "What goes along")
    expect(going.get_by_label("Notes")).to_have_value("")
    expect(going.get_by_label("Notes")).to_contain_text("As in the target: left behind")
    going.get_by_label("Notes").select_option(label="copied")
    going.get_by_label("Open tasks").select_option(label="left behind")
    rule.get_by_label("What becomes of the lead").select_option("delete")
    rule.get_by_label("Keep what no field takes").uncheck()
    assert choices(desk) == {
        "owner": "3", "carry": {"Notes": "copy", "Tasks": "leave"},
        "lead_after": {"kind": "delete"}, "salvage": False,
    }  # fmt: skip


def test_a_lead_is_marked_with_a_field_of_its_own_type(desk: Desk, rule: Locator) -> None:
    rule.get_by_label("What becomes of the lead").select_option("mark")
    status = rule.get_by_label("Lead Status", exact=True)
    expect(status).to_have_value("Contacted")
    status.select_option("Pre-Qualified")
    rule.get_by_label("Mark it with a field").select_option("City")
    rule.get_by_label("City", exact=True).fill("Here")
    after = {"kind": "mark", "values": {"Lead_Status": "Pre-Qualified", "City": "Here"}}
    assert choices(desk) == {"lead_after": after}


def test_fields_are_filled_otherwise_and_an_existing_record_is_merged_otherwise(
    desk: Desk, rule: Locator
) -> None:
    vendor = group(rule, "Vendor")
    add = vendor.get_by_label("Fill a field otherwise: Vendor")
    add.select_option("Category")
    expect(vendor.get_by_label("Category", exact=True)).to_be_focused()
    vendor.get_by_label("Value of Category").fill("Parts")
    add.select_option("Phone")
    vendor.get_by_label("Phone", exact=True).select_option("source")
    vendor.get_by_label("Field of the lead that fills Phone").select_option("Mobile")
    add.select_option("City")
    vendor.get_by_label("City", exact=True).select_option("empty")
    add.select_option("State")
    vendor.get_by_role("button", name="Fill State as in the target").click()
    expect(add).to_be_focused()
    vendor.get_by_label("Decide about a field of an existing record").select_option("Website")
    vendor.get_by_label("Website of an existing record").select_option("keep")
    assert choices(desk) == {
        "records": {
            "vendor": {
                "values": {"Category": "Parts", "City": None},
                "sources": {"Phone": "Mobile"},
                "merge": {"Website": "keep"},
            }
        }
    }


def test_doubles_are_made_anew_or_one_certain_record_is_used(desk: Desk, rule: Locator) -> None:
    group(rule, "Contact").get_by_label("If there may be one already").select_option("new")
    vendor = group(rule, "Vendor")
    vendor.get_by_label("If there may be one already").select_option("this")
    box = vendor.get_by_role("combobox", name="Record that is always used")
    expect(box).to_be_visible()
    box.fill("pat")
    vendor.get_by_role("option", name="Pat Doe").click()
    assert choices(desk) == {"records": {"contact": {"link": ""}, "vendor": {"link": "77"}}}
    asked = desk.site.asked("GET", "/api/v1/records/search")[-1]
    assert asked.query["module"] == "Vendors"


def test_what_is_put_back_as_the_target_says_is_no_choice_any_more(
    desk: Desk, rule: Locator
) -> None:
    vendor = group(rule, "Vendor")
    link = vendor.get_by_label("If there may be one already")
    notes = group(rule, "What goes along").get_by_label("Notes")
    for one, value in ((link, "new"), (notes, "copy")):
        one.select_option(value)
        expect(desk.button("Save")).to_be_enabled()
        one.select_option("")
    rule.get_by_label("Keep what no field takes").uncheck()
    rule.get_by_label("Keep what no field takes").check()
    expect(desk.button("Save")).to_be_disabled()


class TestZohosOwnConversion:
    @pytest.fixture
    def saved(self) -> dict[str, Any]:
        return kept("zoho")

    def test_is_asked_for_a_deal_and_whom_it_tells(self, desk: Desk, rule: Locator) -> None:
        deal = group(rule, "Deal")
        expect(deal.get_by_label("Fill a field otherwise: Deal")).to_have_count(0)
        deal.get_by_label("Make this record, too: Deal").check()
        deal.get_by_label("Layout").select_option(label="Partners")
        deal.get_by_label("Fill a field otherwise: Deal").select_option("Stage")
        deal.get_by_label("Value of Stage").select_option("Qualification")
        deal.get_by_label("Fill a field otherwise: Deal").select_option("Amount")
        deal.get_by_label("Value of Amount").fill("12.5")
        expect(deal.get_by_label("Stage", exact=True).locator("option")).to_have_count(2)
        rule.get_by_label("Where attachments go").select_option(label="Deal")
        rule.get_by_label("Put existing records under").check()
        rule.get_by_label("Tell the owner of the new records").check()
        rule.get_by_label("Tell the lead’s owner").check()
        assert choices(desk) == {
            "records": {
                "Deals": {
                    "wanted": True, "layout": "902",
                    "values": {"Stage": "Qualification", "Amount": 12.5},
                }
            },
            "attachments_to": "Deals", "overwrite": True,
            "notify": ["lead_owner", "record_owner"],
        }  # fmt: skip

    def test_asks_nothing_that_zoho_decides_itself(self, rule: Locator) -> None:
        for name in ("Contact", "Account"):
            part = group(rule, name)
            expect(part.get_by_label("If there may be one already")).to_be_visible()
            expect(part.get_by_label("Fill a field otherwise")).to_have_count(0)
        expect(group(rule, "What goes along").get_by_role("combobox")).to_have_count(1)
        expect(rule.get_by_label("What becomes of the lead")).to_have_count(0)

    def test_keeps_no_finding_back_that_has_no_control_there(
        self, desk: Desk, rule: Locator
    ) -> None:
        several = [
            found("records.Contacts.values.Phone", MISFIT, "x", what="a", why="A."),
            found("lead_after", MISFIT, "x", what="b", why="B."),
        ]  # fmt: skip
        desk.site.on("POST", LINT, say({"findings": several}))
        rule.get_by_label("Put existing records under").check()
        expect(group(rule, "Contact")).to_contain_text("a does not fit: A.")
        expect(rule.locator(".decided > .findings")).to_contain_text("b does not fit: B.")

    def test_a_deal_that_is_no_longer_wanted_takes_its_values_along(
        self, desk: Desk, rule: Locator
    ) -> None:
        deal = group(rule, "Deal")
        deal.get_by_label("Make this record, too: Deal").check()
        deal.get_by_label("Fill a field otherwise: Deal").select_option("Stage")
        deal.get_by_label("Make this record, too: Deal").uncheck()
        expect(desk.button("Save")).to_be_disabled()


class TestARecordThatIsAlwaysUsed:
    @pytest.fixture
    def saved(self) -> dict[str, Any]:
        return kept(records={"vendor": {"link": "4711"}})

    def test_is_shown_by_its_id_until_another_is_chosen(self, desk: Desk, rule: Locator) -> None:
        vendor = group(rule, "Vendor")
        box = vendor.get_by_role("combobox", name="Record that is always used")
        expect(box).to_have_value("4711")
        expect(box).to_have_accessible_description(
            "Its id in Zoho CRM. Type a name to choose another one."
        )
        box.fill("pat")
        expect(vendor.get_by_text("Its id in Zoho CRM")).to_have_count(0)
        vendor.get_by_role("option", name="Pat Doe").click()
        expect(box).to_have_value("Pat Doe")
        assert choices(desk) == {"records": {"vendor": {"link": "77"}}}


# What is wrong


class TestFindings:
    FINDINGS = (
        found("owner", "no_id", "An id is expected here."),
        found("carry.Notes", "choice_does_not_fit", "x", what="carry.Notes", why="Bad."),
        found(
            "records.vendor.values.Phone", "loss.too_long", "x", target_label="Phone",
            max_length=30, length=40,
        ),
        found("records.vendor.sources.City", "no_field.lead", "Leads have no such field."),
        found("records.vendor.merge.Website", "no_field", "There is no such field."),
        found("records.vendor.layout", "no_layout", "There is no such layout."),
        found("records.nobody", "no_record", "The target has no such record."),
        found("lead_after.values.City", "loss.read_only", "x", target_label="City"),
    )  # fmt: skip

    @pytest.fixture
    def saved(self) -> dict[str, Any]:
        vendor = {
            "values": {"Phone": "5" * 40}, "sources": {"City": "Gone"},
            "merge": {"Website": "keep"}, "link": "",
        }  # fmt: skip
        after = {"kind": "mark", "values": {"City": "x"}}
        one = kept(owner="3", carry={"Notes": "copy"}, records={"vendor": vendor}, lead_after=after)
        return {**one, "findings": list(self.FINDINGS)}

    def test_each_stands_at_its_control_which_says_so(self, desk: Desk, rule: Locator) -> None:
        vendor = group(rule, "Vendor")
        for control, said in (
            (rule.get_by_label("Owner of the new records"), "Choose a record from the list."),
            (group(rule, "What goes along").get_by_label("Notes"), "carry.Notes does not fit"),
            (vendor.get_by_label("Value of Phone"), "Phone holds 30 characters"),
            (
                vendor.get_by_label("Field of the lead that fills City"),
                "Leads have no such field.",
            ),
            (rule.get_by_label("City", exact=True).last, "City cannot be written."),
        ):
            expect(control).to_have_attribute("aria-invalid", "true")
            names = (control.get_attribute("aria-describedby") or "").split()
            texts = [desk.page.locator(f"[id='{one}']").inner_text() for one in names]
            assert said in " ".join(texts)

    def test_what_has_no_control_is_said_above_them(self, rule: Locator) -> None:
        above = rule.locator(".decided > .findings")
        expect(above).to_contain_text("The target has no such record.")
        record = group(rule, "Vendor").locator("> .findings")
        expect(record).to_contain_text("There is no such layout.")
        expect(rule.locator(".decided .finding, .decided .field--wrong")).to_have_count(8)

    def test_they_are_said_while_it_is_closed_too(self, rule: Locator) -> None:
        rule.get_by_role("button", name="Decide more (Suppliers)").click()
        expect(rule.locator(".decided")).to_have_count(0)
        expect(rule.locator(".finding")).to_have_count(8)


def test_a_record_that_is_not_chosen_yet_keeps_it_from_being_saved(
    desk: Desk, rule: Locator
) -> None:
    missing = found("records.vendor.link", "no_id", "An id is expected here.")
    desk.site.on("POST", LINT, say({"findings": [missing]}))
    vendor = group(rule, "Vendor")
    vendor.get_by_label("If there may be one already").select_option("this")
    box = vendor.get_by_role("combobox", name="Record that is always used")
    expect(box).to_have_attribute("aria-invalid", "true")
    expect(vendor.get_by_text("Choose a record from the list.")).to_be_visible()
    expect(desk.button("Save")).to_be_disabled()
    [one] = desk.sent("POST", LINT)["automation"]["rules"]
    assert one["choices"] == {"records": {"vendor": {"link": "?"}}}


def test_another_target_keeps_of_the_choices_what_fits_each(desk: Desk, rule: Locator) -> None:
    rule.get_by_label("Owner of the new records").select_option(label="Rae Rep")
    rule.get_by_label("Keep what no field takes").uncheck()
    rule.get_by_label("What becomes of the lead").select_option("delete")
    rule.get_by_label("Becomes", exact=True).select_option("zoho")
    expect(group(rule, "Account")).to_be_visible()
    expect(rule.get_by_label("Owner of the new records", exact=True)).to_have_value("3")
    assert choices(desk) == {"owner": "3", "salvage": False}


def test_it_is_decided_with_the_keyboard_alone(desk: Desk, rule: Locator) -> None:
    keyboard, focus = desk.page.keyboard, desk.page.locator(":focus")
    rule.get_by_role("button", name="Decide more (Suppliers)").press("Enter")
    rule.get_by_role("button", name="Decide more (Suppliers)").press("Enter")
    expect(focus).to_have_attribute("aria-expanded", "true")
    keyboard.press("Tab")
    expect(focus).to_have_accessible_name("If there may be one already")
    keyboard.press("ArrowDown")
    keyboard.press("Tab")
    expect(focus).to_have_accessible_name("Fill a field otherwise: Vendor")
    assert choices(desk) == {"records": {"vendor": {"link": ""}}}

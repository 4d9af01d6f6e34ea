"""How the pages look to people: in both schemes, at every width, and to a screen reader."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from emulator import World, Worlds
from emulator.outbox import Outgoing
from tests.browser.crm.conftest import Desk, OpenDesk
from tests.emulator.pages.office import HOSTILE, Office

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[3] / "node_modules/axe-core/axe.min.js"
LeadPage = Callable[..., Desk]
LOOKS = [(400, "dark"), (1280, "light")]


def faults(page: Page) -> list[Any]:
    """What axe finds, all of it, in the page and not in what it frames."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document, { iframes: false })")
    return [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]]


def automate(world: World) -> tuple[str, str]:
    """A webhook and a rule, and a request that failed."""
    leads = world.module("Leads")
    assert leads is not None
    module = {"api_name": "Leads", "id": leads.id}
    world.state.webhooks["1"] = {
        "id": "1",
        "name": "Call us",
        "description": None,
        "module": module,
        "http_method": "POST",
        "url": "https://backend.example.com/" + "hooks/" * 30,
        "headers": {"custom_parameters": [{"name": "X-Secret", "value": "secret"}]},
        "body": {"type": "raw", "format": "JSON", "raw_data_content": '{"id": "${!Leads.id}"}'},
    }
    world.state.rules["2"] = {
        "id": "2", "name": "When qualified", "description": "Ours", "module": module,
        "status": {"active": True}, "last_executed_time": None,
        "execute_when": {"type": "edit", "details": {"repeat": False}},
        "conditions": [{
            "sequence_number": 1, "criteria_details": {"criteria": None},
            "instant_actions": {"actions": [{"id": "1", "name": "Call us", "type": "webhooks"}]}}],
    }  # fmt: skip
    about = {
        "webhook": {"name": "Call us", "id": "1"},
        "workflow_rule": {"name": "When qualified", "id": "2"},
        "entity_details": {"module": module, "name": "Pat Doe", "id": "3"},
    }
    one = Outgoing(
        kind="webhook", method="POST", url="https://backend.example.com/" + "hooks/" * 30,
        headers={}, body=b'{"id": "3"}', about=about, due=world.clock.now(), outcome="timeout",
    )  # fmt: skip
    world.outbox.end(one, world.timestamp())
    return "1", "2"


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_pages_are_accessible_and_fit(
    open_desk: OpenDesk, office: Office, width: int, scheme: str
) -> None:
    desk = open_desk(width=width, scheme=scheme)
    pages = {
        "signin": "../signin",
        "home": "Home",
        "list": "Leads?converted=all",
        "lead": f"Leads/{office.pat['id']}",
        "converted": f"Leads/{office.converted['id']}",
        "partner": f"Partners/{office.partner['id']}",
        "problem": "Leads/1",
    }
    for name, path in pages.items():
        desk.go(path)
        desk.shot(f"{name}-{scheme}-{width}", whole=True)
        assert faults(desk.page) == [], name
        overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert desk.page.evaluate(overflow) == 0, name


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_the_dialog_is_accessible_and_fits(
    open_desk: OpenDesk, worlds: Worlds, elsewhere: str, office: Office, width: int, scheme: str
) -> None:
    worlds.widget_url = f"{elsewhere}/widget?sdk=1.2"
    desk = open_desk(width=width, scheme=scheme)
    desk.go(f"Leads/{office.pat['id']}")
    desk.registered()
    desk.shot(f"dialog-{scheme}-{width}")
    assert faults(desk.page) == []
    box = desk.page.locator("dialog#stage").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width


def test_the_dialog_is_used_by_keyboard(lead_page: LeadPage) -> None:
    desk = lead_page(sdk="1.2")
    convert = desk.page.get_by_role("button", name="Convert", exact=True)
    convert.focus()
    desk.page.keyboard.press("Enter")
    expect(desk.page.get_by_role("dialog", name="Convert")).to_be_visible()
    desk.page.keyboard.press("Escape")
    expect(desk.page.locator("iframe")).to_have_count(0)
    expect(convert).to_be_focused()


def test_menus_open_and_close_by_keyboard_and_by_a_click_elsewhere(desk: Desk) -> None:
    desk.go("Home")
    menu = desk.page.locator(".bar summary")
    leave = desk.page.get_by_role("button", name="Sign out")
    menu.press("Enter")
    expect(leave).to_be_visible()
    leave.press("Escape")
    expect(leave).to_be_hidden()
    expect(menu).to_be_focused()
    menu.click()
    desk.page.get_by_role("heading", name="Welcome").click()
    expect(leave).to_be_hidden()


def test_a_stranger_chooses_who_to_be(desk: Desk) -> None:
    desk.context.clear_cookies()
    desk.go("Leads")
    desk.page.get_by_role("button", name="Rob Rep").click()
    expect(desk.page.get_by_role("link", name="Pat Doe")).to_be_visible()


def test_a_person_becomes_another_in_the_menu(desk: Desk, office: Office) -> None:
    desk.go("Leads")
    expect(desk.page.get_by_role("link", name="Lock")).to_have_count(0)
    desk.page.locator(".bar summary").click()
    desk.page.get_by_role("button", name="Ada Admin").click()
    expect(desk.page.get_by_role("link", name="Lock")).to_be_visible()


def test_hostile_values_do_not_run(desk: Desk, office: Office) -> None:
    desk.go(f"Leads/{office.hostile['id']}")
    expect(desk.page.get_by_role("heading", name=HOSTILE)).to_be_visible()
    assert desk.page.evaluate("window.hacked") is None


def test_search_and_pages_work_without_a_script(desk: Desk) -> None:
    desk.go("Leads")
    desk.page.get_by_role("searchbox").fill("acme")
    desk.page.get_by_role("button", name="Apply").click()
    expect(desk.page.get_by_role("rowheader")).to_have_text(["Pat Doe"])


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_the_pages_of_automation_are_accessible_and_fit(
    open_desk: OpenDesk, office: Office, width: int, scheme: str
) -> None:
    hook, rule = automate(office.world)
    desk = open_desk(width=width, scheme=scheme, user=office.admin)
    paths = ("automation", f"automation/rules/{rule}", f"automation/webhooks/{hook}")
    for name, path in zip(("setup", "rule", "webhook"), paths, strict=True):
        desk.go(f"../setup/{path}")
        for more in desk.page.get_by_text("What it says").all():
            more.click()
        desk.shot(f"{name}-{scheme}-{width}", whole=True)
        assert faults(desk.page) == [], name
        overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert desk.page.evaluate(overflow) == 0, name


def test_a_status_is_changed_on_the_leads_page(open_desk: OpenDesk, office: Office) -> None:
    desk = open_desk(user=office.admin)
    desk.go(f"Leads/{office.pat['id']}")
    desk.page.get_by_label("Change Lead Status").click()
    assert faults(desk.page) == []
    desk.shot("change")
    form = desk.page.locator("details.change[open]")
    form.get_by_role("combobox", name="Lead Status").select_option("Pre-Qualified")
    form.get_by_role("button", name="Save").click()
    expect(desk.page.locator("dd", has_text="Pre-Qualified").first).to_be_visible()
    assert office.pat["Lead_Status"] == "Pre-Qualified"

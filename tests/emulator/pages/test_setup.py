"""The pages of automation, and changing a pick list on a record's page, which wakes a rule."""

import pytest
from flask.testing import FlaskClient

from emulator import World
from emulator.automation.delivery import deliver
from tests.emulator.automation.conftest import HOOKS, RULES, rule, webhook
from tests.emulator.conftest import Zoho
from tests.emulator.pages.conftest import ORG, Browse
from tests.emulator.pages.office import Office

SETUP = f"{ORG}/setup/automation"


@pytest.fixture
def admin(office: Office, browse: Browse) -> FlaskClient:
    return browse(office.admin)


@pytest.fixture
def rule_id(office: Office, zoho: Zoho) -> str:
    made = zoho("POST", HOOKS, json={"webhooks": [webhook()]}).json()
    hook = made["webhooks"][0]["details"]["id"]
    answer = zoho("POST", RULES, json={"workflow_rules": [rule(hook)]})
    return str(answer.json()["workflow_rules"][0]["details"]["id"])


def choose(client: FlaskClient, office: Office, value: str, **more: str) -> int:
    where = f"{ORG}/tab/Leads/{office.pat['id']}/choose"
    data = {"field": "Lead_Status", "value": value}
    return client.post(where, data=data, headers=more).status_code


def test_the_setup_page_says_when_there_is_nothing(admin: FlaskClient) -> None:
    page = admin.get(SETUP).text
    for words in ("no workflow rules", "no webhooks", "Nobody watches", "Nothing was sent"):
        assert words in page


def test_rules_and_webhooks_are_shown(admin: FlaskClient, world: World, rule_id: str) -> None:
    page = admin.get(SETUP).text
    assert "When qualified" in page
    assert "POST https://backend.example.com/hooks" in page
    [hook] = world.state.webhooks
    assert "Lead_Status is Pre-Qualified" in admin.get(f"{SETUP}/rules/{rule_id}").text
    assert "${!Leads.id}" in admin.get(f"{SETUP}/webhooks/{hook}").text


def test_channels_are_shown(admin: FlaskClient, zoho: Zoho) -> None:
    channel = {
        "channel_id": "77",
        "events": ["Leads.all"],
        "notify_url": "https://backend.example.com/notify",
    }
    assert zoho("POST", "/actions/watch", json={"watch": [channel]}).status_code == 201
    page = admin.get(SETUP).text
    assert "Leads.create, Leads.edit, Leads.delete" in page


@pytest.mark.parametrize("path", ["", "/rules/1", "/webhooks/1"])
def test_only_who_manages_automation_sees_it(rep: FlaskClient, path: str) -> None:
    assert rep.get(SETUP + path).status_code == 403
    assert "Setup: automation" not in rep.get(f"{ORG}/tab/Home").text


def test_what_is_not_there_is_said(admin: FlaskClient) -> None:
    assert admin.get(f"{SETUP}/rules/1").status_code == 404
    assert admin.get(f"{SETUP}/webhooks/1").status_code == 404


@pytest.mark.usefixtures("rule_id")
def test_choosing_a_status_wakes_the_rule_and_the_outcome_is_shown(
    admin: FlaskClient, office: Office, world: World
) -> None:
    assert choose(admin, office, "Pre-Qualified") == 303
    assert office.pat["Lead_Status"] == "Pre-Qualified"
    [one] = deliver(world, lambda one: 404)
    assert office.pat["id"] in one.body.decode()
    page = admin.get(SETUP).text
    assert "page notfound (404)" in page
    assert "Pat Doe" in page


def test_a_value_can_be_taken_away(admin: FlaskClient, office: Office) -> None:
    assert choose(admin, office, "Pre-Qualified") == 303
    assert choose(admin, office, "") == 303
    assert office.pat["Lead_Status"] is None


def test_other_values_and_other_fields_are_refused(admin: FlaskClient, office: Office) -> None:
    assert choose(admin, office, "Made up") == 403
    where = f"{ORG}/tab/Leads/{office.pat['id']}/choose"
    assert admin.post(where, data={"field": "Company", "value": "x"}).status_code == 403
    assert admin.post(where, data={"field": "Nothing", "value": "x"}).status_code == 404


def test_pages_of_other_origins_choose_nothing(admin: FlaskClient, office: Office) -> None:
    assert choose(admin, office, "Pre-Qualified", Origin="https://evil.example") == 403
    assert office.pat.get("Lead_Status") is None


def test_nothing_is_offered_on_records_that_cannot_be_changed(
    admin: FlaskClient, office: Office
) -> None:
    for lead, offered in ((office.pat, True), (office.locked, False), (office.converted, False)):
        page = admin.get(f"{ORG}/tab/Leads/{lead['id']}").text
        assert ("Change Lead Status" in page) is offered

"""Zoho's own transport code, from the toolkit's template for another service, as the peer."""

from collections.abc import Callable

import pytest

from tests.browser.crm.conftest import Desk
from tests.browser.crm.widgets import PEER
from tests.emulator.pages.office import Office

pytestmark = pytest.mark.browser

LeadPage = Callable[..., Desk]


@pytest.fixture(autouse=True)
def _the_toolkit_is_installed() -> None:
    assert PEER.exists(), "make setup installs zoho-extension-toolkit"


def test_zohos_transport_registers_and_is_told_its_lead(
    lead_page: LeadPage, office: Office
) -> None:
    frame = lead_page("peer").registered()
    frame.wait_for_function("window.ready")
    assert frame.evaluate("window.loads[0].EntityId") == [office.pat["id"]]


def test_its_own_services_events_are_refused_and_not_left_open(lead_page: LeadPage) -> None:
    frame = lead_page("peer").registered()
    answer = frame.evaluate("ZOHO.FSM.USERS.API.getCurrentUser().catch((problem) => problem)")
    assert "FSM_EVENT" in answer["message"]


def test_its_requests_are_answered_once_they_are_those_of_the_crm(
    lead_page: LeadPage, office: Office
) -> None:
    frame = lead_page("routed-peer").registered()
    [user] = frame.evaluate("ZOHO.FSM.USERS.API.getCurrentUser()")["users"]
    assert user["email"] == office.rep.email

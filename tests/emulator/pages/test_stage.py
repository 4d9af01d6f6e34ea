"""The dialog: what it is told of the widget and of the records."""

import html
import json
import re

import pytest
from flask.testing import FlaskClient

from emulator import Worlds
from tests.emulator.pages.conftest import ORG
from tests.emulator.pages.office import Office


def stage(page: str) -> dict[str, str]:
    """The data of the dialog."""
    [tag] = re.findall(r'<dialog id="stage"[^>]*>', page)
    return {key: html.unescape(value) for key, value in re.findall(r'data-([\w-]+)="([^"]*)"', tag)}


def test_a_leads_page_opens_the_widget_for_the_lead(
    rep: FlaskClient, office: Office, worlds: Worlds
) -> None:
    worlds.widget_url = "http://127.0.0.1:8000/app/widget.html?a=1&b=2"
    told = stage(rep.get(f"{ORG}/tab/Leads/{office.pat['id']}").text)
    assert told["widget-url"] == worlds.widget_url
    assert (told["entity"], told["position"]) == ("Leads", "DetailView")
    assert json.loads(told["entity-id"]) == [office.pat["id"]]
    assert told["locale"] == "en"


def test_the_id_can_be_told_as_a_string(rep: FlaskClient, office: Office) -> None:
    told = stage(rep.get(f"{ORG}/tab/Leads/{office.pat['id']}?entityid=string").text)
    assert json.loads(told["entity-id"]) == office.pat["id"]
    assert rep.get(f"{ORG}/tab/Leads/{office.pat['id']}?entityid=x").status_code == 400


def test_the_list_opens_the_widget_for_whatever_is_selected(
    rep: FlaskClient, office: Office
) -> None:
    told = stage(rep.get(f"{ORG}/tab/Leads").text)
    assert told["position"] == "ListView"
    assert "entity-id" not in told


@pytest.mark.parametrize("url", ["", "nonsense", "javascript:alert(1)", "file:///etc/passwd"])
def test_without_a_widget_the_dialog_says_so(
    rep: FlaskClient, office: Office, worlds: Worlds, url: str
) -> None:
    worlds.widget_url = url
    page = rep.get(f"{ORG}/tab/Leads/{office.pat['id']}").text
    assert stage(page)["widget-url"] == ""
    assert "No widget is configured" in page

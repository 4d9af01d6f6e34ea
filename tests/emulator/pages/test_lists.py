"""Lists: what a person sees of a module, searched, filtered and in pages."""

import re

import pytest
from flask.testing import FlaskClient

from tests.emulator.pages.conftest import ORG, Browse
from tests.emulator.pages.office import Office


def names(page: str) -> list[str]:
    """The records of a list, in order."""
    return re.findall(r'<th scope="row"><a href="[^"]+">([^<]*)</a>', page)


def test_the_menu_has_every_module_that_the_profile_permits(office: Office, browse: Browse) -> None:
    menu = browse(office.reader).get(f"{ORG}/tab/Home").text
    assert f"{ORG}/tab/Partners" in menu
    assert f"{ORG}/tab/Vendors" not in menu
    assert f"{ORG}/tab/Notes" not in menu


def test_a_rep_sees_his_own_open_leads(rep: FlaskClient, office: Office) -> None:
    found = names(rep.get(f"{ORG}/tab/Leads").text)
    assert "Pat Doe" in found
    assert not {"Lock", "Ito"} & set(found)


def test_an_administrator_sees_all_open_leads(office: Office, browse: Browse) -> None:
    page = browse(office.admin).get(f"{ORG}/tab/Leads").text
    assert {"Pat Doe", "Lock"} <= set(names(page))
    assert "Locked</span>" in page


@pytest.mark.parametrize(
    ("which", "seen"),
    [("open", {"Pat Doe"}), ("converted", {"Ito"}), ("all", {"Pat Doe", "Ito"}),
     ("nonsense", {"Pat Doe"})],
)  # fmt: skip
def test_converted_leads_are_there_when_they_are_asked_for(
    rep: FlaskClient, office: Office, which: str, seen: set[str]
) -> None:
    found = names(rep.get(f"{ORG}/tab/Leads?converted={which}").text)
    assert {"Pat Doe", "Ito"} & set(found) == seen


@pytest.mark.parametrize("search", ["ACME", "pat@acme", "0100", "trade show", "pat doe"])
def test_search_looks_into_every_short_field_in_any_case(
    rep: FlaskClient, office: Office, search: str
) -> None:
    assert names(rep.get(f"{ORG}/tab/Leads", query_string={"search": search}).text) == ["Pat Doe"]


def test_search_finds_nothing_in_words(rep: FlaskClient, office: Office) -> None:
    page = rep.get(f"{ORG}/tab/Leads", query_string={"search": "<b>zzz"}).text
    assert "No leads contain “&lt;b&gt;zzz”" in page
    assert "data-convert" not in page


def test_search_does_not_look_where_the_person_may_not(office: Office, browse: Browse) -> None:
    reader = browse(office.reader)
    listed = reader.get(f"{ORG}/tab/Leads").text
    assert "Pat Doe" in names(listed)
    assert "pat@acme.example" not in listed
    assert names(reader.get(f"{ORG}/tab/Leads?search=pat@acme").text) == []


def test_a_page_has_as_many_rows_as_somebody_wants(rep: FlaskClient, office: Office) -> None:
    for number in range(45):
        office.world.add_record("Vendors", {"Vendor_Name": f"V {number:02}"}, owner=office.rep)
    path = f"/crm/org{office.world.org.zgid}/tab/Vendors"
    whole = rep.get(f"{path}?per_page=100").text
    assert whole.count(">V ") == 45
    first = rep.get(f"{path}?per_page=40&search=v").text
    assert first.count(">V ") == 40
    assert "per_page=40" in first[first.index('rel="next"') :]
    assert rep.get(f"{path}?per_page=7").status_code == 400


def test_a_list_has_pages_of_twenty(rep: FlaskClient, office: Office) -> None:
    for number in range(45):
        office.world.add_record(
            "Vendors",
            {"Vendor_Name": f"V{number}", "Created_Time": f"2026-01-10T10:{number:02}:00Z"},
        )
    first, last = rep.get(f"{ORG}/tab/Vendors"), rep.get(f"{ORG}/tab/Vendors?page=3&search=v")
    assert names(first.text)[0] == "V44"
    assert len(names(first.text)) == 20
    assert "1–20 of 45" in first.text
    assert len(names(last.text)) == 5
    assert 'rel="prev"' in last.text
    assert 'rel="next"' not in last.text
    assert "page=2&amp;search=v" in last.text or "search=v&amp;page=2" in last.text


def test_a_page_after_the_last_is_the_last(rep: FlaskClient, office: Office) -> None:
    answer = rep.get(f"{ORG}/tab/Leads?page=9&search=pat")
    assert answer.status_code == 302
    assert "page=1" in answer.location
    assert "search=pat" in answer.location


@pytest.mark.parametrize("page", ["0", "-1", "x", "1.5", "٣", "9999999"])
def test_a_page_that_is_no_number_is_refused(rep: FlaskClient, office: Office, page: str) -> None:
    answer = rep.get(f"{ORG}/tab/Leads", query_string={"page": page})
    assert answer.status_code == 400
    assert "number from 1" in answer.text


def test_only_leads_can_be_selected(rep: FlaskClient, office: Office) -> None:
    assert "data-row" in rep.get(f"{ORG}/tab/Leads").text
    for module in ("Vendors", "Contacts", "Partners"):
        assert "data-row" not in rep.get(f"{ORG}/tab/{module}").text


@pytest.mark.parametrize(
    "module", ["Contacts", "Accounts", "Deals", "Vendors", "Tasks", "Events", "Calls", "Campaigns",
               "Products", "Partners"],
)  # fmt: skip
def test_every_module_has_a_list(rep: FlaskClient, office: Office, module: str) -> None:
    page = rep.get(f"{ORG}/tab/{module}")
    assert page.status_code == 200
    assert "<h1>" in page.text


@pytest.mark.parametrize("module", ["Nothing", "leads", "..", "%3Cscript%3E", "60001"])
def test_an_unknown_module_has_a_page_that_says_so(
    rep: FlaskClient, office: Office, module: str
) -> None:
    page = rep.get(f"{ORG}/tab/{module}")
    assert page.status_code == 404
    assert "<script>" not in page.text.replace('<script type="module"', "")


def test_a_module_that_the_profile_hides_is_not_permitted(office: Office, browse: Browse) -> None:
    page = browse(office.reader).get(f"{ORG}/tab/Vendors")
    assert page.status_code == 403
    assert "Reader does not permit Vendors" in page.text

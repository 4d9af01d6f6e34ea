"""A record's page: its fields, its state, what hangs on it, for those who may see it."""

import pytest
from flask.testing import FlaskClient

from emulator.world import Record
from tests.emulator.pages.conftest import ORG, Browse
from tests.emulator.pages.office import HOSTILE, SCRIPT, Office


def url(module: str, record: Record) -> str:
    return f"{ORG}/tab/{module}/{record['id']}"


def text_of(client: FlaskClient, module: str, record: Record, query: str = "") -> str:
    page = client.get(url(module, record) + query)
    assert page.status_code == 200
    return page.text


def test_a_lead_shows_its_fields_by_sections(rep: FlaskClient, office: Office) -> None:
    page = text_of(rep, "Leads", office.pat)
    assert "<h1><bdi>Pat Doe</bdi></h1>" in page
    for seen in ("Lead Information", "Address Information", "Trade Show", "$1,250,000.50"):
        assert seen in page
    assert 'href="mailto:pat@acme.example"' in page
    assert 'href="https://www.acme.example"' in page
    assert "Line one\nLine two" in page
    assert ">supplier</span>" in page


def test_a_lead_is_laid_out_by_its_own_layout(rep: FlaskClient, office: Office) -> None:
    layout = office.world.module("Leads").layout("Supplier")
    office.pat["Layout"] = {"name": layout.name, "id": layout.id}
    page = text_of(rep, "Leads", office.pat)
    assert "Supplier Information" in page
    assert "Layout Supplier" in page
    assert "Address Information" not in page


def test_values_cannot_become_markup_or_scripts(rep: FlaskClient, office: Office) -> None:
    for page in (
        text_of(rep, "Leads", office.hostile),
        rep.get(f"{ORG}/tab/Leads").text,
        rep.get(f"{ORG}/tab/Home").text,
    ):
        assert HOSTILE not in page
        assert "<script>window" not in page
        assert "<img src=x" not in page
        assert f'href="{SCRIPT}' not in page
    assert SCRIPT in text_of(rep, "Leads", office.hostile)


def test_dates_are_in_the_persons_own_format_and_zone(office: Office, browse: Browse) -> None:
    office.pat["Created_Time"] = "2026-01-09T23:30:00-06:00"
    assert "01/09/2026 11:30 PM" in text_of(browse(office.rep), "Leads", office.pat)
    assert "10.01.2026 06:30" in text_of(browse(office.reader), "Leads", office.pat)


def test_fields_that_the_profile_hides_are_not_there(office: Office, browse: Browse) -> None:
    page = text_of(browse(office.reader), "Leads", office.pat)
    assert "pat@acme.example" not in page
    assert "Secondary Email" in page


def test_what_hangs_on_a_lead_is_listed(rep: FlaskClient, office: Office) -> None:
    page = text_of(rep, "Leads", office.pat)
    opened, closed = page.index('id="list-Tasks"'), page.index('id="list-Tasks_History"')
    assert opened < page.index("Call back") < closed < page.index("Send offer")
    for seen in ("They said 3", "terms.pdf", "14 bytes", "Bolt", "Fair", "Planned", "Blue Partner"):
        assert seen in page


def test_long_lists_are_cut_until_all_is_asked_for(rep: FlaskClient, office: Office) -> None:
    few = text_of(rep, "Leads", office.pat)
    assert few.count("They said") == 10
    assert "Show all 12" in few
    assert text_of(rep, "Leads", office.pat, "?all=Notes").count("They said") == 12


def test_related_records_that_are_not_shared_are_not_listed(
    office: Office, rep: FlaskClient
) -> None:
    about = {"What_Id": office.world.reference("Leads", office.pat), "$se_module": "Leads"}
    office.world.add_record("Tasks", {"Subject": "Secret", **about}, owner=office.admin)
    assert "Secret" not in text_of(rep, "Leads", office.pat)


def test_lookups_lead_to_their_records(rep: FlaskClient, office: Office) -> None:
    page = text_of(rep, "Partners", office.partner)
    assert f'href="{url("Leads", office.pat)}"><bdi>Pat Doe</bdi></a>' in page
    assert "<bdi>North</bdi>" in page
    assert "data-convert" not in page


def test_a_converted_lead_says_what_it_became(rep: FlaskClient, office: Office) -> None:
    page = text_of(rep, "Leads", office.converted)
    assert "This lead was converted" in page
    assert "on 01/09/2026 12:00 PM" in page
    assert f'contact <a href="{url("Contacts", office.contact)}">Mei Ito</a>' in page
    assert " and account <a" in page


def test_a_record_that_a_lead_became_and_that_is_gone_is_named_without_a_link(
    rep: FlaskClient, office: Office
) -> None:
    office.world.recycle("Contacts", office.contact["id"], office.admin)
    assert "Mei Ito (no longer there)" in text_of(rep, "Leads", office.converted)


@pytest.mark.parametrize(
    ("state", "word"),
    [
        ({"Locked__s": True}, "Locked"),
        ({"$approval_state": "approval_process_pending"}, "Approval process pending"),
        ({"$review_process": {"approve": True, "reject": True, "resubmit": False}}, "Under review"),
        ({"$field_states": ["convert_scheduler"]}, "Conversion scheduled"),
        ({"$in_merge": True}, "Being merged"),
    ],
)
def test_the_state_of_a_record_is_said_in_a_word(
    rep: FlaskClient, office: Office, state: Record, word: str
) -> None:
    assert f">{word}</span>" not in text_of(rep, "Leads", office.pat)
    office.pat.update(state)
    assert f">{word}</span>" in text_of(rep, "Leads", office.pat)


def test_a_record_that_is_not_shared_is_not_permitted(rep: FlaskClient, office: Office) -> None:
    page = rep.get(url("Leads", office.locked))
    assert page.status_code == 403
    assert "not shared with Rob Rep" in page.text
    assert "Vault" not in page.text


@pytest.mark.parametrize("record_id", ["1", "x", "%00", "9" * 400, "%F0%9F%92%A9"])
def test_an_unknown_record_has_a_page_that_says_so(
    rep: FlaskClient, office: Office, record_id: str
) -> None:
    page = rep.get(f"{ORG}/tab/Leads/{record_id}")
    assert page.status_code == 404
    assert "There is no such lead." in page.text


def test_a_record_of_another_module_is_unknown(rep: FlaskClient, office: Office) -> None:
    assert rep.get(f"{ORG}/tab/Vendors/{office.pat['id']}").status_code == 404


def test_a_deleted_record_is_in_the_recycle_bin(rep: FlaskClient, office: Office) -> None:
    office.world.recycle("Leads", office.pat["id"], office.rep)
    page = rep.get(url("Leads", office.pat))
    assert page.status_code == 404
    assert "in the recycle bin" in page.text


def test_a_subform_is_a_table(rep: FlaskClient, office: Office) -> None:
    from emulator import fields as f
    from emulator.standard import custom_module

    world = office.world
    rows = custom_module("Prices", "Price", "Prices", f.integer("Amount"))
    rows.show_as_tab = False
    world.add_module(rows)
    world.module("Partners").add(f.subform("Price_List", "Prices"))
    office.partner["Price_List"] = [{"Name": "Bolt", "Amount": 7000}]
    page = text_of(rep, "Partners", office.partner)
    assert ">Price List</h3>" in page
    assert "<bdi>7,000</bdi>" in page


def test_an_attachment_is_downloaded_and_never_run(rep: FlaskClient, office: Office) -> None:
    [attachment] = office.world.records["Attachments"].values()
    attachment["File_Name"] = 'te"rms\r\n<é>.html'
    answer = rep.get(f"{url('Leads', office.pat)}/attachments/{attachment['id']}")
    assert answer.data == b"%PDF-1.4 terms"
    assert answer.content_type == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_an_attachment_is_only_found_through_its_record(rep: FlaskClient, office: Office) -> None:
    [attachment] = office.world.records["Attachments"].values()
    assert (
        rep.get(f"{url('Leads', office.hostile)}/attachments/{attachment['id']}").status_code == 404
    )
    office.pat["Owner"] = office.admin.brief()
    assert rep.get(f"{url('Leads', office.pat)}/attachments/{attachment['id']}").status_code == 403

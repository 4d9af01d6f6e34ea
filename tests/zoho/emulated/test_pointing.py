"""What points at records is asked of several modules in one call, and never told in part."""

import pytest

from extension.zoho.outcomes import RowRefused
from extension.zoho.pointing import Asked, pointing, target

FIVE = [("Notes", "Parent_Id"), ("Attachments", "Parent_Id"), ("Tasks", "What_Id"),
        ("Events", "What_Id"), ("Calls", "What_Id")]  # fmt: skip


@pytest.fixture
def vendor(add):
    return add("Vendors", Vendor_Name="Acme")


@pytest.fixture
def note(add):
    def new(on, title="Terms"):
        return add("Notes", Note_Title=title, Parent_Id={"id": on}, **{"$se_module": "Vendors"})

    return new


def test_five_modules_are_asked_about_in_one_call(crm, vendor, note, add):
    client = crm()
    mine = note(vendor)
    note(add("Vendors", Vendor_Name="Other"))
    notes, *rest = pointing(client, [Asked(*one, (vendor,)) for one in FIVE])
    assert [(one.id, target(one, "Parent_Id")) for one in notes] == [(mine, vendor)]
    assert rest == [(), (), (), ()]
    assert client.calls == 1


@pytest.mark.parametrize("version", ["v2.1", "v3", "v8"])
def test_whatever_the_version_and_however_many_all_of_it_is_told(crm, vendor, note, version):
    client = crm(version=version)
    all_of_them = {note(vendor, str(at)) for at in range(260)}
    notes, tasks = pointing(client, [Asked(*one, (vendor,)) for one in (FIVE[0], FIVE[2])])
    assert ({one.id for one in notes}, tasks) == (all_of_them, ())


def test_about_more_records_than_a_query_takes_it_is_asked_in_parts(crm, vendor, note):
    mine = note(vendor)
    ids = (*(str(at) for at in range(1, 1_251)), vendor)
    [notes] = pointing(crm(), [Asked("Notes", "Parent_Id", ids, ("Modified_Time",))])
    assert [one.id for one in notes] == [mine]
    assert notes[0].values["Modified_Time"]


def test_a_module_that_is_not_to_be_seen_keeps_no_other(crm, vendor, note):
    mine = note(vendor)
    asked = [Asked("Quotes", "Vendor", (vendor,)), Asked("Notes", "Parent_Id", (vendor,))]
    quotes, notes = pointing(crm(), asked)
    assert isinstance(quotes, RowRefused)
    assert [one.id for one in notes] == [mine]
    assert isinstance(pointing(crm(), asked[:1])[0], RowRefused)

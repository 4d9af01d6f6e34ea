"""Records are created, changed, deleted, restored, and found again."""

from datetime import timedelta

import pytest

from emulator.standard import custom_module
from extension.errors import ScopeMissing, ZohoRefused
from extension.zoho.oauth import SCOPES
from extension.zoho.outcomes import RowRefused, Written
from extension.zoho.writer import Writer

ALL = ["v2", "v2.1", "v3", "v4", "v5", "v6", "v7", "v8"]
STRANGE = [
    "Müller & Söhne",
    "شركة النور",
    "חברת אור",
    "🎉 Party 👩‍👩‍👧",
    'O\'Neill \\ "Sons"',
    "a\nb",
]
NOWHERE = "4876876000000999999"


@pytest.mark.parametrize("version", ALL)
def test_one_record_is_created(writer, world, version):
    [made] = writer(version=version).create("Vendors", [{"Vendor_Name": "Acme"}])
    [stored] = world.records["Vendors"].values()
    assert made == Written(stored["id"], True, stored["Modified_Time"])
    assert stored["Vendor_Name"] == "Acme"


def test_a_hundred_records_are_created_in_one_call_and_in_order(crm, world):
    client = crm()
    rows = [{"Vendor_Name": f"Vendor {number}"} for number in range(100)]
    made = Writer(client).create("Vendors", rows)
    names = [world.records["Vendors"][one.id]["Vendor_Name"] for one in made]
    assert names == [row["Vendor_Name"] for row in rows]
    assert client.calls == 1


def test_a_hundred_and_one_are_too_many_for_a_call(writer, world):
    with pytest.raises(ValueError):
        writer().create("Vendors", [{"Vendor_Name": "x"}] * 101)
    assert not world.records["Vendors"]


def test_nothing_to_write_is_no_call(crm):
    client = crm()
    one = Writer(client)
    assert one.create("Vendors", []) == one.update("Vendors", []) == one.delete("Vendors", []) == ()
    assert one.add_notes([]) == one.restore("Leads", []) == one.add_tags("Leads", ["1"], []) == ()
    assert one.read("Leads", [], ["Email"]) == {}
    assert one.keyed("Vendors", "Conversion_Key", []) == {}
    assert client.calls == 0


@pytest.mark.parametrize("name", STRANGE, ids=range(len(STRANGE)))
def test_names_of_all_scripts_arrive_as_they_are(writer, name):
    one = writer()
    [made] = one.create("Vendors", [{"Vendor_Name": name}])
    assert one.read("Vendors", [made.id], ["Vendor_Name"])[made.id].values["Vendor_Name"] == name


def test_of_a_mixture_each_row_has_its_own_fate(writer, world, keyed_vendors):
    one = writer()
    [first] = one.create("Vendors", [{"Vendor_Name": "A", "Conversion_Key": "k-1"}])
    made, double, nameless, wrong = one.create(
        "Vendors",
        [
            {"Vendor_Name": "B", "Conversion_Key": "k-2"},
            {"Vendor_Name": "C", "Conversion_Key": "k-1"},
            {"Conversion_Key": "k-3"},
            {"Vendor_Name": "D", "Email": "no e-mail"},
        ],
    )
    assert isinstance(made, Written)
    assert (double.code, double.double_in("Conversion_Key")) == ("DUPLICATE_DATA", first.id)
    assert (nameless.code, nameless.field) == ("MANDATORY_NOT_FOUND", "Vendor_Name")
    assert (wrong.code, wrong.field) == ("INVALID_DATA", "Email")
    assert set(world.records["Vendors"]) == {first.id, made.id}


def test_a_row_that_doubles_two_records_names_both(writer, world, keyed_vendors):
    world.module("Vendors").field("Email").unique = True
    one = writer()
    by_mail, by_key = one.create(
        "Vendors",
        [
            {"Vendor_Name": "A", "Email": "a@example.com"},
            {"Vendor_Name": "B", "Conversion_Key": "k-1"},
        ],
    )
    [told] = one.create(
        "Vendors", [{"Vendor_Name": "C", "Email": "a@example.com", "Conversion_Key": "k-1"}]
    )
    assert told.double_in("Email") == by_mail.id
    assert told.double_in("Conversion_Key") == by_key.id


def test_a_record_may_be_changed_instead_of_created_twice(writer, world, add):
    there = add("Vendors", Vendor_Name="Acme", Phone="1")
    rows = [{"Vendor_Name": "Acme", "Phone": "2"}, {"Vendor_Name": "Other"}]
    changed, made = writer().create("Vendors", rows, duplicate_check=["Vendor_Name"])
    assert (changed.id, changed.created, made.created) == (there, False, True)
    assert world.records["Vendors"][there]["Phone"] == "2"


def test_what_no_profile_lets_through_is_refused_as_a_whole(writer, world):
    rep = world.users[1]
    world.profile(rep.profile).denied.add("Crm_Implied_Create_Vendors")
    with pytest.raises(ZohoRefused) as refused:
        writer(rep).create("Vendors", [{"Vendor_Name": "Acme"}])
    assert refused.value.zoho_code == "NO_PERMISSION"
    assert refused.value.details == {"permissions": ["Crm_Implied_Create_Vendors"]}


def test_a_scope_that_is_missing_is_no_refusal_of_a_row(writer):
    narrow = [scope for scope in SCOPES if scope != "ZohoCRM.modules.ALL"]
    with pytest.raises(ScopeMissing):
        writer(scopes=narrow).create("Vendors", [{"Vendor_Name": "Acme"}])
    with pytest.raises(ScopeMissing):
        writer(scopes=narrow).convert(NOWHERE, {})


@pytest.mark.parametrize("version", ALL)
def test_records_are_changed_each_by_its_id(writer, world, add, version):
    mine, locked = add("Vendors", Vendor_Name="A"), add("Vendors", Vendor_Name="B", Locked__s=True)
    rows = [{"id": each, "Phone": "030 1"} for each in (mine, locked, NOWHERE)]
    done, refused, nowhere = writer(version=version).update("Vendors", rows)
    assert (done.id, done.created) == (mine, False)
    assert done.time == world.records["Vendors"][mine]["Modified_Time"]
    assert (refused.code, refused.missing) == ("RECORD_LOCKED", False)
    assert nowhere.missing


def test_a_record_of_somebody_else_is_refused_alone(writer, world, add, lead):
    rep = world.users[1]
    world.module("Leads").sharing = "public_read_only"
    own = add("Leads", owner=rep, Last_Name="Roe")
    rows = [{"id": each, "Company": "New"} for each in (lead, own)]
    refused, done = writer(rep).update("Leads", rows)
    assert refused.code == "AUTHORIZATION_FAILED"
    assert done.id == own


def test_a_converted_lead_cannot_be_changed(writer, world, lead):
    world.records["Leads"][lead] |= {"$converted": True, "Converted__s": True}
    [refused] = writer().update("Leads", [{"id": lead, "Company": "New"}])
    assert refused.code == "CONVERTED_RECORD"


def test_a_record_that_is_named_again_is_changed_again_and_in_order(crm, world, lead, add):
    other = add("Leads", Last_Name="Roe")
    client = crm()
    rows = [
        {"id": lead, "City": "Bremen", "Company": "New"},
        {"id": other, "City": "Kiel"},
        {"id": lead, "City": "Jena"},
    ]
    done = Writer(client).update("Leads", rows)
    assert [row.id for row in done] == [lead, other, lead]
    stored = world.records["Leads"][lead]
    assert (stored["City"], stored["Company"], client.calls) == ("Jena", "New", 2)


def test_what_is_deleted_twice_has_one_fate(crm, lead, add):
    other, client = add("Leads", Last_Name="Roe"), crm()
    one = Writer(client)
    for write in (one.delete, one.restore):
        done = write("Leads", [lead, other, lead])
        assert [row.id for row in done] == [lead, other, lead]
    assert client.calls == 2


def test_what_is_deleted_comes_back_with_its_notes(writer, world, lead):
    one = writer()
    one.add_notes([("Leads", lead, "Title", "Content")])
    before = {**world.records["Leads"][lead]}
    assert one.delete("Leads", [lead, NOWHERE])[1].missing
    assert [world.records[module] for module in ("Leads", "Notes")] == [{}, {}]
    back, unknown = one.restore("Leads", [lead, NOWHERE])
    assert (back.id, unknown.missing) == (lead, True)
    assert world.records["Leads"][lead] == before
    assert [note.title for note in one.notes("Leads", lead)] == ["Title"]


def test_what_was_restored_already_is_missing_in_the_bin(writer, lead):
    one = writer()
    one.delete("Leads", [lead], workflows=False)
    one.restore("Leads", [lead])
    [again] = one.restore("Leads", [lead])
    assert (again.missing, set(one.read("Leads", [lead], ["id"]))) == (True, {lead})


def test_an_older_version_restores_nothing(writer, lead):
    with pytest.raises(ZohoRefused) as refused:
        writer(version="v7").restore("Leads", [lead])
    assert refused.value.zoho_code == "API_NOT_SUPPORTED"


@pytest.mark.parametrize("version", ALL)
def test_records_are_read_and_those_that_are_nowhere_are_absent(writer, world, lead, version):
    world.records["Leads"][lead] |= {"$converted": True, "Converted__s": True}
    found = writer(version=version).read("Leads", [lead, NOWHERE], ["Email", "Company"])
    assert set(found) == {lead}
    assert (found[lead].module, found[lead].values["Email"]) == ("Leads", "pat@example.com")


def test_more_than_fifty_fields_are_read_in_two_calls_as_one(crm, lead):
    client = crm()
    names = [f"Nothing_{number}" for number in range(55)]
    found = Writer(client).read("Leads", [lead], ["Email", *names, "Company"])
    assert {"Email", "Company"} <= set(found[lead].values)
    assert client.calls == 2


@pytest.mark.parametrize("version", ALL)
def test_records_are_found_by_their_keys(writer, keyed_vendors, version):
    one = writer(version=version)
    made = one.create(
        "Vendors",
        [{"Vendor_Name": key, "Conversion_Key": key} for key in ("k-1", "k-2", "it's")],
    )
    found = one.keyed("Vendors", "Conversion_Key", ["k-2", "none", "it's", "K-1"])
    assert found == {
        "k-2": (made[1].id,),
        "none": (),
        "it's": (made[2].id,),
        "K-1": (made[0].id,),
    }


def test_records_are_found_before_a_search_would_find_them(writer, world, keyed_vendors):
    world.faults.search_lag = 60
    one = writer()
    [made] = one.create("Vendors", [{"Vendor_Name": "A", "Conversion_Key": "k-1"}])
    assert one.keyed("Vendors", "Conversion_Key", ["k-1"]) == {"k-1": (made.id,)}


@pytest.mark.parametrize(("count", "calls"), [(100, 1), (101, 2)])
def test_a_hundred_keys_are_looked_for_in_one_call(crm, keyed_vendors, count, calls):
    client = crm()
    keys = [f"k-{number}" for number in range(count)]
    found = Writer(client).keyed("Vendors", "Conversion_Key", keys)
    assert (list(found), client.calls) == (keys, calls)


def test_several_records_with_one_value_are_all_found(crm, add):
    ids = [add("Vendors", Vendor_Name="Acme") for _ in range(230)]
    client = crm()
    found = Writer(client).keyed("Vendors", "Vendor_Name", ["Acme"])
    assert (sorted(found["Acme"]), client.calls) == (sorted(ids), 2)


def test_a_field_that_does_not_exist_cannot_be_asked_for(writer):
    with pytest.raises(ZohoRefused) as refused:
        writer().keyed("Vendors", "Conversion_Key", ["k"])
    assert refused.value.zoho_code == "INVALID_QUERY"


def test_what_a_user_made_in_a_span_of_time_is_found(writer, world, add):
    rep = world.users[1]
    one = writer(rep)
    start = world.now()
    add("Vendors", Vendor_Name="By the administrator")
    early, late = one.create("Vendors", [{"Vendor_Name": "A", "Phone": "1"}, {"Vendor_Name": "B"}])
    end = world.now()
    found = one.created_by("Vendors", rep.id, start, end, ["Vendor_Name", "Phone"])
    assert [record.id for record in found] == [early.id, late.id]
    assert found[0].values["Phone"] == "1"
    day = timedelta(days=1)
    assert one.created_by("Vendors", rep.id, start - day, end - day, ["Phone"]) == ()


def test_a_record_of_a_custom_module_is_written_like_any_other(writer, world):
    world.add_module(custom_module("Suppliers", "Supplier", "Suppliers"))
    one = writer()
    [made] = one.create("Suppliers", [{"Name": "Acme"}], workflows=False)
    [done] = one.update("Suppliers", [{"id": made.id, "Name": "Acme Ltd"}], workflows=False)
    assert world.records["Suppliers"][done.id]["Name"] == "Acme Ltd"
    assert isinstance(one.delete("Suppliers", [made.id])[0], Written)


def test_a_refusal_is_a_sentence_for_people_and_a_code_for_programs(writer):
    [told] = writer().create("Vendors", [{}])
    assert isinstance(told, RowRefused)
    assert told.message == "A mandatory field is empty."
    assert told.said == "required field not found"

"""Notes, tags, activities and links are carried to what a lead became, and back."""

from itertools import pairwise

import pytest

from emulator.standard import custom_module
from extension.errors import ZohoRefused
from extension.zoho import hanging, oauth
from extension.zoho.hanging import ACTIVITY_LISTS, Move
from extension.zoho.outcomes import RowRefused, Written
from extension.zoho.writer import Writer

ALL = ["v2", "v2.1", "v3", "v4", "v5", "v6", "v7", "v8"]
TEXTS = ["Müller & Söhne", "ملاحظة مهمة", "הערה", "🎉👩‍👩‍👧", "<b>'\"\\</b>", "one\ntwo\r\nthree"]
NOWHERE = "4876876000000999999"


@pytest.fixture
def vendor(add):
    return add("Vendors", Vendor_Name="Acme")


@pytest.fixture
def contact(add):
    return add("Contacts", Last_Name="Doe")


# Notes


@pytest.mark.parametrize("version", ALL)
def test_notes_are_written_on_records_of_several_modules_in_one_call(
    crm, world, lead, vendor, version
):
    client = crm(version=version)
    one = Writer(client)
    made = one.add_notes([("Leads", lead, "A", "a"), ("Vendors", vendor, "B", "b")])
    assert all(isinstance(note, Written) and note.created for note in made)
    assert client.calls == 1
    [note] = one.notes("Vendors", vendor)
    assert (note.id, note.title, note.content) == (made[1].id, "B", "b")
    assert note.author == world.users[0].id
    assert note.time


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_notes_keep_every_script(writer, lead, text):
    one = writer()
    one.add_notes([("Leads", lead, "t", text)])
    assert [note.content for note in one.notes("Leads", lead)] == [text]


def test_of_a_hundred_notes_the_wrong_ones_are_refused_alone(crm, lead):
    client = crm()
    notes = [("Leads", lead, f"{number}", "x") for number in range(98)]
    *made, nowhere, empty = Writer(client).add_notes(
        [*notes, ("Leads", NOWHERE, "t", "c"), ("Leads", lead, "", "")]
    )
    assert all(isinstance(note, Written) for note in made)
    assert (nowhere.code, nowhere.field) == ("INVALID_DATA", "Parent_Id")
    assert empty.code == "EXPECTED_FIELD_MISSING"
    assert client.calls == 1


def test_all_pages_of_notes_are_read(crm, lead):
    client = crm()
    one = Writer(client)
    for start in range(0, 450, 100):
        one.add_notes(
            [("Leads", lead, f"{number}", "x") for number in range(start, min(start + 100, 450))]
        )
    before = client.calls
    titles = {note.title for note in one.notes("Leads", lead)}
    assert titles == {f"{number}" for number in range(450)}
    assert client.calls - before == 3


@pytest.mark.parametrize("version", ["v2", "v8"])
def test_pages_are_turned_with_tokens_and_without(writer, lead, version):
    one = writer(version=version)
    for start in (0, 100, 200):
        one.add_notes([("Leads", lead, f"{start + number}", "x") for number in range(100)])
    assert len({note.id for note in one.notes("Leads", lead)}) == 300


def test_notes_can_be_taken_away(writer, lead):
    one = writer()
    made = one.add_notes([("Leads", lead, "A", "a"), ("Leads", lead, "B", "b")])
    gone, nowhere = one.remove_notes([made[0].id, NOWHERE])
    assert (gone.id, nowhere.missing) == (made[0].id, True)
    assert [note.title for note in one.notes("Leads", lead)] == ["B"]


# Tags


def names(world, module, record):
    return [tag["name"] for tag in world.records[module][record].get("Tag") or []]


@pytest.mark.parametrize("version", ALL)
def test_tags_are_added_beside_those_there_however_often(writer, world, lead, version):
    one = writer(version=version)
    for wanted in (["vip"], ["fair 2026", "vip"], ["fair 2026"]):
        [done] = one.add_tags("Leads", [lead], wanted)
        assert done.id == lead
    assert sorted(names(world, "Leads", lead)) == ["fair 2026", "vip"]
    for _ in range(2):
        [done] = one.remove_tags("Leads", [lead], ["vip"])
        assert isinstance(done, Written)
    assert names(world, "Leads", lead) == ["fair 2026"]


def test_a_tag_that_exists_in_other_capitals_is_the_same(writer, world, lead, add):
    other = add("Leads", Last_Name="Roe")
    one = writer()
    one.add_tags("Leads", [lead], ["VIP"])
    one.add_tags("Leads", [lead, other], ["vip", "مهم", "🎉"])
    assert sorted(names(world, "Leads", lead)) == sorted(["VIP", "مهم", "🎉"])
    assert len(world.tags["Leads"]) == 3


def test_a_hundred_records_are_tagged_in_one_call(crm, world, add, vendor):
    ids = [add("Vendors", Vendor_Name=f"{number}") for number in range(98)]
    locked = add("Vendors", Vendor_Name="Locked", Locked__s=True)
    client = crm()
    *done, refused, nowhere = Writer(client).add_tags("Vendors", [*ids, locked, NOWHERE], ["new"])
    assert [one.id for one in done] == ids
    assert (refused.code, nowhere.missing) == ("RECORD_LOCKED", True)
    assert client.calls == 1


def test_a_tag_that_is_too_long_is_refused(writer, world, lead):
    with pytest.raises(ZohoRefused) as refused:
        writer().add_tags("Leads", [lead], ["x" * 26])
    assert refused.value.details["maximum_length"] == 25
    assert names(world, "Leads", lead) == []


# Activities


@pytest.fixture
def activities(world, add, lead):
    """One of each kind on the lead: subject -> id."""
    on = {"What_Id": {"id": lead, "name": "Pat Doe"}, "$se_module": "Leads"}
    span = {"Start_DateTime": "2020-01-01T09:00:00+00:00"}
    later = {"Start_DateTime": "2099-01-01T09:00:00+00:00"}
    call = {"Call_Type": "Outbound", "Call_Start_Time": "2020-01-01T09:00:00+00:00"}
    return {
        "open task": add("Tasks", Subject="open task", **on),
        "closed task": add("Tasks", Subject="closed task", Status="Completed", **on),
        "open meeting": add(
            "Events", Event_Title="open meeting", End_DateTime="2099-01-01T10:00:00+00:00",
            **later, **on,
        ),
        "closed meeting": add(
            "Events", Event_Title="closed meeting", End_DateTime="2020-01-01T10:00:00+00:00",
            **span, **on,
        ),
        "open call": add("Calls", Subject="open call", Call_Status="Scheduled", **call, **on),
        "closed call": add("Calls", Subject="closed call", Call_Status="Completed", **call, **on),
    }  # fmt: skip


def listed(writer, lead, lists=tuple(ACTIVITY_LISTS)):
    """The lead's tasks, meetings and calls, open and closed."""
    found = writer.lists([(lead, name) for name in lists])
    return [
        entry
        for name, pages in zip(lists, found, strict=True)
        for page in pages
        for entry in hanging.activities(page, name)
    ]


@pytest.mark.parametrize("version", ALL)
def test_activities_are_listed_open_and_closed(writer, lead, activities, version):
    found = listed(writer(version=version), lead)
    assert {one.subject: one.id for one in found} == activities
    assert all(one.closed == one.subject.startswith("closed") for one in found)
    assert {one.module for one in found} == {"Tasks", "Events", "Calls"}


def test_only_the_lists_that_are_named_are_asked_for(crm, lead, activities):
    client = crm()
    [found] = listed(Writer(client), lead, ["Events_History"])
    assert (found.subject, client.calls) == ("closed meeting", 1)


# Lists


def ids(pages):
    return [one["id"] for page in pages for one in (page or {}).get("data", [])]


@pytest.mark.parametrize("version", ALL)
def test_lists_of_several_leads_are_read_with_few_calls(crm, add, lead, activities, version):
    other = add("Leads", Last_Name="Roe", Company="Roe")
    client = crm(version=version)
    one = Writer(client)
    [note] = [row.id for row in one.add_notes([("Leads", lead, "A", "a")])]
    before = client.calls
    notes, tasks, none, campaigns = one.lists(
        [(lead, "Notes"), (lead, "Tasks"), (other, "Notes"), (other, "Campaigns")]
    )
    assert (ids(notes), ids(tasks)) == ([note], [activities["open task"]])
    assert (ids(none), ids(campaigns)) == ([], [])
    assert client.calls - before == (4 if version in ("v2", "v2.1") else 1)


def test_five_lists_at_most_are_read_with_one_call(crm, lead, activities):
    client = crm()
    names = ["Notes", "Tasks", "Calls", "Events", "Tasks_History", "Calls_History"]
    found = Writer(client).lists([(lead, name) for name in names])
    assert [len(ids(pages)) for pages in found] == [0, 1, 1, 1, 1, 1]
    assert client.calls == 2


def test_a_list_that_is_too_long_to_come_in_company_is_read_whole(crm, lead, activities):
    client = crm()
    one = Writer(client)
    made = [row.id for row in one.add_notes([("Leads", lead, f"{at}", "x") for at in range(60)])]
    before = client.calls
    notes, tasks = one.lists([(lead, "Notes"), (lead, "Tasks")])
    assert sorted(ids(notes)) == sorted(made)
    assert ids(tasks) == [activities["open task"]]
    assert client.calls - before == 2


def test_lists_are_read_alone_by_who_never_consented_to_composite_requests(crm, lead, activities):
    fewer = [one for one in oauth.SCOPES if "composite" not in one]
    client = crm(scopes=fewer)
    notes, tasks = Writer(client).lists([(lead, "Notes"), (lead, "Tasks")])
    assert (ids(notes), ids(tasks)) == ([], [activities["open task"]])


def test_a_lead_that_nobody_can_see_keeps_no_other_from_its_lists(writer, lead, activities):
    nothing, tasks = writer().lists([(NOWHERE, "Notes"), (lead, "Tasks")])
    assert isinstance(nothing, RowRefused) or ids(nothing) == []
    assert ids(tasks) == [activities["open task"]]


@pytest.mark.parametrize("version", ["v2", "v4", "v8"])
def test_activities_move_to_a_vendor_and_back(writer, world, lead, vendor, activities, version):
    one = writer(version=version)
    before = listed(one, lead)
    moves = [(each.module, each.id, "Vendors", vendor) for each in before]
    done = one.move_activities(moves)
    assert [each.id for each in done] == [each.id for each in before]
    assert listed(one, lead) == []
    task = world.records["Tasks"][activities["closed task"]]
    assert (task["What_Id"]["id"], task["$se_module"]) == (vendor, "Vendors")
    one.move_activities([Move(*move[:2], "Leads", lead, "Vendors") for move in moves])
    assert listed(one, lead) == before


def test_activities_move_to_a_contact_and_back(writer, world, lead, contact, activities):
    one = writer()
    before = listed(one, lead)
    one.move_activities([(each.module, each.id, "Contacts", contact) for each in before])
    assert listed(one, lead) == []
    task = world.records["Tasks"][activities["open task"]]
    assert (task["Who_Id"]["id"], task["What_Id"]) == (contact, None)
    one.move_activities([Move(each.module, each.id, "Leads", lead, "Contacts") for each in before])
    assert listed(one, lead) == before
    assert task["Who_Id"] is None


def test_whom_an_activity_is_with_stays_when_it_moves_to_a_thing(
    writer, world, lead, vendor, contact, activities
):
    task = activities["open task"]
    world.records["Tasks"][task]["Who_Id"] = {"id": contact, "name": "Doe"}
    one = writer()
    [entry] = [each for each in listed(one, lead, ["Tasks"]) if each.id == task]
    assert entry.contact == contact
    for to, record in (("Vendors", vendor), ("Leads", lead)):
        one.move_activities([("Tasks", task, to, record)])
        assert world.records["Tasks"][task]["Who_Id"]["id"] == contact


def test_activities_move_to_a_custom_module(writer, world, activities):
    world.add_module(custom_module("Suppliers", "Supplier", "Suppliers"))
    one = writer()
    [supplier] = one.create("Suppliers", [{"Name": "Acme"}])
    [done] = one.move_activities([("Calls", activities["open call"], "Suppliers", supplier.id)])
    assert done.id == activities["open call"]
    assert world.records["Calls"][done.id]["$se_module"] == "Suppliers"


def test_one_call_moves_all_activities_of_a_module(crm, add, lead, vendor):
    on = {"What_Id": {"id": lead, "name": "Pat Doe"}, "$se_module": "Leads"}
    ids = [add("Tasks", Subject=f"{number}", **on) for number in range(100)]
    client = crm()
    rows = Writer(client).move_activities([("Tasks", each, "Vendors", vendor) for each in ids])
    assert ([row.id for row in rows], client.calls) == (ids, 1)


def test_an_activity_that_cannot_move_is_refused_alone(writer, vendor, activities):
    tasks = [activities["open task"], NOWHERE, activities["closed task"]]
    moves = [("Tasks", each, "Vendors", vendor) for each in tasks]
    moves[2] = ("Tasks", tasks[2], "Vendors", NOWHERE)
    done, nowhere, no_place = writer().move_activities(moves)
    assert done.id == tasks[0]
    assert (nowhere.missing, no_place.missing, no_place.field) == (True, False, "What_Id")


# Campaigns and products


@pytest.fixture
def campaigns(add):
    return [add("Campaigns", Campaign_Name=name) for name in ("Fair", "Mailing")]


@pytest.mark.parametrize("version", ALL)
def test_campaigns_are_linked_with_what_became_of_the_invitation(
    writer, lead, contact, campaigns, version
):
    one = writer(version=version)
    answered = {campaigns[0]: "Responded"}
    done = one.link_related("Leads", lead, "Campaigns", campaigns, answered)
    assert [row.id for row in done] == campaigns
    held = one.campaigns("Leads", lead)
    assert held == {campaigns[0]: "Responded", campaigns[1]: "Planned"}
    for _ in range(2):
        one.link_related("Contacts", contact, "Campaigns", list(held), held)
    assert one.campaigns("Contacts", contact) == held


def test_what_was_linked_can_be_parted_again(writer, world, contact, add):
    products = [add("Products", Product_Name=name) for name in "ABC"]
    one = writer()
    one.link_related("Contacts", contact, "Products", products)
    assert set(one.related("Contacts", contact, "Products")) == set(products)
    parted, unknown = one.unlink_related("Contacts", contact, "Products", [products[0], NOWHERE])
    assert (parted.id, unknown.missing) == (products[0], True)
    assert set(one.related("Contacts", contact, "Products")) == set(products[1:])


def test_what_is_not_there_cannot_be_linked(writer, contact, campaigns):
    done, refused = writer().link_related("Contacts", contact, "Campaigns", [campaigns[0], NOWHERE])
    assert isinstance(done, Written)
    assert refused.missing


def test_a_record_without_such_a_list_has_none(writer, vendor):
    with pytest.raises(ZohoRefused):
        writer().related("Vendors", vendor, "Campaigns")


def test_what_is_listed_is_never_a_part_of_what_there_is(writer, lead):
    """Pages do not overlap, and leave nothing out between them."""
    one = writer()
    for _ in range(3):
        one.add_notes([("Leads", lead, "t", "c")] * 100)
    ids = [int(note.id) for note in one.notes("Leads", lead)]
    assert all(newer > older for newer, older in pairwise(ids))

"""What a profile does not allow in Zoho is in the plan's way before anything is written."""

from typing import Any

import pytest

from emulator import World
from emulator.schema import Profile, User
from tests.extension.rig import Person, error_of, on_sqlite

MARK = {"kind": "mark", "values": {"Lead_Status": "Contacted"}}
DELETE = {"kind": "delete"}


@pytest.fixture
def lead(world: World) -> str:
    values = {"Last_Name": "Doe", "Company": "Acme"}
    return str(world.add_record("Leads", values, owner=world.users[1])["id"])


@pytest.fixture
def limited(admin, person, world):
    """Somebody whose profile denies what the test says."""

    def new(*denied: str) -> Person:
        off = {f"Crm_Implied_{one}" for one in ("Manage_Profiles", *denied)}
        world.add_profile(Profile(name="Limited", everything=True, denied=off))
        user = User(
            first_name="Lim", last_name="Ited", email="lim@example.com", profile="Limited",
            role="CEO",
        )  # fmt: skip
        world.add_user(user)
        one = person()
        assert one.sign_in(world, user).status_code == 200
        return one

    return new


def planned(person: Person, lead: str, **choices: Any) -> Any:
    wish = {"target": "Vendors", **choices}
    return person.ask("POST", f"/api/v1/leads/{lead}/plan", json=wish)


def blockers(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.json
    return [one["key"] for one in answer.json["blockers"]]


@on_sqlite
@pytest.mark.parametrize(
    ("denied", "after", "key"),
    [
        ("Edit_Leads", MARK, "no_permission.mark_lead"),
        ("Delete_Leads", DELETE, "no_permission.delete_lead"),
    ],
)
def test_who_may_not_touch_leads_is_told_before_a_vendor_is_made(limited, lead, denied, after, key):
    one = limited(denied)
    assert blockers(planned(one, lead, lead_after=after)) == [key]
    assert blockers(planned(one, lead)) == []


@on_sqlite
def test_who_may_neither_see_the_status_nor_write_it_does_not_mark_with_it(limited, lead, world):
    one = limited()
    world.module("Leads").field("Lead_Status").permissions["Limited"] = "hidden"
    assert blockers(planned(one, lead, lead_after=MARK)) == ["mark_closed.hidden"]


@on_sqlite
def test_who_may_not_change_tasks_leaves_them_with_the_lead(limited, lead, world):
    one = limited("Edit_Tasks")
    task = {"Subject": "Call", "What_Id": {"id": lead}, "$se_module": "Leads"}
    world.add_record("Tasks", task, owner=world.users[1])
    answer = planned(one, lead)
    assert [each["list"] for each in answer.json["lists"]] == ["Tasks"]
    assert blockers(answer) == ["no_permission.move"]
    assert blockers(planned(one, lead, carry={"Tasks": "leave"})) == []


@on_sqlite
def test_zohos_own_conversion_takes_no_wish_that_it_cannot_fulfil(rep, lead):
    answer = planned(rep, lead, target="zoho", carry={"Notes": "leave", "Tag": "leave"})
    assert error_of(answer) == (422, "invalid_input")
    assert list(answer.json["error"]["details"]["fields"]) == ["carry.Notes"]


@on_sqlite
@pytest.mark.parametrize(
    ("denied", "hung", "key"),
    [
        ("Create_Notes", "Notes", "no_permission.copy"),
        ("Create_Attachments", "Attachments", "no_permission.copy"),
        ("Edit_Vendors", "Tag", "no_permission.tag"),
    ],
)
def test_who_may_not_copy_what_hangs_on_a_lead_leaves_it_there(
    limited, lead, world, denied, hung, key
):
    one = limited(denied)
    hang(world, lead, hung)
    [option] = [each for each in one.options(lead).json["options"] if each["target"] == "Vendors"]
    assert option["blockers"][0]["key"] == key
    assert (option["available"], option["choosable"]) == (False, True)
    assert blockers(planned(one, lead, salvage=False)) == [key]
    assert blockers(planned(one, lead, salvage=False, carry={hung: "leave"})) == []


def hang(world: World, lead: str, what: str) -> None:
    if what == "Tag":
        world.find("Leads", lead)["Tag"] = [{"name": "VIP", "id": "1"}]
    elif what == "Notes":
        note = {"Note_Content": "Called", "Parent_Id": {"id": lead}, "$se_module": "Leads"}
        world.add_record("Notes", note, owner=world.users[1])
    else:
        file = {"File_Name": "a.txt", "Parent_Id": {"id": lead}, "$se_module": "Leads"}
        world.add_record("Attachments", file, owner=world.users[1])


@on_sqlite
def test_who_may_not_write_notes_is_told_that_nothing_can_be_kept_there(limited, lead, world):
    world.find("Leads", lead)["Designation"] = "Head of Purchasing"
    one = limited("Create_Notes")
    assert blockers(planned(one, lead)) == ["no_permission.salvage"]
    assert blockers(planned(one, lead, salvage=False)) == []


@on_sqlite
def test_a_target_that_deletes_the_lead_is_closed_to_who_may_not_and_can_be_opened(
    limited, lead, admin
):
    target = {
        "key": "Vendors", "label": "Vendor", "kind": "records", "lead_after": DELETE,
        "records": [{"key": "Vendors", "module": "Vendors", "fields": {"Vendor_Name": "Company"}}],
    }  # fmt: skip
    one = limited("Delete_Leads")
    saved = admin.ask("PUT", "/api/v1/targets", json={"version": 0, "targets": [target]})
    assert saved.status_code == 200, saved.json
    [option] = one.options(lead).json["options"]
    assert [each["key"] for each in option["blockers"]] == ["no_permission.delete_lead"]
    assert (option["available"], option["choosable"]) == (False, True)

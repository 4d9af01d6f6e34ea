"""What many leads can become together: whom each target is for, and what can be decided."""

from typing import Any

import pytest

from emulator import World
from emulator.schema import Profile, User
from tests.extension.batch_rig import save_targets
from tests.extension.rig import Person, asked, error_of, on_sqlite

pytestmark = on_sqlite
PATH = "/api/v1/batch-targets"


@pytest.fixture
def lead(world: World) -> str:
    values = {"Last_Name": "Doe", "Company": "Acme"}
    return str(world.add_record("Leads", values, owner=world.users[1])["id"])


def offered(person: Person) -> dict[str, Any]:
    answer = person.get(PATH)
    assert answer.status_code == 200, answer.json
    return dict(answer.json)


def test_every_target_says_its_records_and_what_can_be_done_with_the_lists(warm, world):
    found = offered(warm)
    zoho, vendor = found["targets"][:2]
    assert [one["optional"] for one in zoho["records"]] == [False, False, True]
    assert [(one["list"], one["how"]) for one in zoho["lists"]] == [("Tag", "copy")]
    assert vendor["records"] == [
        {"key": "Vendors", "module": "Vendors", "label": "Vendor", "optional": False}
    ]
    lists = {one["list"]: one for one in vendor["lists"]}
    assert (lists["Tasks"]["how"], lists["Notes"]["can"]) == ("move", ["copy", "leave"])
    assert (vendor["lead_after"], vendor["by_rule"]) == ("leave", False)
    assert {"field": "Company", "label": "Company"} in found["lead_fields"]
    assert asked(world) == 0


def test_what_an_administrator_has_settled_is_what_is_offered(warm, admin, world):
    boss = world.profile(world.users[0].profile)
    assert boss
    [mine, other] = (
        {
            "key": key, "label": label, "kind": "records", "carry": {"Tasks": "leave"},
            "lead_after": {"kind": "delete"},
            "offered_when": [{"field": "Company", "filled": True}],
            "records": [{"key": "v", "module": "Vendors", "fields": {"Vendor_Name": "Company"}}],
            **more,
        }
        for key, label, more in (
            ("mine", "Supplier", {}),
            ("other", "Not for reps", {"profiles": [boss.id]}),
        )
    )  # fmt: skip
    save_targets(admin, [mine, other])
    [found] = offered(warm)["targets"]
    assert (found["label"], found["by_rule"], found["lead_after"]) == ("Supplier", True, "delete")
    assert {one["list"]: one["how"] for one in found["lists"]}["Tasks"] == "leave"
    assert [one["label"] for one in offered(admin)["targets"]] == ["Supplier", "Not for reps"]


def test_what_somebody_may_not_create_is_not_offered(admin, person, world):
    denied = {"Crm_Implied_Manage_Profiles", "Crm_Implied_Create_Vendors"}
    world.add_profile(Profile(name="Limited", everything=True, denied=denied))
    user = User(first_name="Lim", last_name="Ited", email="lim@example.com", profile="Limited",
                role="CEO")  # fmt: skip
    world.add_user(user)
    one = person()
    assert one.sign_in(world, user).status_code == 200
    assert "Vendors" not in {target["target"] for target in offered(one)["targets"]}
    assert "Vendors" in {target["target"] for target in offered(admin)["targets"]}


def test_strangers_are_offered_what_is_theirs(warm, admin, stranger, nobody):
    found = admin.get("/api/v1/targets").json["targets"]
    save_targets(admin, [{**found[1], "label": "Ours alone"}])
    assert "Ours alone" not in stranger.get(PATH).text
    assert "Ours alone" in warm.get(PATH).text
    assert error_of(nobody.get(PATH)) == (401, "not_signed_in")

"""Carrying a plan out: once, as it was agreed to, and for whom it may be."""

import pytest

from tests.extension.conversion_rig import (
    PLAIN,
    agree,
    carry_out,
    change_phone,
    made_of,
    send,
    state,
)
from tests.extension.rig import asked, error_of, on_sqlite


def test_what_was_agreed_to_is_done(warm, lead, world, parts):
    answer = agree(warm, lead, lead_after={"kind": "mark", "values": {"Lead_Status": "Contacted"}})
    assert (answer.status_code, answer.json["state"]) == (202, "queued")
    carry_out(parts, answer.json["id"])
    done = state(warm, answer.json["id"])
    assert (done["state"], done["steps"] == done["steps_done"]) == ("done", True)
    [made] = done["records"]
    vendor = world.find("Vendors", made["id"])
    assert (vendor["Vendor_Name"], vendor["Phone"]) == ("Acme", "555 0199")
    assert made_of(world, lead, "Acme") == {
        "vendors": ["555 0199"],
        "notes": ["Call", "What this record does not hold of its lead"],
        "files": 1,
        "task moved": True,
        "lead": "Contacted",
        "notes of the lead": 1,
    }


@on_sqlite
def test_a_vendor_with_two_notes_a_file_and_a_task_takes_at_most_eight_calls_once_it_is_planned(
    warm, lead, world, parts
):
    parent = {"Parent_Id": {"id": lead, "name": "Pat Doe"}, "$se_module": "Leads"}
    world.add_record("Notes", {"Note_Title": "Second", "Note_Content": "Rang.", **parent})
    file = {"File_Name": "offer.pdf", "Size": "5", "$type": "File", **parent}
    world.files[str(world.add_record("Attachments", file)["id"])] = b"Offer"
    conversion = agree(warm, lead, salvage=False).json["id"]
    world.log.clear()
    carry_out(parts, conversion)
    assert asked(world) <= 8, world.log.summary()
    made = made_of(world, lead, "Acme")
    assert (made["notes"], made["files"], made["task moved"]) == (["Call", "Second"], 1, True)


# Once


@on_sqlite
def test_a_second_click_is_the_same_conversion(warm, lead, parts):
    first, second = agree(warm, lead), agree(warm, lead)
    assert first.json["id"] == second.json["id"]
    carry_out(parts, first.json["id"])


@on_sqlite
def test_the_same_key_brings_what_came_of_it_even_when_it_is_over(warm, lead, parts, world):
    first = agree(warm, lead, key="one")
    carry_out(parts, first.json["id"])
    again = send(warm, lead, {"target": "Vendors"}, "0" * 64, key="one")
    assert (again.status_code, again.json["id"]) == (202, first.json["id"])
    assert again.json["state"] == "done"
    assert len(world.records["Vendors"]) == 1


def test_another_plan_than_the_one_that_was_seen_is_not_carried_out(warm, lead, world):
    answer = send(warm, lead, {"target": "Vendors"}, "0" * 64)
    assert error_of(answer) == (409, "plan_changed")
    plan = answer.json["error"]["details"]["plan"]
    assert send(warm, lead, {"target": "Vendors"}, plan["digest"]).status_code == 202
    assert not world.records["Vendors"]


@on_sqlite
def test_what_stands_in_the_way_is_told_and_nothing_is_queued(warm, lead, world):
    world.find("Leads", lead)["Locked__s"] = True
    plan = warm.ask("POST", f"/api/v1/leads/{lead}/plan", json={"target": "Vendors"}).json
    answer = send(warm, lead, {"target": "Vendors"}, plan["digest"])
    assert error_of(answer) == (409, "not_possible")
    assert warm.get(f"/api/v1/conversions?lead={lead}").json == {"conversions": []}


@on_sqlite
def test_a_lead_that_changes_after_it_was_agreed_to_is_not_converted(warm, lead, world, parts):
    conversion = agree(warm, lead).json["id"]
    change_phone(world, lead)
    carry_out(parts, conversion)
    waits = state(warm, conversion)
    assert (waits["state"], waits["question"]["code"]) == ("waiting", "lead_changed")
    assert not world.records["Vendors"]
    answer = warm.ask("POST", f"/api/v1/conversions/{conversion}/cancel")
    assert answer.json["state"] == "cancelled"
    warm.options(lead)
    assert agree(warm, lead).status_code == 202


@on_sqlite
def test_a_lead_that_is_only_touched_is_converted(warm, lead, world, parts):
    conversion = agree(warm, lead).json["id"]
    world.find("Leads", lead)["Modified_Time"] = "2026-01-10T13:00:00+00:00"
    carry_out(parts, conversion)
    assert state(warm, conversion)["state"] == "done"


# Who may


def test_a_stranger_finds_no_conversion_and_has_no_say(warm, stranger, nobody, lead, parts):
    conversion = agree(warm, lead).json["id"]
    place = f"/api/v1/conversions/{conversion}"
    for person, error in ((stranger, (404, "not_found")), (nobody, (401, "not_signed_in"))):
        assert error_of(person.get(place)) == error
        for what in ("undo", "retry", "cancel", "resolve"):
            answer = person.ask("POST", f"{place}/{what}", json={})
            assert error_of(answer) == error
    assert stranger.get(f"/api/v1/conversions?lead={lead}").json == {"conversions": []}
    body = {"lead": lead, "choices": {"target": "Vendors"}, "digest": "0" * 64}
    answer = stranger.ask("POST", "/api/v1/conversions", json=body)
    assert error_of(answer) == (404, "not_found")


@on_sqlite
def test_somebody_elses_is_seen_by_who_sees_the_lead_and_is_not_theirs_to_undo(
    warm, admin, world, parts
):
    shared = str(world.add_record("Leads", PLAIN, owner=world.users[1])["id"])
    conversion = agree(admin, shared).json["id"]
    carry_out(parts, conversion)
    assert (state(admin, conversion)["yours"], state(warm, conversion)["yours"]) == (True, False)
    answer = warm.ask("POST", f"/api/v1/conversions/{conversion}/undo", json={})
    assert error_of(answer) == (403, "not_permitted")


@on_sqlite
def test_a_body_that_is_no_json_is_told_so(warm):
    headers = {"Authorization": f"Bearer {warm.token}", "Content-Type": "application/json"}
    answer = warm.client.post("/api/v1/conversions", data="{bad", headers=headers)
    assert error_of(answer) == (400, "bad_request")
    assert "valid JSON" in answer.json["error"]["message"]


@on_sqlite
def test_who_does_not_see_the_lead_does_not_see_what_became_of_it(warm, admin, world, parts):
    world.module("Leads").sharing = "private"
    hidden = str(world.add_record("Leads", PLAIN, owner=world.users[0])["id"])
    conversion = agree(admin, hidden).json["id"]
    assert error_of(warm.get(f"/api/v1/conversions/{conversion}")) == (404, "not_found")
    assert error_of(warm.get(f"/api/v1/conversions?lead={hidden}")) == (404, "not_found")
    assert (
        admin.get(f"/api/v1/conversions?lead={hidden}").json["conversions"][0]["id"] == conversion
    )


@on_sqlite
@pytest.mark.parametrize(
    "body",
    [
        {}, [], {"lead": "x", "choices": {"target": "Vendors"}, "digest": "0" * 64},
        {"lead": "1", "choices": {"target": "Vendors"}, "digest": "short"},
        {"lead": "1", "choices": {}, "digest": "0" * 64},
        {"lead": "1", "choices": {"target": "Vendors"}, "digest": "0" * 64, "more": 1},
    ],
)  # fmt: skip
def test_a_wish_of_another_shape_is_refused(warm, lead, body):
    answer = warm.ask("POST", "/api/v1/conversions", json=body)
    assert error_of(answer) == (422, "invalid_input")


@on_sqlite
def test_a_key_that_is_too_long_is_refused(warm, lead):
    answer = send(warm, lead, {"target": "Vendors"}, "0" * 64, key="k" * 101)
    assert error_of(answer) == (422, "invalid_input")


@on_sqlite
@pytest.mark.parametrize("what", ["undo", "retry", "resolve"])
def test_what_does_not_fit_the_state_is_refused(warm, lead, what):
    conversion = agree(warm, lead).json["id"]
    answer = warm.ask("POST", f"/api/v1/conversions/{conversion}/{what}", json={})
    assert error_of(answer) == (409, "wrong_state")


@on_sqlite
def test_what_is_done_cannot_be_cancelled_and_stays(warm, lead, world, parts):
    conversion = agree(warm, lead).json["id"]
    carry_out(parts, conversion)
    before = state(warm, conversion)
    refused = warm.ask("POST", f"/api/v1/conversions/{conversion}/cancel")
    assert error_of(refused) == (409, "wrong_state")
    assert refused.json["error"]["details"] == {"state": "done"}
    assert refused.json["error"]["message"].endswith("with a conversion that is done.")
    assert (state(warm, conversion), before["state"]) == (before, "done")
    assert len(world.records["Vendors"]) == 1

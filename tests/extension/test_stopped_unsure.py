"""Where a conversion was stopped and several records may be the one that it has made, the person is
asked, and it stands as before: so it can be undone, no record is lost and no double kept."""

from typing import Any

import pytest
from sqlalchemy import select

from emulator import World
from extension import running
from extension.ending import FAULT
from extension.parts import Parts
from extension.store.conversions import Conversion, Line
from extension.web.conversion_schemas import ConversionView
from tests.extension.batch_rig import PATH, done, new_leads, rows, work
from tests.extension.conversion_rig import agree, carry_out, state
from tests.extension.cuts import cut_off
from tests.extension.rig import Person, error_of, on_sqlite

pytestmark = on_sqlite
ONE = "/api/v1/conversions"


@pytest.fixture(params=["failed", "cancelled"])
def stopped(request: Any, warm: Person, lead: str, world: World, parts: Parts, wire: Any) -> str:
    """A conversion that was stopped while it made a vendor, like which there is another one."""
    conversion = str(agree(warm, lead).json["id"])
    with cut_off(wire, 1, "after"):
        carry_out(parts, conversion)
    stop(parts, request.param)
    [made] = list(world.records["Vendors"].values())
    kept = {name: made[name] for name in ("Vendor_Name", "Phone", "Email")}
    world.add_record("Vendors", kept, owner=world.users[1])
    return conversion


def stop(parts: Parts, as_what: str) -> None:
    with parts.sessions.begin() as db:
        row = db.scalars(select(Conversion)).one()
        row.state = as_what
        row.problem = FAULT if as_what == "failed" else None
        row.open = True if as_what == "failed" else None


def post(person: Person, conversion: str, deed: str, **body: Any) -> Any:
    return person.ask("POST", f"{ONE}/{conversion}/{deed}", json=body)


def asked_about(person: Person, parts: Parts, conversion: str) -> dict[str, Any]:
    """What the person is asked who wants to undo it."""
    early = post(person, conversion, "undo")
    assert error_of(early) == (409, "wrong_state")
    carry_out(parts, conversion)
    found = state(person, conversion)
    assert (found["state"], found["question"]["code"]) == ("waiting", "which_record")
    assert not ConversionView().validate(found)
    return found


@pytest.mark.parametrize("which", [0, 1, None], ids=["ours", "theirs", "none"])
def test_once_the_person_has_said_which_it_is_that_one_is_taken_back_and_no_other(
    warm, stopped, world, parts, which
):
    before = state(warm, stopped)
    both = list(world.records["Vendors"])
    asked_about(warm, parts, stopped)
    said = "" if which is None else both[which]
    assert post(warm, stopped, "resolve", record=said).status_code == 202
    carry_out(parts, stopped)
    found = state(warm, stopped)
    assert (found["state"], found["problem"]) == (before["state"], before["problem"])
    assert found["question"] is None
    assert post(warm, stopped, "undo").status_code == 202
    carry_out(parts, stopped)
    assert state(warm, stopped)["state"] == "undone"
    assert list(world.records["Vendors"]) == [one for one in both if one != said]


def test_it_is_not_carried_out_any_further_by_an_answer(warm, stopped, world, parts):
    both = list(world.records["Vendors"])
    asked_about(warm, parts, stopped)
    assert post(warm, stopped, "resolve", record=both[0]).status_code == 202
    carry_out(parts, stopped)
    assert not [one for one in world.records["Notes"].values() if one["Parent_Id"]["id"] in both]
    again = post(warm, stopped, "resolve", record=both[0])
    assert error_of(again) == (409, "wrong_state")


def test_whoever_stops_it_when_asked_is_not_asked_again_and_loses_nothing(
    warm, stopped, world, parts
):
    both = list(world.records["Vendors"])
    asked_about(warm, parts, stopped)
    assert post(warm, stopped, "cancel").status_code == 200
    assert post(warm, stopped, "undo").status_code == 202
    carry_out(parts, stopped)
    assert state(warm, stopped)["state"] == "undone"
    assert list(world.records["Vendors"]) == both


@pytest.mark.parametrize("stopped", ["failed"], indirect=True)
def test_one_that_failed_can_be_tried_again_after_the_answer_and_makes_no_double(
    warm, lead, stopped, world, parts
):
    both = list(world.records["Vendors"])
    asked_about(warm, parts, stopped)
    assert post(warm, stopped, "resolve", record=both[0]).status_code == 202
    assert post(warm, stopped, "retry").status_code == 202
    carry_out(parts, stopped)
    assert state(warm, stopped)["state"] == "done"
    assert list(world.records["Vendors"]) == both


def test_of_a_batch_the_question_stands_in_the_ledger(warm, world, parts, wire):
    one = done(warm, parts, new_leads(world, 1))
    conversion = rows(warm, one["id"])[0]["conversion"]
    with parts.sessions.begin() as db:
        row = db.scalars(select(Conversion)).one()
        row.state, row.problem, row.open = "failed", FAULT, True
    again_as_sent(parts)
    [made] = list(world.records["Vendors"].values())
    like = {name: made[name] for name in ("Vendor_Name", "Email")}
    world.add_record("Vendors", like, owner=world.users[1])
    assert warm.ask("POST", f"{PATH}/{one['id']}/undo", json={}).status_code == 202
    work(parts, one["id"])
    [row] = rows(warm, one["id"])
    assert (row["state"], row["question"]["code"]) == ("waiting", "which_record")
    assert post(warm, conversion, "resolve", record=made["id"]).status_code == 202
    assert warm.ask("POST", f"{PATH}/{one['id']}/undo", json={}).status_code == 202
    work(parts, one["id"])
    assert rows(warm, one["id"])[0]["state"] == "undone"
    assert len(world.records["Vendors"]) == 1


def again_as_sent(parts: Parts) -> None:
    """As if the answer to what was sent first had never come."""
    with parts.sessions.begin() as db:
        first = db.scalars(select(Line).order_by(Line.place)).first()
        first.state, first.outcome, first.ended_at = "sent", None, None


def test_where_zoho_lets_nobody_in_to_look_the_person_must_sign_in_and_then_it_is_found_out(
    warm, admin, lead, world, parts, wire, zoho, clock
):
    conversion = str(agree(warm, lead).json["id"])
    with cut_off(wire, 1, "after"):
        running.run(parts, [conversion])
    stop(parts, "failed")
    zoho.withdraw(world, world.users[1])
    clock.advance(hours=2)
    assert error_of(post(admin, conversion, "undo")) == (409, "wrong_state")
    carry_out(parts, conversion)
    found = state(admin, conversion)
    assert (found["state"], found["question"]["code"]) == ("waiting", "sign_in")
    warm.sign_in(world, world.users[1])
    assert state(warm, conversion)["state"] == "failed"
    carry_out(parts, conversion)
    assert post(admin, conversion, "undo").status_code == 202
    carry_out(parts, conversion)
    assert (state(warm, conversion)["state"], world.records["Vendors"]) == ("undone", {})

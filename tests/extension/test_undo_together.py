"""A batch is taken back as it was carried out: like steps of many leads travel together, what
somebody has changed since is left alone and named, and the person may insist."""

import csv
import io
from typing import Any

import pytest
from sqlalchemy import select, update

from emulator import World
from extension import batch_runs, running
from extension.parts import Parts
from extension.store.batches import Batch
from extension.store.conversions import Conversion, Line
from tests.extension.batch_rig import (
    PATH,
    ZOHO,
    alike,
    done,
    look,
    new_leads,
    rows,
    save_targets,
    second_rep,
    three,
    through_cuts,
    undo,
    work,
)
from tests.extension.conversion_rig import MARK
from tests.extension.cuts import MOMENTS, Cutter, picture, power_cuts, without_bin
from tests.extension.rig import Clock, Person, asked, error_of, on_sqlite

CHANGED = {"code": "changed", "added": {}, "message": "Somebody has changed it since."}


@pytest.fixture
def lead(world: World) -> str:
    return new_leads(world, 1)[0]


def edit(world: World, clock: Clock, module: str, ident: str, **values: str) -> None:
    clock.advance(minutes=5)
    boss = {"id": world.users[0].id, "name": "Somebody else"}
    stamp = {"Modified_Time": clock().isoformat(), "Modified_By": boss}
    world.find(module, ident).update(values, **stamp)


# How much is asked of Zoho


@on_sqlite
def test_a_hundred_leads_are_taken_back_by_three_questions_and_one_deletion(warm, world, parts):
    one = done(warm, parts, new_leads(world, 100))
    before = asked(world)
    assert undo(warm, parts, one["id"])["counts"]["undone"] == 100
    # Their stamps, and in two calls for seven modules what hangs on them.
    assert (asked(world) - before, len(world.records["Vendors"])) == (4, 0)


@on_sqlite
def test_a_hundred_marked_leads_take_no_more_calls_than_ten(warm, world, parts):
    costs = []
    for count in (10, 100):
        one = done(warm, parts, new_leads(world, count), lead_after=MARK)
        before = asked(world)
        assert undo(warm, parts, one["id"])["counts"]["undone"] == count
        costs.append(asked(world) - before)
        world.records["Leads"].clear()
    # What is there now, what hangs on it, and what stands where it is put back; the marks and the
    # vendors.
    assert costs == [7, 7]


@on_sqlite
def test_notes_and_tags_of_many_leads_go_and_come_together(warm, world, parts):
    costs = []
    for count in (2, 12):
        leads = new_leads(world, count)
        for each in leads:
            hang(world, each)
        before, world_before = asked(world), without_bin(picture(world))
        one = done(warm, parts, leads)
        there, before = asked(world) - before, asked(world)
        assert undo(warm, parts, one["id"])["counts"]["undone"] == count
        assert without_bin(picture(world)) == world_before
        costs.append((there, asked(world) - before))
        for module in ("Leads", "Notes"):
            world.records[module].clear()
    assert costs[0][1] == costs[1][1]


def hang(world: World, lead: str) -> None:
    world.find("Leads", lead)["Tag"] = [{"name": "Fair", "id": world.new_id(), "color_code": None}]
    parent = {"Parent_Id": {"id": lead, "name": "Doe"}, "$se_module": "Leads"}
    for title in ("First call", "Second call"):
        note = {"Note_Title": title, "Note_Content": "Rang.", **parent}
        world.add_record("Notes", note, owner=world.users[1])


@on_sqlite
def test_where_the_answer_is_lost_one_question_tells_what_is_gone(warm, world, parts):
    one = done(warm, parts, new_leads(world, 50))
    before = asked(world)
    world.faults.order("answer_lost", method="DELETE", times=1)
    assert undo(warm, parts, one["id"])["counts"]["undone"] == 50
    assert (asked(world) - before, len(world.records["Vendors"])) == (5, 0)


@on_sqlite
@pytest.mark.parametrize("after", [MARK, {"kind": "delete"}], ids=["marked", "deleted"])
@pytest.mark.parametrize("moment", MOMENTS)
def test_wherever_the_power_is_cut_all_that_hung_on_leads_is_as_it_was(
    warm, world, parts, wire, clock, moment, after
):
    leads = three(world)
    for each in leads:
        hang(world, each)
    before = without_bin(picture(world))
    one = done(warm, parts, leads, lead_after=after)
    assert one["counts"]["done"] == 3, rows(warm, one["id"])
    assert warm.ask("POST", f"{PATH}/{one['id']}/undo", json={}).status_code == 202
    with power_cuts(wire, Cutter(moment)) as cutter:
        through_cuts(parts, clock, one["id"])
    seen = look(warm, one["id"])
    assert (seen["state"], seen["counts"]["undone"], seen["left_alone"]) == ("undone", 3, 0)
    assert cutter.everywhere, (cutter.writes, cutter.cut)
    assert without_bin(picture(world)) == before


# Neighbours


@on_sqlite
def test_what_cannot_be_deleted_keeps_no_neighbour_and_can_be_tried_again(warm, world, parts):
    one = done(warm, parts, new_leads(world, 3))
    vendor = rows(warm, one["id"])[1]["records"][0]["id"]
    world.find("Vendors", vendor)["Locked__s"] = True
    seen = undo(warm, parts, one["id"])
    assert (seen["state"], seen["counts"]["failed"], seen["counts"]["undone"]) == ("undone", 1, 2)
    [failed] = rows(warm, one["id"], state="failed")
    assert failed["reason"]["details"]["code"] == "RECORD_LOCKED"
    assert list(world.records["Vendors"]) == [vendor]
    world.find("Vendors", vendor)["Locked__s"] = False
    assert undo(warm, parts, one["id"])["counts"]["undone"] == 3
    assert not world.records["Vendors"]


@on_sqlite
def test_what_somebody_has_deleted_is_gone_and_the_others_go_too(warm, world, parts):
    one = done(warm, parts, new_leads(world, 3))
    [first, *_] = list(world.records["Vendors"])
    world.recycle("Vendors", first, world.users[0])
    seen = undo(warm, parts, one["id"])
    assert (seen["counts"]["undone"], seen["left_alone"]) == (3, 0)
    assert not world.records["Vendors"]


@on_sqlite
def test_what_only_failed_and_cancelled_ones_have_made_is_counted_and_taken_back(
    warm, world, parts
):
    one = done(warm, parts, new_leads(world, 4))
    assert one["undoable"] == 4
    with parts.sessions.begin() as db:
        rows_ = db.scalars(select(Conversion).order_by(Conversion.id)).all()
        for row, state in zip(rows_, ("failed", "failed", "cancelled", "cancelled"), strict=True):
            row.state = state
        nothing = (Line.conversion_id.in_([rows_[0].id, rows_[2].id]),)
        db.execute(update(Line).where(*nothing).values(state="due", outcome=None))
    assert look(warm, one["id"])["undoable"] == 2
    assert len(world.records["Vendors"]) == 4
    assert undo(warm, parts, one["id"])["undoable"] == 0
    assert len(world.records["Vendors"]) == 2


# What is left alone


@on_sqlite
def test_what_somebody_has_changed_is_named_with_its_lead_and_the_rest_is_taken_back(
    warm, world, parts, clock
):
    leads = new_leads(world, 3)
    one = done(warm, parts, leads)
    [vendor] = [each["id"] for each in rows(warm, one["id"])[1]["records"]]
    edit(world, clock, "Vendors", vendor, Phone="555 0100")
    seen = undo(warm, parts, one["id"])
    assert (seen["state"], seen["left_alone"], seen["counts"]["undone"]) == ("undone", 1, 3)
    left = [each["left_alone"] for each in rows(warm, one["id"])]
    assert left == [[], [{"module": "Vendors", "id": vendor, **CHANGED}], []]
    assert list(world.records["Vendors"]) == [vendor]
    table = warm.get(f"{PATH}/{one['id']}/ledger.csv").text.removeprefix("\ufeff")
    told = [each["left_alone"] for each in csv.DictReader(io.StringIO(table))]
    assert told == ["", f"Vendors {vendor}: Somebody has changed it since.", ""]


@on_sqlite
def test_the_person_may_insist_and_asks_only_about_what_is_left(warm, world, parts, clock):
    one = done(warm, parts, new_leads(world, 3))
    vendor = rows(warm, one["id"])[1]["records"][0]["id"]
    edit(world, clock, "Vendors", vendor)
    for _ in range(2):
        assert undo(warm, parts, one["id"])["left_alone"] == 1
    before = asked(world)
    seen = undo(warm, parts, one["id"], force=True)
    assert (seen["state"], seen["left_alone"], seen["counts"]["undone"]) == ("undone", 0, 3)
    assert (asked(world) - before, len(world.records["Vendors"])) == (1, 0)
    again = warm.ask("POST", f"{PATH}/{one['id']}/undo", json={"force": True})
    assert error_of(again) == (409, "wrong_state")


@on_sqlite
def test_zohos_own_conversions_stay_and_say_so(warm, admin, world, parts):
    save_targets(admin, [ZOHO])
    one = done(warm, parts, new_leads(world, 2), target="zoho")
    before = picture(world)
    seen = undo(warm, parts, one["id"])
    assert (seen["counts"]["done"], seen["left_alone"], seen["undoable"]) == (2, 2, 0)
    left = rows(warm, one["id"])[0]["left_alone"]
    assert {each["module"] for each in left} == {"Accounts", "Contacts"}
    assert {each["code"] for each in left} == {"cannot_undo"}
    assert picture(world) == before


@on_sqlite
def test_of_a_lead_that_is_converted_anew_nothing_is_taken_back_and_its_neighbours_are(
    warm, world, parts
):
    leads = new_leads(world, 2)
    one = done(warm, parts, leads)
    other = done(warm, parts, leads[:1], records={"Vendors": {"link": ""}})
    again = warm.ask("POST", f"{PATH}/{other['id']}/undo", json={})
    assert again.status_code == 202, again.json
    # That one is open: it is on its way back, and has not come far.
    batch_runs.process(parts, other["id"])
    seen = undo(warm, parts, one["id"])
    first, second = rows(warm, one["id"])
    assert [each["code"] for each in first["left_alone"]] == ["converted_anew"]
    assert (first["state"], second["state"], seen["left_alone"]) == ("done", "undone", 1)


# Who shares a record


@on_sqlite
@pytest.mark.parametrize("between", [0, 100], ids=["side by side", "a hundred further down"])
def test_what_another_lead_of_the_batch_has_written_is_no_change_of_somebodys(
    warm, world, parts, wire, clock, between
):
    first, second = alike(world, 2)
    world.find("Leads", second)["Phone"] = "555 0123"
    leads = [first, *new_leads(world, between), second]
    before = without_bin(picture(world))
    wire.before = lambda request: clock.advance(minutes=1)
    one = done(warm, parts, leads, records={"Vendors": {"merge": {"Phone": "overwrite"}}})
    shared = rows(warm, one["id"])[0]["records"][0]["id"]
    assert (one["joined"], world.find("Vendors", shared)["Phone"]) == (1, "555 0123")
    seen = undo(warm, parts, one["id"])
    assert (seen["counts"]["undone"], seen["left_alone"]) == (len(leads), 0)
    assert without_bin(picture(world)) == before


@on_sqlite
def test_the_record_that_leads_share_goes_last(warm, world, parts):
    leads = alike(world, 3)
    parent = {"What_Id": {"id": leads[2], "name": "Doe"}, "$se_module": "Leads"}
    task = str(world.add_record("Tasks", {"Subject": "Ring", **parent}, owner=world.users[1])["id"])
    one = done(warm, parts, leads)
    [vendor] = world.records["Vendors"]
    assert world.find("Tasks", task)["What_Id"]["id"] == vendor
    world.log.clear()
    assert undo(warm, parts, one["id"])["counts"]["undone"] == 3
    writes = [(call.method, call.path) for call in world.log.calls if call.method != "GET"]
    assert writes[-1] == ("DELETE", "/Vendors"), writes
    assert world.find("Tasks", task)["What_Id"]["id"] == leads[2]


@on_sqlite
def test_a_record_that_other_leads_have_become_too_stays_until_the_last_is_undone(
    warm, world, parts
):
    first, second = [one["conversion"] for one in shared_by_two(warm, world, parts)]
    answer = undo_alone(warm, parts, first)
    [stays] = answer["left_alone"]
    assert (answer["state"], stays["code"], list(world.records["Vendors"])) == (
        "undone", "shared", [stays["id"]],
    )  # fmt: skip
    assert undo_alone(warm, parts, second)["left_alone"] == []
    assert undo_alone(warm, parts, first)["left_alone"] == []
    assert not world.records["Vendors"]


@on_sqlite
def test_who_insists_takes_a_shared_record_back_all_the_same(warm, world, parts):
    first, _ = [one["conversion"] for one in shared_by_two(warm, world, parts)]
    assert undo_alone(warm, parts, first, force=True)["left_alone"] == []
    assert not world.records["Vendors"]


@on_sqlite
def test_of_a_batch_a_record_stays_that_a_lead_shares_which_cannot_be_taken_back(
    warm, world, parts
):
    second = shared_by_two(warm, world, parts)[1]
    with parts.sessions.begin() as db:
        row = db.scalars(
            select(Conversion).where(Conversion.public_id == second["conversion"])
        ).one()
        row.state, row.question = "waiting", {"code": "lead_changed", "message": "", "details": {}}
        batch = db.scalars(select(Batch)).one().public_id
    assert warm.ask("POST", f"{PATH}/{batch}/undo", json={}).status_code == 202
    work(parts, batch)
    [stays] = rows(warm, batch)[0]["left_alone"]
    assert (stays["code"], len(world.records["Vendors"])) == ("shared", 1)


def shared_by_two(warm: Person, world: World, parts: Parts) -> list[dict[str, Any]]:
    """A vendor for two leads of one company, to which the second has nothing to add."""
    found: list[dict[str, Any]] = rows(warm, done(warm, parts, alike(world, 2))["id"])
    assert len(world.records["Vendors"]) == 1
    return found


def undo_alone(
    person: Person, parts: Parts, conversion: str, *, force: bool = False
) -> dict[str, Any]:
    path = f"/api/v1/conversions/{conversion}"
    assert person.ask("POST", f"{path}/undo", json={"force": force}).status_code == 202
    running.run(parts, [conversion])
    found: dict[str, Any] = person.get(path).json
    return found


# Other people


@on_sqlite
def test_nobody_else_takes_a_batch_back(warm, stranger, person, world, parts):
    one = done(warm, parts, new_leads(world, 1))
    for other in (stranger, person().at_home(world, second_rep(world))):
        for force in (False, True):
            answer = other.ask("POST", f"{PATH}/{one['id']}/undo", json={"force": force})
            assert error_of(answer) == (404, "not_found")
    assert len(world.records["Vendors"]) == 1


@on_sqlite
@pytest.mark.parametrize("wish", [{"force": "perhaps"}, {"insist": True}, []])
def test_a_wish_that_is_none_takes_nothing_back(warm, world, parts, wish):
    one = done(warm, parts, new_leads(world, 1))
    answer = warm.ask("POST", f"{PATH}/{one['id']}/undo", json=wish)
    assert error_of(answer)[0] == 422
    assert look(warm, one["id"])["state"] == "done"

"""Many leads: planned together, agreed to, carried out in waves, and taken back."""

import csv
import io
from typing import Any

import pytest

from emulator import World
from extension import batch_runs
from extension.store.conversions import Conversion
from tests.extension.batch_rig import (
    PATH,
    SLIM,
    ask,
    begun,
    done,
    look,
    new_leads,
    planned,
    rows,
    start,
    work,
)
from tests.extension.conversion_rig import MARK
from tests.extension.rig import asked, error_of, everything, on_sqlite


@pytest.fixture
def lead(world: World) -> str:
    return new_leads(world, 1)[0]


# Planned


@on_sqlite
def test_a_batch_is_planned_before_anybody_says_yes(warm, world, parts):
    leads = new_leads(world, 3)
    answer = ask(warm, leads)
    assert (answer.status_code, answer.json["state"]) == (202, "planning")
    assert answer.json["counts"]["listed"] == 3
    batch_runs.process(parts, answer.json["id"])
    one = look(warm, answer.json["id"])
    assert (one["state"], one["possible"], one["counts"]["planned"]) == ("planned", True, 3)
    assert (one["leads"], one["target_label"], one["asked_by"]) == (3, "Vendor", "Rob Rep")
    assert one["estimate"]["calls"] == 2
    assert not world.records["Vendors"]
    first = rows(warm, one["id"])[0]
    assert (first["lead"], first["company"], first["state"]) == (leads[0], "Works 0000", "planned")


@on_sqlite
def test_what_was_agreed_to_is_done_in_waves(warm, world, parts):
    leads = new_leads(world, 120)
    one = planned(warm, parts, leads)
    planning = asked(world)
    assert start(warm, one).json["state"] == "running"
    assert start(warm, one).status_code == 202
    work(parts, one["id"])
    assert look(warm, one["id"])["counts"]["done"] == 120
    assert len(world.records["Vendors"]) == 120
    # Two chunks: whether the leads are the same, and the vendors.
    assert asked(world) - planning == one["estimate"]["calls"] == 4
    made = {one["records"][0]["id"] for one in rows(warm, one["id"], limit=200)}
    assert made == set(world.records["Vendors"])


@on_sqlite
def test_a_batch_says_what_was_decided_so_that_it_can_be_begun_again(warm, parts, lead):
    wish = {"lead_after": {"kind": "leave"}}
    one = planned(warm, parts, [lead], **wish)
    assert one["choices"] == {**SLIM, **wish}


@on_sqlite
def test_a_hundred_leads_cost_no_more_than_a_call_for_six_of_them(warm, world, parts):
    leads = new_leads(world, 100)
    world.log.clear()
    done(warm, parts, leads)
    assert len(world.records["Vendors"]) == 100
    assert asked(world) <= 16


@on_sqlite
def test_leads_of_one_company_share_a_vendor(warm, world, parts):
    leads = [*new_leads(world, 2, Company="Acme Ltd."), *new_leads(world, 1)]
    world.find("Leads", leads[1])["Email"] = "other@works.example"
    world.find("Leads", leads[2])["Email"] = "third@works.example"
    one = planned(warm, parts, leads)
    assert (one["joined"], rows(warm, one["id"])[1]["joined_to"]) == (1, 1)
    assert start(warm, one).status_code == 202
    work(parts, one["id"])
    assert look(warm, one["id"])["state"] == "done"
    names = sorted(one["Vendor_Name"] for one in world.records["Vendors"].values())
    assert names == ["Acme Ltd.", "Works 0000"]


@on_sqlite
def test_who_shares_what_another_could_not_create_is_told(warm, world, parts):
    leads = new_leads(world, 2, Company="Acme Ltd.")
    one = planned(warm, parts, leads)
    assert start(warm, one).status_code == 202
    world.module("Vendors").creatable = False
    work(parts, one["id"])
    told = [(each["state"], each["reason"]["code"]) for each in rows(warm, one["id"])]
    assert told == [("failed", "step_refused"), ("failed", "shared_not_made")]
    world.module("Vendors").creatable = True
    assert warm.ask("POST", f"{PATH}/{one['id']}/retry").status_code == 202
    work(parts, one["id"])
    assert look(warm, one["id"])["counts"]["done"] == 2
    assert len(world.records["Vendors"]) == 1


@on_sqlite
def test_a_batch_is_undone_as_a_whole_and_only_once(warm, world, parts):
    one = done(warm, parts, new_leads(world, 3))
    answer = warm.ask("POST", f"{PATH}/{one['id']}/undo", json={})
    assert (answer.status_code, answer.json["state"]) == (202, "undoing")
    work(parts, one["id"])
    assert (look(warm, one["id"])["state"], len(world.records["Vendors"])) == ("undone", 0)
    again = warm.ask("POST", f"{PATH}/{one['id']}/undo", json={})
    assert error_of(again) == (409, "wrong_state")
    assert error_of(warm.ask("POST", f"{PATH}/{one['id']}/cancel")) == (409, "wrong_state")


@on_sqlite
def test_what_hangs_on_a_lead_is_carried(warm, world, parts):
    leads = new_leads(world, 3)
    parent = {"Parent_Id": {"id": leads[1], "name": "Doe 1"}, "$se_module": "Leads"}
    note = {"Note_Title": "Call", "Note_Content": "Rang.", **parent}
    world.add_record("Notes", note, owner=world.users[1])
    done(warm, parts, leads)
    [copy] = [one for one in world.records["Notes"].values() if one["$se_module"] == "Vendors"]
    assert copy["Note_Title"] == "Call"


@on_sqlite
def test_what_each_lead_loses_and_how_long_it_takes_is_told_before_anybody_says_yes(
    warm, world, parts
):
    leads = new_leads(world, 40)
    world.find("Leads", leads[1])["Designation"] = "Buyer"
    one = planned(warm, parts, leads)
    # A vendor has no field for a last name.
    assert (one["lost"], one["leads_with_losses"]) == (41, 40)
    assert one["estimate"]["seconds"] > 0
    first, second = rows(warm, one["id"])[:2]
    assert ([each["field"] for each in first["losses"]], first["lost"]) == (["Last_Name"], 1)
    assert {each["field"] for each in second["losses"]} == {"Last_Name", "Designation"}
    table = warm.get(f"{PATH}/{one['id']}/ledger.csv").text.lstrip("\ufeff")
    cells = list(csv.DictReader(io.StringIO(table)))
    assert [each["lost"] for each in cells[:3]] == ["1", "2", "1"]
    assert [each["losses"].count("Title: ") for each in cells[:3]] == [0, 1, 0]
    assert start(warm, one).json["seconds_left"] == one["estimate"]["seconds"]


# Trouble


@on_sqlite
def test_bad_requests_make_nothing(warm, world, parts):
    leads = new_leads(world, 2)
    assert error_of(ask(warm, [str(10**15 + at) for at in range(501)])) == (422, "invalid_input")
    assert error_of(ask(warm, [leads[0], leads[0]])) == (422, "invalid_input")
    assert error_of(ask(warm, leads, target="Nothing")) == (422, "invalid_input")
    assert error_of(ask(warm, leads, unknown="x")) == (422, "invalid_input")
    typed = {"Vendors": {"values": {"Vendor_Name": "${Nothing}"}}}
    assert error_of(ask(warm, leads, records=typed)) == (422, "invalid_input")
    assert warm.get(PATH).json == {"batches": []}


@on_sqlite
def test_leads_of_others_are_blocked_and_nothing_of_them_is_told(
    warm, stranger, world, elsewhere, parts
):
    """One that the person may not see, one of another org, and one that never was."""
    secret = {"Last_Name": "Hush", "Company": "Hidden Inc.", "Email": "hush@hidden.example"}
    hidden = str(world.add_record("Leads", secret, owner=world.users[0])["id"])
    foreign = str(elsewhere.add_record("Leads", secret, owner=elsewhere.users[0])["id"])
    leads = [*new_leads(world, 1), hidden, foreign, "999999"]
    one = done(warm, parts, leads)
    assert (one["state"], one["counts"]["done"], one["counts"]["blocked"]) == ("done", 1, 3)
    blocked = rows(warm, one["id"], state="blocked")
    assert [each["lead"] for each in blocked] == leads[1:]
    assert {each["reason"]["code"] for each in blocked} == {"not_found"}
    assert [each["Vendor_Name"] for each in world.records["Vendors"].values()] == ["Works 0000"]
    told = warm.get(f"{PATH}/{one['id']}/ledger.csv").text + str([one, *blocked])
    assert not [word for word in ("Hush", "Hidden", "hidden.example") if word in told]
    assert stranger.options(foreign).json["lead"]["company"] == "Hidden Inc."


@on_sqlite
def test_a_digest_that_lies_starts_nothing(warm, world, parts):
    one = planned(warm, parts, new_leads(world, 1))
    answer = start(warm, {**one, "digest": "0" * 64})
    assert error_of(answer) == (409, "plan_changed")
    assert answer.json["error"]["details"]["batch"]["digest"] == one["digest"]
    assert not everything(parts, Conversion)


@on_sqlite
def test_while_it_is_planned_it_cannot_be_started(warm, world, parts):
    one = ask(warm, new_leads(world, 1)).json
    assert error_of(start(warm, {**one, "digest": "0" * 64})) == (409, "wrong_state")


@on_sqlite
def test_nobody_else_sees_a_batch(warm, stranger, person, world, parts, admin):
    one = planned(warm, parts, new_leads(world, 1))
    at = f"{PATH}/{one['id']}"
    for path in (at, f"{at}/ledger", f"{at}/ledger.csv"):
        assert error_of(stranger.get(path)) == (404, "not_found")
    for deed, body in (
        ("start", {"digest": one["digest"]}),
        ("undo", {}),
        ("leads", {"leads": ["1"]}),
    ):
        answer = stranger.ask("POST", f"{at}/{deed}", json=body)
        assert error_of(answer) == (404, "not_found")
    for deed in ("cancel", "retry"):
        assert error_of(stranger.ask("POST", f"{at}/{deed}")) == (404, "not_found")
    assert stranger.get(PATH).json == {"batches": []}
    assert [each["id"] for each in admin.get(PATH).json["batches"]] == [one["id"]]


@on_sqlite
def test_templates_are_filled_from_each_lead(warm, world, parts):
    typed = {"Vendors": {"values": {"Vendor_Name": "${Company} - ${Last_Name}"}}}
    done(warm, parts, new_leads(world, 2), records=typed)
    names = sorted(one["Vendor_Name"] for one in world.records["Vendors"].values())
    assert names == ["Works 0000 - Doe 0", "Works 0001 - Doe 1"]


@on_sqlite
def test_a_ledger_as_csv_holds_no_formula(warm, world, parts):
    one = planned(warm, parts, new_leads(world, 1, Company="=1+1"))
    answer = warm.get(f"{PATH}/{one['id']}/ledger.csv")
    assert answer.data.startswith(b"\xef\xbb\xbfplace,lead,name")
    assert ",'=1+1," in answer.text


@on_sqlite
def test_a_cancelled_batch_does_no_more(warm, world, parts):
    one = planned(warm, parts, new_leads(world, 2))
    assert start(warm, one).status_code == 202
    assert warm.ask("POST", f"{PATH}/{one['id']}/cancel").json["state"] == "cancelled"
    work(parts, one["id"])
    assert (look(warm, one["id"])["counts"]["cancelled"], len(world.records["Vendors"])) == (2, 0)


@on_sqlite
def test_what_is_done_cannot_be_cancelled_and_stays(warm, world, parts):
    one = done(warm, parts, new_leads(world, 2))
    refused = warm.ask("POST", f"{PATH}/{one['id']}/cancel")
    assert error_of(refused) == (409, "wrong_state")
    assert refused.json["error"]["details"] == {"state": "done"}
    assert refused.json["error"]["message"].endswith("with a batch that is done.")
    assert look(warm, one["id"]) == one
    assert len(world.records["Vendors"]) == 2


@on_sqlite
def test_what_is_cancelled_while_it_runs_ends_with_its_wave(warm, world, parts, wire):
    after = {"kind": "mark", "values": {"Lead_Status": "Contacted"}}
    leads = new_leads(world, 2)
    one = planned(warm, parts, leads, lead_after=after)
    assert start(warm, one).status_code == 202

    def cancel(request: Any) -> None:
        if request.method == "POST" and request.path_url.endswith("/Vendors"):
            answer = warm.ask("POST", f"{PATH}/{one['id']}/cancel")
            assert answer.status_code == 202, answer.json

    wire.before = cancel
    work(parts, one["id"])
    wire.before = None
    assert look(warm, one["id"])["state"] == "cancelled"
    assert len(world.records["Vendors"]) == 2
    assert "Contacted" not in {world.find("Leads", each).get("Lead_Status") for each in leads}
    assert warm.ask("POST", f"{PATH}/{one['id']}/undo", json={}).status_code == 202
    work(parts, one["id"])
    assert not world.records["Vendors"]


@on_sqlite
def test_where_credits_run_short_it_pauses_and_goes_on_by_itself(warm, world, parts, clock):
    one = begun(warm, parts, new_leads(world, 2))
    world.limits.credits = world.limits.spent + 1_000
    world.limits.charge(600)
    verdict = batch_runs.process(parts, one["id"], "0")
    assert verdict == batch_runs.Again(900)
    paused = look(warm, one["id"])
    assert (paused["state"], paused["problem"]["code"]) == ("paused", "paused")
    assert not world.records["Vendors"]
    world.limits.credits = None
    clock.advance(minutes=20)
    work(parts, one["id"])
    assert look(warm, one["id"])["counts"]["done"] == 2


@on_sqlite
def test_while_zoho_is_busy_it_says_so_and_goes_on_by_itself(warm, world, parts):
    one = begun(warm, parts, new_leads(world, 2), lead_after=MARK)
    world.faults.order("busy", method="POST", path="/Vendors", times=None)
    for _ in range(2):
        assert isinstance(batch_runs.process(parts, one["id"], "0"), batch_runs.Again)
        waits = look(warm, one["id"])
        assert (waits["state"], waits["problem"]["code"]) == ("paused", "zoho_busy")
    world.faults.clear()
    world.faults.order("answer_lost", method="PUT", path="/Leads")
    batch_runs.process(parts, one["id"], "0")
    assert look(warm, one["id"])["state"] == "running", "once something is done"
    work(parts, one["id"])
    over = look(warm, one["id"])
    assert (over["state"], over["problem"], over["counts"]["done"]) == ("done", None, 2)


@on_sqlite
def test_more_credits_than_are_left_are_refused_with_the_numbers(warm, world, parts):
    world.limits.credits = world.limits.spent * 2 + 20
    one = planned(warm, parts, new_leads(world, 2))
    assert (one["possible"], one["problem"]["code"]) == (False, "too_few_credits")
    answer = start(warm, one)
    assert error_of(answer) == (409, "too_few_credits")
    assert answer.json["error"]["details"]["needed"] == one["estimate"]["credits"]


@on_sqlite
def test_a_batch_whose_leads_have_changed_says_no_more_that_zoho_is_busy(warm, world, parts, clock):
    one = begun(warm, parts, new_leads(world, 2))
    world.faults.order("busy", method="POST", path="/Vendors", times=None)
    assert isinstance(batch_runs.process(parts, one["id"], "0"), batch_runs.Again)
    assert look(warm, one["id"])["problem"]["code"] == "zoho_busy"
    world.faults.clear()
    for lead in world.records["Leads"].values():
        lead.update({"Company": "X", "Modified_Time": "2026-01-10T13:00:00+00:00"})
    clock.advance(minutes=5)
    work(parts, one["id"])
    found = look(warm, one["id"])
    assert (found["counts"]["waiting"], found["problem"]) == (2, None)

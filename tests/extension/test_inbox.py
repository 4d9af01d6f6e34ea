"""A workflow rule calls for a conversion, and the rules and rights of the org decide about it."""

from typing import Any

import pytest
from requests import PreparedRequest, Response
from sqlalchemy import update

from extension import inbox
from extension.attempts import Again
from extension.store.conversions import Conversion
from extension.store.inbox import Delivery
from extension.store.models import Grant
from tests.extension.conversion_rig import MARK, agree, change_phone
from tests.extension.hook_rig import AUTOMATION, choose, delivery, vendors, work
from tests.extension.rig import another_answer, error_of, everything, on_sqlite


def test_a_call_converts_the_lead_to_the_target_that_it_names(rule, admin, lead, world, parts):
    answer = rule.call(lead_id=lead, action="convert", target="Vendors")
    work(parts)
    done = delivery(admin, answer)
    assert (done["state"], done["problem"]) == ("done", None)
    assert done["conversion"]["state"] == "done"
    assert vendors(world) == ["Acme"]
    again = rule.call(lead_id=lead, action="convert", target="Vendors")
    assert again.json["repeated"] is True
    assert again.json["conversion"] == done["conversion"]["id"]


@on_sqlite
def test_without_a_target_the_first_rule_that_fits_chooses(rule, admin, lead, world, parts):
    never = {"name": "Never", "when": [{"field": "Company", "is": "Other"}], "target": "zoho"}
    ours = {
        "name": "Suppliers", "when": [{"field": "Company", "is": "Acme"}], "target": "Vendors",
        "choices": {"lead_after": MARK, "carry": {"Notes": "leave"}},
    }  # fmt: skip
    choose(admin, rules=[never, ours, {"name": "Rest", "target": "zoho"}])
    answer = rule.call(lead_id=lead, action="convert")
    work(parts)
    assert delivery(admin, answer)["conversion"]["state"] == "done"
    assert vendors(world) == ["Acme"]
    assert world.find("Leads", lead)["Lead_Status"] == "Contacted"
    notes = [one["Note_Title"] for one in world.records["Notes"].values()]
    assert notes.count("Call") == 1, "the rule says that notes stay"


@on_sqlite
def test_where_no_rule_fits_nothing_happens_and_that_is_recorded(rule, admin, lead, world, parts):
    answer = rule.call(lead_id=lead, action="convert")
    work(parts)
    came = delivery(admin, answer)
    assert (came["state"], came["problem"]["code"]) == ("nothing", "no_rule")
    assert vendors(world) == []


@on_sqlite
@pytest.mark.parametrize(
    ("trouble", "code"),
    [("gone", "not_found"), ("locked", "not_possible"), ("target", "unknown_target")],
)
def test_what_stands_in_the_way_is_recorded_and_can_be_replayed(
    rule, admin, lead, world, parts, trouble, code
):
    kept = world.find("Leads", lead)
    if trouble == "gone":
        del world.records["Leads"][lead]
    elif trouble == "locked":
        kept["Locked__s"] = True
    target = "Nowhere" if trouble == "target" else "Vendors"
    answer = rule.call(lead_id=lead, action="convert", target=target)
    work(parts)
    came = delivery(admin, answer)
    assert (came["state"], came["problem"]["code"]) == ("failed", code)
    assert came["problem"]["message"].endswith((".", ")"))
    world.records["Leads"][lead] = kept
    kept.pop("Locked__s", None)
    replayed = admin.ask("POST", f"/api/v1/deliveries/{came['id']}/replay")
    assert (replayed.status_code, replayed.json["state"]) == (202, "accepted")
    work(parts)
    if trouble != "target":
        assert delivery(admin, answer)["conversion"]["state"] == "done"
        assert vendors(world) == ["Acme"]
        again = admin.ask("POST", f"/api/v1/deliveries/{came['id']}/replay")
        assert error_of(again) == (409, "wrong_state")


@pytest.fixture
def locked_out(rule, admin, rep, lead, world, parts, zoho, clock) -> dict[str, Any]:
    """A call that came while Zoho lets nobody in for the person as whom automation acts."""
    zoho.withdraw(world, world.users[0])
    clock.advance(hours=2)
    answer = rule.call(lead_id=lead, action="convert", target="Vendors")
    assert isinstance(looked_at(parts, lead), Again)
    return dict(answer.json)


def looked_at(parts: Any, lead: str) -> Any:
    inbox.put_in_line(parts)
    [row, *_] = everything(parts, Delivery)
    return inbox.process(parts, f"lead-{row.installation_id}-{lead}")


@on_sqlite
def test_a_call_waits_for_the_person_whose_consent_is_withdrawn(
    locked_out, admin, world, parts, clock
):
    [row] = everything(parts, Delivery)
    assert (row.state, row.problem["code"]) == ("accepted", "grant_revoked")
    assert inbox.put_in_line(parts) == 0, "it is asked about now and then, by itself"
    clock.advance(seconds=1)
    admin.sign_in(world, world.users[0])
    assert inbox.put_in_line(parts) == 1, "at once"
    work(parts)
    [came] = admin.get("/api/v1/deliveries").json["deliveries"]
    assert (came["state"], came["problem"]) == ("done", None)
    assert vendors(world) == ["Acme"]


@on_sqlite
def test_a_call_that_waits_goes_on_as_soon_as_somebody_else_is_chosen(
    locked_out, rep, world, parts
):
    rep.sign_in(world, world.users[1])
    with parts.sessions.begin() as db:
        mine = Grant.zoho_user_id == str(world.users[1].id)
        db.execute(update(Grant).where(mine).values(administrator=True))
    shown = rep.get(f"/api/v1/deliveries/{locked_out['delivery']}").json
    assert (shown["state"], shown["problem"]["code"]) == ("accepted", "grant_revoked")
    body = {"version": 0, "automation": {}, "acts_as": str(world.users[1].id)}
    assert rep.ask("PUT", AUTOMATION, json=body).status_code == 200
    work(parts)
    assert rep.get(f"/api/v1/deliveries/{shown['id']}").json["conversion"]["state"] == "done"
    [made] = world.records["Vendors"].values()
    assert made["Created_By"]["id"] == str(world.users[1].id)


@on_sqlite
@pytest.mark.parametrize("owner", [0, 1], ids=["hidden from them", "their own"])
def test_the_rights_of_whom_automation_acts_as_decide(rule, admin, rep, lead, world, parts, owner):
    """Leads are private: a rep sees no administrator's."""
    of = world.users[owner]
    world.find("Leads", lead)["Owner"] = {"id": str(of.id), "name": of.full_name}
    body = {"version": 0, "automation": {}, "acts_as": str(world.users[1].id)}
    assert admin.ask("PUT", AUTOMATION, json=body).status_code == 200
    answer = rule.call(lead_id=lead, action="convert", target="Vendors")
    work(parts)
    came = delivery(admin, answer)
    sees = (came["state"], (came["problem"] or {}).get("code"), vendors(world))
    assert sees == [("failed", "not_found", []), ("done", None, ["Acme"])][owner]


@on_sqlite
def test_a_lead_that_has_become_that_already_becomes_it_no_second_time(
    rule, admin, lead, world, parts
):
    call = {"lead_id": lead, "action": "convert", "target": "Vendors"}
    first = rule.call(**call, rule="1")
    second = rule.call(**call, rule="2")
    work(parts)
    assert delivery(admin, first)["state"] == "done"
    came = delivery(admin, second)
    assert (came["state"], came["problem"]["code"]) == ("nothing", "already_converted")
    assert came["conversion"] == delivery(admin, first)["conversion"]
    assert vendors(world) == ["Acme"]


@on_sqlite
def test_two_rules_for_one_lead_wait_for_each_other(rule, admin, lead, world, parts):
    """The second is not even begun while the first one's conversion is carried out."""
    choose(admin, assess={"readiness": "Description"})
    rule.call(lead_id=lead, action="convert", target="Vendors")
    second = rule.call(lead_id=lead, action="assess")
    [row, *_] = everything(parts, Delivery)
    run_id = f"lead-{row.installation_id}-{lead}"
    assert isinstance(inbox.process(parts, run_id), Again)
    assert [one.state for one in everything(parts, Delivery)] == ["done", "accepted"]
    work(parts)
    assert delivery(admin, second)["state"] in ("done", "nothing")


@on_sqlite
def test_a_conversion_that_waits_for_a_person_is_not_overtaken(
    rule, admin, warm, lead, world, parts
):
    conversion = agree(warm, lead).json["id"]
    change_phone(world, lead)
    work(parts)
    answer = rule.call(lead_id=lead, action="convert", target="Vendors")
    work(parts)
    came = delivery(admin, answer)
    assert (came["state"], came["problem"]["code"]) == ("failed", "conversion_open")
    assert came["conversion"] == {"id": conversion, "state": "waiting"}


@on_sqlite
def test_a_call_is_not_done_by_what_somebody_else_asked_for_while_the_lead_was_looked_at(
    rule, admin, rep, warm, lead, world, parts, wire
):
    answer = rule.call(lead_id=lead, action="convert", target="Vendors")
    asked: list[str] = []

    def click(_request: Any) -> None:
        if not asked:
            asked.append("")
            asked[0] = agree(rep, lead, "zoho").json["id"]

    wire.before = click
    assert isinstance(looked_at(parts, lead), Again), "it waits for that one"
    wire.before = None
    came = delivery(admin, answer)
    assert (came["state"], came["conversion"]) == ("accepted", None)
    work(parts)
    came = delivery(admin, answer)
    assert (came["state"], came["problem"]["code"]) == ("nothing", "already_converted")
    assert [one.public_id for one in everything(parts, Conversion)] == asked


@on_sqlite
def test_a_second_edit_within_a_minute_is_not_taken_for_the_first(
    rule, admin, lead, world, parts, clock
):
    suppliers = {"name": "S", "when": [{"field": "Company", "is": "Other"}], "target": "Vendors"}
    choose(admin, rules=[suppliers])
    said = "Jan 10, 2026 12:00 PM"
    first = rule.call(lead_id=lead, action="convert", rule="A", modified_time=said)
    work(parts)
    assert delivery(admin, first)["problem"]["code"] == "no_rule"
    clock.advance(seconds=40)
    world.find("Leads", lead)["Company"] = "Other"
    second = rule.call(lead_id=lead, action="convert", rule="A", modified_time=said)
    work(parts)
    assert delivery(admin, second)["conversion_state"] == "done"
    assert vendors(world) == ["Other"]


@on_sqlite
def test_a_delivery_that_is_done_tells_what_has_become_of_its_conversion(
    rule, admin, lead, parts, wire
):
    answer = rule.call(lead_id=lead, action="convert", target="Vendors")
    looked_at(parts, lead)
    came = delivery(admin, answer)
    assert (came["state"], came["conversion_state"]) == ("done", "queued")

    def no_vendor(request: PreparedRequest, said: Response) -> Response:
        if (request.method, request.path_url.split("?")[0][-8:]) != ("POST", "/Vendors"):
            return said
        refusal = {"status": "error", "code": "RECORD_LOCKED", "message": "locked", "details": {}}
        return another_answer(said, data=[refusal])

    wire.twist = no_vendor
    work(parts)
    [listed] = admin.get("/api/v1/deliveries").json["deliveries"]
    assert (listed["state"], listed["conversion_state"]) == ("done", "failed")
    unknown = rule.call(lead_id="5", action="convert", target="Vendors")
    work(parts)
    assert delivery(admin, unknown)["conversion_state"] is None


@on_sqlite
def test_a_call_that_comes_while_the_first_is_dealt_with_is_not_lost(
    rule, admin, lead, world, parts, wire
):
    when = {"field": "Lead_Status", "is": "Contacted"}
    choose(admin, rules=[{"name": "R", "target": "Vendors", "when": [when]}])
    answers = []

    def after(request, answer):
        if not answers and request.method == "GET" and f"/Leads/{lead}" in request.path_url:
            # Somebody edits the lead again, and its rule calls.
            world.find("Leads", lead).update(
                {"Lead_Status": "Contacted", "Modified_Time": "2026-01-10T13:00:00+00:00"}
            )
            answers.append(rule.call(lead_id=lead, action="convert", rule="1"))
        return answer

    rule.call(lead_id=lead, action="convert", rule="1")
    wire.twist = after
    work(parts)
    wire.twist = None
    work(parts)
    assert vendors(world) == ["Acme"]


@on_sqlite
def test_who_is_back_is_not_asked_to_sign_in_while_zoho_is_busy(
    rule, admin, lead, world, parts, zoho, clock
):
    zoho.withdraw(world, world.users[0])
    clock.advance(hours=2)
    answer = rule.call(lead_id=lead, action="convert", target="Vendors")
    inbox.put_in_line(parts)
    [row] = everything(parts, Delivery)
    run = f"lead-{row.installation_id}-{lead}"
    inbox.process(parts, run)
    admin.sign_in(world, world.users[0])
    world.faults.order("busy", method="GET", path=f"/Leads/{lead}", times=None)
    clock.advance(minutes=5)
    inbox.put_in_line(parts)
    inbox.process(parts, run)
    assert delivery(admin, answer)["problem"] is None

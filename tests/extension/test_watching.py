"""What Zoho tells us by itself: channels kept open, notifications heard, and what was missed."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from extension import catalogues, housekeeping, running, watching
from extension.store.conversions import Conversion, Line
from extension.store.inbox import Remembered
from extension.store.models import Installation, Job, Metadata
from extension.store.watching import Touched, Watch
from tests.extension.batch_rig import new_leads
from tests.extension.conversion_rig import agree, new_lead
from tests.extension.hook_rig import rule_of
from tests.extension.rig import asked, error_of, everything, on_postgresql, on_sqlite
from tests.extension.watch_rig import PATH, channels, post


def turns(parts):
    """How often each conversion was put in line."""
    return {row.run_id: row.asked for row in everything(parts, Job)}


# Notifications


def test_what_was_seen_of_a_lead_is_looked_at_anew(watched, rep, nobody, world, parts):
    lead = new_lead(world)
    path, wish = f"/api/v1/leads/{lead}/plan", {"target": "Vendors"}
    assert rep.ask("POST", path, json=wish).status_code == 200
    world.log.clear()
    assert rep.ask("POST", path, json=wish).status_code == 200
    assert asked(world, f"/Leads/{lead}") == 0, "it was seen a moment ago"
    assert post(nobody, channels(world)["Leads"], [lead]).status_code == 200
    assert rep.ask("POST", path, json=wish).status_code == 200
    assert asked(world, f"/Leads/{lead}") > 0


@on_sqlite
def test_a_vendor_that_has_changed_may_be_the_double_of_any_lead(watched, nobody, world, parts):
    answer = post(nobody, channels(world)["Vendors"], ["77"], module="Vendors")
    assert answer.json == {"state": "accepted"}
    assert [row.lead_id for row in everything(parts, Touched)] == [""]


@on_sqlite
def test_the_channel_says_which_module_it_is_about(watched, nobody, world, parts):
    post(nobody, channels(world)["Vendors"], ["77"], module="Leads")
    assert [row.lead_id for row in everything(parts, Touched)] == [""]


@on_sqlite
def test_the_same_notification_twice_is_no_news(watched, nobody, world, parts):
    for _ in range(2):
        post(nobody, channels(world)["Leads"], ["5", "6", "5"])
    assert sorted(row.lead_id for row in everything(parts, Touched)) == ["5", "6"]


@on_sqlite
@pytest.mark.parametrize(
    "ids", [None, "5", [], [None], [True], [{"id": "5"}], ["x" * 30], [[]], ["5; drop table"]]
)
def test_ids_that_are_none_are_passed_over(watched, nobody, world, parts, ids):
    one = channels(world)["Leads"]
    body = {"channel_id": one["channel_id"], "token": one["token"], "ids": ids}
    assert nobody.client.post(PATH, json=body).status_code == 200
    assert [row.lead_id for row in everything(parts, Touched)] == []


@on_sqlite
@pytest.mark.parametrize(
    "changes",
    [{"token": "x"}, {"token": ""}, {"token": None}, {"token": 5}, {"channel_id": "1"},
     {"channel_id": None}, {"channel_id": "x"}, {"channel_id": ""}],
)  # fmt: skip
def test_who_does_not_know_the_token_learns_nothing(watched, nobody, world, parts, changes):
    answer = post(nobody, channels(world)["Leads"], ["5"], **changes)
    assert error_of(answer) == (403, "forged_delivery")
    assert everything(parts, Touched) == []


@on_sqlite
def test_the_token_of_another_channel_opens_none(
    watched, stranger, nobody, world, elsewhere, parts
):
    watching.tend(parts)
    mine, theirs = channels(world)["Leads"], channels(elsewhere)["Leads"]
    answer = post(nobody, {**mine, "token": theirs["token"]})
    assert error_of(answer) == (403, "forged_delivery")


@on_sqlite
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"5", b"[" * 5000, b"\xff", b"null"])
def test_what_is_no_notification_is_refused(watched, nobody, parts, body):
    answer = nobody.client.post(PATH, data=body, content_type="application/json")
    assert error_of(answer) == (403, "forged_delivery")


@on_postgresql
@pytest.mark.parametrize("text", ["\ud800", "\0"])
@pytest.mark.parametrize("what", ["token", "channel_id", "ids", "module", "operation"])
def test_a_text_that_no_database_would_keep_is_no_fault_of_ours(watched, nobody, world, what, text):
    strange = [text] if what == "ids" else text
    answer = post(nobody, channels(world)["Leads"], **{what: strange})
    assert answer.status_code == (403 if what in ("token", "channel_id") else 200), answer.text


@on_sqlite
def test_what_is_too_large_is_not_read(watched, nobody, world):
    body = json.dumps({"ids": ["1" * 20] * 4000})
    assert error_of(nobody.client.post(PATH, data=body)) == (413, "too_large")


# What it means for conversions


def test_a_conversion_in_line_is_looked_at_when_its_lead_has_changed(
    watched, rep, nobody, world, parts
):
    lead = new_lead(world, "Edited")
    one = agree(rep, lead).json["id"]
    before = turns(parts)
    world.records["Leads"][lead]["Modified_Time"] = "2026-01-10T12:00:01+00:00"
    world.records["Leads"][lead]["Company"] = "Another"
    post(nobody, channels(world)["Leads"], [lead])
    assert turns(parts)[one] == before[one] + 1
    running.run(parts, [one])
    [row] = everything(parts, Conversion)
    assert (row.state, row.question["code"]) == ("waiting", "lead_changed")
    assert world.records["Vendors"] == {}


@on_sqlite
def test_one_that_has_begun_is_left_to_go_on(watched, rep, nobody, world, parts):
    lead = new_lead(world, "Begun")
    one = agree(rep, lead).json["id"]
    running.run(parts, [one])
    before = turns(parts)
    assert post(nobody, channels(world)["Leads"], [lead]).status_code == 200
    assert turns(parts) == before, "our own writes are told us, too"


@on_sqlite
def test_one_of_a_batch_is_left_to_its_batch(watched, rep, nobody, world, parts, clock):
    lead = new_lead(world, "Paused")
    agree(rep, lead)
    with parts.sessions.begin() as db:
        db.execute(update(Conversion).values(batch_id=1))
    before = turns(parts)
    world.records["Leads"][lead]["Modified_Time"] = "2026-01-10T12:00:01+00:00"
    assert post(nobody, channels(world)["Leads"], [lead]).status_code == 200
    clock.advance(hours=1, minutes=1)
    watching.sweep(parts)
    assert turns(parts) == before


@on_sqlite
def test_options_worked_out_for_an_edit_outlast_the_notification_of_it(
    watched, nobody, world, parts
):
    lead = new_lead(world, "Edited")
    rule_of(watched).call(lead_id=lead, action="options")
    assert len(everything(parts, Remembered)) == 1
    post(nobody, channels(world)["Leads"], [lead])
    assert [row.lead_id for row in everything(parts, Remembered)] == [lead]
    world.log.clear()
    assert watched.options(lead).status_code == 200
    assert asked(world) == 1, "whether the lead is still the same"
    post(nobody, channels(world)["Vendors"], ["77"], module="Vendors")
    assert everything(parts, Remembered) == [], "it might be a double of any lead"


@on_sqlite
@pytest.mark.parametrize(("seconds", "kept"), [(-1, True), (0, False), (1, False)])
def test_options_worked_out_before_a_change_are_forgotten_when_it_is_told(
    watched, nobody, world, parts, clock, seconds, kept
):
    lead, other = new_lead(world, "Edited"), new_lead(world, "Other")
    rule = rule_of(watched)
    for one in (lead, other):
        rule.call(lead_id=one, action="options")
    moment = int((parts.clock() + timedelta(seconds=seconds)).timestamp() * 1000)
    post(nobody, channels(world)["Leads"], [lead], server_time=moment)
    rows = {row.lead_id for row in everything(parts, Remembered)}
    assert rows == ({lead, other} if kept else {other})


@on_sqlite
@pytest.mark.parametrize("module", ["Vendors", "Contacts", "Accounts"])
def test_options_show_doubles_so_a_change_of_one_forgets_them(
    watched, nobody, world, parts, module
):
    lead = new_lead(world, "Edited")
    rule_of(watched).call(lead_id=lead, action="options")
    post(nobody, channels(world)[module], ["77"], module=module)
    assert everything(parts, Remembered) == []


@on_sqlite
def test_another_orgs_notification_wakes_nothing_here(
    watched, rep, stranger, nobody, world, elsewhere, parts
):
    watching.tend(parts)
    lead = new_lead(world, "Mine")
    agree(rep, lead)
    before = turns(parts)
    assert post(nobody, channels(elsewhere)["Leads"], [lead]).status_code == 200
    assert turns(parts) == before


# What was missed


def test_a_sweep_finds_what_no_notification_told(watched, rep, world, parts, clock):
    changed, same, gone = (new_lead(world, name) for name in ("Changed", "Same", "Gone"))
    ids = {name: agree(rep, lead).json["id"]
           for name, lead in (("changed", changed), ("same", same), ("gone", gone))}  # fmt: skip
    world.records["Leads"][changed]["Modified_Time"] = "2026-01-10T12:00:01+00:00"
    del world.records["Leads"][gone]
    before = turns(parts)
    assert watching.sweep(parts) == 0, "not yet"
    clock.advance(hours=1, minutes=1)
    world.log.clear()
    assert watching.sweep(parts) == 2
    assert asked(world, "/Leads") == 1
    more = {one for one, count in turns(parts).items() if count > before[one]}
    assert more == {ids["changed"], ids["gone"]}
    assert watching.sweep(parts) == 0, "at most once an hour"


@pytest.fixture
def in_line(rep, world, parts):
    """More conversions that have written nothing yet than one sweep looks at."""
    agree(rep, new_lead(world, "Acme"))
    [first] = everything(parts, Conversion)
    alike = {one.name: getattr(first, one.name) for one in Conversion.__table__.columns}
    del alike["id"], alike["public_id"], alike["lead_id"], alike["lead_stamp"]
    leads = {one: str(world.find("Leads", one)["Modified_Time"]) for one in new_leads(world, 600)}
    with parts.sessions.begin() as db:
        db.add_all(
            Conversion(public_id=f"c{lead[-8:]}", lead_id=lead, lead_stamp=stamp, **alike)
            for lead, stamp in leads.items()
        )
    return leads


@on_sqlite
@pytest.mark.parametrize(
    ("credits_left", "calls"),
    [(None, 5), (1_500, 5), (800, 1)],
    ids=["plenty", "enough", "nearly used up"],
)
def test_a_sweep_costs_five_calls_at_most_and_one_where_credits_run_short(
    watched, in_line, world, parts, clock, credits_left, calls
):
    clock.advance(hours=1, minutes=1)
    if credits_left is not None:
        world.limits.charge(2_000)
        world.limits.credits = world.limits.spent + credits_left
    world.log.clear()
    assert watching.sweep(parts) == 0
    assert (asked(world, "/Leads"), asked(world)) == (calls, calls)


@on_sqlite
def test_a_sweep_comes_round_to_all_that_is_in_line(watched, in_line, world, parts, clock):
    newest, oldest = list(in_line)[-1], next(iter(in_line))
    del world.records["Leads"][newest]
    found = []
    for _ in range(2):
        clock.advance(hours=1, minutes=1)
        found.append(watching.sweep(parts))
    assert found == [0, 1]
    del world.records["Leads"][oldest]
    for _ in range(2):
        clock.advance(hours=1, minutes=1)
        found.append(watching.sweep(parts))
    assert 2 in found, "and from the beginning again"


@on_sqlite
def test_where_credits_run_short_the_next_sweep_goes_on_where_this_one_ended(
    watched, in_line, world, parts, clock
):
    world.limits.charge(2_000)
    world.limits.credits = world.limits.spent + 800
    del world.records["Leads"][list(in_line)[150]]
    found = []
    for _ in range(2):
        clock.advance(hours=1, minutes=1)
        found.append(watching.sweep(parts))
    assert found == [0, 1]


@on_sqlite
def test_what_a_sweep_has_found_counts_where_zoho_fails_after_it(
    watched, in_line, world, parts, clock, wire
):
    del world.records["Leads"][next(iter(in_line))]
    clock.advance(hours=1, minutes=1)
    with parts.sessions.begin() as db:
        db.execute(delete(Touched))

    def fail_the_second(_request):
        if asked(world, "/Leads") == 1:
            world.faults.order("server_error", path="/Leads", times=None)

    world.log.clear()
    wire.before = fail_the_second
    watching.sweep(parts)
    assert [row.lead_id for row in everything(parts, Touched)] == [next(iter(in_line))]


@on_sqlite
def test_a_sweep_of_nothing_costs_nothing(watched, world, parts, clock):
    clock.advance(hours=1, minutes=1)
    world.log.clear()
    assert watching.sweep(parts) == 0
    assert asked(world) == 0


# Each org by itself


@pytest.fixture
def both(admin, stranger, world, elsewhere, parts):
    """Two orgs whose channels are open, and whose conversion is in line with its lead changed; the
    first to be seen to is broken in a way that nobody expected."""
    assert watching.tend(parts) == 2
    for person, one in ((admin, world), (stranger, elsewhere)):
        lead = new_lead(one, "Changed")
        agree(person, lead)
        one.records["Leads"][lead]["Modified_Time"] = "2026-01-10T12:00:01+00:00"
    mine, _ = everything(parts, Installation)
    with parts.sessions.begin() as db:
        one = db.scalars(select(Conversion).where(Conversion.installation_id == mine.id)).one()
        done = {"state": "done", "ended_at": parts.clock(), "step": {"kind": "Nothing"}}
        db.execute(update(Line).where(Line.conversion_id == one.id).values(**done))
        one.state = "done"
        of = (Metadata.installation_id == mine.id, Metadata.kind == catalogues.CATALOGUE)
        read_at = parts.clock() - timedelta(seconds=1)
        db.execute(update(Metadata).where(*of).values(answers={"modules": 5}, read_at=read_at))
    return mine


@on_sqlite
def test_a_fault_in_one_org_costs_no_other_its_sweep(both, parts, clock, caplog):
    clock.advance(hours=1, minutes=1)
    assert watching.sweep(parts) == 1
    assert "not swept" in caplog.text


@on_sqlite
def test_a_fault_in_one_org_costs_no_other_its_channels(both, elsewhere, parts, caplog):
    elsewhere.state.channels.clear()
    with parts.sessions.begin() as db:
        db.execute(update(Watch).values(due_at=parts.clock()))
    assert watching.tend(parts) == 1
    assert "Leads" in channels(elsewhere)
    assert "channels not seen to" in caplog.text


@on_sqlite
@pytest.mark.parametrize("turns", [watching._to_sweep, watching._due])
def test_who_dies_over_one_org_has_taken_no_other_ones_turn(both, parts, clock, turns):
    clock.advance(days=1, hours=1)
    dying = next(turns(parts)).installation.id
    [left] = [one.installation.id for one in turns(parts)]
    assert left != dying


# Forgotten


@on_sqlite
def test_what_everybody_has_heard_of_is_forgotten(watched, nobody, world, parts, clock):
    post(nobody, channels(world)["Leads"], ["5"])
    housekeeping.tidy(parts)
    assert len(everything(parts, Touched)) == 1
    clock.advance(minutes=11)
    housekeeping.tidy(parts)
    assert everything(parts, Touched) == []

"""Setting Zoho up: what would change, what came of it, and to whom it is shown."""

from threading import Thread

import pytest

from extension import running, watching
from extension.planning.own_fields import KEY_FIELD, ON_LEADS
from extension.setup_turns import LEASE
from extension.store.models import Installation
from extension.zoho.scopes import SETUP
from tests.extension.conversion_rig import agree, new_lead
from tests.extension.rig import another_answer, asked, error_of, everything, on_sqlite
from tests.extension.setup_rig import PATH, REMOVAL, applied, came, give_key, ours, shown, states

ADDRESSES = pytest.mark.parametrize(
    ("method", "body"), [("GET", None), ("POST", {"digest": "0" * 64})]
)


KEY = f"field:Vendors.{KEY_FIELD}"


# Who may


@on_sqlite
@ADDRESSES
def test_nobody_who_is_signed_out_gets_in(admin, nobody, method, body):
    assert error_of(nobody.ask(method, PATH, json=body)) == (401, "not_signed_in")


@on_sqlite
@ADDRESSES
def test_a_rep_is_refused(rep, world, method, body):
    assert error_of(rep.ask(method, PATH, json=body)) == (403, "not_admin")
    assert ours(world, "Vendors") == []


@on_sqlite
def test_a_stranger_sets_up_their_own_org_only(admin, stranger, world, elsewhere):
    world.log.clear()
    assert came(applied(stranger))[KEY] == "done"
    assert asked(world) == 0, "nothing is asked of the other org"
    assert ours(elsewhere, "Vendors") == [KEY_FIELD]
    assert ours(world, "Vendors") == []


# What would change


@on_sqlite
def test_what_is_missing_is_shown_and_nothing_is_written(admin, world):
    found = shown(admin)
    assert states(found)[KEY] == "missing"
    assert set(states(found).values()) == {"missing"}
    assert found["missing_scopes"] == []
    assert all(one["clicks"] and one["came"] is None for one in found["items"])
    assert ours(world, "Vendors") == ours(world, "Leads") == []


def test_what_was_shown_is_done_and_conversions_use_it(admin, world, parts):
    assert set(came(applied(admin)).values()) == {"done"}
    assert ours(world, "Vendors") == [KEY_FIELD]
    assert ours(world, "Leads") == sorted(one.api_name for one in ON_LEADS)
    made = world.module("Vendors").field(KEY_FIELD)
    assert (made.unique, made.length, made.data_type) == (True, 60, "text")
    again = shown(admin)
    assert set(states(again).values()) == {"right"}
    assert not any(one["clicks"] for one in again["items"])


@on_sqlite
def test_from_then_on_a_record_says_what_made_it(admin, rep, world, parts):
    applied(admin)
    one = agree(rep, new_lead(world, "Keyed")).json["id"]
    running.run(parts, [one])
    [vendor] = world.records["Vendors"].values()
    [installation] = everything(parts, Installation)
    assert vendor[KEY_FIELD].startswith(f"{installation.short_id}-{one}-")


@on_sqlite
def test_a_second_time_nothing_is_doubled(admin, world):
    applied(admin)
    before = {name: ours(world, name) for name in ("Vendors", "Leads")}
    world.log.clear()
    again = applied(admin)
    assert set(came(again).values()) == {None}
    assert {name: ours(world, name) for name in ("Vendors", "Leads")} == before


@on_sqlite
def test_what_changed_since_it_was_shown_is_not_done(admin, world):
    digest = shown(admin)["digest"]
    applied(admin)
    answer = admin.ask("POST", PATH, json={"digest": digest})
    assert error_of(answer) == (409, "setup_changed")


@on_sqlite
@pytest.mark.parametrize("body", [{}, {"digest": "x"}, {"digest": "0" * 64, "force": True}, []])
def test_a_body_that_does_not_fit_is_refused(admin, world, body):
    assert error_of(admin.ask("POST", PATH, json=body))[0] == 422
    assert ours(world, "Vendors") == []


def meanwhile(wire, do):
    """Have that done once, just before the first field is made."""

    def before(request):
        if request.method == "POST" and "/settings/fields" in request.url:
            wire.before = None
            other = Thread(target=do)
            other.start()
            other.join()

    wire.before = before


def test_of_two_who_set_up_at_once_the_second_is_told_to_wait(admin, app, world, wire):
    digest = shown(admin)["digest"]
    seen = []

    def second():
        seen.append(error_of(admin.ask("POST", PATH, json={"digest": digest})))
        removal = admin.get(REMOVAL).json["digest"]
        seen.append(error_of(admin.ask("POST", REMOVAL, json={"digest": removal})))
        seen.append(app.test_cli_runner().invoke(args=["provision"]).exit_code)

    meanwhile(wire, second)
    first = admin.ask("POST", PATH, json={"digest": digest}).json
    assert seen == [(409, "setup_busy"), (409, "setup_busy"), 1]
    assert set(came(first).values()) == {"done"}
    assert set(came(applied(admin)).values()) == {None}, "the turn is over"


@on_sqlite
def test_a_strangers_turn_is_their_own(admin, stranger, world, wire):
    digest, done = shown(admin)["digest"], []
    meanwhile(wire, lambda: done.append(came(applied(stranger))[KEY]))
    assert set(came(admin.ask("POST", PATH, json={"digest": digest}).json).values()) == {"done"}
    assert done == ["done"]


def test_whose_turn_has_become_another_s_makes_nothing_more(admin, world, wire, clock):
    digest, done = shown(admin)["digest"], []

    def long_after():
        clock.moment += LEASE * 1.1
        done.append(came(applied(admin)))

    meanwhile(wire, long_after)
    answer = admin.ask("POST", PATH, json={"digest": digest})
    assert error_of(answer) == (409, "setup_busy")
    assert set(done[0].values()) == {"done"}
    assert ours(world, "Leads") == sorted(one.api_name for one in ON_LEADS)


def opened(world):
    return sorted(name for _, name in world.state.channels)


@on_sqlite
def test_channels_are_shown_then_opened_and_never_doubled(admin, world, parts):
    assert states(shown(admin))["channel:Leads"] == "missing"
    assert opened(world) == []
    assert came(applied(admin))["channel:Leads"] == "done"
    assert opened(world) == ["Accounts", "Contacts", "Leads", "Vendors"]
    watching.tend(parts)
    assert opened(world) == ["Accounts", "Contacts", "Leads", "Vendors"], (
        "the worker keeps the same ones open"
    )
    assert came(applied(admin))["channel:Leads"] is None


@on_sqlite
def test_a_worker_that_opens_the_channels_meanwhile_changes_nothing_of_what_was_agreed_to(
    admin, world, parts
):
    digest = shown(admin)["digest"]
    assert watching.tend(parts) == 1
    answer = admin.ask("POST", PATH, json={"digest": digest})
    assert answer.status_code == 200, answer.json
    assert opened(world) == ["Accounts", "Contacts", "Leads", "Vendors"]


@on_sqlite
def test_channels_that_were_opened_by_hand_are_no_complaint_before_a_worker_looks(admin):
    def channels():
        found = admin.get("/api/v1/doctor").json["findings"]
        return [one for one in found if "tell us of all changes" in one["message"]]

    assert channels()
    applied(admin)
    assert channels() == []


@on_sqlite
def test_a_channel_that_has_ended_is_opened_again(admin, world, clock):
    applied(admin)
    clock.advance(days=8)
    admin.sign_in(world, world.users[0])
    assert states(shown(admin))["channel:Vendors"] == "missing"
    assert came(applied(admin))["channel:Vendors"] == "done"
    assert opened(world) == ["Accounts", "Contacts", "Leads", "Vendors"]


# Trouble


@on_sqlite
@pytest.mark.parametrize("trouble", ["answer_lost", "answer_cut", "server_error"])
def test_a_field_whose_answer_is_lost_is_made_once(admin, world, trouble):
    digest = shown(admin)["digest"]
    world.faults.order(trouble, method="POST", path="/settings/fields")
    answer = admin.ask("POST", PATH, json={"digest": digest}).json
    assert set(came(answer).values()) == {"done"}
    assert ours(world, "Vendors") == [KEY_FIELD]
    assert ours(world, "Leads") == sorted(one.api_name for one in ON_LEADS)


@on_sqlite
def test_where_no_answer_ever_comes_it_is_said(admin, world):
    digest = shown(admin)["digest"]
    world.faults.order("server_error", method="POST", path="/settings/fields", times=None)
    answer = admin.ask("POST", PATH, json={"digest": digest}).json
    assert {came(answer)[name] for name in came(answer) if name[:5] == "field"} == {"unclear"}


@on_sqlite
def test_a_busy_zoho_is_asked_again_later(admin, world):
    digest = shown(admin)["digest"]
    world.faults.order("busy", method="POST", path="/settings/fields")
    first = came(admin.ask("POST", PATH, json={"digest": digest}).json)
    assert sorted(first.values()) == ["done"] * (len(first) - 1) + ["refused"]
    assert set(states(shown(admin)).values()) == {"right", "missing"}
    applied(admin)
    assert set(states(shown(admin)).values()) == {"right"}


@on_sqlite
def test_a_field_that_somebody_else_has_just_made_is_found(admin, world, wire):
    digest = shown(admin)["digest"]

    def before(request):
        if request.method == "POST" and "module=Vendors" in request.url:
            wire.before = None
            give_key(world, unique=True)

    wire.before = before
    answer = admin.ask("POST", PATH, json={"digest": digest}).json
    assert came(answer)[KEY] == "done"
    assert ours(world, "Vendors") == [KEY_FIELD]


@on_sqlite
def test_without_the_permission_the_clicks_are_told(admin, world):
    digest = shown(admin)["digest"]
    world.profile("Administrator").denied.add("Crm_Implied_Customize_Zoho_CRM")
    [item] = [
        one
        for one in admin.ask("POST", PATH, json={"digest": digest}).json["items"]
        if one["id"] == KEY
    ]
    assert item["came"]["state"] == "refused"
    assert "profile" in item["came"]["message"]
    assert item["clicks"][-1]["message"].endswith("call it Convert_Anywhere_Key.")


@on_sqlite
def test_where_the_edition_refuses_it_is_said(admin, world, wire):
    digest = shown(admin)["digest"]

    def refuse(request, answer):
        if request.method == "POST" and "/settings/fields" in request.url:
            told = {"code": "FEATURE_NOT_SUPPORTED", "details": {}, "status": "error"}
            return another_answer(answer, fields=None, message="no", **told)
        return answer

    wire.twist = refuse
    view = admin.ask("POST", PATH, json={"digest": digest}).json
    assert {came(view)[name] for name in came(view) if name[:5] == "field"} == {"refused"}
    assert "edition" in view["items"][0]["came"]["message"]


@on_sqlite
def test_a_consent_from_before_is_asked_for_again(old_admin, world):
    found = shown(old_admin)
    assert found["missing_scopes"] == sorted(SETUP)
    assert found["consent_url"].endswith("/install")
    view = applied(old_admin)
    assert {one["came"]["key"] for one in view["items"]} == {"consent"}
    assert ours(world, "Vendors") == []


@on_sqlite
def test_a_field_that_lost_its_uniqueness_is_to_be_repaired(admin, world):
    give_key(world, unique=False)
    assert states(shown(admin))[KEY] == "wrong"


@on_sqlite
def test_a_field_of_another_kind_is_left_alone(admin, world):
    give_key(world, data_type="textarea", unique=False)
    assert states(shown(admin))[KEY] == "by_hand"
    assert came(applied(admin))[KEY] is None

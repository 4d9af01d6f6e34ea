"""Setting Zoho up: what would change, what came of it, and to whom it is shown."""

from threading import Thread

import pytest

from emulator import fields as f
from emulator.schema import Field
from extension import running, watching
from extension.planning.own_fields import KEY_FIELD, ON_LEADS, SHOWS
from extension.setup_turns import LEASE
from extension.store.models import Grant, Installation
from extension.zoho.scopes import SCOPES, SETUP
from tests.extension.conversion_rig import agree, new_lead
from tests.extension.rig import another_answer, asked, error_of, everything, on_sqlite
from tests.extension.setup_rig import PATH, REMOVAL, applied, came, shown, states

ADDRESSES = pytest.mark.parametrize(
    ("method", "body"), [("GET", None), ("POST", {"digest": "0" * 64})]
)


KEY = f"field:Vendors.{KEY_FIELD}"


def ours(world, module):
    return sorted(
        one.api_name for one in world.module(module).fields if one.api_name.startswith("Convert_An")
    )


@pytest.fixture
def old_admin(person, world):
    """An administrator who installed before setting Zoho up was asked for."""
    return person().at_home(world, world.users[0], installs=True, scopes=SCOPES)


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


# The names that Zoho gives


AUTOMATION = "/api/v1/automation"
OURS = {what: own.api_name for what, own in SHOWS.items()}


def assessed(admin):
    return admin.get(AUTOMATION).json["automation"]["assess"]


@on_sqlite
def test_assessments_are_written_to_the_fields_that_were_made(admin, world):
    applied(admin)
    assert assessed(admin) == OURS
    assert admin.get(AUTOMATION).json["findings"] == []


@on_sqlite
def test_where_zoho_names_a_field_otherwise_that_name_is_used(admin, world):
    taken = Field(
        api_name="Convert_Anywhere_Readiness", label="Something else", data_type="textarea",
        custom=True,
    )  # fmt: skip
    world.module("Leads").add(taken)
    assert set(came(applied(admin)).values()) == {"done"}
    assert assessed(admin)["readiness"] == "Convert_Anywhere_Readiness1"
    assert set(states(shown(admin)).values()) == {"right"}


@on_sqlite
def test_who_has_chosen_another_field_keeps_it(admin, world):
    mine = {"readiness": "Description", "target": OURS["mark"]}
    made = [one for one in ON_LEADS if one.api_name == OURS["mark"]]
    world.module("Leads").add(f.text(OURS["mark"], label=made[0].label, length=100))
    body = {"version": 0, "automation": {"assess": mine, "lead_in_text": "Lead"}}
    assert admin.ask("PUT", AUTOMATION, json=body).status_code == 200
    applied(admin)
    assert assessed(admin) == {**mine, "losses": OURS["losses"]}
    assert admin.get(AUTOMATION).json["automation"]["lead_in_text"] == "Lead"
    assert admin.get(AUTOMATION).json["findings"] == []


@on_sqlite
def test_what_was_taken_away_is_not_chosen_again(admin, world):
    applied(admin)
    version = admin.get(AUTOMATION).json["version"]
    body = {"version": version, "automation": {"assess": {"losses": OURS["losses"]}}}
    assert admin.ask("PUT", AUTOMATION, json=body).status_code == 200
    applied(admin)
    assert assessed(admin) == {"losses": OURS["losses"]}


def break_off(admin, world, wire, path):
    """Zoho is busy from then on for whoever asks there after all fields are made."""
    digest = shown(admin)["digest"]

    def before(request):
        is_it = request.method == "GET" and path in request.url
        if is_it and len(ours(world, "Leads")) == len(ON_LEADS):
            world.faults.order("busy", method="GET", path=path, times=None)

    wire.before = before
    answer = admin.ask("POST", PATH, json={"digest": digest})
    wire.before = None
    assert world.faults.orders, "it was asked for"
    world.faults.clear()
    return answer


@on_sqlite
def test_where_the_metadata_cannot_be_read_again_the_fields_are_chosen_already(admin, world, wire):
    answer = break_off(admin, world, wire, "/settings/modules")
    assert set(came(answer.json).values()) == {"done"}
    assert assessed(admin) == OURS


@on_sqlite
def test_fields_that_nobody_chose_when_they_were_made_are_chosen_the_next_time(admin, world):
    body = {"version": 0, "automation": {"lead_in_text": "Lead"}}
    assert admin.ask("PUT", AUTOMATION, json=body).status_code == 200
    for own in ON_LEADS:
        world.module("Leads").add(
            Field(
                api_name=own.api_name, label=own.label, data_type=own.data_type,
                length=own.length, custom=True,
            )
        )  # fmt: skip
    applied(admin)
    assert assessed(admin) == OURS
    assert admin.get(AUTOMATION).json["automation"]["lead_in_text"] == "Lead"


# The shell


@on_sqlite
def test_the_command_shows_and_does(admin, app, world):
    runner = app.test_cli_runner()
    dry = runner.invoke(args=["provision", "--dry-run"])
    assert dry.exit_code == 0, dry.output
    assert "[make] Vendors gets the field Convert Anywhere Key." in dry.output
    assert ours(world, "Vendors") == []
    done = runner.invoke(args=["provision"])
    assert done.exit_code == 0, done.output
    assert "Key. Done." in done.output
    again = runner.invoke(args=["provision"])
    assert "[ ok ] Vendors has the field Convert Anywhere Key." in again.output


@on_sqlite
def test_the_command_tells_the_clicks_and_ends_with_1(old_admin, app, world):
    done = app.test_cli_runner().invoke(args=["provision"])
    assert done.exit_code == 1
    assert "/install and accepts again" in done.output
    assert "- Open Setup ▸ Customization ▸ Modules and Fields ▸ Vendors" in done.output


@on_sqlite
def test_the_command_needs_an_org(app):
    done = app.test_cli_runner().invoke(args=["provision"])
    assert done.exit_code == 1
    assert "No such organisation is installed" in done.output


# The consent


@on_sqlite
def test_an_installer_is_asked_for_more_than_a_rep(person, world, parts):
    someone = person()
    someone.install(world, world.users[0])
    someone.sign_in(world, world.users[1])
    grants = {one.zoho_user_id: set(one.scopes.split()) for one in everything(parts, Grant)}
    boss, rep = (grants[user.id] for user in world.users[:2])
    assert set(SETUP) <= boss
    assert not set(SETUP) & rep


@on_sqlite
def test_an_installer_who_signs_in_keeps_the_wider_consent(person, world, parts):
    someone = person()
    someone.install(world, world.users[0])
    someone.sign_in(world, world.users[0])
    assert set(came(applied(someone)).values()) == {"done"}


def give_key(world, **traits):
    key = {"data_type": "text", "length": 60, **traits}
    world.module("Vendors").add(
        Field(api_name=KEY_FIELD, label="Convert Anywhere Key", custom=True, **key)
    )
    world.add_module()

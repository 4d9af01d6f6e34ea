"""What we keep of an org's metadata: for how long, who reads it again, and with whose grant."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from sqlalchemy import select

from emulator import World
from emulator.standard import custom_module
from extension import catalogues, housekeeping
from extension.parts import Parts
from extension.store.models import Metadata
from tests.extension.rig import (
    VERIFIER,
    Clock,
    Person,
    asked,
    error_of,
    on_sqlite,
    parts_of,
    settle,
)

REFRESH = "/api/v1/metadata/refresh"


@pytest.fixture
def lead(world: World) -> str:
    values = {"Last_Name": "Doe", "Company": "Acme", "Rating": "Active"}
    return str(world.add_record("Leads", values, owner=world.users[1])["id"])


def rename(world: World, label: str) -> None:
    world.module("Vendors").singular = label


def label_of_vendors(person: Person, lead: str) -> str:
    answer = person.options(lead)
    assert answer.status_code == 200, answer.json
    [option] = [one for one in answer.json["options"] if one["target"] == "Vendors"]
    return str(option["label"])


def targets_of(person: Person, lead: str) -> list[str]:
    answer = person.options(lead)
    assert answer.status_code == 200, answer.json
    return [one["target"] for one in answer.json["options"]]


def kept(parts: Parts) -> list[str]:
    with parts.sessions() as db:
        return sorted(db.scalars(select(Metadata.kind)))


@on_sqlite
def test_metadata_is_read_once_and_then_at_hand(rep, lead, world):
    first = rep.options(lead)
    assert asked(world, "/settings/") > 0
    world.log.clear()
    second = rep.options(lead)
    assert asked(world, "/settings/") == asked(world, "/users") == 0
    assert second.json == first.json


@on_sqlite
def test_a_colleague_finds_it_at_hand(warm, admin, lead, world):
    assert admin.options(lead).status_code == 200
    assert asked(world, "/settings/modules") == asked(world, "/settings/fields") == 0


@on_sqlite
def test_another_process_finds_it_at_hand(warm, lead, world, config, new_app, person):
    there = person(new_app(config))
    there.token = warm.token
    assert there.options(lead).status_code == 200
    assert asked(world, "/settings/") == 0


@on_sqlite
def test_what_was_there_last_is_asked_about_before_zoho_names_it_again(
    warm, admin, lead, world, clock
):
    world.add_module(custom_module("Partners", "Partner", "Partners"))
    admin.ask("POST", REFRESH)
    clock.advance(minutes=21)
    world.log.clear()
    described = Event()

    def hold(seconds: float) -> None:
        if seconds == 1:
            assert described.wait(30)
        else:
            described.set()

    world.faults.sleep = hold
    world.faults.order("latency", path="/settings/modules", seconds=1)
    world.faults.order("latency", path="/settings/fields", nth=6, seconds=2)
    assert "Partners" in targets_of(warm, lead)


@on_sqlite
def test_what_is_there_no_more_is_no_target_when_it_is_read_again(warm, admin, lead, world, clock):
    world.add_module(custom_module("Partners", "Partner", "Partners"))
    admin.ask("POST", REFRESH)
    assert "Partners" in targets_of(warm, lead)
    world.modules.remove(world.module("Partners"))
    clock.advance(minutes=21)
    assert "Partners" not in targets_of(warm, lead)


@on_sqlite
def test_for_ten_minutes_nobody_asks_again(warm, lead, world, clock):
    clock.advance(minutes=9, seconds=59)
    warm.options(lead)
    assert asked(world, "/settings/") == 0


@on_sqlite
def test_after_ten_minutes_it_is_read_again_and_nobody_waits(warm, lead, world, clock, parts):
    rename(world, "Supplier")
    clock.advance(minutes=10)
    held, released = Event(), Event()

    def hold(_: float) -> None:
        held.set()
        assert released.wait(30)

    world.faults.sleep = hold
    world.faults.order("latency", path="/settings/modules", times=None)
    assert label_of_vendors(warm, lead) == "Vendor", "what is known will do"
    assert held.wait(30), "meanwhile somebody reads"
    released.set()
    settle(parts)
    assert label_of_vendors(warm, lead) == "Supplier"


def test_one_of_many_reads_it_again(
    warm, admin, lead, world, clock, parts, config, new_app, person
):
    clock.advance(minutes=10)
    other = new_app(config)
    there = person(other)
    there.token = admin.token
    for one in (warm, admin, there, warm):
        assert one.options(lead).status_code == 200
    settle(parts)
    settle(parts_of(other))
    assert asked(world, "/settings/modules") == 1


@on_sqlite
def test_after_twenty_minutes_nothing_old_is_shown(warm, lead, world, clock):
    rename(world, "Supplier")
    clock.advance(minutes=20)
    assert label_of_vendors(warm, lead) == "Supplier"


@on_sqlite
def test_a_reading_that_fails_leaves_what_is_known(warm, lead, world, clock, parts):
    clock.advance(minutes=10)
    world.faults.order("server_error", path="/settings/modules")
    assert warm.options(lead).status_code == 200
    settle(parts)
    assert warm.options(lead).status_code == 200
    assert asked(world, "/settings/modules") == 1, "and is not tried again at once"
    clock.advance(minutes=3)
    warm.options(lead)
    settle(parts)
    assert asked(world, "/settings/modules") == 2


@on_sqlite
def test_what_expired_while_zoho_was_down_is_not_shown(warm, lead, world, clock):
    clock.advance(minutes=20)
    world.faults.order("server_error", path="/settings/*", times=None)
    answer = warm.options(lead)
    assert error_of(answer) == (503, "zoho_busy")


@on_sqlite
@pytest.mark.parametrize(
    ("path", "trouble"),
    [
        ("/settings/fields", "answer_cut"),
        ("/settings/layouts", "busy"),
        ("/settings/profiles/*", "server_error"),
    ],
)
def test_half_of_the_metadata_is_never_kept(rep, lead, world, parts, path, trouble):
    world.faults.order(trouble, path=path, nth=1 if "profiles" in path else 3)
    assert error_of(rep.options(lead)) == (503, "zoho_busy")
    answer = rep.options(lead)
    assert answer.status_code == 200
    assert {one["target"] for one in answer.json["options"]} == {"zoho", "Vendors"}
    with parts.sessions() as db:
        assert all(row.answers for row in db.scalars(select(Metadata)))


def test_people_who_open_it_cold_at_once_all_see_it(rep, admin, lead, parts, app, person):
    at_once = Barrier(4)

    def look(token: str) -> int:
        one = person()
        one.token = token
        at_once.wait(30)
        return int(one.options(lead).status_code)

    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(look, [rep.token, admin.token, rep.token, admin.token]))
    assert statuses == [200] * 4


@on_sqlite
def test_people_who_open_it_cold_at_once_read_it_once(rep, admin, lead, world, person):
    at_once = Barrier(4)

    def look(token: str) -> None:
        one = person()
        one.token = token
        at_once.wait(30)
        one.options(lead)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(look, [rep.token, admin.token, rep.token, admin.token]))
    assert asked(world, "/settings/modules") == 1


# On demand


@on_sqlite
def test_an_administrator_has_it_read_at_once(warm, admin, lead, world, clock):
    rename(world, "Supplier")
    clock.advance(seconds=1)
    answer = admin.ask("POST", REFRESH)
    assert (answer.status_code, answer.json) == (200, {"state": "refreshed"})
    assert label_of_vendors(warm, lead) == "Supplier"


def test_what_was_read_on_demand_is_seen_by_every_process(
    warm, admin, lead, world, clock, config, new_app, person
):
    there = person(new_app(config))
    there.token = warm.token
    assert label_of_vendors(there, lead) == "Vendor"
    rename(world, "Supplier")
    clock.advance(seconds=1)
    admin.ask("POST", REFRESH)
    assert label_of_vendors(there, lead) == "Supplier"


@on_sqlite
def test_a_new_custom_module_becomes_a_target(warm, admin, lead, world, clock):
    world.add_module(custom_module("Partners", "Partner", "Partners"))
    clock.advance(seconds=1)
    admin.ask("POST", REFRESH)
    targets = [one["target"] for one in warm.options(lead).json["options"]]
    assert targets == ["zoho", "Vendors", "Partners"]


@on_sqlite
def test_a_rep_cannot_have_it_read(rep, world):
    world.log.clear()
    assert error_of(rep.ask("POST", REFRESH)) == (403, "not_admin")
    assert asked(world) == 0


@on_sqlite
def test_nobody_cannot_have_it_read(nobody):
    assert error_of(nobody.ask("POST", REFRESH)) == (401, "not_signed_in")


@on_sqlite
def test_a_stranger_has_only_their_own_read(warm, stranger, world, elsewhere):
    assert stranger.ask("POST", REFRESH).status_code == 200
    assert asked(world) == 0
    assert asked(elsewhere, "/settings/modules") == 1


@on_sqlite
def test_zoho_being_down_is_told_and_what_is_known_stays(warm, admin, lead, world):
    world.faults.order("server_error", path="/settings/modules")
    answer = admin.ask("POST", REFRESH)
    assert error_of(answer) == (503, "zoho_busy")
    assert answer.headers["Retry-After"] == "5"
    assert warm.options(lead).status_code == 200


# With whose grant


def readers(world: World, beginning: str) -> set[str]:
    return {call.user_id for call in world.log.calls if call.path.startswith(beginning)}


@on_sqlite
def test_it_is_read_with_the_automation_grant(rep, lead, world):
    world.log.clear()
    rep.options(lead)
    assert readers(world, "/settings/") == {world.users[0].id}


@on_sqlite
def test_the_users_own_grant_reads_where_the_automation_grant_has_died(
    rep, lead, world, zoho, clock
):
    zoho.withdraw(world, world.users[0])
    clock.advance(hours=2)
    answer = rep.options(lead)
    assert answer.status_code == 200, answer.json
    assert {one["target"] for one in answer.json["options"]} == {"zoho", "Vendors"}
    assert world.users[1].id in readers(world, "/settings/modules")


@on_sqlite
def test_the_users_own_grant_reads_where_the_installer_may_not_use_the_api(rep, lead, world):
    profile = world.profile("Administrator")
    profile.denied.add("Crm_Implied_Api_Access")
    assert rep.options(lead).status_code == 200


@on_sqlite
def test_a_module_that_zoho_does_not_describe_is_not_offered(rep, lead, world):
    world.add_module(custom_module("Partners", "Partner", "Partners"))
    world.module("Partners").api_supported = False
    answer = rep.options(lead)
    assert "Partners" not in {one["target"] for one in answer.json["options"]}


# People's profiles


@on_sqlite
def test_another_profile_is_seen_when_the_old_one_has_expired(warm, lead, world, clock, parts):
    convert = "Crm_Implied_Convert_Leads"
    world.profile("Standard").denied.add(convert)
    assert warm.options(lead).json["options"][0]["available"]
    clock.advance(minutes=20)
    zoho_says = {one["target"]: one for one in warm.options(lead).json["options"]}
    assert not zoho_says["zoho"]["available"]


@on_sqlite
def test_who_got_another_profile_is_known_by_it(warm, lead, world, clock):
    world.users[1].profile = "Administrator"
    clock.advance(minutes=20)
    warm.options(lead)
    assert warm.get("/api/v1/me").json["user"]["profile"] == "Administrator"


@on_sqlite
def test_nobody_waits_for_a_profile_that_is_ten_minutes_old(warm, lead, world, clock, parts):
    clock.advance(minutes=10)
    warm.options(lead)
    settle(parts)
    assert asked(world, "/settings/profiles") == 1
    warm.options(lead)
    settle(parts)
    assert asked(world, "/settings/profiles") == 1


# In the background


@on_sqlite
def test_the_worker_keeps_fresh_what_is_in_use(warm, lead, world, clock, parts):
    assert housekeeping.freshen(parts) == 0
    clock.advance(minutes=11)
    assert housekeeping.freshen(parts) == 1
    assert housekeeping.freshen(parts) == 0
    assert asked(world, "/settings/modules") == 1


@on_sqlite
def test_the_worker_leaves_alone_what_nobody_uses(warm, world, clock, parts):
    clock.advance(hours=9)
    assert housekeeping.freshen(parts) == 0
    assert asked(world) == 0


@on_sqlite
def test_the_worker_goes_on_when_zoho_fails(warm, world, clock, parts):
    clock.advance(minutes=11)
    world.faults.order("server_error", path="/settings/*", times=None)
    assert housekeeping.freshen(parts) == 0
    housekeeping.keep(parts)


def test_the_worker_forgets_what_is_over(warm, admin, nobody, parts, clock):
    nobody.open_sign_in(VERIFIER)
    clock.advance(hours=9)
    assert housekeeping.tidy(parts) >= 4
    assert housekeeping.tidy(parts) == 0


@on_sqlite
def test_an_org_that_is_uninstalled_while_it_is_read_leaves_nothing(
    warm, admin, lead, world, clock, parts
):
    clock.advance(minutes=10)
    held, released = Event(), Event()
    waits = world.faults.sleep

    def hold(_: float) -> None:
        held.set()
        released.wait(30)

    world.faults.sleep = hold
    world.faults.order("latency", path="/settings/modules")
    warm.options(lead)
    assert held.wait(30)
    world.faults.sleep = waits
    assert admin.ask("DELETE", "/api/v1/installation").status_code == 200
    released.set()
    settle(parts)
    assert kept(parts) == []


def test_the_clock_of_the_cache_is_as_documented(clock: Clock):
    assert catalogues.FRESH.total_seconds() == 600
    assert catalogues.EXPIRED.total_seconds() == 1200

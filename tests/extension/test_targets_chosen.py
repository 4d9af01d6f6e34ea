"""What an org's administrators say that leads may become: kept, offered, and never overwritten."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import event, select

from emulator import World
from emulator.standard import custom_module
from extension.store.models import ChosenTargets
from tests.extension.rig import Person, asked, error_of, everything, on_sqlite
from tests.extension.target_cases import PRODUCT, SUPPLIER, ZOHO, changed, with_fields

PATH = "/api/v1/targets"


@pytest.fixture
def lead(world: World) -> str:
    values = {"Last_Name": "Doe", "Company": "Acme", "Phone": "555 0199"}
    return str(world.add_record("Leads", values, owner=world.users[1])["id"])


def save(person: Person, version: int, *targets: dict[str, Any]) -> Any:
    return person.ask("PUT", PATH, json={"version": version, "targets": list(targets)})


def saved(person: Person, *targets: dict[str, Any], version: int = 0) -> dict[str, Any]:
    answer = save(person, version, *targets)
    assert answer.status_code == 200, answer.json
    found: dict[str, Any] = answer.json
    return found


def offered(person: Person, lead: str) -> dict[str, Any]:
    answer = person.options(lead)
    assert answer.status_code == 200, answer.json
    return {one["target"]: one for one in answer.json["options"]}


# What is offered


def test_what_is_saved_is_offered_and_nothing_else(warm, admin, lead):
    saved(admin, SUPPLIER, ZOHO)
    options = offered(warm, lead)
    assert list(options) == ["zoho", "supplier"]
    assert options["supplier"]["label"] == "Supplier with a contact"
    assert [one["module"] for one in options["supplier"]["records"]] == ["Vendors", "Contacts"]


@on_sqlite
def test_zohos_own_conversion_makes_what_zoho_says(warm, admin, lead):
    before = offered(warm, lead)["zoho"]
    saved(admin, ZOHO)
    after = offered(warm, lead)["zoho"]
    assert after["records"] == before["records"]
    assert (after["carried"], after["lost"]) == (before["carried"], before["lost"])


@on_sqlite
def test_an_org_may_do_without_zohos_own_conversion(warm, admin, lead):
    saved(admin, SUPPLIER)
    assert list(offered(warm, lead)) == ["supplier"]


def test_every_process_offers_what_was_saved(warm, admin, lead, config, new_app, person):
    there = person(new_app(config))
    there.token = warm.token
    assert list(offered(there, lead)) == ["zoho", "Vendors"]
    saved(admin, SUPPLIER)
    assert list(offered(there, lead)) == ["supplier"]
    saved(admin, changed(SUPPLIER, key="other"), version=1)
    assert list(offered(there, lead)) == ["other"]


@on_sqlite
def test_another_org_keeps_its_own(warm, admin, stranger, lead, elsewhere):
    saved(admin, SUPPLIER)
    theirs = elsewhere.add_record("Leads", {"Last_Name": "Roe"}, owner=elsewhere.users[0])
    assert list(offered(stranger, theirs["id"])) == ["zoho", "Vendors"]
    assert stranger.get(PATH).json["version"] == 0


@on_sqlite
def test_an_org_that_is_installed_again_starts_anew(warm, admin, lead, world, person):
    saved(admin, SUPPLIER)
    assert list(offered(warm, lead)) == ["supplier"]
    admin.ask("DELETE", "/api/v1/installation")
    again = person().at_home(world, world.users[0], installs=True)
    assert again.get(PATH).json["version"] == 0
    saved(again, changed(SUPPLIER, key="other"))
    assert list(offered(again, lead)) == ["other"]


# What it costs


@on_sqlite
def test_a_warm_request_reads_no_more_than_the_version(warm, admin, lead, parts):
    saved(admin, SUPPLIER)
    offered(warm, lead)
    said: list[str] = []
    event.listen(
        parts.engine, "before_cursor_execute", lambda *given: said.append(given[2].casefold())
    )
    offered(warm, lead)
    [asked_for] = [one for one in said if "chosen_targets" in one]
    assert "document" not in asked_for
    assert asked_for.startswith("select")


@on_sqlite
def test_a_module_that_nobody_described_yet_is_described_when_a_target_names_it(
    warm, admin, lead, world
):
    saved(admin, PRODUCT)
    assert asked(world, "/settings/modules") == 1, "the metadata is read again"
    world.log.clear()
    option = offered(warm, lead)["product"]
    assert asked(world, "/settings/") == 0
    assert option["available"]
    assert option["records"][0]["layouts"]


@on_sqlite
def test_no_metadata_is_read_again_for_modules_that_are_known(warm, admin, world):
    saved(admin, SUPPLIER)
    assert asked(world, "/settings/") == 0


@on_sqlite
def test_metadata_that_is_read_again_describes_what_targets_name(warm, admin, lead, world, clock):
    saved(admin, PRODUCT)
    clock.advance(minutes=20)
    assert offered(warm, lead)["product"]["available"]
    world.log.clear()
    offered(warm, lead)
    assert asked(world, "/settings/") == 0


@on_sqlite
def test_a_module_that_could_not_be_read_after_a_save_is_read_when_it_is_needed(
    warm, admin, lead, world
):
    world.faults.order("server_error", path="/settings/modules")
    saved(admin, PRODUCT)
    assert offered(warm, lead)["product"]["available"]


# Two at once


def test_of_two_administrators_the_second_is_told_and_nothing_is_overwritten(admin, parts):
    seen = admin.get(PATH).json["version"]
    saved(admin, SUPPLIER, version=seen)
    answer = save(admin, seen, ZOHO)
    assert error_of(answer) == (409, "targets_changed")
    assert answer.json["error"]["details"] == {"version": 1}
    assert [one["key"] for one in admin.get(PATH).json["targets"]] == ["supplier"]
    assert [row.version for row in everything(parts, ChosenTargets)] == [1]


@on_sqlite
@pytest.mark.parametrize("version", [0, 1, 3])
def test_only_the_current_version_can_be_changed(admin, version):
    saved(admin, SUPPLIER)
    saved(admin, SUPPLIER, version=1)
    answer = save(admin, version, ZOHO)
    assert error_of(answer) == (409, "targets_changed")
    assert answer.json["error"]["details"] == {"version": 2}


@on_sqlite
def test_a_version_that_never_was_is_refused(admin, parts):
    assert error_of(save(admin, 1, SUPPLIER)) == (409, "targets_changed")
    assert everything(parts, ChosenTargets) == []


@pytest.mark.parametrize("version", [0, 1])
def test_of_many_who_save_at_once_one_succeeds(admin, person, version):
    if version:
        saved(admin, SUPPLIER)
    admin.get(PATH)
    at_once = Barrier(4)

    def race(number: int) -> int:
        one = person()
        one.token = admin.token
        at_once.wait(30)
        return int(save(one, version, changed(SUPPLIER, label=f"Number {number}")).status_code)

    with ThreadPoolExecutor(4) as pool:
        statuses = sorted(pool.map(race, range(4)))
    assert statuses == [200, 409, 409, 409]
    assert admin.get(PATH).json["version"] == version + 1


# What cannot be


@on_sqlite
def test_a_target_that_does_not_fit_is_refused_and_nothing_is_saved(admin, parts):
    answer = save(admin, 0, ZOHO, with_fields(Phone="Gone", Fax="Fax"))
    assert error_of(answer) == (422, "invalid_input")
    assert answer.json["error"]["details"]["fields"] == {
        "[1].records[0].fields.Phone": "Leads have no field Gone.",
        "[1].records[0].fields.Fax": "Vendors have no field Fax.",
    }
    assert everything(parts, ChosenTargets) == []


@on_sqlite
def test_warnings_keep_nothing_from_being_saved(admin):
    answer = saved(admin, with_fields(Category="Description"))
    [finding] = [one for one in answer["findings"] if one["path"].endswith("Category")]
    assert (finding["severity"], finding["code"]) == ("warning", "length")


@on_sqlite
def test_a_module_that_was_deleted_is_told_and_breaks_nothing(warm, admin, lead, world, clock):
    world.add_module(custom_module("Partners", "Partner", "Partners"))
    record = {"key": "partner", "module": "Partners", "fields": {"Name": "Company"}}
    partner = changed(SUPPLIER, key="partner", records=[record])
    clock.advance(seconds=1)
    admin.ask("POST", "/api/v1/metadata/refresh")
    saved(admin, partner, ZOHO)
    world.modules.remove(world.module("Partners"))
    clock.advance(seconds=1)
    admin.ask("POST", "/api/v1/metadata/refresh")
    options = offered(warm, lead)
    assert options["zoho"]["available"]
    assert not options["partner"]["available"]
    answer = admin.get(PATH).json
    assert [one["key"] for one in answer["targets"]] == ["partner", "zoho"]
    [finding] = [one for one in answer["findings"] if one["severity"] == "error"]
    assert finding["path"] == "[0].records[0].module"
    assert "no module Partners any more" in finding["message"]
    assert error_of(save(admin, 1, partner))[0] == 422


@on_sqlite
def test_a_field_that_was_deleted_is_told_and_breaks_nothing(warm, admin, lead, world, clock):
    saved(admin, SUPPLIER)
    vendors = world.module("Vendors")
    vendors.fields[:] = [one for one in vendors.fields if one.api_name != "Phone"]
    clock.advance(seconds=1)
    admin.ask("POST", "/api/v1/metadata/refresh")
    assert offered(warm, lead)["supplier"]["available"]
    findings = {one["path"]: one["code"] for one in admin.get(PATH).json["findings"]}
    assert findings["[0].records[0].fields.Phone"] == "unknown_field"


@on_sqlite
def test_who_changed_it_and_when_is_kept(admin, parts, world, clock):
    clock.advance(minutes=5)
    saved(admin, SUPPLIER)
    with parts.sessions() as db:
        row = db.scalars(select(ChosenTargets)).one()
    assert (row.changed_by, row.changed_at) == (world.users[0].id, clock())
    assert row.document == [SUPPLIER]

"""Whose view of the metadata is kept for whom, once the automation grant does not read it."""

import pytest
from sqlalchemy import select, update

from emulator import World
from emulator.people import Profile
from emulator.schema import User
from extension import catalogues, chosen_targets, housekeeping, sessions
from extension.parts import Parts
from extension.store.models import ChosenTargets, Metadata
from tests.extension.rig import Person, asked, on_sqlite, settle
from tests.extension.target_cases import PRODUCT

BLIND = {
    "Crm_Implied_Manage_Profiles",
    "Crm_Implied_Customize_Zoho_CRM",
    "Crm_Implied_View_Vendors",
    "Crm_Implied_Create_Vendors",
}


@pytest.fixture
def lead(world: World) -> str:
    values = {"Last_Name": "Doe", "Company": "Acme"}
    return str(world.add_record("Leads", values, owner=world.users[1])["id"])


@pytest.fixture
def limited(rep, person, world) -> Person:
    """A colleague whose profile does not let them see Vendors."""
    world.add_profile(Profile(name="Limited", everything=True, denied=set(BLIND)))
    user = User(
        first_name="Lim", last_name="Ited", email="lim@example.com", profile="Limited", role="CEO"
    )
    world.add_user(user)
    return person().at_home(world, user)


@pytest.fixture
def withdrawn(limited, world, zoho, clock) -> None:
    """The automation grant has died, and all that was kept has expired."""
    zoho.withdraw(world, world.users[0])
    clock.advance(hours=2)


def targets(person: Person, lead: str) -> list[str]:
    answer = person.options(lead)
    assert answer.status_code == 200, answer.json
    return [one["target"] for one in answer.json["options"]]


def readers(world: World) -> set[str]:
    return {one.user_id for one in world.log.calls if one.path.startswith("/settings/modules")}


def kinds(parts: Parts) -> set[str]:
    with parts.sessions() as db:
        return set(db.scalars(select(Metadata.kind)))


@on_sqlite
def test_what_one_profile_sees_is_not_what_the_org_has(withdrawn, limited, rep, lead):
    assert targets(limited, lead) == ["zoho"]
    assert targets(rep, lead) == ["zoho", "Vendors"]
    assert targets(limited, lead) == ["zoho"]


@on_sqlite
def test_what_one_profile_sees_is_at_hand_for_that_profile(withdrawn, limited, lead, world):
    first = targets(limited, lead)
    world.log.clear()
    assert targets(limited, lead) == first
    assert asked(world, "/settings/") == 0


@on_sqlite
def test_what_the_automation_grant_has_seen_is_used_while_it_is_at_hand(
    warm, limited, lead, world, zoho, clock, parts
):
    zoho.withdraw(world, world.users[0])
    clock.advance(minutes=11)
    before = targets(limited, lead)
    settle(parts)
    world.log.clear()
    assert (targets(limited, lead), targets(warm, lead)) == (before, ["zoho", "Vendors"])
    settle(parts)
    clock.advance(minutes=3)
    targets(limited, lead)
    settle(parts)
    assert limited_reads(world) == 0, "what the profile sees is fresh"


def limited_reads(world: World) -> int:
    return sum(
        one.user_id == world.users[-1].id and one.path.startswith("/settings/modules")
        for one in world.log.calls
    )


@on_sqlite
def test_the_automation_grant_reads_for_all_again_once_it_is_renewed(
    withdrawn, limited, rep, lead, world, admin, clock, parts
):
    assert targets(limited, lead) == ["zoho"]
    assert admin.install(world, world.users[0]).status_code == 200
    clock.advance(minutes=11)
    targets(limited, lead)
    settle(parts)
    world.log.clear()
    assert targets(rep, lead) == ["zoho", "Vendors"]
    assert asked(world, "/settings/modules") == 0


@on_sqlite
def test_what_one_profile_sees_of_a_module_is_not_what_the_others_have(
    warm, limited, world, zoho, clock, parts
):
    """Of one that is described when somebody needs it, and then kept by the process."""
    world.module("Products").field("Product_Code").permissions["Limited"] = "hidden"
    theirs, ours = (sessions.find(parts, one.token) for one in (limited, warm))
    known = catalogues.at_hand(parts, ours)
    zoho.withdraw(world, world.users[0])
    for caller, sees in ((theirs, False), (ours, True), (theirs, False)):
        found = catalogues.furnish(parts, caller, known, ["Products"])
        assert ("Product_Code" in found.catalogue.modules["Products"].fields) is sees


@on_sqlite
def test_the_orgs_own_targets_are_described_to_each_profile_as_it_sees_them(
    warm, limited, world, zoho, parts, clock
):
    world.module("Products").field("Product_Code").permissions["Limited"] = "hidden"
    theirs, ours = (sessions.find(parts, one.token) for one in (limited, warm))
    zoho.withdraw(world, world.users[0])
    with parts.sessions.begin() as db:
        db.add(
            ChosenTargets(
                installation_id=ours.installation.id, version=1, document=[PRODUCT],
                changed_at=clock(), changed_by=world.users[0].id,
            )
        )  # fmt: skip
    for caller, sees in ((theirs, False), (ours, True)):
        found = chosen_targets.meant(parts, caller, catalogues.at_hand(parts, caller))
        assert ("Product_Code" in found.catalogue.modules["Products"].fields) is sees


@on_sqlite
def test_the_worker_forgets_what_a_profile_has_seen_once_it_is_old(
    withdrawn, limited, lead, clock, parts
):
    targets(limited, lead)
    [own] = [one for one in kinds(parts) if one.startswith("catalogue:")]
    housekeeping.tidy(parts)
    assert own in kinds(parts)
    clock.advance(minutes=20)
    housekeeping.tidy(parts)
    assert own not in kinds(parts)


# The worker and an automation grant that is dead


@on_sqlite
def test_a_worker_that_cannot_read_does_not_keep_others_from_it(
    warm, lead, world, zoho, clock, parts
):
    zoho.withdraw(world, world.users[0])
    clock.advance(minutes=11)
    assert housekeeping.freshen(parts) == 0
    world.log.clear()
    assert targets(warm, lead) == ["zoho", "Vendors"]
    settle(parts)
    assert readers(world) == {world.users[1].id}


@on_sqlite
def test_a_worker_that_failed_ends_its_own_turn_and_no_other(warm, world, clock, parts):
    clock.advance(minutes=11)
    later = clock() + catalogues.LEASE * 2

    def another_takes_over(_: float) -> None:
        with parts.sessions.begin() as db:
            db.execute(update(Metadata).values(refreshing_until=later))

    world.faults.sleep = another_takes_over
    world.faults.order("latency", path="/settings/modules")
    world.faults.order("server_error", path="/settings/layouts", times=None)
    assert housekeeping.freshen(parts) == 0
    with parts.sessions() as db:
        kept = db.scalars(select(Metadata).where(Metadata.kind == catalogues.CATALOGUE)).one()
    assert kept.refreshing_until == later


@on_sqlite
def test_the_worker_does_not_try_a_dead_automation_grant_again(
    warm, world, zoho, clock, parts, caplog
):
    zoho.withdraw(world, world.users[0])
    clock.advance(minutes=11)
    housekeeping.freshen(parts)
    assert "grant_revoked" in caplog.text
    caplog.clear()
    housekeeping.freshen(parts)
    assert caplog.text == ""

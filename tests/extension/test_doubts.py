"""What shows that an org's CRM is no more as it was last described, and what comes of it."""

import pytest
from sqlalchemy import update

from emulator import fields
from extension import catalogues, doubts, housekeeping, sessions, watching
from extension.store.models import Metadata
from extension.store.watching import Strange
from extension.zoho.notifications import LATEST, news
from tests.extension.conversion_rig import agree, carry_out, new_lead, state
from tests.extension.hook_rig import choose, rule_of, work
from tests.extension.rig import asked, everything, on_sqlite
from tests.extension.setup_rig import call_us, edit

HOBBY = "Favourite_Hobby"


@pytest.fixture
def watched(warm, parts):
    """The rep, while the metadata is at hand and Zoho tells us of changes."""
    assert watching.tend(parts) == 1
    return warm


@pytest.fixture
def later(watched, world, clock):
    """The same, a moment later."""
    clock.advance(minutes=2)
    world.log.clear()
    return watched


@pytest.fixture
def new_field(later, world):
    """Somebody has added a field to leads."""
    world.module("Leads").add(fields.text(HOBBY))


def labels(person, lead, target="Vendors"):
    """The fields of the lead that are told as lost."""
    wish = {"target": target}
    answer = person.ask("POST", f"/api/v1/leads/{lead}/plan", json=wish)
    assert answer.status_code == 200, answer.json
    return answer.text


def described(world):
    """How often the org was described."""
    return asked(world, "/settings/modules")


def doubted(parts):
    return [row.kind for row in everything(parts, Metadata) if row.doubted_at is not None]


# Notifications


def test_a_field_that_nobody_knows_is_known_after_zoho_has_told_of_it(
    new_field, nobody, rep, world, parts, lead
):
    edit(parts, rep, "Leads", lead, **{HOBBY: "Chess"})
    assert call_us(world, nobody) == [200]
    assert described(world) == 0, "a notification asks nothing of Zoho"
    assert HOBBY in labels(rep, lead)
    assert described(world) == 1
    assert doubted(parts) == []


@on_sqlite
def test_a_worker_describes_it_anew_before_anybody_waits(
    new_field, nobody, rep, world, parts, lead
):
    edit(parts, rep, "Leads", lead, **{HOBBY: "Chess"})
    call_us(world, nobody)
    assert housekeeping.freshen(parts) == 1
    assert described(world) == 1
    assert HOBBY in labels(rep, lead)
    assert housekeeping.freshen(parts) == 0
    assert described(world) == 1


@on_sqlite
def test_many_notifications_of_it_are_one_reason(new_field, nobody, rep, world, parts, clock):
    for at in range(5):
        edit(parts, rep, "Leads", new_lead(world, f"Acme {at}"), **{HOBBY: "Chess"})
        call_us(world, nobody)
        clock.advance(minutes=2)
        housekeeping.freshen(parts)
    assert described(world) == 1


@on_sqlite
def test_fields_that_are_known_are_no_reason(later, nobody, rep, world, parts, lead):
    edit(parts, rep, "Leads", lead, City="Here", Company="Other")
    call_us(world, nobody)
    assert doubted(parts) == []
    assert everything(parts, Strange) == []


@on_sqlite
def test_what_zoho_never_explains_is_asked_about_once_a_day(
    later, nobody, rep, world, parts, lead, clock
):
    told = news({"affected_fields": [{"5": ["Secret__s"]}]})
    [installation] = {row.installation_id for row in everything(parts, Metadata)}
    for _ in range(3):
        doubts.of_news(parts, installation, "Leads", told)
        clock.advance(minutes=2)
        housekeeping.freshen(parts)
    assert described(world) == 1
    clock.advance(days=1)
    housekeeping.tidy(parts)
    assert everything(parts, Strange) == []


@on_sqlite
def test_a_flood_of_strange_names_costs_a_days_budget_and_no_more(later, world, parts):
    [installation] = {row.installation_id for row in everything(parts, Metadata)}
    for at in range(40):
        told = news({"affected_fields": [{"5": [f"Field_{at}"]}]})
        doubts.of_news(parts, installation, "Leads", told)
        with parts.sessions.begin() as db:
            db.execute(update(Metadata).values(doubted_at=None))
    assert len(everything(parts, Strange)) == doubts.MOST_A_DAY
    doubts.of_news(parts, installation, "Leads", news({"affected_fields": [{"5": ["Last"]}]}))
    assert doubted(parts) == []


@on_sqlite
def test_a_module_that_nobody_knows_is_a_reason_and_one_not_described_is_none(later, parts):
    [installation] = {row.installation_id for row in everything(parts, Metadata)}
    told = news({"affected_fields": [{"5": ["Anything"]}]})
    doubts.of_news(parts, installation, "Campaigns", told)
    assert doubted(parts) == []
    doubts.of_news(parts, installation, "Nobodys", told)
    assert doubted(parts) == ["catalogue"]


@on_sqlite
def test_another_orgs_metadata_stays_as_it_was(
    new_field, stranger, nobody, rep, world, elsewhere, parts, lead
):
    own = str(elsewhere.add_record("Leads", {"Last_Name": "X", "Company": "X"})["id"])
    assert stranger.options(own).status_code == 200
    edit(parts, rep, "Leads", lead, **{HOBBY: "Chess"})
    call_us(world, nobody)
    elsewhere.log.clear()
    assert stranger.options(own).status_code == 200
    assert described(elsewhere) == 0


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ([{"5": ["A", "B"]}, {"6": ["B", "C"]}], ("A", "B", "C")),
        (None, ()), ("x", ()), ([5, None], ()), ([{"5": "A"}], ()), ([{"5": [5, None, "a b"]}], ()),
        ([{"5": ["x" * 200]}], ()),
    ],
)  # fmt: skip
def test_of_what_zoho_says_of_fields_only_names_are_used(said, names):
    assert news({"affected_fields": said}).fields == names


@pytest.mark.parametrize("said", [None, "x", True, -1, LATEST, 1.5, [1]])
def test_a_time_that_is_none_is_passed_over(said):
    assert news({"server_time": said}).at is None


# What is read and written


@on_sqlite
def test_a_lead_that_has_a_new_field_shows_it(new_field, rep, world, parts, lead):
    world.records["Leads"][lead][HOBBY] = "Chess"
    assert rep.options(lead).status_code == 200
    assert doubted(parts) == ["catalogue"]
    assert HOBBY in labels(rep, lead)


@on_sqlite
def test_a_lead_that_holds_a_new_choice_shows_it_and_the_choice_is_not_kept(
    later, rep, world, parts, lead
):
    world.module("Leads").field("Rating").choices += fields.pick_list(["Sparkling"])
    world.records["Leads"][lead]["Rating"] = "Sparkling"
    assert rep.options(lead).status_code == 200
    assert doubted(parts) == ["catalogue"]
    [row] = everything(parts, Strange)
    assert "Sparkling" not in row.what


@on_sqlite
def test_a_lead_as_it_is_described_shows_nothing(later, rep, world, parts, lead):
    world.records["Leads"][lead]["Rating"] = "Active"
    assert rep.options(lead).status_code == 200
    assert everything(parts, Strange) == []


def test_a_refusal_of_what_fitted_shows_it(later, rep, world, parts, lead):
    conversion = agree(rep, lead).json["id"]
    world.module("Vendors").field("Phone").length = 3
    carry_out(parts, conversion)
    assert state(rep, conversion)["state"] == "failed"
    assert doubted(parts) == ["catalogue"]
    world.log.clear()
    assert "Phone holds 3 characters" in labels(rep, lead)
    assert described(world) == 1


@on_sqlite
def test_an_assessment_that_is_refused_shows_it(later, admin, world, parts, lead):
    choose(admin, assess={"readiness": "Designation"})
    rule = rule_of(admin)
    world.module("Leads").field("Designation").length = 2
    assert rule.call(lead_id=lead, action="assess").status_code == 202
    work(parts)
    assert doubted(parts) == ["catalogue"]


@on_sqlite
def test_a_channel_that_zoho_refuses_for_its_module_shows_it(later, world, parts, clock):
    world.modules.remove(world.module("Vendors"))
    with parts.sessions.begin() as db:
        db.execute(update(watching.Watch).values(due_at=parts.clock()))
    watching.tend(parts)
    assert doubted(parts) == ["catalogue"]


# How long it is used


@on_sqlite
def test_what_was_read_a_moment_ago_is_used_for_a_minute(watched, rep, world, parts, clock, lead):
    world.module("Leads").add(fields.text(HOBBY))
    world.records["Leads"][lead][HOBBY] = "Chess"
    assert rep.options(lead).status_code == 200
    assert rep.options(lead).status_code == 200
    assert described(world) == 0
    clock.advance(minutes=1)
    assert rep.options(lead).status_code == 200
    assert described(world) == 1


@on_sqlite
def test_a_doubt_that_comes_while_zoho_answers_is_not_lost(later, rep, world, parts, clock, lead):
    caller = sessions.find(parts, rep.token)
    [installation] = {row.installation_id for row in everything(parts, Metadata)}

    def doubt(_):
        clock.advance(seconds=1)
        told = news({"affected_fields": [{"5": ["Even_Newer"]}]})
        doubts.of_news(parts, installation, "Leads", told)

    world.faults.sleep = doubt
    world.faults.order("latency", path="/settings/modules", seconds=1)
    catalogues.refresh(parts, caller)
    assert doubted(parts) == ["catalogue"]
    assert catalogues.at_hand(parts, caller) is not None, "for a minute"
    clock.advance(minutes=1)
    assert catalogues.at_hand(parts, caller) is None

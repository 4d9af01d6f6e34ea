"""The options of believable data: every lead of the demo orgs, and the notable ones by name."""

import pytest
from jsonschema import Draft202012Validator

from emulator import World
from emulator.demo import (
    ADMIN,
    NO_CONVERSION_REP,
    READ_ONLY_REP,
    REP,
    brightwater_world,
    kranich_world,
)
from tests.extension.rig import NOON, VERIFIER, Person, asked, on_sqlite


@pytest.fixture
def world() -> World:
    one = brightwater_world()
    one.clock.freeze(NOON)
    return one


@pytest.fixture
def elsewhere() -> World:
    one = kranich_world()
    one.clock.freeze(NOON)
    return one


def user(world: World, email: str):
    return next(one for one in world.users if one.email == email)


def installed(person, world: World) -> Person:
    """The administrator of the org, who has installed it and is signed in."""
    boss = next(one for one in world.users if world.is_admin(one))
    one = person()
    assert one.install(world, boss).status_code == 200
    one.sign_in(world, boss)
    return one


@pytest.fixture
def someone(person, world):
    """A user of Brightwater, signed in."""
    installed(person, world)

    def new(email: str) -> Person:
        one = person()
        one.sign_in(world, user(world, email), verifier=VERIFIER + "2")
        assert one.token
        return one

    return new


def options(person: Person, world: World, name: str) -> dict[str, dict]:
    answer = person.options(world.notable[name])
    assert answer.status_code == 200, answer.json
    return {one["target"]: one for one in answer.json["options"]}


@on_sqlite
@pytest.mark.parametrize("org", ["world", "elsewhere"])
def test_every_lead_of_the_demo_has_options_of_the_promised_shape(
    request, person, world, elsewhere, org
):
    here = world if org == "world" else elsewhere
    one = installed(person, here)
    document = one.get("/api/v1/openapi.json").json["components"]["schemas"]
    shape = Draft202012Validator({**document["OptionsView"], "components": {"schemas": document}})
    answers = {lead: one.options(lead) for lead in here.records["Leads"]}
    assert [lead for lead, answer in answers.items() if answer.status_code != 200] == []
    # To look closely takes long: at the notable ones.
    for lead in here.notable.values():
        assert list(shape.iter_errors(answers[lead].json)) == [], lead


@on_sqlite
@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("plain", 4),
        # With a legal form in its name: each of three modules is searched once more.
        ("supplier", 6),
    ],
)
def test_opening_the_widget_costs_few_calls(someone, world, name, most):
    rep = someone(REP)
    options(rep, world, name)
    world.log.clear()
    options(rep, world, name)
    assert asked(world) <= most


@on_sqlite
def test_a_supplier_finds_itself_among_the_vendors(someone, world):
    found = options(someone(REP), world, "supplier")["Vendors"]["records"][0]["matches"]
    assert found
    assert found[0]["score"] >= 0.8
    assert found[0]["reasons"]


IN_THE_WAY = {
    "locked": "locked",
    "merging": "locked.merging",
    "unapproved": "not_approved",
    "review": "under_review",
    "converted": "already_converted",
}


@on_sqlite
def test_a_lead_in_a_state_of_its_own_says_what_is_in_the_way(someone, world):
    admin = someone(ADMIN)
    said = {
        name: [
            {one["key"] for one in option["blockers"]}
            for option in options(admin, world, name).values()
        ]
        for name in IN_THE_WAY
    }
    assert [
        name for name, keys in said.items() if not all(IN_THE_WAY[name] in of for of in keys)
    ] == []


@on_sqlite
def test_a_value_that_a_vendor_cannot_hold_is_named(someone, world):
    rep = someone(REP)
    for name, code in (("too_long", "too_long"), ("wrong_choice", "not_a_choice")):
        vendor = options(rep, world, name)["Vendors"]
        assert code in {one["code"] for one in vendor["losses"]}
        assert vendor["lost"] == len(vendor["losses"])


@on_sqlite
def test_a_busy_lead_shows_how_much_hangs_on_it(someone, world):
    answer = someone(REP).options(world.notable["busy_lead"])
    counts = {one["list"]: one["count"] for one in answer.json["related"]}
    assert (counts["Notes"], counts["Attachments"]) == (40, 10)


@on_sqlite
def test_names_in_every_script_arrive_as_they_are(someone, world):
    rep = someone(REP)
    for name in ("vietnamese", "arabic", "chinese", "cyrillic", "japanese"):
        answer = rep.options(world.notable[name])
        record = world.find("Leads", world.notable[name])
        assert record["Last_Name"] in answer.json["lead"]["name"]


@on_sqlite
def test_who_only_reads_is_offered_nothing_and_told_why(someone, world):
    for option in options(someone(READ_ONLY_REP), world, "plain").values():
        assert not option["available"]
        assert {one["code"] for one in option["blockers"]} <= {"no_permission", "module_hidden"}


@on_sqlite
def test_who_may_not_convert_may_still_make_a_vendor(someone, world):
    found = options(someone(NO_CONVERSION_REP), world, "plain")
    assert not found["zoho"]["available"]
    assert found["Vendors"]["available"]

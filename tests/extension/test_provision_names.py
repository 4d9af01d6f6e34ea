"""The names that Zoho gives fields, the command, and what consent setting up needs."""

from emulator import fields as f
from emulator.schema import Field
from extension.planning.own_fields import ON_LEADS, SHOWS
from extension.store.models import Grant
from extension.zoho.scopes import SETUP
from tests.extension.rig import everything, on_sqlite
from tests.extension.setup_rig import PATH, applied, came, ours, shown, states

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

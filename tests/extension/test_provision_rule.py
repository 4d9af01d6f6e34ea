"""The webhook and the workflow rule: made, found again, repaired; and what comes of them."""

import os
from datetime import datetime

import pytest

from emulator.schema import Field
from extension.planning.provision_rule import RULE, time_in
from extension.store.inbox import Delivery
from extension.zoho.scopes import SCOPES
from tests.extension.conversion_rig import new_lead
from tests.extension.hook_rig import work
from tests.extension.rig import (
    PUBLIC_URL,
    asked,
    error_of,
    everything,
    on_sqlite,
)
from tests.extension.rule_rig import HOOK, OUR_RULE, WISH, hooks, rules
from tests.extension.setup_rig import PATH, applied, call_us, came, edit, shown, states

# What is there


@on_sqlite
def test_nobody_gets_a_rule_who_wishes_for_none(admin):
    assert not {HOOK, OUR_RULE} & set(states(shown(admin)))


@on_sqlite
def test_what_is_wished_for_is_shown_and_done(admin, world):
    found = states(shown(admin, **WISH))
    assert (found[HOOK], found[OUR_RULE]) == ("missing", "missing")
    assert hooks(world) == rules(world) == []
    assert set(came(applied(admin, **WISH)).values()) == {"done"}
    [hook], [rule] = hooks(world), rules(world)
    assert hook["url"].startswith(f"{PUBLIC_URL}/hooks/workflow/")
    assert rule["conditions"][0]["instant_actions"]["actions"][0]["id"] == hook["id"]
    assert set(states(shown(admin)).values()) == {"right"}


@on_sqlite
def test_what_is_shown_names_the_target_and_is_agreed_to_for_no_other(admin, world):
    view = shown(admin, **WISH)
    [hook] = [one for one in view["items"] if one["id"] == HOOK]
    assert hook["message"].endswith("to convert a lead; target: Vendors.")
    other = {"digest": view["digest"], "rule": {**WISH, "target": "zoho"}}
    assert error_of(admin.ask("POST", PATH, json=other)) == (409, "setup_changed")
    any_one = {name: value for name, value in WISH.items() if name != "target"}
    [hook] = [one for one in shown(admin, **any_one)["items"] if one["id"] == HOOK]
    assert hook["message"].endswith("as the rules of the automation choose.")
    assert hooks(world) == []


@on_sqlite
def test_a_second_time_nothing_is_doubled(ruled, world):
    again = applied(ruled, **WISH)
    assert set(came(again).values()) == {None}
    assert (len(hooks(world)), len(rules(world))) == (1, 1)


@on_sqlite
def test_another_wish_changes_the_same_rule(ruled, world):
    other = {**WISH, "value": "Contacted", "action": "assess", "target": ""}
    view = applied(ruled, **{name: value for name, value in other.items() if value})
    assert (came(view)[HOOK], came(view)[OUR_RULE]) == ("done", "done")
    [hook], [rule] = hooks(world), rules(world)
    told = hook["body"]["form_data_content"]["custom_parameters"]
    assert {one["name"]: one["value"] for one in told} == {"rule": RULE, "action": "assess"}
    assert rule["execute_when"]["details"]["criteria"]["value"] == "Contacted"


@on_sqlite
@pytest.mark.parametrize("trouble", ["answer_lost", "answer_cut", "server_error"])
@pytest.mark.parametrize("kind", ["webhooks", "workflow_rules"])
def test_whatever_becomes_of_an_answer_there_is_one(admin, world, trouble, kind):
    digest = shown(admin, **WISH)["digest"]
    world.faults.order(trouble, method="POST", path=f"/settings/automation/{kind}")
    answer = admin.ask("POST", PATH, json={"digest": digest, "rule": WISH}).json
    assert set(came(answer).values()) == {"done"}
    assert (len(hooks(world)), len(rules(world))) == (1, 1)


@on_sqlite
@pytest.mark.parametrize(
    "spoil",
    [
        lambda world: hooks(world)[0].update(url="https://elsewhere.example.com/"),
        lambda world: hooks(world)[0].update(http_method="GET", body=None, headers=None),
        lambda world: hooks(world)[0].update(date_time_format=None),
        lambda world: rules(world)[0]["status"].update(active=False),
        lambda world: rules(world)[0]["execute_when"]["details"]["criteria"].update(value="Junk"),
        lambda world: world.state.rules.clear(),
        lambda world: (world.state.rules.clear(), world.state.webhooks.clear()),
    ],
    ids=["address", "method", "times", "switched off", "other value", "no rule", "nothing"],
)
def test_what_somebody_has_changed_is_repaired(ruled, world, spoil):
    spoil(world)
    assert set(states(shown(ruled)).values()) > {"right"}
    assert set(came(applied(ruled)).values()) == {None, "done"}
    assert set(states(shown(ruled)).values()) == {"right"}
    assert (len(hooks(world)), len(rules(world))) == (1, 1)


@on_sqlite
def test_new_secrets_are_told_to_zoho(ruled, world):
    ruled.ask("POST", "/api/v1/hooks", json={"rotate": ["key", "secret"]})
    assert states(shown(ruled))[HOOK] == "wrong"
    assert came(applied(ruled))[HOOK] == "done"
    assert states(shown(ruled))[HOOK] == "right"


@on_sqlite
def test_the_secret_is_shown_to_nobody(ruled, world):
    secret = hooks(world)[0]["headers"]["custom_parameters"][0]["value"]
    assert secret not in ruled.get(PATH).text


@on_sqlite
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"field": "Unicorn"}, "field"),
        ({"value": "Unicorn"}, "value"),
        ({"target": "unicorns"}, "target"),
        ({"action": "explode"}, "action"),
        ({"value": ""}, "value"),
    ],
)
def test_a_wish_that_cannot_be_is_refused(admin, world, changes, field):
    for answer in (
        admin.get(PATH, query_string={**WISH, **changes}),
        admin.ask("POST", PATH, json={"digest": "0" * 64, "rule": {**WISH, **changes}}),
    ):
        assert error_of(answer) == (422, "invalid_input")
        assert field in str(answer.json["error"]["details"])
    assert hooks(world) == []


@on_sqlite
def test_half_a_wish_is_refused(admin):
    assert error_of(admin.get(PATH, query_string={"field": "Lead_Status"}))[0] == 422


@on_sqlite
def test_where_the_edition_has_no_webhooks_the_clicks_are_told(admin, world):
    world.edition = "free"
    view = shown(admin, **WISH)
    found = {one["id"]: one for one in view["items"]}
    assert found[HOOK]["state"] == "by_hand"
    assert "edition" in found[HOOK]["message"]
    assert any("Workflow Rules" in click["message"] for click in found[OUR_RULE]["clicks"])
    after = came(applied(admin, **WISH))
    assert (after[HOOK], after.pop(OUR_RULE)) == (None, "refused")
    assert set(after.values()) == {"done", None}


@on_sqlite
def test_a_consent_from_before_keeps_nothing_else_from_being_shown(person, world):
    boss = person().at_home(world, world.users[0], installs=True, scopes=SCOPES)
    view = shown(boss, **WISH)
    assert states(view)[HOOK] == "by_hand"
    assert states(view)["field:Vendors.Convert_Anywhere_Key"] == "missing"


@on_sqlite
def test_a_strangers_rule_is_their_own(ruled, stranger, world, elsewhere):
    world.log.clear()
    assert not {HOOK, OUR_RULE} & set(states(shown(stranger)))
    assert asked(world) == 0
    assert list(elsewhere.state.webhooks) == []


@on_sqlite
def test_the_command_makes_the_rule(admin, app, world):
    run = app.test_cli_runner().invoke
    done = run(args=["provision", "--when", "Lead_Status=Pre-Qualified", "--target", "Vendors"])
    assert done.exit_code == 0, done.output
    assert "[make] Zoho gets the rule" in done.output
    assert (len(hooks(world)), len(rules(world))) == (1, 1)
    wrong = run(args=["provision", "--when", "Lead_Status=Unicorn"])
    assert wrong.exit_code == 1
    assert "does not offer this" in wrong.output


@on_sqlite
def test_the_command_refuses_a_value_that_cannot_be_kept(admin, app, world):
    half = os.fsdecode(b"Company=\xff")
    wrong = app.test_cli_runner().invoke(args=["provision", "--when", half])
    assert wrong.exit_code == 1
    assert "value: This text holds half a character." in wrong.output
    assert rules(world) == []


# What it needs is gone


STAGE = Field(
    api_name="Stage_Of_Lead", label="Stage of Lead", custom=True, data_type="text", length=60
)


def change_leads(admin, world, *kept):
    """Somebody adds fields to leads, or leaves none but these."""
    world.module("Leads").fields = list(kept)
    world.add_module()
    assert admin.ask("POST", "/api/v1/metadata/refresh").status_code == 200


@pytest.fixture
def gone(admin, world):
    """A rule waits for a field, and calls with the secret of before; then the field is deleted."""
    leads = world.module("Leads").fields
    change_leads(admin, world, *leads, STAGE)
    applied(admin, **{**WISH, "field": STAGE.api_name, "value": "Ready"})
    assert admin.ask("POST", "/api/v1/hooks", json={"rotate": ["secret"]}).status_code == 200
    change_leads(admin, world, *leads)
    return admin


@on_sqlite
def test_where_the_field_of_the_rule_is_gone_it_is_said_and_all_else_is_done(gone):
    view = applied(gone)
    found = {one["id"]: one for one in view["items"]}
    assert (found[OUR_RULE]["key"], found[OUR_RULE]["state"]) == ("rule.never", "by_hand")
    assert "Stage_Of_Lead to become Ready" in found[OUR_RULE]["message"]
    assert [one["key"] for one in found[OUR_RULE]["clicks"]] == ["click.rule.choose"]
    assert came(view)[HOOK] == "done", "the new secret is told to Zoho"
    assert set(came(applied(gone, **WISH)).values()) == {"done", None}, "another one is chosen"
    assert set(states(shown(gone)).values()) == {"right"}


@on_sqlite
def test_the_command_says_so_and_does_all_else(gone, app, world):
    run = app.test_cli_runner().invoke
    done = run(args=["provision"])
    assert done.exit_code == 1
    assert "[hand] The rule Convert Anywhere rule waits for Stage_Of_Lead" in done.output
    assert "[mend] The webhook Convert Anywhere call" in done.output
    assert run(args=["provision", "--without-rule"]).exit_code == 0
    assert hooks(world) == rules(world) == []


@on_sqlite
def test_a_field_that_goes_while_zoho_is_set_up_keeps_nothing_else(admin, world, wire):
    leads = world.module("Leads").fields
    change_leads(admin, world, *leads, STAGE)
    wish = {**WISH, "field": STAGE.api_name, "value": "Ready"}
    digest = shown(admin, **wish)["digest"]

    def remove(request):
        if request.method == "POST" and "/automation/webhooks" in request.url:
            world.module("Leads").fields = [one for one in leads if one is not STAGE]

    wire.before = remove
    answer = admin.ask("POST", PATH, json={"digest": digest, "rule": wish})
    assert came(answer.json).pop(OUR_RULE) == "refused"
    assert came(answer.json)[HOOK] == "done"


@on_sqlite
def test_where_the_value_is_offered_no_more_it_is_said(ruled, world):
    status = next(one for one in world.module("Leads").fields if one.api_name == "Lead_Status")
    status.choices = [one for one in status.choices if one.actual_value != WISH["value"]]
    world.add_module()
    assert states(shown(ruled))[OUR_RULE] == "by_hand"


@on_sqlite
def test_where_the_target_of_the_webhook_is_gone_it_is_said(ruled):
    zoho = {"key": "zoho", "label": "Zoho", "kind": "zoho"}
    saved = ruled.ask("PUT", "/api/v1/targets", json={"version": 0, "targets": [zoho]})
    assert saved.status_code == 200
    found = {one["id"]: one for one in shown(ruled)["items"]}
    assert (found[HOOK]["key"], found[HOOK]["state"]) == ("webhook.lost", "by_hand")
    assert "the target Vendors, which is there no more" in found[HOOK]["message"]
    told = [one["message"] for one in ruled.get("/api/v1/doctor").json["findings"]]
    assert found[HOOK]["message"] in told
    applied(ruled, **{**WISH, "target": "zoho"})
    assert set(states(shown(ruled)).values()) == {"right"}


# The story


def test_a_lead_whose_status_changes_becomes_a_vendor_and_is_taken_back(ruled, rep, world, parts):
    lead = new_lead(world, "Acme")
    edit(parts, rep, "Leads", lead, Lead_Status="Pre-Qualified")
    assert sorted(call_us(world, ruled)) == [200, 202], "we are told of the lead, too"
    work(parts)
    [vendor] = world.records["Vendors"].values()
    assert vendor["Vendor_Name"] == "Acme"
    assert vendor["Convert_Anywhere_Key"]
    [seen] = rep.get(f"/api/v1/conversions?lead={lead}").json["conversions"]
    assert (seen["state"], seen["target"]) == ("done", "Vendors")
    undone = ruled.ask("POST", f"/api/v1/conversions/{seen['id']}/undo", json={})
    assert undone.status_code == 202, undone.text
    work(parts)
    assert world.records["Vendors"] == {}


@on_sqlite
def test_our_webhook_says_to_the_second_when_the_lead_was_edited(ruled, rep, world, parts, clock):
    clock.advance(seconds=37)
    lead = new_lead(world)
    edit(parts, rep, "Leads", lead, Lead_Status="Pre-Qualified")
    call_us(world, ruled)
    [row] = everything(parts, Delivery)
    assert row.version == "10-01-2026 00:00:37", "twelve hours behind"
    edited = datetime.fromisoformat(world.find("Leads", lead)["Modified_Time"])
    assert time_in(row.version) == edited


@on_sqlite
@pytest.mark.parametrize("fault", ["sent_twice", "sent_late", "sent_overtaken"])
def test_however_the_call_comes_there_is_one_vendor(ruled, rep, world, parts, clock, fault):
    order = world.faults.order(fault, path="/hooks/workflow/*", seconds=90)
    lead = new_lead(world, "Acme")
    edit(parts, rep, "Leads", lead, Lead_Status="Pre-Qualified")
    # Of which we are told, too: what has been overtaken comes after that.
    edit(parts, rep, "Leads", lead, City="Bremen")
    early = call_us(world, ruled)
    work(parts)
    clock.advance(minutes=2)
    late = call_us(world, ruled)
    work(parts)
    assert order.struck == 1
    assert (early + late).count(202) == (2 if fault == "sent_twice" else 1)
    assert 202 in (late if fault == "sent_late" else early)
    assert len(everything(parts, Delivery)) == 1
    assert [one["Vendor_Name"] for one in world.records["Vendors"].values()] == ["Acme"]
    [seen] = rep.get(f"/api/v1/conversions?lead={lead}").json["conversions"]
    assert seen["state"] == "done"


@on_sqlite
def test_which_rule_is_looked_after_is_told_to_whoever_looks_again(admin):
    assert shown(admin)["rule"] is None
    applied(admin, **WISH)
    assert shown(admin)["rule"] == WISH
    assert shown(admin, **{**WISH, "action": "assess"})["rule"] == {**WISH, "action": "assess"}
    assert shown(admin)["rule"] == WISH

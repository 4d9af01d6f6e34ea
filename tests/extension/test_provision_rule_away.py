"""The webhook and the workflow rule are taken away: somebody wants that, or the org leaves."""

import pytest

from extension.planning.provision_rule import WEBHOOK
from extension.store.models import Installation
from tests.extension.rig import (
    another_answer,
    asked,
    error_of,
    everything,
    on_sqlite,
)
from tests.extension.rule_rig import HOOK, OUR_RULE, WISH, hooks, rules
from tests.extension.setup_rig import REMOVAL, applied, came, shown, states
from tests.extension.watch_rig import channels

# Taken away


@on_sqlite
def test_what_would_be_taken_away_is_shown_and_then_done(ruled, world):
    assert set(states(shown(ruled, REMOVAL)).values()) == {"surplus"}
    assert (len(hooks(world)), len(rules(world))) == (1, 1)
    assert came(applied(ruled, REMOVAL)) == {OUR_RULE: "done", HOOK: "done"}
    assert hooks(world) == rules(world) == []
    assert not {HOOK, OUR_RULE} & set(states(shown(ruled))), "nobody wishes for it any more"
    assert states(shown(ruled, REMOVAL)) == {OUR_RULE: "right", HOOK: "right"}
    assert came(applied(ruled, REMOVAL)) == {OUR_RULE: None, HOOK: None}


@on_sqlite
@pytest.mark.parametrize(("method", "body"), [("GET", None), ("POST", {"digest": "0" * 64})])
def test_only_administrators_take_it_away(ruled, rep, nobody, world, method, body):
    assert error_of(nobody.ask(method, REMOVAL, json=body)) == (401, "not_signed_in")
    assert error_of(rep.ask(method, REMOVAL, json=body)) == (403, "not_admin")
    assert (len(hooks(world)), len(rules(world))) == (1, 1)


@on_sqlite
def test_a_stranger_takes_away_their_own_rule_only(ruled, stranger, world):
    world.log.clear()
    assert came(applied(stranger, REMOVAL)) == {OUR_RULE: None, HOOK: None}
    assert asked(world) == 0
    assert (len(hooks(world)), len(rules(world))) == (1, 1)
    assert shown(ruled)["rule"] == WISH


@on_sqlite
@pytest.mark.parametrize("body", [{}, {"digest": "x"}, {"digest": "0" * 64, "rule": WISH}])
def test_a_removal_that_does_not_fit_is_refused(ruled, world, body):
    assert error_of(ruled.ask("POST", REMOVAL, json=body)) == (422, "invalid_input")
    assert len(rules(world)) == 1


@on_sqlite
def test_what_changed_since_it_was_shown_is_not_taken_away(ruled, world):
    digest = shown(ruled, REMOVAL)["digest"]
    add_action(world)
    answer = ruled.ask("POST", REMOVAL, json={"digest": digest})
    assert error_of(answer) == (409, "setup_changed")
    assert len(rules(world)) == 1
    assert shown(ruled)["rule"] == WISH


def add_action(world):
    """Somebody has the rule call another webhook as well."""
    other = {
        **hooks(world)[0], "id": "77", "name": "Somebody else's", "url": "https://else.example.com",
    }  # fmt: skip
    world.state.webhooks["77"] = other
    actions = rules(world)[0]["conditions"][0]["instant_actions"]["actions"]
    actions.append({**actions[0], "id": "77", "name": other["name"]})


@on_sqlite
def test_a_rule_that_others_have_added_to_stays_and_calls_us_no_more(ruled, world):
    add_action(world)
    assert shown(ruled, REMOVAL)["items"][0]["key"] == "rule.detach"
    assert came(applied(ruled, REMOVAL)) == {OUR_RULE: "done", HOOK: "done"}
    [rule] = rules(world)
    actions = rule["conditions"][0]["instant_actions"]["actions"]
    assert [one["id"] for one in actions] == ["77"]
    assert [one["id"] for one in hooks(world)] == ["77"]
    assert states(shown(ruled, REMOVAL)) == {OUR_RULE: "right", HOOK: "right"}
    assert shown(ruled, REMOVAL)["items"][0]["key"] == "rule.free"


@on_sqlite
def test_a_webhook_that_somebody_has_renamed_is_taken_away_with_its_rule(ruled, world):
    hooks(world)[0]["name"] = "Marketing"
    assert states(shown(ruled, REMOVAL)) == {OUR_RULE: "surplus", HOOK: "surplus"}
    assert came(applied(ruled, REMOVAL)) == {OUR_RULE: "done", HOOK: "done"}
    assert hooks(world) == rules(world) == []


@on_sqlite
def test_a_shared_rule_calls_us_no_more_by_a_webhook_that_was_renamed(ruled, world):
    add_action(world)
    hooks(world)[0]["name"] = "Marketing"
    assert shown(ruled, REMOVAL)["items"][0]["key"] == "rule.detach"
    assert came(applied(ruled, REMOVAL)) == {OUR_RULE: "done", HOOK: "done"}
    [rule] = rules(world)
    actions = rule["conditions"][0]["instant_actions"]["actions"]
    assert [one["id"] for one in actions] == ["77"]


@on_sqlite
def test_a_webhook_that_somebody_has_renamed_gets_its_name_back_and_no_double(ruled, world):
    hooks(world)[0]["name"] = "Marketing"
    assert states(shown(ruled))[HOOK] == "wrong"
    assert came(applied(ruled))[HOOK] == "done"
    [hook], [rule] = hooks(world), rules(world)
    assert hook["name"] == WEBHOOK
    actions = rule["conditions"][0]["instant_actions"]["actions"]
    assert [one["id"] for one in actions] == [hook["id"]]
    assert set(states(shown(ruled)).values()) == {"right"}


@on_sqlite
def test_a_shared_rule_whose_webhooks_zoho_does_not_show_is_left_to_a_person(ruled, world, wire):
    add_action(world)

    def refuse(request, answer):
        if "/settings/automation/webhooks" not in request.url:
            return answer
        told = {"code": "NO_PERMISSION", "details": {}, "status": "error"}
        refused = another_answer(answer, webhooks=None, info=None, message="no", **told)
        refused.status_code = 403
        return refused

    wire.twist = refuse
    [rule, hook] = shown(ruled, REMOVAL)["items"]
    assert (rule["state"], rule["key"], hook["state"]) == ("by_hand", "rule.unsure", "by_hand")
    assert "take the webhook out of the rule" in rule["clicks"][-1]["message"]
    assert set(came(applied(ruled, REMOVAL)).values()) == {None}
    assert len(rules(world)) == 1


@on_sqlite
def test_a_webhook_that_another_rule_calls_stays_and_the_clicks_are_told(ruled, world):
    world.state.rules["78"] = {**rules(world)[0], "id": "78", "name": "Somebody else's"}
    view = applied(ruled, REMOVAL)
    assert came(view) == {OUR_RULE: "done", HOOK: "refused"}
    assert "delete the webhook" in view["items"][1]["clicks"][0]["message"]
    assert (len(hooks(world)), [one["id"] for one in rules(world)]) == (1, ["78"])


@on_sqlite
@pytest.mark.parametrize("trouble", ["answer_lost", "answer_cut", "server_error"])
@pytest.mark.parametrize("kind", ["webhooks", "workflow_rules"])
def test_whatever_becomes_of_an_answer_it_is_gone(ruled, world, trouble, kind):
    digest = shown(ruled, REMOVAL)["digest"]
    world.faults.order(trouble, method="DELETE", path=f"/settings/automation/{kind}")
    view = ruled.ask("POST", REMOVAL, json={"digest": digest}).json
    assert came(view) == {OUR_RULE: "done", HOOK: "done"}
    assert hooks(world) == rules(world) == []


# When the org leaves


def left(admin):
    """What is left to be done by hand after the org has left."""
    answer = admin.ask("DELETE", "/api/v1/installation")
    assert answer.status_code == 200, answer.text
    assert error_of(admin.get("/api/v1/me")) == (401, "not_signed_in")
    return answer.json["left"]


@on_sqlite
def test_who_uninstalls_has_the_rule_and_its_webhook_taken_away(ruled, stranger, world, elsewhere):
    assert left(stranger) == []
    assert len(hooks(world)) == len(rules(world)) == 1
    assert left(ruled) == []
    assert hooks(world) == rules(world) == []


@on_sqlite
def test_who_consented_to_less_leaves_it_to_whom_automation_acts_as(ruled, person, world):
    world.users[1].profile = world.users[0].profile
    another = person().at_home(world, world.users[1])
    assert left(another) == []
    assert hooks(world) == rules(world) == []


@on_sqlite
@pytest.mark.parametrize("trouble", ["busy", "server_error"])
def test_where_zoho_cannot_say_it_is_told_by_hand_and_the_org_leaves_all_the_same(
    ruled, world, trouble
):
    world.faults.order(trouble, method="*", path="/settings/automation/*", times=None)
    assert [one["key"] for one in left(ruled)] == ["rule.unknown", "webhook.unknown"]
    assert channels(world) == {}


@on_sqlite
def test_what_zoho_refuses_is_told_with_its_clicks(ruled, app, world):
    world.edition = "free"
    done = app.test_cli_runner().invoke(args=["uninstall", "--yes"])
    assert done.exit_code == 0
    assert "is uninstalled." in done.output
    assert "[hand] Zoho does not show its webhooks" in done.output
    assert "take the webhook out of the rule Convert Anywhere rule" in done.output


@on_sqlite
def test_an_org_as_whom_nobody_can_act_any_more_leaves_by_the_command(
    ruled, app, world, zoho, parts
):
    zoho.withdraw(world, world.users[0])
    done = app.test_cli_runner().invoke(args=["uninstall", "--yes"])
    assert done.exit_code == 0
    assert "delete the rule Convert Anywhere rule" in done.output
    assert everything(parts, Installation) == []


@on_sqlite
def test_the_command_takes_the_rule_away(ruled, app, world):
    run = app.test_cli_runner().invoke
    dry = run(args=["provision", "--without-rule", "--dry-run"])
    assert (dry.exit_code, len(rules(world))) == (0, 1), dry.output
    assert "[away] The rule Convert Anywhere rule is deleted" in dry.output
    done = run(args=["provision", "--without-rule"])
    assert done.exit_code == 0, done.output
    assert hooks(world) == rules(world) == []
    both = run(args=["provision", "--without-rule", "--when", "Lead_Status=Contacted"])
    assert both.exit_code == 2

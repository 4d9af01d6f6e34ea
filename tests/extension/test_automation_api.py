"""The addresses for administrators that are about the other door."""

import json

import pytest

from extension.store.inbox import Automation, Delivery
from tests.extension.hook_rig import delivery
from tests.extension.rig import error_of, everything, on_sqlite
from tests.zoho.test_webhooks import PAYLOADS

PATH = "/api/v1/automation"
RULE = {"name": "Suppliers", "when": [{"field": "Company", "filled": True}], "target": "Vendors"}
DELIVERIES = "/api/v1/deliveries"


@pytest.fixture
def came(rule) -> str:
    """A delivery that failed: its lead is not there."""
    return str(rule.call(lead_id="5", action="convert", target="Vendors").json["delivery"])


def save(person, version: int, **document):
    return person.ask("PUT", PATH, json={"version": version, "automation": document})


# Who may


ADDRESSES = [
    ("GET", PATH, None),
    ("PUT", PATH, {"version": 0, "automation": {"rules": [RULE]}}),
    ("POST", f"{PATH}/lint", {"automation": {"rules": [RULE]}}),
    ("GET", DELIVERIES, None),
    ("GET", f"{DELIVERIES}/{{}}", None),
    ("POST", f"{DELIVERIES}/{{}}/replay", None),
]
every_address = pytest.mark.parametrize(
    ("method", "path", "body"), ADDRESSES, ids=[f"{method} {path}" for method, path, _ in ADDRESSES]
)


@on_sqlite
@every_address
def test_only_administrators_get_in(came, rep, nobody, parts, method, path, body):
    assert error_of(nobody.ask(method, path.format(came), json=body)) == (401, "not_signed_in")
    assert error_of(rep.ask(method, path.format(came), json=body)) == (403, "not_admin")
    assert everything(parts, Automation) == []
    assert [row.replays for row in everything(parts, Delivery)] == [0]


@on_sqlite
@every_address
def test_a_stranger_meets_only_what_is_their_own(came, admin, stranger, parts, method, path, body):
    answer = stranger.ask(method, path.format(came), json=body)
    assert came not in answer.text.replace(f"/{came}", "")
    if "{}" in path:
        assert error_of(answer) == (404, "not_found")
    assert admin.get(PATH).json["version"] == 0
    assert [row.replays for row in everything(parts, Delivery)] == [0]


@on_sqlite
def test_nobody_of_another_org_can_be_acted_as(admin, stranger, elsewhere):
    other = str(elsewhere.users[1].id)
    body = {"version": 0, "automation": {}, "acts_as": other}
    answer = admin.ask("PUT", PATH, json=body)
    assert error_of(answer) == (422, "invalid_input")
    assert "acts_as" in answer.json["error"]["details"]["fields"]


# The automation


def test_of_two_who_change_it_at_once_the_second_is_told(admin, parts):
    first = save(admin, 0, rules=[RULE])
    assert (first.status_code, first.json["version"]) == (200, 1)
    for version in (0, 5):
        answer = save(admin, version, rules=[])
        assert error_of(answer) == (409, "automation_changed")
        assert answer.json["error"]["details"] == {"version": 1}
    assert admin.get(PATH).json["automation"]["rules"][0]["name"] == "Suppliers"
    assert save(admin, 1, rules=[]).json["version"] == 2


@on_sqlite
@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"rules": [{**RULE, "target": "Nowhere"}]}, "rules[0].target"),
        (
            {"rules": [{**RULE, "when": [{"field": "Nothing", "is": "x"}]}]},
            "rules[0].when[0].field",
        ),
        ({"rules": [{**RULE, "when": [{"field": "Company"}]}]}, "rules[0].when[0]"),
        (
            {"rules": [{**RULE, "choices": {"carry": {"Notes": "burn"}}}]},
            "rules[0].choices.carry.Notes",
        ),
        ({"rules": [{**RULE, "choices": {"target": "x"}}]}, "rules[0].choices.target"),
        ({"rules": [{**RULE, "name": ""}]}, "rules[0].name"),
        ({"rules": [RULE] * 51}, "rules"),
        ({"assess": {"readiness": "Nothing"}}, "assess.readiness"),
        ({"assess": {"losses": "Owner"}}, "assess.losses"),
        ({"assess": {"readiness": "Description", "target": "Description"}}, "assess.readiness"),
        ({"assess": {"mood": "Description"}}, "assess.mood"),
        ({"lead_in_text": "x" * 61}, "lead_in_text"),
        ({"unknown": 1}, "unknown"),
        ([], "$"),
    ],
)
def test_what_does_not_fit_is_named_and_nothing_is_saved(admin, parts, document, path):
    answer = admin.ask("PUT", PATH, json={"version": 0, "automation": document})
    assert error_of(answer) == (422, "invalid_input")
    assert path in answer.json["error"]["details"]["fields"], answer.json
    assert everything(parts, Automation) == []


@on_sqlite
def test_what_will_never_be_reached_is_said_but_can_be_saved(admin):
    every = {"name": "All", "target": "Vendors"}
    answer = save(admin, 0, rules=[every, RULE])
    assert answer.status_code == 200
    [finding] = answer.json["findings"]
    assert (finding["severity"], finding["code"]) == ("warning", "dead_rule")


@on_sqlite
def test_a_draft_is_checked_and_each_finding_can_be_translated(admin, parts):
    status = {"field": "Lead_Status", "is": "Unicorn"}
    draft = {
        "rules": [
            {"name": "All", "target": "Vendors"},
            {"name": "Some", "when": [status], "target": "Nowhere"},
        ],
        "assess": {"losses": "Company", "mark": "Owner"},
    }
    answer = admin.ask("POST", f"{PATH}/lint", json={"automation": draft})
    assert answer.status_code == 200, answer.json
    found = {one["path"]: (one["key"], one["params"]) for one in answer.json["findings"]}
    assert found["rules[0].when"] == ("dead_rule.every", {})
    assert found["rules[1].target"] == ("unknown_target", {"target": "Nowhere"})
    key, params = found["rules[1].when[0].is"]
    assert (key, params["choices"]) == ("pick_list_drift", "Unicorn")
    assert found["assess.mark"][0] == "type_mismatch.assess"
    assert everything(parts, Automation) == []


@on_sqlite
@pytest.mark.parametrize(
    ("choices", "path", "key"),
    [
        ({"owner": "Rae"}, "owner", "no_id"),
        ({"records": {"Vendors": {"link": "?"}}}, "records.Vendors.link", "no_id"),
        ({"records": {"nobody": {}}}, "records.nobody", "no_record"),
        ({"records": {"Vendors": {"layout": "1"}}}, "records.Vendors.layout", "no_layout"),
        (
            {"records": {"Vendors": {"values": {"Nothing": "x"}}}},
            "records.Vendors.values.Nothing", "no_field",
        ),
        (
            {"records": {"Vendors": {"values": {"Phone": "5" * 99}}}},
            "records.Vendors.values.Phone", "loss.too_long",
        ),
        (
            {"records": {"Vendors": {"sources": {"Phone": "Nothing"}}}},
            "records.Vendors.sources.Phone", "no_field.lead",
        ),
        (
            {"records": {"Vendors": {"merge": {"Phone": "burn"}}}},
            "records.Vendors.merge.Phone", "choice_does_not_fit",
        ),
        ({"carry": {"Notes": "burn"}}, "carry.Notes", "choice_does_not_fit"),
        ({"lead_after": {"kind": "mark", "values": {}}}, "lead_after.values", "no_marks"),
        (
            {"lead_after": {"kind": "mark", "values": {"No_of_Employees": "x"}}},
            "lead_after.values.No_of_Employees", "loss.type_mismatch",
        ),
        ({"salvage": "no"}, "salvage", "choice_does_not_fit"),
        ({"overwrite": True}, "overwrite", "choice_does_not_fit"),
    ],
)  # fmt: skip
def test_a_choice_that_does_not_fit_is_named_by_its_field_and_why(admin, parts, choices, path, key):
    draft = {"rules": [{**RULE, "choices": choices}]}
    found = admin.ask("POST", f"{PATH}/lint", json={"automation": draft}).json["findings"]
    [one] = [one for one in found if one["severity"] == "error"]
    assert (one["path"], one["key"]) == (f"rules[0].choices.{path}", key)
    assert one["code"] == key.partition(".")[0] or key.startswith("loss.")
    answer = save(admin, 0, **draft)
    assert error_of(answer) == (422, "invalid_input")
    assert answer.json["error"]["details"]["fields"] == {one["path"]: one["message"]}
    assert everything(parts, Automation) == []


@on_sqlite
def test_choices_that_fit_are_saved_as_they_are(admin, world):
    rep = str(world.users[1].id)
    vendor = {
        "link": "", "values": {"Phone": "5", "City": None}, "sources": {"Email": "Email"},
        "merge": {"Website": "keep"},
    }  # fmt: skip
    choices = {
        "owner": rep, "records": {"Vendors": vendor}, "carry": {"Notes": "leave"},
        "lead_after": {"kind": "mark", "values": {"Lead_Status": "Contacted"}}, "salvage": False,
    }  # fmt: skip
    answer = save(admin, 0, rules=[{**RULE, "choices": choices}])
    assert answer.status_code == 200, answer.json
    assert admin.get(PATH).json["automation"]["rules"][0]["choices"] == choices


@on_sqlite
@pytest.mark.parametrize("body", [{}, {"automation": []}, {"automation": {}, "version": 1}])
def test_a_draft_that_cannot_be_read_is_refused(admin, body):
    assert error_of(admin.ask("POST", f"{PATH}/lint", json=body)) == (422, "invalid_input")


@on_sqlite
def test_a_field_that_a_target_marks_as_well_is_said(admin):
    target = {
        "key": "supplier", "label": "Supplier", "kind": "records",
        "records": [{"key": "vendor", "module": "Vendors", "fields": {"Vendor_Name": "Company"}}],
        "lead_after": {"kind": "mark", "values": {"Description": "Taken over"}},
    }  # fmt: skip
    saved = admin.ask("PUT", "/api/v1/targets", json={"version": 0, "targets": [target]})
    assert saved.status_code == 200, saved.json
    answer = save(admin, 0, assess={"mark": "Description"})
    [finding] = answer.json["findings"]
    assert (finding["key"], finding["params"]["target"]) == ("dead_rule.target", "Supplier")


@on_sqlite
def test_the_word_before_the_lead_in_a_text_is_heeded(rule, admin, parts):
    save(admin, 0, lead_in_text="Lead no")
    sent = json.loads((PAYLOADS / "text_in_the_configured_place.json").read_text())
    answer = rule.send(query=dict(sent["query"]), data=sent["body"], content_type="text/plain")
    assert answer.status_code == 202
    assert [row.lead_id for row in everything(parts, Delivery)] == ["4876876000003000010"]


# Deliveries


def test_deliveries_are_shown_page_by_page_the_newest_first(rule, admin):
    made = [rule.call(lead_id=str(100 + at), action="convert").json for at in range(5)]
    names = [one["delivery"] for one in reversed(made)]
    seen, before = [], ""
    for _ in range(3):
        page = admin.get(f"{DELIVERIES}?limit=2&before={before}").json
        seen += [one["id"] for one in page["deliveries"]]
        before = page["next"]
    assert (seen, before) == (names, None)
    only = admin.get(f"{DELIVERIES}?lead=102&state=accepted").json["deliveries"]
    assert [one["id"] for one in only] == [made[2]["delivery"]]
    assert admin.get(f"{DELIVERIES}?state=done").json == {
        "deliveries": [], "next": None, "refused": [],
    }  # fmt: skip
    assert error_of(admin.get(f"{DELIVERIES}?before=0123456789abcdef")) == (404, "not_found")


@on_sqlite
def test_nothing_of_the_payload_is_shown_but_its_names_and_what_is_believed(rule, admin):
    call = {"lead_id": "5", "action": "convert", "rule": "R", "Email": "pat@acme.example"}
    shown = delivery(admin, rule.call(**call))
    assert shown["keys"] == ["lead_id", "action", "rule", "Email"]
    assert (shown["lead"], shown["rule"]) == ("5", "R")
    assert "pat@" not in json.dumps(shown)

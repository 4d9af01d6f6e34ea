"""docs/workflows.md: every payload and every answer in it, tried out."""

import ast
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

from extension import acting, backoff, hooks, inbox, own_calls, remembered
from extension.deliveries import AGAIN
from extension.planning.assessment import READINESS
from extension.planning.automation import ASSESSED, as_data, from_data
from extension.planning.provision_rule import Address, RuleWish, webhook
from extension.web.automation_schemas import STATES
from extension.web.limits import FORGED
from extension.zoho.webhooks import ACTIONS
from tests.extension.conversion_rig import new_lead
from tests.extension.hook_rig import rule_of
from tests.extension.rig import on_sqlite
from tests.tools.zoho_pictures import MOST_BYTES, PICTURES

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "workflows.md").read_text()
NOWHERE = Address("https://convert.example.com/hooks/workflow/x", hooks.HEADER, "secret")
CODE = re.compile(r"^\| `(\w+)` \| (\w+) \|", re.M)


def blocks(heading: str) -> list[dict]:
    """The JSON under a heading."""
    part = re.split(r"^#+ ", PAGE.partition(f"{heading}\n")[2], maxsplit=1, flags=re.M)[0]
    return [json.loads(one) for one in re.findall(r"```json\n(.*?)```", part, re.S)]


@on_sqlite
@pytest.mark.parametrize("action", ACTIONS)
def test_every_action_answers_as_the_page_shows(admin, world, action):
    payload, shown = blocks(f"### `{action}`")
    answer = rule_of(admin).send(json={**payload, "lead_id": new_lead(world)})
    assert answer.status_code == (200 if action == "options" else 202)
    assert set(answer.json) == set(shown)
    if action != "options":
        assert {**answer.json, "delivery": shown["delivery"]} == shown


TARGET = {
    "key": "supplier", "label": "Supplier", "kind": "records",
    "records": [
        {"key": "vendor", "module": "Vendors", "match_on": ["Vendor_Name"],
         "fields": {"Vendor_Name": "Company", "Phone": "Phone", "City": "City"}},
    ],
}  # fmt: skip


def nameless(answer: dict) -> dict:
    """Without the ids, which every org has of its own."""
    return json.loads(re.sub(r'"[0-9]{19}"', '"id"', json.dumps(answer)))


@on_sqlite
def test_the_options_of_the_page_are_a_real_answer(admin, world):
    saved = admin.ask("PUT", "/api/v1/targets", json={"version": 0, "targets": [TARGET]})
    assert saved.status_code == 200, saved.json
    world.add_record("Vendors", {"Vendor_Name": "Acme", "Phone": "030 1234"}, owner=world.users[0])
    payload, shown = blocks("### `options`")
    values = {
        "id": payload["lead_id"], "First_Name": "Pat", "Last_Name": "Doe", "Company": "Acme",
        "City": "Bremen",
    }  # fmt: skip
    world.add_record("Leads", values, owner=world.users[1])
    real = rule_of(admin).send(json=payload).json
    assert len(shown["related"]) > 1
    assert all(one in real["related"] for one in shown["related"])
    known = {"related": shown["related"], "delivery": shown["delivery"]}
    assert nameless({**real, **known}) == nameless(shown)


@on_sqlite
def test_the_automation_of_the_page_can_be_saved(admin):
    [document] = blocks("## The automation")
    body = {"version": 0, "automation": document}
    answer = admin.ask("PUT", "/api/v1/automation", json=body)
    assert answer.status_code == 200, answer.json
    assert answer.json["findings"] == []
    assert answer.json["automation"] == document == as_data(from_data(document))


def test_the_pictures_of_zohos_pages_are_there_and_small():
    for name in PICTURES:
        assert f"]({name})" in PAGE
        assert (DOCS / name).read_bytes().startswith(b"\x89PNG")
        assert (DOCS / name).stat().st_size < MOST_BYTES


def test_the_table_of_the_form_names_what_our_own_webhook_sends():
    made = webhook(RuleWish("Lead_Status", "Qualified", "convert", "Vendors"), NOWHERE, "1")
    form = made["body"]["form_data_content"]
    sent = {one["name"] for rows in form.values() for one in rows}
    named = set(re.findall(r"^   \| `(\w+)` \|", PAGE, re.M))
    # The table says what is to be done in the address instead.
    assert named == sent - {"action"}
    assert "?action=convert" in PAGE
    assert NOWHERE.header in PAGE


def test_the_page_lists_every_code_of_a_delivery_with_its_state():
    found = set()
    for module in (acting, inbox):
        for node in ast.walk(ast.parse(Path(module.__file__ or "").read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Became":
                given = [one.value for one in node.args if isinstance(one, ast.Constant)]
                if len(given) > 1:
                    found.add((given[1], given[0]))
    documented = {(code, state) for code, state in CODE.findall(PAGE) if state in STATES}
    found.add((acting.BEHIND, "accepted"))
    in_errors_md = {("zoho_refused", "failed")}
    assert documented == found - in_errors_md


def test_the_page_names_every_state():
    for state in STATES:
        assert f"| `{state}` |" in PAGE
    assert set(AGAIN) < set(STATES)


def test_the_numbers_of_the_pages_are_those_of_the_code():
    assert (timedelta(days=1), timedelta(minutes=2)) == (inbox.WINDOW, inbox.SHORT_WINDOW)
    assert "within a day" in PAGE
    assert "within two minutes" in PAGE
    assert f"kept for {inbox.KEPT.days} days" in PAGE
    assert timedelta(weeks=1) == hooks.OVERLAP
    assert "for\nanother week" in PAGE
    assert timedelta(minutes=15) == remembered.KEPT
    assert backoff.BEHIND_SECONDS == 60
    assert "in the end once a minute" in PAGE
    assert timedelta(hours=1) == own_calls.WITHIN
    assert "more than an hour after the mark" in PAGE
    assert all(f"`{what}`" in PAGE for what in ASSESSED)
    for word in READINESS.values():
        assert f'"{word}"' in PAGE
    security = (DOCS / "security.md").read_text()
    assert f"answers {FORGED.amount} wrong calls a minute" in security
    assert f"After {inbox.KEPT.days} days" in security

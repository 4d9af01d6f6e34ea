"""Every recorded answer of Zoho's that lies beside the project can be read."""

import json
from pathlib import Path

import pytest

from extension.errors import (
    ScopeMissing,
    TokenExpired,
    ZohoBusy,
    ZohoError,
    ZohoMissing,
    ZohoRefused,
)
from extension.zoho import metadata, people, records
from extension.zoho.protocol import decipher, is_error, judge, more_follow, outcomes

SAMPLES = Path(__file__).parents[3] / "shared" / "zoho" / "samples"
NAMES = sorted(path.name for path in SAMPLES.glob("*.json"))

# What we send, what Zoho posts to us, and what is kept in the CRM's set-up: not answers.
NO_ANSWERS = frozenset(
    {
        "convert_request_basic.json",
        "convert_request_full.json",
        "coql_request_response.json",
        "mass_convert_request.json",
        "notes_create_request.json",
        "tags_add_request_response.json",
        "watch_enable_request.json",
        "watch_notification_push.json",
        "webhook_config_form_data.json",
        "webhook_create_request_raw_json.json",
        "workflow_rule_convert_action.json",
    }
)

pytestmark = pytest.mark.skipif(
    not NAMES, reason="no recorded answers beside the project (../shared/zoho/samples)"
)


def sample(name):
    path = SAMPLES / name
    if not path.exists():
        pytest.skip(f"no {name} beside the project (../shared/zoho/samples)")
    return json.loads(path.read_text(encoding="utf-8"))


def bodies(name):
    """(status, body) of each answer in a sample, whichever way the file holds them."""
    whole = sample(name)
    for one in whole if isinstance(whole, list) else [whole]:
        if isinstance(one, dict) and {"http", "body"} <= set(one):
            yield one["http"], one["body"]
        else:
            yield (400 if is_error(one) else 200), one


def meaning(status, body):
    try:
        return decipher(status, {}, json.dumps(body).encode(), False)
    except ZohoError as error:
        return error


@pytest.mark.parametrize("name", sorted(set(NAMES) - NO_ANSWERS) or ["none"])
def test_every_answer_is_a_payload_or_one_of_our_errors(name):
    meant = [meaning(status, body) for status, body in bodies(name) if isinstance(body, dict)]
    assert meant
    for one in meant:
        if isinstance(one, ZohoError):
            assert one.message
            assert one.zoho_code not in ("", "UNKNOWN")
            continue
        for key in one:
            assert all(isinstance(outcome, dict | ZohoError) for outcome in outcomes(one, key))


def test_every_sample_is_known_to_be_an_answer_or_not():
    assert set(NAMES) >= NO_ANSWERS


GENERIC = {
    "INVALID_TOKEN": TokenExpired,
    "OAUTH_SCOPE_MISMATCH": ScopeMissing,
    "TOO_MANY_REQUESTS": ZohoBusy,
    "INTERNAL_ERROR": ZohoBusy,
}


def test_the_general_errors_are_of_their_kinds():
    for status, body in bodies("generic_errors.json"):
        with pytest.raises(ZohoError) as raised:
            judge(status, body, False)
        assert type(raised.value) is GENERIC.get(body["code"], ZohoRefused)
        assert raised.value.zoho_code == body["code"]


def test_an_unknown_lead_has_no_conversion_options():
    errors = {}
    for status, body in bodies("conversion_options_400_errors.json"):
        with pytest.raises(ZohoRefused) as raised:
            judge(status, body, False)
        errors[body["code"]] = type(raised.value)
    assert errors == {
        "INVALID_DATA": ZohoMissing,
        "NOT_APPROVED": ZohoRefused,
        "RECORD_LOCKED": ZohoRefused,
    }


@pytest.mark.parametrize(
    ("name", "found", "layouts"),
    [
        ("full", {"Contacts": 1, "Accounts": 1}, {"Contacts", "Deals"}),
        ("contacts_only", {"Contacts": 2}, set()),
        ("no_match_multi_layout", {}, {"Contacts", "Deals"}),
        ("v7_account", {"Accounts": 1}, {"Accounts"}),
    ],
)
def test_conversion_options(name, found, layouts):
    says = records.conversion_options(sample(f"conversion_options_200_{name}.json"))
    assert says.state == "answered"
    assert {module: len(rows) for module, rows in says.records.items()} == found
    assert says.agreements.keys() == found.keys()
    assert all(one.label for several in says.agreements.values() for one in several)
    assert says.several_layouts == layouts


def test_a_field_with_its_conversion_mapping():
    field = metadata.fields({"fields": [sample("field_with_convert_mapping.json")]})["Last_Name"]
    assert field.converts_to == {"Contacts": "Last_Name"}
    assert (field.max_length, field.mandatory, field.read_only) == (80, True, False)
    assert not field.unique


def test_a_layout_with_its_conversion_mapping():
    [layout] = metadata.layouts(sample("layouts_leads_convert_mapping.json"))
    assert set(layout.converts_to) == {"Contacts", "Deals", "Accounts"}
    required = {field.api_name for field in layout.deal_fields if field.required}
    assert required == {"Deal_Name", "Stage", "Pipeline"}


def test_modules():
    [leads] = metadata.modules(sample("module_leads.json"))
    assert (leads.name_field, leads.visible, len(leads.profiles)) == ("Full_Name", True, 2)
    [custom] = metadata.modules(sample("module_custom.json"))
    assert (custom.api_name, custom.module_name, custom.kind) == (
        "Suppliers",
        "CustomModule3",
        "custom",
    )


def test_the_org_and_its_users():
    assert people.org(sample("org_200.json")).id == "60001234567"
    [user] = people.users(sample("users_200.json"))
    assert user.administrator
    assert not more_follow(sample("users_200.json"))


def test_a_converted_lead():
    assert records.record(sample("lead_converted_record.json"), "Leads").values["$converted"]


def test_records_made_and_refused():
    made, refused = outcomes(sample("record_create_207.json"))
    assert made["code"] == "SUCCESS"
    assert (refused.zoho_code, refused.details["api_name"]) == ("INVALID_DATA", "Last_Name")


def test_a_refused_write_names_the_records_that_it_doubles():
    first, second, *_ = [outcomes(body)[0] for _, body in bodies("record_write_errors.json")]
    assert first.details["id"] == "4876876000000428295"
    assert second.zoho_code == "MULTIPLE_OR_MULTI_ERRORS"
    assert [(one["api_name"], one["id"]) for one in second.details["errors"]] == [
        ("Email", "1"),
        ("Mobile", "2"),
    ]

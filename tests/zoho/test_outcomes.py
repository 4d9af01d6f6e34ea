"""What an answer says of each row that was sent: written, refused, or unclear."""

import json
from pathlib import Path

import pytest

from extension.errors import (
    GrantRevoked,
    ScopeMissing,
    ZohoError,
    ZohoMissing,
    ZohoRefused,
    ZohoUnclear,
)
from extension.zoho import outcomes
from extension.zoho.outcomes import Converted, RowRefused, RowUnclear, Scheduled, Written
from extension.zoho.protocol import decipher
from extension.zoho.writer import Writer

MADE = "4876876000009400001"
SAMPLES = Path(__file__).parents[3] / "shared" / "zoho" / "samples"


def refused(payload, name, count=1):
    return outcomes.rows(payload(name), count)[0]


def test_each_row_has_a_fate_of_its_own(payload):
    rows = outcomes.rows(payload("three_rows_one_made_one_refused_one_broken"), 3, creates=True)
    made, wrong, broken = rows
    assert made == Written(MADE, True, "2026-03-02T09:15:00+01:00")
    assert (wrong.code, wrong.field, wrong.said) == ("INVALID_DATA", "Email", "invalid data")
    assert (wrong.busy, wrong.missing, wrong.duplicate) == (False, False, "")
    assert broken == RowUnclear("INTERNAL_ERROR")


def test_an_upsert_tells_what_was_there_before(payload):
    rows = outcomes.rows(payload("one_record_changed_one_made"), 2, creates=True)
    assert [row.created for row in rows] == [False, True]


@pytest.mark.parametrize(
    ("name", "count", "row", "field", "double"),
    [
        ("one_vendor_made_one_double", 2, 1, "Email", "4876876000009400007"),
        (
            "vendor_doubles_a_record_named_by_id_alone",
            1,
            0,
            "Conversion_Key",
            "4876876000009400007",
        ),
    ],
)
def test_a_double_is_named_whichever_way_zoho_names_it(payload, name, count, row, field, double):
    told = outcomes.rows(payload(name), count)[row]
    assert (told.code, told.field, told.duplicate) == ("DUPLICATE_DATA", field, double)
    assert told.double_in(field) == double
    assert told.double_in("Phone") == ""


def test_a_row_that_doubles_two_records_names_both(payload):
    told = refused(payload, "vendor_doubles_two_records_in_two_fields")
    assert (told.code, told.field, len(told.also)) == ("DUPLICATE_DATA", "Email", 1)
    assert told.double_in("Email") == "4876876000009400007"
    assert told.double_in("Conversion_Key") == "4876876000009400008"


def test_of_several_faults_that_are_not_alike_none_is_lost(payload):
    told = refused(payload, "vendor_with_two_faults")
    assert [told.code, *(one.code for one in told.also)] == [
        "DUPLICATE_DATA",
        "MANDATORY_NOT_FOUND",
    ]
    assert told.also[0].field == "Vendor_Name"


@pytest.mark.parametrize(
    ("name", "code", "field"),
    [
        ("rule_of_the_layout_wants_a_phone", "MANDATORY_NOT_FOUND", "Phone"),
        ("vendor_linked_to_a_record_that_is_nowhere", "INVALID_DATA", "Parent_Vendor"),
        ("note_without_title_or_content", "EXPECTED_FIELD_MISSING", "Note_Content"),
        ("record_locked_by_somebody", "RECORD_LOCKED", "id"),
        ("stage_that_the_pipeline_lacks", "MAPPING_MISMATCH", "Stage"),
    ],
)
def test_a_refusal_names_the_field_that_zoho_blames(payload, name, code, field):
    told = refused(payload, name)
    assert (told.code, told.field, told.missing, told.busy) == (code, field, False, False)
    assert told.message.endswith(".")


def test_a_record_that_is_nowhere_is_told_apart_from_a_wrong_value(payload):
    gone = refused(payload, "update_of_a_record_that_is_nowhere")
    deleted, not_there = outcomes.rows(payload("one_deleted_one_nowhere"), 2)
    assert (gone.missing, not_there.missing) == (True, True)
    assert gone.message == "There is no such record, or you may not see it."
    assert deleted.id == MADE


def test_a_row_that_was_turned_away_may_be_sent_again(payload):
    done, busy = outcomes.rows(payload("row_turned_away_for_now"), 2)
    assert isinstance(done, Written)
    assert (busy.code, busy.busy) == ("TOO_MANY_REQUESTS", True)


def test_rows_of_which_nothing_can_be_read_are_unclear(payload):
    rows = outcomes.rows(payload("rows_that_say_nothing"), 4)
    assert rows == (RowUnclear("SUCCESS"), RowUnclear(), RowUnclear(), RowUnclear())


def test_where_zoho_repeats_no_id_it_is_the_one_that_was_sent(payload):
    first, *_ = outcomes.rows(payload("rows_that_say_nothing"), 4, ids=["7", "8", "9", "10"])
    assert first == Written("7", False)


def test_an_answer_about_other_records_is_unclear(payload):
    with pytest.raises(ZohoUnclear) as unclear:
        outcomes.rows(payload("one_deleted_one_nowhere"), 2, ids=["7", "4876876000009400002"])
    assert unclear.value.zoho_code == "OTHER_ROWS"


@pytest.mark.parametrize("count", [1, 3, 100])
def test_an_answer_with_another_number_of_rows_is_unclear(payload, count):
    with pytest.raises(ZohoUnclear):
        outcomes.rows(payload("one_vendor_made_one_double"), count)


@pytest.mark.parametrize("nothing", [None, {}, {"data": None}, {"data": {}}, {"data": []}])
def test_no_answer_about_a_write_is_unclear(nothing):
    with pytest.raises(ZohoUnclear):
        outcomes.rows(nothing, 1)


def test_one_refused_row_is_not_the_answer_to_several(payload):
    with pytest.raises(ZohoUnclear):
        outcomes.rows(payload("rule_of_the_layout_wants_a_phone"), 2)


@pytest.mark.parametrize(
    "name",
    ["more_rows_than_are_allowed", "trigger_that_nobody_knows", "name_of_a_tag_is_too_long"],
)
def test_a_request_that_is_refused_as_a_whole_is_refused(payload, name):
    with pytest.raises(ZohoRefused):
        outcomes.rows(payload(name), 20)


def test_what_zoho_says_in_its_own_words_is_kept_and_not_shown_in_logs(payload):
    told = refused(payload, "conversion_refused_by_zohos_rule_in_the_admins_words")
    assert told.said == "Pat Doe must not be converted before the audit"
    assert "Pat Doe" not in repr(told)
    assert "Pat Doe" not in told.message


@pytest.mark.parametrize(
    ("name", "became"),
    [
        (
            "lead_converted",
            Converted("4876876000006145045", "4876876000006145040", "4876876000006145051"),
        ),
        ("lead_became_only_a_contact", Converted("4876876000006145045", None, None)),
        (
            "lead_converted_in_version_2",
            Converted("4876876000006145045", "4876876000006145040", None),
        ),
        ("conversion_scheduled", Scheduled("4876876000009300001")),
    ],
)
def test_what_became_of_a_lead(payload, name, became):
    assert outcomes.conversion(payload(name)) == became


@pytest.mark.parametrize("name", ["conversion_refused_with_202", "stage_that_the_pipeline_lacks"])
def test_a_conversion_is_refused_with_whatever_status(answer, name):
    status, headers, body = answer(name)
    told = outcomes.conversion(decipher(status, headers, body, True))
    assert isinstance(told, RowRefused)
    assert told.field


@pytest.mark.parametrize(
    "name",
    ["conversion_broke_down_with_202", "lead_converted_into_nothing", "one_deleted_one_nowhere"],
)
def test_a_conversion_that_nothing_certain_is_said_of_is_unclear(payload, name):
    with pytest.raises(ZohoUnclear):
        outcomes.conversion(payload(name))


def test_a_conversion_without_an_answer_is_unclear():
    with pytest.raises(ZohoUnclear):
        outcomes.conversion(None)


def test_the_only_row_of_a_write_is_written_refused_or_raises(payload):
    made = outcomes.only(payload("attachment_uploaded"), creates=True)
    assert made == Written("4876876000002738705", True, "2026-03-02T09:15:00+01:00")
    assert outcomes.only(payload("record_locked_by_somebody")).code == "RECORD_LOCKED"
    with pytest.raises(ZohoUnclear):
        outcomes.only(payload("conversion_broke_down_with_202"))


def test_the_refusal_of_a_call_about_one_row_is_the_rows(answer):
    status, headers, body = answer("lead_was_converted_before")
    with pytest.raises(ZohoRefused) as error:
        decipher(status, headers, body, True)
    assert outcomes.alone(error.value) == RowRefused(
        "ID_ALREADY_CONVERTED", "The lead has been converted already."
    )
    assert outcomes.alone(ZohoMissing("x", zoho_code="INVALID_DATA")).missing


@pytest.mark.parametrize("kind", [ScopeMissing, GrantRevoked])
def test_what_ails_the_person_is_not_told_of_a_row(kind):
    with pytest.raises(kind):
        outcomes.alone(kind("Sign in again."))


@pytest.mark.parametrize(
    "name", ["record_write_errors.json", "record_create_207.json", "record_upsert_200.json"]
)
def test_every_recorded_answer_to_a_write_can_be_read(name):
    path = SAMPLES / name
    if not path.exists():
        pytest.skip(f"no {name} beside the project (../shared/zoho/samples)")
    whole = json.loads(path.read_text(encoding="utf-8"))
    for body in whole if isinstance(whole, list) else [whole]:
        for row in outcomes.rows(body, len(body["data"])):
            assert isinstance(row, Written | RowRefused)


def test_every_recorded_refusal_of_a_conversion_is_one():
    path = SAMPLES / "convert_errors_400.json"
    if not path.exists():
        pytest.skip("no convert_errors_400.json beside the project (../shared/zoho/samples)")
    for body in json.loads(path.read_text(encoding="utf-8")):
        try:
            told = outcomes.conversion(decipher(400, {}, json.dumps(body).encode(), True))
        except ZohoError as error:
            told = outcomes.alone(error)
        assert isinstance(told, RowRefused)
        assert told.code not in ("", "UNKNOWN")


@pytest.mark.parametrize("count", [1, 3])
def test_a_write_whose_answer_is_about_other_rows_is_unclear_to_whoever_wrote(crm, count):
    client, _ = crm("one_vendor_made_one_double")
    with pytest.raises(ZohoUnclear):
        Writer(client).create("Vendors", [{"Vendor_Name": "Acme"}] * count)

"""What an org's CRM lacks for us, as values."""

from dataclasses import replace

import pytest

from extension.planning.own_fields import BEST_TARGET, KEY, KEY_FIELD, LOSSES, MARK, ON_LEADS
from extension.planning.provision import (
    digest,
    keyed_modules,
    of_fields,
    wanted_fields,
)
from extension.planning.records import Catalogue
from extension.planning.targets import default_targets
from tests.planning.crm import custom, field, fields, module

VENDORS = module("Vendors", field("Vendor_Name", mandatory=True))
CATALOGUE = Catalogue({"Vendors": VENDORS, "Partners": custom("Partners")})
GOOD = field(KEY_FIELD, max_length=60, unique=True, id="7")


def judged(has):
    there = {"Vendors": has if isinstance(has, str) else fields(*has)}
    [found] = of_fields([("Vendors", KEY)], there, CATALOGUE)
    return found


@pytest.mark.parametrize(
    ("has", "state", "key"),
    [
        ([GOOD], "right", "field.right"),
        ([replace(GOOD, max_length=255)], "right", "field.right"),
        ([replace(GOOD, max_length=None)], "right", "field.right"),
        ([], "missing", "field.missing"),
        ([field("Convert_Anywhere_Key1")], "missing", "field.missing"),
        ([replace(GOOD, unique=False)], "wrong", "field.not_unique"),
        ([replace(GOOD, max_length=20)], "wrong", "field.too_short"),
        ([replace(GOOD, data_type="picklist")], "by_hand", "field.other_kind"),
        ("Your profile does not allow this.", "by_hand", "field.unknown"),
    ],
)
def test_a_field_is_right_missing_wrong_or_to_be_done_by_hand(has, state, key):
    found = judged(has)
    assert (found.state, found.said.key) == (state, key)
    assert bool(found.clicks) == (state != "right")
    assert found.open == (state in ("missing", "wrong"))


def test_a_sentence_names_the_module_as_people_call_it():
    assert judged([]).said.message == "Vendors gets the field Convert Anywhere Key."
    assert judged("Ask an administrator.").said.message.endswith("Ask an administrator.")


def test_the_clicks_end_with_the_api_name_by_which_we_find_it():
    said = [click.message for click in judged([]).clicks]
    assert "“Do not allow duplicate values”" in said[-2]
    assert said[-1].endswith("call it Convert_Anywhere_Key.")


def test_a_key_is_wanted_where_records_are_made_and_nowhere_else():
    targets = default_targets(CATALOGUE)
    assert set(keyed_modules(targets)) == {"Vendors", "Partners"}
    wanted = wanted_fields(targets)
    assert {(module, KEY) for module in ("Vendors", "Partners")} <= set(wanted)
    assert [own for module, own in wanted if module == "Leads"] == [
        MARK, *ON_LEADS[1:2], LOSSES, BEST_TARGET,
    ]  # fmt: skip


def test_the_digest_is_of_what_would_change():
    assert digest([judged([])]) == digest([judged([])])
    assert digest([judged([])]) != digest([judged([GOOD])])
    assert digest([judged("One reason.")]) != digest([judged("Another.")])


def test_zoho_makes_the_api_name_that_we_look_for_out_of_the_label():
    assert KEY.api_name == KEY_FIELD == "Convert_Anywhere_Key"

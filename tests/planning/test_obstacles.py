"""What closes a lead, a module or Zoho's conversion to a person."""

from dataclasses import replace
from typing import Any

import pytest

from extension.planning import obstacles
from extension.planning.records import Layout, Module, User, ZohoSays

from .crm import NOTHING, REP, VENDORS, lead, rep


def codes(zoho_says: ZohoSays = NOTHING, **values: Any) -> list[str]:
    return [one.code for one in obstacles.of_lead(lead(**values), zoho_says)]


def test_an_ordinary_lead_is_open() -> None:
    assert codes(**{"$review_process": {"approve": False}, "$approval": {"approve": False}}) == []


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"Converted__s": True}, "already_converted"),
        ({"$converted": True}, "already_converted"),
        ({"Locked__s": True}, "locked"),
        ({"$locked_for_me": True}, "locked"),
        ({"$in_merge": True}, "locked"),
        ({"$field_states": ["convert_scheduler"]}, "locked"),
        ({"$approval_state": "approval_process_pending"}, "not_approved"),
        ({"$approval_state": "approval_process_rejected"}, "not_approved"),
        ({"$approval": {"approve": False, "resubmit": True}}, "not_approved"),
        ({"$approval_state": "review_process_pending"}, "under_review"),
        ({"$review_process": {"approve": True, "reject": True}}, "under_review"),
    ],
    ids=str,
)
def test_a_lead_in_this_state_can_become_nothing(values: dict[str, Any], code: str) -> None:
    assert codes(**values) == [code]


@pytest.mark.parametrize(
    "values",
    [
        {"Locked__s": True, "$locked_for_me": False},
        {"$approval_state": None},
        {"$approval_state": "review_process_completed"},
        {"$approval": None, "$review_process": None, "$field_states": None},
    ],
    ids=str,
)
def test_a_lead_in_this_state_is_open(values: dict[str, Any]) -> None:
    assert codes(**values) == []


@pytest.mark.parametrize(
    ("zoho_code", "code"),
    [
        ("RECORD_LOCKED", "locked"),
        ("NOT_APPROVED", "not_approved"),
        ("NOT_REVIEWED", "under_review"),
        ("ID_ALREADY_CONVERTED", "already_converted"),
    ],
)
def test_what_zoho_says_of_the_lead_counts_for_every_target(zoho_code: str, code: str) -> None:
    refused = ZohoSays("refused", code=zoho_code, message="no")
    assert codes(refused) == [code]
    assert obstacles.of_conversion(refused, REP) == ()


def test_a_reason_is_given_once_and_in_the_lead_own_words() -> None:
    refused = ZohoSays("refused", code="RECORD_LOCKED", message="record under merge is locked")
    [found] = obstacles.of_lead(lead(**{"$in_merge": True}), refused)
    assert found.message == "This lead is being merged with another. Finish the merge first."


def test_another_refusal_of_zoho_closes_its_conversion_alone() -> None:
    refused = ZohoSays("refused", code="INVALID_DATA", message="the given id seems to be invalid")
    assert obstacles.of_lead(lead(), refused) == ()
    [found] = obstacles.of_conversion(refused, REP)
    assert found.code == "no_conversion_options"
    assert "the given id seems to be invalid" in found.message


def test_who_may_not_convert_leads_is_told_which_permission_is_missing() -> None:
    [found] = obstacles.of_conversion(NOTHING, rep(Convert_Leads=False))
    assert (found.code, found.params["permission"]) == (
        "no_permission", "Crm_Implied_Convert_Leads",
    )  # fmt: skip


@pytest.mark.parametrize("user", [REP, rep(Convert_Leads=True)])
def test_a_permission_that_is_on_or_unknown_closes_nothing(user: User) -> None:
    assert obstacles.of_conversion(NOTHING, user) == ()


SUPPLIERS = replace(VENDORS, api_name="Suppliers", module_name="CustomModule3", plural="Suppliers")
DEALS = replace(VENDORS, api_name="Deals", plural="Deals")


@pytest.mark.parametrize(
    ("module", "user", "found"),
    [
        (VENDORS, REP, []),
        (VENDORS, rep(Create_Vendors=True), []),
        (VENDORS, rep(Create_Vendors=False), ["no_permission"]),
        (VENDORS, rep(View_Vendors=False), ["module_hidden"]),
        (SUPPLIERS, rep(Create_CustomModule3=False), ["no_permission"]),
        (SUPPLIERS, rep(Create_Suppliers=False), ["no_permission"]),
        (SUPPLIERS, rep(Create_Suppliers=False, Create_CustomModule3=True), []),
        (DEALS, rep(Create_Potentials=False), ["no_permission"]),
        (replace(VENDORS, creatable=False), REP, ["no_permission"]),
        (replace(VENDORS, visible=False), REP, ["module_hidden"]),
        (replace(VENDORS, profiles=frozenset({"72"})), REP, ["module_hidden"]),
        (replace(VENDORS, profiles=frozenset({"71"})), REP, []),
        (replace(VENDORS, layouts=(Layout("1", "Old", active=False),)), REP, ["no_layout"]),
        (replace(VENDORS, layouts=(Layout("1", "X", profiles=frozenset()),)), REP, ["no_layout"]),
        (replace(VENDORS, layouts=()), REP, []),
    ],
)
def test_whether_a_person_can_create_a_record(module: Module, user: User, found: list[str]) -> None:
    assert [one.code for one in obstacles.of_module(module, user)] == found


def test_the_missing_permission_is_named() -> None:
    [found] = obstacles.of_module(SUPPLIERS, rep(Create_CustomModule3=False))
    assert found.params == {
        "permission": "Crm_Implied_Create_CustomModule3",
        "module": "Suppliers",
        "label": "Suppliers",
    }

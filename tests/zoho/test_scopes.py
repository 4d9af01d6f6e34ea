"""What we ask people to agree to, and whether they did."""

import pytest

from extension.zoho.scopes import SCOPES, missing


def test_what_was_asked_for_is_enough():
    assert missing(" ".join(SCOPES)) == set()


def test_commas_and_capitals_make_no_difference():
    assert missing(",".join(SCOPES).lower()) == set()


def test_nothing_granted_is_everything_missing():
    assert missing("") == set(SCOPES)


@pytest.mark.parametrize("left_out", SCOPES)
def test_one_that_is_left_out_is_named(left_out):
    assert missing(" ".join(set(SCOPES) - {left_out})) == {left_out}


def test_a_wider_scope_is_enough():
    others = [scope for scope in SCOPES if not scope.startswith("ZohoCRM.settings.")]
    assert missing(" ".join([*others, "ZohoCRM.settings.ALL"])) == set()
    read = missing(" ".join([*others, "ZohoCRM.settings.READ"]))
    assert read == {scope for scope in SCOPES if scope.endswith(".UPDATE")}


@pytest.mark.parametrize(
    "near", ["ZohoCRM.ALL", "ZohoCRM.modules.READ", "ZohoCRM.modules.leads.ALL", "ZohoCRM.mod.ALL"]
)
def test_a_narrower_scope_is_not_enough(near):
    others = [scope for scope in SCOPES if scope != "ZohoCRM.modules.ALL"]
    assert missing(" ".join([*others, near])) == {"ZohoCRM.modules.ALL"}


def test_no_scope_is_asked_for_twice():
    assert len(set(SCOPES)) == len(SCOPES)

"""Who asks, and from which org."""

from datetime import UTC, datetime

import pytest

from extension.errors import ZohoMissing
from extension.planning.records import Profile, User
from extension.zoho import people
from extension.zoho.people import Org


def test_an_org_goes_by_its_zgid(payload):
    assert people.org(payload("org")) == Org(
        id="60001234567", name="Acme Inc.", time_zone="America/Chicago", currency="USD"
    )


TRYING = {
    "paid": False, "paid_type": "free",
    "trial_type": "enterprise", "trial_expiry": "2025-12-04T17:26:17+05:30",
}  # fmt: skip


@pytest.mark.parametrize(
    ("licence", "edition"),
    [
        ({"paid": True, "paid_type": "professional", "trial_type": None}, "professional"),
        (TRYING, "enterprise"),
        (TRYING | {"trial_expiry": "2025-12-04T11:56:16+00:00"}, "free"),
        (TRYING | {"trial_expiry": "soon"}, "free"),
        (TRYING | {"trial_expiry": "2026-12-04T11:56:16"}, "free"),
        (TRYING | {"trial_type": None}, "free"),
        ({}, ""),
        (None, ""),
    ],
)
def test_an_orgs_edition_is_the_one_it_tries_out_or_else_the_one_it_has(licence, edition):
    payload = {"org": [{"zgid": "60001234567", "license_details": licence}]}
    now = datetime(2025, 12, 4, 11, 56, 16, tzinfo=UTC)
    assert people.org(payload).edition(now) == edition


def test_a_user_is_read_whole(payload):
    assert people.user(payload("current_user")) == User(
        id="327001",
        name="Sam Owner",
        email="sam@example.com",
        profile=Profile(id="15972", name="Administrator"),
        locale="de_DE",
        time_zone="Europe/Berlin",
        administrator=True,
    )


def test_a_user_without_a_full_name_is_put_together(payload):
    [rob] = people.users(payload("users_page_2"))
    assert (rob.name, rob.locale, rob.administrator) == ("Rob Rep", "en_US", False)


def test_only_zohos_own_administrator_profile_makes_an_administrator():
    entry = {"id": "1", "email": "x@example.com", "profile": {"id": "2", "name": "Administrators"}}
    assert not people.user({"users": [entry]}).administrator


def test_a_profile_knows_what_is_on_what_is_off_and_not_the_rest(payload):
    assert people.profile(payload("profile_of_a_rep")) == Profile(
        id="15975",
        name="Sales",
        permissions={
            "Crm_Implied_View_Leads": True,
            "Crm_Implied_Create_CustomModule3": False,
        },
    )


@pytest.mark.parametrize("reader", [people.org, people.user, people.profile])
def test_an_answer_with_nobody_in_it_says_so(reader):
    for payload in (None, {}, {"users": []}):
        with pytest.raises(ZohoMissing):
            reader(payload)

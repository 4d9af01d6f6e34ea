"""What becomes of a call that meets trouble."""

import pytest

from extension.errors import ZohoBusy, ZohoUnclear
from extension.zoho import records
from extension.zoho.protocol import Ask

TROUBLE = ["busy", "server_error", "answer_lost", "answer_cut", "no_connection"]


NEW_VENDOR = {"data": [{"Vendor_Name": "Acme"}]}


def create(client):
    """A write, as later conversions make them."""
    return client.ask(Ask("POST", "/crm/v8/Vendors", json=NEW_VENDOR, writes=True))


def two_questions(client, lead):
    return {"lead": client.asks.lead(lead), "org": client.asks.org()}


@pytest.mark.parametrize("kind", TROUBLE)
def test_a_read_in_trouble_is_busy_and_works_the_next_time(crm, world, kind):
    client = crm()
    world.faults.order(kind, path="/org")
    with pytest.raises(ZohoBusy):
        client.org()
    assert client.org().id == world.org.zgid


@pytest.mark.parametrize("kind", TROUBLE)
def test_conversion_options_in_trouble_are_unavailable(crm, world, lead, kind):
    world.faults.order(kind, path="/Leads/*/__conversion_options")
    assert crm().conversion_options(lead).state == "unavailable"


def test_what_is_left_of_the_credits_is_known_once_half_are_used(crm, world):
    client = crm()
    client.org()
    assert client.credits_left is None
    world.limits.credits = 3
    client.org()
    assert client.credits_left == 1


def test_who_has_no_credits_left_is_busy(crm, world):
    client = crm()
    world.limits.credits = 0
    with pytest.raises(ZohoBusy) as busy:
        client.org()
    assert busy.value.zoho_code == "TOO_MANY_REQUESTS"


@pytest.mark.parametrize("kind", ["answer_lost", "answer_cut"])
def test_a_write_whose_answer_is_lost_has_happened_and_is_not_repeated(crm, world, kind):
    client = crm()
    world.faults.order(kind, method="POST", path="/Vendors")
    with pytest.raises(ZohoUnclear):
        create(client)
    assert (len(world.records["Vendors"]), client.calls) == (1, 1)


def test_a_write_that_was_turned_away_has_not_happened_and_is_busy(crm, world):
    world.faults.order("busy", method="POST", path="/Vendors")
    with pytest.raises(ZohoBusy):
        create(crm())
    assert not world.records["Vendors"]


def test_a_write_during_which_zoho_broke_down_is_unclear(crm, world):
    world.faults.order("server_error", method="POST", path="/Vendors")
    with pytest.raises(ZohoUnclear):
        create(crm())


def test_a_write_with_a_token_that_has_run_out_happens_once(crm, world):
    world.faults.order("token_expired", method="POST", path="/Vendors")
    create(crm())
    assert len(world.records["Vendors"]) == 1


@pytest.mark.parametrize("kind", TROUBLE)
def test_a_composite_request_in_trouble_is_busy_as_a_whole(crm, world, lead, kind):
    client = crm()
    world.faults.order(kind, path="/__composite_requests")
    with pytest.raises(ZohoBusy):
        client.composite(two_questions(client, lead))


def test_a_token_that_has_run_out_is_replaced_for_the_whole_composite_request(crm, world, lead):
    client = crm()
    world.faults.order("token_expired", path="/__composite_requests")
    assert records.record(client.composite(two_questions(client, lead))["lead"], "Leads").id == lead
    assert client.calls == 2

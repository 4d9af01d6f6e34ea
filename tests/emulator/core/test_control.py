"""The emulator's own door: orders, log, clock, reset, as JSON and as a page."""

import pytest

from emulator.tokens import DEMO_CLIENT_ID, Asked, InvalidCode, Throttled


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def org(world):
    return f"/_emulator/orgs/{world.org.zgid}"


def test_the_page_shows_every_org_its_people_and_its_calls(client, world, zoho):
    zoho("GET", "/org")
    page = client.get("/_emulator/").text
    for words in ("Acme Inc.", "Rob Rep", "GET /org", "1 of 52000 used", "This is an emulator"):
        assert words in page


def test_orgs_are_listed_with_their_users(client, world):
    [org] = client.get("/_emulator/orgs").json["orgs"]
    assert (org["zgid"], org["location"], org["edition"]) == ("60001234567", "us", "enterprise")
    assert [user["name"] for user in org["users"]] == ["Ada Admin", "Rob Rep"]
    assert org["credits"] == {"total": 52_000, "spent": 0, "remaining": 52_000}


def test_notable_records_are_told_by_name(client, world):
    world.notable["supplier"] = world.add_record("Leads", {"Last_Name": "Doe"})["id"]
    [org] = client.get("/_emulator/orgs").json["orgs"]
    assert list(org["notable"]) == ["supplier"]
    assert org["records"]["Leads"] == 1


def test_trouble_is_ordered_seen_and_cancelled(client, org, zoho):
    wish = {"kind": "busy", "method": "GET", "path": "/org", "times": None}
    ordered = client.post(f"{org}/faults", json=wish)
    assert ordered.status_code == 201
    assert zoho("GET", "/org").status_code == 429
    [seen] = client.get(f"{org}/faults").json["faults"]
    assert (seen["kind"], seen["struck"], seen["times"]) == ("busy", 1, None)
    number = ordered.json["fault"]["number"]
    assert client.delete(f"{org}/faults/{number}").json == {"cancelled": number}
    assert zoho("GET", "/org").status_code == 200
    assert client.delete(f"{org}/faults/{number}").status_code == 404


def test_all_trouble_can_be_ended(client, org, world):
    client.post(f"{org}/faults", json={"kind": "busy"})
    client.post(f"{org}/faults", json={"search_lag": 3.5})
    assert world.faults.search_lag == 3.5
    client.delete(f"{org}/faults")
    assert (world.faults.orders, world.faults.search_lag) == ([], 0)


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"kind": "earthquake"},
        {"kind": "busy", "nth": "soon"},
        {"kind": "busy", "nth": True},
        {"kind": "busy", "unicorn": 1},
        {"search_lag": "long"},
        {"search_lag": "nan"},
        {"search_lag": None},
        {"search_lag": -1},
        {"search_lag": 1, "kind": "busy"},
        {"kind": "busy", "nth": None},
        {"kind": "busy", "nth": 0},
        {"kind": "busy", "nth": 1.5},
        {"kind": "busy", "times": 0},
        {"kind": "busy", "path": None},
        {"kind": "busy", "path": ""},
        {"kind": "busy", "nth": ""},
        {"kind": "busy", "method": ["GET"]},
        {"kind": "busy", "seed": "inf"},
        {"kind": "busy", "probability": 2},
        {"kind": "latency", "seconds": -1},
        {"kind": "latency", "seconds": "inf"},
        {"kind": "latency", "seconds": 10**400},
        [],
        "busy",
    ],
)
def test_an_order_that_is_none_is_refused(client, org, wish, world):
    answer = client.post(f"{org}/faults", json=wish)
    assert answer.status_code == 400
    assert answer.json["error"].endswith(".")
    assert not world.faults.orders
    assert world.faults.search_lag == 0


def test_a_form_orders_trouble_and_comes_back_to_the_page(client, org, world):
    form = {"kind": "latency", "method": "*", "path": "*", "nth": "1", "times": "2",
            "seconds": "0.5", "probability": "1"}  # fmt: skip
    answer = client.post(f"{org}/faults", data=form)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/_emulator/")
    [order] = world.faults.orders
    assert (order.kind, order.times, order.seconds) == ("latency", 2, 0.5)


def test_the_log_is_read_and_cleared(client, org, zoho):
    zoho("GET", "/org")
    zoho("GET", "/users")
    log = client.get(f"{org}/calls?last=1").json
    assert log["summary"]["calls"] == 2
    assert [call["path"] for call in log["calls"]] == ["/users"]
    client.delete(f"{org}/calls")
    assert client.get(f"{org}/calls").json["calls"] == []


def test_the_clock_is_read_set_advanced_and_stopped(client, org, world):
    assert client.get(f"{org}/clock").json == {
        "now": "2026-01-10T06:00:00-06:00",
        "frozen": True,
    }
    client.post(f"{org}/clock", json={"now": "2027-05-01T00:00:00+00:00"})
    answer = client.post(f"{org}/clock", json={"advance": 3600})
    assert answer.json["now"] == "2027-04-30T20:00:00-05:00"
    client.post(f"{org}/clock", json={"frozen": False})
    assert not world.clock.frozen
    client.post(f"{org}/clock", json={"frozen": True})
    assert world.clock.frozen


@pytest.mark.parametrize(
    "wish",
    [
        {"now": "noon"},
        {"now": None},
        {"now": ""},
        {"now": "2027-05-01T00:00:00"},
        {"now": "9999-12-31T23:59:59+00:00"},
        {"advance": "far"},
        {"advance": None},
        {"advance": "nan"},
        {"advance": "inf"},
        {"advance": 1e308},
        {"now": "2999-12-31T00:00:00+00:00", "advance": 86_400},
        {"frozen": "perhaps"},
        {"frozen": []},
        {"unicorn": 1},
    ],
)
def test_a_time_that_is_none_is_refused(client, org, wish, world):
    before = world.clock.now()
    answer = client.post(f"{org}/clock", json=wish)
    assert answer.status_code == 400
    assert answer.json["error"].endswith(".")
    assert world.clock.now() == before


@pytest.mark.parametrize("credits", [None, "", "many", -1, 1.5, True, "inf", 10**400])
def test_credits_that_are_none_are_refused(client, org, credits, world):
    answer = client.post(f"{org}/credits", json={"credits": credits})
    assert answer.status_code == 400
    assert "credits must be a whole number from 0" in answer.json["error"]
    assert world.limits.remaining == 52_000


def test_a_form_whose_times_are_empty_orders_trouble_without_end(client, org, world):
    client.post(f"{org}/faults", data={"kind": "busy", "nth": "", "times": ""})
    [order] = world.faults.orders
    assert (order.nth, order.times) == (1, None)


def test_credits_can_be_made_scarce(client, org, zoho):
    client.post(f"{org}/credits", json={"credits": 1})
    assert [zoho("GET", "/org").status_code for _ in range(2)] == [200, 429]


def test_all_tokens_of_an_org_can_expire(client, org, zoho, worlds, world):
    token = worlds.tokens.sign_in(world, world.users[0], ["ZohoCRM.org.READ"]).value
    assert client.post(f"{org}/expire-tokens").json == {"expired": 1}
    assert zoho("GET", "/org", token=token).status_code == 401


def test_a_person_takes_every_consent_back_and_nobody_else_does(client, org, worlds, world):
    theirs, others = (
        worlds.tokens.grant(world, user, ["ZohoCRM.org.READ"]) for user in world.users[:2]
    )
    access = worlds.tokens.renew(theirs.value, DEMO_CLIENT_ID)
    once_more = worlds.tokens.sign_in(world, world.users[0], ["ZohoCRM.org.READ"])
    wish = {"user": world.users[0].id}
    assert client.post(f"{org}/withdraw", json=wish).json == {"withdrawn": 1}
    assert worlds.tokens.find(access.value) is None
    assert worlds.tokens.find(once_more.value) is None
    with pytest.raises(InvalidCode):
        worlds.tokens.renew(theirs.value, DEMO_CLIENT_ID)
    assert worlds.tokens.renew(others.value, DEMO_CLIENT_ID).value
    assert client.post(f"{org}/withdraw", json={"user": "1"}).status_code == 400


def test_consents_given_so_far_can_be_forgiven(client, org, worlds, world):
    asked = Asked(
        client_id="client",
        redirect_uri="https://x.example/back",
        scopes=("ZohoCRM.org.READ",),
    )
    for _ in range(10):
        worlds.tokens.new_code(world, world.users[0], asked)
    with pytest.raises(Throttled):
        worlds.tokens.new_code(world, world.users[0], asked)
    client.post(f"{org}/forgive")
    assert worlds.tokens.new_code(world, world.users[0], asked).value


def test_one_org_or_everything_is_reset(client, org, world):
    world.add_record("Leads", {"Last_Name": "Doe"})
    client.post(f"{org}/reset")
    assert not world.records["Leads"]
    world.add_record("Leads", {"Last_Name": "Doe"})
    client.post("/_emulator/reset")
    assert not world.records["Leads"]


def test_the_widgets_address_is_set(client, worlds):
    client.post("/_emulator/", json={"widget_url": "https://app.example.com/app/widget.html"})
    assert worlds.widget_url == "https://app.example.com/app/widget.html"
    assert client.post("/_emulator/", json={"widget_url": "javascript:1"}).status_code == 400
    assert client.post("/_emulator/", json={}).status_code == 400


def test_an_unknown_org_is_not_found(client):
    answer = client.get("/_emulator/orgs/1/calls")
    assert (answer.status_code, answer.json) == (404, {"error": "No such org."})


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_sites_page_cannot_press_our_buttons(client, org, world, site):
    world.add_record("Leads", {"Last_Name": "Doe"})
    answer = client.post(f"{org}/reset", headers={"Sec-Fetch-Site": site})
    assert answer.status_code == 403
    assert world.records["Leads"]


def test_what_is_scheduled_is_done_at_once(client, org, world, zoho):
    lead = world.add_record("Leads", {"Last_Name": "Doe", "Company": "Acme"})
    world.faults.order("convert_scheduled")
    answer = zoho("POST", f"/Leads/{lead['id']}/actions/convert", json={"data": [{}]})
    assert answer.status_code == 202
    assert not lead.get("Converted__s")
    assert client.post(f"{org}/jobs/finish").json == {"finished": 1}
    assert lead["Converted__s"]
    assert client.post(f"{org}/jobs/finish").json == {"finished": 0}


def test_what_the_org_sent_is_listed_and_a_channel_can_be_dropped(client, org, world):
    world.state.channels["1", "Leads"] = {"channel_id": "1"}
    assert client.get(f"{org}/deliveries").json == {"deliveries": []}
    assert client.post(f"{org}/channels/1/drop").status_code == 200
    assert client.post(f"{org}/channels/1/drop").status_code == 404
    assert world.state.channels == {}


def test_this_machine_may_be_called_when_that_is_ordered(client, worlds):
    answer = client.post("/_emulator/", json={"private_urls": True})
    assert (answer.json, worlds.private_urls) == ({"private_urls": True}, True)
    assert client.post("/_emulator/", json={"private_urls": "perhaps"}).status_code == 400

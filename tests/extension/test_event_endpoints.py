"""Who wants to know is told of events: signed, in order, again until they have taken it."""

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet
from standardwebhooks import Webhook

from extension import events, housekeeping, running, telling
from extension.attempts import Again, Done, Duty, Waiting
from extension.parts import now
from extension.store.conversions import Conversion
from extension.store.events import Endpoint, Event
from extension.store.models import Grant, Job
from extension.store.sealing import Vault
from tests.extension.conversion_rig import agree, carry_out, new_lead
from tests.extension.receiver import receiving
from tests.extension.rig import NOON, error_of, everything, on_sqlite

PATH = "/api/v1/event-endpoints"


@pytest.fixture
def parts(parts):
    """As in a demonstration: only there may somebody on this machine be told."""
    return replace(parts, config=replace(parts.config, zoho_emulator_url="http://zoho.example"))


@pytest.fixture
def receiver():
    with receiving() as one:
        yield one


@pytest.fixture
def endpoint(admin, receiver):
    answer = admin.ask("POST", PATH, json={"url": receiver.url})
    assert answer.status_code == 201, answer.json
    return answer.json


def happen(parts, *states):
    """Something becomes of a conversion of the org that was installed first."""
    grant = min(everything(parts, Grant), key=lambda one: one.id)
    with parts.sessions.begin() as db:
        row = Conversion(
            public_id=f"c{len(everything(parts, Conversion))}", grant_id=grant.id,
            installation_id=grant.installation_id, lead_id="5", lead_stamp="", target="Vendors",
            state="done", open=None, choices={}, plan={}, digest="0" * 64,
            created_at=parts.clock(), changed_at=parts.clock(),
        )  # fmt: skip
        db.add(row)
        db.flush()
        for state in states:
            problem = {"code": "fault"} if state == "failed" else None
            events.note(parts, db, row, events.news(db, row, state, problem))


def tell(parts):
    """What the worker does for all endpoints that are in line, once for each."""

    def not_ours(run_id):
        raise AssertionError(run_id)

    duty = telling.duty(parts, Duty(not_ours, not_ours))
    ours = [job.run_id for job in everything(parts, Job) if job.run_id.startswith(events.RUN)]
    return [duty.work(one) for one in ours]


def look(admin, endpoint):
    return admin.get(f"{PATH}/{endpoint['id']}").json


# Telling


def test_what_becomes_of_a_conversion_is_told_signed_and_once(
    admin, endpoint, receiver, world, parts, memory, rep
):
    conversion = agree(rep, new_lead(world)).json["id"]
    carry_out(parts, conversion)
    assert tell(parts) == [Waiting()]
    assert tell(parts) == [Waiting()]
    [one] = receiver.received
    assert one.told == admin.get("/api/v1/events").json["events"][0]
    assert (one.told["type"], one.told["data"]["conversion"]) == ("lead.converted", conversion)
    assert one.headers["webhook-id"] == one.told["id"]
    assert one.headers["content-type"] == "application/json"
    stamp = datetime.fromtimestamp(int(one.headers["webhook-timestamp"]), UTC)
    assert stamp == NOON
    signed = Webhook(endpoint["secret"]).sign(one.told["id"], stamp, one.body.decode())
    assert one.headers["webhook-signature"] == signed
    said = look(admin, endpoint)
    assert (said["cursor"], said["taken_at"]) == ("1", NOON.isoformat())


@on_sqlite
def test_a_receiver_verifies_it_with_the_specifications_library(endpoint, receiver, parts):
    happen(parts, "done")
    tell(replace(parts, clock=now))
    [one] = receiver.received
    assert Webhook(endpoint["secret"]).verify(one.body, one.headers) == one.told


def test_what_was_not_taken_is_told_again_before_anything_after_it(
    admin, endpoint, receiver, parts, clock
):
    receiver.refuse(500, 503)
    happen(parts, "failed", "done", "undone")
    [verdict] = tell(parts)
    assert isinstance(verdict, Again)
    assert 0 < verdict.after_seconds <= telling.PATIENCE.first_seconds
    assert look(admin, endpoint)["problem"] == "It answered with status 500."
    tell(parts)
    assert receiver.cursors == ["1"]
    clock.advance(seconds=telling.PATIENCE.first_seconds)
    tell(parts)
    clock.advance(seconds=telling.PATIENCE.first_seconds * 2)
    assert tell(parts) == [Waiting()]
    assert receiver.cursors == ["1", "1", "1", "2", "3"]
    assert len({one.headers["webhook-id"] for one in receiver.received}) == 3
    said = look(admin, endpoint)
    assert (said["failures"], said["failing_since"], said["problem"]) == (0, None, None)


@on_sqlite
def test_what_happens_while_it_is_failing_waits_until_it_is_tried_again(
    endpoint, receiver, parts, clock
):
    receiver.refuse(500)
    happen(parts, "done")
    tell(parts)
    asked = [job.asked for job in everything(parts, Job)]
    happen(parts, "undone")
    assert [job.asked for job in everything(parts, Job)] == asked
    clock.advance(minutes=1)
    tell(parts)
    assert receiver.cursors == ["1", "1", "2"]


@on_sqlite
def test_many_events_leave_others_their_turn_in_between(endpoint, receiver, parts):
    happen(parts, *["done"] * (telling.MOST + 1))
    assert tell(parts) == [Again(0.0)]
    assert tell(parts) == [Waiting()]
    assert receiver.cursors == [str(one + 1) for one in range(telling.MOST + 1)]


@on_sqlite
def test_an_endpoint_is_told_only_what_it_wants(admin, receiver, parts):
    wanted = {"url": receiver.url, "types": ["lead.failed"]}
    endpoint = admin.ask("POST", PATH, json=wanted).json
    happen(parts, "done", "failed", "undone")
    assert tell(parts) == [Waiting()]
    assert receiver.types == ["lead.failed"]
    assert look(admin, endpoint)["cursor"] == "3"


@on_sqlite
def test_one_that_fails_for_days_is_told_no_more_until_somebody_enables_it(
    admin, endpoint, receiver, parts, clock, world
):
    receiver.refuse(500, 500)
    happen(parts, "done")
    tell(parts)
    clock.moment += telling.GIVE_UP
    admin.at_home(world, world.users[0])
    assert tell(parts) == [Done()]
    said = look(admin, endpoint)
    assert (said["state"], said["problem"]) == ("failed", "It answered with status 500.")
    happen(parts, "undone")
    assert tell(parts) == [Done()]
    assert len(receiver.received) == 2
    assert admin.ask("POST", f"{PATH}/{endpoint['id']}/enable").json["state"] == "active"
    tell(parts)
    assert receiver.cursors == ["1", "1", "1", "2"]


@on_sqlite
def test_one_that_says_it_is_gone_is_told_no_more(admin, endpoint, receiver, parts):
    receiver.refuse(410)
    happen(parts, "done")
    assert tell(parts) == [Done()]
    assert look(admin, endpoint)["state"] == "failed"


@on_sqlite
def test_a_fault_of_ours_that_stays_is_said_at_the_endpoint(admin, endpoint, parts):
    telling.duty(parts, running.duty(parts)).gave_up(f"{events.RUN}{endpoint['id']}")
    said = look(admin, endpoint)
    assert (said["state"], said["problem"]) == ("failed", telling.FAULT)


@on_sqlite
def test_an_address_that_leads_inside_by_now_is_not_posted_to(admin, endpoint, receiver, parts):
    happen(parts, "done")
    strict = replace(parts, config=replace(parts.config, zoho_emulator_url=""))
    with parts.sessions.begin() as db:
        url = receiver.url.replace("http://", "https://")
        db.get_one(Endpoint, 1).url = url
    [verdict] = tell(strict)
    assert isinstance(verdict, Again)
    assert look(admin, endpoint)["problem"] == "It is not an address of the public internet."
    assert receiver.received == []


# Changing


@on_sqlite
def test_inner_addresses_and_plain_http_are_refused_when_they_are_saved(admin, parts, app):
    app.extensions["convert-anywhere"] = replace(
        parts, config=replace(parts.config, zoho_emulator_url="")
    )
    for url in ("http://8.8.8.8/", "https://127.0.0.1/", "https://localhost/", "https://[::1]/"):
        answer = admin.ask("POST", PATH, json={"url": url})
        assert error_of(answer) == (422, "invalid_input")
        assert list(answer.json["error"]["details"]["fields"]) == ["url"]
    assert everything(parts, Endpoint) == []


@on_sqlite
def test_the_secret_is_shown_once_and_kept_sealed(admin, endpoint, parts):
    assert len(base64.b64decode(endpoint["secret"].removeprefix("whsec_"))) == 32
    assert "secret" not in look(admin, endpoint)
    assert endpoint["secret"] not in admin.get(PATH).text
    [row] = everything(parts, Endpoint)
    assert endpoint["secret"] not in row.secret
    assert parts.vault.open(row.secret) == endpoint["secret"]


def test_while_a_secret_is_replaced_both_sign(admin, endpoint, receiver, parts, clock):
    rotated = admin.ask("POST", f"{PATH}/{endpoint['id']}/rotate", json={"overlap_hours": 2}).json
    assert rotated["former_secret_until"] == (NOON + timedelta(hours=2)).isoformat()
    for hours, signing in ((0, [rotated, endpoint]), (3, [rotated])):
        clock.advance(hours=hours)
        happen(parts, "done")
        tell(parts)
        one = receiver.received[-1]
        signed = [
            Webhook(each["secret"]).sign(one.told["id"], clock(), one.body.decode())
            for each in signing
        ]
        assert one.headers["webhook-signature"] == " ".join(signed)
    housekeeping.tidy(parts)
    [row] = everything(parts, Endpoint)
    assert (row.old_secret, row.old_until) == (None, None)


@on_sqlite
def test_a_key_that_is_replaced_opens_the_secrets_no_more_but_the_new_one_does(
    admin, endpoint, parts, app
):
    admin.ask("POST", f"{PATH}/{endpoint['id']}/rotate", json={})
    [before] = everything(parts, Endpoint)
    fresh = Fernet.generate_key().decode()
    both = Vault([fresh, *parts.config.secret_keys])
    app.extensions["convert-anywhere"] = replace(parts, vault=both)
    done = app.test_cli_runner().invoke(args=["rotate-keys"])
    assert done.exit_code == 0, done.output
    [row] = everything(parts, Endpoint)
    assert Vault([fresh]).open(row.old_secret) == endpoint["secret"]
    assert Vault([fresh]).open(row.secret) == parts.vault.open(before.secret)


@on_sqlite
def test_a_secret_that_no_key_opens_is_said_and_rotated(admin, endpoint, receiver, parts, app):
    happen(parts, "done")
    other = replace(parts, vault=Vault([Fernet.generate_key().decode()]))
    assert tell(other) == [Done()]
    assert look(admin, endpoint)["problem"] == telling.LOST_SECRET
    app.extensions["convert-anywhere"] = other
    # The session was there before: only what is sealed is lost.
    rotated = admin.ask("POST", f"{PATH}/{endpoint['id']}/rotate", json={}).json
    assert rotated["former_secret_until"] is None
    admin.ask("POST", f"{PATH}/{endpoint['id']}/enable")
    tell(other)
    assert receiver.cursors == ["1"]


def test_what_was_told_is_told_once_more_from_a_cursor_on(admin, endpoint, receiver, parts):
    happen(parts, "done", "undone", "done")
    tell(parts)
    answer = admin.ask("POST", f"{PATH}/{endpoint['id']}/replay", json={"after": "1"})
    assert (answer.status_code, answer.json["cursor"]) == (202, "1")
    tell(parts)
    assert receiver.cursors == ["1", "2", "3", "2", "3"]
    ahead = admin.ask("POST", f"{PATH}/{endpoint['id']}/replay", json={"after": "4"})
    assert error_of(ahead) == (422, "invalid_input")


@on_sqlite
def test_one_that_was_disabled_is_told_nothing_and_misses_nothing(admin, endpoint, receiver, parts):
    assert admin.ask("POST", f"{PATH}/{endpoint['id']}/disable").json["state"] == "off"
    happen(parts, "done")
    tell(parts)
    refused = admin.ask("POST", f"{PATH}/{endpoint['id']}/replay", json={"after": "0"})
    assert error_of(refused) == (409, "wrong_state")
    assert receiver.received == []
    admin.ask("POST", f"{PATH}/{endpoint['id']}/enable")
    tell(parts)
    assert receiver.cursors == ["1"]


@on_sqlite
def test_a_new_endpoint_is_told_only_what_happens_from_then_on(admin, receiver, parts):
    happen(parts, "done")
    admin.ask("POST", PATH, json={"url": receiver.url})
    happen(parts, "undone")
    tell(parts)
    assert receiver.cursors == ["2"]


@on_sqlite
def test_a_test_says_at_once_what_came_of_it_and_changes_nothing(admin, endpoint, receiver, parts):
    receiver.refuse(200, 404)
    path = f"{PATH}/{endpoint['id']}/test"
    assert admin.ask("POST", path).json == {"taken": True, "problem": None}
    failed = {"taken": False, "problem": "It answered with status 404."}
    assert admin.ask("POST", path).json == failed
    assert receiver.types == ["endpoint.test"] * 2
    one = receiver.received[0]
    signed = Webhook(endpoint["secret"]).sign(one.told["id"], NOON, one.body.decode())
    assert one.headers["webhook-signature"] == signed
    assert look(admin, endpoint) == {k: v for k, v in endpoint.items() if k != "secret"}


@on_sqlite
def test_an_endpoint_that_is_changed_or_removed_is_told_so_no_more(
    admin, endpoint, receiver, parts
):
    with receiving() as another:
        wish = {"url": another.url, "types": ["lead.undone"]}
        changed = admin.ask("PUT", f"{PATH}/{endpoint['id']}", json=wish)
        assert (changed.status_code, changed.json["types"]) == (200, ["lead.undone"])
        happen(parts, "done", "undone")
        tell(parts)
        assert another.types == ["lead.undone"]
        assert admin.ask("DELETE", f"{PATH}/{endpoint['id']}").status_code == 204
        happen(parts, "undone")
        assert tell(parts) == [Done()]
        assert (len(another.received), receiver.received) == (1, [])


@on_sqlite
def test_there_are_no_more_than_ten_endpoints(admin, receiver, parts):
    for _ in range(10):
        assert admin.ask("POST", PATH, json={"url": receiver.url}).status_code == 201
    assert error_of(admin.ask("POST", PATH, json={"url": receiver.url})) == (422, "invalid_input")
    assert len(everything(parts, Endpoint)) == 10


# Reading


def test_events_are_read_page_by_page(admin, parts):
    happen(parts, "done", "undone", "done")
    first = admin.get("/api/v1/events?limit=2").json
    assert [one["cursor"] for one in first["events"]] == ["1", "2"]
    assert (first["next"], first["more"]) == ("2", True)
    second = admin.get(f"/api/v1/events?after={first['next']}").json
    assert [one["cursor"] for one in second["events"]] == ["3"]
    last = admin.get(f"/api/v1/events?after={second['next']}").json
    assert last == {"events": [], "next": "3", "more": False}


def test_events_are_kept_for_thirty_days_and_their_numbers_go_on(admin, parts, clock, world):
    happen(parts, "done")
    clock.moment += events.KEPT
    housekeeping.tidy(parts)
    assert [one.number for one in everything(parts, Event)] == [1]
    clock.advance(seconds=1)
    housekeeping.tidy(parts)
    assert everything(parts, Event) == []
    happen(parts, "undone")
    assert [one.number for one in everything(parts, Event)] == [2]


# Who may


ADDRESSES = [
    ("GET", "/api/v1/events", None),
    ("GET", PATH, None),
    ("POST", PATH, {"url": "http://127.0.0.1:9/"}),
    ("GET", f"{PATH}/{{}}", None),
    ("PUT", f"{PATH}/{{}}", {"url": "http://127.0.0.1:9/"}),
    ("DELETE", f"{PATH}/{{}}", None),
    ("POST", f"{PATH}/{{}}/test", None),
    ("POST", f"{PATH}/{{}}/replay", {"after": "0"}),
    ("POST", f"{PATH}/{{}}/rotate", {}),
    ("POST", f"{PATH}/{{}}/enable", None),
    ("POST", f"{PATH}/{{}}/disable", None),
]
every_address = pytest.mark.parametrize(
    ("method", "path", "body"), ADDRESSES, ids=[f"{method} {path}" for method, path, _ in ADDRESSES]
)


@on_sqlite
@every_address
def test_only_administrators_get_in(
    admin, endpoint, receiver, rep, nobody, parts, method, path, body
):
    before = look(admin, endpoint)
    address = path.format(endpoint["id"])
    assert error_of(nobody.ask(method, address, json=body)) == (401, "not_signed_in")
    assert error_of(rep.ask(method, address, json=body)) == (403, "not_admin")
    assert admin.get(PATH).json["endpoints"] == [before]
    assert receiver.received == []


@on_sqlite
@every_address
def test_a_stranger_meets_only_what_is_their_own(
    admin, endpoint, receiver, stranger, parts, method, path, body
):
    happen(parts, "done")
    before = look(admin, endpoint)
    answer = stranger.ask(method, path.format(endpoint["id"]), json=body)
    if "{}" in path:
        assert error_of(answer) == (404, "not_found")
    assert endpoint["id"] not in answer.text
    assert receiver.url not in answer.text
    assert "lead.converted" not in answer.text
    assert admin.get(PATH).json["endpoints"] == [before]
    assert receiver.received == []

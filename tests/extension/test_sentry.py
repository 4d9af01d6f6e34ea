"""What leaves for Sentry: what failed and where, never whose data or which token."""

import json
from typing import Any

import pytest
import sentry_sdk
import structlog
from sentry_sdk.tracing_utils import should_propagate_trace
from sentry_sdk.transport import Transport

from extension import sentry
from extension.store.models import Installation
from extension.web.caller import caller, token
from tests.extension.rig import on_sqlite, settle

DSN = "https://public@sentry.example/1"
LEAD = {"Last_Name": "Zyxwvutov", "Email": "zyx@quuxcorp.example", "Company": "Quuxcorp"}


class Kept(Transport):
    """Takes the place of the network."""

    def __init__(self) -> None:
        super().__init__()
        self.envelopes: list[Any] = []

    def capture_envelope(self, envelope: Any) -> None:
        self.envelopes.append(envelope)

    @property
    def events(self) -> list[dict[str, Any]]:
        return [item.payload.json for one in self.envelopes for item in one.items]


@pytest.fixture
def sent():
    transport = Kept()
    sentry.set_up(DSN, transport)
    yield transport
    sentry_sdk.get_client().close()
    sentry_sdk.get_global_scope().set_client(None)


@pytest.fixture
def app(new_app, config):
    """Two addresses break in the middle, one of them with data at hand."""
    app = new_app(config)

    @app.post("/api/v1/breaks")
    def breaks():
        found, bearer, lead = caller(), token(), dict(LEAD)
        structlog.get_logger("tests").error("about to break", lead=lead)
        raise RuntimeError(f"{lead} of {found.grant.user_email} with {bearer}")

    @app.get("/api/v1/breaks")
    def breaks_for_anybody():
        raise RuntimeError

    return app


@pytest.fixture
def breaking(rep, sent):
    """The rep asks for something that breaks."""
    return lambda: rep.client.post(
        "/api/v1/breaks?email=zyx@quuxcorp.example",
        json=LEAD,
        headers={
            "Authorization": f"Bearer {rep.token}",
            "Cookie": "a=zyx-cookie",
            "User-Agent": "zyx-browser",
            "X-Forwarded-For": "203.0.113.7",
        },
    )


@on_sqlite
def test_an_unexpected_error_is_sent_once_with_type_place_and_installation(breaking, sent, parts):
    assert breaking().status_code == 500
    [event] = sent.events
    with parts.sessions() as db:
        assert event["tags"] == {"installation": db.query(Installation).one().short_id}
    [raised] = event["exception"]["values"]
    assert raised["type"] == "RuntimeError"
    assert raised["stacktrace"]["frames"][-1]["function"] == "breaks"


@on_sqlite
def test_nothing_else_is_sent(breaking, sent, rep, wire, world):
    breaking()
    text = json.dumps(sent.events) + repr([one.headers for one in sent.envelopes])
    people = (
        *LEAD.values(),
        "rob@example.com",
        "Rob Rep",
        "zyx-cookie",
        "zyx-browser",
        "203.0.113",
    )
    for secret in (*people, rep.token, *wire.secrets, world.org.zgid):
        assert secret not in text
    [event] = sent.events
    assert set(event) <= {*sentry.KEPT, "tags", "exception"}
    [raised] = event["exception"]["values"]
    assert set(raised) <= {"type", "module", "mechanism", "stacktrace"}
    for frame in raised["stacktrace"]["frames"]:
        assert set(frame) <= set(sentry.KEPT_OF_FRAME)


@on_sqlite
def test_what_was_expected_is_not_sent(rep, nobody, sent, world):
    nobody.get("/api/v1/me")
    nobody.get("/nothing")
    rep.options("nonsense")
    rep.options("42")
    world.faults.order("server_error", path="/*", times=None)
    assert rep.options("42").status_code == 503
    assert sent.events == []


@on_sqlite
def test_one_persons_installation_is_not_on_the_next_persons_error(rep, nobody, sent):
    rep.get("/api/v1/me")
    nobody.get("/api/v1/breaks")
    [event] = sent.events
    assert event["tags"] == {}


@on_sqlite
def test_an_error_in_the_background_is_sent(rep, parts, sent, world, clock):
    lead = world.add_record("Leads", LEAD, owner=world.users[1])
    rep.options(lead["id"])
    clock.advance(minutes=10)
    world.modules.append(None)  # the emulator breaks, and so does whoever asks it
    rep.get("/api/v1/me")
    rep.options(lead["id"])
    settle(parts)
    world.modules.pop()
    assert [one["exception"]["values"][-1]["type"] for one in sent.events]
    assert "Zyxwvutov" not in json.dumps(sent.events)


@on_sqlite
def test_lines_of_the_log_are_not_sent(app, sent):
    structlog.get_logger("tests").error("Zyxwvutov", exc_info=ValueError("Zyxwvutov"))
    assert sent.envelopes == []


@on_sqlite
def test_without_a_dsn_nothing_leaves(app):
    assert not sentry_sdk.get_client().is_active()
    sentry.report(RuntimeError("x"))


def test_calls_to_zoho_carry_no_traces_of_ours(sent):
    assert not should_propagate_trace(
        sentry_sdk.get_client(), "https://www.zohoapis.com/crm/v8/org"
    )

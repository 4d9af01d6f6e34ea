"""What is written to the log, at its most talkative: never a token, a secret or people's data."""

import io
import json
import logging
import sys
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest
import structlog

from emulator.accounts import DEMO_CLIENT_SECRET
from extension import logs
from extension.errors import ZohoRefused
from tests.extension.rig import VERIFIER, on_sqlite

PERSONAL = {
    "Last_Name": "Zyxwvutov",
    "First_Name": "Pabloslav",
    "Company": "Quuxcorp Industries",
    "Email": "zyx@quuxcorp.example",
    "Phone": "+49 89 5550199",
    "Description": "wants eleven pallets",
}


@pytest.fixture
def written(monkeypatch) -> io.StringIO:
    """Standard error, as the log's handler finds it."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    return stream


@pytest.fixture
def config(config):
    return replace(config, log_level="DEBUG")


@pytest.fixture
def app(new_app, config):
    app = new_app(config)

    @app.get("/breaks")
    def breaks():
        raise RuntimeError(PERSONAL["Email"]) from KeyError(PERSONAL["First_Name"])

    return app


@on_sqlite
def test_the_whole_way_from_installing_to_options_writes_nothing_secret(
    written, app, person, world, wire, zoho, clock
):
    raw = Everything()
    logging.getLogger().addHandler(raw)
    seen: set[str] = set()
    admin, rep = person(), person()
    back = zoho.decide(admin.depart(), world, world.users[0])
    seen |= values_of(back)
    admin.come_back(back)
    departure = rep.open_sign_in(VERIFIER, org=world.org.zgid).headers["Location"]
    back = zoho.decide(departure, world, world.users[1])
    seen |= values_of(back) | values_of(departure)
    page = rep.come_back(back)
    rep.token = page.text.split('"token": "')[1].split('"')[0]
    lead = world.add_record("Leads", PERSONAL, owner=world.users[1])
    world.add_record("Vendors", {"Vendor_Name": "Quuxcorp Industries", "Email": PERSONAL["Email"]})
    assert rep.options(lead["id"]).status_code == 200
    clock.advance(hours=2)
    assert rep.options(lead["id"]).status_code == 200
    world.faults.order("token_expired", path="/Leads/*")
    assert rep.options(lead["id"]).status_code == 200
    zoho.withdraw(world, world.users[1])
    clock.advance(hours=2)
    assert rep.options(lead["id"]).status_code == 401
    admin.install(world, world.users[0], decision="decline")
    logging.getLogger().removeHandler(raw)

    text = written.getvalue() + raw.text()
    assert '"event": "installed"' in text, "something was written at all"
    assert '"route": "/api/v1/leads/<lead_id>/options"' in text
    secrets = {DEMO_CLIENT_SECRET, VERIFIER, rep.token, *wire.secrets, *seen}
    people = {*PERSONAL.values(), "ada@example.com", "rob@example.com", "Ada", "Rob Rep"}
    assert [one for one in secrets | people if one in text] == []


def values_of(url: str) -> set[str]:
    """Codes and states that travel in the address."""
    query = dict(parse_qsl(urlsplit(url).query))
    return {query[name] for name in ("code", "state") if name in query}


class Everything(logging.Handler):
    """What every logger says, before anything is taken out but what libraries are told to keep."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self._said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        # Our own lines are dictionaries; they are cleaned by the handler that writes them.
        if not isinstance(record.msg, dict):
            self._said.append(record.getMessage())

    def text(self) -> str:
        return "\n".join(self._said)


@on_sqlite
def test_every_request_leaves_one_line_with_its_number(written, nobody):
    answer = nobody.get("/api/v1/leads/1234567000000004242/options")
    [line] = [json.loads(one) for one in written.getvalue().splitlines() if '"request"' in one]
    assert line["request_id"] == answer.headers["X-Request-Id"]
    assert (line["method"], line["status_code"]) == ("GET", 401)
    assert line["route"] == "/api/v1/leads/<lead_id>/options"
    assert "1234567000000004242" not in written.getvalue()


@on_sqlite
def test_the_line_names_the_installation_once_it_is_known(written, rep, parts):
    written.truncate(0)
    rep.get("/api/v1/me")
    lines = [json.loads(one) for one in written.getvalue().strip("\0\n").splitlines()]
    assert [line["installation"] for line in lines if line["event"] == "request"]


@on_sqlite
def test_nobody_writes_a_line_for_a_balancer(written, nobody):
    nobody.get("/healthz")
    assert written.getvalue() == ""


@on_sqlite
def test_an_error_of_our_own_is_written_with_its_place_and_without_its_words(written, rep):
    assert rep.get("/breaks").status_code == 500
    [line] = [json.loads(one) for one in written.getvalue().splitlines() if '"unexpected"' in one]
    assert "in breaks" in line["exception"]
    assert "builtins.RuntimeError" in line["exception"]
    assert "builtins.KeyError" in line["exception"]
    assert not [one for one in PERSONAL.values() if one in written.getvalue()]


@on_sqlite
def test_an_error_of_the_database_is_written_without_its_values(written, rep, parts):
    with parts.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE metadata")
    rep.options("42")
    assert "sqlalchemy.exc.OperationalError" in written.getvalue()
    assert "FROM metadata" not in written.getvalue()


# One line at a time


@pytest.fixture
def line(written):
    """What becomes of a line."""
    logs.set_up("DEBUG")
    structlog.contextvars.clear_contextvars()

    def write(event: str, **values: object) -> str:
        structlog.get_logger("tests").warning(event, **values)
        return written.getvalue()

    return write


TOKEN = "1000." + "0123456789abcdef" * 2 + "." + "fedcba9876543210" * 2


@pytest.mark.parametrize(
    ("event", "values", "secret"),
    [
        ("x", {"access_token": "abc-secret"}, "abc-secret"),
        ("x", {"client_secret": "abc-secret"}, "abc-secret"),
        ("x", {"Authorization": "abc-secret"}, "abc-secret"),
        ("x", {"code": "abc-secret"}, "abc-secret"),
        ("x", {"verifier": "abc-secret"}, "abc-secret"),
        ("x", {"cookie": "abc-secret"}, "abc-secret"),
        ("x", {"deep": {"in": [{"password": "abc-secret"}]}}, "abc-secret"),
        ("x", {"deep": ("Bearer abc-secret",)}, "abc-secret"),
        (f"refused {TOKEN}", {}, TOKEN),
        ("Zoho-oauthtoken abc-secret", {}, "abc-secret"),
        ("GET /oauth/callback?state=abc-secret&code=abc-secret", {}, "abc-secret"),
    ],
)
def test_what_looks_like_a_secret_is_hidden(line, event, values, secret):
    text = line(event, **values)
    assert secret not in text
    assert "[hidden]" in text


def test_codes_of_errors_stay_readable(line):
    text = line("x", error_code="zoho_busy", status_code=503, zoho_code="INTERNAL_ERROR",
                problem_code="no_rule")  # fmt: skip
    assert json.loads(text) | {"timestamp": ""} == {
        "event": "x",
        "error_code": "zoho_busy",
        "status_code": 503,
        "zoho_code": "INTERNAL_ERROR",
        "problem_code": "no_rule",
        "level": "warning",
        "timestamp": "",
    }


def test_lines_of_other_libraries_take_the_same_way(line, written):
    logging.getLogger("somebody.else").warning("token=%s for %s", "abc-secret", TOKEN)
    assert "abc-secret" not in written.getvalue()
    assert TOKEN not in written.getvalue()
    assert json.loads(written.getvalue())["level"] == "warning"


def test_exceptions_of_other_libraries_keep_their_words_to_themselves(line, written):
    try:
        raise ValueError("zyx@quuxcorp.example".upper())
    except ValueError:
        logging.getLogger("somebody.else").exception("failed")
    assert "builtins.ValueError" in written.getvalue()
    assert "ZYX@QUUXCORP.EXAMPLE" not in written.getvalue()


def test_our_own_errors_are_written_with_their_code(line, written):
    text = line("failed", exc_info=ZohoRefused("Words for the person.", code="some_code"))
    assert "extension.errors.ZohoRefused (some_code)" in text
    assert "Words for the person" not in text

"""What a balancer asks: whether we live, and whether we can work."""

from dataclasses import replace

import pytest
from flask import request

from tests.extension.rig import PUBLIC_URL, on_sqlite


@pytest.fixture
def unmigrated(request, database_url, config, tmp_path):
    """A database without any table."""
    if database_url.startswith("sqlite"):
        return replace(config, database_url=f"sqlite:///{tmp_path}/deep/down/empty.db")
    return replace(config, database_url=request.getfixturevalue("postgresql").empty())


def test_a_process_that_answers_is_alive_and_ready(nobody):
    alive, ready = nobody.get("/healthz"), nobody.get("/readyz")
    assert (alive.status_code, alive.json) == (200, {"state": "alive"})
    assert (ready.status_code, ready.json) == (200, {"state": "ready"})


def test_a_database_that_was_not_migrated_is_not_ready(unmigrated, new_app, person):
    there = person(new_app(unmigrated))
    answer = there.get("/readyz")
    assert (answer.status_code, answer.json) == (503, {"state": "not_ready"})
    assert there.get("/healthz").status_code == 200


def test_a_database_of_another_revision_is_not_ready(nobody, parts):
    with parts.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'other'")
    assert nobody.get("/readyz").status_code == 503


@on_sqlite
@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////proc/nowhere/leads.db",
        "postgresql+psycopg://nobody:secret@127.0.0.1:1/none?connect_timeout=1",
    ],
)
def test_a_database_that_cannot_be_reached_is_not_ready(config, new_app, person, url):
    there = person(new_app(replace(config, database_url=url)))
    answer = there.get("/readyz")
    assert (answer.status_code, answer.json) == (503, {"state": "not_ready"})
    assert "secret" not in answer.text


@on_sqlite
def test_asking_for_health_sets_nothing_and_is_kept_by_nobody(nobody):
    for path in ("/healthz", "/readyz"):
        answer = nobody.get(path)
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"


# Behind proxies


def seen(app, headers: dict[str, str]) -> dict[str, str]:
    """Where a request comes from and goes to, as our application sees it."""
    said = {}

    @app.before_request
    def look() -> None:
        said.update(host=request.host, scheme=request.scheme, address=request.remote_addr)

    app.test_client().get("/healthz", headers=headers)
    return said


FORWARDED = {
    "X-Forwarded-For": "203.0.113.7",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "convert.example.com",
}


@on_sqlite
def test_without_trusted_proxies_nobody_can_pretend(config, new_app):
    assert seen(new_app(config), FORWARDED) == {
        "host": "localhost",
        "scheme": "http",
        "address": "127.0.0.1",
    }


@on_sqlite
def test_a_trusted_proxy_is_believed(config, new_app):
    assert seen(new_app(replace(config, trusted_proxies=1)), FORWARDED) == {
        "host": "convert.example.com",
        "scheme": "https",
        "address": "203.0.113.7",
    }


@on_sqlite
def test_of_two_trusted_proxies_what_came_before_them_is_not_believed(config, new_app):
    headers = {**FORWARDED, "X-Forwarded-For": "10.9.9.9, 203.0.113.7, 198.51.100.1"}
    said = seen(new_app(replace(config, trusted_proxies=2)), headers)
    assert said["address"] == "203.0.113.7"


@on_sqlite
def test_what_we_send_people_to_never_depends_on_the_host_they_claim(nobody):
    answer = nobody.client.post(
        "/install", headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    )
    assert "evil.example" not in answer.headers["Location"]
    assert PUBLIC_URL.removeprefix("https://") in answer.headers["Location"]

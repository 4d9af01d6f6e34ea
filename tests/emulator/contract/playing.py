"""Plays the walk against the demo org and keeps what was answered."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import requests
from flask import Flask, request

from emulator import World, Worlds, create_emulator, demo
from emulator.adapter import EmulatorAdapter
from emulator.clock import Clock
from tests.emulator.contract.walk import START, WALK, Step

SCOPES = (
    "ZohoCRM.modules.ALL", "ZohoCRM.settings.ALL", "ZohoCRM.users.ALL", "ZohoCRM.org.ALL",
    "ZohoCRM.coql.READ", "ZohoSearch.securesearch.READ", "ZohoCRM.composite_requests.CUSTOM",
    "ZohoCRM.mass_convert.leads.ALL", "ZohoCRM.Files.ALL", "ZohoCRM.recycle_bin.ALL",
    "ZohoCRM.notifications.ALL",
)  # fmt: skip
NOON = datetime(2026, 1, 10, 18, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A step with its answer. `path` has the ids in place of their names."""

    step: Step
    path: str
    status: int
    body: Any

    def __str__(self) -> str:
        return f"{self.step.method} {self.step.path} {self.status}"


@dataclass(frozen=True, slots=True)
class Played:
    exchanges: list[Exchange]
    endpoints: set[tuple[str, str]]
    """Rule and method of everything that was called."""


def play() -> Played:
    """The whole walk, in order, on a fresh org."""
    world = demo.brightwater_world(Clock(NOON))
    worlds = Worlds(world)
    app = create_emulator(worlds)
    endpoints = _watch(app)
    known = dict(START)
    with requests.Session() as session:
        session.mount("https://", EmulatorAdapter(app))
        exchanges = [_take(session, worlds, world, step, known) for step in WALK]
    return Played(exchanges, endpoints)


def rules(app: Flask) -> Iterator[tuple[str, str]]:
    """Every endpoint of the CRM API, as rule and method."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/crm/<version:version>"):
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                yield rule.rule, method


def _watch(app: Flask) -> set[tuple[str, str]]:
    seen: set[tuple[str, str]] = set()

    @app.after_request
    def note(response: Any) -> Any:
        if request.url_rule is not None:
            seen.add((request.url_rule.rule, request.method))
        return response

    return seen


def _take(
    session: requests.Session, worlds: Worlds, world: World, step: Step, known: dict[str, str]
) -> Exchange:
    user = next(one for one in world.users if one.email == step.user)
    more = dict(step.more)
    scopes = more.pop("scopes", SCOPES)
    token = more.pop("token", None) or worlds.tokens.sign_in(world, user, scopes).value
    binary = more.pop("binary", False)
    path = step.path.format(**known)
    if fault := more.pop("fault", None):
        world.faults.order(fault)
    answer = session.request(
        step.method,
        f"{world.data_centre.api_url}/crm/v8{path}",
        params={name: _filled(value, known) for name, value in step.params.items()},
        json=_filled(step.body, known),
        headers={"Authorization": f"Zoho-oauthtoken {token}"},
        **more,
    )
    body = answer.json() if answer.content and not binary else None
    assert answer.status_code == step.status, f"{step.method} {path}: {answer.status_code} {body}"
    for name, where in step.keeps.items():
        known[name] = _part(body, where)
    return Exchange(step, path, answer.status_code, body)


def _filled(value: Any, known: dict[str, str]) -> Any:
    """The value with what is remembered in the place of its names."""
    if isinstance(value, str):
        return value.format(**known)
    if isinstance(value, list):
        return [_filled(each, known) for each in value]
    if isinstance(value, dict):
        return {key: _filled(each, known) for key, each in value.items()}
    return value


def _part(body: Any, where: str) -> str:
    for key in where.split("."):
        body = body[int(key)] if isinstance(body, list) else body[key]
    return str(body)

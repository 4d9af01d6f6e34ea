"""One call to the CRM API: who asks what, and the door every endpoint stands behind.

An endpoint is a function behind `endpoint`; it takes the URL's parts as arguments, asks
`current()` for the rest and returns a body, or a body and a status, or a Flask response:

    @endpoint(bp, "/<module>/<record_id>", scopes=["ZohoCRM.modules.{module}.READ"])
    def get_record(module: str, record_id: str) -> Answer:
        call = current()
        call.permit(f"Crm_Implied_View_{module}")
        return {"data": [...]}            # None is 204, no content

The door checks version, token, API access, scopes, limits and ordered trouble, holds the
world's lock while the endpoint runs, turns `Rejected` into Zoho's JSON and logs the call.
"""

import functools
import re
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import cast

from flask import Blueprint, Response, current_app, g, jsonify, make_response, request
from werkzeug.routing import BaseConverter

from . import answers
from .answers import Json, Rejected
from .automation.happening import settle
from .caller import PARENT, Call, Version, current
from .datacentres import BY_API_HOST
from .log import LoggedCall
from .permissions import API_ACCESS
from .schema import Module
from .worlds import Worlds

__all__ = ["Answer", "Call", "Version", "VersionConverter", "current", "endpoint"]

Answer = Json | tuple[Json | None, int] | Response | None
Cost = int | Callable[[Call], int]

NEWEST: Version = (8, 0)
TROUBLE_HEADER = "X-Emulator-Trouble"


class VersionConverter(BaseConverter):
    """The `v8` of `/crm/v8/…`: the CRM's own pages lie under `/crm/org…`."""

    regex = r"v\d[^/]*"


def endpoint(
    bp: Blueprint,
    rule: str,
    *,
    methods: Sequence[str] = ("GET",),
    scopes: Sequence[str] = (),
    cost: Cost = 1,
    places: int = 1,
    heavy: bool | Callable[[Call], bool] = False,
    module: str = "",
) -> Callable[[Callable[..., Answer]], Callable[..., Response]]:
    """Mount a view at `/crm/<version>` + `rule`, behind the door.

    `scopes` are all needed, each with its alternatives parted by `|`; `{module}` in them
    is the module of the URL (or `module`), for custom modules also `custom`. `cost` is in
    credits; `heavy` calls count for sub-concurrency; `places` are taken of concurrency.
    """

    def mount(view: Callable[..., Answer]) -> Callable[..., Response]:
        @functools.wraps(view)
        def door(version: str, **parts: str) -> Response:
            entry = _Entry(view, tuple(scopes), cost, places, heavy, module)
            return entry.answer(version, parts)

        bp.add_url_rule(
            f"/crm/<version:version>{rule}",
            endpoint=f"{view.__name__}_{'_'.join(methods).lower()}_{len(bp.deferred_functions)}",
            view_func=door,
            methods=list(methods),
            provide_automatic_options=False,
        )
        return door

    return mount


@dataclass(slots=True)
class _Entry:
    """What one endpoint asks of those who come in."""

    view: Callable[..., Answer]
    scopes: tuple[str, ...]
    cost: Cost
    places: int
    heavy: bool | Callable[[Call], bool]
    module: str

    def answer(self, version: str, parts: dict[str, str]) -> Response:
        started = time.perf_counter()
        credits = 0
        call: Call | None = None
        try:
            call = g.call = _identify(_version(version))
            if call.parent is None:
                call.strikes = call.world.faults.meet(request.method, _path())
                _before(call)
            call.permit(API_ACCESS)
            self._check_scopes(call, parts)
            with ExitStack() as held:
                if call.parent is None:
                    credits = self._enter(call, held)
                held.enter_context(call.world.lock)
                response = _respond(self.view(**parts))
                if call.parent is None:
                    settle(call.world)
        except Rejected as refusal:
            response = _refuse(refusal)
        if call is not None:
            _finish(call, response, credits, time.perf_counter() - started)
        return response

    def _check_scopes(self, call: Call, parts: dict[str, str]) -> None:
        name = self.module or parts.get("module", "")
        for scope in self.scopes:
            call.need(_filled(scope, call.world.module(name), name))

    def _enter(self, call: Call, held: ExitStack) -> int:
        """Take places and pay; latency is waited for in the place, outside the lock."""
        heavy = self.heavy(call) if callable(self.heavy) else self.heavy
        limits = call.world.limits
        held.enter_context(limits.running(call.access.client_id, places=self.places, heavy=heavy))
        for strike in call.strikes:
            if strike.kind == "latency":
                call.world.faults.sleep(strike.seconds)
        credits = self.cost(call) if callable(self.cost) else self.cost
        limits.charge(credits)
        return credits


def _filled(scope: str, module: Module | None, name: str) -> str:
    if "{module}" not in scope:
        return scope
    names = [name.lower()]
    if module is not None:
        names = [module.api_name.lower(), *(["custom"] if module.custom else [])]
    return "|".join(one.replace("{module}", filled) for one in scope.split("|") for filled in names)


def _version(text: str) -> Version:
    """`v8` or `v2.1`; v1 is told what to use instead, others are no URL of Zoho."""
    found = re.fullmatch(r"v(\d)(?:\.(\d))?", text)
    if not found:
        raise answers.invalid_url()
    version = (int(found[1]), int(found[2] or 0))
    if version < (2, 0):
        raise answers.api_not_supported()
    if version > NEWEST or (version[1] and version != (2, 1)):
        raise answers.invalid_url()
    return version


def _identify(version: Version) -> Call:
    """Who calls: by the token, or by the composite call that this one is part of."""
    parent = request.environ.get(PARENT)
    if isinstance(parent, Call):
        return Call(parent.worlds, parent.world, parent.user, parent.access, version, parent=parent)
    worlds = cast(Worlds, current_app.extensions["worlds"])
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if not token:
        raise answers.authentication_failure()
    access = worlds.tokens.find(token.strip()) if kind == "Zoho-oauthtoken" else None
    if access is None or access.user is None:
        raise answers.invalid_token()
    centre = BY_API_HOST.get(request.host)
    if centre is not None and centre is not access.world.data_centre:
        raise answers.invalid_token()
    return Call(worlds, access.world, access.user, access, version)


def _path() -> str:
    """The path after the version."""
    return "/" + request.path.split("/", 3)[-1]


def _before(call: Call) -> None:
    """Trouble that keeps the call from being done."""
    kinds = {strike.kind for strike in call.strikes}
    if "token_expired" in kinds:
        call.worlds.tokens.kill(call.access.value)
        raise answers.invalid_token()
    if "busy" in kinds:
        raise answers.too_many_requests()
    if kinds & {"server_error", "no_connection"}:
        raise answers.internal_error()


def _respond(answer: Answer) -> Response:
    if isinstance(answer, Response):
        return answer
    body, status = answer if isinstance(answer, tuple) else (answer, 200)
    if body is None:
        nothing = Response(status=status if status != 200 else 204)
        # Zoho's own SDK takes an answer that says its type for one that has a body.
        del nothing.headers["Content-Type"]
        return nothing
    return make_response(jsonify(body), status)


def _refuse(refusal: Rejected) -> Response:
    g.refused = refusal.code
    return make_response(jsonify(refusal.body()), refusal.status)


def _finish(call: Call, response: Response, credits: int, seconds: float) -> None:
    """Say what is left of the credits, prepare the trouble with the answer, write the log."""
    announced = call.world.limits.announced
    if announced is not None and call.parent is None:
        response.headers["X-API-CREDITS-REMAINING"] = str(announced)
    response.date = call.world.now()
    for strike in call.strikes:
        if strike.kind in ("answer_lost", "answer_cut", "no_connection"):
            response.headers[TROUBLE_HEADER] = strike.kind
    call.world.log.add(
        LoggedCall(
            at=call.world.timestamp(),
            method=request.method,
            path=_path(),
            params=tuple(sorted(request.args)),
            user_id=call.user.id,
            status=response.status_code,
            code=g.get("refused", ""),
            credits=credits,
            milliseconds=round(seconds * 1000, 2),
            faults=tuple(strike.kind for strike in call.strikes),
            sub=call.parent is not None,
        )
    )

"""Several questions in one call, where one may use the answer to another; no I/O.

https://www.zoho.com/crm/developer/docs/api/v8/composite-api.html
"""

import re
from collections.abc import Mapping

from extension.errors import ZohoBusy, ZohoError

from .protocol import Ask, Json, Payload, broken, is_error, judge, named_error

NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_]*")
REQUESTS = "__composite_requests"

Answers = dict[str, Payload | ZohoError]
"""Name of the question -> its answer, or why there is none."""


def reference(name: str, path: str) -> str:
    """Stands in a path, parameter or body for a value out of the answer to question `name`:
    `reference("lead", "data[0].Email")`. Empty values make the question that needs them fail
    with INVALID_REFERENCE."""
    if not NAME.fullmatch(name):
        raise ValueError(f"{name!r} cannot name a question: letters, digits and _ only.")
    return f"@{{{name}:$.{path}}}"


def separable(asks: Mapping[str, Ask]) -> bool:
    """Whether each can be asked again without the others: none writes, none uses what another one
    was answered."""
    return not any(
        ask.writes or "@{" in f"{ask.path}{ask.params}{ask.json}" for ask in asks.values()
    )


def untold(asks: Mapping[str, Ask], told: Answers) -> dict[str, Ask]:
    """Those that were not answered yet, or that Zoho was too busy for."""
    return {
        name: ask
        for name, ask in asks.items()
        if name not in told or isinstance(told[name], ZohoBusy)
    }


def apart(asks: Mapping[str, Ask], payload: Payload) -> Answers:
    """The answer to each question of a composite request. Raises if all were refused as one."""
    entries = (payload or {}).get(REQUESTS)
    entries = entries if isinstance(entries, list) else []
    if len(entries) != len(asks):
        # One fault of the whole request is answered once.
        for entry in entries:
            if is_error(entry):
                raise named_error(entry["code"], entry, _wrote(asks))
        raise broken(_wrote(asks))
    return {
        name: _answer(ask, entry) for (name, ask), entry in zip(asks.items(), entries, strict=True)
    }


def _answer(ask: Ask, entry: object) -> Payload | ZohoError:
    if not isinstance(entry, dict):
        return broken(ask.writes)
    if is_error(entry):
        return named_error(entry["code"], entry, ask.writes)
    try:
        return _inner(ask, entry)
    except ZohoError as error:
        return error


def _inner(ask: Ask, entry: Json) -> Payload:
    """The answer as it would have come alone."""
    details = entry.get("details")
    response = details.get("response") if isinstance(details, dict) else None
    if not isinstance(response, dict):
        raise broken(ask.writes)
    status, body = response.get("status_code"), response.get("body")
    if status == 204:
        return None
    if not isinstance(body, dict):
        raise broken(ask.writes)
    return judge(status if isinstance(status, int) else 200, body, ask.writes)


def _wrote(asks: Mapping[str, Ask]) -> bool:
    return any(ask.writes for ask in asks.values())

"""The parts of a composite request: whether each is one that Zoho would run.

https://www.zoho.com/crm/developer/docs/api/v8/composite-api.html
"""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from lark.exceptions import LarkError

from .. import answers
from ..answers import Json, Rejected
from ..caller import Call
from .composite_allowed import ONE, SOME, Allowed, kind_of, names
from .composite_references import references
from .coql_grammar import read

KEY = "__composite_requests"
MOST = 5
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
ID = "[a-zA-Z0-9][a-zA-Z0-9_]*"
URI = "/crm(/.*)?/v[0-9]+([.][0-9]+)?/.*"
VERSIONED = re.compile(r"/crm/v(\d+)(?:\.(\d+))?/(.*)")
RESTRICTED_HEADERS = ("authorization", "x-crm-org")
COQL = "Get records through a COQL query"


@dataclass(frozen=True, slots=True)
class Part:
    """One call of the request, ready to run once its references are replaced."""

    index: int
    id: str
    method: str
    uri: str
    params: Json
    headers: dict[str, str]
    body: Any
    needs: frozenset[str]

    @property
    def path(self) -> str:
        return f"$.{KEY}[{self.index}]"


def parts_of(call: Call, body: Json) -> list[Part]:
    """The parts of the request; refuses it as a whole for the first mistake in it."""
    rows = body.get(KEY)
    if rows is None or rows == []:
        raise answers.mandatory_not_found(KEY, f"$.{KEY}")
    if not isinstance(rows, list):
        raise answers.invalid_data(KEY, f"$.{KEY}", expected_data_type="jsonarray")
    if len(rows) > MOST:
        raise answers.invalid_data(KEY, f"$.{KEY}", maximum_length=MOST)
    try:
        parts = [_part(call, index, row) for index, row in enumerate(rows)]
        _refuse_same_ids(parts)
        _refuse_loops(parts)
    except Rejected as refusal:
        raise refusal.inside(KEY) from None
    return parts


def _part(call: Call, index: int, row: Any) -> Part:
    path = f"$.{KEY}[{index}]"
    if not isinstance(row, dict):
        raise answers.invalid_data(KEY, path, expected_data_type="jsonobject")
    method, uri = _text(row, "method", path), _text(row, "uri", path)
    if method not in METHODS:
        raise answers.invalid_data("method", f"{path}.method", supported_values=list(METHODS))
    if not re.fullmatch(URI, uri):
        raise answers.invalid_data("uri", f"{path}.uri", expected_data_type="text", regex=URI)
    name = row.get("sub_request_id", str(index))
    if not isinstance(name, str) or not re.fullmatch(ID, name):
        raise answers.invalid_data("sub_request_id", f"{path}.sub_request_id", regex=ID)
    headers = _object(row, "headers", path)
    for header in headers:
        if header.lower() in RESTRICTED_HEADERS:
            raise answers.invalid_data(
                "headers", f"{path}.headers", restricted_headers=list(RESTRICTED_HEADERS)
            )
    part = Part(
        index, name, method, urlsplit(uri).path,
        {**dict(parse_qsl(urlsplit(uri).query)), **_object(row, "params", path)},
        {key: str(value) for key, value in headers.items()},
        row.get("body") or None, frozenset(),
    )  # fmt: skip
    return _within_bounds(call, _with_needs(part))


def _text(row: Json, key: str, path: str) -> str:
    given = row.get(key)
    if given is None:
        raise answers.mandatory_not_found(key, f"{path}.{key}")
    if not isinstance(given, str):
        raise answers.invalid_data(key, f"{path}.{key}", expected_data_type="text")
    return given


def _object(row: Json, key: str, path: str) -> Json:
    given = row.get(key)
    if given is not None and not isinstance(given, dict):
        raise answers.invalid_data(key, f"{path}.{key}", expected_data_type="jsonobject")
    return given or {}


def _with_needs(part: Part) -> Part:
    found = [
        *references(part.uri, "uri"),
        *references(part.params, "params"),
        *references(part.body, "body"),
    ]
    needs = frozenset(one.sub_request_id for one in found)
    return _changed(part, needs=needs)


def _changed(part: Part, **traits: Any) -> Part:
    kept = {name: getattr(part, name) for name in Part.__slots__}
    return Part(**{**kept, **traits})


def _within_bounds(call: Call, part: Part) -> Part:
    """The part, if its API is on the list, in this version, and asks for few enough records."""
    found = VERSIONED.fullmatch(part.uri)
    version = (int(found[1]), int(found[2] or 0)) if found else (0, 0)
    if version > call.version:
        raise Rejected(
            "NOT_ALLOWED",
            "the version of the sub request is above that of the composite request",
            {"sub_request_version": version[0], "composite_request_version": call.version[0]},
        )
    kind = kind_of(part.method, found[3]) if found else None
    if kind is None:
        raise Rejected(
            "NOT_SUPPORTED",
            "the given api is not supported in composite requests",
            {"allowed_services": names()},
        )
    if part.method == "DELETE" and "ids" in part.params:
        raise answers.invalid_data("params", f"{part.path}.params", restricted_params=["ids"])
    if kind.name == COQL:
        return _short_query(part)
    return _few(part, kind)


def _few(part: Part, kind: Allowed) -> Part:
    values = part.body.values() if isinstance(part.body, dict) and kind.records == ONE else ()
    rows = next((each for each in values if isinstance(each, list)), [])
    if len(rows) > ONE:
        raise answers.invalid_data("body", f"{part.path}.body", maximum_length=ONE)
    if kind.records != SOME:
        return part
    size = str(part.params.get("per_page", SOME))
    if size.isdigit() and int(size) > SOME:
        path = f"{part.path}.params.per_page"
        raise answers.invalid_data("per_page", path, maximum_length=SOME)
    return _changed(part, params={**part.params, "per_page": size})


def _short_query(part: Part) -> Part:
    """A query asks for 25 rows at most, and gets so many where it does not say."""
    text = part.body.get("select_query") if isinstance(part.body, dict) else None
    try:
        asked = read(text) if isinstance(text, str) else None
    except LarkError:
        asked = None
    if asked is None:
        return part
    if (asked.limit or 0) > SOME or (asked.limit is None and asked.offset is not None):
        path = f"{part.path}.body.select_query"
        raise answers.invalid_data("select_query", path, maximum_length=SOME)
    if asked.limit is None:
        return _changed(part, body={**part.body, "select_query": f"{text} limit {SOME}"})
    return part


def _refuse_same_ids(parts: list[Part]) -> None:
    for part in parts:
        same = [other.index for other in parts if other.id == part.id]
        if len(same) > 1:
            raise Rejected(
                "DUPLICATE_DATA",
                "duplicate data",
                {
                    "api_name": "sub_request_id",
                    "json_path": f"{part.path}.sub_request_id",
                    "sub_request_indexes": same,
                },
            )


def _refuse_loops(parts: list[Part]) -> None:
    """References that lead back to where they started can never be replaced."""
    needs = {part.id: set(part.needs) for part in parts}
    ready: set[str] = set()
    while True:
        free = {key for key in needs if key not in ready and not (needs[key] & set(needs)) - ready}
        if not free:
            break
        ready |= free
    looping = [key for key in needs if key not in ready]
    if looping:
        dependent = [
            {"sub_request_id": key, "referred_sub_request_ids": sorted(needs[key])}
            for key in looping
        ]
        raise Rejected("LOOPING_FOUND", "looping found", {"dependent_data": dependent})

"""Zoho's OpenAPI files as JSON Schema: which schema an answer must fit.

The files are OpenAPI 3.0. Two of their habits are read generously: `oneOf` as "one or more of",
because Zoho's alternatives overlap (an error with a maximum length is also one without), and a
property as possibly null whether marked or not, because the samples, which were captured, have
nulls all over. One they are read strictly in: what wraps a list, or is an error, needs its keys,
or every alternative would take every answer. What is peculiar to one file is in `corrections`.
"""

import copy
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from tests.emulator.contract.corrections import CORRECTIONS
from tests.emulator.contract.mending import ERROR, Correction

Json = dict[str, Any]

ZOHO = Path(__file__).parents[3].parent / "shared" / "zoho"
OPENAPI, SAMPLES = ZOHO / "openapi", ZOHO / "samples"
BASE = "https://raw.githubusercontent.com/Zohocorp-Pvt-Ltd/crm-oas/refs/heads/main/v8.0/"
COMMON_CODES = {
    "INVALID_TOKEN", "OAUTH_SCOPE_MISMATCH", "AUTHENTICATION_FAILURE", "NO_PERMISSION",
    "TOO_MANY_REQUESTS", "INTERNAL_ERROR", "INVALID_URL_PATTERN", "INVALID_REQUEST_METHOD",
    "API_NOT_SUPPORTED", "INVALID_MODULE", "NOT_SUPPORTED",
}  # fmt: skip
"""Errors that any endpoint can answer: no file lists them all, the envelope is the same."""

ENVELOPE = {"code", "details", "message", "status"}
NULL: Json = {"type": "null"}
NEVER_NULL = {"id", "api_name", "code", "message", "status", "details", "data", "info"}


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path in one file."""

    file: str
    path: str
    method: str

    @property
    def placeholders(self) -> int:
        return self.path.count("{")

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.path} ({self.file})"


@cache
def documents() -> dict[str, Json]:
    """Every file by name, corrected."""
    found = {path.name: json.loads(path.read_text()) for path in sorted(OPENAPI.glob("*.json"))}
    for correction in CORRECTIONS:
        correction.apply(found[correction.file])
    return {name: _translated(document) for name, document in found.items()}


def corrects(correction: Correction) -> bool:
    """Whether what it mends is broken in the file (before later corrections)."""
    document = json.loads((OPENAPI / correction.file).read_text())
    for earlier in CORRECTIONS[: CORRECTIONS.index(correction)]:
        if earlier.file == correction.file:
            earlier.apply(document)
    before = copy.deepcopy(document)
    correction.apply(document)
    return bool(document != before)


def _translated(node: Any) -> Any:
    if isinstance(node, list):
        return [_translated(each) for each in node]
    if not isinstance(node, dict):
        return node
    made = {
        key: _properties(value)
        if key == "properties" and not _is_schema(value)
        else _translated(value)
        for key, value in node.items()
    }
    if isinstance(made.get("properties"), dict) and "required" not in made:
        names = set(made["properties"])
        if len(names) == 1 or names <= ENVELOPE:
            made["required"] = sorted(names)
    if "oneOf" in made and "anyOf" not in made:
        made["anyOf"] = made.pop("oneOf")
    if made.pop("nullable", False) is True:
        return {"anyOf": [made, NULL]}
    return made


def _is_schema(found: Json) -> bool:
    """Whether something called "properties" is a schema of that name, not a map of schemas."""
    return isinstance(found.get("type"), str) or isinstance(found.get("$ref"), str)


def _properties(schemas: Json) -> Json:
    return {
        name: _translated(one) if name in NEVER_NULL else {"anyOf": [_translated(one), NULL]}
        for name, one in schemas.items()
    }


@cache
def registry() -> Registry[Any]:
    resources = [
        (BASE + name, Resource(contents=document, specification=DRAFT202012))
        for name, document in documents().items()
    ]
    return Registry().with_resources(resources)


def operations(method: str, path: str) -> list[Operation]:
    """The operations that describe a call, those with the fewest placeholders first."""
    found = [
        Operation(name, template, method.lower())
        for name, document in documents().items()
        for template, methods in document.get("paths", {}).items()
        if method.lower() in methods and _fits(template, path)
    ]
    return sorted(found, key=lambda one: one.placeholders)


def _fits(template: str, path: str) -> bool:
    parts = [re.escape(part) for part in re.split(r"{[^}]+}", template)]
    return re.fullmatch("[^/]+".join(parts), path) is not None


def problem(operation: Operation, status: int, body: Any) -> str | None:
    """Why an answer is not as the file says, or None."""
    responses = documents()[operation.file]["paths"][operation.path][operation.method]["responses"]
    pointer = f"/paths/{_escaped(operation.path)}/{operation.method}/responses/{status}"
    if str(status) not in responses:
        return f"status {status} is not documented"
    if body is None:
        return None
    base = BASE + operation.file
    reference = responses[str(status)].get("$ref")
    target = f"{base}{reference}" if reference else f"{base}#{pointer}"
    media = _media(target)
    if media is None:
        return f"a body with status {status} is not documented"
    if not _has_schema(target, media):
        return None
    schema = {"$ref": f"{target}/content/{_escaped(media)}/schema"}
    return _first(Draft202012Validator(schema, registry=registry()), body)


def _media(target: str) -> str | None:
    found = registry().resolver().lookup(target).contents
    return next(iter(found.get("content", {})), None)


def _has_schema(target: str, media: str) -> bool:
    return "schema" in registry().resolver().lookup(target).contents["content"][media]


def common_error(status: int, body: Any) -> bool:
    """Whether this is one of the errors that any endpoint can answer."""
    return status >= 400 and isinstance(body, dict) and body.get("code") in COMMON_CODES


def problem_with_envelope(body: Any) -> str | None:
    return _first(Draft202012Validator(ERROR), body)


def _escaped(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1").replace("{", "%7B").replace("}", "%7D")


def _first(validator: Draft202012Validator, body: Any) -> str | None:
    error = best_match(validator.iter_errors(body))
    if error is None:
        return None
    deepest = max(_leaves(error), key=lambda one: len(list(one.absolute_path)))
    return f"{deepest.json_path}: {deepest.message[:300]}"


def _leaves(error: ValidationError) -> Iterator[ValidationError]:
    if not error.context:
        yield error
    for inner in error.context or ():
        yield from _leaves(inner)

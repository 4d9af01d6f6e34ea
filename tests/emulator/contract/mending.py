"""How an OpenAPI file can be mended as it is read: keys made optional, statuses added …"""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

ERROR: Json = {
    "type": "object",
    "properties": {
        "code": {"type": "string", "pattern": "^[A-Z_]+$"},
        "details": {"type": "object"},
        "message": {"type": "string"},
        "status": {"enum": ["error"]},
    },
    "required": ["code", "details", "message", "status"],
    "additionalProperties": False,
}
"""Zoho's error envelope."""
ERRORS: Json = {
    "type": "object",
    "additionalProperties": {"type": "array", "minItems": 1, "items": ERROR},
    "minProperties": 1,
    "maxProperties": 1,
}
"""Errors of records, in the list that holds successes otherwise."""
MODULE: Json = {
    "type": "object",
    "properties": {"api_name": {"type": "string"}, "id": {"type": "string"}},
    "required": ["api_name", "id"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Correction:
    """`at` is a JSON pointer into the file; `change` mends what is there."""

    file: str
    at: str
    change: Callable[[Any], None]
    why: str

    def apply(self, document: Json) -> None:
        node: Any = document
        for part in self.at.strip("/").split("/"):
            key = part.replace("~1", "/").replace("~0", "~")
            node = node[int(key)] if isinstance(node, list) else node[key]
        self.change(node)

    def __str__(self) -> str:
        return f"{self.file} {self.at}: {self.why}"


def optional(file: str, schema: str, names: str, why: str) -> Correction:
    """These properties need not be there."""

    def change(node: Json) -> None:
        node["required"] = [one for one in node["required"] if one not in names.split()]

    return Correction(file, f"/components/schemas/{schema}", change, why)


def also(file: str, at: str, schema: Json, why: str) -> Correction:
    """What is there may be of this schema as well."""

    def change(node: Json) -> None:
        old = copy.deepcopy(node)
        node.clear()
        node["oneOf"] = [old, schema]

    return Correction(file, at, change, why)


def answered(file: str, path: str, method: str, statuses: str, why: str) -> Correction:
    """The operation answers with these statuses too: as with 200, or with errors."""

    def change(responses: Json) -> None:
        whole = responses["200"]
        for status in statuses.split():
            if status == "204":
                responses[status] = {"description": "nothing"}
            elif status not in responses:
                responses[status] = _with_errors(whole)

    at = f"/paths/{path.replace('~', '~0').replace('/', '~1')}/{method}/responses"
    return Correction(file, at, change, why)


def _with_errors(response: Json) -> Json:
    if "$ref" in response:
        content = [{"$ref": f"{response['$ref']}/content/application~1json/schema"}]
    else:
        content = [response["content"]["application/json"]["schema"]]
    schema = {"oneOf": [*copy.deepcopy(content), ERROR, ERRORS]}
    return {"description": "", "content": {"application/json": {"schema": schema}}}


def missing(file: str, path: str, method: str, schema: Json, why: str) -> Correction:
    """An operation that no file has."""

    def change(paths: Json) -> None:
        responses = {
            status: {"description": "", "content": {"application/json": {"schema": schema}}}
            for status in ("200", "201")
        }
        paths.setdefault(path, {})[method] = {"responses": responses}

    return Correction(file, "/paths", change, why)


def successes(key: str, message: str) -> Json:
    entry = {
        "type": "object",
        "properties": {
            "code": {"enum": ["SUCCESS"]},
            "details": {"type": "object", "properties": {"id": {"type": "string"}}},
            "message": {"type": "string", "pattern": message},
            "status": {"enum": ["success"]},
        },
        "required": ["code", "details", "message", "status"],
        "additionalProperties": False,
    }
    return listed(key, entry)


def listed(key: str, entry: Json) -> Json:
    return {
        "type": "object",
        "properties": {key: {"type": "array", "minItems": 1, "items": entry}},
        "required": [key],
        "additionalProperties": False,
    }


def coded(code: str, message: str) -> Json:
    """The error envelope with this code and message."""
    named = {**ERROR["properties"], "code": {"enum": [code]}, "message": {"enum": [message]}}
    return {**ERROR, "properties": named}

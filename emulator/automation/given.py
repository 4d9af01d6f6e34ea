"""Reading the objects of a set-up request, with the errors that Zoho's automation APIs answer.

Their words differ from those of the records API: "Required field is missing", "Invalid data type".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .. import answers
from ..answers import Json, Rejected
from ..caller import Call
from ..schema import Module
from ..world import World

MISSING = "Required field is missing"
WRONG_TYPE = "Invalid data type"
WRONG = "Invalid data"


@dataclass(frozen=True, slots=True)
class Given:
    """An object of a request, and where in the request it stands."""

    values: Json
    path: str

    def at(self, key: str) -> str:
        return f"{self.path}.{key}"

    def wrong(self, key: str, message: str = WRONG, **details: Any) -> Rejected:
        return answers.invalid_data(key, self.at(key), message, **details)

    def mistyped(self, key: str, expected: str) -> Rejected:
        return self.wrong(key, WRONG_TYPE, expected_data_type=expected)

    def missing(self, key: str, message: str = MISSING) -> Rejected:
        return answers.mandatory_not_found(key, self.at(key), message)

    def only(self, *known: str) -> None:
        """Refuse keys that Zoho does not document."""
        for key in self.values:
            if key not in known:
                raise self.wrong(key)

    def need(self, *keys: str) -> None:
        for key in keys:
            if self.values.get(key) is None:
                raise self.missing(key)

    def text(self, key: str, *, most: int = 255) -> str | None:
        """A text of at most so many characters, or None where there is none."""
        value = self.values.get(key)
        if value is None:
            return None
        if not isinstance(value, str):
            raise self.mistyped(key, "text")
        if len(value) > most:
            raise self.wrong(key, maximum_length=most)
        return value

    def flag(self, key: str) -> bool | None:
        value = self.values.get(key)
        if value is not None and not isinstance(value, bool):
            raise self.mistyped(key, "boolean")
        return value

    def number(self, key: str) -> int | None:
        value = self.values.get(key)
        if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
            raise self.mistyped(key, "integer")
        return value

    def one_of(self, key: str, supported: Sequence[str], message: str = WRONG) -> str | None:
        value = self.text(key)
        if value is not None and value not in supported:
            raise self.wrong(key, message, supported_values=list(supported))
        return value

    def inner(self, key: str) -> "Given | None":
        """An object inside this one."""
        value = self.values.get(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self.mistyped(key, "jsonobject")
        return Given(value, self.at(key))

    def rows(self, key: str, *, most: int) -> "list[Given]":
        """The objects of a list; an absent one is empty."""
        value = self.values.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.mistyped(key, "jsonarray")
        if len(value) > most:
            raise self.wrong(key, maximum_length=most)
        if not all(isinstance(row, dict) for row in value):
            raise self.mistyped(key, "jsonobject")
        return [Given(row, f"{self.at(key)}[{n}]") for n, row in enumerate(value)]

    def module(self, world: World, key: str = "module") -> Module:
        """The module that `{"api_name", "id"}` names: one of the two, or both alike."""
        inner = self.inner(key)
        if inner is None:
            raise self.missing(key)
        name, number = inner.text("api_name"), inner.text("id")
        if name is None and number is None:
            raise inner.lacking("api_name", "id")
        found = world.module(name if name is not None else str(number))
        if found is None or (name is not None and found.api_name != name):
            if name is None:
                raise inner.wrong("id", "the module id given seems to be invalid")
            raise inner.wrong("api_name", "the module name given seems to be invalid")
        if number is not None and number != found.id:
            raise inner.torn("id", "api_name")
        return found

    def lacking(self, *keys: str) -> Rejected:
        """None of these keys is there, and one of them must be."""
        return Rejected(
            "EXPECTED_FIELD_MISSING",
            "Specify atleast one field",
            {"expected_fields": [{"api_name": key, "json_path": self.at(key)} for key in keys]},
        )

    def torn(self, *keys: str, message: str = "Ambiguity while processing the request") -> Rejected:
        """These keys do not go together."""
        due = [{"api_name": key, "json_path": self.at(key)} for key in keys]
        return Rejected("AMBIGUITY_DURING_PROCESSING", message, {"ambiguity_due_to": due})

    def depends(self, code: str, key: str, on: str, message: str) -> Rejected:
        """The key is missing, or wrong, because of what another one says."""
        return Rejected(
            code,
            message,
            {
                "dependee": {"api_name": on.split(".")[-1], "json_path": self.at(on)},
                "api_name": key.split(".")[-1],
                "json_path": self.at(key),
            },
        )


def entries(call: Call, key: str, *, most: int) -> list[Given]:
    """The objects that a request is about: `{"webhooks": [{…}]}`."""
    body = call.json_object()
    if body.get(key) is None:
        raise answers.mandatory_not_found(key, f"$.{key}", MISSING)
    rows = body[key]
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise answers.invalid_data(key, f"$.{key}", expected_data_type="jsonarray")
    if not 1 <= len(rows) <= most:
        raise answers.invalid_data(key, f"$.{key}", maximum_length=most)
    return [Given(row, f"$.{key}[{n}]") for n, row in enumerate(rows)]


def reference(module: Module) -> Json:
    return {"api_name": module.api_name, "id": module.id}


def page_of(call: Call, rows: list[Json]) -> tuple[list[Json], Json]:
    """The rows of the page that is asked for, and the short `info` of these APIs."""
    size = call.number_param("per_page", 200, most=200)
    number = call.number_param("page", 1, most=10**6)
    kept = rows[(number - 1) * size : number * size]
    more = len(rows) > number * size
    return kept, {"per_page": size, "count": len(kept), "page": number, "more_records": more}


def wrong_param(name: str, message: str = "The value provided to the param is Invalid") -> Rejected:
    return Rejected("INVALID_DATA", message, {"param_name": name})


def module_param(call: Call) -> Module | None:
    name = call.param("module")
    found = call.world.module(name) if name else None
    if name and found is None:
        message = "The value provided to the param is Invalid"
        raise Rejected("INVALID_MODULE", message, {"param_name": "module"})
    return found


def unknown_id(index: int = 3) -> Rejected:
    return Rejected(
        "INVALID_DATA", "the id given seems to be invalid", {"resource_path_index": index}
    )


def not_in_this_edition() -> Rejected:
    return Rejected("FEATURE_NOT_SUPPORTED", "feature not available in this edition", status=403)

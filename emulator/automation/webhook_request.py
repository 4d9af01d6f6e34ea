"""A webhook as it is set up: what Zoho takes and what it refuses.

https://www.zoho.com/crm/developer/docs/api/v8/webhooks.html
"""

from collections.abc import Iterable

from .. import answers
from ..answers import Json, Rejected
from ..schema import Module
from ..world import World
from ..worlds import Worlds
from . import tokens, urls
from .given import Given, reference

KEYS = (
    "id", "name", "module", "url", "http_method", "authentication", "description",
    "related_module", "feature_type", "headers", "url_parameters", "body", "date_time_format",
)  # fmt: skip
METHODS = ("POST", "GET", "PUT", "DELETE")
FEATURES = (
    "workflow", "approval_process", "blueprint_transition", "blueprint_state",
    "assignment_rules", "kiosk", "commandcenter_service",
)  # fmt: skip
FORMATS = ("JSON", "XML", "Text", "HTML")
BODIES = ("form_data", "raw", "none")
TAKES = {
    "headers": ("POST", "PUT", "DELETE"),
    "url_parameters": ("GET", "DELETE"),
    "body": ("POST", "PUT"),
}
"""Which parts go with which methods."""
NOT_FOR = ("Notes", "Calls", "Attachments")
NAME, URL, DESCRIPTION, RAW = 250, 2000, 500, 500
MODULE_PARAMETERS, CUSTOM_PARAMETERS = 25, 10
RESTRICTED = ("host",)
"""Names that no header may have."""


def read(worlds: Worlds, world: World, given: Given) -> Json:
    """The webhook that the request describes, or a refusal."""
    given.only(*KEYS)
    module = _module(world, given)
    given.need("url", "feature_type")
    method = _method(given)
    made: Json = {
        "name": _name(given),
        "module": reference(module),
        "url": _url(worlds, given),
        "http_method": method,
        "authentication": _authentication(given),
        "description": given.text("description", most=DESCRIPTION),
        "feature_type": _feature(given),
        "related_module": _related(world, given),
        "headers": None,
        "url_parameters": None,
        "body": None,
    }
    for key, methods in TAKES.items():
        if given.values.get(key) is not None and method not in methods:
            raise given.depends(
                "DEPENDENT_MISMATCH", "http_method", key,
                "Invalid value provided for the given http method",
            )  # fmt: skip
    if (headers := given.inner("headers")) is not None:
        made["headers"] = _parameters(world, module, headers, RESTRICTED)
    if (query := given.inner("url_parameters")) is not None:
        made["url_parameters"] = _parameters(
            world, module, query, own="user_defined_parameters"
        )  # fmt: skip
    if (body := given.inner("body")) is not None:
        made["body"] = _body(world, module, body)
    if (formats := given.inner("date_time_format")) is not None:
        made["date_time_format"] = _formats(formats)
    return made


def _name(given: Given) -> str:
    name = given.values.get("name")
    if name is None or name == "":
        raise given.missing("name", "mandatory param missing")
    text = given.text("name", most=10**6) or ""
    if len(text) > NAME:
        message = "The lenght of name has exceeded the limit"
        raise given.wrong("name", message, maximum_length=NAME)
    if "~" in text:
        raise Rejected("INVALID_DATA", "Special characters not allowed", {"api_name": "name"})
    if "#" in text or "%" in text:
        message = "webhook name should not contain the special character #%"
        raise Rejected("INVALID_DATA", message, {"api_name": "name"})
    return text


def _module(world: World, given: Given) -> Module:
    module = given.module(world)
    if module.api_name in NOT_FOR or not module.api_supported or module.status != "visible":
        inner = given.inner("module") or given
        raise inner.wrong("api_name", "The given module api_name seems to be invalid")
    return module


def _method(given: Given) -> str:
    if given.values.get("http_method") is None:
        raise given.missing("http_method", "The method type is not given ")
    method = given.text("http_method")
    if method not in METHODS:
        raise answers.invalid_data(
            "http_method", given.at("http_method"), "The method type given is invalid"
        )
    return method


def _url(worlds: Worlds, given: Given) -> str:
    if given.values["url"] == "":
        raise given.wrong("url", "Empty value is not allowed")
    if not isinstance(given.values["url"], str):
        raise given.mistyped("url", "website")
    url = given.text("url", most=URL) or ""
    if not urls.well_formed(url):
        raise given.wrong("url", "please enter a valid URL")
    if not worlds.private_urls and not url.startswith("${") and urls.private(url):
        raise given.wrong("url", "Url you've configured is not secure")
    return url


def _feature(given: Given) -> str | None:
    feature = given.text("feature_type")
    if feature not in FEATURES:
        raise given.wrong("feature_type", "the given feature name is invalid")
    return feature


def _related(world: World, given: Given) -> Json | None:
    if given.values.get("related_module") is not None:
        return reference(given.module(world, "related_module"))
    if given.values["feature_type"] == "kiosk":
        raise given.depends(
            "DEPENDENT_FIELD_MISSING", "related_module", "feature_type",
            "Webhook action related module missing for kiosk feature",
        )  # fmt: skip
    return None


def _authentication(given: Given) -> Json:
    inner = given.inner("authentication")
    if inner is None:
        raise given.missing("authentication")
    inner.only("type", "connection_name")
    inner.need("type")
    kind = inner.one_of("type", ("general", "connection"))
    connection = inner.text("connection_name")
    if kind == "connection":
        # The emulator has no connections, so any name of one is wrong.
        raise inner.wrong("connection_name", "Please provide valid connection name")
    if connection:
        raise inner.depends(
            "DEPENDENT_MISMATCH",
            "type",
            "connection_name",
            "provide appropriate authentication type",
        )
    return {"type": kind, "connection_name": ""}


def _parameters(
    world: World, module: Module, given: Given, restricted: Iterable[str] = (), own: str = ""
) -> Json:
    """Named values: some of the record's, some fixed, and where allowed one of the user's own."""
    given.only("module_parameters", "custom_parameters", *([own] if own else []))
    given.need("module_parameters")
    ours = given.rows("module_parameters", most=MODULE_PARAMETERS)
    fixed = given.rows("custom_parameters", most=CUSTOM_PARAMETERS)
    made: Json = {
        "module_parameters": [_pair(row) for row in ours],
        "custom_parameters": [_pair(row) for row in fixed],
    }
    for row in ours:
        if not tokens.known(world, module, str(row.values["value"])):
            raise row.wrong("value", "Unsupported fields are present")
    names: set[str] = set()
    for row in (*ours, *fixed):
        name = str(row.values["name"])
        if name.casefold() in restricted:
            raise row.wrong("name", "restricted parameter name found")
        if name in names:
            place = {"api_name": "name", "json_path": row.at("name")}
            raise Rejected("DUPLICATE_DATA", "duplicate parameter name found", place)
        names.add(name)
    if own and (user_defined := given.inner(own)) is not None:
        made[own] = _pair(user_defined)
    return made


def _pair(row: Given) -> Json:
    row.only("name", "value")
    for key in ("name", "value"):
        if row.values.get(key) in (None, ""):
            message = "the given parameter is invalid, specify both name and value"
            raise row.missing(key, message)
    return {"name": row.text("name"), "value": row.text("value")}


def _body(world: World, module: Module, given: Given) -> Json:
    given.only("type", "format", "raw_data_content", "form_data_content")
    given.need("type")
    if "format" not in given.values:
        raise given.missing("format")
    kind, form = given.text("type"), given.text("format")
    if kind not in BODIES:
        raise given.wrong("type", "invalid body type passed")
    if form is not None and form not in FORMATS:
        raise given.wrong("format", "invalid format passed in body")
    if kind == "raw":
        return _raw(given, form)
    made: Json = {"type": kind, "format": form}
    if kind == "form_data":
        content = given.inner("form_data_content")
        if content is None:
            raise given.depends(
                "DEPENDENT_FIELD_MISSING", "form_data_content", "type",
                "form data content key is mandatory for form body type",
            )  # fmt: skip
        made["form_data_content"] = _parameters(
            world, module, content, own="user_defined_parameter"
        )  # fmt: skip
    return made


def _raw(given: Given, form: str | None) -> Json:
    if form is None:
        raise given.wrong("format", "invalid format passed in body")
    if not given.values.get("raw_data_content"):
        raise given.depends(
            "DEPENDENT_FIELD_MISSING", "raw_data_content", "format",
            "raw data content key is mandatory for raw body type",
        )  # fmt: skip
    content = given.text("raw_data_content", most=RAW)
    return {"type": "raw", "format": form, "raw_data_content": content}


def _formats(given: Given) -> Json:
    given.only("date_format", "datetime_format", "time_zone")
    made = {key: given.text(key) for key in ("date_format", "datetime_format", "time_zone")}
    if made["date_format"] and not tokens.is_format(made["date_format"]):
        raise given.wrong("date_format", "The Date given is invalid")
    if made["datetime_format"] and not tokens.is_format(made["datetime_format"]):
        raise given.wrong("datetime_format", "The date time format given is invalid")
    if made["time_zone"] and not tokens.is_time_zone(made["time_zone"]):
        raise given.wrong("time_zone", "The timezone given is invalid")
    return made

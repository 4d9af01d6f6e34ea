"""Answers what a widget asks of the CRM, as the user who is signed in.

What the SDK's calls mean is told in `asks`; here they are asked of the emulator's own API, so
that a widget meets the same data, permissions and errors. Events nobody knows are refused: the
SDK has no timeout, and silence would hang the widget for ever.
"""

from collections.abc import Callable, Mapping
from typing import Any

from flask import current_app, request
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse
from werkzeug.wrappers import Response

from ..call import TROUBLE_HEADER
from . import asks, outside
from .asks import Ask, Unknown
from .refusals import Refusal, refusal
from .visits import Visit, worlds

__all__ = ["Refusal", "answer", "refusal"]

Json = dict[str, Any]
Files = Mapping[str, FileStorage]

CLIENT = "the pages' widgets"
SCOPES = (
    "ZohoCRM.modules.ALL", "ZohoCRM.settings.ALL", "ZohoCRM.users.ALL", "ZohoCRM.org.ALL",
    "ZohoCRM.coql.READ", "ZohoSearch.securesearch.READ", "ZohoCRM.Files.ALL",
    "ZohoCRM.composite_requests.CUSTOM", "ZohoCRM.mass_convert.leads.ALL",
    "ZohoCRM.recycle_bin.ALL",
)  # fmt: skip


def answer(visit: Visit, event: Json, files: Files) -> Any:
    """The value that the SDK's promise resolves to, or a file; raises `Refusal` to reject it."""
    category = event.get("category")
    own = OWN.get(category) if isinstance(category, str) else None
    if own is not None:
        return own(visit, event, files)
    try:
        ask = asks.ask_for(event)
    except Unknown as problem:
        raise refusal("INVALID_REQUEST", str(problem)) from None
    return _value(perform(visit, ask, files))


def perform(visit: Visit, ask: Ask, files: Files) -> TestResponse:
    """Ask the emulator's API as this user, within this process; ordered trouble strikes."""
    access = worlds().tokens.sign_in(visit.world, visit.user, SCOPES, CLIENT)
    try:
        response = current_app.test_client(use_cookies=False).open(
            f"/crm/{ask.version}{ask.path}",
            method=ask.method,
            query_string={key: _parameter(value) for key, value in ask.params.items()},
            headers={"Authorization": f"Zoho-oauthtoken {access.value}"},
            base_url=request.host_url,
            **_body(ask, files),
        )
    finally:
        worlds().tokens.kill(access.value)
    if TROUBLE_HEADER in response.headers:
        raise refusal("CONNECTION_ERROR", "The CRM did not answer.")
    return response


def _body(ask: Ask, files: Files) -> Json:
    if ask.file is not None:
        upload = files.get(ask.file)
        if upload is None:
            raise refusal("INVALID_REQUEST", "The file did not arrive.")
        name = ask.file_name or upload.filename or "file"
        content = (upload.stream, name, upload.mimetype or "application/octet-stream")
        return {"data": {"file": content}, "content_type": "multipart/form-data"}
    return {} if ask.json is None else {"json": ask.json}


def _parameter(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _value(response: TestResponse) -> Any:
    """What Zoho's host page makes of an API answer.

    Public widgets test for `statusText == "nocontent"` where nothing was found. That answers
    of 400 and above reject the promise with the body is our reading; Zoho documents neither.
    """
    if response.status_code == 204:
        return {"status": 204, "statusText": "nocontent"}
    if response.mimetype != "application/json":
        return _file(response)
    body = response.get_json()
    if response.status_code >= 400:
        raise Refusal(body)
    return body


def _file(response: TestResponse) -> Response:
    """Bytes, kept as they are; the host page makes a Blob of them."""
    if response.status_code >= 400:
        raise refusal("INVALID_REQUEST", f"The CRM answered {response.status}.")
    return Response(response.get_data(), mimetype="application/octet-stream")


def _config(visit: Visit, event: Json, files: Files) -> Any:
    match event.get("type"):
        case "CURRENT_USER":
            ask = Ask("GET", "/users", {"type": "CurrentUser"})
        case "ORG":
            ask = Ask("GET", "/org")
        case "ORG_LEVEL_INFO":
            return _environment(visit)
        case "USER_PREFERENCE":
            return {"mode": "day"}
        case "VARIABLE":
            raise refusal("INVALID_DATA", "This org has no variable of that name.")
        case other:
            raise refusal("INVALID_REQUEST", f"The emulator knows no CONFIG {other}.")
    return _value(perform(visit, ask, files))


def _environment(visit: Visit) -> Json:
    world, user = visit.world, visit.user
    return {
        "deployment": world.data_centre.location.upper(),
        "ZGID": world.org.zgid,
        "ZUID": user.zuid,
        "appDetails": {"appUrl": request.host_url.rstrip("/")},
    }


def _connector(visit: Visit, event: Json, files: Files) -> Any:
    """ZOHO.CRM.HTTP has no type; connectors do, and this org has none."""
    if event.get("type") is None:
        return outside.fetch(event, files)
    raise refusal("INVALID_DATA", "This org has no connector of that name.")


def _connection(visit: Visit, event: Json, files: Files) -> Any:
    """A connection answers SUCCESS whatever the other side said; that is in statusMessage."""
    response = perform(visit, outside.connection_ask(event, request.host), files)
    message = response.get_json(silent=True) if response.data else None
    return {
        "code": "SUCCESS",
        "status": "success",
        "message": "Connection invoked successfully",
        "details": {
            "status": "true" if response.status_code < 400 else "false",
            "statusMessage": response.get_data(as_text=True) if message is None else message,
        },
    }


def _zrc(visit: Visit, event: Json, files: Files) -> Any:
    response = perform(visit, outside.zrc_ask(event, request.host), files)
    result = {
        "status": response.status_code,
        "data": response.get_json(silent=True) if response.data else None,
        "headers": dict(response.headers),
    }
    if response.status_code >= 400:
        raise Refusal(
            {"errorType": "ApiError", "errorMessage": "The CRM refused the request.", **result}
        )
    return result


OWN: dict[str, Callable[[Visit, Json, Files], Any]] = {
    "CONFIG": _config,
    "CONNECTOR": _connector,
    "CRM_CONNECTION": _connection,
    "ZRC_REQUEST": _zrc,
}
"""Categories that are more than one call of the API."""

"""What a widget has the CRM's server fetch for it: ZOHO.CRM.HTTP, connections, zrc.

Zoho fetches from its own machines, which is why no browser rule stands in the way and why the
widget learns neither status nor headers. Here this machine fetches.
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
from flask import Response
from werkzeug.datastructures import FileStorage

from ..datacentres import BY_API_HOST
from .asks import Ask
from .refusals import refusal

Json = dict[str, Any]

VERBS = ("get", "post", "put", "patch", "delete")
PATIENCE = (5, 20)
MOST = 5_000_000


def fetch(event: Json, files: Mapping[str, FileStorage]) -> str | Response:
    """ZOHO.CRM.HTTP: the body of what is at the URL, as text, whatever the status was."""
    space = event.get("nameSpace")
    kind, _, verb = space.partition(".") if isinstance(space, str) else ("", "", "")
    data = event.get("data")
    if kind != "wget" or verb not in VERBS or not isinstance(data, dict):
        raise refusal("INVALID_REQUEST", "ZOHO.CRM.HTTP gets, posts, puts, patches and deletes.")
    url = _url(data.get("url"))
    try:
        with requests.request(
            verb,
            url,
            timeout=PATIENCE,
            stream=True,
            **_sent(data, files),
        ) as response:
            content = _read(response)
    except (requests.RequestException, OSError, ValueError):
        raise refusal("CONNECTION_ERROR", "The URL could not be reached.") from None
    if data.get("RESPONSE_TYPE") == "stream":
        return Response(content, mimetype="application/octet-stream")
    return _decoded(content, response.encoding or "utf-8")


def _read(response: requests.Response) -> bytes:
    content = bytearray()
    for chunk in response.iter_content(65536):
        content += chunk
        if len(content) > MOST:
            raise refusal("LIMIT_EXCEEDED", "The answer is larger than five megabytes.")
    return bytes(content)


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding, "replace")
    except LookupError:
        return content.decode("utf-8", "replace")


def _sent(data: Json, files: Mapping[str, FileStorage]) -> Json:
    """Headers and body. A body that is an object goes as JSON; Zoho does not say how."""
    headers = {str(name): str(value) for name, value in _mapping(data.get("Header")).items()}
    if data.get("CONTENT_TYPE") == "multipart":
        return {"headers": headers, "files": dict(_parts(data, files))}
    body = data.get("Body")
    if body is None:
        return {"headers": headers}
    if isinstance(body, str):
        return {"headers": headers, "data": body.encode()}
    return {"headers": headers, "json": body}


def _parts(data: Json, files: Mapping[str, FileStorage]) -> Json:
    """The parts of a multipart body: what `PARTS` says, and the file of `FILE`."""
    parts: Json = {}
    for number, part in enumerate(data.get("PARTS") or ()):
        known = _mapping(part)
        headers = _mapping(known.get("headers"))
        content = known.get("content")
        text = content if isinstance(content, str) else json.dumps(content)
        parts[f"part{number}"] = (None, text, headers.get("Content-Type", "text/plain"))
    upload = _mapping(data.get("FILE"))
    named = _mapping(upload.get("file")).get("$file")
    if isinstance(named, str) and named in files:
        file = files[named]
        name = str(upload.get("fileParam") or "file")
        parts[name] = (file.filename or "file", file.stream, file.mimetype)
    return parts


def connection_ask(event: Json, host: str) -> Ask:
    """CONNECTION.invoke, of the one connection there is: to the CRM's own API."""
    data = _mapping(_mapping(event.get("data")).get("data"))
    verb = str(data.get("method") or "GET").upper()
    parameters = _mapping(_loaded(data.get("parameters")))
    ask = _inner(_url(data.get("url")), verb, host)
    if ask is None:
        raise refusal("INVALID_DATA", "The emulator knows no connection to another service.")
    if verb in ("GET", "DELETE") or data.get("param_type") == 1:
        return Ask(verb, ask.path, {**ask.params, **parameters}, version=ask.version)
    return Ask(verb, ask.path, ask.params, json=parameters, version=ask.version)


def zrc_ask(event: Json, host: str) -> Ask:
    """zrc of version 1.5, for URLs of the CRM; others the SDK fetches itself."""
    config = _mapping(event.get("requestConfig"))
    verb = str(config.get("method") or "GET").upper()
    ask = _inner(_url(event.get("url")), verb, host)
    if ask is None:
        raise refusal("INVALID_DATA", "The emulator knows no connection to another service.")
    body = _loaded(config.get("body"))
    return Ask(verb, ask.path, ask.params, json=body, version=ask.version)


def _inner(url: str, verb: str, host: str) -> Ask | None:
    """The call of the emulator's own API that the URL means."""
    parts = urlsplit(url)
    top, _, rest = parts.path.removeprefix("/crm/").partition("/")
    ours = parts.netloc == host or parts.netloc in BY_API_HOST
    if not ours or not parts.path.startswith("/crm/v"):
        return None
    return Ask(verb, "/" + rest, dict(parse_qsl(parts.query)), version=top)


def _url(value: Any) -> str:
    try:
        parts = urlsplit(value) if isinstance(value, str) else urlsplit("")
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise refusal("INVALID_DATA", "The url must be an http or https URL.")
    return parts.geturl()


def _mapping(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


def _loaded(value: Any) -> Any:
    """What the SDK turned into JSON text before it sent it."""
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value

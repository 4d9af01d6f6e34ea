"""The widget's own files under /app/, as Zoho CRM frames them."""

import hashlib
import json
import posixpath
import re
from base64 import b64encode
from pathlib import Path

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    jsonify,
    make_response,
    send_from_directory,
)

from .world import parts

widget = Blueprint("widget", __name__, url_prefix="/app")

FILES = Path(__file__).resolve().parents[2] / "app"
# The second one serves what the SDK's version 1.2 loads besides.
SDK_ORIGINS = ("https://live.zwidgets.com", "https://static.zohocdn.com")
INLINE = re.compile(r"<script type=\"importmap\">(.*?)</script>", re.S)
FILE_AGE_SECONDS = 300


@widget.get("/config.json")
def config() -> Response:
    """Where the widget finds us and Zoho's SDK; beside the emulator, the emulator's SDK."""
    said = json.loads((FILES / "config.json").read_text(encoding="utf-8"))
    emulator = parts().config.zoho_emulator_url
    if emulator:
        said["sdk"] = f"{emulator}/js-sdk/1.2/ZohoEmbededAppSDK.min.js"
    response = jsonify(said)
    response.headers["Cache-Control"] = "no-cache"
    return response


@widget.get("/<path:name>")
def file(name: str) -> Response:
    """A file of the widget; pages come with a policy of what they may load and who may frame
    them."""
    if posixpath.normpath(name) != name:
        # Another spelling would be the same file, without what its name decides.
        abort(404)
    response = make_response(send_from_directory(FILES, name, max_age=FILE_AGE_SECONDS))
    if name.endswith(".html") and response.status_code == 200:
        response.headers["Content-Security-Policy"] = _policy(name)
        response.headers["Cache-Control"] = "no-cache"
    if name.endswith((".json", ".js", ".css")):
        # The same files may be hosted by Zoho, under another origin than the API.
        response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _policy(name: str) -> str:
    settings = parts().config
    emulator = settings.zoho_emulator_url
    scripts = ("'self'", *_import_map(name), *((emulator,) if emulator else SDK_ORIGINS))
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {' '.join(scripts)}",
            "style-src 'self'",
            "img-src 'self' data:",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            f"frame-ancestors {' '.join(settings.frame_ancestors)}",
        )
    )


def _import_map(name: str) -> tuple[str, ...]:
    """The hash by which the browser lets the page's one inline script through."""
    cache: dict[str, tuple[str, ...]] = current_app.extensions.setdefault("widget-hashes", {})
    if name not in cache:
        found = INLINE.findall((FILES / name).read_text(encoding="utf-8"))
        digests = (hashlib.sha256(text.encode()).digest() for text in found)
        cache[name] = tuple(f"'sha256-{b64encode(one).decode()}'" for one in digests)
    return cache[name]

"""The widget's own files under /app/, as Zoho CRM frames them."""

import base64
import hashlib
import json
import re
from pathlib import Path

from flask import Blueprint, Response, current_app, jsonify, make_response, send_from_directory

from ..config import origin_of
from .world import parts

widget = Blueprint("widget", __name__, url_prefix="/app")

FILES = Path(__file__).resolve().parents[2] / "app"
SDK_ORIGIN = "https://live.zwidgets.com"
INLINE = re.compile(r"<script type=\"importmap\">(.*?)</script>", re.S)
FILE_AGE_SECONDS = 300


@widget.get("/config.json")
def config() -> Response:
    """Where the widget finds us and Zoho's SDK; beside the emulator, the emulator's SDK."""
    said = json.loads((FILES / "config.json").read_text())
    emulator = parts().config.zoho_emulator_url
    if emulator:
        said["sdk"] = f"{emulator}/js-sdk/1.2/ZohoEmbededAppSDK.min.js"
    return jsonify(said)


@widget.get("/<path:name>")
def file(name: str) -> Response:
    """A file of the widget; pages come with a policy of what they may load and who may frame
    them."""
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
    sdk = origin_of(settings.zoho_emulator_url) if settings.zoho_emulator_url else SDK_ORIGIN
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' {_import_map(name)} {sdk}".replace("  ", " "),
            "style-src 'self'",
            "img-src 'self' data:",
            f"connect-src 'self' {settings.origin}",
            "base-uri 'none'",
            "form-action 'none'",
            f"frame-ancestors {' '.join(settings.frame_ancestors)}",
        )
    )


def _import_map(name: str) -> str:
    """The hash by which the browser lets the page's one inline script through."""
    cache: dict[str, str] = current_app.extensions.setdefault("widget-hashes", {})
    if name not in cache:
        found = INLINE.search((FILES / name).read_text())
        digest = hashlib.sha256(found[1].encode()).digest() if found else b""
        cache[name] = f"'sha256-{base64.b64encode(digest).decode()}'" if found else ""
    return cache[name]

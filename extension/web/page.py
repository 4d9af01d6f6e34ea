"""The widget's own files under /app/, as Zoho CRM frames them."""

import hashlib
import re
from base64 import b64encode
from pathlib import Path

from flask import Blueprint, Response, abort, current_app, request

from . import edition
from .edition import Edition, File
from .world import parts

widget = Blueprint("widget", __name__, url_prefix="/app")

FOLDER = Path(__file__).resolve().parents[2] / "app"
# The second one serves what the SDK's version 1.2 loads besides.
SDK_ORIGINS = ("https://live.zwidgets.com", "https://static.zohocdn.com")
INLINE = re.compile(rb"<script type=\"importmap\">(.*?)</script>", re.S)
FOR_EVER = "public, max-age=31536000, immutable"
SHARED = (".json", ".js", ".css")


@widget.get("/edition/<name>/<path:path>")
def kept(name: str, path: str) -> Response:
    """A file under its edition's name, which never says anything else: no browser asks twice.

    Another edition than ours is not here. To answer with our file instead would join two.
    """
    here = _edition()
    if name != here.name or path not in here.files:
        abort(404)
    return _answer(path, here.files[path], FOR_EVER)


@widget.get("/<path:path>")
def file(path: str) -> Response:
    """A page or a file as it is now; pages come with a policy of what they may load and who may
    frame them."""
    here = _edition()
    if path in here.files:
        return _answer(path, here.files[path], "no-cache")
    if path not in here.pages:
        abort(404)
    page = here.pages[path]
    return _answer(path, page, "no-cache", _policy(page.content))


def _edition() -> Edition:
    if current_app.debug:
        # Somebody may be working on the files.
        edition.read.cache_clear()
    return edition.read(FOLDER, parts().config.zoho_emulator_url)


def _answer(path: str, file: File, keep: str, policy: str = "") -> Response:
    """The file, gzipped for who takes that, or 304 for who has it."""
    gzipped = request.accept_encodings.quality("gzip") > 0 and len(file.packed) < len(file.content)
    response = Response(file.packed if gzipped else file.content, mimetype=file.type)
    response.headers["Cache-Control"] = keep
    response.headers["Vary"] = "Accept-Encoding"
    if gzipped:
        response.headers["Content-Encoding"] = "gzip"
    if policy:
        response.headers["Content-Security-Policy"] = policy
    if path.endswith(SHARED):
        # The same files may be hosted by Zoho, under another origin than the API.
        response.headers["Access-Control-Allow-Origin"] = "*"
    # A browser that hears of no change keeps the policy it has: another policy is a change.
    told = response.get_data() + policy.encode()
    response.set_etag(hashlib.sha256(told).hexdigest()[:20])
    response.make_conditional(request)
    return response


def _policy(page: bytes) -> str:
    settings = parts().config
    emulator = settings.zoho_emulator_url
    scripts = ("'self'", *_import_map(page), *((emulator,) if emulator else SDK_ORIGINS))
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


def _import_map(page: bytes) -> tuple[str, ...]:
    """The hash by which the browser lets the page's one inline script through."""
    digests = (hashlib.sha256(text).digest() for text in INLINE.findall(page))
    return tuple(f"'sha256-{b64encode(one).decode()}'" for one in digests)

"""The widget SDK, under the path at which Zoho's CDN serves it, for machines without internet.

Written from the wire protocol; it answers to the same names and sends the same messages as
Zoho's versions 1.1, 1.2 and 1.5, with their differences. https://help.zwidgets.com/help/latest/
"""

import functools
from importlib.resources import files

from flask import Blueprint, Response, abort, request

bp = Blueprint("sdk", __name__)

PARTS = {
    "1.1": ("transport.js", "calls.js"),
    "1.2": ("transport.js", "calls.js"),
    "1.5": ("transport.js", "calls.js", "zrc.js"),
}


@bp.get("/js-sdk/<version>/ZohoEmbededAppSDK.min.js")
def sdk(version: str) -> Response:
    """The SDK of this version; the spelling of its name is Zoho's."""
    if version not in PARTS:
        abort(404, f"The emulator has the SDK in the versions {', '.join(PARTS)}.")
    return _script(_whole(version))


@bp.get("/js-sdk/zdk.js")
def zdk() -> Response:
    """What get_zdk_url names."""
    return _script(_source("zdk.js"))


@functools.cache
def _whole(version: str) -> str:
    """The parts as one script that leaves no names behind but ZOHO (and zrc, ZDK, $Client)."""
    body = "\n".join(_source(name) for name in PARTS[version])
    return f'(function (LINE) {{\n"use strict";\n{body}}})("{version}");\n'


@functools.cache
def _source(name: str) -> str:
    return (files(__package__) / "static" / "sdk" / name).read_text()


def _script(text: str) -> Response:
    """A script that pages of any origin may load."""
    answer = Response(text, content_type="text/javascript; charset=utf-8")
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    # As a CDN says for a version. How long Zoho's lets it be kept is not known.
    answer.headers["Cache-Control"] = "public, max-age=300"
    answer.add_etag()
    answer.make_conditional(request)
    return answer

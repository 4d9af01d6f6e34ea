"""A small, strict Zoho CRM, in memory: `create_emulator` joins its parts and does nothing else.

Serve it with `python -m emulator --port 8001`, or call it in-process through
`emulator.adapter.EmulatorAdapter`.
"""

import re

from flask import Flask, Response, jsonify, make_response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from . import accounts, answers, control, pages
from .automation import rules, watch, webhooks
from .call import VersionConverter
from .crm import (
    attachments,
    changed_fields,
    composite,
    convert,
    convert_mass,
    convert_options,
    coql,
    metadata,
    new_fields,
    notes,
    people,
    records,
    recycle,
    related,
    search,
    tags,
)
from .datacentres import BY_ACCOUNTS_HOST, BY_API_HOST
from .world import World
from .worlds import Worlds

PARTS = (
    accounts, control, pages, metadata, people, new_fields, changed_fields, records, search,
    coql, related, notes, attachments, tags, recycle, composite, convert, convert_mass,
    convert_options, webhooks, rules, watch,
)  # fmt: skip
"""What has endpoints; each is a module with a blueprint `bp`."""
API = re.compile(r"/crm/v\d")

__all__ = ["World", "Worlds", "create_emulator"]


def create_emulator(worlds: Worlds) -> Flask:
    """The emulator as a Flask application that serves these orgs."""
    app = Flask("emulator", static_folder=None)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.url_map.strict_slashes = False
    app.url_map.converters["version"] = VersionConverter
    app.extensions["worlds"] = worlds
    app.before_request(_keep_hosts_apart)
    app.register_error_handler(HTTPException, _failed)
    # In-process, an error of our own must reach the test and not look like one of Zoho's.
    app.config["PROPAGATE_EXCEPTIONS"] = True
    for part in PARTS:
        app.register_blueprint(part.bp)
    return app


def _keep_hosts_apart() -> Response | None:
    """Under Zoho's real host names, accounts servers know no CRM and API hosts no accounts."""
    in_crm = API.match(request.path) is not None
    if (request.host in BY_API_HOST and not in_crm) or (
        request.host in BY_ACCOUNTS_HOST and in_crm
    ):
        return _refused(answers.invalid_url())
    return None


def _failed(error: HTTPException) -> Response | HTTPException:
    """Errors outside an endpoint; what is not the API's keeps Flask's pages."""
    if not API.match(request.path):
        return error
    if isinstance(error, NotFound):
        return _refused(answers.invalid_url())
    if isinstance(error, MethodNotAllowed):
        return _refused(answers.invalid_method())
    return _refused(answers.internal_error())


def _refused(refusal: answers.Rejected) -> Response:
    return make_response(jsonify(refusal.body()), refusal.status)

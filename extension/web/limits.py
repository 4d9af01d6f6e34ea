"""How often one address may do what anybody may do, and what leaves a line in the store."""

import math
import time
from typing import Any, NoReturn

from flask import Flask, current_app
from flask_limiter import Limiter, RequestLimit
from flask_limiter.util import get_remote_address
from limits import parse
from werkzeug.exceptions import TooManyRequests

from .. import refusals
from .world import parts

# A whole office may come from one address on a Monday morning, and each of its widgets asks every
# two seconds whether its user is through the pop-up.
RATES = {
    "pages.start_install": "60/minute",
    "pages.sign_in": "60/minute",
    "api.claim_session": "600/minute",
}


FORGED = parse("60/minute")
"""Calls from one address that could not prove where they come from: what is more is told so. Who
can is never kept out, since all of Zoho's organisations call from the same addresses."""


def register(app: Flask) -> None:
    """Put the limits in front of views that are registered already. Each process counts for
    itself."""
    limiter = Limiter(
        get_remote_address,
        app=app,
        storage_uri="memory://",
        strategy="moving-window",
        on_breach=_refuse,
    )
    for endpoint, rate in RATES.items():
        view: Any = app.view_functions[endpoint]
        app.view_functions[endpoint] = limiter.limit(rate)(view)


def count_forged() -> None:
    """Count one of those. Raises TooManyRequests."""
    [limiter] = current_app.extensions["limiter"]
    address = get_remote_address()
    if not limiter.limiter.hit(FORGED, "forged", address):
        refusals.count(parts(), refusals.NOBODY, "too_many")
        reset_at, _ = limiter.limiter.get_window_stats(FORGED, "forged", address)
        raise TooManyRequests(retry_after=max(1, math.ceil(reset_at - time.time())))


def _refuse(limit: RequestLimit) -> NoReturn:
    # Not `reset_at`, which is rounded to the second after.
    raise TooManyRequests(retry_after=max(1, math.ceil(limit.window.reset_time - time.time())))

"""How often one address may do what anybody may do, and what leaves a line in the store."""

import math
import time
from typing import Any, NoReturn

from flask import Flask
from flask_limiter import Limiter, RequestLimit
from flask_limiter.util import get_remote_address
from werkzeug.exceptions import TooManyRequests

# A whole office may come from one address on a Monday morning, and each of its widgets asks every
# two seconds whether its user is through the pop-up.
RATES = {
    "pages.start_install": "60/minute",
    "pages.sign_in": "60/minute",
    "api.claim_session": "600/minute",
}


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


def _refuse(limit: RequestLimit) -> NoReturn:
    # Not `reset_at`, which is rounded to the second after.
    raise TooManyRequests(retry_after=max(1, math.ceil(limit.window.reset_time - time.time())))

"""The way through Zoho's consent: an admin installs the org, a user of the widget signs in."""

from typing import Any

from flask import (
    Blueprint,
    Response,
    make_response,
    redirect,
    render_template,
    request,
)
from werkzeug.exceptions import HTTPException, TooManyRequests

from .. import consents, sign_ins
from ..consents import AskAgain, Installed, SignedIn
from ..errors import ExtensionError, Refused
from . import problems
from .world import parts

pages = Blueprint(
    "pages", __name__, template_folder="templates", static_folder="static", static_url_path="/web"
)

BROWSER_COOKIE = "convert_anywhere_browser"
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "form-action {form_action}; base-uri 'none'; frame-ancestors 'none'"
)


@pages.get("/")
def home() -> Response:
    return redirect("/install")  # type: ignore[return-value]


@pages.get("/install")
def install() -> Response:
    """What installing means, and the button that starts it."""
    return _page("install.html", data_centers=parts().data_centers)


@pages.post("/install")
def start_install() -> Response:
    """Off to Zoho's consent page."""
    location = request.form.get("data_center") or consents.DEFAULT_LOCATION
    center = parts().data_centers.by_location(location)
    return _depart(consents.begin(parts(), "install", center, browser=_browser()))


@pages.get("/signin")
def sign_in() -> Response:
    """The widget's pop-up: off to Zoho, or straight to why not."""
    challenge = request.args.get("challenge", "")
    sign_ins.open_for(
        parts(), challenge, request.args.get("origin", ""), request.args.get("org", "")
    )
    center = consents.center_for(parts(), request.args.get("org", ""))
    return _depart(
        consents.begin(parts(), "session", center, browser=_browser(), challenge=challenge)
    )


@pages.get("/oauth/callback")
def come_back() -> Response:
    """Zoho sends the browser here, with a code or with a reason why there is none."""
    try:
        arrival = consents.come_back(parts(), request.args, request.cookies.get(BROWSER_COOKIE, ""))
    except consents.SignInFailed as failure:
        return _signed_out(failure)
    match arrival:
        case AskAgain(departure):
            return _depart(departure)
        case Installed(installation):
            return _page("installed.html", installation=installation)
        case SignedIn():
            return _signed_in(arrival)


@pages.post("/signin/release")
def release() -> Response:
    """The person has compared the codes and says that it is their widget that waits."""
    sign_ins.release(parts(), request.form.get("challenge", ""), request.form.get("secret", ""))
    return _page("released.html")


@pages.errorhandler(ExtensionError)
def problem_page(error: ExtensionError) -> Response:
    """An error as a page that says what to do; the sentences are in the template."""
    problems.note(error)
    return _problem(error)


@pages.errorhandler(Exception)
def broken(error: Exception) -> Response:
    """What nobody expected, for a person; what is wrong with the request itself, for a program."""
    if isinstance(error, TooManyRequests):
        return _too_often(error)
    if isinstance(error, HTTPException):
        return problems.answer_http(error)
    return _problem(problems.unexpected(error))


def _too_often(error: TooManyRequests) -> Response:
    code, message = problems.SENTENCES[429]
    from_widget = request.path.startswith("/signin")
    page = _page("problem.html", 429, problem=Refused(message, code=code), from_widget=from_widget)
    page.headers["Retry-After"] = str(error.retry_after)
    return page


def _problem(error: ExtensionError) -> Response:
    from_widget = request.path.startswith("/signin")
    return _page("problem.html", error.status, problem=error, from_widget=from_widget)


def _signed_in(arrival: SignedIn) -> Response:
    message = {
        "type": "convert-anywhere:session",
        "challenge": arrival.release.challenge,
        "token": arrival.ticket.token,
        "expires_at": arrival.ticket.expires_at.isoformat(),
    }
    return _page("signed_in.html", message=message, origin=arrival.origin, release=arrival.release)


def _signed_out(failure: consents.SignInFailed) -> Response:
    why = failure.why
    if isinstance(failure.__cause__, Exception):
        why = problems.unexpected(failure.__cause__)
    else:
        problems.note(why)
    message = {
        "type": "convert-anywhere:sign-in-failed",
        "challenge": failure.challenge,
        "code": why.code,
        "message": why.message,
    }
    return _page(
        "problem.html",
        why.status,
        problem=why,
        from_widget=True,
        message=message,
        origin=failure.origin,
    )


def _browser() -> str:
    """The secret that ties a consent to the browser in which it began."""
    return request.cookies.get(BROWSER_COOKIE) or consents.new_browser()


def _depart(departure: consents.Departure) -> Response:
    response: Response = redirect(departure.url)  # type: ignore[assignment]
    response.set_cookie(
        BROWSER_COOKIE,
        departure.browser,
        max_age=int(consents.TIME_TO_CONSENT.total_seconds()),
        # Where trips begin and where they end: so one in another window goes on, too.
        path="/",
        secure=parts().config.secure,
        httponly=True,
        samesite="Lax",
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _page(template: str, status: int = 200, **values: Any) -> Response:
    response = make_response(render_template(template, **values), status)
    # Chromium checks form-action along redirects, so Zoho's accounts servers belong in it.
    accounts = " ".join(center.accounts for center in parts().data_centers)
    response.headers["Content-Security-Policy"] = POLICY.format(form_action=f"'self' {accounts}")
    response.headers["Cache-Control"] = "no-store"
    # Without this the pop-up could not reach the widget that opened it.
    response.headers["Cross-Origin-Opener-Policy"] = "unsafe-none"
    return response

"""The emulator's own door, `/_emulator/`: order trouble, read the log, move the clock, reset.

One page for people and the same as JSON for programs; tests use the objects themselves
(`world.faults.order(...)`). Nothing here is Zoho's.
"""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from flask import (
    Blueprint,
    abort,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from .automation.happening import drop_channel
from .crm import convert_jobs
from .faults import KINDS
from .world import World
from .worlds import Worlds

bp = Blueprint("control", __name__, url_prefix="/_emulator")

FAULT_TEXTS = ("kind", "method", "path")
FAULT_NUMBERS = ("nth", "times", "seconds", "probability", "seed")
DAY = 86_400
CENTURY = 36_525 * DAY
MOST = 10**9
Limits = tuple[type[int] | type[float], int, int]
NUMBERS: dict[str, Limits] = {
    "nth": (int, 1, MOST),
    "times": (int, 1, MOST),
    "seconds": (float, 0, DAY),
    "probability": (float, 0, 1),
    "seed": (int, -MOST, MOST),
    "search_lag": (float, 0, DAY),
    "credits": (int, 0, MOST),
    "advance": (float, -CENTURY, CENTURY),
}
"""What kind of number each is, the least and the most."""
EPOCH, FAR = (datetime(year, 1, 1, tzinfo=UTC) for year in (1970, 3000))


@bp.before_request
def _not_from_elsewhere() -> None:
    """Another site's page must not press our buttons through somebody's browser."""
    if request.method != "GET" and request.headers.get("Sec-Fetch-Site", "none") not in (
        "same-origin",
        "none",
    ):
        abort(403, "This request comes from another site.")


@bp.errorhandler(HTTPException)
def _problem(error: HTTPException) -> tuple[Response, int]:
    return jsonify({"error": error.description}), error.code or 500


@bp.get("/")
def page() -> str:
    return render_template("emulator/control.html", worlds=_worlds(), kinds=KINDS)


@bp.post("/")
def settings() -> Response:
    """What concerns all orgs: `widget_url`, the page that the lead's button opens, and
    `private_urls`, whether webhooks and notifications may go to this machine."""
    given, worlds = _given(), _worlds()
    if given.keys() == {"private_urls"}:
        worlds.private_urls = _yes(given["private_urls"], "private_urls")
        return _done({"private_urls": worlds.private_urls})
    url = given.get("widget_url")
    if not isinstance(url, str) or not url.startswith(("http://", "https://")):
        abort(400, "widget_url must be an http or https URL.")
    worlds.widget_url = url
    return _done({"widget_url": url})


@bp.get("/orgs")
def orgs() -> Response:
    return jsonify({"orgs": [_org(world) for world in _worlds()]})


@bp.post("/reset")
def reset_all() -> Response:
    """Every org as at its start; everybody is signed out."""
    _worlds().reset()
    return _done({"reset": [world.org.zgid for world in _worlds()]})


@bp.post("/orgs/<zgid>/reset")
def reset(zgid: str) -> Response:
    """One org as at its start; its users stay signed in."""
    _world(zgid).reset()
    return _done({"reset": [zgid]})


@bp.get("/orgs/<zgid>/calls")
def calls(zgid: str) -> Response:
    world = _world(zgid)
    last = request.args.get("last", 200, type=int)
    return jsonify({"summary": world.log.summary(), "calls": world.log.as_json(last)})


@bp.route("/orgs/<zgid>/calls", methods=["DELETE"])
@bp.post("/orgs/<zgid>/calls/clear")
def clear_calls(zgid: str) -> Response:
    _world(zgid).log.clear()
    return _done({"cleared": True})


@bp.get("/orgs/<zgid>/faults")
def faults(zgid: str) -> Response:
    world = _world(zgid)
    return jsonify({"faults": world.faults.as_json(), "search_lag": world.faults.search_lag})


@bp.post("/orgs/<zgid>/faults")
def order(zgid: str) -> Response:
    """Order trouble; see `faults.Order` for what can be said. `times` null: without end."""
    world, given = _world(zgid), _given()
    if "search_lag" in given:
        _only(given, "search_lag")
        world.faults.search_lag = _number(given["search_lag"], "search_lag")
        return _done({"search_lag": world.faults.search_lag})
    _only(given, *FAULT_TEXTS, *FAULT_NUMBERS)
    if given.get("kind") not in KINDS:
        abort(400, f"kind must be one of {', '.join(KINDS)}.")
    traits = {
        name: _trait(name, value)
        for name, value in given.items()
        if name != "kind" and (value != "" or name == "times" or request.is_json)
    }
    made = world.faults.order(given["kind"], **traits)
    return _done({"fault": asdict(made)}, 201)


@bp.route("/orgs/<zgid>/faults", methods=["DELETE"])
@bp.post("/orgs/<zgid>/faults/clear")
def clear_faults(zgid: str) -> Response:
    _world(zgid).faults.clear()
    return _done({"cleared": True})


@bp.route("/orgs/<zgid>/faults/<int:number>", methods=["DELETE"])
@bp.post("/orgs/<zgid>/faults/<int:number>/cancel")
def cancel(zgid: str, number: int) -> Response:
    if not _world(zgid).faults.cancel(number):
        abort(404, "No such order.")
    return _done({"cancelled": number})


@bp.post("/orgs/<zgid>/expire-tokens")
def expire_tokens(zgid: str) -> Response:
    """All access tokens of the org end; refresh tokens stay."""
    return _done({"expired": _worlds().tokens.expire_all(_world(zgid))})


@bp.post("/orgs/<zgid>/forgive")
def forgive(zgid: str) -> Response:
    """Consents given so far count no more towards Zoho's ten in ten minutes."""
    _worlds().tokens.forgive(_world(zgid))
    return _done({"forgiven": True})


@bp.post("/orgs/<zgid>/withdraw")
def withdraw(zgid: str) -> Response:
    """A user of the org, `user`, takes back every consent."""
    world, given = _world(zgid), _given()
    _only(given, "user")
    user = world.user(str(given.get("user")))
    if user is None:
        abort(400, "no such user")
    return _done({"withdrawn": _worlds().tokens.withdraw(world, user.id)})


@bp.post("/orgs/<zgid>/credits")
def credits(zgid: str) -> Response:
    """What the org may spend in 24 hours, in place of what its edition gives."""
    world, given = _world(zgid), _given()
    world.limits.credits = _number(given.get("credits"), "credits")
    return _done(_credits(world))


@bp.post("/orgs/<zgid>/jobs/finish")
def finish_jobs(zgid: str) -> Response:
    """Do now what is scheduled: conversions that were answered with a job id."""
    return _done({"finished": convert_jobs.finish(_world(zgid))})


@bp.get("/orgs/<zgid>/deliveries")
def deliveries(zgid: str) -> Response:
    """What the org sent to others, or will: the newest first, without what it said."""
    told = ("number", "kind", "method", "url", "outcome", "status", "trouble", "ended", "about")
    rows = [{key: getattr(one, key) for key in told} for one in _world(zgid).outbox.all()]
    return jsonify({"deliveries": rows})


@bp.post("/orgs/<zgid>/channels/<channel_id>/drop")
def drop(zgid: str, channel_id: str) -> Response:
    """Forget a channel of notifications without a word."""
    if not drop_channel(_world(zgid), channel_id):
        abort(404, "No such channel.")
    return _done({"dropped": channel_id})


@bp.get("/orgs/<zgid>/clock")
def clock(zgid: str) -> Response:
    return jsonify(_clock(_world(zgid)))


@bp.post("/orgs/<zgid>/clock")
def move_clock(zgid: str) -> Response:
    """`{"now": "2026-01-10T09:00:00+00:00"}`, `{"advance": 3600}`, `{"frozen": true|false}`."""
    world, given = _world(zgid), _given()
    _only(given, "now", "advance", "frozen")
    frozen = _yes(given.get("frozen", world.clock.frozen), "frozen")
    moment = _moment(given["now"]) if "now" in given else world.clock.now()
    moment += timedelta(seconds=_number(given.get("advance", 0), "advance"))
    if not EPOCH <= moment < FAR:
        abort(400, "The clock goes from the year 1970 to the year 2999.")
    if "now" in given or "advance" in given:
        world.clock.set(moment)
    if "frozen" in given:
        (world.clock.freeze if frozen else world.clock.resume)()
    return _done(_clock(world))


def _worlds() -> Worlds:
    return cast(Worlds, current_app.extensions["worlds"])


def _world(zgid: str) -> World:
    world = _worlds().by_zgid(zgid)
    if world is None:
        abort(404, "No such org.")
    return world


def _given() -> dict[str, Any]:
    """A JSON object or a form."""
    if not request.is_json:
        return request.form.to_dict()
    given = request.get_json(silent=True)
    if not isinstance(given, dict):
        abort(400, "The body must be a JSON object.")
    return given


def _done(answer: dict[str, Any], status: int = 200) -> Response:
    """JSON for programs; back to the page for people, who come with a form."""
    if request.form:
        return redirect(url_for("control.page"), 303)
    response = jsonify(answer)
    response.status_code = status
    return response


def _only(given: dict[str, Any], *known: str) -> None:
    unknown = set(given).difference(known)
    if unknown:
        abort(400, f"Unknown: {', '.join(sorted(unknown))}.")


def _trait(name: str, value: object) -> Any:
    """Of an order; people leave `times` empty for one without end."""
    if name == "times" and value in (None, ""):
        return None
    if name in FAULT_NUMBERS:
        return _number(value, name)
    if not isinstance(value, str) or not value:
        abort(400, f"{name} must be a text.")
    return value


def _yes(value: object, name: str) -> bool:
    if value not in (True, False, "true", "false"):
        abort(400, f"{name} must be true or false.")
    return value in (True, "true")


def _number(value: object, name: str) -> Any:
    kind, least, most = NUMBERS[name]
    number = _read(kind, value)
    # Not a number is neither less nor more than anything.
    if number is None or not least <= number <= most:
        abort(400, f"{name} must be a {KIND_NAMES[kind]} from {least} to {most}.")
    return number


KIND_NAMES = {int: "whole number", float: "number"}


def _read(kind: type[int] | type[float], value: object) -> int | float | None:
    if isinstance(value, bool) or not isinstance(value, str | int | kind):
        return None
    try:
        return kind(value)
    except (ValueError, OverflowError):
        return None


def _moment(text: object) -> datetime:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        abort(400, "now must be a date and time such as 2026-01-10T09:00:00+00:00.")
    if moment.tzinfo is None:
        abort(400, "now needs a time zone, such as +00:00.")
    return moment


def _org(world: World) -> dict[str, Any]:
    return {
        "zgid": world.org.zgid,
        "name": world.org.company_name,
        "location": world.data_centre.location,
        "edition": world.edition,
        "users": [
            {"id": user.id, "name": user.full_name, "email": user.email, "profile": user.profile}
            for user in world.users
        ],
        "records": {name: len(records) for name, records in world.records.items()},
        "notable": world.notable,
        "credits": _credits(world),
        "clock": _clock(world),
    }


def _credits(world: World) -> dict[str, int]:
    limits = world.limits
    return {"total": limits.total, "spent": limits.spent, "remaining": limits.remaining}


def _clock(world: World) -> dict[str, Any]:
    return {"now": world.timestamp(), "frozen": world.clock.frozen}

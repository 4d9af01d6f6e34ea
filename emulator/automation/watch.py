"""Channels of notifications: opened, listed, changed, closed. Each belongs to a user.

https://www.zoho.com/crm/developer/docs/api/v8/notifications/overview.html
"""

from collections.abc import Callable

from flask import Blueprint

from .. import answers
from ..answers import Json, Rejected
from ..call import Answer, endpoint
from ..caller import Call, current
from ..crm.asking import is_id
from ..world import World
from . import watch_request
from .given import Given, entries, page_of, wrong_param

bp = Blueprint("watch", __name__)

PATH = "/actions/watch"
KEY = "watch"
MOST = 50
TOLD = (
    "notify_on_related_action", "channel_expiry", "return_affected_field_values", "resource_uri",
    "resource_id", "notify_url", "resource_name", "fields", "notification_condition",
    "channel_id", "events", "token",
)  # fmt: skip
SUBSCRIBED = "Successfully subscribed for actions-watch of the given module"
UPDATED = "Successfully updated the subscribe details"
REMOVED = "Successfully removed the subscribe details"
GONE = "Successfully un-subscribed from actions-watch"


def _scope(operation: str) -> list[str]:
    return [f"ZohoCRM.notifications.{operation}"]


@endpoint(bp, PATH, scopes=_scope("READ"))
def get_channels() -> Answer:
    """The caller's channels, one entry per channel and module."""
    call = current()
    number, name = call.param("channel_id"), call.param("module")
    if number is not None and not is_id(number):
        raise wrong_param("channel_id", "invalid data")
    if name is not None and call.world.module(name) is None:
        raise Rejected(
            "INVALID_MODULE", "the module name given seems to be invalid", {"param_name": "module"}
        )
    rows = [
        one
        for one in _mine(call)
        if number in (None, one["channel_id"]) and name in (None, one["resource_name"])
    ]
    kept, info = page_of(call, rows)
    return {KEY: [_told(call, one) for one in kept], "info": info} if kept else None


@endpoint(bp, PATH, methods=["POST"], scopes=_scope("CREATE"))
def open_channels() -> Answer:
    """Up to fifty. A channel that is there gets what is asked for in the place of what it had."""
    call = current()
    return _each(call, _replace, created=True)


@endpoint(bp, PATH, methods=["PUT"], scopes=_scope("UPDATE"))
def replace_channels() -> Answer:
    """As `POST`, for channels that there are."""

    def replace(call: Call, given: Given) -> Json:
        _known(call, watch_request.channel_id(given))
        return _replace(call, given)

    return _each(current(), replace)


@endpoint(bp, PATH, methods=["PATCH"], scopes=_scope("UPDATE"))
def change_channels() -> Answer:
    """Change what is named and nothing else, or with `_delete_events` take events away."""
    return _each(current(), _change)


@endpoint(bp, PATH, methods=["DELETE"], scopes=_scope("DELETE"))
def close_channels() -> Answer:
    """The channels named in `channel_ids`."""
    call = current()
    made: list[Json | Rejected] = []
    for number in call.required_param("channel_ids").split(","):
        try:
            known = _known(call, number.strip())
        except Rejected as refusal:
            made.append(refusal)
            continue
        for one in known:
            del call.world.state.channels[one["channel_id"], one["resource_name"]]
            place = ("resource_uri", "resource_id", "channel_id")
            made.append(answers.success(GONE, {key: _told(call, one)[key] for key in place}))
    return answers.many(KEY, made)


def _each(call: Call, do: Callable[[Call, Given], Json], *, created: bool = False) -> Answer:
    made: list[Json | Rejected] = []
    for given in entries(call, KEY, most=MOST):
        try:
            made.append(do(call, given))
        except Rejected as refusal:
            made.append(refusal)
    return answers.many(KEY, made, created=created)


def _replace(call: Call, given: Given) -> Json:
    wanted = watch_request.read(call, given)
    number = watch_request.channel_id(given)
    for key, one in list(call.world.state.channels.items()):
        if key[0] == number:
            if one["user"] != call.user.id:
                raise given.wrong("channel_id", "invalid data")
            del call.world.state.channels[key]
    for name, channel in wanted.items():
        call.world.state.channels[number, name] = {
            **channel,
            "user": call.user.id,
            "resource_uri": _uri(call, name),
        }
    return _success(call, SUBSCRIBED, _known(call, number))


def _change(call: Call, given: Given) -> Json:
    given.only(*watch_request.KEYS, "_delete_events")
    number = watch_request.channel_id(given)
    known = _known(call, number)
    removes = given.flag("_delete_events")
    if removes:
        return _remove_events(call, given, known)
    before = known[0]
    whole: Json = {
        "channel_id": number,
        "events": [event for one in known for event in one["events"]],
        "notification_condition": [c for one in known for c in one["notification_condition"] or ()],
        **{key: before[key] for key in ("notify_url", "token", "channel_expiry", "fields",
           "notify_on_related_action", "return_affected_field_values")},
        **{key: value for key, value in given.values.items() if key != "_delete_events"},
    }  # fmt: skip
    _replace(call, Given(whole, given.path))
    return _success(call, UPDATED, _known(call, number))


def _remove_events(call: Call, given: Given, known: list[Json]) -> Json:
    told = []
    for name, (_, happenings) in watch_request.events(call, given).items():
        one = call.world.state.channels.get((known[0]["channel_id"], name))
        if one is None:
            raise given.wrong("events", "invalid data")
        told.append(one)
        one["events"] = [event for event in one["events"] if event not in happenings]
        if not one["events"]:
            del call.world.state.channels[one["channel_id"], name]
    return _success(call, REMOVED, told)


def _success(call: Call, message: str, channels: list[Json]) -> Json:
    keys = ("channel_expiry", "resource_uri", "resource_id", "resource_name", "channel_id")
    events = [{key: _told(call, one)[key] for key in keys} for one in channels]
    return answers.success(message, {"events": events})


def _known(call: Call, number: str) -> list[Json]:
    found = [one for one in _mine(call) if one["channel_id"] == number]
    if not found:
        raise Rejected(
            "NOT_SUBSCRIBED",
            "The given channel is not subscribed for actions-watch",
            {"channel_id": number},
        )
    return found


def _mine(call: Call) -> list[Json]:
    forget_expired(call.world)
    return [one for one in call.world.state.channels.values() if one["user"] == call.user.id]


def forget_expired(world: World) -> None:
    """A channel is there until its hour has come."""
    now = world.now()
    for key, one in list(world.state.channels.items()):
        if watch_request.until(one) <= now:
            del world.state.channels[key]


def _told(call: Call, channel: Json) -> Json:
    return {key: channel[key] for key in TOLD}


def _uri(call: Call, name: str) -> str:
    major, minor = call.version
    version = f"v{major}.{minor}" if minor else f"v{major}"
    return f"{call.world.data_centre.api_url}/crm/{version}/{name}"

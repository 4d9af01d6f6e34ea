"""Webhooks: set up, listed, changed, deleted; their failures and how often they were called.

https://www.zoho.com/crm/developer/docs/api/v8/webhooks.html
"""

from datetime import datetime, timedelta

from flask import Blueprint

from .. import answers
from ..answers import Json, Rejected
from ..call import Answer, endpoint
from ..caller import Call, current
from ..crm.asking import ids, moment
from ..permissions import MANAGE_WORKFLOW
from . import webhook_request
from .given import (
    Given,
    entries,
    module_param,
    not_in_this_edition,
    page_of,
    unknown_id,
    wrong_param,
)

bp = Blueprint("webhooks", __name__)

PATH = "/settings/automation/webhooks"
KEY = "webhooks"

MOST_AT_ONCE = 10
MOST_A_DAY = 2_500
SUMMARY = (
    "created_time", "lock_status", "editable", "module", "related_module", "deletable",
    "description", "source", "created_by", "url", "feature_type", "http_method",
    "modified_time", "associated", "name", "modified_by", "id",
)  # fmt: skip
DETAILS = (*SUMMARY, "headers", "url_parameters", "body", "date_time_format", "authentication")
SORTABLE = ("name", "created_time", "modified_time")
USUAL, MOST = timedelta(days=30), timedelta(days=90)


def _scope(operation: str) -> list[str]:
    return [f"ZohoCRM.settings.automation_actions.{operation}"]


def _enter() -> Call:
    """The call, if its edition has webhooks and its user may manage them."""
    call = current()
    if call.world.edition == "free":
        raise not_in_this_edition()
    call.permit(MANAGE_WORKFLOW)
    return call


@endpoint(bp, PATH, scopes=_scope("READ"))
def get_webhooks() -> Answer:
    """All webhooks, without what they send."""
    call = _enter()
    module, feature = module_param(call), call.param("feature_type")
    if feature is not None and feature not in webhook_request.FEATURES:
        raise wrong_param("feature_type")
    sort_by, order = call.param("sort_by"), call.param("sort_order", "desc")
    if sort_by is not None and sort_by not in SORTABLE:
        raise wrong_param("sort_by")
    if order not in ("asc", "desc"):
        raise wrong_param("sort_order")
    rows = [
        one
        for one in call.world.state.webhooks.values()
        if module is None or one["module"]["api_name"] == module.api_name
        if feature is None or one["feature_type"] == feature
    ]
    rows.sort(key=lambda one: (str(one[sort_by or "modified_time"]), one["id"]))
    kept, info = page_of(call, rows[::-1] if order == "desc" else rows)
    if not kept:
        return None
    return {KEY: [_told(call, one, SUMMARY) for one in kept], "info": info}


@endpoint(bp, f"{PATH}/<webhook_id>", scopes=_scope("READ"))
def get_webhook(webhook_id: str) -> Answer:
    call = _enter()
    return {KEY: [_told(call, _found(call, webhook_id), DETAILS)]}


@endpoint(bp, PATH, methods=["POST"], scopes=_scope("CREATE"))
def create_webhook() -> Answer:
    """One new webhook."""
    call = _enter()
    [given] = entries(call, KEY, most=1)
    try:
        made = webhook_request.read(call.worlds, call.world, given)
    except Rejected as refusal:
        return answers.many(KEY, [refusal])
    world, now = call.world, call.world.timestamp()
    made |= {
        "id": world.new_id(), "source": "crm", "created_by": call.user.brief(),
        "created_time": now, "modified_by": call.user.brief(), "modified_time": now,
    }  # fmt: skip
    world.state.webhooks[made["id"]] = made
    success = answers.success("webhook created successfully", {"id": made["id"]})
    return answers.many(KEY, [success], created=True)


@endpoint(bp, PATH, methods=["PUT"], scopes=_scope("UPDATE"))
def update_webhooks() -> Answer:
    """Several, each named by its `id`."""
    call = _enter()
    return _each(call, entries(call, KEY, most=MOST_AT_ONCE))


@endpoint(bp, f"{PATH}/<webhook_id>", methods=["PUT"], scopes=_scope("UPDATE"))
def update_webhook(webhook_id: str) -> Answer:
    call = _enter()
    _found(call, webhook_id)
    [given] = entries(call, KEY, most=1)
    if given.values.get("id", webhook_id) != webhook_id:
        return answers.many(KEY, [given.wrong("id", "The ID given is invalid")])
    return _each(call, [Given({**given.values, "id": webhook_id}, given.path)])


def _each(call: Call, rows: list[Given]) -> Answer:
    made: list[Json | Rejected] = []
    for given in rows:
        try:
            made.append(_update(call, given))
        except Rejected as refusal:
            made.append(refusal)
    return answers.many(KEY, made)


def _update(call: Call, given: Given) -> Json:
    """What a request does not name stays as it is; its module cannot be changed."""
    known = call.world.state.webhooks.get(str(given.values.get("id")))
    if known is None:
        raise given.wrong("id", "The ID given is invalid")
    before = {key: known.get(key) for key in webhook_request.KEYS if known.get(key) is not None}
    if "http_method" in given.values:
        # What goes with the old method only would stand in the way of the new one.
        method = given.values["http_method"]
        for key, methods in webhook_request.TAKES.items():
            if method not in methods:
                before.pop(key, None)
    whole = Given({**before, **given.values}, given.path)
    changed = webhook_request.read(call.worlds, call.world, whole)
    if changed["module"] != known["module"]:
        raise given.wrong("module", "the module cannot be changed")
    known.update(changed)
    known.update(modified_by=call.user.brief(), modified_time=call.world.timestamp())
    return answers.success("webhook updated successfully", {"id": known["id"]})


@endpoint(bp, PATH, methods=["DELETE"], scopes=_scope("DELETE"))
def delete_webhooks() -> Answer:
    """Up to ten, named in `ids`."""
    call = _enter()
    wanted = ids(call)
    if wanted is None:
        raise answers.required_param_missing("ids")
    if len(wanted) > MOST_AT_ONCE:
        details = {"param_name": "ids", "limit": MOST_AT_ONCE}
        raise Rejected("INVALID_DATA", "Bulk deletion of records limit reached", details)
    made: list[Json | Rejected] = []
    for webhook_id in wanted:
        if webhook_id not in call.world.state.webhooks:
            message = "the id given seems to be invalid"
            made.append(Rejected("INVALID_DATA", message, {"id": webhook_id}))
        elif _associated(call, webhook_id):
            made.append(_in_use({"id": webhook_id}))
        else:
            made.append(_delete(call, webhook_id))
    return answers.many(KEY, made)


@endpoint(bp, f"{PATH}/<webhook_id>", methods=["DELETE"], scopes=_scope("DELETE"))
def delete_webhook(webhook_id: str) -> Answer:
    call = _enter()
    _found(call, webhook_id)
    if _associated(call, webhook_id):
        raise _in_use({"resource_path_index": 3})
    return answers.many(KEY, [_delete(call, webhook_id)])


def _delete(call: Call, webhook_id: str) -> Json:
    del call.world.state.webhooks[webhook_id]
    return answers.success("Webhook is deleted", {"id": webhook_id})


def _in_use(details: Json) -> Rejected:
    return Rejected(
        "NOT_ALLOWED",
        "This webhook is associated with at least one of Approval Process/Workflow Rules/Blueprint",
        details,
    )


def _found(call: Call, webhook_id: str) -> Json:
    found = call.world.state.webhooks.get(webhook_id)
    if found is None:
        raise unknown_id()
    return found


def _associated(call: Call, webhook_id: str) -> bool:
    return any(
        action["id"] == webhook_id
        for rule in call.world.state.rules.values()
        for condition in rule["conditions"]
        for action in condition["instant_actions"]["actions"]
    )


def _told(call: Call, webhook: Json, keys: tuple[str, ...]) -> Json:
    whole = {
        **webhook,
        "lock_status": {"locked": False, "message": None},
        "editable": True,
        "deletable": True,
        "associated": _associated(call, webhook["id"]),
    }
    return {key: whole[key] for key in keys if key in whole}


@endpoint(bp, "/settings/automation/webhook_failures", scopes=_scope("READ"))
def get_failures() -> Answer:
    """The calls that failed, the latest first: of the last month, or of three at most."""
    call = _enter()
    module, webhook_id = module_param(call), call.param("webhook_id")
    if webhook_id is not None and webhook_id not in call.world.state.webhooks:
        raise wrong_param("webhook_id", "the id given seems to be invalid")
    now = call.world.now()
    upto = _moment(call, "to", now)
    since = _moment(call, "from", upto - USUAL)
    rows = [
        failure
        for failure in reversed(call.world.state.failures)
        if max(since, now - MOST) <= datetime.fromisoformat(failure["failure_time"]) <= upto
        if module is None or failure["entity_details"]["module"]["id"] == module.id
        if webhook_id is None or failure["webhook"]["id"] == webhook_id
    ]
    kept, info = page_of(call, rows)
    return {"webhook_failures": kept, "info": info} if kept else None


def _moment(call: Call, name: str, default: datetime) -> datetime:
    text = call.param(name)
    if text is None:
        return default
    found = moment(text)
    if found is None or found > call.world.now():
        raise Rejected(
            "INVALID_DATA",
            "The value provided to the param is Invalid",
            {"param_name": name, "expected_data_type": "datetime"},
        )
    return found


@endpoint(bp, f"{PATH}/actions/usage_reports", scopes=_scope("READ"))
def get_usage() -> Answer:
    """How often each webhook was called on each day."""
    call = _enter()
    if call.param("group_by") is None:
        details = {"param_name": "group_by"}
        raise Rejected(
            "REQUIRED_PARAM_MISSING", "One of the expected param is missing", details
        )  # fmt: skip
    rows = [
        {
            "date": day, "resource": {"name": webhook["name"], "id": webhook_id},
            "count": count, "type": "webhooks",
        }
        for (day, webhook_id), count in sorted(call.world.state.calls_made.items(), reverse=True)
        if (webhook := call.world.state.webhooks.get(webhook_id)) is not None
    ]  # fmt: skip
    kept, info = page_of(call, rows)
    return {"data_usage": kept, "info": {"max_limit": MOST_A_DAY, **info}} if kept else None

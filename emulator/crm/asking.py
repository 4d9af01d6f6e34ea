"""What the parameters of a request ask for: fields, ids, pages, order, moments."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import request

from .. import answers
from ..answers import Json, Rejected
from ..caller import Call

MOST_FIELDS = 50
MOST_IDS = 100
MOST_PER_PAGE = 200
WITHOUT_TOKEN = 2_000
WITH_TOKEN = 100_000
TOKEN_LIFE = timedelta(hours=24)
FIELDS_SINCE = (3, 0)
TOKENS_SINCE = (3, 0)


def fields(call: Call, *, needed: bool = True) -> list[str] | None:
    """The names in `fields`; without it None, or from version 3 on a refusal if needed."""
    given = call.param("fields")
    if given is None:
        if needed and call.version >= FIELDS_SINCE:
            raise answers.required_param_missing("fields")
        return None
    names = [name.strip() for name in given.split(",") if name.strip()]
    if len(names) > MOST_FIELDS:
        raise over_limit(MOST_FIELDS, "fields")
    return names


def over_limit(limit: int, param: str) -> Rejected:
    return Rejected("LIMIT_EXCEEDED", "limit exceeded", {"limit": limit, "param_name": param})


def ids(call: Call, *, most: int = MOST_IDS) -> list[str] | None:
    """The ids in `ids`, or None without it."""
    given = call.param("ids")
    if given is None:
        return None
    found = [one.strip() for one in given.split(",") if one.strip()]
    if len(found) > most:
        raise over_limit(most, "ids")
    return found


def is_id(given: object) -> bool:
    """Whether this may be an id of Zoho's: digits that fit into 64 bits. A string as a rule; Zoho's
    own SDK sends them as numbers: https://github.com/zoho/zohocrm-python-sdk-8.0"""
    text = str(given) if isinstance(given, int) and not isinstance(given, bool) else given
    return isinstance(text, str) and text.isascii() and text.isdigit() and len(text) <= 19


def one_of(call: Call, name: str, supported: Sequence[str], default: str) -> str:
    """A parameter with a few possible values."""
    given = call.param(name, default) or default
    if given not in supported:
        raise Rejected(
            "INVALID_DATA",
            "invalid data",
            {"param_name": name, "supported_values": list(supported)},
        )
    return given


def header_moment(name: str) -> datetime | None:
    """The moment in a header such as If-Modified-Since, which Zoho wants in ISO 8601."""
    given = request.headers.get(name)
    if given is None:
        return None
    found = moment(given)
    if found is None:
        raise Rejected("INVALID_DATA", "invalid data", {"param_name": name})
    return found


def moment(text: str) -> datetime | None:
    """A point in time with its offset; None for anything else."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None and "T" in text else None


@dataclass(frozen=True, slots=True)
class Page:
    """Which page of how many rows; `sort_by` and `sort_order` where the answer tells them."""

    number: int
    size: int
    sort_by: str = ""
    sort_order: str = ""

    @property
    def start(self) -> int:
        return (self.number - 1) * self.size


def page(call: Call, *, sort_by: str = "", sort_order: str = "") -> Page:
    """The page asked for, by number or by token."""
    size = call.number_param("per_page", MOST_PER_PAGE, most=MOST_PER_PAGE)
    token = call.param("page_token") if call.version >= TOKENS_SINCE else None
    if token is not None:
        if call.param("page") is not None:
            due = [{"param_name": "page"}, {"param_name": "page_token"}]
            raise Rejected(
                "AMBIGUITY_DURING_PROCESSING",
                "ambiguity while processing the request",
                {"ambiguity_due_to": due},
            )
        number = _redeemed(call, token)
        if number * size > WITH_TOKEN:
            raise Rejected(
                "PAGINATION_LIMIT_EXCEEDED",
                "You can only get upto 100000 records using page_token param",
                {"param_name": "page_token"},
            )
        return Page(number, size, sort_by, sort_order)
    number = call.number_param("page", 1, most=10**6)
    if number * size > WITHOUT_TOKEN:
        raise Rejected(
            "DISCRETE_PAGINATION_LIMIT_EXCEEDED",
            "You can only get the first 2000 records without using page_token param",
            {"limit": WITHOUT_TOKEN},
        )
    return Page(number, size, sort_by, sort_order)


def cut(call: Call, rows: list[Any], where: Page) -> tuple[list[Any], Json]:
    """The rows of the page, and the `info` about it."""
    kept = rows[where.start : where.start + where.size]
    more = len(rows) > where.start + where.size
    info: Json = {"per_page": where.size, "count": len(kept), "page": where.number}
    if where.sort_by:
        info |= {"sort_by": where.sort_by, "sort_order": where.sort_order}
    info["more_records"] = more
    if call.version >= TOKENS_SINCE:
        expiry = call.world.now() + TOKEN_LIFE
        tokens = more or where.number > 1
        info |= {
            "next_page_token": _token(call, where.number + 1) if more else None,
            "previous_page_token": _token(call, where.number - 1) if where.number > 1 else None,
            "page_token_expiry": expiry.isoformat(timespec="seconds") if tokens else None,
        }
    return kept, info


def _token(call: Call, number: int) -> str:
    until = int((call.world.clock.now() + TOKEN_LIFE).timestamp())
    plain = f"{number}.{until}.{_bound(call)}"
    seal = _digest(f"{call.world.org.zgid}.{plain}")
    return base64.urlsafe_b64encode(f"{plain}.{seal}".encode()).decode().rstrip("=")


def _redeemed(call: Call, token: str) -> int:
    """The page that a token stands for; only with the parameters it was given for."""
    try:
        plain = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()
        number, until, bound, seal = plain.split(".")
    except ValueError:
        raise _mismatch() from None
    sealed = _digest(f"{call.world.org.zgid}.{number}.{until}.{bound}") == seal
    if not sealed or bound != _bound(call):
        raise _mismatch()
    if datetime.fromtimestamp(int(until), UTC) < call.world.clock.now():
        raise Rejected(
            "EXPIRED_VALUE",
            "Page token expired",
            {"api_name": "page_token", "json_path": "$.query.page_token"},
        )
    return int(number)


def _bound(call: Call) -> str:
    """A mark of everything that must stay the same from page to page."""
    asked = sorted(
        (name, given) for name, given in request.args.items() if name not in ("page", "page_token")
    )
    return _digest(f"{call.user.id} {request.path} {asked}")


def _digest(text: str) -> str:
    return hashlib.blake2s(text.encode(), digest_size=8).hexdigest()


def _mismatch() -> Rejected:
    return Rejected(
        "TOKEN_BOUND_DATA_MISMATCH",
        "The page_token given seems to be invalid or input param is added or altered or deleted",
        {"param_name": "page_token"},
    )

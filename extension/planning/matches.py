"""Existing records that may be the same as one we would create, as a person meets them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from extension.planning.business import FULL_NAME, text_of
from extension.planning.matching import (
    WEIGHTS,
    Agreed,
    Likeness,
    Search,
    compare,
    kind_of,
    likeness,
    score,
    support,
    weight_of,
)
from extension.planning.matching import agreements as agreed
from extension.planning.obstacles import denied, is_locked
from extension.planning.reasons import Reason, say
from extension.planning.records import Agreement, Field, Lead, Module, Record, User, ZohoSays

SHOWN = 10
"""More matches than that are no help to anybody."""

SEARCH_LIMIT = 50
"""How many records a search for matches asks for: with so many found there may be more."""

DETAILS = (
    "Account_Name", "Company", "Vendor_Name", "Email", "Phone", "Mobile", "Website", "City",
    "Mailing_City", "Billing_City",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Match:
    """A record that may be the same; `editable` and `locked` are as this person meets it."""

    id: str
    name: str
    detail: str
    score: float
    reasons: tuple[Reason, ...]
    editable: bool
    locked: bool
    owner: str | None


@dataclass(frozen=True, slots=True)
class Matches:
    """The best of them. `unknown`: nobody could look."""

    found: tuple[Match, ...] = ()
    state: Literal["known", "unknown"] = "known"
    more: bool = False


def from_search(
    lead: Lead, records: Sequence[Record] | None, search: Search | None, module: Module, user: User
) -> Matches:
    """The records of a search that really agree. Without records or a search: unknown."""
    if records is None or search is None:
        return Matches(state="unknown")
    found = []
    for record in records:
        alike = score(lead, record, search)
        if alike is not None:
            found.append(_match(record, alike, module, user))
    return _best(found, more=len(records) >= SEARCH_LIMIT)


def from_zoho(
    lead: Lead, zoho_says: ZohoSays, search: Search | None, module: Module, user: User
) -> Matches:
    """The records that Zoho's conversion offers, for Zoho's reasons and then ours."""
    if zoho_says.state not in ("answered", "nothing"):
        return Matches(state="unknown")
    records = zoho_says.records.get(module.api_name, ())
    agreements = zoho_says.agreements.get(module.api_name, ())
    found = []
    for record in records:
        told = _told(agreements, record, module)
        named = {reason.params.get("field") for _, reason in told}
        ours = _ours(lead, record, search)
        alike = likeness([*told, *(one for one in ours if one[1].params["field"] not in named)])
        found.append(_match(record, alike, module, user))
    return _best(found, more=False)


def _ours(lead: Lead, record: Record, search: Search | None) -> list[Agreed]:
    if search is None:
        return []
    return [*agreed(search.conditions, lead, record), *support(search, lead, record)]


def _told(agreements: Iterable[Agreement], record: Record, module: Module) -> list[Agreed]:
    """Zoho names for all records together what they agree in: not for one that says otherwise."""
    told, doubtful = list[Agreed](), list[Agreed]()
    for one in agreements:
        field = module.fields.get(one.field) or Field(one.field, one.label, "text")
        kind = kind_of(field, module)
        params = {"field": one.field, "label": one.label or field.label, "value": one.value}
        reason = (weight_of(kind, unique=field.unique), say("same_field", **params))
        held = text_of(record.values, one.field)
        disagrees = bool(held) and compare(kind, one.value, held) != "same"
        (doubtful if disagrees else told).append(reason)
    return told or doubtful or [(WEIGHTS["person"], say("zoho_match"))]


def _match(record: Record, alike: Likeness, module: Module, user: User) -> Match:
    values = record.values
    name = text_of(values, module.name_field) or text_of(values, FULL_NAME) or record.id
    may_edit = values.get("$editable") is not False and not denied("Edit", module, user.profile)
    return Match(
        id=record.id,
        name=name,
        detail=_detail(values, name),
        score=alike.score,
        reasons=alike.reasons,
        editable=may_edit,
        locked=is_locked(values) or values.get("$in_merge") is True,
        owner=text_of(values, "Owner") or None,
    )


def _detail(values: Mapping[str, object], name: str) -> str:
    """A few words by which a person tells it from others of its name."""
    texts = dict.fromkeys(text_of(values, one) for one in DETAILS)
    return " · ".join([text for text in texts if text and text != name][:3])


def _best(found: list[Match], *, more: bool) -> Matches:
    ranked = sorted(found, key=lambda one: (-one.score, one.name.casefold(), one.id))
    return Matches(tuple(ranked[:SHOWN]), more=more or len(ranked) > SHOWN)

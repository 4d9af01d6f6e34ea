"""What a value of one of Zoho's types becomes in a field of another: as it is, changed, or lost."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import MAXYEAR, MINYEAR, date, datetime
from decimal import Decimal, InvalidOperation

from extension.planning.fit import CHOICES, FORMS, MOMENTS, NUMBERS, TAKES, USERS, fit
from extension.planning.reasons import Reason, say
from extension.planning.records import Field, Profile

ANYBODY = Profile("", "")
WIDE = frozenset({"text", "textarea"})
READABLE = WIDE | {"picklist"}
MULTI = {"multiselectlookup": frozenset({"lookup"}), "multiuserlookup": USERS}
"""Fields of several links -> the types that hold one of the same."""
SEVERAL = frozenset(MULTI)
FILES = frozenset({"fileupload", "imageupload", "profileimage"})
COMPUTED = frozenset({"formula", "rollup_summary"})
NEVER_WRITTEN = COMPUTED | {"autonumber"}

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)", re.ASCII)
"""https://www.zoho.com/crm/developer/docs/api/v8/insert-records.html (sample attributes)"""

WORDS = {
    "true": True, "yes": True, "ja": True, "oui": True, "si": True, "1": True,
    "false": False, "no": False, "nein": False, "non": False, "0": False,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Carried:
    """Written as it is."""

    value: object


@dataclass(frozen=True, slots=True)
class Transformed:
    """Written otherwise than the lead holds it; `how` says in words what changes."""

    value: object
    how: Reason


@dataclass(frozen=True, slots=True)
class Lost:
    """Not written, and why."""

    why: Reason


Verdict = Carried | Transformed | Lost
Way = Callable[[object, Field, Field], Verdict]


def carry(value: object, source: Field, target: Field, *, by_zoho: bool = False) -> Verdict:
    """What becomes of a value that goes from one field to another.

    Nothing is cut or rounded: what does not fit whole is lost and says why. `by_zoho` tells that
    Zoho's own conversion does it, which moves types that nobody else can and transforms none.
    What the person's profile may not write is not asked here: see `fit.closed_to`.
    """
    if target.read_only or target.data_type in NEVER_WRITTEN:
        return lost("read_only", target)
    if by_zoho:
        result = fit(value, source, target, ANYBODY, by_zoho=True)
        return Lost(result.obstacle) if result.obstacle else Carried(result.value)
    if source.data_type in COMPUTED:
        return _snapshot(value, source, target)
    way = WAYS.get((source.data_type, target.data_type))
    return way(value, source, target) if way else _no_way(source, target)


def can_carry(source: Field, target: Field) -> bool:
    """Whether some value of the one could go to the other, by their types alone."""
    if target.read_only or target.data_type in NEVER_WRITTEN:
        return False
    if {source.data_type, target.data_type} & {"lookup", "multiselectlookup"}:
        linked = target.data_type in ("lookup", "multiselectlookup")
        same = bool(source.lookup_module) and source.lookup_module == target.lookup_module
        if linked and not same:
            return False
    known = source.data_type in COMPUTED and target.data_type in TAKES
    return known or (source.data_type, target.data_type) in WAYS


def lost(key: str, target: Field, **more: object) -> Lost:
    """Lost for the reason of that key, which names the field."""
    names = {"target": target.api_name, "target_label": target.label}
    return Lost(say(key, **names, target_type=target.data_type, **more))


def _changed(value: object, key: str) -> Transformed:
    return Transformed(value, say(key, text=shown(value)))


def shown(value: object) -> str:
    """A value as people read it."""
    match value:
        case bool():
            return "Yes" if value else "No"
        case float():
            # Adding 0 makes -0 plain 0, which reads as the same number.
            return f"{Decimal(str(value)) + 0:f}"
        case Mapping():
            return str(value.get("name") or value.get("id") or "")
        case list() | tuple():
            return "; ".join(shown(one) for one in value)
    return "" if value is None else str(value)


def _fitted(value: object, source: Field, target: Field) -> Verdict:
    """By the rules of `fit`, told apart by whether what is written is what the lead holds."""
    well_formed = FORMED.get(target.data_type)
    if well_formed is not None and not well_formed(value):
        return lost("type_mismatch", target)
    tidy = value.strip() if isinstance(value, str) and target.data_type in FORMS else value
    result = fit(tidy, source, target, ANYBODY)
    if result.obstacle is not None:
        return Lost(result.obstacle)
    written = result.value
    as_text = target.data_type == "bigint" and isinstance(written, str)
    if target.data_type in NUMBERS and not as_text:
        exact = _exactly(written)
        return lost("too_long.precision", target) if exact is None else Carried(exact)
    if type(written) is type(value) and written == value:
        return Carried(written)
    if target.data_type in CHOICES:
        return _changed(written, _choice_key(value, target))
    if isinstance(value, str):
        return _changed(written, "trimmed")
    return _changed(written, "as_text.list" if isinstance(value, list) else "as_text")


def _choice_key(value: object, target: Field) -> str:
    one_to_list = not isinstance(value, list) and target.data_type == "multiselectpicklist"
    return "as_list" if one_to_list else "same_choice"


def _exactly(value: object) -> int | float | None:
    """A number as JSON writes it, or nothing where that would be another number."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    try:
        number = Decimal(str(value).strip())
        whole = number == number.to_integral_value()
        found = int(number) if whole and not isinstance(value, float) else float(number)
        return found if Decimal(str(found)) == number else None
    except (InvalidOperation, OverflowError, ValueError):
        return None


def _as_number(value: object, source: Field, target: Field) -> Verdict:
    """Only what can be read in one way: "1.200" is a thousand here and one there."""
    text = str(value).strip()
    plain = text.removeprefix("-").replace(".", "", 1)
    ambiguous = len(text.partition(".")[2]) == 3 and not text.startswith(("0.", "-0."))
    if not (plain.isascii() and plain.isdigit()) or text.endswith(".") or ambiguous:
        return lost("type_mismatch.number", target)
    found = _fitted(text, replace(source, data_type="double"), target)
    return _changed(found.value, "as_number") if isinstance(found, Carried) else found


def _as_box(value: object, source: Field, target: Field) -> Verdict:
    found = WORDS.get(str(value).strip().casefold())
    return lost("type_mismatch.box", target) if found is None else _changed(found, "as_box")


def _as_word(value: object, source: Field, target: Field) -> Verdict:
    """Yes or no; into a pick list only where it offers one of these words."""
    if not isinstance(value, bool):
        return lost("type_mismatch", target)
    if target.data_type == "picklist":
        offered = [one.value for one in target.choices if WORDS.get(one.label.casefold()) is value]
        return _changed(offered[0], "as_text.box") if offered else lost("not_a_choice", target)
    result = fit(shown(value), _texts(source), target, ANYBODY)
    return Lost(result.obstacle) if result.obstacle else _changed(result.value, "as_text.box")


def _as_moment(value: object, source: Field, target: Field) -> Verdict:
    text = str(value).strip()
    if is_day(text) if target.data_type == "date" else is_moment(text):
        return _changed(text, "as_date")
    return lost(f"type_mismatch.{'day' if target.data_type == 'date' else 'moment'}", target)


def is_day(value: object) -> bool:
    """Whether Zoho takes it as a date."""
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def is_moment(value: object) -> bool:
    """Whether Zoho takes it as a date with a time: to the second, with its distance from UTC."""
    try:
        formed = isinstance(value, str) and MOMENT.fullmatch(value) is not None
        # In the first and last year another zone's clock may have no such year.
        return formed and MINYEAR < datetime.fromisoformat(str(value)).year < MAXYEAR
    except ValueError:
        return False


FORMED: Mapping[str, Callable[[object], bool]] = {
    "boolean": lambda value: isinstance(value, bool),
    "date": is_day,
    "datetime": is_moment,
}


def _only_choice(value: object, source: Field, target: Field) -> Verdict:
    if not isinstance(value, list) or len(value) != 1:
        return lost("type_mismatch.several", target)
    found = _fitted(value[0], replace(source, data_type="picklist"), target)
    return found if isinstance(found, Lost) else _changed(found.value, "as_one")


def _as_name(value: object, source: Field, target: Field) -> Verdict:
    names = [shown(one) for one in links_in(value)]
    if not names or not all(names):
        return lost("type_mismatch", target)
    result = fit("; ".join(names), _texts(source), target, ANYBODY)
    return Lost(result.obstacle) if result.obstacle else _changed(result.value, "as_text.name")


def _linked(value: object, source: Field, target: Field) -> Verdict:
    """Links become links: several to several, one to several, and the only one to one."""
    kinds = {source.data_type, target.data_type}
    elsewhere = not source.lookup_module or source.lookup_module != target.lookup_module
    if "multiselectlookup" in kinds and elsewhere:
        return lost("type_mismatch.other_module", target)
    found = links_in(value)
    if not found:
        return lost("type_mismatch", target)
    if target.data_type not in SEVERAL:
        one = _changed(found[0], "as_one")
        return one if len(found) == 1 else lost("type_mismatch.several", target)
    # Zoho keeps each link in a row of its own, under the name of its field.
    rows = [{target.api_name: {"id": str(one["id"])}} for one in found]
    return _changed(rows, "linked_anew" if source.data_type in SEVERAL else "as_list")


def links_in(value: object) -> list[Mapping[str, object]]:
    """The records or people that a value points at, each with its id."""
    found = []
    for row in value if isinstance(value, list) else [value]:
        inner = row.values() if isinstance(row, Mapping) else ()
        nested = [one for one in inner if isinstance(one, Mapping) and one.get("id")]
        link = nested[0] if nested else row
        if isinstance(link, Mapping) and link.get("id"):
            found.append(link)
    return found


def _snapshot(value: object, source: Field, target: Field) -> Verdict:
    """A computed result has the type of what is worked out, which only the value tells."""
    kind = "text" if isinstance(value, str) else "double"
    plain = replace(source, data_type="boolean" if isinstance(value, bool) else kind)
    found = carry(value, plain, target)
    return found if isinstance(found, Lost) else Transformed(found.value, say("snapshot"))


def _no_way(source: Field, target: Field) -> Lost:
    kinds = {source.data_type, target.data_type}
    if "subform" in kinds:
        return lost("type_mismatch.rows", target)
    if kinds & FILES:
        return lost("type_mismatch.files", target)
    if kinds == MOMENTS:
        no_hour = source.data_type == "date"
        return lost("type_mismatch.no_hour" if no_hour else "type_mismatch.hour", target)
    return lost("type_mismatch", target)


def _texts(source: Field) -> Field:
    return replace(source, data_type="text")


def _every(sources: Iterable[str], targets: Iterable[str], way: Way) -> dict[tuple[str, str], Way]:
    takers = tuple(targets)
    return {(source, target): way for source in sources for target in takers}


WAYS: Mapping[tuple[str, str], Way] = {
    **_every(READABLE, NUMBERS, _as_number),
    **_every(READABLE, ["boolean"], _as_box),
    **_every(["boolean"], READABLE, _as_word),
    ("multiselectpicklist", "picklist"): _only_choice,
    **_every(WIDE, MOMENTS, _as_moment),
    **_every(["lookup", *USERS, *SEVERAL], WIDE, _as_name),
    **{
        pair: _linked
        for several, ones in MULTI.items()
        for one in ones
        for pair in ((several, several), (one, several), (several, one))
    },
    **{(source, target): _fitted for target, taken in TAKES.items() for source in taken},
}
"""Types of the two fields -> what is done; a pair that is absent has no way."""

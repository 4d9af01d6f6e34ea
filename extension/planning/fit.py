"""Whether a value of a lead's field fits another field, and as what it is written there."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from extension.planning.reasons import Reason, say
from extension.planning.records import Choice, Field, Profile

TEXTS = frozenset({"text", "textarea", "email", "phone", "website"})
NUMBERS = frozenset({"integer", "bigint", "double", "currency", "percent"})
WHOLE = frozenset({"integer", "bigint"})
CHOICES = frozenset({"picklist", "multiselectpicklist"})
MOMENTS = frozenset({"date", "datetime"})
USERS = frozenset({"userlookup", "ownerlookup"})
ANY_TEXT = TEXTS | NUMBERS | CHOICES | MOMENTS | {"autonumber"}

TAKES: Mapping[str, frozenset[str]] = {
    "text": ANY_TEXT,
    "textarea": ANY_TEXT,
    "email": frozenset({"email", "text"}),
    "phone": frozenset({"phone", "text"}),
    "website": frozenset({"website", "text"}),
    "picklist": frozenset({"picklist", "text"}),
    "multiselectpicklist": frozenset({"multiselectpicklist", "picklist", "text"}),
    **dict.fromkeys(NUMBERS, NUMBERS),
    # A day has no hour and an hour no other zone's day: neither becomes the other unharmed.
    "date": frozenset({"date"}),
    "datetime": frozenset({"datetime"}),
    "boolean": frozenset({"boolean"}),
    "lookup": frozenset({"lookup"}),
    **dict.fromkeys(USERS, USERS),
}
"""Type of a field -> the types whose values it can take."""

ZOHO_MOVES = frozenset(
    {"subform", "fileupload", "imageupload", "multiselectlookup", "multiuserlookup"}
)
"""Types that only Zoho's own conversion moves, and only to a field of the same type."""

FORMS = {
    "email": re.compile(
        r"[\w+-][\w!#$%&'*+/=?^`{|}~.-]*@(?=.{4,256}\Z)"
        r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,22}"
    ),
    "phone": re.compile(
        r"\+?(?![.-])"
        r"(?>(?>[.-]?[ ]?[0-9A-Za-z]+)+"
        r"|(?:[ ]?\((?![.-])(?>[ .-]?[0-9A-Za-z]+)+\)(?!\.)(?:[ -]?[0-9A-Za-z]+)?)+)+"
        r"(?>(?>,*;?[0-9A-Za-z]+)+(?:\#[0-9A-Za-z]+)*)?"
        r"[#;]?"
    ),
    "website": re.compile(
        r"""(?:(?:https?|ftp)://)?(?:www\.)?"""
        r"""[^\x00-\x19\s"#$%&'*+,./:;<=>?\[\\\]^`{}~\x7f]+"""
        r"""(?:\.[^\x00-\x19\s"$%&'()*+,./<>@\[\\\]^`{}~\x7f]+)+(?:[/?]\S*)?"""
    ),
}
"""What Zoho takes, by the patterns that its page gives; blanks in a website we refuse ourselves.
https://www.zoho.com/crm/developer/docs/api/v8/insert-records.html (sample attributes)"""
WHOLE_NUMBER = re.compile(r"-?[0-9]+")


@dataclass(frozen=True, slots=True)
class Fit:
    """What is written if it fits; otherwise the obstacle."""

    value: object = None
    obstacle: Reason | None = None


def compatible(source: Field, target: Field) -> bool:
    """Whether values of the one can, by their types alone, go to the other."""
    if "lookup" in (source.data_type, target.data_type):
        same = bool(source.lookup_module) and source.lookup_module == target.lookup_module
        return source.data_type == target.data_type and same
    return source.data_type in TAKES.get(target.data_type, frozenset())


def fit(
    value: object, source: Field, target: Field, profile: Profile, *, by_zoho: bool = False
) -> Fit:
    """What this value becomes in that field, written by somebody of this profile.

    Nothing is ever cut or rounded: half an address looks like an address. `by_zoho` tells that
    Zoho's own conversion does it, which moves more types than an API client can.
    """
    if (closed := closed_to(target, profile)) is not None:
        return Fit(obstacle=closed)
    if by_zoho and source.data_type == target.data_type and target.data_type in ZOHO_MOVES:
        return Fit(value)
    if not compatible(source, target):
        return Fit(obstacle=_obstacle("type_mismatch", target))
    if target.data_type in CHOICES:
        return _copied(value, target) if by_zoho else _chosen(value, source, target)
    if target.data_type in NUMBERS:
        return _number(value, target)
    if target.data_type in TEXTS:
        return _text(value, source, target)
    if target.data_type == "lookup" or target.data_type in USERS:
        points = isinstance(value, Mapping) and bool(value.get("id"))
        return Fit(value) if points else Fit(obstacle=_obstacle("type_mismatch", target))
    return Fit(value)


def closed_to(field: Field, profile: Profile) -> Reason | None:
    """Why nobody, or nobody of this profile, can write the field."""
    if profile.id in field.hidden_from:
        return _obstacle("hidden", field)
    if field.read_only:
        return _obstacle("read_only", field)
    if profile.id in field.read_only_for:
        return _obstacle("read_only.profile", field)
    return None


def _obstacle(key: str, target: Field, **more: object) -> Reason:
    names = {"target": target.api_name, "target_label": target.label}
    return say(key, **names, target_type=target.data_type, **more)


def _copied(value: object, target: Field) -> Fit:
    """Zoho itself compares nothing: it copies what is stored, where that is offered."""
    offered = [one.value for one in target.choices]
    several = target.data_type == "multiselectpicklist"
    wanted = value if several and isinstance(value, list) else [value]
    if all(one in offered for one in wanted):
        return Fit(wanted if several else value)
    return Fit(obstacle=_obstacle("not_a_choice", target))


def _chosen(value: object, source: Field, target: Field) -> Fit:
    """Pick lists of two modules are lists of their own: the same choice may be stored otherwise,
    so what people read counts as much as what is stored."""
    wanted = value if isinstance(value, list) else [value]
    if target.data_type == "picklist" and len(wanted) != 1:
        return Fit(obstacle=_obstacle("type_mismatch", target))
    found = [_choice(one, source, target) for one in wanted]
    values = [choice.value for choice in found if choice is not None]
    if len(values) < len(found):
        return Fit(obstacle=_obstacle("not_a_choice", target))
    several = target.data_type == "multiselectpicklist"
    return Fit(list(dict.fromkeys(values)) if several else values[0])


def _choice(value: object, source: Field, target: Field) -> Choice | None:
    exact = next((one for one in target.choices if value in (one.value, one.label)), None)
    if exact is not None:
        return exact
    names = {_folded(value)}
    for choice in source.choices:
        if _folded(value) in (_folded(choice.value), _folded(choice.label)):
            names |= {_folded(choice.value), _folded(choice.label)}
    alike = (one for one in target.choices if {_folded(one.value), _folded(one.label)} & names)
    return next(alike, None)


def _folded(value: object) -> str:
    return str(value).strip().casefold()


def _number(value: object, target: Field) -> Fit:
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return Fit(obstacle=_obstacle("type_mismatch", target))
    if not number.is_finite():
        return Fit(obstacle=_obstacle("type_mismatch", target))
    # Not abs(): that rounds to 28 digits.
    whole, _, decimals = f"{number.copy_abs():f}".partition(".")
    decimals = decimals.rstrip("0")
    room = 0 if target.data_type in WHOLE else target.decimal_places
    if room is not None and len(decimals) > room:
        return _too_long("too_long.decimals", target, room, len(decimals))
    # Long numbers travel as texts, and such a text keeps its zeros: article numbers have them.
    text = value.strip() if isinstance(value, str) and target.data_type == "bigint" else ""
    plain = text if WHOLE_NUMBER.fullmatch(text) else ""
    # Zoho's page counts the digits before the point; those of a percentage all together.
    digits = len(plain.lstrip("-") or whole.lstrip("0"))
    digits += len(decimals) if target.data_type == "percent" else 0
    if target.max_length and digits > target.max_length:
        return _too_long("too_long.digits", target, target.max_length, digits)
    return Fit(plain or (int(number) if target.data_type in WHOLE else value))


def _text(value: object, source: Field, target: Field) -> Fit:
    if isinstance(value, Mapping):
        return Fit(obstacle=_obstacle("type_mismatch", target))
    text = _written(value)
    one_line = source.data_type != "textarea" or target.data_type == "textarea"
    if not one_line and len(text.strip().splitlines()) > 1:
        return Fit(obstacle=_obstacle("type_mismatch.lines", target))
    form = FORMS.get(target.data_type)
    # Also from a field of the same type: what was imported once, the API may refuse.
    if form and not form.fullmatch(text.strip()):
        return Fit(obstacle=_obstacle("type_mismatch.form", target))
    # Zoho counts as Java does: a letter outside the basic plane, such as an emoji, is two.
    length = len(text.encode("utf-16-le", "surrogatepass")) // 2
    if target.max_length and length > target.max_length:
        return _too_long("too_long", target, target.max_length, length)
    return Fit(text)


def _written(value: object) -> str:
    """A value as text. Zoho parts the choices of a multi-select list by semicolons."""
    if isinstance(value, list):
        return ";".join(str(one) for one in value)
    if isinstance(value, float):
        return f"{Decimal(str(value)).normalize():f}"
    return str(value)


def _too_long(key: str, target: Field, most: int, length: int) -> Fit:
    return Fit(obstacle=_obstacle(key, target, max_length=most, length=length))

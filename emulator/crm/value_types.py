"""Plain values: whether one fits a field of its type, and what Zoho keeps of it.

Formats: https://www.zoho.com/crm/developer/docs/api/v8/insert-records.html. Where Zoho's
tolerance is not confirmed we refuse: numbers as texts, choices that a pick list lacks,
more decimals than the field has.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta, timezone
from typing import Any, cast
from zoneinfo import ZoneInfo

from .. import answers
from ..answers import Json, Rejected
from ..caller import Call
from ..schema import Field, Layout, Module
from ..world import Record
from .asking import moment

# The patterns that Zoho's page gives for these types, as far as Python's `re` can say them: its
# `\w` has no combining marks. Blanks in a website, which Zoho's pattern would let through, are
# refused.
EMAIL = re.compile(
    r"[\w+-][\w!#$%&'*+/=?^`{|}~.-]*@(?=.{4,256}\Z)"
    r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,22}"
)
PHONE = re.compile(
    r"\+?(?![.-])"
    r"(?>(?>[.-]?[ ]?[0-9A-Za-z]+)+"
    r"|(?:[ ]?\((?![.-])(?>[ .-]?[0-9A-Za-z]+)+\)(?!\.)(?:[ -]?[0-9A-Za-z]+)?)+)+"
    r"(?>(?>,*;?[0-9A-Za-z]+)+(?:\#[0-9A-Za-z]+)*)?"
    r"[#;]?"
)
WEBSITE = re.compile(
    r"""(?:(?:https?|ftp)://)?(?:www\.)?"""
    r"""[^\x00-\x19\s"#$%&'*+,./:;<=>?\[\\\]^`{}~\x7f]+"""
    r"""(?:\.[^\x00-\x19\s"$%&'()*+,./<>@\[\\\]^`{}~\x7f]+)+(?:[/?]\S*)?"""
)
DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
DATETIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the request a value stands."""

    api_name: str
    path: str

    def wrong(self, **details: Any) -> Rejected:
        return answers.invalid_data(self.api_name, self.path, **details)

    def not_a(self, expected: str) -> Rejected:
        return self.wrong(expected_data_type=expected)

    def bad_id(self) -> Rejected:
        return answers.invalid_data(
            self.api_name, f"{self.path}.id", "the id given seems to be invalid"
        )

    def at(self, index: int) -> "Place":
        return Place(self.api_name, f"{self.path}[{index}]")

    def under(self, key: str) -> "Place":
        return Place(key, f"{self.path}.{key}")


@dataclass(frozen=True, slots=True)
class Writing:
    """One record being written: by whom, into what, from which body, over which record."""

    call: Call
    module: Module
    body: Json
    path: str
    record: Record | None = None
    layout: Layout | None = None

    def place(self, api_name: str) -> Place:
        return Place(api_name, f"{self.path}.{api_name}")


Check = Callable[[Writing, Field, Any, Place], Any]


def a_text(writing: Writing, one: Field, given: Any, place: Place) -> str:
    if not isinstance(given, str):
        raise place.not_a("text" if one.data_type == "textarea" else one.data_type)
    if one.length and _length(given) > one.length:
        raise place.wrong(maximum_length=one.length)
    return given


def _length(text: str) -> int:
    """As Java counts: a letter outside the basic plane, such as an emoji, is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def formatted(pattern: re.Pattern[str]) -> Check:
    def check(writing: Writing, one: Field, given: Any, place: Place) -> str:
        text = a_text(writing, one, given, place)
        if not pattern.fullmatch(text):
            raise place.not_a(one.data_type)
        return text

    return check


def a_boolean(writing: Writing, one: Field, given: Any, place: Place) -> bool:
    if not isinstance(given, bool):
        raise place.not_a("boolean")
    return given


def an_integer(writing: Writing, one: Field, given: Any, place: Place) -> int:
    if isinstance(given, bool) or not isinstance(given, int):
        raise place.not_a("integer")
    if one.length and len(str(abs(given))) > one.length:
        raise place.wrong(maximum_length=one.length)
    return given


def a_bigint(writing: Writing, one: Field, given: Any, place: Place) -> str:
    """Long integers travel as strings of digits."""
    text = str(given) if isinstance(given, int) and not isinstance(given, bool) else given
    if not isinstance(text, str) or not re.fullmatch(r"-?[0-9]+", text):
        raise place.not_a("bigint")
    if one.length and len(text.lstrip("-")) > one.length:
        raise place.wrong(maximum_length=one.length)
    return text


def a_decimal(writing: Writing, one: Field, given: Any, place: Place) -> float:
    number = isinstance(given, int | float) and not isinstance(given, bool)
    if not number or not math.isfinite(given):
        raise place.not_a("double")
    whole, _, decimals = f"{given!r}".partition(".")
    digits = len(whole.lstrip("-"))
    if one.data_type == "percent":
        digits = len(whole.lstrip("-0")) + len(decimals.rstrip("0"))
    if "e" in whole + decimals or digits > (one.length or 16):
        raise place.wrong(maximum_length=one.length or 16)
    most = 2 if one.decimal_place is None else one.decimal_place
    if len(decimals.rstrip("0")) > most:
        raise place.wrong(expected_data_type="double", decimal_place=most)
    return cast(float, given)


def a_date(writing: Writing, one: Field, given: Any, place: Place) -> str:
    try:
        if isinstance(given, str) and DATE.fullmatch(given):
            return date.fromisoformat(given).isoformat()
    except ValueError:
        pass
    raise place.not_a("date")


def a_datetime(writing: Writing, one: Field, given: Any, place: Place) -> str:
    """Only in the form of Zoho's page; kept in the org's time zone, as Zoho answers it."""
    plain = isinstance(given, str) and DATETIME.fullmatch(given)
    found = moment(given) if plain else None
    if found is None:
        raise place.not_a("datetime")
    try:
        there = found.astimezone(ZoneInfo(writing.call.world.org.time_zone))
    except OverflowError:
        raise place.not_a("datetime") from None
    # Before there were time zones, clocks differed by seconds too, which the form cannot say.
    minutes = (there.utcoffset() or timedelta()) // timedelta(minutes=1)
    zone = timezone(timedelta(minutes=minutes))
    return there.astimezone(zone).isoformat(timespec="seconds")


def a_choice(writing: Writing, one: Field, given: Any, place: Place) -> str:
    if not isinstance(given, str):
        raise place.not_a("text")
    placed = writing.layout.place(one.api_name) if writing.layout else None
    narrowed = placed.choices if placed else None
    if one.choice(given) is None or (narrowed is not None and given not in narrowed):
        raise place.wrong()
    return given


def a_choices(writing: Writing, one: Field, given: Any, place: Place) -> list[str] | None:
    rows = a_list(given, place)
    kept = [a_choice(writing, one, row, place.at(i)) for i, row in enumerate(rows)]
    return list(dict.fromkeys(kept)) or None


def a_list(given: Any, place: Place) -> list[Any]:
    if not isinstance(given, list):
        raise place.not_a("jsonarray")
    return given

"""Writes queries in Zoho's own language, so that no value can become a part of them; no I/O.

https://www.zoho.com/crm/developer/docs/api/v8/COQL-Limitations.html
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

MOST_VALUES = 50
MOST_CRITERIA = 25
MOST_TOGETHER = MOST_VALUES * MOST_CRITERIA
"""So many values of one field a query can ask for."""
MANY_ROWS = 2_000
"""From version 4 on; of more than 1,000 the call costs three credits, of more than 200 two."""
MOST_ROWS = 200
"""A call for more would cost more credits, and was not possible before version 4."""
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII)
UNQUOTABLE = re.compile(r"[\\\x00-\x1f\x7f]")


def select(
    columns: Sequence[str], module: str, condition: str, offset: int = 0, rows: int = MOST_ROWS
) -> str:
    """A page of the records of a module, by id."""
    named = ", ".join(map(name, columns))
    # Names are checked and values quoted by the functions below.
    return f"select {named} from {name(module)} where {condition} limit {offset}, {rows}"  # noqa: S608


def among(field: str, values: Sequence[str]) -> str:
    """Whether a field holds one of at most 100 values."""
    parts = [
        f"{name(field)} in ({', '.join(map(text, values[start : start + MOST_VALUES]))})"
        for start in range(0, len(values), MOST_VALUES)
    ]
    if not 0 < len(parts) <= 2:
        raise ValueError(f"A query asks for 1 to {2 * MOST_VALUES} values.")
    return f"({' or '.join(parts)})"


def holds(field: str, values: Sequence[str]) -> str:
    """Whether a field holds one of at most MOST_TOGETHER values."""
    return any_of(
        f"{name(field)} in ({', '.join(map(text, values[start : start + MOST_VALUES]))})"
        for start in range(0, len(values), MOST_VALUES)
    )


def begins(field: str, beginning: str) -> str:
    """Whether a text begins like this. A percent sign would stand for anything."""
    if "%" in beginning:
        raise ValueError("This value cannot safely stand in a pattern.")
    return f"{name(field)} like {text(beginning + '%')}"


def any_of(conditions: Iterable[str]) -> str:
    """One of these, at most MOST_CRITERIA: grouped in pairs, as Zoho wants them."""
    parts = list(conditions)
    if not 0 < len(parts) <= MOST_CRITERIA:
        raise ValueError(f"A query has 1 to {MOST_CRITERIA} criteria.")
    while len(parts) > 1:
        pairs = [parts[at : at + 2] for at in range(0, len(parts), 2)]
        parts = [f"({' or '.join(pair)})" if len(pair) == 2 else pair[0] for pair in pairs]
    return parts[0]


def there(field: str = "id") -> str:
    """Whether there is anything."""
    return f"{name(field)} is not null"


def made_by(user_id: str, since: datetime, until: datetime) -> str:
    """Whether a record was made by this user, between these moments."""
    return (
        f"(Created_By = {text(user_id)} "
        f"and Created_Time between {moment(since)} and {moment(until, up=True)})"
    )


def text(value: str) -> str:
    """A value in quotes; a quote within is doubled.

    https://help.zoho.com/portal/en/community/topic/kaizen-171-faqs-on-coql-api
    Raises ValueError for a value with a backslash or control characters: what Zoho makes of them
    in a query is documented nowhere.
    """
    if UNQUOTABLE.search(value):
        raise ValueError("This value cannot safely stand in a query.")
    return "'" + value.replace("'", "''") + "'"


def name(api_name: str) -> str:
    """The name of a module or a field. Raises ValueError for what is none."""
    if not NAME.fullmatch(api_name):
        raise ValueError(f"{api_name!r} is no name of a module or a field.")
    return api_name


def moment(when: datetime, *, up: bool = False) -> str:
    """A point in time in whole seconds, which is all that Zoho keeps."""
    whole = when.astimezone(UTC).replace(microsecond=0)
    if up and when.microsecond:
        whole += timedelta(seconds=1)
    return text(whole.isoformat())

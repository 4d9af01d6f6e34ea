"""Whether what stands in a record is what was predicted, and what was counted on the way."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from extension.planning.business import is_empty
from extension.planning.carry import Verdict, links_in
from extension.planning.fit import NUMBERS, USERS
from extension.planning.records import Field

LINKS = USERS | {"lookup"}
SEVERAL = frozenset({"multiselectlookup", "multiuserlookup"})
NOBODYS = frozenset({"autonumber", "formula", "rollup_summary", "profileimage", "layout", "tag"})
"""What Zoho works out by itself; predictions never concern it."""


@dataclass
class Tally:
    """How many predictions were compared, of what sort, and those that were wrong."""

    cases: int = 0
    refused: int = 0
    """Values that were lost by prediction, and that Zoho refused or altered when forced."""
    wrong: list[str] = field(default_factory=list)
    sorts: Counter[str] = field(default_factory=Counter)
    pairs: set[tuple[str, str]] = field(default_factory=set)

    def case(self, sort: str, verdict: Verdict, sources: Iterable[Field], to: Field) -> None:
        self.cases += 1
        self.sorts[sort] += 1
        self.sorts[type(verdict).__name__] += 1
        self.pairs |= {(one.data_type, to.data_type) for one in sources}

    def add(self, other: "Tally") -> None:
        self.cases += other.cases
        self.refused += other.refused
        self.wrong += other.wrong
        self.sorts += other.sorts
        self.pairs |= other.pairs

    def blocked(self) -> None:
        self.cases += 1
        self.sorts["blocked"] += 1

    def disagree(self, what: str, place: str, **seen: object) -> None:
        told = ", ".join(f"{key} {value!r:.300}" for key, value in seen.items())
        self.wrong.append(f"{what}: {place}: {told}")

    def __str__(self) -> str:
        sorts = ", ".join(f"{name} {count:,}" for name, count in sorted(self.sorts.items()))
        return (
            f"{self.cases:,} predictions over {len(self.pairs)} pairs of types, "
            f"{len(self.wrong)} wrong; {self.refused:,} losses tried by force ({sorts})"
        )


def same(stored: Any, written: Any, to: Field) -> bool:
    """Whether the field holds what was written. Only what Zoho itself writes otherwise may differ:

    * a moment is answered in the org's time zone, a whole long number as a text of digits;
    * a link is answered with the name it has now, several links with an id for each, and those
      that were there before the others;
    * an empty list is no value.
    """
    kind = to.data_type
    if is_empty(written) and written is not False:
        # Where boxes start ticked, an unticked one is a value.
        return stored is False if kind == "boolean" else is_empty(stored)
    if kind == "datetime":
        texts = isinstance(stored, str) and isinstance(written, str)
        return texts and _moment(stored) == _moment(written)
    if kind == "bigint":
        return bool(str(stored) == str(written))
    if kind in NUMBERS:
        return is_number(stored) and Decimal(str(stored)) == Decimal(str(written))
    if kind in LINKS or kind in SEVERAL:
        return sorted(_ids(stored)) == sorted(_ids(written)) != []
    if kind == "subform":
        return _columns(stored) == _columns(written)
    if kind in ("fileupload", "imageupload"):
        return [one["File_Id__s"] for one in stored or []] == [
            one["File_Id__s"] for one in written
        ]  # fmt: skip
    return type(stored) is type(written) and bool(stored == written)


def unchanged(held: Any, stored: Any, source: Field, to: Field) -> bool:
    """Whether the lead's value stands there as the lead holds it, as "carried" claims."""
    kinds = {source.data_type, to.data_type}
    if kinds <= NUMBERS and kinds != {"bigint"} and stored is not None:
        return Decimal(str(held)) == Decimal(str(stored))
    return same(stored, held, to)


def is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def untouched(stored: Any, one: Field) -> bool:
    """Whether the field holds what it holds where nobody writes anything."""
    if one.data_type == "boolean":
        return bool(stored) is (str(one.default).lower() == "true")
    return is_empty(stored) if is_empty(one.default) else bool(stored == one.default)


def as_before(held: Any, stored: Any) -> bool:
    """Whether nobody changed it. "-None-" is nothing, wherever it stands."""
    return bool(held == stored) or (is_empty(held) and is_empty(stored) and held is not False)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _ids(value: Any) -> list[str]:
    return [str(one["id"]) for one in links_in(value)]


def _columns(rows: Any) -> list[Mapping[str, Any]]:
    """What people wrote into the rows; ids and stamps are Zoho's, and empty cells are nothing."""
    kept = ("Town", "People")
    return [{name: row[name] for name in kept if row.get(name)} for row in rows or []]

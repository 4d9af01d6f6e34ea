"""Reads data that people wrote: every fault is noted with its path, and reading goes on."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from math import isfinite
from typing import TypeVar

from extension.errors import InvalidInput
from extension.planning.faults import fault
from extension.planning.reasons import Reason

One = TypeVar("One")
MOST_FAULTS = 100
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""All but tabs and line breaks: PostgreSQL keeps no NUL, and what Zoho makes of it is unknown."""
DEEPEST = 20
"""How many lists and objects may stand in each other."""


def unfit(text: str) -> Reason | None:
    """Why a text could not be kept and written out again as it is; None where it could."""
    if text.isprintable():
        return None
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        return fault("half_character")
    return fault("control_character") if CONTROL.search(text) else None


@dataclass(frozen=True, slots=True)
class Shape:
    """A value, where it stands, and the faults found so far (one list for all of a document)."""

    value: object
    path: str = ""
    faults: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, Reason] = field(default_factory=dict)
    """Those of the faults that are told by code as well, so that a page can translate them."""

    def wrong(self, said: str | Reason) -> None:
        """Note a fault here; the first at a place is the one that counts. Nobody reads more than
        MOST_FAULTS at once."""
        place = self.path or "$"
        if len(self.faults) >= MOST_FAULTS or place in self.faults:
            return
        if isinstance(said, Reason):
            self.reasons[place] = said
        self.faults[place] = said if isinstance(said, str) else said.message

    def refuse(self, message: str) -> None:
        """InvalidInput with all faults, if there are any."""
        if self.faults:
            raise self.refusal(message)

    def refusal(self, message: str) -> InvalidInput:
        """All faults; their codes, too, as far as there are any."""
        reasons = {
            place: {"code": one.code, "key": one.key, "params": dict(one.params)}
            for place, one in self.reasons.items()
        }
        told = {"reasons": reasons} if reasons else {}
        return InvalidInput(message, details={"fields": dict(self.faults), **told})

    def sound(self, room: int = DEEPEST) -> None:
        """Note what could not be kept and written out again as it is."""
        value = self.value
        if isinstance(value, Mapping | list | tuple) and not room:
            self.wrong("This stands in too many lists and objects.")
        elif isinstance(value, Mapping):
            for key, held in value.items():
                self.under(str(key), key).sound(room)
                self.under(str(key), held).sound(room - 1)
        elif isinstance(value, list | tuple):
            for one in self.items():
                one.sound(room - 1)
        elif isinstance(value, str) and (why := unfit(value)):
            self.wrong(why)
        elif isinstance(value, float) and not isfinite(value):
            self.wrong("This is no number that can be kept.")

    def under(self, key: str, value: object) -> "Shape":
        return replace(self, value=value, path=f"{self.path}.{key}" if self.path else key)

    def at(self, key: str) -> "Shape":
        """What an object holds under a key; None where it holds nothing."""
        held = self.value.get(key) if isinstance(self.value, Mapping) else None
        return self.under(key, held)

    def object(self, *known: str) -> bool:
        """Whether it is an object; any key that is not `known` is a fault."""
        if not isinstance(self.value, Mapping):
            self.wrong("An object is expected here.")
            return False
        for key in self.value:
            if key not in known:
                self.under(str(key), None).wrong("There is no such key.")
        return True

    def text(self, default: str | None = None) -> str:
        """A text; without a default an empty one is a fault."""
        if self.value is None and default is not None:
            return default
        if not isinstance(self.value, str) or (default is None and not self.value.strip()):
            self.wrong("A text is expected here.")
            return ""
        return self.value

    def texts(self) -> tuple[str, ...]:
        return tuple(one.text() for one in self.items())

    def flag(self, default: bool) -> bool:
        if self.value is None:
            return default
        if not isinstance(self.value, bool):
            self.wrong("True or false is expected here.")
            return default
        return self.value

    def whole(self, default: int) -> int:
        if self.value is None:
            return default
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            self.wrong("A whole number is expected here.")
            return default
        return self.value

    def one_of(self, words: Collection[str], default: str | None = None) -> str:
        if self.value is None and default is not None:
            return default
        if not isinstance(self.value, str) or self.value not in words:
            self.wrong(f"One of these is expected here: {', '.join(sorted(words))}.")
            return default if default is not None else next(iter(words))
        return self.value

    def items(self) -> "tuple[Shape, ...]":
        if self.value is None:
            return ()
        if not isinstance(self.value, list | tuple):
            self.wrong("A list is expected here.")
            return ()
        places = enumerate(self.value)
        return tuple(replace(self, value=one, path=f"{self.path}[{at}]") for at, one in places)

    def entries(self, read: "Callable[[Shape], One]") -> dict[str, One]:
        """An object with names of its own as keys."""
        if self.value is None:
            return {}
        if not isinstance(self.value, Mapping):
            self.wrong("An object is expected here.")
            return {}
        found = {}
        for key, held in self.value.items():
            place = self.under(str(key), held)
            if isinstance(key, str) and key.strip():
                found[key] = read(place)
            else:
                place.wrong("A text is expected as the key.")
        return found

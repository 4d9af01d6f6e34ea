"""Which check a value must pass, by the data_type of its field."""

from typing import Any

from ..schema import Field
from . import value_links as v
from . import value_types as t
from .value_types import Check, Place, Writing

CHECKS: dict[str, Check] = {
    "email": t.formatted(t.EMAIL),
    "phone": t.formatted(t.PHONE),
    "website": t.formatted(t.WEBSITE),
    "boolean": t.a_boolean,
    "integer": t.an_integer,
    "bigint": t.a_bigint,
    "double": t.a_decimal,
    "currency": t.a_decimal,
    "percent": t.a_decimal,
    "date": t.a_date,
    "datetime": t.a_datetime,
    "picklist": t.a_choice,
    "multiselectpicklist": t.a_choices,
    "lookup": v.a_lookup,
    "ownerlookup": v.a_person,
    "userlookup": v.a_person,
    "multiselectlookup": v.linked(v.a_lookup),
    "multiuserlookup": v.linked(v.a_person),
    "tag": v.tags,
    "fileupload": v.files,
    "imageupload": v.files,
}
"""By data_type; what is not here is a text."""


NO_CHOICE = "-None-"
"""What the first entry of every pick list that may stay empty is called."""


def checked(writing: Writing, one: Field, given: Any, place: Place) -> Any:
    """The value as it is kept; None for an empty one. Refuses what does not fit."""
    if given is None or (isinstance(given, str) and not given.strip()):
        return None
    if given == NO_CHOICE and one.data_type == "picklist":
        return None
    check = CHECKS.get(one.data_type) or t.a_text
    return check(writing, one, given, place)

"""Rules of every kind, for every field of a record to be."""

from typing import Any

from hypothesis import strategies as st

from extension.planning.carry import can_carry
from extension.planning.fit import TEXTS, USERS
from extension.planning.records import Field, Module
from extension.planning.rules import (
    Constant,
    CurrentDate,
    CurrentUser,
    FirstOf,
    FromField,
    LinkTo,
    LookupByName,
    Rule,
    Template,
    Translate,
)

from .org import HEAT
from .values import words

Rules = st.SearchStrategy[Rule]
PIECES = ("", " ", ", ", "\n", "{{", "}}", "🚀", "Lead: ")
KEYS = (*words(HEAT), "hot", " NEW YORK ", "Acme", "true", "7")


def sources(leads: Module) -> list[Field]:
    """The lead's fields that rules read here: ours, and Zoho's own of a kind that no other is."""
    own = ("Full_Name", "Last_Name", "Company", "Owner", "Created_Time", "Salutation")
    return [
        one for name, one in leads.fields.items() if name.startswith("L_") or name in own
    ]  # fmt: skip


def rule_for(target: Field, leads: Module, value: st.SearchStrategy[Any]) -> Rules:
    """A rule that fills the field; mostly one that can, by its types."""
    every = [one.api_name for one in sources(leads)]
    can = [one.api_name for one in sources(leads) if can_carry(one, target)] or every
    source = mostly(st.sampled_from(can), st.sampled_from(every), 9)
    kinds = _kinds(source, value, st.sampled_from(every))
    fit = [kinds[one] for one in KINDS if target.data_type in KINDS[one]]
    first_of = st.builds(FirstOf, st.tuples(source, source), st.one_of(st.none(), value))
    others = st.one_of(first_of, value.map(Constant), *fit)
    # Now and then one that makes no sense there.
    return mostly(mostly(source.map(FromField), others, 2), st.one_of(*kinds.values()), 9)


def mostly(usual: st.SearchStrategy[Any], other: st.SearchStrategy[Any], odds: int) -> Any:
    """The other once in so many times."""
    return st.integers(1, odds).flatmap(lambda one: other if one == odds else usual)


ANY_TEXT = TEXTS | {"picklist"}
KINDS = {
    "Template": TEXTS,
    "Translate": ANY_TEXT | {"multiselectpicklist", "boolean", "integer", "lookup", "date"},
    "LookupByName": {"lookup"},
    "LinkTo": {"lookup"},
    "CurrentUser": USERS | {"text", "textarea"},
    "CurrentDate": {"date", "text"},
}
"""Kinds of rules -> the types of fields for which they are made."""


def _kinds(
    source: st.SearchStrategy[str], value: st.SearchStrategy[Any], name: st.SearchStrategy[str]
) -> dict[str, Rules]:
    choice = st.sampled_from(("L_Pick", "L_Multi", "L_Text", "L_Box", "L_Int"))
    table = st.dictionaries(st.sampled_from(KEYS), value, max_size=4)
    pieces = st.lists(st.one_of(name, source, st.sampled_from(PIECES)), max_size=4)
    named = ("L_Text", "Company", "L_Vendor", "L_Account")
    return {
        "Template": pieces.map(_template),
        "Translate": st.builds(Translate, choice, table, st.one_of(st.none(), value)),
        "LookupByName": st.builds(LookupByName, st.sampled_from(named)),
        "LinkTo": st.builds(LinkTo, st.sampled_from(("Vendor", "Account"))),
        "CurrentUser": st.just(CurrentUser()),
        "CurrentDate": st.builds(CurrentDate, st.sampled_from((0, 30, -400, 10**7))),
    }


def _template(parts: list[str]) -> Template:
    return Template("".join(one if one in PIECES else f"{{{one}}}" for one in parts))

"""Rules of every kind, for every field of a record to be."""

from typing import Any

from hypothesis import strategies as st

from extension.planning.carry import can_carry
from extension.planning.fit import TEXTS
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
    source = st.one_of(*[st.sampled_from(can)] * 4, st.sampled_from(every))
    kinds: list[Rules] = [
        *[source.map(FromField)] * 5,
        st.builds(FirstOf, st.tuples(source, source), st.one_of(st.none(), value)),
        value.map(Constant),
        st.builds(LinkTo, st.sampled_from(("Vendor", "Account"))),
        *_more(target, value, every),
    ]
    return st.one_of(*kinds)


def _more(target: Field, value: st.SearchStrategy[Any], every: list[str]) -> list[Rules]:
    """Kinds that make sense for fields of some types, and now and then are tried elsewhere."""
    name = st.sampled_from(every)
    choice = st.sampled_from(("L_Pick", "L_Multi", "L_Text", "L_Box", "L_Int"))
    table = st.dictionaries(st.sampled_from(KEYS), value, max_size=4)
    return [
        *[st.builds(_template, st.lists(st.one_of(name, st.sampled_from(PIECES)), max_size=4))]
        * (3 if target.data_type in TEXTS else 1),
        st.builds(Translate, choice, table, st.one_of(st.none(), value)),
        st.builds(LookupByName, st.sampled_from(("L_Text", "Company", "L_Vendor", "L_Account"))),
        st.just(CurrentUser()),
        st.builds(CurrentDate, st.sampled_from((0, 30, -400, 10**7))),
    ]


def _template(parts: list[str]) -> Template:
    return Template("".join(one if one in PIECES else f"{{{one}}}" for one in parts))

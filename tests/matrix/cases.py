"""Cases, generated: a lead with values of every type, and a rule for every field of its card."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from extension.planning.carry import Carried, Lost
from extension.planning.demands import TYPEABLE
from extension.planning.policies import MERGES
from extension.planning.records import Catalogue, Field, Module
from extension.planning.rules import Constant, FromField, Rule
from extension.planning.typed import typed

from .converting import Conversion
from .org import CONVERTED, Things
from .play import CARD, Case
from .rules import mostly, rule_for, sources
from .values import lead_values, typed_value

FIELDS = 24
"""Most fields of the card in one case; the others must stay as they are."""


def cases(
    catalogue: Catalogue, things: Things, *, standing: bool = False
) -> st.SearchStrategy[Case]:
    """With `standing` a card is there already that stands in for a new one."""
    leads, cards = catalogue.modules["Leads"], catalogue.modules[CARD]
    values = lead_values(things)
    takers = [one for name, one in cards.fields.items() if name.startswith("T_")]
    entries = {one.api_name: typed_value(one, things) for one in takers}
    rules = {one.api_name: rule_for(one, leads, entries[one.api_name]) for one in takers}
    names = sorted(rules)
    open_ones = [one.api_name for one in takers if not one.read_only and one.data_type in TYPEABLE]
    fields = st.sampled_from([*open_ones * 4, *names])

    @st.composite
    def draw_case(draw: st.DrawFn) -> Case:
        chosen = draw(st.lists(fields, min_size=FIELDS // 2, max_size=FIELDS, unique=True))
        given = {name: draw(rules[name]) for name in chosen}
        let_in, turned_away = _typed(draw, entries, takers)
        return Case(
            values=_lead(draw, values),
            rules={"Name": draw(_name()), **given},
            standing=_standing(draw, entries) if standing else None,
            merge_default=draw(st.sampled_from(MERGES)),
            merge=draw(
                st.dictionaries(st.sampled_from(names), st.sampled_from(MERGES), max_size=6)
            ),
            typed=let_in,
            turned_away=turned_away,
            sources=_sources(draw, leads, takers),
            layout=draw(st.integers(0, 1)),
            scores=draw(st.lists(st.integers(-5, 9**9), max_size=2)),
            as_rep=draw(st.booleans()),
        )

    return draw_case()


def _standing(
    draw: st.DrawFn, entries: Mapping[str, st.SearchStrategy[Any]]
) -> dict[str, Any]:  # fmt: skip
    """What the card holds: some of its fields, filled with what is mostly theirs."""
    held = draw(st.fixed_dictionaries({}, optional=dict(sorted(entries.items()))))
    return {"Name": "As ever", **held, "T_Must": draw(st.sampled_from(("Open", "Hot")))}


def _lead(draw: st.DrawFn, values: Mapping[str, st.SearchStrategy[Any]]) -> dict[str, Any]:
    left_out = draw(st.sets(st.sampled_from(sorted(values)), max_size=9)) - {"Last_Name"}
    return {name: draw(one) for name, one in values.items() if name not in left_out}


def _name() -> st.SearchStrategy[Rule]:
    """The card's name, which it cannot be without: mostly given."""
    return mostly(st.just(Constant("A card")), st.just(FromField("Company")), 9)


def _sources(draw: st.DrawFn, leads: Module, takers: list[Field]) -> dict[str, str]:
    """Fields that were told to take another field of the lead, this time."""
    if draw(st.integers(0, 3)):
        return {}
    pair = st.tuples(st.sampled_from(takers), st.sampled_from(sources(leads)))
    return {to.api_name: one.api_name for to, one in draw(st.lists(pair, max_size=2))}


def _typed(
    draw: st.DrawFn, entries: Mapping[str, st.SearchStrategy[Any]], takers: list[Field]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What was typed in: what our door lets in, and what it turns away."""
    let_in: dict[str, Any] = {}
    turned_away: dict[str, Any] = {}
    for one in draw(st.lists(st.sampled_from(takers), max_size=4)):
        value = draw(entries[one.api_name])
        verdict = typed(value, one)
        if isinstance(verdict, Lost):
            turned_away[one.api_name] = value, verdict.why.key
        else:
            let_in[one.api_name] = draw(st.sampled_from((verdict.value, verdict.value, None)))
    return let_in, turned_away


def conversions(catalogue: Catalogue, things: Things) -> st.SearchStrategy[Conversion]:
    values = lead_values(things)
    own = {
        name: {
            one.api_name: typed_value(one, things)
            for one in catalogue.modules[name].fields.values()
            if one.api_name.startswith(f"{name[0]}_") and one.data_type not in UNTYPED
        }
        for name in CONVERTED
    }
    fields = catalogue.modules["Deals"].fields

    @st.composite
    def draw_conversion(draw: st.DrawFn) -> Conversion:
        with_deal = draw(st.booleans())
        return Conversion(
            values=_lead(draw, values),
            deal=_deal(draw, own["Deals"], fields) if with_deal else None,
            standing={
                name: draw(st.fixed_dictionaries({}, optional=dict(sorted(own[name].items()))))
                for name in ("Contacts", "Accounts")
                if not draw(st.integers(0, 4))
            },
            as_rep=draw(st.booleans()),
        )

    return draw_conversion()


UNTYPED = ("subform", "fileupload", "imageupload")
DEAL = {
    "Deal_Name": st.sampled_from(("Acme", "x" * 120, "🚀")),
    "Stage": st.sampled_from(("Qualification", "Closed Won")),
    "Closing_Date": st.just("2026-12-31"),
    "Pipeline": st.just("Standard (Standard)"),
}
"""What no deal is made without."""


def _deal(
    draw: st.DrawFn, entries: Mapping[str, st.SearchStrategy[Any]], fields: Mapping[str, Field]
) -> dict[str, Any]:
    """What is typed in for the deal: mostly all that it needs, and perhaps more."""
    needed = {name: draw(one) for name, one in DEAL.items() if draw(st.integers(0, 29))}
    more = draw(st.lists(st.sampled_from(sorted(entries)), max_size=4, unique=True))
    given = {name: typed(draw(entries[name]), fields[name]) for name in more}
    return {
        **needed,
        **{name: one.value for name, one in given.items() if isinstance(one, Carried)},
    }

"""docs/mapping.md says what happens: its examples are carried out, and none is missing."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from extension.planning.carry import Lost, Transformed, can_carry, carry
from extension.planning.fit import ZOHO_MOVES
from extension.planning.lint import lint
from extension.planning.policies import AFTERS, CARRIED_LISTS, MERGES, OPERATORS
from extension.planning.rule_data import READ
from extension.planning.target_data import RECORD_KEYS, TARGET_KEYS

from .crm import REP, choices
from .mapping_page import DESCRIBED, PAGE, TODAY, Case, Example, agrees, examples, org, tables
from .test_carry import SAMPLES, TYPES, a

EXAMPLES = list(examples())
CASES = [
    pytest.param(one, row, id=f"{one.heading} {at}")
    for one in EXAMPLES
    for at, row in enumerate(one.cases)
]
TEXTS = ["Hot", "7", "Yes", "pat@acme.example", "089 1", "2026-01-31", "2026-01-31T09:00:00Z"]
COMPUTED = [*TEXTS, True, 7.0]
MORE: dict[str, list[Any]] = {
    "text": TEXTS, "textarea": TEXTS, "formula": COMPUTED, "rollup_summary": COMPUTED,
    "picklist": ["7", "Yes"],
}  # fmt: skip
"""Values besides the sample of a type: what one value cannot, another may."""


@pytest.mark.parametrize(("example", "row"), CASES)
def test_what_the_page_says_is_what_the_plan_does(example: Example, row: Mapping[str, str]) -> None:
    case = Case(example.target, row)
    telling = [head for head in row if not DESCRIBED.match(head)]
    assert telling
    for head in telling:
        told = case.told(head)
        assert agrees(row[head], told), f"{head}: {told}"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: one.heading)
def test_every_example_has_a_case_and_could_be_saved(example: Example) -> None:
    assert example.cases
    found = lint([example.target], org())
    assert [one.message for one in found if one.severity == "error"] == []


def written(data: object) -> set[str]:
    """Every key and every word of a piece of data."""
    if isinstance(data, Mapping):
        return {str(key) for key in data} | {word for one in data.values() for word in written(one)}
    if isinstance(data, list):
        return {word for one in data for word in written(one)}
    return {str(data)}


def test_every_rule_and_every_setting_has_an_example() -> None:
    shown = {word for one in EXAMPLES for word in written(one.data)}
    known = {*READ, *MERGES, *AFTERS, *OPERATORS, *RECORD_KEYS, *TARGET_KEYS, "user", "date"}
    assert known <= shown


def test_the_page_names_the_person_and_the_day_of_its_examples() -> None:
    assert f"{REP.name} converts the lead on {TODAY.isoformat()}." in PAGE.read_text()


def table(first: str) -> dict[str, list[str]]:
    """The table of that first heading: first cell -> the others."""
    [found] = [one for one in tables(PAGE.read_text()) if next(iter(one[0])) == first]
    return {row[first].strip("`"): list(row.values())[1:] for row in found}


def test_the_page_says_what_can_be_done_with_each_list() -> None:
    found = {name: tuple(words.split(", ")) for name, [words] in table("list").items()}
    assert found == dict(CARRIED_LISTS)


def ways(source: str) -> tuple[list[str], list[str]]:
    """The types that some value of this one goes to as it is, and those only in another form."""
    as_it_is, changed = list[str](), list[str]()
    for target in TYPES:
        taker = replace(a(target), choices=choices("Hot", "Yes"))
        values = [SAMPLES[source], *MORE.get(source, [])]
        found = [carry(value, a(source, "Source"), taker) for value in values]
        taken = [one for one in found if not isinstance(one, Lost)]
        if taken:
            only_changed = all(isinstance(one, Transformed) for one in taken)
            (changed if only_changed else as_it_is).append(target)
    return as_it_is, changed


@pytest.mark.parametrize("source", TYPES)
def test_the_page_says_which_type_goes_into_which(source: str) -> None:
    said = [cell.split(", ") if cell else [] for cell in table("type of the lead's field")[source]]
    assert said == list(ways(source))


@pytest.mark.parametrize("source", TYPES)
def test_no_rule_is_refused_by_type_that_the_page_allows(source: str) -> None:
    for target in [one for some in ways(source) for one in some]:
        assert can_carry(a(source, "Source"), a(target))


def test_the_page_says_what_only_zoho_moves() -> None:
    assert f"only Zoho's own conversion moves: {', '.join(sorted(ZOHO_MOVES))}." in " ".join(
        PAGE.read_text().split()
    )

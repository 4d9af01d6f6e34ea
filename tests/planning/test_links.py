"""Several links in one field: which rows are written, taken back, and sent once more."""

from typing import Any

import pytest

from extension.planning import links
from extension.planning.steps import MarkLead, Outcome, Place, Update, way_back


def new(*ids: str) -> list[Any]:
    return [{"Friends": {"id": one}} for one in ids]


def held(*ids: str) -> list[Any]:
    return [{"Friends": {"id": one, "name": one}, "id": f"L{one}"} for one in ids]


def gone(*ids: str) -> list[Any]:
    return [{"id": f"L{one}", "_delete": None} for one in ids]


def unlinked(*ids: str) -> list[Any]:
    """Rows that go, named by what they point at."""
    return [{"Friends": {"id": one}, "_delete": None} for one in ids]


def named(rows: list[Any]) -> list[Any]:
    return [{"Friends": one["Friends"]} for one in rows]


@pytest.mark.parametrize(
    ("value", "are"),
    [
        (new("1"), True), (gone("1"), True), (unlinked("1"), True), ([*gone("1"), *new("2")], True),
        (held("1"), False), ([], False), (None, False), ("1", False), (["a", "b"], False),
        ([{"name": "a tag"}], False), ([{"File_Id__s": "f"}], False), ([{"id": "1"}], False),
    ],
)  # fmt: skip
def test_what_is_written_there_is_known_by_its_shape(value: object, are: bool) -> None:
    assert links.are_rows(value) is are


@pytest.mark.parametrize(
    ("written", "was", "back"),
    [
        (new("1", "2"), [], unlinked("1", "2")),
        (new("1"), None, unlinked("1")),
        (gone("3"), held("3", "4"), named(held("3"))),
        ([*gone("3"), *new("1")], held("3", "4"), [*unlinked("1"), *named(held("3"))]),
        (new("4"), held("3", "4"), []),
    ],
)
def test_rows_are_taken_back_where_they_changed_something(
    written: object, was: object, back: object
) -> None:
    assert links.taken_back(written, was) == back


@pytest.mark.parametrize(
    ("written", "there", "sent"),
    [
        ([*gone("3"), *new("1")], held("3", "4"), [*gone("3"), *new("1")]),
        ([*gone("3"), *new("1")], held("4", "1"), []),
        (unlinked("1"), held("4", "1"), gone("1")),
        (unlinked("1"), held("4"), []),
        ([*unlinked("1"), *new("1")], held("1"), [*gone("1"), *new("1")]),
        (new("1"), None, new("1")),
    ],
)
def test_only_what_is_still_to_be_done_is_sent(
    written: object, there: object, sent: object
) -> None:
    assert links.as_sent(written, there) == sent


def test_a_way_back_that_would_change_nothing_is_none() -> None:
    on = Place("Vendors", id="7")
    assert (
        way_back(Update(on, {"Friends": new("4")}), Outcome(before={"Friends": held("4")})) is None
    )
    mixed = Update(on, {"Friends": new("1"), "Phone": "1"})
    was = {"Friends": held("4"), "Phone": None}
    assert way_back(mixed, Outcome(before=was)) == Update(
        on, {"Friends": unlinked("1"), "Phone": None}
    )
    mark = MarkLead("1", {"Friends": new("1")})
    assert way_back(mark, Outcome(before={"Friends": None})) == MarkLead(
        "1", {"Friends": unlinked("1")}
    )

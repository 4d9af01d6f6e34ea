"""The journal keeps what a list unfolds to before what comes after it, however long the list is."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import update

from extension import journal
from extension.journal import Ended, Entry
from extension.parts import Parts
from extension.planning.steps import CarryList, MarkLead, Note, Outcome, Place
from extension.store.conversions import Conversion, Line
from extension.store.models import Grant
from extension.zoho import asks, paging
from tests.extension.rig import everything

VENDOR = Place("Vendors", id="7")
STEPS = [CarryList("Notes", VENDOR, "copy"), CarryList("Tasks", VENDOR, "move"), MarkLead("1", {})]


@pytest.fixture
def conversion(rep: Any, parts: Parts) -> int:
    """With two lists to be carried, and a mark after them."""
    grant = everything(parts, Grant)[-1]
    with parts.sessions.begin() as db:
        row = Conversion(
            public_id="abcdefghjk", installation_id=grant.installation_id, grant_id=grant.id,
            lead_id="1", lead_stamp="", target="Vendors", state="running", open=True, choices={},
            plan={}, digest="", created_at=parts.clock(), changed_at=parts.clock(),
        )  # fmt: skip
        db.add(row)
        db.flush()
        journal.write_down(db, row, journal.drafted(STEPS))
        return row.id


def lines(parts: Parts, conversion: int) -> list[Entry]:
    return journal.entries(parts, [conversion], undoing=False)


def listed(parts: Parts, entry: Entry, titles: Sequence[str]) -> None:
    steps = tuple(Note(VENDOR, title, "") for title in titles)
    journal.ended(parts, [Ended(entry, "done", Outcome(), steps=steps)])


def told(parts: Parts, conversion: int) -> list[str]:
    return [
        one.step.title if isinstance(one.step, Note) else type(one.step).__name__
        for one in lines(parts, conversion)
    ]


def close_up(parts: Parts, conversion: int) -> None:
    """As steps stood where lists were thought to be shorter."""
    with parts.sessions.begin() as db:
        for at, one in enumerate(journal.lines(db, [conversion], undoing=False), 1):
            db.execute(update(Line).where(Line.id == one.id).values(place=at * 3))


def test_there_is_more_room_than_any_list_needs():
    assert paging.MOST_PAGES * asks.PER_PAGE < journal.GAP


@pytest.mark.parametrize("narrow", [False, True], ids=["now", "as it was written before"])
def test_every_entry_of_each_list_comes_before_what_follows_the_list(parts, conversion, narrow):
    if narrow:
        close_up(parts, conversion)
    notes, tasks, _ = lines(parts, conversion)
    first, second = [f"a{at}" for at in range(40)], [f"b{at}" for at in range(5)]
    listed(parts, tasks, second)
    listed(parts, notes, first)
    assert told(parts, conversion) == ["CarryList", *first, "CarryList", *second, "MarkLead"]


def test_a_list_that_just_fits_moves_nothing_and_one_more_entry_does(parts, conversion):
    close_up(parts, conversion)
    notes, tasks, mark = lines(parts, conversion)
    listed(parts, tasks, ["one", "two"])
    assert lines(parts, conversion)[-1].place == mark.place
    listed(parts, notes, ["1", "2", "3"])
    assert lines(parts, conversion)[-1].place == mark.place + 1


def test_what_a_list_unfolds_to_is_written_once(parts, conversion):
    notes, *_ = lines(parts, conversion)
    for titles in (["one"], ["one", "two"]):
        listed(parts, notes, titles)
    assert told(parts, conversion) == ["CarryList", "one", "CarryList", "MarkLead"]

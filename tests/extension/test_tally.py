"""What comes in floods is counted, and the counts are written down together."""

import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest

from extension import tally
from extension.tally import Tally


class Book:
    """Where counts are written; it may be closed."""

    def __init__(self) -> None:
        self.entries: list[dict[str, int]] = []
        self.closed = False
        self.written = threading.Event()

    def write(self, counts: Mapping[str, int]) -> None:
        if self.closed:
            raise OSError("the book is closed")
        self.entries.append(dict(counts))
        self.written.set()


@pytest.fixture
def book() -> Book:
    return Book()


@pytest.fixture
def counting(book):
    one = Tally(book.write)
    yield one
    book.closed = False
    one.write_down()


def test_however_much_comes_it_is_written_once(book, counting):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(counting.count, ["a", "b"] * 500))
    assert book.entries == []
    counting.write_down()
    assert book.entries == [{"a": 500, "b": 500}]
    counting.write_down()
    assert len(book.entries) == 1, "nothing has come since"


def test_what_is_counted_is_written_by_itself(book, counting, monkeypatch):
    monkeypatch.setattr(tally, "EVERY_SECONDS", 0.01)
    for _ in range(2):
        book.written.clear()
        counting.count("a")
        assert book.written.wait(10)
    assert book.entries == [{"a": 1}, {"a": 1}]


def test_who_counts_does_not_wait_for_who_writes_but_who_wants_it_written_does(monkeypatch):
    monkeypatch.setattr(tally, "EVERY_SECONDS", 0.0)
    begun, go = threading.Event(), threading.Event()
    entries: list[str] = []

    def write(counts: Mapping[str, int]) -> None:
        begun.set()
        assert go.wait(10)
        entries.extend(counts)

    one = Tally(write)
    one.count("a")
    assert begun.wait(10)
    one.count("b")
    assert entries == []
    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(lambda: (one.write_down(), sorted(entries)))
        go.set()
        assert done.result(10)[1] == ["a", "b"]


def test_what_cannot_be_written_is_not_lost(book, counting):
    book.closed = True
    counting.count("a")
    counting.write_down()
    assert book.entries == []
    book.closed = False
    counting.count("a")
    counting.write_down()
    assert book.entries == [{"a": 2}]


def test_where_no_thread_can_be_begun_it_is_counted_all_the_same(book, counting, monkeypatch):
    def refuse(_self) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as narrow:
        narrow.setattr(threading.Timer, "start", refuse)
        counting.count("a")
    counting.write_down()
    assert book.entries == [{"a": 1}]

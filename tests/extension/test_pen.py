"""What many threads write down at once: together, each told of its own row, none forgotten."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from extension.pen import Pen


class Paper:
    """Takes rows, and waits for a sign while it holds the first ones."""

    def __init__(self) -> None:
        self.written: list[list[int]] = []
        self.begun, self.go = Event(), Event()

    def take(self, rows: Sequence[int]) -> list[int]:
        self.begun.set()
        assert self.go.wait(10)
        if any(row < 0 for row in rows):
            raise ValueError("no room for this")
        self.written.append(list(rows))
        return [row * 10 for row in rows]


def at_once(paper: Paper, pen: Pen[int, int], first: int, rows: list[int]) -> list[object]:
    """What came of each, where all others come while the first is being written."""

    def write(row: int) -> object:
        try:
            return pen.write(row)
        except ValueError as error:
            return str(error)

    with ThreadPoolExecutor(len(rows) + 1) as pool:
        found = [pool.submit(write, first)]
        assert paper.begun.wait(10)
        found += [pool.submit(write, row) for row in rows]
        while pen._company and len(pen._waiting) < len(rows):
            pass
        paper.go.set()
        return [one.result(10) for one in found]


def test_what_comes_while_one_is_written_is_written_together():
    paper = Paper()
    pen = Pen(paper.take, company=True)
    assert at_once(paper, pen, 1, [2, 3, 4]) == [10, 20, 30, 40]
    assert [sorted(one) for one in paper.written] == [[1], [2, 3, 4]]


def test_a_row_that_cannot_be_written_keeps_no_other():
    paper = Paper()
    pen = Pen(paper.take, company=True)
    assert at_once(paper, pen, 1, [2, -3, 4]) == [10, 20, "no room for this", 40]
    assert sorted(row for one in paper.written for row in one) == [1, 2, 4]


def test_without_company_each_is_written_at_once():
    paper = Paper()
    pen = Pen(paper.take, company=False)
    assert at_once(paper, pen, 1, [2]) == [10, 20]
    assert sorted(paper.written) == [[1], [2]]


def test_what_an_interrupted_thread_has_taken_is_written_by_the_next():
    class Killed(BaseException):
        pass

    killing, begun, written = [True], Event(), list[int]()

    def take(rows: Sequence[int]) -> list[int]:
        if killing:
            begun.set()
            while len(pen._waiting) < 1:
                pass
            killing.clear()
            raise Killed
        written.extend(rows)
        return list(rows)

    pen: Pen[int, int] = Pen(take, company=True)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(pen.write, 1)
        assert begun.wait(10)
        second = pool.submit(pen.write, 2)
        with pytest.raises(Killed):
            first.result(10)
        assert second.result(10) == 2
    assert written == [1, 2]

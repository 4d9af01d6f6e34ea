"""Which lines of a journal are due, and which of them go together."""

from extension.journal import Entry
from extension.planning.steps import CarryList, ConvertInZoho, Create, MoveActivity, Note, Place
from extension.waves import next_lines

VENDOR = Place("Vendors", id="9")
NOTE = Note(VENDOR, "Call", "Rang.")
TASK = MoveActivity("Tasks", "7", VENDOR)
NOTES, TASKS = (CarryList(one, VENDOR, "copy") for one in ("Notes", "Tasks"))
VENDOR_MADE = Create("vendor", "Vendors", {}, {}, "", workflows=True)


def lines(*steps_and_states) -> list[Entry]:
    return [
        Entry(number, 1, number, step, state)
        for number, (step, state) in enumerate(steps_and_states, 1)
    ]


def places(entries) -> list[int]:
    return [one.place for one in entries]


def test_notes_that_follow_each_other_go_together_and_nothing_behind_them():
    every = lines((NOTE, "done"), (NOTE, "due"), (NOTE, "due"), (TASK, "due"), (NOTE, "due"))
    assert places(next_lines(every)) == [2, 3]


def test_what_was_sent_goes_alone_since_it_is_looked_for_first():
    assert places(next_lines(lines((NOTE, "sent"), (NOTE, "sent")))) == [1]


def test_nothing_is_sent_with_what_has_been_sent_before():
    assert places(next_lines(lines((NOTE, "due"), (NOTE, "sent")))) == [1]


def test_records_are_made_one_after_the_other_since_they_point_at_each_other():
    assert places(next_lines(lines((VENDOR_MADE, "due"), (VENDOR_MADE, "due")))) == [1]


def test_what_is_in_all_lists_is_asked_for_in_one_go():
    every = lines((NOTES, "due"), (NOTE, "due"), (TASKS, "due"))
    assert places(next_lines(every)) == [1, 3]


def test_a_list_waits_for_what_comes_before_all_lists():
    assert places(next_lines(lines((VENDOR_MADE, "due"), (NOTES, "due"), (TASKS, "due")))) == [1]


def test_a_list_behind_zoho_s_own_conversion_waits_for_it():
    every = lines((NOTES, "due"), (ConvertInZoho("1"), "due"), (TASKS, "due"))
    assert places(next_lines(every)) == [1]


def test_a_list_whose_answer_was_lost_is_asked_for_alone():
    assert places(next_lines(lines((NOTES, "sent"), (TASKS, "due")))) == [1]


def test_where_all_is_over_nothing_is_due():
    assert next_lines(lines((NOTE, "done"), (TASK, "skipped"))) == []

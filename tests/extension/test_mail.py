"""What came through the other door is put in line by a worker, and forgotten once it is over."""

from sqlalchemy import event

from extension import hooks, housekeeping, inbox, worker
from extension.store.inbox import Delivery, HookSecret, Remembered
from extension.store.models import Installation, Job
from extension.zoho.thinking import OURS
from tests.extension.conversion_rig import new_lead
from tests.extension.hook_rig import work
from tests.extension.rig import everything, on_sqlite


def test_what_is_over_is_forgotten_and_what_waits_is_not(rule, admin, parts, world, clock):
    lead = new_lead(world)
    rule.call(lead_id=lead, action="options")
    assert len(everything(parts, Remembered)) == 1
    clock.advance(minutes=16)
    housekeeping.tidy(parts)
    assert everything(parts, Remembered) == []
    work(parts)
    waiting = rule.call(lead_id="6", action="convert")
    clock.advance(days=31)
    hooks.rotate(parts, everything(parts, Installation)[0], ("secret",), hooks.OVERLAP)
    clock.advance(days=37)
    housekeeping.tidy(parts)
    assert [row.public_id for row in everything(parts, Delivery)] == [waiting.json["delivery"]]
    assert sorted(row.kind for row in everything(parts, HookSecret)) == ["key", "secret"]


def test_a_worker_puts_what_came_in_line_two_at_a_time(rule, parts):
    for at in range(3):
        rule.call(lead_id=str(10 + at % 2), action="convert", rule=str(at))
    assert everything(parts, Job) == []
    assert [inbox.put_in_line(parts) for _ in range(3)] == [2, 1, 0]
    assert sorted(job.run_id.rpartition("-")[2] for job in everything(parts, Job)) == ["10", "11"]


@on_sqlite
def test_who_puts_what_came_in_line_has_the_seat_while_it_writes(rule, parts):
    free: list[tuple[str, bool]] = []

    def note(_db, _cursor, statement: str, *_: object) -> None:
        free.append((statement.split()[0], OURS.free))

    rule.call(lead_id="5", action="convert")
    event.listen(parts.engine, "before_cursor_execute", note)
    assert inbox.put_in_line(parts) == 1
    assert free[0] == ("SELECT", True)
    assert {free for _, free in free[1:]} == {False}


@on_sqlite
def test_the_worker_looks_for_mail_again_and_again(rule, parts):
    class Stop:
        """Lets the worker look three times."""

        def __init__(self) -> None:
            self.pauses = list[float]()

        def wait(self, seconds: float) -> bool:
            self.pauses.append(seconds)
            return len(self.pauses) > 3

    rule.call(lead_id="5", action="convert")
    stop = Stop()
    worker._sort_mail(parts, stop)  # type: ignore[arg-type]
    assert len(everything(parts, Job)) == 1
    mail = worker.MAIL_SECONDS
    assert stop.pauses == [mail, worker.TURN_SECONDS, mail, mail]

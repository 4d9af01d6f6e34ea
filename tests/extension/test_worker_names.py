"""What tells a worker whose process is gone from one that may live."""

import pytest

from extension import worker_names
from extension.store.models import Worker

MINE = worker_names.name()
HOST, PLACE, PROCESS, _ = MINE.split(":")
PID, SINCE = PROCESS.split(".")


def test_a_name_is_of_this_process_and_fits_its_column() -> None:
    assert not worker_names.surely_dead(MINE)
    assert worker_names.name() != MINE
    assert len(MINE) <= Worker.__table__.c.name.type.length  # type: ignore[attr-defined]


def test_a_number_that_was_given_again_is_not_the_process_that_had_it() -> None:
    assert worker_names.surely_dead(f"{HOST}:{PLACE}:{PID}.1{SINCE}:x")


@pytest.mark.parametrize(
    "name",
    ["{0}:0000{1}:1.{2}:x", "", "host:abc", "{0}:{1}", "a:::b", "a:::", "{0}:{1}:x.1:y"],
)
def test_of_a_process_of_another_boot_or_machine_nobody_here_can_tell(name: str) -> None:
    assert not worker_names.surely_dead(name.format(HOST, PLACE, SINCE))

"""What tells a worker whose process is gone from one that may live."""

import subprocess
import sys
from pathlib import Path

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


def test_where_processes_cannot_be_seen_one_that_lives_is_not_taken_for_dead(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for known in ("sys/kernel/random/boot_id", "self/ns/pid"):
        (tmp_path / known).parent.mkdir(parents=True, exist_ok=True)
    boot = (worker_names.PROC / "sys/kernel/random/boot_id").read_text()
    (tmp_path / "sys/kernel/random/boot_id").write_text(boot)
    (tmp_path / "self/ns/pid").symlink_to(worker_names.PROC / "self/ns/pid")
    monkeypatch.setattr(worker_names, "PROC", tmp_path)
    assert not worker_names.surely_dead(MINE)
    with subprocess.Popen([sys.executable, "-c", ""]) as over:
        over.wait()
    assert worker_names.surely_dead(f"{HOST}:{PLACE}:{over.pid}.1:x")

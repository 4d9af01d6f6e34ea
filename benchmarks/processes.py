"""What the kernel says of a process: its workers, its CPU time, its memory."""

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def workers(pid: int) -> list[int]:
    """The children of a gunicorn."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def cpu_seconds(pids: list[int]) -> float:
    """CPU time that these processes have used, in user and kernel mode."""
    spent = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        spent += int(fields[11]) + int(fields[12])
    return spent / TICKS


def resident_megabytes(pid: int) -> float:
    return _megabytes(pid, "VmRSS")


def peak_megabytes(pid: int) -> float:
    """The most that it ever had in memory."""
    return _megabytes(pid, "VmHWM")


def _megabytes(pid: int, name: str) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / 1024
    raise ValueError(f"Process {pid} has no memory to speak of.")

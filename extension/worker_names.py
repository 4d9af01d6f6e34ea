"""Names a worker after the process that it is, so that others on its machine see when it is gone:
at once, where those elsewhere have to wait until it has been silent for long enough."""

import os
import socket
import uuid
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")
DEAD = ("Z", "X")
"""States of a process whose threads are gone: https://man7.org/linux/man-pages/man5/proc.5.html"""
NOWHERE = ""


def name(pid: int | None = None) -> str:
    """A name that no other process has, had or will have: `host:place:process:random`."""
    own = os.getpid() if pid is None else pid
    process = f"{own}.{_since(own)}" if _place() else NOWHERE
    return f"{socket.gethostname()[:30]}:{_place()}:{process}:{uuid.uuid4().hex}"


def surely_dead(worker: str) -> bool:
    """Whether that was a process of this machine and there is none any more. False where it may
    live: elsewhere, or where processes cannot be looked at."""
    _, _, rest = worker.partition(":")
    place, _, rest = rest.partition(":")
    pid, _, since = rest.partition(":")[0].partition(".")
    if place == NOWHERE or place != _place() or not pid.isdigit():
        return False
    found = _since(int(pid))
    # Some machines show nobody the processes of others.
    return found != since if found else _is_gone(int(pid))


def _is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return _state(pid) in DEAD


def _place() -> str:
    """Where a process has its number to itself: this boot of this machine, and of its containers
    this one. "" where that cannot be known."""
    with suppress(OSError):
        boot = (PROC / "sys/kernel/random/boot_id").read_text().strip()
        inside = os.stat(PROC / "self/ns/pid").st_ino
        return f"{boot[:13]}.{inside}"
    return NOWHERE


def _since(pid: int) -> str:
    """When the process was begun, in the kernel's count: its number may be given again. "" where
    that cannot be seen, or it is over."""
    fields = _stat(pid)
    return "" if not fields or fields[0] in DEAD else fields[19]


def _state(pid: int) -> str:
    return next(iter(_stat(pid)), "")


def _stat(pid: int) -> list[str]:
    """What stands behind the name of the program, which may hold anything."""
    with suppress(OSError):
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return []

"""Sets aside conversions of a batch that wait for others which share a record with them."""

from typing import Any

from . import ending, sharing
from .parts import Parts
from .runs import RUNNABLE, Runs


def hold(parts: Parts, runs: Runs) -> None:
    """Set aside those whose record another one is yet to create; those for which it is there now
    get its id, those for which it will never be there end. On the way back set aside those whose
    record others are still about: it goes last."""
    every = [*runs.rows.values(), *runs.held.values()]
    waiting = [one for one in every if one.awaits and one.state != "undoing"]
    back = [one for one in every if one.batch_id is not None and one.state == "undoing"]
    leant_on = sharing.leant_on(parts, [one.id for one in back]) if back else set()
    runs.soon = bool(leant_on)
    for row in back:
        there, other = (runs.held, runs.rows) if row.id in leant_on else (runs.rows, runs.held)
        other.pop(row.id, None)
        there[row.id] = row
    if not waiting:
        return
    wanted: Any = {one.id: one.awaits for one in waiting}
    others = sharing.others(parts, {int(one["conversion"] or 0) for one in wanted.values()})
    for row in waiting:
        runs.rows.pop(row.id, None)
        runs.held.pop(row.id, None)
        found = sharing.shared(parts, row, others)
        if found is None:
            runs.held[row.id] = row
            runs.soon |= others[int(wanted[row.id]["conversion"])][0] in RUNNABLE
            continue
        runs.rows[row.id] = row
        if not found:
            ending.end(parts, runs, row, "failed", problem=sharing.NOT_THERE)
        else:
            sharing.bind(parts, row, found)

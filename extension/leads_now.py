"""Sees, before anything is written, whether leads are still those whose plans were agreed to."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from . import batch_planning, catalogues, conversions, ending, glances, journal
from .errors import GrantRevoked, Refused, ScopeMissing, ZohoRefused
from .journal import Entry
from .parts import Parts
from .planning.business import business_values, is_business, leads_of
from .planning.obstacles import IS_CONVERTED, is_converted
from .planning.records import Lead, Module, Record
from .planning.sameness import holds
from .planning.steps import ConvertInZoho, DeleteLead, MarkLead
from .runs import Runs
from .store.conversions import Conversion
from .store.watching import Touched

LOOK_EVERY = timedelta(seconds=30)
STAMP = "Modified_Time"
BEGUN = ("sent", "done")
SEVERAL = ("subform", "multiselectlookup", "multiuserlookup")
"""Types that a list of records may show otherwise than one record does."""


def look(parts: Parts, runs: Runs) -> None:
    """Stop what was agreed to for a lead that is another one now: changed, converted, deleted. One
    call for all of them, at the start, every half a minute, and when Zoho has told of one."""
    every = {**runs.rows, **runs.held}
    forth = [one for one in every.values() if one.state == "running"]
    if not forth or not _is_time(parts, runs, forth):
        return
    runs.looked_at = parts.clock()
    try:
        _look(parts, runs, forth)
    except (GrantRevoked, ScopeMissing):
        raise
    except ZohoRefused as error:
        # Nothing is written unseen.
        for row in forth:
            if row.id in runs.rows or row.id in runs.held:
                ending.end(parts, runs, row, "failed", problem=ending.unseen(error))


def _look(parts: Parts, runs: Runs, forth: Sequence[Conversion]) -> None:
    lines = journal.by_conversion(parts, [one.id for one in forth], undoing=False)
    whole = [one for one in forth if not _gone_by_us(lines.get(one.id, ()))]
    leads = _module(parts, runs)
    names = [name for name in (STAMP, IS_CONVERTED) if name in leads.fields or name == STAMP]
    ids = list(dict.fromkeys(one.lead_id for one in whole))
    there = runs.eyes.writer.read("Leads", ids, names)
    moved = []
    for row in whole:
        mine, lead = lines.get(row.id, ()), there.get(row.lead_id)
        stamp = _stamp(lead)
        if stamp in (row.lead_stamp, runs.stamps.get(row.id), *_marked(mine)):
            continue
        if not any(one.state in BEGUN for one in mine):
            _before_the_first_write(parts, runs, row, lead)
            runs.stamps[row.id] = stamp
        elif lead is None or is_converted(lead.values):
            why = "gone" if lead is None else "converted"
            ending.end(parts, runs, row, "waiting", question=ending.moved(why, stamp))
        else:
            moved.append((row, mine, stamp))
    _compare(parts, runs, leads, moved)


def _is_time(parts: Parts, runs: Runs, rows: Sequence[Conversion]) -> bool:
    if runs.looked_at is None or parts.clock() - runs.looked_at >= LOOK_EVERY:
        return True
    told = select(Touched.lead_id).where(
        Touched.installation_id == runs.caller.installation.id,
        Touched.lead_id.in_([one.lead_id for one in rows]),
        Touched.at >= runs.looked_at,
    )
    with parts.sessions() as db:
        return db.scalar(told.limit(1)) is not None


def _module(parts: Parts, runs: Runs) -> Module:
    known = catalogues.known(parts, runs.caller)
    return leads_of(known.catalogue)


def _gone_by_us(lines: Sequence[Entry]) -> bool:
    """Whether it is, or may be, our own step that has converted or deleted the lead."""
    ends = (one for one in lines if isinstance(one.step, ConvertInZoho | DeleteLead))
    return any(one.state in BEGUN for one in ends)


def _stamp(lead: Record | None) -> str:
    """Differs whenever the lead does; that Zoho moves the time when it converts is not promised."""
    if lead is None:
        return ""
    converted = " converted" if is_converted(lead.values) else ""
    return f"{lead.values.get(STAMP) or ''}{converted}"


def _marked(lines: Sequence[Entry]) -> list[str]:
    """The times that our own marks have given the lead."""
    done = (one.outcome for one in lines if isinstance(one.step, MarkLead))
    return [one.time for one in done if one is not None and one.time]


def _before_the_first_write(
    parts: Parts, runs: Runs, row: Conversion, lead: Record | None
) -> None:  # fmt: skip
    if lead is None:
        ending.end(parts, runs, row, "waiting", question=ending.GONE)
    elif is_converted(lead.values):
        ending.end(parts, runs, row, "waiting", question=ending.CONVERTED)
    elif not _same_plan(parts, runs, row):
        ending.end(parts, runs, row, "waiting", question=ending.CHANGED)


def _same_plan(parts: Parts, runs: Runs, row: Conversion) -> bool:
    """Whether what was agreed to would be agreed to now: a lead is touched by much that changes
    nothing of its plan."""
    try:
        if row.batch_id is not None:
            return batch_planning.again(parts, runs.caller, row) == row.digest
        glance = glances.anew(parts, runs.caller, row.lead_id)
        plan = conversions.drawn(parts, runs.caller, glance, row.choices).plan
    except Refused:
        return False
    return plan.possible and plan.digest == row.digest


def _marks(lines: Sequence[Entry]) -> set[str]:
    """The fields that our own marks have written, or may have."""
    begun = (one.step for one in lines if one.state in BEGUN)
    return {name for one in begun if isinstance(one, MarkLead) for name in one.values}


Moved = tuple[Conversion, Sequence[Entry], str]


def _compare(parts: Parts, runs: Runs, leads: Module, moved: Sequence[Moved]) -> None:
    """Of what has begun the plan cannot be drawn again, since what it made is there by now: what
    the leads hold is compared. A call for each 50 fields."""
    if not moved:
        return
    fields = {name: one for name, one in leads.fields.items()
              if is_business(one) and one.data_type not in SEVERAL}  # fmt: skip
    ids = list(dict.fromkeys(row.lead_id for row, _, _ in moved))
    there = runs.eyes.writer.read("Leads", ids, sorted(fields))
    for row, lines, stamp in moved:
        lead = there.get(row.lead_id)
        ours = _marks(lines)
        names = [name for name in fields if name not in ours and lead and name in lead.values]
        found = _differing(row, lead, leads, names) if lead is not None else []
        if found:
            labels = [fields[name].label for name in found]
            question = ending.moved("changed", stamp, labels)
            ending.end(parts, runs, row, "waiting", question=question)
        else:
            runs.stamps[row.id] = stamp


def _differing(
    row: Conversion, lead: Record, leads: Module, names: Collection[str]
) -> list[str]:  # fmt: skip
    planned: Any = row.plan.get("values") or ()
    then = {one["field"]: one["held"] for one in planned}
    now = {one.field.api_name: one.value for one in business_values(Lead(lead), leads)}
    return [name for name in names if not holds(now.get(name), then.get(name))]

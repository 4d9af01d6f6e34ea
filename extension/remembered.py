"""Does, for who opens the widget soon: the options of a lead, worked out before anybody asks.

What one person sees in Zoho another may not, so each is remembered for the person with whose eyes
it was looked. It is shown to them only where Zoho still shows them the lead, unchanged.
"""

import json
from contextlib import suppress
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session as Db

from . import glances, grants
from .attempts import INSERTS
from .errors import GrantRevoked, ScopeMissing, ZohoRefused
from .parts import Parts
from .sessions import Caller
from .store.database import changed
from .store.inbox import Remembered
from .store.sealing import Unsealable
from .zoho.writer import Writer

KEPT = timedelta(minutes=15)


def keep(parts: Parts, caller: Caller, lead_id: str, stamp: str, answer: dict[str, Any]) -> None:
    """Remember what this person would be answered."""
    basis = glances.basis(parts, caller)
    if basis is None or not stamp:
        return
    values = {
        "installation_id": caller.installation.id,
        "stamp": stamp,
        "basis": basis,
        "answer": parts.vault.seal(json.dumps(answer, separators=(",", ":"))),
        "at": parts.clock(),
    }
    with parts.sessions.begin() as db:
        dialect = db.get_bind().dialect.name
        row = INSERTS[dialect](Remembered).values(
            grant_id=caller.grant.id, lead_id=lead_id, **values
        )
        db.execute(
            row.on_conflict_do_update(
                index_elements=[Remembered.grant_id, Remembered.lead_id], set_=values
            )
        )


def recall(parts: Parts, caller: Caller, lead_id: str) -> dict[str, Any] | None:
    """What was worked out for this person, if the lead is still the same: one call to Zoho."""
    wanted = select(Remembered).where(
        Remembered.grant_id == caller.grant.id,
        Remembered.lead_id == lead_id,
        Remembered.at > parts.clock() - KEPT,
    )
    with parts.sessions() as db:
        row = db.scalar(wanted)
    if row is None or row.basis != glances.basis(parts, caller):
        return None
    if _stamp(parts, caller, lead_id) != row.stamp:
        return None
    with suppress(Unsealable):
        found: dict[str, Any] = json.loads(parts.vault.open(row.answer))
        return found
    return None


def forget(parts: Parts, db: Db) -> int:
    """Delete what nobody has asked for in time."""
    over = delete(Remembered).where(Remembered.at <= parts.clock() - KEPT)
    return changed(db, over)


def _stamp(parts: Parts, caller: Caller, lead_id: str) -> str | None:
    """The lead's Modified_Time as this person sees it; None where they see no such lead."""
    writer = Writer(grants.crm(parts, caller.installation, caller.grant))
    try:
        lead = writer.read("Leads", [lead_id], ["Modified_Time"]).get(lead_id)
    except (GrantRevoked, ScopeMissing):
        raise
    except ZohoRefused:
        return None
    return None if lead is None else str(lead.values.get("Modified_Time") or "")

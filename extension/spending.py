"""Does, for orgs whose credits run short: remember what Zoho says is left, and stop in time."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session as Db

from .attempts import INSERTS
from .errors import NotPossible
from .parts import Parts
from .store.batches import Batch, Credits

RESERVE = 500
"""What a batch leaves to the people who work in the CRM and to the org's other applications: some
tens of single conversions, until the first hour of the day before is over and credits come back."""
PAUSE_SECONDS = 900.0
"""Credits come back as those of a day before are forgotten: nothing much changes any faster."""
PAUSED = "paused"
BELIEVED = timedelta(seconds=PAUSE_SECONDS)


def note(parts: Parts, installation: int, left: int | None) -> None:
    """Remember what Zoho said, if it said anything."""
    if left is None:
        return
    values = {"left": left, "said_at": parts.clock()}
    with parts.sessions.begin() as db:
        row = INSERTS[db.get_bind().dialect.name](Credits).values(
            installation_id=installation, **values
        )
        db.execute(row.on_conflict_do_update(index_elements=[Credits.installation_id], set_=values))


def left(parts: Parts, installation: int) -> int | None:
    """What is left as Zoho said lately; None where it did not say, as until half is used."""
    with parts.sessions() as db:
        return left_in(parts, db, installation)


def left_in(parts: Parts, db: Db, installation: int) -> int | None:
    since = parts.clock() - BELIEVED
    mine = (Credits.installation_id == installation, Credits.said_at > since)
    return db.scalar(select(Credits.left).where(*mine))


def problem(needed: int, there: int | None) -> dict[str, object] | None:
    """Why a batch cannot start, if it cannot."""
    if there is None or needed + RESERVE <= there:
        return None
    return {
        "code": "too_few_credits",
        "message": (
            f"This takes about {needed:,} of Zoho's API credits, and {there:,} are left today, "
            f"{RESERVE:,} of which stay in reserve. Take fewer leads, or try again later."
        ),
        "details": {"needed": needed, "left": there, "reserve": RESERVE},
    }


def afford(parts: Parts, row: Batch) -> None:
    """Raises NotPossible, with the numbers, where the credits will not do."""
    needed = int(str((row.estimate or {}).get("credits", 0)))
    found = problem(needed, left(parts, row.installation_id))
    if found is not None:
        details = {"needed": needed, "left": left(parts, row.installation_id), "reserve": RESERVE}
        raise NotPossible(str(found["message"]), code="too_few_credits", details=details)


def used_up(left: int) -> dict[str, object]:
    """What is said of a single conversion that Zoho turns away until credits come back."""
    count = "one is" if left == 1 else f"{left} are" if left else "none is"
    return {
        "code": PAUSED,
        "message": (
            f"Zoho's API credits of the last 24 hours are used up: {count} left. It goes on by "
            "itself once some are back."
        ),
        "details": {"left": left},
    }


def paused(until: str) -> dict[str, object]:
    """What is said of a batch that does not go on for now."""
    return {
        "code": PAUSED,
        "message": "Zoho's API credits of today are nearly used up. It goes on by itself.",
        "details": {"until": until, "reserve": RESERVE},
    }

"""Does, for an org: see to it that one at a time changes what Zoho CRM must have for us."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import CursorResult, delete, insert, update
from sqlalchemy.exc import IntegrityError

from .errors import SetupBusy
from .parts import Parts
from .store.database import once_more
from .store.watching import SetupTurn

LEASE = timedelta(minutes=5)
"""Longer than one thing can take to be made; who dies meanwhile delays the next one that long."""


@contextmanager
def turn(parts: Parts, installation_id: int) -> Iterator[Callable[[], None]]:
    """Our turn, by a lease and no transaction, since Zoho works meanwhile; what is given is called
    before each thing that is made, and prolongs it.

    Raises SetupBusy where it is somebody else's turn, or has become that.
    """
    holder = secrets.token_hex(8)
    if not once_more(lambda: _taken(parts, installation_id, holder)):
        raise _busy()

    def prolong() -> None:
        mine = (SetupTurn.installation_id == installation_id, SetupTurn.holder == holder)
        with parts.sessions.begin() as db:
            done: CursorResult[tuple[()]] = db.execute(  # type: ignore[assignment]
                update(SetupTurn).where(*mine).values(until=parts.clock() + LEASE)
            )
        if done.rowcount != 1:
            raise _busy()

    try:
        yield prolong
    finally:
        with parts.sessions.begin() as db:
            db.execute(delete(SetupTurn).where(SetupTurn.holder == holder))


def _taken(parts: Parts, installation_id: int, holder: str) -> bool:
    now = parts.clock()
    values = {"holder": holder, "until": now + LEASE}
    over = (SetupTurn.installation_id == installation_id, SetupTurn.until < now)
    with parts.sessions.begin() as db:
        done: CursorResult[tuple[()]] = db.execute(  # type: ignore[assignment]
            update(SetupTurn).where(*over).values(**values)
        )
        if done.rowcount == 1:
            return True
        try:
            with db.begin_nested():
                db.execute(insert(SetupTurn).values(installation_id=installation_id, **values))
        except IntegrityError:
            return False
    return True


def _busy() -> SetupBusy:
    return SetupBusy("Zoho CRM is being set up by somebody else just now. Try again in a moment.")

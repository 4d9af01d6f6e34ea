"""What an org's administrators want done about calls: kept by version, so that of two who change it
at once nobody overwrites the other unseen; and as whom it is done."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import structlog
from sqlalchemy import CursorResult, insert, select, update
from sqlalchemy.exc import IntegrityError

from . import catalogues, channels, chosen_targets, grants
from .errors import AutomationChanged, GrantRevoked, InvalidInput, NotInstalled
from .parts import Parts
from .planning.automation import Automation, as_data, from_data, lint
from .planning.lint import Finding
from .sessions import Caller
from .shelf import Known
from .store import inbox as tables
from .store.models import Grant, Installation

log = structlog.get_logger(__name__)
NEVER = 0
"""The version while nobody has saved any."""
TRIES = 5
"""How often somebody else may be faster."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The automation as it is now, and what is to be said of it."""

    version: int
    automation: Automation
    findings: tuple[Finding, ...]
    acts_as: Grant | None
    people: tuple[Grant, ...]
    """Those that it may act as."""
    changed_at: datetime | None = None
    changed_by: str = ""
    """Zoho's id of who has changed it last."""


def caller_of(parts: Parts, installation_id: int) -> Caller:
    """The automation grant, as a caller. Raises NotInstalled, GrantRevoked."""
    with parts.sessions() as db:
        installation = db.get(Installation, installation_id)
        automation = installation.automation_grant_id if installation else None
        grant = db.get(Grant, automation or 0)
    if installation is None:
        raise grants.uninstalled()
    if grant is None:
        raise NotInstalled(
            "Nobody is chosen as whom automation acts. An administrator chooses somebody, or "
            "installs again."
        )
    if grant.state != grants.ACTIVE:
        raise GrantRevoked(
            f"Zoho has withdrawn the consent of {grant.user_name}, as whom automation acts. They "
            "sign in again, or an administrator chooses somebody else."
        )
    return Caller(installation, grant, parts.clock())


def current(parts: Parts, installation_id: int) -> Automation:
    """What is to be done, as it was saved last."""
    row = _row(parts, installation_id)
    return Automation() if row is None else from_data(row.document)


def look(parts: Parts, caller: Caller) -> Settings:
    """All of it, for an administrator."""
    row = _row(parts, caller.installation.id)
    automation = Automation() if row is None else from_data(row.document)
    known = _known(parts, caller)
    findings = lint(automation, known.targets, known.catalogue)
    people = _people(parts, caller.installation.id)
    chosen = _automation_grant(parts, caller.installation.id)
    acts_as = next((one for one in people if one.id == chosen), None)
    if row is None:
        return Settings(NEVER, automation, findings, acts_as, people)
    return Settings(
        row.version, automation, findings, acts_as, people, row.changed_at, row.changed_by
    )


def save(
    parts: Parts, caller: Caller, version: int, automation: Automation, acts_as: str = ""
) -> Settings:
    """Put this in the place of that version; `acts_as` is Zoho's id of the person as whom it is
    done from now on, "" leaves that as it is.

    Raises InvalidInput where lint finds an error or that person has not signed in, and
    AutomationChanged where that version is not the current one any more; then nothing is saved.
    """
    known = _known(parts, caller)
    _refuse(lint(automation, known.targets, known.catalogue))
    people = _people(parts, caller.installation.id)
    person = next((one for one in people if one.zoho_user_id == acts_as), None)
    if acts_as and person is None:
        fields = {"acts_as": "This person has not signed in to Convert Anywhere."}
        raise InvalidInput("Nobody can act as this person.", details={"fields": fields})
    row = _document(parts, caller, version, automation)
    if not _written(parts, row, person):
        now = _row(parts, caller.installation.id)
        raise AutomationChanged(
            "Somebody else has changed the automation meanwhile. Nothing of yours was saved: look "
            "at it as it is now, then save again.",
            details={"version": NEVER if now is None else now.version},
        )
    parts.doors.forget()
    log.info("automation changed", installation=caller.installation.short_id, version=row.version)
    return look(parts, caller)


def check(parts: Parts, caller: Caller, automation: Automation) -> tuple[Finding, ...]:
    """What is wrong with an automation that is not saved, as the org is now."""
    known = _known(parts, caller)
    return lint(automation, known.targets, known.catalogue)


def assesses(parts: Parts, installation_id: int) -> bool:
    """Whether assessments are written to any field."""
    return bool(current(parts, installation_id).assess)


def show_in(parts: Parts, caller: Caller, names: Mapping[str, str], there: Container[str]) -> None:
    """Have assessments written to these fields: what -> name. Who has chosen another field that is
    still there, keeps it; what somebody saves meanwhile stays."""
    for _ in range(TRIES):
        row = _row(parts, caller.installation.id)
        before = Automation() if row is None else from_data(row.document)
        kept = {what: name for what, name in before.assess.items() if name in there}
        # Each needs a field of its own.
        free = {what: name for what, name in names.items() if name not in kept.values()}
        wanted = replace(before, assess={**before.assess, **free, **kept})
        version = NEVER if row is None else row.version
        if wanted == before or _written(parts, _document(parts, caller, version, wanted)):
            return


def _document(
    parts: Parts, caller: Caller, version: int, automation: Automation
) -> tables.Automation:
    """The row that follows that version."""
    return tables.Automation(
        installation_id=caller.installation.id,
        version=version + 1,
        document=as_data(automation),
        changed_at=parts.clock(),
        changed_by=caller.grant.zoho_user_id,
    )


def _refuse(findings: tuple[Finding, ...]) -> None:
    faults = {one.path: one.message for one in reversed(findings) if one.severity == "error"}
    if faults:
        raise InvalidInput(
            "This automation does not fit your Zoho CRM.", details={"fields": faults}
        )


def _written(parts: Parts, row: tables.Automation, person: Grant | None = None) -> bool:
    """Whether it took the place of the version before it, which must be the current one."""
    names = ("version", "document", "changed_at", "changed_by")
    values = {name: getattr(row, name) for name in names}
    table = tables.Automation
    with parts.sessions.begin() as db:
        if row.version == NEVER + 1:
            try:
                with db.begin_nested():
                    db.execute(insert(table).values(installation_id=row.installation_id, **values))
            except IntegrityError:
                return False
        else:
            of = (table.installation_id == row.installation_id, table.version == row.version - 1)
            done: CursorResult[tuple[()]] = db.execute(  # type: ignore[assignment]
                update(table).where(*of).values(**values)
            )
            if done.rowcount != 1:
                return False
        if person is not None:
            db.execute(
                update(Installation)
                .where(Installation.id == row.installation_id)
                .values(automation_grant_id=person.id)
            )
            channels.see_to_soon(parts, db, row.installation_id)
    return True


def _known(parts: Parts, caller: Caller) -> Known:
    return chosen_targets.meant(parts, caller, catalogues.read(parts, caller))


def _people(parts: Parts, installation_id: int) -> tuple[Grant, ...]:
    wanted = select(Grant).where(
        Grant.installation_id == installation_id, Grant.state == grants.ACTIVE
    )
    with parts.sessions() as db:
        return tuple(db.scalars(wanted.order_by(Grant.user_name, Grant.id)))


def _automation_grant(parts: Parts, installation_id: int) -> int | None:
    with parts.sessions() as db:
        found = select(Installation.automation_grant_id).where(Installation.id == installation_id)
        return db.scalar(found)


def _row(parts: Parts, installation_id: int) -> tables.Automation | None:
    with parts.sessions() as db:
        return db.get(tables.Automation, installation_id)

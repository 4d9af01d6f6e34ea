"""Does, for a lead that is gone: make it again of the file that its conversion left, once."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from . import catalogues, grants
from .errors import InvalidInput, NotPermitted, ZohoMissing, ZohoRefused, ZohoUnclear
from .parts import Parts
from .planning.own_fields import KEY_FIELD
from .planning.records import Catalogue
from .planning.salvage import restored
from .sessions import Caller
from .zoho.client import Crm
from .zoho.outcomes import RowOutcome, RowRefused, Written
from .zoho.writer import Writer

LEADS = "Leads"
LATE = timedelta(minutes=5)
"""By how much Zoho's clock may be behind ours."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What is written, and the id of the lead that holds it; "" where nothing was made."""

    row: Mapping[str, object]
    id: str = ""
    new: bool = False


def restore(
    parts: Parts, caller: Caller, file: Mapping[str, object], *, dry_run: bool = False
) -> Restored:
    """The lead as the file holds it, made as the automation grant's user.

    A lead that was made of the file before is found again: by the conversion key, where leads have
    that field, else by all that the file would write. Raises InvalidInput where it is no such file,
    NotPermitted while the lead itself is still there, and ZohoError.
    """
    ident = str(file.get("id") or "")
    if not (ident.isascii() and ident.isdigit()) or not file.get("Last_Name"):
        raise InvalidInput("This is no file that a conversion has left of a lead.")
    catalogue = catalogues.read(parts, caller).catalogue
    crm = grants.crm(parts, caller.installation, caller.grant)
    row = restored(file, catalogue)
    if KEY_FIELD in catalogue.modules[LEADS].fields:
        row[KEY_FIELD] = f"{caller.installation.short_id}-restore-{ident}"
    _refuse_living(crm, ident)
    look = _Look(crm, caller.grant.zoho_user_id, catalogue, _since(file), parts.clock() + LATE)
    there = look.for_row(row)
    if there or dry_run:
        return Restored(row, there)
    return _made(crm, row, look)


def _made(crm: Crm, row: Mapping[str, object], look: "_Look") -> Restored:
    outcome: RowOutcome | None = None
    with suppress(ZohoUnclear):
        [outcome] = Writer(crm).create(LEADS, [row], workflows=False)
    if isinstance(outcome, RowRefused):
        raise ZohoRefused(f"{outcome.message} {outcome.field}".strip(), zoho_code=outcome.code)
    there = outcome.id if isinstance(outcome, Written) else look.for_row(row)
    if not there:
        raise ZohoUnclear("Zoho has not said whether the lead was made. Run this again to see.")
    return Restored(row, there, new=True)


def _refuse_living(crm: Crm, ident: str) -> None:
    with suppress(ZohoMissing):
        crm.lead(ident)
        raise NotPermitted("This lead is still there: there is nothing to make again.")


def _since(file: Mapping[str, object]) -> datetime:
    """Nothing was made of the file before the file was."""
    try:
        return datetime.fromisoformat(str(file.get("Modified_Time")))
    except ValueError:
        raise InvalidInput("The file does not say when its lead was changed last.") from None


@dataclass(frozen=True, slots=True)
class _Look:
    """Looks for a lead that was made of a file."""

    crm: Crm
    user_id: str
    catalogue: Catalogue
    since: datetime
    until: datetime

    def for_row(self, row: Mapping[str, object]) -> str:
        """Its id, or "". As fresh as the last write: a search would be seconds behind."""
        writer = Writer(self.crm)
        if key := str(row.get(KEY_FIELD) or ""):
            return next(iter(writer.keyed(LEADS, KEY_FIELD, [key]).get(key, ())), "")
        made = writer.created_by(LEADS, self.user_id, self.since, self.until, ["Last_Name"])
        alike = [one.id for one in made if one.values.get("Last_Name") == row["Last_Name"]]
        return next((one for one in alike if self._holds(one, row)), "")

    def _holds(self, ident: str, row: Mapping[str, object]) -> bool:
        """Whether a lead would be written as this row. Files and rows of subforms get ids of their
        own with each record, so of lists only the length is compared."""
        held = restored(self.crm.lead(ident).values, self.catalogue)
        names = {name for name in (*held, *row) if name not in ("Owner", "Layout", "Tag")}
        return all(_same(held.get(name), row.get(name)) for name in names)


def _same(one: object, other: object) -> bool:
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other)
    return one == other

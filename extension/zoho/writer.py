"""Writes to Zoho CRM as one person, and finds out what became of a write.

Each method is one HTTP call unless it says otherwise. Refusals of single rows are values; the
failure of a call is raised: ZohoRefused, ZohoBusy, or ZohoUnclear where a write may have happened.
"""

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, cast

from extension.errors import ZohoMissing, ZohoRefused
from extension.planning.records import Record

from . import coql, hanging, outcomes, paging, records
from .client import Crm
from .hanging import AttachmentEntry, Move, NoteEntry
from .outcomes import Converted, RowOutcome, RowRefused, Scheduled, Written
from .protocol import Ask, Payload, Upload
from .refusals import refusal
from .versions import V5
from .write_asks import MOST_FIELDS, MOST_ROWS, WriteAsks

MOST_BYTES = 100 * 1024 * 1024
"""Of one attachment: https://www.zoho.com/crm/developer/docs/api/v8/upload-attachment.html"""
IN_MEMORY = 256 * 1024
"""Bytes of a file on its way; the rest of it lies on disk."""

Row = Mapping[str, Any]
OneOutcome = Written | RowRefused


class Writer:
    """Writes as the person whose client this is."""

    def __init__(self, crm: Crm) -> None:
        self._crm = crm
        self._asks = WriteAsks(crm.asks.version)

    def create(
        self,
        module: str,
        rows: Sequence[Row],
        *,
        workflows: bool = True,
        duplicate_check: Sequence[str] = (),
    ) -> tuple[RowOutcome, ...]:
        """At most 100. With `duplicate_check` a record with the same value in one of these fields
        is changed instead, and comes as not created."""
        if not rows:
            return ()
        ask = (
            self._asks.upsert(module, rows, duplicate_check, workflows=workflows)
            if duplicate_check
            else self._asks.create(module, rows, workflows=workflows)
        )
        return outcomes.rows(self._crm.ask(ask), len(rows), creates=True)

    def update(
        self, module: str, rows: Sequence[Row], *, workflows: bool = True
    ) -> tuple[RowOutcome, ...]:
        """At most 100, each with its `id`. A record that is named again is changed again, in a
        call after the first; harmless twice."""
        done: list[RowOutcome | None] = [None] * len(rows)
        for turn in _turns([row["id"] for row in rows]):
            ask = self._asks.update(module, [rows[at] for at in turn], workflows=workflows)
            ids = [rows[at]["id"] for at in turn]
            told = outcomes.rows(self._crm.ask(ask), len(turn), ids=ids)
            for at, outcome in zip(turn, told, strict=True):
                done[at] = outcome
        return tuple(outcome for outcome in done if outcome is not None)

    def delete(
        self, module: str, ids: Sequence[str], *, workflows: bool = True
    ) -> tuple[RowOutcome, ...]:
        """Into the recycle bin, at most 100."""
        return self._each(ids, lambda some: self._asks.delete(module, some, workflows=workflows))

    def restore(self, module: str, ids: Sequence[str]) -> tuple[RowOutcome, ...]:
        """From the recycle bin, at most 100, with their notes and attachments. Zoho asks for no
        module: it knows the ids. One that is not in the bin is `missing`."""
        return self._each(ids, self._asks.restore, under="recycle_bin")

    def read(self, module: str, ids: Sequence[str], fields: Sequence[str]) -> dict[str, Record]:
        """At most 100 records by id; those that this person cannot see are absent. One call for
        each 50 fields."""
        found: dict[str, dict[str, object]] = {}
        names = list(fields) or ["id"]
        for start in range(0, len(names) if ids else 0, MOST_FIELDS):
            ask = self._asks.read(module, ids, names[start : start + MOST_FIELDS])
            for record in records.records(self._crm.ask(ask), module):
                found.setdefault(record.id, {}).update(record.values)
        return {ident: Record(module, ident, values) for ident, values in found.items()}

    def whole(self, module: str, record_id: str) -> Record | None:
        """A record with every field: that a list of records shows those of several links, no page
        of Zoho's promises. None where this person can see none."""
        try:
            return self._crm.record(module, record_id)
        except ZohoMissing:
            return None

    def keyed(self, module: str, field: str, keys: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Key -> ids of the records that carry it in this field, capitals apart; () for none. One
        call for each 100 keys, and as fresh as the last write."""
        carried: dict[str, tuple[str, ...]] = dict.fromkeys(keys, ())
        known = {key.casefold(): key for key in carried}
        distinct = list(known.values())
        for start in range(0, len(distinct), MOST_ROWS):
            condition = coql.among(field, distinct[start : start + MOST_ROWS])
            for record in paging.found(self._crm, module, [field], condition):
                key = known.get(str(record.values.get(field)).casefold())
                if key is not None:
                    carried[key] += (record.id,)
        return carried

    def where(
        self, module: str, columns: Sequence[str], condition: str, *, pages: int = paging.MOST_PAGES
    ) -> tuple[Record, ...]:
        """The records of which a condition made with `coql` is true, as fresh as the last write;
        one call for each 2,000, and more credits than one for each call. Raises ZohoRefused where
        there are more than so many pages."""
        rows = coql.MANY_ROWS if self._crm.asks.version >= V5 else coql.MOST_ROWS
        return tuple(paging.found(self._crm, module, columns, condition, rows=rows, most=pages))

    def hung_on(self, module: str, field: str, ids: Sequence[str]) -> set[str]:
        """Those of these records that records of a module point at by this field: what hangs on
        them. One call for each 1,250, and for each 2,000 that hang."""
        found: set[str] = set()
        for start in range(0, len(ids), coql.MOST_TOGETHER):
            some = ids[start : start + coql.MOST_TOGETHER]
            for one in self.where(module, [field], coql.holds(field, some)):
                held = one.values.get(field)
                found.add(str(held.get("id") if isinstance(held, Mapping) else held))
        return found

    def created_by(
        self, module: str, user_id: str, since: datetime, until: datetime, fields: Sequence[str]
    ) -> tuple[Record, ...]:
        """What this user made between these moments, the oldest first. Two calls if there is
        anything: a query cannot name fields of every type."""
        condition = coql.made_by(user_id, since, until)
        ids = [record.id for record in paging.found(self._crm, module, ["id"], condition)]
        found: dict[str, Record] = {}
        for start in range(0, len(ids), MOST_ROWS):
            found |= self.read(module, ids[start : start + MOST_ROWS], fields)
        return tuple(found[ident] for ident in ids if ident in found)

    def notes(self, module: str, record_id: str) -> tuple[NoteEntry, ...]:
        """All notes of a record; one call for each 200."""
        pages = paging.pages(self._crm, self._asks.notes(module, record_id))
        return tuple(one for page in pages for one in hanging.notes(page))

    def add_notes(self, notes: Sequence[tuple[str, str, str, str]]) -> tuple[RowOutcome, ...]:
        """At most 100: module and id of the record, title, content."""
        if not notes:
            return ()
        payload = self._crm.ask(self._asks.add_notes(notes))
        return outcomes.rows(payload, len(notes), creates=True)

    def remove_notes(self, ids: Sequence[str]) -> tuple[RowOutcome, ...]:
        return self._each(ids, lambda some: self._asks.delete("Notes", some))

    def attachments(self, module: str, record_id: str) -> tuple[AttachmentEntry, ...]:
        """All attachments of a record; one call for each 200."""
        pages = paging.pages(self._crm, self._asks.attachments(module, record_id))
        return tuple(one for page in pages for one in hanging.attachments(page))

    def copy_attachment(
        self,
        source_module: str,
        source_id: str,
        attachment: AttachmentEntry,
        to_module: str,
        to_id: str,
    ) -> OneOutcome:
        """Two calls for a file, which passes through the disk: so a download that breaks off has
        written nothing, and what is sent has a length. One for a link."""
        if attachment.is_link:
            return self._link(attachment, to_module, to_id)
        with SpooledTemporaryFile(max_size=IN_MEMORY) as spool:
            file = cast(BinaryIO, spool)
            ask = self._asks.attachment(source_module, source_id, attachment.id)
            try:
                self._crm.download(ask, file, MOST_BYTES)
            except ZohoRefused as error:
                return outcomes.alone(error)
            return self._attach(to_module, to_id, attachment.file_name, file)

    def attach_bytes(
        self, module: str, record_id: str, file_name: str, content: bytes
    ) -> OneOutcome:
        return self._attach(module, record_id, file_name, io.BytesIO(content))

    def remove_attachment(self, module: str, record_id: str, attachment_id: str) -> OneOutcome:
        ask = self._asks.remove_attachment(module, record_id, attachment_id)
        return self._alone(ask, attachment_id)

    def add_tags(
        self, module: str, ids: Sequence[str], names: Sequence[str]
    ) -> tuple[RowOutcome, ...]:
        """Beside those that are there; harmless twice. Zoho does not tell which were new: read
        `Tag` before, if it matters."""
        return self._each(
            ids if names else (), lambda some: self._asks.add_tags(module, some, names)
        )

    def remove_tags(
        self, module: str, ids: Sequence[str], names: Sequence[str]
    ) -> tuple[RowOutcome, ...]:
        """Harmless twice."""
        return self._each(
            ids if names else (), lambda some: self._asks.remove_tags(module, some, names)
        )

    def move_activities(
        self, moves: Iterable[Move | tuple[str, str, str, str]]
    ) -> tuple[RowOutcome, ...]:
        """At most 100 of a module. One call for each of their modules, each harmless twice: where
        one of them fails, all may be sent again."""
        asked = [Move(*move) for move in moves]
        done: dict[str, RowOutcome] = {}
        for module, some in hanging.by_module(asked).items():
            rows = self.update(module, [hanging.moved(move) for move in some])
            done |= {move.activity: row for move, row in zip(some, rows, strict=True)}
        return tuple(done[move.activity] for move in asked)

    def lists(
        self, wanted: Sequence[tuple[str, str]], module: str = "Leads"
    ) -> list[list[Payload] | RowRefused]:
        """All pages of lists of a module's records (record, list), or why there are none to see.
        One call for five of them; one that is too long for that, or fails in it, takes calls of
        its own."""
        asks = [self._asks.list_of(module, record, related) for record, related in wanted]
        return paging.lists(self._crm, asks)

    def related(self, module: str, record_id: str, related: str) -> tuple[str, ...]:
        """Ids of what a related list holds; one call for each 200."""
        pages = paging.pages(self._crm, self._asks.related(module, record_id, related))
        return tuple(record.id for page in pages for record in records.records(page, related))

    def campaigns(self, module: str, record_id: str) -> dict[str, str]:
        """Campaign -> what became of the invitation; one call for each 200."""
        pages = paging.pages(self._crm, self._asks.campaigns(module, record_id))
        return {ident: status for page in pages for ident, status in hanging.statuses(page)}

    def link_related(
        self,
        module: str,
        record_id: str,
        related: str,
        ids: Sequence[str],
        member_status: Mapping[str, str] | None = None,
    ) -> tuple[RowOutcome, ...]:
        """At most 100, harmless twice. `member_status`: campaign -> what became of the invitation;
        one that is not named gets Zoho's first."""
        told = member_status or {}

        def ask(some: Sequence[str]) -> Ask:
            rows = [
                {"id": each, hanging.MEMBER_STATUS: told[each]} if told.get(each) else {"id": each}
                for each in some
            ]
            return self._asks.link_related(module, record_id, related, rows)

        return self._each(ids, ask)

    def unlink_related(
        self, module: str, record_id: str, related: str, ids: Sequence[str]
    ) -> tuple[RowOutcome, ...]:
        return self._each(
            ids, lambda some: self._asks.unlink_related(module, record_id, related, some)
        )

    def convert(self, lead_id: str, wish: Row) -> Converted | Scheduled | RowRefused:
        """Zoho's own conversion; `wish` as `Asks.convert` takes it. There is no way back."""
        try:
            return outcomes.conversion(self._crm.ask(self._asks.convert(lead_id, wish)))
        except ZohoRefused as error:
            return outcomes.alone(error)

    def _each(
        self, ids: Sequence[str], ask: Callable[[list[str]], Ask], under: str = "data"
    ) -> tuple[RowOutcome, ...]:
        """A write of these records, whose answer names them in the same order. One that is named
        twice is sent once, and has one fate."""
        distinct = list(dict.fromkeys(ids))
        if not distinct:
            return ()
        payload = self._crm.ask(ask(distinct))
        told = outcomes.rows(payload, len(distinct), under=under, ids=distinct)
        fates = dict(zip(distinct, told, strict=True))
        return tuple(fates[ident] for ident in ids)

    def _alone(self, ask: Ask, sent: str = "") -> OneOutcome:
        """A write of one thing, where the refusal of the call is that of its only row."""
        try:
            return outcomes.only(self._crm.ask(ask), sent, creates=not sent)
        except ZohoRefused as error:
            return outcomes.alone(error)

    def _attach(self, module: str, record_id: str, file_name: str, file: BinaryIO) -> OneOutcome:
        return self._alone(self._asks.attach(module, record_id, Upload(file_name, file)))

    def _link(self, attachment: AttachmentEntry, module: str, record_id: str) -> OneOutcome:
        if not attachment.link_url:
            return outcomes.alone(refusal("DOWNLOAD_NOT_ALLOWED", {}))
        ask = self._asks.attach_link(module, record_id, attachment.link_url, attachment.file_name)
        return self._alone(ask)


def _turns(ids: Sequence[str]) -> list[list[int]]:
    """Positions of the rows that can go together: none names a record twice."""
    turns: list[list[int]] = []
    seen: dict[str, int] = {}
    for at, ident in enumerate(ids):
        turn = seen[ident] = seen.get(ident, -1) + 1
        if turn == len(turns):
            turns.append([])
        turns[turn].append(at)
    return turns

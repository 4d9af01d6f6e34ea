"""What hangs on a record, as Zoho lists it, and how an activity moves elsewhere; no I/O."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from .protocol import Json, Payload, listed
from .values import inner, text

ACTIVITY_LISTS = {
    "Tasks": "Tasks", "Tasks_History": "Tasks",
    "Events": "Events", "Events_History": "Events",
    "Calls": "Calls", "Calls_History": "Calls",
}  # fmt: skip
"""A lead's lists of activities, open and closed -> the module of their entries."""
CLOSED = "_History"
MEMBER_STATUS = "Member_Status"


@dataclass(frozen=True, slots=True)
class NoteEntry:
    """A note; `author` is the id of who wrote it."""

    id: str
    title: str = field(repr=False)
    content: str = field(repr=False)
    author: str = ""
    time: str = ""


@dataclass(frozen=True, slots=True)
class AttachmentEntry:
    """An attachment. One that `is_link` lies elsewhere: there is nothing to download."""

    id: str
    file_name: str = field(repr=False)
    size: int = 0
    link_url: str = field(default="", repr=False)
    is_link: bool = False
    author: str = ""
    time: str = ""


@dataclass(frozen=True, slots=True)
class ActivityEntry:
    """A task, meeting or call, by its module. `contact` is whom it is with, if anybody."""

    module: str
    id: str
    subject: str = field(repr=False)
    closed: bool = False
    contact: str = ""


class Move(NamedTuple):
    """An activity that is to hang on another record. `from_module` is where it hung before: one
    that leaves a contact is with nobody from then on."""

    module: str
    activity: str
    to_module: str
    to_id: str
    from_module: str = ""


def notes(payload: Payload) -> tuple[NoteEntry, ...]:
    return tuple(
        NoteEntry(
            text(one, "id"),
            text(one, "Note_Title"),
            text(one, "Note_Content"),
            text(inner(one, "Created_By"), "id"),
            text(one, "Created_Time"),
        )
        for one in _known(payload)
    )


def attachments(payload: Payload) -> tuple[AttachmentEntry, ...]:
    return tuple(
        AttachmentEntry(
            text(one, "id"),
            text(one, "File_Name"),
            _size(one.get("Size")),
            text(one, "$link_url"),
            # Zoho names many kinds: "Link URL", and documents in other services.
            bool(text(one, "$link_url")) or "link" in text(one, "$type").lower(),
            text(inner(one, "Created_By"), "id"),
            text(one, "Created_Time"),
        )
        for one in _known(payload)
    )


def activities(payload: Payload, related: str) -> tuple[ActivityEntry, ...]:
    """The entries of one of `ACTIVITY_LISTS`."""
    return tuple(
        ActivityEntry(
            ACTIVITY_LISTS[related],
            text(one, "id"),
            text(one, "Subject", "Event_Title"),
            related.endswith(CLOSED),
            text(inner(one, "Who_Id"), "id"),
        )
        for one in _known(payload)
    )


def statuses(payload: Payload) -> list[tuple[str, str]]:
    """Each campaign with what became of its invitation."""
    return [(text(one, "id"), text(one, MEMBER_STATUS)) for one in _known(payload)]


def moved(move: Move) -> Json:
    """The activity as it is written to hang on another record: with a contact, or about a record
    of another module, which `$se_module` must name."""
    if move.to_module == "Contacts":
        who = {"Who_Id": {"id": move.to_id}}
        return {"id": move.activity, **who, "What_Id": None, "$se_module": None}
    alone = {"Who_Id": None} if move.from_module == "Contacts" else {}
    about = {"What_Id": {"id": move.to_id}, "$se_module": move.to_module}
    return {"id": move.activity, **about, **alone}


def by_module(moves: Iterable[Move]) -> dict[str, list[Move]]:
    """The moves of each module's activities, in their order."""
    apart: dict[str, list[Move]] = {}
    for move in moves:
        apart.setdefault(move.module, []).append(move)
    return apart


def _known(payload: Payload) -> list[Json]:
    return [one for one in listed(payload, "data") if text(one, "id")]


def _size(value: object) -> int:
    """Zoho writes it as text."""
    digits = str(value)
    return int(digits) if digits.isascii() and digits.isdigit() else 0

"""The steps of a conversion, as data, and the way back from each."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, assert_never

from extension.planning import links

Values = Mapping[str, object]
MEMBER_STATUS = "Member_Status"
"""What became of an invitation to a campaign, as Zoho calls it."""


@dataclass(frozen=True, slots=True)
class Place:
    """A record: one that a step makes, by its key in the target, or one that exists, by id."""

    module: str
    key: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Create:
    """Make a record. `links` are lookups to records that are made before it, or exist."""

    record: str
    module: str
    values: Values
    links: Mapping[str, Place] = field(default_factory=dict)
    layout: str = ""
    workflows: bool = True


@dataclass(frozen=True, slots=True)
class Update:
    """Change a record that exists."""

    on: Place
    values: Values
    workflows: bool = True


@dataclass(frozen=True, slots=True)
class LinkLookup:
    """Let a lookup of one record point at another, or at nothing."""

    on: Place
    field: str
    to: Place | None


@dataclass(frozen=True, slots=True)
class Note:
    """Write a note on a record; `source` is the lead's note that it copies."""

    on: Place
    title: str
    content: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Attach:
    """Copy an attachment of the lead to a record: Zoho's API cannot move one."""

    on: Place
    attachment: str
    file_name: str
    link: str | None = None
    """Where it lies, if it is no file but a link; "" for a file; None where that is not known."""


@dataclass(frozen=True, slots=True)
class Salvage:
    """Attach a file with the whole lead, from which it can be made again."""

    on: Place
    file_name: str
    lead: Values


@dataclass(frozen=True, slots=True)
class Tag:
    on: Place
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Untag:
    on: Place
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MoveActivity:
    """Let a task, meeting or call hang on another record."""

    module: str
    activity: str
    to: Place
    from_module: str = "Leads"
    """The module of the record that it hangs on until then."""


@dataclass(frozen=True, slots=True)
class LinkRelated:
    """Add a campaign or product to a record's related list; `status` is what became of the
    invitation to a campaign."""

    on: Place
    list: str
    id: str
    status: str = ""


@dataclass(frozen=True, slots=True)
class UnlinkRelated:
    on: Place
    list: str
    id: str


@dataclass(frozen=True, slots=True)
class CarryList:
    """Carry a whole list of the lead. What is in it is read when the conversion runs, which then
    takes one step for each entry; `count` is None where that is not known before."""

    list: str
    on: Place
    how: Literal["copy", "move"]
    count: int | None = None


@dataclass(frozen=True, slots=True)
class ConvertInZoho:
    """Zoho's own conversion; `records` are those that stand in for new ones, by module.
    https://www.zoho.com/crm/developer/docs/api/v8/convert-lead.html"""

    lead: str
    records: Mapping[str, str] = field(default_factory=dict)
    deal: Values | None = None
    owner: str = ""
    tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    attachments_to: str = ""
    overwrite: bool = False
    notify: tuple[str, ...] = ()
    """Of `policies.NOTIFIED`."""


@dataclass(frozen=True, slots=True)
class MarkLead:
    """Write into the lead that it has been converted."""

    lead: str
    values: Values


@dataclass(frozen=True, slots=True)
class DeleteLead:
    lead: str


@dataclass(frozen=True, slots=True)
class Delete:
    """Take a record, note or attachment away again."""

    module: str
    id: str
    on: Place | None = None


@dataclass(frozen=True, slots=True)
class Restore:
    """Bring a record back from the recycle bin."""

    module: str
    id: str


Step = (
    Create
    | Update
    | LinkLookup
    | Note
    | Attach
    | Salvage
    | Tag
    | Untag
    | MoveActivity
    | LinkRelated
    | UnlinkRelated
    | CarryList
    | ConvertInZoho
    | MarkLead
    | DeleteLead
    | Delete
    | Restore
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a step did: the record it made, what stood there before, the names it added."""

    id: str = ""
    before: Values = field(default_factory=dict)
    added: tuple[str, ...] = ()
    was_on: Place | None = None
    time: str = ""
    """When Zoho says that it was done, where it does. A mark of ours, which gives the lead this
    time, may wake a rule that calls us."""


def way_back(step: Step, outcome: Outcome) -> Step | None:
    """The step that takes this one back, or None where there is none, or nothing to take back."""
    match step:
        case Create(module=module):
            return Delete(module, outcome.id)
        case Update(on=on, values=values, workflows=workflows):
            old = _taken_back(values, outcome.before)
            return Update(on, old, workflows) if old else None
        case LinkLookup(on=on, field=name):
            return LinkLookup(on, name, outcome.was_on)
        case Note(on=on):
            return Delete("Notes", outcome.id, on)
        case Attach(on=on) | Salvage(on=on):
            return Delete("Attachments", outcome.id, on)
        case Tag(on=on):
            # Tags that were there before stay.
            return Untag(on, outcome.added) if outcome.added else None
        case Untag(on=on, names=names):
            return Tag(on, names)
        case MoveActivity(module=module, activity=activity, to=to):
            there = outcome.was_on
            return MoveActivity(module, activity, there, to.module) if there else None
        case LinkRelated(on=on, list=list_, id=ident):
            if "id" not in outcome.before:
                return UnlinkRelated(on, list_, ident)
            # One that was there before stays, and is as it was.
            was = str(outcome.before.get(MEMBER_STATUS) or "")
            return LinkRelated(on, list_, ident, was) if was not in ("", step.status) else None
        case UnlinkRelated(on=on, list=list_, id=ident):
            return LinkRelated(on, list_, ident)
        case MarkLead(lead=lead, values=values):
            old = _taken_back(values, outcome.before)
            return MarkLead(lead, old) if old else None
        case DeleteLead(lead=lead):
            return Restore("Leads", lead)
        case Restore(module=module, id=ident):
            return Delete(module, ident)
        case Delete(module=module, id=ident, on=on):
            # Notes and attachments leave no trace in the recycle bin of the API.
            return Restore(module, ident) if on is None else None
        case CarryList() | ConvertInZoho():
            # A list is taken back entry by entry; Zoho's conversion not at all.
            return None
    assert_never(step)


def written_over(step: Step) -> tuple[str, ...]:
    """The fields in which the step writes over what was there."""
    match step:
        case Update(values=values) | MarkLead(values=values):
            return tuple(values)
        case LinkLookup(field=name):
            return (name,)
    return ()


def without(step: Step, names: Collection[str]) -> Step | None:
    """The same step, but for these fields; None where nothing is left of it."""
    if isinstance(step, Update | MarkLead):
        rest = {name: value for name, value in step.values.items() if name not in names}
        return replace(step, values=rest) if rest else None
    return None if isinstance(step, LinkLookup) and step.field in names else step


def _taken_back(written: Values, was: Values) -> Values:
    """What is written over these values to have the old ones again."""
    found = dict[str, object]()
    for name, value in was.items():
        if not links.are_rows(written.get(name)):
            found[name] = value
        elif rows := links.taken_back(written[name], value):
            found[name] = rows
    return found


def places(step: Step) -> list[Place]:
    """The records that the step is about, or lets something point at."""
    found = [getattr(step, "on", None), getattr(step, "to", None)]
    found += step.links.values() if isinstance(step, Create) else ()
    return [one for one in found if isinstance(one, Place)]


def module_of(step: Step) -> str:
    """The module of the record that the step makes, writes or takes away."""
    match step:
        case Create(module=module) | MoveActivity(module=module) | Restore(module=module):
            return module
        case Delete(module=module):
            return module
        case MarkLead() | DeleteLead() | ConvertInZoho():
            return "Leads"
    return step.on.module


def reversible(step: Step, *, restores: bool = True) -> bool:
    """Whether the step can be taken back: known before it is done. `restores` says whether Zoho's
    API brings back what was deleted."""
    match step:
        case ConvertInZoho():
            return False
        case DeleteLead():
            return restores
        case Delete(on=on):
            return restores and on is None
    return True

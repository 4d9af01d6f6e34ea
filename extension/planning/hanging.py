"""What becomes of the notes, files, tags, activities and other lists that hang on a lead."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from extension.planning import obstacles
from extension.planning.option import Related, related
from extension.planning.policies import ACTIVITIES, CARRIED_LISTS, How
from extension.planning.reasons import Reason, say
from extension.planning.records import Catalogue, Lead, Module, Profile
from extension.planning.steps import CarryList, Note, Place, Salvage, Step, Tag

TAG = "Tag"
BY_ZOHO = frozenset({"Notes", "Campaigns", "Products", "Emails", "Invited_Events", *ACTIVITIES})
"""What Zoho's own conversion takes along, as far as is known: its documentation promises notes
and activities, and says nothing of the others (unverified)."""

TAKERS: Mapping[str, frozenset[str]] = {
    "Campaigns": frozenset({"Contacts"}),
    "Products": frozenset({"Contacts", "Accounts", "Deals"}),
}
"""Lists that only some modules have. A product has one vendor: linking it would change the product.
https://www.zoho.com/crm/developer/docs/api/v8/update-related-records.html"""


@dataclass(frozen=True, slots=True)
class ListFate:
    """What becomes of one list of the lead; `count` is None where it could not be counted."""

    list: str
    label: str
    count: int | None
    kind: Literal["copied", "moved", "by_zoho", "left", "lost"]
    reason: Reason


@dataclass(frozen=True, slots=True)
class Hanging:
    fates: tuple[ListFate, ...]
    steps: tuple[Step, ...]


Made = Sequence[tuple[Place, str]]
"""The records of a plan with their labels, the main one first."""


def carried(
    lead: Lead, catalogue: Catalogue, made: Made, wishes: Mapping[str, How], *, deleted: bool
) -> Hanging:
    """What we do with each list that is not empty, or of which nobody knows."""
    fates, steps = list[ListFate](), list[Step]()
    for one in _held(lead, catalogue):
        place, label = next(
            (each for each in made if each[0].module in TAKERS.get(one.list, {each[0].module})),
            (None, made[0][1]) if made else (None, ""),
        )
        allowed = CARRIED_LISTS.get(one.list)
        how = wishes.get(one.list, allowed[0]) if allowed else "leave"
        if allowed is None:
            fates.append(_fate(one, "lost", say("list_immovable")))
        elif how == "leave":
            fates.append(_fate(one, "left", say("list_left.deleted" if deleted else "list_left")))
        elif place is None:
            fates.append(_fate(one, "lost", say("list_no_place", record=label)))
        else:
            moved = how == "move"
            reason = say("list_moved" if moved else "list_copied", record=label)
            fates.append(_fate(one, "moved" if moved else "copied", reason))
            steps.append(_step(one, place, lead, "move" if moved else "copy"))
    return Hanging(tuple(fates), tuple(steps))


def blockers(steps: Iterable[Step], catalogue: Catalogue, profile: Profile) -> list[Reason]:
    """What of it the person has no right to: to move an activity is to change it, to tag a record
    too; notes and files are created. Reading a list needs no more than seeing it, and Zoho shows
    nobody what they may not see.

    That attachments have a permission of their own is what Zoho's profiles list, if they do.
    """
    asked = dict.fromkeys(right for one in steps if (right := _right(one)))
    found = [(key, _module_of(name, catalogue), verb) for key, verb, name in asked]
    denied = [(key, one, obstacles.denied(verb, one, profile)) for key, one, verb in found]
    return [
        say(key, permission=permission, module=one.api_name, label=one.plural)
        for key, one, permission in denied
        if permission
    ]


def _right(step: Step) -> tuple[str, str, str] | None:
    """The sentence for who lacks it, the verb and the module of the right that a step needs."""
    match step:
        case CarryList(list=name, how="move"):
            return "no_permission.move", "Edit", ACTIVITIES[name]
        case CarryList(list="Notes" | "Attachments" as name):
            return "no_permission.copy", "Create", name
        case Tag(on):
            return "no_permission.tag", "Edit", on.module
        case Note():
            return "no_permission.salvage", "Create", "Notes"
        case Salvage():
            return "no_permission.salvage", "Create", "Attachments"
    return None


def _module_of(name: str, catalogue: Catalogue) -> Module:
    """The module, or what can be said of one that Zoho did not list."""
    return catalogue.modules.get(name) or Module(name, "", name, name)


def by_zoho(
    lead: Lead, catalogue: Catalogue, attachments_to: str, *, tagged: bool
) -> tuple[ListFate, ...]:
    """What Zoho's own conversion does with each list; `tagged` tells whether tags go along."""
    fates = []
    for one in _held(lead, catalogue):
        if one.list == "Attachments":
            reason = say("list_by_zoho.attachments", record=attachments_to)
            fates.append(_fate(one, "by_zoho", reason))
        elif one.list == TAG and not tagged:
            fates.append(_fate(one, "left", say("list_left")))
        elif one.list == TAG or one.list in BY_ZOHO:
            fates.append(_fate(one, "by_zoho", say("list_by_zoho")))
        else:
            fates.append(_fate(one, "lost", say("list_immovable")))
    return tuple(fates)


def tags_of(lead: Lead) -> tuple[str, ...]:
    """The names of the lead's tags."""
    held = lead.record.values.get(TAG)
    rows = held if isinstance(held, list) else []
    return tuple(str(one["name"]) for one in rows if isinstance(one, Mapping) and one.get("name"))


def _held(lead: Lead, catalogue: Catalogue) -> list[Related]:
    return [one for one in related(lead, catalogue) if one.count != 0]


def _fate(
    one: Related, kind: Literal["copied", "moved", "by_zoho", "left", "lost"], reason: Reason
) -> ListFate:
    return ListFate(one.list, one.label, one.count, kind, reason)


def _step(one: Related, place: Place, lead: Lead, how: Literal["copy", "move"]) -> Step:
    if one.list == TAG:
        return Tag(place, tags_of(lead))
    return CarryList(one.list, place, how, one.count)

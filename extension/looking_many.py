"""Looks at many leads in few calls: what they hold, what hangs on them, and who is the same.

What cannot be found out together is asked for each lead by itself, never guessed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from . import looking
from .errors import GrantRevoked, ScopeMissing, ZohoRefused, ZohoUnclear
from .looking import Look, Seen
from .planning import matching, named, obstacles, spelling
from .planning.business import leads_of, text_of
from .planning.crowd import Index
from .planning.matching import Search
from .planning.records import Lead, Record, ZohoSays
from .planning.targets import Target
from .zoho import coql
from .zoho.threads import together
from .zoho.writer import Writer

MOST = 100
SYSTEM_KEYS = (
    "$converted", "$editable", "$locked_for_me", "$in_merge", "$approval_state", "$approval",
    "$review_process", "$field_states",
)  # fmt: skip
"""What a list of records does not say unless it is asked."""
NOT_LISTED = frozenset({
    "subform", "multiselectlookup", "multiuserlookup", "fileupload", "imageupload",
})  # fmt: skip
"""Types whose values only a record that is read alone shows in full."""
HANGING = {
    "Notes": ("Notes", "Parent_Id"),
    "Attachments": ("Attachments", "Parent_Id"),
    "Tasks": ("Tasks", "What_Id"), "Tasks_History": ("Tasks", "What_Id"),
    "Events": ("Events", "What_Id"), "Events_History": ("Events", "What_Id"),
    "Calls": ("Calls", "What_Id"), "Calls_History": ("Calls", "What_Id"),
}  # fmt: skip
"""List of a lead -> the module and the lookup by which its entries can be queried."""
LINKED = {"Campaigns": "Campaigns", "Products": "Products"}
"""Lists that no query reaches: empty for certain only where the org has none of these."""
STAYING = frozenset({"Emails"})
"""What no conversion of ours carries: counted only where the lead itself goes."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be known of the leads."""

    targets: tuple[Target, ...]
    exact: bool = False
    """Whether each list of each lead is to be counted, since the lead will go."""

    @property
    def asks_zoho(self) -> bool:
        return any(one.kind == "zoho" for one in self.targets)


def look(look: Look, ids: Sequence[str], wanted: Wanted) -> dict[str, Seen]:
    """Lead -> what was seen; leads that this person cannot see are absent."""
    leads = read(look, ids)
    if not leads:
        return {}
    counts, says, found, called = together(
        lambda: _counts(look, list(leads), exact=wanted.exact),
        lambda: _zoho_says(look, list(leads), asked=wanted.asks_zoho),
        lambda: _found(look, wanted.targets, leads),
        lambda: _named(look, wanted.targets, leads.values()),
    )
    return {
        ident: Seen(one, counts[ident], says[ident], found[ident], called)
        for ident, one in leads.items()
    }


def read(look: Look, ids: Sequence[str]) -> dict[str, Record]:
    """The leads in full, in the order of their ids."""
    fields = leads_of(look.known.catalogue).fields.values()
    if any(one.data_type in NOT_LISTED for one in fields):
        return _one_by_one(look, ids)
    names = [*(one.api_name for one in fields), *SYSTEM_KEYS]
    writer = Writer(look.crm)
    parts = together(
        *(
            partial(writer.read, "Leads", ids[start : start + MOST], names)
            for start in range(0, len(ids), MOST)
        )
    )
    found = {ident: one for part in parts for ident, one in part.items()}
    return {ident: found[ident] for ident in ids if ident in found}


def _one_by_one(look: Look, ids: Sequence[str]) -> dict[str, Record]:
    def one(ident: str) -> Record | None:
        try:
            return look.crm.lead(ident)
        except (GrantRevoked, ScopeMissing):
            raise
        except ZohoRefused:
            return None

    found = together(*(partial(one, ident) for ident in ids))
    return {one.id: one for one in found if one is not None}


Counts = Mapping[str, int | None]


def _counts(look: Look, ids: list[str], *, exact: bool) -> dict[str, Counts]:
    """Nothing where nothing can hang; else Zoho counts."""
    lists = [name for name in look.lists if exact or name not in STAYING]
    try:
        some = set(ids) if exact else _with_something(look, lists, ids)
    except (ZohoRefused, ZohoUnclear) as error:
        if isinstance(error, GrantRevoked):
            raise
        some = set(ids)
    hung = [one for one in ids if one in some]
    # As for one lead, and where nobody can count: not known, which the plan says.
    told = together(*(partial(looking.counts, look, one, lists) for one in hung)) if hung else ()
    counted = dict(zip(hung, told, strict=True))
    return {one: counted.get(one) or dict.fromkeys(lists, 0) for one in ids}


def _with_something(look: Look, lists: Sequence[str], ids: list[str]) -> set[str]:
    """The leads on which something hangs, or may. Raises ZohoRefused where that cannot be asked."""
    writer = Writer(look.crm)
    if any(name not in HANGING and name not in LINKED for name in lists):
        return set(ids)
    linked = [module for name, module in LINKED.items() if name in lists]
    calls: list[Callable[[], set[str]]] = [
        partial(writer.hung_on, module, field, ids)
        for module, field in dict.fromkeys(HANGING[name] for name in lists if name in HANGING)
    ]
    calls += [partial(_all_if_any, look, module, ids) for module in linked]
    return set().union(*together(*calls)) if calls else set()


def _all_if_any(look: Look, module: str, ids: list[str]) -> set[str]:
    return set() if look.crm.count(module) == 0 else set(ids)


def _zoho_says(look: Look, ids: Sequence[str], *, asked: bool) -> dict[str, ZohoSays]:
    if not asked:
        return dict.fromkeys(ids, ZohoSays("unasked"))
    says = together(*(partial(look.crm.conversion_options, one) for one in ids))
    return dict(zip(ids, says, strict=True))


Found = Mapping[str, Sequence[Record] | None]


def _found(
    look: Look, targets: Sequence[Target], leads: Mapping[str, Record]
) -> dict[str, dict[str, Sequence[Record] | None]]:
    """For each lead what its searches would find."""
    searches: dict[str, dict[str, Search]] = {}
    for ident, one in leads.items():
        for search in looking.wanted(look, targets, Lead(one)):
            searches.setdefault(search.module, {})[ident] = search
    found: dict[str, dict[str, Sequence[Record] | None]] = {one: {} for one in leads}
    for module, of_leads in searches.items():
        for ident, records in _in_module(look, module, of_leads, leads).items():
            found[ident][module] = records
    return found


def _in_module(
    look: Look, module: str, searches: Mapping[str, Search], leads: Mapping[str, Record]
) -> Mapping[str, Sequence[Record] | None]:
    try:
        index = Index(_candidates(look, module, searches, leads), searches.values())
    except GrantRevoked:
        raise
    except (ZohoRefused, ZohoUnclear, ValueError):
        # Not to be asked together: one by one, as for one lead.
        asked = [
            looking.tolerant(look.crm, module, matching.criteria(one, leads[ident].values))
            for ident, one in searches.items()
        ]
        return dict(zip(searches, together(*asked), strict=True))
    return {ident: index.found(one, Lead(leads[ident])) for ident, one in searches.items()}


def _candidates(
    look: Look, module: str, searches: Mapping[str, Search], leads: Mapping[str, Record]
) -> Iterable[Record]:
    """Every record that one of the searches would find, and maybe more: the module as a whole where
    that takes fewer calls. Raises ValueError for values that no query can hold."""
    writer = Writer(look.crm)
    columns = _columns(look, module, searches.values())
    conditions = list(_conditions(searches, leads))
    if len(conditions) > 1:
        there = look.crm.count(module)
        # The count was a call too.
        if there is not None and -(-there // coql.MANY_ROWS) <= len(conditions):
            return writer.where(module, columns, coql.there()) if there else ()
    parts = together(*(partial(writer.where, module, columns, one) for one in conditions))
    return {one.id: one for part in parts for one in part}.values()


def _columns(look: Look, module: str, searches: Iterable[Search]) -> list[str]:
    fields = look.known.catalogue.modules[module].fields
    name = look.known.catalogue.modules[module].name_field
    named = [
        one.field for search in searches for one in (*search.conditions, *search.supporting)
    ]  # fmt: skip
    return [one for one in dict.fromkeys([name, "Owner", *named]) if one in fields]


def _conditions(searches: Mapping[str, Search], leads: Mapping[str, Record]) -> Iterator[str]:
    """The queries that find what all of these searches would."""
    equal: dict[str, dict[str, None]] = {}
    begin: dict[tuple[str, str], None] = {}
    for ident, search in searches.items():
        for one in search.conditions:
            text = text_of(leads[ident].values, one.lead_field)
            if text and one.operator == "starts_with":
                begin[one.field, spelling.stem(text)] = None
            elif text:
                equal.setdefault(one.field, {})[text] = None
    for field, texts in equal.items():
        values = list(texts)
        for start in range(0, len(values), coql.MOST_TOGETHER):
            yield coql.holds(field, values[start : start + coql.MOST_TOGETHER])
    begins = [coql.begins(*one) for one in begin]
    for start in range(0, len(begins), coql.MOST_CRITERIA):
        yield coql.any_of(begins[start : start + coql.MOST_CRITERIA])


def _named(
    look: Look, targets: Sequence[Target], leads: Iterable[Record]
) -> dict[tuple[str, str], tuple[str, ...]]:
    """The records that lookup rules name, each name asked for once."""
    catalogue = look.known.catalogue
    names = dict.fromkeys(
        name
        for one in leads
        for name in named.names(targets, Lead(one), catalogue)
        if obstacles.shown(catalogue.modules[name[0]], look.user)
    )
    answers = together(
        *(looking.tolerant(look.crm, one[0], named.criteria(one, catalogue)) for one in names)
    )
    heard = zip(names, answers, strict=True)
    return {name: named.meant(name, one, catalogue) for name, one in heard if one is not None}


def in_full(look: Look, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Record]:
    """Records by module and id, with every field that a list shows."""
    modules: dict[str, list[str]] = {}
    for module, ident in dict.fromkeys(wanted):
        modules.setdefault(module, []).append(ident)
    writer = Writer(look.crm)
    found: dict[tuple[str, str], Record] = {}
    for module, ids in modules.items():
        fields = look.known.catalogue.modules[module].fields
        names = [*fields, "$editable", "$locked_for_me"]
        for start in range(0, len(ids), MOST):
            try:
                some = writer.read(module, ids[start : start + MOST], names)
            except (GrantRevoked, ScopeMissing):
                raise
            except ZohoRefused:
                continue
            found |= {(module, ident): one for ident, one in some.items()}
    return found

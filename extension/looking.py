"""Looks at a lead and for its doubles, in as few round trips to Zoho as its values allow.

The doubles are searched by the lead's values, which are known only when it has been read. A
composite request reads it and searches by reference in one go; what a reference cannot say safely
or fully (an empty value, a legal form to leave away, a parenthesis) is then searched again.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from .errors import GrantRevoked, ZohoError, ZohoRefused
from .planning import matching, named, obstacles, spelling
from .planning.business import text_of
from .planning.matches import SEARCH_LIMIT
from .planning.matching import Condition, Search
from .planning.records import Lead, Record, User, ZohoSays
from .planning.rules import Named
from .planning.targets import Target
from .shelf import Known
from .zoho import records
from .zoho.client import Crm
from .zoho.composite import Answers, reference
from .zoho.protocol import Ask
from .zoho.threads import together

MOST_FOUND = 25
"""Zoho gives no more within a composite request, and nobody reads more."""
MOST_SEARCHES = 4
"""A composite request carries five questions; the first is for the lead."""
LEAD = "lead"
NOT_ANSWERED = ZohoError("Zoho was not asked.")
REFERRED = ("email", "company", "phone", "person")
"""What most leads have. A reference to an empty value would spoil the whole search."""

COUNTED = (
    "Notes", "Attachments", "Tasks", "Tasks_History", "Events", "Events_History", "Calls",
    "Calls_History", "Campaigns", "Products", "Emails",
)  # fmt: skip
"""Related lists of a lead that a conversion may have to carry."""

Found = dict[str, Sequence[Record] | None]
Counts = dict[str, int | None]


@dataclass(frozen=True, slots=True)
class Seen:
    """A lead, what hangs on it, what Zoho's own conversion says, and who may be the same."""

    lead: Record
    counts: Mapping[str, int | None]
    zoho_says: ZohoSays
    found: Mapping[str, Sequence[Record] | None]
    """Module -> records to be compared; None where the search failed."""
    named: Named = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Look:
    """With whose eyes, and what is known of the org."""

    crm: Crm
    known: Known
    user: User

    @property
    def lists(self) -> tuple[str, ...]:
        """The related lists of this org's leads that we count."""
        there = {one.api_name for one in self.known.related_lists}
        return tuple(name for name in COUNTED if name in there)


def first(crm: Crm, lead_id: str) -> tuple[Record, ZohoSays]:
    """The lead and Zoho's conversion options. Raises ZohoMissing."""
    return together(lambda: crm.lead(lead_id), lambda: crm.conversion_options(lead_id))


def then(look: Look, read: tuple[Record, ZohoSays]) -> Seen:
    """All the rest, once the lead is read."""
    lead, zoho_says = read
    searches = _wanted(look, Lead(lead), zoho_says)
    hung, found, called = together(
        lambda: counts(look, lead.id),
        lambda: _search_all(look.crm, searches, lead),
        lambda: _named(look, lead),
    )
    return Seen(lead, hung, zoho_says, found, called)


def at_once(look: Look, lead_id: str) -> Seen:
    """Everything in one round trip, and in a second one what the first could not find out."""
    crm = look.crm
    if not crm.asks.offers("composite"):
        return then(look, first(crm, lead_id))
    guesses = _guesses(look)
    answers, zoho_says, hung = together(
        lambda: _composite(crm, lead_id, guesses),
        lambda: crm.conversion_options(lead_id),
        lambda: counts(look, lead_id),
    )
    lead = _lead(crm, lead_id, answers)
    heard = list(_heard(guesses, answers, lead))
    found: Found = {}
    again = []
    for search in _wanted(look, Lead(lead), zoho_says):
        of_module = [one for one in heard if one.search.module == search.module]
        if _says_all(search, of_module):
            found[search.module] = _joined(of_module)
        else:
            again.append(search)
    more, called = together(lambda: _search_all(crm, again, lead), lambda: _named(look, lead))
    return Seen(lead, hung, zoho_says, {**found, **more}, called)


def further(look: Look, seen: Seen, before: Sequence[Target]) -> Seen:
    """The same, with what the targets of this look want to be searched and those before did not."""
    lead = Lead(seen.lead)
    old = _wanted(
        replace(look, known=replace(look.known, targets=tuple(before))), lead, seen.zoho_says
    )
    asked = {(one.module, _meaning(each)) for one in old for each in one.conditions}
    new = [
        one
        for one in _wanted(look, lead, seen.zoho_says)
        if any((one.module, _meaning(each)) not in asked for each in one.conditions)
    ]
    called_for = named.names(look.known.targets, lead, look.known.catalogue)
    if not new and seen.named.keys() >= set(called_for):
        return seen
    more, called = together(
        lambda: _search_all(look.crm, new, seen.lead), lambda: _named(look, seen.lead)
    )
    return replace(seen, found={**seen.found, **more}, named={**seen.named, **called})


def found_by(crm: Crm, criteria: Mapping[str, str]) -> Found:
    """Module -> the records that these criteria find; None where the search failed."""
    if not criteria:
        return {}
    answers = together(*(tolerant(crm, module, one) for module, one in criteria.items()))
    return dict(zip(criteria, answers, strict=True))


def _wanted(look: Look, lead: Lead, zoho_says: ZohoSays) -> tuple[Search, ...]:
    """What must be searched: not where Zoho's own conversion has looked already."""
    every = [
        search
        for target in look.known.targets
        if target.kind != "zoho" or zoho_says.state == "unasked"
        for search in matching.searches(target, lead, look.known.catalogue)
    ]
    return tuple(_open_to(look, matching.merged(every)))


def wanted(look: Look, targets: Iterable[Target], lead: Lead) -> tuple[Search, ...]:
    """What must be searched for one of many leads; for Zoho's own conversion Zoho looks."""
    every = [
        search
        for target in targets
        if target.kind != "zoho"
        for search in matching.searches(target, lead, look.known.catalogue)
    ]
    return tuple(_open_to(look, matching.merged(every)))


def _guesses(look: Look) -> tuple[Search, ...]:
    """The searches that most leads need, before anything is known of this one.

    One for each module by what most leads have. Room that is left goes to the other fields, each
    alone, and then to taking searches apart: an empty value spoils only the search that names it.
    """
    every = [
        search
        for target in look.known.targets
        if target.kind != "zoho"
        for search in matching.searches(target, None, look.known.catalogue)
    ]
    usual: list[Search] = []
    rare: list[Search] = []
    for search in _open_to(look, matching.merged(every)):
        likely = tuple(one for one in search.conditions if one.kind in REFERRED)
        if likely:
            usual.append(Search(search.module, likely))
        rare += [Search(search.module, (one,)) for one in search.conditions if one not in likely]
    return _taken_apart([*usual, *rare][:MOST_SEARCHES])


def _taken_apart(searches: list[Search]) -> tuple[Search, ...]:
    """The same searches, as many as there may be: the longest loses its last condition first."""
    while searches and len(searches) < MOST_SEARCHES:
        longest = max(searches, key=lambda one: len(one.conditions))
        if len(longest.conditions) < 2:
            break
        *most, last = longest.conditions
        searches[searches.index(longest)] = Search(longest.module, tuple(most))
        searches.append(Search(longest.module, (last,)))
    return tuple(searches)


def _open_to(look: Look, searches: Iterable[Search]) -> Iterator[Search]:
    """The searches without what Zoho hides from the person: it refuses a search that names it."""
    modules, profile = look.known.catalogue.modules, look.user.profile.id
    for search in searches:
        module = modules[search.module]
        hidden = {name for name, field in module.fields.items() if profile in field.hidden_from}
        conditions = tuple(one for one in search.conditions if one.field not in hidden)
        if conditions and obstacles.shown(module, look.user):
            yield replace(search, conditions=conditions)


def _composite(crm: Crm, lead_id: str, guesses: Sequence[Search]) -> Answers:
    """The lead and the guessed searches in one call; nothing where Zoho refuses such a call."""
    asks: dict[str, Ask] = {LEAD: crm.asks.lead(lead_id)}
    for number, guess in enumerate(guesses):
        criteria = _by_reference(guess.conditions)
        asks[_name(number)] = crm.asks.search(guess.module, criteria, MOST_FOUND)
    try:
        return crm.composite(asks)
    except GrantRevoked:
        raise
    except ZohoRefused:
        return {}


def _by_reference(conditions: Sequence[Condition]) -> str:
    parts = [
        f"({one.field}:{one.operator}:{reference(LEAD, f'data[0].{one.lead_field}')})"
        for one in conditions
    ]
    return parts[0] if len(parts) == 1 else f"({'or'.join(parts)})"


@dataclass(frozen=True, slots=True)
class _Heard:
    """A guessed search that can be believed, and what it found."""

    search: Search
    found: tuple[Record, ...]


def _heard(guesses: Sequence[Search], answers: Answers, lead: Record) -> Iterator[_Heard]:
    """The guesses that were answered, whose values meant what we mean, and which found all."""
    for number, guess in enumerate(guesses):
        answer = answers.get(_name(number), NOT_ANSWERED)
        if isinstance(answer, ZohoError) or not all(_as_is(one, lead) for one in guess.conditions):
            continue
        found = records.records(answer, guess.module)
        if len(found) < MOST_FOUND:
            yield _Heard(guess, found)


def _says_all(search: Search, heard: Sequence[_Heard]) -> bool:
    """Whether the guessed searches have found whatever the wanted one would find."""
    covered = {_meaning(one) for guess in heard for one in guess.search.conditions}
    return all(_meaning(one) in covered for one in search.conditions)


def _meaning(condition: Condition) -> tuple[str, str, str]:
    return condition.field, condition.lead_field, condition.operator


def _joined(heard: Sequence[_Heard]) -> tuple[Record, ...]:
    """What they found, each record once."""
    return tuple({one.id: one for guess in heard for one in guess.found}.values())


def _as_is(condition: Condition, lead: Record) -> bool:
    """Whether the lead's own value, put into the criteria as it stands, means what we mean."""
    value = text_of(lead.values, condition.lead_field)
    wanted = spelling.stem(value) if condition.operator == "starts_with" else value
    return wanted == value and matching.trustworthy(value)


def _lead(crm: Crm, lead_id: str, answers: Answers) -> Record:
    """The lead out of the composite answer, or asked for alone where that did not work."""
    answer = answers.get(LEAD, NOT_ANSWERED)
    return crm.lead(lead_id) if isinstance(answer, ZohoError) else records.record(answer, "Leads")


def _search_all(crm: Crm, searches: Sequence[Search], lead: Record) -> Found:
    answers = together(
        *(tolerant(crm, one.module, matching.criteria(one, lead.values)) for one in searches)
    )
    return dict(zip((one.module for one in searches), answers, strict=True))


def tolerant(crm: Crm, module: str, criteria: str) -> Callable[[], Sequence[Record] | None]:
    """A search whose failure is "nobody could look", unless the person has to sign in again."""

    def look() -> Sequence[Record] | None:
        try:
            return crm.search(module, criteria, SEARCH_LIMIT)
        except GrantRevoked:
            raise
        except ZohoError:
            return None

    return look


def _named(look: Look, lead: Record) -> Named:
    """The records that lookup rules name; a name whose search failed is not in it."""
    catalogue = look.known.catalogue
    names = [
        one
        for one in named.names(look.known.targets, Lead(lead), catalogue)
        if obstacles.shown(catalogue.modules[one[0]], look.user)
    ]
    answers = together(
        *(tolerant(look.crm, name[0], named.criteria(name, catalogue)) for name in names)
    )
    heard = zip(names, answers, strict=True)
    return {name: named.meant(name, one, catalogue) for name, one in heard if one is not None}


def counts(look: Look, lead_id: str, lists: Sequence[str] | None = None) -> Counts:
    """How much hangs on the lead. That it cannot be counted keeps nobody from converting."""
    named_ones = look.lists if lists is None else tuple(lists)
    try:
        return look.crm.related_counts("Leads", lead_id, named_ones) if named_ones else {}
    except GrantRevoked:
        raise
    except ZohoError:
        return dict.fromkeys(named_ones)


def _name(number: int) -> str:
    """The name of a search within a composite request."""
    return f"search_{number}"

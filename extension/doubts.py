"""Does, for what is known of an org's CRM: doubts it, where something shows that it is out of date.

Zoho tells of records and never of modules, fields, layouts or choices. But who changes a field that
nobody here knows, keeps a choice that nobody here knows, or refuses what fits all that is known
here, is not as it was when it was last described. Then it is described anew before it is used
again: once for each such thing, since Zoho need not mean by it what we do.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta

import structlog
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session as Db

from . import catalogues
from .journal import Ended
from .parts import Parts
from .planning.records import Catalogue, Field, Module
from .planning.steps import ConvertInZoho, Create, LinkLookup, MarkLead, Step, Update
from .store.database import changed, once_more
from .store.models import Metadata
from .store.sealing import digest
from .store.watching import Strange
from .zoho.notifications import News

log = structlog.get_logger(__name__)

MOST_A_DAY = 24
"""How many strange things are heeded: a CRM is described in about fifteen calls to Zoho."""
KEPT = timedelta(days=1)
TELLING = frozenset(
    {
        "INVALID_DATA", "INVALID_MODULE", "MANDATORY_NOT_FOUND", "MAPPING_MISMATCH",
        "DEPENDENT_FIELD_MISSING", "EXPECTED_FIELD_MISSING",
    }
)  # fmt: skip
"""Refusals of what our plans have checked against all that is known."""
CHOSEN = frozenset({"picklist", "multiselectpicklist"})


def of_news(parts: Parts, installation_id: int, module: str, told: News) -> None:
    """A notification names a module or fields of it that nobody here knows."""
    catalogue = catalogues.in_use(parts, installation_id)
    if catalogue is None:
        return
    known = catalogue.modules.get(module)
    if known is None:
        _doubt(parts, installation_id, [("module", module)])
    elif known.fields:
        unknown = [name for name in told.fields if name not in known.fields]
        _doubt(parts, installation_id, [("field", module, name) for name in unknown])


def of_lead(
    parts: Parts, installation_id: int, catalogue: Catalogue, values: Mapping[str, object]
) -> None:
    """A lead has a field, or holds a choice, that nobody here knows."""
    leads = catalogue.modules.get("Leads")
    if leads is not None and leads.fields:
        _doubt(parts, installation_id, _unknown(leads, values))


def of_refusals(parts: Parts, installation_id: int, found: Iterable[Ended]) -> None:
    """Zoho has refused a step that fitted."""
    refused = [(module_of(one.entry.step), one.refusal or {}) for one in found]
    of_refusal(
        parts,
        installation_id,
        [(module, str(one.get("code")), str(one.get("field"))) for module, one in refused],
    )


def of_refusal(
    parts: Parts, installation_id: int, refused: Sequence[tuple[str, str, str]]
) -> None:  # fmt: skip
    """The same, as module, Zoho's code and the field that it blames."""
    telling = [one for one in refused if one[0] and one[1] in TELLING]
    _doubt(parts, installation_id, [("refused", *one) for one in telling])


def forget(parts: Parts, db: Db) -> int:
    """What was strange a day ago may be so again."""
    over = delete(Strange).where(Strange.at < parts.clock() - KEPT)
    return changed(db, over)


def _unknown(leads: Module, values: Mapping[str, object]) -> Iterator[tuple[str, ...]]:
    for name, value in values.items():
        known = leads.fields.get(name)
        if known is not None:
            yield from (("choice", name, one) for one in _not_offered(known, value))
        elif name != "id" and not name.startswith("$"):
            yield "field", "Leads", name


def _not_offered(known: Field, value: object) -> list[str]:
    if known.data_type not in CHOSEN or not known.choices:
        return []
    offered = {one.value for one in known.choices} | {one.label for one in known.choices}
    held = value if isinstance(value, list) else [value]
    return [one for one in held if isinstance(one, str) and one and one not in offered]


def module_of(step: Step) -> str:
    """Where it writes what has been checked; "" for a step that writes nothing of the kind."""
    match step:
        case Create(module=module):
            return module
        case Update(on=on) | LinkLookup(on=on):
            return on.module
        case MarkLead() | ConvertInZoho():
            return "Leads"
    return ""


def _doubt(parts: Parts, installation_id: int, strange: Iterable[tuple[str, ...]]) -> None:
    # Of a choice only a digest is kept: somebody may have typed it.
    whats = {digest("\n".join(one)) for one in strange}
    if not whats:
        return
    heeded = once_more(lambda: _noted(parts, installation_id, whats))
    if heeded:
        log.info("metadata doubted", installation_id=installation_id)


def _noted(parts: Parts, installation_id: int, whats: set[str]) -> bool:
    """Whether any of it is news that is heeded."""
    now = parts.clock()
    with parts.sessions.begin() as db:
        of = Strange.installation_id == installation_id
        known = set(db.scalars(select(Strange.what).where(of)))
        new = sorted(whats - known)[: max(MOST_A_DAY - len(known), 0)]
        for what in new:
            db.merge(Strange(installation_id=installation_id, what=what, at=now))
        if new:
            db.execute(
                update(Metadata)
                .where(Metadata.installation_id == installation_id, catalogues.IS_CATALOGUE)
                .values(doubted_at=now)
            )
    return bool(new)

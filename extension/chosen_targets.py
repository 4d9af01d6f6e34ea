"""What an org's leads may become, as its administrators have said: kept by version, so that of two
who change it at once nobody overwrites the other unseen."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

import structlog
from sqlalchemy import CursorResult, insert, select, update
from sqlalchemy.exc import IntegrityError

from . import catalogues
from .errors import ExtensionError, InvalidInput, NotFound, TargetsChanged
from .parts import Parts
from .planning import rule_data
from .planning.business import leads_of
from .planning.demands import can_be_filled
from .planning.lint import Finding, lint
from .planning.records import Catalogue, Module
from .planning.rules import Rule
from .planning.ruling import Spot, ruled
from .planning.shape import Shape
from .planning.suggested import Suggested, suggested
from .planning.target_data import as_data, from_data
from .planning.targets import Target, can_be_target, module_target, zoho_target
from .sessions import Caller
from .shelf import Known
from .store.models import ChosenTargets, Grant

log = structlog.get_logger(__name__)

NEVER = 0
"""The version while nobody has saved any: then the targets are those that we suggest."""

NO_TARGETS = frozenset({"Leads", "Notes", "Attachments"})
"""Notes and attachments need a parent, which nobody can name: said here since of modules that no
target names the fields are not known."""

Targets = tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """An org's targets, and what is to be said of them."""

    version: int
    targets: Targets
    findings: tuple[Finding, ...]
    catalogue: Catalogue
    changed_at: datetime | None = None
    changed_by: tuple[str, str] | None = None
    """Zoho's id and the name of who has changed them last."""


def meant(parts: Parts, caller: Caller, known: Known) -> Known:
    """What is known of the org, with the targets that its administrators have chosen."""
    installation_id = caller.installation.id
    current = stamp(parts, installation_id)
    if current is None:
        return known
    # A database may give the id of an org that has gone to the next one that comes; and what a
    # module is like may have been read with the caller's own grant.
    whose = f"{caller.installation.short_id}:{caller.grant.profile_id}"
    key = (installation_id, f"targets:{whose}")
    kept = parts.shelf.get(key, (*current, known.read_at), Known)
    if kept is not None:
        return kept
    row = _row(parts, installation_id)
    if row is None:
        return known
    targets = from_data(row.document)
    full = catalogues.furnish(parts, caller, known, modules_of(targets))
    found = replace(full, targets=_completed(targets, full.catalogue))
    parts.shelf.put(key, (row.version, row.changed_at, known.read_at), found)
    return found


def look(parts: Parts, caller: Caller) -> Chosen:
    """The targets as they are now."""
    row = _row(parts, caller.installation.id)
    known = catalogues.read(parts, caller)
    targets = known.targets if row is None else from_data(row.document)
    return _chosen(parts, row, targets, _furnished(parts, caller, known, targets).catalogue)


def check(parts: Parts, caller: Caller, targets: Targets) -> tuple[Finding, ...]:
    """What is wrong with targets that are not saved, as the org's metadata is now."""
    known = catalogues.read(parts, caller)
    return lint(targets, _furnished(parts, caller, known, targets).catalogue)


def save(parts: Parts, caller: Caller, version: int, targets: Targets) -> Chosen:
    """Put these targets in the place of that version.

    Raises InvalidInput where lint finds an error, and TargetsChanged where that version is not the
    current one any more; then nothing is saved.
    """
    known = _furnished(parts, caller, catalogues.read(parts, caller), targets)
    refuse(lint(targets, known.catalogue))
    return _keep(parts, caller, version, targets, known)


def set_rule(parts: Parts, caller: Caller, spot: Spot, data: object) -> Chosen:
    """Have this rule fill that field from now on. What somebody else saves meanwhile stays.

    Raises NotFound, and InvalidInput where the rule is none, or brings an error that was not
    there before.
    """
    shape = Shape(data, "rule")
    shape.sound()
    shape.refuse("This rule cannot be read.")
    rule = rule_data.from_data(shape)
    shape.refuse("This rule cannot be read.")
    try:
        return _set_rule(parts, caller, spot, rule)
    except TargetsChanged:
        return _set_rule(parts, caller, spot, rule)


def suggest(parts: Parts, caller: Caller, name: str) -> tuple[Target, tuple[Suggested, ...]]:
    """A first target for a module, with the reasons for its mapping. Raises NotFound."""
    known = catalogues.furnish(parts, caller, catalogues.read(parts, caller), [name])
    module = known.catalogue.modules.get(name)
    if module is None or module not in open_modules(known.catalogue):
        raise NotFound("There is no such module in which leads could become records.")
    pairs = suggested(leads_of(known.catalogue), module)
    return module_target(module, known.catalogue), pairs


def open_modules(catalogue: Catalogue) -> tuple[Module, ...]:
    """The modules that a target may be made for, by label."""
    found = [
        one
        for one in catalogue.modules.values()
        if can_be_target(one) and one.api_name not in NO_TARGETS and can_be_filled(one)
    ]
    return tuple(sorted(found, key=lambda one: (one.singular.casefold(), one.api_name)))


def modules_of(targets: Iterable[Target]) -> list[str]:
    """The modules that targets of ours create records in."""
    return [one.module for target in targets if target.kind == "records" for one in target.records]


def refuse(findings: Iterable[Finding]) -> None:
    """InvalidInput with the errors among the findings, if there are any."""
    faults: dict[str, str] = {}
    for one in findings:
        if one.severity == "error":
            faults.setdefault(one.path, one.message)
    if faults:
        raise InvalidInput("These targets do not fit your Zoho CRM.", details={"fields": faults})


def _set_rule(parts: Parts, caller: Caller, spot: Spot, rule: Rule) -> Chosen:
    now = look(parts, caller)
    found = ruled(now.targets, spot, rule)
    if found is None:
        raise NotFound("There is no such target of yours with such a record.")
    path, targets = found
    known = _furnished(parts, caller, catalogues.read(parts, caller), targets)
    before = {(one.path, one.code, one.message) for one in now.findings}
    brought = [
        replace(one, path="rule") if one.path == path else one
        for one in lint(targets, known.catalogue)
        if one.path == path or (one.path, one.code, one.message) not in before
    ]
    refuse(brought)
    return _keep(parts, caller, now.version, targets, known)


def _completed(targets: Targets, catalogue: Catalogue) -> Targets:
    """With the records of Zoho's own conversion, which are Zoho's to say."""
    own = zoho_target(catalogue).records
    return tuple(replace(one, records=own) if one.kind == "zoho" else one for one in targets)


def _furnished(parts: Parts, caller: Caller, known: Known, targets: Targets) -> Known:
    return catalogues.furnish(parts, caller, known, modules_of(targets))


def _keep(parts: Parts, caller: Caller, version: int, targets: Targets, known: Known) -> Chosen:
    row = ChosenTargets(
        installation_id=caller.installation.id,
        version=version + 1,
        document=[as_data(one) for one in targets],
        changed_at=parts.clock(),
        changed_by=caller.grant.zoho_user_id,
    )
    if not _written(parts, row):
        raise _overtaken(parts, caller.installation.id)
    log.info("targets changed", installation=caller.installation.short_id, version=row.version)
    _learn(parts, caller, targets)
    return _chosen(parts, row, targets, known.catalogue)


def _written(parts: Parts, row: ChosenTargets) -> bool:
    """Whether it took the place of the version before it, which must be the current one."""
    values = {
        name: getattr(row, name) for name in ("version", "document", "changed_at", "changed_by")
    }
    with parts.sessions.begin() as db:
        if row.version == NEVER + 1:
            try:
                with db.begin_nested():
                    db.execute(
                        insert(ChosenTargets).values(installation_id=row.installation_id, **values)
                    )
            except IntegrityError:
                return False
            return True
        done: CursorResult[tuple[()]] = db.execute(  # type: ignore[assignment]
            update(ChosenTargets)
            .where(
                ChosenTargets.installation_id == row.installation_id,
                ChosenTargets.version == row.version - 1,
            )
            .values(**values)
        )
        return done.rowcount == 1


def _overtaken(parts: Parts, installation_id: int) -> ExtensionError:
    current = stamp(parts, installation_id)
    return TargetsChanged(
        "Somebody else has changed the targets meanwhile. Nothing of yours was saved: look at the "
        "new ones, then save again.",
        details={"version": NEVER if current is None else current[0]},
    )


def _learn(parts: Parts, caller: Caller, targets: Targets) -> None:
    """Read the metadata again where targets name a module of which nothing is kept yet. Where that
    fails, whoever needs the module reads it."""
    known = catalogues.at_hand(parts, caller)
    if known is None or not any(
        catalogues.is_bare(known.catalogue, one) for one in modules_of(targets)
    ):
        return
    try:
        catalogues.refresh(parts, caller)
    except ExtensionError as error:
        log.warning("metadata not refreshed", error_code=error.code)


def _chosen(
    parts: Parts, row: ChosenTargets | None, targets: Targets, catalogue: Catalogue
) -> Chosen:
    findings = lint(targets, catalogue)
    if row is None:
        return Chosen(NEVER, targets, findings, catalogue)
    who = (row.changed_by, _name(parts, row))
    return Chosen(row.version, targets, findings, catalogue, row.changed_at, who)


def _name(parts: Parts, row: ChosenTargets) -> str:
    """What the person was called who changed the targets; nothing where they are unknown by now."""
    with parts.sessions() as db:
        name = db.scalar(
            select(Grant.user_name).where(
                Grant.installation_id == row.installation_id, Grant.zoho_user_id == row.changed_by
            )
        )
    return name or ""


def stamp(parts: Parts, installation_id: int) -> tuple[int, datetime] | None:
    """Which targets are the current ones; None where there are none but our own."""
    of = ChosenTargets.installation_id == installation_id
    with parts.sessions() as db:
        row = db.execute(select(ChosenTargets.version, ChosenTargets.changed_at).where(of)).first()
    return None if row is None else (row.version, row.changed_at)


def _row(parts: Parts, installation_id: int) -> ChosenTargets | None:
    with parts.sessions() as db:
        return db.get(ChosenTargets, installation_id)

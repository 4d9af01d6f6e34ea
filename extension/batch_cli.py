"""Many leads from the shell: `flask --app wsgi convert`, `batch`, `retry`, `cancel` and `undo`."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, TextIO

import click
from flask.cli import ScriptInfo, with_appcontext

from . import (
    batch_given,
    batch_text,
    batches,
    installations,
    left_alone,
    requested,
    undoing,
)
from .batch_wishes import Wish
from .errors import ExtensionError, InvalidInput, NotFound, NotPossible
from .sessions import Caller
from .web.conversion_schemas import MOST_NAMED
from .web.world import parts

Json = dict[str, Any]
ORG = click.option("--org", default="", help="The org's zgid, where several are installed.")
EVERY_SECONDS = 1
QUIET_SECONDS = 30
QUIET = (
    f"Nothing has moved for {QUIET_SECONDS} seconds: a worker must be running (`flask --app wsgi "
    "work`). If one is, Zoho is slow or busy. This goes on by itself."
)
ROWS = 200


@click.command("convert")
@click.argument("leads", metavar="LEAD_ID...", nargs=-1)
@click.option(
    "--file",
    type=click.File(encoding="utf-8-sig", errors="replace"),
    help="Ids of leads, one a line; - is standard input.",
)
@click.option("--target", required=True, help="The key of a target, or by_rule.")
@click.option("--set", "typed", multiple=True, metavar="RECORD.FIELD=VALUE", help="For all leads.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="What the API says of the batch, as JSON.")
@ORG
@with_appcontext
def convert(
    leads: tuple[str, ...],
    file: TextIO | None,
    target: str,
    typed: tuple[str, ...],
    yes: bool,
    as_json: bool,
    org: str,
) -> None:
    """Convert up to 10,000 leads: plan them, show what would happen, ask, and carry it out.

    Ends with 1 where some are blocked, fail or wait, and with 2 where what was given is wrong and
    nothing was begun.
    """
    if file is not None and batch_given.is_stdin(file) and not yes:
        raise click.UsageError("With leads from standard input nobody can be asked: say --yes.")
    with _in_sentences():
        named = batch_given.leads(leads, file)
        caller = installations.automation(parts(), org)
        choices = batch_given.choices(caller, target, typed)
        batch = batches.request(parts(), caller, Wish(named[:MOST_NAMED], choices))["id"]
        with _nothing_left(caller, batch):
            for at in range(MOST_NAMED, len(named), MOST_NAMED):
                batches.add(parts(), caller, batch, named[at : at + MOST_NAMED])
            _agree(caller, batch, yes=yes, err=as_json)
        batch_text.say(
            [f"It goes on if this ends: `flask --app wsgi batch {batch}` shows it."], err=True
        )
        one = _watched(lambda: batches.find(parts(), caller, batch), ("running", "paused"))
        _show_end(caller, one, as_json)
    _end(one)


@click.command("batch")
@click.argument("batch", metavar="ID")
@click.option("--csv", "as_csv", is_flag=True, help="The ledger as CSV, with all its columns.")
@ORG
@with_appcontext
def show_batch(batch: str, as_csv: bool, org: str) -> None:
    """Print how far a batch has come, and what becomes of each of its leads."""
    with _in_sentences():
        caller = installations.automation(parts(), org)
        if as_csv:
            for some in batches.ledger_csv(parts(), caller, batch):
                click.echo(some, nl=False)
            return
        one = batches.find(parts(), caller, batch)
        batch_text.say(
            [f"Batch {batch} is {one['state']}: {one['leads']:,} leads to {one['target_label']}."]
        )
        batch_text.say(
            [
                "",
                *batch_text.columns(
                    [batch_text.LEDGER, *map(batch_text.cells, _ledger(caller, batch))]
                ),
            ]
        )


@click.command("retry")
@click.argument("what", metavar="CONVERSION|BATCH")
@click.option("--yes", is_flag=True, help="Do not ask about leads that were blocked.")
@ORG
@with_appcontext
def retry(what: str, yes: bool, org: str) -> None:
    """Try again what has failed, and nothing else. Leads of a batch that were blocked are planned
    again, and begun after a yes. Ends with 1 where some are still not converted."""
    with _in_sentences():
        caller = installations.automation(parts(), org)
        if not _is_batch(caller, what):
            requested.retry(parts(), caller, what)
            left = batch_text.trouble(_watched_one(caller, what, ("queued", "running")), "done")
            if left:
                raise click.ClickException(left)
            click.echo("It is done.")
            return
        look = partial(batches.find, parts(), caller, what)
        # One that waits for a yes is asked about again, also where nothing else is to be done.
        if look()["state"] != "planned" or look()["counts"]["blocked"]:
            batches.retry(parts(), caller, what)
        if _watched(look, ("planning",))["state"] == "planned":
            _agree(caller, what, yes=yes, err=False)
        one = _watched(look, ("running", "paused"))
        _show_end(caller, one, as_json=False)
    _end(one)


@click.command("cancel")
@click.argument("what", metavar="CONVERSION|BATCH")
@ORG
@with_appcontext
def cancel(what: str, org: str) -> None:
    """Do nothing more of a conversion, or of a batch; what is being sent to Zoho just now is
    finished."""
    with _in_sentences():
        caller = installations.automation(parts(), org)
        module = batches if _is_batch(caller, what) else requested
        module.cancel(parts(), caller, what)
    click.echo("It is cancelled. What was done stays until it is undone.")


@click.command("undo")
@click.argument("what", metavar="CONVERSION|BATCH")
@click.option("--force", is_flag=True, help="Also what somebody has changed since.")
@ORG
@with_appcontext
def undo(what: str, force: bool, org: str) -> None:
    """Take a conversion, or every one of a batch, back. Ends with 1 where something stays."""
    with _in_sentences():
        caller = installations.automation(parts(), org)
        left = (_undo_batch if _is_batch(caller, what) else _undo_one)(caller, what, force)
    if left:
        batch_text.say(left, err=True)
        raise click.exceptions.Exit(1)
    click.echo("It is undone.")


def _is_batch(caller: Caller, what: str) -> bool:
    for find, is_batch in ((batches.find, True), (requested.find, False)):
        with suppress(NotFound):
            find(parts(), caller, what)
            return is_batch
    raise NotFound("There is no such batch, and no such conversion.")


def _undo_batch(caller: Caller, batch: str, force: bool) -> list[str]:
    """What is to be said of that which stays."""
    batches.undo(parts(), caller, batch, force=force)
    _watched(lambda: batches.find(parts(), caller, batch), ("undoing",))
    rows = [row for row in _ledger(caller, batch) if row["left_alone"] or row["state"] in STAYING]
    if not rows:
        return []
    told = [f"{row['name'] or row['lead']}: {batch_text.why(row) or row['state']}" for row in rows]
    codes = {each["code"] for row in rows for each in row["left_alone"]}
    helps = not force and codes & {*left_alone.FORCEABLE}
    last = f"{len(rows):,} of its conversions are not taken back."
    return [*told, f"{last} {FORCE}" if helps else last]


STAYING = ("done", "failed", "waiting")
FORCE = "--force also takes what somebody has changed, or added to, since."


def _undo_one(caller: Caller, conversion: str, force: bool) -> list[str]:
    undoing.undo(parts(), caller, conversion, force=force)
    one = _watched_one(caller, conversion, ("undoing",))
    left: dict[str, list[str]] = {}
    for each in one["left_alone"]:
        left.setdefault(each["message"], []).append(f"{each['module']} {each['id']}")
    if left:
        said = [f"Left alone: {', '.join(records)}. {why}" for why, records in left.items()]
        return [*said, FORCE]
    trouble = batch_text.trouble(one, "undone")
    return [trouble] if trouble else []


def _watched_one(caller: Caller, conversion: str, going_on: Sequence[str]) -> Json:
    return _watched(lambda: requested.find(parts(), caller, conversion), going_on)


def _end(one: Json) -> None:
    if one["state"] != "done" or one["counts"]["done"] != one["leads"]:
        raise click.exceptions.Exit(1)


@contextmanager
def _nothing_left(caller: Caller, batch: str) -> Iterator[None]:
    """Nobody starts later what ended before its yes."""
    try:
        yield
    except (ExtensionError, click.Abort, KeyboardInterrupt):
        with suppress(ExtensionError):
            batches.cancel(parts(), caller, batch)
        raise


def _agree(caller: Caller, batch: str, *, yes: bool, err: bool) -> None:
    """Show what would happen, once that is known, ask, and start it. Raises NotPossible."""
    one = _watched(lambda: batches.find(parts(), caller, batch), ("planning",))
    batch_text.say([*batch_text.columns(batch_text.estimate(one)), *_reasons(caller, one)], err=err)
    if one["problem"] is not None:
        raise NotPossible(one["problem"]["message"])
    if one["possible"] and not yes:
        click.confirm(f"Convert {one['counts']['planned']:,} leads?", abort=True, err=err)
    batches.start(parts(), caller, batch, str(one["digest"]))


def _watched(look: Callable[[], Json], going_on: Sequence[str]) -> Json:
    """How it is once it is in none of these states; until then a line whenever it moves."""
    found = click.get_current_context().find_object(ScriptInfo)
    pause = time.sleep if found is None else found.data.get("pause", time.sleep)
    before, quiet = None, 0
    while (one := look())["state"] in going_on:
        if one != before:
            batch_text.say([batch_text.progress(one)], err=True)
            before, quiet = one, 0
        elif quiet == QUIET_SECONDS and one["state"] != "paused":
            batch_text.say([QUIET], err=True)
        pause(EVERY_SECONDS)
        quiet += EVERY_SECONDS
    return one


def _show_end(caller: Caller, one: Json, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(one, indent=2, ensure_ascii=False))
        return
    counts = [(name.capitalize(), f"{count:,}") for name, count in one["counts"].items() if count]
    batch_text.say(["", *batch_text.columns(counts), *_reasons(caller, one)])


def _reasons(caller: Caller, one: Json) -> Iterator[str]:
    """Why some of them stand still: each reason once, with how many it holds up."""
    for state in ("blocked", "failed", "waiting"):
        if not one["counts"][state]:
            continue
        found = Counter(batch_text.why(row) for row in _ledger(caller, one["id"], state))
        yield from (f"{count:,} {state}: {why}" for why, count in found.most_common())


def _ledger(caller: Caller, batch: str, state: str = "") -> Iterator[Json]:
    after: int | None = 0
    while after is not None:
        page = batches.ledger(parts(), caller, batch, state=state, after=after, limit=ROWS)
        yield from page["rows"]
        after = page["next"]


@contextmanager
def _in_sentences() -> Iterator[None]:
    """What goes wrong, as a sentence and an end with 1; with 2 where it is what was given."""
    try:
        yield
    except ExtensionError as error:
        fields: Any = error.details.get("fields") or {}
        named = [f"{name}: {said}" for name, said in fields.items()]
        given = isinstance(error, InvalidInput | NotFound)
        end = _BadInput if given else click.ClickException
        raise end("\n".join([error.message, *named])) from None


class _BadInput(click.ClickException):
    exit_code = 2

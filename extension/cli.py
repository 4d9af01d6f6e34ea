"""The commands: `flask --app wsgi …`."""

import json
import os
import signal
import threading
from typing import Any, BinaryIO

import click
from flask.cli import with_appcontext

from . import (
    audit,
    batch_runs,
    catalogues,
    conversions,
    event_endpoints,
    grants,
    hooks,
    inbox,
    installations,
    jobs,
    leaving,
    restoring,
    running,
    telling,
    worker,
)
from .batch_cli import cancel, convert, retry, show_batch, undo
from .errors import ExtensionError
from .hooks_cli import hooks_commands, replay
from .setup_cli import doctor, provision
from .store import database
from .targets_cli import targets
from .web.api import zoho_id
from .web.world import parts

MARKS = {True: "yes", False: "no"}
GIVES_WAY = 10
"""How much nicer a worker is than those who serve calls: it gets a tenth of a processor for which
both ask."""


@click.command("migrate")
@with_appcontext
def migrate() -> None:
    """Bring the database's tables up to date."""
    # Ours come last: by them /readyz knows that all is done.
    jobs.migrate(parts().config.database_url)
    database.migrate(parts().engine)
    click.echo("The tables are up to date.")


@click.command("rotate-keys")
@with_appcontext
def rotate_keys() -> None:
    """Put every kept token under the first of SECRET_KEYS, so that the others can go."""
    done, lost = grants.reseal(parts())
    closed = hooks.reseal(parts())
    click.echo(f"{done} grants are under the newest key.")
    if closed:
        click.echo(f"{closed} webhook secrets cannot be read: `hooks rotate` makes new ones.")
    untold = event_endpoints.reseal(parts())
    if untold:
        click.echo(f"{untold} secrets of endpoints cannot be read: rotate them in the API.")
    if lost:
        raise click.ClickException(
            f"No configured key opens {lost} more: their users must sign in again, or put the key "
            "back into SECRET_KEYS."
        )


@click.command("options")
@click.argument("lead_id")
@click.option("--org", default="", help="The org's zgid, where several are installed.")
@click.option("--json", "as_json", is_flag=True, help="What the API answers, as JSON.")
@with_appcontext
def options(lead_id: str, org: str, as_json: bool) -> None:
    """Print what a lead can become, as the automation grant sees it."""
    try:
        answer = conversions.offer(
            parts(), installations.automation(parts(), org), zoho_id(lead_id)
        )
    except ExtensionError as error:
        raise click.ClickException(error.message) from None
    click.echo(json.dumps(answer, indent=2, ensure_ascii=False) if as_json else _table(answer))


@click.command("refresh-metadata")
@click.option("--org", default="", help="The org's zgid, where several are installed.")
@with_appcontext
def refresh_metadata(org: str) -> None:
    """Read modules, fields and layouts from Zoho again."""
    try:
        known = catalogues.refresh(parts(), installations.automation(parts(), org))
    except ExtensionError as error:
        raise click.ClickException(error.message) from None
    click.echo(f"{len(known.catalogue.modules)} modules, {len(known.targets)} targets.")


@click.command("restore")
@click.argument("file", type=click.File("rb"))
@click.option("--org", default="", help="The org's zgid, where several are installed.")
@click.option("--dry-run", is_flag=True, help="Only say what would be written.")
@with_appcontext
def restore(file: BinaryIO, org: str, dry_run: bool) -> None:
    """Make a lead again of FILE, the JSON that its conversion has left, unless that is done."""
    try:
        caller = installations.automation(parts(), org)
        done = restoring.restore(parts(), caller, _object(file.read()), dry_run=dry_run)
    except ExtensionError as error:
        raise click.ClickException(error.message) from None
    if done.id:
        click.echo(f"Lead {done.id} {'is made' if done.new else 'was made of it before'}.")
    else:
        click.echo(json.dumps(done.row, indent=2, ensure_ascii=False))


def _object(data: bytes) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise click.ClickException("This is no file that a conversion has left of a lead.")
    return found


@click.command("audit")
@click.argument("conversion_id")
@click.option("--org", default="", help="The org's zgid, where several are installed.")
@with_appcontext
def print_audit(conversion_id: str, org: str) -> None:
    """Print who had a conversion done, when, and what it has written, as JSON."""
    try:
        found = audit.of_org(parts(), installations.find(parts(), org), conversion_id)
    except ExtensionError as error:
        raise click.ClickException(error.message) from None
    click.echo(json.dumps(found, indent=2, ensure_ascii=False))


@click.command("uninstall")
@click.option("--org", default="", help="The org's zgid, where several are installed.")
@click.confirmation_option(prompt="Revoke every consent of this org and delete what is kept?")
@with_appcontext
def uninstall(org: str) -> None:
    """Take our rule out of an org's Zoho CRM, revoke its consents and delete everything that is
    kept of it. Fields of ours stay there, with what is in them."""
    try:
        found = installations.find(parts(), org)
    except ExtensionError as error:
        raise click.ClickException(error.message) from None
    left = leaving.leave(parts(), found)
    click.echo(f"{found.org_name} is uninstalled.")
    for said in leaving.told(left):
        click.echo(f"[hand] {said}")


@click.command("work")
@with_appcontext
def work() -> None:
    """Carry out what is in line, and keep house, until told to stop."""
    world, stop = parts().patient(), threading.Event()
    # Whoever waits for an answer on the same machine comes before what nobody watches.
    os.nice(GIVES_WAY)
    if not database.is_ready(world.engine):
        raise click.ClickException(
            "The database does not answer, or its tables are not up to date: "
            "`flask --app wsgi migrate` brings them there."
        )
    for number in (signal.SIGTERM, signal.SIGINT):
        # In a thread: the main one may hold the event's own lock at that moment.
        signal.signal(number, lambda *_: threading.Thread(target=stop.set).start())
    runs = batch_runs.duty(world, running.duty(world))
    left = worker.work(world, stop, telling.duty(world, inbox.duty(world, runs)))
    if left:
        # Their threads would keep the process for as long as Zoho pleases.
        click.echo(f"{left} runs are left to another worker.", err=True)
        os._exit(0)


commands = (
    migrate, rotate_keys, options, convert, show_batch, retry, cancel, undo, refresh_metadata,
    targets, provision, doctor, hooks_commands, replay, restore, print_audit, uninstall, work,
)  # fmt: skip


def _table(answer: dict[str, Any]) -> str:
    lead = answer["lead"]
    rows = [("Target", "Open", "Carried", "Lost", "Matches", "To fill in")]
    for one in answer["options"]:
        matches = sum(len(record["matches"]) for record in one["records"])
        rows.append(
            (
                one["label"],
                MARKS[one["available"]],
                str(one["carried"]),
                str(one["lost"]),
                str(matches),
                ", ".join(blank["label"] for blank in one["to_fill"] if blank["required"]) or "-",
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    blockers = [
        f"{one['label']}: {said['message']}"
        for one in answer["options"]
        for said in one["blockers"]
    ]
    title = f"{lead['name']} ({lead['company'] or 'no company'}), lead {lead['id']}"
    return "\n".join([title, "", *lines, *(["", *blockers] if blockers else [])])

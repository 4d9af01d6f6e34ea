"""The other door from a shell: `flask --app wsgi hooks …` and `flask --app wsgi replay`."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import click
from flask.cli import with_appcontext

from . import automations, deliveries, hooks, inbox, installations
from .doors import Door
from .errors import ExtensionError
from .parts import Parts
from .sessions import Caller
from .web.world import parts
from .zoho import webhooks
from .zoho.webhooks import Sent

ORG = click.option("--org", default="", help="The org's zgid, where several are installed.")


@click.group("hooks")
def hooks_commands() -> None:
    """The address that workflow rules call, and its secrets."""


@hooks_commands.command("show")
@ORG
@with_appcontext
def show(org: str) -> None:
    """Print the address and the secret; they are made where there were none."""
    _print(hooks.show(parts(), _caller(org).installation))


@hooks_commands.command("rotate")
@click.argument("kinds", nargs=-1, type=click.Choice(hooks.KINDS))
@click.option("--overlap-hours", default=168, show_default=True, type=click.IntRange(0, 24 * 90))
@ORG
@with_appcontext
def rotate(kinds: tuple[hooks.Kind, ...], overlap_hours: int, org: str) -> None:
    """Put a new key, secret or both in the place of the former, which end after the overlap."""
    found = _caller(org).installation
    _print(hooks.rotate(parts(), found, kinds or hooks.KINDS, timedelta(hours=overlap_hours)))


@click.command("replay")
@click.argument("what")
@ORG
@with_appcontext
def replay(what: str, org: str) -> None:
    """Have a delivery dealt with once more: WHAT is its id, or a FILE with a recorded call."""
    try:
        caller = _caller(org)
        file = Path(what)
        told = _recorded(parts(), caller, file) if file.is_file() else None
        click.echo(told or f"{deliveries.replay(parts(), caller, what)['id']} is in line again.")
    except ExtensionError as error:
        raise click.ClickException(error.message) from None


def _recorded(world: Parts, caller: Caller, file: Path) -> str:
    """Accept the call that the file holds, as though it had come through the door."""
    try:
        sent = sent_from(json.loads(file.read_text()))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise click.ClickException(f"{file.name} holds no recorded call.") from None
    installation = caller.installation
    marker = automations.current(world, installation.id).lead_in_text
    door = Door(installation.id, installation.short_id, None, (), marker)
    told = webhooks.read(sent, marker)
    accepted = inbox.accept(world, door, told, sent.body + urlencode(sent.query).encode())
    return f"{accepted.public_id} is in line." if not accepted.repeated else (
        f"{accepted.public_id} was this call already."
    )  # fmt: skip


def sent_from(recorded: dict[str, Any]) -> Sent:
    """A call as tests/payloads/webhooks keeps it: query, headers, content_type, body. A byte that
    is no UTF-8 stands there as half a character."""
    return Sent(
        body=str(recorded.get("body", "")).encode("utf-8", "surrogateescape"),
        content_type=str(recorded.get("content_type", "")),
        query=[(str(name), str(value)) for name, value in recorded.get("query", [])],
        headers=[(str(name), str(value)) for name, value in recorded.get("headers", [])],
    )


def _caller(org: str) -> Caller:
    try:
        return installations.automation(parts(), org)
    except ExtensionError as error:
        raise click.ClickException(error.message) from None


def _print(knock: hooks.Knock) -> None:
    click.echo(f"address  {knock.address}\n{hooks.HEADER}  {knock.secret}")
    for kind, until in knock.former_until.items():
        click.echo(f"The former {kind} is accepted until {until.isoformat()}.")

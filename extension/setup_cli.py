"""Setting Zoho up, from the shell: `flask --app wsgi provision`."""

from collections.abc import Iterator

import click
from flask.cli import with_appcontext

from . import doctor as examining
from . import installations, provisioning, refusals
from .errors import ExtensionError
from .planning.doctor import of_calls
from .planning.provision import Item
from .planning.provision_rule import RuleWish
from .provisioning import Look
from .web.world import parts

MARKS = {"right": " ok ", "missing": "make", "wrong": "mend", "by_hand": "hand", "surplus": "away"}


@click.command("provision")
@click.option("--org", default="", help="The org's zgid, where several are installed.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--when", metavar="FIELD=VALUE", help="A field of leads, and what it becomes.")
@click.option("--do", "action", default="convert", help="convert, assess or options.")
@click.option(
    "--target", default="", help="The key of a target; else the automation's rules choose."
)
@click.option("--without-rule", is_flag=True, help="Take the rule and its webhook away.")
@with_appcontext
def provision(
    org: str, dry_run: bool, when: str | None, action: str, target: str, without_rule: bool
) -> None:
    """Add to an org's CRM what we need there, or repair it, with its installer's grant.

    Ends with 1 where something is left to be done by hand.
    """
    if without_rule and when is not None:
        raise click.UsageError("--when makes a rule, and --without-rule takes it away.")
    try:
        caller = installations.automation(parts(), org)
        if without_rule:
            found = provisioning.look_at_removal(parts(), caller)
            if not dry_run:
                found = provisioning.remove(parts(), caller, found.digest)
        else:
            wish = _wish(when, action, target)
            found = provisioning.look(parts(), caller, wish)
            if not dry_run:
                found = provisioning.apply(parts(), caller, found.digest, wish)
    except ExtensionError as error:
        faults = error.details.get("fields")
        named = [f"{name}: {said}" for name, said in faults.items()] if faults else []  # type: ignore[attr-defined]
        raise click.ClickException("\n".join([error.message, *named])) from None
    for line in _lines(found):
        click.echo(line)
    if any(_left(found, one) for one in found.items):
        raise click.exceptions.Exit(1)


def _wish(when: str | None, action: str, target: str) -> RuleWish | None:
    """The rule that is wished for; without `--when` the one that was applied last."""
    if when is None:
        return None
    field, _, value = when.partition("=")
    return RuleWish(field, value, action, target)


def _lines(found: Look) -> Iterator[str]:
    if found.missing_scopes:
        yield (
            f"The consent lacks {', '.join(found.missing_scopes)}: an administrator opens "
            f"{parts().config.public_url}/install and accepts again."
        )
    for one in found.items:
        came = found.came.get(one.id)
        yield f"[{MARKS[one.state]}] {one.said.message}" + (f" {came.said.message}" if came else "")
        if _left(found, one):
            yield from (f"         - {click.message}" for click in one.clicks)


def _left(found: Look, one: Item) -> bool:
    """Whether somebody has to do it by hand."""
    came = found.came.get(one.id)
    return one.state == "by_hand" or (came is not None and came.state != "done")


@click.command("doctor")
@click.option("--org", default="", help="The org's zgid, where several are installed.")
@with_appcontext
def doctor(org: str) -> None:
    """Say what keeps an org from working well, and what to do about it.

    Ends with 1 where there is an error.
    """
    try:
        found = examining.examine(parts(), installations.automation(parts(), org))
    except ExtensionError as error:
        raise click.ClickException(error.message) from None
    for one in found:
        click.echo(f"[{one.severity}] {one.message}\n          {one.fix}")
    if not found:
        click.echo("All is well.")
    # Of these nobody knows for which org they were meant.
    for refused in refusals.since_yesterday(parts(), refusals.NOBODY):
        said = of_calls(refused)
        click.echo(f"[note] {said.message}\n          {said.fix}")
    if any(one.severity == "error" for one in found):
        raise click.exceptions.Exit(1)

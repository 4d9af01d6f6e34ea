"""Targets as code: `flask --app wsgi targets export | lint | diff | apply`."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, BinaryIO

import click
from flask.cli import with_appcontext

from . import chosen_targets, installations, target_file
from .errors import ExtensionError
from .planning.lint import Finding
from .planning.target_changes import changes
from .sessions import Caller
from .target_file import Written, place_of
from .web.targets import schema_url
from .web.world import parts

A_FILE = click.File("rb")


@click.group("targets")
def targets() -> None:
    """What an org's leads may become, as a file to keep, compare and apply."""


def _command(name: str) -> Callable[[Any], Any]:
    """A command of the group, with what all of them have."""

    def decorate(run: Callable[..., None]) -> click.Command:
        @wraps(run)
        def told(*arguments: Any, **named: Any) -> None:
            with _in_sentences():
                run(*arguments, **named)

        org = click.option("--org", default="", help="The org's zgid, where several are installed.")
        return targets.command(name)(org(with_appcontext(told)))

    return decorate


@_command("export")
@click.argument("file", type=click.File("w", encoding="utf-8", lazy=True), default="-")
def export(org: str, file: Any) -> None:
    """Write the targets to FILE, or to the terminal."""
    chosen = chosen_targets.look(parts(), _who(org))
    file.write(target_file.dump(chosen.targets, schema_url()))


@_command("lint")
@click.argument("file", type=A_FILE, required=False)
def lint(org: str, file: BinaryIO | None) -> None:
    """Say what is wrong with FILE, or with what is saved, as Zoho's metadata is now.

    Ends with 1 where there is anything to say.
    """
    if file is None:
        findings = chosen_targets.look(parts(), _who(org)).findings
        _say(_one_line(finding) for finding in findings)
    else:
        written = _written(file)
        findings = chosen_targets.check(parts(), _who(org), written.targets)
        _say(_lines(findings, written, _name(file)))
    if findings:
        raise SystemExit(1)
    click.echo("There is nothing to say.")


@_command("diff")
@click.argument("file", type=A_FILE)
def diff(org: str, file: BinaryIO) -> None:
    """Say what applying FILE would change. Ends with 1 where that is anything."""
    written = _written(file)
    lines = changes(chosen_targets.look(parts(), _who(org)).targets, written.targets)
    if lines:
        _say(lines)
        raise SystemExit(1)
    click.echo("Nothing would change.")


@_command("apply")
@click.argument("file", type=A_FILE)
@click.option("--yes", is_flag=True, help="Do not ask.")
def apply(org: str, file: BinaryIO, yes: bool) -> None:
    """Put the targets of FILE in the place of those that are saved.

    Shows what that changes, and asks. Nothing is saved where lint finds an error, or where somebody
    else has changed the targets meanwhile.
    """
    written, who = _written(file), _who(org)
    now = chosen_targets.look(parts(), who)
    lines = changes(now.targets, written.targets)
    if not lines and now.version:
        click.echo("Nothing changes.")
        return
    _show(lines, written, who, _name(file))
    if not yes:
        click.confirm("Apply this?", abort=True)
    saved = chosen_targets.save(parts(), who, now.version, written.targets)
    click.echo(f"Saved as version {saved.version}.")


def _show(lines: tuple[str, ...], written: Written, who: Caller, name: str) -> None:
    """What would change and what is to be said of it; the end, where that cannot be saved."""
    findings = chosen_targets.check(parts(), who, written.targets)
    _say(_lines(findings, written, name), err=True)
    if any(one.severity == "error" for one in findings):
        raise click.ClickException("Nothing was saved: mend the errors first.")
    _say(lines or ["These are the targets that we suggest: from now on they are yours."])


def _written(file: BinaryIO) -> Written:
    """The targets of a file; else the end, with a line for each fault."""
    try:
        return target_file.load(file.read(target_file.MOST_BYTES + 1))
    except ExtensionError as error:
        _say(_faults(error, _name(file)), err=True)
        raise click.ClickException("This file of targets cannot be read.") from None


def _faults(error: ExtensionError, name: str) -> Iterator[str]:
    faults: Any = error.details["fields"]
    places: Any = error.details["places"]
    for path, message in faults.items():
        place = places[path]
        yield f"{name}:{place['line']}:{place['column']}: error: {path}: {message}"


def _name(file: BinaryIO) -> str:
    return str(getattr(file, "name", "-"))


def _lines(findings: tuple[Finding, ...], written: Written, name: str) -> Iterator[str]:
    for one in findings:
        place = place_of(written.places, one.path)
        yield f"{name}:{place.line}:{place.column}: {_one_line(one)}"


def _one_line(one: Finding) -> str:
    return f"{one.severity}: {one.path}: {one.message}"


def _say(lines: Iterable[str], err: bool = False) -> None:
    """A line each. What is no printable character could play tricks on a terminal."""
    for line in lines:
        click.echo("".join(one if one.isprintable() else "?" for one in line), err=err)


def _who(org: str) -> Caller:
    return installations.automation(parts(), org)


@contextmanager
def _in_sentences() -> Iterator[None]:
    """What goes wrong, as a sentence and an end with 1."""
    try:
        yield
    except ExtensionError as error:
        raise click.ClickException(error.message) from None

"""Batches as they are shown on a terminal."""

from collections.abc import Iterable, Sequence
from typing import Any

import click

from .batch_views import stays

Json = dict[str, Any]


def progress(one: Json) -> str:
    state, counts = one["state"], one.get("counts")
    if counts is None:
        return f"{state}: {one['steps_done']} of {one['steps']} steps"
    over = {"planning": one["leads"] - counts["listed"], "undoing": counts["undone"]}
    told = f"{state}: {over.get(state, counts['done']):,} of {one['leads']:,}"
    for name in ("failed", "waiting", "blocked"):
        told += f", {counts[name]:,} {name}" if counts[name] else ""
    if one["seconds_left"]:
        told += f", about {one['seconds_left']:,} s left"
    return told + (f". {one['problem']['message']}" if state == "paused" else "")


def estimate(one: Json) -> list[tuple[str, str]]:
    counts, found = one["counts"], one["estimate"] or {}
    left = found.get("credits_left")
    return [
        (f"Batch {one['id']}", f"to {one['target_label']}"),
        ("Leads", f"{one['leads']:,}"),
        ("Can be converted", f"{counts['planned']:,}"),
        ("Blocked", f"{counts['blocked']:,}"),
        ("Share a new record", f"{one['joined']:,}"),
        ("Lose values", f"{one['leads_with_losses']:,} leads, {one['lost']:,} values"),
        ("Calls to Zoho", f"{found.get('calls', 0):,}"),
        ("API credits", f"{found.get('credits', 0):,}" + (f" of {left:,}" if left else "")),
        ("Time", f"about {found.get('seconds', 0):,} s"),
    ]


LEDGER = ("Place", "Lead", "Name", "State", "Conversion", "Records", "Reason")


def cells(row: Json) -> tuple[str, ...]:
    records = ", ".join(f"{one['module']} {one['id']}" for one in row["records"])
    told = (row["place"], row["lead"], row["name"], row["state"], row["conversion"], records)
    return (*(str(one or "-") for one in told), why(row))


def why(row: Json) -> str:
    """Why it is where it is, and what was left alone of it."""
    said = (row["reason"] or row["question"] or {}).get("message", "")
    return "; ".join([*([said] if said else []), *map(stays, row["left_alone"])])


def table(rows: Iterable[Json]) -> list[str]:
    """A ledger."""
    return columns([LEDGER, *map(cells, rows)])


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def say(lines: Iterable[str], err: bool = False) -> None:
    """A line each. What is no printable character could play tricks on a terminal."""
    for line in lines:
        click.echo("".join(one if one.isprintable() else "?" for one in line), err=err)


def trouble(one: Json, wanted: str) -> str:
    """Why a conversion is not as it was meant to be."""
    if one["state"] == wanted:
        return ""
    why = one["problem"] or one["question"]
    return f"It is {one['state']}." + (f" {why['message']}" if why else "")

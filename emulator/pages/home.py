"""The way in: which orgs there are, and an org's first page."""

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ..crm.convert_lead import converted
from ..schema import Module
from ..world import Record
from .columns import title
from .visits import Visit, page, world_of, worlds

bp = Blueprint("home", __name__)
NEWEST = 6


@dataclass(frozen=True, slots=True)
class Tile:
    """A module with the number of records that the person sees."""

    module: Module
    count: int


@bp.get("/")
def root() -> ResponseReturnValue:
    return redirect(url_for("pages.home.orgs"))


@bp.get("/crm/")
def orgs() -> ResponseReturnValue:
    """All orgs of this emulator."""
    return render_template("pages/orgs.html", worlds=list(worlds()))


@bp.get("/crm/org<zgid>/")
def enter(zgid: str) -> ResponseReturnValue:
    return redirect(url_for("pages.home.show", zgid=world_of(zgid).org.zgid))


@page(bp, "/tab/Home")
def show(visit: Visit) -> ResponseReturnValue:
    """What is there, and the newest leads."""
    tiles = [
        Tile(module, sum(not converted(record) for record in visit.records(module)))
        for module in visit.tabs()
    ]
    return render_template("pages/home.html", tiles=tiles, newest=_newest(visit), title=title)


def _newest(visit: Visit) -> list[Record]:
    leads = visit.world.module("Leads")
    if leads is None:
        return []
    open_leads = [lead for lead in visit.records(leads) if not converted(lead)]
    open_leads.sort(key=lambda lead: str(lead.get("Created_Time", "")), reverse=True)
    return open_leads[:NEWEST]

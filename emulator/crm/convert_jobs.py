"""Conversions that Zoho does later: one lead that was scheduled, or up to fifty at once.

A job is a plain dict in `world.jobs`, so that it is part of the world's state. Time brings it
forward: whenever the emulator is asked something, what is due is done first. `finish` does not
wait. How long Zoho takes is not known; the times here are short.
"""

from datetime import datetime, timedelta
from typing import Any, cast

from flask import current_app

from ..answers import Json, Rejected
from ..automation.happening import settle
from ..caller import Call
from ..tokens import Access
from ..world import Record, World
from ..worlds import Worlds
from . import convert_batch
from .convert_deed import carry_out
from .convert_lead import LEADS, SCHEDULED, obstacle_to_conversion
from .convert_plan import draw_up
from .convert_request import read

DELAY = timedelta(seconds=3)
"""From the answer to the (first) conversion."""
PER_LEAD = timedelta(milliseconds=200)
OPEN = ("scheduled", "in progress")


def schedule_one(call: Call, lead: Record, entry: Any) -> str:
    """Keep a checked request for later; returns the job's id."""
    lead["$field_states"] = [*(lead.get("$field_states") or ()), SCHEDULED]
    return _schedule(call, {"kind": "one", "ids": [lead["id"]], "request": entry})


def schedule_many(call: Call, ids: list[str], request: Json) -> str:
    """Keep a checked request to convert many leads; returns the job's id."""
    return _schedule(call, {"kind": "many", "ids": ids, "request": request})


def _schedule(call: Call, job: Record) -> str:
    world = call.world
    job_id = world.new_id()
    world.jobs[job_id] = {
        **job,
        "id": job_id,
        "user": call.user.id,
        "version": call.version,
        "due": world.clock.now() + DELAY,
        "done": 0,
        "Converted_Count": 0,
        "Failed_Count": 0,
    }
    return job_id


def status(job: Record) -> Json:
    """How far a job is, as `GET …/mass_convert` tells it."""
    total, done = len(job["ids"]), job["done"]
    if done == 0:
        word = "scheduled"
    elif done < total:
        word = "in progress"
    else:
        word = "completed" if job["Converted_Count"] else "failed"
    return {
        "Status": word,
        "Total_Count": total,
        "Converted_Count": job["Converted_Count"],
        "Not_Converted_Count": total - done,
        "Failed_Count": job["Failed_Count"],
    }


def run_what_is_due() -> None:
    """Before every request: bring the jobs of all orgs as far as time has come."""
    for world in cast(Worlds, current_app.extensions["worlds"]):
        if any(status(job)["Status"] in OPEN for job in list(world.jobs.values())):
            bring_forward(world)


def bring_forward(world: World) -> None:
    """Do what is due by the world's clock."""
    with world.lock:
        for job in list(world.jobs.values()):
            _run(world, job, _due(job, world.clock.now()))
        settle(world)


def finish(world: World, job_id: str | None = None) -> int:
    """Do all that is left of one job, or of every one, at once; returns how many leads."""
    with world.lock:
        jobs = [job for job in world.jobs.values() if job_id in (None, job["id"])]
        done = sum(_run(world, job, len(job["ids"])) for job in jobs)
        settle(world)
        return done


def _due(job: Record, now: datetime) -> int:
    """How many leads of a job should be done by now."""
    if now < job["due"]:
        return 0
    passed: timedelta = now - job["due"]
    return min(len(job["ids"]), 1 + passed // PER_LEAD)


def _run(world: World, job: Record, upto: int) -> int:
    start = job["done"]
    for lead_id in job["ids"][start:upto]:
        job["done"] += 1
        job["Converted_Count" if _convert(world, job, lead_id) else "Failed_Count"] += 1
    return cast(int, job["done"]) - cast(int, start)


def _convert(world: World, job: Record, lead_id: str) -> bool:
    """Convert one lead as the user who asked; False if it cannot be, by now."""
    lead, user = world.find(LEADS, lead_id), world.user(job["user"])
    if lead is None or user is None:
        return False
    states = lead.get("$field_states") or []
    lead["$field_states"] = [state for state in states if state != SCHEDULED] or None
    access = Access(
        value="", client_id="", world=world, user_id=user.id, scopes=(),
        expires=world.clock.now(),
    )  # fmt: skip
    call = Call(Worlds(world), world, user, access, job["version"])
    try:
        obstacle = obstacle_to_conversion(lead)
        if obstacle is not None:
            raise obstacle
        if job["kind"] == "many":
            convert_batch.convert(call, lead, job["request"])
        else:
            carry_out(call, lead, draw_up(call, lead, read(call, job["request"], lead)))
    except Rejected:
        return False
    return True

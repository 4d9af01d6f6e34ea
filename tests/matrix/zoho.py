"""What the matrix asks of Zoho, here the emulator: as our client reads, and as it will write."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import requests

from emulator import Worlds, create_emulator
from emulator.adapter import EmulatorAdapter
from emulator.schema import User as Person
from extension.planning.records import Catalogue, Lead, User
from extension.planning.steps import ConvertInZoho, Create, LinkLookup, Place, Step, Update
from extension.zoho import metadata
from extension.zoho.client import Crm, Limiter, Transport
from extension.zoho.datacenters import known
from extension.zoho.oauth import SCOPES

from .org import Org

Json = dict[str, Any]
MOST = 100
DESCRIBED = ("Leads", "Contacts", "Accounts", "Deals", "Vendors", "Cards")


class Token:
    """An access token that does not end while the clock stands."""

    def __init__(self, value: str) -> None:
        self.value = value

    def access_token(self, stale: str | None = None) -> str:
        assert stale is None
        return self.value


@dataclass(frozen=True)
class Answered:
    """What Zoho said to one record: its id, or the code and the field that it refused."""

    id: str = ""
    code: str = ""
    field: str = ""
    entry: Mapping[str, Any] | None = None


class Zoho:
    """The org as one person meets it through the API."""

    def __init__(self, org: Org, adapter: EmulatorAdapter, worlds: Worlds, person: Person) -> None:
        world = org.world
        token = worlds.tokens.sign_in(world, person, SCOPES).value
        self.crm = Crm(
            Transport(adapter), Token(token), known().by_location("us"), "v8", Limiter(10)
        )
        self._http = requests.Session()
        self._http.mount("https://", adapter)
        self._http.headers["Authorization"] = f"Zoho-oauthtoken {token}"
        self._root = f"{world.data_centre.api_url}/crm/v8"
        self.user: User = self.crm.current_user()

    def catalogue(self) -> Catalogue:
        """The metadata, parsed as our client parses it."""
        crm, modules = self.crm, {}
        for one in crm.modules():
            if one.api_name in DESCRIBED:
                found = crm.fields(one.api_name), crm.layouts(one.api_name)
                one = metadata.furnished(one, *found)
            modules[one.api_name] = one
        layouts = modules["Deals"].layouts
        return Catalogue(modules, {one.id: crm.pipelines(one.id) for one in layouts})

    def lead(self, lead_id: str) -> Lead:
        return Lead(self.crm.lead(lead_id))

    def record(self, module: str, record_id: str) -> Json:
        answer = self._http.get(f"{self._root}/{module}/{record_id}")
        [found] = answer.json()["data"]
        return found

    def write(self, module: str, rows: Sequence[Json], method: str = "POST") -> list[Answered]:
        """New records, or with PUT changed ones, a hundred in each call."""
        found = []
        for some in _hundreds(rows):
            body = {"data": some, "trigger": []}
            answer = self._http.request(method, f"{self._root}/{module}", json=body).json()
            found += [_answered(entry) for entry in answer["data"]]
        return found

    def convert(self, step: ConvertInZoho) -> Answered:
        wish: Json = dict(step.records)
        wish |= {"Deals": dict(step.deal)} if step.deal is not None else {}
        wish |= {"assign_to": step.owner} if step.owner else {}
        ask = self.crm.asks.convert(step.lead, wish)
        answer = self._http.post(
            f"{self._root.partition('/crm/')[0]}{ask.path}", json=dict(ask.json or {})
        ).json()
        return _answered(answer["data"][0] if "data" in answer else answer)


def _hundreds(rows: Sequence[Json]) -> list[list[Json]]:
    return [list(rows[start : start + MOST]) for start in range(0, len(rows), MOST)]


def _answered(entry: Json) -> Answered:
    details = entry.get("details") or {}
    if entry["code"] == "SUCCESS":
        return Answered(str(details.get("id") or ""), entry=details)
    errors = details.get("errors") or [entry]
    return Answered("", entry["code"], str(errors[0]["details"].get("api_name") or ""), entry)


def body_of(step: Create, made: Mapping[str, str]) -> Json:
    """The request for a new record; `made` are the ids of those that were made before it."""
    links = {name: {"id": _id(place, made)} for name, place in step.links.items()}
    layout = {"Layout": {"id": step.layout}} if step.layout else {}
    return {**step.values, **links, **layout}


def changes_of(steps: Sequence[Step], made: Mapping[str, str]) -> list[Json]:
    """The requests that change a record that is there."""
    found: list[Json] = [
        {**one.values, "id": one.on.id} for one in steps if isinstance(one, Update)
    ]
    for one in steps:
        if isinstance(one, LinkLookup) and one.to is not None:
            found.append({"id": _id(one.on, made), one.field: {"id": _id(one.to, made)}})
    return found


def _id(place: Place, made: Mapping[str, str]) -> str:
    return place.id or made[place.key]


@dataclass(frozen=True)
class Stage:
    """The org, and its two people."""

    org: Org
    admin: Zoho
    rep: Zoho
    catalogue: Catalogue

    def clear(self, *modules: str) -> None:
        """Forget the records of these modules, and in the others what was made on the way."""
        things, records = self.org.things, self.org.world.records
        for name in modules:
            records[name].clear()
        for name, kept in (("Vendors", things.vendors), ("Accounts", things.accounts)):
            for gone in [one for one in records[name] if one not in kept]:
                del records[name][gone]
        self.org.world.log.clear()


def stage(org: Org) -> Stage:
    worlds = Worlds(org.world)
    adapter = EmulatorAdapter(create_emulator(worlds))
    org.world.clock.freeze(org.world.clock.now())
    admin, rep = (Zoho(org, adapter, worlds, one) for one in (org.admin, org.rep))
    for one in (admin, rep):
        # Profiles are read by who may read them.
        profile = admin.crm.profile(one.user.profile.id)
        one.user = replace(one.user, profile=profile)
    return Stage(org, admin, rep, admin.catalogue())

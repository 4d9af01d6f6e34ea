"""A workflow rule of Zoho's at our other door."""

from dataclasses import dataclass
from typing import Any

from werkzeug.test import TestResponse

from emulator import World
from extension import inbox, running
from extension.attempts import Again
from extension.parts import Parts
from extension.store.models import Job
from tests.extension.rig import Person, everything

AUTOMATION = "/api/v1/automation"
HEADER = "X-Convert-Anywhere-Secret"


@dataclass
class Rule:
    """Calls as the webhook of a rule does, with what an administrator gave it."""

    person: Person
    path: str
    secret: str

    def call(self, **fields: str) -> TestResponse:
        """As a form."""
        return self.send(data=fields)

    def send(self, method: str = "POST", query: Any = None, **more: Any) -> TestResponse:
        headers = {HEADER: self.secret, **more.pop("headers", {})}
        headers = {name: value for name, value in headers.items() if value}
        return self.person.client.open(
            self.path, method=method, query_string=query, headers=headers, buffered=True, **more
        )


def rule_of(admin: Person) -> Rule:
    """The administrator makes the address and the secret."""
    answer = admin.ask("POST", "/api/v1/hooks", json={"rotate": ["key", "secret"]})
    assert answer.status_code == 200, answer.json
    path = answer.json["address"].partition("/hooks/")
    return Rule(admin, "/hooks/" + path[2], answer.json["secret"])


def work(parts: Parts) -> None:
    """What the worker does for all that is in line, without waiting in between."""
    duty = inbox.duty(parts, running.duty(parts))
    for _ in range(20):
        inbox.put_in_line(parts)
        jobs = everything(parts, Job)
        verdicts = [duty.work(job.run_id) for job in jobs]
        quiet = not any(isinstance(one, Again) for one in verdicts)
        if quiet and len(everything(parts, Job)) == len(jobs):
            return
    raise AssertionError("it never ends")


def delivery(admin: Person, answer: TestResponse) -> dict[str, Any]:
    """What became of the call that was answered so."""
    assert answer.json is not None
    found = admin.get(f"/api/v1/deliveries/{answer.json['delivery']}")
    assert found.status_code == 200, found.json
    return dict(found.json)


def choose(admin: Person, version: int = 0, **document: Any) -> dict[str, Any]:
    """An administrator chooses how the org's leads are converted by themselves."""
    body = {"version": version, "automation": document}
    answer = admin.ask("PUT", AUTOMATION, json=body)
    assert answer.status_code == 200, answer.json
    return dict(answer.json)


def vendors(world: World) -> list[str]:
    return [one["Vendor_Name"] for one in world.records["Vendors"].values()]

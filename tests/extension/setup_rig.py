"""What an administrator is shown of setting Zoho up, and what comes of a yes to it."""

from urllib.parse import urlsplit

from emulator.automation.delivery import deliver
from emulator.schema import Field
from extension import grants, sessions
from extension.planning.own_fields import KEY_FIELD
from extension.zoho.writer import Writer

PATH = "/api/v1/provision"
REMOVAL = f"{PATH}/removal"


def shown(admin, path=PATH, **wish):
    """What would change there; a wish for a rule is asked for besides."""
    answer = admin.get(path, query_string=wish)
    assert answer.status_code == 200, answer.text
    return answer.json


def applied(admin, path=PATH, **wish):
    """All of that, done."""
    digest = shown(admin, path, **wish)["digest"]
    body = {"digest": digest, **({"rule": wish} if wish else {})}
    answer = admin.ask("POST", path, json=body)
    assert answer.status_code == 200, answer.text
    return answer.json


def states(view):
    return {one["id"]: one["state"] for one in view["items"]}


def came(view):
    return {one["id"]: one["came"] and one["came"]["state"] for one in view["items"]}


def call_us(world, person):
    """What the emulated Zoho sends comes to our door; the statuses of our answers."""

    def send(one):
        answer = person.client.open(
            urlsplit(one.url).path, method=one.method, data=one.body, headers=one.headers
        )
        return answer.status_code

    return [one.status for one in deliver(world, send)]


def edit(parts, person, module, record_id, **values):
    """Somebody changes a record in Zoho."""
    caller = sessions.find(parts, person.token)
    writer = Writer(grants.crm(parts, caller.installation, caller.grant))
    [said] = writer.update(module, [{"id": record_id, **values}])
    assert said.id == record_id, said


def ours(world, module):
    return sorted(
        one.api_name for one in world.module(module).fields if one.api_name.startswith("Convert_An")
    )


def give_key(world, **traits):
    key = {"data_type": "text", "length": 60, **traits}
    world.module("Vendors").add(
        Field(api_name=KEY_FIELD, label="Convert Anywhere Key", custom=True, **key)
    )
    world.add_module()

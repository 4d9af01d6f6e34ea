"""What an administrator is shown of setting Zoho up, and what comes of a yes to it."""

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

"""The channels of an org, and what Zoho posts through them."""

PATH = "/hooks/notifications"
WATCHED = {"Leads", "Vendors", "Contacts", "Accounts"}
"""Leads, what we create, and where Zoho's own conversion looks for doubles."""


def channels(world):
    return {name: one for (_, name), one in world.state.channels.items()}


def post(nobody, channel, ids=("1",), **changes):
    body = {
        "server_time": 1, "module": "Leads", "ids": list(ids), "operation": "update",
        "channel_id": channel["channel_id"], "token": channel["token"], **changes,
    }  # fmt: skip
    return nobody.client.post(PATH, json=body)

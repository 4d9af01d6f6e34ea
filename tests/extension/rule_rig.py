"""A workflow rule of our own that has been set up, for the tests about it."""

from extension.planning.provision_rule import RULE, WEBHOOK

WISH = {
    "field": "Lead_Status", "value": "Pre-Qualified", "action": "convert", "target": "Vendors",
}  # fmt: skip
HOOK, OUR_RULE = f"webhook:{WEBHOOK}", f"rule:{RULE}"


def hooks(world):
    return list(world.state.webhooks.values())


def rules(world):
    return list(world.state.rules.values())

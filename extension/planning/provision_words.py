"""What is said of setting Zoho up: each item, what came of it, and the clicks to do it by hand."""

from collections.abc import Iterable

from extension.planning.reasons import Reason

ANY_TARGET = "as the rules of the automation choose"

ITEMS = {
    "field.right": "{module} has the field {field}.",
    "field.missing": "{module} gets the field {field}.",
    "field.not_unique": "{field} of {module} must refuse duplicate values; now it does not.",
    "field.too_short": "{field} of {module} must hold {length} characters; now it does not.",
    "field.other_kind": "{field} of {module} is of another kind than it must be ({kind}).",
    "field.unknown": "Zoho does not show the fields of {module}: {why}",
    "channel.right": "Zoho tells us of changes to {module}.",
    "channel.missing": "Zoho is asked to tell us of changes to {module}.",
    "webhook.right": "The webhook {name} calls us as it must.",
    "webhook.missing": (
        "Zoho gets the webhook {name}, which calls us to {action} a lead; target: {target}."
    ),
    "webhook.differs": (
        "The webhook {name} is not as it must be: it is made to {action} a lead; target: {target}."
    ),
    "webhook.unknown": "Zoho does not show its webhooks: {why}",
    "webhook.lost": "The webhook {name} asks for the target {target}, which is there no more.",
    "rule.right": "When {field} becomes {value}, the rule {name} calls the webhook.",
    "rule.missing": "Zoho gets the rule {name}: when {field} becomes {value}, we are called.",
    "rule.differs": (
        "The rule {name} is not as it must be: it is made to call the webhook when {field} "
        "becomes {value}."
    ),
    "rule.never": (
        "The rule {name} waits for {field} to become {value}, which cannot happen any more."
    ),
    "rule.remove": "The rule {name} is deleted: Zoho calls us for no lead any more.",
    "rule.detach": (
        "The rule {name} calls us no more; it stays, since others have added to what it does."
    ),
    "rule.free": "The rule {name} does not call us; it stays, since others have made it do more.",
    "rule.unsure": (
        "The rule {name} is there, and Zoho does not show which webhooks it calls: {why}"
    ),
    "rule.gone": "There is no rule {name}.",
    "webhook.remove": "The webhook {name} is deleted.",
    "webhook.gone": "There is no webhook {name}.",
    "rule.unknown": "Zoho does not show its workflow rules: {why}",
}

OUTCOMES = {
    "done": "Done.",
    "refused": "Zoho refused this: {why}",
    "consent": (
        "Your consent does not cover this. Open {url} and accept all permissions, then come back."
    ),
    "other_name": "The field was made, but under another API name than {api_name}.",
    "busy": "Zoho is busy. Try again in a moment.",
    "unclear": "Zoho did not say whether it has done this. Look again.",
}

CLICKS = {
    "fields": "Open Setup ▸ Customization ▸ Modules and Fields ▸ {module}, and a layout.",
    "fields.add": "Add a field of the kind {kind}, name it {field}, and save the layout.",
    "fields.remove": "Remove or rename {field}, which is of another kind, and save the layout.",
    "fields.unique": "In the properties of {field} tick “Do not allow duplicate values”.",
    "fields.length": "In the properties of {field} set the number of characters to {length}.",
    "fields.name": "In Setup ▸ Developer Hub ▸ APIs and SDKs ▸ API Names call it {api_name}.",
    "channel": "Have a worker run (“flask work”): it asks for {module} again by itself.",
    "webhook": "Open Setup ▸ Automation ▸ Actions ▸ Webhooks, and the webhook {name} or a new one.",
    "webhook.fill": (
        "Give it the module Leads, the method POST, and the address and the secret that "
        "“flask hooks show” prints; what else goes into it stands in docs/workflows.md."
    ),
    "rule": "Open Setup ▸ Automation ▸ Workflow Rules, and the rule {name} or a new one for Leads.",
    "rule.fill": (
        "Have it run when {field} becomes {value}, with the webhook as its instant action, and "
        "switch it on."
    ),
    "rule.choose": (
        "Say anew when Zoho is to call us and what for (“flask provision --when”), or take the "
        "rule away."
    ),
    "rule.remove": "Open Setup ▸ Automation ▸ Workflow Rules, and delete the rule {name}.",
    "rule.detach": (
        "Open Setup ▸ Automation ▸ Workflow Rules, and take the webhook out of the rule {name}."
    ),
    "webhook.remove": (
        "Open Setup ▸ Automation ▸ Actions ▸ Webhooks, and delete the webhook {name}. As long as "
        "another rule calls it, Zoho refuses that."
    ),
    "automation.look": "Have a profile with “Manage Automation” given to you, or ask one who has.",
    "fields.look": "Have a profile with “Customize Zoho CRM” given to you, or ask one who has it.",
}

EVERY = {**ITEMS, **OUTCOMES, **{f"click.{key}": said for key, said in CLICKS.items()}}


def item(key: str, **params: object) -> Reason:
    return _said(key, ITEMS[key], params)


def outcome(key: str, **params: object) -> Reason:
    return _said(key, OUTCOMES[key], params)


def clicks(keys: Iterable[str], **params: object) -> tuple[Reason, ...]:
    return tuple(_said(f"click.{key}", CLICKS[key], params) for key in keys)


def _said(key: str, sentence: str, params: dict[str, object]) -> Reason:
    used = {name: value for name, value in params.items() if f"{{{name}}}" in sentence}
    return Reason(key.partition(".")[0], sentence.format(**used), used, key)

"""What many leads can become together, before anybody has looked at one of them."""

from collections.abc import Iterable

from extension.planning import obstacles
from extension.planning.business import leads_of
from extension.planning.option import Json, label_of_list
from extension.planning.policies import lists_of
from extension.planning.records import Catalogue, Field, Module, User
from extension.planning.targets import Target, TargetRecord

UNWRITABLE = frozenset({
    "subform", "fileupload", "imageupload", "profileimage", "multiselectlookup",
    "multiuserlookup", "layout", "tag", "boolean",
})  # fmt: skip
"""Types whose values are no words that would stand well in a sentence."""


def as_json(targets: Iterable[Target], catalogue: Catalogue, user: User) -> Json:
    """The targets that this person may use, with what can be decided for all leads at once."""
    open_to = [one for one in targets if _open_to(one, catalogue, user)]
    return {
        "targets": [_target(one, catalogue) for one in open_to],
        "lead_fields": [
            {"field": one.api_name, "label": one.label}
            for one in leads_of(catalogue).fields.values()
            if _writable(one, user)
        ],
    }


def _open_to(target: Target, catalogue: Catalogue, user: User) -> bool:
    if target.profiles and user.profile.id not in target.profiles:
        return False
    needed = [one for one in target.records if not one.optional]
    modules = [catalogue.modules.get(one.module) for one in needed]
    return bool(needed) and all(one is not None and not _closed(one, user) for one in modules)


def _closed(module: Module, user: User) -> bool:
    return bool(obstacles.of_module(module, user))


def _target(target: Target, catalogue: Catalogue) -> Json:
    return {
        "target": target.key,
        "label": target.label,
        "kind": target.kind,
        "by_rule": bool(target.offered_when),
        "records": [_record(one, catalogue) for one in target.records],
        "lists": [
            {"list": name, "label": label_of_list(name, catalogue), "can": list(can),
             "how": target.carry.get(name, can[0])}
            for name, can in lists_of(target.kind).items()
        ],
        "lead_after": target.lead_after.kind,
    }  # fmt: skip


def _record(record: TargetRecord, catalogue: Catalogue) -> Json:
    module = catalogue.modules.get(record.module)
    return {
        "key": record.key,
        "module": record.module,
        "label": module.singular if module else record.module,
        "optional": record.optional,
    }


def _writable(field: Field, user: User) -> bool:
    hidden = user.profile.id in field.hidden_from
    return not hidden and field.data_type not in UNWRITABLE

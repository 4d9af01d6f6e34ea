"""Values that must not be there twice, and the fields by which an upsert knows a record.

https://www.zoho.com/crm/developer/docs/api/v8/upsert-records.html
"""

from collections.abc import Iterable
from typing import Any

from .. import answers
from ..answers import Json, Rejected
from ..schema import Field, Module
from ..world import Record, World
from .value_types import Place

SYSTEM_CHECKS = {
    "Leads": "Email",
    "Contacts": "Email",
    "Accounts": "Account_Name",
    "Deals": "Deal_Name",
    "Campaigns": "Campaign_Name",
    "Products": "Product_Name",
    "Vendors": "Vendor_Name",
}
"""The field by which Zoho itself looks for duplicates, in the modules that have one."""


def check_field(module: Module) -> str:
    return SYSTEM_CHECKS.get(module.api_name, "Name" if module.custom else "")


def same(one: Field, left: Any, right: Any) -> bool:
    if isinstance(left, str) and isinstance(right, str) and not one.case_sensitive:
        return left.casefold() == right.casefold()
    return bool(left == right)


def others_with(
    world: World, module: Module, one: Field, given: Any, record: Record | None = None
) -> list[Record]:
    """The other records that hold this value, the oldest first, seen by the caller or not."""
    records = world.records.get(module.api_name, {})
    found = [
        other
        for other in records.values()
        if other is not record and same(one, other.get(one.api_name), given)
    ]
    return sorted(found, key=lambda other: int(other["id"]))


def refuse_doubles(
    world: World, module: Module, values: Json, path: str, record: Record | None
) -> None:
    """DUPLICATE_DATA for a unique value that another record has; all of them if several."""
    errors = [
        _double(world, module, one, others, path)
        for one in module.fields
        if one.unique and values.get(one.api_name) is not None
        if (others := others_with(world, module, one, values[one.api_name], record))
    ]
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise Rejected(
            "MULTIPLE_OR_MULTI_ERRORS",
            "Multiple errors in the request",
            {"errors": [error.entry() for error in errors]},
        )


def _double(world: World, module: Module, one: Field, others: list[Record], path: str) -> Rejected:
    first = others[0]
    user = world.user(str((first.get("Owner") or {}).get("id")))
    owner = {**user.brief(), "zuid": user.zuid} if user else None
    details = {
        "api_name": one.api_name,
        "duplicate_record": {
            "Owner": owner,
            "module": {"api_name": module.api_name, "id": module.id},
            "id": first["id"],
        },
        "json_path": f"{path}.{one.api_name}",
        "id": first["id"],
        "more_records": len(others) > 1,
    }
    return Rejected("DUPLICATE_DATA", "duplicate data", details)


def known_by(
    world: World, module: Module, values: Json, names: Iterable[str] | None
) -> tuple[Record, str] | None:
    """The record that an upsert means, and the field it is known by.

    Of the fields asked for only unique ones and the system's own really count: by others
    Zoho was seen to insert the same record twice.
    """
    order = names if names is not None else [check_field(module), *_unique(module)]
    for name in order:
        one = module.field(name)
        counts = one is not None and (one.unique or name == check_field(module))
        if one is None or not counts or values.get(name) is None:
            continue
        found = others_with(world, module, one, values[name])
        if found:
            return found[0], name
    return None


def _unique(module: Module) -> list[str]:
    return [one.api_name for one in module.fields if one.unique]


def check_names(module: Module, given: Any) -> list[str] | None:
    """`duplicate_check_fields` of a request: names of fields of the module, or absent."""
    if given is None:
        return None
    key = "duplicate_check_fields"
    if not isinstance(given, list):
        raise answers.invalid_data(key, f"$.{key}", expected_data_type="jsonarray")
    for index, name in enumerate(given):
        if not isinstance(name, str) or module.field(name) is None:
            raise Place(key, f"$.{key}[{index}]").wrong()
    return given

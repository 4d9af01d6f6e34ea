"""Builders: a field of each of Zoho's types in one line.

Any attribute of `schema.Field` can be given by name:
`text("Tax_Number", length=20, unique=True)`, `picklist("Rating", ["Hot", "Cold"])`,
`lookup("Account_Name", "Accounts", mandatory=True)`. The label is made from the API
name unless given.
"""

from collections.abc import Iterable
from typing import Any

from .schema import AutoNumber, Field, Layout, PickListValue, Pipeline, Placed, Section


def _field(api_name: str, data_type: str, size: int, /, **traits: Any) -> Field:
    label = traits.pop("label", None) or api_name.removesuffix("__s").replace("_", " ")
    return Field(
        api_name=api_name,
        label=label,
        data_type=data_type,
        length=traits.pop("length", size),
        **traits,
    )


def text(api_name: str, **traits: Any) -> Field:
    return _field(api_name, "text", 255, **traits)


def textarea(api_name: str, **traits: Any) -> Field:
    """Several lines: 2,000 characters ("small") unless `textarea_type="large"` (32,000)."""
    size = 32000 if traits.get("textarea_type") == "large" else 2000
    return _field(api_name, "textarea", size, **traits)


def email(api_name: str = "Email", **traits: Any) -> Field:
    return _field(api_name, "email", 100, **traits)


def phone(api_name: str = "Phone", **traits: Any) -> Field:
    return _field(api_name, "phone", 30, **traits)


def website(api_name: str = "Website", **traits: Any) -> Field:
    return _field(api_name, "website", 255, **traits)


def picklist(api_name: str, choices: Iterable[str | PickListValue], **traits: Any) -> Field:
    return _field(api_name, "picklist", 120, choices=pick_list(choices), **traits)


def multiselect(api_name: str, choices: Iterable[str | PickListValue], **traits: Any) -> Field:
    return _field(api_name, "multiselectpicklist", 765, choices=pick_list(choices), **traits)


def pick_list(choices: Iterable[str | PickListValue]) -> list[PickListValue]:
    """Choices from plain words; the words are both shown and stored."""
    return [
        choice
        if isinstance(choice, PickListValue)
        else PickListValue(actual_value=choice, display_value=choice)
        for choice in choices
    ]


def boolean(api_name: str, **traits: Any) -> Field:
    return _field(api_name, "boolean", 5, **{"default": False, **traits})


def integer(api_name: str, **traits: Any) -> Field:
    return _field(api_name, "integer", 9, **traits)


def bigint(api_name: str, **traits: Any) -> Field:
    return _field(api_name, "bigint", 18, **traits)


def double(api_name: str, **traits: Any) -> Field:
    return _field(api_name, "double", 16, **{"decimal_place": 2, **traits})


def currency(api_name: str, **traits: Any) -> Field:
    return _field(api_name, "currency", 16, **{"decimal_place": 2, **traits})


def percent(api_name: str, **traits: Any) -> Field:
    return _field(api_name, "percent", 5, **{"decimal_place": 2, **traits})


def date(api_name: str, **traits: Any) -> Field:
    return _field(api_name, "date", 20, **traits)


def moment(api_name: str, **traits: Any) -> Field:
    """A date with a time (`datetime`)."""
    return _field(api_name, "datetime", 120, **traits)


def lookup(api_name: str, module: str, **traits: Any) -> Field:
    return _field(api_name, "lookup", 120, lookup=module, **traits)


def user(api_name: str, **traits: Any) -> Field:
    return _field(api_name, "userlookup", 120, **traits)


def owner(api_name: str = "Owner", **traits: Any) -> Field:
    return _field(api_name, "ownerlookup", 120, **traits)


def multilookup(api_name: str, module: str, linking: str, **traits: Any) -> Field:
    """Several records of `module`; `linking` is the API name of the module in between."""
    return _field(api_name, "multiselectlookup", 120, lookup=module, linking=linking, **traits)


def multiuser(api_name: str, linking: str, **traits: Any) -> Field:
    return _field(api_name, "multiuserlookup", 120, linking=linking, **traits)


def subform(api_name: str, module: str, **traits: Any) -> Field:
    """Rows; `module` is the API name of the subform's own module, which holds their fields."""
    return _field(api_name, "subform", 0, subform=module, **traits)


def autonumber(api_name: str, prefix: str = "", **traits: Any) -> Field:
    numbers = AutoNumber(
        prefix=prefix, suffix=traits.pop("suffix", ""), next=traits.pop("start", 1)
    )
    return unwritable(_field(api_name, "autonumber", 255, auto_number=numbers, **traits))


def formula(api_name: str, expression: str, returns: str, **traits: Any) -> Field:
    """A computed field; `returns` is a data_type such as "currency"."""
    return unwritable(
        _field(api_name, "formula", 255, formula=expression, returns=returns, **traits)
    )


def fileupload(api_name: str, **traits: Any) -> Field:
    return _field(api_name, "fileupload", 255, **traits)


def unwritable(field: Field) -> Field:
    """Make it a field that nobody sets: Zoho fills it."""
    field.read_only = True
    field.api_create = field.api_update = False
    return field


def hidden_from(field: Field, *profiles: str) -> Field:
    field.permissions.update(dict.fromkeys(profiles, "hidden"))
    return field


def read_only_for(field: Field, *profiles: str) -> Field:
    field.permissions.update(dict.fromkeys(profiles, "read_only"))
    return field


def section(label: str, *names: str, **traits: Any) -> Section:
    """A block of a layout; a name that ends in `*` is required there."""
    placed = [Placed(api_name=n.removesuffix("*"), required=n.endswith("*")) for n in names]
    return Section(label=label, fields=placed, **traits)


def layout(name: str, *sections: Section, **traits: Any) -> Layout:
    api_name = traits.pop("api_name", name.replace(" ", "_") + "__s")
    return Layout(name=name, sections=list(sections), api_name=api_name, **traits)


def stages_of(pipelines: Iterable[Pipeline]) -> list[PickListValue]:
    """The choices of Deals.Stage that these pipelines need, each once."""
    seen = {stage.name: stage for pipeline in pipelines for stage in pipeline.stages}
    return [
        PickListValue(
            actual_value=stage.name,
            display_value=stage.name,
            probability=stage.probability,
            deal_category=stage.forecast,
        )
        for stage in seen.values()
    ]

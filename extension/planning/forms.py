"""Every field of a record to be that a person may fill in, as a form shows them."""

from extension.planning import demands
from extension.planning.business import is_business
from extension.planning.demands import TYPEABLE, ToFill
from extension.planning.fit import closed_to
from extension.planning.layouts import as_laid_out
from extension.planning.records import Catalogue, Field, Layout, Module, Pipeline, User


def form(module: Module, layout: Layout | None, catalogue: Catalogue, user: User) -> list[ToFill]:
    """The fields of this layout that this person can fill, those that must be filled first."""
    module = as_laid_out(module, layout)
    pipelines = catalogue.pipelines.get(layout.id, ()) if layout else ()
    required = {one.api_name for one in demands.unfilled(module, layout, ())}
    found = [
        ToFill(module.api_name, _offered(one, module, pipelines), one.api_name in required, "asked")
        for one in module.fields.values()
        if _typeable(one, layout, user)
    ]
    return sorted(found, key=lambda one: not one.required)


def _typeable(field: Field, layout: Layout | None, user: User) -> bool:
    shown = layout is None or not layout.fields or field.api_name in layout.fields
    known = field.data_type in TYPEABLE and (field.data_type != "lookup" or field.lookup_module)
    return shown and bool(known) and is_business(field) and closed_to(field, user.profile) is None


def _offered(field: Field, module: Module, pipelines: tuple[Pipeline, ...]) -> Field:
    return demands.with_choices(field, pipelines) if module.api_name == "Deals" else field

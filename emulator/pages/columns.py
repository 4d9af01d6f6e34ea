"""Which columns a list of a module has, and how a record fills them."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from ..crm.convert_lead import converted
from ..schema import Field, Module
from ..world import Record, World
from .values import Piece, shown
from .visits import Visit

PREFERRED = {
    "Leads": ("Company", "Email", "Phone", "Lead_Status", "Owner"),
    "Contacts": ("Account_Name", "Vendor_Name", "Email", "Phone", "Title", "Owner"),
    "Accounts": ("Phone", "Website", "Industry", "Account_Type", "Billing_City", "Owner"),
    "Deals": ("Amount", "Stage", "Closing_Date", "Account_Name", "Contact_Name", "Owner"),
    "Vendors": ("Email", "Phone", "Website", "Category", "City", "Owner"),
    "Tasks": ("Due_Date", "Status", "Priority", "What_Id", "Owner"),
    "Events": ("Start_DateTime", "End_DateTime", "Venue", "What_Id", "Owner"),
    "Calls": ("Call_Type", "Call_Start_Time", "Call_Status", "What_Id", "Owner"),
    "Campaigns": ("Type", "Status", "Start_Date", "End_Date", "Owner"),
    "Products": ("Product_Code", "Vendor_Name", "Unit_Price", "Product_Active", "Owner"),
}
TOO_LARGE = ("textarea", "subform", "fileupload", "imageupload", "multiselectlookup", "tag")


@dataclass(frozen=True, slots=True)
class Row:
    """A record in a list: its name, which links to it, and a cell for each column."""

    id: str
    title: str
    converted: bool
    locked: bool
    cells: list[list[Piece]]


def title(world: World, module: Module | str, record: Record) -> str:
    """What the record is called: its display field, or its id where that is empty."""
    name = module if isinstance(module, str) else module.api_name
    return str(world.name_of(name, record) or record["id"])


def columns(visit: Visit, module: Module, most: int, *, but: tuple[str, ...] = ()) -> list[Field]:
    """The fields a list of this module shows beside the name, as far as the person may see them."""
    wanted = PREFERRED.get(module.api_name) or tuple(_laid_out(module))
    fields = (module.field(name) for name in wanted)
    seen = (
        one
        for one in fields
        if one is not None
        and one.api_name not in (module.display_field, *but)
        and visit.sees_field(module.api_name, one.api_name)
    )
    return list(islice(seen, most))


def as_row(visit: Visit, module: Module, fields: list[Field], record: Record) -> Row:
    """The record as a line of a list."""
    return Row(
        id=record["id"],
        title=title(visit.world, module, record),
        converted=converted(record),
        locked=bool(record.get("Locked__s")),
        cells=[shown(visit, module, field, record) for field in fields],
    )


def _laid_out(module: Module) -> Iterator[str]:
    """The fields of the default layout that fit a column, and the owner last."""
    layout = module.layout()
    for placed in layout.placed() if layout else ():
        field = module.field(placed.api_name)
        if field and field.data_type not in TOO_LARGE and placed.api_name != "Owner":
            yield placed.api_name
    yield "Owner"

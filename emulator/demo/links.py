"""Campaign members and products of leads and contacts, from `links.csv`."""

from ..state import Link
from ..world import World
from .tables import record_id, rows


def load(world: World, folder: str) -> None:
    """Each row links `record` to `other`, both written `Leads:501001`, with a member status."""
    for row in rows(folder, "links"):
        module, record = _end(world, row["record"])
        other_module, other = _end(world, row["other"])
        status = row.get("Member_Status")
        details = {"Member_Status": status} if status else {}
        world.links.append(Link(module, record, other_module, other, details))


def _end(world: World, cell: str) -> tuple[str, str]:
    module, _, number = cell.partition(":")
    found = record_id(world.org.zgid, number)
    if world.find(module, found) is None:
        raise ValueError(f"links.csv: no record {cell}")
    return module, found

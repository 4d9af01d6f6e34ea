"""Leads that were converted before the demo begins, from `converted.csv`."""

from ..world import World
from .tables import person, record_id, rows

PARTS = ("Account", "Contact", "Deal")


def finish(world: World, folder: str) -> None:
    """Note on each of these leads what it became, when, and by whom."""
    for row in rows(folder, "converted"):
        lead = world.find("Leads", record_id(world.org.zgid, row["lead"]))
        if lead is None:
            raise ValueError(f"converted.csv: no lead {row['lead']}")
        detail = {"convert_date": row["on"], "converted_by": person(world, row["by"]).id}
        for part in PARTS:
            found = world.find(f"{part}s", record_id(world.org.zgid, row.get(part, "0")))
            name = f"Converted_{part}"
            lead[name] = world.reference(f"{part}s", found) if found else None
            if found:
                detail[part.lower()] = found["id"]
        lead["Converted__s"] = lead["$converted"] = True
        lead["$converted_detail"] = detail
        lead["Converted_Date_Time"] = f"{row['on']}T15:20:00{lead['Created_Time'][19:]}"

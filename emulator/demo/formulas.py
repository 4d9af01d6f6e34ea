"""Works out the formula and autonumber fields of demo records, which Zoho fills by itself."""

from ..world import World


def work_out(world: World, module_name: str) -> None:
    """Number the records of a module in the order in which they were made, and divide.

    The demo data knows one formula: one field of the record divided by another.
    """
    module = world.module(module_name)
    if module is None:
        raise ValueError(f"no module {module_name}")
    records = sorted(world.records[module_name].values(), key=lambda one: one["Created_Time"])
    for one in module.fields:
        if one.auto_number is not None:
            for record in records:
                number = one.auto_number
                record[one.api_name] = f"{number.prefix}{number.next}{number.suffix}"
                number.next += 1
        elif one.formula:
            above, below = (
                part.strip(" ${}").removeprefix(f"{module_name}.")
                for part in one.formula.split("/")
            )
            for record in records:
                if record.get(above) is not None and record.get(below):
                    record[one.api_name] = round(record[above] / record[below], 2)

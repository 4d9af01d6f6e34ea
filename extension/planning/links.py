"""Several links in one field: Zoho keeps each in a row of its own, and rows that a write does not
name stay.

https://www.zoho.com/crm/developer/docs/api/v8/update-records.html
"""

from collections.abc import Iterable, Mapping

from extension.planning.carry import links_in

DELETE = "_delete"
Row = Mapping[str, object]


def are_rows(value: object) -> bool:
    """Whether this is written into a field of several links: which come, and which go."""
    return isinstance(value, list) and bool(value) and all(map(_is_row, value))


def difference(there: object, wanted: object) -> list[Row]:
    """What is written so that the links that are there become those that are wanted."""
    old, new = _linking(there), _linking(wanted)
    kept, asked = _ends(old), _ends(new)
    gone = [{"id": one["id"], DELETE: None} for one in old if _end(one) not in asked]
    return [*gone, *(one for one in new if _end(one) not in kept)]


def taken_back(written: object, was: object) -> list[Row]:
    """What takes these rows back, where those were there before. A link that has come is named by
    its end: in which row it stands nobody has told us."""
    old, rows = _linking(was), _rows(written)
    known = _ends(old)
    gone = {one.get("id") for one in rows if DELETE in one}
    added = [one for one in rows if DELETE not in one and _end(one) not in known]
    return [
        *({**one, DELETE: None} for one in added),
        *(_without_id(one) for one in old if one.get("id") in gone),
    ]


def as_sent(written: object, there: object) -> list[Row]:
    """What is still to be done of it: Zoho refuses to delete a row that is gone, and would link
    twice what is linked already."""
    rows, now = _rows(written), _linking(there)
    gone = [one["id"] for one in now if any(_means(each, one) for each in rows)]
    stay = _ends(one for one in now if one["id"] not in gone)
    new = (one for one in rows if DELETE not in one and _end(one) not in stay)
    return [*({"id": one, DELETE: None} for one in gone), *new]


def _means(written: Row, row: Row) -> bool:
    """Whether this deletes that row."""
    if DELETE not in written:
        return False
    return written["id"] == row["id"] if "id" in written else _end(written) == _end(row)


def _is_row(one: object) -> bool:
    named = isinstance(one, Mapping) and "id" not in one and bool(links_in(one))
    return named or (isinstance(one, Mapping) and DELETE in one)


def _rows(value: object) -> list[Row]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _linking(value: object) -> list[Row]:
    """The rows that point at something."""
    return [one for one in _rows(value) if links_in(one)]


def _end(row: Row) -> str:
    """The id of what a row points at."""
    return str(links_in(row)[0]["id"])


def _ends(rows: Iterable[Row]) -> set[str]:
    return {_end(one) for one in rows}


def _without_id(row: Row) -> Row:
    return {name: value for name, value in row.items() if name != "id"}

"""What nothing takes is kept: as a note that people read, and a file that makes the lead again."""

from collections.abc import Iterable, Mapping

from extension.planning.business import SYSTEM, is_empty, leads_of
from extension.planning.carry import FILES, NEVER_WRITTEN, SEVERAL, Lost, links_in, shown
from extension.planning.hanging import ListFate
from extension.planning.planned import ValueFate
from extension.planning.records import Catalogue, Field, Lead, Module
from extension.planning.steps import Note, Place, Salvage, Step

TITLE = "What this record does not hold of its lead"
MORE = "All values are in the attached file."
MOST_LETTERS = 60_000
"""A note holds 65,535 letters; Zoho counts some of them twice."""

FILE_NAME, FILE_ID = "File_Name__s", "File_Id__s"
ROWS_OWN = SYSTEM | {"Parent_Id"}
"""What Zoho keeps for itself of a subform's row, or of a row that holds one of several links."""
LINKS = frozenset({"lookup", "userlookup", "ownerlookup", "layout"})


def salvage(
    lead: Lead, fates: Iterable[ValueFate], lists: Iterable[ListFate], on: Place
) -> tuple[Step, ...]:
    """A note and a file on the main record, if anything is lost at all."""
    lost = [one for one in fates if isinstance(one.verdict, Lost)]
    left = [one for one in lists if one.kind == "lost"]
    if not lost and not left:
        return ()
    lines = [f"{one.held.field.label}: {_text(one)}" for one in lost]
    lines += [f"{one.label}: {_count(one)}" for one in left]
    name = f"lead-{lead.record.id}.json"
    return (
        Note(on, TITLE, _whole_lines(lines)),
        Salvage(on, name, dict(lead.record.values)),
    )


def _text(fate: ValueFate) -> str:
    return in_words(fate.held.value, fate.held.field) or "(only in the attached file)"


def in_words(value: object, field: Field) -> str:
    """A value as people read it: linked records and files by name, each row of a subform in a line
    of its own; nothing where there are ids only."""
    rows = value if isinstance(value, list) else []
    if not rows or not all(isinstance(one, Mapping) for one in rows):
        return shown(value)
    if field.data_type in FILES or any(FILE_ID in one for one in rows):
        return "; ".join(str(one[FILE_NAME]) for one in rows if one.get(FILE_NAME))
    if field.data_type in SEVERAL or (field.data_type != "subform" and all(map(_is_link, rows))):
        return shown(links_in(rows))
    return "".join(f"\n- {line}" for line in map(_line, rows) if line)


def _is_link(row: Mapping[str, object]) -> bool:
    """Whether a row holds one of several links and nothing else."""
    cells = _cells(row)
    return len(cells) == 1 and links_in(row) == [*cells.values()]


def _line(row: Mapping[str, object]) -> str:
    """The row's cells, by the names of its fields: their labels are those of another module."""
    texts = ((name.replace("_", " "), shown(value)) for name, value in _cells(row).items())
    return "; ".join(f"{name}: {text}" for name, text in texts if text)


def _cells(row: Mapping[str, object]) -> dict[str, object]:
    kept = {name: one for name, one in row.items() if name not in ROWS_OWN and name[:1] != "$"}
    return {name: one for name, one in kept.items() if one is False or not is_empty(one)}


def _count(one: ListFate) -> str:
    number = "an unknown number" if one.count is None else str(one.count)
    return f"{number}. {one.reason.message}"


def _whole_lines(lines: list[str]) -> str:
    """As many lines as a note holds, each whole; that there are more is said."""
    kept, letters = list[str](), 0
    for line in lines:
        letters += 2 * len(line) + 1
        if letters > MOST_LETTERS:
            break
        kept.append(line)
    return "\n".join([*kept, MORE])


def restored(values: Mapping[str, object], catalogue: Catalogue) -> dict[str, object]:
    """What the file holds of a lead, as Zoho takes it for a new one: all that people wrote.

    Files are named by the ids that they had. Left out is what Zoho gives by itself (ids, stamps,
    numbers, formulas), a photo, which Zoho takes in a call of its own, and what the module has no
    field for any more.
    """
    fields = leads_of(catalogue).fields
    found = {name: _link(values.get(name)) for name in ("Owner", "Layout")}
    tags = [{"name": str(one["name"])} for one in _rows(values.get("Tag")) if one.get("name")]
    kept: dict[str, object] = {name: one for name, one in found.items() if one}
    for name, field in fields.items():
        if name in values and _is_given(values[name], field):
            kept[name] = _written(values[name], field, catalogue)
    return {**kept, "Tag": tags} if tags else kept


def _is_given(value: object, field: Field) -> bool:
    """Whether people wrote it. A field that starts with a value was emptied by somebody."""
    system = field.api_name in SYSTEM and not field.custom
    if system or field.read_only or field.data_type in {*NEVER_WRITTEN, "profileimage"}:
        return False
    return not (is_empty(value, field) and is_empty(field.default))


def _written(value: object, field: Field, catalogue: Catalogue) -> object:
    if is_empty(value, field):
        return None
    if field.data_type in FILES:
        return [{FILE_ID: one[FILE_ID]} for one in _rows(value) if one.get(FILE_ID)]
    if field.data_type in SEVERAL:
        return [{field.api_name: {"id": str(one["id"])}} for one in links_in(value)]
    if field.data_type == "subform":
        module = catalogue.modules.get(field.subform_module)
        return [_row(one, module) for one in _rows(value)]
    return _link(value) if field.data_type in LINKS else value


def _row(row: Mapping[str, object], module: Module | None) -> dict[str, object]:
    """A row for a new record; where the subform's fields are not known, all that it holds."""
    known = module.fields if module else {}
    closed = {
        name
        for name, one in known.items()
        if one.read_only or one.data_type in NEVER_WRITTEN
    }  # fmt: skip
    cells = {name: one for name, one in _cells(row).items() if name not in closed}
    return {name: _link(one) or one for name, one in cells.items()}


def _rows(value: object) -> list[Mapping[str, object]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _link(value: object) -> dict[str, str]:
    """What a lookup is written as; nothing where the value points at nothing."""
    found = value.get("id") if isinstance(value, Mapping) else None
    return {"id": str(found)} if found else {}

"""Values that point elsewhere: at records, people, several of them, tags and files."""

import re
from typing import Any

from .. import answers
from ..answers import Json
from ..schema import Field
from ..world import Record
from .asking import is_id
from .convert_lead import converted
from .reading import find_visible
from .value_types import Check, Place, Writing, a_list

COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
MOST_TAG_LETTERS = 25


def id_in(given: Any, place: Place) -> str:
    """The id in an object such as `{"id": "…"}`; a name beside it is ignored."""
    if not isinstance(given, dict):
        raise place.not_a("jsonobject")
    if given.get("id") is None:
        raise answers.mandatory_not_found("id", f"{place.path}.id")
    if not is_id(given["id"]):
        raise place.bad_id()
    return str(given["id"])


def a_lookup(writing: Writing, one: Field, given: Any, place: Place) -> Record:
    wanted = id_in(given, place)
    world = writing.call.world
    target = world.module(one.lookup or _se_module(writing, one))
    found = find_visible(writing.call, target, wanted) if target else None
    if target is None or found is None or converted(found):
        raise place.bad_id()
    return world.reference(target.api_name, found)


def _se_module(writing: Writing, one: Field) -> str:
    """The module that `$se_module` names, which must come with What_Id.

    Any module that lists these activities can be meant, custom ones too.
    """
    given = writing.body.get("$se_module")
    place = writing.place("$se_module")
    if given is None:
        raise answers.mandatory_not_found("$se_module", place.path)
    module = writing.call.world.module(given) if isinstance(given, str) else None
    lists = module.related_lists if module else []
    own = any(each.module == writing.module.api_name for each in lists)
    if module is None or module.api_name == "Contacts" or not own:
        raise place.wrong()
    return module.api_name


def a_person(writing: Writing, one: Field, given: Any, place: Place) -> Json:
    found = writing.call.world.user(id_in(given, place))
    if found is None or found.status != "active":
        raise place.bad_id()
    return dict(found.brief(email=True))


def linked(check: Check) -> Check:
    """A field of several links: `[{"<field>": {"id"}}]`, each kept with an id of its own.

    A link with `"_delete": null` goes; those that are not mentioned stay.
    """

    def each(writing: Writing, one: Field, given: Any, place: Place) -> list[Json]:
        before = (writing.record or {}).get(one.api_name) or []
        kept = {str(link["id"]): link for link in before}
        for index, row in enumerate(a_list(given, place)):
            at = place.at(index)
            if not isinstance(row, dict):
                raise at.not_a("jsonobject")
            if "id" in row and str(row["id"]) not in kept:
                raise at.bad_id()
            if "_delete" in row:
                kept.pop(str(row.get("id")), None)
            elif one.api_name not in row:
                raise answers.mandatory_not_found(one.api_name, f"{at.path}.{one.api_name}")
            else:
                link_id = str(row["id"]) if "id" in row else writing.call.world.new_id()
                target = check(writing, one, row[one.api_name], at.under(one.api_name))
                kept[link_id] = {one.api_name: target, "id": link_id}
        return list(kept.values())

    return each


def tag_name(given: Any, place: Place) -> Json:
    """A tag as it is asked for: `{"name"}`, perhaps with `color_code`."""
    if not isinstance(given, dict):
        raise place.not_a("jsonobject")
    name, colour = given.get("name"), given.get("color_code")
    if name is None:
        raise answers.mandatory_not_found("name", f"{place.path}.name")
    if not isinstance(name, str) or not name.strip():
        raise answers.invalid_data(
            "name", f"{place.path}.name", "Invalid data type", expected_data_type="text"
        )
    if len(name) > MOST_TAG_LETTERS:
        raise answers.invalid_data(
            "name", f"{place.path}.name", "Invalid data", maximum_length=MOST_TAG_LETTERS
        )
    if colour is not None and not (isinstance(colour, str) and COLOUR.fullmatch(colour)):
        raise answers.invalid_data("color_code", f"{place.path}.color_code", "Invalid data")
    return {"name": name.strip(), "color_code": colour}


def tags(writing: Writing, one: Field, given: Any, place: Place) -> list[Json]:
    return [tag_name(row, place.at(i)) for i, row in enumerate(a_list(given, place))]


def files(writing: Writing, one: Field, given: Any, place: Place) -> list[Json]:
    """Files uploaded before, by the id that the upload answered."""
    kept = []
    for index, row in enumerate(a_list(given, place)):
        at = place.at(index)
        file_id = row.get("File_Id__s") if isinstance(row, dict) else None
        if not isinstance(file_id, str) or file_id not in writing.call.world.files:
            raise at.under("File_Id__s").wrong()
        size = len(writing.call.world.files[file_id])
        kept.append({"File_Id__s": file_id, "Size__s": size, "id": writing.call.world.new_id()})
    return kept

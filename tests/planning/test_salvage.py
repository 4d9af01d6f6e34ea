"""What nothing takes is read in a note, and makes the lead again from a file."""

from typing import Any

import pytest

from extension.planning.business import Held
from extension.planning.carry import Lost
from extension.planning.planned import ValueFate
from extension.planning.reasons import say
from extension.planning.records import Field
from extension.planning.salvage import in_words, restored, salvage
from extension.planning.steps import Note, Place

from .crm import LEADS, catalogue, field, lead, module

TUBA = {"id": "77", "name": "Tuba"}
HARP = {"id": "78", "name": "Harp"}
PRODUCTS = [
    {"id": "4821", "Products": TUBA, "$has_more": False},
    {"id": "4822", "Products": HARP},
]
FILES = [
    {"id": "5", "File_Id__s": "ab12", "File_Name__s": "offer.pdf", "Size__s": 12},
    {"id": "6", "File_Id__s": "cd34", "File_Name__s": "plan.png"},
]
ROWS = [
    {"id": "91", "Town": "Oslo", "People_There": 3, "Guide": TUBA, "Parent_Id": {"id": "300"},
     "Created_Time": "2026-01-10T09:00:00+00:00", "$approved": True, "Open": False},
    {"id": "92", "Town": "Bergen", "People_There": None, "Guide": None},
]  # fmt: skip


@pytest.mark.parametrize("data_type", ["", "as it is"])
@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("multiselectlookup", PRODUCTS, "Tuba; Harp"),
        ("lookup", TUBA, "Tuba"),
        ("multiselectlookup", [{"id": "1", "Products": {"id": "79"}}], "79"),
        ("fileupload", FILES, "offer.pdf; plan.png"),
        ("imageupload", FILES[1:], "plan.png"),
        ("multiselectpicklist", ["Red", "Blue"], "Red; Blue"),
        ("subform", ROWS, "\n- Town: Oslo; People There: 3; Guide: Tuba; Open: No\n- Town: Bergen"),
        ("boolean", True, "Yes"),
        ("text", "Acme", "Acme"),
    ],
)
def test_a_value_is_written_as_people_read_it(
    kind: str, value: object, words: str, data_type: str
) -> None:
    """Also where the metadata does not know the field (yet), which only the value tells."""
    assert in_words(value, Field("Any", "Any", kind if data_type else "")) == words


def test_the_note_names_what_a_lost_value_points_at() -> None:
    several = field("Products", "multiselectlookup", label="Interested Products")
    lost = ValueFate(Held(several, PRODUCTS), Lost(say("no_field")))
    note, _ = salvage(lead(), [lost], [], Place("Vendors", "vendor"))
    assert isinstance(note, Note)
    assert note.content.splitlines()[0] == "Interested Products: Tuba; Harp"


@pytest.mark.parametrize("value", [[{"id": "5", "File_Id__s": "ab12"}], [{"id": "91"}]])
def test_ids_alone_are_not_words(value: object) -> None:
    assert in_words(value, field("Any", "fileupload")) == ""


def test_what_zoho_gives_by_itself_is_not_given_again() -> None:
    org = catalogue()
    one = lead(Last_Name="Doe", Full_Name="Doe", Nowhere="x")
    assert restored(one.record.values, org) == {
        "Owner": {"id": "9001"}, "Layout": {"id": "lead-1"}, "Last_Name": "Doe",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("one", "value", "written"),
    [
        (field("Stars", "multiselectlookup"), [{"id": "1", "Stars": TUBA}],
         [{"Stars": {"id": "77"}}]),
        (field("Near", "lookup"), TUBA, {"id": "77"}),
        (field("Papers", "fileupload"), FILES, [{"File_Id__s": "ab12"}, {"File_Id__s": "cd34"}]),
        (field("Trips", "subform", subform_module="Trips"), ROWS,
         [{"Town": "Oslo", "People_There": 3, "Guide": {"id": "77"}}, {"Town": "Bergen"}]),
        (field("Open", "boolean", default=True), False, False),
        (field("Since", default="Monday"), None, None),
        (field("Tag", "tag"), [{"name": "vip", "id": "3"}], [{"name": "vip"}]),
    ],
    ids=lambda each: each.api_name if isinstance(each, Field) else "",
)  # fmt: skip
def test_a_value_is_as_zoho_takes_it(one: Field, value: Any, written: Any) -> None:
    trips = module(
        "Trips", field("Town"), field("People_There", "integer"),
        field("Guide", "lookup"), field("Open", "boolean", read_only=True),
    )  # fmt: skip
    leads = module("Leads", *LEADS.fields.values(), one)
    found = restored(lead(**{one.api_name: value}).record.values, catalogue(leads, trips))
    assert found[one.api_name] == written

"""The reasons for the mapping that we suggest."""

import pytest

from extension.planning.records import Field
from extension.planning.suggest import suggest
from extension.planning.suggested import WHY, Suggested, suggested

from .crm import LEADS, VENDORS, choices, custom, field


def found(*several: Field) -> dict[tuple[str, str], Suggested]:
    return {(one.field, one.source): one for one in suggested(LEADS, custom("Cards", *several))}


def test_every_pair_of_the_mapping_has_a_reason() -> None:
    mapping = suggest(LEADS, VENDORS)
    pairs = [(one.field, one.source) for one in suggested(LEADS, VENDORS)]
    assert sorted(pairs) == sorted([*mapping.mapping.items(), *mapping.fallback.items()])


@pytest.mark.parametrize(
    ("taker", "source", "key", "confidence"),
    [
        (field("City"), "City", "same_name", "sure"),
        (field("Job", label="title"), "Designation", "same_label", "sure"),
        (field("Cell_Phone", "phone"), "Mobile", "same_meaning", "likely"),
        (field("City", "picklist", choices=choices("Bonn")), "City", "same_name", "sure"),
        (field("City", "date"), "City", "same_name.unfit", "guess"),
    ],
)
def test_the_reason_is_what_paired_them(
    taker: Field, source: str, key: str, confidence: str
) -> None:
    one = found(taker)[taker.api_name, source]
    assert (one.reason.key, one.confidence) == (key, confidence)
    assert one.reason.code == key.partition(".")[0]


def test_the_name_of_a_record_is_less_sure_than_what_is_called_the_same() -> None:
    first, second = found()["Name", "Company"], found()["Name", "Full_Name"]
    assert (first.reason.key, first.confidence) == ("names_record", "likely")
    assert (second.reason.key, second.confidence) == ("names_record.else", "guess")


@pytest.mark.parametrize("key", WHY)
def test_every_reason_says_its_parts(key: str) -> None:
    every = [
        *suggested(LEADS, VENDORS),
        *found(
            field("Job", label="title"), field("Cell_Phone", "phone"), field("City", "date")
        ).values(),
    ]
    one = next(each for each in every if each.reason.key == key)
    assert one.reason.message.endswith(".")
    assert "{" not in one.reason.message
    assert all(str(part) in one.reason.message for part in one.reason.params.values())

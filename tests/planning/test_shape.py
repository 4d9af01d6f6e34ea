"""What can be kept and written out again as it is."""

from typing import Any

import pytest

from extension.planning.shape import DEEPEST, MOST_FAULTS, Shape


def nested(levels: int) -> Any:
    value: Any = "x"
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value", [None, True, 7, -1.5, 10**40, "", "ü😀\t\r\n", [1, {"a": [None]}], nested(DEEPEST)]
)
def test_plain_data_is_sound(value: object) -> None:
    shape = Shape(value)
    shape.sound()
    assert shape.faults == {}


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (float("nan"), "$"),
        ({"a": [1, float("inf")]}, "a[1]"),
        (["ok", "\ud83d"], "[1]"),
        ({"City": "Hu\x00e"}, "City"),
        (["\x1b[2J"], "[0]"),
        (["\x85"], "[0]"),
        ({"a": {"\udc00": 1}}, "a.\udc00"),
        (nested(DEEPEST + 1), "[0]" * DEEPEST),
        (nested(5000), "[0]" * DEEPEST),
    ],
)
def test_what_cannot_be_kept_is_named_with_its_path(value: object, path: str) -> None:
    shape = Shape(value)
    shape.sound()
    assert list(shape.faults) == [path]


def test_of_very_many_faults_the_first_are_named() -> None:
    shape = Shape([float("nan")] * 1000)
    shape.sound()
    assert list(shape.faults) == [f"[{at}]" for at in range(MOST_FAULTS)]

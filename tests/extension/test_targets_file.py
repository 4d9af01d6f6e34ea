"""Targets as YAML: what is written is read again, and every fault is told with its line."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from extension import target_file
from extension.errors import InvalidInput
from extension.planning.policies import (
    Condition,
    LeadAfter,
)
from extension.planning.target_data import (
    as_data,
    from_data,
)
from extension.planning.targets import Target, TargetRecord
from tests.extension.target_cases import SUPPLIER, ZOHO, with_fields
from tests.extension.target_documents import (
    ADDRESS,
    QUICK,
    documents,
)
from tests.planning.test_rules import rules


def write(*targets: Any) -> str:
    return target_file.dump(from_data(list(targets)), ADDRESS)


def read(text: str) -> tuple[Target, ...]:
    return target_file.load(text.encode()).targets


def refused(raw: str | bytes) -> InvalidInput:
    with pytest.raises(InvalidInput) as raised:
        target_file.load(raw.encode() if isinstance(raw, str) else raw)
    return raised.value


def told(raw: str | bytes) -> dict[str, tuple[int, int, str]]:
    """Path -> line, column and sentence of each fault."""
    details: Any = refused(raw).details
    return {
        path: (details["places"][path]["line"], details["places"][path]["column"], sentence)
        for path, sentence in details["fields"].items()
    }


def file(*lines: str) -> str:
    """A file whose targets begin in line 3."""
    return "\n".join(["version: 1", "targets:", *lines, ""])


# There and back


@QUICK
@given(documents)
def test_every_target_comes_back_from_its_file_as_it_was(document: list[dict[str, Any]]) -> None:
    found = from_data(document)
    text = target_file.dump(found, ADDRESS)
    data, _ = target_file.plain(text.encode())
    assert from_data(data["targets"]) == found
    assert json.dumps(data["targets"]) == json.dumps([as_data(one) for one in found])
    assert target_file.dump(read(text), ADDRESS) == text


@QUICK
@given(st.dictionaries(st.sampled_from(["A", "B", "C"]), rules))
def test_every_rule_comes_back_from_its_file_as_it_was(found: dict[str, Any]) -> None:
    one = Target("t", "T", "records", (TargetRecord("r", "M", {}, rules=found),))
    [again] = read(target_file.dump([one], ADDRESS))
    both = [json.dumps(as_data(each), sort_keys=True) for each in (again, one)]
    assert both[0] == both[1]


@QUICK
@given(documents)
def test_other_readers_of_yaml_understand_the_same(document: list[dict[str, Any]]) -> None:
    """Such as those of editors, which know no texts but quoted ones where we are lenient."""
    found = from_data(document)
    data = yaml.safe_load(target_file.dump(found, ADDRESS))
    assert data["targets"] == [as_data(one) for one in found]


def test_a_file_is_written_for_people() -> None:
    template = with_fields(Description={"template": "{Company}\n{City}"})
    assert write(template, ZOHO) == (Path(__file__).parent / "targets.yaml").read_text()


def test_nothing_is_written_that_would_be_another_thing_to_other_readers() -> None:
    text = write(with_fields(Category={"constant": "no"}, Fax={"constant": "4e10"}))
    assert "constant: 'no'" in text
    assert "constant: '4e10'" in text


def test_the_first_line_tells_editors_what_is_allowed() -> None:
    assert write(ZOHO).splitlines()[0] == f"# yaml-language-server: $schema={ADDRESS}"


# What people write


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("no", "no"), ("No", "No"), ("on", "on"), ("y", "y"), ("off", "off"),
        ("2026-01-31", "2026-01-31"), ("2026-01-31 09:00:00", "2026-01-31 09:00:00"),
        ("000123", "000123"), ("0123", "0123"), ("0o17", "0o17"), ("0x1F", "0x1F"),
        ("12:30", "12:30"), ("1_000", "1_000"), ("1,000", "1,000"), ("+84 28", "+84 28"),
        ("+5", "+5"), ("1e5", "1e5"), (".5", ".5"), ("5.", "5."), (".inf", ".inf"),
        (".nan", ".nan"), ("=", "="), ("1.2.3", "1.2.3"), ("--", "--"),
        ("7", 7), ("-7", -7), ("0", 0), ("1.50", 1.5), ("-0.5", -0.5), ("1.0e+20", 1e20),
        ("true", True), ("False", False), ("'7'", "7"), ('"true"', "true"), ("'null'", "null"),
        ("!", None), ("[1, a]", [1, "a"]), ("{a: no}", {"a": "no"}), ("''", ""),
        ("9" * 5000, "9" * 5000),
    ],
)  # fmt: skip
def test_a_value_is_what_it_looks_like(written: str, meant: object) -> None:
    text = file(
        "- key: a", "  label: A", "  records:", "  - key: r", "    module: M", "    fields:",
        "      F:", f"        constant: {written}",
    )  # fmt: skip
    if meant is None:
        refused(text)
        return
    data, _ = target_file.plain(text.encode())
    found = data["targets"][0]["records"][0]["fields"]["F"]["constant"]
    assert (found, type(found)) == (meant, type(meant))


@pytest.mark.parametrize("written", ["", "~", "null", "Null"])
def test_nothing_is_nothing(written: str) -> None:
    data, _ = target_file.plain(f"version: 1\ntargets: {written}\n".encode())
    assert data["targets"] is None


def test_names_and_ids_need_no_quotes() -> None:
    [target] = read(
        file(
            "- key: 42", "  label: 007", "  profiles: [7100, 000123]",
            "  offered_when:", "  - {field: Opt_In, is: true}", "  - {field: Score, is_not: 1.50}",
            "  records:", "  - key: 1", "    module: M", "    layout: 5545974000000091055",
        )
    )  # fmt: skip
    assert (target.key, target.label) == ("42", "007")
    assert target.profiles == {"7100", "000123"}
    assert target.offered_when == (
        Condition("Opt_In", "is", "true"), Condition("Score", "is_not", "1.50"),
    )  # fmt: skip
    assert (target.records[0].key, target.records[0].layout) == ("1", "5545974000000091055")


def test_a_field_that_is_called_like_a_name_of_ours_holds_what_it_holds() -> None:
    text = file(
        "- key: a", "  label: A", "  lead_after: {kind: mark, values: {label: true, key: 7}}",
        "  records: [{key: r, module: M}]",
    )  # fmt: skip
    assert read(text)[0].lead_after == LeadAfter("mark", {"label": True, "key": 7})


def test_keys_are_texts_whatever_they_look_like() -> None:
    text = file(
        "- key: a", "  label: A", "  records:", "  - key: r", "    module: M", "    fields:",
        "      F:", "        translate: Rating", "        table: {1: A, yes: B, null: C, 1.0: D}",
    )  # fmt: skip
    data, _ = target_file.plain(text.encode())
    table = data["targets"][0]["records"][0]["fields"]["F"]["table"]
    assert table == {"1": "A", "yes": "B", "null": "C", "1.0": "D"}


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_files_of_any_system_are_read(ending: str, mark: str) -> None:
    text = mark + write(SUPPLIER).replace("\n", ending)
    assert read(text) == from_data([SUPPLIER])


def test_json_is_read_too() -> None:
    text = json.dumps({"version": 1, "targets": [SUPPLIER, ZOHO]}, ensure_ascii=False)
    assert read(text) == from_data([SUPPLIER, ZOHO])


def test_comments_are_passed_over() -> None:
    text = write(SUPPLIER).replace("targets:", "# ours\ntargets:  # all of them")
    assert read(text) == from_data([SUPPLIER])


# What is refused


BOMB = file("- key: &a [x, x]", "  label: &b [*a, *a]", "  kind: &c [*b, *b]", "  carry: [*c, *c]")


DEEP = file("- key: " + "[" * 60 + "]" * 60)


@pytest.mark.parametrize(
    ("raw", "path", "place", "words"),
    [
        ("", "$", (1, 1), "nothing in this file"),
        ("# nothing\n", "$", (1, 1), "nothing in this file"),
        ("version: 1\ntargets: [", "$", (2, 11), "no YAML"),
        ("version: 1\n\ttargets: []", "$", (2, 1), "no YAML"),
        ("version: 1\ntargets: []\n  key: a: b\n", "$", (3, 3), "no YAML"),
        ("a: 'b\n", "$", (2, 1), "no YAML"),
        ("a: %b\n", "$", (1, 4), "no YAML"),
        (b"version: 1\nlabel: \xff\n", "$", (2, 8), "UTF-8"),
        ("version: 1\nlabel: ü".encode("utf-16"), "$", (1, 1), "UTF-8"),
        ("version: 1\nlabel: a\x07b\n", "$", (2, 9), "character"),
        ("a" * (256 * 1024 + 1), "$", (1, 1), "256 kB"),
        ("version: 1\n---\nversion: 1\n", "$", (2, 1), "one document"),
        (BOMB, "[0].key", (3, 8), "anchor (&a)"),
        (file("- *a"), "[0]", (3, 3), "alias (*a)"),
        (file("- key: *a"), "[0].key", (3, 8), "alias (*a)"),
        (file("- key: !!str 7"), "[0].key", (3, 8), "tag"),
        (file("- key: !!python/object/apply:os.system [ls]"), "[0].key", (3, 8), "tag"),
        (file("- !thing {}"), "[0]", (3, 3), "tag"),
        (file("- ? !!str key", "  : a"), "[0]", (3, 5), "tag"),
        (file("- ? [a]", "  : a"), "[0]", (3, 5), "key"),
        (file("- ? {a: b}", "  : a"), "[0]", (3, 5), "key"),
        (file("- key: a", "  label: A", "  key: b"), "[0].key", (5, 3), "twice"),
        ("version: 1\nversion: 1\n", "version", (2, 1), "twice"),
        (file("- key: a", "  'key': b"), "[0].key", (4, 3), "twice"),
        (DEEP, "[0].key" + "[0]" * 18, (3, 26), "too many"),
    ],
)  # fmt: skip
def test_what_is_more_than_plain_data_is_refused_with_its_place(
    raw: str | bytes, path: str, place: tuple[int, int], words: str
) -> None:
    [(found, (line, column, sentence))] = told(raw).items()
    assert (found, (line, column)) == (path, place)
    assert words in sentence


@pytest.mark.parametrize(
    ("raw", "path", "place", "words"),
    [
        ("- key: a\n", "$", (1, 1), "object"),
        ("7", "$", (1, 1), "object"),
        ("targets: []\n", "version", (1, 1), "version is 1"),
        ("version: 2\ntargets: []\n", "version", (1, 1), "version is 1"),
        ("version: true\ntargets: []\n", "version", (1, 1), "version is 1"),
        ("version: '1'\ntargets: []\n", "version", (1, 1), "version is 1"),
        ("version: 1\n", "targets", (1, 1), "list of targets"),
        ("version: 1\ntargets: {a: 1}\n", "targets", (2, 1), "list of targets"),
        ("version: 1\ntargets: []\nextra: 1\n", "extra", (3, 1), "no such key"),
        (file("- key: a", "  label: A", "  colour: red"), "[0].colour", (5, 3), "no such key"),
        (file("- key: a", "  label: A"), "[0].records", (3, 3), "1 to 5"),
        (file("- <<: {key: a}"), "[0].<<", (3, 3), "no such key"),
        (
            file("- key: a", "  label: A", "  records:", "  - key: r", "    module: M",
                 "    fields:", "      F: G", "      Phone: {template: '{'}"),
            "[0].records[0].fields.Phone.template", (10, 15), "no template",
        ),
        (
            file("- key: z", "  label: Z", "  kind: zoho",
                 "- key: z", "  label: Z", "  kind: zoho"),
            "[1].key", (6, 3), "taken",
        ),
    ],
)  # fmt: skip
def test_what_is_no_target_is_refused_with_its_place(
    raw: str, path: str, place: tuple[int, int], words: str
) -> None:
    line, column, sentence = told(raw)[path]
    assert (line, column) == place
    assert words in sentence


def test_the_error_as_a_whole_stands_where_the_first_fault_does() -> None:
    error = refused(file("- key: a", "  label: A", "  blue: 1", "  records: []", "  able: 1"))
    assert (error.details["line"], error.details["column"]) == (5, 3)
    assert error.message.startswith("Line 5: ")


def test_what_lint_speaks_of_has_a_place() -> None:
    written = target_file.load(write(with_fields(Phone="Gone")).encode())
    place = written.place("[0].records[0].fields.Phone")
    assert write(with_fields(Phone="Gone")).splitlines()[place.line - 1].strip() == "Phone: Gone"
    assert written.place("[0].records[1].layout") == written.place("[0].records[1]")


@QUICK
@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_whatever_is_sent_it_is_read_or_refused_with_a_place(raw: bytes) -> None:
    try:
        target_file.load(raw)
    except InvalidInput as error:
        details: Any = error.details
    else:
        return
    assert details["fields"].keys() == details["places"].keys()
    assert details["line"] >= 1

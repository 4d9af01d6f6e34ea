"""What a search asks for: criteria, an e-mail address, a phone number or a word.

https://www.zoho.com/crm/developer/docs/api/v8/search-records.html

    criteria = "(" criteria ")" [("and" | "or") criteria]…  |  "(" field ":" operator ":" value ")"

In values `\\` makes the next character an ordinary one; "(", ")" and "," need it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .. import answers
from ..answers import Rejected
from ..caller import Call
from ..schema import Module
from ..world import Record
from .comparing import test_of
from .computed import value
from .reading import readable

SEARCHES = ("criteria", "email", "phone", "word")
"""Only the first of them that is given counts."""
MOST = 10
DEEPEST = 50
SHORTEST_WORD = 2
CONDITION = re.compile(r"\s*\(\s*([\w$.]+)\s*:\s*(\w+)\s*:")
JOINT = re.compile(r"\s*(and|or)\b", re.IGNORECASE)
WORDS_IN = ("text", "textarea", "email", "phone", "website", "picklist", "autonumber")

Test = Callable[[Record], bool]


def finder(call: Call, module: Module) -> Test:
    """Whether a record is what the search parameters of this call ask for."""
    asked = next((name for name in SEARCHES if call.param(name)), None)
    if asked is None:
        raise Rejected(
            "EXPECTED_PARAM_MISSING",
            "one of the expected parameter is missing",
            {"param_names": list(SEARCHES)},
        )
    text = call.param(asked) or ""
    if asked == "criteria":
        return _Parser(call, module, text).whole()
    if asked == "email":
        return _email(call, module, text)
    if asked == "phone":
        return _phone(call, module, text)
    return _word(call, module, text)


def _email(call: Call, module: Module, text: str) -> Test:
    """Any e-mail field that contains the text."""
    fields = [one for one in readable(call, module) if one.data_type == "email"]
    wanted = text.casefold()
    return lambda record: any(
        wanted in (record.get(one.api_name) or "").casefold() for one in fields
    )


def _phone(call: Call, module: Module, text: str) -> Test:
    """Any phone field whose digits contain these; spaces and signs do not count."""
    wanted = re.sub(r"\D", "", text)
    fields = [one for one in readable(call, module) if one.data_type == "phone"]
    if not wanted:
        raise answers.invalid_param("phone")

    def test(record: Record) -> bool:
        return any(wanted in re.sub(r"\D", "", record.get(one.api_name) or "") for one in fields)

    return test


def _word(call: Call, module: Module, text: str) -> Test:
    """All words somewhere in the searchable texts of the record."""
    words = text.casefold().split()
    if len(text.strip()) < SHORTEST_WORD:
        raise answers.invalid_param("word")
    fields = [one for one in readable(call, module) if one.searchable and one.data_type in WORDS_IN]

    def test(record: Record) -> bool:
        found = (value(call.world, module, record, one) for one in fields)
        whole = "\n".join(str(each).casefold() for each in found if each is not None)
        return all(word in whole for word in words)

    return test


@dataclass(slots=True)
class _Parser:
    """Reads criteria from left to right; `at` is where it stands."""

    call: Call
    module: Module
    text: str
    at: int = 0
    count: int = 0
    depth: int = 0

    def whole(self) -> Test:
        test = self.joined()
        if self.text[self.at :].strip():
            raise self.malformed()
        return test

    def joined(self) -> Test:
        """Terms with `and` or `or` between them; `and` binds closer."""
        alternatives: list[list[Test]] = [[self.term()]]
        while joint := JOINT.match(self.text, self.at):
            self.at = joint.end()
            if joint[1].casefold() == "or":
                alternatives.append([self.term()])
            else:
                alternatives[-1].append(self.term())
        return lambda record: any(all(t(record) for t in terms) for terms in alternatives)

    def term(self) -> Test:
        condition = CONDITION.match(self.text, self.at)
        if condition:
            self.at = condition.end()
            return self.condition(condition[1], condition[2])
        self.expect("(")
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.malformed()
        test = self.joined()
        self.depth -= 1
        self.expect(")")
        return test

    def condition(self, name: str, operator: str) -> Test:
        self.count += 1
        if self.count > MOST:
            raise Rejected(
                "CRITERIA_LIMIT_EXCEEDED",
                f"no of criterium that can be given exceed the limit {MOST}",
            )
        values = self.values()
        readables = {one.api_name: one for one in readable(self.call, self.module)}
        one = readables.get(name)
        if name == "id":
            return _id_test(operator, values)
        if one is None or not one.searchable:
            raise _invalid(name, "the field is not available for search")
        test = test_of(self.call.world, one, operator, values)
        world, module = self.call.world, self.module
        return lambda record: test(value(world, module, record, one))

    def values(self) -> list[str]:
        """The value up to the closing parenthesis, cut at its commas."""
        parts, text = [""], self.text
        while self.at < len(text):
            sign = text[self.at]
            self.at += 1
            if sign == ")":
                return [part.strip() for part in parts]
            if sign == "(":
                break
            if sign == "\\" and self.at < len(text):
                parts[-1] += text[self.at]
                self.at += 1
            elif sign == ",":
                parts.append("")
            else:
                parts[-1] += sign
        raise self.malformed()

    def expect(self, sign: str) -> None:
        rest = self.text[self.at :]
        if not rest.lstrip().startswith(sign):
            raise self.malformed()
        self.at += rest.index(sign) + 1

    def malformed(self) -> Rejected:
        details = {"api_name": "criteria", "param_name": "criteria"}
        return Rejected("INVALID_QUERY", "Invalid query formed", details)


def _id_test(operator: str, values: list[str]) -> Test:
    if operator not in ("equals", "in", "not_equal"):
        raise _invalid("id", "invalid operator found", operator=operator)
    return lambda record: (record["id"] in values) is (operator != "not_equal")


def _invalid(api_name: str, reason: str, **details: Any) -> Rejected:
    return Rejected(
        "INVALID_QUERY", "Invalid query formed", {"reason": reason, "api_name": api_name, **details}
    )

"""What a workflow rule of Zoho's posts, read without I/O: ids and the action, nothing else.

Zoho promises no form, escapes nothing that it merges and signs nothing. So a call is read in
whichever way it can be, no text of the lead is believed, and what could be read in two ways is
refused: a lead's own text may look like anything.
https://help.zoho.com/portal/en/kb/crm/automate-business-processes/actions/articles/webhooks-workflow
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from extension.errors import InvalidInput

from . import webhook_forms
from .webhook_forms import Pair

NAMES: Mapping[str, tuple[str, ...]] = {
    "lead": ("leadid", "lead", "leadsid", "recordid", "entityid", "dataid", "id"),
    "action": ("action",),
    "rule": ("rule", "ruleid", "rulename", "workflowrule", "workflow"),
    "target": ("target", "targetkey"),
    "version": ("version", "modifiedtime", "leadmodifiedtime"),
}
"""What is believed, by the names it may come under, the surest first: capitals and punctuation
apart."""
AGREEING = ("lead", "action", "target")
"""Of these all names must say the same: a lead's own text may hold another name."""
KNOWN = {name: what for what, names in NAMES.items() for name in names}
HEADERS = {f"X-Convert-Anywhere-{what.title()}": what for what in NAMES}
"""Zoho can merge fields into headers, too."""
ACTIONS = ("options", "assess", "convert")
LONGEST = {"rule": 100, "target": 200, "version": 64}
TOKEN = re.compile(r"\$\{(!?)([^{}$]{0,100})\}?")
PLAIN_TOKEN = re.compile(r"[A-Za-z0-9_. -]+", re.ASCII)
LEAD = re.compile(r"(?:zcrm_)?([0-9]{1,20})", re.ASCII)
IN_TEXT = re.compile(r"(?<![0-9A-Za-z.,-])(?:zcrm_)?([0-9]{15,20})(?![0-9A-Za-z]|[.,-][0-9])")
SECONDS = re.compile(r"[0-9]{1,2}:[0-9]{2}:[0-9]{2}", re.ASCII)
COUNTED = re.compile(r"\w+")
"""A version that is no time, or one in milliseconds."""
NOTHING = ("", "null", "undefined")
KEY = re.compile(r"[A-Za-z0-9_ .$!{}-]{1,40}", re.ASCII)
MOST_KEYS = 50


@dataclass(frozen=True, slots=True)
class Sent:
    """A call as it came, once its sender is known."""

    body: bytes = b""
    content_type: str = ""
    query: Sequence[Pair] = ()
    """The parameters of the address, but for the secret."""
    headers: Sequence[Pair] = ()
    """Those headers that may name something."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a call is about, as far as it is believed."""

    lead: str
    action: str
    rule: str = ""
    target: str = ""
    version: str = ""
    written_as: str = "none"
    keys: tuple[str, ...] = field(default=())
    """The names of all that it held."""

    @property
    def exact(self) -> bool:
        """Whether its version tells two edits apart: a time does only to the second."""
        return bool(to_the_second(self.version) or COUNTED.fullmatch(self.version))


def read(sent: Sent, marker: str = "") -> Told:
    """What the call says. `marker` is the word behind which a text names the lead.

    Raises InvalidInput with a sentence that says what to change in Zoho.
    """
    pairs, written_as = webhook_forms.pairs(sent.body, sent.content_type)
    named = [(HEADERS[name], value) for name, value in sent.headers if name in HEADERS]
    every = [*sent.query, *named, *pairs]
    found = {what: _the_one(what, _under(what, every)) for what in NAMES}
    lead = found["lead"]
    if not lead and written_as in ("text", "xml"):
        lead = _in_text(webhook_forms.decoded(sent.body), marker)
    return Told(
        lead=_lead(lead),
        action=_action(found["action"]),
        rule=_short("rule", found["rule"]),
        target=_short("target", found["target"]),
        version=_short("version", found["version"]),
        written_as=written_as if sent.body else "query",
        keys=_keys(every),
    )


def rule_of(sent: Sent) -> str:
    """The rule that a call names which cannot be read otherwise; "" where that is not plain."""
    try:
        pairs, _ = webhook_forms.pairs(sent.body, sent.content_type)
        named = [(HEADERS[name], value) for name, value in sent.headers if name in HEADERS]
        return _short("rule", _the_one("rule", _under("rule", [*sent.query, *named, *pairs])))
    except InvalidInput:
        return ""


def to_the_second(version: str) -> bool:
    """Whether it is a time that says the seconds."""
    return SECONDS.search(version) is not None


def plain(name: str) -> str:
    """A name without its capitals and punctuation: `Lead Id` and `lead_id` are the same."""
    return re.sub(r"[^a-z0-9]", "", name.casefold())


def _under(what: str, pairs: Iterable[Pair]) -> dict[str, list[str]]:
    """The values that may be meant, by the name that they came under."""
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        known = plain(name)
        if KNOWN.get(known) == what and value.strip().casefold() not in NOTHING:
            found.setdefault(known, []).append(value.strip())
    return found


def _the_one(what: str, found: Mapping[str, Sequence[str]]) -> str:
    """The value under the surest name. Two that differ are refused: the second may stand in a
    text that somebody typed into the lead."""
    values: set[str] = set()
    for name in NAMES[what]:
        values |= {_meant(what, name, one) for one in found.get(name, ())}
        if values and what not in AGREEING:
            break
    if len(values) > 1:
        raise InvalidInput(
            f"The call says two different things as {what}. Send each once, and merge no text "
            "of the lead into the call: its id is enough.",
            code="ambiguous_call",
            details={"field": what},
        )
    return values.pop() if values else ""


def _meant(what: str, name: str, value: str) -> str:
    _refuse_tokens(name, value)
    return _bare(value) if what == "lead" else value


def _bare(value: str) -> str:
    found = LEAD.fullmatch(value)
    return found[1] if found else value


def _refuse_tokens(name: str, value: str) -> None:
    token = TOKEN.search(value)
    if token is None:
        return
    inside = token[2].strip() if PLAIN_TOKEN.fullmatch(token[2].strip()) else "…"
    other = "${Leads.Lead Id}" if token[1] else "${!Leads.id}"
    raise InvalidInput(
        f"Zoho has sent the merge field ${{{token[1]}{inside}}} as it is, instead of its value. "
        "The webhook must belong to the module Leads, and the field be chosen from Zoho's list; "
        f"for the lead's id try {other}.",
        code="merge_field_not_replaced",
        details={"field": name},
    )


def _in_text(text: str, marker: str) -> str:
    """The id behind the marker; without one, the only number that can be an id."""
    token = TOKEN.search(text)
    if marker:
        _, found, rest = text.partition(marker)
        behind = re.match(r"\s*[:=]?\s*(\S*)", rest) if found else None
        if behind is not None and TOKEN.match(behind[1]):
            _refuse_tokens("lead", rest)
        return behind[1].strip("\"'<>.,;") if behind is not None else ""
    ids = set(IN_TEXT.findall(text))
    if len(ids) > 1:
        raise InvalidInput(
            "The text holds several numbers that may be the lead's id. Say in the settings of the "
            "automation which word stands before it.",
            code="ambiguous_call",
            details={"field": "lead"},
        )
    if not ids and token is not None:
        _refuse_tokens("lead", token[0])
    return ids.pop() if ids else ""


def _lead(value: str) -> str:
    if not value:
        raise InvalidInput(
            "The call names no lead. Send the lead's id as lead_id, such as ${!Leads.id}.",
            code="no_lead_named",
            details={"field": "lead"},
        )
    found = LEAD.fullmatch(value)
    if found is None:
        raise InvalidInput(
            "What the call sends as lead_id is no id of Zoho's. Send ${!Leads.id}, in quotes.",
            code="no_lead_named",
            details={"field": "lead"},
        )
    return found[1]


def _action(value: str) -> str:
    if value.casefold() not in ACTIONS:
        raise InvalidInput(
            f"Say what is to be done: action is one of {', '.join(ACTIONS)}. It stands best in "
            "the address, such as ?action=convert.",
            code="no_such_action",
            details={"field": "action"},
        )
    return value.casefold()


def _short(what: str, value: str) -> str:
    if len(value) > LONGEST[what] or any(not one.isprintable() for one in value):
        raise InvalidInput(
            f"What the call sends as {what} is too long, or no plain text.",
            details={"field": what},
        )
    return value


def _keys(pairs: Iterable[Pair]) -> tuple[str, ...]:
    """Names only, and only what looks like one: in a garbled call a value may stand in the place
    of a name."""
    names = dict.fromkeys(name for name, _ in pairs if KEY.fullmatch(name))
    return tuple(names)[:MOST_KEYS]

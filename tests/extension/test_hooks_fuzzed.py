"""Whatever is thrown at the other door: no fault of ours, no row without a sender who proved
themselves, no 202 without a row."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extension.store.inbox import Delivery
from extension.zoho.webhooks import ACTIONS
from tests.extension.hook_rig import Rule, rule_of
from tests.extension.rig import everything, on_postgresql, on_sqlite
from tests.zoho.test_webhooks import PAYLOADS

MANY = settings(
    max_examples=120,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
LEAD = "4876876000003000010"
RECORDED = [
    json.loads(one.read_text())["body"].encode("utf-8", "surrogateescape")
    for one in sorted(PAYLOADS.glob("*.json"))
    if one.stem != "expected"
]
TYPES = st.sampled_from(
    ["", "application/json", "application/xml", "text/plain", "text/html", "application/x-www-"
     "form-urlencoded", "multipart/form-data; boundary=x", "multipart/form-data", "\xe9/;="]
)  # fmt: skip
NAMES = st.sampled_from(["lead_id", "action", "rule", "target", "version", "id", "x", "secret"])
VALUES = st.one_of(
    st.sampled_from([LEAD, *ACTIONS, "null", "${!Leads.id}", "\x00"]),
    st.text(max_size=30),
)
QUERY = st.lists(st.tuples(NAMES, VALUES), max_size=6)


@st.composite
def bodies(draw: st.DrawFn) -> bytes:
    """Bytes, or a recorded call with a piece cut out and another put in."""
    whole = draw(st.sampled_from(RECORDED))
    kind = draw(st.integers(0, 3))
    if kind == 0:
        return draw(st.binary(max_size=300))
    if kind == 1:
        pairs = draw(st.lists(st.tuples(NAMES, VALUES), max_size=5))
        return json.dumps(dict(pairs)).encode()
    at = draw(st.integers(0, max(len(whole), 1)))
    length = draw(st.integers(0, 40))
    return whole[:at] + draw(st.binary(max_size=20)) + whole[at + length :]


@st.composite
def queries(draw: st.DrawFn) -> list[tuple[str, str]]:
    """Half of them ask for something of a lead, before whatever else they say."""
    if draw(st.booleans()):
        return draw(QUERY)
    asked = ("action", draw(st.sampled_from(ACTIONS)))
    lead = ("lead_id", draw(st.sampled_from([LEAD, LEAD, "5"])))
    return [asked, lead, *draw(st.lists(st.tuples(NAMES, VALUES), max_size=2))]


METHODS = st.sampled_from(["POST", "PUT", "GET"])


@on_postgresql
def test_a_sender_who_is_known_gets_a_sentence_or_a_row(admin, world, parts):
    world.add_record("Leads", {"id": LEAD, "Last_Name": "Doe"}, owner=world.users[1])
    rule, came = rule_of(admin), set[int]()

    @MANY
    @given(method=METHODS, body=bodies(), content_type=TYPES, query=queries())
    def throw(method: str, body: bytes, content_type: str, query: list[tuple[str, str]]) -> None:
        answer = rule.send(method, query=query, data=body, content_type=content_type)
        came.add(answer.status_code)
        rows = {row.public_id: row for row in everything(parts, Delivery)}
        if answer.status_code in (200, 202):
            assert answer.json["delivery"] in rows
        elif answer.status_code == 404:
            assert rows[answer.json["error"]["details"]["delivery"]].action == "options"
        else:
            assert answer.status_code == 422, answer.text
            code = answer.json["error"]["code"]
            assert any(row.problem and row.problem["code"] == code for row in rows.values())

    throw()
    assert came == {200, 202, 404, 422}


@on_sqlite
def test_a_sender_who_is_not_known_leaves_nothing(admin, parts):
    rule = rule_of(admin)

    @MANY
    @given(
        method=METHODS, key=st.text(max_size=60), secret=VALUES, body=bodies(), query=QUERY,
        right=st.booleans(),
    )  # fmt: skip
    def throw(method, key, secret, body, query, right) -> None:
        path = rule.path if right else "/hooks/workflow/" + key.replace("/", "").replace("?", "")
        latin = secret.encode("ascii", "ignore").decode().replace("\r", "").replace("\n", "")
        forged = Rule(rule.person, path, latin.replace("\x00", ""))
        answer = forged.send(method, query=query, data=body)
        assert answer.status_code in (403, 404, 429, 308), answer.text
        assert everything(parts, Delivery) == []

    throw()

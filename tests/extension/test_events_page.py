"""docs/events.md shows what is really sent, and its recipe verifies it."""

import base64
import hashlib
import hmac
import json
import re
from pathlib import Path

from extension import event_endpoints, events, outlet, telling
from extension.web.event_schemas import OverlapBody
from tests.extension.rig import on_sqlite
from tests.extension.test_event_endpoints import (  # noqa: F401
    endpoint,
    happen,
    parts,
    receiver,
    tell,
)
from tests.extension.test_events import told

PAGE = (Path(__file__).parents[2] / "docs" / "events.md").read_text()
SHOWN = json.loads(re.findall(r"```json\n(.*?)```", PAGE, re.S)[0])


def shape(value):
    """The same without what differs from time to time."""
    if isinstance(value, dict):
        return {key: shape(one) for key, one in value.items()}
    return [shape(one) for one in value] if isinstance(value, list) else type(value).__name__


@on_sqlite
def test_what_is_sent_has_the_keys_that_are_shown(endpoint, receiver, parts):  # noqa: F811
    happen(parts, "done", "failed")
    tell(parts)
    done, failed = (one.told for one in receiver.received)
    shown = {**SHOWN, "data": {**SHOWN["data"], "records": []}}
    assert shape(done) == shape(shown)
    assert set(failed["data"]["problem"]) == {"code", "step", "zoho_code", "field"}
    assert told(parts) == [done, failed]


@on_sqlite
def test_the_recipe_by_hand_verifies_a_signature(endpoint, receiver, parts):  # noqa: F811
    happen(parts, "done")
    tell(parts)
    [one] = receiver.received
    key = base64.b64decode(endpoint["secret"].removeprefix("whsec_"))
    signed = f"{one.headers['webhook-id']}.{one.headers['webhook-timestamp']}.".encode() + one.body
    mac = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert f"v1,{mac}" in one.headers["webhook-signature"].split(" ")


def test_the_types_and_numbers_of_the_page_are_those_of_the_code():
    assert re.findall(r"^\| `(lead\.\w+)` \|", PAGE, re.M) == list(events.TYPES.values())
    assert (events.KEPT.days, telling.GIVE_UP.days, outlet.SECONDS) == (30, 5, 15.0)
    assert telling.PATIENCE.longest_seconds == 6 * 3600
    assert event_endpoints.MOST == 10
    assert OverlapBody().load({}) == {"overlap_hours": 24}

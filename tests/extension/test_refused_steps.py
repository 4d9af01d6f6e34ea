"""What an org's own rules forbid is told with Zoho's field and a sentence of ours, of one lead and
of many; and when the cause is gone it can be tried again."""

from typing import Any

import pytest
import requests

from tests.extension.batch_rig import done, new_leads, retried, rows, work
from tests.extension.conversion_rig import agree, carry_out, state
from tests.extension.rig import another_answer, on_sqlite

pytestmark = on_sqlite

BY_AN_ADMINISTRATOR = "Nobody but the buyers of Acme Ltd. may do this"
REFUSALS = [
    ({"code": "INVALID_DATA", "message": "invalid data", "details": {"api_name": "Phone"}},
     ("INVALID_DATA", "Phone", "Zoho does not accept one of the values.")),
    ({"code": "RECORD_LOCKED", "message": "locked", "details": {}},
     ("RECORD_LOCKED", "", "The record is locked. Unlock it first, or wait until it is unlocked.")),
    ({"code": "NOT_APPROVED", "message": "not approved", "details": {}},
     ("NOT_APPROVED", "", "The record waits for an approval. Have it approved first.")),
    ({"code": "RECORD_IN_BLUEPRINT", "message": BY_AN_ADMINISTRATOR,
      "details": {"api_name": "Vendor_Name"}},
     ("RECORD_IN_BLUEPRINT", "Vendor_Name",
      "The record is in a blueprint, which decides what may change.")),
    ({"code": "MANDATORY_NOT_FOUND", "message": "required field not found",
      "details": {"api_name": "Category"}},
     ("MANDATORY_NOT_FOUND", "Category", "A mandatory field is empty.")),
]  # fmt: skip
every_refusal = pytest.mark.parametrize(
    ("said", "told"), REFUSALS, ids=[one["code"] for one, _ in REFUSALS]
)


@pytest.fixture
def refuse(wire, said):
    """Zoho writes no vendor, and says why."""

    def twist(request: requests.PreparedRequest, answer: requests.Response) -> requests.Response:
        if (request.method, request.path_url.split("?")[0][-8:]) != ("POST", "/Vendors"):
            return answer
        count = len(requests.compat.json.loads(request.body)["data"])
        return another_answer(answer, data=[{"status": "error", **said}] * count)

    wire.twist = twist


def in_words(problem: dict[str, Any]) -> tuple[str, str, str]:
    details = problem["details"]
    assert problem["code"] == "step_refused"
    assert BY_AN_ADMINISTRATOR not in str(problem)
    return details["code"], details["field"], details["message"]


@every_refusal
def test_of_one_lead_it_is_said_which_field_and_why(warm, lead, world, parts, wire, refuse, told):
    conversion = agree(warm, lead).json["id"]
    carry_out(parts, conversion)
    failed = state(warm, conversion)
    assert (failed["state"], in_words(failed["problem"])) == ("failed", told)
    label = told[1].replace("_", " ")
    assert failed["problem"]["details"]["label"] == label
    why = f"{label}: {told[2]}" if label else told[2]
    assert failed["problem"]["message"] == f"Zoho refused a step: {why}"
    wire.twist = None
    world.records["Vendors"].clear()
    assert warm.ask("POST", f"/api/v1/conversions/{conversion}/retry").status_code == 202
    carry_out(parts, conversion)
    assert (state(warm, conversion)["state"], len(world.records["Vendors"])) == ("done", 1)


@every_refusal
def test_of_many_leads_each_says_it_in_the_ledger(warm, world, parts, wire, refuse, told):
    one = done(warm, parts, new_leads(world, 2))
    assert one["counts"]["failed"] == 2
    assert [in_words(each["reason"]) for each in rows(warm, one["id"])] == [told] * 2
    ledger = warm.get(f"/api/v1/batches/{one['id']}/ledger.csv").text
    assert ledger.count(told[2]) == 2
    assert told[1].replace("_", " ") in ledger
    wire.twist = None
    world.records["Vendors"].clear()
    retried(warm, parts, one)
    work(parts, one["id"])
    assert [each["state"] for each in rows(warm, one["id"])] == ["done"] * 2

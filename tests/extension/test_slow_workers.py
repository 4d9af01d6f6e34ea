"""Another worker has taken over from one that was only slow: it stood still when its call was about
to leave, and goes on when the other is done with that, or in the middle of it."""

from collections.abc import Callable
from typing import Any

import pytest
import requests

from extension import running
from extension.backoff import SOON
from tests.extension.conversion_rig import agree, carry_out, state
from tests.extension.rig import Wire, on_sqlite

pytestmark = on_sqlite


@pytest.fixture
def still(wire: Wire) -> Callable[..., None]:
    """Have the first POST to this address stand still while that happens."""

    def stand(ending: str, meanwhile: Callable[[], Any]) -> None:
        def before(request: requests.PreparedRequest) -> None:
            if request.method == "POST" and str(request.path_url).endswith(ending):
                wire.before = None
                meanwhile()

        wire.before = before

    return stand


def test_that_it_is_turned_away_says_nothing_of_what_the_other_has_sent(
    warm, lead, world, parts, still
):
    conversion = agree(warm, lead).json["id"]

    def other() -> None:
        world.faults.order("answer_lost", method="POST", path="/Vendors")
        assert running.run(parts, [conversion]) == SOON
        world.faults.order("busy", method="POST", path="/Vendors")

    still("/Vendors", other)
    running.run(parts, [conversion])
    carry_out(parts, conversion)
    assert state(warm, conversion)["state"] == "done"
    assert len(world.records["Vendors"]) == 1


def test_that_it_is_refused_says_nothing_of_what_the_other_has_done(
    warm, lead, world, parts, still
):
    conversion = agree(warm, lead, "zoho").json["id"]
    still("/actions/convert", lambda: carry_out(parts, conversion))
    running.run(parts, [conversion])
    carry_out(parts, conversion)
    found = state(warm, conversion)
    assert (found["state"], len(found["records"])) == ("done", 2)
    assert len(world.records["Contacts"]) == 1


def test_what_the_other_has_made_with_a_unique_value_stays_known(
    warm, admin, lead, world, parts, still
):
    world.module("Vendors").field("Email").unique = True
    assert admin.ask("POST", "/api/v1/metadata/refresh").status_code == 200
    conversion = agree(warm, lead).json["id"]
    still("/Vendors", lambda: running.run(parts, [conversion]))
    running.run(parts, [conversion])
    carry_out(parts, conversion)
    found = state(warm, conversion)
    assert (found["state"], len(found["records"])) == ("done", 1)


def test_a_question_that_it_has_answered_meanwhile_keeps_nobody(warm, lead, world, parts, wire):
    conversion = str(agree(warm, lead).json["id"])

    def after(request: requests.PreparedRequest, answer: requests.Response) -> requests.Response:
        if request.method == "POST" and str(request.path_url).endswith("/Vendors"):
            wire.twist = None
            # A workflow rule of the org's changes it at once: the other one cannot be sure.
            [made] = world.records["Vendors"].values()
            made["Phone"] = "+49 555 0199"
            carry_out(parts, conversion)
        return answer

    wire.twist = after
    running.run(parts, [conversion])
    assert state(warm, conversion)["question"]["code"] == "which_record"
    [made] = world.records["Vendors"]
    path = f"/api/v1/conversions/{conversion}/resolve"
    assert warm.ask("POST", path, json={"record": made}).status_code == 202
    carry_out(parts, conversion)
    found = state(warm, conversion)
    assert (found["state"], [one["id"] for one in found["records"]]) == ("done", [made])
    assert len(world.records["Vendors"]) == 1

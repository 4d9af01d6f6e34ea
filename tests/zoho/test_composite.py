"""Several questions in one call."""

import pytest

from extension.errors import TokenExpired, ZohoBusy, ZohoRefused, ZohoUnclear
from extension.zoho.asks import Asks
from extension.zoho.composite import apart, reference
from extension.zoho.versions import named

V8 = Asks(named("v8"))
FIVE = {
    "lead": V8.lead("524157"),
    "contacts": V8.search("Contacts", f"(Email:equals:{reference('lead', 'data[0].Email')})", 25),
    "vendors": V8.search("Vendors", "(Vendor_Name:equals:Acme)", 25),
    "accounts": V8.search("Accounts", f"(Fax:equals:{reference('lead', 'data[0].Fax')})", 25),
    "org": V8.org(),
}


def test_a_composite_request_carries_its_questions_by_name():
    ask = V8.composite({"lead": FIVE["lead"], "contacts": FIVE["contacts"]})
    assert (ask.method, ask.path) == ("POST", "/crm/v8/__composite_requests")
    assert ask.json == {
        "rollback_on_fail": False,
        "__composite_requests": [
            {
                "sub_request_id": "lead",
                "method": "GET",
                "uri": "/crm/v8/Leads/524157",
                "params": {"converted": "both"},
            },
            {
                "sub_request_id": "contacts",
                "method": "GET",
                "uri": "/crm/v8/Contacts/search",
                "params": {
                    "criteria": "(Email:equals:@{lead:$.data[0].Email})",
                    "per_page": "25",
                },
            },
        ],
    }


def test_a_body_travels_with_its_question():
    ask = V8.composite({"notes": V8.create_notes("Leads", "7", [{"Note_Title": "x"}])})
    assert ask.json["__composite_requests"][0]["body"]["data"][0]["Note_Title"] == "x"


def test_a_reference_may_stand_in_a_path():
    path = V8.lead(reference("new", "data[0].details.id")).path
    assert path == "/crm/v8/Leads/@{new:$.data[0].details.id}"


@pytest.mark.parametrize("name", ["", "_lead", "a-b", "a b", "a}"])
def test_a_name_that_zoho_would_not_take_is_refused(name):
    with pytest.raises(ValueError, match="letters, digits"):
        reference(name, "data[0].id")


def test_it_takes_five_places_and_writes_if_one_part_writes():
    assert V8.composite(FIVE).places == 5
    assert not V8.composite(FIVE).writes
    assert V8.composite({"a": V8.org(), "b": V8.create_notes("Leads", "7", [])}).writes


@pytest.mark.parametrize("count", [0, 6])
def test_none_and_more_than_five_are_refused(count):
    with pytest.raises(ValueError, match="1 to 5"):
        V8.composite({f"q{number}": V8.org() for number in range(count)})


def test_each_question_has_its_own_outcome(payload):
    answers = apart(FIVE, payload("composite_mixed"))
    assert answers["lead"] == {"data": [{"id": "524157", "Last_Name": "Doe"}]}
    assert answers["contacts"] is None
    assert answers["vendors"].details == {"permissions": ["Crm_Implied_View_Vendors"]}
    assert (type(answers["accounts"]), answers["accounts"].zoho_code) == (
        ZohoRefused,
        "INVALID_REFERENCE",
    )
    assert isinstance(answers["org"], ZohoBusy)


def test_a_fault_of_the_whole_request_is_raised(payload):
    with pytest.raises(ZohoRefused) as refused:
        apart(FIVE, payload("composite_refused"))
    assert refused.value.zoho_code == "AMBIGUITY_DURING_PROCESSING"


@pytest.mark.parametrize("answer", [None, {}, {"__composite_requests": None}])
def test_an_answer_without_parts_is_busy_for_questions_and_unclear_for_writes(answer):
    with pytest.raises(ZohoBusy):
        apart(FIVE, answer)
    with pytest.raises(ZohoUnclear):
        apart({"note": V8.create_notes("Leads", "7", [])}, answer)


@pytest.mark.parametrize(
    "entry",
    [
        "what?",
        {"status": "success"},
        {"status": "success", "details": {"response": None}},
        {"status": "success", "details": {"response": {"status_code": 200, "body": None}}},
        {"status": "success", "details": {"response": {"status_code": 200, "body": "<html>"}}},
        {"code": "REQUEST_TIMEOUT", "status": "error", "details": {}},
    ],
)
def test_a_part_without_a_usable_answer_counts_like_a_call_without_one(entry):
    payload = {"__composite_requests": [entry]}
    assert isinstance(apart({"org": V8.org()}, payload)["org"], ZohoBusy)
    write = {"note": V8.create_notes("Leads", "7", [])}
    assert isinstance(apart(write, payload)["note"], ZohoUnclear)


def test_a_dead_token_inside_is_one_that_may_be_asked_again():
    body = {"code": "INVALID_TOKEN", "details": {}, "message": "", "status": "error"}
    entry = {"status": "success", "details": {"response": {"status_code": 401, "body": body}}}
    answer = apart({"org": V8.org()}, {"__composite_requests": [entry]})["org"]
    assert isinstance(answer, TokenExpired)
    assert answer.retry

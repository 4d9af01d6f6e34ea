"""`actions/mass_convert`: the job, what it does to each lead, and how it is asked after."""

from collections.abc import Callable
from typing import Any

import pytest

from emulator import World
from emulator import fields as f
from emulator.crm import convert_jobs
from emulator.schema import Module, Profile, User
from emulator.world import Record

Ask = Callable[..., Any]
Json = dict[str, Any]
PATH = "/Leads/actions/mass_convert"


def module(world: World, name: str) -> Module:
    found = world.module(name)
    assert found is not None
    return found


@pytest.fixture
def leads(world: World, admin: User) -> list[Record]:
    return [
        world.add_record("Leads", {"Last_Name": f"No {n}", "Company": f"Co {n}"}, owner=admin)
        for n in range(4)
    ]


@pytest.fixture
def ask(zoho: Ask, leads: list[Record], admin: User) -> Ask:
    """Start a mass conversion of the leads, with these keys besides."""

    def start(**keys: object) -> Any:
        more = {name: keys.pop(name) for name in ("user", "version", "scopes") if name in keys}
        body = {"ids": [one["id"] for one in leads], "assign_to": {"id": admin.id}, **keys}
        return zoho("POST", PATH, json={k: v for k, v in body.items() if v is not None}, **more)

    return start


@pytest.fixture
def status(zoho: Ask) -> Ask:
    def get(job: str) -> Json:
        answer = zoho("GET", PATH, params={"job_id": job})
        assert answer.status_code == 200, answer.text
        [told] = answer.json()["data"]
        told_json: Json = told
        return told_json

    return get


def job_of(answer: Any, expected: int = 202) -> str:
    assert answer.status_code == expected, answer.text
    body = answer.json()
    job: str = body["details"]["job_id"]
    assert body == {
        "code": "SCHEDULED",
        "message": "Mass Convert scheduled successfully",
        "status": "success",
        "details": {"job_id": job},
    }
    return job


def refused(answer: Any, status: int = 400) -> Json:
    assert answer.status_code == status, answer.text
    body: Json = answer.json()
    return body


@pytest.mark.parametrize(("version", "expected"), [("v8", 202), ("v7", 200), ("v6", 200)])
def test_a_job_is_accepted(ask: Ask, version: str, expected: int) -> None:
    assert job_of(ask(version=version), expected).isdigit()


def test_a_job_passes_through_its_states(ask: Ask, status: Ask, world: World) -> None:
    job = job_of(ask())
    assert status(job) == {
        "Status": "scheduled",
        "Total_Count": 4,
        "Converted_Count": 0,
        "Not_Converted_Count": 4,
        "Failed_Count": 0,
    }
    world.clock.advance(convert_jobs.DELAY.total_seconds())
    middle = status(job)
    assert (middle["Status"], middle["Converted_Count"]) == ("in progress", 1)
    world.clock.advance(60)
    end = status(job)
    assert (end["Status"], end["Converted_Count"], end["Not_Converted_Count"]) == (
        "completed",
        4,
        0,
    )


def test_leads_that_cannot_be_converted_are_counted_as_failed(
    ask: Ask, status: Ask, world: World, leads: list[Record]
) -> None:
    leads[1]["Locked__s"] = True
    leads[2]["$converted"] = True
    job = job_of(ask())
    convert_jobs.finish(world, job)
    end = status(job)
    assert (end["Status"], end["Converted_Count"], end["Failed_Count"]) == ("completed", 2, 2)


def test_a_job_that_converts_nothing_has_failed(
    ask: Ask, status: Ask, world: World, leads: list[Record]
) -> None:
    for one in leads:
        one["$in_merge"] = True
    job = job_of(ask())
    convert_jobs.finish(world)
    assert status(job)["Status"] == "failed"


def test_everything_goes_to_whom_it_is_assigned(
    ask: Ask, world: World, leads: list[Record], rep: User
) -> None:
    reference = world.reference("Leads", leads[0])
    rows = [
        world.add_record(name, {"What_Id": reference, "$se_module": "Leads"})
        for name in ("Tasks", "Calls")
    ]
    related = [{"api_name": "Tasks", "id": module(world, "Tasks").id}]
    job_of(ask(assign_to={"id": rep.id}, related_modules=related))
    convert_jobs.finish(world)
    owners = {record["Owner"]["id"] for record in world.records["Contacts"].values()}
    assert owners == {rep.id}
    assert [row["Owner"]["id"] == rep.id for row in rows] == [True, False]


def test_tags_and_attachments_go_where_they_are_sent(
    ask: Ask, world: World, leads: list[Record]
) -> None:
    lead = leads[0]
    lead["Tag"] = [{"name": "vip", "id": world.new_id(), "color_code": None}]
    attachment = world.add_record(
        "Attachments",
        {
            "File_Name": "a.txt",
            "Parent_Id": world.reference("Leads", lead),
            "$se_module": "Leads",
        },
    )
    job_of(
        ask(
            carry_over_tags=[{"api_name": "Contacts"}],
            move_attachments_to={"api_name": "Accounts", "id": module(world, "Accounts").id},
        )
    )
    convert_jobs.finish(world)
    contact = world.find("Contacts", lead["Converted_Contact"]["id"])
    account = lead["Converted_Account"]
    assert contact is not None
    assert [tag["name"] for tag in contact["Tag"]] == ["vip"]
    assert (attachment["$se_module"], attachment["Parent_Id"]) == ("Accounts", account)


def test_every_lead_gets_its_deal_whatever_the_layout_demands(
    ask: Ask, world: World, leads: list[Record], deal: Json
) -> None:
    placed = module(world, "Deals").layouts[0].place("Next_Step")
    assert placed is not None
    placed.required = True
    job_of(ask(Deals=deal))
    convert_jobs.finish(world)
    deals = list(world.records["Deals"].values())
    assert [one["Deal_Name"] for one in deals] == ["Acme - starter"] * len(leads)
    assert deals[0]["Probability"] == 10


def test_a_lead_whose_layout_lacks_the_pipeline_fails(
    ask: Ask, status: Ask, world: World, leads: list[Record], deal: Json
) -> None:
    deals = module(world, "Deals")
    deals.layouts.append(f.layout("Other", f.section("All", "Deal_Name")))
    own = f.layout("Other", f.section("All", "Last_Name"), converts_to={"Deals": "Other"})
    module(world, "Leads").layouts.append(own)
    world.number(deals)
    world.number(module(world, "Leads"))
    leads[0]["Layout"] = {"name": "Other", "id": own.id}
    job = job_of(ask(Deals=deal))
    convert_jobs.finish(world)
    assert status(job)["Failed_Count"] == 1


def test_portals_and_thresholds_may_be_named(ask: Ask) -> None:
    job_of(ask(portal_user_type={"id": "4876876000001280243"}, apply_assignment_threshold=True))


def test_a_job_costs_two_hundred_credits(ask: Ask, world: World) -> None:
    before = world.limits.spent
    job_of(ask())
    assert world.limits.spent - before == 200


@pytest.mark.parametrize(
    ("keys", "error"),
    [
        (
            {"ids": None},
            {
                "code": "MANDATORY_NOT_FOUND",
                "details": {"api_name": "ids", "json_path": "$.ids"},
                "message": "required field not found",
            },
        ),
        (
            {"ids": ["1"]},
            {
                "code": "INVALID_DATA",
                "details": {"api_name": "ids", "json_path": "$.ids[0]"},
                "message": "invalid data",
            },
        ),
        (
            {"ids": ["x"]},
            {
                "code": "INVALID_DATA",
                "details": {
                    "expected_data_type": "long",
                    "api_name": "ids",
                    "json_path": "$.ids[0]",
                },
                "message": "invalid data",
            },
        ),
        (
            {"ids": [str(n) for n in range(51)]},
            {
                "code": "LIMIT_EXCEEDED",
                "details": {
                    "limit": 50,
                    "limit_due_to": [{"api_name": "ids", "json_path": "$.ids"}],
                },
                "message": "Limit exceeded for mass convert",
            },
        ),
        (
            {"Deals": {"Stage": "Qualification"}},
            {
                "code": "MANDATORY_NOT_FOUND",
                "details": {"api_name": "Deal_Name", "json_path": "$.Deals.Deal_Name"},
                "message": "required field missing",
            },
        ),
        (
            {"assign_to": None},
            {
                "code": "MANDATORY_NOT_FOUND",
                "details": {"api_name": "assign_to", "json_path": "$.assign_to"},
                "message": "required field not found",
            },
        ),
        (
            {"assign_to": {"id": "1"}},
            {
                "code": "INVALID_DATA",
                "details": {"api_name": "id", "json_path": "$.assignee.id"},
                "message": "Given assignee param does not match",
            },
        ),
        (
            {"apply_assignment_threshold": "yes"},
            {
                "code": "INVALID_DATA",
                "details": {
                    "api_name": "apply_assignment_threshold",
                    "json_path": "$.apply_assignment_threshold",
                },
                "message": "invalid data",
            },
        ),
        (
            {"portal_user_type": {"id": "x"}},
            {
                "code": "INVALID_DATA",
                "details": {"api_name": "id", "json_path": "$.portal_user_type.id"},
                "message": "invalid data",
            },
        ),
        (
            {"related_modules": [{}]},
            {
                "code": "EXPECTED_FIELD_MISSING",
                "details": {
                    "expected_fields": [
                        {"api_name": "id", "json_path": "$.related_modules[0].id"},
                        {"api_name": "api_name", "json_path": "$.related_modules[0].api_name"},
                    ]
                },
                "message": "Specify Atleast one field",
            },
        ),
        (
            {"related_modules": [{"api_name": "Leads"}]},
            {
                "code": "INVALID_DATA",
                "details": {"api_name": "api_name", "json_path": "$.related_modules[0].api_name"},
                "message": "invalid data",
            },
        ),
        (
            {"leads": []},
            {
                "code": "INVALID_DATA",
                "details": {"api_name": "leads", "json_path": "$.leads"},
                "message": "invalid data",
            },
        ),
    ],
)
def test_a_wrong_request_is_refused(ask: Ask, world: World, keys: Json, error: Json) -> None:
    assert refused(ask(**keys)) == {**error, "status": "error"}
    assert world.jobs == {}


def test_name_and_id_of_a_module_must_agree(ask: Ask, world: World) -> None:
    related = [{"api_name": "Tasks", "id": module(world, "Calls").id}]
    error = refused(ask(related_modules=related))
    assert (error["code"], error["message"]) == (
        "AMBIGUITY_DURING_PROCESSING",
        "two modules are different",
    )


def test_the_permission_is_its_own(ask: Ask, world: World, rep: User, zoho: Ask) -> None:
    denied = {"Crm_Implied_Mass_Convert_Leads"}
    world.add_profile(Profile(name="No", everything=True, denied=denied))
    rep.profile = "No"
    for answer in (ask(user=rep), zoho("GET", PATH, params={"job_id": "1"}, user=rep)):
        assert refused(answer, 403)["details"] == {"permissions": list(denied)}


def test_the_scopes_are_their_own(ask: Ask, zoho: Ask) -> None:
    assert ask(scopes=("ZohoCRM.modules.ALL",)).status_code == 401
    reading = zoho("GET", PATH, scopes=("ZohoCRM.mass_convert.leads.CREATE",))
    assert reading.status_code == 401


def test_a_job_must_be_named(zoho: Ask) -> None:
    assert refused(zoho("GET", PATH)) == {
        "code": "REQUIRED_PARAM_MISSING",
        "details": {"param": "job_id", "json_path": "$.job_id"},
        "message": "job_id is required.",
        "status": "error",
    }


def test_a_job_must_exist(zoho: Ask) -> None:
    assert refused(zoho("GET", PATH, params={"job_id": "1"})) == {
        "code": "INVALID_DATA",
        "details": {"param_name": "job_id"},
        "message": "The jobid given seems to be invalid",
        "status": "error",
    }

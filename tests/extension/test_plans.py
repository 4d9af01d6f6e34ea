"""What will happen to a lead: the answer, what may be chosen, who may ask, and what it costs."""

from typing import Any

import pytest

from emulator import World
from emulator import fields as f
from emulator.schema import Profile, User
from tests.extension.rig import Person, asked, error_of, on_sqlite

PLAIN = {
    "First_Name": "Pat",
    "Last_Name": "Doe",
    "Company": "Acme",
    "Email": "pat@acme.example",
    "Phone": "555 0199",
    "Designation": "Head of Purchasing",
    "Annual_Revenue": 250000,
}


@pytest.fixture
def lead(world: World) -> str:
    """A lead with two values that a vendor has no field for."""
    boss, rep = world.users[:2]
    vendor = {"Vendor_Name": "Acme", "Email": PLAIN["Email"], "Phone": "555 0000"}
    world.add_record("Vendors", {**vendor, "City": "Hamburg"}, owner=boss)
    return str(world.add_record("Leads", PLAIN, owner=rep)["id"])


def drawn(person: Person, lead: str, target: str = "Vendors", **choices: Any) -> dict[str, Any]:
    answer = planned(person, lead, {"target": target, **choices})
    assert answer.status_code == 200, answer.json
    return dict(answer.json)


def planned(person: Person, lead: str, choices: object) -> Any:
    return person.ask("POST", f"/api/v1/leads/{lead}/plan", json=choices)


def fates(plan: dict[str, Any]) -> dict[str, str]:
    return {one["field"]: one["fate"] for one in plan["values"]}


def field_of(plan: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in plan["records"][0]["fields"] if one["field"] == name)


def vendor_of(world: World) -> str:
    return str(next(iter(world.records["Vendors"])))


@on_sqlite
def test_the_plan_says_what_becomes_of_every_value(warm, lead):
    plan = drawn(warm, lead)
    assert fates(plan) == {
        "First_Name": "lost", "Last_Name": "lost", "Company": "carried", "Email": "carried",
        "Phone": "carried", "Designation": "lost", "Annual_Revenue": "lost",
    }  # fmt: skip
    assert (plan["possible"], plan["lead_name"], plan["label"]) == (True, "Pat Doe", "Vendor")
    assert [one["kind"] for one in plan["steps"]] == ["Create", "Note", "Salvage"]
    assert plan["cost"] == {"credits": 3, "calls": 3, "at_least": False}
    assert len(plan["digest"]) == 64


@on_sqlite
def test_zohos_own_conversion_has_its_plan(warm, lead):
    plan = drawn(warm, lead, "zoho")
    assert [one["key"] for one in plan["records"]] == ["Contacts", "Accounts"]
    assert [one["code"] for one in plan["cannot_undo"]] == ["cannot_undo"]
    assert plan["steps"][0]["kind"] == "ConvertInZoho"


@on_sqlite
def test_a_loss_says_where_it_could_be_put_and_is_put_there(warm, lead):
    plan = drawn(warm, lead)
    loss = next(one for one in plan["values"] if one["field"] == "Designation")
    rescue = next(one for one in loss["rescues"] if one["field"] == "Description")
    assert rescue["record"] == "Vendors"
    sources = {"Description": "Designation"}
    saved = drawn(warm, lead, records={"Vendors": {"sources": sources}})
    assert fates(saved)["Designation"] == "carried"
    assert field_of(saved, "Description")["value"] == "Head of Purchasing"
    assert saved["digest"] != plan["digest"]


@on_sqlite
def test_what_is_typed_in_is_written(warm, lead):
    plan = drawn(warm, lead, records={"Vendors": {"values": {"City": "Bremen", "Phone": None}}})
    city, phone = field_of(plan, "City"), field_of(plan, "Phone")
    assert (city["value"], city["typed"]) == ("Bremen", True)
    assert phone["value"] is None
    assert fates(plan)["Phone"] == "lost"


@on_sqlite
def test_a_record_that_stands_in_is_compared_field_by_field(warm, lead, world):
    plan = drawn(warm, lead, records={"Vendors": {"link": vendor_of(world)}})
    phone = field_of(plan, "Phone")
    assert (phone["before"], phone["fate"], phone["merge"]) == ("555 0000", "lost", "fill_blanks")
    chosen = {"link": vendor_of(world), "merge": {"Phone": "overwrite"}}
    merged = drawn(warm, lead, records={"Vendors": chosen})
    phone = field_of(merged, "Phone")
    assert (phone["before"], phone["value"], phone["written"]) == ("555 0000", "555 0199", True)
    assert merged["steps"][0]["kind"] == "Update"


@on_sqlite
def test_a_record_that_cannot_be_read_cannot_stand_in(warm, lead):
    plan = drawn(warm, lead, records={"Vendors": {"link": "1234567000000999999"}})
    assert [one["code"] for one in plan["blockers"]] == ["match_missing"]


@on_sqlite
def test_lists_that_hang_on_the_lead_can_be_left(warm, lead, world):
    parent = {"Parent_Id": {"id": lead, "name": "Pat Doe"}, "$se_module": "Leads"}
    world.add_record("Notes", {"Note_Content": "x", **parent}, owner=world.users[1])
    warm.options(lead)
    [notes] = drawn(warm, lead)["lists"]
    assert (notes["fate"], notes["how"], notes["can"]) == ("copied", "copy", ["copy", "leave"])
    [notes] = drawn(warm, lead, carry={"Notes": "leave"})["lists"]
    assert (notes["fate"], notes["how"]) == ("left", "leave")


@on_sqlite
def test_the_same_choices_have_the_same_digest_whoever_sends_them_again(warm, lead):
    choices = {"records": {"Vendors": {"values": {"City": "Bremen"}}}, "salvage": False}
    assert drawn(warm, lead, **choices)["digest"] == drawn(warm, lead, **choices)["digest"]


# Nothing is written


@on_sqlite
@pytest.mark.parametrize("target", ["zoho", "Vendors"])
def test_no_plan_writes_to_zoho(warm, lead, world, target):
    before = {name: dict(rows) for name, rows in world.records.items()}
    drawn(warm, lead, target, owner=world.users[1].id)
    assert {name: dict(rows) for name, rows in world.records.items()} == before


# What it costs


@on_sqlite
def test_after_the_options_a_plan_asks_zoho_nothing(warm, lead, world):
    warm.options(lead)
    world.log.clear()
    drawn(warm, lead)
    drawn(warm, lead, records={"Vendors": {"values": {"City": "Bremen"}}})
    assert asked(world) == 0


@on_sqlite
def test_a_record_that_stands_in_is_read_once_for_each_plan(warm, lead, world):
    warm.options(lead)
    world.log.clear()
    drawn(warm, lead, records={"Vendors": {"link": vendor_of(world)}})
    assert asked(world) == 1


@on_sqlite
def test_after_a_minute_the_lead_is_looked_at_again(warm, lead, world, clock):
    drawn(warm, lead)
    world.find("Leads", lead)["Phone"] = "555 7777"
    assert field_of(drawn(warm, lead), "Phone")["value"] == "555 0199"
    clock.advance(seconds=61)
    assert field_of(drawn(warm, lead), "Phone")["value"] == "555 7777"


@on_sqlite
def test_options_look_at_the_lead_again_and_so_does_the_plan_after_them(warm, lead, world):
    drawn(warm, lead)
    world.find("Leads", lead)["Phone"] = "555 7777"
    warm.options(lead)
    assert field_of(drawn(warm, lead), "Phone")["value"] == "555 7777"


# Values that no two records may share


@pytest.fixture
def taxed(admin: Person, rep: Person, world: World) -> str:
    """A lead with a tax number in an org that lets a vendor be made of a name and that alone,
    where another vendor has one of its own."""
    for name in ("Leads", "Vendors"):
        module = world.module(name)
        module.add(f.text("Tax_Number", length=20, unique=name == "Vendors"))
        world.number(module)
    world.add_record("Vendors", {"Vendor_Name": "Old", "Tax_Number": "DE 7"}, owner=world.users[0])
    rules = {"Vendor_Name": "Company", "Tax_Number": "Tax_Number"}
    target = {
        "key": "Vendors", "label": "Vendor", "kind": "records",
        "records": [{"key": "Vendors", "module": "Vendors", "fields": rules}],
    }  # fmt: skip
    body = {"version": 0, "targets": [target]}
    answer = admin.ask("PUT", "/api/v1/targets", json=body)
    assert answer.status_code == 200, answer.json
    return str(
        world.add_record("Leads", {**PLAIN, "Tax_Number": "DE 1"}, owner=world.users[1])["id"]
    )


def holders(plan: dict[str, Any]) -> list[str]:
    return [one["params"]["name"] for one in plan["blockers"] if one["code"] == "unique_clash"]


@on_sqlite
def test_a_value_that_another_record_holds_is_seen_without_looking_for_doubles(rep, taxed, world):
    world.find("Leads", taxed)["Tax_Number"] = "de 7"
    assert holders(drawn(rep, taxed)) == ["Old"]
    [option] = rep.options(taxed).json["options"]
    assert [one["name"] for one in option["records"][0]["matches"]] == ["Old"]


@on_sqlite
@pytest.mark.parametrize(
    "chosen",
    [
        {"values": {"Tax_Number": "DE 7"}},
        {"values": {"Tax_Number": "DE (7), \\"}},
        {"sources": {"Tax_Number": "Phone"}},
    ],
    ids=["typed", "escaped", "sources"],
)
def test_a_value_chosen_by_the_person_is_searched_once(rep, taxed, world, chosen):
    held = chosen.get("values", {"Tax_Number": PLAIN["Phone"]})["Tax_Number"]
    next(iter(world.records["Vendors"].values()))["Tax_Number"] = held
    assert holders(drawn(rep, taxed)) == []
    world.log.clear()
    plan = drawn(rep, taxed, records={"Vendors": chosen})
    assert holders(plan) == ["Old"]
    assert not plan["possible"]
    assert asked(world) == 1


@on_sqlite
@pytest.mark.parametrize(
    "chosen",
    [
        {},
        {"values": {"Vendor_Name": "Acme Ltd"}},
        {"values": {"Tax_Number": "DE 1"}},
        {"values": {"Tax_Number": None}},
        {"sources": {"Tax_Number": "Tax_Number"}},
    ],
)
def test_what_was_searched_already_and_what_is_not_unique_asks_nothing(rep, taxed, world, chosen):
    drawn(rep, taxed)
    world.log.clear()
    assert drawn(rep, taxed, records={"Vendors": chosen})["possible"]
    assert asked(world) == 0


@on_sqlite
def test_a_search_for_holders_that_fails_is_said(rep, taxed, world):
    drawn(rep, taxed)
    world.faults.order("server_error", path="/Vendors/search")
    plan = drawn(rep, taxed, records={"Vendors": {"values": {"Tax_Number": "DE 7"}}})
    assert [one["key"] for one in plan["warnings"]] == ["unique_unchecked"]
    assert plan["possible"]


@on_sqlite
@pytest.mark.parametrize(("minded", "names"), [(False, ["Old"]), (True, [])])
def test_case_counts_where_zoho_minds_it(admin, rep, taxed, world, minded, names):
    world.module("Vendors").field("Tax_Number").case_sensitive = minded
    admin.ask("POST", "/api/v1/metadata/refresh")
    assert holders(drawn(rep, taxed, records={"Vendors": {"values": {"Tax_Number": "de 7"}}})) == (
        names
    )


@on_sqlite
def test_a_unique_value_of_the_deal_that_another_holds_is_in_zohos_way(admin, rep, lead, world):
    deals = world.module("Deals")
    deals.add(f.text("Code", length=20, unique=True))
    world.number(deals)
    world.add_record("Deals", {"Deal_Name": "Old", "Code": "A-1"}, owner=world.users[1])
    rep.options(lead)
    values = {"Deal_Name": "New", "Code": "a-1"}
    plan = drawn(rep, lead, "zoho", records={"Deals": {"wanted": True, "values": values}})
    assert holders(plan) == ["Old"]


@on_sqlite
def test_the_record_that_stands_in_does_not_clash_with_itself(rep, taxed, world):
    chosen = {"link": vendor_of(world), "values": {"Tax_Number": "DE 7"}}
    assert drawn(rep, taxed, records={"Vendors": chosen})["possible"]


# Who may ask


@on_sqlite
def test_a_stranger_has_no_plan(warm, stranger, lead, world):
    warm.options(lead)
    world.log.clear()
    assert error_of(planned(stranger, lead, {"target": "Vendors"})) == (404, "not_found")
    assert asked(world) == 0


@on_sqlite
def test_nobody_has_no_plan(nobody, lead):
    assert error_of(planned(nobody, lead, {"target": "zoho"})) == (401, "not_signed_in")


@on_sqlite
def test_what_one_person_saw_is_not_another_persons_plan(warm, admin, lead, world):
    world.module("Leads").sharing = "private"
    own = str(world.add_record("Leads", PLAIN, owner=world.users[0])["id"])
    assert planned(admin, own, {"target": "zoho"}).status_code == 200
    assert error_of(planned(warm, own, {"target": "zoho"})) == (404, "not_found")


# Bad input


@on_sqlite
def test_what_does_not_fit_is_named_by_a_code_too_so_that_the_page_can_translate_it(warm, lead):
    values = {"Phone": "1" * 31, "City": "a\0b", "Nope": "x"}
    answer = planned(warm, lead, {"target": "Vendors", "records": {"Vendors": {"values": values}}})
    reasons = answer.json["error"]["details"]["reasons"]
    assert {path.rpartition(".")[2]: one["key"] for path, one in reasons.items()} == {
        "Phone": "loss.too_long", "City": "control_character", "Nope": "no_field",
    }  # fmt: skip
    assert reasons["records.Vendors.values.Phone"]["params"]["max_length"] == 30


@pytest.mark.parametrize(
    ("choices", "place"),
    [
        ({}, "target"),
        ({"target": "Nothing"}, "target"),
        ({"target": "Vendors", "taget": 1}, "taget"),
        ({"target": "Vendors", "records": {"Contacts": {}}}, "records.Contacts"),
        (
            {"target": "Vendors", "records": {"Vendors": {"values": {"Nope": 1}}}},
            "records.Vendors.values.Nope",
        ),
        (
            {"target": "Vendors", "records": {"Vendors": {"values": {"Email": 7}}}},
            "records.Vendors.values.Email",
        ),
        (
            {"target": "Vendors", "records": {"Vendors": {"sources": {"Phone": "Nope"}}}},
            "records.Vendors.sources.Phone",
        ),
        (
            {"target": "Vendors", "lead_after": {"kind": "mark", "values": {"Nope": 1}}},
            "lead_after.values.Nope",
        ),
        ({"target": "zoho", "records": {"Contacts": {"values": {"Phone": "1"}}}},
         "records.Contacts.values"),
        ({"target": "Vendors", "attachments_to": "Contacts"}, "attachments_to"),
        (
            {"target": "Vendors", "records": {"Vendors": {"values": {"City": "a\0b"}}}},
            "records.Vendors.values.City",
        ),
        (
            {"target": "Vendors", "records": {"Vendors": {"values": {"City": "\ud800"}}}},
            "records.Vendors.values.City",
        ),
    ],
)  # fmt: skip
@on_sqlite
def test_choices_that_cannot_be_are_named_each(warm, lead, choices, place):
    answer = planned(warm, lead, choices)
    assert error_of(answer) == (422, "invalid_input")
    assert place in answer.json["error"]["details"]["fields"]


@on_sqlite
@pytest.mark.parametrize(
    "choices",
    [
        [], "zoho", 7,
        {"target": "Vendors", "records": []},
        {"target": "Vendors", "records": {"Vendors": {"link": "x"}}},
        {"target": "Vendors", "records": {"Vendors": {"merge": {"Phone": "eat"}}}},
        {"target": "Vendors", "carry": {"Notes": "burn"}},
        {"target": "Vendors", "carry": {"Nothing": "copy"}},
        {"target": "Vendors", "salvage": "perhaps"},
        {"target": ["Vendors"]},
        {"target": "Vendors", "records": {"Vendors": {"wanted": False}}},
    ],
)  # fmt: skip
def test_a_body_of_another_shape_is_refused(warm, lead, choices):
    assert error_of(planned(warm, lead, choices)) == (422, "invalid_input")


@on_sqlite
@pytest.mark.parametrize("lead_id", ["abc", "123456789012345678901", "1' or '1"])
def test_an_id_that_can_be_none_is_refused(warm, lead_id):
    assert error_of(planned(warm, lead_id, {"target": "zoho"})) == (422, "invalid_input")


# Forms, records and people to choose from


@on_sqlite
def test_a_form_has_the_fields_that_the_person_can_fill_those_that_must_be_first(warm, world):
    answer = warm.get("/api/v1/modules/Vendors/form")
    assert answer.status_code == 200
    fields = answer.json["fields"]
    assert fields[0]["field"] == "Vendor_Name"
    assert fields[0]["required"] is True
    names = {one["field"] for one in fields}
    assert {"Phone", "City"} <= names
    assert not names & {"Created_Time", "Created_By", "id", "Tag"}


@on_sqlite
def test_a_form_of_deals_offers_stages(warm):
    fields = {one["field"]: one for one in warm.get("/api/v1/modules/Deals/form").json["fields"]}
    assert len(fields["Stage"]["choices"]) > 2
    assert fields["Account_Name"]["lookup_module"] == "Accounts"


@on_sqlite
def test_a_module_that_nobody_described_yet_has_a_form(warm, world):
    fields = warm.get("/api/v1/modules/Products/form").json["fields"]
    assert fields[0]["field"] == "Product_Name"
    asked_for = asked(world)
    assert asked_for > 0
    assert warm.get("/api/v1/modules/Products/form").json["fields"] == fields
    assert asked(world) == asked_for


@on_sqlite
@pytest.mark.parametrize("path", ["Nope/form", "Vendors/form?layout=1"])
def test_a_form_of_nothing_is_not_found(warm, path):
    assert error_of(warm.get(f"/api/v1/modules/{path}")) == (404, "not_found")


@on_sqlite
def test_records_are_found_by_how_their_name_begins(warm, world):
    for name in ("Alpha (Holding), Ltd", "Alpine", "Beta"):
        world.add_record("Accounts", {"Account_Name": name}, owner=world.users[1])
    found = warm.get("/api/v1/records/search?module=Accounts&text=al").json["records"]
    assert {one["name"] for one in found} == {"Alpha (Holding), Ltd", "Alpine"}
    found = warm.get("/api/v1/records/search?module=Accounts&text=Alpha (H").json["records"]
    assert [one["name"] for one in found] == ["Alpha (Holding), Ltd"]


@on_sqlite
@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("module=Accounts&text=a", (422, "invalid_input")),
        ("module=Accounts&text=%20%20a%20", (422, "invalid_input")),
        ("module=Accounts", (422, "invalid_input")),
        ("module=Accounts&text=alpha&more=1", (422, "invalid_input")),
        ("module=Nope&text=alpha", (404, "not_found")),
    ],
)
def test_a_search_that_cannot_be_is_refused(warm, query, error):
    assert error_of(warm.get(f"/api/v1/records/search?{query}")) == error


@on_sqlite
def test_people_are_listed_by_name(warm, world):
    people = warm.get("/api/v1/users").json["users"]
    assert [one["name"] for one in people] == ["Ada Admin", "Rob Rep"]
    assert {one["id"] for one in people} == {one.id for one in world.users[:2]}


@on_sqlite
@pytest.mark.parametrize(
    "path",
    ["/api/v1/modules/Vendors/form", "/api/v1/records/search?module=Vendors&text=ac",
     "/api/v1/users"],
)  # fmt: skip
def test_strangers_see_their_own_org_only(warm, stranger, nobody, lead, world, path):
    world.log.clear()
    answer = stranger.get(path)
    assert answer.status_code == 200
    assert "Acme" not in answer.text
    assert not [one for one in world.users if one.id in answer.text]
    assert asked(world) == 0
    assert error_of(nobody.get(path)) == (401, "not_signed_in")


@on_sqlite
def test_a_module_that_the_person_may_not_open_is_not_found(admin, person, world):
    world.add_profile(
        Profile(name="Limited", everything=True,
                denied={"Crm_Implied_Manage_Profiles", "Crm_Implied_View_Vendors"})
    )  # fmt: skip
    user = User(first_name="Lim", last_name="Ited", email="lim@example.com", profile="Limited",
                role="CEO")  # fmt: skip
    world.add_user(user)
    one = person()
    assert one.sign_in(world, user).status_code == 200
    assert error_of(one.get("/api/v1/modules/Vendors/form")) == (404, "not_found")
    search = one.get("/api/v1/records/search?module=Vendors&text=ac")
    assert error_of(search) == (404, "not_found")

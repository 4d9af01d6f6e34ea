"""Creating custom fields through the API."""

import pytest

PATH = "/settings/fields?module=Vendors"


@pytest.fixture
def create(zoho):
    def ask(*fields, **more):
        return zoho("POST", PATH, json={"fields": list(fields)}, **more)

    return ask


def field(**changes):
    return {"field_label": "Conversion Key", "data_type": "text", "length": 60} | changes


def test_a_unique_text_field_is_created_and_seen(create, zoho, world):
    answer = create(field(unique={"case_sensitive": False}))
    [entry] = answer.json()["fields"]
    assert (answer.status_code, entry["code"], entry["message"]) == (
        201,
        "SUCCESS",
        "field created",
    )
    found = zoho("GET", f"/settings/fields/{entry['details']['id']}?module=Vendors").json()
    [seen] = found["fields"]
    assert (seen["api_name"], seen["length"]) == ("Conversion_Key", 60)
    assert seen["unique"] == {"casesensitive": "false"}
    assert seen["custom_field"]
    assert world.module("Vendors").layouts[0].place("Conversion_Key")


def test_labels_may_be_alike_in_letters_only_if_api_names_differ(create, world):
    create(field(field_label="VAT-No"))
    create(field(field_label="VAT No"))
    assert world.module("Vendors").field("VAT_No1").label == "VAT No"


def test_a_label_without_latin_letters_gets_an_api_name(create, world):
    assert create(field(field_label="税号")).status_code == 201
    assert world.module("Vendors").field("Field").label == "税号"


def test_a_pick_list_has_its_choices(create, world):
    choices = [{"display_value": "Hot"}, {"display_value": "Cold", "actual_value": "C"}]
    create(field(field_label="Mood", data_type="picklist", length=None, pick_list_values=choices))
    mood = world.module("Vendors").field("Mood")
    assert [choice.actual_value for choice in mood.choices] == ["Hot", "C"]
    assert all(choice.id for choice in mood.choices)


def test_a_lookup_points_at_its_module(create, world):
    lookup = {"module": {"api_name": "Contacts"}}
    create(field(field_label="Buyer", data_type="lookup", length=None, lookup=lookup))
    assert world.module("Vendors").field("Buyer").lookup == "Contacts"


def test_profiles_that_are_not_named_do_not_see_the_field(create, world):
    admin = {"id": world.profile("Administrator").id, "permission_type": "read_write"}
    create(field(profiles=[admin]))
    made = world.module("Vendors").field("Conversion_Key")
    assert made.permissions == {"Administrator": "read_write", "Standard": "hidden"}


def test_good_and_bad_fields_are_answered_each(create):
    answer = create(field(), field(field_label="X", data_type="unicorn"))
    assert answer.status_code == 207
    good, bad = answer.json()["fields"]
    assert (good["code"], bad["code"]) == ("SUCCESS", "INVALID_DATA")
    assert bad["details"] == {"api_name": "data_type", "json_path": "$.fields[1].data_type"}


@pytest.mark.parametrize(
    ("changes", "code", "details"),
    [
        ({"field_label": ""}, "MANDATORY_NOT_FOUND", {"api_name": "field_label"}),
        ({"data_type": None}, "MANDATORY_NOT_FOUND", {"api_name": "data_type"}),
        ({"field_label": 7}, "INVALID_DATA", {"expected_data_type": "text"}),
        ({"field_label": "x" * 101}, "INVALID_DATA", {"maximum_length": 100}),
        ({"length": 256}, "INVALID_DATA", {"maximum_length": 255}),
        ({"length": "60"}, "INVALID_DATA", {"expected_data_type": "integer"}),
        ({"length": True}, "INVALID_DATA", {"expected_data_type": "integer"}),
        ({"unique": True}, "INVALID_DATA", {"expected_data_type": "jsonobject"}),
        ({"unique": {"case": 1}}, "INVALID_DATA", {"api_name": "unique"}),
        ({"data_type": "textarea", "unique": {"case_sensitive": True}}, "INVALID_DATA",
         {"api_name": "unique"}),
        ({"data_type": "picklist", "length": None}, "MANDATORY_NOT_FOUND",
         {"api_name": "pick_list_values"}),
        ({"data_type": "picklist", "length": None, "pick_list_values": [{}]},
         "MANDATORY_NOT_FOUND", {"json_path": "$.fields[0].pick_list_values[0].display_value"}),
        ({"data_type": "lookup", "length": None}, "MANDATORY_NOT_FOUND",
         {"json_path": "$.fields[0].lookup.module"}),
        ({"data_type": "lookup", "length": None, "lookup": {"module": {"api_name": "Unicorns"}}},
         "INVALID_DATA", {"json_path": "$.fields[0].lookup.module"}),
        ({"profiles": [{"id": "1", "permission_type": "hidden"}]}, "INVALID_DATA",
         {"json_path": "$.fields[0].profiles[0].id"}),
        ({"profiles": {}}, "INVALID_DATA", {"expected_data_type": "jsonarray"}),
        ({"tooltip": "words"}, "INVALID_DATA", {"expected_data_type": "jsonobject"}),
        ({"field_label": "phone"}, "DUPLICATE_DATA", {"api_name": "field_label"}),
    ],
)  # fmt: skip
def test_a_wrong_field_is_refused_and_says_why(create, world, changes, code, details):
    before = len(world.module("Vendors").fields)
    answer = create(field(**changes))
    [entry] = answer.json()["fields"]
    assert (answer.status_code, entry["code"]) == (400, code)
    assert details.items() <= entry["details"].items()
    assert len(world.module("Vendors").fields) == before


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "MANDATORY_NOT_FOUND"),
        ({"fields": []}, "MANDATORY_NOT_FOUND"),
        ({"fields": {}}, "INVALID_DATA"),
        ({"fields": ["text"]}, "INVALID_DATA"),
        ({"fields": [{}] * 6}, "LIMIT_EXCEEDED"),
    ],
)
def test_a_body_that_is_none_is_refused(zoho, body, code):
    answer = zoho("POST", PATH, json=body)
    found = answer.json().get("fields", [answer.json()])[0]
    assert (answer.status_code, found["code"]) == (400, code)


def test_a_rep_cannot_create_fields(create, world):
    answer = create(field(), user=world.users[1])
    assert answer.status_code == 403
    assert answer.json()["details"] == {"permissions": ["Crm_Implied_Customize_Zoho_CRM"]}


def test_reading_scopes_do_not_create(create):
    assert create(field(), scopes=("ZohoCRM.settings.fields.READ",)).status_code == 401


def test_a_module_is_needed(zoho):
    assert zoho("POST", "/settings/fields", json={}).json()["code"] == "REQUIRED_PARAM_MISSING"
    unknown = zoho("POST", "/settings/fields?module=Unicorns", json={})
    assert unknown.json()["code"] == "INVALID_MODULE"

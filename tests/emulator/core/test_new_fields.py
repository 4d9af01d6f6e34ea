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


@pytest.fixture
def key(create, zoho):
    """A new field, and a way to change it."""
    number = create(field()).json()["fields"][0]["details"]["id"]

    def change(wish, **more):
        where = f"/settings/fields/{number}?module=Vendors"
        return zoho("PATCH", where, json={"fields": [wish]}, **more)

    return change


def test_a_field_can_be_made_unique_longer_and_get_another_label(key, world):
    answer = key({"unique": {"case_sensitive": True}, "length": 100, "field_label": "Key"})
    assert answer.json()["fields"][0]["message"] == "field updated"
    one = world.module("Vendors").field("Conversion_Key")
    assert (one.unique, one.case_sensitive, one.length, one.label) == (True, True, 100, "Key")
    assert key({"unique": {}}).status_code == 200
    assert not one.unique


def test_a_field_whose_values_are_the_same_cannot_be_made_unique(key, world):
    for _ in range(2):
        world.add_record("Vendors", {"Vendor_Name": "V", "Conversion_Key": "same"})
    [entry] = key({"unique": {"case_sensitive": False}}).json()["fields"]
    assert entry["code"] == "DUPLICATE_DATA"


def test_profiles_that_a_change_does_not_name_keep_what_they_have(key, world):
    standard = world.profile("Standard")
    wish = {"profiles": [{"id": standard.id, "permission_type": "read_only"}]}
    assert key(wish).status_code == 200
    one = world.module("Vendors").field("Conversion_Key")
    assert one.permissions == {"Standard": "read_only"}


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"length": 10}, "INVALID_DATA"),
        ({"data_type": "email"}, "INVALID_DATA"),
        ({"colour": "red"}, "INVALID_DATA"),
        ({"field_label": "vendor name"}, "DUPLICATE_DATA"),
        ({"unique": {"case_sensitive": "perhaps"}}, "INVALID_DATA"),
        ("nonsense", "INVALID_DATA"),
    ],
)
def test_a_wrong_change_is_refused_and_changes_nothing(key, world, wish, code):
    answer = key(wish)
    assert (answer.status_code, answer.json()["fields"][0]["code"]) == (400, code)
    one = world.module("Vendors").field("Conversion_Key")
    assert (one.label, one.length, one.unique) == ("Conversion Key", 60, False)


def test_the_labels_of_zohos_own_fields_stay(zoho, world):
    one = world.module("Vendors").field("Vendor_Name")
    body = {"fields": [{"id": one.id, "field_label": "Supplier"}]}
    answer = zoho("PATCH", "/settings/fields?module=Vendors", json=body)
    assert answer.json()["fields"][0]["details"]["api_name"] == "field_label"


def test_only_who_customizes_changes_fields(key, world):
    assert key({"field_label": "Key"}, user=world.users[1]).status_code == 403
    scopes = ("ZohoCRM.settings.fields.CREATE",)
    assert key({"field_label": "Key"}, scopes=scopes).status_code == 401

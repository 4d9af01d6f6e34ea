"""Modules, fields, layouts, related lists and pipelines, as administrators and reps see them."""

import pytest

from emulator import fields as f
from emulator.schema import Pipeline, Stage
from emulator.standard import custom_module


@pytest.fixture
def rep(world):
    return world.users[1]


@pytest.fixture
def ask(zoho):
    """The list in an answer, by its only key."""

    def get(path, **more):
        answer = zoho("GET", path, **more)
        assert answer.status_code == 200, answer.text
        return next(iter(answer.json().values()))

    return get


def named(items, api_name):
    return next(item for item in items if item["api_name"] == api_name)


# Modules


def test_leads_are_the_only_module_that_converts(ask):
    modules = ask("/settings/modules")
    assert [module["api_name"] for module in modules if module["convertable"]] == ["Leads"]


def test_a_module_is_found_by_name_and_by_id(ask, world):
    vendors = world.module("Vendors")
    for key in ("Vendors", vendors.id):
        [module] = ask(f"/settings/modules/{key}")
        assert (module["api_name"], module["display_field"]) == ("Vendors", "Vendor_Name")


def test_a_custom_module_has_zohos_inner_name(ask, world):
    world.add_module(custom_module("Suppliers", "Supplier", "Suppliers", number=3))
    [module] = ask("/settings/modules/Suppliers")
    assert module["module_name"] == "CustomModule3"
    assert module["generated_type"] == "custom"
    assert (module["display_field"], module["convertable"]) == ("Name", False)


def test_an_unknown_module_is_invalid(zoho):
    answer = zoho("GET", "/settings/modules/Unicorns")
    assert answer.status_code == 400
    assert answer.json()["code"] == "INVALID_MODULE"
    assert answer.json()["details"] == {"resource_path_index": 2}


def test_modules_can_be_asked_for_by_status(ask, zoho, world):
    world.module("Campaigns").status = "user_hidden"
    hidden = ask("/settings/modules", params={"status": "user_hidden,system_hidden"})
    assert [module["api_name"] for module in hidden] == ["Campaigns"]
    assert zoho("GET", "/settings/modules", params={"status": "gone"}).status_code == 400


def test_a_modules_flags_are_what_this_user_may_do(ask, world, rep):
    world.profile("Standard").denied |= {"Crm_Implied_Create_Vendors"}
    flags = {
        user.last_name: named(ask("/settings/modules", user=user), "Vendors")["creatable"]
        for user in world.users
    }
    assert flags == {"Admin": True, "Rep": False}


# Fields


@pytest.fixture
def lead_fields(ask):
    fields = ask("/settings/fields?module=Leads")
    return {field["api_name"]: field for field in fields}


@pytest.mark.parametrize(
    ("field", "mapping"),
    [
        ("Company", {"Contacts": None, "Deals": None, "Accounts": "Account_Name"}),
        ("Last_Name", {"Contacts": "Last_Name", "Deals": None, "Accounts": None}),
        ("Phone", {"Contacts": "Phone", "Deals": None, "Accounts": "Phone"}),
        ("Lead_Source", {"Contacts": "Lead_Source", "Deals": "Lead_Source", "Accounts": None}),
        ("Lead_Status", {"Contacts": None, "Deals": None, "Accounts": None}),
        ("City", {"Contacts": "Mailing_City", "Deals": None, "Accounts": "Billing_City"}),
        ("Zip_Code", {"Contacts": "Mailing_Zip", "Deals": None, "Accounts": "Billing_Code"}),
    ],
)
def test_a_lead_field_says_what_becomes_of_it(lead_fields, field, mapping):
    assert lead_fields[field]["convert_mapping"] == mapping


def test_every_mapped_field_exists_in_its_target(world):
    for field in world.module("Leads").fields:
        for target, api_name in field.converts_to.items():
            assert world.module(target).field(api_name), (field.api_name, target, api_name)


def test_other_modules_have_no_mapping(ask):
    assert {field["convert_mapping"] for field in ask("/settings/fields?module=Vendors")} == {None}


def test_a_mandatory_field_says_so(lead_fields):
    mandatory = [name for name, field in lead_fields.items() if field["system_mandatory"]]
    assert mandatory == ["Last_Name"]


def test_lengths_and_types_are_zohos(lead_fields):
    found = {
        name: (lead_fields[name]["data_type"], lead_fields[name]["json_type"],
               lead_fields[name]["length"])
        for name in ("Last_Name", "Email", "Description", "Annual_Revenue", "Owner", "Tag")
    }  # fmt: skip
    assert found == {
        "Last_Name": ("text", "string", 80),
        "Email": ("email", "string", 100),
        "Description": ("textarea", "string", 32000),
        "Annual_Revenue": ("currency", "double", 16),
        "Owner": ("ownerlookup", "jsonobject", 120),
        "Tag": ("text", "jsonarray", 2000),
    }


def test_what_zoho_fills_cannot_be_written(lead_fields):
    for name in ("Created_Time", "Full_Name", "Converted__s", "Converted_Account"):
        field = lead_fields[name]
        assert field["read_only"], name
        assert not any(field["operation_type"].values()), name


def test_a_pick_list_starts_with_none_unless_a_choice_is_due(lead_fields, ask):
    sources = lead_fields["Lead_Source"]["pick_list_values"]
    stages = named(ask("/settings/fields?module=Deals"), "Stage")["pick_list_values"]
    assert [value["actual_value"] for value in sources][:2] == ["-None-", "Advertisement"]
    assert stages[0]["actual_value"] == "Qualification"
    assert stages[0]["probability"] == 10


def test_ids_are_all_different(ask):
    fields = ask("/settings/fields?module=Leads")
    ids = [field["id"] for field in fields]
    ids += [value["id"] for field in fields for value in field["pick_list_values"]]
    assert len(set(ids)) == len(ids)
    assert all(len(one) == 19 for one in ids)


def test_special_fields_describe_themselves(ask, world):
    module = custom_module(
        "Suppliers", "Supplier", "Suppliers",
        f.lookup("Vendor", "Vendors", related_label="Suppliers"),
        f.multilookup("Partners", "Contacts", "Suppliers_X_Contacts"),
        f.multiuser("Buyers", "Suppliers_X_Users"),
        f.autonumber("Number", "SUP-", start=7),
        f.formula("Total", "${Suppliers.Price} * 2", "currency"),
        f.text("Tax_Number", length=20, unique=True),
        f.currency("Price"),
        f.subform("Sites", "Supplier_Sites"),
    )  # fmt: skip
    world.add_module(module)
    fields = {field["api_name"]: field for field in ask("/settings/fields?module=Suppliers")}
    assert fields["Vendor"]["lookup"]["module"]["api_name"] == "Vendors"
    assert fields["Partners"]["multiselectlookup"]["connected_module"]["api_name"] == "Contacts"
    assert fields["Buyers"]["multiuserlookup"]["linking_module"]["api_name"] == "Suppliers_X_Users"
    assert fields["Number"]["auto_number"]["prefix"] == "SUP-"
    assert fields["Total"]["formula"]["return_type"] == "currency"
    assert fields["Total"]["json_type"] == "double"
    assert fields["Tax_Number"]["unique"] == {"casesensitive": "false"}
    assert fields["Price"]["unique"] == {}
    assert fields["Price"]["currency"] == {"rounding_option": "normal", "precision": 2}
    assert fields["Sites"]["subform"]["module"] == "Supplier_Sites"
    assert all(fields[name]["custom_field"] for name in ("Vendor", "Sites"))


def test_what_an_activity_is_about_may_be_in_several_modules(ask):
    what = named(ask("/settings/fields?module=Tasks"), "What_Id")
    modules = [module["api_name"] for module in what["multi_module_lookup"]["modules"]]
    assert {"Leads", "Vendors"} <= set(modules)
    assert what["lookup"] == {}


def test_an_administrator_sees_every_profiles_permission(ask, world):
    f.hidden_from(world.module("Leads").field("Annual_Revenue"), "Standard")
    field = named(ask("/settings/fields?module=Leads"), "Annual_Revenue")
    assert {p["name"]: p["permission_type"] for p in field["profiles"]} == {
        "Administrator": "read_write",
        "Standard": "hidden",
    }


def test_a_rep_sees_no_permissions_and_no_hidden_fields(ask, world, rep):
    module = world.module("Leads")
    f.hidden_from(module.field("Annual_Revenue"), "Standard")
    f.read_only_for(module.field("Rating"), "Standard")
    fields = {one["api_name"]: one for one in ask("/settings/fields?module=Leads", user=rep)}
    assert "Annual_Revenue" not in fields
    assert (fields["Rating"]["read_only"], fields["Company"]["read_only"]) == (True, False)
    assert {field["profiles"] for field in fields.values()} == {None}


def test_one_field_is_found_by_id_or_not_at_all(ask, zoho, world):
    email = world.module("Leads").field("Email")
    [field] = ask(f"/settings/fields/{email.id}?module=Leads")
    assert field["api_name"] == "Email"
    assert zoho("GET", "/settings/fields/1?module=Leads").status_code == 204


@pytest.mark.parametrize(
    ("path", "code", "details"),
    [
        ("/settings/fields", "REQUIRED_PARAM_MISSING", {"param_name": "module"}),
        ("/settings/fields?module=Unicorns", "INVALID_MODULE", {}),
        ("/settings/fields?module=Leads&type=odd", "INVALID_DATA", {"param_name": "type"}),
        ("/settings/layouts", "REQUIRED_PARAM_MISSING", {"param_name": "module"}),
        ("/settings/layouts?module=Unicorns", "INVALID_MODULE", {"param_name": "module"}),
        ("/settings/related_lists", "REQUIRED_PARAM_MISSING", {"param_name": "module"}),
        ("/settings/pipeline", "REQUIRED_PARAM_MISSING", {"param_name": "layout_id"}),
        ("/settings/pipeline?layout_id=1", "INVALID_DATA", {"param_name": "layout_id"}),
    ],
)
def test_a_wrong_question_is_named(zoho, path, code, details):
    answer = zoho("GET", path)
    assert answer.status_code == 400
    assert (answer.json()["code"], answer.json()["details"]) == (code, details)


# Layouts


def test_a_layout_has_its_sections_and_what_they_demand(ask):
    [layout] = ask("/settings/layouts?module=Leads")
    required = [
        field["api_name"]
        for section in layout["sections"]
        for field in section["fields"]
        if field["required"]
    ]
    assert layout["sections"][0]["name"] == "Lead Information"
    assert required == ["Company", "Last_Name"]


def test_a_leads_layout_says_how_it_converts(ask, world):
    [layout] = ask("/settings/layouts?module=Leads")
    mapping = layout["convert_mapping"]
    assert mapping["Contacts"]["id"] == world.module("Contacts").layouts[0].id
    assert [field["api_name"] for field in mapping["Deals"]["fields"] if field["required"]] == [
        "Deal_Name",
        "Closing_Date",
        "Stage",
        "Pipeline",
    ]
    assert all(field["id"] for field in mapping["Deals"]["fields"])


def test_a_layout_may_offer_fewer_choices(ask, world):
    placed = world.module("Leads").layouts[0].place("Lead_Source")
    placed.choices = ("Partner", "Chat")
    [layout] = ask("/settings/layouts?module=Leads")
    fields = [field for section in layout["sections"] for field in section["fields"]]
    choices = named(fields, "Lead_Source")["pick_list_values"]
    assert [choice["actual_value"] for choice in choices] == ["-None-", "Partner", "Chat"]


def test_a_rep_sees_the_layouts_of_their_profile(ask, zoho, world, rep):
    module = world.module("Leads")
    module.layouts.append(
        f.layout("Suppliers", f.section("All", "Last_Name*"), profiles=("Administrator",))
    )
    world.number(module)
    both = ask("/settings/layouts?module=Leads")
    [mine] = ask("/settings/layouts?module=Leads", user=rep)
    assert [layout["name"] for layout in both] == ["Standard", "Suppliers"]
    assert (mine["name"], mine["profiles"]) == ("Standard", None)
    hidden = zoho("GET", f"/settings/layouts/{both[1]['id']}?module=Leads", user=rep)
    assert hidden.status_code == 204


def test_one_layout_is_found_by_id(ask, world):
    layout = world.module("Vendors").layouts[0]
    [found] = ask(f"/settings/layouts/{layout.id}?module=Vendors")
    assert (found["id"], found["convert_mapping"]) == (layout.id, None)


# Related lists and pipelines


def test_a_lead_has_notes_files_activities_campaigns_and_products(ask):
    names = [one["api_name"] for one in ask("/settings/related_lists?module=Leads")]
    assert {"Notes", "Attachments", "Tasks", "Events", "Calls", "Campaigns", "Products"} <= set(
        names
    )


def test_a_related_list_says_where_its_rows_are(ask, world):
    deals = named(ask("/settings/related_lists?module=Contacts"), "Deals")
    assert deals["module"] == {"api_name": "Deals", "id": world.module("Deals").id}
    assert deals["href"] == "Contacts/{ENTITYID}/Deals"


def test_a_pipeline_belongs_to_a_layout_and_its_stages_to_the_pick_list(ask, world):
    deals = world.module("Deals")
    stages = [Stage(name="Won", probability=100, forecast="Closed Won", category="Closed")]
    world.add_pipeline(Pipeline(name="Other", stages=stages, layout="Elsewhere"))
    [pipeline] = ask(f"/settings/pipeline?layout_id={deals.layouts[0].id}")
    assert (pipeline["actual_value"], pipeline["default"]) == ("Standard (Standard)", True)
    first = pipeline["maps"][0]
    assert first["id"] == deals.field("Stage").choice("Qualification").id
    assert (first["actual_value"], first["forecast_type"]) == ("Qualification", "Open")
    assert first["forecast_category"]["name"] == "Pipeline"


def test_one_pipeline_is_found_by_id(ask, zoho, world):
    layout_id = world.module("Deals").layouts[0].id
    [pipeline] = ask(f"/settings/pipeline/{world.pipelines[0].id}?layout_id={layout_id}")
    assert pipeline["id"] == world.pipelines[0].id
    assert zoho("GET", f"/settings/pipeline/1?layout_id={layout_id}").status_code == 204


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        ("/settings/modules", "ZohoCRM.settings.modules.READ"),
        ("/settings/fields?module=Leads", "ZohoCRM.settings.fields.READ"),
        ("/settings/layouts?module=Leads", "ZohoCRM.settings.layouts.READ"),
        ("/settings/related_lists?module=Leads", "ZohoCRM.settings.related_lists.READ"),
        ("/settings/profiles", "ZohoCRM.settings.profiles.READ"),
        ("/settings/roles", "ZohoCRM.settings.roles.READ"),
        ("/org", "ZohoCRM.org.READ"),
        ("/users", "ZohoCRM.users.READ"),
    ],
)
def test_each_part_of_the_metadata_has_its_own_scope(zoho, path, scope):
    assert zoho("GET", path, scopes=(scope,)).status_code == 200
    assert zoho("GET", path, scopes=("ZohoCRM.modules.ALL",)).status_code == 401

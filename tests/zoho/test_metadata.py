"""Zoho's metadata as planning knows it."""

import pytest

from extension.errors import ZohoRefused
from extension.planning.records import Choice, DealField, Field, Layout, Module, Stage
from extension.zoho import metadata


@pytest.fixture
def leads(payload):
    return metadata.fields(payload("fields_of_leads"))


def by_name(modules):
    return {module.api_name: module for module in modules}


def test_a_module_is_read_whole(payload):
    assert by_name(metadata.modules(payload("modules")))["Leads"] == Module(
        api_name="Leads",
        id="4876876000000002175",
        singular="Lead",
        plural="Leads",
        kind="default",
        visible=True,
        creatable=True,
        api_supported=True,
        name_field="Full_Name",
        module_name="Leads",
        profiles=frozenset({"15972", "15975"}),
    )


def test_a_hidden_module_is_not_visible(payload):
    assert not by_name(metadata.modules(payload("modules")))["Vendors"].visible


def test_a_custom_module_keeps_both_of_its_names(payload):
    projects = by_name(metadata.modules(payload("modules")))["Projects"]
    assert (projects.kind, projects.module_name) == ("custom", "CustomModule3")
    assert not projects.creatable


def test_a_module_says_which_field_names_its_records_though_zoho_leaves_it_out(payload):
    modules = by_name(metadata.modules(payload("modules")))
    assert modules["Vendors"].name_field == "Vendor_Name"
    assert modules["Projects"].name_field == "Name"


def test_profiles_of_which_zoho_lists_only_some_are_unknown(payload):
    modules = by_name(metadata.modules(payload("modules")))
    assert modules["Vendors"].profiles is None
    assert modules["Projects"].profiles is None


def test_what_zoho_leaves_empty_is_what_a_module_usually_is(payload):
    reports = by_name(metadata.modules(payload("modules")))["Reports"]
    assert (reports.singular, reports.creatable, reports.api_supported) == ("Reports", True, False)


def test_old_versions_say_with_a_flag_that_a_module_is_visible(payload):
    modules = by_name(metadata.modules(payload("modules_before_status")))
    assert modules["Leads"].visible
    assert not modules["Vendors"].visible


def test_a_field_is_read_whole(leads):
    assert leads["Last_Name"] == Field(
        api_name="Last_Name",
        label="Last Name",
        data_type="text",
        max_length=80,
        mandatory=True,
        converts_to={"Contacts": "Last_Name"},
    )


def test_an_empty_unique_means_not_unique(leads):
    assert not leads["Last_Name"].unique
    assert leads["Email"].unique


def test_a_field_knows_who_may_not_see_or_change_it(leads):
    assert leads["Email"].hidden_from == {"15979"}
    assert leads["Email"].read_only_for == {"15975"}
    assert not leads["Email"].read_only


def test_a_pick_list_offers_what_is_in_use_and_something_to_choose(leads):
    assert leads["Rating"].choices == (Choice("Active", "Aktiv"),)
    assert leads["Rating"].default is None


@pytest.mark.parametrize("name", ["Score", "Created_Time", "Annual_Revenue"])
def test_what_zoho_fills_itself_is_read_only(leads, name):
    assert leads[name].read_only


def test_a_lookup_names_the_module_that_it_points_at(leads, payload):
    assert leads["Partner"].lookup_module == "Accounts"
    assert leads["Interests"].lookup_module == "Products"
    assert leads["Last_Name"].lookup_module == ""
    old = metadata.fields(payload("fields_in_version_2"))
    assert old["Account_Name"].lookup_module == "Accounts"
    assert old["Interests"].lookup_module == "Products"


def test_an_autonumber_is_read_only_even_where_no_version_says_so(payload):
    assert metadata.fields(payload("fields_in_version_2"))["Number"].read_only


def test_a_subform_names_the_module_of_its_rows(leads):
    assert leads["Sites"].subform_module == "Sites"


def test_a_length_counts_only_where_it_counts_characters_or_digits(leads):
    assert leads["Email"].max_length == 100
    assert (leads["Annual_Revenue"].max_length, leads["Annual_Revenue"].decimal_places) == (16, 2)
    assert leads["Rating"].max_length is None
    assert leads["Partner"].max_length is None


def test_a_layout_is_read_whole(payload):
    [standard, _] = metadata.layouts(payload("layouts_of_leads"))
    assert standard == Layout(
        id="91055",
        name="Standard",
        active=True,
        fields=frozenset({"Last_Name", "Email", "City"}),
        required=frozenset({"Last_Name", "City"}),
        converts_to={"Contacts": "91059", "Accounts": "91047", "Deals": "91023"},
        deal_fields=(DealField("Amount", "Amount", False), DealField("Stage", "Stage", True)),
        profiles=frozenset({"15972"}),
    )


def test_a_layout_with_nothing_on_it_is_a_layout(payload):
    [_, old] = metadata.layouts(payload("layouts_of_leads"))
    assert old == Layout(id="91077", name="Old", active=False)


def test_stages_are_in_the_order_of_their_pipeline(payload):
    [standard, new] = metadata.pipelines(payload("pipelines"), "91023")
    assert standard.stages == (
        Stage("Qualification", "Qualification"),
        Stage("Id. Decision Makers", "Identify Decision Makers"),
        Stage("Closed Won", "Closed Won"),
    )
    assert (standard.value, standard.name) == ("Standard (Standard)", "Standard")
    assert (standard.default, standard.layout_id) == (True, "91023")
    assert (new.default, new.stages) == (False, ())


def test_related_lists_are_those_that_are_shown_and_have_a_name(payload):
    assert metadata.related_lists(payload("related_lists_of_leads")) == (
        metadata.RelatedList("Notes", "Notes", "701", "Notes"),
        metadata.RelatedList("Attachments", "Attachments", "702", ""),
    )


def test_a_module_is_furnished_with_its_fields_and_layouts(payload, leads):
    module = by_name(metadata.modules(payload("modules")))["Leads"]
    layouts = metadata.layouts(payload("layouts_of_leads"))
    furnished = metadata.furnished(module, leads, layouts)
    assert (furnished.fields, furnished.layouts) == (leads, layouts)
    assert furnished.id == module.id


@pytest.mark.parametrize(
    ("reader", "key"),
    [
        (metadata.modules, "modules"),
        (metadata.fields, "fields"),
        (metadata.layouts, "layouts"),
        (metadata.related_lists, "related_lists"),
        (lambda payload: metadata.pipelines(payload, "1"), "pipeline"),
    ],
)
def test_readers_take_what_is_missing_for_nothing(reader, key):
    for payload in (None, {}, {key: None}, {key: []}, {key: {}}, {key: ["what?", None, 7]}):
        assert len(reader(payload)) == 0


def test_an_error_among_metadata_is_raised_and_not_read_as_a_module():
    entry = {"code": "NO_PERMISSION", "details": {}, "message": "", "status": "error"}
    with pytest.raises(ZohoRefused):
        metadata.modules({"modules": [entry]})


HOSTILE = [None, True, 7, 0.5, "text", [], [None], [[]], {}, {"id": 7}, {"api_name": None}]


@pytest.mark.parametrize("value", HOSTILE)
def test_no_shape_of_a_value_breaks_the_reading_of_a_field(leads, payload, value):
    [whole] = [one for one in payload("fields_of_leads")["fields"] if one["api_name"] == "Email"]
    for key in {*whole, "lookup", "subform", "multiselectlookup", "pick_list_values",
                "convert_mapping", "length"} - {"api_name"}:  # fmt: skip
        assert metadata.fields({"fields": [{**whole, key: value}]})["Email"].api_name == "Email"


@pytest.mark.parametrize("value", HOSTILE)
def test_no_shape_of_a_value_breaks_the_reading_of_a_layout_or_a_module(payload, value):
    layout = payload("layouts_of_leads")["layouts"][0]
    for key in set(layout) - {"id"}:
        assert metadata.layouts({"layouts": [{**layout, key: value}]})[0].id == "91055"
    module = payload("modules")["modules"][0]
    for key in set(module) - {"api_name"}:
        assert metadata.modules({"modules": [{**module, key: value}]})[0].api_name == "Leads"
    pipeline = payload("pipelines")["pipeline"][0]
    for key in pipeline:
        assert len(metadata.pipelines({"pipeline": [{**pipeline, key: value}]}, "1")) == 1


def test_a_layout_keeps_only_the_pick_lists_that_it_narrows() -> None:
    hot, cold = {"actual_value": "Hot"}, {"actual_value": "Cold"}
    heat = {"api_name": "Heat", "data_type": "picklist", "pick_list_values": [hot, cold]}
    fields = metadata.fields({"fields": [heat]})

    def layout(ident: str, *values: dict[str, str]) -> dict[str, object]:
        placed = {"api_name": "Heat", "pick_list_values": list(values)}
        return {"id": ident, "name": ident, "sections": [{"fields": [placed]}]}

    said = {"layouts": [layout("1", hot, cold), layout("2", cold), layout("3")]}
    module = Module("Cards", "9", "Card", "Cards")
    found = metadata.furnished(module, fields, metadata.layouts(said)).layouts
    assert [[one.value for one in each.choices.get("Heat", ())] for each in found] == [
        [], ["Cold"], [],
    ]  # fmt: skip

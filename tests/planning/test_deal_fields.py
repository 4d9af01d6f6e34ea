"""What Zoho's own conversion leaves open of a deal, as values."""

from dataclasses import replace

import pytest

from extension.planning.deal_fields import DealGap, deal_gaps
from extension.planning.records import Catalogue, Choice, DealField, Layout, Pipeline, Stage
from tests.planning.crm import field, module

STAGE = field("Stage", "picklist", mandatory=True, choices=(Choice("Open", "Open"),))
LEADS = replace(
    module("Leads", field("Company"), field("Region")), layouts=(Layout("1", "Standard"),)
)


def gaps(*fields, layout=None, leads=LEADS, pipelines=()):
    layouts = (replace(layout or Layout("", "Deals"), id="9"),)
    deals = replace(module("Deals", STAGE, *fields), layouts=layouts)
    return deal_gaps(Catalogue({"Leads": leads, "Deals": deals}, {"9": tuple(pipelines)}))


def mapped(name, to):
    one = replace(LEADS.fields[name], converts_to={"Deals": to})
    return replace(LEADS, fields={**LEADS.fields, name: one})


def pipeline(number, *, default=False):
    stages = (Stage("Open", "Open"),)
    return Pipeline(str(number), f"P{number}", f"P{number}", default, stages)


def test_what_zoho_asks_everybody_is_no_gap():
    assert gaps(field("Deal_Name", mandatory=True), field("Closing_Date", "date")) == ()


def test_an_org_without_deals_has_none():
    assert deal_gaps(Catalogue({"Leads": LEADS})) == ()


def test_a_mandatory_field_that_nothing_fills_is_typed_each_time():
    assert gaps(field("Area", mandatory=True)) == (DealGap("Standard", typed=("Area",)),)


def test_so_is_one_that_only_the_layout_or_the_form_requires():
    by_layout = Layout("", "Deals", required=frozenset({"Area"}))
    assert gaps(field("Area"), layout=by_layout)[0].typed == ("Area",)
    form = Layout("1", "Standard", deal_fields=(DealField("Area", "Area", True),))
    assert gaps(field("Area"), leads=replace(LEADS, layouts=(form,)))[0].typed == ("Area",)


def test_a_mapping_or_a_default_fills_it():
    assert gaps(field("Area", mandatory=True), leads=mapped("Region", "Area")) == ()
    assert gaps(field("Area", mandatory=True, default="North")) == ()


@pytest.mark.parametrize(
    ("pipelines", "typed"),
    [
        ([pipeline(1)], ()),
        ([pipeline(1), pipeline(2, default=True)], ()),
        ([pipeline(1), pipeline(2)], ("Pipeline",)),
    ],
)
def test_of_several_pipelines_somebody_chooses_unless_one_is_the_usual(pipelines, typed):
    assert tuple(name for one in gaps(pipelines=pipelines) for name in one.typed) == typed


def test_what_nobody_can_type_keeps_leads_from_becoming_deals():
    [one] = gaps(field("Map", "imageupload", mandatory=True))
    assert (one.typed, one.closed) == ((), ("Map",))


def test_a_stage_that_there_is_none_of_is_named():
    empty = replace(pipeline(1), stages=())
    [one] = gaps(pipelines=[empty])
    assert one.closed == ("Stage",)


def test_only_layouts_that_are_used_count():
    layouts = (Layout("1", "Old", active=False), Layout("2", "New"))
    found = gaps(field("Area", mandatory=True), leads=replace(LEADS, layouts=layouts))
    assert [one.layout for one in found] == ["New"]

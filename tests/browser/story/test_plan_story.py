"""What a rep does with a plan before anything happens, with the real parts on both sides."""

import re
from pathlib import Path

import requests
from playwright.sync_api import FrameLocator, Locator, expect

from extension import demo
from tests.browser.pictures import take
from tests.browser.story.desk import Desk

TOGETHER = {
    "key": "supplier",
    "label": "Supplier with its contact",
    "kind": "records",
    "records": [
        {
            "key": "vendor",
            "module": "Vendors",
            "fields": {"Vendor_Name": "Company", "Phone": "Phone", "Email": "Email"},
        },
        {
            "key": "contact",
            "module": "Contacts",
            "fields": {
                "First_Name": "First_Name",
                "Last_Name": "Last_Name",
                "Vendor_Name": {"link_to": "vendor"},
            },
        },
    ],
}


def open_plan(desk: Desk, lead: str, target: str) -> FrameLocator:
    """Sign in at a lead, and look at what one of its choices would do."""
    desk.leads()
    desk.open_lead(lead)
    widget = desk.convert()
    desk.sign_in(widget)
    widget.get_by_role("button", name=re.compile(f"Show what happens {target}")).click()
    expect(widget.get_by_role("heading", name=re.compile("What happens"))).to_be_focused()
    expect(widget.locator(".plan__sums")).to_be_visible()
    return widget


def up_to_date(widget: FrameLocator) -> None:
    expect(widget.locator(".plan__state")).to_have_text("Up to date")


def row(widget: FrameLocator, field: str) -> Locator:
    header = widget.get_by_role("rowheader", name=re.compile(f"^{field}"))
    return widget.get_by_role("row").filter(has=header)


def test_of_a_supplier_two_values_are_saved_from_being_lost(desk: Desk, output: Path) -> None:
    widget = open_plan(desk, "Tessa Holloway", "Vendor")
    lost = widget.locator(".loss:not(.loss--put)")
    before = widget.locator(".plan__sums").get_by_text("values are lost").inner_text()
    title = widget.locator(".loss").filter(has_text=re.compile("Lost: ?Title"))
    title.get_by_label("Where to put Title").select_option(label="Description")
    title.get_by_role("button", name=re.compile("Put it there")).click()
    expect(widget.locator(".loss--put")).to_have_count(1)
    up_to_date(widget)
    lost.first.get_by_role("button", name=re.compile("Put it in Category")).click()
    expect(widget.locator(".loss--put")).to_have_count(2)
    up_to_date(widget)
    count = int(before.split()[0])
    expect(widget.locator(".plan__sums")).to_contain_text(f"{count - 2} values are lost")
    expect(row(widget, "Description")).to_contain_text("Title")
    expect(row(widget, "Category")).to_contain_text("Carried over")
    take(desk.page, output / "story-plan-supplier.png")


def test_a_record_of_a_custom_module_gets_what_it_must_have(desk: Desk, output: Path) -> None:
    widget = open_plan(desk, "Tessa Holloway", "Supplier Audit")
    widget.get_by_role("button", name=re.compile("2 required fields are still empty")).click()
    vendor = widget.get_by_role("combobox", name="Vendor")
    expect(vendor).to_be_focused()
    vendor.press_sequentially("nor", delay=30)
    widget.get_by_role("option", name="Nordvik Sensors").first.click()
    widget.get_by_label("Audit Date required").fill("2026-12-01")
    expect(widget.locator(".plan__missing")).to_have_count(0)
    up_to_date(widget)
    expect(widget.locator(".remark--bad")).to_have_count(0)
    take(desk.page, output / "story-plan-audit.png")


def test_zohos_own_conversion_goes_into_another_layout_and_pipeline(
    desk: Desk, output: Path
) -> None:
    widget = open_plan(desk, "Tessa Holloway", "Contact")
    widget.get_by_label("Create this too: Deal").check()
    widget.get_by_label("Layout: Deal").select_option(label="Service Contracts")
    stage = widget.get_by_label("Stage required")
    expect(stage.get_by_role("option")).to_have_text(
        ["Not chosen yet", "Site Visit", "Offer Sent", "Contract Signed", "Declined"]
    )
    widget.get_by_label("Layout: Deal").select_option(label="Standard")
    widget.get_by_label("Pipeline").select_option(label="Tenders (Standard)")
    stage.select_option("Bid Submitted")
    widget.get_by_label("Deal Name required").fill("Holloway, first order")
    widget.get_by_label("Closing Date required").fill("2026-12-24")
    expect(widget.locator(".plan__missing")).to_have_count(0)
    up_to_date(widget)
    expect(widget.locator(".remark--bad")).to_have_count(0)
    expect(widget.get_by_text("cannot be undone")).to_be_visible()
    take(desk.page, output / "story-plan-zoho.png")


def test_a_vendor_and_its_contact_are_made_together(desk: Desk, output: Path) -> None:
    token = demo.sign_in(desk.running, desk.org, "Administrator")
    api, allowed = f"{desk.running.extension}/api/v1", {"Authorization": f"Bearer {token}"}
    now = requests.get(f"{api}/targets", headers=allowed, timeout=30).json()
    wish = {"version": now["version"], "targets": [*now["targets"], TOGETHER]}
    requests.put(f"{api}/targets", json=wish, headers=allowed, timeout=30).raise_for_status()
    widget = open_plan(desk, "Tessa Holloway", "Supplier with its contact")
    expect(widget.locator(".planned")).to_have_count(2)
    link = row(widget, "Vendor Name").last
    expect(link).to_contain_text("Linked to: Vendor")
    expect(row(widget, "Last Name")).to_contain_text("Holloway")
    take(desk.page, output / "story-plan-linked.png")

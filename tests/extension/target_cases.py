"""Targets that the tests of their keeping, their addresses and their file speak of."""

from typing import Any

SUPPLIER: dict[str, Any] = {
    "key": "supplier",
    "label": "Supplier with a contact",
    "kind": "records",
    "records": [
        {
            "key": "vendor",
            "module": "Vendors",
            "fields": {
                "Vendor_Name": {"first_of": ["Company", "Last_Name"]},
                "Phone": "Phone",
                "Category": {"constant": "New"},
            },
            "match_on": ["Vendor_Name"],
        },
        {
            "key": "contact",
            "module": "Contacts",
            "fields": {"Last_Name": "Last_Name", "Vendor_Name": {"link_to": "vendor"}},
            "when_matched": "link",
            "merge": {"default": "keep"},
        },
    ],
    "carry": {"Notes": "leave"},
}
ZOHO: dict[str, Any] = {"key": "zoho", "label": "As Zoho does it", "kind": "zoho"}
PRODUCT: dict[str, Any] = {
    "key": "product",
    "label": "Product",
    "kind": "records",
    "records": [{"key": "one", "module": "Products", "fields": {"Product_Name": "Company"}}],
}


def changed(target: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {**target, **changes}


def with_fields(**rules: Any) -> dict[str, Any]:
    """The supplier, whose vendor has these rules besides or instead."""
    vendor, contact = SUPPLIER["records"]
    fields = {**vendor["fields"], **rules}
    return {**SUPPLIER, "records": [{**vendor, "fields": fields}, contact]}

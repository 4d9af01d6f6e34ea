"""What is said with the options besides, and the JSON that our API promises."""

from json import dumps, loads
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from extension.planning.options import as_json
from extension.planning.records import Lead, Record

from .crm import LEADS, VENDORS, catalogue, field, lead, record
from .offers import offered, with_field


def test_lead_fields_that_are_hidden_from_the_rep_are_named() -> None:
    secret = field("Credit_Limit", "currency", hidden_from=frozenset({"71"}), custom=True)
    options = offered(org=catalogue(with_field(LEADS, secret)))
    [warning] = [one for one in options.warnings if one.code == "hidden_lead_fields"]
    assert warning.params["fields"] == ["Credit_Limit"]


def test_a_warning_is_given_once() -> None:
    warnings = offered(lead(Last_Name="Doe")).warnings
    assert len({(one.code, one.message) for one in warnings}) == len(warnings)


def test_what_hangs_on_the_lead_is_listed_with_its_tags() -> None:
    one = lead(
        Last_Name="Doe", Tag=[{"name": "vip"}], related={"Notes": 3, "Tasks": None, "My_Files": 0}
    )
    org = catalogue(related_labels={"My_Files": "Files"})
    assert as_json(offered(one, org=org))["related"] == [
        {"list": "Notes", "label": "Notes", "count": 3},
        {"list": "Tasks", "label": "Open Tasks", "count": None},
        {"list": "My_Files", "label": "Files", "count": 0},
        {"list": "Tag", "label": "Tags", "count": 1},
    ]


def test_the_json_is_what_our_api_promises() -> None:
    json: Any = as_json(
        offered(found={"Vendors": [record("Vendors", "8", Email="AN.NGUYEN@hoaphat.example")]})
    )
    assert set(json) == {"lead", "related", "options", "warnings"}
    assert json["lead"] == {
        "id": "300",
        "name": "An Nguyễn Văn",
        "company": "Nhà máy Thép Hòa Phát",
        "email": "an.nguyen@hoaphat.example",
        "owner": {"id": "9001", "name": "Robin Rep"},
        "layout": {"id": "lead-1", "name": "Standard"},
        "converted": False,
    }
    zoho, vendors = json["options"]
    assert vendors == {
        "target": "Vendors",
        "kind": "records",
        "label": "Vendor",
        "available": True,
        "choosable": True,
        "blockers": [],
        "records": [
            {
                "key": "Vendors",
                "module": "Vendors",
                "label": "Vendor",
                "optional": False,
                "layouts": [{"id": "Vendors-1", "name": "Standard", "default": True}],
                "matches": [
                    {
                        "id": "8",
                        "name": "8",
                        "detail": "AN.NGUYEN@hoaphat.example",
                        "score": 0.9,
                        "reasons": [
                            {
                                "code": "same_field",
                                "key": "same_field",
                                "message": "Same Email",
                                "params": {
                                    "field": "Email",
                                    "label": "Email",
                                    "value": "an.nguyen@hoaphat.example",
                                },
                            }
                        ],
                        "editable": True,
                        "locked": False,
                        "owner": None,
                    }
                ],
                "matches_state": "known",
                "more_matches": False,
            }
        ],
        "carried": 4,
        "lost": 5,
        "losses": [
            {
                "field": name,
                "label": label,
                "code": "no_field",
                "key": "no_field",
                "message": "No field takes it.",
                "params": {},
            }
            for name, label in [
                ("First_Name", "First Name"),
                ("Last_Name", "Last Name"),
                ("Lead_Source", "Lead Source"),
                ("Rating", "Rating"),
                ("Tax_Number", "Tax Number"),
            ]
        ],
        "to_fill": [],
        "pipelines": [],
    }
    assert zoho["pipelines"] == [
        {
            "id": "p1", "value": "Standard (Standard)", "name": "Standard", "default": True,
            "layout": "Deals-1",
            "stages": [{"value": "Open", "label": "Open"}, {"value": "Won", "label": "Won"}],
        }
    ]  # fmt: skip


def test_a_lead_without_owner_and_layout_has_none() -> None:
    bare = Lead(Record("Leads", "300", {"Last_Name": "Doe", "Owner": None}))
    json: Any = as_json(offered(bare))["lead"]
    assert json == {
        "id": "300", "name": "Doe", "company": None, "email": None, "owner": None, "layout": None,
        "converted": False,
    }  # fmt: skip


# Whatever comes


ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=200), st.lists(st.text(max_size=9)),
    st.just({"id": "1", "name": "Acme"}), st.just([{"name": "vip"}]),
)  # fmt: skip
LEAD_VALUES = st.dictionaries(
    st.sampled_from(
        [*LEADS.fields, "Tag", "Owner", "Layout", "Locked__s", "$approval_state", "New"]
    ),
    ANYTHING,
)
VENDOR_VALUES = st.dictionaries(st.sampled_from([*VENDORS.fields, "Owner", "$editable"]), ANYTHING)


@given(LEAD_VALUES, VENDOR_VALUES)
def test_any_lead_has_options_and_the_same_lead_the_same(
    values: dict[str, object], vendor: dict[str, object]
) -> None:
    known: dict[str, Any] = {"found": {"Vendors": [Record("Vendors", "1", vendor)]}}
    first: Any = as_json(offered(lead(**values), **known))
    assert first == as_json(offered(lead(**values), **known))
    assert loads(dumps(first)) == first
    for one in first["options"]:
        assert one["lost"] == len(one["losses"])
        assert one["available"] == (not one["blockers"])

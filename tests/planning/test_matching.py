"""How duplicates are looked for, and when a record really agrees."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extension.planning.matching import (
    Condition,
    Search,
    compare,
    criteria,
    escaped,
    score,
    search_for,
    searches,
    trustworthy,
)
from extension.planning.records import Lead
from extension.planning.targets import Target, TargetRecord, default_targets

from .crm import catalogue, custom, field, lead, record

ORG = catalogue()
ACME = lead(
    Company="Acme GmbH", First_Name="Pat", Last_Name="Doe", Email="pat@acme.example",
    Phone="+49 89 1234567", Website="www.acme.example",
)  # fmt: skip


def target(key: str) -> Target:
    return next(one for one in default_targets(ORG) if one.key == key)


def vendor_search(one: Lead = ACME) -> Search:
    [found] = searches(target("Vendors"), one, ORG)
    return found


def test_a_vendor_is_looked_for_by_address_name_site_and_phone() -> None:
    found = vendor_search()
    assert [(one.field, one.lead_field, one.operator) for one in found.conditions] == [
        ("Email", "Email", "equals"),
        ("Vendor_Name", "Company", "starts_with"),
        ("Website", "Website", "equals"),
        ("Phone", "Phone", "equals"),
    ]


def test_nothing_is_looked_for_by_what_the_lead_lacks() -> None:
    found = vendor_search(lead(Company="Acme"))
    assert [one.field for one in found.conditions] == ["Vendor_Name"]


def test_without_a_company_a_vendor_is_looked_for_by_the_person() -> None:
    [condition] = vendor_search(lead(First_Name="Pat", Last_Name="Doe")).conditions
    assert (condition.lead_field, condition.operator) == ("Full_Name", "equals")


def test_before_the_lead_is_read_everything_is_looked_for() -> None:
    [found] = searches(target("Vendors"), None, ORG)
    assert len(found.conditions) == 4


def test_zoho_conversion_looks_for_contacts_and_accounts_and_no_deals() -> None:
    found = {one.module: one for one in searches(target("zoho"), ACME, ORG)}
    assert list(found) == ["Contacts", "Accounts"]
    fields = [one.field for one in found["Contacts"].conditions]
    assert fields == ["Email", "Phone", "Full_Name"]
    assert [one.field for one in found["Contacts"].supporting] == ["Account_Name"]


def test_an_empty_lead_or_a_bare_module_looks_for_nothing() -> None:
    org = catalogue(custom("Counters"))
    record = default_targets(org)[-1].records[0]
    assert search_for(record, lead(), org) is None
    assert searches(target("Vendors"), lead(), ORG) == ()


def test_criteria_are_zohos() -> None:
    values = {"Company": "Acme (West), Inc.", "Email": "pat@acme.example"}
    assert criteria(vendor_search(lead(**values)), values) == (
        r"((Email:equals:pat@acme.example)or(Vendor_Name:starts_with:Acme \(West\)))"
    )


def test_a_single_condition_needs_no_brackets_of_its_own() -> None:
    values = {"Company": "Acme"}
    assert criteria(vendor_search(lead(**values)), values) == "(Vendor_Name:starts_with:Acme)"


def test_criteria_are_empty_when_there_is_nothing_to_look_for() -> None:
    assert criteria(vendor_search(), {"Company": " "}) == ""


def test_zoho_takes_ten_conditions_at_most() -> None:
    emails = [field(f"Email_{number}", "email") for number in range(15)]
    org = catalogue(custom("Suppliers", *emails))
    names = tuple(one.api_name for one in emails)
    wide = TargetRecord("Suppliers", "Suppliers", dict.fromkeys(names, "Email"), match_on=names)
    found = search_for(wide, ACME, org)
    assert found is not None
    assert criteria(found, ACME.record.values).count("equals") == 10


TAX = field("Tax_Number", unique=True)
HOLDERS = catalogue(custom("Suppliers", field("Phone", "phone"), TAX))
TAXED = {"Name": "Company", "Tax_Number": "Tax_Number", "Phone": "Phone"}


@pytest.mark.parametrize(
    ("match_on", "looked_for"),
    [((), ["Tax_Number"]), (("Phone",), ["Tax_Number", "Phone"]),
     (("Phone", "Tax_Number"), ["Tax_Number", "Phone"])],
)  # fmt: skip
def test_who_holds_a_value_that_must_be_unique_is_always_looked_for(
    match_on: tuple[str, ...], looked_for: list[str]
) -> None:
    one = TargetRecord("Suppliers", "Suppliers", TAXED, match_on=match_on)
    found = search_for(one, lead(Company="Acme", Phone="1", Tax_Number="7"), HOLDERS)
    assert found is not None
    assert [each.field for each in found.conditions] == looked_for


def test_a_record_that_nothing_tells_apart_is_not_looked_for() -> None:
    one = TargetRecord("Contacts", "Contacts", {"Last_Name": "Last_Name", "Phone": "Phone"})
    assert search_for(one, ACME, ORG) is None


def test_what_must_be_unique_is_looked_for_before_ten_conditions_are_full() -> None:
    emails = [field(f"Email_{number}", "email") for number in range(15)]
    org = catalogue(custom("Suppliers", *emails, TAX))
    names = tuple(one.api_name for one in emails)
    wide = TargetRecord("one", "Suppliers", dict.fromkeys(names, "Email"), match_on=names)
    taxed = TargetRecord("two", "Suppliers", TAXED)
    several = Target("several", "Several", "records", (wide, taxed))
    [found] = searches(several, lead(Email="pat@acme.example", Tax_Number="7"), org)
    assert found.conditions[0].field == "Tax_Number"
    assert len(found.conditions) == 10


def parsed(text: str) -> dict[str, str]:
    """Criteria read as Zoho reads them: a value ends at the first bracket that is not escaped."""
    body = text.removeprefix("(").removesuffix(")") if text.startswith("((") else text
    pattern = r"\((\w+):(\w+):((?:[^()\\]|\\.)*)\)(?:or|$)"
    found = re.findall(pattern, body, re.DOTALL)
    assert re.fullmatch(f"(?:{pattern})*", body, re.DOTALL)
    return {name: re.sub(r"\\(.)", r"\1", value, flags=re.DOTALL) for name, _, value in found}


@given(st.text(), st.text())
def test_any_text_survives_criteria(company: str, email: str) -> None:
    both = Search(
        "Vendors",
        (
            Condition("Email", "Email", "equals", "email", "Email"),
            Condition("Vendor_Name", "Company", "equals", "company", "Name"),
        ),
    )
    values = {"Email": email, "Company": company}
    wanted = {"Email": email.strip(), "Vendor_Name": company.strip()}
    given_ = {name: text for name, text in wanted.items() if text not in ("",)}
    assert parsed(criteria(both, values)) == given_


@given(st.text())
def test_a_trustworthy_value_needs_no_escaping(value: str) -> None:
    assert not trustworthy(value) or escaped(value) == value


@pytest.mark.parametrize(
    ("value", "trusted"),
    [
        ("Acme", True),
        ("Müller Söhne", True),
        ("山田製作所", True),
        ("+49 89 1234567", True),
        ("pat@acme.example", True),
        ("Acme (West)", False),
        ("a,b", False),
        ("a\\b", False),
        ("@{lead:$.data[0].id}", False),
        ("O'Hara", False),
        ("50% & more", False),
        ("a\nb", False),
        (" Acme", False),
        ("", False),
        (None, False),
        (7, False),
        ({"id": "1"}, False),
        ("x" * 121, False),
    ],
)
def test_what_could_change_criteria_is_not_put_in_by_reference(
    value: object, trusted: bool
) -> None:
    assert trustworthy(value) is trusted


@pytest.mark.parametrize(
    ("values", "low", "high", "codes"),
    [
        ({"Vendor_Name": "ACME"}, 0.8, 0.8, ["same_field"]),
        ({"Email": "PAT@acme.example"}, 0.9, 0.9, ["same_field"]),
        ({"Vendor_Name": "Acme", "Email": "pat@acme.example"}, 0.97, 1, ["same_field"] * 2),
        ({"Phone": "089 1234567"}, 0.5, 0.5, ["same_field"]),
        ({"Website": "https://acme.example/de"}, 0.6, 0.6, ["same_field"]),
    ],
)
def test_the_more_agrees_the_surer(
    values: dict[str, str], low: float, high: float, codes: list[str]
) -> None:
    found = score(ACME, record("Vendors", "1", **values), vendor_search())
    assert found is not None
    assert low <= found.score <= high
    assert [reason.code for reason in found.reasons] == codes


def test_a_name_that_is_nearly_the_same_is_a_weak_match() -> None:
    found = score(
        lead(Company="Mueller Maschinenbau"),
        record("Vendors", "1", Vendor_Name="Müller Maschinenbau"),
        vendor_search(),
    )
    assert found is not None
    assert (found.reasons[0].message, found.score) == ("Similar Vendor Name", 0.45)


@pytest.mark.parametrize(
    "values", [{"Vendor_Name": "Acme Toys"}, {"Email": "pat@acme.exampl"}, {"City": "Bonn"}, {}]
)
def test_a_record_that_does_not_really_agree_is_dropped(values: dict[str, str]) -> None:
    assert score(ACME, record("Vendors", "1", **values), vendor_search()) is None


def test_a_colleague_is_not_the_same_person() -> None:
    contacts = searches(target("zoho"), ACME, ORG)[0]
    colleague = record(
        "Contacts", "1", Full_Name="Kim Roe", Account_Name={"id": "2", "name": "Acme"}
    )
    assert score(ACME, colleague, contacts) is None


def test_a_namesake_in_the_same_company_is_surer_than_one_elsewhere() -> None:
    contacts = searches(target("zoho"), ACME, ORG)[0]
    here = record("Contacts", "1", Full_Name="Doe Pat", Account_Name={"id": "2", "name": "Acme"})
    there = record("Contacts", "2", Full_Name="Pat Doe", Account_Name={"id": "3", "name": "Apex"})
    first, second = score(ACME, here, contacts), score(ACME, there, contacts)
    assert first is not None
    assert second is not None
    assert first.score > second.score


def test_a_unique_field_that_agrees_is_all_but_certain() -> None:
    org = catalogue(custom("Suppliers", field("Tax_Number", unique=True)))
    search = search_for(default_targets(org)[-1].records[0], None, org)
    assert search is not None
    found = score(
        lead(Tax_Number="DE 123-456"), record("Suppliers", "1", Tax_Number="DE123456"), search
    )
    assert found is not None
    assert found.score == 0.95


@given(st.text(), st.text())
def test_likeness_has_no_sides(one: str, other: str) -> None:
    for kind in ("email", "phone", "website", "person", "company", "text"):
        assert (compare(kind, one, other) == "same") == (compare(kind, other, one) == "same")

"""Which scopes exist, and what they allow."""

import pytest

from emulator.scopes import allows, exists


@pytest.mark.parametrize(
    ("granted", "needed"),
    [
        ("ZohoCRM.modules.ALL", "ZohoCRM.modules.leads.READ"),
        ("ZohoCRM.modules.READ", "ZohoCRM.modules.leads.READ"),
        ("ZohoCRM.modules.leads.ALL", "ZohoCRM.modules.leads.CREATE"),
        ("ZohoCRM.modules.leads.READ", "ZohoCRM.modules.leads.READ"),
        ("zohocrm.MODULES.Leads.read", "ZohoCRM.modules.leads.READ"),
        ("ZohoCRM.modules.leads.WRITE", "ZohoCRM.modules.leads.UPDATE"),
        ("ZohoCRM.modules.custom.READ", "ZohoCRM.modules.x.READ|ZohoCRM.modules.custom.READ"),
        ("ZohoCRM.settings.ALL", "ZohoCRM.settings.fields.READ"),
        ("ZohoCRM.coql.READ", "ZohoCRM.coql.READ"),
        ("ZohoSearch.securesearch.READ", "ZohoSearch.securesearch.READ"),
        ("ZohoCRM.composite_requests.CUSTOM", "ZohoCRM.composite_requests.CUSTOM"),
        ("ZohoCRM.mass_convert.leads.CREATE", "ZohoCRM.mass_convert.leads.CREATE"),
    ],
)  # fmt: skip
def test_a_scope_allows_what_it_names_and_what_lies_within(granted, needed):
    assert allows([granted], needed)


@pytest.mark.parametrize(
    ("granted", "needed"),
    [
        ("ZohoCRM.modules.leads.READ", "ZohoCRM.modules.leads.CREATE"),
        ("ZohoCRM.modules.leads.ALL", "ZohoCRM.modules.contacts.READ"),
        ("ZohoCRM.modules.leads.WRITE", "ZohoCRM.modules.leads.DELETE"),
        ("ZohoCRM.modules.leads.WRITE", "ZohoCRM.modules.leads.READ"),
        ("ZohoCRM.settings.ALL", "ZohoCRM.modules.leads.READ"),
        ("ZohoCRM.modules.ALL", "ZohoCRM.coql.READ"),
        ("ZohoCRM.modules.ALL", "ZohoCRM.composite_requests.CUSTOM"),
        ("ZohoCRM.ALL", "ZohoCRM.modules.leads.READ"),
        ("ZohoCRM.modules.lead.READ", "ZohoCRM.modules.leads.READ"),
        ("ZohoCRM.modules.leads.READ", "ZohoCRM.modules.READ"),
    ],
)
def test_a_scope_allows_nothing_else(granted, needed):
    assert not allows([granted], needed)


def test_nothing_is_allowed_without_scopes():
    assert not allows([], "ZohoCRM.org.READ")


@pytest.mark.parametrize(
    "scope",
    [
        "ZohoCRM.modules.ALL",
        "ZohoCRM.modules.vendors.CREATE",
        "ZohoCRM.modules.custom.READ",
        "ZohoCRM.settings.layouts.READ",
        "ZohoCRM.settings.recycle_bin.UPDATE",
        "ZohoCRM.settings.ALL",
        "ZohoCRM.org.READ",
        "ZohoCRM.users.READ",
        "ZohoCRM.coql.READ",
        "ZohoCRM.notifications.ALL",
        "ZohoCRM.send_mail.all.CREATE",
        "ZohoCRM.mass_convert.leads.CREATE",
        "ZohoCRM.composite_requests.CUSTOM",
        "ZohoCRM.Files.CREATE",
        "ZohoSearch.securesearch.READ",
    ],
)
def test_a_scope_of_zoho_exists(scope):
    assert exists(scope)


@pytest.mark.parametrize(
    "scope",
    [
        "",
        "ZohoCRM",
        "ZohoCRM.ALL",
        "ZohoCRM.modules",
        "ZohoCRM.modules.EVERYTHING",
        "ZohoCRM.modules.unicorns.READ",
        "ZohoCRM.modules.leads.notes.READ",
        "ZohoCRM.settings.unicorns.READ",
        "ZohoCRM.unicorns.ALL",
        "ZohoCRM.composite_requests.READ",
        "Zoho.modules.ALL",
    ],
)
def test_an_invented_scope_does_not_exist(scope):
    assert not exists(scope)


def test_a_custom_module_is_a_module_in_scopes():
    assert exists("ZohoCRM.modules.Suppliers.READ", ["Suppliers"])

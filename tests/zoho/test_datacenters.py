"""Only Zoho's own hosts are ever called."""

import pytest

from extension.errors import InstallFailed
from extension.zoho.datacenters import known


@pytest.mark.parametrize(
    ("location", "accounts", "api"),
    [
        ("us", "https://accounts.zoho.com", "https://www.zohoapis.com"),
        ("eu", "https://accounts.zoho.eu", "https://www.zohoapis.eu"),
        ("in", "https://accounts.zoho.in", "https://www.zohoapis.in"),
        ("au", "https://accounts.zoho.com.au", "https://www.zohoapis.com.au"),
        ("jp", "https://accounts.zoho.jp", "https://www.zohoapis.jp"),
        ("cn", "https://accounts.zoho.com.cn", "https://www.zohoapis.com.cn"),
        ("ca", "https://accounts.zohocloud.ca", "https://www.zohoapis.ca"),
        ("sa", "https://accounts.zoho.sa", "https://www.zohoapis.sa"),
        ("uk", "https://accounts.zoho.uk", "https://www.zohoapis.uk"),
        ("ae", "https://accounts.zoho.ae", "https://www.zohoapis.ae"),
    ],
)
def test_a_region_is_found_by_each_of_its_names(location, accounts, api):
    centers = known()
    center = centers.by_location(location)
    assert (center.accounts, center.api) == (accounts, api)
    assert centers.by_accounts_server(accounts) is center
    assert centers.by_accounts_server(accounts + "/") is center
    assert centers.by_api_domain(api) is center


def test_only_the_region_that_no_crm_document_names_is_unverified():
    assert [center.location for center in known() if not center.verified] == ["ae"]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "accounts.zoho.com",
        "http://accounts.zoho.com",
        "https://accounts.zoho.com.evil.example",
        "https://evil.example",
        "https://accounts.zoho.com@evil.example",
        "https://accounts.zoho.com:8443",
        "https://accounts.zoho.com:notaport",
        "https://accounts.zoho.com/oauth",
        "https://accounts.zoho.com?x=1",
        "https://accounts.zoho.com#x",
        "https://[accounts.zoho.com",
        "javascript:alert(1)",
        "https://www.zohoapis.com",
    ],
)
def test_an_accounts_server_that_is_not_on_the_list_is_refused(url):
    with pytest.raises(InstallFailed) as refused:
        known().by_accounts_server(url)
    assert refused.value.code == "unknown_data_centre"


def test_an_api_domain_that_is_not_on_the_list_is_refused():
    with pytest.raises(InstallFailed):
        known().by_api_domain("https://accounts.zoho.com")


def test_a_location_that_is_not_on_the_list_is_refused():
    with pytest.raises(InstallFailed):
        known().by_location("atlantis")


def test_a_refusal_repeats_nothing_but_the_host():
    with pytest.raises(InstallFailed) as refused:
        known().by_accounts_server("https://evil.example/?code=1000.secret")
    assert "secret" not in str(refused.value.details)


def test_with_an_emulator_every_region_is_there_and_nowhere_else():
    centers = known("http://127.0.0.1:8001/")
    assert {(one.accounts, one.api) for one in centers} == {("http://127.0.0.1:8001",) * 2}
    assert centers.by_location("eu").location == "eu"
    assert centers.by_accounts_server("http://127.0.0.1:8001").api == "http://127.0.0.1:8001"
    with pytest.raises(InstallFailed):
        centers.by_accounts_server("https://accounts.zoho.com")


def test_an_emulator_needs_an_origin():
    with pytest.raises(ValueError, match="form"):
        known("127.0.0.1:8001")

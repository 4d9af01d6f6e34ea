"""Zoho's data centres: which hosts serve the accounts, the API and the CRM's own pages.

https://www.zoho.com/crm/developer/docs/api/v8/multi-dc.html
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DataCentre:
    """One region of Zoho; every org lives in exactly one."""

    location: str
    accounts_host: str
    api_host: str

    @property
    def accounts_url(self) -> str:
        return f"https://{self.accounts_host}"

    @property
    def api_url(self) -> str:
        return f"https://{self.api_host}"


DATA_CENTRES = {
    centre.location: centre
    for centre in (
        DataCentre("us", "accounts.zoho.com", "www.zohoapis.com"),
        DataCentre("eu", "accounts.zoho.eu", "www.zohoapis.eu"),
        DataCentre("in", "accounts.zoho.in", "www.zohoapis.in"),
        DataCentre("au", "accounts.zoho.com.au", "www.zohoapis.com.au"),
        DataCentre("jp", "accounts.zoho.jp", "www.zohoapis.jp"),
        DataCentre("cn", "accounts.zoho.com.cn", "www.zohoapis.com.cn"),
        DataCentre("ca", "accounts.zohocloud.ca", "www.zohoapis.ca"),
        DataCentre("sa", "accounts.zoho.sa", "www.zohoapis.sa"),
        DataCentre("uk", "accounts.zoho.uk", "www.zohoapis.uk"),
    )
}
BY_ACCOUNTS_HOST = {centre.accounts_host: centre for centre in DATA_CENTRES.values()}
BY_API_HOST = {centre.api_host: centre for centre in DATA_CENTRES.values()}

"""Which hosts belong to which of Zoho's regions, and no others.

https://www.zoho.com/crm/developer/docs/api/v8/multi-dc.html
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from extension.errors import InstallFailed


@dataclass(frozen=True, slots=True)
class DataCenter:
    """One region. `accounts` and `api` are origins, without a slash at the end.

    `verified` is false where Zoho's CRM documentation does not name the region.
    """

    location: str
    accounts: str
    api: str
    verified: bool = True

    @property
    def crm(self) -> str:
        """Where people see the CRM: beside the accounts server."""
        return self.accounts.replace("://accounts.", "://crm.")


KNOWN = (
    DataCenter("us", "https://accounts.zoho.com", "https://www.zohoapis.com"),
    DataCenter("eu", "https://accounts.zoho.eu", "https://www.zohoapis.eu"),
    DataCenter("in", "https://accounts.zoho.in", "https://www.zohoapis.in"),
    DataCenter("au", "https://accounts.zoho.com.au", "https://www.zohoapis.com.au"),
    DataCenter("jp", "https://accounts.zoho.jp", "https://www.zohoapis.jp"),
    DataCenter("cn", "https://accounts.zoho.com.cn", "https://www.zohoapis.com.cn"),
    DataCenter("ca", "https://accounts.zohocloud.ca", "https://www.zohoapis.ca"),
    DataCenter("sa", "https://accounts.zoho.sa", "https://www.zohoapis.sa"),
    DataCenter("uk", "https://accounts.zoho.uk", "https://www.zohoapis.uk"),
    # Other Zoho products are served from here; that CRM is, too, nobody has said.
    DataCenter("ae", "https://accounts.zoho.ae", "https://www.zohoapis.ae", verified=False),
)


@dataclass(frozen=True, slots=True)
class DataCenters:
    """The list. `accounts-server`, `location` and `api_domain` reach us through a browser or
    a third party's answer: what is not on the list is refused, never called."""

    listed: Mapping[str, DataCenter]

    def __iter__(self) -> Iterator[DataCenter]:
        return iter(self.listed.values())

    def by_location(self, name: str) -> DataCenter:
        found = self.listed.get(name.casefold())
        if found is None:
            raise _unknown(name[:20])
        return found

    def by_accounts_server(self, url: str) -> DataCenter:
        return self._by_origin("accounts", url)

    def by_api_domain(self, url: str) -> DataCenter:
        return self._by_origin("api", url)

    def _by_origin(self, kind: str, url: str) -> DataCenter:
        origin = _origin(url)
        for center in self.listed.values():
            if origin and getattr(center, kind) == origin:
                return center
        raise _unknown(origin or "no origin at all")


def known(emulator_url: str | None = None) -> DataCenters:
    """Zoho's regions; with an emulator, the same locations, every one of them at its URL."""
    if not emulator_url:
        return DataCenters({center.location: center for center in KNOWN})
    origin = _origin(emulator_url)
    if not origin:
        raise ValueError("The emulator's URL needs the form http://127.0.0.1:8001.")
    return DataCenters(
        {center.location: replace(center, accounts=origin, api=origin) for center in KNOWN}
    )


def _origin(url: str) -> str:
    """Scheme and host (and port) in one spelling; "" where the URL says any more than that."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    more = parts.path not in ("", "/") or parts.query or parts.fragment or "@" in parts.netloc
    if more or parts.scheme not in ("http", "https") or not parts.hostname:
        return ""
    return f"{parts.scheme}://{parts.hostname}" + (f":{port}" if port is not None else "")


def _unknown(said: str) -> InstallFailed:
    return InstallFailed(
        "Zoho sent you from a region that this extension does not know. "
        "Start again from the region where your organisation lives.",
        code="unknown_data_centre",
        details={"said": said[:80]},
    )

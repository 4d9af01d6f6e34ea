"""Every question that we ask Zoho, one function each; no I/O.

Where versions of the API want another shape, it is chosen here.
https://www.zoho.com/crm/developer/docs/api/v8/
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from extension.errors import ZohoRefused

from .protocol import Ask
from .versions import SINCE, V3, V5, Version

PER_PAGE = 200
MOST_COUNTS = 20
MOST_TOGETHER = 5
COMPOSITE_PLACES = 5
"""https://www.zoho.com/crm/developer/docs/api/v8/composite-api.html: each takes five of the calls
at once that an org may make, however few it carries."""


@dataclass(frozen=True, slots=True)
class Asks:
    """The questions, as one version of the API wants them put."""

    version: Version

    def offers(self, feature: str) -> bool:
        """Whether this version has the feature; see `versions.SINCE`."""
        return self.version >= SINCE[feature]

    def modules(self) -> Ask:
        return self._get("settings", "modules")

    def fields(self, module: str) -> Ask:
        return self._get("settings", "fields", module=module)

    def layouts(self, module: str) -> Ask:
        return self._get("settings", "layouts", module=module)

    def related_lists(self, module: str) -> Ask:
        return self._get("settings", "related_lists", module=module)

    def pipelines(self, layout_id: str) -> Ask:
        return self._get("settings", "pipeline", layout_id=layout_id)

    def profiles(self) -> Ask:
        return self._get("settings", "profiles")

    def profile(self, profile_id: str) -> Ask:
        return self._get("settings", "profiles", profile_id)

    def current_user(self) -> Ask:
        return self._get("users", type="CurrentUser")

    def users(self, page: int = 1) -> Ask:
        return self._get("users", type="ActiveUsers", page=str(page), per_page=str(PER_PAGE))

    def org(self) -> Ask:
        return self._get("org")

    def lead(self, lead_id: str) -> Ask:
        """The lead, converted or not: without `converted` Zoho hides the converted ones."""
        return self._get("Leads", lead_id, converted="both")

    def record(self, module: str, record_id: str) -> Ask:
        """https://www.zoho.com/crm/developer/docs/api/v8/get-records.html"""
        return self._get(module, record_id)

    def conversion_options(self, lead_id: str) -> Ask:
        """https://www.zoho.com/crm/developer/docs/api/v8/lead-conversion-options.html"""
        self._need("conversion_options")
        return self._get("Leads", lead_id, "__conversion_options")

    def search(
        self, module: str, criteria: str, limit: int = PER_PAGE, fields: Sequence[str] = ()
    ) -> Ask:
        """Records that match; within a composite request at most 25.

        https://www.zoho.com/crm/developer/docs/api/v8/search-records.html
        """
        params = {"criteria": criteria, "per_page": str(min(limit, PER_PAGE))}
        if fields:
            params["fields"] = ",".join(fields)
        return self._get(module, "search", **params)

    def related_counts(self, module: str, record_id: str, lists: Sequence[str]) -> Ask:
        """How many records these related lists hold; at most 20 lists. A POST that only reads."""
        self._need("related_counts")
        wanted = [{"related_list": {"api_name": name}} for name in lists[:MOST_COUNTS]]
        path = self._path(module, record_id, "actions", "get_related_records_count")
        return Ask("POST", path, json={"get_related_records_count": wanted})

    def count(self, module: str) -> Ask:
        """https://www.zoho.com/crm/developer/docs/api/v8/record-count.html"""
        return self._get(module, "actions", "count")

    def composite(self, asks: Mapping[str, Ask]) -> Ask:
        """Up to five questions in one call, each under its own name; see `composite.py`."""
        self._need("composite")
        if not 0 < len(asks) <= MOST_TOGETHER:
            raise ValueError(f"A composite request carries 1 to {MOST_TOGETHER} others.")
        return Ask(
            "POST",
            self._path("__composite_requests"),
            # Independent ones run in parallel unless told otherwise; the key for that has
            # another name in older versions, so it is left out.
            json={
                "rollback_on_fail": False,
                "__composite_requests": [_part(name, ask) for name, ask in asks.items()],
            },
            writes=any(ask.writes for ask in asks.values()),
            places=COMPOSITE_PLACES,
        )

    def convert(self, lead_id: str, wish: Mapping[str, Any]) -> Ask:
        """Zoho's own conversion. Ids of `Accounts`, `Contacts` and `assign_to` are given as plain
        strings, and sent as this version wants them.

        https://www.zoho.com/crm/developer/docs/api/v8/convert-lead.html
        """
        body = {
            key: self._reference(value)
            if key in ("Accounts", "Contacts", "assign_to") and isinstance(value, str)
            else value
            for key, value in wish.items()
        }
        path = self._path("Leads", lead_id, "actions", "convert")
        return Ask("POST", path, json={"data": [body]}, writes=True, heavy=True)

    def create_notes(self, module: str, parent_id: str, notes: Sequence[Mapping[str, str]]) -> Ask:
        """Notes of one record, each with `Note_Title` and `Note_Content`.

        https://www.zoho.com/crm/developer/docs/api/v8/create-notes.html
        """
        parent = self._parent(module, parent_id)
        rows = [{**note, **parent} for note in notes]
        return Ask("POST", self._path("Notes"), json={"data": rows}, writes=True)

    def _get(self, *segments: str, **params: str) -> Ask:
        return Ask("GET", self._path(*segments), params)

    def _path(self, *segments: str) -> str:
        """A reference to another part's answer (`@{…}`) stays as it is."""
        quoted = [part if part.startswith("@{") else quote(part, safe="") for part in segments]
        return "/".join(("", "crm", str(self.version), *quoted))

    def _need(self, feature: str) -> None:
        if not self.offers(feature):
            raise ZohoRefused(
                f"Version {self.version} of Zoho's API does not offer this; "
                f"{SINCE[feature]} and later do. An administrator can set a later one.",
                zoho_code="API_NOT_SUPPORTED",
            )

    def _reference(self, record_id: str) -> str | dict[str, str]:
        return {"id": record_id} if self.version >= V3 else record_id

    def _parent(self, module: str, record_id: str) -> dict[str, Any]:
        if self.version >= V5:
            return {"Parent_Id": {"module": {"api_name": module}, "id": record_id}}
        return {"Parent_Id": record_id, "se_module": module}


def _part(name: str, ask: Ask) -> dict[str, Any]:
    part: dict[str, Any] = {"sub_request_id": name, "method": ask.method, "uri": ask.path}
    for key, value in (("params", ask.params), ("headers", ask.headers), ("body", ask.json)):
        if value:
            part[key] = dict(value)
    return part

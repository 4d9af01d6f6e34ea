"""What we ask of Zoho to set an org up for us; no I/O."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .asks import PER_PAGE, Asks
from .protocol import Ask

AUTOMATION = ("settings", "automation")


@dataclass(frozen=True, slots=True)
class SetupAsks(Asks):
    """The questions and writes about fields beside those of `Asks`."""

    def create_field(self, module: str, field: Mapping[str, Any]) -> Ask:
        """https://www.zoho.com/crm/developer/docs/api/v8/create-custom-field.html"""
        self._need("setup")
        path = self._path("settings", "fields")
        return Ask("POST", path, {"module": module}, json={"fields": [dict(field)]}, writes=True)

    def change_field(self, module: str, field_id: str, changes: Mapping[str, Any]) -> Ask:
        """https://www.zoho.com/crm/developer/docs/api/v8/update-custom-field.html"""
        self._need("setup")
        path = self._path("settings", "fields", field_id)
        body = {"fields": [dict(changes)]}
        return Ask("PATCH", path, {"module": module}, json=body, writes=True)

    def automation(self, kind: str, page: int = 1) -> Ask:
        """All `webhooks`, or all `workflow_rules`, in summary.

        https://www.zoho.com/crm/developer/docs/api/v8/get-workflows-rules.html
        """
        self._need("setup")
        return self._get(*AUTOMATION, kind, module="Leads", page=str(page), per_page=str(PER_PAGE))

    def one_of(self, kind: str, ident: str) -> Ask:
        self._need("setup")
        return self._get(*AUTOMATION, kind, ident)

    def make(self, kind: str, body: Mapping[str, Any]) -> Ask:
        """https://www.zoho.com/crm/developer/docs/api/v8/config-workflow.html"""
        self._need("setup")
        return Ask("POST", self._path(*AUTOMATION, kind), json={kind: [dict(body)]}, writes=True)

    def remove(self, kind: str, ident: str) -> Ask:
        """https://www.zoho.com/crm/developer/docs/api/v8/delete-workflow.html"""
        self._need("setup")
        return Ask("DELETE", self._path(*AUTOMATION, kind, ident), writes=True)

    def change(self, kind: str, ident: str, body: Mapping[str, Any]) -> Ask:
        """https://www.zoho.com/crm/developer/docs/api/v8/update-workflow.html"""
        self._need("setup")
        path = self._path(*AUTOMATION, kind, ident)
        return Ask("PUT", path, json={kind: [dict(body)]}, writes=True)

"""What we ask of Zoho to set an org up for us; no I/O."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .asks import Asks
from .protocol import Ask


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

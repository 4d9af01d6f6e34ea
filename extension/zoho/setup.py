"""Sets Zoho CRM up as one person: a method for each thing that we make or repair."""

from extension.planning.own_fields import OwnField

from . import outcomes
from .client import MOST_PAGES, Crm
from .outcomes import RowOutcome
from .protocol import Json, listed, more_follow
from .setup_asks import SetupAsks
from .values import text


class Setup:
    """Each write is one HTTP call. Refusals are values; the failure of a call is raised."""

    def __init__(self, crm: Crm) -> None:
        self.crm = crm
        self._asks = SetupAsks(crm.asks.version)

    def create_field(self, module: str, own: OwnField) -> RowOutcome:
        field = {
            "field_label": own.label,
            "data_type": own.data_type,
            "length": own.length,
            "tooltip": {"name": "info_icon", "value": own.tooltip},
            **({"unique": {"case_sensitive": False}} if own.unique else {}),
        }
        payload = self.crm.ask(self._asks.create_field(module, field))
        [outcome] = outcomes.rows(payload, 1, under="fields", creates=True)
        return outcome

    def repair_field(self, module: str, field_id: str, own: OwnField) -> RowOutcome:
        """Unique, and as long as ours must be."""
        changes = {
            "length": own.length,
            **({"unique": {"case_sensitive": False}} if own.unique else {}),
        }
        payload = self.crm.ask(self._asks.change_field(module, field_id, changes))
        [outcome] = outcomes.rows(payload, 1, under="fields", ids=[field_id])
        return outcome

    def named(self, kind: str, name: str) -> Json | None:
        """The webhook, or the workflow rule, of this name, in full; None where there is none. The
        oldest, should somebody have copied it."""
        found = [one for one in self.every(kind) if text(one, "name") == name]
        if not found:
            return None
        ident = min((text(one, "id") for one in found), key=lambda one: (len(one), one))
        return self.numbered(kind, ident)

    def every(self, kind: str) -> list[Json]:
        """All webhooks, or all workflow rules, in summary."""
        found = list[Json]()
        for page in range(1, MOST_PAGES + 1):
            payload = self.crm.ask(self._asks.automation(kind, page))
            found += listed(payload, kind)
            if not more_follow(payload):
                break
        return found

    def numbered(self, kind: str, ident: str) -> Json | None:
        """One of those that there are, in full."""
        return next(iter(listed(self.crm.ask(self._asks.one_of(kind, ident)), kind)), None)

    def stands(self, kind: str, ident: str) -> bool:
        """Whether there is one of this id."""
        return any(text(one, "id") == ident for one in self.every(kind))

    def make(self, kind: str, body: Json) -> RowOutcome:
        payload = self.crm.ask(self._asks.make(kind, body))
        [outcome] = outcomes.rows(payload, 1, under=kind, creates=True)
        return outcome

    def change(self, kind: str, ident: str, body: Json) -> RowOutcome:
        payload = self.crm.ask(self._asks.change(kind, ident, body))
        [outcome] = outcomes.rows(payload, 1, under=kind, ids=[ident])
        return outcome

    def remove(self, kind: str, ident: str) -> RowOutcome:
        payload = self.crm.ask(self._asks.remove(kind, ident))
        [outcome] = outcomes.rows(payload, 1, under=kind, ids=[ident])
        return outcome

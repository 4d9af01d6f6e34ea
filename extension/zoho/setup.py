"""Sets Zoho CRM up as one person: a method for each thing that we make or repair."""

from extension.planning.own_fields import OwnField

from . import outcomes
from .client import Crm
from .outcomes import RowOutcome
from .setup_asks import SetupAsks


class Setup:
    """Each method is one HTTP call. Refusals are values; the failure of a call is raised."""

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

"""The file of a lead makes it again: what people wrote into it, in fields of every type."""

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extension.planning.business import is_business
from extension.planning.salvage import restored

from .judge import NOBODYS, same
from .play import lead_of
from .values import lead_values
from .zoho import Stage


def test_a_lead_that_is_made_of_its_file_is_as_it_was(crm: Stage) -> None:
    leads = crm.catalogue.modules["Leads"].fields
    ours = {name: one for name, one in leads.items() if one.data_type not in NOBODYS}
    wide = st.fixed_dictionaries({}, optional=lead_values(crm.org.things))
    met = set[str]()

    @settings(max_examples=60, derandomize=True, database=None,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(wide)
    def made_again(values: dict[str, Any]) -> None:
        before = lead_of(crm, crm.admin, {**values, "Tag": [{"name": "vip"}]}).record
        file = json.loads(json.dumps(before.values))
        [answer] = crm.admin.write("Leads", [restored(file, crm.catalogue)])
        assert answer.id, answer.entry
        after = crm.admin.lead(answer.id).record
        for name, one in ours.items():
            held = before.values.get(name)
            met.update([one.data_type] if held else [])
            assert not is_business(one) or same(after.values.get(name), held, one), name
        for name in ("Owner", "Layout", "Tag"):
            assert after.values[name] == before.values[name]
        crm.clear("Leads")

    made_again()
    assert {one.data_type for one in ours.values() if is_business(one) and not one.read_only} <= met

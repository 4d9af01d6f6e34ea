"""Plays one conversion of Zoho's own through, and compares what it made with what was planned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from extension.planning.carry import Carried, Lost
from extension.planning.choices import Choices, RecordChoice
from extension.planning.plan import Facts, Plan, draw_up
from extension.planning.planned import PlannedField, PlannedRecord, ValueFate
from extension.planning.records import Field, Lead, Record
from extension.planning.steps import ConvertInZoho
from extension.planning.targets import zoho_target

from .judge import NOBODYS, Tally, as_before, same, unchanged, untouched
from .org import CONVERTED
from .play import TODAY, lead_of, standing
from .zoho import Json, Stage, Zoho

DEALS = "Deals"
NAMES = {"Contacts": {"Last_Name": "Roe"}, "Accounts": {"Account_Name": "Roe"}}


@dataclass(frozen=True)
class Conversion:
    """A lead to be, what is typed in for its deal, and what records stand in."""

    values: Mapping[str, Any]
    deal: Mapping[str, Any] | None = None
    standing: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Contacts or Accounts -> what the record holds that stands in for a new one."""
    as_rep: bool = False


def convert(stage: Stage, case: Conversion, tally: Tally) -> None:
    """One lead, one plan, one conversion; what disagrees is noted in the tally."""
    who = stage.rep if case.as_rep else stage.admin
    try:
        lead = lead_of(stage, who, case.values)
        before = {
            name: standing(who, name, {**NAMES[name], **held})
            for name, held in case.standing.items()
        }
        plan = draw_up(lead, zoho_target(stage.catalogue), _choices(case, before),
                       stage.catalogue, _facts(who, lead, before))  # fmt: skip
        _Converted(stage, who, lead, plan, before, tally).carry_out()
    finally:
        stage.clear("Leads", "Contacts", "Deals")


def _choices(case: Conversion, before: Mapping[str, Json]) -> Choices:
    records = {name: RecordChoice(link=record["id"]) for name, record in before.items()}
    if case.deal is not None:
        records[DEALS] = RecordChoice(values=case.deal)
    return Choices("zoho", records, salvage=False)


def _facts(who: Zoho, lead: Lead, before: Mapping[str, Json]) -> Facts:
    found: dict[str, Sequence[Record] | None] = {
        name: [Record(name, record["id"], record)] for name, record in before.items()
    }
    return Facts(who.user, TODAY, who.crm.conversion_options(lead.record.id), found)


@dataclass(frozen=True)
class _Converted:
    stage: Stage
    who: Zoho
    lead: Lead
    plan: Plan
    before: Mapping[str, Json]
    tally: Tally

    @property
    def leads(self) -> Mapping[str, Field]:
        return self.stage.catalogue.modules["Leads"].fields

    def carry_out(self) -> None:
        [step] = [one for one in self.plan.steps if isinstance(one, ConvertInZoho)]
        answer = self.who.convert(step)
        if self.plan.blockers:
            self.tally.blocked()
            if not answer.code:
                codes = [one.code for one in self.plan.blockers]
                self.tally.disagree("needless blocker", "convert", codes=codes)
            return
        if answer.code:
            self.tally.disagree("Zoho refuses", answer.field, says=answer.entry)
            return
        made = {name: (answer.entry or {}).get(name) for name in CONVERTED}
        records = {name: self.who.record(name, one["id"]) for name, one in made.items() if one}
        if set(records) != {one.key for one in self.plan.records}:
            self.tally.disagree("other records", "convert", made=sorted(records))
            return
        for one in self.plan.records:
            self._compare(one, records)
        for fate in self.plan.fates:
            self._fate(fate, records)

    def _compare(self, one: PlannedRecord, records: Mapping[str, Json]) -> None:
        record = records[one.key]
        planned = {each.field.api_name: each for each in one.fields}
        for each in planned.values():
            if each.link and not isinstance(each.verdict, Lost):
                self._joined(each, record, records)
            else:
                self._field(each, one.key, record)
        for name, known in one.module.fields.items():
            ours = name.startswith(f"{one.key[0]}_") and known.data_type not in NOBODYS
            if ours and name in record and name not in planned:
                self._left_alone(one.key, known, record[name])

    def _joined(self, one: PlannedField, record: Json, records: Mapping[str, Json]) -> None:
        stored, wanted = record.get(one.field.api_name), records[one.link]["id"]
        self.tally.case("joined", one.verdict, [], one.field)
        if not isinstance(stored, dict) or stored["id"] != wanted:
            self.tally.disagree("predicted otherwise", one.field.api_name, stored=stored)

    def _left_alone(self, key: str, known: Field, stored: Any, why: str = "") -> None:
        """Nothing was foreseen: a new record holds nothing there, another one what it held."""
        before = self.before.get(key)
        if before is None and known.data_type == "boolean" and stored is False:
            # The lead's own box is not ticked, which is nothing to foresee.
            return
        same_as_ever = (
            untouched(stored, known) if before is None
            else as_before(before[known.api_name], stored)
        )  # fmt: skip
        if not same_as_ever:
            what = "lost but there" if why else "stands unforeseen"
            self.tally.disagree(
                what, known.api_name, why=why, stored=stored, held=self._held(known)
            )

    def _held(self, known: Field) -> Any:
        return self.lead.record.values.get(f"L_{known.api_name[2:]}")

    def _field(self, one: PlannedField, key: str, record: Json) -> None:
        name, verdict = one.field.api_name, one.verdict
        sort = "typed in" if one.typed else "mapped"
        self.tally.case(sort, verdict, [self.leads[each] for each in one.sources], one.field)
        if name not in record:
            return
        if isinstance(verdict, Lost):
            self._left_alone(key, one.field, record[name], verdict.why.key)
        elif not same(record[name], verdict.value, one.field):
            self.tally.disagree("predicted otherwise", name, value=verdict.value,
                                stored=record[name])  # fmt: skip

    def _fate(self, fate: ValueFate, records: Mapping[str, Json]) -> None:
        """A carried value stands in one of its places as the lead holds it; a lost one was to go
        somewhere, and stands in none of those places."""
        source, modules = fate.held.field, self.stage.catalogue.modules
        if isinstance(fate.verdict, Carried):
            places = [(modules[key].fields[name], records[key]) for key, name in fate.places]
            stored = [record.get(to.api_name) for to, record in places]
            whole = [
                unchanged(fate.held.value, one, source, to)
                for one, (to, _) in zip(stored, places, strict=True)
            ]
            if not any(whole):
                held = fate.held.value
                self.tally.disagree("carried but changed", source.api_name, held=held, there=stored)
        elif isinstance(fate.verdict, Lost):
            self.tally.case("left behind", fate.verdict, [source], source)

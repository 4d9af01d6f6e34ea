"""Plays one case through: the lead is made, the plan drawn up and carried out, and all compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from extension.planning.business import is_empty, value_of
from extension.planning.carry import Carried, Lost, can_carry, shown
from extension.planning.choices import Choices, RecordChoice
from extension.planning.plan import Facts, Plan, draw_up
from extension.planning.planned import PlannedField, PlannedRecord, ValueFate
from extension.planning.policies import Merge
from extension.planning.records import Field, Lead, Record
from extension.planning.rules import Constant, FirstOf, FromField, Rule
from extension.planning.steps import Create
from extension.planning.targets import Target, TargetRecord

from .judge import NOBODYS, Tally, as_before, same, unchanged, untouched
from .zoho import Answered, Json, Stage, Zoho, body_of, changes_of

CARD = "Cards"
TODAY = date(2026, 1, 31)
TRIES = 60
OURS = {
    "kept": "what an existing record holds is not replaced unless somebody says so",
    "cannot_append": "the same",
    "type_mismatch.lines": "Zoho keeps several lines in a field of one, where people see one",
    "type_mismatch.files": "a file must be uploaded anew; here its old id would do",
    "type_mismatch.rows": "the rows of a subform have fields of their own, which no rule names",
}
"""Why a value that Zoho may take is lost all the same."""


@dataclass(frozen=True)
class Case:
    """A lead to be, the rules for its card, and what is typed in."""

    values: Mapping[str, Any]
    rules: Mapping[str, Rule]
    typed: Mapping[str, Any] = field(default_factory=dict)
    turned_away: Mapping[str, tuple[Any, str]] = field(default_factory=dict)
    """What our door did not let in: field, value and why."""
    sources: Mapping[str, str] = field(default_factory=dict)
    standing: Mapping[str, Any] | None = None
    """What the card holds that is there already and stands in for a new one."""
    merge: Mapping[str, Merge] = field(default_factory=dict)
    merge_default: Merge = "fill_blanks"
    layout: int = 0
    scores: Sequence[int] = ()
    as_rep: bool = False

    def rule(self, name: str) -> Rule | None:
        source = self.sources.get(name)
        return FromField(source) if source else self.rules.get(name)

    def target(self) -> Target:
        """The card, with a vendor and an account that its lookups can point at."""
        others = (("Vendor", "Vendors", "Vendor_Name"), ("Account", "Accounts", "Account_Name"))
        made = tuple(
            TargetRecord(key, module, {}, rules={name: Constant("Made")})
            for key, module, name in others
        )
        card = TargetRecord(CARD, CARD, {}, rules=self.rules, merge_default=self.merge_default)
        return Target("cards", "Card", "records", (*made, card))


def lead_of(stage: Stage, who: Zoho, values: Mapping[str, Any], scores: Sequence[int] = ()) -> Lead:
    """The lead with those of the values that Zoho takes, as the API then reads it."""
    row = dict(values)
    for _ in range(TRIES):
        [answer] = who.write("Leads", [row])
        if answer.id:
            break
        if answer.code == "MANDATORY_NOT_FOUND":
            row[answer.field] = "Acme"
        else:
            del row[answer.field]
    for score in scores:
        stage.org.world.add_record("Visits", {"Lead": {"id": answer.id}, "Score": score})
    return who.lead(answer.id)


def play(stage: Stage, case: Case, tally: Tally) -> None:
    """One lead, one plan, one card; what disagrees is noted in the tally."""
    who = stage.rep if case.as_rep else stage.admin
    try:
        lead = lead_of(stage, who, case.values, case.scores)
        before = None if case.standing is None else standing(who, CARD, case.standing)
        choices = _choices(stage, case, before)
        cards = [Record(CARD, before["id"], before)] if before else []
        facts = Facts(who.user, TODAY, found={CARD: cards}, named=_named(stage, lead))
        plan = draw_up(lead, case.target(), choices, stage.catalogue, facts)
        _Play(stage, case, who, lead, plan, before, tally).carry_out()
    finally:
        stage.clear("Leads", "Visits", CARD)


def standing(who: Zoho, module: str, held: Mapping[str, Any]) -> Json:
    """A record that is there already, as the API reads it; with what Zoho takes of that."""
    row = dict(held)
    while not (answer := who.write(module, [row])[0]).id:
        del row[answer.field]
    return who.record(module, answer.id)


def _choices(stage: Stage, case: Case, before: Json | None) -> Choices:
    layout = stage.catalogue.modules[CARD].layouts[case.layout]
    chosen = RecordChoice(
        link=before["id"] if before else "", layout=layout.id, values=case.typed,
        sources=case.sources, merge=case.merge,
    )  # fmt: skip
    return Choices("cards", {CARD: chosen}, salvage=False)


def _named(stage: Stage, lead: Lead) -> dict[tuple[str, str], tuple[str, ...]]:
    """What a search by each of the lead's texts finds."""
    texts = {shown(value).strip() for value in lead.record.values.values()} - {""}
    names = stage.org.things.names
    modules = ("Vendors", "Accounts", "Leads")
    return {(module, text): names.get((module, text), ()) for module in modules for text in texts}


@dataclass(frozen=True)
class _Play:
    stage: Stage
    case: Case
    who: Zoho
    lead: Lead
    plan: Plan
    before: Json | None
    tally: Tally

    @property
    def card(self) -> PlannedRecord:
        [found] = [one for one in self.plan.records if one.key == CARD]
        return found

    @property
    def leads(self) -> Mapping[str, Field]:
        return self.stage.catalogue.modules["Leads"].fields

    def carry_out(self) -> None:
        made: dict[str, str] = {}
        creates = [one for one in self.plan.steps if isinstance(one, Create)]
        for step in creates:
            if step.record != CARD:
                [answer] = self.who.write(step.module, [body_of(step, made)])
                made[step.record] = answer.id
        bodies = [body_of(one, made) for one in creates if one.record == CARD]
        bodies += changes_of(self.plan.steps, made)
        if self.plan.blockers:
            self._must_be_refused(bodies)
            return
        card = self.before["id"] if self.before else ""
        for body in bodies:
            card = self._written(body).id
        record = self.who.record(CARD, card)
        self._compare(record, made)
        self._force(record)

    def _must_be_refused(self, bodies: Sequence[Json]) -> None:
        """A plan that says that it cannot be carried out is right if Zoho refuses it."""
        self.tally.blocked()
        if all(self._write(body).id for body in bodies):
            codes = [one.code for one in self.plan.blockers]
            self.tally.disagree("needless blocker", CARD, codes=codes)

    def _write(self, body: Json) -> Answered:
        [answer] = self.who.write(CARD, [body], "PUT" if "id" in body else "POST")
        return answer

    def _written(self, body: Json) -> Answered:
        """A field that Zoho refuses is one disagreement; the others go on."""
        row = dict(body)
        for _ in range(TRIES):
            answer = self._write(row)
            if answer.id:
                return answer
            assert answer.field in row, answer
            value = row.pop(answer.field)
            self.tally.disagree("Zoho refuses", answer.field, value=value, says=answer.entry,
                                rule=self.case.rule(answer.field))  # fmt: skip
        raise AssertionError(answer)

    def _compare(self, record: Json, made: Mapping[str, str]) -> None:
        planned = {one.field.api_name: one for one in self.card.fields}
        for one in planned.values():
            self._field(one, record, made)
        for name, known in self.card.module.fields.items():
            foreseen = name in planned or known.data_type in NOBODYS or not name.startswith("T_")
            if name in record and not foreseen and not self._as_ever(record[name], known):
                self.tally.disagree("stands unforeseen", name, stored=record[name])
        for fate in self.plan.fates:
            self._fate(fate, record)

    def _field(self, one: PlannedField, record: Json, made: Mapping[str, str]) -> None:
        name, verdict = one.field.api_name, one.verdict
        rule = None if one.typed else self.case.rule(name)
        sort = type(rule).__name__ if rule else "typed in" if one.typed else "by default"
        self.tally.case(sort, verdict, [self.leads[each] for each in one.sources], one.field)
        stored, told = record.get(name), self.tally.disagree
        if one.link:
            if (stored or {}).get("id") != made[one.link]:
                told("points elsewhere", name, stored=stored)
        elif isinstance(verdict, Lost):
            blank = name not in record or one.field.data_type in NOBODYS
            if not blank and not self._as_ever(stored, one.field):
                told("lost but there", name, why=verdict.why.key, stored=stored)
        elif not same(stored, verdict.value, one.field):
            told("predicted otherwise", name, rule=rule, value=verdict.value, stored=stored)

    def _as_ever(self, stored: Any, known: Field) -> bool:
        """Whether nobody wrote into the field: it holds what it held, or starts with."""
        if self.before is None:
            return untouched(stored, known)
        return as_before(self.before.get(known.api_name), stored)

    def _fate(self, fate: ValueFate, record: Json) -> None:
        """A value that is "carried" stands in one of its places as the lead holds it."""
        if not isinstance(fate.verdict, Carried):
            return
        source, planned = fate.held.field, {one.field.api_name: one for one in self.card.fields}
        carried = [
            planned[name].field
            for _, name in fate.places
            if isinstance(planned[name].verdict, Carried)
        ]
        stored = [record.get(to.api_name) for to in carried]
        pairs = zip(stored, carried, strict=True)
        if not any(unchanged(fate.held.value, one, source, to) for one, to in pairs):
            held = fate.held.value
            self.tally.disagree("carried but changed", source.api_name, held=held, there=stored)

    def _force(self, record: Json) -> None:
        """Write by force what Zoho is said not to take: it must refuse, or alter it."""
        fields, layout = self.card.module.fields, {"Layout": {"id": record["Layout"]["id"]}}
        lost = [(one.field.api_name, self._raw(one), _key(one)) for one in self.card.fields]
        lost += [(name, value, why) for name, (value, why) in self.case.turned_away.items()]
        tried = [one for one in lost if not is_empty(one[1]) and one[2] and one[2] not in OURS]
        rows = [{"Name": "Forced", **layout, name: raw} for name, raw, _ in tried]
        answers = self.who.write(CARD, rows)
        for (name, raw, why), answer in zip(tried, answers, strict=True):
            self.tally.refused += 1
            stored = self.who.record(CARD, answer.id) if answer.id else {}
            if name in stored and same(stored[name], raw, fields[name]):
                self.tally.disagree("lost needlessly", name, why=why, value=raw)

    def _raw(self, one: PlannedField) -> Any:
        """The value that was lost, where Zoho's answer to it says something: not where the types
        of the two fields alone decide."""
        name = one.field.api_name
        if one.typed:
            return self.case.typed.get(name)
        match self.case.rule(name):
            case Constant(value):
                return value
            case FromField() | FirstOf():
                # Without a source it is what stands in where all are empty.
                for source in one.sources:
                    if can_carry(self.leads[source], one.field):
                        return value_of(self.lead.record.values, source)
        return None


def _key(one: PlannedField) -> str:
    """Why it is lost; "" for what is not."""
    return one.verdict.why.key if isinstance(one.verdict, Lost) else ""

"""What this lead can become now, and if not, why not."""

from collections.abc import Iterable

from extension.planning import demands, obstacles
from extension.planning.business import leads_of
from extension.planning.carry import Lost
from extension.planning.choices import Choices, RecordChoice
from extension.planning.conversion import zoho_option
from extension.planning.demands import ToFill
from extension.planning.layouts import as_laid_out
from extension.planning.mapping import Fate
from extension.planning.obstacles import hidden_of
from extension.planning.option import Option, Options, as_json, related
from extension.planning.parts import Asked, outline
from extension.planning.plan_records import not_meant, the_rest
from extension.planning.planned import Facts, ValueFate, given, planned
from extension.planning.reasons import Reason, say
from extension.planning.records import Catalogue, Lead
from extension.planning.targets import Target

__all__ = ["Facts", "Options", "as_json", "work_out"]


def work_out(
    lead: Lead, targets: Iterable[Target], catalogue: Catalogue, facts: Facts
) -> Options:  # fmt: skip
    """Every target with its matches, blockers, losses and what is to fill in.

    What is possible comes first; otherwise Zoho's conversion, then as the targets are given.
    """
    asked = Asked(lead, facts.user, catalogue, facts.zoho_says, facts.found)
    closed = obstacles.of_lead(lead, facts.zoho_says)
    every = [
        _by_zoho(one, asked, facts, closed)
        if one.kind == "zoho"
        else _by_us(one, asked, facts, closed)
        for one in targets
    ]
    ranked = sorted(every, key=lambda one: (not one.available, one.kind != "zoho"))
    warnings = [
        *hidden_of(leads_of(catalogue), facts.user.profile),
        *(warning for one in ranked for warning in one.warnings),
    ]
    once = {(one.code, one.message): one for one in warnings}
    return Options(lead, related(lead, catalogue), tuple(ranked), tuple(once.values()))


def _by_zoho(target: Target, asked: Asked, facts: Facts, closed: tuple[Reason, ...]) -> Option:
    return zoho_option(target, asked, (*closed, *not_meant(target, asked.lead, facts)))


def _by_us(target: Target, asked: Asked, facts: Facts, closed: tuple[Reason, ...]) -> Option:
    """A target whose records we create, as its plan would be if nothing were chosen."""
    blockers = [*closed, *not_meant(target, asked.lead, facts)]
    to_fill, shapes, made, warnings = list[ToFill](), [], [], list[Reason]()
    read = given(asked.lead, asked.catalogue, facts)
    for record in target.records:
        module = asked.catalogue.modules.get(record.module)
        if module is None:
            blockers.append(say("module_hidden", module=record.module, label=record.module))
            continue
        shape, said = outline(record, module, asked, layout_id=record.layout)
        shapes.append(shape)
        warnings += said
        if not record.optional:
            module = as_laid_out(module, shape.layout)
            one = planned(record, module, shape.layout, RecordChoice(), read)
            demand = demands.of_record(
                record.key, module, shape.layout, one.filled, facts.user.profile
            )
            blockers += [*obstacles.of_module(module, facts.user), *demand.blockers]
            to_fill += demand.to_fill
            made.append(one)
    rest = the_rest(asked.lead, target, Choices(target.key), made, asked.catalogue)
    left = rest.blockers(asked.lead, asked.catalogue, facts.user)
    return Option(
        target=target.key,
        kind="records",
        label=target.label,
        blockers=(*blockers, *left),
        choosable=not blockers,
        records=tuple(shapes),
        fates=tuple(_fate(one) for one in rest.fates),
        to_fill=tuple(to_fill),
        warnings=tuple(warnings),
    )


def _fate(one: ValueFate) -> Fate:
    return Fate(one.held, loss=one.verdict.why if isinstance(one.verdict, Lost) else None)

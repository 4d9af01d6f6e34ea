"""Drawing up plans: our own CPU alone, since nothing is asked of anybody."""

import statistics
import time
from collections.abc import Callable
from datetime import date

from extension.planning import lint, plan_view
from extension.planning.choices import Choices
from extension.planning.plan import draw_up
from extension.planning.planned import Facts
from extension.planning.records import Catalogue, Choice, Field, Lead, Module, Profile, Record, User
from extension.planning.targets import Target, TargetRecord

FIELDS = 120
TARGETS = 20
REPEATS = 300
CHOICES = tuple(Choice(f"value {number}", f"Label {number}") for number in range(30))
HELD: dict[str, object] = {
    "text": "Nhà máy Thép Hòa Phát",
    "textarea": "First line\nsecond line",
    "email": "an.nguyen@hoaphat.example",
    "phone": "+84 24 3974 7751",
    "picklist": "value 17",
    "integer": 250,
    "currency": 1234.56,
    "date": "2026-01-31",
    "datetime": "2026-01-31T09:00:00+07:00",
    "boolean": True,
}
REP = User("1", "Robin Rep", "robin@seller.example", Profile("2", "Sales"))

Rows = list[tuple[str, ...]]
HEADER = (f"planning, a lead with {FIELDS} fields", "p50 ms", "p99 ms")


def measure() -> list[tuple[tuple[str, ...], Rows]]:
    """The table of this benchmark."""
    org, lead, target = _org(), _lead(), _target("cards")
    choices, facts = Choices("cards"), Facts(REP, date(2026, 1, 31))
    plan = draw_up(lead, target, choices, org, facts)
    targets = tuple(_target(f"cards-{number}") for number in range(TARGETS))
    every = [
        ("the plan", lambda: draw_up(lead, target, choices, org, facts)),
        ("its digest", lambda: plan.digest),
        (
            "its JSON, with the digest and rescues",
            lambda: plan_view.as_json(plan, lead, target, choices, REP.profile),
        ),
        (f"lint of {TARGETS} targets, {FIELDS} rules each", lambda: lint.lint(targets, org)),
    ]
    return [(HEADER, [(what, *_timed(work)) for what, work in every])]


def _timed(work: Callable[[], object]) -> tuple[str, str]:
    spent = []
    for _ in range(REPEATS):
        began = time.process_time()
        work()
        spent.append((time.process_time() - began) * 1000)
    whole = statistics.quantiles(spent, n=100)
    return f"{whole[49]:.2f}", f"{whole[98]:.2f}"


def _fields() -> dict[str, Field]:
    kinds = list(HELD)
    found = [
        Field(
            f"Field_{number}", f"Field {number}", kinds[number % len(kinds)],
            max_length=200, decimal_places=2, custom=True, choices=CHOICES,
        )
        for number in range(FIELDS)
    ]  # fmt: skip
    return {one.api_name: one for one in found}


def _org() -> Catalogue:
    leads = Module("Leads", "1", "Lead", "Leads", fields=_fields())
    cards = Module("Cards", "2", "Card", "Cards", kind="custom", fields=_fields())
    return Catalogue({"Leads": leads, "Cards": cards})


def _lead() -> Lead:
    values = {name: HELD[one.data_type] for name, one in _fields().items()}
    return Lead(Record("Leads", "7", values), {"Notes": 2, "Attachments": 1})


def _target(key: str) -> Target:
    mapping = {name: name for name in _fields()}
    return Target(key, "Card", "records", (TargetRecord("card", "Cards", mapping),))

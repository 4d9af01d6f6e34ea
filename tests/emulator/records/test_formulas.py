"""The formula language that computed fields are written in."""

import pytest

from emulator.crm.formula import work_out

FIELDS = {"Amount": 200, "Rate": 12.5, "Name": "Acme", "Empty": None, "Vip": True}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("7 - 2 - 1", 4),
        ("-${Deals.Amount} / 4", -50),
        ("${Deals.Amount} * ${Deals.Rate} / 100", 25),
        ("10 % 4", 2),
        ("If(${Deals.Amount} >= 200, 'big', 'small')", "big"),
        ("If(${Deals.Amount} != 200 || ${Deals.Vip}, 1, 0)", 1),
        ("If(${Deals.Vip} && !${Deals.Vip}, 1, 0)", 0),
        ("Concat(${Deals.Name}, ' ', ${Deals.Empty}, '!')", "Acme !"),
        ("Len(${Deals.Name})", 4),
        ("Upper(Trim(' a '))", "A"),
        ("Max(1, 5, 3) - Min(1, 5)", 4),
        ("Ceil(1.2) + Floor(1.8) + Abs(-1)", 4),
        ("IsEmpty(${Deals.Empty})", True),
        ("And(1 == 1, Or(1 == 2, Not(1 > 2)))", True),
    ],
)
def test_an_expression_is_worked_out(expression, expected):
    assert work_out(expression, FIELDS.get) == expected


@pytest.mark.parametrize(
    "expression",
    [
        "${Deals.Empty} * 2",
        "${Deals.Unknown} + 1",
        "1 / 0",
        "${Deals.Name} * ${Deals.Name}",
        "Nothing(1)",
        "Lower()",
    ],
)
def test_an_expression_without_a_value_leaves_the_field_blank(expression):
    assert work_out(expression, FIELDS.get) is None

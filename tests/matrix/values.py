"""Values of every type for leads and for what people type in: plain ones, and nasty ones."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from extension.planning.records import Field

from .org import HEAT, OTHER_HEAT, Things

Values = st.SearchStrategy[Any]

TEXTS = (
    "Acme", "Hot", "hot", " WARM ", "New York", "ny", "Yes", "no", "true", "1", "0", "42", "-7",
    "0042", "1.5", "1.200", "1,200", "1e5", "-0.0", "0.1", "12345678901234567890", "9" * 19,
    "3.14159265358979", "123456.789", "2026-02-29", "2024-02-29", "2026-01-31", "20260131",
    "0001-01-01", "9999-12-31", "2026-03-29T02:30:00+01:00", "2026-01-31T09:00:00Z",
    "2026-01-31T09:00:00", "2026-01-31T09:00:00.123+01:00", "2026-01-31T09+01:00",
    "20260131T090000+0100", "2026-W05-6T09:00:00+01:00", "2026-01-31T09:00:00+01:00:30",
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "pat@acme.example",
    "Pat <pat@acme.example>", "a@b.c", "x;y@acme.example", "ü@müller.example", "a@b@c.example",
    ".pat@acme.example", "+49 (89) 123-45", "089/123 45", "089 - 123", "ext. 7", "1 800 FLOWERS",
    "(555) 0100", "++1", "-1-", "٤٢", "acme.example", "https://acme.example/a?b=c#d",
    "http://localhost", "a b.example", "acme.example:8080/x", "javascript:alert(1).x",
    "<script>alert('x')</script>", "{Last_Name}", "{{}}", "${Leads.Id}", "O'Leary & \"Söhne\"",
    "a\tb", "\u0007bell", "one\ntwo", "one\r\ntwo", "last\n", "\r", "one\u2028two", "one\x0btwo",
    "🚀", "👩‍👩‍👧‍👦 family", "🚀" * 10, "🚀" * 2, "مرحبا بالعالم", "\u202eevil\u202c", "e\u0301",
    "é", "ﬁ", "ß", "İ", "  padded  ", "\u00a0", "\u200b", "-None-", "null", "a" * 20,
    "a" * 21, "a" * 40,
)  # fmt: skip
LETTERS = st.characters(codec="utf-8", exclude_characters="\x00")
LENGTHS = (3, 4, 19, 20, 21, 49, 50, 51, 120, 254, 255, 256, 1999, 2000, 2001, 32000)


def texts() -> Values:
    """Any text: from the list, of any letters, or of a certain length."""
    piece = st.sampled_from(("a", "ä ", "🚀", "a\n"))
    long = st.builds(_of_length, piece, st.sampled_from(LENGTHS))
    return st.one_of(st.sampled_from(TEXTS), st.text(LETTERS, max_size=12), long)


def _of_length(piece: str, size: int) -> str:
    return (piece * size)[:size]


MAILS = (
    "pat@acme.example", "PAT@ACME.EXAMPLE", "p.o'leary+x@mail.acme.example", "ü@müller.example",
    "a@b.example", "first.last@very-long-name.example", "a_b@c-d.example",
)  # fmt: skip
PHONES = (
    "1", "+1 555 0100", "+49 89 1234567", "(089) 123-45", "089 12345678", "1 800 FLOWERS", "0",
    "555-0100 ext 7", "5550100,7", "5550100#",
)  # fmt: skip
SITES = (
    "acme.example", "https://www.acme.example", "http://acme.example/a/b?c=d", "www.acme.example",
    "ftp://files.acme.example", "münchen.example", "https://acme.example/" + "x" * 40,
)  # fmt: skip
DAYS = ("2024-02-29", "2026-01-31", "1900-01-01", "0001-01-01", "9999-12-31", "2000-12-31")
MOMENTS = (
    "2026-01-31T09:00:00+01:00", "2026-03-29T01:59:59+00:00", "2026-03-08T02:30:00-07:00",
    "2026-11-01T01:30:00-04:00", "2026-11-01T01:30:00-05:00", "2024-02-29T23:59:59+14:00",
    "1969-12-31T23:59:59-00:30", "2026-06-30T00:00:00-12:00", "1883-11-18T12:00:00+00:00",
)  # fmt: skip
NUMBERS = (
    0, -0.0, 1, -1, 7.0, 0.1, 0.01, 0.125, 0.001, -4.25, 99.99, 1234.5, 12345.67, 123456.789, 1e-7,
    999999.99, 9999999999999.99, 12345678901234.56, 1e15, 999999999999999.9, 1e16, 0.1 + 0.2,
    123456789.123456789, 1234567890123456,
)  # fmt: skip
INTEGERS = (0, 1, -1, 7, 42, 100, 101, 999, 9999, -9999, 10000, 123456789, 999999999, -999999999)
LONGS = (
    "0", "7", "-7", "0012345600012", "000007", "123456", "1234567", "9007199254740993",
    "999999999999999999", "-999999999999999999",
)  # fmt: skip


def numbers() -> Values:
    cents = st.integers(-(10**9), 10**9).map(lambda one: one / 100)
    return st.one_of(st.sampled_from(NUMBERS), cents)


def integers() -> Values:
    return st.one_of(st.sampled_from(INTEGERS), st.integers(-(10**9) + 1, 10**9 - 1))


def longs() -> Values:
    return st.one_of(st.sampled_from(LONGS), st.integers(-(10**18) + 1, 10**18 - 1).map(str))


def days() -> Values:
    return st.one_of(st.sampled_from(DAYS), st.dates().map(str))


def moments() -> Values:
    """With the offsets of many zones, also where clocks are put forward and back."""
    minutes = st.sampled_from((0, 60, 120, 330, 345, 840, -180, -210, -300, -420, -720))
    return st.one_of(st.sampled_from(MOMENTS), st.builds(_moment, st.integers(0, 10**9), minutes))


def _moment(seconds: int, offset: int) -> str:
    zone = timezone(timedelta(minutes=offset))
    start = datetime(2000, 1, 1, tzinfo=UTC)
    return (start + timedelta(seconds=seconds)).astimezone(zone).isoformat()


def words(offered: list[Any]) -> list[str]:
    return [one if isinstance(one, str) else one.actual_value for one in offered]


def links(ids: list[str]) -> Values:
    return st.sampled_from(ids).map(lambda one: {"id": one})


def several(name: str, ids: list[str]) -> Values:
    rows = st.lists(st.sampled_from(ids), max_size=3, unique=True)
    return rows.map(lambda some: [{name: {"id": one}} for one in some])


def rows() -> Values:
    town = st.sampled_from(("Bonn", "Łódź", ""))
    return st.lists(st.builds(lambda one, two: {"Town": one, "People": two}, town, integers()),
                    max_size=2)  # fmt: skip


def files(things: Things) -> Values:
    one = st.sampled_from(things.files).map(lambda name: {"File_Id__s": name})
    return st.lists(one, max_size=2)


def lead_values(things: Things) -> Mapping[str, Values]:
    """What each field of a lead may hold; what is not drawn is left out."""
    choice = st.sampled_from(words(HEAT))
    return {
        "Company": texts(), "First_Name": texts(), "Last_Name": st.just("Doe"),
        "Designation": texts(), "Salutation": st.sampled_from(("Mr.", "Ms.")),
        "L_Text": texts(), "L_Other": texts(), "L_Area": texts(), "L_Big": texts(),
        "L_Mail": st.sampled_from(MAILS), "L_Phone": st.sampled_from(PHONES),
        "L_Site": st.sampled_from(SITES), "L_Pick": choice,
        "L_Multi": st.lists(choice, max_size=3, unique=True), "L_Box": st.booleans(),
        "L_Ticked": st.booleans(), "L_Int": integers(), "L_Long": longs(), "L_Double": numbers(),
        "L_Money": numbers(), "L_Share": numbers(), "L_Day": days(), "L_Moment": moments(),
        "L_Vendor": links(things.vendors), "L_Account": links(things.accounts),
        "L_User": links(things.users), "L_Vendors": several("L_Vendors", things.vendors),
        "L_Users": several("L_Users", things.users), "L_Rows": rows(), "L_Files": files(things),
        "L_Images": files(things),
    }  # fmt: skip


def typed_value(one: Field, things: Things) -> Values:
    """What somebody may type into a field, or a rule name: mostly what fits."""
    return _typed(one.data_type, things.of(one.lookup_module), things)


def _typed(kind: str, ids: list[str], things: Things) -> Values:
    """Ids are always those of records that are there: planning knows nothing of others."""
    choice = st.one_of(st.sampled_from(words([*HEAT, *OTHER_HEAT])), texts())
    person = st.one_of(links(things.users), st.sampled_from(things.users))
    known = {
        "email": st.one_of(st.sampled_from(MAILS), texts()),
        "phone": st.one_of(st.sampled_from(PHONES), texts()),
        "website": st.one_of(st.sampled_from(SITES), texts()), "picklist": choice,
        "multiselectpicklist": st.lists(choice, max_size=3), "boolean": st.booleans(),
        "integer": st.one_of(integers(), numbers()), "bigint": st.one_of(longs(), integers()),
        "double": numbers(), "currency": numbers(), "percent": numbers(),
        "date": st.one_of(days(), texts()), "datetime": st.one_of(moments(), texts()),
        "lookup": links(ids) if ids else st.just("Acme"), "userlookup": person,
        "ownerlookup": person,
        "multiselectlookup": st.lists(st.sampled_from(ids), max_size=2) if ids else st.just([]),
        "multiuserlookup": st.lists(person, max_size=2),
    }  # fmt: skip
    return known.get(kind, texts())

"""Writings of the same name, number and address; and of different ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extension.planning import spelling


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme", "ACME"),
        ("Acme GmbH", "Acme"),
        ("Acme Ltd.", "Acme Limited"),
        ("Acme, Inc.", "Acme Incorporated"),
        ("Acme S.A.", "Acme SA"),
        ("Müller & Söhne GmbH & Co. KG", "Muller and Sohne"),
        ("Smith & Co", "Smith and Company"),
        ("O'Hara's Tools", "OHaras Tools"),
        ("Łódź Stal Sp. z o.o.", "Lodz Stal Sp z oo"),
        ("Công ty TNHH Hòa Bình", "Hoà Bình"),
        ("CÔNG TY CỔ PHẦN ĐẠI NAM", "Đại Nam"),
        ("株式会社山田製作所", "山田製作所"),
        ("山田製作所（株）", "山田製作所"),
        ("华为技术有限公司", "华为技术"),
        ("ООО «Ромашка»", "Ромашка"),
        ("شركة النور", "النور"),
        ("삼성전자 주식회사", "삼성전자"),
        ("PT Maju Jaya Tbk", "Maju Jaya"),
        ("ACME", "ＡＣＭＥ"),
    ],
)
def test_a_company_is_the_same_however_its_name_is_written(one: str, other: str) -> None:
    assert spelling.same_company(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme", "Acme Toys"),
        ("Limited", "Company"),
        ("", ""),
        ("???", "!!!"),
        ("कि", "के"),
        ("山田製作所", "山口製作所"),
    ],
)
def test_another_company_is_another(one: str, other: str) -> None:
    assert not spelling.same_company(one, other)


@pytest.mark.parametrize(
    ("company", "stem"),
    [
        ("Acme GmbH & Co. KG", "Acme"),
        ("Acme, Inc.", "Acme"),
        ("Müller & Söhne", "Müller & Söhne"),
        ("AB Ltd", "AB Ltd"),
        ("华为技术有限公司", "华为技术"),
        ("Limited", "Limited"),
        ("  Acme  ", "Acme"),
    ],
)
def test_the_stem_of_a_company_is_how_its_writings_begin(company: str, stem: str) -> None:
    assert spelling.stem(company) == stem


@given(st.text())
def test_a_stem_begins_the_name_whatever_that_is(company: str) -> None:
    words = " ".join(company.split())
    assert words.startswith(" ".join(spelling.stem(company).split())) or spelling.GLUED.search(
        words
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Pat Doe", "doe, pat"),
        ("Nguyễn Văn An", "Nguyen Van An"),
        ("山田 太郎", "山田太郎"),
        ("José Ángel", "Jose Angel"),
        ("محمّد علي", "محمد على"),
    ],
)
def test_a_person_is_the_same_in_any_order_and_with_any_accents(one: str, other: str) -> None:
    assert spelling.same_person(one, other)


@pytest.mark.parametrize(("one", "other"), [("Pat Doe", "Pat Roe"), ("", ""), ("Doe", "Pat Doe")])
def test_another_person_is_another(one: str, other: str) -> None:
    assert not spelling.same_person(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("+49 89 123456-7", "089 1234567"),
        ("(555) 010-7788", "+1 555 010 7788"),
        ("555-0107788 ext. 12", "5550107788"),
        ("٠١٢٣٤٥٦٧٨٩", "0123456789"),
        ("0084 28 3822 1234", "+84 28 3822 1234"),
        ("110", "110"),
    ],
)
def test_a_phone_is_the_same_by_its_digits(one: str, other: str) -> None:
    assert spelling.same_phone(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("555", "010 555"), ("", ""), ("none", "unknown"), ("089 1234567", "089 1234568")],
)
def test_another_phone_is_another(one: str, other: str) -> None:
    assert not spelling.same_phone(one, other)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://www.Acme.example/", "acme.example", True),
        ("http://acme.example/about?x=1", "acme.example/contact", True),
        ("acme.example:8080", "acme.example", True),
        ("facebook.com/acme", "https://www.facebook.com/acme/", True),
        ("facebook.com/acme", "facebook.com/apex", False),
        ("", "", False),
    ],
)
def test_a_site_is_the_same_by_its_host(one: str, other: str, same: bool) -> None:
    assert spelling.same_site(one, other) is same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [(" Pat@Acme.example", "pat@acme.EXAMPLE", True), ("a@b.c", "a@b.cd", False), ("", "", False)],
)
def test_an_address_is_the_same_letter_by_letter(one: str, other: str, same: bool) -> None:
    assert spelling.same_email(one, other) is same


@given(st.text())
def test_plain_text_is_as_plain_as_it_gets(text: str) -> None:
    plain = spelling.plain(text)
    assert plain == " ".join(plain.split())
    assert spelling.core(text) in plain

"""How one name, number or address can be written, and when two writings are the same."""

import re
import unicodedata
from difflib import SequenceMatcher

# Letters that no decomposition takes apart, and Arabic ones that people use for each other.
LETTERS = str.maketrans(
    {"ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "ı": "i", "ð": "d", "þ": "th",
     "ى": "ي", "ة": "ه", "ـ": ""}
)  # fmt: skip
DROPPED = str.maketrans(dict.fromkeys(".'’‘`´ʼ", ""))
ACCENTS = re.compile("[\u0300-\u036f\u064b-\u065f\u0670]")
"""Marks of Latin, Greek, Cyrillic and Arabic writing; those of Indic scripts are letters' own."""

_FORMS = """
    ltd limited llc llp lp plc inc incorporated corp corporation co company pty pvt private pte
    gmbh mbh ggmbh ag kg kgaa ohg ug eg ek ev se sa sas sasu sarl srl spa snc sl slu bv nv vof bvba
    ab as asa aps oy oyj ky kft zrt nyrt bt sro spol doo dd ood eood ltda eireli cv sapi
    sdn bhd tbk jsc pjsc ojsc cjsc fzc fze fzco wll kk gk tnhh ذمم 株 有 주 유
"""
_LEADING = "pt cv cty ooo oao zao pao ооо оао зао пао ао ип тов тоо شركه مؤسسه 株 有 주 유"
LEGAL_FORMS = frozenset(_FORMS.split())
LEADING_FORMS = frozenset(_LEADING.split())
PREFIXES = (
    "cong ty trach nhiem huu han", "cong ty tnhh mtv", "cong ty tnhh", "cong ty co phan",
    "cong ty cp", "cong ty", "doanh nghiep tu nhan",
)  # fmt: skip
GLUED = re.compile(
    "^(?:株式会社|有限会社|合同会社|주식회사|유한회사)|"
    "(?:株式会社|有限会社|合同会社|주식회사|유한회사|股份有限公司|有限责任公司|有限公司)$"
)
"""Legal forms that are written without a space."""

SHARED_HOSTS = re.compile(
    r"(?:.+\.)?(?:facebook|linkedin|instagram|twitter|x|youtube|tiktok|google|t|wixsite|medium)"
    r"\.(?:com|me)"
)
"""Sites where many have a page: the host alone says nothing."""


def plain(text: str) -> str:
    """Words in small letters without accents and punctuation, parted by single spaces."""
    text = unicodedata.normalize("NFKD", text.casefold()).translate(DROPPED)
    text = unicodedata.normalize("NFC", ACCENTS.sub("", text)).translate(LETTERS)
    text = text.replace("&", " and ")
    kept = (one if unicodedata.category(one)[0] in "LNM" else " " for one in text)
    return " ".join("".join(kept).split())


def core(company: str) -> str:
    """The plain name of a company without its legal form, unless there is nothing else."""
    whole = plain(company)
    text = next((whole[len(one) :] for one in PREFIXES if whole.startswith(f"{one} ")), whole)
    words = GLUED.sub("", text).split()
    while words and words[-1] in LEGAL_FORMS:
        words.pop()
        while words and words[-1] == "and":
            words.pop()
    while words and words[0] in LEADING_FORMS:
        words.pop(0)
    return " ".join(words) or whole


def stem(company: str) -> str:
    """The beginning of the name as written, up to its legal form: what other writings of the
    same name are likely to begin with. The whole name where little would be left."""
    words = company.split()
    while len(words) > 1 and (plain(words[-1]) in LEGAL_FORMS or plain(words[-1]) in ("", "and")):
        words.pop()
    text = GLUED.sub("", " ".join(words)).rstrip(" ,;-–&")
    return text if len(plain(text)) >= 3 or len(text.encode()) >= 6 else company.strip()


def same_person(one: str, other: str) -> bool:
    """The same names in whichever order; some scripts put no space between them."""
    first, second = plain(one), plain(other)
    if not first or not second:
        return False
    ordered = sorted(first.split()) == sorted(second.split())
    return ordered or first.replace(" ", "") == second.replace(" ", "")


def same_company(one: str, other: str) -> bool:
    return core(one) == core(other) != ""


def same_text(one: str, other: str) -> bool:
    return plain(one).replace(" ", "") == plain(other).replace(" ", "") != ""


def same_email(one: str, other: str) -> bool:
    return bool(one.strip()) and one.strip().casefold() == other.strip().casefold()


def same_phone(one: str, other: str) -> bool:
    """By digits, with or without the country's code, a leading zero, an extension."""
    short, long = sorted((_digits(one), _digits(other)), key=len)
    return short == long != "" or (len(short) >= 7 and long.endswith(short))


def same_site(one: str, other: str) -> bool:
    return _site(one) == _site(other) != ""


def likeness(one: str, other: str) -> float:
    """From 0 to 1: how alike two plain texts are, letter by letter."""
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _digits(number: str) -> str:
    base = re.split(r"(?i)\s*(?:ext\.?|extension|x|#|;)\s*\d+\s*$", number, maxsplit=1)[0]
    digits = "".join(str(unicodedata.decimal(one, "")) for one in base)
    return digits.lstrip("0")


def _site(address: str) -> str:
    bare = re.sub(r"^[a-z][a-z0-9+.-]*://", "", address.strip().casefold())
    host, _, path = re.split(r"[?#]", bare, maxsplit=1)[0].partition("/")
    host = host.rpartition("@")[2].partition(":")[0].removeprefix("www.").rstrip(".")
    return f"{host}/{path.strip('/')}" if SHARED_HOSTS.fullmatch(host) else host

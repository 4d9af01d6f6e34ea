"""A first mapping for a module that nobody has mapped yet."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from extension.planning.business import FULL_NAME, is_business
from extension.planning.fit import CHOICES, TEXTS, compatible
from extension.planning.records import Field, Module

SYNONYMS = {
    "Company": (
        "Company", "Company Name", "Account Name", "Vendor Name", "Supplier Name", "Organization",
        "Organisation", "Organization Name", "Organisation Name", "Business Name", "Legal Name",
        "Firm", "Employer",
    ),
    FULL_NAME: (
        "Full Name", "Contact", "Contact Name", "Contact Person", "Primary Contact", "Main Contact",
    ),
    "Designation": ("Title", "Job Title", "Position", "Role", "Function"),
    "Email": ("E-mail", "Email Address", "Mail", "Primary Email", "Contact Email", "Work Email"),
    "Secondary_Email": ("Other Email", "Alternative Email", "Alternate Email"),
    "Phone": ("Telephone", "Phone Number", "Tel", "Work Phone", "Contact Phone", "Main Phone"),
    "Mobile": ("Mobile Phone", "Mobile Number", "Cell", "Cell Phone", "Cellphone"),
    "Fax": ("Fax Number", "Telefax"),
    "Website": ("Web Site", "Web", "Homepage", "Home Page", "URL", "Web Address"),
    "Industry": ("Sector", "Branch", "Line of Business"),
    "Annual_Revenue": ("Revenue", "Turnover", "Annual Turnover"),
    "No_of_Employees": ("Employees", "Number of Employees", "Headcount", "Company Size"),
    "Lead_Source": ("Source", "Origin"),
    "Street": (
        "Street Address", "Address", "Address Line 1", "Billing Street", "Mailing Street",
    ),
    "City": ("Town", "Billing City", "Mailing City"),
    "State": ("Province", "County", "Billing State", "Mailing State"),
    "Zip_Code": (
        "Zip", "Zip Code", "Postal Code", "Postcode", "Post Code", "PIN Code", "Billing Code",
        "Mailing Zip",
    ),
    "Country": ("Country/Region", "Billing Country", "Mailing Country"),
    "Description": ("Details", "Remarks", "Comments", "Additional Information", "About"),
}  # fmt: skip
"""Lead field -> what people elsewhere call the same."""

Words = Callable[[Field], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Rule:
    """Pairs a lead field and a field of the module that have a word in common, if `fits`."""

    source: Words
    target: Words
    fits: Callable[[Field, Field], bool]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Field of the module -> lead field; and where that is empty, another."""

    mapping: dict[str, str] = field(default_factory=dict)
    fallback: dict[str, str] = field(default_factory=dict)


def suggest(leads: Module, module: Module) -> Suggestion:
    """The mapping we would make: same name, same label, then what means the same.

    Each field of the module is filled from one lead field. A field of the same API name that
    cannot take the value is mapped too, so that the loss says which field could not.
    """
    sources = [one for one in leads.fields.values() if _is_source(one)]
    targets = [one for one in module.fields.values() if _is_target(one, module)]
    found: dict[str, str] = {}
    for rule in (SAME_NAME, SAME_LABEL, SAME_MEANING):
        _pair(found, sources, [one for one in targets if not one.read_only], rule)
    fallback = _name(found, leads, module)
    _pair(found, sources, targets, SAME_NAME_ONLY)
    ordered = {name: found[name] for name in module.fields if name in found}
    return Suggestion(ordered, fallback)


def _pair(
    found: dict[str, str], sources: Iterable[Field], targets: Iterable[Field], rule: Rule
) -> None:
    """Add what the rule pairs among fields that are free on both sides, first come first."""
    by_word: dict[str, list[Field]] = {}
    for target in targets:
        for word in rule.target(target):
            by_word.setdefault(word, []).append(target)
    placed = set(found.values())
    for source in sources:
        if source.api_name not in placed:
            named = (one for word in rule.source(source) for one in by_word.get(word, ()))
            free = (one for one in named if one.api_name not in found and rule.fits(source, one))
            taker = next(free, None)
            if taker is not None:
                found[taker.api_name] = source.api_name


def _plain(words: str) -> str:
    return "".join(letter for letter in words.casefold() if letter.isalnum())


MEANINGS = {name: tuple(_plain(word) for word in words) for name, words in SYNONYMS.items()}


def _api_name(one: Field) -> tuple[str]:
    return (one.api_name,)


def _label(one: Field) -> tuple[str]:
    return (_plain(one.label),)


def _meanings(one: Field) -> tuple[str, ...]:
    return MEANINGS.get(one.api_name, ())


def _names(one: Field) -> set[str]:
    return {_plain(one.api_name), _plain(one.label)}


def _sensible(source: Field, target: Field) -> bool:
    """Free text is hardly ever one of the choices of a list that merely means something like it."""
    guess = target.data_type in CHOICES and source.data_type not in CHOICES
    return not guess and compatible(source, target)


SAME_NAME = Rule(_api_name, _api_name, compatible)
SAME_LABEL = Rule(_label, _label, compatible)
SAME_MEANING = Rule(_meanings, _names, _sensible)
SAME_NAME_ONLY = Rule(_api_name, _api_name, lambda source, target: True)


def _name(found: dict[str, str], leads: Module, module: Module) -> dict[str, str]:
    """Fill the record's name from the company; from the person where the company has a field of
    its own and the person has none. Returns what to do where that is empty."""
    name = module.fields.get(module.name_field)
    if name is None or name.read_only or name.data_type not in TEXTS or name.api_name in found:
        return {}
    placed = set(found.values())
    about_people = "Company" in placed and not placed & {FULL_NAME, "Last_Name"}
    first, second = (FULL_NAME, "Company") if about_people else ("Company", FULL_NAME)
    known = [one for one in (first, second) if one in leads.fields]
    if not known:
        return {}
    found[name.api_name] = known[0]
    return {name.api_name: known[1]} if len(known) > 1 else {}


def _is_source(field: Field) -> bool:
    return is_business(field) or field.api_name == FULL_NAME


def _is_target(field: Field, module: Module) -> bool:
    """A field that people see. The record's name has a rule of its own."""
    shown = [layout.fields for layout in module.layouts if layout.active and layout.fields]
    on_layout = not shown or any(field.api_name in names for names in shown)
    return is_business(field) and on_layout and field.api_name != module.name_field

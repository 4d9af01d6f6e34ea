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

Rule = Callable[[Field, Field], bool]


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
    for rule in (_same_name, _same_label, _same_meaning):
        _pair(found, sources, [one for one in targets if not one.read_only], rule)
    fallback = _name(found, leads, module)
    _pair(found, sources, targets, _same_name_only)
    ordered = {name: found[name] for name in module.fields if name in found}
    return Suggestion(ordered, fallback)


def _pair(
    found: dict[str, str], sources: Iterable[Field], targets: Iterable[Field], rule: Rule
) -> None:
    """Add what the rule pairs among fields that are free on both sides."""
    open_targets = [one for one in targets if one.api_name not in found]
    for source in sources:
        if source.api_name in found.values():
            continue
        taker = next((one for one in open_targets if rule(source, one)), None)
        if taker is not None:
            found[taker.api_name] = source.api_name
            open_targets.remove(taker)


def _same_name(source: Field, target: Field) -> bool:
    return source.api_name == target.api_name and compatible(source, target)


def _same_label(source: Field, target: Field) -> bool:
    return _plain(source.label) == _plain(target.label) and compatible(source, target)


def _same_meaning(source: Field, target: Field) -> bool:
    words = {_plain(word) for word in SYNONYMS.get(source.api_name, ())}
    names = {_plain(target.api_name), _plain(target.label)}
    # Free text is hardly ever one of the choices of a list that merely means something like it.
    guess = target.data_type in CHOICES and source.data_type not in CHOICES
    return bool(words & names) and not guess and compatible(source, target)


def _same_name_only(source: Field, target: Field) -> bool:
    return source.api_name == target.api_name


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


def _plain(words: str) -> str:
    return "".join(letter for letter in words.casefold() if letter.isalnum())

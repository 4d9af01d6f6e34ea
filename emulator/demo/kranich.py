"""Kranich Möbel GmbH: a small German furniture maker, in a professional edition in the EU.

One layout each, leads that only their owners see, modules renamed to German, and suppliers that
are told by their status instead of a field of their own.
"""

from .. import fields as f
from ..clock import Clock
from ..permissions import CONVERT, MASS_CONVERT, VERBS
from ..schema import Module, Org, Profile, Role, User
from ..seeds import furnish
from ..standard import custom_module
from ..world import World
from . import converted, links, notable, tables

ZGID = "20071154386"
FOLDER = "kranich"
OFFICE = "Innendienst"
SUPPLIER_STATUS = "Lieferant"
IN_ORDER = ("Vendors", "Accounts", "Contacts", "Projects", "Leads", "Notes", "Tasks")
GERMAN = {
    "Leads": ("Interessent", "Interessenten"),
    "Contacts": ("Kontakt", "Kontakte"),
    "Accounts": ("Firma", "Firmen"),
    "Deals": ("Abschluss", "Abschlüsse"),
    "Vendors": ("Lieferant", "Lieferanten"),
}

ADMIN_EMAIL = "anke.lorenz@kranich-moebel.example"
REP_EMAIL = "jonas.weiss@kranich-moebel.example"
OFFICE_EMAIL = "fatma.yildiz@kranich-moebel.example"


def world(clock: Clock | None = None) -> World:
    """The org as it is at its start, in the EU data centre."""
    org = Org(
        zgid=ZGID,
        company_name="Kranich Möbel GmbH",
        primary_email=ADMIN_EMAIL,
        id=tables.record_id(ZGID, 500000),
        country="DE",
        country_code="DE",
        time_zone="Europe/Berlin",
        currency="Euro - EUR",
        currency_symbol="€",
        currency_locale="de_DE",
        iso_code="EUR",
        phone="+49 30 23125 100",
        translation_enabled=True,
    )
    return World(org, seed, location="eu", edition="professional", clock=clock)


def seed(world: World) -> None:
    """Fill the empty org. Every id and every value is the same each time."""
    furnish(world)
    _shape(world)
    world.add_profile(_office())
    world.add_role(Role(name="Vertrieb", reports_to="Manager"))
    world.add_user(*_users())
    for name in IN_ORDER:
        tables.load(world, FOLDER, name)
    links.load(world, FOLDER)
    converted.finish(world, FOLDER)
    tables.name(world, notable.KRANICH)
    tables.settle(world)


def _shape(world: World) -> None:
    for module in world.modules:
        if module.api_name in GERMAN:
            module.singular, module.plural = GERMAN[module.api_name]
        if module.api_name == "Leads":
            _leads(module)
            world.number(module)
        if module.api_name == "Vendors":
            module.add(f.text("Customer_Number_There", label="Unsere Kundennummer", length=20))
            world.number(module)
    world.add_module(_projects())


def _leads(leads: Module) -> None:
    status = leads.field("Lead_Status")
    if status is not None:
        status.choices += f.pick_list([SUPPLIER_STATUS])
    leads.add(
        f.picklist("Room", ["Küche", "Büro", "Laden", "Hotel"], label="Raumart"),
        f.date("Wanted_On", label="Wunschtermin"),
        f.text("Customer_Number_There", label="Unsere Kundennummer", length=40),
    )


def _projects() -> Module:
    module = custom_module(
        "Projects", "Projekt", "Projekte",
        f.lookup("Client", "Accounts", label="Bauherr", mandatory=True, related_label="Projekte"),
        f.picklist("Room", ["Küche", "Büro", "Hotel"], label="Raumart", mandatory=True),
        f.date("Wanted_On", label="Wunschtermin", mandatory=True),
        f.currency("Budget"),
        f.user("Planner", label="Planung"),
        f.textarea("Description", label="Beschreibung", textarea_type="large"),
        number=1,
        sharing="private",
    )  # fmt: skip
    module.sequence_number = 40
    return module


def _office() -> Profile:
    """Writes letters and orders; sells nothing."""
    return Profile(
        name=OFFICE,
        everything=True,
        denied={CONVERT, MASS_CONVERT, *(f"Crm_Implied_{verb}_Deals" for verb in VERBS)},
        custom=True,
        description="Kein Verkauf.",
    )


def _users() -> list[User]:
    people = [
        ("Anke", "Lorenz", ADMIN_EMAIL, "Administrator", "CEO"),
        ("Jonas", "Weiß", REP_EMAIL, "Standard", "Vertrieb"),
        ("Fatma", "Yıldız", OFFICE_EMAIL, OFFICE, "Manager"),
    ]
    return [
        User(
            first_name=first,
            last_name=last,
            email=email,
            profile=profile,
            role=role,
            id=tables.record_id(ZGID, 500001 + 2 * number),
            locale="de_DE",
            language="de_DE",
            country_locale="DE",
            time_zone="Europe/Berlin",
            date_format="dd.MM.yyyy",
            time_format="HH:mm",
        )
        for number, (first, last, email, profile, role) in enumerate(people)
    ]

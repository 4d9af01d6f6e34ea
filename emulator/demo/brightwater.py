"""Brightwater Instruments: an American maker of instruments for water, in an enterprise edition.

Its leads are of every kind that a conversion meets: suppliers that should become vendors,
doubles, locked and unapproved ones, names in many scripts, values too long for their target.
"""

from ..clock import Clock
from ..permissions import ADMINISTRATION, API_ACCESS, CONVERT, MASS_CONVERT, VERBS
from ..schema import Org, Profile, Role, User
from ..seeds import furnish
from ..world import World
from . import brightwater_modules, converted, files, links, notable, tables

ZGID = "60004821937"
FOLDER = "brightwater"
READ_ONLY, NO_CONVERSION = "Read Only", "Sales without Conversion"
IN_ORDER = (
    "Campaigns", "Vendors", "Products", "Accounts", "Contacts", "Deals", "Partners",
    "Supplier_Audits", "Leads", "Notes", "Attachments", "Tasks", "Events", "Calls",
)  # fmt: skip
"""Records are read after those they point at."""

ADMIN_EMAIL = "grace.okafor@brightwater.example"
MANAGER_EMAIL = "daniel.reyes@brightwater.example"
REP_EMAIL = "mia.chen@brightwater.example"
READ_ONLY_EMAIL = "tom.lindqvist@brightwater.example"
NO_CONVERSION_EMAIL = "priya.nair@brightwater.example"


def world(clock: Clock | None = None) -> World:
    """The org as it is at its start, in the US data centre."""
    org = Org(
        zgid=ZGID,
        company_name="Brightwater Instruments",
        primary_email=ADMIN_EMAIL,
        id=tables.record_id(ZGID, 500000),
        phone="+1 312 555 0100",
    )
    return World(org, seed, location="us", edition="enterprise", clock=clock)


def seed(world: World) -> None:
    """Fill the empty org. Every id and every value is the same each time."""
    furnish(world)
    brightwater_modules.build(world)
    brightwater_modules.add_related_lists(world)
    world.add_profile(*_profiles(world))
    world.add_role(*_roles())
    world.add_user(*_users())
    for name in IN_ORDER:
        tables.load(world, FOLDER, name)
    tables.enrich(world, FOLDER, "Leads", "lead_details")
    files.fill(world, FOLDER)
    links.load(world, FOLDER)
    converted.finish(world, FOLDER)
    tables.name(world, notable.BRIGHTWATER)
    tables.settle(world)


def _profiles(world: World) -> list[Profile]:
    visible = [module.api_name for module in world.modules if module.status == "visible"]
    return [
        Profile(
            name=READ_ONLY,
            granted={API_ACCESS, *(f"Crm_Implied_View_{name}" for name in visible)},
            custom=True,
            description="Sees everything and changes nothing.",
        ),
        Profile(
            name=NO_CONVERSION,
            everything=True,
            denied={*ADMINISTRATION, CONVERT, MASS_CONVERT, *_may_not(("Partners",))},
            custom=True,
            description="Sells, but leaves conversions and partners to others.",
        ),
    ]


def _may_not(modules: tuple[str, ...]) -> set[str]:
    return {f"Crm_Implied_{verb}_{name}" for name in modules for verb in VERBS}


def _roles() -> list[Role]:
    return [
        Role(name="Sales Manager", reports_to="CEO"),
        Role(name="Sales Rep", reports_to="Sales Manager"),
        Role(name="Purchasing", reports_to="CEO"),
    ]


def _users() -> list[User]:
    people = [
        ("Grace", "Okafor", "Administrator", "CEO", "en_US"),
        ("Daniel", "Reyes", "Standard", "Sales Manager", "en_US"),
        ("Mia", "Chen", "Standard", "Sales Rep", "en_US"),
        ("Tom", "Lindqvist", READ_ONLY, "Sales Rep", "en_GB"),
        ("Priya", "Nair", NO_CONVERSION, "Purchasing", "en_US"),
        ("Hal", "Benson", "Standard", "Sales Rep", "en_US"),
    ]
    users = [
        User(
            first_name=first,
            last_name=last,
            email=f"{first}.{last}@brightwater.example".lower(),
            profile=profile,
            role=role,
            id=tables.record_id(ZGID, 500001 + 2 * number),
            locale=locale,
            language=locale,
            phone=f"+1 312 555 01{number + 1:02d}",
        )
        for number, (first, last, profile, role, locale) in enumerate(people)
    ]
    users[-1].status = "disabled"
    return users

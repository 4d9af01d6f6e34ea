"""Two demo orgs with believable data, and the names of the records that demo and tests speak of.

Everything is made up; mail and web addresses end in `.example`. The tables are in `data/`.
Ids never change: `SUPPLIER_LEAD` is the same record in every run.
"""

from ..clock import Clock
from ..world import World
from ..worlds import Worlds
from . import brightwater, kranich, notable
from .tables import record_id

BRIGHTWATER, KRANICH = brightwater.ZGID, kranich.ZGID
"""The orgs' `zgid`."""

# Who works at Brightwater: addresses to choose on the consent page.
ADMIN, MANAGER, REP = brightwater.ADMIN_EMAIL, brightwater.MANAGER_EMAIL, brightwater.REP_EMAIL
READ_ONLY_REP = brightwater.READ_ONLY_EMAIL
"""Sees everything and changes nothing."""
NO_CONVERSION_REP = brightwater.NO_CONVERSION_EMAIL
"""Lacks the permission to convert leads."""


def _lead(name: str) -> str:
    return record_id(BRIGHTWATER, notable.BRIGHTWATER[name])


# What `notable` of an org names as well.
SUPPLIER_LEAD = _lead("new_supplier")
"""Ironwood Fasteners: a supplier nobody knows yet; everything fits."""
KNOWN_SUPPLIER_LEAD = _lead("supplier")
"""Nordvik Sensors AS: is a vendor already, by address and almost by name."""
PLAIN_SUPPLIER_LEAD = _lead("plain")
"""Copper Creek Castings: as simple as a supplier can be, without a website."""
SAME_TAX_LEAD = _lead("same_tax")
"""Halvorsen: a vendor has the same tax number, which is unique there."""
SAME_EMAIL_LEAD = _lead("same_email")
"""Sofia Marchetti: a contact has her address, at an account with another name."""
SAME_COMPANY_LEAD = _lead("same_company")
"""Riverbend Utilities: two accounts have that name."""
TWIN_LEADS = (_lead("twin"), _lead("other_twin"))
"""Renata Kowalczyk, twice."""
FULL_LEAD = _lead("full")
"""Adaeze Nwosu: has a value in a field of every type."""
BUSY_LEAD = _lead("busy_lead")
"""Marguerite Delacroix: 40 notes, 10 attachments."""
ACTIVE_LEAD = _lead("active")
"""Kestrel Mining: open and closed tasks, meetings and calls, campaigns, products, tags."""
LONG_LEAD = _lead("too_long")
"""A company name, and a tax number, that no vendor can have: too long."""
CHOICES_LEAD = _lead("wrong_choice")
"""Bellini: certification and payment terms that Vendors does not offer."""
LOCKED_LEAD, MERGING_LEAD = _lead("locked"), _lead("merging")
UNAPPROVED_LEAD, REJECTED_LEAD = _lead("unapproved"), _lead("rejected")
REVIEW_LEAD = _lead("review")
CONVERTED_LEAD = _lead("converted")
"""Amara Diallo: became a contact, an account and a deal."""
VIETNAMESE_LEAD, ARABIC_LEAD = _lead("vietnamese"), _lead("arabic")
CHINESE_LEAD, JAPANESE_LEAD = _lead("chinese"), _lead("japanese")
CYRILLIC_LEAD = _lead("cyrillic")
NO_COMPANY_LEAD = _lead("no_company")
PARTNER_LEAD = _lead("partner")
"""Lahtinen Automation: should become a Partner, whose tier and date the lead does not have."""
OTHERS_LEAD = _lead("others_lead")
"""Northmoor Water: belongs to the manager; the rep sees it and may not change it."""


def demo_worlds(clock: Clock | None = None) -> Worlds:
    """Both orgs at their start; with `clock` they share it."""
    return Worlds(brightwater.world(clock), kranich.world(clock))


def brightwater_world(clock: Clock | None = None) -> World:
    """Brightwater Instruments: enterprise edition, US data centre, 65 leads."""
    return brightwater.world(clock)


def kranich_world(clock: Clock | None = None) -> World:
    """Kranich Möbel GmbH: professional edition, EU data centre, 13 leads."""
    return kranich.world(clock)

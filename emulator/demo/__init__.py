"""Two demo orgs with believable data, and the names of the records that demo and tests speak of.

Everything is made up; mail and web addresses end in `.example`. The tables are in `data/`.
Ids never change: `SUPPLIER_LEAD` is the same record in every run.
"""

from ..clock import Clock
from ..world import World
from ..worlds import Worlds
from . import brightwater, kranich
from .tables import record_id

BRIGHTWATER, KRANICH = brightwater.ZGID, kranich.ZGID
"""The orgs' `zgid`."""

# Who works at Brightwater: addresses to choose on the consent page.
ADMIN, MANAGER, REP = brightwater.ADMIN_EMAIL, brightwater.MANAGER_EMAIL, brightwater.REP_EMAIL
READ_ONLY_REP = brightwater.READ_ONLY_EMAIL
"""Sees everything and changes nothing."""
NO_CONVERSION_REP = brightwater.NO_CONVERSION_EMAIL
"""Lacks the permission to convert leads."""


def _lead(number: int) -> str:
    return record_id(BRIGHTWATER, number)


SUPPLIER_LEAD = _lead(501001)
"""Ironwood Fasteners: a supplier nobody knows yet; everything fits."""
KNOWN_SUPPLIER_LEAD = _lead(501003)
"""Nordvik Sensors AS: is a vendor already, by address and almost by name."""
SAME_EMAIL_LEAD = _lead(501005)
"""Sofia Marchetti: a contact has her address, at an account with another name."""
SAME_COMPANY_LEAD = _lead(501007)
"""Riverbend Utilities: two accounts have that name."""
TWIN_LEADS = (_lead(501009), _lead(501011))
"""Renata Kowalczyk, twice."""
FULL_LEAD = _lead(501013)
"""Adaeze Nwosu: has a value in a field of every type."""
BUSY_LEAD = _lead(501015)
"""Marguerite Delacroix: 40 notes, 10 attachments."""
LONG_LEAD = _lead(501017)
"""A company name, and a tax number, that no vendor can have: too long."""
CHOICES_LEAD = _lead(501019)
"""Bellini: certification and payment terms that Vendors does not offer."""
LOCKED_LEAD, MERGING_LEAD = _lead(501021), _lead(501023)
UNAPPROVED_LEAD, REVIEW_LEAD, REJECTED_LEAD = _lead(501025), _lead(501027), _lead(501033)
CONVERTED_LEAD = _lead(501029)
"""Amara Diallo: became a contact, an account and a deal."""
VIETNAMESE_LEAD, ARABIC_LEAD, CHINESE_LEAD = _lead(501035), _lead(501037), _lead(501039)
CYRILLIC_LEAD, JAPANESE_LEAD = _lead(501041), _lead(501043)
NO_COMPANY_LEAD = _lead(501045)
PARTNER_LEAD = _lead(501047)
"""Lahtinen Automation: should become a Partner, whose tier and date the lead does not have."""
ACTIVE_LEAD = _lead(501049)
"""Kestrel Mining: open and closed tasks, meetings and calls, campaigns, products, tags."""
OTHERS_LEAD = _lead(501051)
"""Northmoor Water: belongs to the manager; the rep sees it and may not change it."""
SAME_TAX_LEAD = _lead(501057)
"""Halvorsen: a vendor has the same tax number, which is unique there."""


def demo_worlds(clock: Clock | None = None) -> Worlds:
    """Both orgs at their start; with `clock` they share it."""
    return Worlds(brightwater.world(clock), kranich.world(clock))


def brightwater_world(clock: Clock | None = None) -> World:
    """Brightwater Instruments: enterprise edition, US data centre, 64 leads."""
    return brightwater.world(clock)


def kranich_world(clock: Clock | None = None) -> World:
    """Kranich Möbel GmbH: professional edition, EU data centre, 13 leads."""
    return kranich.world(clock)

"""The roles a contact can have in a deal, and `GET /Contacts/roles`.

Zoho lets administrators change the list; here it is the one every org starts with.
https://www.zoho.com/crm/developer/docs/api/v8/get-contact-roles.html
"""

from flask import Blueprint

from ..answers import Json
from ..call import Answer, endpoint
from ..caller import current
from ..world import World

bp = Blueprint("contact_roles", __name__)

NAMES = (
    "Developer/Evaluator", "Decision Maker", "Purchasing", "Executive Sponsor",
    "Engineering Lead", "Economic Decision Maker", "Product Management",
)  # fmt: skip
FIRST = 6872


def contact_roles(world: World) -> list[Json]:
    """Every role with its id. World's own ids are odd: these even ones are nobody else's."""
    return [
        {"id": f"{world.org.zgid[-7:]:0>7}{FIRST + 2 * number:012d}", "name": name,
         "sequence_number": number + 1}
        for number, name in enumerate(NAMES)
    ]  # fmt: skip


@endpoint(bp, "/Contacts/roles", scopes=["ZohoCRM.modules.contacts.READ"], module="Contacts")
def get_contact_roles() -> Answer:
    call = current()
    call.permit("Crm_Implied_View_Contacts")
    return {"contact_roles": contact_roles(call.world)}

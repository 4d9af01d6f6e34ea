"""Which permissions we ask people to give us, and why.

https://www.zoho.com/crm/developer/docs/api/v8/scopes.html
"""

from collections.abc import Sequence

SCOPES = (
    # Leads, possible doubles and new records in any module, custom ones included; Zoho's
    # documentation asks for ALL before it lets an API client convert a lead.
    "ZohoCRM.modules.ALL",
    # What modules, fields and layouts there are; related lists to count; pipelines for a deal.
    "ZohoCRM.settings.modules.READ",
    "ZohoCRM.settings.fields.READ",
    "ZohoCRM.settings.layouts.READ",
    "ZohoCRM.settings.related_lists.READ",
    "ZohoCRM.settings.pipeline.READ",
    # What the person may do, so that nothing is offered that Zoho would refuse.
    "ZohoCRM.settings.profiles.READ",
    # Who signed in, and in which org: Zoho's widgets prove neither.
    "ZohoCRM.users.READ",
    "ZohoCRM.org.READ",
    # Searching for doubles needs it beside the permission to read the module.
    "ZohoSearch.securesearch.READ",
    # Several questions in one call.
    "ZohoCRM.composite_requests.CUSTOM",
    # Finding what a call made whose answer was lost: a search sees it only seconds later.
    "ZohoCRM.coql.READ",
    # Bringing a lead back that a conversion has deleted.
    "ZohoCRM.settings.recycle_bin.UPDATE",
)

SETUP = (
    # The fields that we add to modules.
    "ZohoCRM.settings.fields.CREATE",
    "ZohoCRM.settings.fields.UPDATE",
    # The webhook and the workflow rule that call us.
    "ZohoCRM.settings.automation_actions.ALL",
    "ZohoCRM.settings.workflow_rules.ALL",
    # Being told when records change.
    "ZohoCRM.notifications.ALL",
)
"""What setting Zoho up needs besides: asked of whoever installs, and of nobody else."""


def asked(purpose: str) -> tuple[str, ...]:
    """What the consent asks for: an installer sets Zoho up, a user of the widget does not."""
    return (*SCOPES, *SETUP) if purpose == "install" else SCOPES


def missing(granted: str, needed: Sequence[str] = SCOPES) -> set[str]:
    """What a grant lacks of that; `granted` is as Zoho's token answer spells it."""
    held = [scope for scope in granted.replace(",", " ").split() if scope]
    return {wanted for wanted in needed if not any(_covers(scope, wanted) for scope in held)}


def _covers(held: str, wanted: str) -> bool:
    """Whether one scope is the other or wider: ZohoCRM.settings.ALL covers settings.fields.READ."""
    *group, operation = held.casefold().split(".")
    *wanted_group, wanted_operation = wanted.casefold().split(".")
    if len(group) < 2 and group != wanted_group:
        return False
    return wanted_group[: len(group)] == group and operation in (wanted_operation, "all")

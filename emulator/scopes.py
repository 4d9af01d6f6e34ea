"""Which OAuth scopes exist and what they allow.

https://www.zoho.com/crm/developer/docs/api/v8/scopes.html
"""

from collections.abc import Iterable

OPERATIONS = ("ALL", "READ", "CREATE", "UPDATE", "WRITE", "DELETE")
SETTINGS = (
    "territories", "custom_views", "related_lists", "modules", "tab_groups", "fields", "layouts",
    "macros", "custom_links", "custom_buttons", "roles", "profiles", "tags", "pipeline",
    "assignment_rules", "map_dependency", "variables", "automation_actions", "workflow_rules",
    "clientportal", "currencies", "business_hours", "duplicate_check_preference",
    "record_locking_configurations", "email_templates", "inventory_templates", "global_picklist",
    "recycle_bin",
)  # fmt: skip
MODULES = (
    "approvals", "leads", "accounts", "contacts", "deals", "campaigns", "tasks", "cases",
    "events", "calls", "solutions", "products", "vendors", "pricebooks", "quotes", "salesorders",
    "purchaseorders", "invoices", "custom", "notes", "attachments", "dashboards", "search",
    "activities", "emails", "visits", "services", "appointments",
)  # fmt: skip
GROUPS = (
    "users", "org", "bulk", "notifications", "coql", "files", "features", "apis", "share",
    "recycle_bin", "templates", "zia", "signals", "change_owner", "send_mail", "mass_update",
    "mass_delete", "mass_convert", "composite_requests", "baskets", "lead_conversion",
)  # fmt: skip
ELSEWHERE = (
    "zohosearch.securesearch.read", "aaaserver.profile.read", "email", "profile", "openid",
    "zohofiles.files.all", "zohofiles.files.read", "zohofiles.files.create",
)  # fmt: skip


def exists(scope: str, custom_modules: Iterable[str] = ()) -> bool:
    """Whether Zoho knows the scope; the API names of custom modules count as modules."""
    lowered = scope.lower()
    if lowered in ELSEWHERE:
        return True
    head, *parts = lowered.split(".")
    if head != "zohocrm" or not parts:
        return False
    group, operation = parts[0], parts[-1].upper()
    if group == "composite_requests":
        return parts[1:] == ["custom"]
    if operation not in OPERATIONS:
        return False
    middle = parts[1:-1]
    if group == "modules":
        names = {*MODULES, *(name.lower() for name in custom_modules)}
        return len(middle) <= 1 and all(name in names for name in middle)
    if group == "settings":
        return len(middle) <= 1 and all(name in SETTINGS for name in middle)
    return group in GROUPS and len(parts) > 1


def allows(granted: Iterable[str], needed: str) -> bool:
    """Whether the granted scopes allow what is needed.

    `needed` names one operation, `ZohoCRM.modules.leads.READ`; alternatives are parted by
    `|`. A grant allows it if it is the same, or wider: the operation ALL (or WRITE for CREATE
    and UPDATE), or the whole group, `ZohoCRM.modules.READ`.
    """
    held = [_parts(scope) for scope in granted]
    return any(_covers(grant, _parts(wanted)) for wanted in needed.split("|") for grant in held)


def _parts(scope: str) -> tuple[tuple[str, ...], str]:
    *path, operation = scope.strip().lower().split(".")
    return tuple(path), operation


def _covers(grant: tuple[tuple[str, ...], str], wanted: tuple[tuple[str, ...], str]) -> bool:
    (path, operation), (wanted_path, wanted_operation) = grant, wanted
    # "ZohoCRM.ALL" is no scope: a grant names at least its group.
    if len(path) < 2 and path != wanted_path:
        return False
    if wanted_path[: len(path)] != path:
        return False
    if operation in (wanted_operation, "all"):
        return True
    return operation == "write" and wanted_operation in ("create", "update")

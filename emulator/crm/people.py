"""Endpoints of the org and its people: org, users, roles, profiles.

https://www.zoho.com/crm/developer/docs/api/v8/get-users.html and its neighbours.
"""

from collections.abc import Callable

from flask import Blueprint

from ..answers import Json, Rejected, invalid_param
from ..call import Answer, Call, current, endpoint
from ..permissions import MANAGE_PROFILES, Permission, all_permissions
from ..schema import Profile, Role, User
from ..world import World

bp = Blueprint("people", __name__)

USER_TYPES: dict[str, Callable[[World, User], bool]] = {
    "AllUsers": lambda world, user: True,
    "ActiveUsers": lambda world, user: user.status == "active",
    "DeactiveUsers": lambda world, user: user.status == "disabled",
    "ConfirmedUsers": lambda world, user: user.confirmed,
    "NotConfirmedUsers": lambda world, user: not user.confirmed,
    "DeletedUsers": lambda world, user: user.status == "deleted",
    "ActiveConfirmedUsers": lambda world, user: user.status == "active" and user.confirmed,
    "AdminUsers": lambda world, user: world.is_admin(user),
    "ActiveConfirmedAdmins": lambda world, user: (
        user.status == "active" and user.confirmed and world.is_admin(user)
    ),
}
NO_PERSONAL_DATA = (
    "alias", "phone", "mobile", "fax", "website", "dob", "street", "city", "state", "zip",
    "signature", "Reporting_To", "status_reason__s", "image_link", "number_separator",
    "$current_shift", "$next_shift", "$shift_effective_from",
)  # fmt: skip


@endpoint(bp, "/org", scopes=["ZohoCRM.org.READ"])
def get_org() -> Answer:
    return {"org": [_org(current().world)]}


@endpoint(bp, "/users", scopes=["ZohoCRM.users.READ"])
def get_users() -> Answer:
    call = current()
    found = _wanted(call)
    page = call.number_param("page", 1, most=1_000_000)
    per_page = call.number_param("per_page", 200, most=200)
    shown = found[(page - 1) * per_page : page * per_page]
    if not shown:
        return None
    return {
        "users": [_user(call.world, user) for user in shown],
        "info": {
            "per_page": per_page,
            "count": len(shown),
            "page": page,
            "more_records": page * per_page < len(found),
        },
    }


@endpoint(bp, "/users/<user_id>", scopes=["ZohoCRM.users.READ"])
def get_user(user_id: str) -> Answer:
    call = current()
    user = call.world.user(user_id)
    return {"users": [_user(call.world, user)]} if user else None


@endpoint(bp, "/settings/roles", scopes=["ZohoCRM.settings.roles.READ"])
def get_roles() -> Answer:
    call = current()
    return {"roles": [_role(call.world, role) for role in call.world.roles]}


@endpoint(bp, "/settings/roles/<role_id>", scopes=["ZohoCRM.settings.roles.READ"])
def get_role(role_id: str) -> Answer:
    call = current()
    found = [role for role in call.world.roles if role.id == role_id]
    return {"roles": [_role(call.world, found[0])]} if found else None


@endpoint(bp, "/settings/profiles", scopes=["ZohoCRM.settings.profiles.READ"])
def get_profiles() -> Answer:
    call = current()
    call.permit(MANAGE_PROFILES)
    profiles = [_profile(call.world, profile) for profile in call.world.profiles]
    info = {"page": 1, "per_page": 200, "count": len(profiles), "more_records": False}
    return {"profiles": profiles, "info": {**info, "license_limit": 200}}


@endpoint(bp, "/settings/profiles/<profile_id>", scopes=["ZohoCRM.settings.profiles.READ"])
def get_profile(profile_id: str) -> Answer:
    call = current()
    call.permit(MANAGE_PROFILES)
    found = [profile for profile in call.world.profiles if profile.id == profile_id]
    if not found:
        raise Rejected(
            "INVALID_DATA",
            "the id given seems to be invalid or already deleted",
            {"resource_path_index": 2},
        )
    return {"profiles": [{**_profile(call.world, found[0]), **_permissions(call.world, found[0])}]}


def _wanted(call: Call) -> list[User]:
    kind = call.param("type", "AllUsers")
    ids = call.param("ids")
    if kind == "CurrentUser":
        users = [call.user]
    elif kind in USER_TYPES:
        users = [user for user in call.world.users if USER_TYPES[kind](call.world, user)]
    else:
        raise invalid_param("type")
    return [user for user in users if not ids or user.id in ids.split(",")]


def _user(world: World, user: User) -> Json:
    role, profile = world.role(user.role), world.profile(user.profile)
    founder = world.users[0].brief()
    return {
        **dict.fromkeys(NO_PERSONAL_DATA),
        "id": user.id,
        "zuid": user.zuid,
        "full_name": user.full_name,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "email": user.email,
        "alias": user.alias,
        "phone": user.phone,
        "status": user.status,
        "confirm": user.confirmed,
        "role": {"name": user.role, "id": role.id if role else None},
        "profile": {"name": user.profile, "id": profile.id if profile else None},
        "locale": user.locale,
        "language": user.language,
        "country": user.country_locale,
        "country_locale": user.country_locale,
        "time_zone": user.time_zone,
        "date_format": user.date_format,
        "time_format": user.time_format,
        "decimal_separator": "Period",
        "name_format__s": "Salutation,First Name,Last Name",
        "sort_order_preference__s": "First Name,Last Name",
        "created_time": CREATED,
        "created_by": founder,
        "Modified_By": founder,
        "Modified_Time": CREATED,
        "type__s": "Regular User",
        "category": "regular_user",
        "microsoft": False,
        "sandboxDeveloper": False,
        "personal_account": False,
        "Isonline": False,
    }


CREATED = "2025-01-02T09:00:00-06:00"
"""When everybody here was added: the emulator keeps no history of users."""


def _org(world: World) -> Json:
    org = world.org
    return {
        "id": org.id or world.fixed_id(2),
        "zgid": org.zgid,
        "ezgid": f"e{org.zgid}",
        "zia_zgid": int(org.zgid),
        "primary_zuid": world.users[0].zuid,
        "primary_email": org.primary_email,
        "company_name": org.company_name,
        "domain_name": f"org{org.zgid}",
        "type": "production",
        "country": org.country,
        "country_code": org.country_code,
        "time_zone": org.time_zone,
        "currency": org.currency,
        "currency_symbol": org.currency_symbol,
        "currency_locale": org.currency_locale,
        "iso_code": org.iso_code,
        "phone": org.phone,
        "mc_status": False,
        "translation_enabled": org.translation_enabled,
        "privacy_settings": False,
        "hipaa_compliance_enabled": False,
        "gapps_enabled": False,
        "lite_users_enabled": False,
        "deletable_org_account": True,
        "oauth_presence": True,
        "call_icon": "desktop",
        "max_per_page": 200,
        "hierarchy_preferences": {"type": "Role_Hierarchy", "strictly_reporting": False},
        "checkin_preferences": {"restricted_event_types": None},
        "license_details": {
            "paid_expiry": None,
            "users_license_purchased": len(world.users),
            "trial_type": None,
            "trial_expiry": None,
            "paid": world.edition != "free",
            "paid_type": world.edition,
            "portal_users_license_purchased": 0,
            "trial_action": "",
        },
        "created_time": CREATED,
        **dict.fromkeys(
            ("alias", "city", "description", "fax", "mobile", "photo_id", "state", "street",
             "zia_portal_id", "zip", "website", "employee_count")
        ),
    }  # fmt: skip


def _role(world: World, role: Role) -> Json:
    above = world.role(role.reports_to) if role.reports_to else None
    return {
        "id": role.id,
        "name": role.name,
        "display_label": role.name,
        "api_name": role.name.replace(" ", "_"),
        "reporting_to": {"name": above.name, "id": above.id} if above else None,
        "forecast_manager": None,
        "share_with_peers": role.share_with_peers,
        "description": None,
        "admin_user": above is None,
        "created_by__s": None,
        "modified_by__s": None,
        "created_time__s": None,
        "modified_time__s": None,
    }


def _profile(world: World, profile: Profile) -> Json:
    by = world.users[0].brief()
    return {
        "id": profile.id,
        "name": profile.name,
        "api_name": profile.name.replace(" ", "_"),
        "display_label": profile.name,
        "description": profile.description or None,
        "type": "normal_profile",
        "custom": profile.custom,
        "category": profile.custom,
        "default": profile.name == "Standard",
        "created_time": CREATED if profile.custom else None,
        "created_by": by if profile.custom else None,
        "modified_time": CREATED,
        "modified_by": by,
    }


def _permissions(world: World, profile: Profile) -> Json:
    """`permissions_details` and the sections that arrange them."""
    known = all_permissions(world.modules)
    ids = {one.name: world.fixed_id(16_000 + 2 * n) for n, one in enumerate(known)}
    return {
        "permissions_details": [
            {
                "id": ids[one.name],
                "name": one.name,
                "display_label": one.label,
                "module": one.module,
                "customizable": one.customizable,
                "enabled": world.allows(profile, one.name),
                "parent_permissions": [ids[one.parent]] if one.parent in ids else None,
            }
            for one in known
        ],
        "sections": _sections(known, ids),
    }


def _sections(known: list[Permission], ids: dict[str, str]) -> list[Json]:
    sections: dict[str, dict[str, Json]] = {}
    for one in known:
        categories = sections.setdefault(one.section, {})
        category = categories.setdefault(
            one.category,
            {"display_label": one.category, "permissions_details": [], "name": one.category},
        )
        if one.section == "module":
            category["module"] = category["display_label"] = one.module
        category["permissions_details"].append(ids[one.name])
    return [
        {"name": name, "categories": list(categories.values())}
        for name, categories in sections.items()
    ]

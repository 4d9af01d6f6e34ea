"""What a person is told when Zoho refuses, and what a program is told besides.

Of Zoho's own words nothing is passed on: its messages and details may hold people's data.
"""

import re
from collections.abc import Mapping
from typing import Any

from extension.errors import ScopeMissing, ZohoMissing, ZohoRefused

CODE = re.compile(r"[A-Z][A-Z0-9_]{0,63}")

SENTENCES = {
    "NO_PERMISSION": "Your profile in Zoho CRM does not allow this. Ask an administrator.",
    "AUTHORIZATION_FAILED": "Your profile in Zoho CRM does not allow this. Ask an administrator.",
    "NOT_ALLOWED": "Zoho does not allow this for this record.",
    "AUTHENTICATION_FAILURE": "Zoho does not recognise you. Sign in again.",
    "NOT_APPROVED": "The record waits for an approval. Have it approved first.",
    "NOT_REVIEWED": "The record waits for a review. Have it reviewed first.",
    "RECORD_LOCKED": "The record is locked. Unlock it first, or wait until it is unlocked.",
    "ID_ALREADY_CONVERTED": "The lead has been converted already.",
    "DUPLICATE_DATA": "A record with the same unique value exists already.",
    "MANDATORY_NOT_FOUND": "A mandatory field is empty.",
    "MAPPING_MISMATCH": "Two of the values do not go together.",
    "INVALID_DATA": "Zoho does not accept one of the values.",
    "INVALID_MODULE": "There is no such module, or you may not see it.",
    "NOT_SUPPORTED": "Zoho does not offer this through its API.",
    "API_NOT_SUPPORTED": "The configured version of Zoho's API does not offer this.",
    "FEATURE_NOT_SUPPORTED": "The edition of your Zoho CRM does not offer this.",
    "INVALID_REFERENCE": "A value that this needs is missing.",
    "HTTP_413": "This is too large for Zoho.",
    "FILE_SIZE_MORE_THAN_ALLOWED_SIZE": "This is too large for Zoho.",
    "BODY_SIZE_REACHED": "This is too large for Zoho.",
    "DOWNLOAD_NOT_ALLOWED": "This is a link, or lies elsewhere: Zoho hands out no copy of it.",
    "CONVERTED_RECORD": "The lead has been converted, and cannot be changed any more.",
    "ALREADY_MODIFIED": "Somebody has changed the record meanwhile.",
    "CANNOT_RESTORE_WITHOUT_PARENT": "What this hung on is deleted. Bring that back first.",
    "RECORD_IN_BLUEPRINT": "The record is in a blueprint, which decides what may change.",
    "LIMIT_EXCEEDED": "This is more than Zoho allows.",
    "PAGINATION_LIMIT_EXCEEDED": "There is more here than can be read.",
    "HTTP_414": "This is too long for Zoho.",
}

# Names and numbers of Zoho's metadata. Left out on purpose: `value`, `duplicate_record`,
# `reference`, `expression` and whatever else may repeat what somebody typed.
PASSED_ON = frozenset(
    {
        "api_name", "json_path", "param_name", "param", "param_names", "expected_data_type",
        "maximum_length", "permissions", "resource_path_index", "mapped_field", "regex", "limit",
        "supported_version", "allowed_services", "operator", "id",
    }
)  # fmt: skip


def refusal(code: object, envelope: Mapping[str, Any]) -> ZohoRefused:
    """The refusal that Zoho's error envelope stands for."""
    details = envelope.get("details")
    details = details if isinstance(details, dict) else {}
    code = _true_code(code, envelope)
    if code == "OAUTH_SCOPE_MISMATCH":
        return ScopeMissing(
            "You have not agreed to everything that this needs. Sign in with Zoho again; "
            "if that does not help, an administrator must install the extension again.",
            zoho_code=code,
        )
    # Only ids are answered like this: other faults of a URL have codes of their own.
    if code == "INVALID_DATA" and "resource_path_index" in details:
        return ZohoMissing(
            "There is no such record, or you may not see it.",
            zoho_code=code,
            details=_safe(details),
        )
    if isinstance(several := details.get("errors"), list):
        return _several(code, several)
    return ZohoRefused(_sentence(code), zoho_code=code, details=_safe(details))


def _several(code: str, errors: list[Any]) -> ZohoRefused:
    """More than one fault of one record: told is the first."""
    told = [refusal(one["code"], one) for one in errors if isinstance(one, dict) and "code" in one]
    return ZohoRefused(
        told[0].message if told else _sentence(code),
        zoho_code=code,
        details={"errors": [{"code": one.zoho_code, **one.details} for one in told]},
    )


def _true_code(code: object, envelope: Mapping[str, Any]) -> str:
    """Zoho's code, in one spelling; what is none is not repeated."""
    # Related counts of a converted lead come as INVALID_DATA with the message of the other code.
    if envelope.get("message") == "id already converted":
        return "ID_ALREADY_CONVERTED"
    return code if isinstance(code, str) and CODE.fullmatch(code) else "UNKNOWN"


def _sentence(code: str) -> str:
    return SENTENCES.get(code, f"Zoho refuses this ({code}).")


def _safe(details: Mapping[str, Any]) -> dict[str, object]:
    safe = {key: value for key, value in details.items() if key in PASSED_ON and _plain(value)}
    twin = details.get("duplicate_record")
    if isinstance(twin, dict) and isinstance(twin.get("id"), str):
        safe["id"] = twin["id"]
    return safe


def _plain(value: object) -> bool:
    """A name, a number, or a list of those."""
    if isinstance(value, list):
        return all(isinstance(one, str | int) for one in value)
    return isinstance(value, str | int)

"""What Zoho answers: its error envelope, its success entries and its answers about many records.

An error is raised as `Rejected` wherever it is found; the endpoint turns it into Zoho's JSON.
In answers about many records it stands in the list beside the successes: see `many`.
"""

from collections.abc import Sequence
from typing import Any

Json = dict[str, Any]


class Rejected(Exception):
    """Zoho refuses: with this status, code, message and details.

    `under` names the list that holds the error in the answer ("data", "fields", "tags" …);
    without it the error is the whole answer.
    """

    def __init__(
        self,
        code: str,
        message: str,
        details: Json | None = None,
        *,
        status: int = 400,
        under: str | None = None,
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.details = details or {}
        self.status = status
        self.under = under

    def entry(self) -> Json:
        """The error as one object: `{"code","details","message","status":"error"}`."""
        return {
            "code": self.code,
            "details": self.details,
            "message": self.message,
            "status": "error",
        }

    def body(self) -> Json:
        """The whole answer: the entry, or the entry in the list named by `under`."""
        return {self.under: [self.entry()]} if self.under else self.entry()

    def inside(self, under: str) -> "Rejected":
        """The same error, answered inside the list `under`."""
        return Rejected(self.code, self.message, self.details, status=self.status, under=under)


def invalid_token() -> Rejected:
    return Rejected("INVALID_TOKEN", "invalid oauth token", status=401)


def scope_mismatch() -> Rejected:
    return Rejected("OAUTH_SCOPE_MISMATCH", "invalid oauth scope to access this URL", status=401)


def authentication_failure() -> Rejected:
    return Rejected("AUTHENTICATION_FAILURE", "Authentication failed", status=401)


def no_permission(*permissions: str) -> Rejected:
    details = {"permissions": list(permissions)} if permissions else {}
    return Rejected("NO_PERMISSION", "permission denied", details, status=403)


def too_many_requests() -> Rejected:
    """Credits, concurrency and sub-concurrency alike; Zoho says no more and no Retry-After."""
    return Rejected(
        "TOO_MANY_REQUESTS",
        "Number of API requests for the 24 hour period is exceeded or the concurrency limit "
        "of the user for the app is exceeded",
        status=429,
    )


def internal_error() -> Rejected:
    return Rejected("INTERNAL_ERROR", "Internal Server Error", status=500)


def invalid_url() -> Rejected:
    return Rejected(
        "INVALID_URL_PATTERN",
        "Please check if the URL trying to access is a correct one",
        status=404,
    )


def invalid_method() -> Rejected:
    return Rejected("INVALID_REQUEST_METHOD", "The http request method type is not a valid one")


def api_not_supported(supported: int = 2) -> Rejected:
    return Rejected(
        "API_NOT_SUPPORTED",
        f"The api version {supported - 1} is not supported. "
        f"Please use the version {supported} or above.",
        {"supported_version": supported},
    )


def invalid_module(index: int = 0) -> Rejected:
    """`index` is the 0-based path segment after the version that names the module."""
    return Rejected(
        "INVALID_MODULE",
        "the module name given seems to be invalid",
        {"resource_path_index": index},
    )


def not_supported(message: str = "the given module is not supported in api") -> Rejected:
    return Rejected("NOT_SUPPORTED", message)


def required_param_missing(name: str) -> Rejected:
    return Rejected(
        "REQUIRED_PARAM_MISSING",
        "One of the expected parameter is missing",
        {"param_name": name},
    )


def invalid_param(name: str) -> Rejected:
    return Rejected("INVALID_DATA", "invalid data", {"param_name": name})


def invalid_id(index: int = 1) -> Rejected:
    """`index` is the 0-based path segment after the version that holds the id."""
    return Rejected(
        "INVALID_DATA", "the given id seems to be invalid", {"resource_path_index": index}
    )


def invalid_body(expected: str = "jsonobject") -> Rejected:
    return Rejected("INVALID_DATA", "body", {"expected_data_type": expected})


def invalid_data(
    api_name: str, json_path: str = "", message: str = "invalid data", **details: Any
) -> Rejected:
    """A value that does not fit; `details` such as expected_data_type or maximum_length."""
    return Rejected("INVALID_DATA", message, _place(api_name, json_path, details))


def mandatory_not_found(
    api_name: str, json_path: str = "", message: str = "required field not found", **details: Any
) -> Rejected:
    return Rejected("MANDATORY_NOT_FOUND", message, _place(api_name, json_path, details))


def limit_exceeded(limit: int, api_name: str, json_path: str, message: str) -> Rejected:
    due = [{"api_name": api_name, "json_path": json_path}]
    return Rejected("LIMIT_EXCEEDED", message, {"limit": limit, "limit_due_to": due})


def _place(api_name: str, json_path: str, details: Json) -> Json:
    path = {"json_path": json_path} if json_path else {}
    return {**details, "api_name": api_name, **path}


def success(message: str, details: Json | None = None, **extra: Any) -> Json:
    """One successful entry; `extra` are keys beside code, such as `action` of an upsert."""
    return {
        "code": "SUCCESS",
        **extra,
        "details": details or {},
        "message": message,
        "status": "success",
    }


def many(
    under: str, entries: Sequence[Json | Rejected], *, created: bool = False
) -> tuple[Json, int]:
    """The answer about many records, in request order, and its status.

    All well: 201 if `created`, else 200. Mixed: 207. All refused: the status that
    they share, else 400.
    """
    refused = [entry for entry in entries if isinstance(entry, Rejected)]
    body = {under: [e.entry() if isinstance(e, Rejected) else e for e in entries]}
    if not refused:
        return body, 201 if created else 200
    if len(refused) < len(entries):
        return body, 207
    statuses = {entry.status for entry in refused}
    return body, statuses.pop() if len(statuses) == 1 else 400

"""Where targets are kept in the API, and what it says of those that are none."""

from tests.extension.rig import error_of

PATH = "/api/v1/targets"
SUGGESTION = f"{PATH}/suggestion?module=Vendors"
RULE = f"{PATH}/supplier/records/vendor/fields/Website"


def faults(answer) -> dict[str, str]:
    assert error_of(answer) == (422, "invalid_input")
    found: dict[str, str] = answer.json["error"]["details"]["fields"]
    return found

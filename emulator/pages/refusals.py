"""The one way in which a widget's request is refused."""

from typing import Any


class Refusal(Exception):
    """The promise of the widget's call is rejected with this value."""

    def __init__(self, value: Any) -> None:
        super().__init__("refused")
        self.value = value


def refusal(code: str, message: str) -> Refusal:
    """A refusal that looks like the API's errors."""
    return Refusal({"code": code, "details": {}, "message": message, "status": "error"})

"""The parts of the application that serves the current request."""

from typing import cast

from flask import current_app

from ..parts import Parts

KEY = "convert-anywhere"


def parts() -> Parts:
    return cast(Parts, current_app.extensions[KEY])

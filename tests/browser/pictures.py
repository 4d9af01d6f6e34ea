"""Pictures of pages, for people to look at."""

from pathlib import Path

from playwright.sync_api import Error, Locator, Page

TRIES = 3
BUSY = "Unable to capture screenshot"
"""A browser that has to share the machine says so now and then, of a page that is all right."""


def take(page: Page | Locator, path: Path, *, full_page: bool = False) -> None:
    """Keep a picture of what can be seen."""
    whole = {"full_page": True} if full_page and isinstance(page, Page) else {}
    for left in reversed(range(TRIES)):
        try:
            page.screenshot(path=path, **whole)
        except Error as error:
            if BUSY not in str(error) or not left:
                raise
        else:
            return

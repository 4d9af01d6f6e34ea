"""Take the pictures of docs/workflows.md anew: `python -m tests.tools.zoho_pictures`.

An administrator has the demo's Zoho set up from the page; what that has made there is photographed
on the emulator's own pages. Keys, secrets and the ports of this run are put out of sight.
"""

import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from extension import demo
from extension.demo import Running
from tests.browser.conftest import ARGUMENTS, PATIENCE
from tests.browser.pictures import take
from tests.browser.story.automation.rule import ADMINISTRATOR, set_up
from tests.browser.story.desk import Desk
from tests.tools.browser import installed

DOCS = Path(__file__).parents[2] / "docs"
PICTURES = {"zoho-rule.png": "Convert Anywhere rule", "zoho-webhook.png": "Convert Anywhere call"}
"""File -> the page of Zoho's automation that it shows."""
MOST_BYTES = 150_000
PLAIN = """(address) => {
    const secret = /^[\\w-]{20,}$/;
    const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const one = walker.currentNode;
        one.data = one.data.replaceAll(address, "https://convert.example.com");
        one.data = one.data.replace(/(\\/hooks\\/workflow\\/)[\\w-]+/, "$1<key>");
        if (secret.test(one.data.trim()) && !one.data.includes("Anywhere")) one.data = "<secret>";
    }
}"""


def main() -> int:
    """How many of the pictures are too large to be kept."""
    with (
        demo.running(ports=(0, 0)) as running,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=installed(), args=ARGUMENTS) as browser,
    ):
        demo.install(running)
        expect.set_options(timeout=PATIENCE)
        sizes = photograph(browser, running)
    for name, size in sizes.items():
        print(f"docs/{name}: {size:,} bytes")
    return sum(size > MOST_BYTES for size in sizes.values())


def photograph(browser: Browser, running: Running, into: Path = DOCS) -> dict[str, int]:
    """Have Zoho set up, and take each picture; file -> its size."""
    context = browser.new_context(viewport={"width": 900, "height": 600})
    set_up(context.new_page(), running)
    desk = Desk(context.new_page(), running, demo.orgs(running)[0], ADMINISTRATOR)
    desk.leads()
    for name, title in PICTURES.items():
        _open(desk, title)
        desk.page.evaluate(PLAIN, running.extension)
        take(desk.page, into / name, full_page=True)
    context.close()
    return {name: (into / name).stat().st_size for name in PICTURES}


def _open(desk: Desk, title: str) -> Page:
    zgid = desk.org["zgid"]
    desk.page.goto(f"{desk.running.emulator}/crm/org{zgid}/setup/automation")
    desk.page.get_by_role("link", name=title, exact=True).click()
    expect(desk.page.get_by_role("heading", level=1)).to_have_text(title)
    return desk.page


if __name__ == "__main__":
    sys.exit(main())

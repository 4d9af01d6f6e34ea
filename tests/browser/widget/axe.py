"""What axe finds wrong with the widget."""

from tests.browser.widget.conftest import Desk
from tests.browser.widget.server import ROOT

AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text()


def complaints(desk: Desk) -> list[str]:
    """What axe finds wrong with the widget, gravest first."""
    widget = desk.page.frames[1]
    widget.evaluate(AXE)
    found = widget.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['impact']} {one['id']}: {node['html'][:120]} {node['failureSummary'][:200]}"
        for one in found["violations"]
        for node in one["nodes"]
    ]

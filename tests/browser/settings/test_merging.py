"""One list of targets out of two that were changed at the same time."""

from typing import Any

import pytest

from tests.browser.settings.conftest import Desk

pytestmark = pytest.mark.browser

WORK_OUT = """async ([base, mine, theirs]) => {
    const { clashes, onTop } = await import("/app/js/settings/differences.js");
    const list = (keys) => keys.map((one) => ({ key: one[0], label: one, kind: "zoho" }));
    const all = [base, mine, theirs].map(list);
    return [onTop(...all).map(({ label }) => label), clashes(...all)];
}"""
# Each target is its key and, behind it, what was made of it.
CASES = {
    "different targets": (["a", "b"], ["a1", "b"], ["a", "b2"], ["a1", "b2"], []),
    "the same target": (["a", "b"], ["a1", "b"], ["a2", "b"], ["a1", "b"], ["a"]),
    "I removed it": (["a", "b"], ["b"], ["a", "b2"], ["b2"], []),
    "I removed what they changed": (["a", "b"], ["b"], ["a2", "b"], ["b"], ["a"]),
    "they removed it": (["a", "b"], ["a", "b1"], ["b"], ["b1"], []),
    "they removed what I changed": (["a", "b"], ["a1", "b"], ["b"], ["b", "a1"], ["a"]),
    "both added": (["a"], ["a", "c1"], ["a", "d2"], ["a", "d2", "c1"], []),
    "I changed the order": (["a", "b", "c"], ["c", "a", "b"], ["a", "b2", "c"],
                            ["c", "a", "b2"], []),
    "they changed the order": (["a", "b"], ["a1", "b"], ["b", "a"], ["b", "a1"], []),
    "nobody did anything": (["a", "b"], ["a", "b"], ["a", "b"], ["a", "b"], []),
}  # fmt: skip


def test_mine_on_top_keeps_whatever_they_did_elsewhere(desk: Desk) -> None:
    desk.open()
    found: dict[str, Any] = {
        name: desk.page.evaluate(WORK_OUT, [base, mine, theirs])
        for name, (base, mine, theirs, _, _) in CASES.items()
    }
    assert found == {name: [list(wanted), clashes] for name, (*_, wanted, clashes) in CASES.items()}

"""How much of the extension the tests reach: a plugin of pytest, `-p tests.measuring`.

Probes in its own code count, each process for itself: a tracer, which on Python 3.11 is told of
every line of every library, makes tests almost twice as slow. Children of tests are not counted.
"""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
import slipcover
from slipcover.importer import wrap_spec_from_file_location

SOURCE = str(Path(__file__).parents[1] / "extension")
NEVER_REACHED = ["assert_never"]
KEY = "measured"
ALWAYS = 2**31 - 1
"""Probes stay: to exchange code while threads run it saves less than it costs."""

# Whatever is imported before is not counted.
assert "extension" not in sys.modules
probes = slipcover.Slipcover(
    branch=True, source=[SOURCE], exclude_also=NEVER_REACHED, d_miss_threshold=ALWAYS
)
matcher = slipcover.FileMatcher(sources=[SOURCE])
slipcover.ImportManager(probes, matcher).__enter__()
# As migrations are loaded.
wrap_spec_from_file_location(probes, matcher)
counted: list[dict[str, Any]] = []


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    told = getattr(session.config, "workeroutput", None)
    if told is None:
        counted.append(probes.get_coverage())
    else:
        told[KEY] = json.dumps(probes.get_coverage())


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    # One that has crashed tells nothing.
    if KEY in getattr(node, "workeroutput", {}):
        counted.append(json.loads(node.workeroutput[KEY]))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    whole = counted[0]
    for more in counted[1:]:
        slipcover.merge_coverage(whole, more)
    reached = whole["summary"]
    terminalreporter.section("coverage of the extension")
    slipcover.print_coverage(whole, outfile=terminalreporter, skip_covered=True, missing_width=60)
    terminalreporter.line("")
    terminalreporter.line(
        f"TOTAL {reached['percent_covered']:.1f}%: {_share(reached, 'lines')}, "
        f"{_share(reached, 'branches')}"
    )


def _share(reached: dict[str, Any], what: str) -> str:
    covered = reached[f"covered_{what}"]
    return f"{covered:,} of {covered + reached[f'missing_{what}']:,} {what}"

"""Which browser the tests take, and when one is installed."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
AS_ROOT = "import os; os.geteuid = lambda: 0; from tests.tools.browser import main; main()"
SHELL = "chromium-headless-shell"
APT = """#!/bin/sh
echo "$@" >> "$0.log"
for package; do
  case " $OFFERED " in *" $package "*) /bin/ln -s /bin/true "${0%/*}/$package";; esac
done
"""


@pytest.fixture
def machine(tmp_path):
    """A machine of root's, on which these programs are installed and those packages offered."""

    def run(present: tuple[str, ...], offered: str = "") -> tuple[str, list[str]]:
        for name in present:
            (tmp_path / name).symlink_to("/bin/true")
        apt = tmp_path / "apt-get"
        apt.write_text(APT)
        apt.chmod(0o755)
        done = subprocess.run(
            [sys.executable, "-c", AS_ROOT],
            env={
                "PATH": str(tmp_path), "OFFERED": offered, "HOME": str(tmp_path),
                "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path / "none"),
            },
            cwd=ROOT, capture_output=True, text=True, check=True,
        )  # fmt: skip
        said = done.stdout.splitlines()[-1].removeprefix(f"Browser: {tmp_path}/")
        log = tmp_path / "apt-get.log"
        return said, log.read_text().splitlines() if log.exists() else []

    return run


@pytest.mark.parametrize("name", ["chromium", "google-chrome", "chromium-browser", SHELL])
def test_a_browser_that_is_there_is_taken_and_nothing_is_installed(machine, name):
    assert machine((name,), offered=SHELL) == (name, [])


def test_of_several_the_quickest_is_taken(machine):
    assert machine(("google-chrome", "chromium", SHELL)) == (SHELL, [])


def test_where_there_is_none_the_quickest_is_installed(machine):
    found, asked = machine((), offered=f"{SHELL} chromium")
    assert found == SHELL
    assert asked == ["update -qq", f"install -y -qq {SHELL}"]


def test_where_the_quickest_is_not_offered_another_is_installed(machine):
    found, asked = machine((), offered="chromium")
    assert found == "chromium"
    assert asked[1:] == [f"install -y -qq {SHELL}", "install -y -qq chromium"]

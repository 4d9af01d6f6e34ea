"""The smoke run, as a newcomer starts it."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_a_smoke_run_installs_signs_in_and_prints_the_options_of_a_supplier() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "extension.demo", "--smoke"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    options = json.loads(done.stdout.splitlines()[-1])
    vendor = next(one for one in options["options"] if one["target"] == "Vendors")
    assert vendor["available"]
    assert vendor["records"][0]["matches"], "the supplier is a vendor already"

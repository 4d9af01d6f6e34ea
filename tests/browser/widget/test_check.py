"""What `make check` says about the widget: nothing as it is, and something about each mistake."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.tools import check_widget
from tests.tools.check_widget import APP


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """A copy of the widget, to be damaged."""
    return Path(shutil.copytree(APP, tmp_path / "app"))


def change(file: str, old: str, new: str) -> Callable[[Path], None]:
    def damage(app: Path) -> None:
        text = (app / file).read_text()
        assert old in text
        (app / file).write_text(text.replace(old, new, 1))

    return damage


def add(file: str, text: str) -> Callable[[Path], None]:
    def damage(app: Path) -> None:
        (app / file).write_text(text)

    return damage


def translate(language: str, key: str, text: object) -> Callable[[Path], None]:
    def damage(app: Path) -> None:
        file = app / "translations" / f"{language}.json"
        texts = json.loads(file.read_text())
        texts[key] = text
        file.write_text(json.dumps({name: said for name, said in texts.items() if said}))

    return damage


def test_the_widget_as_it_is_has_no_problem() -> None:
    assert check_widget.problems() == []


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (change("js/api.js", "return {", "return {{"), "js/api.js"),
        (change("js/flow.js", "nameOf, ", "nameOff, "), "nameOff"),
        (change("js/flow.js", '"./api.js"', '"./apis.js"'), "apis.js"),
        (add("js/left.js", "export {};\n"), "app/js/left.js is used by nothing"),
        (
            change("widget.html", '    <link rel="modulepreload" href="js/api.js">\n', ""),
            "widget.html does not preload js/api.js",
        ),
        (change("widget.html", "img/icon.svg", "img/logo.svg"), "img/logo.svg, which is not there"),
        (
            change("widget.html", "<body>", "<body><script>alert(1)</script>"),
            "an inline script besides",
        ),
        (change("widget.html", '<main class="', '<main style="" class="'), "style attribute"),
        (change("js/views/lead.js", "<nav class", "<nav style=x class"), "style attribute"),
        (add("js/html.js", "document.body.innerHTML = location;\n"), "writes markup"),
        (change("css/base.css", "margin: 0;", "margin-left: 0;"), "margin-left"),
        (translate("de", "leads.next", None), "leads.next is missing from de"),
        (translate("vi", "lead.owner", "Của ai"), "leaves out ['name']"),
        (translate("vi", "lead.owner", "{nam}"), "parts that nobody gives: ['nam']"),
        (translate("ar", "fact.lost", {"other": "{count}"}), "fact.lost needs exactly the forms"),
        (change("js/app.js", '"lead.unnamed"', '"lead.nameless"'), "translated lead.nameless"),
        (change("js/app.js", '"page.title"', '"signin.title"'), "nobody says page.title"),
        (add("js/html.js", "x".join(str(n**7) for n in range(9000))), "gzipped; it may weigh"),
        (add("img/logo.webp", "a picture"), "not allowed in Sigma"),
        (add("img/my logo.svg", "<svg/>"), "zet validate"),
    ],
)
def test_each_mistake_is_found(app: Path, damage: Callable[[Path], None], said: str) -> None:
    damage(app)
    found = []
    for problem in check_widget.each_problem(app):
        if said in problem:
            return
        found.append(problem)
    pytest.fail(f"Only these were found: {found}")

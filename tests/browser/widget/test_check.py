"""What `make check` says about the widget: nothing as it is, and something about each mistake."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.tools import check_widget
from tests.tools.check_widget import APP

HEAVY = "x".join(str(n**7) for n in range(9000))


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


def later(module: str) -> tuple[str, str]:
    """A change of js/html.js that makes it import a module when it is asked to."""
    html = "export const html"
    return html, f'export const later = () => import("./{module}.js");\n{html}'


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
        (change("js/html.js", *later("gone")), "gone.js"),
        (add("js/left.js", "export {};\n"), "app/js/left.js is used by nothing"),
        (
            change("widget.html", '    <link rel="modulepreload" href="js/api.js">\n', ""),
            "widget.html does not preload js/api.js",
        ),
        (change("widget.html", 'preload" href="config', 'prefetch" href="config'), "config.json"),
        (change("config.json", "/1.2/", "/1.5/"), "widget.html does not preload https://live"),
        (change("widget.html", "/1.2/", "/1.5/"), "SDK.min.js, which its opening does not"),
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
        (translate("en", "loss.kept", "It stays."), "kept has other parts than the server gives"),
        (translate("en", "loss.kept", None), "the server's kept has none"),
        (translate("en", "loss.cut", "It is cut."), "the server never says loss.cut"),
        (add("js/html.js", HEAVY), "widget.html weighs"),
        (add("settings.html", HEAVY), "settings.html weighs"),
        (add("settings.html", "<p>Settings</p>"), "settings.html starts no module"),
        (add("img/unseen.svg", "<svg/>"), "app/img/unseen.svg is named by no page"),
        (translate("settings/de", "bar.save", ""), "bar.save is missing from de"),
        (translate("settings/ar", "list.empty", "{x}"), "settings/ar.json: list.empty"),
        (translate("settings/en", "page.title", "Again"), "settings says page.title once more"),
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


def test_a_visit_weighs_the_two_heaviest_translations(app: Path) -> None:
    add("translations/xx.json", json.dumps({"page.title": HEAVY}))(app)
    add("translations/yy.json", json.dumps({"page.title": HEAVY}))(app)
    loaded = check_widget.visit(app / "widget.html")
    translations = {file.name for file in loaded if file.parent.name == "translations"}
    assert translations == {"xx.json", "yy.json"}


def test_what_only_another_page_loads_does_not_weigh_on_the_widget(app: Path) -> None:
    before = check_widget.visit(app / "widget.html")
    add("another.html", '<script type="module" src="js/another.js"></script>')(app)
    add("js/another.js", "export {};\n")(app)
    assert check_widget.visit(app / "widget.html") == before
    assert app / "js" / "another.js" in check_widget.visit(app / "another.html")
    assert not [one for one in before if one.parent.name == "settings"]


def test_a_picture_that_a_style_sheet_draws_is_part_of_the_visit(app: Path) -> None:
    add("img/dots.svg", "<svg/>")(app)
    change("css/base.css", "margin: 0;", 'margin: 0; background: url("../img/dots.svg");')(app)
    assert app / "img" / "dots.svg" in check_widget.visit(app / "widget.html")


@pytest.fixture
def late(app: Path) -> Path:
    """A module that is only imported once somebody asks for it."""
    change("js/html.js", *later("late"))(app)
    add("js/late.js", 'import { h } from "preact";\nexport { h };\n')(app)
    return app / "js" / "late.js"


def test_what_is_imported_later_is_no_part_of_the_opening(app: Path, late: Path) -> None:
    assert list(check_widget.scripts(app)) == []
    assert late not in check_widget.visit(app / "widget.html")
    change("widget.html", "js/html.js", 'js/late.js">\n<link rel="modulepreload" href="js/html.js')(
        app
    )
    assert list(check_widget.scripts(app)) == [
        "widget.html preloads js/late.js, which its opening does not need"
    ]


def test_what_many_leads_need_weighs_on_nobody_else(app: Path) -> None:
    batch = app / "js" / "many" / "batch.js"
    batch.write_text(f'{batch.read_text()}\nexport const heavy = "{HEAVY}";')
    [found] = check_widget.weight(app)
    assert found.startswith("what widget.html imports for many weighs")


def test_what_is_imported_later_has_a_budget_of_its_own(app: Path, late: Path) -> None:
    late.write_text(f'export const heavy = "{HEAVY}";')
    found = list(check_widget.weight(app))
    assert any(one.startswith("what widget.html imports later weighs") for one in found)
    assert not any(one.startswith("widget.html") for one in found)

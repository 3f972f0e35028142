"""The documentation as a site: it builds, whole, and needs no other host."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from lxml import html
from tools.docs import pages, site

DOCS = pages.ROOT / "docs"

if any(importlib.util.find_spec(m) is None for m in ("properdocs", "latex2mathml")):
    pytest.skip("the group site is not installed", allow_module_level=True)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "properdocs", "build", "--strict", "--quiet", "-d", str(folder)],
        cwd=pages.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def trees(folder: Path) -> dict[Path, html.HtmlElement]:
    found = sorted(p for p in folder.rglob("*.html") if p.name != "404.html")
    return {p.resolve(): html.parse(str(p)).getroot() for p in found}


def test_every_page_is_there_and_in_the_menu(built: Path) -> None:
    start = html.parse(str(built / "index.html")).getroot()
    linked = {
        unquote(a) for a in start.xpath("//nav//a/@href | //div[@id='navbar-collapse']//a/@href")
    }
    for page in [*DOCS.glob("*.md"), *(pages.ROOT / n for n in site.TOP_PAGES)]:
        name = f"{page.stem}.html"
        assert (built / name).is_file(), name
        assert name in linked, f"{name} is not in the menu: list it in docs/index.md"


def test_every_link_and_anchor_leads_somewhere(built: Path) -> None:
    known = trees(built)
    ids = {p: set(t.xpath("//*/@id")) for p, t in known.items()}
    checked = 0
    for page, tree in known.items():
        for target in tree.xpath("//a/@href | //img/@src | //link/@href | //script/@src"):
            parts = urlsplit(target)
            if parts.scheme or not (parts.path or parts.fragment):
                continue
            file = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            assert file.is_relative_to(built.resolve()), f"{page.name}: {target}"
            assert file.exists(), f"{page.name}: {target}"
            if parts.fragment and file in ids:
                assert unquote(parts.fragment) in ids[file], f"{page.name}: {target}"
            checked += 1
    assert checked > 500


def test_nothing_is_loaded_from_another_host(built: Path) -> None:
    for page, tree in trees(built).items():
        for source in tree.xpath("//script/@src | //link/@href | //img/@src"):
            assert not urlsplit(source).netloc, f"{page.name}: {source}"


def test_math_is_mathml_and_code_is_code(built: Path) -> None:
    model = html.parse(str(built / "model.html")).getroot()
    assert model.xpath("//math[@display='block']")
    assert model.xpath("//p/math[@display='inline']")
    for page, tree in trees(built).items():
        text = tree.text_content()
        assert "$$" not in text, page.name
        assert "```" not in text, page.name
        assert "\ue000" not in text, page.name
    commands = html.parse(str(built / "page.html")).getroot().xpath("//pre/code/text()")
    assert any("cn serve" in c for c in commands)


def test_a_page_keeps_its_code_and_gets_its_links() -> None:
    page = (
        "See [it](../CHANGELOG.md#a) and `$x [b](../c.md)`: $x_1$.\n\n"
        "```console parts=1-2\n$ cn a\n```\n\n- one\n\n  ```\n  a: $b$\n  ```\n"
    )
    made = site.converted(page)
    assert "[it](CHANGELOG.md#a)" in made
    assert "`$x [b](../c.md)`" in made
    assert "```console\n$ cn a\n```" in made
    assert "$x_1$" not in made
    assert "\n        a: $b$\n" in made
    shown = site.on_page_content(made)
    assert "<msub>" in shown
    assert site.converted("[x](docs/tried.md)", top=True) == "[x](tried.md)"


def test_anchors_are_those_the_tests_of_links_expect() -> None:
    assert site.slug("Does it carry over?") == "does-it-carry-over"
    assert site.slug("`cn race`: a - b") == "cn-race-a---b"

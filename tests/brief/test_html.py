"""The HTML brief: self-contained, inert, accessible, complete, deterministic."""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from comparenotes.brief import html, pdf
from comparenotes.brief.write import write_brief
from comparenotes.compare import Comparison
from comparenotes.errors import CompareNotesError
from tests.brief.conftest import run
from tests.brief.hostile import poison
from tests.compare import factory

VOID = {"meta", "img", "br", "hr", "input", "link", "path", "use"}
ACTIVE = {"script", "iframe", "object", "embed", "form", "base", "link", "img", "foreignobject"}


class Page(HTMLParser):
    """Collects tags, attributes, ids and visible text, and checks nesting."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.title = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open, f"</{tag}> closes nothing"
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "title" and "svg" not in self.open:
            self.title += data
        if self.open and self.open[-1] not in ("style", "title"):
            self.text.append(data)

    def attributes(self, name: str) -> list[str]:
        return [a[name] or "" for _, a in self.tags if name in a]


@pytest.fixture(scope="module")
def text(one: Comparison) -> str:
    return html.render(one)


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    return Page(text)


def inert(page: Page, text: str) -> None:
    """Assert that nothing on the page can run, load or post."""
    tags = {t for t, _ in page.tags}
    assert not tags & ACTIVE
    for _, attrs in page.tags:
        assert not [a for a in attrs if a.lower().startswith("on")]
        for name in ("href", "src", "xlink:href", "action"):
            value = attrs.get(name)
            assert value is None or value.startswith(
                ("#", "data:application/json", "data:text/csv")
            )
    assert "default-src 'none'" in page.attributes("content")[0]
    css = re.findall(r"<style>(.*?)</style>", text, re.S)
    assert not re.search(r"url\((?!\s*['\"]?(?:#|data:font/woff2;))|@import", "".join(css))


def test_title_says_the_finding(page: Page, one: Comparison) -> None:
    assert page.title.startswith(one.headline())


def test_nothing_is_loaded_and_nothing_runs(page: Page, text: str) -> None:
    inert(page, text)
    assert not re.search(r"https?://(?!www\.w3\.org/)", text)


def test_well_formed_with_unique_ids(page: Page) -> None:
    assert page.open == []
    ids = page.attributes("id")
    assert len(ids) == len(set(ids))
    for ref in page.attributes("aria-labelledby"):
        assert set(ref.split()) <= set(ids)


def test_every_chart_has_words(page: Page, text: str) -> None:
    charts = [a for t, a in page.tags if t == "svg"]
    assert len(charts) >= 5
    assert all(a.get("role") == "img" for a in charts)
    assert len(re.findall(r"<desc id=", text)) >= len(charts)


def test_colours_follow_the_theme(text: str) -> None:
    from comparenotes.document.theme import INKS

    body = text[text.index("<body>") :]
    for colour in INKS:
        assert colour not in body
    assert "prefers-color-scheme: dark" in text


def test_every_finding_is_there_with_reasons_and_sources(page: Page, one: Comparison) -> None:
    shown = " ".join(" ".join(page.text).split())
    for f in one.findings:
        assert " ".join(f.claim.split()) in shown
        for r in f.reasons:
            assert r in shown
    for s in one.sources():
        assert s in shown


def test_every_number_of_a_claim_is_in_the_finding(one: Comparison) -> None:
    # The claim's estimate and interval are the JSON's, rounded; none is typed.
    for f in one.findings:
        if f.estimate is None or "Difference" not in f.claim:
            continue
        tail = f.claim.split("Difference")[1].replace("−", "-")
        told = [float(x) for x in re.findall(r"[-+]?\d+\.\d", tail)]
        assert told == [round(x, 1) + 0.0 for x in (f.estimate, f.lo90 or 0.0, f.hi90 or 0.0)]


def test_the_data_can_be_had(page: Page, one: Comparison) -> None:
    links = [h for h in page.attributes("href") if h.startswith("data:")]
    assert len(links) == 2
    data = json.loads(base64.b64decode(links[0].split(",", 1)[1]))
    told = json.loads(json.dumps(one.to_dict()))
    assert {k: v for k, v in data.items() if k in told and k != "findings"} == {
        k: v for k, v in told.items() if k != "findings"
    }
    for full, f in zip(data["findings"], told["findings"], strict=True):
        assert {k: v for k, v in full.items() if k != "rows"} == f
    assert data["behind"]["campaigns"].keys() == {one.home.id, one.away[0].id}
    rows = base64.b64decode(links[1].split(",", 1)[1]).decode("utf-8")
    assert rows.startswith("n,provider,kind")


def test_same_input_same_bytes(one: Comparison, text: str) -> None:
    assert html.render(one) == text


def test_small_enough_to_send(text: str) -> None:
    assert len(text.encode()) < 1_500_000


def test_a_comparison_without_findings_still_makes_a_page(empty: Comparison) -> None:
    text = html.render(empty)
    page = Page(text)
    inert(page, text)
    assert "Nothing could be compared" in page.title
    assert "failed:" in " ".join(page.text)


def test_hostile_names_stay_text() -> None:
    c = run(poison(factory.home()), poison(factory.away()), poison(factory.away("cc-2024")))
    text = html.render(c)
    page = Page(text)
    inert(page, text)
    assert "<script" not in text
    assert "\x1b" not in text
    assert "\x00" not in text
    assert "49" not in page.title  # the template language was not obeyed


# --------------------------------------------------------------- a real browser

CHROMIUM = next(
    (p for n in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(n))), None
)


def pages(path: Path, folder: Path) -> int:
    """Print ``path`` to PDF in a headless browser and count its pages."""
    assert CHROMIUM is not None
    pdf = folder / "brief.pdf"
    subprocess.run(
        [
            CHROMIUM,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            f"--user-data-dir={folder / 'profile'}",
            "--no-pdf-header-footer",
            f"--print-to-pdf={pdf}",
            path.as_uri(),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return len(re.findall(rb"/Type\s*/Page\b", pdf.read_bytes()))


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
@pytest.mark.parametrize(("which", "most"), [("one", 2), ("three", 2), ("empty", 1)])
def test_prints_on_two_pages(
    which: str, most: int, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    path = tmp_path / "brief.html"
    path.write_text(html.render(request.getfixturevalue(which)), encoding="utf-8")
    assert pages(path, tmp_path) == most


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_a_pdf_is_written_through_the_browser(one: Comparison, tmp_path: Path) -> None:
    path = tmp_path / "brief.pdf"
    assert write_brief(one, path) == path.stat().st_size
    assert path.read_bytes().startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", path.read_bytes())) == 2


def test_a_browser_that_fails_is_told(
    one: Comparison, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "browser"
    broken.write_text("#!/bin/sh\necho no display >&2\nexit 3\n", encoding="utf-8")
    broken.chmod(0o755)
    monkeypatch.setattr(pdf, "BROWSERS", (str(broken),))
    with pytest.raises(CompareNotesError, match="no display"):
        write_brief(one, tmp_path / "brief.pdf")
    assert not (tmp_path / "brief.pdf").exists()

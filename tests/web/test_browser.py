"""The stories in a real browser, with scripts on and off; accessibility; speed."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import date
from importlib import resources

import pytest

from tests.web.chrome import CHROMIUM, Chrome
from tests.web.served import Server

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")

QUERY = "home=gb-next&away=us-2024&as_of=2026-08-20"
BRIEF = f"/brief?{QUERY}"
PATHS = [
    "/",
    f"/compare?{QUERY}",
    f"/finding?{QUERY}&n=2",
    "/race/gb-next?as_of=2026-08-20",
    "/record/gb-next?as_of=2026-08-20",
    "/message/us-2012?as_of=2012-11-05",
    f"/facts?{QUERY}",
    "/notes/gb-next",
    "/upload",
    "/race/no-such",
]
RACES = [
    "/race/fr-president-2022?as_of=2022-04-01",
    "/race/de-2021?as_of=2021-08-01",
    "/race/us-2024?as_of=2024-08-18",
]
"""A run-off; a list system with a threshold and a coalition; an electoral college."""

OVERLAPS = """
JSON.stringify([...document.querySelectorAll('svg[role=img]')].flatMap(svg => {
  if (!svg.getBoundingClientRect().width) return [];
  const texts = [...svg.querySelectorAll('text')]
    .map(t => [t.textContent, t.getBoundingClientRect()]).filter(([, r]) => r.width > 0);
  const edge = document.documentElement.clientWidth + 1, out = [];
  texts.forEach(([a, r], i) => {
    if (r.right > edge || r.left < -1) out.push([a, 'clipped']);
    texts.slice(i + 1).forEach(([b, s]) => {
      const w = Math.min(r.right, s.right) - Math.max(r.left, s.left);
      const h = Math.min(r.bottom, s.bottom) - Math.max(r.top, s.top);
      if (w > 1.5 && h > 0.35 * Math.min(r.height, s.height)) out.push([a, b]);
    });
  });
  return out;
}))
"""
COPY = """
(() => {
  const claim = document.querySelector('.finding .claim'), range = document.createRange();
  range.selectNodeContents(claim);
  document.getSelection().removeAllRanges();
  document.getSelection().addRange(range);
  const clipboardData = new DataTransfer();
  const event = new ClipboardEvent('copy', { clipboardData, bubbles: true, cancelable: true });
  claim.dispatchEvent(event);
  return clipboardData.getData('text/plain');
})()
"""
STEP = """
new Promise(done => {
  const slider = document.getElementById('as-of-slider'), begun = performance.now();
  delete document.documentElement.dataset.step;
  slider.value = Number(slider.value) + (BY);
  slider.dispatchEvent(new Event('input'));
  const look = () => document.documentElement.dataset.step
    ? requestAnimationFrame(() => done(performance.now() - begun)) : setTimeout(look, 2);
  look();
})
"""

DOUBLED = """
(() => {
  const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
  return ids.filter((x, i) => ids.indexOf(x) !== i);
})()
"""
FIRST_LOOK = """
new Promise(done => {
  const slider = document.getElementById('as-of-slider'), begun = performance.now();
  const root = document.documentElement;
  delete root.dataset.step; delete root.dataset.look;
  slider.value = 0;
  slider.dispatchEvent(new Event('input'));
  const look = () => root.dataset.look
    ? requestAnimationFrame(() => done(JSON.stringify({
        took: performance.now() - begun,
        text: document.body.innerText,
        heading: document.querySelector('h1').textContent,
      }))) : setTimeout(look, 2);
  look();
})
"""


def _screen(chrome: Chrome, width: int, height: int = 900, *, mobile: bool = False) -> None:
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile}
    chrome.do("Emulation.setDeviceMetricsOverride", **size)


def _tab(chrome: Chrome) -> None:
    key = {"key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9}
    chrome.do("Input.dispatchKeyEvent", type="keyDown", **key)
    chrome.do("Input.dispatchKeyEvent", type="keyUp", **key)


def _serious(chrome: Chrome) -> list[tuple[str, str, str]]:
    """Return what axe finds serious or critical on the page shown."""
    axe = (resources.files("axe_core_python") / "axe.min.js").read_text(encoding="utf-8")
    chrome.js(f"{axe}; 0")
    run = "axe.run({resultTypes: ['violations']}).then(r => JSON.stringify(r.violations))"
    found = json.loads(chrome.js(run, wait=True))
    return [
        (v["id"], v["nodes"][0]["html"][:120], v["nodes"][0].get("failureSummary", "")[:200])
        for v in found
        if v["impact"] in ("serious", "critical")
    ]


@pytest.fixture(scope="module")
def chrome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    browser = Chrome(tmp_path_factory.mktemp("profile"))
    _screen(browser, 1100, 900, mobile=False)
    yield browser
    browser.close()


@pytest.fixture(params=["scripts on", "scripts off"])
def reader(request: pytest.FixtureRequest, chrome: Chrome) -> Iterator[Chrome]:
    """Give the browser with the page's scripts on, and off."""
    chrome.problems.clear()
    chrome.do("Emulation.setScriptExecutionDisabled", value=request.param == "scripts off")
    yield chrome
    chrome.do("Emulation.setScriptExecutionDisabled", value=False)
    assert chrome.problems == []


def _to_the_brief(reader: Chrome, home: str) -> None:
    """Go on from an explorer: compare, look behind a finding, open the brief."""
    reader.follow("Compare")
    assert reader.js("document.getElementById('home').value") == home
    assert reader.js("document.getElementById('away').value") not in ("", home)
    reader.click("form.choose button")
    assert "What to take home" in reader.text()
    reader.follow("Brief")
    text = reader.text()
    assert "What to take home" in text
    assert "What decides whether it carries over" in text
    assert "Nothing published later was used" in text
    assert reader.js("document.scripts.length") == 0


def test_is_the_lead_real(reader: Chrome, server: Server) -> None:
    reader.go(f"{server.origin}/?as_of=2026-08-20")
    reader.follow("Is the lead real?")
    text = reader.text()
    assert "Labour led Reform UK by" in text
    assert "90% interval" in text
    assert "among voters, allowing for an error all polls share" in text
    assert "House effects" in text
    _to_the_brief(reader, "gb-next")


def test_campaigns_stand_in_the_order_a_reader_looks_them_up(
    reader: Chrome, server: Server
) -> None:
    reader.go(f"{server.origin}/?as_of=2026-08-20")
    rows = reader.js("[...document.querySelectorAll('table.list tbody th')].map(e => e.innerText)")
    assert "your own" in rows[0]
    nations = [r.split()[0] for r in rows[1:] if not r.startswith("Next")]
    assert nations == sorted(nations)
    swedish = [r for r in rows if r.startswith("Swedish")]
    assert swedish == sorted(swedish)


def test_an_earlier_day_without_the_slider(reader: Chrome, server: Server) -> None:
    reader.go(f"{server.origin}/race/my-vote?as_of=2026-08-20")
    reader.follow("a week earlier")
    assert "as_of=2026-08-13" in reader.js("location.href")
    assert "In the polls" in reader.text()


def test_how_an_issue_features(reader: Chrome, server: Server) -> None:
    reader.go(f"{server.origin}/?as_of=2026-08-20")
    reader.follow("How does an issue feature?")
    text = reader.text()
    assert "Democrats less Republicans" in text
    assert "of these attack" in text.lower()
    assert "the coder finds" in text
    assert "Contest:" in text
    _to_the_brief(reader, "us-2012")


def test_how_first_term_governments_fare(reader: Chrome, server: Server) -> None:
    reader.go(f"{server.origin}/?as_of=2026-08-20")
    reader.follow("How do first-term governments fare?")
    text = reader.text()
    assert "kept the leading office" in text
    assert "lost it" in text
    assert "Nearest cases" in text
    assert reader.js("document.querySelectorAll('svg[role=img]').length") == 2
    _to_the_brief(reader, "gb-next")


def test_who_meets_whom_in_a_run_off(reader: Chrome, server: Server) -> None:
    reader.go(server.origin + RACES[0])
    text = reader.text()
    for told in (
        "Run-off on 24 April 2022",
        "Macron against Le Pen",
        "They meet",
        "First wins",
        "Other wins",
        "Elected, over both rounds: Macron",
    ):
        assert told in text
    assert "Result:" not in text  # nobody knew it then
    reader.go(f"{server.origin}/race/fr-president-2022?as_of=2022-06-01")
    assert "Result: Macron 58.5, Le Pen 41.5." in reader.text()


def test_seats_with_both_chances_and_the_chart_to_paste(reader: Chrome, server: Server) -> None:
    reader.go(server.origin + RACES[1])
    text = reader.text()
    assert "A majority, " in text
    assert "nobody" in text
    assert "Parties of the government (CDU/CSU and Social Democrats)" in text
    assert "Clears 5%" in text
    reader.go(server.origin + RACES[2])
    text = reader.text()
    assert "A majority, 270 of 538: " in text
    assert "Closest regions" in text
    assert "Pennsylvania" in text
    links = reader.js("[...document.links].map(a => a.href).filter(h => h.includes('/chart/'))")
    assert len(links) == 4
    for link in links:
        answer = server.get(link.removeprefix(server.origin))
        assert answer.status == 200
        assert answer.headers["content-disposition"].startswith("attachment; filename=")
        start = b"\x89PNG" if ".png" in link else b"<?xml"
        assert answer.body.startswith(start)


def test_what_is_worth_comparing_stands_on_the_first_page(reader: Chrome, server: Server) -> None:
    reader.go(f"{server.origin}/?as_of=2026-08-20")
    assert "Worth comparing with Britain (next)" in reader.text()
    sides = reader.js(
        "[...document.querySelectorAll('.pairs tbody tr')]"
        ".map(r => [...r.querySelectorAll('td')].map(c => Boolean(c.querySelector('a'))))"
    )
    assert len(sides) == 4
    assert all(s == [True, True] for s in sides)  # a winner and a loser of each kind
    reader.click(".pairs td a")
    assert "What to take home" in reader.text()
    assert "home=gb-next" in reader.js("location.href")


def test_a_campaign_without_texts_says_what_to_do(reader: Chrome, server: Server) -> None:
    reader.go(f"{server.origin}/message/de-2021?as_of=2021-09-01")
    assert "there are no texts of it yet" in reader.text()
    assert reader.js("document.querySelector('code').textContent") == (
        "cn serve --texts de-2021=FILE"
    )
    reader.follow("Race")
    assert "In the polls" in reader.text()


def test_a_finding_has_a_page_of_its_own(reader: Chrome, server: Server) -> None:
    reader.go(f"{server.origin}/compare?{QUERY}")
    reader.go(reader.js("document.querySelector('.finding .kind a').href"))
    text = reader.text()
    for told in ("What would change this", "Formula", "Grade", "Carries over", "Limits", "Sources"):
        assert told in text
    reader.follow("All findings")
    reader.follow("Brief to print")
    assert "What to take home" in reader.text()


def test_what_is_behind_a_finding_opens_beside_it(chrome: Chrome, server: Server) -> None:
    chrome.problems.clear()
    for width in (360, 1500):
        _screen(chrome, width, 900)
        chrome.go(f"{server.origin}/compare?{QUERY}")
        first = "document.querySelector('.finding .kind a')"
        assert chrome.js(f"{first}.getAttribute('aria-expanded')") == "false"
        chrome.js(f"{first}.focus(); {first}.click()")
        chrome.until("document.activeElement.id === 'panel'")
        text = chrome.js("document.getElementById('panel').innerText")
        for told in ("What would change this", "Formula", "Limits", "Sources", "To pass on"):
            assert told in text
        assert chrome.js("document.querySelectorAll('#panel svg[role=img]').length") >= 1
        assert chrome.js("document.documentElement.scrollWidth") <= width
        assert chrome.js(DOUBLED) == []
        assert _serious(chrome) == []
        left, right = chrome.js(
            "['main .finding .claim', '#panel'].map(s => document.querySelector(s)"
            ".getBoundingClientRect()).map((r, i) => i ? r.left : r.right)"
        )
        assert (left <= right) == (width == 1500)  # beside it, or under it
        escape = {"key": "Escape", "code": "Escape", "windowsVirtualKeyCode": 27}
        chrome.do("Input.dispatchKeyEvent", type="keyDown", **escape)
        chrome.do("Input.dispatchKeyEvent", type="keyUp", **escape)
        assert chrome.js("document.getElementById('panel')") is None
        assert chrome.js(f"document.activeElement === {first}")
    _screen(chrome, 1100, 900)
    assert chrome.problems == []


def test_a_note_is_added_by_hand(reader: Chrome, fresh: Server) -> None:
    reader.go(f"{fresh.origin}/notes/us-2024")
    reader.js(
        "document.getElementById('text').value = 'Heard in the hall';"
        "document.getElementById('author').value = 'A. Visitor'"
    )
    reader.click("form.note button")
    assert "The note is saved" in reader.text()
    assert "Heard in the hall" in reader.text()


@pytest.mark.parametrize("path", [*PATHS, *RACES, BRIEF])
def test_no_serious_barrier(chrome: Chrome, server: Server, path: str) -> None:
    chrome.go(server.origin + path)
    for scheme in ("light", "dark"):
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        chrome.do("Emulation.setEmulatedMedia", features=features)
        assert _serious(chrome) == [], scheme
    chrome.do("Emulation.setEmulatedMedia", features=[])


@pytest.mark.parametrize("path", [*PATHS, *RACES, BRIEF])
def test_fits_a_phone(chrome: Chrome, server: Server, path: str) -> None:
    _screen(chrome, 360, 780, mobile=True)
    chrome.go(server.origin + path)
    assert chrome.js("document.documentElement.scrollWidth") <= 360
    _screen(chrome, 1100, 900, mobile=False)


@pytest.mark.parametrize("path", [*PATHS[1:6], *RACES, BRIEF])
@pytest.mark.parametrize("width", [360, 1100])
def test_no_label_in_a_chart_covers_another(
    chrome: Chrome, server: Server, path: str, width: int
) -> None:
    _screen(chrome, width, 900, mobile=False)
    chrome.go(server.origin + path)
    overlaps = chrome.js(OVERLAPS)
    _screen(chrome, 1100, 900, mobile=False)
    assert json.loads(overlaps) == []


@pytest.mark.parametrize("path", [*PATHS, *RACES])
def test_no_table_is_cut_off_at_a_desk(chrome: Chrome, server: Server, path: str) -> None:
    chrome.go(server.origin + path)
    cut = chrome.js(
        "[...document.querySelectorAll('.scroll')].filter(e => e.scrollWidth > e.clientWidth + 1)"
        ".map(e => e.getAttribute('aria-labelledby') + ' ' + e.scrollWidth)"
    )
    assert cut == []


def test_works_with_the_keyboard(chrome: Chrome, server: Server) -> None:
    chrome.go(f"{server.origin}/compare?{QUERY}")
    seen = []
    for _ in range(20):
        _tab(chrome)
        seen.append(
            chrome.js(
                "(() => { const e = document.activeElement;"
                "return (e.textContent.trim() || e.id || e.type).slice(0, 30) })()"
            )
        )
    assert seen[0] == "Skip to content"
    assert {"Compare Notes", "as-of", "as-of-slider", "Show"} <= set(seen)


def test_a_copied_finding_takes_its_source_along(chrome: Chrome, server: Server) -> None:
    chrome.go(f"{server.origin}/compare?{QUERY}")
    copied = chrome.js(COPY)
    assert "90% interval" in copied
    assert "as of 20 August 2026" in copied
    assert "sources: " in copied
    # and without scripts the same stands in the selectable text of each finding
    whole = chrome.js("document.querySelector('.finding').innerText")
    assert "90% interval" in whole
    assert "as of 20 August 2026" in whole


def _step(chrome: Chrome, by: int) -> float:
    """Move the slider and return the milliseconds until the page shows the other day."""
    return float(chrome.js(STEP.replace("BY", str(by)), wait=True))


def test_first_paint_and_slider_are_quick(chrome: Chrome, server: Server) -> None:
    url = f"{server.origin}/compare?{QUERY}"
    chrome.go(url)  # now it is cached
    paints = []
    for _ in range(3):
        chrome.go(url)
        chrome.until("performance.getEntriesByName('first-contentful-paint').length")
        paints.append(
            chrome.js("performance.getEntriesByName('first-contentful-paint')[0].startTime")
        )
    steps = [_step(chrome, by) for by in (-1, 1)][1:]  # the first of the two is computed
    steps += [_step(chrome, by) for by in (-1, 1, -1, 1)]
    print(f"first paint {sorted(paints)} ms, cached slider steps {sorted(steps)} ms")
    # The targets are 300 and 400 ms; twice that here, for machines that are busy.
    assert min(paints) < 600
    assert sorted(steps)[len(steps) // 2] < 800


def test_the_next_step_is_made_ahead(chrome: Chrome, server: Server) -> None:
    chrome.go(f"{server.origin}/race/my-vote?as_of=2026-08-06")
    key = ("race", server.library.known("my-vote").stamp, date(2026, 8, 13), None)
    end = time.monotonic() + 90
    while time.monotonic() < end and not server.library.ready(key):
        time.sleep(0.05)
    assert _step(chrome, 1) < 800
    assert "2026-08-13" in chrome.js("location.href")
    assert chrome.js("document.documentElement.dataset.look") is None
    assert chrome.js("document.activeElement.id") in ("as-of-slider", "")


def test_a_step_to_a_day_not_made_shows_what_is_known_at_once(
    chrome: Chrome, server: Server
) -> None:
    chrome.go(f"{server.origin}/compare?home=my-vote&away=us-2024&as_of=2026-07-30")
    before = chrome.js("document.querySelector('h1').textContent")
    chrome.js("document.getElementById('as-of-slider').focus()")
    seen = json.loads(chrome.js(FIRST_LOOK, wait=True))
    assert "What was known on that day" in seen["text"]
    assert before not in seen["text"]  # nothing of the other day stands under this one
    assert seen["heading"].startswith("As of ")
    assert seen["took"] < 800  # the target is 400 ms; twice that, for machines that are busy
    chrome.until("document.documentElement.dataset.step")
    assert "What to take home" in chrome.text()
    assert chrome.js("document.activeElement.id") == "as-of-slider"

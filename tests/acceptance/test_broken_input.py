"""Broken input ends in one line and exit code 2, never in a traceback or a wrong average."""

from __future__ import annotations

import html.parser
from collections.abc import Callable
from pathlib import Path

import pytest

from comparenotes.cli.main import run
from tests.acceptance.program import cn

DAY = ("--as-of", "2024-05-20")
LONG = 10_000_000


@pytest.fixture
def folder(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Path:
    """Return a folder fresh from ``cn new``."""
    target = tmp_path / "xf-2024"
    made = ["new", str(target), "--country", "XF", "--date", "2024-06-02"]
    assert run([*made, "--contenders", "Fox,Elk,Yak"]) == 0
    capfd.readouterr()
    return target


def first_row(old: str, new: str) -> Callable[[str], str]:
    """Replace ``old`` in the first poll."""

    def change(text: str) -> str:
        head, row, *rest = text.splitlines()
        assert old in row
        return "\n".join([head, row.replace(old, new, 1), *rest]) + "\n"

    return change


BROKEN_POLLS: dict[str, tuple[Callable[[str], str | bytes], str]] = {
    "cut in a row": (lambda t: t[: len(t) // 2 + 7], "cut off"),
    "cut in the header": (lambda t: t[:30], "unknown column"),
    "UTF-16": (lambda t: t.encode("utf-16"), "UTF-16"),
    "Latin-1": (lambda t: t.replace("Sample", "Sämple").encode("latin-1"), "not UTF-8"),
    "10 MB line": (lambda t: t.splitlines()[0] + "\n" + "x" * LONG, "characters long"),
    "10 MB header": (lambda _: "x" * LONG, "characters long"),
    "10 MB quoted cell": (lambda t: t.splitlines()[0] + '\n"' + "x," * (LONG // 2), "long"),
    "share over 100": (first_row("38.8", "138.8"), "fox is 138.8"),
    "total over 100": (first_row("38.8", "68.8"), "total 124.8"),
    "negative share": (first_row("38.8", "-8.8"), "fox is -8.8"),
    "infinite share": (first_row("38.8", "inf"), "not a number"),
    "words for a share": (first_row("38.8", "many"), "not a number"),
    "unknown region": (first_row("online,,", "online,XF-Q,"), "unknown region 'XF-Q'"),
    "in the future": (
        first_row("2023-12-27,2023-12-30,2024-01-01", "2093-12-27,2093-12-30,2094-01-01"),
        "in the future",
    ),
    "end before start": (first_row("2023-12-27,2023-12-30", "2023-12-30,2023-12-27"), "after end"),
    "no such day": (first_row("2023-12-30", "2023-02-30"), "not a day of the calendar"),
    "another way to write a day": (first_row("2023-12-30", "12/30/2023"), "not a date"),
    "NUL byte": (first_row("Example", "Ex\0mple"), "NUL"),
    "not text": (lambda _: bytes(range(256)) * 40, "not a text file"),
    "empty": (lambda _: "", "is empty"),
    "no polls": (lambda t: t.splitlines()[0] + "\n", "no usable national poll"),
    "no pollster": (first_row("Example Polls", ""), "pollster is missing"),
    "negative sample": (first_row(",1000,", ",-5,"), "sample_size is -5"),
    "absurd sample": (first_row(",1000,", "," + "9" * 30 + ","), "sample_size"),
    "unknown contender": (lambda t: t.replace("yak", "yaks"), "did you mean 'yak'"),
    "open quote": (first_row("Example", '"Example'), "never closed"),
}

ONE_ROW = (
    *("cut in a row", "share over 100", "total over 100", "negative share", "infinite share"),
    *("words for a share", "unknown region", "in the future", "end before start"),
    *("no such day", "another way to write a day", "no pollster", "negative sample"),
    "absurd sample",
)
"""Faults of one row: it is left out, counted and shown; ``--strict`` refuses the folder."""

BROKEN_TOML: dict[str, tuple[Callable[[str], str | bytes], str]] = {
    "cut off": (lambda t: t[:200], "not TOML"),
    "empty": (lambda _: "", "schema_version is missing"),
    "not text": (lambda _: bytes(range(256)), "not a text file"),
    "10 MB line": (lambda _: 'title = "' + "x" * LONG + '"', "bytes"),
    "deep": (lambda _: "a = " + "[" * 4000, "too deep to read"),
    "no such day": (lambda t: t.replace("2024-06-02", "2024-06-31"), "Invalid date"),
    "words for a day": (lambda t: t.replace("= 2024-06-02", '= "soon"'), "not a date"),
    "year 9999": (lambda t: t.replace("= 2024-06-02", "= 9999-12-31"), "year outside"),
    "another system": (lambda t: t.replace('"pr"', '"prr"'), "did you mean 'pr'"),
    "no contenders": (lambda t: t.split("[[contenders]]")[0], "contender"),
    "twice the same": (lambda t: t.replace('id = "elk"', 'id = "fox"'), "twice"),
    "a later format": (lambda t: t.replace("version = 2", "version = 99"), "newer"),
}


def refused(capfd: pytest.CaptureFixture[str], folder: Path, words: str, *commands: str) -> None:
    output = folder.parent / "brief.html"
    for command in commands:
        more = {"brief": ("us-2024", "-o", output), "compare": ("us-2024",)}.get(command, ())
        seen = cn(capfd, command, folder, *more, *DAY)
        assert seen.code == 2, (command, seen.out, seen.err)
        assert seen.out == ""
        assert len(seen.errors) == 1, seen.err
        assert seen.errors[0].startswith("error: ")
        assert words in seen.errors[0]
        assert len(seen.errors[0]) < 600
        assert "Traceback" not in seen.err
        assert not output.exists()


def broken(path: Path, change: Callable[[str], str | bytes]) -> None:
    """Put in place of a file what ``change`` makes of its text."""
    new = change(path.read_text(encoding="utf-8"))
    path.write_bytes(new if isinstance(new, bytes) else new.encode())


@pytest.mark.parametrize("what", [x for x in BROKEN_POLLS if x not in ONE_ROW])
def test_broken_polls(what: str, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    change, words = BROKEN_POLLS[what]
    broken(folder / "polls.csv", change)
    commands = ("race", "brief") if what in ("UTF-16", "open quote") else ("race",)
    refused(capfd, folder, words, *commands)


@pytest.mark.parametrize("what", ONE_ROW)
def test_one_broken_poll(what: str, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    change, words = BROKEN_POLLS[what]
    polls = folder / "polls.csv"
    before = len(polls.read_text(encoding="utf-8").splitlines()) - 1
    broken(polls, change)
    kept = len(polls.read_text(encoding="utf-8").splitlines()) - 2
    seen = cn(capfd, "validate", folder)
    assert seen.code == 0, (seen.out, seen.err)
    assert any(words in x and "left out" in x for x in seen.out.splitlines()), seen.out
    assert "left out: 1 x polls.csv: row with a fault" in seen.out
    assert cn(capfd, "race", folder, *DAY).code == 0
    assert kept < before
    strict = cn(capfd, "validate", folder, "--strict")
    assert strict.code == 2
    assert words in strict.errors[0]


@pytest.mark.parametrize("what", list(BROKEN_TOML))
def test_broken_campaign_toml(what: str, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    change, words = BROKEN_TOML[what]
    broken(folder / "campaign.toml", change)
    refused(capfd, folder, words, "race")


def test_a_folder_with_only_campaign_toml(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for table in folder.glob("*.csv"):
        table.unlink()
    refused(capfd, folder, "no table", "race", "compare", "brief")


def test_a_campaign_without_polls_is_refused_by_race(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (folder / "polls.csv").unlink()
    refused(capfd, folder, "no usable national poll", "race")


def test_the_untouched_folder_is_fine(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Or the tests above would prove nothing."""
    race = cn(capfd, "race", folder, *DAY, "--json").json()
    assert race["polls_used"] == 11


@pytest.mark.parametrize(
    "change",
    [
        lambda t: "\ufeff" + t,
        lambda t: t.replace("\n", "\r\n"),
        lambda t: t.rstrip("\n"),
        lambda t: t + "\n\n",
    ],
    ids=["byte order mark", "line ends of Windows", "no last line end", "empty lines"],
)
def test_what_spreadsheets_do_changes_nothing(
    change: Callable[[str], str], folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    plain = cn(capfd, "race", folder, *DAY, "--json").json()
    path = folder / "polls.csv"
    path.write_bytes(change(path.read_text(encoding="utf-8")).encode())
    assert cn(capfd, "race", folder, *DAY, "--json").json() == plain


# --- names that would be code ----------------------------------------------------

EVIL = '<script>alert(1)</script><img src=x onerror=alert(2)><a href="javascript:alert(3)">x</a>'


class Page(html.parser.HTMLParser):
    """Collects the tags of a page, and what would run or load."""

    def __init__(self) -> None:
        super().__init__()
        self.scripts: list[str] = []
        self.risky: list[tuple[str, str, str | None]] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag == "script"
        if tag == "script":
            self.scripts.append("")
        for name, value in attrs:
            target = (value or "").strip().lower()
            remote = name in ("src", "srcset") and not target.startswith(("data:", "#"))
            loads = tag == "link" and name == "href"
            if name.startswith("on") or remote or loads or target.startswith("javascript:"):
                self.risky.append((tag, name, value))

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.scripts[-1] += data

    def handle_endtag(self, tag: str) -> None:
        self.inside = False


def read(path: Path) -> Page:
    page = Page()
    page.feed(path.read_text(encoding="utf-8"))
    return page


def test_a_brief_of_hostile_names_stays_inert(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    polls, toml = folder / "polls.csv", folder / "campaign.toml"
    quoted = EVIL.replace('"', '""')
    text = polls.read_text(encoding="utf-8")
    polls.write_text(text.replace("Example Polls", f'"{quoted}"'), encoding="utf-8")
    events = folder / "events.csv"
    events.write_text(
        events.read_text(encoding="utf-8").replace("Party convention (invented)", f'"{quoted}"'),
        encoding="utf-8",
    )
    inside = EVIL.replace('"', "'")
    text = toml.read_text(encoding="utf-8")
    for name in ("XF election of 2024", "Fox", "Yak", "A. Leader"):
        assert f'"{name}"' in text
        text = text.replace(f'"{name}"', f'"{inside} {name}"')
    toml.write_text(text, encoding="utf-8")

    output = folder.parent / "brief.html"
    seen = cn(capfd, "brief", folder, "us-2024", "-o", output, *DAY)
    if seen.code:  # refused in one line is as good
        assert seen.code == 2
        assert len(seen.errors) == 1
        assert not output.exists()
        return
    page = read(output)
    assert page.risky == []
    assert not any("alert" in s for s in page.scripts)
    raw = output.read_text(encoding="utf-8")
    assert "<script>alert" not in raw
    assert "<img src=x" not in raw


def test_html_in_a_pollster_s_name_alone_is_used_and_warned_of(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    polls = folder / "polls.csv"
    text = polls.read_text(encoding="utf-8")
    polls.write_text(text.replace("Example Polls", "<b>Example</b>"), encoding="utf-8")
    seen = cn(capfd, "race", folder, *DAY, "--json")
    assert "<b>Example</b>" in {r["pollster"] for r in seen.json()["house_effects"]}
    output = folder.parent / "brief.html"
    assert cn(capfd, "brief", folder, "us-2024", "-o", output, *DAY).code == 0
    assert "<b>Example</b>" not in output.read_text(encoding="utf-8")
    assert read(output).risky == []


def test_control_characters_do_not_reach_the_terminal(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    polls = folder / "polls.csv"
    text = polls.read_text(encoding="utf-8")
    polls.write_text(text.replace("Example Polls", "Ex\x1b[2Jample"), encoding="utf-8")
    seen = cn(capfd, "race", folder, *DAY)
    assert seen.code in (0, 2)
    assert "\x1b[2J" not in seen.out + seen.err

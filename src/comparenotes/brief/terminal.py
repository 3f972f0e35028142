"""A comparison, and one finding in full, on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comparenotes import words
from comparenotes.brief import phrases
from comparenotes.brief.labels import section, title
from comparenotes.brief.lessons_block import BELOW, block
from comparenotes.compare.comparison import Comparison
from comparenotes.compare.finding import Finding
from comparenotes.document.chart import clean

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from comparenotes.race.result import Race

STYLES = {"measured": "bold cyan", "suggestive": "cyan", "failed": "bold red"}
MAX_WIDTH = 100
ROOM = 100
"""Columns under which the table of lessons becomes paragraphs."""


def text(*parts: tuple[str, str] | str) -> Text:
    """Return styled text without markup; control characters in names are removed."""
    from rich.text import Text as RichText

    out = RichText()
    for part in parts:
        body, style = (part, "") if isinstance(part, str) else part
        out.append("".join(c if c.isprintable() else " " for c in body), style=style)
    return out


def name(race: Race, contender: str) -> str:
    """Return a contender's name, fit for a terminal."""
    return clean(race.campaign.contender(contender).name, 28)


def put(console: Console, *parts: tuple[str, str] | str, indent: int = 0) -> None:
    """Print one paragraph, wrapped to a readable width and indented."""
    from rich.padding import Padding

    width = min(console.width, MAX_WIDTH)
    console.print(Padding(text(*parts), (0, 0, 0, indent)), width=width)


def render(console: Console, comparison: Comparison) -> None:
    """Print the comparison: title, findings in reading order, what limits them."""
    from comparenotes.brief.outlook import outlook_of

    c = comparison
    for age in c.ages:
        put(console, (age, "bold"))
    put(console, (c.headline(), "bold"))
    put(console, phrases.lede(c))
    for note in c.notes:
        put(console, (note, "dim"))
    _lessons(console, c)
    told: set[str] = set()
    for heading, found in _groups(c):
        console.print()
        put(console, (heading, "bold underline"))
        for f in found:
            console.print()
            _finding(console, c, f, told)
    if c.changes or c.since:
        _changes(console, c)
    boxes = phrases.outcomes(c)
    if boxes:
        console.print()
        for box in boxes:
            put(console, (f"{box.title}. ", "bold"), box.text)
    outlook = outlook_of(c)
    for label, sentence in outlook.lines(short=True) if outlook is not None else ():
        put(console, (f"{label}: ", "bold"), sentence)
    console.print()
    _footer(console, c)


def _lessons(console: Console, c: Comparison) -> None:
    """Print what follows for home: a table where there is room, else a paragraph a cell."""
    from rich.table import Table

    found = block(c)
    if not found.rows:
        return
    console.print()
    put(console, (found.heading, "bold underline"))
    if console.width < ROOM:
        for line, rows in ((None, found.above), (BELOW, found.below)):
            if line and rows:
                put(console, (line, "dim"))
            for row in rows:
                put(console, (row.do, "bold"))
                for label, body in zip(found.columns[1:], row.cells()[1:], strict=True):
                    put(console, (f"{label}: ", "dim"), body, indent=2)
        return
    grid = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 1, 0), expand=True)
    for heading, ratio in zip(found.columns, (4, 9, 4, 4), strict=True):
        grid.add_column(heading, ratio=ratio)
    for row in found.above:
        grid.add_row(*(text(x) for x in row.cells()))
    if found.below:
        grid.add_row(text((BELOW, "dim")))
    for row in found.below:
        grid.add_row(*(text((x, "dim")) for x in row.cells()))
    console.print(grid, width=min(console.width, MAX_WIDTH))


def _groups(c: Comparison) -> list[tuple[str, list[Finding]]]:
    """Return the findings under a heading each, in reading order."""
    groups: dict[str, list[Finding]] = {}
    for f in c.findings:
        groups.setdefault(section(f, c), []).append(f)
    return list(groups.items())


def _finding(console: Console, c: Comparison, f: Finding, told: set[str]) -> None:
    """Print one finding; what was ``told`` of home before is not said again."""
    number = f"{c.number(f):>2}  "
    label = title(f, c)
    mark = phrases.GRADE_MARKS[f.grade]
    put(console, (number, "bold"), (label, "bold"))
    put(console, f.claim, indent=4)
    for d in f.details:
        if d not in told:
            put(console, (d, "dim"), indent=4)
    told.update(f.details)
    put(
        console,
        (f"{mark} {f.grade}", STYLES.get(f.grade, "")),
        f" · carries over: {f.carries_over}",
        (f". {phrases.reasons_line(f.reasons)}" if f.reasons else "", "dim"),
        indent=4,
    )


def _changes(console: Console, c: Comparison) -> None:
    console.print()
    since = words.day(c.since) if c.since else ""
    put(console, (f"Since {since}", "bold underline"))
    if not c.changes:
        put(console, "No finding moved.")
    for m in c.changes:
        put(console, f"– {m.sentence()}", indent=2)


def _footer(console: Console, c: Comparison) -> None:
    put(console, (f"As of {words.day(c.as_of)}. {phrases.poll_age(c)}", "dim"))
    for line in phrases.left_out(c):
        put(console, (f"Left out: {line}", "dim"))
    rate = phrases.hit_rate_line(c)
    if rate:
        put(console, (rate, "dim"))
    if c.sources():
        put(console, (f"Sources: {'; '.join(c.sources())}.", "dim"))
    away = " ".join(a.id for a in c.away)
    put(console, (f"Behind a finding: cn explain {c.home.id} {away} N", "dim"))


def explain(console: Console, comparison: Comparison, finding: Finding) -> None:
    """Print everything behind one finding: rows, formula, limits, what would change it."""
    f = finding
    put(
        console,
        (f"{comparison.number(f)}  {title(f, comparison)}", "bold"),
        (f"   {clean(comparison.home.title)}, {words.day(comparison.as_of)}", "dim"),
    )
    console.print()
    put(console, f.claim)
    for d in f.details:
        put(console, d)
    console.print()
    why = str(f.extra.get("why", ""))
    rule = f" by rule {f.rule}" if f.rule else ""
    for label, body in (
        ("Number", phrases.interval_line(f)),
        ("Grade", phrases.why_grade(f)),
        ("Carries over", f"{f.carries_over}{rule}. {why} {phrases.reasons_line(f.reasons)}"),
        ("Verdicts like this", phrases.past_rate(f, comparison)),
        ("Formula", f.formula),
        ("Limits", " ".join(f.caveats)),
        ("What would change this", f.would_change),
        ("Sources", "; ".join(f.sources)),
    ):
        if body.strip():
            put(console, (f"{label}: ", "bold"), body)
    if f.data:
        console.print()
        put(console, ("Rows", "bold"))
    for row in f.data:
        told = "; ".join(
            f"{k.replace('_', ' ')} {cell(v)}"
            for k, v in row.items()
            if k not in ("campaign", "what")
        )
        what = ": ".join(str(row[k]) for k in ("campaign", "what") if row.get(k))
        put(console, f"– {what}", (f" [{told}]", "dim"), indent=2)


def cell(value: object) -> str:
    """Return one value of a row as text."""
    if value is None:
        return "–"
    if isinstance(value, float):
        return words.number(value, 2)
    return str(value)

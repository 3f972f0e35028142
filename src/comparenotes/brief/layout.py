"""The sections of a comparison and their order, once for every writer.

A section is added by one more function in :data:`SECTIONS`: terminal, Markdown, HTML, the page
and the assistant's server then show it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from comparenotes import words
from comparenotes.brief import charts, phrases
from comparenotes.brief.labels import section as heading_of
from comparenotes.brief.labels import title
from comparenotes.brief.lessons_block import BELOW, block
from comparenotes.brief.message_charts import messages_of
from comparenotes.brief.outlook import outlook_of
from comparenotes.brief.record_charts import record_figures, record_of_home
from comparenotes.compare.comparison import Comparison
from comparenotes.compare.finding import Finding
from comparenotes.compare.notes_provider import note_of, notes_about
from comparenotes.compare.standing import since_when
from comparenotes.compare.views import View
from comparenotes.document import (
    MEDIA,
    Block,
    Boxes,
    Card,
    Document,
    Figure,
    Figures,
    Fold,
    Items,
    Row,
    Section,
    Table,
    Text,
    media,
)
from comparenotes.message.words import quote_line

DRAWN = media("paper", "screen", "page")
"""Where charts are."""
ON_SCREEN = media("screen", "page")
TRENDS, TRENDS_PRINTED = 4, 2
"""At most so many races are drawn and printed: home and the first away campaigns."""
SPOKEN = 2
"""Issues whose shares are printed; the screen has those of every message finding."""
PLOTTED, FEWER = 9, 7
"""At most so many findings are drawn to one scale; fewer where more else must be printed."""
COLUMNS, MOST = 2, 6
"""Up to so many campaigns the fact sheets stand side by side; so many rows else."""


def document(c: Comparison) -> Document:
    """Return a comparison as a document."""
    sections = tuple(s for make in SECTIONS for s in make(c) if s.blocks)
    return Document(
        title=c.headline(),
        sections=sections,
        eyebrow=("Compare Notes", c.home.title, words.day(c.as_of)),
        ages=c.ages,
        lede=phrases.lede(c),
        notes=c.notes,
        foot=_foot(c),
        sources=tuple(c.sources()),
    )


def extra(c: Comparison) -> list[Section]:
    """Return the sections whose content a comparison's JSON form does not hold already."""
    return document(c).on("assistant")


def card(c: Comparison, f: Finding, *, short: bool = False) -> Card:
    """Return a finding with everything that stands behind it."""
    columns = tuple(dict.fromkeys(k for row in f.data for k in row))
    return Card(
        n=c.number(f),
        key=f.key,
        title=title(f, c),
        claim=f.claim,
        details=f.details,
        mark=phrases.GRADE_MARKS[f.grade],
        grade=f.grade,
        carries_over=f.carries_over,
        reasons=phrases.reasons_line(f.reasons),
        number=phrases.interval_line(f),
        sources=f.sources,
        behind=() if short else tuple(behind(c, f)),
        columns=() if short else tuple(words.column(k) for k in columns),
        rows=()
        if short
        else tuple(tuple(words.cell(row.get(k)) for k in columns) for row in f.data),
        notes=tuple(
            (said.relation, n.claim) for n in notes_about(c.findings, f) if (said := note_of(n))
        ),
        failed=f.failed,
        short=short,
    )


def behind(c: Comparison, f: Finding) -> Iterable[tuple[str, str]]:
    """Yield what stands behind a finding: label and text; empty ones are left out."""
    rule = f" (rule {f.rule})" if f.rule else ""
    carries = (f"{f.carries_over}{rule}.", f.why or "")
    for label, text in (
        ("Number", phrases.interval_line(f)),
        ("Grade", phrases.why_grade(f)),
        ("Carries over", " ".join(x for x in (*carries, phrases.reasons_line(f.reasons)) if x)),
        ("Verdicts like this", phrases.past_rate(f, c)),
        ("Formula", f.formula),
        ("What would change this", f.would_change),
        ("Limits", " ".join(f.caveats)),
        ("Sources", "; ".join(f.sources)),
    ):
        if text.strip():
            yield label, text


def lessons(c: Comparison) -> Iterable[Section]:
    """What follows for home: the rows above the line, and those below it."""
    found = block(c)
    printed = found.printed
    rows = [Row(r.cells(), on=_printed(r.rule in printed)) for r in found.above]
    under = [Row(r.cells(), "under", _printed(r.rule in printed)) for r in found.below]
    if under:
        rows.append(Row((BELOW,), "line", under[0].on))
    table = Table(found.columns, (*rows, *under), "lessons")
    on = MEDIA - {"assistant"}
    yield Section("follows", found.heading, (table,) if found.rows else (), on, "follows")


def _printed(yes: bool) -> frozenset[str]:
    return MEDIA if yes else MEDIA - {"paper"}


def take_home(c: Comparison) -> Iterable[Section]:
    """The strongest findings; printed only where no lesson stands above."""
    printed = not block(c).above
    top = phrases.take_home(c, phrases.PRINTED_HOME if printed else phrases.TAKE_HOME)
    cards = tuple(card(c, f, short=True) for f in top)
    on = media("markdown", *ON_SCREEN, *(("paper",) if printed else ()))
    none = (Text("No finding has a number yet."),)
    yield Section("take-home", "What to take home", cards or none, on, "top")


def trends(c: Comparison) -> Iterable[Section]:
    """The races of home and the first away campaigns."""
    figures = trend_figures(c)
    yield Section("polls", "", (Figures(figures, "trends"),) if figures else (), DRAWN)


def trend_figures(c: Comparison) -> tuple[Figure, ...]:
    """Return the races' charts, home's first."""
    return tuple(
        Figure(
            partial(_trend, view, i),
            view.title,
            since_when(view) or "",
            cid,
            DRAWN if i < TRENDS_PRINTED else ON_SCREEN,
        )
        for i, (cid, view) in enumerate(list(c.views.items())[:TRENDS])
    )


def _trend(view: View, i: int) -> list[tuple[str, Any]]:
    came = view.facts.change.name if view.facts.change else None
    return [("", charts.trend_chart(view.race, f"c-trend-{i}", view.focus, view.title, came))]


def said(c: Comparison) -> Iterable[Section]:
    """What each campaign's sides said: charts, figures and, from the user's texts, quotes."""
    figures, folds = [], []
    for i, m in enumerate(messages_of(c)):
        name, message = m.told.facts.name, m.told.message
        told = phrases.texts_line(message.documents, message.sentences, m.told.genre)
        caption = f"Per cent of sentences. {told}."
        figures.append(Figure(partial(_said, m, i), name, caption, on=DRAWN))
        shares = tuple(f"{issue}. {' '.join(x)}" for issue, x in m.told_lines())
        if shares:
            folds.append(Fold(f"In figures: {name}", (Items(shares, "quotes"),)))
        quotes: list[Any] = []
        for issue, side, own in m.quotes():
            quotes.append(Text("", f"{issue.capitalize()}, {side}"))
            quotes.append(Items(tuple(quote_line(q) for q in own), "quotes"))
        if quotes:
            folds.append(Fold(f"In their words: {name}", tuple(quotes)))
    blocks: tuple[Block, ...] = (Figures(tuple(figures), "said"), *folds) if figures else ()
    yield Section("said", "What each side spoke of", blocks, MEDIA - {"terminal", "assistant"})


def _said(m: Any, i: int) -> list[tuple[str, Any]]:
    drawn = (("screen", m.chart(f"c-said-{i}")), ("print", m.chart(f"c-said-{i}-print", SPOKEN)))
    return [(kind, chart) for kind, chart in drawn if chart is not None]


def record(c: Comparison) -> Iterable[Section]:
    """The record's two charts."""
    own = record_of_home(c)
    if own is not None:
        pair = tuple(Figure(partial(_record, own, i), on=DRAWN) for i in range(2))
        heading = "The record: governments in home's position, winners and losers"
        yield Section("record-charts", heading, (Figures(pair, "small-charts"),), DRAWN)


def _record(own: Any, i: int) -> list[tuple[str, Any]]:
    return [("", chart) for chart in record_figures(own)[i : i + 1]]


def scale(c: Comparison) -> Iterable[Section]:
    """The findings in points on one scale."""
    crowded = len(c.away) > 1 or record_of_home(c) is not None
    plotted = [f for f in c.ranked() if f.unit == "points"][: FEWER if crowded else PLOTTED]
    caption = (
        "Points; differences are home minus away. Thick bar 80%, thin bar 95% interval; "
        "filled dot: measured."
    )
    # two pages: where more else must be printed, a chart of numbers told before stays behind
    on = ON_SCREEN if messages_of(c) or outlook_of(c) is not None else DRAWN
    figure = Figure(partial(_scale, c, plotted), "", caption)
    blocks = (figure,) if plotted else ()
    yield Section("to-scale", "The findings on one scale", blocks, on, "second")


def _scale(c: Comparison, plotted: Sequence[Finding]) -> list[tuple[str, Any]]:
    drawn = (
        ("wide", charts.findings_chart(c, plotted, "c-findings")),
        ("narrow", charts.findings_chart(c, plotted, "c-findings-narrow", wide=False)),
    )
    return [(kind, chart) for kind, chart in drawn if chart is not None]


def clocks(c: Comparison) -> Iterable[Section]:
    """Support of the governing parties on two clocks."""
    meet = any(
        f.kind in ("clock_days", "clock_office") and f.estimate is not None for f in c.findings
    )
    on = DRAWN if meet and record_of_home(c) is None and not messages_of(c) else ON_SCREEN
    pair = tuple(Figure(partial(_clock, c, i)) for i in range(2))
    heading = "On two clocks: support of the governing party minus its last result"
    yield Section("clocks", heading, (Figures(pair),), on, "second")


def _clock(c: Comparison, i: int) -> list[tuple[str, Any]]:
    return [("", chart) for chart in charts.clock_charts(c)[i : i + 1]]


def outlook(c: Comparison) -> Iterable[Section]:
    """What home's votes may turn into."""
    found = outlook_of(c)
    if found is not None:
        lines = tuple(Text(text, label) for label, text in found.lines(short=True))
        figure = Figure(found.charts, "", found.caption())
        tight = " tight" if messages_of(c) or len(c.away) > 2 else ""
        heading = f"{found.title}: {c.facts[c.home.id].name}"
        style = f"outlook second{tight}"
        on = MEDIA - {"assistant"}
        yield Section("outlook", heading, (figure, *lines), on, style, c.home.id)


def outcomes(c: Comparison) -> Iterable[Section]:
    """Both ways the vote at home can go."""
    boxes = phrases.outcomes(c)
    if boxes:
        block = Boxes(tuple((b.title, b.text) for b in boxes))
        yield Section("outcomes", "Both outcomes", (block,), MEDIA - {"assistant"}, "second")


def findings(c: Comparison) -> Iterable[Section]:
    """Every finding, in reading order, under the heading of its part."""
    groups: dict[str, list[Card]] = {}
    for f in c.findings:
        groups.setdefault(heading_of(f, c), []).append(card(c, f))
    on = MEDIA - {"paper", "assistant"}
    for i, (heading, cards) in enumerate(groups.items(), 1):
        yield Section(f"g{i}", heading, tuple(cards), on, "all")


def changes(c: Comparison) -> Iterable[Section]:
    """What moved since the day asked about."""
    if c.since is not None:
        moved = tuple(m.sentence() for m in c.changes)
        block = Items(moved) if moved else Text("No finding moved.")
        on = MEDIA - {"paper", "assistant"}
        yield Section("since", f"Since {words.day(c.since)}", (block,), on)


def facts(c: Comparison) -> Iterable[Section]:
    """The facts that decide whether a finding carries over: down for a few, across for many."""
    sheets = list(c.facts.values())
    rows = [s.rows() for s in sheets]
    lines = [s.line() for s in sheets[:MOST]]
    few = len(sheets) <= COLUMNS
    table = (
        Table(
            ("Fact", *(s.name for s in sheets)),
            tuple(Row((rows[0][i][0], *(r[i][1] for r in rows))) for i in range(len(rows[0]))),
            "facts",
        )
        if few
        else Table(
            ("Campaign", *(label for label, _ in lines[0])),
            tuple(
                Row((s.name, *(value for _, value in line)))
                for s, line in zip(sheets, lines, strict=False)
            ),
            "facts many",
        )
    )
    more = len(sheets) - (len(sheets) if few else len(lines))
    tail = [f"{more} more in the data." if more else "", phrases.hit_rate_line(c)]
    blocks: tuple[Block, ...] = (table, *(Text(t, style="small") for t in tail if t))
    heading = "What decides whether it carries over"
    yield Section("facts", heading, blocks, MEDIA - {"terminal", "assistant"}, "second")


def nearest(c: Comparison) -> Iterable[Section]:
    """The record's nearest cases, by who governed after."""
    own = record_of_home(c)
    if own is not None:
        from comparenotes.record.words import near_table

        head, rows = near_table(own)
        kept, n = own.near_rate()
        heading = f"Nearest cases: {kept} of {n} kept the leading office, {n - kept} lost it"
        table = Table(tuple(head), tuple(Row(tuple(r)) for r in rows), headed=False)
        note = "Cases, not odds: near on visible facts is not near in what decides a vote."
        blocks = (table, Text(note, style="small")) if rows else ()
        yield Section("near", heading, blocks, media("screen"))  # the page has the record's own


def _foot(c: Comparison) -> tuple[Text, ...]:
    failed = f"failed: {' '.join(phrases.failures(c))}" if c.failed else "none failed."
    out = [
        Text(
            f"Nothing published later was used. {phrases.poll_age(c)} {c.tested} tested; {failed}",
            f"As of {words.day(c.as_of)}",
        )
    ]
    left = phrases.left_out(c)
    return (*out, Text(" ".join(left), "Left out")) if left else tuple(out)


Maker = Callable[[Comparison], Iterable[Section]]
SECTIONS: list[Maker] = [
    lessons,
    take_home,
    trends,
    said,
    record,
    scale,
    clocks,
    outlook,
    outcomes,
    findings,
    changes,
    facts,
    nearest,
]
"""The sections in reading order."""

"""One self-contained HTML file: no script, no network, two printed pages."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from importlib import resources
from typing import Any

from comparenotes import words
from comparenotes.brief import charts, phrases, typeface
from comparenotes.brief.behind import full_dict
from comparenotes.brief.labels import title
from comparenotes.brief.lessons_block import block
from comparenotes.brief.message_charts import messages_of
from comparenotes.brief.outlook import outlook_of
from comparenotes.brief.plain import plain
from comparenotes.brief.record_charts import record_figures, record_of_home
from comparenotes.brief.terminal import cell
from comparenotes.compare.comparison import Comparison
from comparenotes.compare.finding import Finding
from comparenotes.compare.standing import since_when
from comparenotes.document.chart import Chart, clean
from comparenotes.render.picture import on_page

TRENDS = 4
"""At most so many races are drawn: home and the first away campaigns."""
COLUMNS = 2
"""Up to so many campaigns the fact sheets stand side by side, else one a row."""
PRINTED = 8
"""So many sources are printed; the rest stand on the screen and in the data."""
MOST = 6
"""Rows of that table; what is beyond is in the data."""
SPOKEN = 2
"""Issues whose shares are printed; the screen has those of every message finding."""
PLOTTED, FEWER = 9, 7
"""At most so many findings are drawn to one scale; fewer where more else must be printed."""


def render(comparison: Comparison) -> str:
    """Return the brief as one HTML document (UTF-8)."""
    from jinja2 import Environment, StrictUndefined, select_autoescape
    from jinja2.loaders import FunctionLoader
    from markupsafe import Markup

    folder = resources.files("comparenotes.brief") / "templates"
    env = Environment(
        loader=FunctionLoader(lambda name: (folder / name).read_text(encoding="utf-8")),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        finalize=_printable,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters["day"] = words.day
    env.filters["clean"] = clean
    few = len(comparison.away) <= 2
    top = phrases.take_home(comparison, phrases.PRINTED_HOME if few else phrases.PRINTED_HOME - 1)
    meet = any(
        f.kind in ("clock_days", "clock_office") and f.estimate is not None
        for f in comparison.findings
    )
    record = _record(comparison)
    outlook, messages = _outlook(comparison), _messages(comparison)
    room = PLOTTED if len(comparison.away) == 1 and not record else FEWER
    plotted = [f for f in comparison.ranked() if f.unit == "points"][:room]
    context: dict[str, Any] = {
        "c": comparison,
        "headline": comparison.headline(),
        "lede": phrases.lede(comparison),
        "lessons": block(comparison).to_dict(),
        "top": [_told(comparison, f) for f in top],
        "all": [_told(comparison, f) for f in comparison.findings],
        "trends": [
            {"svg": Markup(on_page(chart)), "title": chart.title, "caption": caption}  # noqa: S704
            for chart, caption in _trends(comparison)
        ],
        "clocks": _safe(charts.clock_charts(comparison)),
        "clocks_meet": meet,
        "messages": messages,
        "record": record,
        "plot": _safe(_plots(comparison, plotted)),
        "outlook": outlook,
        # two pages: where more else must be printed, a chart of numbers told before stays behind
        "plot_printed": not messages and not outlook.get("charts"),
        "outcomes": phrases.outcomes(comparison),
        "facts": _fact_table(comparison),
        "poll_age": phrases.poll_age(comparison),
        "left_out": phrases.left_out(comparison),
        "failures": phrases.failures(comparison),
        "sources": comparison.sources()[:PRINTED],
        "more_sources": comparison.sources()[PRINTED:],
        "hit_rate": phrases.hit_rate_line(comparison),
        "json_url": Markup(_json_url(comparison)),  # noqa: S704 - base64
        "csv_url": Markup(_csv_url(comparison)),  # noqa: S704 - base64
        "css": Markup(typeface.inside() + (folder / "brief.css").read_text(encoding="utf-8")),  # noqa: S704
        "name": f"{comparison.home.id}-{comparison.as_of.isoformat()}",
    }
    # The SVG and CSS marked safe above are this package's own; names in them are escaped.
    return env.get_template("brief.html").render(context)


def _printable(value: Any) -> Any:
    """Return text without control characters; what is marked safe is this package's own."""
    if isinstance(value, str) and not hasattr(value, "__html__"):
        return "".join(c if c.isprintable() else " " for c in value)
    return value


def _safe(found: Sequence[Chart]) -> list[dict[str, Any]]:
    from markupsafe import Markup

    return [
        {"svg": Markup(on_page(c)), "title": c.title}  # noqa: S704 - drawn and escaped here
        for c in found
    ]


def _messages(comparison: Comparison) -> list[dict[str, Any]]:
    """Return what each campaign's sides said: chart and, from the user's own texts, quotes."""
    out = []
    for i, said in enumerate(messages_of(comparison)):
        drawn = [said.chart(f"c-said-{i}"), said.chart(f"c-said-{i}-print", SPOKEN)]
        found = _safe([c for c in drawn if c is not None])
        if not found:
            continue
        m = said.told.message
        out.append(
            {
                "title": said.told.facts.name,
                "charts": found,
                "texts": phrases.texts_line(m.documents, m.sentences, said.told.genre),
                "quotes": said.quotes(),
                "lines": said.told_lines(),
            }
        )
    return out


def _record(comparison: Comparison) -> dict[str, Any]:
    """Return the record's charts and its nearest cases; empty where there is no record."""
    own = record_of_home(comparison)
    if own is None:
        return {}
    from comparenotes.record.words import near_table

    head, rows = near_table(own)
    return {
        "charts": _safe(record_figures(own)),
        "head": head,
        "rows": rows,
        "near": own.near_rate(),
    }


def _outlook(comparison: Comparison) -> dict[str, Any]:
    """Return what home's votes may turn into: chances and drawings; empty where not read."""
    found = outlook_of(comparison)
    if found is None:
        return {}
    drawn = found.charts()
    svg = _safe([chart for _, chart in drawn])
    return {
        "title": f"{found.title}: {comparison.facts[comparison.home.id].name}",
        "lines": found.lines(short=True),
        "charts": [{**s, "kind": kind} for s, (kind, _) in zip(svg, drawn, strict=True)],
        "caption": found.caption(),
    }


def _plots(comparison: Comparison, findings: Sequence[Finding]) -> list[Chart]:
    """Return the one-scale chart twice: for a page, and for a phone."""
    drawn = (
        charts.findings_chart(comparison, findings, "c-findings"),
        charts.findings_chart(comparison, findings, "c-findings-narrow", wide=False),
    )
    return [c for c in drawn if c is not None]


def _trends(comparison: Comparison) -> list[tuple[Chart, str]]:
    out = []
    for i, view in enumerate(list(comparison.views.values())[:TRENDS]):
        came = view.facts.change.name if view.facts.change else None
        chart = charts.trend_chart(view.race, f"c-trend-{i}", view.focus, view.title, came)
        out.append((chart, since_when(view) or ""))
    return out


def _told(comparison: Comparison, f: Finding) -> dict[str, Any]:
    return {
        "n": comparison.number(f),
        "f": f,
        "kind": title(f, comparison),
        "mark": phrases.GRADE_MARKS[f.grade],
        "interval": phrases.interval_line(f),
        "reasons": phrases.reasons_line(f.reasons),
        "why_grade": phrases.why_grade(f),
        "past_rate": phrases.past_rate(f, comparison),
        "columns": list(dict.fromkeys(k for row in f.data for k in row)),
        "rows": [
            [cell(row.get(k)) for k in dict.fromkeys(k for r in f.data for k in r)]
            for row in f.data
        ],
    }


def _fact_table(comparison: Comparison) -> dict[str, Any]:
    """Return the fact sheets as a table: facts down for a few campaigns, across for many."""
    sheets = list(comparison.facts.values())
    rows = [s.rows() for s in sheets]
    if len(sheets) <= COLUMNS:
        return {
            "head": [s.name for s in sheets],
            "rows": [(rows[0][i][0], [r[i][1] for r in rows]) for i in range(len(rows[0]))],
            "more": 0,
        }
    lines = [s.line() for s in sheets[:MOST]]
    return {
        "head": [label for label, _ in lines[0]],
        "rows": [
            (s.name, [value for _, value in line]) for s, line in zip(sheets, lines, strict=False)
        ],
        "more": len(sheets) - len(lines),
    }


def _json_url(comparison: Comparison) -> str:
    text = json.dumps(plain(full_dict(comparison)), ensure_ascii=False, indent=1, default=str)
    return f"data:application/json;base64,{_base64(text)}"


def _csv_url(comparison: Comparison) -> str:
    text = comparison.to_polars().write_csv()
    return f"data:text/csv;base64,{_base64(text or '')}"


def _base64(text: str) -> str:
    return base64.b64encode(text.encode("utf-8", errors="replace")).decode("ascii")

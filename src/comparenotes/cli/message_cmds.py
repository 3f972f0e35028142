"""``cn message``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import click

from comparenotes.campaigns.shares import OTHERS
from comparenotes.campaigns.snapshot import reading_day
from comparenotes.cli.options import as_of_option, examples, json_option
from comparenotes.cli.output import console, emit_json, note, open_campaign, progress, safe

CODERS = ("auto", "fast", "best")

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from comparenotes.campaigns.model import Campaign
    from comparenotes.message.report import Message
    from comparenotes.message.tone import Tone

WIDTH = 100
"""Lines are not longer, however wide the terminal is."""
LAST = ("Left out", "Sources")
"""Headings that stand last."""


@click.command(
    epilog=examples(
        "cn message us-2012",
        "cn message us-2012 --texts speeches.csv --issue migration,green",
        "cn message my-campaign --issue all --json",
        "cn message my-campaign --tone --more",
        "cn message my-campaign --seeds 'cost of living=price*,bill*,afford*'",
    )
)
@click.argument("campaign")
@click.option("--issue", "issue", metavar="NAMES", help="Issues, comma between; 'all' for all.")
@click.option(
    "--texts",
    metavar="PATH",
    multiple=True,
    type=click.Path(),
    help="Read these texts instead of the campaign folder's texts/.",
)
@click.option("--seeds", metavar="NAME=WORDS", multiple=True, help="An issue of your own.")
@click.option("--embedding", is_flag=True, help="Also use sentence embeddings (extra).")
@click.option(
    "--coder",
    type=click.Choice(CODERS),
    default="auto",
    help="Which coder reads: the fast one, or the best (extra). Default: the best where it is "
    "installed and there are up to about 20,000 sentences.",
)
@click.option("--more", is_flag=True, help="Also words that set sides apart, breaks, gaps.")
@click.option(
    "--tone", is_flag=True, help="Also negative tone and attacks, by side and opponent named."
)
@click.option(
    "--workers",
    metavar="N",
    type=click.IntRange(1, 256),
    help="Read the files of the texts in N processes.",
)
@click.option(
    "--cluster", metavar="ADDRESS", help="Read them on a Dask cluster, such as tcp://10.0.0.5:8786."
)
@click.option("--chart", metavar="FILE", type=click.Path(dir_okay=False), help="Write a chart.")
@as_of_option
@json_option
def message(
    campaign: str,
    issue: str | None,
    texts: tuple[str, ...],
    seeds: tuple[str, ...],
    embedding: bool,
    coder: str,
    more: bool,
    tone: bool,
    workers: int | None,
    cluster: str | None,
    chart: str | None,
    as_of: date | None,
    as_json: bool,
) -> None:
    """Show how an issue features in what each side of CAMPAIGN says."""
    from pathlib import Path

    from comparenotes.message.report import message_of

    own = {}
    for item in seeds:
        name, _, words = item.partition("=")
        own[name.strip().lower()] = words.split(",")
    from comparenotes.message.earlier import EARLIER, earlier

    known = campaign in EARLIER and not Path(campaign).is_dir()
    opened = earlier(campaign) if known else open_campaign(campaign)
    told: list[Tone] | None = None
    if not texts and (why := _unmeasured(opened, as_of)) is not None:
        _print_nothing(opened, as_of, issue, own, why, as_json)
        return
    with _pool(workers, cluster) as pool, progress(f"reading {campaign}"):
        found = message_of(
            opened,
            as_of,
            issue.split(",") if issue else None,
            [Path(t) for t in texts],
            own,
            embedding,
            words=more,
            pool=pool,
            coder=coder,
        )
        if tone:
            from comparenotes.message.tone import tone_of

            told = tone_of(found, embedding)
    if (late := found.late_words()) is not None:
        note(f"{late}")
    if chart is not None:
        from comparenotes.brief.message_charts import write_chart

        note(f"written: {write_chart(found, Path(chart))}")
    if as_json:
        emit_json(_as_dict(found, more, told))
        return
    _print(found, more, told)


def _unmeasured(campaign: Campaign, as_of: date | None) -> str | None:
    """Return why there is nothing to read of a campaign on a day; None where there is."""
    from comparenotes.message import bundled
    from comparenotes.message.context import texts_of
    from comparenotes.message.report import INSTRUCTIONS, last_of

    if texts_of(campaign):
        return None
    day = reading_day(campaign, as_of or campaign.eve())
    source = (last_of(campaign) or campaign).id
    if not bundled.figures(source, day).is_empty():
        return None
    hint = INSTRUCTIONS.format(campaign=campaign.id)
    return f"no texts and no measured figures by {day}: {hint}"


def _print_nothing(
    campaign: Campaign,
    as_of: date | None,
    issue: str | None,
    seeds: dict[str, list[str]],
    why: str,
    as_json: bool,
) -> None:
    from comparenotes.message.issues import SHOWN, issues_named
    from comparenotes.message.report import nothing

    day = reading_day(campaign, as_of or campaign.eve())
    issues = issues_named(issue.split(",") if issue else (*SHOWN, *seeds), seeds)
    if as_json:
        emit_json(nothing(campaign, day, issues, why))
        return
    out = console()
    out.print(f"\n{safe(campaign.title)}: the message", style="bold")
    names = ", ".join(c.name for c in campaign.contenders if c.id != OTHERS)
    for i in issues:
        out.print(safe(f"{i.name.capitalize()}: no data ({names})."), soft_wrap=True)
    for part in hanging(f"{why[0].upper()}{why[1:]}.", min(out.width, WIDTH)):
        out.print(part, soft_wrap=True)


def _as_dict(found: Message, more: bool, tone: list[Tone] | None) -> dict[str, Any]:
    from comparenotes.message import tone as tones
    from comparenotes.message.more import to_dict
    from comparenotes.message.overtime import over_time

    out = found.to_dict() | {"over_time": over_time(found).to_dict()}
    out |= to_dict(found) if more else {}
    return out | (tones.to_dict(found, tone) if tone is not None else {})


@contextmanager
def _pool(workers: int | None, cluster: str | None) -> Iterator[Executor | None]:
    """Give what reads the texts: None (this process), processes, or a cluster."""
    if cluster is not None:
        if workers is not None:
            raise click.UsageError("--workers and --cluster exclude each other")
        from comparenotes.race.backtest_workers import cluster as connect

        executor, close = connect(cluster)
        try:
            yield executor
        finally:
            close()
    elif workers is not None and workers > 1:
        from concurrent.futures import ProcessPoolExecutor
        from multiprocessing import get_context

        with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
            yield pool
    else:
        yield None


def _print(found: Message, more: bool, tone: list[Tone] | None) -> None:
    from comparenotes.message.more import more_sections
    from comparenotes.message.overtime_words import over_time_sections
    from comparenotes.message.words import sections

    main = sections(found)
    told = [x for x in main if x[0] not in LAST]
    told += over_time_sections(found)
    told += more_sections(found) if more else []
    if tone is not None:
        from comparenotes.message.tone_words import tone_sections

        told += tone_sections(found, tone)
    out = console()
    for heading, rows in [*told, *(x for x in main if x[0] in LAST)]:
        out.print(f"\n{safe(heading)}", style="bold")
        for line in rows:
            for part in hanging(line, min(out.width, WIDTH)):
                out.print(part, soft_wrap=True)


def hanging(line: str, width: int) -> list[str]:
    """Return ``line`` wrapped to ``width``, further lines indented by two more than the first.

    What begins with a tab is a row of a table and stays as it is.
    """
    if line.startswith("\t"):
        return [f"  {safe(line[1:])}".rstrip()]
    indent = " " * (len(line) - len(line.lstrip(" ")))
    return wrap(
        safe(line).strip(),
        max(width, 20),
        initial_indent=indent,
        subsequent_indent=f"{indent}  ",
        break_on_hyphens=False,
    )

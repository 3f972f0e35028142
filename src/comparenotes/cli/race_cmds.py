"""``cn race``: where a race stands, who leads, what moved it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from comparenotes.cli.options import ISO_DATE, as_of_option, examples, json_option, since_option
from comparenotes.cli.output import console, emit_json, note, open_campaign, progress
from comparenotes.errors import CompareNotesError, NotFoundError, did_you_mean

if TYPE_CHECKING:
    from comparenotes.campaigns.model import Campaign
    from comparenotes.race.result import Race


def _regional(campaign: Campaign, region: str) -> Campaign:
    """Return the campaign of one region: its own polls and results only."""
    import polars as pl

    known = [r.id for r in campaign.regions] or sorted(
        {r for r in campaign.polls["region"].to_list() if r is not None}
    )
    if region not in known:
        raise NotFoundError(
            f"no region {region!r}",
            where=campaign.id,
            hint=did_you_mean(region, known)
            or (f"regions: {', '.join(known[:8])}" if known else "this campaign has no regions"),
        )
    name = next((r.name for r in campaign.regions if r.id == region), region)

    def own(table: pl.DataFrame) -> pl.DataFrame:
        return table.filter(pl.col("region") == region).with_columns(
            pl.lit(None, dtype=pl.String()).alias("region")
        )

    return replace(
        campaign,
        title=f"{campaign.title}, {name}",
        polls=own(campaign.polls),
        history=own(campaign.history),
        results=own(campaign.results),
        regions=(),
    )


def _result(campaign: Campaign, race: Race, as_of: date) -> dict[str, float]:
    """Return the result beside a finished race, on the base of its average; else empty."""
    from comparenotes.campaigns.shares import on_base

    if campaign.election_date > as_of:
        return {}
    return on_base(campaign.results, tuple(race.average["contender"]))


@click.command(
    epilog=examples(
        "cn race gb-next",
        "cn race us-2024 --as-of 2024-08-18 --event 2024-07-21",
        "cn race gb-next --since 2026-07-01 --plot race.svg",
        "cn race gb-next --constituencies --out map.csv",
    )
)
@click.argument("campaign")
@click.option("--event", type=ISO_DATE, metavar="DATE", help="Measure what moved on this day.")
@click.option("--region", metavar="ID", help="One region with the nation, such as US-PA.")
@as_of_option
@since_option
@click.option(
    "--plot",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Draw the race to an .svg or .png file.",
)
@click.option(
    "--constituencies", is_flag=True, help="Each constituency's likeliest winner (Britain)."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="With --constituencies: write all of them to a .csv file, for a map.",
)
@json_option
def race(
    campaign: str,
    event: date | None,
    region: str | None,
    as_of: date | None,
    since: date | None,
    plot: Path | None,
    constituencies: bool,
    out: Path | None,
    as_json: bool,
) -> None:
    """Show where the race of CAMPAIGN stands: average, lead, what moved it."""
    from comparenotes import words as phrases
    from comparenotes.campaigns.snapshot import reading_day, today
    from comparenotes.compare.facts import (
        facts,
        governing_party,
        missing_result,
        poll_age,
        result_missing,
    )
    from comparenotes.words.places import short_name

    if plot is not None and plot.suffix.lower() not in (".svg", ".png"):
        raise CompareNotesError(
            f"cannot draw a {plot.suffix or 'nameless'} file",
            where=str(plot),
            hint="end the name in .svg or .png",
        )
    whole = open_campaign(campaign)
    own = _regional(whole, region) if region is not None else None
    asked = as_of or today()
    day = reading_day(whole, asked)
    if out is not None and not constituencies:
        raise CompareNotesError("--out goes with --constituencies", where="cn race")
    if constituencies:
        from comparenotes.cli.constituencies import show

        show(whole, day, out, as_json=as_json)
        return
    if since is not None and since >= day:
        raise CompareNotesError(f"{since} is not before {day}", where="--since")
    from comparenotes.race import analyse

    with progress(f"reading the polls of {campaign}"):
        now = analyse(whole, as_of=day, event=event, regions=True if region else None)
        joint = _region_row(now, region)
        if own is not None and joint is None:
            # no earlier results by region: nothing ties it to the nation
            whole = own
            now = analyse(whole, as_of=day, event=event)
        before = analyse(whole, as_of=since) if since is not None else None
    result = _result(whole, now, asked)
    warnings = [s for s in [poll_age(facts(whole, asked))] if s]
    if result_missing(whole, asked):
        named = f"{short_name(whole)} ({phrases.day(whole.election_date)})"
        warnings.append(missing_result(named))
    if plot is not None:
        from comparenotes.brief.charts import save_trend

        save_trend(now, plot, governing_party(now.campaign))
        note(f"wrote {plot}")
    if as_json:
        newest = now.newest_poll_end
        age = None if newest is None else (reading_day(whole, day) - newest).days
        record = {**_json(now, result, before), "newest_poll_days": age, "warnings": warnings}
        if now.forecast is not None and now.forecast.run_off is not None:
            from comparenotes.race.run_off import run_off_result

            second = run_off_result(whole, asked)
            record["run_off_result"] = [{"contender": c, "share": s} for c, s in second.items()]
        if joint is not None:
            record["forecast"]["regions"] = [joint]
        emit_json(record)
        return
    from comparenotes.brief import race_layout as layout
    from comparenotes.brief.terminal import put, write

    screen = console()
    if joint is not None:
        for warning in warnings:
            put(screen, (warning, "bold"))
        came = _result(own, now, asked) if own is not None else {}
        write(screen, layout.region(now, joint, came), eyebrow=True)
        told = [*layout.event_sentences(now)]
        told += [layout.change_sentence(now, before)] if before is not None else []
        for sentence in ("In the whole country:", *told) if told else ():
            put(screen, sentence)
        return
    from comparenotes.race.result import seats_won
    from comparenotes.race.run_off import run_off_result

    found = layout.Asked(
        now, result, run_off_result(whole, asked), seats_won(whole, asked), before, tuple(warnings)
    )
    write(screen, layout.document(found), eyebrow=True)
    if region is not None:
        screen.print(f"From the polls of {region} alone; the other regions are not drawn on.")


def _region_row(race: Race, region: str | None) -> dict[str, Any] | None:
    """Return the region's part of the joint forecast, or None where it has none."""
    rows = race.forecast.regions if region and race.forecast else ()
    return next((dict(r) for r in rows if r["region"] == region), None)


def _json(now: Race, result: dict[str, float], before: Race | None) -> dict[str, Any]:
    out = now.to_dict()
    if result:
        out["result"] = [{"contender": c, "share": s} for c, s in result.items()]
    if before is not None:
        was = {r["contender"]: r["mean"] for r in before.average.iter_rows(named=True)}
        out["since"] = {
            "as_of": before.as_of.isoformat(),
            "change": [
                {"contender": r["contender"], "change": r["mean"] - was[r["contender"]]}
                for r in now.average.iter_rows(named=True)
                if r["contender"] in was
            ],
            "lead": None if before.lead is None else before.lead.to_dict(),
        }
    return out

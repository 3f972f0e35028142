"""``cn learn`` and ``cn backtest``: what other elections teach, and how well it did."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from comparenotes.cli.options import ISO_DATE, examples, json_option
from comparenotes.cli.output import emit_json, progress


@click.command(
    epilog=examples(
        "cn learn --until 2020-01-01          print what elections before 2020 teach",
        "cn learn --all -o learned.csv        one cut a year, as the package holds it",
    )
)
@click.option(
    "--until", type=ISO_DATE, help="Learn from elections before this day (default: today)."
)
@click.option("--all", "every", is_flag=True, help="One cut a year, up to --until.")
@click.option("-o", "--out", type=click.Path(path_type=Path, dir_okay=False), help="Write a CSV.")
@json_option
def learn(until: date | None, every: bool, out: Path | None, as_json: bool) -> None:
    """Estimate the constants one race cannot know, from finished elections.

    Only elections before the date are used: how wrong all polls can be at once,
    how far a race still moves, how large house effects are.
    """
    from comparenotes.campaigns.catalogue import campaign_index, load_bundled
    from comparenotes.race.learn import write_table
    from comparenotes.race.learn_run import gather, learn_cuts, yearly_cuts

    day = until or date.today()  # noqa: DTZ011 - local date
    ids = campaign_index()["id"].to_list()
    with progress(f"reading {len(ids)} campaigns"):
        evidence = gather((load_bundled(i) for i in ids), day)
    cuts = yearly_cuts(evidence, day) if every else [day]
    with progress(f"learning {len(cuts)} cut{'s' if len(cuts) > 1 else ''}"):
        learned = learn_cuts(evidence, cuts)
    if out is not None:
        write_table(learned, out)
        click.echo(f"{len(learned)} cuts written to {out}", err=True)
    if as_json:
        emit_json(
            [
                {"until": x.until, "elections": x.elections, "values": x.values, "n": x.counts}
                for x in learned
            ]
        )
    elif out is None:
        for x in learned:
            click.echo(f"Learned from {x.elections} elections before {x.until.isoformat()}:")
            for name, value in sorted(x.values["all"].items()):
                click.echo(f"  {name:<14} {value:.4g}")

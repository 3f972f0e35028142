"""``cn learn`` and ``cn backtest``: what other elections teach, and how well it did."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING

import click

from comparenotes.campaigns.snapshot import today
from comparenotes.cli.options import ISO_DATE, examples, json_option
from comparenotes.cli.output import emit_json, progress

if TYPE_CHECKING:
    from comparenotes.race.learn import Learned

SIZES = {"bias", "walk", "anchor_sd"}
"""What a system's and a country's factor multiplies."""


MEANING = {
    "gamma": "how movement and errors depend on a party's size",
    "size_floor": "the same, for very small parties",
    "walk": "movement of a quiet day",
    "late": "how much larger its variance is on polling day",
    "late_days": "days over which that fades, going back",
    "half_life": "days in which half of a distance to the anchor goes",
    "anchor_sd": "how far the anchor is from last result and drift",
    "drift_first": "what the leading governing party loses, first term",
    "drift_head": "the same, later terms",
    "drift_partner": "the same, its partners",
    "bias": "error all polls share, on polling day",
    "bias_early": "how much larger its variance is well before",
    "bias_days": "days after a result in which it grows up",
    "understate": "part of it that is missed change since the result",
    "house": "a firm's lean",
    "category": "lean of a mode, population or question",
    "design": "factor on a poll's sampling variance",
    "excess": "a poll's own error beyond sampling",
    "jump": "step when a candidate or leader is replaced",
    "debut_sd": "how far a new party's first polls are from its end",
    "sample_size": "sample size where none is reported",
    "tail_df": "heavy tails: the smaller, the heavier (Student t)",
    "closeness": "power of the lead with which sizes grow",
}
"""What each learned constant is, in a few words."""


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
    from comparenotes.words import many

    day = until or today()
    ids = campaign_index()["id"].to_list()
    with progress(f"reading {len(ids)} campaigns"):
        evidence = gather((load_bundled(i) for i in ids), day)
    cuts = yearly_cuts(evidence, day) if every else [day]
    with progress(f"learning {many(len(cuts), 'cut')}"):
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
            _show(x)


def _show(cut: Learned) -> None:
    """Print one cut: every constant with its words, then what systems and countries differ in."""
    click.echo(f"Learned from {cut.elections} elections before {cut.until.isoformat()}:")
    common = cut.values["all"]
    for name, words in MEANING.items():
        click.echo(f"  {name:<14}{common[name]:>9.4g}  {words}")
    factors = {
        group: own["bias"] / common["bias"]
        for group, own in cut.values.items()
        if group != "all" and "bias" in own
    }
    for title, of in (("Systems", str.islower), ("Countries", str.isupper)):
        told = [f"{g} {x:.2f} ({cut.counts[g]})" for g, x in sorted(factors.items()) if of(g)]
        if told:
            line = f"{title}, factor on bias, walk and anchor_sd (elections): {', '.join(told)}."
            click.echo(fill(line, 80, subsequent_indent="  ", break_on_hyphens=False))
    own = [
        f"{group}: {', '.join(f'{k} {v:.3g}' for k, v in values.items() if k not in SIZES)}"
        for group, values in cut.values.items()
        if group != "all" and set(values) - SIZES
    ]
    if own:
        click.echo(fill(f"Values of their own: {'; '.join(own)}.", 80, subsequent_indent="  "))
    click.echo("Scales are of log-ratios: 0.05 moves a party at 25% by about 2 points.")

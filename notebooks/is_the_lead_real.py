"""Is the lead real? Open it with ``marimo edit notebooks/is_the_lead_real.py``."""

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Is the lead real?")


@app.cell
def _():
    from datetime import date

    import marimo as mo
    import polars as pl
    from matplotlib.dates import ConciseDateFormatter
    from matplotlib.figure import Figure

    import comparenotes as cn

    return ConciseDateFormatter, Figure, cn, date, mo, pl


@app.cell
def _(date):
    # The question. Change these; every cell below follows.
    CAMPAIGN = "us-2024"
    AS_OF = date(2024, 8, 18)  # nothing published later is used
    EVENT = date(2024, 7, 21)  # a day on which something happened, or None
    return AS_OF, CAMPAIGN, EVENT


@app.cell
def _(AS_OF, CAMPAIGN, EVENT, cn):
    campaign = cn.load(CAMPAIGN)
    race = cn.analyse(campaign, as_of=AS_OF, event=EVENT)
    names = {c.id: c.name for c in campaign.contenders}
    return campaign, names, race


@app.cell
def _(mo, names, race):
    lead = race.lead
    mo.md(
        f"""
        # Is the lead real?

        {race.campaign.title}, as of {race.as_of}: {race.polls_used} polls used.

        In the polls **{names[lead.leader]}** led **{names[lead.runner_up]}** by
        {lead.mean:.1f} points (90% interval {lead.lo90:.1f} to {lead.hi90:.1f}).

        | probability of being ahead | |
        |---|---|
        | in the polls, sampling and house effects only | {lead.p_ahead_in_polls:.0%} |
        | among voters, allowing for an error all polls share | {lead.p_ahead:.0%} |
        | in the polls, 21 days on | {lead.p_still_ahead_in_polls_21d:.0%} |
        | among voters, 21 days on | {lead.p_still_ahead_21d:.0%} |

        The second is lower because polls can all be wrong together. By how much is
        learned from other elections, never from this one.
        """
    )
    return (lead,)


@app.cell
def _(ConciseDateFormatter, Figure, lead, names, pl, race):
    trend_figure = Figure(figsize=(8, 4), layout="constrained")
    _ax = trend_figure.subplots()
    for _id, _colour, _dash in (
        (lead.leader, "#0b64a0", "-"),
        (lead.runner_up, "#c75300", "--"),
    ):
        _line = race.trend.filter(pl.col("contender") == _id)
        _dots = race.polls.filter(pl.col("contender") == _id)
        _days = _line["date"].to_list()
        _ax.scatter(_dots["end"].to_list(), _dots["share"], s=6, color=_colour, alpha=0.35)
        _ax.fill_between(_days, _line["lo90"], _line["hi90"], color=_colour, alpha=0.2, lw=0)
        _ax.plot(_days, _line["mean"], color=_colour, linestyle=_dash, label=names[_id])
    if race.event is not None:
        _ax.axvline(race.event.date, color="#646a73", linewidth=0.8)
    _ax.set_ylabel("per cent of votes")
    _ax.set_title("Polls, and the line with house effects removed (90% interval)", loc="left")
    _ax.xaxis.set_major_formatter(ConciseDateFormatter(_ax.xaxis.get_major_locator()))
    _ax.legend(frameon=False)
    trend_figure
    return (trend_figure,)


@app.cell
def _(ConciseDateFormatter, Figure, race):
    probability_figure = Figure(figsize=(8, 2.4), layout="constrained")
    _ax = probability_figure.subplots()
    _days = race.lead_trend["date"].to_list()
    _ax.plot(_days, race.lead_trend["p_ahead"] * 100, color="#0b64a0")
    _ax.axhline(50, color="#646a73", linewidth=0.8)
    _ax.xaxis.set_major_formatter(ConciseDateFormatter(_ax.xaxis.get_major_locator()))
    _ax.set_ylim(0, 100)
    _ax.set_title("How surely whoever led was ahead, in the polls, per cent", loc="left")
    probability_figure
    return (probability_figure,)


@app.cell
def _(race):
    # a polars frame: in the polls, and among voters (shared error in)
    average = race.average
    average
    return (average,)


@app.cell
def _(race):
    # the same as pandas, for those who work in it
    trend = race.to_pandas()
    weekly = trend.pivot(index="date", columns="contender", values="mean").iloc[::7].round(1)
    weekly.tail(8)
    return (weekly,)


@app.cell
def _(lead, pl, race):
    # which firms lean which way, those with most polls first
    houses = race.house_effects.filter(pl.col("contender") == lead.leader).sort(
        "polls", "pollster", descending=[True, False]
    )
    houses.head(10)
    return (houses,)


@app.cell
def _(mo, names, race):
    event = race.event
    if event is None:
        told = mo.md("No day was asked about.")
    else:
        told = mo.md(
            f"""
            ## What moved on {event.date}

            {event.title or ""} {names[event.contender]} moved by {event.effect:+.1f}
            points (90% interval {event.lo90:+.1f} to {event.hi90:+.1f}). Among
            {event.placebo_n} dates tested in this campaign it ranks
            {event.placebo_rank} by size; {event.pairs.firms} firms polled both before
            and after.
            """
        )
    told
    return (told,)


@app.cell
def _(campaign, mo, race):
    _shares = race.forecast.shares
    mo.vstack(
        [
            mo.md(
                f"## Polling day, {race.forecast.days_to_go} days on\n\n"
                "A distribution, not a call: both outcomes have room in it."
            ),
            _shares,
            mo.md("Sources: " + "; ".join(f"{s.title} ({s.licence})" for s in campaign.sources)),
        ]
    )
    return


if __name__ == "__main__":
    app.run()

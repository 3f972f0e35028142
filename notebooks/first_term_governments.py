"""How do first-term governments fare? ``marimo edit notebooks/first_term_governments.py``."""

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="How do first-term governments fare?")


@app.cell
def _():
    from datetime import date

    import marimo as mo
    import polars as pl
    from matplotlib.figure import Figure

    import comparenotes as cn

    return Figure, cn, date, mo, pl


@app.cell
def _(date):
    # The question. Change these; every cell below follows.
    HOME = "gb-next"
    AS_OF = date(2026, 8, 20)  # nothing known later is used
    return AS_OF, HOME


@app.cell
def _(AS_OF, HOME, cn):
    record = cn.record_of(HOME, as_of=AS_OF)
    return (record,)


@app.cell
def _(mo, record):
    whole = record.rates[0]
    mo.md(
        f"""
        # How do first-term governments fare?

        {record.profile.party_name}, as of {record.profile.as_of}. The class:
        {record.cases.rule}.

        Of {whole.n} such governments in {whole.countries} countries, {whole.count} kept
        the leading office and {whole.n - whole.count} lost it: {whole.estimate:.0f}%
        (90% interval {whole.lo90:.0f} to {whole.hi90:.0f}).
        """
    )
    return (whole,)


@app.cell
def _(pl, record):
    # base rates of the class and of home's narrowings of it: a polars frame
    rates = pl.DataFrame([r.to_dict() for r in record.rates]).select(
        "what", "group", "n", "estimate", "lo90", "hi90", "unit"
    )
    rates
    return (rates,)


@app.cell
def _(Figure, pl, rates):
    kept = rates.filter(pl.col("what") == "kept the leading office")
    rate_figure = Figure(figsize=(8, 0.35 * len(kept) + 1), layout="constrained")
    _ax = rate_figure.subplots()
    for _i, _row in enumerate(kept.iter_rows(named=True)):
        if _row["lo90"] is not None:
            _ax.plot([_row["lo90"], _row["hi90"]], [_i, _i], color="#0b64a0", linewidth=1.5)
        if _row["estimate"] is not None:  # under 15 cases there is no rate
            _ax.plot(_row["estimate"], _i, "o", color="#0b64a0")
    _ax.axvline(50, color="#646a73", linewidth=0.8)
    _ax.set_yticks(
        range(len(kept)), [f"{r['group']} ({r['n']})" for r in kept.iter_rows(named=True)]
    )
    _ax.invert_yaxis()
    _ax.set_xlim(0, 100)
    _ax.set_xlabel("kept the leading office, per cent of cases (90% interval)")
    rate_figure
    return kept, rate_figure


@app.cell
def _(Figure, record):
    path = record.path.frame
    path_figure = Figure(figsize=(8, 3.4), layout="constrained")
    _ax = path_figure.subplots()
    _days = path["days_since_office"]
    _ax.fill_between(_days, path["lo80"], path["hi80"], color="#5d6b57", alpha=0.2, lw=0)
    _ax.plot(_days, path["estimate"], color="#5d6b57", linestyle="--", label="their median")
    _home = path.drop_nulls("home")
    _ax.plot(_home["days_since_office"], _home["home"], color="#0b64a0", label="home")
    _ax.axhline(0, color="#646a73", linewidth=0.8)
    _ax.set_xlabel("days since taking office")
    _ax.set_title(
        "Standing in the polls against the last result, points (the middle 80% shaded)",
        loc="left",
    )
    _ax.legend(frameon=False)
    path_figure
    return path, path_figure


@app.cell
def _(pl, record):
    # the latest cases, winners and losers
    cases = record.cases.frame.sort("date", descending=True).select(
        "case", "country", "date", "party_name", "family", "vote_change", "kept_office", "source"
    )
    outcomes = pl.concat(
        [cases.filter(pl.col("kept_office") == kept).head(8) for kept in (True, False)]
    ).sort("date", descending=True)
    outcomes
    return cases, outcomes


@app.cell
def _(cases):
    # the same in pandas: vote change by outcome
    import pandas as pd

    by_outcome = (
        pd.DataFrame(cases.to_dicts())
        .dropna(subset=["vote_change", "kept_office"])
        .groupby("kept_office")["vote_change"]
        .describe()[["count", "mean", "min", "max"]]
    )
    by_outcome.round(1)
    return (by_outcome,)


@app.cell
def _(mo, pl, record):
    nearest = pl.DataFrame(
        [
            {
                "case": n.case,
                "party": n.party,
                "distance": n.distance,
                "vote change": n.vote_change,
                "kept office": n.kept_office,
            }
            for n in record.near
        ]
    )
    mo.vstack(
        [
            mo.md(
                "## The nearest cases\n\nWhether nearness predicts anything was tested on "
                f"{record.skill.tested_on} elections: **{record.skill.verdict}**."
            ),
            nearest,
        ]
    )
    return (nearest,)


@app.cell
def _(AS_OF, HOME, cn, mo, pl):
    suggestions = pl.DataFrame([s.to_dict() for s in cn.suggest(HOME, as_of=AS_OF).items]).select(
        "campaign", "kind", "outcome", "party"
    )
    mo.vstack(
        [mo.md("## Campaigns to compare with: a winner and a loser of each kind"), suggestions]
    )
    return (suggestions,)


if __name__ == "__main__":
    app.run()

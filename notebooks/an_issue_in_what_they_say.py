"""How does an issue feature in what each side says? ``marimo edit`` opens it."""

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="How does an issue feature?")


@app.cell
def _():
    from pathlib import Path

    import marimo as mo
    import polars as pl
    from matplotlib.figure import Figure

    import comparenotes as cn
    from comparenotes.message.report import message_of

    return Figure, Path, cn, message_of, mo, pl


@app.cell
def _(Path):
    # The question. Change these; every cell below follows.
    CAMPAIGNS = ("us-2012", "us-2016")
    ISSUES = ("migration", "green")
    GENRE = "speech"  # speech, manifesto or debate; genres are never mixed
    TEXTS: list[Path] = []  # files or folders of your own, instead of the measured figures
    return CAMPAIGNS, GENRE, ISSUES, TEXTS


@app.cell
def _(CAMPAIGNS, GENRE, ISSUES, TEXTS, cn, message_of):
    said = {
        name: message_of(cn.load(name), issues=ISSUES, genre=GENRE, texts=TEXTS)
        for name in CAMPAIGNS
    }
    return (said,)


@app.cell
def _(cn, pl, said):
    # one row a campaign, issue and side: share of its sentences, with a 90% interval
    _rows = []
    for _name, _found in said.items():
        _names = {c.id: c.name for c in cn.load(_name).contenders}
        for _line in _found.lines:
            _row = _line.to_dict()
            _rows.append(
                {
                    "campaign": _name,
                    "issue": _row["issue"],
                    "side": _names.get(_row["contender"], _row["contender"]),
                    "documents": _row["documents"],
                    "sentences": _row["hits"],
                    "share": _row["share"],
                    "lo90": _row["lo90"],
                    "hi90": _row["hi90"],
                    "enough": _row["enough"],
                }
            )
    shares = pl.DataFrame(_rows)
    return (shares,)


@app.cell
def _(mo, said):
    _counts = "; ".join(
        f"{name}: {found.documents} documents, {found.sentences:,} sentences"
        for name, found in said.items()
    )
    mo.md(
        f"""
        # How does an issue feature in what each side says?

        {_counts}. The share is per cent of a side's sentences; the interval resamples
        documents, for a speech stays on its topic for minutes.
        """
    )
    return


@app.cell
def _(Figure, shares):
    share_figure = Figure(figsize=(8, 0.45 * len(shares) + 1), layout="constrained")
    _ax = share_figure.subplots()
    for _i, _row in enumerate(shares.iter_rows(named=True)):
        _mark = "o" if _row["enough"] else "x"
        _ax.plot([_row["lo90"], _row["hi90"]], [_i, _i], color="#0b64a0", linewidth=1.5)
        _ax.plot(_row["share"], _i, _mark, color="#0b64a0")
    _ax.set_yticks(
        range(len(shares)),
        [f"{r['campaign']}, {r['issue']}: {r['side']}" for r in shares.iter_rows(named=True)],
    )
    _ax.invert_yaxis()
    _ax.set_xlim(left=0)
    _ax.set_xlabel("per cent of sentences (90% interval; × under five documents)")
    share_figure
    return (share_figure,)


@app.cell
def _(shares):
    shares
    return


@app.cell
def _(shares):
    # the same as pandas, sides beside each other (needs pandas)
    import pandas as pd

    wide = pd.DataFrame(shares.to_dicts()).pivot_table(
        index=["campaign", "issue"], columns="side", values="share"
    )
    wide.round(1)
    return (wide,)


@app.cell
def _(mo, pl, said):
    # does one side speak more of it, or can the sides not be told apart?
    differences = pl.DataFrame(
        [
            {
                "campaign": name,
                "issue": d["issue"],
                "sides": " less ".join(d["contenders"]),
                **{k: d[k] for k in ("difference", "lo90", "hi90", "verdict")},
            }
            for name, found in said.items()
            for d in (x.to_dict() for x in found.differences())
        ]
    )
    mo.vstack([mo.md("## The difference, and whether it beats noise"), differences])
    return (differences,)


@app.cell
def _(mo, pl, said):
    # attack, own record or promise: null where a side has under 15 sentences on the issue
    _stances = ("attack", "own_record", "promise")
    stances = pl.DataFrame(
        [
            {
                "campaign": name,
                "issue": row["issue"],
                "side": row["contender"],
                "stance": s,
                "share": (row[s] or {}).get("share"),
                "lo90": (row[s] or {}).get("lo90"),
                "hi90": (row[s] or {}).get("hi90"),
            }
            for name, found in said.items()
            for row in (line.to_dict() for line in found.lines)
            for s in _stances
        ]
    )
    mo.vstack([mo.md("## Attack, own record, promise"), stances])
    return (stances,)


@app.cell
def _(mo, pl, said):
    # how far the coder can be trusted, measured on hand-coded sentences
    _first = next(iter(said.values()))
    trust = pl.DataFrame(
        [{k: row[k] for k in ("issue", "precision", "recall", "f1")} for row in _first.coder()]
    )
    _sources = "; ".join(dict.fromkeys(s for found in said.values() for s in found.sources))
    mo.vstack([mo.md("## How far the coder can be trusted"), trust, mo.md(f"Sources: {_sources}.")])
    return (trust,)


if __name__ == "__main__":
    app.run()

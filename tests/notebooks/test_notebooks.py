"""The notebooks run from top to bottom, and show what they say they show."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from matplotlib.figure import Figure

import comparenotes as cn
from tests.notebooks.runner import FOLDER, NOTEBOOKS, run

pytest.importorskip("pandas", reason="the notebooks show tables in pandas too: extra notebooks")


@cache
def names(notebook: str) -> dict[str, Any]:
    return run(FOLDER / f"{notebook}.py")


def test_there_is_one_for_each_main_question() -> None:
    assert [p.stem for p in NOTEBOOKS] == [
        "an_issue_in_what_they_say",
        "first_term_governments",
        "is_the_lead_real",
    ]


@pytest.mark.parametrize("notebook", [p.stem for p in NOTEBOOKS])
def test_it_runs_and_shows_charts_and_tables_of_both_kinds(notebook: str) -> None:
    import pandas as pd

    made = names(notebook).values()
    frames = [x for x in made if isinstance(x, pl.DataFrame)]
    assert any(isinstance(x, Figure) and x.axes for x in made)
    assert frames
    assert all(f.height for f in frames)
    assert any(isinstance(x, pd.DataFrame) and len(x) for x in made)


def test_the_lead_is_the_race_s_own() -> None:
    made = names("is_the_lead_real")
    again = cn.analyse(cn.load(made["CAMPAIGN"]), as_of=made["AS_OF"], event=made["EVENT"])
    assert made["lead"] == again.lead
    assert made["weekly"].columns.tolist() == ["dem", "rep"]
    assert made["houses"]["polls"].is_sorted(descending=True)


def test_issues_keep_their_intervals_and_sides() -> None:
    made = names("an_issue_in_what_they_say")
    shares = made["shares"]
    assert set(shares["campaign"]) == set(made["CAMPAIGNS"])
    assert set(shares["issue"]) == set(made["ISSUES"])
    assert shares.filter((pl.col("lo90") > pl.col("share")) | (pl.col("hi90") < pl.col("share")))[
        "issue"
    ].is_empty()
    assert made["differences"].height == 4
    assert made["trust"]["f1"].null_count() == 0


def test_losers_stand_beside_winners() -> None:
    made = names("first_term_governments")
    assert set(made["outcomes"]["kept_office"]) == {True, False}
    assert made["whole"].n == made["cases"].height
    assert set(made["suggestions"]["outcome"]) == {"won", "lost"}


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda p: p.stem)
def test_no_number_is_typed_in(notebook: Path) -> None:
    """Sentences of a notebook hold numbers only as fields of what was computed."""
    text = notebook.read_text(encoding="utf-8")
    for prose in re.findall(r'mo\.md\(\s*f?"""(.*?)"""', text, re.DOTALL):
        bare = re.sub(r"\{[^{}]*\}", "", prose)
        assert set(re.findall(r"\d+", bare)) <= {"90", "21"}

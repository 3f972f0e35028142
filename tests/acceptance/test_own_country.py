"""A folder made by hand from ``cn new`` with another country's polls gives a brief."""

from __future__ import annotations

import csv
import io
import random
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.acceptance.program import cn

AS_OF = "2026-05-20"
CONTENDERS = ("rose=Rose Alliance", "anchor=Anchor Party", "barley=Barley Union", "kite=Kite List")
FIRMS = ("Plumb & Line", "Norðurljós", "Tally", "Quorum")


def polls() -> str:
    """Return two years of invented polls: rose loses the lead to anchor half way."""
    chance = random.Random(11)  # noqa: S311 - invented polls
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(["start", "end", "pollster", "sample_size", "rose", "anchor", "barley", "kite"])
    day = date(2024, 7, 1)
    for i in range(70):
        end = day + timedelta(days=9 * i)
        swing = min(i / 35, 1.6) * 6
        shares = [38 - swing, 30 + swing, 14, 9]
        noisy = [round(s + chance.gauss(0, 1.2), 1) for s in shares]
        kite = "" if i % 5 == 0 else noisy[3]  # not every poll asks about the small one
        size = "" if i % 7 == 0 else 900 + 10 * i
        table.writerow([end - timedelta(days=3), end, FIRMS[i % 4], size, *noisy[:3], kite])
    return out.getvalue()


HISTORY = """\
date,region,contender,share,seats
2018-06-02,,rose,31.5,
2018-06-02,,anchor,35.0,
2018-06-02,,barley,20.0,
2022-06-04,,rose,39.1,
2022-06-04,,anchor,29.4,
2022-06-04,,barley,15.5,
2022-06-04,,kite,7.0,
"""

EVENTS = """\
date,title,kind,contender,source
2025-11-03,Rose elects a new leader,leader_change,rose,our archive
"""


@pytest.fixture
def folder(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Path:
    target = tmp_path / "xs-2026"
    made = cn(
        capfd, "new", target, "--country", "XS", "--date", "2026-06-06",
        "--contenders", ",".join(CONTENDERS),
    )  # fmt: skip
    assert made.code == 0, made.err
    (target / "polls.csv").write_text(polls(), encoding="utf-8")
    (target / "history.csv").write_text(HISTORY, encoding="utf-8")
    (target / "events.csv").write_text(EVENTS, encoding="utf-8")
    return target


def test_it_is_valid_and_its_race_is_what_was_put_in(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert cn(capfd, "validate", folder).code == 0
    race = cn(capfd, "race", folder, "--as-of", AS_OF, "--event", "2025-11-03", "--json").json()
    assert race["polls_used"] == 70
    means = {r["contender"]: r["mean"] for r in race["average"]}
    assert means["anchor"] == pytest.approx(39.6, abs=2.0)
    assert means["rose"] == pytest.approx(28.4, abs=2.0)
    assert race["lead"]["leader"] == "anchor"
    assert [c["leader"] for c in race["lead_changes"]] == ["anchor"]
    # the lines crossed when swing was 4: poll 23 or so
    crossed = date.fromisoformat(race["lead_changes"][0]["date"])
    assert abs((crossed - date(2025, 1, 24)).days) < 45
    assert race["event"]["contender"] == "rose"
    assert {x["why"]: x["count"] for x in race["left_out"]} == {
        "used, but without a sample size: a typical one assumed": 10
    }


def test_a_brief_comes_of_it_as_home(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    output = folder.parent / "brief.html"
    seen = cn(capfd, "brief", folder, "gb-2024", "-o", output, "--as-of", AS_OF)
    assert seen.code == 0, seen.err
    text = output.read_text(encoding="utf-8")
    assert text.lstrip().lower().startswith("<!doctype html")
    assert "Rose Alliance" in text
    assert "XS election of 2026" in text
    assert len(text) > 10_000


def test_and_as_away(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    found = cn(capfd, "compare", "gb-next", folder, "--as-of", AS_OF, "--json").json()
    race = [f for f in found["findings"] if f["provider"] == "race"]
    assert race
    assert not any(f["failed"] for f in race)
    assert any("xs-2026" in str(f["away"]) or "xs-2026" in str(f["sources"]) for f in race)

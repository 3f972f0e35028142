"""Takeovers: the rules on invented terms, and as-of on the packaged table."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import polars as pl
import pytest

from comparenotes.record import support as support_module
from comparenotes.record import tables, takeovers
from comparenotes.record.takeover_skill import left
from comparenotes.record.takeovers import Change, Path

VOTE = date(2020, 6, 1)
START = date(2016, 6, 2)
whole = tables.table


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    yield
    takeovers.takeovers.cache_clear()
    takeovers._read.cache_clear()


def term(case: str, country: str, gain: float, day: date | None) -> list[dict[str, object]]:
    """Return an invented term 8 points down; ``gain`` points after ``day``, half at the end."""
    days = {START + timedelta(days=15 * i) for i in range(1, 97)} | {VOTE - timedelta(days=1)}
    if day is not None:
        days |= support_module.moments(day)
    out = []
    for d in sorted(x for x in days if x < VOTE):
        up = gain if day is not None and d > day else 0.0
        out.append(
            {
                "case": case,
                "country": country,
                "office": "parliament",
                "election_date": VOTE,
                "start": START,
                "contender": "x",
                "role": "government",
                "date": d,
                "standing": -8.0 + up,
            }
        )
    return out


def invented(monkeypatch: pytest.MonkeyPatch, gain: float, fade: float) -> date:
    """Lay 20 invented takeovers and 12 calm terms under the record; return day 0."""
    day = date(2018, 3, 3)
    rows, results, led, cases = [], [], [], []
    for i in range(32):
        country, changed = f"{i % 8:02d}", i < 20
        case = f"c{i:02d}"
        rows += [
            {**r, "country": f"Q{i}"} for r in term(case, country, gain, day if changed else None)
        ]
        results.append((case, VOTE, "x", -8.0 + (gain - fade if changed else 0.0)))
        first = {"country": f"Q{i}", "party": "x", "leader": "One", "from": date(2010, 1, 1)}
        led.append({**first, "until": day if changed else None, "announced": None})
        if changed:
            more = {"leader": "Two", "from": day, "until": None, "announced": day}
            led.append({**first, **more})
        cases.append((f"Q{i}", "parliament", VOTE, i % 2 == 0, VOTE, changed, False))
    leaders = pl.DataFrame(
        [
            {
                **r,
                "how": "resigned",
                "head": [{"from": date(2010, 1, 1), "until": None}],
                "candidate": None,
                "precision": "day",
                "source": "invented",
                "note": None,
            }
            for r in led
        ],
        schema=whole("leaders").schema,
    )
    names = ("country", "office", "date", "kept_office", "office_known", "changed_in_term", "x")
    frame = pl.DataFrame(cases, schema=names, orient="row").with_columns(
        pl.lit("").alias("office_after")
    )
    given = {
        "support": pl.DataFrame(rows, schema=support_module.SCHEMA),
        "side_results": pl.DataFrame(
            results, schema=["case", "election_date", "contender", "change"], orient="row"
        ),
        "leaders": leaders,
        "cases": frame,
    }
    monkeypatch.setattr(tables, "table", lambda name: given.get(name))
    takeovers.takeovers.cache_clear()
    takeovers._read.cache_clear()
    return day


def test_a_planted_gain_and_its_fading_come_out(monkeypatch: pytest.MonkeyPatch) -> None:
    invented(monkeypatch, gain=4.0, fade=3.0)
    table = takeovers.takeovers(date(2021, 1, 1))["government"]
    assert len(table.paths) == 20
    assert table.countries == 20
    for horizon, expected in (("0", 0.0), ("30", 4.0), ("365", 4.0), ("eve", 4.0), ("result", 1.0)):
        row = table.row(horizon)
        assert row is not None
        assert row.plain.estimate == pytest.approx(expected)
        assert row.against.estimate == pytest.approx(expected)
        assert row.against.n == 20
    assert {p.terms for p in table.paths} == {12}
    assert table.office()["controls_share"] == pytest.approx(0.5)


def test_nothing_is_known_before_it_happened(monkeypatch: pytest.MonkeyPatch) -> None:
    day = invented(monkeypatch, gain=4.0, fade=3.0)
    table = takeovers.takeovers(day + timedelta(days=40))["government"]
    assert {h for p in table.paths for h in p.moved} == {"0", "30"}
    assert all(p.kept is None and not p.controls for p in table.paths)  # no term was over
    assert not takeovers.takeovers(day - timedelta(days=1))["government"].paths


def test_later_rows_change_no_earlier_table(monkeypatch: pytest.MonkeyPatch) -> None:
    day = date(2019, 1, 1)
    takeovers._read.cache_clear()
    before = {k: t.to_dict() for k, t in takeovers.takeovers(day).items()}
    dated = {"support": "date", "side_results": "election_date", "leaders": "from", "cases": "date"}

    def cut(name: str) -> pl.DataFrame:
        frame = whole(name)
        return frame.filter(pl.col(dated[name]) <= day) if name in dated else frame

    monkeypatch.setattr(tables, "table", cut)
    takeovers.takeovers.cache_clear()
    takeovers._read.cache_clear()
    assert {k: t.to_dict() for k, t in takeovers.takeovers(day).items()} == before


def test_a_first_month_that_says_all_has_skill_and_one_that_says_nothing_has_none() -> None:
    def paths(share: float) -> list[Path]:
        out = []
        for i in range(60):
            zero = date(1960, 1, 1) + timedelta(days=400 * i)
            gain = float((i * 7) % 11 - 5)
            end = share * gain + float((i * 13) % 7 - 3) * (0.2 if share else 3.0)
            c = Change(
                *("government", f"C{i % 12}", "x", "A", "B", zero, zero, f"c{i}"),
                zero + timedelta(days=500),
                last=True,
                until=None,
            )
            out.append(Path(c, zero, -5.0, {"30": gain, "result": end}, {}, 0, None, None))
        return out

    assert left(paths(-0.8), "result").verdict == "skill"
    assert left(paths(0.0), "result").verdict == "no skill"
    assert left(paths(-0.8)[:20], "result").verdict.startswith("too few")

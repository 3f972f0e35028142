"""Widths by how close a race is: the lead, the factor, what a fit makes of it, learning it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comparenotes.campaigns.shares import OTHERS
from comparenotes.race.closeness import OFFSET, REFERENCE, WIDEST, for_race, width_factor
from comparenotes.race.constants import SCALED, constants_for, groups
from comparenotes.race.learn import FAMILY, OUTCOME, against_results, columns, prediction, unpack
from comparenotes.race.learn_rows import Outcome
from comparenotes.race.model import fit
from comparenotes.race.poll_mean import lead_of
from comparenotes.race.prepare import Prepared, prepare
from tests.race.invented import ELECTION, campaign, learned, poll

LAST = ELECTION - timedelta(days=40)


def race(elk: float, fox: float) -> Prepared:
    rows = [poll(LAST - timedelta(days=3 * i), elk=elk, fox=fox, yak=10.0) for i in range(6)]
    return prepare(campaign(rows))


def test_the_lead_is_of_named_contenders_only() -> None:
    shares = np.array([0.30, 0.26, 0.44])
    assert lead_of(shares, ("a", "b", OTHERS)) == pytest.approx(4.0)
    assert lead_of(shares, ("a", "b", "c")) == pytest.approx(14.0)
    assert lead_of(np.array([0.6, 0.4]), ("a", OTHERS)) is None


@given(st.floats(0, 60), st.floats(0, 60), st.floats(0.01, 0.5))
@settings(max_examples=50, deadline=None)
def test_a_larger_lead_is_never_narrower(a: float, b: float, power: float) -> None:
    lo, hi = sorted((a, b))
    assert width_factor(lo, power) <= width_factor(hi, power)
    assert width_factor(hi, power) <= ((WIDEST + OFFSET) / REFERENCE) ** power + 1e-12
    assert width_factor(REFERENCE - OFFSET, power) == pytest.approx(1.0)


def test_sizes_of_a_race_are_scaled_once() -> None:
    c = learned(closeness=0.2)
    close, wide = for_race(c, race(37, 36), LAST), for_race(c, race(52, 21), LAST)
    for name in SCALED:
        assert getattr(close, name) < getattr(c, name) < getattr(wide, name)
    assert close.house == c.house
    assert close.half_life == c.half_life
    assert for_race(close, race(37, 36), LAST) == close
    assert for_race(learned(), race(37, 36), LAST) == learned()


def test_a_fit_uses_the_sizes_of_its_race() -> None:
    c, prepared = learned(closeness=0.2), race(52, 21)
    by_fit = fit(prepared, c, last_day=LAST)
    by_hand = fit(prepared, for_race(c, prepared, LAST), last_day=LAST)
    assert by_fit.constants == by_hand.constants != c
    assert np.array_equal(by_fit.solution.mean(), by_hand.solution.mean())


def test_polls_after_the_day_do_not_count() -> None:
    rows = [poll(LAST - timedelta(days=3 * i), elk=40, fox=38, yak=10.0) for i in range(6)]
    later = [poll(LAST + timedelta(days=9), elk=60, fox=20, yak=10.0)]
    c = learned(closeness=0.2)
    assert for_race(c, prepare(campaign(rows + later)), LAST) == for_race(
        c, prepare(campaign(rows)), LAST
    )


WITHIN = {"design": 1.0, "excess": 0.0, "house": 0.02, "walk": 0.005}


def invented_outcomes(power: float, understate: dict[str, float]) -> list[Outcome]:
    """Return outcomes drawn from the model that learning assumes, with known constants."""
    rng = np.random.default_rng(11)
    out = []
    for e in range(400):
        system = "fptp" if e % 2 else "pr"
        lead = float(rng.choice([0.5, 3.0, 10.0, 25.0]))
        for h in (1, 60, 365):
            for i in range(3):
                last = float(rng.uniform(0.15, 0.4))
                out.append(
                    Outcome(
                        f"e{e}", "XX", system, date(1990, 1, 1) + timedelta(days=20 * e), h,
                        f"c{i}", "none", last, last, last, 1400 - h, 2e-4, 0.2, 0.1, 5.0, 4, lead,
                    )
                )  # fmt: skip
    v = unpack(np.zeros(len(OUTCOME))) | {"closeness": power, "understate": understate["pr"]}
    v[FAMILY] = understate["fptp"]
    p = prediction(columns(out), v, WITHIN)
    polled = p.polled_mean + p.polled_sd * rng.standard_normal(len(out))
    out = [replace(r, polled=float(x)) for r, x in zip(out, polled, strict=True)]
    p = prediction(columns(out), v, WITHIN)
    results = p.mean + p.sd * rng.standard_normal(len(out))
    return [replace(r, result=float(y)) for r, y in zip(out, results, strict=True)]


def test_learning_finds_the_power_of_the_lead_and_what_a_family_understates() -> None:
    apart = against_results(columns(invented_outcomes(0.25, {"pr": 0.8, "fptp": 0.2})), WITHIN)
    assert 0.15 < apart["closeness"] < 0.35
    assert apart[FAMILY] < apart["understate"] - 0.2
    alike = against_results(columns(invented_outcomes(0.0, {"pr": 0.5, "fptp": 0.5})), WITHIN)
    assert abs(alike["closeness"]) < 0.08
    assert abs(alike[FAMILY] - alike["understate"]) < 0.2


def test_a_majoritarian_system_has_its_familys_understatement() -> None:
    assert groups("fptp", "GB") == ("all", FAMILY, "fptp", "GB")
    assert groups("pr", "SE") == ("all", "pr", "SE")
    day = date(2026, 1, 1)
    fptp = constants_for(day, system="fptp", country="XX")
    pr = constants_for(day, system="pr", country="XX")
    assert fptp.understate != pr.understate
    assert fptp.closeness == pr.closeness

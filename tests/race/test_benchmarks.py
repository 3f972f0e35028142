"""What the benchmarks promise is judged right; nothing is timed here."""

from __future__ import annotations

from typing import Any

import pytest
from benchmarks import idle
from benchmarks.oracle_text import TARGETS, missed, table
from benchmarks.run import late


def case(name: str, ratio: float, points: float) -> dict[str, Any]:
    return {
        "case": name,
        "exact": {"cpu": 0.1},
        "numpyro": {"cpu_run": 200.0, "ess_state": {"least": 500.0}},
        "ratio": {"per_posterior": ratio},
        "difference": {"points_largest": points},
        "others_busy": None,
    }


def test_an_oracle_case_is_held_to_its_ratio_and_its_difference() -> None:
    assert missed(case("us", TARGETS["us"], TARGETS["points"])) == []
    assert len(missed(case("us", TARGETS["us"] - 1, TARGETS["points"] + 0.01))) == 2
    assert missed(case("gb-multinomial", 1.0, 9.0)) == []
    line = table([case("us", 2000, 0.07)]).splitlines()[1].split()
    assert line == ["us", "0.100", "200", "2,000", "500", "0.070", "unknown"]


def result(**changes: Any) -> dict[str, Any]:
    whole = {"elections": 120, "wall": 100.0, "cpu": 180.0, "limit_s": 120.0}
    return {
        "runs": [{"what": "cn x", "wall": 1.0, "cpu": 0.9, "limit_s": 2.0, "memory_mb": 300}],
        "joint": [{"campaign": "us-2024", "numba": 0.4, "numba_wall": 0.45, "limit_s": 0.5}],
        "backtest": whole,
        **changes,
    }


def test_a_run_names_what_was_late() -> None:
    assert late(result(), "wall") == []
    assert late(result(backtest=None), "cpu") == []
    slow = result(joint=[{"campaign": "us", "numba": 0.4, "numba_wall": 0.6, "limit_s": 0.5}])
    assert late(slow, "wall") == ["one joint fit of us"]
    assert late(slow, "cpu") == []
    long = result(backtest={"wall": 130.0, "cpu": 230.0, "limit_s": 120.0})
    assert late(long, "wall") == ["the whole backtest"]
    assert late(long, "cpu") == []
    large = [{"what": "cn x", "wall": 1.0, "cpu": 0.9, "limit_s": 2.0, "memory_mb": 700}]
    assert late(result(runs=large), "wall") == ["cn x"]


def test_a_busy_machine_is_not_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    used = iter(range(0, 1000, 10))
    monkeypatch.setattr(idle, "others_cpu", lambda: float(next(used)))
    with pytest.raises(SystemExit, match="cores busy"):
        idle.wait_until_idle(patience=0.0, look=0.01)
    monkeypatch.setattr(idle, "others_cpu", lambda: 5.0)
    assert idle.wait_until_idle(look=0.01) == 0.0
    monkeypatch.setattr(idle, "others_cpu", lambda: None)
    assert idle.wait_until_idle(look=0.01) is None

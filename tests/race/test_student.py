from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import stdtr, stdtrit

from comparenotes.race.student import t_cdf, t_quantile


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 60), st.floats(0.001, 0.999), st.floats(-30, 30))
def test_quantiles_and_probabilities_are_scipys(df: int, p: float, t: float) -> None:
    assert t_quantile(p, df) == pytest.approx(float(stdtrit(df, p)), rel=1e-9, abs=1e-9)
    assert t_cdf(t, df) == pytest.approx(float(stdtr(df, t)), abs=1e-12)


@pytest.mark.parametrize(("p", "df"), [(0.0, 3), (1.0, 3), (0.5, 0), (float("nan"), 2)])
def test_what_has_no_quantile_is_refused(p: float, df: int) -> None:
    with pytest.raises(ValueError, match="no quantile"):
        t_quantile(p, df)

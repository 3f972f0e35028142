"""Many polls are put together by firm and week; few are left as they are."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import numpy as np
import pytest

from comparenotes.errors import DataError
from comparenotes.race import bounded as module
from comparenotes.race.bounded import MERGED, SMALL_FIRMS, bounded
from comparenotes.race.prepare import PollRow


def rows(n: int, firms: int, days: int = 700) -> list[PollRow]:
    made = []
    for i in range(n):
        end = date(2024, 1, 1) + timedelta(days=i * days // n)
        share = 0.4 + 0.02 * (i % 3)
        made.append(
            PollRow(
                start=end - timedelta(days=1),
                end=end,
                pollster=f"Firm {i % firms}",
                sample_size=500.0 + 500 * (i % 2),
                step=0.01,
                groups=np.eye(2),
                shares=np.array([share, 1 - share]),
                mode=None,
                population=None,
                question=None,
            )
        )
    return made


def test_few_polls_stay_as_they_are() -> None:
    out: Counter[str] = Counter()
    polls = rows(300, 5)
    assert bounded(polls, out) == polls
    assert not out


def test_many_polls_keep_their_mean_and_people() -> None:
    out: Counter[str] = Counter()
    polls = rows(6_000, 4)
    found = bounded(polls, out)
    assert len(found) == len({(p.pollster, p.end.isocalendar()[:2]) for p in polls})
    assert out == {MERGED: len(polls) - len(found)}
    people = sum(p.sample_size or 0 for p in polls)
    assert sum(p.sample_size or 0 for p in found) == pytest.approx(people)
    before = sum((p.sample_size or 0) * p.shares[0] for p in polls) / people
    after = sum((p.sample_size or 0) * p.shares[0] for p in found) / people
    assert after == pytest.approx(before)
    assert all(p.shares.sum() == pytest.approx(1) for p in found)


def test_small_firms_share_a_house_effect_and_the_rest_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MAX_FIRMS", 10)
    found = bounded(rows(900, 90), Counter())
    assert len({p.pollster for p in found}) == 11
    assert SMALL_FIRMS in {p.pollster for p in found}
    monkeypatch.setattr(module, "MOST", 50)
    with pytest.raises(DataError, match=r"900 polls of 90 firms .* more than can be fitted"):
        bounded(rows(900, 90), Counter())

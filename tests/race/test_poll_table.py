from __future__ import annotations

from datetime import date

import numpy as np

from comparenotes.race.poll_table import poll_table
from comparenotes.race.prepare import PollRow


def poll(shares: list[float], size: float | None, step: float) -> PollRow:
    groups = np.eye(len(shares), 4)
    day = date(2021, 1, 1)
    return PollRow(day, day, "A", size, step, groups, np.array(shares), None, None, None)


def test_every_poll_is_in_the_batch_of_its_length() -> None:
    polls = [poll([0.5, 0.5], 1000, 1.0), poll([0.2, 0.3, 0.5], None, 0.1), poll([0.4, 0.6], 9, 0)]
    table = poll_table(polls, 800.0)
    assert table.start.tolist() == [0, 1, 3, 4]
    assert table.width == 2
    assert table.size.tolist() == [1000, 800, 9]
    np.testing.assert_allclose(table.rounding, [1e-4 / 12, 1e-6 / 12, 0], atol=1e-20)
    assert [b.index.tolist() for b in table.batches] == [[0, 2], [1]]
    np.testing.assert_array_equal(table.batches[0].shares, [[0.5, 0.5], [0.4, 0.6]])
    assert table.batches[1].groups.shape == (1, 3, 4)


def test_no_polls_are_an_empty_table() -> None:
    table = poll_table([], 800.0)
    assert table.start.tolist() == [0]
    assert (table.width, len(table.size), table.batches) == (1, 0, ())

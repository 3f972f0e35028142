"""What the first page proposes, and charts that are not there; without a browser."""

from __future__ import annotations

import pytest

from tests.web.served import Server


@pytest.mark.parametrize("name", ["seats.gif", "votes.png", "seats", "run-off.png"])
def test_no_such_chart(server: Server, name: str) -> None:
    assert server.get(f"/chart/us-2024/{name}?as_of=2024-08-18").status == 404


def test_likes_are_of_the_campaign_chosen(server: Server) -> None:
    found = server.get("/index.json?home=se-2018&as_of=2018-08-20").json()["worth"]
    assert found["home"] == "se-2018"
    named = [r[side]["campaign"] for r in found["rows"] for side in ("won", "lost") if r[side]]
    assert named
    assert "se-2018" not in named
    # nothing that ended later
    assert all(int(c.split("-")[1]) <= 2018 for c in named)


def test_a_folder_without_likes_has_no_such_part(server: Server) -> None:
    assert server.get("/index.json?home=my-vote&as_of=1950-01-01").json()["worth"] is None

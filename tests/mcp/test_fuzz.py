"""Whatever a client sends, it gets a reply with sources, or one line that says what is wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("mcp", reason="the extra mcp is not installed")

from tests.mcp.talk import call

NAMES = ["gb-1997", "gb-2001", "gb-next", "../gb-1997", ".", "con", "", "x" * 70, "gb-1997\x00"]
DAYS = ["1997-04-20", "1066-10-14", "2001-13-01", "today", "", "9999-12-31"]
LOOSE = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=80), st.lists(st.text(), max_size=3)
)
ARGUMENTS = st.fixed_dictionaries(
    {},
    optional={
        "home": st.one_of(st.sampled_from(NAMES), LOOSE),
        "campaign": st.one_of(st.sampled_from(NAMES), LOOSE),
        "search": st.one_of(st.text(max_size=80), LOOSE),
        "country": st.one_of(st.sampled_from(["GB", "gb", "Q", "%%", "\x00\x00"]), LOOSE),
        "upcoming": LOOSE,
        "as_of": st.one_of(st.sampled_from(DAYS), LOOSE),
        "rows": st.one_of(st.integers(-5, 600), LOOSE),
        "issues": st.one_of(st.lists(st.sampled_from(["green", "all", "?"]), max_size=3), LOOSE),
        "more": LOOSE,
    },
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tool=st.sampled_from(["campaigns", "suggest", "message"]), arguments=ARGUMENTS)
def test_a_reply_or_one_line(tool: str, arguments: dict[str, Any]) -> None:
    known = {
        "campaigns": {"search", "country", "upcoming", "as_of", "rows"},
        "suggest": {"home", "as_of", "rows"},
        "message": {"campaign", "issues", "as_of", "rows"},
    }[tool]
    got = call(tool, {k: v for k, v in arguments.items() if k in known or k == "more"})
    if got.is_error:
        said = got.content[0].text
        assert "internal error" not in said
        assert "\n" not in said
        assert len(said) < 1_000
        return
    assert got.structured_content is not None
    assert got.structured_content["sources"]
    assert got.structured_content["as_of"]
    json.dumps(got.structured_content, allow_nan=False)

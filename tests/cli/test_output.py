"""What commands write is machine-readable where promised, and harmless on a terminal."""

from __future__ import annotations

import io
import json
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from comparenotes.cli.options import examples
from comparenotes.cli.output import emit_json, plain, progress, safe


def test_plain_values() -> None:
    value: Any = {
        "day": date(2024, 8, 18),
        "nan": float("nan"),
        "inf": float("-inf"),
        "numpy": np.float64(1.5),
        "count": np.int64(3),
        "list": (1, None, True, Path("a/b")),
        3: {"x"},
    }
    assert plain(value) == {
        "day": "2024-08-18",
        "nan": None,
        "inf": None,
        "numpy": 1.5,
        "count": 3,
        "list": [1, None, True, "a/b"],
        "3": ["x"],
    }
    with pytest.raises(TypeError, match="no JSON form"):
        plain(object)


def test_json_is_utf8_whatever_the_terminal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    emit_json({"name": "Märzpartei \udcff"})
    assert json.loads(raw.getvalue().decode("utf-8")) == {"name": "Märzpartei ?"}


def test_safe_text_cannot_steer_a_terminal() -> None:
    assert safe("a\x1b[31m\nb\u202e\x07") == "a [31m b  "
    assert safe("  indented ä") == "  indented ä"


def test_progress_is_silent_where_stderr_is_no_terminal(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with progress("working"):
        pass
    assert capfd.readouterr() == ("", "")


def test_progress_shows_after_a_while_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for wait, shown in ((0.0, False), (0.4, True)):
        terminal = Terminal()
        monkeypatch.setattr(sys, "stderr", terminal)
        monkeypatch.setattr("comparenotes.cli.output.PROGRESS_AFTER_SECONDS", 0.1)
        with progress("working"):
            time.sleep(wait)
        assert ("working" in terminal.getvalue()) == shown


def test_examples_are_kept_line_by_line() -> None:
    assert examples("cn a", "cn b") == "\b\nExamples:\n  cn a\n  cn b"

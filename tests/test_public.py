"""The public names: all documented, imported on use, and nothing heavy before that."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

import comparenotes

HEAVY = ("numpy", "scipy", "polars", "numba", "vl_convert", "pandas", "jinja2", "lxml", "rich")


def loaded_after(code: str) -> list[str]:
    script = f"{code}\nimport json, sys\nprint(json.dumps(list(sys.modules)))"
    out = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout
    return [m for m in json.loads(out.splitlines()[-1]) if m in HEAVY]


@pytest.mark.parametrize("name", comparenotes.__all__)
def test_every_public_name_is_there_and_documented(name: str) -> None:
    value = getattr(comparenotes, name)
    assert (value.__doc__ or "").strip()
    assert re.search(rf"``{name}``", comparenotes.__doc__ or "")


def test_no_other_name_is_public() -> None:
    named = set(re.findall(r"``(\w+)``", comparenotes.__doc__ or ""))
    assert named == set(comparenotes.__all__) == set(dir(comparenotes))
    with pytest.raises(AttributeError, match="no attribute 'forecast_everything'"):
        comparenotes.forecast_everything  # noqa: B018


def test_importing_the_package_imports_nothing_heavy() -> None:
    assert loaded_after("import comparenotes") == []


def test_the_help_imports_nothing_heavy() -> None:
    code = "from comparenotes.cli.main import run\nassert run(['--help']) == 0"
    assert loaded_after(code) == []


def test_a_race_imports_no_more_than_it_needs() -> None:
    code = (
        "from comparenotes.cli.main import run\n"
        "assert run(['race', 'gb-1997', '--as-of', '1997-04-20', '--json']) == 0"
    )
    assert sorted(loaded_after(code)) == ["numpy", "polars"]


def test_compare_can_be_called_however_it_was_imported() -> None:
    import comparenotes.compare.finding  # binds the subpackage's name
    from comparenotes import compare

    for function in (compare, comparenotes.compare):
        with pytest.raises(comparenotes.CompareNotesError, match="nothing to compare with"):
            function("gb-next")

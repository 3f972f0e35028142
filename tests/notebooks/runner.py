"""Run a notebook: with marimo where it is installed, else by marimo's own rule.

A marimo notebook is a plain Python file of functions, one a cell: a cell's arguments
are names other cells return, and that orders the cells. Marimo itself is large (about
200 MB with what it needs), so the tests need only this rule; what a cell shows
(``mo.md`` and the like) is passed through.
"""

from __future__ import annotations

import importlib.util
import inspect
import runpy
import sys
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.py"))


class App:
    """The part of ``marimo.App`` a notebook uses."""

    def __init__(self, **_: Any) -> None:
        self.cells: list[Callable[..., Any]] = []

    def cell(self, f: Callable[..., Any]) -> Callable[..., Any]:
        self.cells.append(f)
        return f

    def run(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Run every cell once its names are there; return nothing shown, and the names."""
        defs: dict[str, Any] = {}
        waiting = list(self.cells)
        while waiting:
            ready = [c for c in waiting if set(inspect.signature(c).parameters) <= set(defs)]
            if not ready:
                raise AssertionError(f"{len(waiting)} cells need names that no cell returns")
            for cell in ready:
                waiting.remove(cell)
                names = inspect.signature(cell).parameters
                values = cell(**{n: defs[n] for n in names}) or ()
                for name, value in zip(returned(cell), values, strict=True):
                    assert name not in defs, f"two cells return {name}"
                    defs[name] = value
        return (), defs


def returned(cell: Callable[..., Any]) -> list[str]:
    """Return the names in a cell's last ``return`` line."""
    last = inspect.getsource(cell).rstrip().splitlines()[-1].strip()
    assert last.startswith("return"), "a cell ends in a return"
    return [n.strip(" ()") for n in last.removeprefix("return").split(",") if n.strip(" ()")]


def stand_in() -> types.ModuleType:
    """Return a module with what the notebooks use of marimo."""
    module = types.ModuleType("marimo")
    module.App = App  # type: ignore[attr-defined]
    module.md = inspect.cleandoc  # type: ignore[attr-defined]
    module.vstack = list  # type: ignore[attr-defined]
    return module


@contextmanager
def marimo() -> Iterator[bool]:
    """Offer marimo, or the stand-in; yield whether it is the real one."""
    if importlib.util.find_spec("marimo") is not None:
        yield True
        return
    sys.modules["marimo"] = stand_in()
    try:
        yield False
    finally:
        del sys.modules["marimo"]


def run(notebook: Path) -> dict[str, Any]:
    """Run a notebook as it stands and return the names its cells made."""
    with marimo():
        app = runpy.run_path(str(notebook), run_name="notebook")["app"]
        _, defs = app.run()
        return dict(defs)

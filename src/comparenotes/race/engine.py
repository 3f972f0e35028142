"""Which implementation of the two passes runs: NumPy or compiled."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable

from comparenotes.errors import CompareNotesError
from comparenotes.race.statespace import Array, Filtered, Problem, backward, forward

Forward = Callable[[Problem], Filtered]
Backward = Callable[[Problem, Filtered], tuple[Array, Array, Array]]


def have_numba() -> bool:
    """Return whether the compiled engine can be used."""
    return importlib.util.find_spec("numba") is not None


def passes(engine: str = "auto") -> tuple[Forward, Backward]:
    """Return the forward and backward pass for ``engine``.

    Raises
    ------
    CompareNotesError
        For an unknown engine, or ``numba`` where it is not installed.
    """
    if engine not in {"auto", "numpy", "numba"}:
        raise CompareNotesError("unknown engine", where=engine, hint="auto, numpy or numba")
    if engine == "numpy" or (engine == "auto" and not have_numba()):
        return forward, backward
    if not have_numba():
        raise CompareNotesError(
            "the compiled engine needs numba", hint="pip install 'comparenotes[fast]'"
        )
    return _forward_compiled, _backward_compiled


def _forward_compiled(pr: Problem) -> Filtered:
    from comparenotes.race import kernel

    out = kernel.forward(
        pr.m0, pr.e0, pr.p0, pr.phi, pr.q, pr.day, pr.start, pr.y, pr.g, pr.m, pr.r
    )
    return Filtered(*out)


def _backward_compiled(pr: Problem, f: Filtered) -> tuple[Array, Array, Array]:
    from comparenotes.race import kernel

    a, b, p = kernel.backward(pr.phi, pr.q, f.a, f.b, f.p)
    return a, b, p

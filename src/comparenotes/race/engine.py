"""Which implementation of the two passes runs: NumPy or compiled."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable

from comparenotes.errors import CompareNotesError
from comparenotes.race.statespace import Array, Filtered, Problem, backward, forward

Forward = Callable[..., Filtered]
"""Takes a problem, and whether every day is kept (default) or the last only."""
Backward = Callable[[Problem, Filtered], tuple[Array, Array, Array]]


SMALL = 64_000_000
"""Rows x state x static effects up to which one run is over sooner in NumPy.

Importing numba and loading the compiled passes takes about 0.5 s. All polls of the 51
states of 2020 are 24 million, and a pass over them takes NumPy 15 ms longer than the
compiled one, a fit of nation and regions 0.2 s. See docs/speed.md.
"""


def have_numba() -> bool:
    """Return whether the compiled engine can be used."""
    return importlib.util.find_spec("numba") is not None


def passes(engine: str = "auto", problem: Problem | None = None) -> tuple[Forward, Backward]:
    """Return the forward and backward pass for ``engine``.

    ``numpy`` is the reference and ``numba`` its compiled twin; ``auto`` is numba where
    it is installed. ``once`` is for a program that solves little and ends: NumPy for a
    ``problem`` under :data:`SMALL`, else as ``auto``. The choice depends on nothing
    else, so the same problem always gives the same figures.

    Raises
    ------
    CompareNotesError
        For an unknown engine, or ``numba`` where it is not installed.
    """
    if engine not in {"auto", "numpy", "numba", "once"}:
        raise CompareNotesError("unknown engine", where=engine, hint="auto, numpy or numba")
    if engine == "once":
        small = problem is not None and problem.m.size * len(problem.m0) < SMALL
        engine = "numpy" if small else "auto"
    if engine == "numpy" or (engine == "auto" and not have_numba()):
        return forward, backward
    if not have_numba():
        raise CompareNotesError(
            "the compiled engine needs numba", hint="pip install 'comparenotes[fast]'"
        )
    return _forward_compiled, _backward_compiled


def _forward_compiled(pr: Problem, keep: bool = True) -> Filtered:
    from comparenotes.race import kernel

    a, b, p, w0, w, h, gain, log_det = kernel.forward(
        pr.m0, pr.e0, pr.p0, pr.phi, pr.q, pr.day, pr.start, pr.y, pr.g, pr.m, pr.r, keep
    )
    return Filtered(a, b, p, w0, w, h, gain, pr.start, log_det)


WIDE = 20
"""State size from which matrix products beat the compiled smoother's plain loops."""


def _backward_compiled(pr: Problem, f: Filtered) -> tuple[Array, Array, Array]:
    if len(pr.m0) >= WIDE:
        return backward(pr, f)
    from comparenotes.race import kernel

    a, b, p = kernel.backward(pr.phi, pr.q, f.a, f.b, f.p)
    return a, b, p

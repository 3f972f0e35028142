"""Providers to findings to verdicts."""

from __future__ import annotations

import sys
from types import ModuleType

from comparenotes.compare.comparison import Comparison, compare
from comparenotes.compare.finding import Finding

__all__ = ["Comparison", "Finding", "compare"]


class _Callable(ModuleType):
    """``comparenotes.compare`` names this package and the function: calling one is the other."""

    __call__ = staticmethod(compare)


sys.modules[__name__].__class__ = _Callable

"""Providers to findings to verdicts."""

from __future__ import annotations

from comparenotes.compare.comparison import Comparison, compare
from comparenotes.compare.finding import Finding

__all__ = ["Comparison", "Finding", "compare"]

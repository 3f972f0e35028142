"""The interval of a share counted in texts: texts resampled, few of them, and a coder's error.

Three things make a share uncertain, and each widens its 90% interval:

- *the texts*: each is left out in turn (the jackknife of a ratio), which gives the design
  effect: how many times wider than for as many sentences drawn at random. With few texts
  that effect is itself badly known; it is averaged with the usual one (a prior counted
  as so many texts), and Student's t replaces the normal;
- *the small count*: the share's distribution is a beta on the effective number of
  sentences with Jeffreys' half a sentence either way (Korn and Graubard, Survey Methodology
  24, 1998; Franco, Little, Louis and Slud, JSSAM 7, 2019), so that nothing found is not
  nothing there;
- *the coding*: a coder that is off by so much on held-out texts is worth a sample of so
  many sentences and no more, however long the texts are.

``python -m tools.train.coverage`` draws invented corpora with known shares and counts how
often the interval holds the true one (docs/message.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv, ndtr, stdtrit

DRAWS = 2_000
PRIOR_TEXTS = 5.0
"""The usual design effect counts as so many texts."""
ICC_TEXTS = 0.02
"""Usual correlation within a text of whether its sentences are on an issue.

Between the median (0.014) and the mean (0.026) of 82 issues and sides in speeches
(``python -m tools.train.coverage --icc``).
"""
ICC_BLOCK = 0.05
"""The same within a block of 50 sentences of one text (measured speeches and debates)."""
NOTHING = 0.75
"""Level of the upper end where nothing was found: by simulation it holds the truth as often
as the others (at 0.9, in 99% of corpora)."""
CODER_SENTENCES = 323.0
"""The coder's error on a share is that of a random sample of so many sentences.

Measured on 198 shares of texts kept aside, by genre and country: ``share_error`` in
``data/message/accuracy.json`` (``python -m tools.train.measure TEXTS``).
"""
CODER_TOGETHER = 0.36
"""Correlation of that error between the two parties of a year: a coder errs alike on both."""
STANCE_SENTENCES = 49.0
"""The same of the coder of stance, for the share of a stance among an issue's sentences."""

F64 = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Share:
    """A share in per cent with its 90% interval.

    ``hits`` are the sentences coded so; the share of an issue is not quite ``hits / of``.
    ``sample`` is the effective number of sentences, ``common`` the part of the variance
    (of a unit normal) that is the coder's and the same for every share drawn with ``seed``.
    """

    hits: int
    of: int
    share: float
    sample: float
    common: float = 0.0
    seed: tuple[int, ...] = (0,)
    own_seed: tuple[int, ...] = (1,)

    @property
    def _beta(self) -> tuple[float, float]:
        p = min(max(self.share / 100, 0.0), 1.0)
        return self.sample * p + 0.5, self.sample * (1 - p) + 0.5

    @cached_property
    def lo90(self) -> float:
        """Return the lower end of the 90% interval: 0 where nothing was found."""
        if self.hits == 0 or self.share <= 0:
            return 0.0
        a, b = self._beta
        return min(float(100 * betaincinv(a, b, 0.05)), self.share)

    @cached_property
    def hi90(self) -> float:
        """Return the upper end; one-sided where nothing, or everything, was found."""
        if self.share >= 100:
            return 100.0
        a, b = self._beta
        top = NOTHING if self.hits == 0 else 0.95
        return max(float(100 * betaincinv(a, b, top)), self.share)

    @cached_property
    def draws(self) -> F64:
        """Return ``(DRAWS,)`` draws of the share, per cent."""
        own = np.random.default_rng(self.own_seed).standard_normal(DRAWS)
        both = np.random.default_rng(self.seed).standard_normal(DRAWS)
        z = np.sqrt(1 - self.common) * own + np.sqrt(self.common) * both
        a, b = self._beta
        out: F64 = 100 * betaincinv(a, b, ndtr(z))
        return out

    def minus(self, other: Share) -> tuple[float, float, float]:
        """Return the difference (points) and its 90% interval."""
        mean = self.share - other.share
        d = self.draws - other.draws
        lo, hi = np.quantile(d, (0.05, 0.95))
        return mean, float(min(lo, mean)), float(max(hi, mean))


def design_effect(hits: F64, of: F64, icc: float, ordered: bool = False) -> tuple[float, float]:
    """Return the design effect of a ratio over texts, and the degrees of freedom behind it.

    Parameters
    ----------
    hits, of
        Sentences on the issue and all sentences of each text (or block), ``(texts,)``.
    icc
        The usual correlation within a text, for the prior.
    ordered
        These are the blocks of one text, in order.
    """
    keep = of > 0
    h, n = hits[keep], of[keep]
    total, found, texts = float(n.sum()), float(h.sum()), len(n)
    usual = 1 + max(0.0, float((n**2).sum()) / total - 1) * icc if total else 1.0
    p = found / total if total else 0.0
    spread = p * (1 - p) / total if total else 0.0
    if texts < 2 or spread <= 0:
        return usual, PRIOR_TEXTS
    if ordered:
        apart = np.diff(h - p * n)
        variance = texts / (2 * (texts - 1)) * float((apart**2).sum()) / total**2
        known = min((texts - 1) / 1.5, found)
        return _averaged(variance / spread, known, usual)
    left = (found - h) / np.maximum(total - n, 1e-9)
    jackknife = (texts - 1) / texts * float(((left - p) ** 2).sum())
    known = min(texts - 1.0, found)
    return _averaged(jackknife / spread, known, usual)


def _averaged(effect: float, known: float, usual: float) -> tuple[float, float]:
    """Return the design effect averaged with the usual one, and its degrees of freedom."""
    freedom = known + PRIOR_TEXTS
    return max(1.0, (known * effect + PRIOR_TEXTS * usual) / freedom), freedom


def effective(hits: F64, of: F64, icc: float, ordered: bool = False) -> float:
    """Return how many sentences drawn at random would be as uncertain as these texts."""
    total = float(of.sum())
    if total <= 0:
        return 0.0
    effect, freedom = design_effect(hits, of, icc, ordered)
    t = float(stdtrit(freedom, 0.95)) / 1.6448536269514722
    return total / (effect * t**2)


def with_coder(sample: float, coder: float | None) -> tuple[float, float]:
    """Return the effective number of sentences with a coder's error, and the error's part of it."""
    if coder is None or sample <= 0:
        return sample, 0.0
    both = 1 / (1 / sample + 1 / coder)
    return both, both / coder

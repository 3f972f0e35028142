"""The compiled twin of :mod:`comparenotes.race.statespace`, imported only when used.

Plain loops over small matrices; compiled once and cached beside the module, in the
user's cache folder where that is read-only, or nowhere where that is too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
P = ParamSpec("P")
R = TypeVar("R")


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Return ``function`` compiled, its machine code kept where there is a place for it."""
    made: Callable[P, R]
    try:
        made = njit(cache=True)(function)
    except RuntimeError:
        # neither the package nor the user's cache folder can be written to
        made = njit()(function)
    return made


@compiled
def forward(
    m0: Array,
    e0: Array,
    p0: Array,
    phi: Array,
    q: Array,
    day: IntArray,
    start: IntArray,
    y: Array,
    g: Array,
    m: Array,
    r: Array,
    keep: bool,
) -> tuple[Array, Array, Array, Array, Array, Array, Array, float]:
    """Run the augmented filter; see :func:`comparenotes.race.statespace.forward`.

    With ``keep`` every day's mean, derivative and covariance are returned, else the
    last day's only (a path of 51 states is fifty megabytes to write). The two (N, d)
    arrays are the whitened loadings and gains of
    :class:`comparenotes.race.innovations.Innovations`.
    """
    d, s, days, n, rows_all = m0.shape[0], m.shape[1], phi.shape[0] + 1, day.shape[0], y.shape[0]
    kept = days if keep else 1
    a_all = np.empty((kept, d))
    b_all = np.empty((kept, d, s))
    p_all = np.empty((kept, d, d))
    w0 = np.empty(rows_all)
    w = np.empty((rows_all, s))
    h = np.empty((rows_all, d))
    gain = np.empty((rows_all, d))
    a, b, p = m0.copy(), e0.copy(), p0.copy()
    width = r.shape[1]
    chol = np.empty((width, width))
    log_det = 0.0
    i = 0
    for t in range(days):
        if t > 0:
            f = phi[t - 1]
            if f != 1.0:
                for j in range(d):
                    a[j] *= f
                    for k in range(s):
                        b[j, k] *= f
            for j in range(d):
                for k in range(d):
                    p[j, k] = f * f * p[j, k] + q[t - 1, j, k]
        while i < n and day[i] == t:
            lo, hi = start[i], start[i + 1]
            size = hi - lo
            # a poll of one region loads on few columns of the state: skip the others
            for u in range(size):
                row = lo + u
                for j in range(d):
                    gain[row, j] = 0.0
                    h[row, j] = g[row, j]
                for k in range(d):
                    c = g[row, k]
                    if c != 0.0:
                        for j in range(d):
                            gain[row, j] += c * p[k, j]
            for u in range(size):
                for v in range(u + 1):
                    total = r[lo + u, v]
                    for k in range(d):
                        total += gain[lo + u, k] * g[lo + v, k]
                    for k in range(v):
                        total -= chol[u, k] * chol[v, k]
                    if u == v:
                        chol[u, u] = np.sqrt(total)
                    else:
                        chol[u, v] = total / chol[v, v]
                log_det += 2.0 * np.log(chol[u, u])
            # whiten: rows of w0, w, h and gain become L^-1 times themselves
            for u in range(size):
                row = lo + u
                total = y[row]
                for k in range(d):
                    total -= g[row, k] * a[k]
                for v in range(u):
                    total -= chol[u, v] * w0[lo + v]
                inv = 1.0 / chol[u, u]
                w0[row] = total * inv
                for k in range(s):
                    w[row, k] = m[row, k]
                for j in range(d):
                    c = g[row, j]
                    if c != 0.0:
                        for k in range(s):
                            w[row, k] += c * b[j, k]
                for v in range(u):
                    c = chol[u, v]
                    for k in range(s):
                        w[row, k] -= c * w[lo + v, k]
                    for k in range(d):
                        gain[row, k] -= c * gain[lo + v, k]
                        h[row, k] -= c * h[lo + v, k]
                for k in range(s):
                    w[row, k] *= inv
                for k in range(d):
                    gain[row, k] *= inv
                    h[row, k] *= inv
            for u in range(size):
                row = lo + u
                for j in range(d):
                    c = gain[row, j]
                    a[j] += c * w0[row]
                    for k in range(s):
                        b[j, k] -= c * w[row, k]
                    for k in range(d):
                        p[j, k] -= c * gain[row, k]
            i += 1
        if keep or t == days - 1:
            at = t if keep else 0
            # element by element: assigning slices takes four seconds longer to compile
            for j in range(d):
                a_all[at, j] = a[j]
                for k in range(s):
                    b_all[at, j, k] = b[j, k]
                for k in range(d):
                    p_all[at, j, k] = p[j, k]
    return a_all, b_all, p_all, w0, w, h, gain, log_det


@compiled
def backward(phi: Array, q: Array, fa: Array, fb: Array, fp: Array) -> tuple[Array, Array, Array]:
    """Smooth; see :func:`comparenotes.race.statespace.backward`."""
    days, d, s = fb.shape
    a, b, p = fa.copy(), fb.copy(), fp.copy()
    chol = np.empty((d, d))
    gain = np.empty((d, d))
    diff = np.empty((d, d))
    half = np.empty((d, d))
    for t in range(days - 2, -1, -1):
        f = phi[t]
        for j in range(d):
            for k in range(j + 1):
                total = f * f * fp[t, j, k] + q[t, j, k]
                for v in range(k):
                    total -= chol[j, v] * chol[k, v]
                if j == k:
                    chol[j, j] = np.sqrt(total)
                else:
                    chol[j, k] = total / chol[k, k]
        # gain = phi P (phi^2 P + Q)^-1, one row of P at a time
        for j in range(d):
            for k in range(d):
                total = f * fp[t, j, k]
                for v in range(k):
                    total -= chol[k, v] * gain[j, v]
                gain[j, k] = total / chol[k, k]
            for k in range(d - 1, -1, -1):
                total = gain[j, k]
                for v in range(k + 1, d):
                    total -= chol[v, k] * gain[j, v]
                gain[j, k] = total / chol[k, k]
        for j in range(d):
            for k in range(d):
                diff[j, k] = p[t + 1, j, k] - (f * f * fp[t, j, k] + q[t, j, k])
        for j in range(d):
            for k in range(d):
                total = 0.0
                for v in range(d):
                    total += gain[j, v] * diff[v, k]
                half[j, k] = total
        for j in range(d):
            for k in range(j + 1):
                total = fp[t, j, k]
                for v in range(d):
                    total += half[j, v] * gain[k, v]
                p[t, j, k] = total
                p[t, k, j] = total
            for v in range(d):
                c = gain[j, v]
                a[t, j] += c * (a[t + 1, v] - f * fa[t, v])
                for k in range(s):
                    b[t, j, k] += c * (b[t + 1, v, k] - f * fb[t, v, k])
    return a, b, p

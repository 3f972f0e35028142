"""The same model written for NumPyro, to check and to time the exact solution.

Nothing here is used by any command. A :class:`~comparenotes.race.statespace.Problem`
is sampled with the no-U-turn sampler (Hoffman and Gelman 2014, *JMLR* 15) in the form
a modeller would write: standard normal steps that are scaled and summed (a
*non-centred* walk), static effects with their prior, and the polls' errors whitened
block by block. :func:`sample_multinomial` keeps the multinomial likelihood that
:mod:`comparenotes.race.model` linearises, so the two together show what the Laplace
step costs. Needs the extra ``oracle`` (``pip install 'comparenotes[oracle]'``).
"""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from lab.drifting_error import DriftingError
from numpy.typing import NDArray
from scipy.linalg import solve_triangular

from comparenotes.errors import CompareNotesError
from comparenotes.race.model import Fit
from comparenotes.race.statespace import Problem

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Sampled:
    """Draws of one posterior and what they cost.

    Attributes
    ----------
    state
        (chains, draws, T, d): the moving state on every day.
    theta
        (chains, draws, s): the static effects.
    half_life
        (chains, draws) half-life of the drifting error in days, where sampled.
    cpu_compile, cpu_run
        CPU seconds of this process, all threads: tracing, compiling and finding a
        start; warm-up and draws of all chains.
    leapfrogs
        Gradient evaluations in warm-up and draws.
    divergences
        Divergent transitions after warm-up.
    """

    state: Array
    theta: Array
    half_life: Array | None
    cpu_compile: float
    cpu_run: float
    leapfrogs: int
    divergences: int

    def mean(self) -> Array:
        """Return the (T, d) posterior mean of the state."""
        out: Array = self.state.mean(axis=(0, 1), dtype=np.float64)
        return out

    def sd(self) -> Array:
        """Return the (T, d) posterior standard deviation of the state."""
        out: Array = self.state.std(axis=(0, 1), dtype=np.float64)
        return out


def have_numpyro() -> bool:
    """Return whether the extra ``oracle`` is installed."""
    return all(importlib.util.find_spec(name) is not None for name in ("numpyro", "jax"))


def effective_sample_size(draws: Array) -> Array:
    """Return the effective sample size of every quantity in (chains, draws, ...)."""
    _need_numpyro()
    from numpyro.diagnostics import effective_sample_size as numpyro_ess

    chains, count = draws.shape[:2]
    flat = np.asarray(draws, dtype=np.float64).reshape(chains, count, -1)
    parts = [
        numpyro_ess(flat[:, :, lo : lo + 2048]) for lo in range(0, max(flat.shape[2], 1), 2048)
    ]
    out: Array = np.concatenate(parts).reshape(draws.shape[2:])
    return out


def sample(
    problem: Problem,
    *,
    error: DriftingError | None = None,
    chains: int = 2,
    warmup: int = 500,
    draws: int = 500,
    seed: int = 0,
    double: bool = True,
) -> Sampled:
    """Sample the posterior of ``problem``, constants fixed.

    Parameters
    ----------
    error
        Add an error all polls share, whose half-life is sampled with the rest.
    chains, warmup, draws
        Run one after another in this process: ``chains`` times ``warmup + draws``.
    double
        Double precision (else NumPyro's default, single).

    Raises
    ------
    CompareNotesError
        If the extra ``oracle`` is not installed.
    """
    _need_numpyro()
    data = {**_prior_arrays(problem), **_gaussian_arrays(problem)}
    if error is not None:
        data |= _error_arrays(problem, error)
    return _run(_gaussian_model, data, chains, warmup, draws, seed, double)


def sample_multinomial(
    fit: Fit,
    *,
    chains: int = 2,
    warmup: int = 500,
    draws: int = 500,
    seed: int = 0,
    double: bool = True,
) -> Sampled:
    """Sample the race of ``fit`` with the multinomial likelihood kept.

    A poll of size n counts as ``n / design`` independent answers; its own error
    beyond sampling (``excess``) is a further effect. Rounding is not in this
    likelihood: compare with a fit whose polls have ``step`` 0.

    Raises
    ------
    CompareNotesError
        If the extra ``oracle`` is not installed.
    """
    _need_numpyro()
    data = {**_prior_arrays(fit.problem), **_multinomial_arrays(fit)}
    return _run(_multinomial_model, data, chains, warmup, draws, seed, double)


# --- the problem as arrays -------------------------------------------------------


def _prior_arrays(pr: Problem) -> dict[str, Any]:
    """Return square roots of everything random before the polls."""
    data: dict[str, Any] = {
        "m0": pr.m0,
        "e0": pr.e0,
        "root0": _root(pr.p0),
        "phi": pr.phi,
        "root_prior": np.linalg.cholesky(pr.prior) if len(pr.prior) else pr.prior,
    }
    # steps that differ by a factor only need one matrix product for all days
    size = np.einsum("tii->t", pr.q)
    if len(size) and size[0] > 0 and np.allclose(pr.q, size[:, None, None] * pr.q[0] / size[0]):
        data["step_root"] = _root(pr.q[0] / size[0])
        data["step_size"] = np.sqrt(size)
    else:
        data["step_roots"] = np.array([_root(q) for q in pr.q]).reshape(pr.q.shape)
    return data


def _whitened(pr: Problem, values: Array) -> Array:
    """Return rows of ``values`` (N, ...) times the inverse root of each poll's noise."""
    out = np.empty_like(values)
    for i in range(len(pr.day)):
        rows = slice(pr.start[i], pr.start[i + 1])
        chol = np.linalg.cholesky(pr.r[rows, : pr.start[i + 1] - pr.start[i]])
        out[rows] = solve_triangular(chol, values[rows], lower=True)
    return out


def _gaussian_arrays(pr: Problem) -> dict[str, Any]:
    """Return observations whitened within each poll, and the day of each row."""
    g, m = _whitened(pr, pr.g), _whitened(pr, pr.m)
    data: dict[str, Any] = {
        "y": _whitened(pr, pr.y),
        "g": g,
        "row_day": np.repeat(pr.day, np.diff(pr.start)),
    }
    coefficient = _coefficient(g, m)
    return data | ({"m": m} if coefficient is None else {"coefficient": coefficient})


def _coefficient(g: Array, m: Array) -> Array | None:
    """Return (N, s / d) coefficients with ``m = coefficient x g``, None if there are none.

    Effects that act like a shift of the state are cheaper to add to the state: the
    sampler is given the form a modeller would write.
    """
    d, s = g.shape[1], m.shape[1]
    if s == 0 or s % d or not len(g):
        return None
    blocks = m.reshape(len(g), s // d, d)
    size = np.maximum((g**2).sum(axis=1), 1e-300)
    out: Array = np.einsum("nkd,nd->nk", blocks, g) / size[:, None]
    return out if np.allclose(out[:, :, None] * g[:, None, :], blocks) else None


def _error_arrays(pr: Problem, error: DriftingError) -> dict[str, Any]:
    """Return what the drifting error needs; its loadings are whitened like the polls."""
    return {
        "error_load": _whitened(pr, error.loading),
        "error_root": np.linalg.cholesky(error.covariance),
        "log_half_life": np.array([np.log(error.half_life), error.log_sd]),
    }


def _multinomial_arrays(fit: Fit) -> dict[str, Any]:
    """Return counts and memberships of the reported categories, padded to the longest."""
    polls = fit.prepared.polls
    k = len(fit.prepared.contenders)
    width = max((len(p.shares) for p in polls), default=1)
    counts, groups = np.zeros((len(polls), width)), np.zeros((len(polls), width, k))
    for i, p in enumerate(polls):
        c = len(p.shares)
        size = (p.sample_size or fit.constants.sample_size) / fit.constants.design
        size *= p.weight
        counts[i, :c], groups[i, :c] = size * p.shares, p.groups
    data = {
        "counts": counts,
        "groups": groups,
        "empty": (groups.sum(axis=2) == 0).astype(float),
        "coefficient": fit.slots.coefficient,
        "basis": fit.basis,
        "mu": fit.mu,
        "row_day": fit.problem.day,
    }
    if fit.constants.excess > 0:
        data["excess_root"] = fit.constants.excess * np.linalg.cholesky(fit.v)
        data["wider"] = np.array([p.weight**-0.5 for p in polls])[:, None]
    return data


def _root(cov: Array) -> Array:
    """Return a square root of a covariance that may be singular."""
    root: Array
    try:
        root = np.asarray(np.linalg.cholesky(cov), dtype=np.float64)
    except np.linalg.LinAlgError:
        values, vectors = np.linalg.eigh(cov)
        root = vectors * np.sqrt(np.maximum(values, 0.0))
    return root


# --- the model as NumPyro code ---------------------------------------------------


def _walk(data: dict[str, Any]) -> tuple[Any, Any]:
    """Sample static effects (s,) and the path (T, d) from standard normals."""
    import jax.numpy as jnp
    import numpyro
    from numpyro import distributions as dist

    d, s = data["e0"].shape
    days = data["phi"].shape[0] + 1

    def normal(name: str, *shape: int) -> Any:
        zeros = jnp.zeros(shape)
        return numpyro.sample(name, dist.Normal(zeros, 1.0).to_event(len(shape)))

    theta = data["root_prior"] @ normal("z_theta", s) if s else jnp.zeros(0)
    first = data["m0"] + data["e0"] @ theta + data["root0"] @ normal("z_start", d)
    if days == 1:
        return theta, first[None]
    z = normal("z_step", days - 1, d)
    if "step_root" in data:
        steps = data["step_size"][:, None] * (z @ data["step_root"].T)
    else:
        steps = jnp.einsum("tij,tj->ti", data["step_roots"], z)
    return theta, _recursion(data["phi"], first, steps)


def _recursion(phi: Any, first: Any, steps: Any) -> Any:
    """Return x with ``x[0] = first`` and ``x[t+1] = phi[t] x[t] + steps[t]``."""
    import jax
    import jax.numpy as jnp

    def forward(x: Any, now: tuple[Any, Any]) -> tuple[Any, Any]:
        x = now[0] * x + now[1]
        return x, x

    _, rest = jax.lax.scan(forward, first, (phi, steps))
    return jnp.concatenate([first[None], rest])


def _gaussian_model(data: dict[str, Any]) -> None:
    import jax.numpy as jnp
    import numpyro
    from numpyro import distributions as dist

    theta, x = _walk(data)
    numpyro.deterministic("state", x)
    numpyro.deterministic("theta", theta)
    at = x[data["row_day"]]
    if "coefficient" in data:
        at = at + data["coefficient"] @ theta.reshape(-1, x.shape[1])
    mean = (data["g"] * at).sum(axis=1)
    if "m" in data:
        mean = mean + data["m"] @ theta
    if "error_load" in data:
        log_half = data["log_half_life"]
        z = numpyro.sample("z_half_life", dist.Normal(0.0, 1.0))
        half_life = jnp.exp(log_half[0] + log_half[1] * z)
        numpyro.deterministic("half_life", half_life)
        kept = 0.5 ** (1.0 / half_life)
        days, e = x.shape[0], data["error_root"].shape[0]
        shocks = numpyro.sample("z_error", dist.Normal(jnp.zeros((days, e)), 1.0).to_event(2))
        shocks = shocks @ data["error_root"].T
        u = _recursion(jnp.full(days - 1, kept), shocks[0], jnp.sqrt(1.0 - kept**2) * shocks[1:])
        mean = mean + (data["error_load"] * u[data["row_day"]]).sum(axis=1)
    numpyro.sample("y", dist.Normal(mean, 1.0).to_event(1), obs=data["y"])


def _multinomial_model(data: dict[str, Any]) -> None:
    import jax
    import jax.numpy as jnp
    import numpyro
    from numpyro import distributions as dist

    theta, x = _walk(data)
    numpyro.deterministic("state", x)
    numpyro.deterministic("theta", theta)
    dims = x.shape[1]
    at = x[data["row_day"]] + data["mu"] + data["coefficient"] @ theta.reshape(-1, dims)
    if "excess_root" in data:
        zeros = jnp.zeros(at.shape)
        own = numpyro.sample("z_excess", dist.Normal(zeros, 1.0).to_event(2))
        at = at + data["wider"] * (own @ data["excess_root"].T)
    p = jax.nn.softmax(at @ data["basis"].T, axis=1)
    member = jnp.einsum("nck,nk->nc", data["groups"], p)
    log_share = jnp.log(member + data["empty"]) - jnp.log(member.sum(axis=1))[:, None]
    numpyro.factor("polls", (data["counts"] * log_share).sum())


# --- running it ------------------------------------------------------------------


def _run(
    model: Callable[[dict[str, Any]], None],
    data: dict[str, Any],
    chains: int,
    warmup: int,
    draws: int,
    seed: int,
    double: bool,
) -> Sampled:
    """Compile once, then run the chains one after another."""
    import jax
    import jax.numpy as jnp
    from numpyro.infer import NUTS, init_to_uniform

    with jax.enable_x64(double):
        begin = time.process_time()
        arrays = {k: jnp.asarray(v) for k, v in data.items()}
        kernel = NUTS(model, init_strategy=init_to_uniform(radius=0.1))
        keys = jax.random.split(jax.random.PRNGKey(seed), chains)
        starts = [kernel.init(key, warmup, None, (arrays,), {}) for key in keys]
        step = (
            jax.jit(lambda state, args: kernel.sample(state, (args,), {}))
            .lower(starts[0], arrays)
            .compile()
        )
        read = (
            jax.jit(lambda z, args: kernel.postprocess_fn((args,), {})(z))
            .lower(starts[0].z, arrays)
            .compile()
        )
        compiled = time.process_time()
        kept: dict[str, list[list[Any]]] = {"state": [], "theta": [], "half_life": []}
        leapfrogs = divergences = 0
        for state in starts:
            for values in kept.values():
                values.append([])
            for i in range(warmup + draws):
                state = step(state, arrays)
                leapfrogs += int(state.num_steps)
                if i >= warmup:
                    divergences += int(state.diverging)
                    out = read(state.z, arrays)
                    for name, values in kept.items():
                        if name in out:
                            values[-1].append(np.asarray(out[name]))
        done = time.process_time()
    return Sampled(
        state=np.array(kept["state"]),
        theta=np.array(kept["theta"]),
        half_life=np.array(kept["half_life"]) if "log_half_life" in data else None,
        cpu_compile=compiled - begin,
        cpu_run=done - compiled,
        leapfrogs=leapfrogs,
        divergences=divergences,
    )


def _need_numpyro() -> None:
    if not have_numpyro():
        raise CompareNotesError(
            "sampling needs NumPyro and JAX", hint="pip install 'comparenotes[oracle]'"
        )

"""The tables of docs/seats.md: the learned swing, and seats at the actual vote."""

from __future__ import annotations

import json
from datetime import date

from benchmarks.seats_gb import FILE, WAYS

from comparenotes.race.seats.gb_swing import swing_at
from comparenotes.race.seats.tables import table as packaged
from tools.docs.tables import markdown

HALF = 0.5
"""The height h of a share of one half."""
OLD = date(1970, 1, 1)


def swing() -> str:
    """Return the constants of the Commons' swing at the newest cut, in words."""
    constants = packaged("gb_swing")
    now, then = (swing_at(constants, d) for d in (date.max, OLD))
    assert now is not None
    assert then is not None
    region = [f"{x:.2f}" for x in now.region]
    points = [f"{100 * HALF * x:.0f}" for x in now.region]
    role = (
        f"Conservatives and Labour hold {_sd(now.hold[:2])} better and attack "
        f"{_sd(now.attack[:2])} better; others {_sd(now.hold[2:])} and {_sd(now.attack[2:])}"
    )
    rows = [
        ("w, gains and losses", f"{now.gain:.2f} and {now.loss:.2f} (0 uniform, 1 proportional)"),
        ("spread of the slope b between parties and elections", f"{now.slope_sd:.2f}"),
        (
            "nationalists, within Scotland or Wales: slope less 1",
            f"{_signed(now.nation[0])}, spread {now.nation[1]:.2f}",
        ),
        (
            "region (Scotland, Wales, London, rest of England), in units of h = (m(1−m))^½",
            f"{', '.join(region)}: {', '.join(points)} points at a share of one half",
        ),
        ("role: who holds a seat, who comes second in it", role),
        (
            "local",
            f"{now.local:.3f}, from margins of close seats; before {OLD.year} {then.local:.3f}",
        ),
        (
            "a party that did not stand before: s1 = N1 exp(region + local)",
            f"local {now.debut_local:.2f}; Scotland {now.debut_region[0]:.2f} (log scale)",
        ),
    ]
    return markdown(("", f"after {now.known_from.year}, {now.pairs} pairs"), rows)


def _sd(pair: tuple[float, ...]) -> str:
    return f"{_signed(pair[0], 3)} ± {pair[1]:.3f}"


def _signed(x: float, digits: int = 2) -> str:
    return f"{x:+.{digits}f}".replace("-", "−")


def commons() -> str:
    """Return the seats missed at the actual vote, from ``python -m benchmarks.seats_gb --save``."""
    rows = json.loads(FILE.read_text(encoding="utf-8"))["elections"]
    lines = [
        (
            r["date"],
            *(f"{r[w]:.1f}" for w in WAYS),
            f"{r['inside']} of {r['parties']}",
        )
        for r in rows
    ]
    means = [f"{sum(r[w] for r in rows) / len(rows):.1f}" for w in WAYS]
    inside, parties = (sum(r[k] for r in rows) for k in ("inside", "parties"))
    lines.append(("mean", *means, f"{inside} of {parties}, {inside / parties:.0%}"))
    return markdown(("election", *WAYS, "in 90%"), lines, "1 2 3 4")


def hidden() -> str:
    """Return what it costs that the polls of 2015 do not name the SNP, in a sentence."""
    r = json.loads(FILE.read_text(encoding="utf-8"))["gb-2015"]
    among, own = r["SNP among the others"], r["SNP with its own share"]
    return (
        f"At the actual vote of 2015, with the SNP hidden among the others, Labour gets "
        f"{among['lab']:.0f} seats (it won 232), the SNP and others {among['rest']:.0f} (78); with "
        f"the SNP's own share {own['lab']:.0f} and {own['rest']:.0f}."
    )

"""The tables of docs/seats.md: the learned swing, seats at the actual vote, 2024, classes."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks import seats_places, seats_published
from benchmarks.seats_gb import FILE, WAYS
from lab.markdown import markdown

from comparenotes.race.seats.gb_roles import EFFECTS, FALLS
from comparenotes.race.seats.gb_swing import swing_at
from comparenotes.race.seats.tables import table as packaged

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
    places = [f"{n} {_signed(v, 3)}" for n, v in zip(EFFECTS, now.effects, strict=True)]
    falls = [f"{n} {_signed(v, 3)}" for n, v in zip(FALLS, now.falls, strict=True)]
    role = (
        f"Conservatives and Labour where they hold {now.hold[0]:.3f}, where they are second "
        f"{now.attack[0]:.3f}; others {now.hold[1]:.3f} and {now.attack[1]:.3f}"
    )
    pays = [_signed(x) for x in now.heir_pays]
    rows = [
        (
            "w, gains and losses",
            f"{_signed(now.gain)} and {_signed(now.loss)} (0 uniform, 1 proportional)",
        ),
        ("spread of the slope b between parties and elections", f"{now.slope_sd:.2f}"),
        (
            "nationalists, within Scotland or Wales: slope less 1",
            f"{_signed(now.nation[0])}, spread {now.nation[1]:.2f}",
        ),
        (
            "region (Scotland, Wales, London, rest of England), in units of h = (m(1−m))^½",
            f"{', '.join(region)}: {', '.join(points)} points at a share of one half",
        ),
        ("place in a seat, the first five fading with the lead", "; ".join(places)),
        ("the same for each tenth of the vote its holder loses in the country", "; ".join(falls)),
        ("spread of what holders and seconds do, from one pair to the next", role),
        (
            "local",
            f"{now.local:.3f}, from margins of close seats; before {OLD.year} {then.local:.3f}",
        ),
        (
            "a party that did not stand before: s1 = N1 exp(region + local)",
            f"local {now.debut_local:.2f}; Scotland {now.debut_region[0]:.2f} (log scale)",
        ),
        (
            "heirs of the radical right: share goes with that of their forerunners to the power",
            f"{now.heir_power:.2f} ({now.heirs} cases), local {now.heir_local:.2f}",
        ),
        (
            "for each point an heir gains there beyond its mean, Conservatives and Labour",
            " and ".join(pays),
        ),
    ]
    head = f"after {now.known_from.year}, {now.pairs} pairs and {now.alike} alike"
    return markdown(("", head), rows)


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


FROZEN = seats_places.FILE.with_name("seats_places_frozen.json")
"""The score of 2024 with the choice made on elections to 2019."""


def _read(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))


def _of_2024(file: Path, way: str) -> dict[str, Any]:
    rows = _read(file)[way]["elections"]
    return next(r for r in rows if r["campaign"] == "gb-2024")


def rivals() -> str:
    """Return the seats of 2024 beside the published forecasts, best first."""
    rows: list[tuple[float, tuple[str, ...]]] = []
    for r in _read(seats_published.FILE):
        right = "" if r["right"] is None else f"{r['right']:.1%}"
        cells = (r["forecaster"], f"{r['missed']:.1f}", str(r["parties"]), right, "")
        rows.append((r["missed"], cells))
    ours = (
        ("chosen on elections to 2019", FROZEN),
        ("changed after 2024 was scored", seats_places.FILE),
    )
    for label, file in ours:
        r = _of_2024(file, "polls")
        cells = (
            f"**Compare Notes**, {label}",
            f"{r['missed']:.1f}",
            str(r["named"]),
            f"{r['right']:.1%}",
            f"{r['inside']} of {r['named']}",
        )
        rows.append((r["missed"], cells))
    head = ("forecast", "seats missed a party", "over", "winners right", "in 90%")
    return markdown(head, [cells for _, cells in sorted(rows)], "1 2 3 4")


def parties_2024() -> str:
    """Return our seats of 2024 on the eve and at the actual vote, by party."""
    rows = []
    eve, votes = (_of_2024(seats_places.FILE, way)["parties"] for way in ("polls", "votes"))
    first = _of_2024(FROZEN, "polls")["parties"]
    for c, was in eve.items():
        told = [f"{p['mean']:.0f} [{p['lo90']:.0f}, {p['hi90']:.0f}]" for p in (first[c], was)]
        rows.append((c, str(was["won"]), *told, f"{votes[c]['mean']:.0f}"))
    head = ("", "won", "eve, chosen to 2019", "eve, now", "at the actual vote, now")
    return markdown(head, rows, "1 2 3 4")


def places() -> str:
    """Return each election's constituencies on the eve: winners right, seats missed."""
    rows = [
        (
            r["campaign"],
            f"{r['missed']:.1f}",
            f"{r['crps']:.1f}",
            f"{r['inside']} of {r['named']}",
            f"{r['right']:.1%}",
        )
        for r in _read(seats_places.FILE)["polls"]["elections"]
    ]
    head = ("election", "seats missed a contender", "CRPS", "in 90%", "winners right")
    return markdown(head, rows, "1 2 3 4")


def classes() -> str:
    """Return how often the likeliest winner won, by class, on the eve and at the actual vote."""
    kept = _read(seats_places.FILE)
    rows = [
        (
            label,
            c["class"],
            f"{c['constituencies']:,}",
            f"{c['said']:.1%}",
            f"{c['won']:.1%}",
            _signed(100 * (c["won"] - c["said"]), 1),
        )
        for way, label in (("polls", "eve"), ("votes", "actual vote"))
        for c in kept[way]["classes"]
    ]
    head = ("", "class", "constituencies", "said", "won", "points")
    return markdown(head, rows, "2 3 4 5")

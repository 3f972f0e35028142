"""Where and with what a result was measured."""

from __future__ import annotations

import json
import os
import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
PACKAGES = ("comparenotes", "numpy", "scipy", "polars", "numba")


def described() -> dict[str, Any]:
    """Return the date, the processor, its cores in use, the system and the versions."""
    versions = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = "absent"
    return {
        "date": datetime.now(tz=UTC).date().isoformat(),
        "cpu": _cpu(),
        "cores": len(os.sched_getaffinity(0)),
        "load": round(os.getloadavg()[0], 1),
        "system": f"{platform.system()} {platform.machine()}",
        "versions": versions,
    }


def judged_by(machine: dict[str, Any]) -> str:
    """Return ``wall``, or ``cpu`` where the machine had more to do than it has cores."""
    return "cpu" if machine["load"] > machine["cores"] else "wall"


def _cpu() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return " ".join(line.partition(":")[2].split())
    except OSError:
        pass
    return platform.processor() or "unknown processor"


def save(name: str, result: dict[str, Any]) -> Path:
    """Write ``result`` with the machine to ``results/NAME.json`` and return the path."""
    return write(name, {"machine": described(), **result})


def write(name: str, result: dict[str, Any]) -> Path:
    """Write ``result`` to ``results/NAME.json`` and return the path."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    text = json.dumps(result, indent=1, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")
    return path


def read(name: str) -> dict[str, Any] | None:
    """Return what ``results/NAME.json`` holds, or None where there is none."""
    path = RESULTS / f"{name}.json"
    if not path.is_file():
        return None
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found

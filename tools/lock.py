"""``python -m tools.lock``: pin what CI installs, from pyproject.toml, by pip's own resolver."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements" / "ci.txt"
EXTRAS = "fast,pandas,best"
HEAD = f"""# Made by `make lock` from pyproject.toml (extras {EXTRAS}; group dev). Do not edit.
"""


def resolve() -> dict[str, str]:
    """Return the newest set of versions that fits: name to version, this project left out.

    Pip 25.1 reads dependency groups; it is put in a throw-away environment, so that
    what happens to be installed decides nothing.
    """
    with tempfile.TemporaryDirectory() as folder:
        venv = Path(folder) / "venv"
        python = str(venv / "bin" / "python")
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
        pip = [python, "-m", "pip", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "install", "--upgrade", "pip>=25.1"], check=True)
        report = Path(folder) / "report.json"
        wanted = ["--group", f"{ROOT / 'pyproject.toml'}:dev", f"{ROOT}[{EXTRAS}]"]
        subprocess.run([*pip, "install", "--dry-run", "--report", str(report), *wanted], check=True)
        found = json.loads(report.read_text(encoding="utf-8"))["install"]
    return {
        item["metadata"]["name"].lower(): item["metadata"]["version"]
        for item in found
        if item["metadata"]["name"].lower() != "comparenotes"
    }


def main() -> None:
    """Write the lock file."""
    lines = [f"{name}=={version}\n" for name, version in sorted(resolve().items())]
    LOCK.parent.mkdir(exist_ok=True)
    LOCK.write_text(HEAD + "".join(lines), encoding="utf-8")
    print(f"wrote {LOCK.relative_to(ROOT)}: {len(lines)} packages")


if __name__ == "__main__":
    main()

"""Every licence of a packaged table is named in the metadata, and its text shipped or linked."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DATA = ROOT / "src" / "comparenotes" / "data"
KINDS = {
    r"GPL-3": "GPL-3.0-only",
    r"CC BY-SA 4\.0": "CC-BY-SA-4.0",
    r"CC BY 4\.0|CC BY": "CC-BY-4.0",
    r"CC0": "CC0-1.0",
    r"\bMIT\b": "MIT",
    r"ODbL": "ODbL-1.0",
    r"Apache-2\.0": "Apache-2.0",
    r"Open Parliament Licence": "OPL-UK-3.0",
    r"not stated|facts|figures|own licences|derived|means of": "LicenseRef-facts",
}


def named() -> set[str]:
    found = set()
    for manifest in DATA.rglob("manifest.json"):
        for entry in json.loads(manifest.read_text(encoding="utf-8")).values():
            if isinstance(entry, dict) and "licence" in entry:
                found.add(str(entry["licence"]))
    return found


def project() -> dict[str, object]:
    return dict(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"])


def test_the_metadata_name_every_licence_of_a_table() -> None:
    expression = set(re.split(r" AND ", str(project()["license"])))
    needed = {"Apache-2.0", "OFL-1.1"}  # the code, the fonts
    for text in named():
        kinds = {spdx for pattern, spdx in KINDS.items() if re.search(pattern, text)}
        assert kinds, f"a licence nobody named: {text}"
        needed |= kinds - ({"CC-BY-4.0"} if "CC BY-SA" in text else set())
    assert needed == expression


@pytest.mark.parametrize("name", ["GPL-3.0-only", "CC-BY-SA-4.0", "CC0-1.0"])
def test_the_texts_are_shipped(name: str) -> None:
    assert len((ROOT / "LICENSES" / f"{name}.txt").read_text(encoding="utf-8")) > 6_000
    assert "LICENSES/*.txt" in project()["license-files"]  # type: ignore[operator]


def test_the_others_are_linked() -> None:
    text = (ROOT / "LICENSES" / "README.txt").read_text(encoding="utf-8")
    for spdx in str(project()["license"]).split(" AND ")[1:]:
        assert spdx in text

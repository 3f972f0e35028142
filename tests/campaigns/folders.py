"""Two invented countries as campaign folders, and a way to break them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from comparenotes.campaigns import catalogue
from comparenotes.campaigns.checks_report import Problem, Validation
from comparenotes.campaigns.folder_read import read_folder
from comparenotes.campaigns.validate import validate

TODAY = date(2025, 6, 1)

FENLAND = {
    "campaign.toml": """\
schema_version = 1
id = "fenland-2025"
country = "XF"
title = "Fenland 2025"
election_date = 2025-09-07
date_status = "announced"
system = "pr"

[government]
since = 2021-10-01
head = "Ana Reed"
parties = ["heron"]
term = 1
[[government.changes]]
since = 2024-11-02
name = "Bo Sedge"

[[contenders]]
id = "heron"
name = "Heron Party"
family = "social democracy"
role = "government"

[[contenders]]
id = "otter"
name = "Otter Union"
family = "conservative"
role = "opposition"

[[contenders]]
id = "newt"
name = "Newt List"
role = "opposition"
since = 2023-01-01

[[contenders]]
id = "oth"
name = "Others"

[[regions]]
id = "XF-N"
name = "North"
weight = 0.4

[[regions]]
id = "XF-S"
name = "South"
weight = 0.6

[[sources]]
key = "gazette"
title = "Fenland Gazette"
licence = "CC0"
""",
    "polls.csv": """\
start,end,published,pollster,sample_size,region,source,heron,otter,newt
2025-01-08,2025-01-10,2025-01-12,Reedbed,1012,,gazette,41.5,44,
2025-03-02,2025-03-05,,Marsh & Co,990,,gazette,39,43,6.5
2025-03-20,2025-03-23,,Reedbed,540,XF-N,gazette,45,38,5
2025-04-02,2025-04-05,,Marsh & Co,1000,,gazette,38,42,7.5
""",
    "history.csv": """\
date,region,contender,share,seats
2021-09-05,,heron,46.2,61
2021-09-05,,otter,42.9,54
""",
    "events.csv": """\
date,title,kind,contender,source
2024-11-02,Bo Sedge takes over,government_change,heron,gazette
""",
}

HILLS = {
    "campaign.toml": """\
schema_version = 1
id = "hills-2019"
country = "XH"
title = "Hills, president 2019"
election_date = 2019-05-12
office = "president"
system = "two_round"

[[contenders]]
id = "lark"
name = "Lena Lark"
party = "Uplands"

[[contenders]]
id = "crow"
name = "Carl Crow"
""",
    "polls.csv": """\
end;pollster;sample_size;lark;crow
2019-04-01;Summit;1.024;51,5;45
2019-04-20;Cairn;800;49;47,5
""",
    "results.csv": """\
contender;share
lark;50,8
crow;49,2
""",
}


def make(folder: Path, files: dict[str, str] = FENLAND, **changed: str | None) -> Path:
    """Write a folder; ``polls="..."`` replaces polls.csv, None leaves a file out."""
    folder.mkdir(parents=True, exist_ok=True)
    texts: dict[str, str | None] = dict(files)
    for name, text in changed.items():
        texts["campaign.toml" if name == "campaign" else f"{name}.csv"] = text
    for name, content in texts.items():
        if content is not None:
            (folder / name).write_text(content, encoding="utf-8", newline="")
    return folder


def packaged_instead(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put a catalogue of both countries, made in ``folder``, in place of the packaged one."""
    made = [read_folder(make(folder / str(i), f), TODAY) for i, f in enumerate((FENLAND, HILLS))]
    catalogue.write_catalogue(made, folder / "data")
    read = (catalogue._table, catalogue.load_bundled)
    for cached in read:
        cached.cache_clear()
    monkeypatch.setattr(catalogue, "data_dir", lambda: folder / "data")
    monkeypatch.setattr("comparenotes.campaigns.listing.data_dir", lambda: folder / "data")
    yield
    for cached in read:
        cached.cache_clear()


def check(folder: Path, *, strict: bool = True) -> Validation:
    """Validate on the tests' day; strictly, so that each fault of a row is an error."""
    return validate(folder, TODAY, strict=strict)


def poll_rows(*rows: str) -> str:
    """Return Fenland's polls.csv with these rows in place of its own."""
    return "\n".join([FENLAND["polls.csv"].split("\n")[0], *rows]) + "\n"


def only(found: Validation, code: str) -> Problem:
    """Return the one problem with ``code``; fails where there is none or more."""
    fitting = [p for p in found.problems if p.code == code]
    assert len(fitting) == 1, [p.one_line() for p in found.problems]
    return fitting[0]

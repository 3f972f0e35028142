"""The worst tables: time and memory of each, and what is said of it.

``python -m benchmarks.worst_tables`` makes thirty hostile or huge files, imports each in a
process of its own and prints its CPU seconds, memory and the outcome. Exit code 1 where one is
over :data:`SECONDS` or :data:`MEGABYTES`.
"""

from __future__ import annotations

import gzip
import io
import json
import multiprocessing
import resource
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

from tests.campaigns.importers.pages import page, polls, table
from tests.campaigns.importers.shapes import xlsx

from comparenotes.campaigns.importers import detect, get_importer
from comparenotes.errors import CompareNotesError

SECONDS, MEGABYTES = 90.0, 2_500.0
HEAD = "end,pollster,n,ash,elm,fir,others\n"
ROW = "2031-03-{:02},Firm {},1000,40,35,15,10\n"


def many(n: int, firms: int = 12) -> str:
    """Return n polls."""
    return HEAD + "".join(ROW.format(1 + i % 28, i % firms) for i in range(n))


def book(text: str) -> bytes:
    """Return a zip archive that begins like a workbook."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("xl/workbook.xml", text)
    return out.getvalue()


def answers(n: int) -> str:
    """Return n polls with their answers in lists."""
    return json.dumps(
        [
            {
                "pollster": f"Firm {i % 9}",
                "end_date": f"2031-03-{1 + i % 28:02}",
                "answers": [{"choice": c, "pct": p} for c, p in (("Ash", 50), ("Elm", 45))],
            }
            for i in range(n)
        ]
    )


WIDE = ",".join(f"p{i}" for i in range(480))
HTML_ROW = polls(["40", "35", "25"])
CASES: dict[str, tuple[str, Callable[[], str | bytes]]] = {
    "30,000 polls": ("x.csv", lambda: many(30_000)),
    "99,000 polls": ("x.csv", lambda: many(99_000)),
    "700,000 polls": ("x.csv", lambda: many(700_000)),
    "30,000 firms": ("x.csv", lambda: many(30_000, 30_000)),
    "480 parties": ("x.csv", lambda: f"end,firm,{WIDE}\n" + f"2031-03-04,F{',.2' * 480}\n" * 4_000),
    "2,000 columns": ("x.csv", lambda: ",".join(f"c{i}" for i in range(2_000)) + "\n"),
    "long form, 300,000 rows": (
        "x.csv",
        lambda: "date,firm,party,share\n"
        + "".join(f"2031-03-{1 + i // 9 % 28:02},F{i // 252},P{i % 9},9\n" for i in range(300_000)),
    ),
    "long form, 10,000 parties": (
        "x.csv",
        lambda: "date,firm,party,pct\n" + "".join(f"2031-03-04,F,P{i},1\n" for i in range(10_000)),
    ),
    "no dates": ("x.csv", lambda: "a,b,c\n" + "1,2,3\n" * 300_000),
    "dates in words": ("x.csv", lambda: HEAD + "early March 2031,F,1,40,35,15,10\n" * 60_000),
    "dates without a year": ("x.csv", lambda: HEAD + "5 Mar,F,1,40,35,15,10\n" * 60_000),
    "dates of nothing": ("x.csv", lambda: HEAD + ("- " * 40 + ",F,1,40,35,15,10\n") * 60_000),
    "an open quote": ("x.csv", lambda: HEAD + '"' + "x," * 1_000_000),
    "one line of 60 MB": ("x.csv", lambda: "x" * 60_000_000),
    "70 MB": ("x.csv", lambda: "1,2\n" * 17_500_000),
    "a gzip bomb": ("x.csv.gz", lambda: gzip.compress(b"0" * 300_000_000)),
    "a workbook bomb": ("x.xlsx", lambda: book("0" * 400_000_000)),
    "a broken workbook": ("x.xlsx", lambda: xlsx([["date"] * 30] * 2000)[:-500]),
    "a workbook of 60,000 rows": (
        "x.xlsx",
        lambda: xlsx([["end", "firm", "ash", "elm"], *[["2031-03-04", "F", 50, 40]] * 60_000]),
    ),
    "JSON, 100,000 polls": ("x.json", lambda: answers(100_000)),
    "JSON, deep": ("x.json", lambda: "[" * 5_000_000),
    "JSON, a deep record": ("x.json", lambda: '[{"a":' * 900 + "1" + "}]" * 900),
    "JSON, 100,000 keys": ("x.json", lambda: json.dumps([{f"k{i}": 1 for i in range(100_000)}])),
    "JSON lines": ("x.jsonl", lambda: '{"end":"2031-03-04","firm":"F","a":50,"b":45}\n' * 200_000),
    "no Parquet": ("x.parquet", lambda: b"PAR1" + b"\0" * 5_000_000 + b"PAR1"),
    "a page of 20,000 rows": ("x.html", lambda: page("2031", table([*"ABC"], HTML_ROW * 4_000))),
    "a page of spans": (
        "x.html",
        lambda: page("2031", table(["A"], [['<td colspan="80" rowspan="500">1</td>']] * 20_000)),
    ),
    "a page of 2,000 tables": (
        "x.html",
        lambda: page(*(x for i in range(2_000) for x in (f"{i}", table(["A", "B"], HTML_ROW)))),
    ),
    "a page of hidden text": (
        "x.html",
        lambda: page("2031", table(["A"], [['<td><b style="display:none">9</b>' * 200] * 3] * 900)),
    ),
    "a page of pictures": (
        "x.html",
        lambda: page("2031", table([f'<th>{"<img src=x>" * 300}</th>'] * 70, HTML_ROW * 50)),
    ),
}  # fmt: skip


def _one(path: Path, pipe: object) -> None:
    begin = time.process_time()
    try:
        found = get_importer(detect(path)).read(path)
        told = f"{found.polls.height:,} polls of {found.rows:,} rows"
    except CompareNotesError as problem:
        told = problem.one_line()
    took = time.process_time() - begin
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    pipe.send((took, memory, told))  # type: ignore[attr-defined]


def main() -> int:
    """Run all; return 1 where one is over the bounds."""
    worst = 0
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder:
        for name, (file, make) in CASES.items():
            path = Path(folder) / file
            data = make()
            path.write_bytes(data.encode() if isinstance(data, str) else data)
            size = path.stat().st_size / 1e6
            del data
            here, there = context.Pipe(duplex=False)
            child = context.Process(target=_one, args=(path, there))
            child.start()
            took, memory, told = (
                here.recv() if here.poll(4 * SECONDS) else (4 * SECONDS, 0.0, "killed")
            )
            child.kill()
            child.join()
            worst += took > SECONDS or memory > MEGABYTES
            print(
                f"{name:28} {size:6.1f} MB {took:6.1f} s {memory:6.0f} MB  {told[:90]}", flush=True
            )
    print(f"{len(CASES)} inputs, {worst} over {SECONDS:g} s or {MEGABYTES:g} MB")
    return 1 if worst else 0


if __name__ == "__main__":
    sys.exit(main())

"""What the program says today, as files: written before a change and compared after it.

    python -m tools.golden write FOLDER
    python -m tools.golden compare BEFORE AFTER

Commands run in one process as a user would type them; pages through the application; tools of
the assistant's server through its answers. The files stay outside the package and the repository.
"""

from __future__ import annotations

import difflib
import json
import os
import re
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from pathlib import Path

PAIRS = (
    ("gb-next", "us-2024"), ("gb-next", "ca-2025"), ("us-2024", "gb-2024"), ("de-next", "de-2025"),
    ("se-2026", "no-2025"), ("nz-2023", "au-2022"), ("ca-next", "ca-2025"), ("au-2025", "gb-2010"),
)  # fmt: skip
MANY = ("gb-next", "us-2024", "ca-2025", "au-2025", "gb-1997")
RACES = (
    "gb-next", "us-2024", "gb-2024", "ca-2025", "de-2025", "se-2022", "fr-president-2022",
    "nl-2023", "pt-2025", "no-2025", "us-2012", "us-2020", "at-2024", "ie-2024", "pl-2023",
    "es-2023", "gb-2015", "dk-2022",
)  # fmt: skip
DAYS = ("2024-08-18", "2026-08-20", "2023-03-01", "2015-04-01")


def commands(own: Path, texts: Path) -> list[list[str]]:
    """Return the command lines: at least 60, over 25 campaigns and four days."""
    out = [["--help"], ["compare", "--help"], ["race", "--help"]]
    for home, away in PAIRS:
        out.append(["compare", home, away, "--as-of", DAYS[1], "--json"])
        out.append(["compare", home, away, "--as-of", DAYS[1]])
    out.append(["compare", *MANY, "--as-of", DAYS[1]])
    for pair in PAIRS[:1]:
        out.append(["compare", *pair, "--as-of", DAYS[0]])
        out.append(["compare", *pair, "--as-of", DAYS[0], "--since", "2024-07-10"])
        out.append(["compare", *pair, "--as-of", DAYS[1], "--reader", "opposes"])
        out += [["explain", *pair, str(n), "--as-of", DAYS[1]] for n in (1, 2, 6, 9)]
        out.append(["explain", *pair, "2", "--as-of", DAYS[1], "--json"])
    for c in RACES:
        out.append(["race", c, "--as-of", DAYS[1], "--json"])
        out.append(["race", c, "--as-of", DAYS[1]])
    out += [["race", c, "--as-of", d] for c, d in zip(("us-2024", "gb-2024", "gb-2015"),
            (DAYS[0], DAYS[2], DAYS[3]), strict=True)]  # fmt: skip
    out += [
        ["race", "us-2024", "--as-of", DAYS[0], "--event", "2024-07-21"],
        ["race", "us-2024", "--as-of", DAYS[0], "--region", "US-PA"],
        ["race", "gb-next", "--as-of", DAYS[1], "--region", "GB-SCT"],
        ["race", "gb-next", "--as-of", DAYS[1], "--since", "2026-06-01"],
    ]
    for c in ("gb-next", "us-2024", "ca-next"):
        out.append(["record", "--like", c, "--as-of", DAYS[1]])
        out.append(["record", "--like", c, "--as-of", DAYS[1], "--json"])
        out.append(["suggest", c, "--as-of", DAYS[1]])
        out.append(["suggest", c, "--as-of", DAYS[1], "--json"])
    out += [["record", "--table", t] for t in ("base-rates", "skill", "economy", "leaders")]
    out += [["record", "--case", "gb-2001"], ["record", "--takeovers"], ["record", "--upcoming"]]
    out += [["message", c, "--json"] for c in ("us-2024", "gb-2024")]
    out += [["message", c] for c in ("us-2024", "gb-2024", "gb-2015")]
    out += [
        ["message", "us-2024", "--issue", "all", "--as-of", DAYS[0]],
        ["message", "gb-2024", "--texts", str(texts), "--more", "--tone"],
        ["message", "gb-2024", "--texts", str(texts), "--json"],
        ["campaigns"], ["campaigns", "--country", "GB", "--json"],
        ["campaigns", "--upcoming", "--sister-of", "lab"],
        ["sources", "gb-next"], ["sources", "us-2024"],
        ["validate", str(own)], ["race", str(own)], ["race", str(own), "--json"],
        ["compare", str(own), "gb-2024"], ["compare", "gb-next", str(own), "--as-of", DAYS[1]],
        ["race", "gb-nxt"], ["compare", "gb-next"], ["compare", "gb-next", "gb-next"],
        ["race", "gb-next", "--as-of", "2026-13-01"],
        ["brief", "gb-next", "us-2024", "-o", "x.xyz"],
        ["record", "--case", "zz"], ["message", "nz-2023"], ["race", "gb-next", "--region", "XX"],
        ["backtest", "lessons"],
    ]  # fmt: skip
    return out


PAGES = (
    "/?as_of=2026-08-20", "/compare?home=gb-next&away=us-2024&as_of=2026-08-20",
    "/compare?home=gb-next&away=us-2024&as_of=2024-08-18",
    "/compare?home=gb-next&away=us-2024&away=ca-2025&as_of=2026-08-20",
    "/finding?home=gb-next&away=us-2024&as_of=2026-08-20&n=2",
    "/race/gb-next?as_of=2026-08-20", "/race/us-2024?as_of=2024-08-18",
    "/race/fr-president-2022?as_of=2022-04-01", "/record/gb-next?as_of=2026-08-20",
    "/message/us-2024?as_of=2026-08-20", "/facts?home=gb-next&away=us-2024&as_of=2026-08-20",
    "/race/nope", "/compare?home=gb-next",
)  # fmt: skip


def _own(folder: Path) -> tuple[Path, Path]:
    """Write a campaign folder and two texts of our own: the same at every call."""
    from click.testing import CliRunner

    from comparenotes.cli.main import cli

    own, texts = folder / "own", folder / "texts"
    CliRunner().invoke(cli, ["new", str(own)])
    texts.mkdir()
    for side, line in (
        ("lab", "We will secure our borders. "),
        ("con", "They raised your taxes. "),
    ):
        head = f"---\ndate: 2024-06-10\ncontender: {side}\nkind: speech\nsource: invented\n---\n"
        for i in range(6):
            body = (line + "We will build clean power and hire nurses. ") * (3 + i)
            (texts / f"{side}{i}.md").write_text(head.replace("06-10", f"06-{10 + i}") + body)
    return own, texts


def name_of(parts: list[str]) -> str:
    """Return the file's name for a command line."""
    return re.sub(r"[^A-Za-z0-9.=-]+", "_", " ".join(Path(p).name or p for p in parts))[:140]


def _run(job: tuple[int, Path]) -> None:
    index, out = job
    from click.testing import CliRunner

    from comparenotes.cli.main import cli

    os.environ["COLUMNS"] = "110"
    with tempfile.TemporaryDirectory() as tmp:
        folder = Path(tmp)
        own, texts = _own(folder)
        if index < 0:
            _others(folder, out, -index)
            return
        line = commands(own, texts)[index]
        got = CliRunner().invoke(cli, line)
        text = f"exit {got.exit_code}\n{got.stdout}\n--- stderr\n{got.stderr}"
        if got.exception is not None and not isinstance(got.exception, SystemExit):
            text += f"\n--- raised {got.exception!r}"
        _save(out / f"{index:03d}-{name_of(line)}.txt", text.replace(tmp, "TMP"))


def _save(path: Path, text: str) -> None:
    if text.startswith("exit 0\n{"):
        head, _, rest = text.partition("\n--- stderr")
        body = json.loads(head.removeprefix("exit 0\n"))
        text = f"exit 0\n{json.dumps(body, indent=1, ensure_ascii=False)}\n--- stderr{rest}"
    path.write_text(text, encoding="utf-8")


def _others(folder: Path, out: Path, part: int) -> None:
    """Write briefs (1), pages (2) and the assistant's answers (3)."""
    if part == 1:
        from click.testing import CliRunner

        from comparenotes.cli.main import cli

        for names in (PAIRS[0], PAIRS[2], MANY):
            for kind in ("md", "html", "json"):
                path = folder / f"b.{kind}"
                line = ["brief", *names, "--as-of", DAYS[1], "-o", str(path)]
                CliRunner().invoke(cli, line)
                text = path.read_text(encoding="utf-8")
                _save(out / f"brief-{'_'.join(names)}.{kind}", without_drawings(text))
    elif part == 2:
        from starlette.testclient import TestClient

        from comparenotes.web.app import create_app
        from comparenotes.web.settings import Settings

        app = create_app(Settings(workspace=folder / "workspace"))
        with TestClient(app, base_url="http://127.0.0.1:8000") as client:
            for page in PAGES:
                for suffix in ("", "json"):
                    address, _, query = page.partition("?")
                    twin = "/index.json" if address == "/" else f"{address}.json"
                    at = f"{twin}?{query}" if suffix else page
                    reply = client.get(at)
                    text = f"{reply.status_code}\n{without_drawings(reply.text)}"
                    _save(out / f"page-{name_of([at])}.{suffix or 'html'}", text)
    else:
        from comparenotes.mcp.access import Access
        from comparenotes.mcp.answers import Answers

        a = Answers(Access())
        day = date(2026, 8, 20)
        for name, got in (
            ("compare", a.compare("gb-next", ["us-2024"], day, None, 40)),
            ("explain", a.explain("gb-next", ["us-2024"], 2, day, 40)),
            ("race", a.race("gb-next", day, None, None, 40)),
            ("record", a.record("gb-next", day, 40)),
            ("suggest", a.suggest("gb-next", day, 40)),
        ):
            text = json.dumps(got, indent=1, ensure_ascii=False, default=str)
            _save(out / f"mcp-{name}.json", text)


def without_drawings(text: str) -> str:
    """Return a page with its drawings and fonts taken out: those are looked at, not compared."""
    text = re.sub(r"<svg.*?</svg>", "<svg/>", text, flags=re.S)
    return re.sub(r"base64,[A-Za-z0-9+/=]+", "base64,", text)


def write(out: Path) -> None:
    """Write every output to ``out`` on two processes."""
    out.mkdir(parents=True, exist_ok=True)
    n = len(commands(Path("own"), Path("texts")))
    jobs = [(i, out) for i in (-1, -2, -3, *range(n))]
    with ProcessPoolExecutor(2) as pool:
        for job, got in [(j, pool.submit(_run, j)) for j in jobs]:
            if got.exception() is not None:
                print(f"not written: {job[0]}: {got.exception()!r}")
    print(f"{len(list(out.iterdir()))} outputs in {out}")


def compare(before: Path, after: Path) -> int:
    """Print which outputs differ and how; return how many."""
    names = sorted({p.name for p in before.iterdir()} | {p.name for p in after.iterdir()})
    differ = 0
    for name in names:
        both = (before / name, after / name)
        texts = [p.read_text("utf-8") if p.exists() else "" for p in both]
        if texts[0] == texts[1]:
            continue
        differ += 1
        old, new = (t.splitlines() for t in texts)
        lines = list(difflib.unified_diff(old, new, lineterm="", n=0))[2:]
        print(f"== {name}: {len(lines)} lines")
        for line in lines[:12]:
            print(f"   {line[:200]}")
    print(f"{len(names)} outputs, {differ} differ")
    return differ


if __name__ == "__main__":
    if sys.argv[1:2] == ["write"]:
        write(Path(sys.argv[2]))
    else:
        sys.exit(bool(compare(Path(sys.argv[2]), Path(sys.argv[3]))))

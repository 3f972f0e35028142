"""Hostile texts for real: what ``cn message`` and ``cn corpus`` do with each, how long, how big.

``python benchmarks/hostile_corpus.py [CASE...] [--small] [--seconds N]``

Each case is made in a temporary folder by a process of its own (about 3 GB of disk for the
largest), then read by the command in another, whose processor time and peak memory are
printed with the first line it said. ``--small`` makes every case a thousandth of its size;
the test-suite runs that. No case needs a network. Exit code 1 if a command crashed (its
exit code is neither 0 nor 2), ran out of time or printed a control character.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import os
import random
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

SPEECH = "We will cut carbon emissions and plant trees. The border must be safe. Thank you all. "
GB, MB = 1 << 30, 1 << 20
CASES: dict[str, tuple[str, Callable[[Path, int], Path]]] = {}
"""Name of a case -> what it is, and a function that makes it in a folder, so many times smaller."""


def case(name: str, what: str) -> Callable[[Callable[[Path, int], Path]], Callable[..., Path]]:
    """Register a case."""

    def keep(make: Callable[[Path, int], Path]) -> Callable[[Path, int], Path]:
        CASES[name] = (what, make)
        return make

    return keep


def fill(path: Path, block: bytes, size: int, head: bytes = b"", tail: bytes = b"") -> Path:
    """Write ``block`` again and again until the file has about ``size`` bytes."""
    big = block * max(1, MB // len(block))
    with path.open("wb") as file:
        file.write(head)
        for _ in range(max(1, size // len(big))):
            file.write(big)
        file.write(tail)
    return path


def _noise(n: int) -> bytes:
    return random.Random(0).randbytes(n)  # noqa: S311 - the same in every run


@case("line-txt", "1 GB of one line, .txt")
def _(folder: Path, less: int) -> Path:
    return fill(folder / "dem.txt", b"word ", GB // less)


@case("line-csv", "1 GB of one line, .csv")
def _(folder: Path, less: int) -> Path:
    return fill(folder / "t.csv", b"word ", GB // less, b"contender,text\ndem,")


@case("quote-csv", "1 GB in a quotation that never ends, .csv")
def _(folder: Path, less: int) -> Path:
    return fill(folder / "t.csv", SPEECH.encode() + b"\n", GB // less, b'contender,text\ndem,"')


@case("comma-csv", "header of 15 million columns, .csv")
def _(folder: Path, less: int) -> Path:
    return fill(folder / "t.csv", b",", 15 * MB // less, b"contender,text", b"\ndem,hello\n" * 99)


@case("cell-parquet", "1 GB in one cell, .parquet (packed to a few KB)")
def _(folder: Path, less: int) -> Path:
    import polars as pl

    text = ["word " * (GB // 5 // less)]
    pl.DataFrame({"contender": ["dem"], "text": text}).write_parquet(folder / "t.parquet")
    return folder / "t.parquet"


@case("rows-parquet", "5 million rows of one speech, .parquet (packed to a few KB)")
def _(folder: Path, less: int) -> Path:
    import polars as pl

    n = 5_000_000 // less
    rows = pl.select(contender=pl.repeat("dem", n), text=pl.repeat(SPEECH, n))
    rows.write_parquet(folder / "t.parquet", row_group_size=max(n, 1))
    return folder / "t.parquet"


@case("cell-store", "1 GB in one sentence of a stored corpus")
def _(folder: Path, less: int) -> Path:
    import polars as pl

    path = _stored(folder)
    told = pl.read_parquet_metadata(path)
    d = pl.read_parquet(path).with_columns(
        text=pl.lit("word " * (GB // 5 // less)), end=pl.lit(GB // less, pl.Int64)
    )
    d.head(1).write_parquet(path, metadata=told)
    return path


def _stored(folder: Path) -> Path:
    from comparenotes.campaigns.catalogue import load_bundled
    from comparenotes.message.storing import write_corpus

    (folder / "dem.txt").write_text(SPEECH, encoding="utf-8")
    write_corpus(load_bundled("us-2012"), [folder / "dem.txt"], folder / "s.parquet")
    return folder / "s.parquet"


@case("footer-parquet", "footer that claims 2 billion rows, .parquet")
def _(folder: Path, less: int) -> Path:
    import polars as pl

    path = folder / "t.parquet"
    pl.DataFrame({"contender": ["dem"] * 99, "text": [SPEECH] * 99}).write_parquet(path)
    raw = path.read_bytes()
    length = int.from_bytes(raw[-8:-4], "little")
    few, many = b"\x16\xc6\x01", b"\x16\x80\xd0\xac\xf3\x0e"  # i64 99, and 2 billion
    footer = raw[-8 - length : -8].replace(few, many)
    path.write_bytes(raw[: -8 - length] + footer + len(footer).to_bytes(4, "little") + b"PAR1")
    return path


@case("noise-parquet", "100 MB of noise named .parquet")
def _(folder: Path, less: int) -> Path:
    return fill(folder / "t.parquet", _noise(MB), 100 * MB // less, b"PAR1")


@case("zip", "a zip that claims to be .txt and .md")
def _(folder: Path, less: int) -> Path:
    import zipfile

    for name in ("dem.txt", "rep.md"):
        with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as z:
            z.writestr("speech.txt", SPEECH * (100_000 // less + 1))
    return folder


@case("zip-csv", "a zip that claims to be .csv")
def _(folder: Path, less: int) -> Path:
    import zipfile

    with zipfile.ZipFile(folder / "t.csv", "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("speech.txt", SPEECH * (100_000 // less + 1))
    return folder / "t.csv"


@case("utf8", "15 MB of bytes that are not UTF-8, .txt")
def _(folder: Path, less: int) -> Path:
    noise = bytes(b | 128 for b in _noise(4096))
    return fill(folder / "dem.txt", noise + SPEECH.encode(), 15 * MB // less)


@case("nul", "NUL bytes: at the beginning, after 10 KB, in a table")
def _(folder: Path, less: int) -> Path:
    (folder / "1-dem.txt").write_bytes(b"\0" * 100 + SPEECH.encode())
    (folder / "2-dem.txt").write_bytes(SPEECH.encode() * 200 + b"\0" * 100 + SPEECH.encode())
    return folder


@case("script", "15 MB of script that is never closed, .txt")
def _(folder: Path, less: int) -> Path:
    return fill(folder / "dem.txt", b"<script>alert(1) <!-- ", 15 * MB // less, SPEECH.encode())


@case("tags", "15 MB of tags that are never closed, .txt")
def _(folder: Path, less: int) -> Path:
    return fill(folder / "dem.txt", b"<a href='javascript:x' ", 15 * MB // less, SPEECH.encode())


@case("inert", "markup, script, colours of a terminal, bidirectional marks in a speech")
def _(folder: Path, less: int) -> Path:
    said = (
        "We will cut carbon \x1b[31m emissions \x07 and \u202e plant <img src=x onerror=alert(1)> "
    )
    said += 'trees & protect the "environment" from [link](javascript:alert(1)) pollution. '
    (folder / "dem.txt").write_text(said * 20 + "<script>steal()</script>", encoding="utf-8")
    return folder


@case("dots", "15 MB of full stops, .txt")
def _(folder: Path, less: int) -> Path:
    return fill(folder / "dem.txt", b".", 15 * MB // less, SPEECH.encode(), b"x")


@case("brackets", "15 MB of opening brackets, .txt")
def _(folder: Path, less: int) -> Path:
    return fill(folder / "dem.txt", b"(", 15 * MB // less, SPEECH.encode())


@case("blanks", "15 MB of spaces and line ends, .txt")
def _(folder: Path, less: int) -> Path:
    return fill(folder / "dem.txt", b" \n\t\r\n  ", 15 * MB // less, SPEECH.encode(), b"x")


@case("accents", "15 MB of combining marks on one letter, .txt")
def _(folder: Path, less: int) -> Path:
    return fill(folder / "dem.txt", "\u0301".encode(), 15 * MB // less, SPEECH.encode() + b"e")


@case("labels", "15 MB of speakers' labels, .txt")
def _(folder: Path, less: int) -> Path:
    return fill(folder / "dem.txt", b"OBAMA: Yes.\nROMNEY: No.\n", 15 * MB // less)


@case("front", "15 MB of front matter, nested and without end, .md")
def _(folder: Path, less: int) -> Path:
    deep = b"".join(b" " * i + b"a: [\n" for i in range(200))
    return fill(folder / "dem.md", deep, 15 * MB // less, b"---\ncontender: dem\n")


@case("empty", "100,000 empty files")
def _(folder: Path, less: int) -> Path:
    for i in range(100_000 // less):
        (folder / f"{i}.txt").touch()
    return folder


@case("links", "links out of the folder, to a device and to themselves; a pipe")
def _(folder: Path, less: int) -> Path:
    secret = folder / "secret.txt"
    secret.write_text(SPEECH, encoding="utf-8")
    texts = folder / "texts"
    texts.mkdir()
    for name, to in (("dem1.txt", secret), ("dem2.txt", "/dev/zero"), ("dem3.txt", "/etc/passwd")):
        (texts / name).symlink_to(to)
    (texts / "loop.txt").symlink_to(texts / "loop.txt")
    (texts / "up").symlink_to(folder)
    with contextlib.suppress(OSError):
        os.mkfifo(texts / "pipe.txt")
    return texts


def run(where: Path, command: str, seconds: float) -> tuple[int | None, float, float, str]:
    """Run a command on a case; return exit code (None: out of time), CPU s, MB, what it said."""
    code = "import sys; from comparenotes.cli.main import run; sys.exit(run(sys.argv[1:]))"
    words = [command, "us-2012", "--texts", str(where)]
    if command == "corpus":
        words += ["-o", str(where.parent / "out.parquet")]
    with tempfile.TemporaryFile() as said:
        child = subprocess.Popen(
            [sys.executable, "-c", code, *words], stdout=said, stderr=subprocess.STDOUT
        )
        late = threading.Event()
        timer = threading.Timer(seconds, lambda: (late.set(), child.kill()))
        timer.start()
        _, status, used = os.wait4(child.pid, 0)
        timer.cancel()
        child.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        out = said.read(1 << 20).decode("utf-8", "replace")
    cpu = used.ru_utime + used.ru_stime
    ended = None if late.is_set() else child.returncode
    return ended, cpu, used.ru_maxrss / 1024, out


def told(out: str, where: Path) -> str:
    """Return the line that says what became of the case, without the temporary folder."""
    lines = [x.strip() for x in out.splitlines() if x.strip()]
    best = [x for x in lines if x.startswith(("error:", "internal error"))]
    best += [x for x in lines if x.startswith("Left out: ")]
    best += [b for a, b in itertools.pairwise(lines) if a == "Left out"]
    best += [x for x in lines if re.search(r"\d sentences?\b", x)]
    line = (best or lines or ["nothing"])[0].partition(" Hint:")[0]
    line = line.replace(f"{where.parent}/", "").replace(str(where), where.name)
    return line.replace("|", " ")[:120]


def main() -> int:
    """Run from the command line."""
    a = argparse.ArgumentParser(description=__doc__)
    a.add_argument("case", nargs="*", choices=[*CASES, []])
    a.add_argument("--small", action="store_true")
    a.add_argument("--seconds", type=float, default=170)
    a.add_argument("--make", type=Path, help=argparse.SUPPRESS)
    args = a.parse_args()
    less = 1_000 if args.small else 1
    if args.make is not None:
        sys.stdout.write(str(CASES[args.case[0]][1](args.make, less)))
        return 0
    bad = 0
    print("| texts | `cn message` | `cn corpus` | what `cn message` says |")
    print("| --- | --- | --- | --- |", flush=True)
    for name in args.case or CASES:
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder) / "case"
            home.mkdir()
            small = ["--small"] if args.small else []
            me = [sys.executable, __file__, name, "--make", str(home), *small]
            where = Path(subprocess.run(me, check=True, capture_output=True, text=True).stdout)
            cells = []
            for command in ("message", "corpus"):
                code, cpu, mb, out = run(where, command, args.seconds)
                control = any(ord(c) < 32 and c not in "\n\r\t" for c in out)
                bad += code not in (0, 2) or control or "\u202e" in out
                ended = "out of time" if code is None else f"exit {code}"
                cells.append(f"{ended}, {cpu:.1f} s, {mb:.0f} MB")
                if command == "message":
                    says = told(out, where)
            print(f"| {CASES[name][0]} | {cells[0]} | {cells[1]} | {says} |", flush=True)
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())

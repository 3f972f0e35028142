"""``cn corpus``: the sentences of a campaign's texts as one Parquet file, and its check."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from comparenotes.cli.options import examples, json_option
from comparenotes.cli.output import console, emit_json, note, open_campaign, safe
from comparenotes.words import many

CODERS = ("auto", "fast", "best")

if TYPE_CHECKING:
    from comparenotes.message.corpus_check import CorpusCheck
    from comparenotes.message.storing import Written

AFTER_SECONDS, EVERY_SECONDS = 2.0, 0.2
SHOWN = 20


@click.command(
    epilog=examples(
        "cn corpus my-campaign -o sentences.parquet",
        "cn corpus us-2012 --texts speeches.csv --coded -o sentences.parquet",
        "cn message us-2012 --texts sentences.parquet",
        "cn corpus --check sentences.parquet",
    )
)
@click.argument("campaign", required=False)
@click.option(
    "-o", "--output", metavar="FILE", type=click.Path(dir_okay=False), help="The file to write."
)
@click.option(
    "--texts",
    metavar="PATH",
    multiple=True,
    type=click.Path(),
    help="Read these texts instead of the campaign folder's texts/; with --check, the folder "
    "in which they are now.",
)
@click.option("--coded", is_flag=True, help="Also write topic, issues and stance of each sentence.")
@click.option("--embedding", is_flag=True, help="Code with sentence embeddings too (extra).")
@click.option(
    "--coder",
    type=click.Choice(CODERS),
    default="auto",
    help="Which coder reads: the fast one, or the best (extra). Default: the best where it is "
    "installed and there are up to about 20,000 sentences.",
)
@click.option(
    "--check",
    metavar="FILE",
    type=click.Path(dir_okay=False),
    help="Check every quote of a corpus against its file.",
)
@json_option
def corpus(
    campaign: str | None,
    output: str | None,
    texts: tuple[str, ...],
    coded: bool,
    embedding: bool,
    coder: str,
    check: str | None,
    as_json: bool,
) -> None:
    """Write the sentences of CAMPAIGN's texts to one Parquet file, one row a sentence.

    Each row has its file, its offsets there and the file's SHA-256, and the sentences before
    and after. The file answers in place of the texts: cn message CAMPAIGN --texts FILE.
    """
    if check is not None:
        if campaign or output or coded or embedding:
            raise click.UsageError("--check takes a file, and --texts, but nothing else")
        _check(check, texts, as_json)
        return
    if campaign is None or output is None:
        raise click.UsageError(
            "say of which campaign, and where to. Hint: cn corpus my-campaign -o sentences.parquet"
        )
    from pathlib import Path

    from comparenotes.message.context import texts_of
    from comparenotes.message.earlier import EARLIER, earlier
    from comparenotes.message.storing import write_corpus

    known = campaign in EARLIER and not Path(campaign).is_dir()
    opened = earlier(campaign) if known else open_campaign(campaign)
    paths = [Path(t) for t in texts] or texts_of(opened)
    with _counting("reading {:,} sentences") as told:
        done = write_corpus(opened, paths, Path(output), coded or embedding, embedding, told, coder)
    if as_json:
        emit_json(done.to_dict())
        return
    _print(done)


def _print(done: Written) -> None:
    from comparenotes.message.left_out import counted

    out = console()
    out.print(
        safe(
            f"{done.path}: {done.sentences:,} sentences, {many(done.documents, 'text')}, "
            f"{many(done.files, 'file')}, {done.bytes / 1e6:,.1f} MB"
        )
    )
    spoken = ", ".join(f"{k} {n:,}" for k, n in sorted(done.languages.items()))
    out.print(safe(f"Texts by language: {spoken}."))
    for why, n in done.left_out.items():
        out.print(safe(f"Left out: {n:,} {counted(n, why)}."))
    note(f"next: cn message {done.campaign} --texts {done.path}")


def _check(file: str, texts: tuple[str, ...], as_json: bool) -> None:
    from pathlib import Path

    from comparenotes.errors import DataError
    from comparenotes.message.corpus_check import check_corpus

    if len(texts) > 1:
        raise click.UsageError("--check takes one --texts: the folder in which the files are now")
    with _counting("checking {:,} quotes") as told:
        found = check_corpus(Path(file), Path(texts[0]) if texts else None, told)
    if as_json:
        emit_json(found.to_dict())
    else:
        _print_check(found)
    if not found.ok:
        raise DataError(
            f"{many(found.wrong, 'quote')} of {found.quotes:,} cannot be confirmed"
            if found.wrong
            else found.total or "the files have changed",
            where=file,
            hint="write it again with cn corpus, or say with --texts where the files are now",
        )


def _print_check(found: CorpusCheck) -> None:
    out = console()
    same = "is as it was" if found.files == 1 else "are as they were"
    if found.ok:
        out.print(
            safe(
                f"{found.path}: all {found.quotes:,} quotes stand in their "
                f"{many(found.files, 'file')}, which {same}."
            )
        )
    rows = [p.one_line() for p in found.problems]
    rows += [
        f"{name}: is not in the corpus (new, or left out when it was made)" for name in found.new
    ]
    for row in rows[:SHOWN]:
        out.print(safe(row))
    if len(rows) > SHOWN:
        out.print(safe(f"and {len(rows) - SHOWN:,} more: --json has all."))


@contextmanager
def _counting(text: str) -> Iterator[Callable[[int], None]]:
    """Give a function that shows a count on stderr, where it is a terminal and it takes long."""
    began = shown_at = time.monotonic()
    status: list[Any] = []

    def told(n: int) -> None:
        nonlocal shown_at
        now = time.monotonic()
        if not sys.stderr.isatty() or now - began < AFTER_SECONDS:
            return
        if not status:
            from rich.console import Console

            status.append(Console(stderr=True, markup=False).status(text.format(n)))
            status[0].start()
        elif now - shown_at >= EVERY_SECONDS:
            status[0].update(text.format(n))
            shown_at = now

    try:
        yield told
    finally:
        for s in status:
            s.stop()

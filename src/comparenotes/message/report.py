"""``cn message``: a campaign's texts to one result object."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from comparenotes import words as phrases
from comparenotes.campaigns.model import Campaign
from comparenotes.campaigns.shares import OTHERS
from comparenotes.campaigns.snapshot import reading_day
from comparenotes.errors import NotFoundError
from comparenotes.message import accuracy, bundled
from comparenotes.message.best import chosen as reads_best
from comparenotes.message.contest import Contest, Contested, Difference, contest, difference
from comparenotes.message.dating import score_dated
from comparenotes.message.issues import SHOWN, TOPICS, UNIONS, Issue, issues_named
from comparenotes.message.left_out import Why, counted, other_genre
from comparenotes.message.measure import (
    MIN_DOCUMENTS,
    WHOLE,
    Line,
    lines,
)
from comparenotes.message.reading import Task
from comparenotes.message.stance import STANCES
from comparenotes.message.tally import ALL, Quote
from comparenotes.message.targets import EVERY, TARGETS, UNNAMED

ROWS = 50
"""From so many texts on, texts of one sentence are taken for rows that should be joined."""
INSTRUCTIONS = (
    "put speeches or manifestos as .md, .txt, .csv, .jsonl or .parquet into a campaign folder's "
    "texts/, or give them with: cn message {campaign} --texts PATH"
)


@dataclass(frozen=True, eq=False)
class Message:
    """What each side of a campaign says: the result of :func:`message_of`."""

    campaign: Campaign
    as_of: date
    issues: tuple[Issue, ...]
    tally: pl.DataFrame
    lines: tuple[Line, ...]
    documents: int
    sentences: int
    left_out: Mapping[Why, int] = field(default_factory=dict)
    quotes: tuple[Quote, ...] = ()
    sources: tuple[str, ...] = ()
    embedding: bool = False
    best: bool = False
    languages: Mapping[str, int] = field(default_factory=dict)
    every: tuple[Line, ...] = ()
    words: Mapping[str, Counter[str]] = field(default_factory=dict)
    by_hand: tuple[str, ...] = ()
    paths: tuple[Path, ...] = ()
    dated: tuple[str, ...] = ()
    late: int = 0
    rest: pl.DataFrame | None = None
    """The tally of other genres, where this is of one of several measured."""
    attacks: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=TARGETS))
    last: Campaign | None = None
    """The campaign whose texts these are, where this one has none of its own yet."""

    def of(self, issue: str) -> list[Line]:
        """Return the lines of one issue."""
        return [x for x in self.lines if x.issue == issue]

    def kinds(self) -> tuple[str, ...]:
        """Return the genres of the texts, commonest first."""
        counts = (
            self.tally.filter(pl.col("issue") == ALL)
            .group_by("kind", maintain_order=True)
            .agg(pl.col("n").sum())
        )
        return tuple(counts.sort("n", "kind", descending=[True, False])["kind"].to_list())

    def genres(self) -> tuple[str, ...]:
        """Return every genre there are texts of, that of this report first."""
        other = [] if self.rest is None else sorted(set(self.rest["kind"].to_list()))
        return tuple(dict.fromkeys((*self.kinds(), *other)))

    def in_genre(self, kind: str) -> Message | None:
        """Return the same of one genre alone; None where there are no texts of it."""
        if self.kinds() == (kind,):
            return self
        whole = self.tally if self.rest is None else pl.concat([self.tally, self.rest])
        counts = whole.filter(pl.col("kind").cast(pl.String) == kind)
        if counts.is_empty():
            return None
        known = [*TOPICS, *UNIONS, *(i.id for i in self.issues if not i.topics)]
        hand = self.by_hand if kind == "manifesto" else ()
        order = [c.id for c in self.campaign.contenders]
        every = tuple(lines(counts, known, order, by_hand=hand))
        shown = [i.id for i in self.issues]
        all_rows = counts.filter(pl.col("issue") == ALL)
        return replace(
            self,
            tally=counts,
            rest=None,
            lines=tuple(x for k in shown for x in every if x.issue == k),
            every=every,
            documents=all_rows["document"].n_unique(),
            sentences=int(all_rows["n"].sum()),
            attacks=self.attacks.filter(pl.col("kind") == kind),
            by_hand=hand,
        )

    def silent(self) -> list[str]:
        """Return the contenders, in order, of whom there are no texts."""
        spoken = {x.contender for x in self.lines}
        return [c.id for c in self.campaign.contenders if c.id != OTHERS and c.id not in spoken]

    def battlegrounds(self) -> list[Contested]:
        """Return who speaks of each issue."""
        return [contest(i.id, self.of(i.id)) for i in self.issues]

    def differences(self) -> list[Difference]:
        """Return, for each issue, the first side less the second, and whether it beats noise."""
        each = (difference(i.id, self.of(i.id)) for i in self.issues)
        return [d for d in each if d is not None]

    def notes(self) -> list[str]:
        """Return what the texts do not say of themselves and the reader should know."""
        texts = self.tally.filter(pl.col("issue") == ALL).group_by(
            "document", "kind", "date", maintain_order=True
        )
        each = texts.agg(pl.col("n").sum())
        out = list(self.dated)
        if self.last is not None:
            out.insert(0, f"No texts of this campaign yet: these are of the last campaign "
                          f"({self.last.title}).")  # fmt: skip
        source = (self.last or self.campaign).id
        out += [
            f"Not in the figures: {bundled.NOT_THERE[source, k]}."
            for k in (() if self.paths else self.kinds())
            if (source, k) in bundled.NOT_THERE
        ]
        if self.by_hand:
            names = ", ".join(self.campaign.contender(c).name for c in self.by_hand)
            out.append(f"Topics coded by hand, without a coder's error: {names}.")
        undated = each.filter(pl.col("date").is_null())["document"].n_unique()
        if undated:
            told = f"{undated:,} of them have no date that can be read: they count"
            if undated == self.documents:
                they = "it counts" if undated == 1 else "they count"
                told = f"No text has a date that can be read: {they}"
            elif undated == 1:
                told = "1 of them has no date that can be read: it counts"
            out.append(f"{told} whatever the day.")
        if self.kinds() == ("other",):
            out.append("Their genre is not given: a column or line 'kind' says it.")
        if self.documents >= ROWS and self.sentences < 2 * self.documents:
            out.append(
                "Nearly every text is one sentence: if they are parts of longer texts, a column "
                "'document' joins them; without it the intervals are too narrow."
            )
        return out

    def late_words(self) -> str | None:
        """Return how many texts are dated after the day of reading; None where none is."""
        return late_words(self.late, self.as_of) if self.late else None

    @property
    def coder_name(self) -> str:
        """Return which coder read the texts: ``fast``, ``best`` or ``embedding``."""
        return "embedding" if self.embedding else "best" if self.best else "fast"

    def coder(self) -> list[dict[str, Any]]:
        """Return the coder's figures on each issue shown and each stance, by genre of the texts.

        They are of texts of that genre in the campaign's country; None where not measured.
        """
        genres, country = self.kinds(), self.campaign.country
        known = [i for i in self.issues if i.topics]
        rows = accuracy.rows_of([i.id for i in known], genres, country, self.coder_name)
        for i in self.issues:
            if not i.topics:
                own = accuracy.row_of(i.id, genres[0] if genres else "other", country)
                why = "a user's own seed words: not tested"
                rows.append(own | {"tested_on": why, "told": f"{why.capitalize()}."})
        return rows + accuracy.rows_of(STANCES, genres, country, self.coder_name)

    def no_data(self) -> list[dict[str, Any]]:
        """Return a row an issue and side of which there are no texts."""
        return [no_data_row(i.id, who) for i in self.issues for who in self.silent()]

    def to_dict(self) -> dict[str, Any]:
        """Return the promised JSON form."""
        return {
            "campaign": self.campaign.id,
            "as_of": self.as_of.isoformat(),
            "documents": self.documents,
            "sentences": self.sentences,
            "notes": self.notes(),
            "embedding": self.embedding,
            "coder_used": self.coder_name,
            "country": self.campaign.country,
            "genre": next(iter(self.kinds()), None),
            "last_campaign": self.last.id if self.last is not None else None,
            "issues": [*(x.to_dict() for x in self.lines), *self.no_data()],
            "genres": [
                {
                    "genre": k,
                    "documents": m.documents,
                    "sentences": m.sentences,
                    "issues": [x.to_dict() for x in m.lines],
                }
                for k in self.genres()
                if self.rest is not None and (m := self.in_genre(k))
            ],
            "attacks": targets_of(self),
            "battlegrounds": [b.to_dict() for b in self.battlegrounds()],
            "differences": [d.to_dict() for d in self.differences()],
            "coder": self.coder(),
            "left_out": [{"why": k, "count": v} for k, v in sorted(self.left_out.items())],
            "quotes": [vars(q) for q in self.quotes],
            "sources": list(self.sources),
        }


def targets_of(found: Message) -> list[dict[str, Any]]:
    """Return, by issue, side and opponent, the attacking sentences that name it.

    ``of`` are all of the side's attacking sentences on the issue, ``named`` those that name
    an opponent, each of whom counts.
    """
    shown = [ALL, *(i.id for i in found.issues)]
    rows = found.attacks.filter(pl.col("issue").is_in(shown))
    sums = rows.group_by("issue", "contender", "target", maintain_order=True).agg(pl.col("n").sum())
    by = {(i, c, t): int(n) for i, c, t, n in sums.iter_rows()}
    order = [c.id for c in found.campaign.contenders]
    out = []
    for issue in shown:
        for who in order:
            of = by.get((issue, who, EVERY), 0)
            named = of - by.get((issue, who, UNNAMED), 0)
            out += [
                {"issue": issue, "contender": who, "target": t, "hits": by[issue, who, t],
                 "named": named, "of": of}
                for t in order if (issue, who, t) in by
            ]  # fmt: skip
    return out


def no_data_row(issue: str, contender: str, reason: str = "no data") -> dict[str, Any]:
    """Return the row of a side without texts, with the same keys as any other."""
    return {
        "issue": issue, "contender": contender, "documents": 0, "sentences": 0, "hits": 0,
        "share": None, "lo90": None, "hi90": None, "reason": reason, "genres": [], "whole": False,
        "enough": False, "attack": None, "own_record": None, "promise": None, "withheld": {},
    }  # fmt: skip


def nothing(campaign: Campaign, day: date, issues: Sequence[Issue], why: str) -> dict[str, Any]:
    """Return the JSON form of a campaign of which nothing was measured, with the reason."""
    sides = [c.id for c in campaign.contenders if c.id != OTHERS]
    return {
        "campaign": campaign.id, "as_of": day.isoformat(), "documents": 0, "sentences": 0,
        "notes": [why], "embedding": False, "coder_used": None, "country": campaign.country,
        "genre": None,
        "last_campaign": None,
        "issues": [no_data_row(i.id, who, f"no data: {why}") for i in issues for who in sides],
        "genres": [], "attacks": [],
        "battlegrounds": [Contested(i.id, Contest.NO_DATA).to_dict() for i in issues],
        "differences": [], "coder": [], "left_out": [], "quotes": [], "sources": [],
    }  # fmt: skip


def fullest(rows: pl.DataFrame) -> str:
    """Return the genre in which a second side says most; else the one with most documents.

    A genre in which a side has under five texts of a sample counts only where no other does.
    """
    of = pl.col("kind").cast(pl.String), "contender"
    said = rows.filter(pl.col("issue") == ALL).group_by(of, maintain_order=True).agg(
        pl.col("n").sum(), pl.col("document").n_unique().alias("texts")
    )  # fmt: skip
    told = said.filter(pl.col("kind").is_in(list(WHOLE)) | (pl.col("texts") >= MIN_DOCUMENTS))
    second = told.group_by("kind", maintain_order=True).agg(
        pl.col("n").sort(descending=True).slice(1, 1).sum().alias("second")
    ).filter(pl.col("second") > 0).sort("second", "kind", descending=[True, False])  # fmt: skip
    return str(second["kind"][0]) if second.height else commonest(rows)


def last_of(campaign: Campaign) -> Campaign | None:
    """Return the bundled campaign before one of which no texts were ever measured, if any."""
    from comparenotes.campaigns.catalogue import campaign_index, load_bundled

    last = campaign.previous_election()
    if last is None or bundled.measured_ever(campaign.id):
        return None
    prefix = f"{campaign.country.lower()}-"
    then = campaign_index().filter(
        pl.col("election_date") == last, pl.col("id").str.starts_with(prefix)
    )
    names = [n for n in then["id"].to_list() if bundled.measured_ever(n)]
    return load_bundled(names[0]) if names else None


def commonest(rows: pl.DataFrame) -> str:
    """Return the genre with most documents in a tally."""
    counts = rows.group_by("kind", maintain_order=True).agg(
        pl.col("document").n_unique().alias("n")
    )
    return str(counts.sort("n", "kind", descending=[True, False])["kind"][0])


def message_of(
    campaign: Campaign,
    as_of: date | None = None,
    issues: Sequence[str] | None = None,
    texts: Sequence[Path] | None = None,
    seeds: Mapping[str, Sequence[str]] | None = None,
    embed: bool | None = None,
    genre: str | None = None,
    words: bool = False,
    pool: Executor | None = None,
    coder: str = "auto",
) -> Message:
    """Return what each side of ``campaign`` says about ``issues``.

    Parameters
    ----------
    campaign
        Its folder's ``texts/`` are read unless ``texts``, or the campaign's own
        ``texts``, name other files; a bundled campaign without texts is answered
        from the measured figures, if there are any.
    as_of
        Nothing published later is used. Default: the eve of polling day.
    issues
        Names of issues; None for migration and green, ``all`` for every topic.
    seeds
        A user's own issues: name to seed words.
    embed
        Use the embedding extra (default: no; about 1,000 sentences a second).
    coder
        ``fast``, ``best`` (an extra), or ``auto``: the best where it is installed and the texts
        have up to about 20,000 sentences.
    genre
        Of measured figures in several genres, the one to read (default: the one with
        most texts); genres are never mixed.
    words
        Also count each side's words and word pairs, for the contrast.
    pool
        Workers that read the files of the texts (processes, or a Dask cluster's
        executor); the result is the same.

    Raises
    ------
    NotFoundError
        If there are neither texts nor measured figures, with how to add some.
    """
    day = reading_day(campaign, as_of or campaign.eve())
    chosen = issues_named(issues or (*SHOWN, *(seeds or {})), seeds)
    paths = tuple(texts or campaign.texts)
    if not paths and campaign.folder is not None and (campaign.folder / "texts").is_dir():
        paths = (campaign.folder / "texts",)
    order = [c.id for c in campaign.contenders]
    if not paths:
        return _measured(campaign, day, chosen, order, genre)
    every = tuple(dict.fromkeys((*issues_named(("all",)), *chosen)))
    use = not embed and reads_best(coder, paths)
    task = Task(campaign, paths, day, every, tuple(chosen), bool(embed), words, use)
    read, dated = score_dated(task, pool)
    if read.tally.is_empty():
        raise _nothing_found(paths, read.left_out, read.late, day)
    picked = tuple(q for key in sorted(read.quotes) for q in read.quotes[key])
    named = tuple(f"{campaign.title}: the user's own texts in {p.name}" for p in paths)
    return _report(
        campaign,
        day,
        chosen,
        read.tally,
        order,
        read.left_out,
        picked,
        named,
        task.embedding,
        read.languages,
        best=task.best,
        words=read.words,
        paths=paths,
        dated=dated,
        late=read.late,
        attacks=read.attacks,
    )


def _measured(
    campaign: Campaign, day: date, chosen: Sequence[Issue], order: Sequence[str], genre: str | None
) -> Message:
    """Return what the bundled figures say, of this campaign or of the last."""
    last = last_of(campaign)
    source = (last or campaign).id
    rows, attacks = bundled.figures(source, day), bundled.attacks(source, day)
    if last is not None:
        stand = pl.col("contender").is_in(list(order))
        rows, attacks = rows.filter(stand), attacks.filter(stand)
    if rows.is_empty():
        raise NotFoundError(
            "has no texts and no measured figures by that day",
            where=campaign.id,
            hint=INSTRUCTIONS.format(campaign=campaign.id),
        )
    kind = genre if genre in set(rows["kind"].to_list()) else fullest(rows)
    rest = rows.filter(pl.col("kind") != kind)
    rows = rows.filter(pl.col("kind") == kind)
    other = rest.filter(pl.col("issue") == ALL)
    gone = dict(
        other.group_by("kind", maintain_order=True).agg(pl.col("n").sum()).sort("kind").iter_rows()
    )
    left = {other_genre(k): int(n) for k, n in gone.items()}
    hand = rows.filter(pl.col("source") == bundled.HAND)["contender"].unique().sort().to_list()
    found = _report(
        campaign, day, chosen, rows.drop("campaign", "source"), order, left, (),
        bundled.sources(rows), False, by_hand=hand,
    )  # fmt: skip
    return replace(
        found,
        rest=rest.drop("campaign", "source"),
        attacks=attacks.filter(pl.col("kind") == kind).drop("campaign", "source"),
        last=last,
    )


def late_words(n: int, day: date) -> str:
    """Return ``1 text dated after 4 November 2024 was left out``."""
    was = "was" if n == 1 else "were"
    return f"{phrases.many(n, 'text')} dated after {phrases.day(day)} {was} left out"


def _nothing_found(
    paths: Sequence[Path], left_out: Mapping[Why, int], late: int, day: date
) -> NotFoundError:
    why = "; ".join(f"{v:,} {counted(v, k)}" for k, v in sorted(left_out.items()))
    hint = "a text names its contender in its front matter, its column or its file name"
    if left_out and all(k.language for k in left_out):
        hint = "without --embedding only English is read; docs/message.md names what it adds"
    if left_out and all(k.file for k in left_out):
        hint = "give .md, .txt, .csv, .jsonl or .parquet files that hold text"
    if late:
        why = "; ".join(x for x in (late_words(late, day), why) if x)
        hint = "give texts of this campaign, or a later --as-of"
    return NotFoundError(
        f"no sentence of a contender was found ({why or 'no text'})",
        where=", ".join(str(p) for p in paths),
        hint=hint,
    )


def _report(
    campaign: Campaign,
    day: date,
    issues: Sequence[Issue],
    counts: pl.DataFrame,
    order: Sequence[str],
    left_out: Mapping[Why, int],
    quotes: Sequence[Quote],
    sources: Sequence[str],
    embedding: bool,
    languages: Mapping[str, int] | None = None,
    words: Mapping[str, Counter[str]] | None = None,
    by_hand: Sequence[str] = (),
    paths: tuple[Path, ...] = (),
    dated: tuple[str, ...] = (),
    late: int = 0,
    attacks: pl.DataFrame | None = None,
    best: bool = False,
) -> Message:
    known = [*TOPICS, *UNIONS, *(i.id for i in issues if not i.topics)]
    whole = tuple(lines(counts, known, order, by_hand=by_hand))
    shown = [i.id for i in issues]
    every = counts.filter(pl.col("issue") == ALL)
    return Message(
        campaign=campaign,
        as_of=day,
        issues=tuple(issues),
        tally=counts,
        lines=tuple(x for k in shown for x in whole if x.issue == k),
        documents=every["document"].n_unique(),
        sentences=int(every["n"].sum()),
        left_out=left_out,
        quotes=tuple(quotes),
        sources=tuple(sources),
        embedding=embedding,
        best=best,
        languages=languages or {},
        every=whole,
        words=words or {},
        by_hand=tuple(by_hand),
        paths=paths,
        dated=dated,
        late=late,
        attacks=pl.DataFrame(schema=TARGETS) if attacks is None else attacks,
    )

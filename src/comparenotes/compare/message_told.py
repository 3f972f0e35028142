"""One campaign's message as it is compared: its sides by role, its lines by genre."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import polars as pl

from comparenotes import words as phrases
from comparenotes.campaigns.model import Campaign
from comparenotes.campaigns.shares import OTHERS
from comparenotes.campaigns.snapshot import known_on
from comparenotes.compare.facts import Facts, governing_party, large_contenders
from comparenotes.compare.finding import Finding
from comparenotes.message.measure import Line
from comparenotes.message.report import Message
from comparenotes.message.words import many_of

GOVERNING, CHALLENGER = "governing", "challenger"
ROLES = (GOVERNING, CHALLENGER)
MOST_OTHERS = 3


@dataclass(frozen=True, eq=False)
class About:
    """What a finding on messages is about.

    ``what`` is ``salience``, ``contest``, a stance or ``done``; ``role`` one of :data:`ROLES`,
    None where it is about both sides. Without a comparison there are no ``genres``, and no
    ``told``, the two messages behind it, home first.
    """

    issue: str
    what: str
    role: str | None
    genres: tuple[str, ...] = ()
    told: tuple[Told, ...] = ()


def about(finding: Finding) -> About | None:
    """Return what a finding on messages is about; None for other findings."""
    return finding.payload if isinstance(finding.payload, About) else None


@dataclass(frozen=True)
class NoTexts:
    """The payload of the finding that a campaign has no texts."""

    campaign: str


def without_texts(finding: Finding) -> str | None:
    """Return the campaign that a finding says has no texts; None for other findings."""
    return finding.payload.campaign if isinstance(finding.payload, NoTexts) else None


@dataclass(frozen=True, eq=False)
class Told:
    """One campaign's message: who governs, its main challenger, and the others.

    ``genre`` is that of the lines shown of both, and of the charts.
    """

    campaign: Campaign
    facts: Facts
    whole: Message
    genre: str

    @cached_property
    def message(self) -> Message:
        """Return the message in the genre shown."""
        return self.whole.in_genre(self.genre) or self.whole

    @cached_property
    def by_role(self) -> dict[str, str | None]:
        """Return the contender of each role when it was said; None where there is none."""
        last = self.whole.last
        known = (
            known_on(self.campaign, self.facts.day) if last is None else known_on(last, last.eve())
        )
        own = self.facts.governing if last is None else governing_party(known)
        allies = set(known.government.parties)
        ranked = [*large_contenders(known), *_by_last_result(known), *_by_text(self.whole)]
        rivals = [c for c in ranked if c not in allies and c not in (own, OTHERS)]
        return {GOVERNING: own, CHALLENGER: rivals[0] if rivals else None}

    @cached_property
    def sides(self) -> tuple[str, ...]:
        """Return the contenders compared that have texts: who governs first."""
        spoken = {x.contender for x in self.message.lines}
        return tuple(c for c in self.by_role.values() if c is not None and c in spoken)

    def lines(self, issue: str) -> list[Line]:
        """Return the two sides' lines of an issue in the genre shown, who governs first."""
        found = {x.contender: x for x in self.message.of(issue)}
        return [found[c] for c in self.sides if c in found]

    def line(self, issue: str, contender: str | None, genre: str) -> Line | None:
        """Return a side's line of an issue in a genre; None where it has no texts of it."""
        told = self._genres.get(genre)
        rows = told.of(issue) if told is not None else []
        return next((x for x in rows if x.contender == contender), None)

    @cached_property
    def _genres(self) -> dict[str, Message]:
        found = {g: self.whole.in_genre(g) for g in self.whole.genres()}
        return {g: m for g, m in found.items() if m is not None}

    def in_genre(self, genre: str) -> Message:
        """Return the message in a genre there are texts of."""
        return self._genres[genre]

    def genres(self, contender: str | None, enough: bool = True) -> dict[str, int]:
        """Return the genres of a side's texts with its sentences: only those with enough."""
        out = {}
        for g, m in self._genres.items():
            for x in m.lines:
                if x.contender == contender and (x.enough or not enough):
                    out[g] = x.sentences
        return out

    def others(self, issue: str, genre: str) -> list[Line]:
        """Return the further parties that give an issue more than both sides compared do."""
        rows = self._genres[genre].of(issue) if genre in self._genres else []
        main = set(self.by_role.values())
        most = max((x.salience.share for x in rows if x.contender in main), default=0.0)
        more = [x for x in rows
                if x.contender not in main and not x.few and x.salience.share > most]  # fmt: skip
        return sorted(more, key=lambda x: -x.salience.share)[:MOST_OTHERS]

    @property
    def documents(self) -> int:
        """Return the smaller number of texts of the two sides."""
        first = self.message.issues[0].id
        return min((x.documents for x in self.lines(first)), default=0)

    def name(self, contender: str) -> str:
        """Return a contender's name."""
        return self.campaign.contender(contender).name

    @property
    def where(self) -> str:
        """Return the campaign in words, and whose texts these are where it has none yet."""
        last = self.whole.last
        if last is None:
            return self.facts.name
        return f"{self.facts.name} (the last campaign's, {last.election_date.year})"

    def roles_then(self) -> str | None:
        """Return whose roles have changed since the last campaign; None for texts of this one."""
        last, then = self.whole.last, self.by_role[GOVERNING]
        if last is None or then is None or then == self.facts.governing:
            return None
        now = self.facts.governing_name or "another party"
        return (
            f"Roles at home are those of {last.election_date.year}, when this was said: "
            f"{self.name(then)} governed then, {now} now."
        )


def shared(home: Told, away: Told, role: str) -> list[str]:
    """Return the genres in which a role's two sides have texts enough, the fullest first.

    Debates go with debates, manifestos with platforms, conventions with conferences.
    """
    a, b = (t.genres(t.by_role[role]) for t in (home, away))
    return sorted(a.keys() & b.keys(), key=lambda g: (-min(a[g], b[g]), g))


def common(home: Told, away: Told) -> str | None:
    """Return the genre that most of the four sides share; None where no role's two do."""
    of = {role: shared(home, away, role) for role in ROLES}
    every = [g for g in of[GOVERNING] if g in of[CHALLENGER]]
    if every:
        sizes = {
            g: min(t.genres(c).get(g, 0) for t in (home, away) for c in t.by_role.values())
            for g in every
        }
        return max(every, key=lambda g: (sizes[g], g))
    return next(iter([*of[GOVERNING], *of[CHALLENGER]]), None)


def few_words(t: Told, contender: str) -> str:
    """Return why a side's texts are not compared: it has none, or too few of a sample."""
    some = t.genres(contender, enough=False)
    if not some:
        return f"{t.name(contender)} in {t.where}: no data"
    told = []
    for g in some:
        lines = [x for x in t.in_genre(g).lines if x.contender == contender]
        told.append(f"{phrases.count(lines[0].documents, 'text')} ({g})")
    return f"{t.name(contender)} in {t.where}: {phrases.join(told)}, under five"


def plural(genre: str) -> str:
    """Return the plural of a genre's name, with what stands for it elsewhere."""
    both = {"manifesto": "manifestos and platforms", "convention": "conventions and conferences"}
    return both.get(genre, many_of(genre))


def _by_last_result(campaign: Campaign) -> list[str]:
    last = campaign.previous_election()
    rows = campaign.history.filter(pl.col("region").is_null() & (pl.col("date") == last))
    return rows.sort("share", "contender", descending=[True, False])["contender"].to_list()


def _by_text(found: Message) -> list[str]:
    size: dict[str, int] = {}
    for x in found.lines:
        size[x.contender] = max(size.get(x.contender, 0), x.sentences)
    return sorted(size, key=lambda c: (-size[c], c))

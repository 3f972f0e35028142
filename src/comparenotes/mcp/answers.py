"""What the tools answer, as plain functions: the same calls as the command line's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from threading import Lock
from typing import Any

from comparenotes.brief.behind import explained
from comparenotes.brief.layout import extra
from comparenotes.campaigns.model import Campaign
from comparenotes.campaigns.snapshot import known_on, reading_day, today
from comparenotes.compare.comparison import Comparison
from comparenotes.document import lines
from comparenotes.errors import CompareNotesError
from comparenotes.mcp.access import Access
from comparenotes.mcp.replies import NINETY, Cut, reply

KEPT = 8
"""Comparisons kept in memory, for ``explain`` after ``compare``."""


def stated(campaign: Campaign) -> list[str]:
    """Return title and licence of the sources of a campaign's figures."""
    known = [f"{s.title} ({s.licence})" for s in campaign.sources]
    return known or [f"{campaign.title}: the user's own folder"]


class Answers:
    """The tools' answers for the campaigns of ``access``; one is worked out at a time."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._lock = Lock()
        self._kept: dict[tuple[str, ...], Comparison] = {}

    def campaigns(
        self, country: str | None, search: str | None, upcoming: bool, as_of: date | None, rows: int
    ) -> dict[str, Any]:
        """Return the campaigns there are, the user's own folders first."""
        from comparenotes.campaigns.listing import list_campaigns

        day, cut = as_of or today(), Cut(rows)
        own = [self._access.campaign(name) for name in self._access.folders]
        found = [
            _listed(c, day)
            for c in own
            if (country is None or c.country == country.upper())
            and (not search or search.lower() in f"{c.id} {c.title}".lower())
            and (not upcoming or c.election_date > day)
        ]
        try:
            frame = list_campaigns(country=country, search=search, upcoming=upcoming, as_of=day)
        except CompareNotesError:
            if not found:
                raise
        else:
            columns = [*_LISTED, "polls", "newest_poll_end"]
            found += [
                {**r, "folder": False}
                for r in frame.select(columns).iter_rows(named=True)
                if r["id"] not in self._access.folders
            ]
        shown = cut.head("campaigns", found)
        sources = [s for r in shown for s in stated(self._access.campaign(r["id"]))]
        return reply(
            "campaigns",
            day,
            sources or ["the catalogue of this package"],
            {"campaigns": shown},
            cut,
            "counts and dates only: nothing here is an estimate",
        )

    def suggest(self, home: str, as_of: date | None, rows: int) -> dict[str, Any]:
        """Return which campaigns to look at: winners and losers of each kind."""
        from comparenotes.record.suggest import suggest

        campaign, cut = self._access.campaign(home), Cut(rows)
        with self._lock:
            found = suggest(campaign, as_of)
        result = found.to_dict()
        result["suggestions"] = cut.head("suggestions", result["suggestions"])
        others = [s["campaign"] for s in result["suggestions"]]
        sources = [s for name in (home, *others) for s in stated(self._access.campaign(name))]
        note = "distances are distances between visible facts, not estimates: they forecast nothing"
        return reply("suggest", found.as_of, sources, result, cut, note)

    def compare(
        self, home: str, away: Sequence[str], as_of: date | None, since: date | None, rows: int
    ) -> dict[str, Any]:
        """Return the findings for home from the away campaigns."""
        found, cut = self._compared(home, away, as_of, since), Cut(rows)
        result = found.to_dict() | {
            "sections": [{"title": s.title, "lines": lines(s.blocks)} for s in extra(found)]
        }
        del result["as_of"], result["sources"]
        result["findings"] = cut.head("findings", result["findings"])
        return reply("compare", found.as_of, found.sources(), result, cut)

    def explain(
        self, home: str, away: Sequence[str], n: int, as_of: date | None, rows: int
    ) -> dict[str, Any]:
        """Return everything behind finding ``n`` of the comparison."""
        found, cut = self._compared(home, away, as_of, None), Cut(rows)
        if n > len(found.findings):
            raise CompareNotesError(
                f"there is no finding {n}", hint=f"there are {len(found.findings)}: see 'compare'"
            )
        finding = found.findings[n - 1]
        result = explained(found, finding)
        result["rows"] = cut.head("rows", result["rows"])
        return reply("explain", found.as_of, finding.sources, result, cut)

    def race(
        self, name: str, as_of: date | None, event: date | None, region: str | None, rows: int
    ) -> dict[str, Any]:
        """Return where a race stands, with the result beside a finished one."""
        from comparenotes.race import analyse

        campaign, cut = self._access.campaign(name), Cut(rows)
        asked = as_of or today()
        day = reading_day(campaign, asked)
        with self._lock:
            found = analyse(campaign, as_of=day, event=event, regions=True if region else None)
        result = found.to_dict()
        forecast = result["forecast"] or {}
        regions = forecast.get("regions", [])
        if region is not None:
            regions = [r for r in regions if r["region"] == region]
            if not regions:
                known = ", ".join(r.id for r in campaign.regions[:60]) or "none"
                raise CompareNotesError(
                    f"no region {region[:20]!r} in the joint forecast",
                    where=name,
                    hint=f"regions: {known}",
                )
        if forecast:
            forecast["regions"] = cut.head("forecast.regions", regions)
        firms = sorted(result["house_effects"], key=lambda r: (-r["polls"], r["pollster"]))
        result["house_effects"] = cut.head("house_effects", firms)
        result["result"] = _outcome(campaign, asked)
        return reply("race", day, stated(campaign), result, cut)

    def record(self, like: str, as_of: date | None, rows: int) -> dict[str, Any]:
        """Return what became of governments in the position of ``like``."""
        from comparenotes.record.report import record_of
        from comparenotes.record.tables import source_name

        campaign, cut = self._access.campaign(like), Cut(rows)
        day = reading_day(campaign, as_of or today())
        with self._lock:
            found = record_of(campaign, day)
        result = found.to_dict()
        sources = {source_name(c) for c in result["cases"]}
        result["cases"] = cut.both("cases", result["cases"], "kept_office")
        result["path"] = cut.head("path", result["path"])
        return reply("record", day, [*sorted(sources), *stated(campaign)], result, cut)

    def message(
        self, name: str, issues: Sequence[str], as_of: date | None, rows: int
    ) -> dict[str, Any]:
        """Return how issues feature in what each side says."""
        from comparenotes.message.report import message_of

        campaign, cut = self._access.campaign(name), Cut(rows)
        with self._lock:
            found = message_of(campaign, as_of, list(issues) or None)
        result = found.to_dict()
        for part in ("issues", "quotes", "coder"):
            result[part] = cut.head(part, result[part])
        note = f"{NINETY}; shares are per cent of sentences, intervals resample documents"
        return reply("message", found.as_of, found.sources, result, cut, note)

    def _compared(
        self, home: str, away: Sequence[str], as_of: date | None, since: date | None
    ) -> Comparison:
        from comparenotes.compare import compare

        day = as_of or today()
        campaigns = [self._access.campaign(name) for name in (home, *away)]
        key = (home, *away, day.isoformat(), str(since))
        kept = not any(c.folder for c in campaigns)  # a folder may have been edited since
        with self._lock:
            if kept and key in self._kept:
                return self._kept[key]
            found = compare(campaigns[0], *campaigns[1:], as_of=day, since=since)
            if kept:
                while len(self._kept) >= KEPT:
                    self._kept.pop(next(iter(self._kept)))
                self._kept[key] = found
        return found


_LISTED = ("id", "title", "country", "election_date", "date_status", "office", "system")


def _listed(campaign: Campaign, day: date) -> dict[str, Any]:
    known = known_on(campaign, day)
    return {k: getattr(known, k) for k in _LISTED} | {
        "polls": known.polls.height,
        "newest_poll_end": known.polls["end"].max() if known.polls.height else None,
        "folder": True,
    }


def _outcome(campaign: Campaign, asked: date) -> list[dict[str, Any]] | None:
    """Return the national result of a finished race, if it was known on the day asked for."""
    import polars as pl

    known = known_on(campaign, asked).results.filter(pl.col("region").is_null())
    return known.select("contender", "share", "seats").to_dicts() or None

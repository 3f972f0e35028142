"""The numbers behind the sentences of a comparison, as data.

A page is written in sentences; its JSON twin holds every number in them as a number.
What a finding's own fields and rows do not hold (standings, chances, spans of the
clocks, the record's counts, how often verdicts held) is gathered here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from comparenotes.brief.message_charts import messages_of
from comparenotes.brief.record_charts import record_of_home
from comparenotes.brief.seats_words import nobody, seat_rows
from comparenotes.compare.change import effect_of
from comparenotes.compare.clocks import CLOCKS, readings, span
from comparenotes.compare.comparison import Comparison
from comparenotes.compare.finding import VERDICTS, Finding
from comparenotes.compare.hit_rate import rate_of
from comparenotes.compare.intervals import Estimate
from comparenotes.compare.views import View
from comparenotes.race.result import Forecast

_RECORD = ("class", "base_rates", "path_rule", "path_home", "from_here", "leader", "skill")


def full_dict(c: Comparison) -> dict[str, Any]:
    """Return a comparison's JSON form with the rows of each finding and what is behind it."""
    whole = c.to_dict()
    for told, f in zip(whole["findings"], c.findings, strict=True):
        told["rows"] = [dict(r) for r in f.data]
    return whole | {"newest_poll_age": c.newest_poll_age(), "behind": behind(c)}


def explained(c: Comparison, f: Finding) -> dict[str, Any]:
    """Return a finding's JSON form with what stands behind it (``cn explain --json``)."""
    return f.to_dict(c.number(f)) | {
        "formula": f.formula,
        "would_change": f.would_change,
        "why": f.why,
        "rows": [dict(r) for r in f.data],
    }


def behind(c: Comparison) -> dict[str, Any]:
    """Return the numbers behind the sentences, by campaign, for the record and the verdicts."""
    home = c.views.get(c.home.id)
    return {
        "campaigns": {cid: _view(v, home) for cid, v in c.views.items()},
        "record": _record(c),
        "message": {m.campaign: m.to_dict() for m in messages_of(c)},
        "verdicts": _verdicts(c),
        "half_widths": [_half(f) for f in c.findings],
    }


def _half(f: Finding) -> dict[str, float | None]:
    if f.estimate is None or f.lo90 is None or f.hi90 is None:
        return {"below": None, "above": None}
    return {"below": f.estimate - f.lo90, "above": f.hi90 - f.estimate}


def _numbers(e: Estimate | None) -> dict[str, float] | None:
    return None if e is None else {"mean": e.mean, "lo90": e.lo90, "hi90": e.hi90}


def _view(view: View, home: View | None) -> dict[str, Any]:
    race = view.race
    event = race.event
    lead, result, focus = view.lead(), view.result, view.focus or ""
    out: dict[str, Any] = {
        "focus": view.focus,
        "rival": view.rival,
        "support": _numbers(view.share(focus)) if focus else None,
        "lead": _numbers(lead),
        "swing": _numbers(view.swing()),
        "last_result": dict(view.last_result),
        "result": dict(result),
        "race_lead": None if race.lead is None else race.lead.to_dict(),
        "lead_changes": race.lead_changes.height,
        "polls_used": race.polls_used,
        "forecast": race.forecast.to_dict() if race.forecast else None,
        "p_nobody": _nobody(race.forecast),
        "average": race.average.to_dicts(),
        "clocks": [_clock(view, i) for i in range(len(CLOCKS))],
    }
    if view.facts.first_poll is not None:
        out["first_poll_days_to_go"] = view.days_to_go(view.facts.first_poll)
    if focus in result:
        out["result_change"] = result[focus] - view.last_result.get(focus, result[focus])
        if view.rival in result:
            out["result_lead"] = result[focus] - result[view.rival or ""]
    if event is not None:
        out["event"] = {
            **{k: v for k, v in vars(event).items() if k not in ("pairs", "date")},
            "date": event.date.isoformat(),
            "pairs": dict(vars(event.pairs)),
            "dates_tested": event.placebo_n + 1,
            "archive_dates": None if event.archive_n is None else event.archive_n + 1,
        }
        own = home.lead() if home is not None else None
        out["home_lead_after_such"] = None if own is None else own.mean + effect_of(event).mean
    return out


def _nobody(forecast: Forecast | None) -> float | None:
    rows = seat_rows(forecast) if forecast is not None else []
    return nobody(rows) if rows else None


def _clock(view: View, i: int) -> dict[str, Any]:
    clock = CLOCKS[i]
    days = readings(view, clock)
    latest = min(days) if clock.kind == "clock_days" and days else max(days, default=None)
    swing = view.swing(days[latest]) if latest is not None else None
    ends = span(view, clock)
    return {
        "clock": clock.name,
        "from": ends and ends[0],
        "to": ends and ends[1],
        "latest_swing": _numbers(swing),
    }


def _record(c: Comparison) -> Mapping[str, Any] | None:
    own = record_of_home(c)
    if own is None:
        return None
    whole = own.to_dict()
    told = own.cases.frame["vote_change"].drop_nulls()
    kept, n = own.near_rate()
    both = own.cases.frame.drop_nulls(["vote_change", "kept_office"])["kept_office"]
    return {k: whole[k] for k in _RECORD} | {
        "gained": int((told > 0).sum()),
        "lost_or_held": int((told <= 0).sum()),
        "drawn": {"kept": int(both.sum()), "lost": int((~both).sum())},
        "near": {"kept": kept, "lost": n - kept, "n": n},
        "nearest": whole["nearest"],
        "lost_office": [
            r.n - r.count for r in own.rates if r.count is not None and r.unit != "points"
        ],
    }


def _verdicts(c: Comparison) -> list[dict[str, Any]]:
    out = []
    pairs = [("all", v) for v in (*VERDICTS, "all")]
    pairs += list(dict.fromkeys((f.kind, f.carries_over) for f in c.findings))
    for kind, verdict in pairs:
        rate = rate_of(kind, verdict, c.as_of)
        if rate is not None and rate.share is not None:
            out.append(
                {
                    "kind": kind,
                    "verdict": verdict,
                    "statements": rate.pairs,
                    "elections": rate.homes,
                    **(_numbers(rate.share) or {}),
                }
            )
    return out

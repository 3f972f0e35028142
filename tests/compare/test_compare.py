"""``compare`` end to end on invented campaigns: what moves, what must not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comparenotes.campaigns.model import Campaign
from comparenotes.compare import Comparison, Finding, compare
from comparenotes.compare.race_provider import RaceProvider
from comparenotes.compare.views import Analyses
from comparenotes.errors import CompareNotesError, DataError
from comparenotes.race.result import Race
from tests.compare import factory

AS_OF = date(2026, 8, 20)


def run(home: Campaign | None = None, *away: Campaign, **kw: object) -> Comparison:
    race = RaceProvider(Analyses(kw.pop("analyse", factory.analyse)))  # type: ignore[arg-type]
    args: dict[str, object] = {"as_of": AS_OF, "providers": [race]} | kw
    return compare(home or factory.home(), *(away or (factory.away(),)), **args)  # type: ignore[arg-type]


def by_kind(c: Comparison, kind: str) -> Finding:
    return next(f for f in c.findings if f.kind == kind)


def test_every_kind_is_there_and_has_sources_of_both() -> None:
    c = run()
    assert [f.kind for f in c.findings] == [
        "standing",
        "change",
        "clock_days",
        "clock_office",
        "movement",
        "result",
        "poll_error",
    ]
    for f in c.findings:
        assert any("Aland" in s for s in f.sources)
        assert any("Bryland" in s for s in f.sources)
        assert 2 <= len(f.reasons) <= 3
        assert f.formula
        assert f.would_change


def test_ten_away_campaigns_give_ten_estimates() -> None:
    aways = [
        factory.away(f"x{i}", title=f"Xenia {i}", seed=20 + i, jump=i / 2, result=(44.0 + i, 50.0))
        for i in range(10)
    ]
    c = run(factory.home(), *aways)
    for kind in ("standing", "change", "clock_days", "movement", "result", "poll_error"):
        estimates = [f.estimate for f in c.findings if f.kind == kind]
        assert len(estimates) == 10
        assert len({round(e or 0.0, 6) for e in estimates}) == 10, kind


@pytest.mark.parametrize("kind", ["standing", "change", "clock_days", "result"])
def test_a_finding_moves_with_home_too(kind: str) -> None:
    one = by_kind(run(factory.home()), kind)
    other = by_kind(run(factory.home(shares=(38.0, 33.0, 19.0), jump=1.0)), kind)
    assert one.estimate != other.estimate
    assert one.claim != other.claim


def test_directional() -> None:
    home, away = factory.home(), factory.away()
    there, back = run(home, away, as_of=date(2026, 8, 20)), run(away, home)
    assert by_kind(there, "standing").estimate == pytest.approx(
        -(by_kind(back, "standing").estimate or 0.0)
    )
    # Home has not voted: it has a result to teach only one way round.
    assert any(f.kind == "result" for f in there.findings)
    assert not any(f.kind == "result" for f in back.findings)


def test_difference_is_home_minus_away() -> None:
    f = by_kind(run(), "change")
    rows = {r["what"]: r for r in f.data}
    effects = [r["estimate"] for w, r in rows.items() if "effect" in w]
    assert f.estimate == pytest.approx(effects[0] - effects[1])


# ------------------------------------------------------------------- as-of


def _later_deleted(c: Campaign, day: date) -> Campaign:
    over = c.election_date <= day
    return replace(
        c,
        polls=c.polls.filter(pl.col("published") <= day),
        results=c.results if over else c.results.clear(),
        events=c.events.filter(pl.col("date") <= day),
        contenders=tuple(
            replace(x, changes=tuple(ch for ch in x.changes if ch.since <= day))
            for x in c.contenders
        ),
    )


@pytest.mark.parametrize("day", [date(2024, 7, 1), date(2024, 8, 18), date(2026, 1, 1), AS_OF])
def test_nothing_later_changes_the_output(day: date) -> None:
    home = factory.home(first_poll=date(2024, 1, 1), election=date(2026, 10, 4))
    away = factory.away()
    full = run(home, away, as_of=day).to_dict()
    cut = run(_later_deleted(home, day), _later_deleted(away, day), as_of=day).to_dict()
    assert full == cut


def test_before_the_vote_there_is_no_result() -> None:
    c = run(factory.home(first_poll=date(2024, 1, 1)), factory.away(), as_of=date(2024, 8, 18))
    kinds = {f.kind for f in c.findings}
    assert not kinds & {"result", "poll_error"}


def test_few_polls_are_said_and_graded() -> None:
    home = factory.home(until=date(2025, 10, 25), every=5)
    c = run(home)
    assert any("has five polls by" in n for n in c.notes)
    assert by_kind(c, "standing").grade == "too few to say"


# ------------------------------------------------------------------- clocks


def test_no_overlap_is_said_without_a_number() -> None:
    f = by_kind(run(), "clock_office")
    assert f.estimate is None
    assert "No common point" in f.claim
    assert f.carries_over == "unknown"


def test_nearest_common_point_is_used_and_named() -> None:
    home = factory.home(election=date(2028, 1, 1))
    f = by_kind(run(home), "clock_days")
    # Home is 499 days out, the away polls begin 338 + 30 days out at most.
    assert f.estimate is None
    near = factory.home(
        first_poll=date(2025, 1, 1), until=date(2025, 12, 30), election=date(2026, 10, 4)
    )
    g = by_kind(run(near, as_of=date(2025, 12, 31)), "clock_days")
    assert g.estimate is not None
    assert "277 days before polling day" in g.data[0]["what"]


def test_same_point_of_the_office_clock() -> None:
    away = factory.away(since=date(2020, 12, 1))
    f = by_kind(run(factory.home(), away), "clock_office")
    assert f.estimate is not None
    assert "in office" in f.claim
    assert f.rule == "O1"


# ------------------------------------------------------------------- changes


def test_without_a_change_at_home_the_away_effect_is_applied_to_home() -> None:
    f = by_kind(run(factory.home(change=None)), "change")
    assert f.estimate is not None
    assert "no such change" in f.claim
    assert "would put Lilac" in f.claim


def test_without_a_change_away_there_is_no_number() -> None:
    f = by_kind(run(factory.home(), factory.away(change=None)), "change")
    assert f.estimate is None
    assert f.grade == "too few to say"
    assert "nobody was replaced" in f.claim


def test_same_firm_pairs_and_placebo_rank_are_told() -> None:
    told = " ".join(by_kind(run(), "change").details)
    assert "four firms polled before and after" in told
    assert "13 dates tested" in told


# ------------------------------------------------------------------- outcomes


@pytest.mark.parametrize("result", [(52.0, 45.0), (45.0, 52.0)])
def test_winners_and_losers_get_the_same_sentence(result: tuple[float, float]) -> None:
    f = by_kind(run(factory.home(), factory.away(result=result)), "result")
    place = "first" if result[0] > result[1] else "second"
    assert f"and came {place} in votes" in f.claim
    lost, won = (
        by_kind(run(factory.home(), factory.away(result=r)), "result").claim
        for r in ((45.0, 52.0), (52.0, 45.0))
    )
    shape = lambda s: [w for w in s.split() if w.isalpha()]  # noqa: E731
    swap = {"below": "above", "second": "first"}
    assert [swap.get(w, w) for w in shape(lost)] == [swap.get(w, w) for w in shape(won)]


def test_poll_error_is_result_less_polls() -> None:
    c = run(factory.home(), factory.away(result=(47.5, 50.5)))
    f = by_kind(c, "poll_error")
    rows = {r["what"]: r["estimate"] for r in f.data}
    assert f.estimate == pytest.approx(
        rows["lead in the result"] - rows["lead of the governing party in the last polls"]
    )


def test_result_is_put_on_the_base_of_the_average() -> None:
    # The result holds 2 points of others that no poll names: shares are of the two.
    c = run(factory.home(), factory.away(result=(47.5, 50.5)))
    view = c.views["bb-2024"]
    total = sum(view.result.values())
    assert total == pytest.approx(view.race.average["mean"].sum())


# ------------------------------------------------------------------- several


def several() -> Comparison:
    return run(
        factory.home(),
        factory.away("won", title="Wonland", result=(52.0, 45.0)),
        factory.away("lost", title="Lostland", result=(45.0, 52.0), jump=-4.0, seed=8),
        factory.away("held", title="Heldland", result=(50.0, 47.0), change=None),
    )


def test_synthesis_counts_and_names_the_exceptions() -> None:
    c = several()
    f = next(f for f in c.findings if f.key == "race:synthesis:came_first")
    assert "In two of three away campaigns" in f.claim
    assert "no in Lostland" in f.claim
    assert f.grade == "too few to say"
    assert f.cases == 3


def test_synthesis_leaves_out_who_cannot_answer() -> None:
    f = next(f for f in several().findings if f.key == "race:synthesis:gained")
    assert "One cannot answer" in f.claim
    assert f.cases == 2


def test_one_away_campaign_has_no_synthesis() -> None:
    assert not any(f.kind == "synthesis" for f in run().findings)


# ------------------------------------------------------------------- failures


def broken(*_: object, **__: object) -> Race:
    raise DataError("no usable poll", where="bb-2024")


def test_a_broken_race_is_shown_not_dropped() -> None:
    def analyse(c: Campaign, **kw: object) -> Race:
        if c.id == "bb-2024":
            raise RuntimeError("boom")
        return factory.analyse(c, **kw)  # type: ignore[arg-type]

    c = run(factory.home(), factory.away(), factory.away("cc", title="Cee"), analyse=analyse)
    assert [f.grade for f in c.findings if f.failed] == ["failed"]
    assert "boom" in c.failed[0].claim
    assert any(f.away == ("cc",) for f in c.findings if not f.failed)
    assert c.tested == len(c.findings) - 1


def test_home_that_cannot_be_read_gives_one_failure_and_a_title() -> None:
    c = run(analyse=broken)
    assert len(c.findings) == 1
    assert c.headline() == "Nothing could be compared"


class Breaking:
    """A provider that breaks."""

    name = "message"

    def findings(self, home: Campaign, away: Sequence[Campaign], as_of: date) -> list[Finding]:
        raise ZeroDivisionError("no texts")


def test_a_breaking_provider_does_not_hide_the_others() -> None:
    race = RaceProvider(Analyses(factory.analyse))
    c = run(providers=[Breaking(), race])
    assert c.findings[0].failed
    assert c.findings[0].provider == "message"
    assert len(c.findings) > 5


# ------------------------------------------------------------------- input


def test_bad_calls_are_told_in_a_line() -> None:
    home, away = factory.home(), factory.away()
    with pytest.raises(CompareNotesError, match="at least one away"):
        compare(home)
    with pytest.raises(CompareNotesError, match="named twice"):
        compare(home, away, home)
    with pytest.raises(CompareNotesError, match="not before"):
        run(home, away, since=AS_OF)


def test_each_race_is_analysed_once_a_day() -> None:
    calls: list[tuple[str, object]] = []

    def counting(c: Campaign, **kw: object) -> Race:
        calls.append((c.id, kw["as_of"]))
        return factory.analyse(c, **kw)  # type: ignore[arg-type]

    run(analyse=counting, since=AS_OF - timedelta(days=60))
    assert len(calls) == len(set(calls))
    # The away campaign is over on both days: one analysis serves both.
    assert [c for c, _ in calls].count("bb-2024") == 1


# ------------------------------------------------------------------- since


def test_since_tells_what_moved() -> None:
    c = run(since=date(2026, 5, 1))
    what = {m.key.split(":")[1]: m.what for m in c.changes}
    assert what["standing"] == "moved"
    assert what["change"] == "new"
    assert what["change-away"] == "gone"
    assert "clock_office" not in what
    for m in c.changes:
        assert m.sentence()
    assert c.to_dict()["changes"][0]["before"] is not None


# ------------------------------------------------------------------- forms


def test_json_holds_the_promised_fields() -> None:
    d = run().to_dict()
    assert {"home", "away", "as_of", "findings"} <= set(d)
    assert [f["n"] for f in d["findings"]] == list(range(1, len(d["findings"]) + 1))
    promised = "n provider claim estimate lo90 hi90 unit grade carries_over reasons sources failed"
    for f in d["findings"]:
        assert set(promised.split()) <= set(f)


def test_frames() -> None:
    c = run()
    frame = c.to_polars()
    assert frame.height == len(c.findings)
    assert frame["n"].to_list() == list(range(1, frame.height + 1))
    assert frame.filter(pl.col("estimate").is_null())["lo90"].null_count() == 1


def test_to_pandas() -> None:
    pytest.importorskip("pandas")
    assert len(run().to_pandas()) == 7


def test_repr_html_escapes_names() -> None:
    home = replace(factory.home(), title="<script>alert(1)</script>")
    text = run(home)._repr_html_()
    assert "<script" not in text


# ------------------------------------------------------------------- label swap


def _words(c: Comparison) -> list[str]:
    out = [c.headline(), *c.notes]
    for f in c.findings:
        out += [f.claim, f.headline, *f.details, *f.reasons, *f.caveats, f.formula, f.would_change]
    return out


def _swapped(text: str, a: str, b: str) -> str:
    return text.replace(a, "\0").replace(b, a).replace("\0", b)


@given(
    st.integers(1, 10_000),
    st.floats(-4, 4).map(lambda x: round(x, 1)),
    st.floats(-6, 6).map(lambda x: round(x, 1)),
    st.booleans(),
)
@settings(max_examples=12, deadline=None)
def test_swapping_labels_swaps_and_changes_nothing_else(
    seed: int, jump: float, gap: float, away_too: bool
) -> None:
    home = factory.home(
        seed=seed, jump=jump, shares=(35 + gap, 35.0, 20.0), first_poll=date(2026, 3, 1)
    )
    away = factory.away(seed=seed + 1, jump=-jump, first_poll=date(2024, 5, 1))
    swapped_home = factory.relabel(home, "lilac", "ochre")
    swapped_away = factory.relabel(away, "crimson", "indigo") if away_too else away
    plain, turned = run(home, away), run(swapped_home, swapped_away)
    for one, other in zip(_words(plain), _words(turned), strict=True):
        expected = _swapped(one, "Lilac", "Ochre")
        if away_too:
            expected = _swapped(expected, "Crimson", "Indigo")
        assert other == expected
    assert [f.estimate for f in plain.findings] == pytest.approx(
        [f.estimate for f in turned.findings]
    )


# ------------------------------------------------------------------- first counts


def test_first_preferences_are_not_called_votes() -> None:
    f = by_kind(run(factory.home(), factory.away(system="preferential")), "result")
    assert "in first preferences" in f.claim
    assert any("do not say who wins" in c for c in f.caveats)
    c = run(
        factory.home(),
        factory.away("a", title="Ay", system="preferential"),
        factory.away("b", title="Bee"),
    )
    g = next(f for f in c.findings if f.key == "race:synthesis:came_first")
    assert "first preferences where they are counted first" in g.claim

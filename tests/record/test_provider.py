"""The record provider: findings for home and for each away campaign."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from comparenotes.campaigns.catalogue import campaign_ids, load_bundled
from comparenotes.campaigns.model import Campaign, Government
from comparenotes.compare.finding import Finding
from comparenotes.compare.provider import PROVIDERS, load
from comparenotes.compare.record_provider import RecordProvider
from comparenotes.compare.views import Analyses

from .invented import campaign, leader_changed

DAY = date(2014, 6, 1)
needs_catalogue = pytest.mark.skipif(
    not {"gb-next", "us-2024", "gb-2001", "se-2018"} <= set(campaign_ids()),
    reason="the bundled catalogue is not built",
)


def found(home: Campaign, *away: Campaign, day: date = DAY) -> dict[str, Finding]:
    return {f.key: f for f in RecordProvider().findings(home, away, day)}


def test_is_in_the_table_of_providers() -> None:
    assert "record" in PROVIDERS
    assert load("record", Analyses()).name == "record"


def test_every_finding_has_sources_cases_and_an_interval() -> None:
    rows = found(campaign(government=leader_changed(date(2013, 9, 1))))
    assert {"record:kept", "record:votes", "record:nearest", "record:leader"} <= set(rows)
    for f in rows.values():
        assert f.sources
        assert f.cases
        assert (f.estimate is None) == (f.lo90 is None)


def test_a_change_of_leader_is_reported_only_where_there_was_one() -> None:
    assert "record:leader" not in found(campaign())
    changed = campaign(government=leader_changed(date(2014, 9, 1)))
    assert "record:leader" not in found(changed, day=date(2014, 6, 1))
    assert "record:leader" in found(changed, day=date(2014, 9, 1))


def test_winners_and_losers_are_in_one_sentence() -> None:
    claim = found(campaign())["record:kept"].claim
    assert "kept the leading office and" in claim
    assert "lost it" in claim


def test_nearest_cases_without_skill_are_no_forecast() -> None:
    for f in found(campaign()).values():
        assert "forecast" not in f.claim.lower()
        assert "predict" not in f.claim.lower()


def test_a_home_without_a_government_fails_in_one_finding() -> None:
    bare = campaign(
        government=Government(),
        contenders=tuple(replace(c, role="other") for c in campaign().contenders),
    )
    rows = RecordProvider().findings(bare, [campaign()], DAY)
    assert [f.grade for f in rows] == ["failed"]
    assert "[government]" in rows[0].claim


def test_swapping_names_changes_nothing_but_names() -> None:
    c = campaign()
    names = {"Reds": "Blues", "Blues": "Reds"}
    swapped = campaign(
        contenders=tuple(replace(x, name=names.get(x.name, x.name)) for x in c.contenders)
    )
    one = {k: (f.claim, f.estimate, f.grade) for k, f in found(c, c).items()}
    other = {k: (f.claim, f.estimate, f.grade) for k, f in found(swapped, swapped).items()}
    for key, (claim, estimate, grade) in one.items():
        told = other[key][0].replace("Blues", "#").replace("Reds", "Blues").replace("#", "Reds")
        assert (told, *other[key][1:]) == (claim, estimate, grade)


@needs_catalogue
def test_an_away_result_is_not_told_before_it_was_known() -> None:
    home, away = load_bundled("gb-next"), load_bundled("us-2024")
    early = found(home, away, day=date(2024, 8, 18))["record:pair:us-2024"]
    late = found(home, away, day=date(2026, 8, 20))["record:pair:us-2024"]
    assert early.estimate is None
    assert "not in the record by then" in early.claim
    assert "lost the leading office" in late.claim
    assert late.estimate is not None


@needs_catalogue
def test_pairs_move_with_the_data_and_follow_the_rule_table() -> None:
    home = load_bundled("gb-next")
    away = [load_bundled(x) for x in ("us-2024", "gb-2001", "se-2018", "au-2013")]
    rows = found(home, *away, day=date(2026, 8, 20))
    pairs = {k: f for k, f in rows.items() if k.startswith("record:pair")}
    assert len(pairs) == 4
    assert len({f.estimate for f in pairs.values()}) == 4
    assert len({f.claim for f in pairs.values()}) == 4
    assert pairs["record:pair:gb-2001"].carries_over == "likely"
    assert pairs["record:pair:au-2013"].carries_over == "doubtful"
    assert "does not fall under home's class" in pairs["record:pair:au-2013"].claim
    for f in pairs.values():
        assert f.grade == "too few to say"  # one government is one case
        assert len(f.reasons) >= 2

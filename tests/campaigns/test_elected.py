"""What is elected, and which seats, if any, belong to it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from comparenotes.campaigns.checks_report import Validation
from comparenotes.campaigns.folder_write import write_folder
from comparenotes.campaigns.load import load
from comparenotes.campaigns.migrate import migrate_folder
from comparenotes.errors import DataError
from comparenotes.race.seats.allocate import allocate
from comparenotes.race.seats.result import SeatResult
from tests.campaigns.folders import check, make

POLLS = (
    "end,pollster,sample_size,a,b\n"
    "2025-01-03,Sedge,1000,48,42\n2025-01-10,Rush,900,47,44\n2025-01-20,Sedge,1000,49,43\n"
)
CHAMBER = '[chamber]\nseats = 83\nmajority = 45\nthreshold = 5\nrule = "sainte_lague"\n'


def folder(path: Path, said: str, chamber: str = "", country: str = "DE") -> Path:
    toml = (
        f'schema_version = 2\nid = "x"\ncountry = "{country}"\ntitle = "X"\n'
        f'election_date = 2025-03-02\nsystem = "pr"\ncomplete = true\n{said}\n{chamber}'
        '[[contenders]]\nid = "a"\n[[contenders]]\nid = "b"\n'
    )
    return make(path, {"campaign.toml": toml, "polls.csv": POLLS})


def seats(found: Validation) -> SeatResult | str:
    campaign = found.require()
    draws = np.tile([0.53, 0.47], (200, 1))
    return allocate(campaign, ("a", "b"), draws, as_of=date(2025, 2, 1))


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ('office = "question"\nlevel = "national"', "A question is decided, no seats."),
        ('office = "governor"\nlevel = "state"', "A governor is elected, no seats."),
        ('office = "senator"\nlevel = "state"', "one seat, no chamber"),
        ('office = "mayor"\nlevel = "local"', "A mayor is elected, no seats."),
        ('office = "nomination"\nlevel = "party"', "A party chooses its candidate"),
        ('office = "president"', "A president is elected, no seats."),
        ('level = "state"', "size and rule of this state parliament are not given"),
        ('level = "supranational"', "size and rule of this supranational parliament"),
        ("", "whose parliament is elected is not said"),
    ],
)
def test_no_seats_and_why(tmp_path: Path, said: str, why: str) -> None:
    found = seats(check(folder(tmp_path / "a", said)))
    assert isinstance(found, str)
    assert why in found


def test_the_countrys_parliament_where_it_is_meant(tmp_path: Path) -> None:
    found = seats(check(folder(tmp_path / "a", 'level = "national"')))
    assert isinstance(found, SeatResult)
    assert found.total == 630


@pytest.mark.parametrize("rule", ["sainte_lague", "dhondt", "hare", "droop"])
def test_a_chamber_of_its_own(tmp_path: Path, rule: str) -> None:
    chamber = CHAMBER.replace("sainte_lague", rule)
    found = seats(check(folder(tmp_path / "a", 'level = "state"', chamber)))
    assert isinstance(found, SeatResult)
    assert (found.total, found.majority, found.threshold) == (83, 45, 5.0)
    assert (found.draws.sum(axis=1) == 83).all()
    assert "national" not in found.method


@pytest.mark.parametrize(
    ("chamber", "why"),
    [
        ("[chamber]\nseats = 83\n", "how votes become the 83 seats is not said"),
        ('[chamber]\nseats = 83\nrule = "constituencies"\n', "won in constituencies"),
    ],
)
def test_a_chamber_without_a_rule_has_no_seats(tmp_path: Path, chamber: str, why: str) -> None:
    found = seats(check(folder(tmp_path / "a", 'level = "state"', chamber)))
    assert isinstance(found, str)
    assert why in found


@pytest.mark.parametrize(
    ("said", "chamber", "what"),
    [
        ('level = "federal"', "", "level is 'federal'"),
        ('office = "chancellor"', "", "office is 'chancellor'"),
        ('status = "void"', "", "status is 'void'"),
        ("", "[chamber]\nthreshold = 5\n", "seats in chamber is missing"),
        ("", "[chamber]\nseats = 0\n", "seats in chamber must be a whole number"),
        ("", "[chamber]\nseats = 83\nmajority = 40\n", "is not over half"),
        ("", "[chamber]\nseats = 83\nthreshold = 80\n", "over 50 per cent"),
        ("", '[chamber]\nseats = 83\nrule = "fair"\n', "rule in chamber is 'fair'"),
        ('office = "governor"', CHAMBER, "there is a [chamber], but office"),
        ('office = "nomination"\nlevel = "state"', "", "a nomination has level 'party'"),
    ],
)
def test_what_cannot_be(tmp_path: Path, said: str, chamber: str, what: str) -> None:
    found = check(folder(tmp_path / "a", said, chamber))
    assert any(what in p.what for p in found.errors), found.errors


def test_a_folder_is_written_and_read_back(tmp_path: Path) -> None:
    said = 'level = "state"\nstatus = "annulled"'
    campaign = check(folder(tmp_path / "a", said, CHAMBER)).require()
    write_folder(campaign, tmp_path / "b")
    again = check(tmp_path / "b").require()
    assert (again.level, again.status, again.chamber) == ("state", "annulled", campaign.chamber)
    assert again.chamber is not None
    assert load("gb-next").level == "national"


def test_an_older_folder_is_migrated(tmp_path: Path) -> None:
    path = folder(tmp_path / "a", "# mine")
    toml = path / "campaign.toml"
    toml.write_text(toml.read_text().replace("schema_version = 2", "schema_version = 1"))
    assert len(migrate_folder(path, level="state")) == 2
    assert check(path).require().level == "state"
    assert "# mine" in toml.read_text()
    assert migrate_folder(path) == ()
    assert [p.what for p in check(path).warnings] == []
    for wrong in ("county", "natoinal"):
        with pytest.raises(DataError, match="no such level"):
            migrate_folder(path, level=wrong)
    with pytest.raises(DataError, match="cannot be read"):
        migrate_folder(tmp_path / "none")


# ------------------------------------------------------------- undecided people


def undecided(path: Path, head: str, rows: list[str], toml: str = "") -> Validation:
    made = folder(path, f'level = "national"\n{toml}')
    (made / "campaign.toml").write_text(
        (made / "campaign.toml").read_text().replace("complete = true\n", "")
        + '[[contenders]]\nid = "oth"\n'
    )
    (made / "polls.csv").write_text("\n".join([f"end,pollster,sample_size,{head}", *rows]) + "\n")
    return check(made)


DAYS = ["2025-01-03,Sedge,900", "2025-01-09,Rush,1000", "2025-01-20,Sedge,800"]


@pytest.mark.parametrize("column", ["undecided", "don't_know", "would_not_vote", "Nichtwähler"])
def test_a_column_of_undecided(tmp_path: Path, column: str) -> None:
    found = undecided(tmp_path / "a", f"a,b,{column}", [f"{d},40,36,20" for d in DAYS])
    assert found.errors == ()
    polls = found.require().polls
    assert polls["a"].to_list() == [50.0] * 3
    assert polls["b"].to_list() == [45.0] * 3
    assert any("count the undecided in" in p.what for p in found.warnings)


def test_undecided_outside_the_hundred_change_nothing(tmp_path: Path) -> None:
    found = undecided(tmp_path / "a", "a,b,undecided", [f"{d},50,45,20" for d in DAYS])
    assert found.require().polls["a"].to_list() == [50.0] * 3


def test_undecided_in_long_form(tmp_path: Path) -> None:
    rows = [f"{d},{c},{x}" for d in DAYS for c, x in (("a", 40), ("b", 36), ("undecided", 20))]
    found = undecided(tmp_path / "a", "contender,share", rows)
    assert found.errors == ()
    assert found.require().polls["a"].to_list() == [50.0] * 3


@pytest.mark.parametrize("shares", ["45,36,9", "40,32,8", "50,40,10"])
def test_what_is_left_is_undecided_where_it_is_said(tmp_path: Path, shares: str) -> None:
    rows = [f"{d},{shares}" for d in DAYS]
    found = undecided(tmp_path / "a", "a,b,oth", rows, 'rest = "undecided"')
    polls = found.require().polls
    assert polls.select("a", "b", "oth").row(0) == pytest.approx((50.0, 40.0, 10.0))

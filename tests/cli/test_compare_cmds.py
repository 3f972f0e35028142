"""``cn compare``, ``brief``, ``explain`` and ``race`` on invented campaigns."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import comparenotes.race
from comparenotes.campaigns.model import Campaign
from comparenotes.cli import compare_cmds, main, race_cmds
from comparenotes.compare import provider
from comparenotes.errors import NotFoundError
from tests.compare import factory

AS_OF = ("--as-of", "2026-08-20")
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def cn(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Return a runner of the program that knows four invented campaigns, one without a result."""
    known = {c.id: c for c in (factory.home(), factory.away(), factory.away("cc-2024"))}
    unknown = factory.away("dd-2024")
    known["dd-2024"] = replace(unknown, results=unknown.results.clear())

    def load(name: str) -> Campaign:
        if name not in known:
            raise NotFoundError("no such campaign", where=name)
        return known[name]

    for module in (compare_cmds, race_cmds):
        monkeypatch.setattr(module, "open_campaign", load)
    monkeypatch.setattr(comparenotes.race, "analyse", factory.analyse)
    monkeypatch.setattr(provider, "installed", lambda: ["race"])

    def call(*args: str) -> tuple[int, str, str]:
        code = main.run(args)
        out = capfd.readouterr()
        return code, out.out, out.err

    return call


def test_compare_prints_the_findings(cn: Run) -> None:
    code, out, err = cn("compare", "aa-next", "bb-2024", *AS_OF)
    assert (code, err) == (0, "")
    assert "Aland, next election against Bryland 2024" in out
    assert "carries over: partly" in out


def test_compare_json_is_pure(cn: Run) -> None:
    code, out, err = cn("compare", "aa-next", "bb-2024", "cc-2024", *AS_OF, "--json")
    assert (code, err) == (0, "")
    data = json.loads(out)
    assert data["home"] == "aa-next"
    assert data["away"] == ["bb-2024", "cc-2024"]
    assert data["as_of"] == "2026-08-20"
    assert data["findings"][0]["n"] == 1


def test_since(cn: Run) -> None:
    code, out, _ = cn("compare", "aa-next", "bb-2024", *AS_OF, "--since", "2026-05-01")
    assert code == 0
    assert "Since 1 May 2026" in out


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("compare", "aa-next", "nowhere"), "nowhere: no such campaign"),
        (("compare", "aa-next", "aa-next"), "named twice"),
        (("compare", "aa-next", "bb-2024", *AS_OF, "--since", "2026-08-20"), "--since"),
        (("compare", "aa-next"), "Missing argument"),
        (("explain", "aa-next", "bb-2024", "99", *AS_OF), "no finding 99"),
        (("explain", "aa-next", "bb-2024", "0"), "0"),
        (("brief", "aa-next", "bb-2024", "-o", "x.docx"), ".docx"),
        (("brief", "aa-next", "bb-2024", "-o", "/nowhere/at/all/x.html"), "no such folder"),
        (("race", "aa-next", "--plot", "x.gif"), ".gif"),
        (("race", "aa-next", *AS_OF, "--region", "AA-1"), "no region"),
        (("race", "aa-next", *AS_OF, "--since", "2027-01-01"), "not before"),
    ],
)
def test_bad_input_is_one_line_and_exit_2(cn: Run, args: tuple[str, ...], told: str) -> None:
    code, out, err = cn(*args)
    assert code == 2
    assert out == ""
    assert told in err
    assert err.count("\n") == 1


def test_explain(cn: Run) -> None:
    code, out, _ = cn("explain", "aa-next", "bb-2024", "2", *AS_OF)
    assert code == 0
    assert "Formula:" in out
    code, out, _ = cn("explain", "aa-next", "bb-2024", "2", *AS_OF, "--json")
    data = json.loads(out)
    assert data["n"] == 2
    assert data["rows"]
    assert data["formula"]


@pytest.mark.parametrize(
    ("name", "start"), [("b.html", "<!DOCTYPE html>"), ("b.md", "# "), ("b.json", "{")]
)
def test_brief_writes_a_file(cn: Run, tmp_path: Path, name: str, start: str) -> None:
    code, out, err = cn("brief", "aa-next", "bb-2024", *AS_OF, "-o", str(tmp_path / name))
    assert (code, out) == (0, "")
    assert "wrote" in err
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(start)


def test_a_pdf_without_a_browser_says_what_to_do(
    cn: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comparenotes.brief.pdf.BROWSERS", ("no-such-browser",))
    code, out, err = cn("brief", "aa-next", "bb-2024", *AS_OF, "-o", str(tmp_path / "b.pdf"))
    assert (code, out) == (2, "")
    assert "print it from any browser" in " ".join(err.split())
    assert not (tmp_path / "b.pdf").exists()


def test_race(cn: Run) -> None:
    code, out, err = cn("race", "aa-next", *AS_OF, "--event", "2026-06-01")
    assert (code, err) == (0, "")
    assert "In the polls Lilac led Ochre" in out
    assert "among voters" in out
    assert "Same firms before and after" in out


def test_race_json(cn: Run) -> None:
    code, out, _ = cn("race", "aa-next", *AS_OF, "--json", "--since", "2026-05-01")
    data = json.loads(out)
    assert code == 0
    assert {"campaign", "as_of", "average", "lead", "lead_changes", "forecast"} <= set(data)
    assert data["since"]["as_of"] == "2026-05-01"


def test_a_finished_race_is_shown_on_its_eve_with_the_result(cn: Run) -> None:
    code, out, _ = cn("race", "bb-2024", "--json")
    data = json.loads(out)
    assert code == 0
    assert data["as_of"] == "2024-11-02"
    assert {r["contender"] for r in data["result"]} == {"crimson", "indigo"}
    _, before, _ = cn("race", "bb-2024", "--as-of", "2024-10-01", "--json")
    assert json.loads(before)["result"] is None


def test_a_plot_is_written(cn: Run, tmp_path: Path) -> None:
    code, _, err = cn("race", "aa-next", *AS_OF, "--plot", str(tmp_path / "race.svg"))
    assert code == 0
    assert "wrote" in err
    assert "Aland" in (tmp_path / "race.svg").read_text(encoding="utf-8")


def test_a_region_is_read_from_its_own_polls() -> None:
    import polars as pl

    c = factory.home()
    c = type(c)(**{**vars(c), "polls": c.polls.with_columns(pl.lit("AA-1").alias("region"))})
    own = race_cmds._regional(c, "AA-1")
    assert own.polls["region"].null_count() == own.polls.height == c.polls.height
    assert own.history.is_empty()
    race = factory.analyse(own, as_of=date(2026, 8, 20))
    assert race.polls_used > 0


PAST = "Polling day is past and the result is not in the data"


def test_a_race_that_is_over_without_a_result_says_so(cn: Run) -> None:
    code, out, _ = cn("race", "dd-2024", *AS_OF)
    assert code == 0
    assert PAST in " ".join(out.split())
    assert json.loads(cn("race", "dd-2024", *AS_OF, "--json")[1])["warnings"][0].startswith(PAST)
    before = factory.away().election_date.isoformat()
    assert PAST not in cn("race", "dd-2024", "--as-of", before)[1]
    assert json.loads(cn("race", "bb-2024", *AS_OF, "--json")[1])["warnings"] == []


def test_a_comparison_with_it_says_so(cn: Run, tmp_path: Path) -> None:
    out = " ".join(cn("compare", "aa-next", "bb-2024", "dd-2024", *AS_OF)[1].split())
    assert f"{PAST}: " in out
    with_result = out.partition("the result beside it: ")[2].partition(".")[0]
    assert with_result.count("2024") == 2, "its name and its polling day"
    file = tmp_path / "b.html"
    assert cn("brief", "aa-next", "dd-2024", *AS_OF, "-o", str(file))[0] == 0
    assert PAST in file.read_text(encoding="utf-8")

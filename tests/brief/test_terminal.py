"""Terminal output: snapshots, width, and control characters in names."""

from __future__ import annotations

import io
from datetime import date

from rich.console import Console

from comparenotes.brief import race_layout, terminal
from comparenotes.brief.race_layout import Asked
from comparenotes.compare import Comparison
from tests.brief.conftest import AS_OF, run
from tests.brief.hostile import poison
from tests.brief.snapshots import check
from tests.compare import factory


def console(width: int = 90) -> Console:
    return Console(file=io.StringIO(), width=width, markup=False, emoji=False, highlight=False)


def printed(c: Console) -> str:
    text = c.file.getvalue()  # type: ignore[attr-defined]
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())


def test_comparison(one: Comparison) -> None:
    out = console()
    terminal.render(out, one)
    check("one.txt", printed(out))


def test_several(three: Comparison) -> None:
    out = console()
    terminal.render(out, three)
    check("three.txt", printed(out))


def test_explain(one: Comparison) -> None:
    out = console()
    terminal.explain(out, one, one.findings[1])
    text = printed(out)
    check("explain.txt", text)
    for part in ("Formula:", "Limits:", "What would change this:", "Sources:", "Rows"):
        assert part in text


def test_nothing_to_say(empty: Comparison) -> None:
    out = console()
    terminal.render(out, empty)
    assert "Not computed" in printed(out)


def race_on(out: Console, asked: Asked) -> None:
    terminal.write(out, race_layout.document(asked), eyebrow=True)


def test_race() -> None:
    home = factory.home()
    race = factory.analyse(home, as_of=AS_OF, event=date(2026, 6, 1))
    before = factory.analyse(home, as_of=date(2026, 5, 1))
    out = console()
    race_on(out, Asked(race, before=before))
    check("race.txt", printed(out))


def test_race_over_shows_the_result_beside_it() -> None:
    away = factory.away()
    race = factory.analyse(away, as_of=date(2024, 11, 2))
    out = console()
    race_on(out, Asked(race, {"crimson": 47.5, "indigo": 50.5}))
    text = printed(out)
    assert "Result" in text
    assert "50.5" in text
    # A day before the vote nobody is still ahead 21 days on.
    assert "21 days on" not in text


def test_polls_and_voters_are_told_apart() -> None:
    race = factory.analyse(factory.home(), as_of=AS_OF)
    sentence = race_layout.lead_sentence(race)
    assert "in the polls," in sentence
    assert "among voters" in sentence


def test_lines_fit_the_terminal(one: Comparison) -> None:
    for width in (60, 90, 200):
        out = console(width)
        terminal.render(out, one)
        assert max(len(line) for line in printed(out).splitlines()) <= min(width, 100)


def test_control_characters_do_not_reach_the_terminal() -> None:
    home = poison(factory.home())
    out = console()
    c = run(home, poison(factory.away()))
    terminal.render(out, c)
    terminal.explain(out, c, c.findings[0])
    race_on(out, Asked(factory.analyse(home, as_of=AS_OF, event=date(2026, 6, 1))))
    text = printed(out)
    assert "\x1b" not in text
    assert "\x07" not in text

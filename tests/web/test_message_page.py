"""The message explorer with the user's own texts: quotes and contrast words, inert and counted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from comparenotes.cli.serve_cmds import serve
from comparenotes.errors import CompareNotesError
from comparenotes.web.render import environment
from tests.web.reading import strangers
from tests.web.served import Server, serving

PAGE = "/message/us-2012?as_of=2012-11-05"
SAID = {
    "dem": "We built 318 wind farms. Immigrants & <img src=x onerror=alert(1)> their children work "
    "hard in every town. We mend bridges, and bridges bring towns together.",
    "rep": "They let 4,711 illegal immigrants over the border and asylum seekers stay. We "
    "will lower tariffs, and tariffs are what towns pay for. Business "
    "comes first with us, and business knows it.",
}


def write(path: Path, said: dict[str, str], date: str = "2012-09-03") -> None:
    rows = ["contender,date,text"]
    for i in range(24):
        for who, text in said.items():
            rows.append(f'{who},{date},"{text} This is stop number {i}."')
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


@pytest.fixture
def talking(tmp_path: Path) -> Iterator[tuple[Server, Path]]:
    path = tmp_path / "said.csv"
    write(path, SAID)
    with serving(tmp_path / "w", texts=(("us-2012", path),)) as s:
        yield s, path


def test_quotes_and_contrast_words_in_context(talking: tuple[Server, Path]) -> None:
    server, path = talking
    page, twin = server.get(PAGE), server.get(PAGE.replace("?", ".json?")).json()
    assert page.status == 200
    words = {(x["contender"], x["term"]): x for x in twin["contrast"]}
    assert ("dem", "bridges") in words
    assert words["dem", "bridges"]["others"] == 0
    assert ("rep", "tariffs") in words or ("rep", "business") in words
    for x in twin["contrast"]:
        assert x["file"] == "said.csv"
        assert x["text"] in page.text.replace("&#39;", "'").replace("&amp;", "&")
    assert {q["contender"] for q in twin["quotes"]} == {"dem", "rep"}
    assert strangers(page.text, twin) == []
    assert "<img" not in page.text
    # written anew, the file is read anew
    write(path, {w: t.replace("bridges", "tunnels") for w, t in SAID.items()})
    assert "tunnels" in server.get(PAGE).text
    assert "bridges" not in server.get(PAGE).text


def test_texts_reach_the_comparison_and_its_brief(talking: tuple[Server, Path]) -> None:
    server, _ = talking
    query = "home=us-2012&away=gb-2010&as_of=2012-11-05"
    brief, twin = server.get(f"/brief?{query}"), server.get(f"/brief.json?{query}").json()
    assert "In their words: United States 2012" in brief.text
    assert "<img" not in brief.text
    assert strangers(brief.text, twin) == []
    assert len(twin["behind"]["message"]["us-2012"]["quotes"]) >= 2


def test_nothing_is_quoted_of_later_texts(tmp_path: Path) -> None:
    path = tmp_path / "said.csv"
    write(path, SAID, "2012-10-20")
    with serving(tmp_path / "w", texts=(("us-2012", path),)) as s:
        r = s.get("/message/us-2012?as_of=2012-10-01")
        assert r.status == 404
        assert "bridges" not in r.text


def test_without_texts_the_page_says_how_to_give_them(server: Server) -> None:
    text = server.get(PAGE).text
    assert re.search(r"cn serve --texts us-2012=\w+", text)
    assert "in their words" not in text


@pytest.mark.parametrize("item", ["us-2012", "=x.csv", "us-2012=", "us-2012=/no/such.csv"])
def test_a_wrong_option_is_told(item: str) -> None:
    result = CliRunner().invoke(serve, ["--texts", item, "--port", "0"])
    assert isinstance(result.exception, CompareNotesError)
    assert "--texts" in (result.exception.where or "")


def test_a_campaign_without_texts_says_how_to_give_them_to_the_page(server: Server) -> None:
    r = server.get("/message/de-2021")
    assert r.status == 404
    assert "there are no texts of it yet" in r.text
    assert "cn serve --texts de-2021=FILE" in r.text


def test_an_end_close_to_nothing_keeps_its_side(server: Server) -> None:
    # "(0.0 to +2.4): spoke more of it" would look like a mistake
    for told, x in (("+0.01", 0.012), ("−0.04", -0.04), ("0.0", 0.0), ("+0.1", 0.06)):
        assert environment().filters["near"](x) == told
    for end in re.findall(r"points \(([^ ]+) to [^)]+\): \w+ spoke more", server.get(PAGE).text):
        assert end.strip("+−") != "0.0"


def test_what_is_too_few_is_said_and_not_drawn(server: Server) -> None:
    page = server.get("/message/gb-1997?as_of=1997-04-30")
    twin = server.get("/message/gb-1997.json?as_of=1997-04-30").json()
    few = [x for x in twin["issues"] if x["reason"]]
    assert few
    for x in few:
        assert x["lo90"] is None
        assert f"{x['hits']} coded so: too few to say" in page.text
    assert "Per cent of sentences over time (manifestos), by election" in page.text
    assert "Topics coded by hand, without a coder" in page.text
    assert twin["over_time"]["by"] == "election"
    assert all(p["from"] <= "1997-05-01" for p in twin["over_time"]["points"])
    assert strangers(page.text, twin) == []

"""What is wrong with campaign.toml and the smaller tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.campaigns.folders import FENLAND, check, make, only

TOML = FENLAND["campaign.toml"]


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


@pytest.mark.parametrize(
    ("old", "new", "code", "what", "hint"),
    [
        ("schema_version = 1", "schema_version = 3", "schema_version", "newer than", "update"),
        ('country = "XF"', 'country = "xf"', "country", "country is 'xf'", "write 'XF'"),
        ('country = "XF"', 'country = "Fenland"', "country", "is 'Fenland'", "two letters"),
        ('country = "XF"', 'country = "UK"', "country", "is 'UK'", "'GB'"),
        ('system = "pr"', 'system = "ftpt"', "word", "system is 'ftpt'", "did you mean 'fptp'?"),
        ('system = "pr"', 'system = "lottery"', "word", "'lottery'", "one of: fptp, pr"),
        ('system = "pr"', "system = 3", "type", "system must be text, not a number", "quote"),
        ("2025-09-07", '"September"', "date", "is not a date: 'September'", "YYYY-MM-DD"),
        ("2025-09-07", "2025-09-07T10:00:00", "date", "not a date", None),
        ("2025-09-07", "9999-12-31", "date", "year outside", None),
        ('title = "Fenland 2025"', 'titel = "x"', "key", "unknown key 'titel'", "'title'"),
        ('id = "fenland-2025"', 'id = "Fen Land"', "id", "id is 'Fen Land'", "lower-case"),
        ('id = "otter"', 'id = "region"', "id", "the name of a column", "another"),
        ('id = "newt"', 'id = "heron"', "duplicate", "'heron' appears twice", None),
        ('family = "conservative"', 'family = "tory"', "word", "family in [[contenders]] number 2",
         "one of:"),
        ('parties = ["heron"]', 'parties = ["heran"]', "contender", "'heran' in parties",
         "did you mean 'heron'?"),
        ('parties = ["heron"]', 'parties = "heron"', "type", "list of texts", None),
        ("term = 1", "term = 0", "number", "from 1 to 50", None),
        ("term = 1", "term = true", "number", "from 1 to 50", None),
        ("since = 2021-10-01", "since = 2026-10-01", "dates", "not before the election", None),
        ("since = 2024-11-02", "from = 2024-11-02", "missing", "number 1 is missing", None),
        ("weight = 0.4", "weight = -0.4", "number", "zero or more", None),
        ("weight = 0.4", "weight = nan", "number", "zero or more", None),
        ('id = "XF-S"', 'id = "XF-N"', "duplicate", "'XF-N' appears twice", None),
        ("since = 2023-01-01", "since = 2023-01-01\nuntil = 2022-01-01", "dates", "not after",
         None),
        ('name = "South"', 'name = "a\\u001bb"', "text", "control character", None),
    ],
)  # fmt: skip
def test_an_error_in_the_toml_has_its_line(
    tmp_path: Path, old: str, new: str, code: str, what: str, hint: str | None
) -> None:
    text = TOML.replace(old, new, 1)
    found = check(make(tmp_path / "a", campaign=text, polls=None, events=None, history=None,
                       notes="date,author,text\n2025-01-01,A,B\n"))  # fmt: skip
    problems = [p for p in found.errors if p.code == code]
    assert problems, [p.one_line() for p in found.problems]
    assert what in problems[0].what
    assert problems[0].file == "campaign.toml"
    if hint:
        assert hint in (problems[0].hint or "")
    if new and code not in ("missing", "dates", "duplicate"):
        assert problems[0].line == line_of(text, new)


@pytest.mark.parametrize("key", ["schema_version", "id", "country", "title", "election_date"])
def test_required_keys(tmp_path: Path, key: str) -> None:
    text = "".join(x for x in TOML.splitlines(keepends=True) if not x.startswith(f"{key} = "))
    if key == "id":
        text = TOML.replace('id = "fenland-2025"\n', "")
    assert any(
        p.code == "missing" and p.what.startswith(f"{key} is missing")
        for p in check(make(tmp_path / "a", campaign=text)).errors
    )


def test_no_contenders(tmp_path: Path) -> None:
    text = TOML[: TOML.index("[[contenders]]")]
    assert any(
        "no [[contenders]]" in p.what for p in check(make(tmp_path / "a", campaign=text)).errors
    )


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("a = [1, 2", "is not TOML"),
        ("a = " + "[" * 4_000, "is not TOML|too deep"),
        ("a = 1\nb = \x00", "NUL"),
        ("a = " + "9" * 4_900, "too long"),
        ("a" + ".a" * 5_000 + " = 1", "characters long"),
        ('a = "' + "x\\u0000" * 400 + '"', "unknown key"),
        ("contenders = 3", r"written as \[\[contenders\]\]"),
        ("government = 3", r"written as \[government\]"),
        ("[[contenders]]\nid = 3", "must be text"),
        ("[[contenders]]\nchanges = [3]", r"\[\[contenders.changes\]\]"),
    ],
)
def test_broken_toml(tmp_path: Path, text: str, what: str) -> None:
    import re

    found = check(make(tmp_path / "a", campaign=text))
    assert found.campaign is None
    assert any(re.search(what, p.what) for p in found.errors), [p.what for p in found.errors]


def test_the_line_of_a_later_contenders_change(tmp_path: Path) -> None:
    text = TOML.replace(
        'role = "government"\n',
        'role = "government"\n[[contenders.changes]]\nsince = 2025-01-01\nname = "A"\n',
    ).replace(
        "since = 2023-01-01\n",
        "since = 2023-01-01\n[[contenders.changes]]\nsince = 2025-01-01\nname = 7\n",
    )
    problem = only(check(make(tmp_path / "a", campaign=text)), "type")
    assert problem.line == line_of(text, "name = 7")


def test_weights_for_all_regions_or_none(tmp_path: Path) -> None:
    found = check(make(tmp_path / "a", campaign=TOML.replace("weight = 0.4\n", "")))
    assert only(found, "weight").what == "region 'XF-N' has no weight, others have"
    district = TOML.replace("[[sources]]", '[[regions]]\nid = "XF-S-1"\n[[sources]]')
    assert check(make(tmp_path / "b", campaign=district)).problems == ()


def test_roles_and_government_must_agree(tmp_path: Path) -> None:
    text = TOML.replace('role = "opposition"', 'role = "government"', 1)
    problem = only(check(make(tmp_path / "a", campaign=text)), "role")
    assert "'otter'" in problem.what
    assert problem.level == "warning"


@pytest.mark.parametrize(
    ("table", "text", "line", "code", "what"),
    [
        ("history", "date,contender,share\n2021-09-05,hern,46\n", 2, "contender", "'hern'"),
        ("history", "date,contender,share\n2025-09-07,heron,46\n", 2, "dates", "not before"),
        ("history", "date,contender,share\n,heron,46\n", 2, "missing", "date is missing"),
        ("history", "date,contender,share\n2021-09-05,heron,350\n", 2, "share", "not between"),
        ("history", "date,contender,share\n2021-09-05,heron,.4\n2021-09-05,otter,.5\n", 2,
         "fraction", "fractions"),
        ("history", "date,contender,share\n2021-09-05,heron,70\n2021-09-05,otter,70\n", 2,
         "total", "total 140.0"),
        ("history", "date,contender,share\n2021-09-05,heron,46\n2021-09-05,heron,47\n", 3,
         "duplicate", "line 2"),
        ("history", "date,contender,seats\n2021-09-05,heron,-3\n", 2, "number", "negative"),
        ("history", "contender,share\nheron,46\n", 1, "column", "'date' is missing"),
        ("history", "date,region,contender,share\n2021-09-05,XX,heron,4\n", 2, "region", "'XX'"),
        ("results", "contender,share\nheron,46\n", None, "dates", "election is on 2025-09-07"),
        ("events", "date,title,kind\n2025-01-01,T,debat\n", 2, "word", "'debat'"),
        ("events", "date,title\n2025-01-01,\n", 2, "missing", "title is missing"),
        ("events", "date,title\n2125-01-01,T\n", 2, "cell", "year outside"),
        ("events", "date,title\n2075-01-01,T\n", 2, "dates", "far in the future"),
        ("record", "date,what,amount\n2025-01-01,Road,\"1,234\"\n", 2, "cell", "two ways"),
        ("record", "date;what;amount\n2025-01-01;A;1,5\n2025-01-01;B;1.234\n", 3, "cell",
         "two ways"),
        ("series", "date,name,value\n2026-01-01,x,3\n", 2, "dates", "future"),
        ("series", "date,name,value\n2025-01-01,x,\n", 2, "missing", "value is missing"),
        ("notes", "date,author,text,colour\n2025-01-01,A,B,C\n", 1, "column", "'colour'"),
    ],
)  # fmt: skip
def test_errors_in_the_other_tables(
    tmp_path: Path, table: str, text: str, line: int | None, code: str, what: str
) -> None:
    found = check(make(tmp_path / "a", **{table: text}))
    problem = only(found, code)
    assert (problem.level, problem.file, problem.line) == ("error", f"{table}.csv", line)
    assert what in problem.what


def test_duplicates_in_tables_are_dropped_but_payments_are_not(tmp_path: Path) -> None:
    row = "2025-01-01,Same,campaign\n"
    paid = "2025-01-01,Road,5\n"
    found = check(
        make(
            tmp_path / "a",
            events="date,title,kind\n" + row + row,
            record="date,what,amount\n" + paid + paid,
        )
    )
    assert found.campaign is not None
    assert found.campaign.events.height == 1
    assert found.campaign.record.height == 2
    assert [p.file for p in found.warnings if p.code == "duplicate"] == ["events.csv", "record.csv"]
    assert [(x.why, x.count) for x in found.left_out] == [
        ("events.csv: exact duplicate of another row", 1)
    ]


def test_confidence_is_a_known_word(tmp_path: Path) -> None:
    notes = "date,author,text,confidence\n2025-01-01,A,B,huge\n"
    assert only(check(make(tmp_path / "a", notes=notes)), "word").hint == "low, medium or high"

"""What every importer keeps, whoever wrote it: found through the registry."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lab.importers import ONE_OFF, importer
from polars.testing import assert_frame_equal

from comparenotes.campaigns.importers import IMPORTERS, Imported, Importer, detect, get_importer
from comparenotes.campaigns.importers.reading import read_rows, read_text
from comparenotes.campaigns.model import POLL_COLUMNS, LeftOut, empty
from comparenotes.errors import DataError, NotFoundError

from .fixtures import FIXTURES

names = pytest.mark.parametrize("name", [*IMPORTERS, *ONE_OFF])
FUZZ = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def save(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / FIXTURES[name].file_name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def check(imported: Imported) -> None:
    """Assert what holds of every import."""
    assert sum(x.count for x in imported.account) == imported.rows
    assert imported.polls.columns[: len(POLL_COLUMNS)] == list(POLL_COLUMNS)
    for code in imported.codes:
        shares = imported.polls[code].drop_nulls()
        assert shares.is_finite().all()
        assert ((shares >= 0) & (shares <= 100)).all()
    polls = imported.polls
    assert polls["end"].null_count() == 0
    assert polls.filter(pl.col("start") > pl.col("end")).is_empty()
    assert polls.filter(pl.col("published") < pl.col("end")).is_empty()
    assert polls.filter(pl.col("sample_size") < 0).is_empty()
    years = polls["end"].dt.year()
    assert ((years >= 1900) & (years <= 2100)).all()


def read_or_refuse(importer: Importer, path: Path) -> Imported | None:
    """Read: either a sound import or a DataError of one line; anything else fails the test."""
    try:
        imported = importer.read(path)
    except DataError as error:
        message = str(error)
    else:
        check(imported)
        return imported
    assert message
    assert "\n" not in message
    return None


def test_every_importer_has_a_fixture() -> None:
    assert set(FIXTURES) == set(IMPORTERS) | set(ONE_OFF)
    assert not set(IMPORTERS) & set(ONE_OFF)


@names
def test_is_an_importer(name: str) -> None:
    one = importer(name)
    assert isinstance(one, Importer)
    assert one.name == name
    assert one.description
    assert one.licence_note
    assert all(s.startswith(".") and s == s.lower() for s in one.suffixes)


@names
def test_reads_its_fixture_and_accounts_for_every_row(name: str, tmp_path: Path) -> None:
    fixture = FIXTURES[name]
    imported = importer(name).read(save(tmp_path, name, fixture.text))
    check(imported)
    assert imported.polls.height == fixture.polls
    assert imported.rows == fixture.rows
    if fixture.polls:
        assert imported.polls["source"].unique().to_list() == [name]
        assert imported.polls["pollster"].is_in(["Example Research"]).any()


@pytest.mark.parametrize("name", list(IMPORTERS))
def test_detect_tells_the_kinds_apart(name: str, tmp_path: Path) -> None:
    assert detect(save(tmp_path, name, FIXTURES[name].text)) == name


@names
def test_reading_twice_gives_the_same(name: str, tmp_path: Path) -> None:
    path = save(tmp_path, name, FIXTURES[name].text)
    first, second = importer(name).read(path), importer(name).read(path)
    for table in ("polls", "results", "events"):
        assert_frame_equal(getattr(first, table), getattr(second, table))
    assert first.account == second.account


@names
def test_the_order_of_records_does_not_matter(name: str, tmp_path: Path) -> None:
    fixture = FIXTURES[name]
    if fixture.reorder is None:
        pytest.skip("the order of lines carries meaning in this format")
    one = importer(name)
    first = one.read(save(tmp_path, name, fixture.text))
    reordered = fixture.reorder(fixture.text)
    assert reordered != fixture.text
    second = one.read(save(tmp_path, name, reordered))
    for table in ("polls", "results", "events"):
        one, other = getattr(first, table), getattr(second, table)
        columns = sorted(one.columns)
        assert_frame_equal(one.select(columns).sort(columns), other.select(columns).sort(columns))
    assert first.account == second.account


@names
def test_gzip_reads_the_same(name: str, tmp_path: Path) -> None:
    one = importer(name)
    plain = one.read(save(tmp_path, name, FIXTURES[name].text))
    packed = one.read(save(tmp_path, name, gzip.compress(FIXTURES[name].text.encode())))
    assert_frame_equal(plain.polls, packed.polls)


@names
def test_byte_order_mark_is_dropped(name: str, tmp_path: Path) -> None:
    one = importer(name)
    marked = one.read(save(tmp_path, name, b"\xef\xbb\xbf" + FIXTURES[name].text.encode()))
    assert marked.polls.height == FIXTURES[name].polls


@names
def test_html_in_a_pollsters_name_stays_text(name: str, tmp_path: Path) -> None:
    fixture = FIXTURES[name]
    if not fixture.polls:
        pytest.skip("no polls in this format")
    hostile = "<img src=x onerror=alert(1)> <b>Firm"
    imported = importer(name).read(save(tmp_path, name, fixture.make(hostile)))
    check(imported)
    assert imported.polls.height == fixture.polls
    assert hostile in imported.polls["pollster"].to_list()


@names
@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"\0" * 100, "NUL"),
        (b"x" * 2_000_000, "line of"),
        (b"a,b\n\xff\xfe,1\n", "UTF-8"),
        (b"\x1f\x8b\x08\x00garbage", "gzip"),
    ],
    ids=["nul", "long line", "latin-1", "gzip"],
)
def test_broken_files_are_refused(name: str, content: bytes, what: str, tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        importer(name).read(save(tmp_path, name, content))
    assert what in str(caught.value)


@names
def test_an_empty_file_gives_no_polls(name: str, tmp_path: Path) -> None:
    imported = read_or_refuse(importer(name), save(tmp_path, name, b""))
    assert imported is None or imported.polls.is_empty()


@names
def test_wrong_encoding_names_the_byte(name: str, tmp_path: Path) -> None:
    text = FIXTURES[name].make("Exämple")
    broken = text.encode("latin-1", errors="replace")
    with pytest.raises(DataError, match=r"byte \d+"):
        importer(name).read(save(tmp_path, name, broken))


@names
def test_missing_file_and_folder_are_refused(name: str, tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(DataError):
            importer(name).read(path)


@names
def test_unknown_option_is_refused(name: str, tmp_path: Path) -> None:
    path = save(tmp_path, name, FIXTURES[name].text)
    with pytest.raises(DataError, match="unknown option"):
        importer(name).read(path, no_such_option=1)


@names
@FUZZ
@given(data=st.binary(max_size=300))
def test_random_bytes_never_crash(name: str, data: bytes, tmp_path: Path) -> None:
    one = importer(name)
    assert one.sniff(data) in (True, False)
    read_or_refuse(one, save(tmp_path, name, data))


@names
@FUZZ
@given(cut=st.floats(0, 1))
def test_cut_files_never_crash(name: str, cut: float, tmp_path: Path) -> None:
    data = FIXTURES[name].text.encode()
    read_or_refuse(importer(name), save(tmp_path, name, data[: int(cut * len(data))]))


JUNK = st.text(max_size=8) | st.sampled_from(
    ["NA", "-1", "101", "1e9", "nan", "inf", "2031-13-40", '"', ",", "\r", "0", "⅓", "１２"]
)


@names
@FUZZ
@given(
    edits=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 6), JUNK), min_size=1, max_size=4)
)
def test_edited_files_never_crash(name: str, edits: list[Any], tmp_path: Path) -> None:
    text = FIXTURES[name].text
    for at, length, junk in edits:
        i = int(at * len(text))
        text = text[:i] + junk + text[i + length :]
    data = text.encode("utf-8", errors="replace")
    read_or_refuse(importer(name), save(tmp_path, name, data))


# --------------------------------------------------------- the protocol itself


def test_an_account_that_does_not_add_up_is_refused() -> None:
    with pytest.raises(ValueError, match="add up"):
        Imported(polls=empty(POLL_COLUMNS), rows=3, used={"poll": 1}, left_out=(LeftOut("x", 1),))
    with pytest.raises(ValueError, match="unknown use"):
        Imported(polls=empty(POLL_COLUMNS), rows=1, used={"joke": 1})
    with pytest.raises(ValueError, match="column 'end'"):
        Imported(polls=empty(POLL_COLUMNS).drop("end"), rows=0, used={})


def test_unknown_importer_suggests_the_nearest() -> None:
    with pytest.raises(NotFoundError, match="swedishpolls"):
        get_importer("swedishpoll")


def test_a_file_of_no_known_kind(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(DataError, match="no known kind"):
        detect(path)


def test_limits_of_size_hold_after_unpacking(tmp_path: Path) -> None:
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(gzip.compress(b"0\n" * 2_000_000))
    assert path.stat().st_size < 20_000
    with pytest.raises(DataError, match="larger than"):
        read_text(path, max_bytes=1_000_000)
    assert len(read_text(path)) == 4_000_000


def test_a_table_of_too_many_cells_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b\n" + "1,2\n" * 20)
    assert len(read_rows(path)) == 20
    monkeypatch.setattr("comparenotes.campaigns.importers.reading.MAX_CELLS", 30)
    with pytest.raises(DataError, match=r"x.csv:16: more than 30 cells"):
        read_rows(path)


@FUZZ
@given(text=st.text(alphabet=st.characters(exclude_characters="\0", codec="utf-8")))
def test_read_text_gives_back_what_was_written(text: str, tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert read_text(path) == text

"""Columns of pages from anywhere: names in any script, pictures, numbers that are no shares."""

from __future__ import annotations

from pathlib import Path

import pytest

from comparenotes.campaigns.importers.wikipedia import IMPORTER

from .pages import DAYS, cells, page, polls, read, table


@pytest.mark.parametrize(
    ("names", "codes"),
    [
        (("A", "Å", "O", "Ø", "Æ"), ("a", "aa", "o", "oe", "ae")),
        (("Герб", "Съюз", "Промяна", "Ред", "ДА"), None),
        (("+Rede", "Fratelli d'Erba", "İYİ", "L/NP", "Grüne"), None),
    ],
)
def test_a_name_in_any_script_has_a_column(
    tmp_path: Path, names: tuple[str, ...], codes: tuple[str, ...] | None
) -> None:
    found = read(tmp_path, page("2031", table(names, polls(["30", "25", "20", "15", "10"]))))
    assert len(found.codes) == 5
    assert all(c.isascii() and c for c in found.codes)
    assert codes is None or found.codes == codes
    assert found.polls.select(found.codes).row(0) == (30.0, 25.0, 20.0, 15.0, 10.0)
    assert [found.labels.get(c, c) for c in found.codes] == list(names)


@pytest.mark.parametrize("name", ["Resp.", "Response rate", "Svarprosent", "Total", "Turnout"])
def test_a_column_known_to_be_no_share_is_set_aside(tmp_path: Path, name: str) -> None:
    rows = [[*r[:3], rate, *r[3:]] for r, rate in zip(
        polls(["40", "35", "25"]), ("61", "2", "1.5", "70", "3"), strict=True
    )]  # fmt: skip
    found = read(tmp_path, page("2031", table([name, "Ash", "Elm", "Fir"], rows)))
    assert found.codes == ("ash", "elm", "fir")
    assert found.polls.height == 5


@pytest.mark.parametrize(("name", "value"), [("Nærvær", "62"), ("Zzz", "97"), ("Certain", "45")])
def test_a_column_without_which_rows_add_up_is_set_aside(
    tmp_path: Path, name: str, value: str
) -> None:
    rows = polls([value, "40", "35", "25"])
    found = read(tmp_path, page("2031", table([name, "Ash", "Elm", "Fir"], rows)))
    assert found.codes == ("ash", "elm", "fir")
    assert any(name in note for note in found.notes)


PICTURES = [
    '<th><a href="/wiki/Ash" title="Ash Party"><img alt="Ash" src="a.png"/></a></th>',
    '<th><a href="/wiki/Elm" title="Elm Union (Marshland)"><img src="b.svg"/></a></th>',
    '<th><img src="/upload/Fir_logo_2019.svg"/></th>',
]


@pytest.mark.parametrize("under", ["", "<th></th>"])
def test_pictures_for_headers(tmp_path: Path, under: str) -> None:
    names = cells(["Polling firm", "Fieldwork date", "Sample size", *PICTURES], "th")
    above = names + (f"<tr>{under * 6}</tr>" if under else "")
    rows = polls(["41.5<br/><small>97</small>", "35 <small>80</small>", "23.5"])
    found = read(tmp_path, page("2031", table([], rows, above=above)))
    assert found.codes == ("ash", "elm_union", "fir")
    assert found.polls.select(found.codes).row(0) == (41.5, 35.0, 23.5)


@pytest.mark.parametrize(
    ("group", "aside"),
    [("Primary vote", "2PP vote"), ("First preferences", "TPP"), ("First round", "Second round")],
)
def test_a_second_group_of_the_same_parties_is_set_aside(
    tmp_path: Path, group: str, aside: str
) -> None:
    above = cells(
        [
            *(f'<th rowspan="2">{x}</th>' for x in ("Firm", "Date", "Sample")),
            f'<th colspan="3">{group}</th>',
            f'<th colspan="2">{aside}</th>',
        ]
    ) + cells(["Ash", "Elm", "Others", "Ash", "Elm"], "th")
    found = read(
        tmp_path, page("2031", table([], polls(["40", "35", "25", "53", "47"]), above=above))
    )
    assert found.codes == ("ash", "elm", "oth")
    assert found.labels.get("ash") == "Ash"
    assert found.polls["ash"].to_list() == [40.0] * 5
    assert any(aside in note for note in found.notes)


@pytest.mark.parametrize(
    ("span", "width"), [("2;", 2), (" 2 ", 2), ("+2", 2), ("2.7", 2), ("x", 1), ("-1", 1), ("0", 1)]
)
def test_a_span_is_the_digits_it_begins_with(tmp_path: Path, span: str, width: int) -> None:
    rest = ["16", "10"] if width == 1 else ["10"]
    rows = [["Sedge", DAYS[0], "900", "32", "28", f'<td colspan="{span}">14</td>', *rest]]
    rows += polls(["32", "28", "16", "14", "10"], DAYS[1:])
    found = read(tmp_path, page("2031", table(["Ash", "Elm", "Fir", "Oak", "Others"], rows)))
    first = found.polls.filter(found.polls["sample_size"] == 900).row(0, named=True)
    assert first["oth"] == 10.0
    assert (first["fir"], first["oak"]) == ((None, None) if width == 2 else (14.0, 16.0))


def test_a_rowspan_of_nothing_reaches_to_the_end_of_its_part(tmp_path: Path) -> None:
    rows = polls(["40", "35", "25"])
    rows[1] = [*rows[1][:5], '<td rowspan="0">–</td>']
    rows[2:] = [r[:5] for r in rows[2:]]
    found = read(tmp_path, page("2031", table(["Ash", "Elm", "Fir"], rows)))
    assert found.polls["fir"].to_list().count(None) == 4


HIDDEN = [
    '<td><span style="display:none">0410</span>41</td>',
    '<td><span class="sortkey">99 </span>41</td>',
    '<td><span hidden>7</span>41<sup style="visibility: hidden">2</sup></td>',
]


@pytest.mark.parametrize("cell", HIDDEN)
def test_hidden_text_is_not_read(tmp_path: Path, cell: str) -> None:
    found = read(tmp_path, page("2031", table(["Ash", "Elm"], polls([cell, "38"]))))
    assert found.polls["ash"].to_list() == [41.0] * 5


@pytest.mark.parametrize(
    ("text", "value"), [("31,5 %", 31.5), ("31,50", 31.5), ("31,4–31,6", 31.5)]
)
def test_a_decimal_comma_is_one(tmp_path: Path, text: str, value: float) -> None:
    found = read(tmp_path, page("2031", table(["Ash", "Elm"], polls([text, "38,0"]))))
    assert found.polls["ash"].to_list() == [value] * 5
    path = tmp_path / "x.csv"
    path.write_text(f'dates,pollster,ash,elm\n3 May 2031,Sedge,"{text}","38,0"\n', encoding="utf-8")
    assert IMPORTER.read(path).polls["ash"].to_list() == [value]


def test_two_headers_that_read_alike_keep_both_columns(tmp_path: Path) -> None:
    found = read(tmp_path, page("2031", table(["S.D.", "S-D", "Elm"], polls(["40", "35", "25"]))))
    assert found.codes == ("s_d", "s_d_2", "elm")


@pytest.mark.parametrize(
    "heads",
    [
        ("Агенция", "Дата", "Извадка"),
        ("Cég", "Időszak", "Minta"),
        ("Kuratorium", "Termin", "Próba"),
    ],
)
def test_headers_in_words_we_do_not_know(tmp_path: Path, heads: tuple[str, str, str]) -> None:
    above = cells([*heads, "Ash", "Elm", "Fir"], "th")
    found = read(tmp_path, page("2031", table([], polls(["40,5", "35", "24,5"]), above=above)))
    assert found.polls.height == 5
    assert found.codes == ("ash", "elm", "fir")
    assert found.polls["sample_size"].to_list() == [1000] * 5

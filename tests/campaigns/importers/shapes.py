"""Twelve tables of the same three invented polls, each in the form of another maker."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import date
from html import escape

import polars as pl

PARTIES = ("Ash", "Elm", "Fir", "Others")
POLLS = (
    (date(2021, 3, 3), date(2021, 3, 5), "Sedge", 1012, (40.5, 35.0, 14.5, 10.0)),
    (date(2021, 3, 28), date(2021, 4, 2), "Willow", 990, (39.0, 36.5, 15.5, 9.0)),
    (date(2021, 4, 20), date(2021, 4, 23), "Sedge", 2040, (41.0, 34.0, 14.0, 11.0)),
)


def wide_csv() -> bytes:
    lines = ["pollster,start_date,end_date,sample_size,ash,elm,fir,others"]
    lines += [f"{f},{s},{e},{n},{','.join(map(str, x))}" for s, e, f, n, x in POLLS]
    return "\n".join(lines).encode()


def semicolons_and_commas() -> bytes:
    lines = ["Institut;Zeitraum;Befragte;Ash;Elm;Fir;Sonstige"]
    for s, e, f, n, x in POLLS:
        days = f"{s:%d.%m.}–{e:%d.%m.%Y}"
        shares = ";".join(f"{v:.1f} %".replace(".", ",") for v in x)
        lines.append(f"{f};{days};{n / 1000:.3f};{shares}")
    return "\r\n".join(lines).encode("utf-8-sig")


def tabs_in_utf16() -> bytes:
    lines = ["Polls of the spring", "", "Firm\tDate\tN\tAsh\tElm\tFir\tOther"]
    lines += [
        f"{f}\t{e:%d %b %Y}\t{n}\t" + "\t".join(f"{v}%" for v in x) for _, e, f, n, x in POLLS
    ]
    return "\n".join(lines).encode("utf-16")


def long_csv() -> bytes:
    lines = ["date_from,date_to,institute,n,party,share"]
    for s, e, f, n, x in POLLS:
        lines += [f"{s},{e},{f},{n},{p},{v}" for p, v in zip(PARTIES, x, strict=True)]
    return "\n".join(lines).encode()


def year_month_day() -> bytes:
    lines = ["id,pollingfirm,year,month,day,party_ash,party_elm,party_fir,party_other,n"]
    for i, (_, e, f, n, x) in enumerate(POLLS, 1):
        lines.append(f"{i},{f},{e.year},{e.month},{e.day},{','.join(map(str, x))},{n}")
    return "\n".join(lines).encode()


def fractions() -> bytes:
    lines = ["Polling_firm,PollDate,Ash,Elm,Fir,SampleSize,mode,Other"]
    for _, e, f, n, x in POLLS:
        a, b, c, o = (v / 100 for v in x)
        lines.append(f"{f},{e:%m/%d/%Y},{a},{b},{c},{n},Online,{o}")
    return "\n".join(lines).encode()


def json_list() -> bytes:
    """A list of polls with a list of answers, as an American service gives it."""
    return json.dumps(
        [
            {
                "id": i,
                "poll_type": "generic-ballot",
                "pollster": f,
                "start_date": str(s),
                "end_date": str(e),
                "sample_size": n,
                "population": "lv",
                "sponsors": [],
                "url": "https://polls.example/",
                "answers": [{"choice": p, "pct": v} for p, v in zip(PARTIES, x, strict=True)],
            }
            for i, (s, e, f, n, x) in enumerate(POLLS)
        ]
    ).encode()


def json_lines() -> bytes:
    rows = []
    for s, e, f, n, x in POLLS:
        head = {"firm": f, "from": str(s), "to": str(e), "n": n}
        rows.append(json.dumps(head | dict(zip(PARTIES, x, strict=True))))
    return "\n".join(rows).encode()


def split_json() -> bytes:
    """Column names and rows apart, days in milliseconds."""
    heads = ["PollingFirm", "Date", "Citation", *PARTIES, "MarginOfError", "SampleSize"]
    rows = [
        [f, (e - date(1970, 1, 1)).days * 86_400_000, "https://x.example", *x, 3.1, n]
        for _, e, f, n, x in POLLS
    ]
    return json.dumps({"headings": heads, "data": rows}).encode()


def numbered_names() -> bytes:
    """Polls of several parliaments, firms and parties by number, as a German service gives them."""
    surveys = {
        str(i): {
            "Date": str(e),
            "Survey_Period": {"Date_Start": str(s), "Date_End": str(e)},
            "Surveyed_Persons": str(n),
            "Parliament_ID": "0",
            "Institute_ID": "1" if f == "Sedge" else "2",
            "Results": {str(k): v for k, v in enumerate(x)},
        }
        for i, (s, e, f, n, x) in enumerate(POLLS)
    }
    surveys["9"] = surveys["0"] | {"Parliament_ID": "5"}
    return json.dumps(
        {
            "Parliaments": {"0": {"Shortcut": "Whole"}, "5": {"Shortcut": "Hills"}},
            "Institutes": {"1": {"Name": "Sedge"}, "2": {"Name": "Willow"}},
            "Parties": {str(k): {"Shortcut": p} for k, p in enumerate(PARTIES)},
            "Surveys": surveys,
        }
    ).encode()


def parquet() -> bytes:
    rows = [
        {
            "pollster": f,
            "start": s,
            "end": e,
            "sample_size": n,
            **dict(zip(PARTIES, x, strict=True)),
        }
        for s, e, f, n, x in POLLS
    ]
    out = io.BytesIO()
    pl.DataFrame(rows).write_parquet(out)
    return out.getvalue()


def workbook() -> bytes:
    rows: list[list[object]] = [["Pollster", "Fieldwork end", "Sample", *PARTIES, "Undecided"]]
    for _, e, f, n, x in POLLS:
        # all asked, a fifth of them undecided
        rows.append([f, (e - date(1899, 12, 30)).days, n, *(round(0.8 * v, 4) for v in x), 20])
    return xlsx(rows)


def xlsx(rows: list[list[object]]) -> bytes:
    """Return the smallest workbook that holds ``rows``."""
    made = []
    for row in rows:
        cells = "".join(
            f'<c t="inlineStr"><is><t>{escape(v)}</t></is></c>'
            if isinstance(v, str)
            else f"<c><v>{v}</v></c>"
            for v in row
        )
        made.append(f"<row>{cells}</row>")
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    files = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/>'
        "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{rel}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{rel}"><sheets>'
        '<sheet name="Polls" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{rel}/worksheet" Target="worksheets/sheet1.xml"/>'
        "</Relationships>",
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{"".join(made)}'
        "</sheetData></worksheet>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, text in files.items():
            z.writestr(name, text)
    return out.getvalue()


SHAPES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "wide": ("polls.csv", wide_csv),
    "semicolons": ("umfragen.csv", semicolons_and_commas),
    "tabs": ("polls.txt", tabs_in_utf16),
    "long": ("long.csv", long_csv),
    "three columns a day": ("poll.csv", year_month_day),
    "fractions": ("model.csv", fractions),
    "answers": ("polls.json", json_list),
    "lines": ("polls.jsonl", json_lines),
    "split": ("2021.json", split_json),
    "numbered": ("newest.json", numbered_names),
    "parquet": ("polls.parquet", parquet),
    "workbook": ("polls.xlsx", workbook),
}
"""Name -> file name and maker."""

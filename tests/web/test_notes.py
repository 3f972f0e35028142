"""Notes: added and edited by two tabs, many threads and a server that is killed; none lost."""

from __future__ import annotations

import csv
import html
import http.client
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from datetime import date
from pathlib import Path
from urllib.parse import urlencode

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comparenotes.campaigns.model import NOTE_COLUMNS
from comparenotes.campaigns.scaffold import new_folder
from comparenotes.campaigns.validate import validate
from comparenotes.errors import DataError
from comparenotes.web.library import Library
from comparenotes.web.notes import COLUMNS, EditConflict, NotesFile, checked
from comparenotes.web.settings import Settings
from tests.web.served import Server, serving

DAY = date(2026, 8, 20)


def note(text: str, **more: str) -> dict[str, str]:
    return {"date": "2026-08-20", "author": "A. Visitor", "text": text} | more


def test_columns_are_the_models() -> None:
    assert tuple(NOTE_COLUMNS) == COLUMNS


def test_added_notes_are_read_by_the_campaign_reader(tmp_path: Path) -> None:
    folder = tmp_path / "my-land"
    new_folder(folder, country="NZ", today=DAY)
    file = NotesFile(folder / "notes.csv")
    file.add(note('They said "yes",\nthen no; =1+1', confidence="high", about="amber-party"))
    file.add(note("Second", finding="race:change:us-2024", expects="above"))
    found = validate(folder, DAY)
    assert found.campaign is not None, found.errors
    rows = found.campaign.notes.to_dicts()
    assert [r["text"] for r in rows] == ['They said "yes",\nthen no; =1+1', "Second"]
    assert rows[1]["expects"] == "above"


_TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60
)


@settings(max_examples=60, deadline=None)
@given(st.lists(_TEXT.filter(lambda t: t.strip() != ""), min_size=1, max_size=5))
def test_what_is_written_is_read_back(texts: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = NotesFile(Path(folder) / "notes.csv")
        kept = [file.add(note(t)).cells["text"] for t in texts]
        assert [n.cells["text"] for n in file.read()] == kept


def test_two_tabs_edit_two_notes(tmp_path: Path) -> None:
    file = NotesFile(tmp_path / "notes.csv")
    one, two = file.add(note("one")), file.add(note("two"))
    file.edit(one.id, note("one, edited"))
    file.edit(two.id, note("two, edited"))  # opened before the first was saved
    assert [n.cells["text"] for n in file.read()] == ["one, edited", "two, edited"]


def test_two_tabs_edit_one_note(tmp_path: Path) -> None:
    file = NotesFile(tmp_path / "notes.csv")
    first = file.add(note("first"))
    file.edit(first.id, note("from tab one"))
    before = file.path.read_bytes()
    with pytest.raises(EditConflict) as conflict:
        file.edit(first.id, note("from tab two"))
    assert conflict.value.yours["text"] == "from tab two"
    assert [n.cells["text"] for n in conflict.value.now] == ["from tab one"]
    assert file.path.read_bytes() == before


def test_columns_of_the_user_stay(tmp_path: Path) -> None:
    path = tmp_path / "notes.csv"
    path.write_text("_mine,text,author,date\n7,old,B,2026-01-01\n", encoding="utf-8")
    file = NotesFile(path)
    file.edit(file.read()[0].id, note("new"))
    file.add(note("added"))
    with path.open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    assert [r["_mine"] for r in rows] == ["7", ""]
    assert [r["text"] for r in rows] == ["new", "added"]


def test_a_file_that_cannot_be_read_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "notes.csv"
    path.write_bytes(b'date,author,text\n2026-01-01,"open quote')
    before = path.read_bytes()
    with pytest.raises(DataError):
        NotesFile(path).add(note("x"))
    assert path.read_bytes() == before


def test_a_crash_half_way_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = NotesFile(tmp_path / "notes.csv")
    file.add(note("kept"))
    before = file.path.read_bytes()

    def broken(fd: int) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", broken)
        with pytest.raises(OSError, match="disk full"):
            file.add(note("lost before it was told saved"))
    assert file.path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir() if p.suffix == ".tmp"] == []


def test_many_threads_add_and_none_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "notes.csv"

    def work(i: int) -> None:
        for j in range(5):
            NotesFile(path).add(note(f"{i}-{j}"))

    threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert {n.cells["text"] for n in NotesFile(path).read()} == {
        f"{i}-{j}" for i in range(8) for j in range(5)
    }


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        (note(""), "text"),
        (note("x", author=" "), "author"),
        (note("x", date="yesterday"), "date"),
        (note("x", date="20260820"), "date"),
        (note("x", confidence="very"), "confidence"),
        (note("x", expects="more"), "expects"),
        (note("x" * 9_000), "text"),
        (note("x", about="y" * 300), "about"),
    ],
)
def test_a_wrong_field_is_named(fields: dict[str, str], where: str) -> None:
    with pytest.raises(DataError) as e:
        checked(fields, DAY)
    assert e.value.where == where


# ------------------------------------------------------------------ over the page


def test_the_form_adds_and_shows(fresh: Server) -> None:
    r = fresh.post("/notes/gb-next", note("<b>Bold</b> claim", confidence="low"))
    assert r.status == 303
    text = fresh.get("/notes/gb-next?saved=1").text
    assert "&lt;b&gt;Bold&lt;/b&gt; claim" in text
    assert "<b>Bold" not in text
    kept = fresh.settings.workspace / "notes" / "gb-next.csv"
    assert "<b>Bold</b> claim" in kept.read_text()


def test_a_wrong_form_comes_back_as_it_was_typed(fresh: Server) -> None:
    r = fresh.post("/notes/gb-next", note("a long thought", author=""))
    assert r.status == 422
    assert "author" in r.text
    assert "a long thought</textarea>" in r.text


def test_a_stale_edit_shows_both_texts(fresh: Server) -> None:
    fresh.post("/notes/gb-next", note("first"))
    old = fresh.get("/notes/gb-next.json").json()["notes"][0]["id"]
    assert fresh.get(f"/notes/gb-next?note={old}").status == 200
    assert fresh.post("/notes/gb-next", note("tab one", note=old)).status == 303
    r = fresh.post("/notes/gb-next", note("tab two", note=old))
    assert r.status == 409
    assert "tab two</textarea>" in r.text
    assert "tab one" in r.text
    assert 'name="note"' not in r.text  # saving now adds, and overwrites nothing
    assert fresh.post("/notes/gb-next", note("tab two")).status == 303
    texts = [n["text"] for n in fresh.get("/notes/gb-next.json").json()["notes"]]
    assert texts == ["tab two", "tab one"]


def test_a_note_stands_beside_its_finding(fresh: Server) -> None:
    query = "home=gb-next&away=us-2024&as_of=2026-08-20"
    before = fresh.get(f"/compare.json?{query}").json()
    target = next(f for f in before["findings"] if f["kind"] == "result")
    side = "below" if target["hi90"] < 0 else "above"
    other = "above" if side == "below" else "below"
    fresh.post("/notes/gb-next", note("as I saw it", finding=target["key"], expects=side))
    fresh.post("/notes/gb-next", note("not so", finding=target["key"], expects=other))
    fresh.post("/notes/gb-next", note("too late", date="2026-08-21", finding=target["key"]))
    after = fresh.get(f"/compare.json?{query}").json()
    now = next(f for f in after["findings"] if f["key"] == target["key"])
    assert {(n["relation"]) for n in now["notes"]} == {"agrees", "disagrees"}
    assert now["estimate"] == target["estimate"]  # a note changes no number
    page = fresh.get(f"/compare?{query}").text
    assert "Note, agrees" in page
    assert "Note, disagrees" in page
    assert "too late" not in page


def test_notes_of_a_folder_are_kept_in_it(tmp_path: Path) -> None:
    folder = tmp_path / "my-land"
    new_folder(folder, country="NZ", today=DAY)
    with serving(tmp_path / "w", folder) as s:
        assert s.post("/notes/my-land", note("in the folder")).status == 303
        assert [n["text"] for n in s.get("/notes/my-land.json").json()["notes"]] == [
            "in the folder"
        ]
    frame = pl.read_csv(folder / "notes.csv")
    assert frame["text"].to_list() == ["in the folder"]


def test_the_page_says_how_notes_reach_the_command_line(fresh: Server) -> None:
    fresh.post("/notes/gb-2010", note("Seen in the hall", finding="race:standing:us-2012"))
    page = fresh.get("/notes/gb-2010").text
    told = re.search(r"<code>cn (compare gb-2010 [^<]*)</code>", page)
    assert told is not None
    command = shlex.split(html.unescape(told[1]))
    assert Path(command[-1]) == fresh.settings.workspace / "notes" / "gb-2010.csv"
    done = subprocess.run(
        [sys.executable, "-m", "comparenotes.cli.main", *command, "--json"],
        check=True,
        capture_output=True,
    )
    findings = json.loads(done.stdout)["findings"]
    assert "Seen in the hall" in next(f["claim"] for f in findings if f["provider"] == "notes")


def test_a_note_links_to_its_finding(fresh: Server) -> None:
    fresh.post("/notes/us-2024", note("so it is", finding="race:standing:gb-2024"))
    fresh.post("/notes/us-2024", note("and this", finding="record:path"))
    page = fresh.get("/notes/us-2024").text
    link = re.search(r'href="(/finding\?[^"]*standing[^"]*)"', page)
    assert link is not None
    found = fresh.get(html.unescape(link[1]) + "&as_of=2026-08-20")
    assert found.status == 200
    assert "so it is" in found.text
    assert "<code>record:path</code>" in page  # no link where the key does not say to whom


def test_where_notes_are_kept_is_told_on_this_machine_only(tmp_path: Path) -> None:
    from comparenotes.web.pages_notes import _told_path

    path = tmp_path / "notes" / "gb-next.csv"
    here = Library(Settings(workspace=tmp_path))
    beyond = Library(Settings(workspace=tmp_path, host="0.0.0.0", token="x" * 20))  # noqa: S104
    assert _told_path(here, path) == str(path)
    assert _told_path(beyond, path) == "gb-next.csv"


def test_many_processes_add_and_none_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "notes.csv"
    code = (
        "import sys; from pathlib import Path; from comparenotes.web.notes import NotesFile\n"
        "for j in range(8): NotesFile(Path(sys.argv[1])).add("
        "{'date': '2026-08-20', 'author': 'A', 'text': f'{sys.argv[2]}-{j}'})"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, str(path), str(i)]) for i in range(3)]
    assert [p.wait(60) for p in running] == [0, 0, 0]
    assert {n.cells["text"] for n in NotesFile(path).read()} == {
        f"{i}-{j}" for i in range(3) for j in range(8)
    }


# ------------------------------------------------------------------ a killed server


def _free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def _post(port: int, text: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(
            "POST",
            "/notes/gb-next",
            urlencode(note(text)).encode(),
            {
                "origin": f"http://127.0.0.1:{port}",
                "content-type": "application/x-www-form-urlencoded",
            },
        )
        return connection.getresponse().status == 303
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


@pytest.mark.skipif(os.name != "posix", reason="kills a process the POSIX way")
def test_a_killed_server_loses_no_saved_note(tmp_path: Path) -> None:
    saved: list[str] = []
    for life in range(3):
        port = _free_port()
        command = [sys.executable, "-m", "comparenotes.cli.main", "serve", "--port", str(port)]
        process = subprocess.Popen(
            [*command, "--workspace", str(tmp_path)], stderr=subprocess.PIPE, text=True
        )
        try:
            assert process.stderr is not None
            assert "Compare Notes" in process.stderr.readline()
            stop = threading.Event()

            def write(
                who: int, life: int = life, port: int = port, stop: threading.Event = stop
            ) -> None:
                i = 0
                while not stop.is_set():
                    text = f"life {life} writer {who} note {i}"
                    if _post(port, text):
                        saved.append(text)
                    i += 1

            writers = [threading.Thread(target=write, args=(w,)) for w in range(3)]
            for w in writers:
                w.start()
            end = time.monotonic() + 20
            while len(saved) < 8 * (life + 1) and time.monotonic() < end:
                time.sleep(0.01)
            process.send_signal(signal.SIGKILL)
            stop.set()
            for w in writers:
                w.join()
        finally:
            process.kill()
            process.wait(20)
            assert process.stderr is not None
            process.stderr.close()
    there = {n.cells["text"] for n in NotesFile(tmp_path / "notes" / "gb-next.csv").read()}
    assert len(saved) >= 24
    assert set(saved) <= there

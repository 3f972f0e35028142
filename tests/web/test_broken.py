"""A folder that breaks or goes away takes only its own pages down, and says why."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from comparenotes.campaigns.scaffold import new_folder
from comparenotes.errors import NotFoundError
from comparenotes.web.library import start
from comparenotes.web.notes import NotesFile
from comparenotes.web.settings import Settings
from tests.web.served import Server, serving

TODAY = date(2026, 8, 20)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "mine"
    new_folder(place, country="NZ", election_date=date(2026, 11, 7), today=TODAY)
    text = (place / "campaign.toml").read_text()
    (place / "campaign.toml").write_text(re.sub("(?m)^id = .*", 'id = "my-vote"', text, count=1))
    return place


@pytest.fixture
def other(tmp_path: Path) -> Path:
    place = tmp_path / "other-vote"
    new_folder(place, country="NZ", election_date=date(2026, 11, 7), today=TODAY)
    return place


@pytest.fixture
def own(tmp_path: Path, folder: Path, other: Path) -> Iterator[Server]:
    with serving(tmp_path / "workspace", folder, other) as s:
        assert {r["id"] for r in s.get("/index.json").json()["campaigns"] if r["own"]} == {
            "my-vote",
            "other-vote",
        }
        yield s


def _vanish(folder: Path) -> None:
    shutil.rmtree(folder)


def _no_toml(folder: Path) -> None:
    (folder / "campaign.toml").unlink()


def _half_a_toml(folder: Path) -> None:
    (folder / "campaign.toml").write_text('id = "my-vote"\ntitle = "half')


def _a_bad_note(folder: Path) -> None:
    (folder / "notes.csv").write_text("date,author,text\n2099-01-01,A,later\n")


def _bytes(folder: Path) -> None:
    (folder / "polls.csv").write_bytes(b"\xff\xfe\x00\x01")


def _a_file_in_its_place(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("no folder")


BREAKS = (_vanish, _no_toml, _half_a_toml, _a_bad_note, _bytes, _a_file_in_its_place)


@pytest.mark.parametrize("breaks", BREAKS)
def test_the_others_go_on_and_it_says_why(own: Server, folder: Path, breaks: object) -> None:
    breaks(folder)  # type: ignore[operator]
    first = own.get("/index.json")
    assert first.status == 200
    listed = first.json()
    assert [b["id"] for b in listed["broken"]] == ["my-vote"]
    why = listed["broken"][0]["why"]
    assert len(why) > 15
    assert "my-vote" not in {r["id"] for r in listed["campaigns"]}
    assert {"other-vote", "us-2024"} <= {r["id"] for r in listed["campaigns"]}
    page = own.get("/").text
    assert "cannot be shown" in page
    assert "my-vote" in page
    for path in (
        "/upload",
        "/notes/gb-next",
        "/race/other-vote?as_of=2026-08-20",
        "/facts?home=gb-next&away=us-2024",
    ):
        assert own.get(path).status == 200
    for path in ("/race/my-vote", "/notes/my-vote", "/compare?home=my-vote&away=us-2024"):
        asked = own.get(path)
        assert asked.status == 422
        assert "broke (" not in asked.text


def test_a_folder_mended_is_back(own: Server, folder: Path) -> None:
    kept = folder.with_name("aside")
    folder.rename(kept)
    assert own.get("/index.json").json()["broken"]
    kept.rename(folder)
    assert own.get("/index.json").json()["broken"] == []
    assert own.get("/race/my-vote?as_of=2026-08-20").status == 200


@pytest.mark.parametrize("breaks", [_vanish, _a_bad_note])
def test_what_was_typed_for_a_broken_folder_stays_in_the_form(
    own: Server, folder: Path, breaks: object
) -> None:
    breaks(folder)  # type: ignore[operator]
    note = {"date": "2026-08-20", "author": "A. Visitor", "text": "a long thought"}
    answer = own.post("/notes/my-vote", note)
    assert answer.status == 422
    assert "a long thought</textarea>" in answer.text
    assert 'value="A. Visitor"' in answer.text


def test_an_uploaded_folder_that_breaks_takes_only_itself_down(own: Server, other: Path) -> None:
    place = own.settings.workspace / "campaigns" / "up-vote"
    shutil.copytree(other, place)
    toml = (place / "campaign.toml").read_text()
    (place / "campaign.toml").write_text(toml.replace("other-vote", "up-vote"))
    assert "up-vote" in {r["id"] for r in own.get("/index.json").json()["campaigns"]}
    (place / "polls.csv").write_text("start,end\n1,2,3\n")
    assert [b["id"] for b in own.get("/index.json").json()["broken"]] == ["up-vote"]
    assert start(own.settings).broken().keys() == {"up-vote"}  # and so does the next start


def test_the_next_start_shows_the_rest(tmp_path: Path, folder: Path) -> None:
    _a_bad_note(folder)
    command = [sys.executable, "-m", "comparenotes.cli.main", "serve", "--port", "0"]
    process = subprocess.Popen(
        [*command, "--workspace", str(tmp_path / "w"), str(folder)],
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        assert "Compare Notes: http" in process.stderr.readline()
        told = process.stderr.readline()
        assert "One campaign cannot be shown" in told
        assert "notes.csv:2" in told
    finally:
        process.kill()
        process.wait(20)
        assert process.stderr is not None
        process.stderr.close()


def test_a_folder_that_never_was_is_a_slip_of_the_keyboard(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no campaign folder"):
        start(Settings(workspace=tmp_path, folders=(tmp_path / "my-campain",)))


# ------------------------------------------------------------------ notes and their days


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("2099-01-01", "in the future"),
        ("2126-08-20", "year outside"),
        ("0226-08-20", "year outside"),
        ("2026-02-30", "not a day of the calendar"),
        ("20.8.2026", "not a date"),
    ],
)
def test_a_day_the_folder_refuses_is_refused_by_the_form(
    own: Server, folder: Path, day: str, why: str
) -> None:
    typed = {"date": day, "author": "A. Visitor", "text": "kept <here>", "confidence": "high"}
    before = (folder / "notes.csv").read_bytes() if (folder / "notes.csv").exists() else None
    answer = own.post("/notes/my-vote", typed)
    assert answer.status == 422
    assert why in answer.text
    for value in ("kept &lt;here&gt;</textarea>", f'value="{day}"', 'value="A. Visitor"'):
        assert value in answer.text
    after = (folder / "notes.csv").read_bytes() if (folder / "notes.csv").exists() else None
    assert after == before
    assert own.get("/index.json").json()["broken"] == []
    assert own.post("/notes/my-vote", typed | {"date": "2026-08-20"}).status == 303
    assert own.get("/index.json").json()["broken"] == []


def test_an_edit_refused_is_still_an_edit(own: Server, folder: Path) -> None:
    note = {"date": "2026-08-20", "author": "A. Visitor", "text": "first"}
    assert own.post("/notes/my-vote", note).status == 303
    known = NotesFile(folder / "notes.csv").read()[-1].id
    answer = own.post("/notes/my-vote", note | {"note": known, "date": "2099-01-01"})
    assert answer.status == 422
    assert f'name="note" value="{known}"' in answer.text
    again = own.post("/notes/my-vote", note | {"note": known, "text": "second"})
    assert again.status == 303
    texts = [n.cells["text"] for n in NotesFile(folder / "notes.csv").read()]
    assert "first" not in texts
    assert texts.count("second") == 1


def test_a_note_that_cannot_be_written_stays_in_the_form(
    own: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("comparenotes.web.notes.write_atomically", full)
    note = {"date": "2026-08-20", "author": "A. Visitor", "text": "a long thought"}
    answer = own.post("/notes/my-vote", note)
    assert answer.status == 500
    assert "No space left on device" in answer.text
    assert "a long thought</textarea>" in answer.text

"""Uploads: what an honest archive becomes, and what a hostile one does not."""

from __future__ import annotations

import contextlib
import io
import stat
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comparenotes.campaigns.scaffold import new_folder
from comparenotes.errors import DataError
from comparenotes.web.uploads import unpack
from tests.brief.hostile import NASTY
from tests.campaigns.importers.shapes import SHAPES
from tests.web.served import Server

TOML = b'schema_version = 1\nid = "x"\n'


def archive(files: dict[str, bytes], *, packed: bool = True) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as z:
        for name, data in files.items():
            z.writestr(name, data)
    return out.getvalue()


def folder_zip(tmp_path: Path, name: str = "my-land", within: str = "") -> bytes:
    folder = tmp_path / name
    new_folder(folder, country="NZ")
    return archive({f"{within}{p.name}": p.read_bytes() for p in folder.iterdir()})


@pytest.mark.parametrize("within", ["", "my-land/", "a/b/my-land/"])
def test_a_zipped_folder_is_kept_and_read(fresh: Server, tmp_path: Path, within: str) -> None:
    r = fresh.upload("x.zip", folder_zip(tmp_path, within=within))
    assert r.status == 200, r.text
    assert "my-land is kept" in r.text
    assert fresh.get("/race/my-land").status == 200
    assert "my-land" in [c["id"] for c in fresh.get("/index.json").json()["campaigns"]]


@pytest.mark.parametrize(
    "name",
    [
        *("../x/campaign.toml", "/etc/campaign.toml", "a/../../campaign.toml"),
        *("C:/campaign.toml", "a\\..\\campaign.toml", "..", "a/\x1b/campaign.toml", "x" * 300),
    ],
)
def test_names_that_leave_the_folder_are_refused(tmp_path: Path, name: str) -> None:
    target = tmp_path / "in" / "here"
    target.mkdir(parents=True)
    with pytest.raises(DataError, match="leaves the folder"):
        unpack(archive({name: b"x", "campaign.toml": TOML}), target)
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFDIR])
def test_links_and_devices_are_refused(tmp_path: Path, kind: int) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        z.writestr("campaign.toml", TOML)
        link = zipfile.ZipInfo("polls.csv")
        link.external_attr = (kind | 0o777) << 16
        z.writestr(link, "/etc/passwd")
    with pytest.raises(DataError, match="link or a device"):
        unpack(out.getvalue(), tmp_path)


def test_a_bomb_is_refused_while_it_unpacks(tmp_path: Path) -> None:
    bomb = archive({"campaign.toml": TOML, "polls.csv": b"0" * 40_000_000})
    assert len(bomb) < 100_000
    with pytest.raises(DataError, match="unpacks to more"):
        unpack(bomb, tmp_path)
    assert sum(p.stat().st_size for p in tmp_path.rglob("*") if p.is_file()) < 10_000_000


def test_many_small_bombs_are_refused_together(tmp_path: Path) -> None:
    files = {f"texts/{i}.txt": bytes(str(i), "ascii") * 400_000 for i in range(150)}
    with pytest.raises(DataError, match="unpacks to more"):
        unpack(archive({"campaign.toml": TOML} | files), tmp_path)


def test_too_many_files_are_refused(tmp_path: Path) -> None:
    files = {f"texts/{i}.txt": b"x" for i in range(500)}
    with pytest.raises(DataError, match="more than 400"):
        unpack(archive({"campaign.toml": TOML} | files), tmp_path)


def test_only_what_a_folder_holds_is_unpacked(tmp_path: Path) -> None:
    files = {"campaign.toml": TOML, "run.sh": b"x", ".bashrc": b"x", "polls.csv": b"a\n"}
    left = unpack(archive(files | {"texts/a.md": b"x", "texts/b.exe": b"x"}), tmp_path)
    there = sorted(str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*") if p.is_file())
    assert there == ["campaign.toml", "polls.csv", "texts/a.md"]
    assert sorted(left) == [".bashrc", "run.sh", "texts/b.exe"]


def test_a_damaged_archive_is_told(tmp_path: Path) -> None:
    good = archive({"campaign.toml": TOML * 500})
    for bad in (
        b"",
        b"PK",
        good[:60],
        b"PK\x03\x04" + b"\0" * 100,
        good[:40] + b"\xff" * 9 + good[49:],
    ):
        with pytest.raises(DataError):
            unpack(bad, tmp_path)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.integers(0, 400))
def test_any_bytes_give_a_message_or_a_folder(
    tmp_path_factory: pytest.TempPathFactory, noise: bytes, at: int
) -> None:
    good = archive({"campaign.toml": TOML, "polls.csv": b"end,pollster\n"})
    data = good[:at] + noise + good[at + len(noise) :]
    with contextlib.suppress(DataError):
        unpack(data, tmp_path_factory.mktemp("u"))


def test_the_validators_messages_are_in_place(fresh: Server, tmp_path: Path) -> None:
    folder = tmp_path / "my-land"
    new_folder(folder, country="NZ")
    polls = (folder / "polls.csv").read_text().splitlines()
    polls[1:] = [x.replace("202", "2O2", 1) for x in polls[1:]]
    (folder / "polls.csv").write_text("\n".join(polls) + "\n")
    r = fresh.upload("x.zip", archive({p.name: p.read_bytes() for p in folder.iterdir()}))
    assert r.status == 422
    assert "polls.csv:3" in r.text, "each row has a fault: the file is refused"
    assert "cannot be used yet" in r.text
    assert fresh.get("/race/my-land").status == 404


def test_a_table_of_polls_becomes_a_campaign(fresh: Server) -> None:
    rows = "".join(
        f"2026-0{m}-1{d},Firm {d},1000,{40 + d},{45 - d}\n" for m in range(1, 8) for d in range(5)
    )
    table = f"end,pollster,sample_size,amber,blue\n{rows}".encode()
    fields = {
        "title": "Freedonia votes",
        "country": "ZZ",
        "election_date": "2026-12-01",
        "system": "pr",
    }
    r = fresh.upload("polls.csv", table, fields)
    assert r.status == 200, r.text
    assert "freedonia-votes is kept" in r.text
    assert fresh.get("/race/freedonia-votes.json").json()["polls_used"] == 35


ABOUT = {
    "title": "Fenland votes",
    "country": "XF",
    "election_date": "2021-05-04",
    "system": "pr",
    "level": "national",
}


@pytest.mark.parametrize("shape", SHAPES)
def test_twelve_shapes_are_read_and_explained(fresh: Server, shape: str) -> None:
    name, make = SHAPES[shape]
    r = fresh.upload(name, make(), ABOUT)
    assert r.status == 200, r.text
    assert "fenland-votes is kept" in r.text
    assert "How the table was read" in r.text
    assert "columns: " in r.text
    assert fresh.get("/race/fenland-votes.json").json()["polls_used"] == 3


def test_the_columns_are_corrected_on_the_page(fresh: Server) -> None:
    table = "Day;Who;Alpha;Beta\n" + "".join(
        f"{d}.03.2021;{w};44,5;43\n" for d, w in ((3, "Sedge"), (12, "Rush"), (19, "Sedge"))
    )
    r = fresh.upload("t.csv", table.encode(), ABOUT | {"columns": "dates=Day,pollster=Who"})
    assert r.status == 200, r.text
    r = fresh.upload("t.csv", table.encode(), ABOUT | {"columns": "dates=Dey"})
    assert r.status == 422
    assert "no column &#39;Dey&#39;" in r.text
    assert "campaign.toml" not in r.text


@pytest.mark.parametrize("names", ["Fratelli d'Italia,+Europa,Others", "Grüne,L/NP,Æ"])
def test_any_names_of_parties(fresh: Server, names: str) -> None:
    rows = "".join(f"2021-03-{d:02},Sedge,1000,40,35,20\n" for d in (3, 9, 20))
    r = fresh.upload("t.csv", f"end,pollster,n,{names}\n{rows}".encode(), ABOUT)
    assert r.status == 200, r.text


def test_a_bundled_campaign_is_not_replaced(fresh: Server, tmp_path: Path) -> None:
    r = fresh.upload("x.zip", folder_zip(tmp_path, "us-2024"))
    assert r.status == 422
    assert "another campaign of this id" in r.text


def test_a_second_upload_keeps_the_first_and_its_notes(fresh: Server, tmp_path: Path) -> None:
    data = folder_zip(tmp_path)
    assert fresh.upload("x.zip", data).status == 200
    assert fresh.post("/notes/my-land", {"author": "A", "text": "kept"}).status == 303
    assert fresh.upload("x.zip", data).status == 200
    assert [n["text"] for n in fresh.get("/notes/my-land.json").json()["notes"]] == ["kept"]
    aside = list((fresh.settings.workspace / "replaced").iterdir())
    assert len(aside) == 1
    assert "kept" in (aside[0] / "notes.csv").read_text()


def test_names_stay_text(fresh: Server, tmp_path: Path) -> None:
    folder = tmp_path / "my-land"
    names = [n for n in NASTY if n.isprintable()][:3]
    new_folder(folder, country="NZ", contenders=[f"c{i}={n}" for i, n in enumerate(names)])
    toml = (folder / "campaign.toml").read_text()
    for old in ("Example Polls", "Sample & Sons"):
        polls = (folder / "polls.csv").read_text().replace(old, "<img src=x onerror=alert(1)>")
        (folder / "polls.csv").write_text(polls)
    assert "<script>" in toml
    files = {p.name: p.read_bytes() for p in folder.iterdir()}
    assert fresh.upload("<script>x.zip", archive(files)).status == 200
    for path in ("/", "/race/my-land", "/notes/my-land", "/compare?home=my-land&away=us-2024"):
        r = fresh.get(path)
        assert r.status == 200
        assert "<script>alert" not in r.text
        assert "<img" not in r.text
        assert "onload=alert" not in r.text or "&lt;svg onload=alert" in r.text

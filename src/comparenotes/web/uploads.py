"""Uploads: a campaign folder as a zip file, or a table of polls, checked before it is kept.

An archive is read member by member with limits on their number, names and
unpacked size (counted while reading, not believed); links, devices, absolute
names and names that leave the folder are refused. Only the files a campaign folder
can hold are unpacked. Everything happens in a folder of its own, which is moved to
its place in one step once the validator has no error.
"""

from __future__ import annotations

import io
import shutil
import stat
import tempfile
import zipfile
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from comparenotes.campaigns.checks_report import Validation
from comparenotes.campaigns.checks_toml import FILE
from comparenotes.campaigns.model import TABLES
from comparenotes.campaigns.validate import validate
from comparenotes.errors import CompareNotesError, DataError
from comparenotes.web.settings import MAX_MEMBERS, MAX_UNPACKED

if TYPE_CHECKING:
    from comparenotes.campaigns.importers.protocol import Imported

TEXT_ENDINGS = (".md", ".txt", ".csv", ".parquet")
CHUNK = 64 * 1024
SHOWN, MAX_FAULTS = 3, 20
MAX_RATIO = 200
"""An archive member may unpack to at most so many times its packed size (over 1 MB)."""


@dataclass(frozen=True)
class Received:
    """What became of an upload: what the validator found, and the id it is kept under.

    ``told`` says what the columns of a table were taken for, and what was left out.
    """

    validation: Validation
    kept: str | None
    told: tuple[str, ...] = ()


def unpack(data: bytes, target: Path) -> list[str]:
    """Unpack the files of a campaign folder from a zip archive into ``target``.

    Returns
    -------
    list of str
        The names of members that were left out because a folder has no such file.

    Raises
    ------
    DataError
        If it is no zip archive, or holds what an honest one does not.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = [m for m in archive.infolist() if not m.is_dir()]
    except Exception:  # a damaged directory raises whatever its fields led to
        raise DataError(
            "is no zip archive", where="file", hint="zip the campaign's folder"
        ) from None
    if len(members) > MAX_MEMBERS:
        raise DataError(f"holds more than {MAX_MEMBERS} files", where="file")
    names = [_safe_name(m) for m in members]
    tops = [n.parent for n in names if n.name == FILE]
    if not tops:
        raise DataError(f"holds no {FILE}", where="file", hint="zip the campaign's folder")
    top = min(tops, key=lambda p: len(p.parts))
    left_out: list[str] = []
    total = 0
    for member, name in zip(members, names, strict=True):
        inside = name.relative_to(top) if name.is_relative_to(top) else None
        if inside is None or not _belongs(inside):
            left_out.append(str(name)[:80])
            continue
        path = target / Path(*inside.parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        total += _copy(archive, member, path, MAX_UNPACKED - total)
    return left_out


def _safe_name(member: zipfile.ZipInfo) -> PurePosixPath:
    """Return a member's name; DataError for links, devices and names that leave the folder."""
    raw = member.filename
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise DataError("holds a link or a device", where=raw[:80])
    if member.flag_bits & 0x1:
        raise DataError("is encrypted", where=raw[:80])
    name = PurePosixPath(raw)
    bad = raw.startswith("/") or "\\" in raw or "\0" in raw or ":" in raw
    if bad or ".." in name.parts or not raw.isprintable() or len(raw) > 255:
        raise DataError("holds a file whose name leaves the folder", where=raw[:80].strip("\0"))
    return name


def _belongs(inside: PurePosixPath) -> bool:
    known = {FILE, *(f"{n}.csv" for n in TABLES)}
    if len(inside.parts) == 1:
        return inside.name in known
    return (
        len(inside.parts) == 2
        and inside.parts[0] == "texts"
        and inside.suffix.lower() in TEXT_ENDINGS
        and not inside.name.startswith(".")
    )


def _copy(archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path, room: int) -> int:
    """Copy one member, counting what comes out; return its size in bytes."""
    size = 0
    most = max(1024 * 1024, MAX_RATIO * member.compress_size)
    try:
        with archive.open(member) as source, path.open("wb") as out:
            while chunk := source.read(CHUNK):
                size += len(chunk)
                if size > room or size > most:
                    raise DataError(
                        f"unpacks to more than {min(room, most) // 1024:,} kB",
                        where=member.filename[:80],
                    )
                out.write(chunk)
    except CompareNotesError:
        raise
    except Exception as e:  # a bad checksum, a cut stream, an unknown method
        raise DataError("is damaged", where=member.filename[:80]) from e
    return size


def receive_folder(data: bytes, workspace: Path, taken: frozenset[str]) -> Received:
    """Check a zipped campaign folder and keep it where it has no error.

    ``taken`` are ids that may not be used again. A folder of the same id that was
    uploaded before is moved aside, never overwritten.
    """
    workspace.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=workspace, prefix=".upload-") as temporary:
        folder = Path(temporary) / "campaign"
        folder.mkdir()
        unpack(data, folder)
        return _keep(folder, workspace, taken)


def receive_polls(
    data: bytes,
    workspace: Path,
    taken: frozenset[str],
    *,
    campaign_id: str,
    title: str,
    country: str,
    election_date: date,
    system: str,
    office: str = "parliament",
    name: str = "polls.csv",
    columns: str = "",
    level: str | None = None,
) -> Received:
    """Make a campaign folder of a table of polls, check it and keep it.

    The table is read as ``cn import FILE`` reads it, in whatever form; ``columns``
    corrects what its columns are taken for ('end=Datum,pollster=Institut').
    """
    from comparenotes.campaigns.folder_write import write_folder
    from comparenotes.campaigns.import_folder import to_campaign
    from comparenotes.campaigns.importers import ANY_TABLE, detect, get_importer

    workspace.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=workspace, prefix=".upload-") as temporary:
        table = Path(temporary) / (PurePosixPath(name.replace("\\", "/")).name[-80:] or "polls.csv")
        table.write_bytes(data)
        importer = get_importer(ANY_TABLE if columns else detect(table))
        options = {"columns": columns} if columns else {}
        imported = importer.read(table, **options)
        campaign = to_campaign(
            imported,
            importer,
            campaign_id=campaign_id,
            country=country,
            election_date=election_date,
            system=system,
            office=office,
            level=level,
            title=title,
        )
        folder = Path(temporary) / "campaign"
        write_folder(campaign, folder)
        received = _keep(folder, workspace, taken)
        return replace(received, told=_told(imported))


def _told(imported: Imported) -> tuple[str, ...]:
    """Return what the table was taken for, three of its polls, and the rows that have a fault."""
    lines = [*imported.guess, *imported.notes]
    for row in imported.polls.tail(SHOWN).iter_rows(named=True):
        shares = ", ".join(f"{c} {row[c]:g}" for c in imported.codes if row[c] is not None)
        lines.append(f"{row['end']}, {row['pollster']}: {shares}")
    lines += [f"left out: {f.where}: {f.why} ({f.text})" for f in imported.bad[:MAX_FAULTS]]
    more = len(imported.bad) - MAX_FAULTS
    return (*lines, f"and {more:,} more rows with a fault") if more > 0 else tuple(lines)


def _keep(folder: Path, workspace: Path, taken: frozenset[str]) -> Received:
    found = validate(folder)
    if found.campaign is None:
        return Received(found, None)
    name = found.campaign.id
    if name in taken:
        raise DataError(
            "there is another campaign of this id", where=f"id = {name!r}", hint="give it its own"
        )
    place = workspace / "campaigns" / name
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.exists():
        _keep_notes(place, folder)
        aside = workspace / "replaced" / f"{name}-{datetime.now(tz=UTC):%Y%m%dT%H%M%S%f}"
        aside.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(place, aside)
    folder.rename(place)
    return Received(found, name)


def _keep_notes(old: Path, new: Path) -> None:
    """Carry notes made here over to the folder that takes the old one's place."""
    from comparenotes.web.notes import NotesFile

    try:
        before = NotesFile(old / "notes.csv").read()
        target = NotesFile(new / "notes.csv")
        there = {n.id for n in target.read()}
    except DataError:
        return  # the old folder is kept aside whole
    for note in before:
        if note.id not in there:
            target.add(note.cells)

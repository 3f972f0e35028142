"""The campaigns a server knows, and what was computed of them: one place, bounded.

A campaign is named by its id only, never by a path a browser sends. Computing and
drawing is done by one thread at a time, in the order asked (it is all processor time);
what is ready is read without waiting. A folder that cannot be read takes only its own
pages down: it stays listed, with the reason.
"""

from __future__ import annotations

import atexit
import threading
import tomllib
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from comparenotes.campaigns.checks_toml import FILE
from comparenotes.campaigns.model import Campaign
from comparenotes.campaigns.snapshot import reading_day, today
from comparenotes.errors import CompareNotesError, DataError, NotFoundError, did_you_mean
from comparenotes.web.ahead import Ahead, Job
from comparenotes.web.cache import Cache
from comparenotes.web.made import Made
from comparenotes.web.notes import NotesFile
from comparenotes.web.settings import Settings, is_loopback
from comparenotes.web.store import Store
from comparenotes.web.turns import Turns

if TYPE_CHECKING:
    from comparenotes.compare.comparison import Comparison
    from comparenotes.message.report import Message
    from comparenotes.race.result import Race
    from comparenotes.record.report import Record

T = TypeVar("T")
Stamp = tuple[tuple[str, int, int], ...]
"""Name, time of change and size of each file of a campaign: what is cached hangs on it."""


MAX_FILES = 1_000
"""Files of a folder whose state is looked at."""


@dataclass(frozen=True, eq=False)
class Known:
    """A campaign with what identifies this state of it."""

    campaign: Campaign
    stamp: tuple[str, Stamp, Stamp]  # id, data files, notes


class Library:
    """Campaigns, races, records and comparisons, cached.

    ``store`` holds what was made ahead. The process that makes it ``keeps`` there what
    it makes; the server only reads it.
    """

    def __init__(
        self, settings: Settings, *, store: Store | None = None, keeps: bool = False
    ) -> None:
        self.settings = settings
        self._store = store
        self._keeps = keeps
        self._ahead: Ahead | None = None
        # Computing may read campaigns and never the other way round: these two turns, in
        # this order, are all a thread ever waits for.
        work, reading = Turns(), Turns()
        self._campaigns: Cache[Known] = Cache(64, reading)
        self._races: Cache[Race] = Cache(96, work)
        self._records: Cache[Record] = Cache(24, work)
        self._messages: Cache[Message] = Cache(24, work)
        self._comparisons: Cache[Comparison] = Cache(48, work)
        self.pages: Cache[Any] = Cache(96, work)
        # The first page computes no race, so that it does not wait for those who do.
        self.lists: Cache[Made] = Cache(24, Turns())
        self._starting = threading.Lock()
        self._named: dict[Path, str] = {}

    # ------------------------------------------------------------- campaigns

    def own(self) -> dict[str, Path]:
        """Return id to folder of the user's own and uploaded campaigns."""
        out: dict[str, Path] = {}
        uploaded = self.settings.workspace / "campaigns"
        if uploaded.is_dir():
            out |= {p.name: p for p in sorted(uploaded.iterdir()) if (p / "campaign.toml").exists()}
        for folder in self.settings.folders:
            out[self._id_of(folder)] = folder
        return out

    def _id_of(self, folder: Path) -> str:
        """Return the id in a folder's campaign.toml; where it cannot be read, the last known.

        Before it was ever read, that is the folder's name. What else is wrong with the
        folder is told where it is read.
        """
        try:
            found = tomllib.loads((folder / FILE).read_text("utf-8")).get("id")
        except (OSError, ValueError, RecursionError):
            found = None
        if isinstance(found, str) and found:
            self._named[folder] = found
        return self._named.get(folder, folder.name)

    def broken(self) -> dict[str, str]:
        """Return the id of each own campaign that cannot be read, and why."""
        out = {}
        for name, folder in self.own().items():
            try:
                self.known(name)
            except CompareNotesError as e:
                # where the folder lies is told to readers on this machine only
                here = is_loopback(self.settings.host)
                out[name] = e.one_line() if here else e.one_line().replace(str(folder), name)
        return out

    def ids(self) -> list[str]:
        """Return every id there is, the user's own first."""
        from comparenotes.campaigns.catalogue import campaign_ids

        own = list(self.own())
        return own + [c for c in campaign_ids() if c not in own]

    def known(self, name: str) -> Known:
        """Return a campaign by id in its present state; NotFoundError if there is none."""
        folder = self.own().get(name)
        notes = self.notes_path(name)
        texts = self.settings.texts_of(name)
        files = (*(_stamp(folder) if folder else ()), *(x for p in texts for x in _stamp_texts(p)))
        stamp = (name, files, _stamp_file(notes))

        def make() -> Known:
            campaign = self._load(name, folder, notes)
            return Known(replace(campaign, texts=texts) if texts else campaign, stamp)

        return self._campaigns.get(stamp, make)

    def notes_path(self, name: str) -> Path:
        """Return the file in which notes on a campaign are kept."""
        folder = self.own().get(name)
        if folder is not None:
            return folder / "notes.csv"
        if not name.replace("-", "").isalnum() or not name.isascii():
            raise NotFoundError("there is no campaign of this id", where=name[:40])
        return self.settings.workspace / "notes" / f"{name}.csv"

    def _load(self, name: str, folder: Path | None, notes: Path) -> Campaign:
        if folder is not None:
            from comparenotes.campaigns.folder_read import read_folder

            try:
                return read_folder(folder)
            except OSError as e:  # it went away, or was closed to us, half-way
                raise DataError(f"cannot be read: {e.strerror or e}", where=folder.name) from None
        from comparenotes.campaigns.catalogue import campaign_ids, load_bundled

        known = campaign_ids()
        if name not in known:
            raise NotFoundError(
                "there is no campaign of this id",
                where=name[:40],
                hint=did_you_mean(name[:60].casefold(), self.ids()),
            )
        campaign = load_bundled(name)
        return replace(campaign, notes=NotesFile(notes).frame()) if notes.exists() else campaign

    # ------------------------------------------------------------- computing

    def race(
        self, known: Known, day: date, event: date | None = None, *, whole: bool = True
    ) -> Race:
        """Return where a race stood on ``day``; ``whole`` with seats.

        Comparisons are about votes: only home is read with them, as ``cn compare`` does.
        """
        key = (*known.stamp[:2], day, event, whole)  # notes change no race
        return self._races.get(key, lambda: self._analyse(known.campaign, day, event, whole))

    def _analyse(self, campaign: Campaign, day: date, event: date | None, whole: bool) -> Race:
        from comparenotes.race import analyse

        found = analyse(campaign, as_of=day, event=event, seats=whole)
        # a page needs no draws, and a fit that is kept weighs 20 MB
        return replace(found, fit=None, regional_fit=None)

    def record(self, known: Known, day: date) -> Record:
        """Return the record of governments in this campaign's position."""
        from comparenotes.record.report import record_of

        def make() -> Record:
            return record_of(known.campaign, reading_day(known.campaign, day))

        return self._records.get((known.stamp, day), make)

    def message(self, known: Known, day: date, issue: str) -> Message:
        """Return what each side says on issues (comma between; ``all``; empty for the usual)."""
        from comparenotes.message.report import message_of

        def make() -> Message:
            names = [x.strip() for x in issue.split(",") if x.strip()] or None
            return message_of(known.campaign, day, names, words=True)

        return self._messages.get((known.stamp, day, issue), make)

    def comparison_key(self, home: Known, away: tuple[Known, ...], day: date) -> Any:
        """Return what a comparison is cached by."""
        return (home.stamp, tuple(a.stamp for a in away), day)

    def comparison(self, home: Known, away: tuple[Known, ...], day: date) -> Comparison:
        """Return a comparison; races are shared with other comparisons."""
        by_id = {k.campaign.id: k for k in (home, *away)}

        def analyse(campaign: Campaign, as_of: date, event: date | None = None) -> Race:
            seats = campaign.id == home.campaign.id
            return self.race(by_id[campaign.id], as_of, event, whole=seats)

        def make() -> Comparison:
            from comparenotes.compare import compare

            return compare(home.campaign, *(a.campaign for a in away), as_of=day, analyse=analyse)

        return self._looked_up(self._comparisons, self.comparison_key(home, away, day), make)

    # ------------------------------------------------------------------ pages

    def page(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """Return a page, or a part of one, made once a day.

        Every ``key`` gets today's date: what a page says of how far its days reach, or of
        what is still to come, is another thing tomorrow.
        """
        return self.pages.get(_today(key), make)

    def sliding(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return a page with a slider: from memory, as made ahead, or made now."""
        made: Made = self._looked_up(self.pages, key, make)
        return made

    def ready(self, key: Hashable) -> bool:
        """Return whether :meth:`sliding` or :meth:`comparison` need not compute ``key``."""
        key = _today(key)
        there = self.pages.has(key) or self._comparisons.has(key)
        return there or (self._store is not None and self._store.has(key))

    def _looked_up(self, cache: Cache[T], key: Hashable, make: Callable[[], T]) -> T:
        """Return a value from memory, as made ahead, or made now; only the last may wait."""
        key, store = _today(key), self._store
        if store is not None and not cache.has(key):
            found: T | None = store.get(key)
            if found is not None:
                return cache.put(key, found)

        def made() -> T:
            value = make()
            if self._keeps and store is not None:
                store.put(key, value)
            return value

        return cache.get(key, made)

    def expect(self, jobs: Iterable[Job]) -> None:
        """Have made what the reader may ask for next, by another process."""
        wanted = list(jobs)
        if not wanted:
            return
        with self._starting:
            if self._ahead is None:
                self._store = Store.fresh()
                self._ahead = Ahead(self.settings, self._store)
                atexit.register(self.close)
        self._ahead.want(wanted)

    def close(self) -> None:
        """End the other process and remove what it made."""
        atexit.unregister(self.close)
        if self._ahead is not None:
            self._ahead.close()
        if self._store is not None and not self._keeps:
            self._store.remove()


def _today(key: Hashable) -> Hashable:
    return (today(), key)


def _stamp_file(path: Path) -> Stamp:
    try:
        info = path.stat()
    except OSError:
        return ()
    return ((path.name, info.st_mtime_ns, info.st_size),)


def _stamp(folder: Path) -> Stamp:
    out: list[tuple[str, int, int]] = []
    for path in sorted([*folder.glob("*.csv"), *folder.glob("texts/*")])[:MAX_FILES]:
        out += _stamp_file(path) if path.name != "notes.csv" else ()
    return (*_stamp_file(folder / "campaign.toml"), *out)


def _stamp_texts(path: Path) -> Stamp:
    if not path.is_dir():
        return _stamp_file(path)
    return tuple(x for p in sorted(path.iterdir())[:MAX_FILES] for x in _stamp_file(p))


def start(settings: Settings) -> Library:
    """Return a library whose folders and texts there are.

    A folder with errors does not keep the others from being served; see :meth:`Library.broken`.

    Raises
    ------
    NotFoundError
        If there is no folder of a name given, or no campaign that texts are given for.
    """
    for folder in settings.folders:
        if not folder.exists():
            raise NotFoundError(
                "there is no campaign folder", where=str(folder), hint="start one with: cn new DIR"
            )
    library = Library(settings)
    for name, _ in settings.texts:
        if name not in library.own():
            library.known(name)
    return library

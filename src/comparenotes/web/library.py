"""The campaigns a server knows, and what was computed of them: one place, bounded.

A campaign is named by its id only, never by a path a browser sends. Computing is
done by one thread at a time (it is all processor time); what is ready is read
without waiting.
"""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comparenotes.campaigns.model import Campaign
from comparenotes.errors import NotFoundError, did_you_mean
from comparenotes.web.ahead import Ahead, Job
from comparenotes.web.cache import Cache
from comparenotes.web.made import Made
from comparenotes.web.notes import NotesFile
from comparenotes.web.settings import Settings
from comparenotes.web.store import Store

if TYPE_CHECKING:
    from comparenotes.compare.comparison import Comparison
    from comparenotes.message.report import Message
    from comparenotes.race.result import Race
    from comparenotes.record.report import Record

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
        self._campaigns: Cache[Known] = Cache(64)
        self._races: Cache[Race] = Cache(96)
        self._records: Cache[Record] = Cache(24)
        self._messages: Cache[Message] = Cache(24)
        self._comparisons: Cache[Comparison] = Cache(48)
        self.pages: Cache[Any] = Cache(96)
        self.drawing = threading.RLock()
        self._work = threading.RLock()
        self._starting = threading.Lock()

    # ------------------------------------------------------------- campaigns

    def own(self) -> dict[str, Path]:
        """Return id to folder of the user's own and uploaded campaigns."""
        out: dict[str, Path] = {}
        uploaded = self.settings.workspace / "campaigns"
        if uploaded.is_dir():
            out |= {p.name: p for p in sorted(uploaded.iterdir()) if (p / "campaign.toml").exists()}
        for folder in self.settings.folders:
            out[_folder_id(folder)] = folder
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

            return read_folder(folder)
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

        with self._work:
            if whole:
                return analyse(campaign, as_of=day, event=event)
            return analyse(campaign, as_of=day, event=event, seats=False)

    def record(self, known: Known, day: date) -> Record:
        """Return the record of governments in this campaign's position."""
        from comparenotes.record.report import record_of

        def make() -> Record:
            with self._work:
                return record_of(known.campaign, min(day, known.campaign.eve()))

        return self._records.get((known.stamp, day), make)

    def message(self, known: Known, day: date, issue: str) -> Message:
        """Return what each side says on issues (comma between; ``all``; empty for the usual)."""
        from comparenotes.message.report import message_of

        def make() -> Message:
            names = [x.strip() for x in issue.split(",") if x.strip()] or None
            with self._work:
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

            with self._work:
                return compare(
                    home.campaign, *(a.campaign for a in away), as_of=day, analyse=analyse
                )

        key = self.comparison_key(home, away, day)
        return self._comparisons.get(key, lambda: self._stored(key, make))

    # ----------------------------------------------------- the slider's next days

    def sliding(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return a page with a slider: from memory, as made ahead, or made now."""
        made: Made = self.pages.get(key, lambda: self._stored(key, make))
        return made

    def ready(self, key: Hashable) -> bool:
        """Return whether :meth:`sliding` or :meth:`comparison` need not compute ``key``."""
        there = self.pages.has(key) or self._comparisons.has(key)
        return there or (self._store is not None and self._store.has(key))

    def _stored(self, key: Hashable, make: Callable[[], Any]) -> Any:
        found = self._store.get(key) if self._store is not None else None
        if found is not None:
            return found
        value = make()
        if self._keeps and self._store is not None:
            self._store.put(key, value)
        return value

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


_IDS: Cache[str] = Cache(256)


def _folder_id(folder: Path) -> str:
    """Return the id in a folder's campaign.toml; DataError if the folder has errors."""
    from comparenotes.campaigns.load import load

    stamp = _stamp_file(folder / "campaign.toml")
    return _IDS.get((str(folder), stamp), lambda: load(folder).id)


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
    """Return a library; the user's own folders and texts are checked at once."""
    library = Library(settings)
    for name in (*library.own(), *(name for name, _ in settings.texts)):
        library.known(name)
    return library

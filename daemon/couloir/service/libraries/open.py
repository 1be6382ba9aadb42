"""The open libraries: each has its own reading thread, an index of its photos, and a cache of versions.

SQLite connections belong to the thread that made them, and requests come on several threads; so a caller passes a
function to the library's thread. Versions that were read stay in a bounded cache, because reading one costs
many times as much as translating it.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar, cast

from couloir.service.http.problems import LibraryNotOpen, UnknownLibrary
from couloir.service.libraries.index import PhotoIndex
from couloir.service.libraries.roots import LIBRARY_SUFFIXES, Purpose, Roots

if TYPE_CHECKING:  # reading a library needs packages that the start of the service must not wait for
    from couloir.aperture.library import Library
    from couloir.aperture.model import Master, Version
    from couloir.aperture.reading_way import ReadAsHere
    from couloir.service.libraries.watch import HintWatcher

log = logging.getLogger(__name__)

T = TypeVar("T")

MOST_IN_MEMORY: Final = 8192  # versions of one library: about 5 kB each
DATABASES: Final = Path("Database", "apdb")
USUAL_PLACES: Final = ("Pictures",)


def usual_way() -> ReadAsHere:
    """The default options: read the databases, follow no links, look for no disk elsewhere."""
    return {}


class OpenLibrary:
    """One library that is open for reading. Safe to use from any thread; close it."""

    def __init__(self, path: Path, library_id: str, reading: Callable[[], ReadAsHere] = usual_way) -> None:
        """Open the library at `path`; `reading` is called for the options at each opening. Raises what `Library.open`
        does.
        """
        self.path = path
        self._reading = reading
        self.id = library_id
        self.changed = False
        self.figures: Mapping[str, object] | None = None
        self.index: PhotoIndex | None = None
        self._lock = threading.Lock()
        self._recent: OrderedDict[str, tuple[Version, Master]] = OrderedDict()
        self._kept: dict[Callable[[Library], object], object] = {}
        self._watcher: HintWatcher | None = None
        self._reopen = False
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"library-{library_id[:8]}")
        try:
            self._library = self._thread.submit(self._opened).result()
        except BaseException:
            self._thread.shutdown()
            raise

    def ask(self, question: Callable[[Library], T]) -> T:
        """The result of `question`, which runs on the library's own thread and must not take long."""
        return self._thread.submit(lambda: question(self._current())).result()

    def versions(self, uuids: Sequence[str]) -> dict[str, tuple[Version, Master]]:
        """Versions with their masters, by uuid. One that is not in the library, or has no master, is left out."""
        with self._lock:
            found = {uuid: self._recent[uuid] for uuid in uuids if uuid in self._recent}
            for uuid in found:
                self._recent.move_to_end(uuid)
        missing = [uuid for uuid in dict.fromkeys(uuids) if uuid not in found]
        if missing:
            read = self.ask(lambda library: read_versions(library, missing))
            self.remember(read.values())
            found |= read
        return found

    def remember(self, pairs: Iterable[tuple[Version, Master]]) -> None:
        """Keep these versions in the cache; the least recently used are dropped."""
        with self._lock:
            for version, master in pairs:
                self._recent[version.uuid] = version, master
                self._recent.move_to_end(version.uuid)
            while len(self._recent) > MOST_IN_MEMORY:
                self._recent.popitem(last=False)

    def reopen(self) -> None:
        """Open the library again at the next question, with the user's current options."""
        with self._lock:
            self._reopen = True
            self._recent.clear()
            self._kept.clear()

    def ask_once(self, make: Callable[[Library], T]) -> T:
        """The result of `make` (a module-level function) for the library, cached until the library changes."""
        with self._lock:
            if make in self._kept:
                return cast("T", self._kept[make])
        made = self.ask(make)
        with self._lock:
            self._kept[make] = made
        return made

    def require_index(self) -> PhotoIndex:
        """The index. Raises LibraryNotOpen until the opening job has made it."""
        if self.index is None:
            raise LibraryNotOpen(item=self.path)
        return self.index

    def take_index(self, index: PhotoIndex, recent: Iterable[tuple[Version, Master]]) -> None:
        """Replace the index; the library counts as unchanged from now on."""
        with self._lock:
            before, self.index = self.index, index
            self._recent.clear()
            self._kept.clear()
            self.changed = False
        self.remember(recent)
        if before is not None:
            before.close()
        if self._watcher is None:
            self._watcher = self._watch()

    def close(self) -> None:
        if self._watcher is not None:
            self._watcher.close()
        self._thread.submit(lambda: self._library.close()).result()
        self._thread.shutdown()
        if self.index is not None:
            self.index.close()

    def _opened(self) -> Library:
        from couloir.aperture.library import Library

        return Library.open(self.path, **self._reading())

    def _current(self) -> Library:
        """The library, opened again after its files have changed: a connection to the old files may read invalid
        data.
        """
        if self._reopen:
            fresh = self._opened()
            self._library.close()
            self._library, self._reopen = fresh, False
        return self._library

    def _watch(self) -> HintWatcher:
        from couloir.service.libraries.watch import HintWatcher

        folder = self.path / DATABASES
        return HintWatcher(sorted(folder.glob("*.*db")), lambda _paths: self._note_change())

    def _note_change(self) -> None:
        log.info("the library %s has changed", self.id)
        with self._lock:
            self.changed = self._reopen = True
            self._recent.clear()
            self._kept.clear()


class OpenLibraries:
    """The open libraries, and the paths of other known ones. Safe to use from any thread; close it."""

    def __init__(self, roots: Roots) -> None:
        self._roots = roots
        self._lock = threading.Lock()
        self._open: dict[str, OpenLibrary] = {}

    def known_libraries(self) -> dict[str, Path]:
        """Libraries in the usual places, and those that the user has opened, by their id."""
        granted = [Path(root.path) for root in self._roots.all() if root.purpose is Purpose.LIBRARY]
        return {id_of(path): path for path in (*granted, *_in_usual_places())}

    def is_granted(self, path: Path) -> bool:
        return any(r.purpose is Purpose.LIBRARY and path.is_relative_to(r.path) for r in self._roots.all())

    def peek(self, library_id: str) -> OpenLibrary | None:
        """The library if it is open; opens nothing."""
        with self._lock:
            return self._open.get(library_id)

    def get(self, library_id: str) -> OpenLibrary:
        """A library that the user has opened to the service; opened for reading if it is not open yet.

        Raises UnknownLibrary, and what `Library.open` does.
        """
        with self._lock:
            found = self._open.get(library_id)
            if found is None:
                path = self._granted(library_id)
                found = self._open[library_id] = OpenLibrary(
                    path, library_id, lambda: self._roots.reading_options(path)
                )
            return found

    def path_of(self, library_id: str) -> Path:
        """Where a library that the user has opened to the service lies. Raises UnknownLibrary"""
        return self._granted(library_id)

    def indexed_libraries(self) -> list[OpenLibrary]:
        """The libraries in which photos can be identified."""
        return [library for library in self.all() if library.index is not None]

    def all(self) -> list[OpenLibrary]:
        """The libraries that are open."""
        with self._lock:
            return list(self._open.values())

    def close(self) -> None:
        with self._lock:
            for library in self._open.values():
                library.close()
            self._open.clear()

    def _granted(self, library_id: str) -> Path:
        for root in self._roots.all():
            if root.purpose is Purpose.LIBRARY and id_of(Path(root.path)) == library_id:
                return Path(root.path)
        raise UnknownLibrary(item=library_id)


def id_of(path: Path) -> str:
    """A library's id in addresses: made from its resolved path, so that it is the same after a restart."""
    return hashlib.blake2b(str(path).encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()


def read_versions(library: Library, uuids: Sequence[str]) -> dict[str, tuple[Version, Master]]:
    """Versions with their masters, by uuid; missing and duplicate ones are left out. Reading them one at a time
    takes twice as long.
    """
    from couloir.aperture.safe_sqlite import PAGE
    from couloir.migrate.files.sizes import sized_in

    found = {}
    wanted = [uuid.encode("utf-8", "replace").decode() for uuid in dict.fromkeys(uuids)]
    for start in range(0, len(wanted), PAGE):
        read = list(library.find_versions_with_masters(wanted[start : start + PAGE]))
        times = Counter(version.uuid for version, _ in read)
        for version, master in read:
            if master is not None and times[version.uuid] == 1:
                found[version.uuid] = sized_in(library, version, master), master
    return found


def _in_usual_places() -> list[Path]:
    """Libraries directly in the usual folders; a folder that may not be read counts as empty."""
    found = []
    for folder in (Path.home() / name for name in USUAL_PLACES):
        try:
            found += [each.resolve() for each in sorted(folder.iterdir()) if each.suffix.lower() in LIBRARY_SUFFIXES]
        except OSError as error:
            log.info("%s cannot be looked at: %s", folder.name, error.strerror)
    return found

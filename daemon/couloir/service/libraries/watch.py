"""Watches files for changes, with file-system events as hints only.

File-system events are unreliable on every system: none arrive from network volumes, some are dropped under load,
renames come as pairs or not at all, an unmount or an error ends a watch silently. So an event never says *what*
happened here. It only wakes a thread that compares the sizes and times of the watched files with the earlier ones, as
it also does at intervals; and it reports a change only after the files have stopped changing.

Nothing is opened and nothing is written: a watched library stays unchanged. Two uses: the models folder
(`HintWatcher([store.folder], lambda _: store.reload())`), and the database files of libraries with open plans.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver
from watchdog.observers.polling import PollingObserver

SETTLE: Final = 1.0
RECONCILE: Final = 60.0
POLL: Final = 5.0

_IDLE_EVENTS: Final = frozenset({"opened", "closed_no_write"})  # reads, including Couloir's own
_NETWORK_FILE_SYSTEMS: Final = frozenset(
    {"9p", "afpfs", "afs", "ceph", "cifs", "davfs", "fuse", "fuseblk", "glusterfs", "ncpfs", "nfs", "nfs4", "smb3"}
    | {"smbfs", "vboxsf", "virtiofs", "webdav"}
)
_WINDOWS_REMOTE_DRIVE: Final = 4  # DRIVE_REMOTE of GetDriveTypeW

_State = Mapping[Path, tuple[tuple[str, int, int], ...]]


class HintWatcher:
    """Calls back, on its own thread, when watched files have changed and then stayed unchanged.

    `paths` are files, which need not exist yet, or folders, which mean the files directly in them. `callback` gets
    those of the paths that changed since the last call (or since the start), and must not raise. `settle` is the time
    in seconds in which sizes and times must not change, `reconcile` the interval of checks without any event. `polling`
    forces watchdog's polling on or off; by default it is used for volumes whose changes the system does not report.

    Use it as a context manager, or call `close`. A folder that cannot be watched is still checked every `reconcile`.
    """

    def __init__(
        self,
        paths: Iterable[Path],
        callback: Callable[[frozenset[Path]], object],
        *,
        settle: float = SETTLE,
        reconcile: float = RECONCILE,
        poll: float = POLL,
        polling: bool | None = None,
    ) -> None:
        self._paths = tuple(dict.fromkeys(paths))
        self._callback = callback
        self._settle, self._reconcile, self._poll, self._polling = settle, reconcile, poll, polling
        self._hinted = threading.Event()
        self._closed = threading.Event()
        self._observers: list[BaseObserver] = []
        self._known = _state(self._paths)
        self._watch_folders()
        self._thread = threading.Thread(target=self._run, name="couloir-hints", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop watching and wait for the threads to end. May be called twice, and from the callback."""
        self._closed.set()
        self._hinted.set()
        for observer in self._observers:
            observer.stop()
        for thread in (*self._observers, self._thread):
            if thread is not threading.current_thread():
                thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _watch_folders(self) -> None:
        folders = {path if path.is_dir() else path.parent for path in self._paths}
        polled = {folder for folder in folders if self._wants_polling(folder)}
        refused = self._observe(Observer, folders - polled)
        self._observe(PollingObserver, polled | refused)

    def _wants_polling(self, folder: Path) -> bool:
        return needs_polling(folder) if self._polling is None else self._polling

    def _observe(self, kind: Callable[..., BaseObserver], folders: Iterable[Path]) -> set[Path]:
        """Start an observer for the folders that exist; returns those that it cannot watch."""
        existing = [folder for folder in folders if folder.is_dir()]
        if not existing:
            return set()
        observer = kind(timeout=self._poll)
        observer.daemon = True
        observer.start()
        self._observers.append(observer)
        refused = set()
        handler = _Waker(self._hinted)
        for folder in existing:
            try:
                observer.schedule(handler, str(folder), recursive=False)
            except (
                OSError
            ):  # out of inotify watches, no permission, or removed: polling or the regular check notices changes
                refused.add(folder)
        return refused

    def _run(self) -> None:
        while not self._closed.is_set():
            self._hinted.wait(self._reconcile)
            self._hinted.clear()
            self._report_when_settled()

    def _report_when_settled(self) -> None:
        state = _state(self._paths)
        while state != self._known:
            if self._closed.wait(self._settle):
                return
            before, state = state, _state(self._paths)
            if state == before:
                changed = frozenset(path for path in self._paths if state[path] != self._known[path])
                self._known = state
                self._callback(changed)
                return


class _Waker(FileSystemEventHandler):
    """Turns any event that may mean a change into the same hint."""

    def __init__(self, hinted: threading.Event) -> None:
        self._hinted = hinted

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type not in _IDLE_EVENTS:
            self._hinted.set()


def needs_polling(folder: Path) -> bool:
    """Whether the system does not report changes there: network shares, FUSE, disks of other machines.

    On macOS everything under /Volumes counts, because telling a share from a disk would take another program.
    """
    resolved = folder.resolve()
    if sys.platform == "win32":
        import ctypes

        drive = resolved.anchor
        return drive.startswith("\\\\") or ctypes.windll.kernel32.GetDriveTypeW(drive) == _WINDOWS_REMOTE_DRIVE
    if sys.platform == "darwin":
        return resolved.is_relative_to("/Volumes")
    try:
        mounts = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return True  # unknown: polling always works
    kind = file_system_of(resolved, mounts)
    return kind.partition(".")[0] in _NETWORK_FILE_SYSTEMS


def file_system_of(folder: Path, mounts: str) -> str:
    """The type of the file system that holds an absolute folder, by the lines of /proc/self/mounts; "" if none does."""
    best, kind = -1, ""
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) >= 3:
            # The kernel writes spaces and backslashes of a path as octal numbers.
            place = Path(fields[1].replace(r"\040", " ").replace(r"\011", "\t").replace(r"\134", "\\"))
            if folder.is_relative_to(place) and len(place.parts) >= best:
                best, kind = len(place.parts), fields[2]
    return kind


def _state(paths: Iterable[Path]) -> _State:
    return {path: _files(path) for path in paths}


def _files(path: Path) -> tuple[tuple[str, int, int], ...]:
    """(name, size, time in ns) of a file, or of each file directly in a folder; empty without one or without access."""
    try:
        with os.scandir(path) as entries:
            return tuple(sorted(_file(entry.name, entry.stat()) for entry in entries if entry.is_file()))
    except NotADirectoryError:
        try:
            return (_file(path.name, path.stat()),)
        except OSError:
            return ()
    except OSError:
        return ()


def _file(name: str, facts: os.stat_result) -> tuple[str, int, int]:
    return name, facts.st_size, facts.st_mtime_ns

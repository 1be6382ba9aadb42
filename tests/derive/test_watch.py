"""Watching a models folder: an event only triggers a comparison, and files are reported once they stop changing."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from watchdog.observers.polling import PollingObserver

from couloir.derive.residual.store import ModelStore
from couloir.learn.network import initial
from couloir.learn.publish import Identity, publish
from couloir.service.libraries import watch
from couloir.service.libraries.watch import HintWatcher, file_system_of, needs_polling

NEVER = 3600.0
SOON: dict[str, Any] = {"settle": 0.05, "poll": 0.05, "reconcile": NEVER, "polling": True}


class Calls:
    """Collects what a watcher reports, and waits for it."""

    def __init__(self) -> None:
        self._calls: queue.Queue[frozenset[Path]] = queue.Queue()

    def __call__(self, changed: frozenset[Path]) -> None:
        self._calls.put(changed)

    def next(self) -> frozenset[Path]:
        return self._calls.get(timeout=30)

    @property
    def waiting(self) -> int:
        return self._calls.qsize()


@pytest.fixture
def calls() -> Calls:
    return Calls()


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) <= before


def until(condition: Any) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("polling", [True, False], ids=["polling", "native"])
def test_a_change_is_reported_with_its_path(tmp_path: Path, calls: Calls, polling: bool) -> None:
    watched, other = tmp_path / "Library.apdb", tmp_path / "Faces.db"
    watched.write_bytes(b"1")
    other.write_bytes(b"1")
    with HintWatcher([watched, other], calls, **{**SOON, "polling": polling}):
        watched.write_bytes(b"22")
        assert calls.next() == {watched}
        other.write_bytes(b"22")
        assert calls.next() == {other}


def test_a_file_that_does_not_exist_yet_can_be_watched(tmp_path: Path, calls: Calls) -> None:
    journal = tmp_path / "Library.apdb-wal"
    with HintWatcher([journal], calls, **SOON):
        journal.write_bytes(b"1")
        assert calls.next() == {journal}
        journal.unlink()
        assert calls.next() == {journal}


def test_a_neighbour_that_changes_is_no_news(tmp_path: Path, calls: Calls) -> None:
    watched = tmp_path / "Library.apdb"
    watched.write_bytes(b"1")
    with HintWatcher([watched], calls, **SOON):
        (tmp_path / "other").write_bytes(b"1")
        time.sleep(0.3)
        watched.write_bytes(b"22")
        assert calls.next() == {watched}
        assert calls.waiting == 0


def test_a_file_is_reported_when_it_is_whole(tmp_path: Path) -> None:
    sizes: queue.Queue[int] = queue.Queue()
    path = tmp_path / "model.onnx"
    with HintWatcher([tmp_path], lambda _: sizes.put(path.stat().st_size), **{**SOON, "settle": 0.8}):
        with path.open("wb", buffering=0) as file:
            for _ in range(10):
                file.write(b"part")
                time.sleep(0.02)
        assert sizes.get(timeout=30) == 40
        assert sizes.empty()


def test_a_rename_over_the_file_is_a_change(tmp_path: Path, calls: Calls) -> None:
    path, partial = tmp_path / "registry.json", tmp_path / "registry.json.partial"
    path.write_bytes(b"1")
    with HintWatcher([path], calls, **SOON):
        partial.write_bytes(b"22")
        partial.replace(path)
        assert calls.next() == {path}


def test_without_any_event_a_change_is_found_by_looking(tmp_path: Path, calls: Calls) -> None:
    path = tmp_path / "not yet mounted" / "Library.apdb"
    with HintWatcher([path], calls, **{**SOON, "reconcile": 0.05}):
        path.parent.mkdir()
        path.write_bytes(b"1")
        assert calls.next() == {path}


def test_where_the_system_refuses_a_watch_polling_takes_over(
    tmp_path: Path, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Exhausted(PollingObserver):
        def schedule(self, *_: object, **__: object) -> Any:
            raise OSError(28, "inotify watch limit reached")

    monkeypatch.setattr(watch, "Observer", Exhausted)
    with HintWatcher([tmp_path], calls, **{**SOON, "polling": False}):
        (tmp_path / "new").write_bytes(b"1")
        assert calls.next() == {tmp_path}


def test_watching_leaves_the_folder_as_it_is(tmp_path: Path, calls: Calls) -> None:
    path = tmp_path / "Library.apdb"
    path.write_bytes(b"1")
    before = [(entry.name, entry.stat()) for entry in tmp_path.iterdir()]
    with HintWatcher([path, tmp_path / "Library.apdb-wal"], calls, **SOON):
        time.sleep(0.2)
    assert [(entry.name, entry.stat()) for entry in tmp_path.iterdir()] == before
    assert calls.waiting == 0


def test_closing_twice_or_from_the_callback_is_fine(tmp_path: Path) -> None:
    done = threading.Event()

    def close(_: object) -> None:
        watcher.close()
        done.set()

    watcher = HintWatcher([tmp_path], close, **SOON)
    (tmp_path / "new").write_bytes(b"1")
    assert done.wait(30)
    watcher.close()
    watcher.close()


def test_a_new_model_is_taken_without_a_restart_and_a_bad_one_is_not(tmp_path: Path) -> None:
    def put(name: str) -> None:
        ensemble = initial(1, hidden=(2,), deviation=1.0)
        publish(tmp_path, ensemble, Identity(name, 1, trained=False, created_by="a test", summary="", card=""))

    put("first")
    store = ModelStore(tmp_path)
    assert store.model() is not None
    with HintWatcher([store.folder], lambda _: store.reload(), **SOON):
        put("second")
        until(lambda: store.status().name == "second")
        (tmp_path / "second.onnx").write_bytes(b"no model")
        until(lambda: store.status().refusal is not None)
        assert store.status().loaded
        assert store.status().name == "second"
        put("third")
        until(lambda: store.status().name == "third")
        assert store.status().refusal is None


MOUNTS = r"""/dev/sda1 / ext4 rw 0 0
server:/photos /mnt/my\040photos nfs4 rw 0 0
//nas/share /mnt/nas cifs rw 0 0
sshfs#host /home/me/far fuse.sshfs rw 0 0
tmpfs /mnt/nas/local tmpfs rw 0 0
broken line
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/", "ext4"),
        ("/mnt/my photos/Aperture", "nfs4"),
        ("/mnt/nas/a/b", "cifs"),
        ("/mnt/nasty", "ext4"),
        ("/home/me/far", "fuse.sshfs"),
        ("/mnt/nas/local/x", "tmpfs"),
    ],
)
def test_the_mount_that_holds_a_folder_is_the_deepest_one(folder: str, kind: str) -> None:
    assert file_system_of(Path(folder), MOUNTS) == kind


@pytest.mark.skipif("sys.platform != 'linux'", reason="reads /proc/self/mounts")
@pytest.mark.parametrize(("kind", "polled"), [("ext4", False), ("nfs4", True), ("cifs", True), ("fuse.sshfs", True)])
def test_network_volumes_are_polled(monkeypatch: pytest.MonkeyPatch, kind: str, polled: bool) -> None:
    monkeypatch.setattr(watch, "file_system_of", lambda *_: kind)
    assert needs_polling(Path.cwd()) is polled

"""Manages the worker processes: starts them when needed, reuses them, and ends those that take too long."""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Final, TypeVar

import msgspec
import numpy as np

from couloir.engines.decoding.limits import DecodingRefusal, Use
from couloir.engines.decoding.raw_file import RawFacts
from couloir.engines.decoding.stopping import CHECK
from couloir.engines.decoding.worker import Reply, Request
from couloir.engines.dng.layout import NotMeasurable
from couloir.engines.protocol import Picture
from couloir.installing import command_to_run

Answered = TypeVar("Answered")

AT_ONCE: Final = 2
"""The number of pictures that one process of ours decodes in workers at the same time."""
PATIENCE: Final = 60.0
"""Seconds that decoding one picture may take in a worker; a RAW file of 100 megapixels takes ten."""
_LOOK: Final = 0.1  # seconds between two checks of the clock and of cancellation


class _Worker:
    """One process and its pipes. Used by one thread at a time."""

    def __init__(self) -> None:
        # The worker must find the same package, wherever this process has it from.
        places = os.pathsep.join(place for place in sys.path if place and Path(place).is_absolute())
        self._process = subprocess.Popen(  # noqa: S603 - a part of Couloir itself, no shell
            command_to_run("couloir.engines.decoding.worker"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": places, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
        )
        self.owner = os.getpid()

    def ask(self, request: Request) -> tuple[Reply, Picture | None]:
        """Send a request and read the answer. Raises OSError when the process has ended before it."""
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise OSError("the decoding process has no pipes")
        stdin.write(msgspec.json.encode(request) + b"\n")
        stdin.flush()
        reply = msgspec.json.decode(_exactly(stdout, int.from_bytes(_exactly(stdout, 4), "big")), type=Reply)
        if not reply.shape:
            return reply, None
        pixels = np.empty(reply.shape, dtype=np.float32)
        _fill(stdout, pixels.data.cast("B"))
        return reply, pixels

    @property
    def usable(self) -> bool:
        return self.owner == os.getpid() and self._process.poll() is None

    def end(self) -> None:
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        self._process.wait()

    def kill(self) -> None:
        """End the process. It may be called from another thread; `ask` then raises."""
        self._process.kill()


_free: list[_Worker] = []
_lock = threading.Lock()
_places = threading.BoundedSemaphore(AT_ONCE)


def raw_facts(path: Path) -> RawFacts:
    """Raises as `ask` does, and NotMeasurable."""
    reply, _ = ask(_request("raw-facts", path))
    return _given(reply.facts)


def raw_pixels(path: Path, wanted: int) -> Picture:
    """Raises as `ask` does, and NotMeasurable."""
    _, pixels = ask(_request("raw", path, size=wanted))
    return _given(pixels)


def picture_header(path: Path, use: Use) -> tuple[int, int, int]:
    """(width, height, EXIF orientation). Raises as `ask` does."""
    reply, _ = ask(_request("header", path, use=use))
    return _given(reply.header)


def picture_pixels(path: Path, use: Use, size: int | None, *, orient: bool) -> tuple[Picture, float | None]:
    """The pixels, and the share of rows that a truncated picture lacks. Raises as `ask` does."""
    reply, pixels = ask(_request("pixels", path, use=use, size=size, orient=orient))
    return _given(pixels), reply.missing


def _request(task: str, path: Path, *, use: Use = Use.PHOTO, size: int | None = None, orient: bool = False) -> Request:
    return Request(task, os.fsencode(path.absolute()).hex(), size, orient, use)


def _given(value: Answered | None) -> Answered:
    if value is None:
        raise DecodingRefusal("the decoder returned no answer")
    return value


def ask(request: Request, patience: float | None = None) -> tuple[Reply, Picture | None]:
    """Carry out a request in a worker.

    Raises DecodingRefusal if the worker refuses the file, crashes, or does not answer in time; and the exception of the
    check of `couloir.engines.decoding.stopping` when the work was cancelled.
    """
    check = CHECK.get()
    while not _places.acquire(timeout=_LOOK):
        if check is not None:
            check()
    try:
        return _ask_one(request, PATIENCE if patience is None else patience, check)
    finally:
        _places.release()


def _ask_one(request: Request, patience: float, check: Callable[[], None] | None) -> tuple[Reply, Picture | None]:
    worker = _take()
    late, done = threading.Event(), threading.Event()
    watch = threading.Thread(target=_watch, args=(worker, done, late, patience, check), daemon=True)
    watch.start()
    kept = False
    try:
        reply, pixels = worker.ask(request)
        kept = True
    except (OSError, EOFError, msgspec.DecodeError, ValueError) as error:
        if check is not None:
            check()
        if late.is_set():
            raise DecodingRefusal(f"decoding it took longer than {patience:g} seconds and was stopped") from error
        raise DecodingRefusal("the decoder crashed on it") from error
    finally:
        done.set()
        watch.join()
        if kept and worker.usable:
            with _lock:
                _free.append(worker)
        else:
            worker.end()
    if reply.why:
        raise NotMeasurable(reply.why) if reply.is_whole else DecodingRefusal(reply.why)
    return reply, pixels


def _watch(
    worker: _Worker,
    done: threading.Event,
    late: threading.Event,
    patience: float,
    check: Callable[[], None] | None,
) -> None:
    deadline = time.monotonic() + patience
    while not done.wait(_LOOK):
        if time.monotonic() > deadline:
            late.set()
            worker.kill()
            return
        if check is not None and _raises(check):
            worker.kill()
            return


def _raises(check: Callable[[], None]) -> bool:
    try:
        check()
    except Exception:  # noqa: BLE001  (whatever the check raises)
        return True  # the thread that decodes raises it again
    return False


def _take() -> _Worker:
    while True:
        with _lock:
            worker = _free.pop() if _free else None
        if worker is None:
            try:
                return _Worker()
            except OSError as error:
                raise DecodingRefusal(f"the decoding process could not be started ({error})") from error
        if worker.usable:
            return worker
        if worker.owner == os.getpid():
            worker.end()


def _exactly(pipe: IO[bytes], count: int) -> bytes:
    data = pipe.read(count)
    if len(data) < count:
        raise EOFError
    return data


def _fill(pipe: IO[bytes], wanted: memoryview) -> None:
    at = 0
    while at < len(wanted):
        read: int = pipe.readinto(wanted[at:])  # type: ignore[attr-defined]  # a BufferedReader
        if not read:
            raise EOFError
        at += read


@atexit.register
def close() -> None:
    """End the workers that are idle."""
    with _lock:
        idle = [worker for worker in _free if worker.owner == os.getpid()]
        _free.clear()
    for worker in idle:
        worker.end()

"""Lightroom's time: it flows like real time and leaps over sleeps when nothing else is under way."""

from __future__ import annotations

import heapq
import itertools
import queue
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

COCOA_EPOCH = 978307200.0
"""Seconds from 1970 to 2001, where Lightroom's dates begin."""


class Waits:
    """Everything that tasks wait for: sleeps, and work that other threads do.

    A wait has a number, its token. `collect` gives the tokens that are over, each with the function that makes its
    results: it runs on the thread of Lua.
    """

    def __init__(self, time_scale: float, *, real_time: bool = True) -> None:
        self._scale = time_scale
        self._flows = real_time
        self._start = time.monotonic()
        self._wall = time.time()
        self._leapt = 0.0
        self._tokens = itertools.count(1)
        self._sleepers: list[tuple[float, int, int, Callable[[], Any]]] = []
        self._done: queue.SimpleQueue[tuple[int, Callable[[], Any]]] = queue.SimpleQueue()
        self._under_way = 0
        self._threads: ThreadPoolExecutor | None = None

    def now(self) -> float:
        """Seconds since this Lightroom started."""
        return (time.monotonic() - self._start if self._flows else 0.0) + self._leapt

    def posix_time(self) -> float:
        return self._wall + self.now()

    def spend(self, seconds: float) -> None:
        """So much of Lightroom's time is over, at once."""
        self._leapt += seconds

    def token(self) -> int:
        return next(self._tokens)

    def later(self, seconds: float, results: Callable[[], Any], token: int | None = None) -> int:
        """A wait that is over after so many of Lightroom's seconds."""
        token = self.token() if token is None else token
        heapq.heappush(self._sleepers, (self.now() + max(0.0, seconds), next(self._tokens), token, results))
        return token

    def work(self, function: Callable[[], Callable[[], Any]]) -> int:
        """Runs `function` on another thread; what it returns makes the results."""
        if self._threads is None:
            self._threads = ThreadPoolExecutor(max_workers=8, thread_name_prefix="fake-lightroom")
        token = self.token()
        self._under_way += 1
        future = self._threads.submit(function)
        future.add_done_callback(lambda done: self._done.put((token, _outcome(done))))
        return token

    def collect(self, *, may_block: bool) -> list[tuple[int, Callable[[], Any]]]:
        """What is over by now. With `may_block`, waits (or leaps) until something is, unless nothing is pending."""
        over = self._ready()
        if over or not may_block:
            return over
        if self._under_way:
            limit = max(0.0, self._sleepers[0][0] - self.now()) if self._sleepers else None
            with suppress(queue.Empty):
                over.append(self._take(limit))
            return over + self._ready()
        if self._sleepers:
            gap = self._sleepers[0][0] - self.now()
            if gap > 0:
                if self._scale:
                    time.sleep(gap * self._scale)
                self._leapt += max(0.0, self._sleepers[0][0] - self.now())
            return self._ready()
        return []

    @property
    def pending(self) -> bool:
        return bool(self._under_way or self._sleepers)

    def close(self) -> None:
        if self._threads is not None:
            self._threads.shutdown(wait=True, cancel_futures=True)

    def _take(self, timeout: float | None) -> tuple[int, Callable[[], Any]]:
        item = self._done.get(timeout=timeout) if timeout != 0 else self._done.get_nowait()
        self._under_way -= 1
        return item

    def _ready(self) -> list[tuple[int, Callable[[], Any]]]:
        over = []
        while not self._done.empty():
            over.append(self._take(0))
        while self._sleepers and self._sleepers[0][0] <= self.now():
            _, _, token, results = heapq.heappop(self._sleepers)
            over.append((token, results))
        return over


def _outcome(done: Any) -> Callable[[], Any]:
    error = done.exception()
    if error is None:
        return done.result()  # type: ignore[no-any-return]

    def fail() -> Any:
        raise error

    return fail

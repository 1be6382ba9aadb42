"""Matches many photos with many workers, as if it were one: any number of workers gives the same matches.

A photo's match depends on what earlier ones have taught. So each photo begins when certain results are known, no fewer
and no more (`count_known`), and results count in the order in which their photos began, whoever is done first.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from couloir.workers import Crew, Ticket

Task = TypeVar("Task")
Result = TypeVar("Result")
Kept = TypeVar("Kept")

MOST_UNDER_WAY: Final = 32
"""Photos whose results are done without, at most, when another one begins: more workers than that gain nothing."""

_LOOK: Final = 0.2  # seconds between two safe points


def count_known(begun: int, share: float) -> int:
    """How many results must be known when a photo begins, as `begun` others have; no more are made use of.

    It depends on nothing else. The first photos know all results before theirs, because these teach most; later ones do
    without `share` of them, MOST_UNDER_WAY at most.
    """
    return begun - min(int(begun * share), MOST_UNDER_WAY)


@dataclass(frozen=True, slots=True)
class KnownResult(Generic[Result]):
    """A result that an earlier run has recorded, or that takes no work."""

    result: Result
    is_kept: bool = True


@dataclass(frozen=True, slots=True)
class Steps(Generic[Task, Result, Kept]):
    """What is done with each photo, all in one process and in order.

    `propose`: the next task, or its result where it is known; None where there is none now, or no more. `keep`: record
    a result, and give what the caller gets. `learn`: let the next proposals know a result. `pause`: called while
    workers work; what it raises ends all, and nothing more is recorded.
    """

    propose: Callable[[], Task | KnownResult[Result] | None]
    keep: Callable[[Result], Kept]
    learn: Callable[[Result], None]
    pause: Callable[[], None]


@dataclass(slots=True)
class _UnderWay(Generic[Result]):
    ticket: Ticket
    known: KnownResult[Result] | None = None


def work_in_order(
    crew: Crew[Result], steps: Steps[Task, Result, Kept], share: float, is_asked: Callable[[], bool] = lambda: True
) -> Iterator[Kept]:
    """Carry out `steps` until nothing is proposed any more; yields what `keep` gives, in order.

    No other photo begins where `is_asked` says no; those under way are finished.
    """
    return _InOrder(crew, steps, share, is_asked).run()


class _InOrder(Generic[Task, Result, Kept]):
    def __init__(
        self, crew: Crew[Result], steps: Steps[Task, Result, Kept], share: float, is_asked: Callable[[], bool]
    ) -> None:
        self._crew, self._steps, self._share, self._is_asked = crew, steps, share, is_asked
        self._begun = self._known = 0
        self._under_way: deque[_UnderWay[Result]] = deque()
        self._kept: deque[Result] = deque()

    def run(self) -> Iterator[Kept]:
        while True:
            while self._known < count_known(self._begun, self._share):
                yield from self._learn_next()
            yield from self._keep_finished()
            if not self._is_asked():
                break
            proposed = self._steps.propose()
            if proposed is not None:
                self._begin(proposed)
            elif self._known < self._begun:
                yield from self._learn_next()  # there may be more when it is known
            else:
                return
        while self._known < self._begun:
            yield from self._learn_next()

    def _begin(self, proposed: Task | KnownResult[Result]) -> None:
        self._begun += 1
        if isinstance(proposed, KnownResult):
            self._under_way.append(_UnderWay(None, proposed))
        else:
            self._under_way.append(_UnderWay(self._crew.hand(proposed)))

    def _learn_next(self) -> Iterator[Kept]:
        while not self._kept:
            yield from self._keep_first()
        self._steps.learn(self._kept.popleft())
        self._known += 1

    def _keep_finished(self) -> Iterator[Kept]:
        """Record what is finished, as far as its turn has come, until a worker is free."""
        while True:
            while self._under_way and self._is_ready(self._under_way[0]):
                yield from self._keep_first()
            working = [each.ticket for each in self._under_way if not self._is_ready(each)]
            if len(working) < self._crew.width:
                return
            self._crew.wait(working, _LOOK)
            self._steps.pause()

    def _keep_first(self) -> Iterator[Kept]:
        first = self._under_way[0]
        if first.known is not None:
            result, is_kept = first.known.result, first.known.is_kept
        else:
            while not self._is_ready(first):
                self._crew.wait([first.ticket], _LOOK)
                self._steps.pause()
            result, is_kept = self._crew.take(first.ticket), False
        self._steps.pause()  # before a result that a stop has spoilt is recorded
        self._under_way.popleft()
        kept = None if is_kept else self._steps.keep(result)
        self._kept.append(result)
        if kept is not None:
            yield kept

    def _is_ready(self, each: _UnderWay[Result]) -> bool:
        return each.known is not None or self._crew.is_ready(each.ticket)

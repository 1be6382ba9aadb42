"""Worker processes: this computer's, or those of a Dask cluster. They get one function, and once what all tasks share.

A worker needs nothing of the process that hands out the tasks but the files that a task names, under the same paths.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, Final, Generic, Protocol, TypeVar

from couloir import __version__
from couloir.errors import ClusterMissing, ClusterSilent, ClusterUnfit, WorkerEnded
from couloir.installing import explain_missing

Task = TypeVar("Task")
Result = TypeVar("Result")
Answer = TypeVar("Answer", covariant=True)

_FEW: Final = 16
_PATIENCE: Final = 10.0  # seconds in which a scheduler must answer
_LAST: Final = 5.0  # seconds that a worker has for clearing up behind itself
_ONE_THREAD: Final = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


def count_cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


Ticket = Any
"""What stands for a task that was handed out: a future of the kind that its crew has."""


class Crew(Protocol[Answer]):
    """The workers that are there now."""

    @property
    def width(self) -> int:
        """How many tasks they work on at a time."""
        ...

    def hand(self, task: Any) -> Ticket:
        """Hand a task out."""
        ...

    def is_ready(self, ticket: Ticket) -> bool:
        """Whether a task's result is there."""
        ...

    def wait(self, tickets: Collection[Ticket], seconds: float) -> None:
        """Wait until the result of one of these is there, and no longer than so many seconds."""
        ...

    def take(self, ticket: Ticket) -> Answer:
        """A task's result, when it is there. Raises WorkerEnded, and what the work raised."""
        ...


@dataclass(frozen=True, slots=True)
class Workers:
    """`count` processes here, or the workers of the Dask scheduler at an address (tcp://host:8786)."""

    count: int = 1
    scheduler: str | None = None

    def limited_to(self, tasks: int) -> Workers:
        """For so many tasks: of a few, processes would take longer to start than to finish."""
        return self if self.scheduler is not None or tasks > _FEW else ONE_WORKER

    @contextmanager
    def open(self, work: Callable[[Any, Any], Result], shared: Any) -> Iterator[Crew[Result]]:
        """Workers for `work(shared, task)`. `shared` is sent once to each; one worker here is this process itself.

        When the block ends early they end with it, whatever they do. Raises WorkersError, for a scheduler.
        """
        if self.scheduler is not None:
            with _open_cluster(self.scheduler, work, shared) as cluster:
                yield cluster
        elif self.count == 1:
            yield _Here(work, shared)
        else:
            with _open_processes(self.count, work, shared) as processes:
                yield processes

    def run(
        self, work: Callable[[Any, Any], Result], shared: Any, tasks: Sequence[Task]
    ) -> Iterator[tuple[Task, Result]]:
        """`work(shared, task)` for every task, in any order. Raises as `open` does, and whatever `work` raises."""
        with self.open(work, shared) as crew:
            waiting: dict[Ticket, Task] = {}
            left = iter(tasks)
            while True:
                while len(waiting) < crew.width and (task := next(left, None)) is not None:
                    waiting[crew.hand(task)] = task
                if not waiting:
                    return
                crew.wait(waiting, _LAST)
                for ticket in [each for each in waiting if crew.is_ready(each)]:
                    yield waiting.pop(ticket), crew.take(ticket)


ONE_WORKER: Final = Workers()


class _Here(Generic[Result]):
    """This process: a task is done when it was handed out."""

    width = 1

    def __init__(self, work: Callable[[Any, Any], Result], shared: Any) -> None:
        self._work, self._shared = work, shared

    def hand(self, task: Any) -> Ticket:
        done: Future[Result] = Future()
        done.set_result(self._work(self._shared, task))
        return done

    def is_ready(self, ticket: Ticket) -> bool:
        return bool(ticket.done())

    def wait(self, _tickets: Collection[Ticket], _seconds: float) -> None:
        """Nothing is under way."""

    def take(self, ticket: Ticket) -> Result:
        result: Result = ticket.result()
        return result


class _Held:
    """What a worker process has between tasks."""

    work: Callable[[Any, Any], Any]
    shared: Any = None
    busy = False
    is_over = False
    is_stopped = False


def _begin(work: Callable[[Any, Any], Any], shared: Any, leash: Connection) -> None:
    _Held.work, _Held.shared = work, shared
    signal.signal(signal.SIGINT, _interrupt)
    signal.signal(signal.SIGTERM, _interrupt)
    _mask_interrupts(block=False)
    threading.Thread(target=_follow, args=(leash,), daemon=True).start()


def _mask_interrupts(*, block: bool) -> None:
    """Hold Ctrl-C back, in this process and in those that it starts, until they can take it; Windows cannot."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_BLOCK if block else signal.SIG_UNBLOCK, {signal.SIGINT})


def _interrupt(number: int, _frame: object) -> None:
    """End what this worker does, once, so that it clears up behind itself: temporary files, a program that draws.

    Ctrl-C in a terminal reaches all its processes; the first of them says when this one ends. A pool ends all of its
    workers (SIGTERM) when one of them has ended.
    """
    if number == signal.SIGINT and not _Held.is_over:
        return
    if not _Held.busy:
        os._exit(1)
    if not _Held.is_stopped:
        _Held.is_stopped = True
        raise KeyboardInterrupt


def _follow(leash: Connection) -> None:
    """End with the process that holds the other end: when it closes it, and when it was killed."""
    try:
        leash.recv()
    except (EOFError, OSError):
        _Held.is_over = True
    if _Held.busy and hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
    elif _Held.busy:
        signal.raise_signal(signal.SIGINT)
    if _Held.busy:
        threading.Event().wait(_LAST)
    os._exit(1)


def _with_held(task: Any) -> Any:
    _Held.busy = True
    try:
        return _Held.work(_Held.shared, task)
    except KeyboardInterrupt:
        os._exit(1)
    finally:
        _Held.busy = False


class _Processes(Generic[Result]):
    def __init__(self, pool: ProcessPoolExecutor, width: int) -> None:
        self._pool, self.width = pool, width

    def hand(self, task: Any) -> Ticket:
        _mask_interrupts(block=True)  # the first task starts the processes
        try:
            return self._pool.submit(_with_held, task)
        except BrokenProcessPool as error:
            raise WorkerEnded(why=error) from error
        finally:
            _mask_interrupts(block=False)

    def is_ready(self, ticket: Ticket) -> bool:
        return bool(ticket.done())

    def wait(self, tickets: Collection[Ticket], seconds: float) -> None:
        wait(tickets, seconds, FIRST_COMPLETED)

    def take(self, ticket: Ticket) -> Result:
        try:
            result: Result = ticket.result()
        except BrokenProcessPool as error:
            raise WorkerEnded(why=error) from error
        return result


@contextmanager
def _open_processes(count: int, work: Callable[[Any, Any], Result], shared: Any) -> Iterator[_Processes[Result]]:
    # Spawned, not forked: the same on every system, and no lock of another thread is copied.
    context = get_context("spawn")
    theirs, leash = context.Pipe(duplex=False)
    with _one_thread_each():
        pool = ProcessPoolExecutor(count, mp_context=context, initializer=_begin, initargs=(work, shared, theirs))
        try:
            yield _Processes(pool, count)
        except BaseException:
            leash.close()
            raise
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
            leash.close()
            theirs.close()


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Worker processes compute on one thread each, unless somebody said otherwise: there is one for each core."""
    here = {name: "1" for name in _ONE_THREAD if name not in os.environ}
    os.environ.update(here)
    try:
        yield
    finally:
        for name in here:
            os.environ.pop(name, None)


class _Cluster(Generic[Result]):
    def __init__(self, distributed: Any, client: Any, work: Callable[[Any, Any], Result], shared: Any) -> None:
        self._distributed, self._client, self._work = distributed, client, work
        self._everywhere = client.scatter(shared, broadcast=True)

    @property
    def width(self) -> int:
        return max(1, sum(int(threads) for threads in self._client.nthreads().values()))

    def hand(self, task: Any) -> Ticket:
        return self._client.submit(self._work, self._everywhere, task, pure=False)

    def is_ready(self, ticket: Ticket) -> bool:
        return bool(ticket.done())

    def wait(self, tickets: Collection[Ticket], seconds: float) -> None:
        try:
            with self._client.as_current():
                self._distributed.wait(list(tickets), timeout=seconds, return_when="FIRST_COMPLETED")
        except TimeoutError:
            return

    def take(self, ticket: Ticket) -> Result:
        try:
            result: Result = ticket.result()
        except self._distributed.scheduler.KilledWorker as error:
            raise WorkerEnded(why=error) from error
        return result


@contextmanager
def _open_cluster(address: str, work: Callable[[Any, Any], Result], shared: Any) -> Iterator[_Cluster[Result]]:
    try:
        import distributed as untyped
    except ImportError as error:
        raise ClusterMissing(why=error, remedy=explain_missing("distributed")) from error
    distributed: Any = untyped  # its functions have no types
    try:
        client = distributed.Client(address, set_as_default=False, timeout=_PATIENCE)
    except (OSError, ValueError) as error:
        raise ClusterSilent(address=address, why=" ".join(str(error).split())) from error
    with client:
        _check_cluster(client, address)
        yield _Cluster(distributed, client, work, shared)


def _check_cluster(client: Any, address: str) -> None:
    """Raise ClusterUnfit where a worker lacks this Couloir."""
    try:
        theirs = client.run(_version)
    except Exception as error:
        raise ClusterUnfit(address=address, why=f"a worker cannot run Couloir ({error})") from error
    if not theirs:
        raise ClusterUnfit(address=address, why="it has no workers")
    for worker, version in theirs.items():
        if version != __version__:
            raise ClusterUnfit(address=address, why=f"{worker} has Couloir {version}, and this is {__version__}")


def _version() -> str:
    return __version__

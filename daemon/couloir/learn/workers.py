"""Runs many independent tasks on this machine's cores or on a Dask cluster, and yields results as they are ready."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Any, TypeVar

from couloir.errors import PackageMissing
from couloir.installing import explain_missing

Task = TypeVar("Task")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Workers:
    """`count` processes here, or the workers of the Dask scheduler at an address (tcp://host:8786)."""

    count: int = 1
    scheduler: str | None = None

    def run(
        self, work: Callable[[Any, Any], Result], shared: Any, tasks: Sequence[Task]
    ) -> Iterator[tuple[Task, Result]]:
        """`work(shared, task)` for every task, in any order. `shared` is sent once to each worker.

        Raises PackageMissing for a scheduler without the extra `cluster`, and whatever `work` raises.
        """
        if self.scheduler is not None:
            yield from _on_cluster(self.scheduler, work, shared, tasks)
        elif self.count == 1:
            for task in tasks:
                yield task, work(shared, task)
        else:
            yield from _on_this_machine(self.count, work, shared, tasks)


class _Held:
    """What a worker process keeps between tasks."""

    value: Any = None


def _keep(shared: Any) -> None:
    _Held.value = shared


def _with_kept(work: Callable[[Any, Any], Any], task: Any) -> Any:
    return work(_Held.value, task)


def _on_this_machine(
    count: int, work: Callable[[Any, Any], Result], shared: Any, tasks: Sequence[Task]
) -> Iterator[tuple[Task, Result]]:
    # Spawned, not forked: the same on every system, and no lock of another thread is copied.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(count, mp_context=context, initializer=_keep, initargs=(shared,)) as pool:
        asked = {pool.submit(_with_kept, work, task): task for task in tasks}
        for done in as_completed(asked):
            yield asked[done], done.result()


def _on_cluster(
    address: str, work: Callable[[Any, Any], Result], shared: Any, tasks: Sequence[Task]
) -> Iterator[tuple[Task, Result]]:
    try:
        import distributed
    except ImportError as error:
        raise PackageMissing(
            package="distributed", purpose="use a Dask cluster", why=error, remedy=explain_missing("distributed")
        ) from error
    cluster: Any = distributed  # its functions have no types
    with cluster.Client(address, set_as_default=False) as client:
        everywhere = client.scatter(shared, broadcast=True)
        asked = {client.submit(work, everywhere, task, pure=False): task for task in tasks}
        for done in cluster.as_completed(list(asked), loop=client.loop):
            yield asked[done], done.result()

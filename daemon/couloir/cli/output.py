"""Output that commands share: text for people, JSON for programs, progress bars."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from couloir.cli import interruption
from couloir.cli.numbers import number
from couloir.cli.plain import plain, plain_json
from couloir.json_text import to_json

if TYPE_CHECKING:
    from couloir.aperture.library import Library


class _PlainConsole(Console):
    """Prints no control character but line feeds, even where a caller forgot `escape_text`."""

    def print(self, *objects: Any, **options: Any) -> None:
        super().print(*(_plain_lines(each) if isinstance(each, str) else each for each in objects), **options)


def _plain_lines(text: str) -> str:
    return "\n".join(map(plain, text.split("\n")))


# Long lines are left to the terminal: a path broken in two cannot be copied.
console = _PlainConsole(highlight=False, soft_wrap=True)

_PATIENCE = 1.0  # seconds before a bar is shown
_INTERVAL = 0.1  # seconds between two updates: drawing a bar for each row would take longer than reading the rows


def escape_text(text: str) -> str:
    """A text with names from a library for `console.print`, without markup and control characters."""
    return escape(plain(text))


def print_json(document: object) -> None:
    """One JSON document on stdout, for programs."""
    click.echo(plain_json(to_json(document, indent=2, ensure_ascii=False, sort_keys=False)))


class Bar:
    """A bar on stderr, which is shown after a second of work. Call it with (done, total), None for an unknown total.

    Each call is a safe point for Ctrl-C.
    """

    def __init__(self, what: str) -> None:
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._what = what
        self._task = self._bar.add_task(escape(what), total=None)
        self._due = time.monotonic() + _PATIENCE

    def __call__(self, done: int, total: int | None) -> None:
        self._advance(self._what, done, total)

    def phase(self, what: str) -> Callable[[int, int | None], None]:
        """Another callback for the same bar, which then says `what`."""
        return partial(self._advance, what)

    def stop(self) -> None:
        if self._bar.live.is_started:
            self._bar.stop()

    def _advance(self, what: str, done: int, total: int | None) -> None:
        interruption.check()
        now = time.monotonic()
        if now < self._due:
            return
        self._due = now + _INTERVAL
        if not self._bar.live.is_started:
            self._bar.start()
        self._bar.update(self._task, description=escape(what), completed=done, total=total)


@contextmanager
def progress(what: str) -> Iterator[Bar]:
    """A bar while the block runs."""
    bar = Bar(what)
    try:
        yield bar
    finally:
        bar.stop()


def size(count: int) -> str:
    """A number of bytes as text: 1.4 GB."""
    value = float(count)
    for unit in ("bytes", "KB", "MB", "GB"):
        if value < 1000:
            return f"{number(value, 0)} {unit}" if unit == "bytes" else f"{number(value, 1)} {unit}"
        value /= 1000
    return f"{number(value, 1)} TB"


def none_shown(library: Library) -> str:
    """A sentence for a library whose versions are all hidden or in the trash; "" for any other."""
    if not library.counts()["versions"] or any(v.browsable and not v.in_trash for v in library.version_heads()):
        return ""
    return f"Aperture shows no photo of {library.info.path}; `couloir inspect` says why."

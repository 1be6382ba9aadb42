"""The process that decodes: `python -m couloir.engines.decoding.worker`. It ends when its pipe is closed.

It reads one JSON request a line from its standard input, and answers with the length of a JSON header (4 bytes), the
header, and the pixels as float32. Neither side unpickles data of the other.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import BinaryIO, Final

import msgspec
import numpy as np

from couloir.disk import try_twice
from couloir.engines.decoding.limits import Use, open_picture, read_header
from couloir.engines.decoding.picture import DECODER_ERRORS, decode, header
from couloir.engines.decoding.raw_file import RawFacts, decode_raw, facts
from couloir.engines.dng.layout import NotMeasurable
from couloir.engines.protocol import Picture

MEMORY: Final = {"pixels": 3 << 30, "header": 3 << 30, "raw": 8 << 30, "raw-facts": 8 << 30}
"""Bytes that a task may allocate beyond the worker's memory at its start, where the system limits it (Linux)."""


class Request(msgspec.Struct, frozen=True):
    """`task` is pixels, header, raw or raw-facts; `path` is hexadecimal, because not every path is text."""

    task: str
    path: str
    size: int | None = None
    orient: bool = False
    use: Use = Use.PHOTO


class Reply(msgspec.Struct, frozen=True, omit_defaults=True):
    """The header of an answer. `why` is the error, if any. `shape` is that of the pixels that follow; `header` is
    width, height, orientation.

    `missing` is the share of rows that a truncated picture lacks. `is_whole` says that the file is sound and asks for
    something that Couloir cannot do.
    """

    why: str = ""
    is_whole: bool = False
    shape: tuple[int, ...] = ()
    header: tuple[int, int, int] | None = None
    facts: RawFacts | None = None
    missing: float | None = None


def answer(request: Request) -> tuple[Reply, Picture | None]:
    """Carry out a request; the error of a decoder on a broken file becomes the reply's `why`."""
    try:
        return try_twice(lambda: _carry_out(request))
    except NotMeasurable as error:
        return Reply(why=str(error), is_whole=True), None
    except DECODER_ERRORS as error:
        return Reply(why=str(error) or type(error).__name__), None


def _carry_out(request: Request) -> tuple[Reply, Picture | None]:
    path = Path(os.fsdecode(bytes.fromhex(request.path)))
    if request.task == "raw-facts":
        return Reply(facts=facts(path)), None
    if request.task == "raw":
        pixels = decode_raw(path, request.size or 1)
        return Reply(shape=pixels.shape), pixels
    with open_picture(path) as file:
        found = read_header(file, request.use)
        if request.task == "header":
            return Reply(header=header(file, found, request.use)), None
        pixels, missing = decode(file, found, request.use, request.size, orient=request.orient)
        return Reply(shape=pixels.shape, missing=missing), pixels


def main() -> None:
    """Answer until the other side closes the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to both processes; the owner decides
    out: BinaryIO = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # output that a library prints must not mix with the answers
    has = _memory()
    for line in sys.stdin.buffer:
        request = msgspec.json.decode(line, type=Request)
        _limit_memory(has + MEMORY[request.task])
        reply, pixels = answer(request)
        head = msgspec.json.encode(reply)
        out.write(len(head).to_bytes(4, "big") + head)
        if pixels is not None:
            out.write(np.ascontiguousarray(pixels, dtype=np.float32).data.cast("B"))
        out.flush()


def _memory() -> int:
    """Bytes of this process's address space; 0 where the system does not report it."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 0


def _limit_memory(most: int) -> None:
    if sys.platform == "linux":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


if __name__ == "__main__":
    main()

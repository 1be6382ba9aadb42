"""Checksums of the ledger's pages, in a file beside it, by which a changed bit is detected and located.

SQLite's own check (`PRAGMA quick_check`) detects a broken structure, not a changed letter in a row. So when a ledger
is closed it is *sealed*: a token goes into its table `seal`, and the file NAME.sums gets the same token with a CRC-32
of every page. Triggers remove the token in any transaction that changes a row. Hence where
both tokens agree, not a byte of the ledger may differ from its sums; where they do not (a killed process, a power cut,
a ledger restored alone from a backup), the sums are not used, and only `quick_check` is run.
"""

from __future__ import annotations

import hashlib
import struct
import sys
import zlib
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from couloir.disk import writing
from couloir.migrate.files.own import write_whole

SUFFIX: Final = ".sums"

_MAGIC: Final = b"couloir-sums-1\n\0"
_HEAD: Final = struct.Struct("<16s16sII")  # magic, token, page size, pages
_DIGEST: Final = 16  # bytes of BLAKE2b at the end: damaged sums are recognised and not used
_BLOCK: Final = 256  # pages read at once

_WAL_HEAD: Final = struct.Struct(">8I")  # https://sqlite.org/fileformat2.html, section 4.1
_WAL_FRAME: Final = struct.Struct(">6I")


@dataclass(slots=True)
class Sums:
    """The checksums of a sealed ledger. `token` is 16 characters."""

    token: str
    page_size: int
    pages: array[int]


def sums_of(ledger: Path) -> Path:
    return ledger.with_name(ledger.stem + SUFFIX)


def read(ledger: Path) -> Sums | None:
    """The sums beside a ledger; None where there are none, or damaged ones."""
    try:
        content = sums_of(ledger).read_bytes()
    except OSError:
        return None
    body, digest = content[:-_DIGEST], content[-_DIGEST:]
    if len(body) < _HEAD.size or hashlib.blake2b(body, digest_size=_DIGEST).digest() != digest:
        return None
    magic, token, page_size, count = _HEAD.unpack_from(body)
    pages = array("I", body[_HEAD.size :])
    if sys.byteorder == "big":
        pages.byteswap()
    if magic != _MAGIC or len(pages) != count:
        return None
    return Sums(token.decode("ascii", "replace"), page_size, pages)


def write(ledger: Path, sums: Sums) -> None:
    """Write the sums beside a ledger. Raises as `write_whole` does."""
    pages = array("I", sums.pages)
    if sys.byteorder == "big":
        pages.byteswap()
    body = _HEAD.pack(_MAGIC, sums.token.encode("ascii"), sums.page_size, len(pages)) + pages.tobytes()
    write_whole(sums_of(ledger), body + hashlib.blake2b(body, digest_size=_DIGEST).digest())


def take_sums(ledger: Path, token: str, page_size: int) -> Sums:
    """The sums of a ledger's present pages. Raises as `writing` does."""
    with writing(ledger):
        return Sums(token, page_size, array("I", _checksums(ledger, page_size)))


def renew_sums(ledger: Path, token: str, sums: Sums, pages: Iterable[int]) -> Sums:
    """The sums of a ledger of which only `pages` (the first is 1) have changed. Raises as `writing` does."""
    with writing(ledger), ledger.open("rb") as stream:
        count = stream.seek(0, 2) // sums.page_size
        new = array("I", sums.pages[:count]) + array("I", bytes(4 * max(0, count - len(sums.pages))))
        for page in pages:
            if page <= count:
                stream.seek((page - 1) * sums.page_size)
                new[page - 1] = zlib.crc32(stream.read(sums.page_size))
    return Sums(token, sums.page_size, new)


def find_difference(ledger: Path, sums: Sums) -> int | None:
    """The first page that differs from the sealed one, from 1; None when none differs. Raises as `writing` does."""
    number = 0
    with writing(ledger):
        for number, found in enumerate(_checksums(ledger, sums.page_size), start=1):
            if number > len(sums.pages) or found != sums.pages[number - 1]:
                return number
    return None if number == len(sums.pages) else number + 1


def first_differs(ledger: Path, sums: Sums) -> bool:
    """Whether page 1, which identifies the file, was changed. Raises as `writing` does."""
    with writing(ledger):
        return next(_checksums(ledger, sums.page_size), None) != next(iter(sums.pages), None)


def waiting_pages(ledger: Path) -> frozenset[int]:
    """The pages in the write-ahead log, which the next checkpoint writes into the ledger."""
    found = set[int]()
    try:
        with ledger.with_name(f"{ledger.name}-wal").open("rb") as stream:
            head = stream.read(_WAL_HEAD.size)
            if len(head) < _WAL_HEAD.size:
                return frozenset()
            _, _, page_size, _, *salts = _WAL_HEAD.unpack(head)[:6]
            while len(frame := stream.read(_WAL_FRAME.size)) == _WAL_FRAME.size:
                page, _, *frame_salts = _WAL_FRAME.unpack(frame)[:4]
                if frame_salts != salts:
                    break  # from before the last checkpoint
                found.add(page)
                stream.seek(page_size, 1)
    except FileNotFoundError:
        pass
    return frozenset(found)


def _checksums(ledger: Path, page_size: int) -> Iterator[int]:
    with ledger.open("rb") as stream:
        while block := stream.read(page_size * _BLOCK):
            for start in range(0, len(block), page_size):
                yield zlib.crc32(block[start : start + page_size])

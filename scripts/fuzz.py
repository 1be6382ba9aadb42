"""Feeds the library reader damaged libraries until something escapes it: python3 scripts/fuzz.py --seconds 60

Three kinds of damage, from a seed: bytes and whole pages of a generated library's databases, blobs of its adjustments
and queries, and its property lists. What may come of it is a library that is read, with findings, or one of our own
errors. Anything else, and a trial of more than five seconds, is told with the seed that repeats it.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

_HERE = Path(__file__).resolve().parent
for _folder in (_HERE, _HERE.parent / "daemon"):
    if str(_folder) not in sys.path:
        sys.path.insert(0, str(_folder))

from couloir.aperture.blobs import BlobReader  # noqa: E402 - needs the path above
from couloir.aperture.details.alias import alias_target  # noqa: E402
from couloir.aperture.details.focus import focus_points  # noqa: E402
from couloir.aperture.details.rules import read_rule  # noqa: E402
from couloir.aperture.library import Library  # noqa: E402
from couloir.aperture.operations import decode  # noqa: E402
from couloir.aperture.plists import parse_plist  # noqa: E402
from couloir.errors import CouloirError  # noqa: E402
from sample_library import build_library  # noqa: E402

SLOWEST = 5.0
_PAGE = 4096
_DETAILS = ("stack_picks", "notes", "focus_points", "attachments", "version_places", "people", "version_faces",
            "import_groups", "videos", "pairs", "masters", "noted_aliases", "albums", "folders", "masks")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Escape:
    """What went wrong, and the seed with which it does so again."""

    seed: int
    what: str


def build(folder: Path) -> Path:
    """The library that is damaged: small, with a property list for everything."""
    library = folder / "Fuzzed.aplibrary"
    build_library(library, masters=6, seed=3, pictures="none")
    return library


def fuzz(library: Path, scratch: Path, seeds: Iterator[int], until: float) -> tuple[int, list[Escape]]:
    """Damage and read until the clock shows `until`: how many times, and what escaped."""
    blobs = _blobs(library)
    escapes: list[Escape] = []
    count = 0
    while time.monotonic() < until:
        seed = next(seeds)
        count += 1
        problem = trial(library, scratch, blobs, seed)
        if problem is not None:
            escapes.append(Escape(seed, problem))
    return count, escapes


def trial(library: Path, scratch: Path, blobs: list[bytes], seed: int) -> str | None:
    """One damaged thing, read; what escaped the reader, None when nothing did."""
    rng = random.Random(seed)
    began = time.monotonic()
    try:
        if rng.random() < 0.5:
            _read_blob(damaged(rng.choice(blobs), rng))
        else:
            copy = _damaged_copy(library, scratch, rng)
            began = time.monotonic()
            _read_library(copy, from_plists=rng.random() < 0.3)
    except CouloirError:
        pass  # refused in one line, as it should be
    except Exception as error:  # noqa: BLE001 - to find these is what this program is for
        return f"{type(error).__name__}: {error}"
    spent = time.monotonic() - began
    return f"it took {spent:.1f} s" if spent > SLOWEST else None


def damaged(data: bytes, rng: random.Random) -> bytes:
    """Bytes flipped, cut, doubled, moved or overwritten, a few times."""
    result = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 5, 20))):
        if not result:
            break
        at, length = rng.randrange(len(result)), rng.choice((1, 1, 2, 4, 8, 64))
        match rng.randrange(6):
            case 0:
                result[at] ^= 1 << rng.randrange(8)
            case 1:
                result[at : at + length] = rng.randbytes(length)
            case 2:
                del result[at : at + length]
            case 3:
                result[at:at] = result[at : at + length]
            case 4:
                result[at : at + length] = rng.choice((b"\0", b"\xff", b"\x7f")) * length
            case _:
                other = rng.randrange(len(result))
                result[at : at + length] = result[other : other + length]
    return bytes(result)


def _damaged_copy(library: Path, scratch: Path, rng: random.Random) -> Path:
    copy = scratch / library.name
    if copy.exists():
        shutil.rmtree(copy)
    shutil.copytree(library, copy)
    databases = sorted((copy / "Database" / "apdb").glob("*"))
    plists = sorted(file for file in (copy / "Database").rglob("*.ap*") if file.is_file() and file not in databases)
    for _ in range(rng.choice((1, 1, 3))):
        file = rng.choice(databases if rng.random() < 0.6 else plists)
        data = file.read_bytes()
        file.write_bytes(_damaged_pages(data, rng) if file in databases else damaged(data, rng))
    return copy


def _damaged_pages(data: bytes, rng: random.Random) -> bytes:
    """A database with a page changed from within, exchanged with another, blanked or cut off."""
    pages = [data[start : start + _PAGE] for start in range(0, len(data), _PAGE)]
    page = rng.randrange(len(pages))
    match rng.randrange(5):
        case 0:
            other = rng.randrange(len(pages))
            pages[page], pages[other] = pages[other], pages[page]
        case 1:
            pages[page] = bytes(len(pages[page]))
        case 2:
            return b"".join(pages)[: rng.randrange(len(data))]
        case _:
            size = len(pages[page])
            pages[page] = damaged(pages[page], rng)[:size].ljust(size, b"\0")
    return b"".join(pages)


def _blobs(library: Path) -> list[bytes]:
    """The blobs of the library's adjustments and smart albums, and a short one of each other kind."""
    with Library.open(library) as opened:
        [(_, database), *_] = opened.databases()
        rows = database.rows("RKImageAdjustment", ("data",))
        queries = [query for _, query in opened.details.queries()]
    return [*(row["data"] for row in rows), *queries, b"\x04\x0bstreamtyped" + bytes(64), bytes(200)]


def _read_blob(data: bytes) -> None:
    focus_points(data)
    reader = BlobReader()
    readers: tuple[Callable[[], object], ...] = (
        lambda: decode("", data, "x"),
        lambda: reader.read(data, "x"),
        lambda: reader.read(data, "x"),
        lambda: read_rule(data, "x"),
        lambda: alias_target(data, "x"),
        lambda: parse_plist(data, "x"),
    )
    for read in readers:
        try:
            read()
        except CouloirError:
            continue


def _read_library(path: Path, *, from_plists: bool) -> None:
    """Everything that a person could ask of it."""
    with Library.open(path, from_plists=from_plists) as library:
        library.counts(), library.folders(), library.keywords(), library.volumes(), library.stacks(), library.faces()
        for album in library.albums():
            library.details.rule(album)
        for master in library.masters():
            library.original(master)
        for version in library.versions():
            library.preview_state(version)
        for name in _DETAILS:
            list(getattr(library.details, name)())


def _seeds(start: int) -> Iterator[int]:
    while True:
        yield start
        start += 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=0, help="where to begin; each trial has the next number")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="couloir-fuzz-") as folder:
        library = build(Path(folder))
        scratch = Path(folder) / "scratch"
        scratch.mkdir()
        until = time.monotonic() + options.seconds
        count, escapes = fuzz(library, scratch, _seeds(options.seed), until)
    print(f"{count:,} trials, {len(escapes):,} escapes")
    for escape in escapes[:50]:
        print(f"seed {escape.seed}: {escape.what}")
    return 1 if escapes else 0


if __name__ == "__main__":
    sys.exit(main())

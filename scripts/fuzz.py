"""Feeds damaged libraries to the library reader, and reports errors that are not its own.

    python3 scripts/fuzz.py --seconds 60

Four kinds of damage, from a seed: bytes and whole pages of a generated library's databases, blobs of its adjustments
and queries, its property lists, and fresh keys and values that are not finite in all of them. A trial may end
with a library that is read, with findings, or with one of our own errors; a fresh key must be found again. Any other
end is reported with the seed that repeats it, as are a trial of more than five seconds of processor time, memory beyond
a gigabyte, and a blob that is read differently when its layout is known.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

_HERE = Path(__file__).resolve().parent
for _folder in (_HERE, _HERE.parent / "daemon", _HERE.parent / "tests" / "sample_library"):
    if str(_folder) not in sys.path:
        sys.path.insert(0, str(_folder))

from benchmarks.reading import peak_bytes  # noqa: E402 - as above
from benchmarks.rows import Row, add_json_option, write_rows  # noqa: E402 - as above
from couloir.aperture.audit.unread import unread_in_databases, unread_in_plists  # noqa: E402
from couloir.aperture.blobs import Blob, BlobReader, read_blob  # noqa: E402
from couloir.aperture.details.alias import alias_target  # noqa: E402
from couloir.aperture.details.focus import focus_points  # noqa: E402
from couloir.aperture.details.rules import read_rule  # noqa: E402
from couloir.aperture.library import Library  # noqa: E402
from couloir.aperture.operations import decode  # noqa: E402
from couloir.aperture.plists import parse_plist  # noqa: E402
from couloir.derive.unplaced import find_unplaced  # noqa: E402
from couloir.errors import BadArchive, CouloirError  # noqa: E402
from couloir.json_text import to_json, with_finite_numbers  # noqa: E402
from couloir.migrate.ledger.operations import plain_inputs  # noqa: E402
from fuzz_words import can_plant, plant_key, plant_properties, with_odd_number  # noqa: E402
from sample_library import build_library  # noqa: E402

SLOWEST = 5.0
LARGEST = 1e9
_REPORT_SECONDS = 60.0
_PAGE = 4096
_PLANTING = 0.3  # of the trials with a whole library
_DETAILS = ("stack_picks", "notes", "focus_points", "attachments", "version_places", "people", "version_faces",
            "import_groups", "videos", "pairs", "masters", "noted_aliases", "albums", "folders", "masks")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Escape:
    """What went wrong, and the seed with which it does so again."""

    seed: int
    what: str


@dataclass(slots=True)
class Outcome:
    """What came of a run so far. `slowest` is the processor time of one trial, `memory` the peak in bytes."""

    trials: int = 0
    escapes: list[Escape] = field(default_factory=list)
    slowest: float = 0.0
    memory: float = 0.0

    def rows(self, seconds: float) -> list[Row]:
        return [
            Row("fuzzing, time", seconds, "s"),
            Row("fuzzing, trials", self.trials, ""),
            Row("fuzzing, escapes", len(self.escapes), "", "none", not self.escapes),
            Row("fuzzing, slowest trial, processor time", self.slowest, "s", "at most 5", self.slowest <= SLOWEST),
            Row("fuzzing, peak memory", self.memory / 1e6, "MB", "at most 1,000", self.memory <= LARGEST),
        ]


def build(folder: Path) -> Path:
    """The library that is damaged: small, with a property list for everything."""
    library = folder / "Fuzzed.aplibrary"
    build_library(library, masters=6, seed=3, pictures="none")
    return library


def fuzz(
    library: Path, scratch: Path, seeds: Iterator[int], until: float, told: Callable[[Outcome], None] | None = None
) -> Outcome:
    """Damage and read until the clock shows `until`; `told` hears of it once a minute."""
    blobs = _blobs(library)
    outcome = Outcome(memory=peak_bytes())
    heard = time.monotonic()
    while time.monotonic() < until:
        seed = next(seeds)
        began = time.process_time()
        problem = trial(library, scratch, blobs, seed)
        spent, memory = time.process_time() - began, peak_bytes()
        if problem is None and spent > SLOWEST:
            problem = f"it took {spent:.1f} s"
        if problem is None and outcome.memory <= LARGEST < memory:
            problem = f"it took {memory / 1e6:,.0f} MB"
        if problem is not None:
            outcome.escapes.append(Escape(seed, problem))
        outcome.trials += 1
        outcome.slowest, outcome.memory = max(outcome.slowest, spent), memory
        if told is not None and time.monotonic() - heard > _REPORT_SECONDS:
            heard = time.monotonic()
            told(outcome)
    return outcome


def trial(library: Path, scratch: Path, blobs: list[bytes], seed: int) -> str | None:
    """One damaged thing, read; what escaped the reader, None when nothing did."""
    rng = random.Random(seed)
    try:
        if rng.random() < 0.5:
            sound = rng.choice(blobs)
            _read_blob(damaged(sound, rng), sound)
            _read_odd_number(sound, rng)
        else:
            _read_damaged(library, scratch, rng)
    except CouloirError:
        return None  # refused in one line, as it should be
    except Exception as error:  # noqa: BLE001 - to find these is what this program is for
        return f"{type(error).__name__}: {error}"
    return None


def _read_odd_number(sound: bytes, rng: random.Random) -> None:
    """Read a blob with a value that is not finite: it has no typed reading, and what is kept can be written as JSON."""
    try:
        odd = with_odd_number(sound, rng)
    except Exception:  # noqa: BLE001 - not all blobs are property lists
        return
    decoded = decode("", odd, "x")
    if odd != sound and decoded.problem is None:
        raise AssertionError(f"{decoded.identifier} was read with a value that is not finite")
    to_json(plain_inputs(decoded.inputs))


def _read_planted(copy: Path, rng: random.Random) -> None:
    """Read a copy with fresh keys in its properties, or in a property list, and find them again."""
    properties = copy / "Database" / "apdb" / "Properties.apdb"
    plists = sorted(file for file in (copy / "Database").rglob("*.ap*") if can_plant(file))
    file = properties if rng.random() < 0.5 else rng.choice(plists)
    whole = file.read_bytes()
    try:
        with Library.open(copy) as opened:
            numbers = [version.model_id for version in opened.version_heads()]
        wanted = plant_properties(file, numbers, rng) if file == properties else plant_key(file, rng)
        _read_library(copy, from_plists=rng.random() < 0.3)
        with Library.open(copy) as opened:
            versions = list(opened.versions())
            told = repr([(each.iptc, each.exif, each.other) for each in versions])
            for version in versions:
                to_json(with_finite_numbers(find_unplaced(version)))
            findings = [*opened.findings, *unread_in_databases(opened), *unread_in_plists(copy)]
        told += repr(findings)
        if lost := {key for key in wanted if key not in told}:
            raise AssertionError(f"{lost} in {file.name} ended nowhere")
    finally:
        file.write_bytes(whole)


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


def _read_damaged(library: Path, scratch: Path, rng: random.Random) -> None:
    """Read a copy in which some files are damaged. It is kept, and made whole again, for the next trial."""
    copy = scratch / library.name
    if not copy.exists():
        shutil.copytree(library, copy)
    if rng.random() < _PLANTING:
        _read_planted(copy, rng)
        return
    databases = sorted((copy / "Database" / "apdb").glob("*"))
    plists = sorted(file for file in (copy / "Database").rglob("*.ap*") if file.is_file() and file not in databases)
    chosen = {rng.choice(databases if rng.random() < 0.6 else plists) for _ in range(rng.choice((1, 1, 3)))}
    whole = {file: file.read_bytes() for file in sorted(chosen)}
    for file, data in whole.items():
        file.write_bytes(_damaged_pages(data, rng) if file in databases else damaged(data, rng))
    try:
        _read_library(copy, from_plists=rng.random() < 0.3)
    finally:
        for file, data in whole.items():
            file.write_bytes(data)


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


def _read_blob(data: bytes, sound: bytes) -> None:
    focus_points(data)
    readers: tuple[Callable[[], object], ...] = (
        lambda: decode("", data, "x"),
        lambda: read_rule(data, "x"),
        lambda: alias_target(data, "x"),
        lambda: parse_plist(data, "x"),
    )
    for read in readers:
        try:
            read()
        except CouloirError:
            continue
    reader = BlobReader()
    _blob(lambda: reader.read(sound, "x"))
    known, whole = _blob(lambda: reader.read(data, "x")), _blob(lambda: read_blob(data, "x"))
    if repr(known) != repr(whole):  # NaN is not equal to itself
        raise AssertionError(f"by its layout it says {known}, in full {whole}")


def _blob(read: Callable[[], Blob]) -> Blob | None:
    try:
        return read()
    except BadArchive:
        return None


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


def parser() -> argparse.ArgumentParser:
    """The options."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seconds", type=float, default=60.0)
    options.add_argument("--seed", type=int, default=0, help="where to begin; each trial has the next number")
    add_json_option(options)
    return options


def main() -> int:
    options = parser().parse_args()
    began = time.monotonic()

    def told(outcome: Outcome) -> None:
        write_rows(options.json, outcome.rows(time.monotonic() - began))

    with tempfile.TemporaryDirectory(prefix="couloir-fuzz-") as folder:
        library = build(Path(folder))
        scratch = Path(folder) / "scratch"
        scratch.mkdir()
        outcome = fuzz(library, scratch, _seeds(options.seed), began + options.seconds, told)
    told(outcome)
    for row in outcome.rows(time.monotonic() - began):
        print(row)
    for escape in outcome.escapes[:50]:
        print(f"seed {escape.seed}: {escape.what}")
    return 1 if outcome.escapes else 0


if __name__ == "__main__":
    sys.exit(main())

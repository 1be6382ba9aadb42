"""Identification of a catalog's photos in a library: every pair is right, and every planted trap is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from couloir.aperture.model import Master, PixelSize, Version
from couloir.learn.identify import LibraryPhoto, Pair, Rejection, identify
from couloir.learn.scenes import MASTER, VERSION
from couloir.lightroom.lrcat import Catalog
from lrcat_files import NEUTRAL, Row, write_catalog

ZONE = "Europe/Zurich"
CAMERAS = ("Canon EOS 5D Mark II", "NIKON D700", "iPhone 5s")


def photo(number: int) -> LibraryPhoto:
    """A photo of a library; file names come again every 100 photos, as cameras' counters do."""
    raw = number % 3 == 0
    name = f"IMG_{number % 100:04d}.{'CR2' if raw else 'JPG'}"
    master = replace(
        MASTER,
        uuid=f"master-{number}",
        file_name=name,
        original_file_name=name,
        is_raw=raw,
        subtype="RAWST" if raw else "JPGST",
        file_size=2_000_000 + 37 * number,
    )
    version = replace(
        VERSION,
        uuid=f"version-{number}",
        name=name,
        file_name=name,
        master_uuid=master.uuid,
        captured=datetime(2012, 1, 1, 10, 0, 0, tzinfo=UTC) + timedelta(hours=7 * number),
        time_zone=ZONE,
        master_size=PixelSize(3000 + number % 7, 2000),
        exif={"Model": CAMERAS[number % 3]},
    )
    return version, master


def row(version: Version, master: Master) -> Row:
    """The catalog's row of the same photo."""
    assert version.captured is not None
    assert version.master_size is not None
    local = version.captured.astimezone(ZoneInfo(ZONE)).replace(tzinfo=None)
    return Row(
        file_name=master.file_name,
        file_size=master.file_size,
        file_format="RAW" if master.is_raw else "JPG",
        captured=f"{local.isoformat()}.42",
        size=(version.master_size.width, version.master_size.height),
        camera=str(version.exif["Model"]),
    )


@dataclass(frozen=True)
class Trap:
    """What is wrong with a row, and what the refusal says of it (a pattern)."""

    spoiled: Callable[[Row], Row]
    says: str


TRAPS = (
    Trap(lambda r: replace(r, file_size=(r.file_size or 0) + 1), "file size"),
    Trap(lambda r: replace(r, captured="2012-06-01T00:00:00"), "capture time"),
    Trap(lambda r: replace(r, size=(1024, 683)), "dimensions"),
    Trap(lambda r: replace(r, camera="SONY NEX-7"), "camera"),
    Trap(lambda r: replace(r, file_format="JPG" if r.file_format == "RAW" else "RAW"), "kind of file"),
    Trap(lambda r: replace(r, file_name=f"X{r.file_name}"), "No original"),
    Trap(lambda r: replace(r, file_size=None, captured="", size=None), "too little|Several originals"),
    Trap(lambda r: replace(r, copy_of=0, copy_name="Copy 1"), "virtual copy"),
    Trap(lambda r: replace(r, settings={**NEUTRAL, "ProcessVersion": "5.7"}), "process version"),
    Trap(lambda r: replace(r, text="s = { Exposure2012 = os.exit() }"), "cannot be read"),
)


def matched(tmp_path: Path, library: list[LibraryPhoto], rows: list[Row]) -> list[Pair | Rejection]:
    with Catalog(write_catalog(tmp_path / "catalog.lrcat", rows)) as catalog:
        return list(identify(library, catalog.photos()))


def test_of_500_photos_with_50_traps_every_pair_is_right_and_every_trap_refused(tmp_path: Path) -> None:
    library = [photo(number) for number in range(500)]
    rows = [row(*each) for each in library]
    trapped = {10 * i + 7: TRAPS[i % len(TRAPS)] for i in range(50)}
    for number, trap in trapped.items():
        rows[number] = trap.spoiled(rows[number])
    found = matched(tmp_path, library, rows)
    pairs = {number: each for number, each in enumerate(found) if isinstance(each, Pair)}
    assert {number: pair.version.uuid for number, pair in pairs.items()} == {
        number: f"version-{number}" for number in range(500) if number not in trapped
    }
    for number, trap in trapped.items():
        refused = found[number]
        assert isinstance(refused, Rejection)
        assert re.search(trap.says, refused.why)


def test_two_photos_of_the_catalog_for_one_version_are_both_refused(tmp_path: Path) -> None:
    library = [photo(1)]
    found = matched(tmp_path, library, [row(*library[0])] * 2)
    assert [isinstance(each, Rejection) and "Several photos" in each.why for each in found] == [True, True]


def test_two_originals_that_cannot_be_told_apart_are_refused(tmp_path: Path) -> None:
    version, master = photo(1)
    twin = (replace(version, uuid="other"), replace(master, uuid="other"))
    (found,) = matched(tmp_path, [(version, master), twin], [row(version, master)])
    assert isinstance(found, Rejection)
    assert "Several originals" in found.why


def test_a_version_of_several_is_found_by_its_name_only(tmp_path: Path) -> None:
    version, master = photo(1)
    library = [(version, master), (replace(version, uuid="second", name="Warm"), master)]
    rows = [row(version, master), replace(row(version, master), copy_of=0, copy_name="Warm")]
    first, second = matched(tmp_path, library, rows)
    assert isinstance(first, Rejection)
    assert "2 versions" in first.why
    assert isinstance(second, Pair)
    assert second.version.uuid == "second"


@pytest.mark.parametrize("decomposed", [True, False])
def test_names_match_however_they_are_spelled(tmp_path: Path, decomposed: bool) -> None:
    version, master = photo(1)
    named = replace(master, file_name="CAFÉ.JPG", original_file_name=None)
    spelled = "cafe\u0301.jpg" if decomposed else "café.jpg"
    (found,) = matched(tmp_path, [(version, named)], [replace(row(version, master), file_name=spelled)])
    assert isinstance(found, Pair)


def test_the_edge_of_a_raw_sensor_may_differ_but_not_that_of_a_jpeg(tmp_path: Path) -> None:
    for number, right in ((3, Pair), (1, Rejection)):
        version, master = photo(number)
        wider = replace(row(version, master), size=(3020, 2012))
        folder = tmp_path / str(number)
        folder.mkdir()
        (found,) = matched(folder, [(version, master)], [wider])
        assert isinstance(found, right)

"""A mirrored original stays mirrored in everything that `migrate` writes, and in its rendering."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lxml import etree
from PIL import Image

from couloir.aperture.library import Library
from couloir.lightroom.embed import can_embed, extract, stored_orientation
from couloir.migrate.ledger.rows import Kind
from couloir.migrate.report.compare import photo_of

if TYPE_CHECKING:
    from conftest import Result, Source

Migrate = Callable[..., "Result"]

EXIF_ORIENTATION = 0x0112
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
TIFF = "{http://ns.adobe.com/tiff/1.0/}"
MIRRORED = {0: 2, 180: 4, 90: 7, 270: 5}  # Aperture's rotation to EXIF's code with a mirror
_ENTRIES = (b"\x12\x01\x03\x00\x01\x00\x00\x00", b"\x01\x12\x00\x03\x00\x00\x00\x01")


def _mirror(path: Path, rotation: int) -> bool:
    """Rewrites the orientation tag in place; False where the file has none."""
    content = bytearray(path.read_bytes())
    place, entry = max((content.find(entry), entry) for entry in _ENTRIES)
    if place < 0:
        return False
    order = "little" if entry == _ENTRIES[0] else "big"
    content[place + 8 : place + 10] = MIRRORED[rotation].to_bytes(2, order)  # type: ignore[arg-type]
    path.write_bytes(content)
    return True


@pytest.fixture
def rotations(small: Source) -> dict[str, int]:
    """The rotation of each version whose original is mirrored now, by uuid."""
    found = {}
    with Library.open(small.path, small.volumes) as library:
        for version in library.versions():
            master = library.master(version.master_uuid)
            original = None if master is None or version.number == 0 else library.original(master).path
            if original is not None and _mirror(original, version.rotation):
                found[version.uuid] = version.rotation
    assert 0 in found.values()
    assert len(set(found.values())) > 1
    return found


def test_what_is_written_has_the_mirror_in_exif_and_in_xmp(
    small: Source, rotations: dict[str, int], migrate: Migrate, tmp_path: Path
) -> None:
    result = migrate(small, tmp_path / "out")
    seen = set()
    for row in result.rows(Kind.VERSION):
        path = result.outcome.destination / str(row.detail.get("path"))
        if row.uuid not in rotations or not path.is_file():
            continue
        code = MIRRORED[rotations[row.uuid]]
        sidecar = path.with_suffix(".xmp")
        packet = sidecar.read_bytes() if sidecar.exists() else extract(path) if can_embed(path) else None
        if packet is not None:
            description = next(etree.fromstring(packet).iter(f"{RDF}Description"))
            stated = description.get(f"{TIFF}Orientation") or description.findtext(f"{TIFF}Orientation")
            assert stated == str(code), path.name
            seen.add(rotations[row.uuid])
        if path.suffix.lower() in (".jpg", ".jpeg"):
            with Image.open(path) as image:
                assert image.getexif()[EXIF_ORIENTATION] == code, path.name
    assert seen == set(rotations.values())


def test_a_renderer_is_told_of_the_mirror(small: Source, rotations: dict[str, int]) -> None:
    with Library.open(small.path, small.volumes) as library:
        for version in library.versions():
            master = library.master(version.master_uuid)
            if version.uuid in rotations and master is not None:
                original = library.original(master).path
                assert original is not None
                assert photo_of(version, master, original).orientation == MIRRORED[rotations[version.uuid]]


@pytest.mark.parametrize("suffix", ["jpg", "png", "tif"])
@pytest.mark.parametrize("code", range(1, 9))
def test_the_orientation_that_a_file_states_is_read(tmp_path: Path, suffix: str, code: int) -> None:
    exif = Image.Exif()
    exif[EXIF_ORIENTATION] = code
    path = tmp_path / f"photo.{suffix}"
    Image.new("RGB", (8, 6)).save(path, exif=exif)
    assert stored_orientation(path) == code


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xd8\xff\xe1\x00", b"II*\0\xff\xff\xff\xff", b"\x89PNG\r\n\x1a\nxx", b"GIF89a"]
)
def test_a_file_that_states_none_or_is_damaged_has_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(content)
    assert stored_orientation(path) is None

"""What was removed in Aperture is removed from a copy's XMP, EXIF and IPTC; the picture and all other data stay."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops

from couloir.derive.removals import RULES
from couloir.lightroom.embed import embed, extract
from couloir.lightroom.metadata import PhotoMetadata
from couloir.lightroom.xmp import ImageFacts, Stamp, read_packet, write_packet

Tool = Callable[[str], str]

STAMP = Stamp("1.0", "Library", "uuid")
HOME = ["-GPSLatitude=52.5163", "-GPSLatitudeRef=N", "-GPSLongitude=13.3777", "-GPSLongitudeRef=E", "-GPSAltitude=34"]
WRITTEN = [
    *HOME,
    "-XMP-exif:GPSLatitude=52.5163", "-XMP-exif:GPSLongitude=13.3777", "-XMP-exif:GPSAltitude=34",
    "-IPTC:Caption-Abstract=old caption", "-XMP-dc:Description=old caption", "-EXIF:ImageDescription=old caption",
    "-IPTC:Keywords=old word", "-XMP-dc:Subject=old word", "-XMP-lr:HierarchicalSubject=old|old word",
    "-XMP-xmp:Label=Red", "-IPTC:City=Oldtown", "-XMP-photoshop:City=Oldtown",
    "-IPTC:Headline=kept headline", "-XMP-photoshop:Headline=kept headline", "-EXIF:Make=Maker",
    "-EXIF:Artist=kept artist", "-IPTC:By-line=kept artist", "-XMP-dc:Creator=kept artist",
    "-XMP-xmpMM:DocumentID=kept id", "-EXIF:DateTimeOriginal=2020:01:02 03:04:05",
]  # fmt: skip
REMOVED = frozenset({"caption", "keywords", "label", "city", "latitude", "longitude", "altitude"})


def _saved(path: Path) -> Path:
    picture = Image.linear_gradient("L").resize((64, 48)).convert("RGB")
    form = {".jpg": "JPEG", ".tif": "TIFF", ".dng": "TIFF", ".png": "PNG"}[path.suffix]
    picture.save(path, form)
    return path


def _told(tool: Tool, path: Path) -> dict[str, Any]:
    printed = subprocess.run(
        [tool("exiftool"), "-j", "-G1", "-n", "-all", "-warning", "-error", path], capture_output=True, check=True
    )
    [told] = json.loads(printed.stdout)
    return dict(told)


def _tagged(tool: Tool, path: Path) -> Path:
    subprocess.run([tool("exiftool"), "-q", "-overwrite_original", *WRITTEN, path], check=True, capture_output=True)
    return path


@pytest.mark.parametrize("suffix", [".jpg", ".tif", ".png"])
def test_a_home_address_and_removed_words_are_nowhere_in_the_copy(tmp_path: Path, tool: Tool, suffix: str) -> None:
    path = _tagged(tool, _saved(tmp_path / f"a{suffix}"))
    before, picture = _told(tool, path), Image.open(path).convert("RGB").copy()
    assert [key for key in before if "GPS" in key]
    packet = write_packet(None, PhotoMetadata(rating=0, pick=0), ImageFacts(64, 48, 1), STAMP, extract(path), REMOVED)
    embed(path, packet, 1, REMOVED)
    after = _told(tool, path)
    text = json.dumps(after)
    for gone in ("old caption", "old word", "Oldtown", "52.51", "13.37", "GPSLatitude", "GPSPosition"):
        assert gone not in text, gone
    assert "Red" not in text
    for key, value in before.items():
        if "kept" in str(value) or key in ("IFD0:Make", "ExifIFD:DateTimeOriginal"):
            assert after[key] == value, key
    assert not [key for key in after if key.split(":")[-1] in ("Warning", "Error")]
    assert ImageChops.difference(picture, Image.open(path).convert("RGB")).getbbox() is None


def test_the_position_is_not_even_in_the_bytes(tmp_path: Path, tool: Tool) -> None:
    path = _saved(tmp_path / "a.jpg")
    subprocess.run([tool("exiftool"), "-q", "-overwrite_original", *HOME, path], check=True, capture_output=True)
    told = subprocess.run([tool("exiftool"), "-htmlDump", path], check=True, capture_output=True).stdout
    assert b"GPS" in told
    embed(path, write_packet(None, PhotoMetadata(), ImageFacts(64, 48, 1), STAMP), 1, frozenset({"latitude"}))
    assert b"\x00\x00\x00\x34\x00\x00\x00\x01\x00\x00\x00\x1e" not in path.read_bytes()  # 52/1, 30/1
    assert b"\x34\x00\x00\x00\x01\x00\x00\x00\x1e\x00\x00\x00" not in path.read_bytes()


def test_nothing_is_touched_that_was_not_removed(tmp_path: Path, tool: Tool) -> None:
    path = _tagged(tool, _saved(tmp_path / "a.jpg"))
    before = _told(tool, path)
    embed(path, write_packet(None, PhotoMetadata(), ImageFacts(64, 48, 1), STAMP, extract(path)), 1)
    after = _told(tool, path)
    for key, value in before.items():
        if key.split(":")[0] in ("GPS", "IPTC", "IFD0", "ExifIFD", "XMP-dc", "XMP-exif", "XMP-photoshop"):
            assert after[key] == value, key


def test_a_sidecar_states_the_empty_value(tool: Tool, tmp_path: Path) -> None:
    every = frozenset(RULES) - {"rating", "pick"}
    packet = write_packet(None, PhotoMetadata(rating=0, pick=0), ImageFacts(64, 48, 1, "CR2"), STAMP, None, every)
    stated = read_packet(packet, "a").metadata
    assert {name for name in every if getattr(stated, name) not in (None, ())} == set()
    path = tmp_path / "a.xmp"
    path.write_bytes(packet)
    told = _told(tool, path)
    for key in ("XMP-photoshop:City", "XMP-dc:Description", "XMP-xmp:Label", "XMP-dc:Title"):
        assert told[key] == "", key
    assert b"<dc:subject>" in packet
    assert not [key for key in told if "GPS" in key or key.split(":")[-1] in ("Warning", "Error")]


@pytest.mark.parametrize("field", sorted(set(RULES) - {"rating", "pick", "latitude", "longitude", "altitude"}))
def test_each_field_that_goes_leaves_the_packet_and_no_other_does(field: str) -> None:
    lists = ("keywords", "scene_codes", "subject_codes", "supplemental_categories", "people")
    values = {name: ((("a", "b"),) if name == "keywords" else ("a",)) if name in lists else "a" for name in RULES}
    values |= {"rating": 3, "pick": 1, "latitude": 1.0, "longitude": 2.0, "altitude": 3.0}
    facts = ImageFacts(64, 48, 1)
    base = write_packet(None, PhotoMetadata(**values), facts, STAMP)  # type: ignore[arg-type]
    stated = read_packet(write_packet(None, PhotoMetadata(), facts, STAMP, base, {field}), "a").metadata
    missing = {name for name in RULES if getattr(stated, name) in (None, ())}
    assert missing == {field}

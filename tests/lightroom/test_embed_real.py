"""102 photographs from real cameras: each takes XMP, and its pixels and other metadata stay unchanged."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from couloir.lightroom.embed import embed, extract
from couloir.lightroom.metadata import PhotoMetadata
from couloir.lightroom.settings import DevelopSettings
from couloir.lightroom.xmp import ImageFacts, Stamp, read_packet, write_packet

pytestmark = [pytest.mark.sample]
SETTINGS = DevelopSettings({"Exposure2012": 0.5, "Vibrance": 10, "ToneCurvePV2012": (0, 0, 128, 140, 255, 255)})
METADATA = PhotoMetadata(rating=4, title="Ein Titel ✓", keywords=(("Places", "Berlin"),), latitude=52.5, longitude=13.4)
ORIENTATION = 274
PHOTOGRAPHS = 102
# Lines of `exiftool -validate` look like "Warning                         : ..." below "======== path".
FILE = re.compile(r"^=+ (.*)$")
COMPLAINT = re.compile(r"^(Warning|Error)\s*: (.*)$")


def frames_and_orientation(path: Path) -> tuple[list[str], int]:
    with Image.open(path) as image:
        orientation = image.getexif().get(ORIENTATION, 1)
        digests = []
        for frame in range(getattr(image, "n_frames", 1)):
            image.seek(frame)
            digests.append(hashlib.sha256(image.tobytes()).hexdigest())
        return digests, orientation


@pytest.fixture(scope="module")
def embedded(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Path]:
    """{original: its copy with XMP, oriented as the original says}."""
    folder = tmp_path_factory.mktemp("photographs")
    copies: dict[Path, Path] = {}
    for original in sorted((samples / "photographs").glob("*.jpg")):
        copy = folder / original.name
        shutil.copyfile(original, copy)
        with Image.open(original) as image:
            orientation = int(image.getexif().get(ORIENTATION, 1))
            width, height = image.size
        orientation = orientation if orientation in range(1, 9) else 1
        facts = ImageFacts(width, height, orientation)
        stamp = Stamp("0.2.0", "library", original.stem)
        embed(copy, write_packet(SETTINGS, METADATA, facts, stamp, extract(original)), orientation)
        copies[original] = copy
    assert len(copies) == PHOTOGRAPHS
    return copies


def test_no_pixel_and_no_orientation_of_a_real_photograph_changes(embedded: dict[Path, Path]) -> None:
    for original, copy in embedded.items():
        assert frames_and_orientation(copy) == frames_and_orientation(original), original.name


def test_the_compressed_picture_is_the_same_to_the_byte(embedded: dict[Path, Path]) -> None:
    for original, copy in embedded.items():
        data, changed = original.read_bytes(), copy.read_bytes()
        # Everything from the quantization tables on, wherever the header's metadata ends.
        assert changed.endswith(data[data.rindex(b"\xff\xdb") :]), original.name


def test_the_xmp_of_a_real_photograph_is_read_back(embedded: dict[Path, Path]) -> None:
    for original, copy in embedded.items():
        packet = extract(copy)
        assert packet is not None
        content = read_packet(packet, copy.name)
        assert {key: content.settings[key] for key in SETTINGS} == dict(SETTINGS), original.name
        for name in ("rating", "title", "keywords"):
            assert getattr(content.metadata, name) == getattr(METADATA, name), original.name
        assert content.stamp == Stamp("0.2.0", "library", original.stem)


@pytest.mark.tool("exiftool")
def test_exiftool_finds_nothing_wrong_that_was_not_wrong_before(
    embedded: dict[Path, Path], tool: Callable[[str], str]
) -> None:
    files = [str(path) for pair in embedded.items() for path in pair]
    run = subprocess.run(
        [tool("exiftool"), "-validate", "-warning", "-error", "-a", *files],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    complaints: dict[Path, Counter[str]] = {}
    for line in run.stdout.splitlines():
        if match := FILE.match(line):
            complaints[Path(match[1])] = Counter()
        elif match := COMPLAINT.match(line):
            complaints[next(reversed(complaints))][match[2]] += 1
    assert len(complaints) == 2 * PHOTOGRAPHS
    assert any(complaints[original] for original in embedded), "cameras are known to write odd EXIF"
    new = {copy.name: complaints[copy] - complaints[original] for original, copy in embedded.items()}
    assert {name: list(found) for name, found in new.items() if found} == {}

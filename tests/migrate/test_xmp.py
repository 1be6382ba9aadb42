"""Other programs read every XMP that a migration writes."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import exiv2
import pytest
from lxml import etree

from couloir.lightroom.embed import can_embed, extract
from couloir.migrate.ledger.rows import Kind
from couloir.migrate.options import VersionsMode

if TYPE_CHECKING:
    from conftest import Result, Source

Migrate = Callable[..., "Result"]

CRS = "http://ns.adobe.com/camera-raw-settings/1.0/"
OWN = {".couloir", "couloir-report"}

# Lightroom spells the booleans of its masks in small letters, as the sidecars have them that public readers of masks
# and retouching are tested with. ExifTool asks for the capitals of the XMP specification.
AS_LIGHTROOM = re.compile(r"Boolean value for XMP-crs:\w*(MaskActive|MaskInverted|CorrectionActive) should be cap")


@pytest.fixture(scope="module", params=["photographed", "sound", "real"])
def source(request: pytest.FixtureRequest) -> Source:
    found: Source = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="module")
def result(source: Source, migrate: Migrate, tmp_path_factory: pytest.TempPathFactory) -> Result:
    return migrate(source, tmp_path_factory.mktemp("xmp") / "out", versions=VersionsMode.CLONE)


@pytest.fixture(scope="module")
def written(result: Result) -> list[Path]:
    root = result.outcome.destination
    return [p for p in sorted(root.rglob("*")) if p.is_file() and not OWN & set(p.relative_to(root).parts)]


@pytest.fixture(scope="module")
def packets(written: Sequence[Path], tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Path]:
    """Every packet as an .xmp file of its own, by the file that it belongs to."""
    folder = tmp_path_factory.mktemp("packets")
    found = {}
    for number, file in enumerate(written):
        content = file.read_bytes() if file.suffix == ".xmp" else extract(file) if can_embed(file) else None
        if content is not None:
            found[file] = folder / f"{number}.xmp"
            found[file].write_bytes(content)
    return found


def _exiftool(program: str, *options: str, files: Sequence[Path]) -> list[dict[str, Any]]:
    """One process for all files; what it says of each."""
    said = subprocess.run(
        [program, "-j", "-a", "-struct", "-G3:1", *options, "-@", "-"],
        input="".join(f"{file}\n" for file in files),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    found: list[dict[str, Any]] = json.loads(said.stdout)
    return found


def _warnings(program: str, files: Sequence[Path]) -> dict[str, list[str]]:
    """What `-validate` complains of, by file, but for what Lightroom itself writes."""
    said = _exiftool(program, "-validate", "-warning", "-error", files=files)
    return {
        entry["SourceFile"]: sorted(
            str(value)
            for name, value in entry.items()
            if re.search(r":?(Warning|Error)$", name.split(" ")[0]) and not AS_LIGHTROOM.search(str(value))
        )
        for entry in said
    }


@pytest.mark.sample
@pytest.mark.tool("exiftool")
def test_exiftool_validates_every_packet_without_a_warning(
    packets: dict[Path, Path], tool: Callable[[str], str]
) -> None:
    assert len(packets) > 5
    found = _warnings(tool("exiftool"), list(packets.values()))
    assert len(found) == len(packets)
    assert {file: warnings for file, warnings in found.items() if warnings} == {}


@pytest.mark.sample
@pytest.mark.tool("exiftool")
def test_no_picture_has_a_warning_that_its_original_had_not(
    source: Source, result: Result, packets: dict[Path, Path], tool: Callable[[str], str]
) -> None:
    root = result.outcome.destination
    originals = {
        root / str(row.detail["path"]): source.path / "Masters" / str(path)
        for row in result.rows(Kind.MASTER)
        if row.detail.get("path")
        for [path] in source.ask(
            "SELECT imagePath FROM RKMaster WHERE uuid = ? AND coalesce(fileIsReference, 0) = 0", row.uuid
        )
    }
    carried = {file: originals[file] for file in packets if file.suffix != ".xmp" and file in originals}
    assert carried
    found = _warnings(tool("exiftool"), [*carried, *carried.values()])
    for file, original in carried.items():
        assert set(found[str(file)]) <= set(found[str(original)]), file


@pytest.fixture(scope="session")
def known(tool: Callable[[str], str]) -> set[str]:
    """The camera raw settings that exiftool knows, by Adobe's names."""
    listed = subprocess.run(
        [tool("exiftool"), "-listx", "-XMP-crs:all"], capture_output=True, text=True, encoding="utf-8", check=True
    )
    return set(re.findall(r"<tag id='([^']+)'", listed.stdout))


def _crs_properties(packet: Path) -> set[str]:
    """Local names of the top-level camera raw settings in a packet."""
    names = set()
    for description in etree.parse(packet).iter("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}Description"):
        if description.getparent() is not None and etree.QName(description.getparent()).localname == "RDF":
            tags = [*map(str, description.attrib), *(str(child.tag) for child in description)]
            names |= {etree.QName(tag).localname for tag in tags if etree.QName(tag).namespace == CRS}
    return names


@pytest.mark.sample
@pytest.mark.tool("exiftool")
def test_exiftool_knows_every_develop_setting_that_was_written(
    packets: dict[Path, Path], known: set[str], tool: Callable[[str], str]
) -> None:
    said = _exiftool(tool("exiftool"), "-XMP-crs:all", files=list(packets.values()))
    total = 0
    for packet, entry in zip(packets.values(), said, strict=True):
        properties = _crs_properties(packet)
        assert properties <= known, properties - known
        assert len([name for name in entry if "XMP-crs" in name]) == len(properties)
        total += len(properties)
    assert total > 50


def test_exiv2_parses_every_packet_and_sees_its_settings(packets: dict[Path, Path]) -> None:
    for packet in packets.values():
        image = exiv2.ImageFactory.open(str(packet))
        image.readMetadata()
        keys = [datum.key() for datum in image.xmpData()]
        seen = {re.split(r"[/\[]", key.split(".", 2)[2])[0] for key in keys if key.startswith("Xmp.crs.")}
        assert seen == _crs_properties(packet)


def test_exiv2_finds_our_packet_in_every_picture_of_a_version(result: Result) -> None:
    root = result.outcome.destination
    embedded = [row for row in result.rows(Kind.VERSION) if row.detail.get("placement") == "embedded"]
    assert embedded
    for row in embedded:
        image = exiv2.ImageFactory.open(str(root / str(row.detail["path"])))
        image.readMetadata()
        assert row.uuid in image.xmpPacket()

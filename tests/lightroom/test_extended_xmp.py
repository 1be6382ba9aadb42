"""XMP of more than 64 kB in a JPEG: Couloir, exiftool and exiv2 read back what was written."""

from __future__ import annotations

import hashlib
import io
import json
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from couloir.errors import CannotEmbed
from couloir.lightroom.embed import embed, extract, find_packet
from couloir.lightroom.enhanced.look import EnhancedProfile
from couloir.lightroom.enhanced.rgb_table import RgbTable
from couloir.lightroom.extended_xmp import MAX_STANDARD, SIGNATURE, join_extension, split
from couloir.lightroom.metadata import PhotoMetadata
from couloir.lightroom.settings import DevelopSettings
from couloir.lightroom.xmp import ImageFacts, Stamp, read_packet, write_packet

STAMP = Stamp("1.0", "Library", "uuid")
FACTS = ImageFacts(40, 30, 1)
KEYWORDS = tuple((f"place {n}", f"street {n} in a town with a long name") for n in range(1500))
SETTINGS = DevelopSettings({"Exposure2012": 0.5, "Contrast2012": 12})


def _picture(path: Path) -> Path:
    Image.new("RGB", (40, 30), "teal").save(path, "JPEG")
    return path


def _packet(metadata: PhotoMetadata, base: bytes | None = None) -> bytes:
    return write_packet(SETTINGS, metadata, FACTS, STAMP, base)


LARGE = PhotoMetadata(rating=4, title="Title", keywords=KEYWORDS, caption="A caption " * 4000)


def test_all_that_was_written_is_read_back_and_the_picture_is_the_same(tmp_path: Path) -> None:
    path = _picture(tmp_path / "a.jpg")
    before = Image.open(path).tobytes()
    for _ in range(2):  # a second time over the first
        embed(path, _packet(LARGE, extract(path)), 1)
        found = find_packet(path)
        assert found.unread == ()
        content = read_packet(found.packet or b"", "a")
        assert (content.metadata.keywords, content.metadata.caption) == (KEYWORDS, (LARGE.caption or "").strip() + " ")
        assert content.stamp == STAMP
        assert content.settings["Exposure2012"] == 0.5
    assert Image.open(path).tobytes() == before
    embed(path, _packet(PhotoMetadata(title="small")), 1)
    assert SIGNATURE not in path.read_bytes()


def test_exiftool_and_exiv2_read_it(tmp_path: Path, tool: Callable[[str], str]) -> None:
    path = _picture(tmp_path / "a.jpg")
    embed(path, _packet(LARGE), 1)
    printed = subprocess.run(
        [tool("exiftool"), "-j", "-m", "-G1", "-struct", "-XMP:all", "-warning", path], capture_output=True, check=True
    ).stdout
    [told] = json.loads(printed)
    assert told["XMP-dc:Subject"] == [leaf for _, leaf in KEYWORDS]
    assert len(told["XMP-lr:HierarchicalSubject"]) == len(KEYWORDS)
    assert told["XMP-dc:Description"].strip() == (LARGE.caption or "").strip()
    assert told["XMP-crs:Exposure2012"] == "+0.50" or float(told["XMP-crs:Exposure2012"]) == 0.5
    assert not [key for key in told if "Warning" in key]
    checked = subprocess.run([tool("exiv2"), "-PXkv", path], capture_output=True, check=False, text=True)
    # exiv2 reads the standard packet; that it does so without complaint is what can be asked of it.
    assert "Xmp.dc.title" in checked.stdout
    assert "error" not in checked.stderr.lower()


def test_the_segments_are_those_of_the_specification() -> None:
    standard, payloads = split(_packet(LARGE), "a")
    assert len(standard) <= MAX_STANDARD
    content = b""
    for payload in payloads:
        assert payload.startswith(SIGNATURE)
        assert len(payload) + 2 <= 0xFFFF
        digest, length, place = struct.unpack_from(">32sII", payload, len(SIGNATURE))
        assert place == len(content)
        content += payload[len(SIGNATURE) + 40 :]
    assert length == len(content)
    assert hashlib.md5(content, usedforsecurity=False).hexdigest().upper().encode() == digest
    assert b'HasExtendedXMP="' + digest in standard
    assert b"xpacket" not in content
    assert read_packet(standard, "a").stamp == STAMP


def test_the_table_of_a_profile_stays_in_the_standard_packet() -> None:
    samples = np.random.default_rng(4).integers(0, 0x10000, (16, 16, 16, 3)).astype(np.uint16)
    profile = EnhancedProfile("Aperture: test", RgbTable(samples))
    packet = write_packet(DevelopSettings({"Look": profile.look()}), LARGE, FACTS, STAMP, tables=[profile.table])
    standard, payloads = split(packet, "a")
    assert payloads
    assert len(standard) <= MAX_STANDARD
    assert list(read_packet(standard, "a").tables) == [profile.table.fingerprint]


@pytest.mark.parametrize("spoil", ["missing", "damaged", "none"])
def test_an_extension_that_cannot_be_read_is_told_and_the_rest_is_read(tmp_path: Path, spoil: str) -> None:
    path = _picture(tmp_path / "a.jpg")
    embed(path, _packet(LARGE), 1)
    data = path.read_bytes()
    start = data.index(SIGNATURE) - 4
    (length,) = struct.unpack_from(">H", data, start + 2)
    spoilt = {
        "missing": data[:start] + data[start + 2 + length :],
        "damaged": data[: start + 200] + b"?" + data[start + 201 :],
        "none": data.replace(SIGNATURE, SIGNATURE[:-1] + b"?"),
    }[spoil]
    path.write_bytes(spoilt)
    found = find_packet(path)
    assert len(found.unread) == 1
    assert "extended XMP that cannot be read" in found.unread[0]
    assert read_packet(found.packet or b"", "a").metadata.rating == 4


def test_a_second_packet_is_told(tmp_path: Path) -> None:
    path = _picture(tmp_path / "a.jpg")
    embed(path, _packet(PhotoMetadata(title="first")), 1)
    other = b"http://ns.adobe.com/xap/1.0/\0" + _packet(PhotoMetadata(title="second"))
    data = path.read_bytes()
    path.write_bytes(
        data[:-2].replace(b"\xff\xdb", b"\xff\xe1" + struct.pack(">H", len(other) + 2) + other + b"\xff\xdb", 1)
        + data[-2:]
    )
    found = find_packet(path)
    assert read_packet(found.packet or b"", "a").metadata.title == "first"
    assert len(found.unread) == 1
    assert found.unread[0].startswith("a further XMP packet of ")


@settings(max_examples=12)
@given(
    sizes=st.lists(st.sampled_from([0, 7, 20_000, 66_000]), min_size=1, max_size=6),
    keywords=st.sampled_from([0, 5, 300]),
    letters=st.sampled_from(["x", "é", "<", "&", "\u3042"]),
)
def test_any_large_packet_is_split_and_joined_to_the_same(sizes: list[int], keywords: int, letters: str) -> None:
    fields = ("caption", "headline", "instructions", "copyright", "usage_terms", "contact_address")
    texts = {field: letters * size for field, size in zip(fields, sizes, strict=False) if size}
    metadata = PhotoMetadata(keywords=KEYWORDS[:keywords], **texts)  # type: ignore[arg-type]
    packet = _packet(metadata)
    standard, payloads = split(packet, "a")
    assert len(standard) <= MAX_STANDARD
    whole, why = join_extension(standard, payloads, "a")
    assert why == ""
    assert read_packet(whole, "a") == read_packet(packet, "a")


def test_what_is_no_packet_is_refused_in_one_line() -> None:
    with pytest.raises(CannotEmbed, match="cannot be split"):
        split(io.BytesIO(b"x" * (MAX_STANDARD + 1)).getvalue(), "a")

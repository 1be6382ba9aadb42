"""Where readers and writers of files begin and end: lengths, byte orders, least versions, the tags of each field."""

from __future__ import annotations

import hashlib
import io
import json
import struct
import subprocess
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from couloir.lightroom.carriers import EXIF, IIM, PNG
from couloir.lightroom.embed import embed, extract
from couloir.lightroom.extended_xmp import SIGNATURE, join_extension, split
from couloir.lightroom.iim import without_datasets, without_in_resources
from couloir.lightroom.keys import PhotoKind
from couloir.lightroom.live import read_as_shot, read_live
from couloir.lightroom.lrcat_settings import read_develop_record
from couloir.lightroom.lrcat_text import LONGEST, decode, parse
from couloir.lightroom.metadata import PhotoMetadata
from couloir.lightroom.raw_profile import changed_profile, holds_something, is_profile
from couloir.lightroom.tiff_directory import first_directory, set_orientation, stated_orientation
from couloir.lightroom.xmp import ImageFacts, Stamp, write_packet

# Fields by exiftool's names of the tags that hold them, which are its authors' reading of IPTC-IIM 4.2 and of EXIF 2.3.
IPTC = {
    "intellectual_genre": "ObjectAttributeReference", "title": "ObjectName", "subject_codes": "SubjectReference",
    "category": "Category", "supplemental_categories": "SupplementalCategories", "keywords": "Keywords",
    "instructions": "SpecialInstructions", "creator": "By-line", "creator_title": "By-lineTitle", "city": "City",
    "location": "Sub-location", "state": "Province-State", "country_code": "Country-PrimaryLocationCode",
    "country": "Country-PrimaryLocationName", "job_id": "OriginalTransmissionReference", "headline": "Headline",
    "credit": "Credit", "source": "Source", "copyright": "CopyrightNotice", "caption": "Caption-Abstract",
    "caption_writer": "Writer-Editor",
}  # fmt: skip
WINDOWS = {
    "title": ("XPTitle",), "caption": ("ImageDescription", "XPComment"), "creator": ("Artist", "XPAuthor"),
    "copyright": ("Copyright",), "keywords": ("XPKeywords",),
}  # fmt: skip


def test_each_field_goes_from_the_tags_that_exiftool_has_for_it_and_from_no_other(
    tmp_path: Path, tool: Callable[[str], str]
) -> None:
    assert set(IPTC) == set(IIM)
    assert {*WINDOWS, "latitude", "longitude"} == set(EXIF)
    whole = tmp_path / "whole.jpg"
    Image.new("RGB", (16, 16), "teal").save(whole, "JPEG")
    tags = {f"IPTC:{name}" for name in IPTC.values()} | {f"IFD0:{name}" for names in WINDOWS.values() for name in names}
    words = [f"-{tag}=abc" for tag in tags if tag != "IPTC:SubjectReference"]
    words += ["-IPTC:SubjectReference=IPTC:01000000:a:b:c", "-GPSLatitude=10", "-GPSLatitudeRef=N"]
    subprocess.run([tool("exiftool"), "-q", "-overwrite_original", *words, whole], check=True, capture_output=True)
    facts, stamp = ImageFacts(16, 16, 1), Stamp("1.0", "Library", "uuid")
    for field in {*IPTC, *EXIF}:
        path = tmp_path / f"{field}.jpg"
        path.write_bytes(whole.read_bytes())
        embed(path, write_packet(None, PhotoMetadata(), facts, stamp, extract(path), {field}), 1, frozenset({field}))
    printed = subprocess.run(
        [tool("exiftool"), "-j", "-G1", "-a", "-IPTC:all", "-EXIF:all", tmp_path], check=True, capture_output=True
    )
    told: dict[str, dict[str, Any]] = {Path(each["SourceFile"]).stem: each for each in json.loads(printed.stdout)}
    present = {tag for tag in told["whole"] if tag in tags or tag.startswith("GPS:")}
    assert tags < present
    for field in {*IPTC, *EXIF}:
        gone = present - told[field].keys()
        wanted = {f"IFD0:{name}" for name in WINDOWS.get(field, ())}
        wanted |= {f"IPTC:{IPTC[field]}"} if field in IPTC else {tag for tag in present if tag.startswith("GPS:")}
        assert gone == wanted, field


def test_each_field_goes_from_its_text_in_a_png_and_from_no_other(tmp_path: Path, tool: Callable[[str], str]) -> None:
    texts = {"title": "Title", "caption": "Description", "creator": "Author", "copyright": "Copyright"}
    assert texts == PNG
    whole = tmp_path / "whole.png"
    Image.new("RGB", (16, 16), "teal").save(whole, "PNG")
    words = [f"-PNG:{name}=abc" for name in texts.values()]
    subprocess.run([tool("exiftool"), "-q", "-overwrite_original", *words, whole], check=True, capture_output=True)
    facts, stamp = ImageFacts(16, 16, 1), Stamp("1.0", "Library", "uuid")
    for field in texts:
        path = tmp_path / f"{field}.png"
        path.write_bytes(whole.read_bytes())
        embed(path, write_packet(None, PhotoMetadata(), facts, stamp, None, {field}), 1, frozenset({field}))
        with Image.open(path) as opened:
            opened.load()
            kept = {name for name, text in opened.text.items() if text == "abc"}  # type: ignore[attr-defined]
        assert kept == {*texts.values()} - {texts[field]}


def test_an_extension_is_about_the_same_photo_and_keeps_the_writers_name() -> None:
    # XMP Specification, Part 3, 1.1.3.1: both packets describe one resource.
    packet = write_packet(None, PhotoMetadata(caption="long " * 15_000), ImageFacts(16, 16, 1), Stamp("7.1", "L", "u"))
    packet = packet.replace(b'rdf:about=""', b'rdf:about="uuid:1234"', 1)
    standard, payloads = split(packet, "a")
    extension = b"".join(payload[len(SIGNATURE) + 40 :] for payload in payloads)
    assert b'rdf:about="uuid:1234"' in standard
    assert b'rdf:about="uuid:1234"' in extension
    joined, why = join_extension(standard, payloads, "a")
    assert why == ""
    assert b'xmptk="Couloir 7.1"' in standard
    assert b'xmptk="Couloir 7.1"' in joined
    assert b"long long" in joined


def dataset(number: int, data: bytes, record: int = 2) -> bytes:
    return struct.pack(">BBBH", 0x1C, record, number, len(data)) + data


def test_datasets_go_by_their_record_and_number_whatever_form_their_length_has() -> None:
    long = struct.pack(">BBBHI", 0x1C, 2, 120, 0x8004, 40_000) + b"x" * 40_000  # the length in four bytes
    kept = dataset(120, b"envelope", record=1) + dataset(25, b"word")
    block = dataset(120, b"old") + kept + long
    assert without_datasets(block, {120}) == kept
    assert without_datasets(block + b"\0", {120}) == kept
    assert without_datasets(block, ()) == block
    assert without_datasets(b"", {120}) == b""


@pytest.mark.parametrize("block", [dataset(5, b"title")[:-1], dataset(5, b"title") + b"\0x", b"8BIM\0"])
def test_bytes_that_are_no_iptc_block_are_refused(block: bytes) -> None:
    assert without_datasets(block, {5}) is None


def resource(number: int, data: bytes) -> bytes:
    return b"8BIM" + struct.pack(">HHI", number, 0, len(data)) + data + b"\0" * (len(data) % 2)


def test_photoshops_resources_keep_all_else_and_get_the_digest_of_what_is_left() -> None:
    kept, other = dataset(25, b"word"), resource(0x03ED, b"\0\x48\0\0\1")
    before = other + resource(0x0404, dataset(120, b"old") + kept) + resource(0x0425, b"d" * 16)
    digest = hashlib.md5(kept, usedforsecurity=False).digest()
    assert without_in_resources(before, {120}) == other + resource(0x0404, kept) + resource(0x0425, digest)
    assert without_in_resources(before, {121}) is None  # nothing to change
    assert without_in_resources(other, {120}) is None
    assert without_in_resources(before + b"?", {120}) is None  # what follows is no resource: it is left alone
    assert without_in_resources(before[:-1], {120}) is None


def directory(order: str, *entries: tuple[int, int, int, bytes], offset: int = 8) -> bytes:
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", offset) + bytes(offset - 8)
    body = b"".join(struct.pack(f"{order}HHI4s", *entry) for entry in entries)
    return head + struct.pack(f"{order}H", len(entries)) + body + struct.pack(f"{order}I", 77)


@pytest.mark.parametrize("order", ["<", ">"])
def test_an_orientation_is_read_and_overwritten_in_both_byte_orders(order: str) -> None:
    def short(code: int) -> bytes:
        return struct.pack(f"{order}H", code).ljust(4, b"\0")

    stream = io.BytesIO(directory(order, (256, 3, 1, short(40)), (274, 3, 1, short(6)), offset=12))
    found = first_directory(stream)
    assert found is not None
    assert [entry.tag for entry in found.entries] == [256, 274]
    assert (found.order, found.next_offset, stated_orientation(stream)) == (order, 77, 6)
    set_orientation(stream, found, 8)
    assert stated_orientation(stream) == 8
    assert stream.getvalue() == directory(order, (256, 3, 1, short(40)), (274, 3, 1, short(8)), offset=12)
    for wrong in ((274, 4, 1, short(6)), (274, 3, 2, short(6)), (274, 3, 1, short(0)), (274, 3, 1, short(9))):
        stream = io.BytesIO(directory(order, wrong))
        assert stated_orientation(stream) is None
    stream = io.BytesIO(directory(order, (274, 4, 1, short(6))))
    before, found = stream.getvalue(), first_directory(stream)
    assert found is not None
    set_orientation(stream, found, 8)
    assert stream.getvalue() == before


@pytest.mark.parametrize("length", [0, 4, 7, 8, 9, 21, 25])
def test_a_directory_that_is_cut_short_is_none(length: int) -> None:
    whole = directory("<", (274, 3, 1, b"\6\0\0\0"))
    assert len(whole) == 26
    assert first_directory(io.BytesIO(whole)) is not None
    assert first_directory(io.BytesIO(whole[:length])) is None
    assert first_directory(io.BytesIO(b"XX*\0" + whole[4:])) is None


def profile(name: bytes, block: bytes) -> bytes:
    digits = block.hex().encode()
    return b"\n" + name + b"\n" + b"%8d" % len(block) + b"\n" + digits[:72] + b"\n" + digits[72:] + b"\n"


@pytest.mark.parametrize("kind", [b"tEXt", b"zTXt"])
def test_a_profile_in_a_png_loses_the_field_and_keeps_its_form(kind: bytes) -> None:
    keyword = b"Raw profile type iptc"

    def chunk(block: bytes) -> bytes:
        text = profile(b"iptc", block)
        return keyword + b"\0" + (b"\0" + zlib.compress(text) if kind == b"zTXt" else text)

    kept = dataset(25, b"a word of more than thirty-six letters")
    assert is_profile(keyword)
    assert not is_profile(b"Raw profile type icc")
    assert changed_profile(kind, chunk(dataset(120, b"old") + kept), 1, {"caption"}) == chunk(kept)
    assert changed_profile(kind, keyword + b"\0no profile", 1, {"caption"}) is None
    assert changed_profile(kind, chunk(kept)[:-3] + b"zzz", 1, {"caption"}) is None
    assert holds_something({"caption"})
    assert not holds_something({"label"})


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("s = { }", {}),
        ('s = { a = "1\\n2\\r3\\t4\\"5\\\\6" }', {"a": '1\n2\r3\t4"5\\6'}),
        ("{ a = 1; b = -.5e1; }", {"a": 1.0, "b": -5.0}),
        ('s = { ["odd name"] = { 1, 2, }, c = false }', {"odd name": [1.0, 2.0], "c": False}),
        ("s = { a = " + "{ a = " * 31 + "1" + " }" * 32, None),
    ],
)
def test_a_settings_text_is_read(text: str, fields: dict[str, object] | None) -> None:
    assert fields is None or parse(text) == fields
    assert list(parse(text)) == list(fields or parse(text))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("s = { a = 1, a = 2 }", "twice"),
        ("s = { 1, a = 2 }", "both fields and items"),
        ("s = { 1, 2 }", "named fields"),
        ("s = { a = 1 } b", "nothing more is expected near character 15"),
        ("s = { a = 1 b = 2 }", "',' or '}'"),
        ("s = { [1] = 2 }", "a name in quotes"),
        ("s = { a }", "'='"),
        ("s = { a = ? }", "a value is expected"),
        ("s = " + "{ a = " * 33 + "1" + " }" * 33, "more than 32 deep"),
    ],
)
def test_a_text_that_is_no_table_of_settings_is_refused_with_the_place(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why.replace("'", ".").replace("}", ".")):
        parse(text)


def test_a_compressed_text_has_the_length_that_it_states() -> None:
    def stored(text: bytes, length: int) -> bytes:
        return length.to_bytes(4, "big") + zlib.compress(text)

    assert decode(stored(b"s = { }", 7)) == decode(b"s = { }") == decode("s = { }") == "s = { }"
    for length in (6, 8):
        with pytest.raises(ValueError, match="another length"):
            decode(stored(b"s = { }", length))
    assert len(decode("x" * LONGEST)) == LONGEST == 4 << 20
    for long in ("x" * (LONGEST + 1), stored(b"x", LONGEST + 1)):
        with pytest.raises(ValueError, match="longer than"):
            decode(long)


@pytest.mark.parametrize(
    ("stated", "in_row", "read"),
    [
        ("6.7", "", True),
        ("6.6", "11.0", False),
        ("", "6.7", True),
        ("", "5.7", False),
        ("15.4", "5.0", True),
        ("7", "", True),
        ("", "", False),
        ("new", "", False),
    ],
)
def test_process_versions_from_2012_on_are_read(stated: str, in_row: str, read: bool) -> None:
    version = f'ProcessVersion = "{stated}", ' if stated else ""
    found = read_develop_record(f"s = {{ {version}Exposure2012 = 0.5 }}", in_row)
    assert (found.settings is not None) is read
    assert ("sliders differ" in found.problem) is not read
    assert found.settings is None or found.settings["Exposure2012"] == 0.5


def test_a_catalogs_numbers_become_those_of_the_sliders_and_looks_stay_behind() -> None:
    text = 's = { Contrast2012 = 11.6, Look = { Name = "x" }, ToneCurvePV2012 = { 0, 0, 255, 255 } }'
    found = read_develop_record(text, "11.0").settings
    assert found is not None
    assert dict(found) == {"Contrast2012": 12, "ToneCurvePV2012": (0, 0, 255, 255)}


@pytest.mark.parametrize(
    ("word", "kelvin", "tint", "found"),
    [
        ("As Shot", 5200, -7.5, (5200.0, -7.5)),
        ("Custom", 5200, 7, None),
        ("As Shot", 0, 7, None),
        ("As Shot", 5200, None, None),
        ("As Shot", float("nan"), 7, None),
        ("As Shot", True, 7, None),
        ("As Shot", "5200", 7, None),
    ],
)
def test_a_raw_files_own_white_balance_is_told_where_it_is_in_use(
    word: str, kelvin: object, tint: object, found: tuple[float, float] | None
) -> None:
    table = {"WhiteBalance": word, "Temperature": kelvin, "Tint": tint}
    assert read_as_shot({key: value for key, value in table.items() if value is not None}) == found


def test_what_is_refused_of_lightrooms_table_takes_along_only_what_describes_the_same() -> None:
    crop = dict(
        zip(("CropLeft", "CropTop", "CropRight", "CropBottom", "CropAngle"), (0.0, 0.0, 1.0, 1.0, 0), strict=True)
    )
    table = {"Exposure2012": 0.504, "Contrast2012": 500, "WhiteBalance": "Custom", "Temperature": 5200, "Tint": 7}
    found, refused = read_live({**table, **crop}, PhotoKind.RAW)
    assert refused == ("Contrast2012",)
    assert dict(found) == {**crop, "Exposure2012": 0.5, "WhiteBalance": "Custom", "Temperature": 5200, "Tint": 7}
    found, refused = read_live({**table, **crop, "CropRight": 7.0, "Tint": 1e12, "Contrast2012": 5}, PhotoKind.RAW)
    assert dict(found) == {"Exposure2012": 0.5, "Contrast2012": 5}
    assert set(refused) == {*crop, "WhiteBalance", "Temperature", "Tint"}
    assert "Temperature" not in read_live({**table, "WhiteBalance": "As Shot"}, PhotoKind.RAW)[0]
    found, refused = read_live({"CropLeft": 0.1, "Exposure2012": True}, PhotoKind.RENDERED)
    assert (dict(found), refused) == ({}, ("Exposure2012",))

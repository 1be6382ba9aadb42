"""XMP is embedded in a file and extracted again; no pixel and no other tag changes."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from couloir.errors import CannotEmbed
from couloir.lightroom.embed import can_embed, embed, extract
from couloir.lightroom.metadata import PhotoMetadata
from couloir.lightroom.rdf import MAX_PACKET_BYTES
from couloir.lightroom.settings import DevelopSettings
from couloir.lightroom.xmp import ImageFacts, Stamp, read_packet, write_packet

PACKET = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><!-- http://ns.couloir.invalid/1.0/ --></x:xmpmeta>"
OTHER = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><!-- another program's, and rather a bit longer than ours --></x:xmpmeta>"
ORIENTATION = 274
FACTS = ImageFacts(40, 30, 1)
LARGE_STAMP = Stamp("1", "a library's name" * 5000, "u")  # by which a packet is known to be ours: it cannot move
XMP = b"http://ns.adobe.com/xap/1.0/\0"
ICC = b"a profile that nobody reads" * 20


def picture(mode: str = "RGB", size: tuple[int, int] = (40, 30)) -> Image.Image:
    gradient = Image.linear_gradient("L").resize(size)
    return Image.merge("RGB", (gradient, gradient.rotate(90), gradient.rotate(180))).convert(mode)


def exif(orientation: int | None = 6) -> Image.Exif:
    tags = Image.Exif()
    if orientation is not None:
        tags[ORIENTATION] = orientation
    tags[271] = "Maker"
    tags[33432] = "somebody's copyright"
    return tags


def pixels(path: Path) -> list[bytes]:
    """The decoded bytes of each frame."""
    with Image.open(path) as image:
        frames = []
        for frame in range(getattr(image, "n_frames", 1)):
            image.seek(frame)
            frames.append(image.tobytes())
        return frames


# --- containers taken apart independently -----------------------------------------------------------------------------


def jpeg_parts(data: bytes) -> tuple[list[tuple[int, bytes]], bytes]:
    """((marker, payload) of each segment, everything from the start of scan on)."""
    place, parts = 2, []
    while data[place + 1] != 0xDA:
        if data[place + 1] == 0xFF:
            place += 1
            continue
        (length,) = struct.unpack_from(">H", data, place + 2)
        parts.append((data[place + 1], data[place + 4 : place + 2 + length]))
        place += 2 + length
    return parts, data[place:]


def png_chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    place, chunks = 8, []
    while place < len(data):
        length, kind = struct.unpack_from(">I4s", data, place)
        body = data[place + 8 : place + 8 + length]
        assert struct.unpack_from(">I", data, place + 8 + length)[0] == zlib.crc32(kind + body)
        chunks.append((kind, body))
        place += 12 + length
    return chunks


SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 12: 8}


def tiff_tags(data: bytes) -> dict[int, tuple[int, bytes]]:
    """{tag: (type, value)} of the first directory; checks that the tags ascend."""
    order = {b"II": "<", b"MM": ">"}[data[:2]]
    (place,) = struct.unpack_from(f"{order}I", data, 4)
    (count,) = struct.unpack_from(f"{order}H", data, place)
    tags: dict[int, tuple[int, bytes]] = {}
    for row in range(place + 2, place + 2 + 12 * count, 12):
        tag, kind, number, offset = struct.unpack_from(f"{order}HHII", data, row)
        length = SIZES[kind] * number
        start = row + 8 if length <= 4 else offset
        tags[tag] = (kind, data[start : start + length])
        assert len(tags[tag][1]) == length
    assert list(tags) == sorted(tags)
    return tags


def make_tiff(order: str, *, orientation: int | None = 6, xmp: bytes | None = None, dng: bool = False) -> bytes:
    """A grey 4 x 2 TIFF by hand: header, values, pixels, directory last."""
    strip, description = bytes(range(8)), b"made by hand\0"
    body = bytearray(struct.pack(f"{order}2sHI", b"II" if order == "<" else b"MM", 42, 0))

    def put(value: bytes) -> int:
        body.extend(b"\0" * (len(body) % 2))
        body.extend(value)
        return len(body) - len(value)

    def short(value: int) -> int:
        return value if order == "<" else value << 16

    rows = [(256, 3, 1, short(4)), (257, 3, 1, short(2)), (258, 3, 1, short(8)), (259, 3, 1, short(1))]
    rows += [(262, 3, 1, short(1)), (270, 2, len(description), put(description)), (273, 4, 1, put(strip))]
    rows += [(277, 3, 1, short(1)), (278, 3, 1, short(2)), (279, 4, 1, len(strip))]
    if orientation is not None:
        rows.append((ORIENTATION, 3, 1, short(orientation)))
    if xmp is not None:
        rows.append((700, 1, len(xmp), put(xmp)))
    if dng:
        rows += [(50706, 1, 4, struct.unpack(f"{order}I", bytes([1, 4, 0, 0]))[0]), (50708, 2, 5, put(b"Cam1\0"))]
    body.extend(b"\0" * (len(body) % 2))
    struct.pack_into(f"{order}I", body, 4, len(body))
    body.extend(struct.pack(f"{order}H", len(rows)))
    for row in sorted(rows):
        body.extend(struct.pack(f"{order}HHII", *row))
    return bytes(body) + struct.pack(f"{order}I", 0)


# --- samples of every kind --------------------------------------------------------------------------------------------


def saved(form: str, image: Image.Image | None = None, **options: object) -> bytes:
    stream = io.BytesIO()
    (image or picture()).save(stream, form, **options)
    return stream.getvalue()


def text_chunks() -> PngImagePlugin.PngInfo:
    chunks = PngImagePlugin.PngInfo()
    chunks.add_text("Title", "a text chunk")
    chunks.add_itxt("Comment", "ein Text", "de", "Kommentar", zip=True)
    return chunks


FILES: dict[str, Callable[[], bytes]] = {
    "plain.jpg": lambda: saved("JPEG"),
    "exif.JPG": lambda: saved("JPEG", exif=exif(), icc_profile=ICC, comment=b"a comment", dpi=(300, 300)),
    "progressive.jpeg": lambda: saved("JPEG", progressive=True, exif=exif(None)),
    "cmyk.jpg": lambda: saved("JPEG", picture("CMYK")),
    "old-xmp.jpe": lambda: saved("JPEG", xmp=OTHER, exif=exif(3)),
    "pictures.jpg": lambda: saved(
        "MPO", save_all=True, append_images=[picture("RGB", (20, 10)), picture("RGB", (10, 5))], exif=exif()
    ),
    "plain.tif": lambda: saved("TIFF"),
    "lzw.TIFF": lambda: saved("TIFF", compression="tiff_lzw", icc_profile=ICC, exif=exif(8)),
    "old-xmp.tif": lambda: saved("TIFF", xmp=OTHER),
    "big-endian.tif": lambda: saved("TIFF", picture("I;16B")),
    "pages.tif": lambda: saved("TIFF", save_all=True, append_images=[picture("L"), picture("CMYK")]),
    "hand-ii.tif": lambda: make_tiff("<"),
    "hand-mm.tif": lambda: make_tiff(">"),
    "hand-xmp-mm.tif": lambda: make_tiff(">", xmp=OTHER, orientation=None),
    "hand-ii.dng": lambda: make_tiff("<", dng=True),
    "hand-mm.dng": lambda: make_tiff(">", dng=True, xmp=OTHER),
    "plain.png": lambda: saved("PNG"),
    "exif.PNG": lambda: saved(
        "PNG", picture("RGBA"), exif=exif(), icc_profile=ICC, dpi=(72, 72), pnginfo=text_chunks()
    ),
    "palette.png": lambda: saved("PNG", picture("P"), transparency=3),
    "deep.png": lambda: saved("PNG", picture("I;16")),
    "animated.png": lambda: saved("PNG", save_all=True, append_images=[picture().rotate(180)], duration=100),
    "trailing.png": lambda: saved("PNG") + b"what some programs append",
}


@pytest.fixture(params=sorted(FILES))
def photo(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / request.param
    path.write_bytes(FILES[request.param]())
    return path


def test_what_is_embedded_comes_out_and_no_pixel_changes(photo: Path) -> None:
    with Image.open(photo) as image:
        orientation = image.getexif().get(ORIENTATION, 1)  # Pillow turns a TIFF by it
    before = pixels(photo)
    assert can_embed(photo)
    embed(photo, PACKET, orientation)
    assert extract(photo) == PACKET
    assert pixels(photo) == before
    assert [path.name for path in photo.parent.iterdir()] == [photo.name]


def test_the_orientation_agrees_where_the_file_has_one(photo: Path) -> None:
    with Image.open(photo) as image:
        before = dict(image.getexif())
    embed(photo, PACKET, 3)
    with Image.open(photo) as image:
        after = dict(image.getexif())
    assert after.get(ORIENTATION) == (3 if ORIENTATION in before else None)
    ours = {ORIENTATION, 700}
    # Pillow reads offsets as they stand in a TIFF; the directory's values are compared below.
    assert {tag: after[tag] for tag in after if tag not in ours} == {t: before[t] for t in before if t not in ours}


def test_a_second_packet_replaces_the_first_and_the_same_one_changes_nothing(photo: Path) -> None:
    embed(photo, PACKET, 1)
    once = photo.read_bytes()
    embed(photo, PACKET, 1)
    assert photo.read_bytes() == once
    embed(photo, PACKET + b" " * 10, 1)
    assert extract(photo) == PACKET + b" " * 10
    embed(photo, PACKET, 1)
    assert photo.read_bytes() == once


def test_a_foreign_packet_keeps_its_properties(photo: Path) -> None:
    foreign = (
        b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
        b"<rdf:Description rdf:about='' xmlns:f='urn:f' f:kept='yes'/></rdf:RDF></x:xmpmeta>"
    )
    embed(photo, foreign, 1)
    stamp = Stamp("0", "library", "version")
    ours = write_packet(
        DevelopSettings({"Vibrance": 5}), PhotoMetadata(title="Ours"), ImageFacts(40, 30, 6), stamp, extract(photo)
    )
    embed(photo, ours, 6)
    found = extract(photo)
    assert found is not None
    assert b'f:kept="yes"' in found
    content = read_packet(found, photo.name)
    assert (content.settings["Vibrance"], content.metadata.title, content.stamp) == (5, "Ours", stamp)


# --- JPEG -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in FILES if ".j" in name.lower()])
def test_every_other_segment_of_a_jpeg_is_kept(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(FILES[name]())
    before, scan = jpeg_parts(path.read_bytes())
    embed(path, PACKET, 6)
    after, scan_after = jpeg_parts(path.read_bytes())
    assert scan_after == scan
    # The orientation was 6 or is patched, the index of pictures counts anew: both are looked at elsewhere.
    skipped = (XMP, b"MPF\0", b"Exif\0\0")
    assert [p for p in after if not p[1].startswith(skipped)] == [p for p in before if not p[1].startswith(skipped)]
    assert [marker for marker, payload in after if payload.startswith(XMP)] == [0xE1]
    assert [len(p) for _, p in after if p.startswith(skipped[1:])] == [
        len(p) for _, p in before if p.startswith(skipped[1:])
    ]


def segment(marker: int, payload: bytes, fill: int = 0) -> bytes:
    return b"\xff" * fill + struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload


def test_xmp_stands_behind_jfif_and_exif(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    scan = saved("JPEG")[20:]  # after the start of image and JFIF
    path.write_bytes(b"\xff\xd8" + segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0") + segment(0xE1, exif().tobytes()) + scan)
    embed(path, PACKET, 6)
    parts, _ = jpeg_parts(path.read_bytes())
    assert [payload[:4] for _, payload in parts[:3]] == [b"JFIF", b"Exif", b"http"]


def test_fill_bytes_of_other_segments_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    plain = saved("JPEG")
    path.write_bytes(plain[:2] + segment(0xFE, b"comment", fill=5) + plain[2:])
    embed(path, PACKET, 1)
    assert segment(0xFE, b"comment", fill=5) in path.read_bytes()


def mpf(order: str, sizes: list[int], offsets: list[int]) -> bytes:
    """The payload of a multi-picture index: a TIFF structure with version, count and table."""
    table = b"".join(struct.pack(f"{order}IIIHH", 0x30000, *pair, 0, 0) for pair in zip(sizes, offsets, strict=True))
    mark = b"II*\0" if order == "<" else b"MM\0*"
    rows = [(0xB000, 7, 4, struct.unpack(f"{order}I", b"0100")[0]), (0xB001, 4, 1, len(sizes))]
    rows += [(0xB002, 7, len(table), 8 + 2 + 36 + 4)]
    directory = struct.pack(f"{order}H", 3) + b"".join(struct.pack(f"{order}HHII", *row) for row in rows)
    return b"MPF\0" + mark + struct.pack(f"{order}I", 8) + directory + bytes(4) + table


OLD_XMP = segment(0xE1, XMP + OTHER, fill=1)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("ahead", [b"", OLD_XMP, segment(0xE1, exif().tobytes())])
@pytest.mark.parametrize("behind", [b"", OLD_XMP, segment(0xFE, b"comment", fill=3)])
def test_the_other_pictures_of_a_file_are_still_where_its_index_says(
    tmp_path: Path, order: str, ahead: bytes, behind: bytes
) -> None:
    first, second, third = saved("JPEG"), saved("JPEG", picture("L", (8, 8))), saved("JPEG", picture("L", (16, 8)))
    blank = segment(0xE2, mpf(order, [0, 0, 0], [0, 0, 0]))
    length = len(first) + len(ahead) + len(blank) + len(behind)
    index_place = 2 + len(ahead) + 8  # start of image, then marker, length and "MPF\0"
    offsets = [0, length - index_place, length + len(second) - index_place]
    index = segment(0xE2, mpf(order, [length, len(second), len(third)], offsets))
    path = tmp_path / "a.jpg"
    path.write_bytes(first[:2] + ahead + index + behind + first[2:] + second + third)
    before = pixels(path)
    assert len(before) == 3
    embed(path, PACKET, 1)
    assert pixels(path) == before
    data = path.read_bytes()
    place = data.index(b"MPF\0") + 4
    rows = [struct.unpack_from(f"{order}IIIHH", data, place + 50 + 16 * row) for row in range(3)]
    assert data[place + rows[1][2] :][: rows[1][1]] == second
    assert data[place + rows[2][2] :][: rows[2][1]] == third
    assert rows[0][1:3] == (len(data) - len(second) - len(third), 0)
    assert data[: rows[0][1]].endswith(b"\xff\xd9")


@pytest.mark.parametrize("payload", [b"MPF\0", b"MPF\0II*\0", mpf("<", [1, 2], [0, 9])[:-1], mpf(">", [], [])])
def test_a_broken_index_of_pictures_stays_as_it_is(tmp_path: Path, payload: bytes) -> None:
    path = tmp_path / "a.jpg"
    plain = saved("JPEG")
    path.write_bytes(plain[:2] + segment(0xE2, payload) + plain[2:])
    embed(path, PACKET, 1)
    assert segment(0xE2, payload) in path.read_bytes()


def test_extended_xmp_stays_only_with_the_packet_that_names_it(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    guid = b"0123456789ABCDEF0123456789ABCDEF"
    extended = segment(0xE1, b"http://ns.adobe.com/xmp/extension/\0" + guid + bytes(8) + b"the rest")
    plain = saved("JPEG")
    path.write_bytes(plain[:2] + extended + plain[2:])
    embed(path, b"<x xmpNote:HasExtendedXMP='" + guid + b"'/>", 1)
    assert extended in path.read_bytes()
    embed(path, PACKET, 1)
    assert extended not in path.read_bytes()


def test_a_packet_that_no_jpeg_segment_holds_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(saved("JPEG"))
    most = 65502
    embed(path, b"x" * most, 1)
    assert extract(path) == b"x" * most
    before = path.read_bytes()
    for hopeless in (b"x" * (most + 1), PACKET + b" " * most, write_packet(None, PhotoMetadata(), FACTS, LARGE_STAMP)):
        with pytest.raises(CannotEmbed, match=r"cannot be split|does not fit"):
            embed(path, hopeless, 1)
    assert path.read_bytes() == before


# --- TIFF and DNG -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in FILES if name.lower().endswith((".tif", ".tiff", ".dng"))])
def test_every_other_tag_of_a_tiff_is_kept_and_nothing_in_it_moves(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(FILES[name]())
    data = path.read_bytes()
    before = tiff_tags(data)
    embed(path, PACKET, 5)
    after = tiff_tags(path.read_bytes())
    order = "<" if data[:2] == b"II" else ">"
    expected = {**before, 700: (1, PACKET)}
    if ORIENTATION in before:
        expected[ORIENTATION] = (3, struct.pack(f"{order}H", 5))
    assert after == expected
    changed = sum(a != b for a, b in zip(data, path.read_bytes(), strict=False))
    # The header's pointer or the entry of tag 700, and at most one orientation.
    assert changed <= 4 + 8 + 2


def test_a_packet_of_another_program_is_left_in_place_and_ours_is_written_over(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(make_tiff("<", xmp=OTHER))
    embed(path, PACKET, 1)
    assert OTHER in path.read_bytes()
    length = path.stat().st_size
    for _ in range(3):
        embed(path, PACKET, 2)
    assert path.stat().st_size == length


def test_a_file_of_odd_length_gets_its_directory_on_an_even_offset(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(make_tiff("<") + b"x")
    embed(path, PACKET, 1)
    (directory,) = struct.unpack_from("<I", path.read_bytes(), 4)
    assert directory % 2 == 0
    assert extract(path) == PACKET


@pytest.mark.parametrize("count", [MAX_PACKET_BYTES + 1, 0xFFFF_FFFF, 5000])
def test_an_xmp_tag_that_claims_too_much_is_refused(tmp_path: Path, count: int) -> None:
    path = tmp_path / "a.tif"
    data = make_tiff("<", xmp=OTHER)
    at = data.index(struct.pack("<HHI", 700, 1, len(OTHER)))
    path.write_bytes(data[: at + 4] + struct.pack("<I", count) + data[at + 8 :])
    with pytest.raises(CannotEmbed):
        extract(path)
    embed(path, PACKET, 1)
    assert extract(path) == PACKET


# --- PNG --------------------------------------------------------------------------------------------------------------


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I4s", len(data), kind) + data + struct.pack(">I", zlib.crc32(kind + data))


def with_chunk(data: bytes) -> bytes:
    """A PNG with an XMP chunk of this content behind its header chunk."""
    plain = saved("PNG")
    return plain[:33] + chunk(b"iTXt", b"XML:com.adobe.xmp\0" + data) + plain[33:]


@pytest.mark.parametrize("name", [name for name in FILES if name.lower().endswith(".png") and "trailing" not in name])
def test_every_other_chunk_of_a_png_is_kept_in_its_order(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(FILES[name]())
    before = png_chunks(path.read_bytes())
    embed(path, PACKET, 6)
    after = png_chunks(path.read_bytes())
    assert after == [before[0], (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + PACKET), *before[1:]]


def test_what_hangs_on_behind_a_png_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(FILES["trailing.png"]())
    embed(path, PACKET, 1)
    assert path.read_bytes().endswith(b"IEND\xaeB`\x82what some programs append")


def test_a_compressed_packet_is_read_and_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(with_chunk(b"\1\0en\0key\0" + zlib.compress(OTHER)))
    assert extract(path) == OTHER
    embed(path, PACKET, 1)
    assert [kind for kind, _ in png_chunks(path.read_bytes())].count(b"iTXt") == 1
    assert extract(path) == PACKET


@pytest.mark.parametrize(
    "data",
    [
        b"\0\0\0\0" + b" " * MAX_PACKET_BYTES,
        b"\1\0\0\0" + zlib.compress(b" " * (MAX_PACKET_BYTES + 1)),
        b"\1\0\0\0" + zlib.compress(OTHER)[:-6],
        b"\1\0\0\0not compressed at all",
    ],
    ids=["large", "bomb", "cut", "no zlib"],
)
def test_a_packet_that_is_too_large_or_damaged_is_not_read_but_can_be_replaced(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(with_chunk(data))
    with pytest.raises(CannotEmbed):
        extract(path)
    embed(path, PACKET, 1)
    assert extract(path) == PACKET


# --- what cannot be done ----------------------------------------------------------------------------------------------

LIES = [
    *(
        ("tiff.jpg", make_tiff("<")),
        ("png.jpg", saved("PNG")),
        ("jpeg.png", saved("JPEG")),
        ("jpeg.tif", saved("JPEG")),
    ),
    *(("jpeg.dng", saved("JPEG")), ("empty.jpg", b""), ("text.png", b"hello"), ("big.tif", b"II+\0" + bytes(100))),
    *(("raw.NEF", make_tiff("<")), ("photo.psd", b"8BPS"), ("none", saved("JPEG")), ("a.heic", bytes(32))),
]


@pytest.mark.parametrize(("name", "data"), LIES, ids=[name for name, _ in LIES])
def test_a_file_that_is_not_what_its_name_says_is_refused_and_left_alone(
    tmp_path: Path, name: str, data: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    assert not can_embed(path)
    for attempt in (lambda: embed(path, PACKET, 1), lambda: extract(path)):
        with pytest.raises(CannotEmbed, match=name):
            attempt()
    assert path.read_bytes() == data


@pytest.mark.parametrize("orientation", [0, 9, -1])
def test_an_orientation_that_exif_does_not_have_is_a_mistake_of_ours(tmp_path: Path, orientation: int) -> None:
    with pytest.raises(ValueError, match="1 to 8"):
        embed(tmp_path / "a.jpg", PACKET, orientation)


@pytest.mark.parametrize("name", ["plain.jpg", "hand-ii.tif", "plain.png"])
def test_more_xmp_than_can_be_read_again_is_not_written(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(FILES[name]())
    before = path.read_bytes()
    with pytest.raises(CannotEmbed, match=str(MAX_PACKET_BYTES + 1)):
        embed(path, bytes(MAX_PACKET_BYTES + 1), 1)
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", ["exif.JPG", "pictures.jpg", "exif.PNG", "hand-mm.dng", "lzw.TIFF"])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(draw=st.data())
def test_a_damaged_file_is_embedded_in_or_refused_and_left_as_it_was(
    tmp_path: Path, name: str, draw: st.DataObject
) -> None:
    data = bytearray(FILES[name]())
    for _ in range(draw.draw(st.integers(0, 4))):
        data[draw.draw(st.integers(0, min(len(data), 600) - 1))] = draw.draw(st.integers(0, 255))
    del data[draw.draw(st.integers(0, len(data)) | st.just(len(data))) :]
    path = tmp_path / name
    path.write_bytes(data)
    try:
        embed(path, PACKET, 1)
    except CannotEmbed:
        assert path.read_bytes() == data
    else:
        assert extract(path) == PACKET
    assert [left.name for left in tmp_path.iterdir()] == [name]

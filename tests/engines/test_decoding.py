"""Decoding of untrusted pictures: what is refused before decoding, and what is stopped after its time limit."""

from __future__ import annotations

import io
import os
import struct
import threading
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from couloir.engines.decoding import limits, workshop
from couloir.engines.decoding.limits import DecodingRefusal, Use
from couloir.engines.decoding.stopping import stopped_by
from couloir.engines.decoding.worker import Request
from couloir.engines.dng.raw import load_raw
from couloir.engines.pixels import exif_orientation, frame_size, load_pixels
from couloir.errors import BadImage


def _encoded(kind: str, size: tuple[int, int] = (64, 48), **options: object) -> bytes:
    file = io.BytesIO()
    image = Image.effect_noise(size, 60) if size[0] < 1000 else Image.new("L", size)
    image.convert("RGB").save(file, kind, **options)
    return file.getvalue()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _png(side: int, *chunks: bytes, pixels: bytes = b"") -> bytes:
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    parts = (_chunk(b"IHDR", header), *chunks, _chunk(b"IDAT", pixels), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _scans(count: int, size: tuple[int, int] = (64, 48)) -> bytes:
    """A progressive JPEG whose last scan is repeated until there are `count`."""
    file = io.BytesIO()
    Image.new("L", size).save(file, "JPEG", progressive=True)
    whole = file.getvalue()
    last, have = whole.rindex(b"\xff\xda"), whole.count(b"\xff\xda")
    return whole[:-2] + whole[last:-2] * (count - have) + whole[-2:]


def _directory(entries: int, each: int) -> bytes:
    """A TIFF directory whose entries all name the same bytes."""
    body = b"".join(struct.pack("<HHII", 0x9000 + n % 1000, 7, each, 8) for n in range(entries))
    return b"II*\0" + struct.pack("<IH", 8, entries) + body + b"\0" * each


def _with_exif(*blocks: bytes) -> bytes:
    whole = _encoded("JPEG")
    parts = [b"\xff\xe1" + struct.pack(">H", len(block) + 8) + b"Exif\0\0" + block for block in blocks]
    return whole[:2] + b"".join(parts) + whole[2:]


def _gif(side: int) -> bytes:
    return (
        b"GIF89a"
        + struct.pack("<HHBBB", side, side, 0x80, 0, 0)
        + b"\0\0\0\xff\xff\xff"
        + b",\0\0\0\0\1\0\1\0\0\2\2D\1\0;"
    )


BOMBS: dict[str, Callable[[], bytes]] = {
    "a GIF of 14,000 x 14,000 in a few bytes": lambda: _gif(14_000),
    "a PNG of 196 megapixels": lambda: _png(14_000, pixels=zlib.compress(bytes(14_001 * 100))),
    "a JPEG of 4 gigapixels": lambda: _encoded("JPEG").replace(
        struct.pack(">HH", 48, 64), struct.pack(">HH", 65_000, 65_000), 1
    ),
    "a progressive JPEG of 144 megapixels": lambda: _encoded("JPEG", progressive=True).replace(
        struct.pack(">HH", 48, 64), struct.pack(">HH", 12_000, 12_000), 1
    ),
    "a JPEG of 2,500 scans": lambda: _scans(2500),
    "a JPEG of a million empty segments": lambda: b"\xff\xd8" + b"\xff\xfe\0\2" * 1_000_000 + _encoded("JPEG")[2:],
    "a JPEG with a megabyte between its segments": lambda: b"\xff\xd8" + b"\xff" * 1_000_000 + _encoded("JPEG")[3:],
    "EXIF that names the same bytes 2,000 times": lambda: _with_exif(_directory(2000, 30_000)),
    "EXIF in many segments that name each other": lambda: _with_exif(_directory(4000, 10_000), *[bytes(60_000)] * 40),
    "a PNG whose EXIF names the same megabyte 4,000 times": lambda: _png(
        4, _chunk(b"eXIf", _directory(4000, 1_000_000))
    ),
    "a PNG of 100,000 empty parts": lambda: _png(4, *[_chunk(b"tIME", b"")] * 100_000),
    "a TIFF whose entries name the same megabyte": lambda: _directory(4000, 1_000_000),
    "a TIFF of 60,000 entries": lambda: _directory(60_000, 4),
    "a PSD": lambda: b"8BPS" + bytes(60),
    "a BMP": lambda: _encoded("BMP"),
    "a WebP": lambda: _encoded("WEBP"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_before_it_takes_memory(tmp_path: Path, name: str) -> None:
    path = tmp_path / "holiday.jpg"
    path.write_bytes(BOMBS[name]())
    tracemalloc.start()
    try:
        for read in (
            lambda: load_pixels(path, 64, orient=True),
            lambda: frame_size(path),
            lambda: exif_orientation(path),
        ):
            with pytest.raises(BadImage, match=r"holiday\.jpg"):
                read()
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "GIF", "BMP", "WEBP"])
def test_a_rendering_is_a_jpeg(tmp_path: Path, kind: str) -> None:
    (tmp_path / "a.jpg").write_bytes(_encoded(kind))
    with pytest.raises(BadImage, match="has to be a JPEG"):
        load_pixels(tmp_path / "a.jpg", 64, orient=True, use=Use.RENDERING)


def test_a_rendering_is_of_moderate_size(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(_encoded("JPEG", (6000, 4000), quality=20))
    with pytest.raises(BadImage, match="6000 x 4000 pixels"):
        load_pixels(tmp_path / "a.jpg", 64, orient=True, use=Use.RENDERING)
    assert load_pixels(tmp_path / "a.jpg", 64, orient=True).shape == (43, 64, 3)


def test_a_rendering_of_many_scans_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(_scans(90, (2000, 1500)))
    with pytest.raises(BadImage, match="90 scans"):
        load_pixels(tmp_path / "a.jpg", 64, orient=True, use=Use.RENDERING)


def test_progressive_pictures_and_those_with_another_one_behind_are_read(tmp_path: Path) -> None:
    whole = _encoded("JPEG", progressive=True)
    for name, content in (("a.jpg", whole), ("b.jpg", whole + b"\xff\xd8\xff\xda" * 5000 + os.urandom(100))):
        (tmp_path / name).write_bytes(content)
        assert load_pixels(tmp_path / name, None, orient=True).shape == (48, 64, 3)


def test_the_second_picture_of_a_file_does_not_make_the_first_progressive() -> None:
    """Phones write 108 megapixels and a gain map behind them."""
    whole = _encoded("JPEG").replace(struct.pack(">HH", 48, 64), struct.pack(">HH", 9000, 12_000), 1)
    assert limits.read_jpeg_header(whole + _encoded("JPEG"), Use.PHOTO).scans == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_pipe_is_no_picture_and_holds_nobody_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.jpg")
    with pytest.raises(BadImage, match="no file"):
        load_pixels(tmp_path / "a.jpg", 64, orient=True)
    with pytest.raises(BadImage, match="no file"):
        load_raw(tmp_path / "a.jpg", lambda _columns, _rows: 64)


def test_what_takes_too_long_is_ended_and_the_next_picture_is_decoded(tmp_path: Path) -> None:
    slow, sound = tmp_path / "slow.jpg", tmp_path / "sound.png"
    slow.write_bytes(_scans(100, (9000, 6000)))
    sound.write_bytes(_encoded("PNG"))
    request = Request("pixels", os.fsencode(slow).hex(), 64)
    with pytest.raises(DecodingRefusal, match=r"took longer than 0\.2 seconds"):
        workshop.ask(request, patience=0.2)
    assert load_pixels(sound, None, orient=True).shape == (48, 64, 3)


class _Cancelled(Exception):
    pass


def test_decoding_ends_when_the_work_is_no_longer_wanted(tmp_path: Path) -> None:
    slow = tmp_path / "slow.jpg"
    slow.write_bytes(_scans(100, (9000, 6000)))
    stop = threading.Event()

    def check() -> None:
        if stop.is_set():
            raise _Cancelled

    threading.Timer(0.3, stop.set).start()
    with stopped_by(check), pytest.raises(_Cancelled):
        load_pixels(slow, 64, orient=True)


def test_a_decoder_that_dies_takes_nothing_with_it(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(_encoded("PNG"))
    expected = load_pixels(path, None, orient=True)
    workshop._free[-1].kill()
    workshop._free[-1]._process.wait()
    np.testing.assert_array_equal(load_pixels(path, None, orient=True), expected)
    with pytest.raises(DecodingRefusal, match="crashed"):
        workshop.ask(Request("no such task", ""))


def test_on_the_spot_and_in_a_worker_a_picture_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(
        _encoded("JPEG", (600, 400), exif=b"Exif\0\0II*\0\x08\0\0\0\1\0\x12\1\3\0\1\0\0\0\6\0\0\0\0\0\0\0")
    )
    here = load_pixels(path, 100, orient=True)
    monkeypatch.setattr(limits, "ORDINARY", 0)
    np.testing.assert_array_equal(load_pixels(path, 100, orient=True), here)
    assert here.shape == (100, 67, 3)
    assert exif_orientation(path) == 6


def test_nothing_in_the_current_folder_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`python -m` looks there first, unless it is told not to."""
    for name in ("numpy", "PIL", "msgspec", "couloir"):
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'was run')!r}, 'w').close()")
    monkeypatch.chdir(tmp_path)
    workshop.close()
    (tmp_path / "a.png").write_bytes(_encoded("PNG"))
    assert frame_size(tmp_path / "a.png") == (64, 48)
    assert not (tmp_path / "was run").exists()


def test_names_that_are_no_text_reach_the_worker(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + "/Zoë\n.png".encode("latin-1")))
    path.write_bytes(_encoded("PNG"))
    assert frame_size(path) == (64, 48)

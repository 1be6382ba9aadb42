"""DNG files with a preview by Adobe: found by themselves, drawn at their settings, left out with a reason."""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from couloir.color.spaces import srgb_decode
from couloir.engines import camera_raw
from couloir.engines.dng import baseline
from couloir.engines.dng.files import linear_dng
from couloir.engines.dng.tags import LONG, SHORT, Tag, numbers, text, write_tags
from couloir.lightroom.embed import embed, extract
from couloir.lightroom.metadata import PhotoMetadata
from couloir.lightroom.settings import DevelopSettings
from couloir.lightroom.xmp import ImageFacts, Stamp, write_packet
from evaluation import camera_raw_pairs
from evaluation.adobe_previews import AdobePreview, Unfit, find_previews
from evaluation.camera_raw_pairs import Scene, measure
from evaluation.scenes import camera_model

CAMERA, MODEL = camera_model(0)
ADOBE = {50966: text("Adobe Photoshop Camera Raw"), 50967: text("16.0")}
S_CURVE = (0, 0, 40, 25, 128, 128, 215, 230, 255, 255)


def _scene() -> np.ndarray:
    """Ramps from black to white in five colours, as camera colours."""
    light = np.geomspace(0.002, 1.0, 120)[np.newaxis, :, np.newaxis]
    tints = np.array([[1, 1, 1], [1, 0.7, 0.5], [0.6, 0.8, 1], [0.7, 1, 0.7], [0.9, 0.6, 0.9]])
    rows = np.repeat(tints, 16, axis=0)[:, np.newaxis, :]
    return np.clip(light * rows * np.array(MODEL.neutral), 0, 1).astype(np.float32)


def _adobe(blacks: float, curve: tuple[int, ...] | None = None) -> np.ndarray:
    """A stand-in for Camera Raw that subtracts other blacks than the SDK, with a look's curve if any."""
    drawn = baseline(_scene(), replace(MODEL, shadow_scale=blacks))
    return (
        drawn if curve is None else camera_raw.render(srgb_decode(drawn), DevelopSettings({"ToneCurvePV2012": curve}))
    )


def _dng(path: Path, shown: np.ndarray, tags: Mapping[int, Tag], settings: Mapping[str, object]) -> None:
    """A linear DNG whose sub-directory holds a preview, with settings in its XMP."""
    picture = io.BytesIO()
    Image.fromarray(np.rint(np.clip(shown, 0, 1) * 255).astype(np.uint8)).save(
        picture, "JPEG", quality=98, subsampling=0
    )
    # The pointer to the preview's directory is a value like any other: it is written last, over a placeholder.
    raw = bytearray(linear_dng(_scene(), MODEL, CAMERA))
    content = _with_pointer(raw, picture.getvalue(), tags)
    path.write_bytes(content)
    packet = write_packet(DevelopSettings(settings), PhotoMetadata(), ImageFacts(120, 80, 1), Stamp("0", "", ""))
    embed(path, packet, 1)


def _with_pointer(raw: bytearray, picture: bytes, tags: Mapping[int, Tag]) -> bytes:
    """The file with its directory moved to the end, where it has two entries more than before."""
    (at,) = struct.unpack("<I", raw[4:8])
    (count,) = struct.unpack("<H", raw[at : at + 2])
    entries = {
        struct.unpack("<H", raw[at + 2 + 12 * i :][:2])[0]: bytes(raw[at + 2 + 12 * i :][:12]) for i in range(count)
    }
    inside = {259: numbers(SHORT, [7]), 273: numbers(LONG, [0]), 279: numbers(LONG, [len(picture)]), **tags}
    start = len(raw)
    block = bytearray(write_tags(inside)[8:])
    for i in range(struct.unpack("<H", block[:2])[0]):
        place = 2 + 12 * i
        number, kind, elements = struct.unpack("<HHI", block[place : place + 8])
        if number == 273:
            block[place + 8 : place + 12] = struct.pack("<I", start + len(block))
        elif elements * {2: 1, 3: 2, 4: 4}.get(kind, 1) > 4:
            (offset,) = struct.unpack("<I", block[place + 8 : place + 12])
            block[place + 8 : place + 12] = struct.pack("<I", start + offset - 8)
    raw += block + picture
    raw += b"\0" * (len(raw) % 2)
    entries[330] = struct.pack("<HHII", 330, LONG, 1, start)
    raw[4:8] = struct.pack("<I", len(raw))
    raw += struct.pack("<H", len(entries)) + b"".join(entries[number] for number in sorted(entries)) + bytes(4)
    return bytes(raw)


def _decode(path: Path) -> Scene:
    return camera_raw_pairs._by_ourselves(path)


@pytest.fixture(autouse=True)
def coarse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(camera_raw_pairs, "_BLACKS", np.linspace(0.0, 1.2, 7))


def test_the_same_rendering_has_no_difference(tmp_path: Path) -> None:
    _dng(tmp_path / "same.dng", _adobe(1.0), ADOBE, {})
    rows = {row.name: row.value for row in measure(tmp_path, _decode).rows}
    name = "same.dng (Adobe Photoshop Camera Raw 16.0)"
    assert rows["DNG files with a rendering by Adobe that were measured"] == 1
    assert rows[f"{name}: mean"] < 0.5
    assert abs(rows[f"{name}: Adobe brighter in mid-tones by"]) < 0.02


def test_what_is_systematic_is_learnt_from_the_other_files(tmp_path: Path) -> None:
    for name in ("one", "two"):
        _dng(tmp_path / f"{name}.dng", _adobe(0.4), ADOBE, {})
    rows = {row.name: row.value for row in measure(tmp_path, _decode).rows}
    name = "one.dng (Adobe Photoshop Camera Raw 16.0)"
    assert rows[f"{name}: Adobe brighter in deep shadows by"] > 0.1
    assert rows[f"{name}: blacks that fit the other files best"] == pytest.approx(0.4)
    assert rows[f"{name}: with the other files' blacks, mean"] < rows[f"{name}: mean"] - 0.3


def test_the_only_file_is_fitted_and_tested_by_halves(tmp_path: Path) -> None:
    _dng(tmp_path / "only.dng", _adobe(0.4), ADOBE, {})
    rows = {row.name: row.value for row in measure(tmp_path, _decode).rows}
    name = "only.dng (Adobe Photoshop Camera Raw 16.0)"
    assert rows[f"{name}: blacks that fit the left half best"] == pytest.approx(0.4)
    assert (
        rows[f"{name}, left half: with the right half's blacks, mean"]
        <= (rows[f"{name}, left half: with the SDK's blacks, mean"])
    )


def test_a_looks_curve_is_drawn_and_its_name_told(tmp_path: Path) -> None:
    look = {
        "Name": "Adobe Color",
        "Amount": 1,
        "Parameters": {"CameraProfile": "Adobe Standard", "ToneCurvePV2012": S_CURVE},
    }
    _dng(tmp_path / "look.dng", _adobe(1.0, S_CURVE), ADOBE, {"Look": look})
    rows = {row.name: row.value for row in measure(tmp_path, _decode).rows}
    name = "look.dng (Adobe Photoshop Camera Raw 16.0, Adobe Color)"
    assert rows[f"{name}: mean"] < 0.5
    assert rows[f"{name}: without the look's curve, mean"] > 1


def test_settings_are_drawn_as_they_are_stated(tmp_path: Path) -> None:
    shown = baseline(_scene(), MODEL, exposure=0.7)
    _dng(tmp_path / "lighter.dng", shown, ADOBE, {"Exposure2012": 0.7})
    rows = {row.name: row.value for row in measure(tmp_path, _decode).rows}
    assert rows["lighter.dng (Adobe Photoshop Camera Raw 16.0): mean"] < 0.5


def test_a_file_that_cannot_be_compared_is_left_out_with_the_reason(tmp_path: Path) -> None:
    shown = _adobe(1.0)
    _dng(tmp_path / "a camera.dng", shown, {50966: text("Leica M9")}, {})
    _dng(tmp_path / "b lens.dng", shown, ADOBE, {"LensProfileEnable": 1})
    _dng(tmp_path / "c wide.dng", shown, {**ADOBE, 50970: numbers(LONG, [3])}, {})
    _dng(tmp_path / "d automatic.dng", shown, ADOBE, {"WhiteBalance": "Auto"})
    look = {"Name": "Vivid", "Parameters": {"Contrast2012": 20}}
    _dng(tmp_path / "e look.dng", shown, ADOBE, {"Look": look})
    (tmp_path / "f broken.dng").write_bytes(b"no DNG")
    (tmp_path / "g.jpg").write_bytes(b"not asked for")
    reasons = {each.path.stem[2:]: each.reason for each in find_previews(tmp_path) if isinstance(each, Unfit)}
    assert reasons == {
        "camera": "its preview names Leica M9 as its maker, not one of Adobe's",
        "lens": "a lens profile is applied",
        "wide": "its preview is not in sRGB",
        "automatic": "its white balance is automatic",
        "look": "the look 'Vivid' has Contrast2012 of its own",
        "broken": "it does not begin like a TIFF file",
    }


def test_a_preview_that_is_older_than_the_settings_does_not_show_them(tmp_path: Path) -> None:
    for name, drawn in (("old", "2020-05-01T10:00:00+02:00"), ("new", "2020-05-01T10:05:00+02:00")):
        path = tmp_path / f"{name}.dng"
        _dng(path, _adobe(1.0), {**ADOBE, 50971: text(drawn)}, {})
        packet = extract(path) or b""
        where = packet.index(b"<rdf:Description") + len(b"<rdf:Description")
        saved = b' xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:MetadataDate="2020-05-01T08:03:00+00:00"'
        if b"xmlns:xmp=" in packet:
            saved = saved.split(b'1.0/"')[1]
        embed(path, packet[:where] + saved + packet[where:], 1)
    found = {each.path.stem: each for each in find_previews(tmp_path)}
    assert isinstance(found["new"], AdobePreview)
    assert isinstance(found["old"], Unfit)
    assert found["old"].reason == "its preview is older than its settings"

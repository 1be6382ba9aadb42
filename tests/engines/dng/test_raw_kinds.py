"""Every kind of DNG comes through the reader as Adobe's SDK reads it, or is named with the reason.

`raw_kinds.npz` holds some of the SDK's camera colours of a small file of each kind; `scripts/evaluate_engines.py
SAMPLES --only raw-kinds` writes it.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from couloir.engines.camera_raw import CameraRawEngine
from couloir.engines.decoding import raw_file
from couloir.engines.dng.raw import load_raw
from couloir.engines.protocol import Photo
from couloir.errors import BadImage, CannotRender
from couloir.lightroom.settings import DevelopSettings, PhotoKind
from evaluation.engines_raw_kinds import SLIPS, STEP, sdk_slip, small_scene
from evaluation.raw_kinds import BAYER, X_TRANS, Kind, dng, levels, mosaic, raw_kinds
from evaluation.raw_opcodes import area, gain_map, opcode, polynomial
from evaluation.scenes import camera_model

pytest.importorskip("rawpy", reason="rawpy is not installed")

_, MODEL = camera_model(0)
KINDS = list(raw_kinds(small_scene(), MODEL))
ADOBE = np.load(Path(__file__).with_name("raw_kinds.npz"))
_FULL = 100_000
# The SDK keeps 16-bit numbers between its steps, and its weights in 256ths.
_ROUNDING = 0.004


def _written(folder: Path, data: bytes) -> Path:
    path = folder / "kind.dng"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("kind", [each for each in KINDS if not each.refused], ids=lambda kind: kind.name)
def test_camera_colors_are_those_of_adobes_sdk(kind: Kind, tmp_path: Path) -> None:
    path = _written(tmp_path, kind.data)
    if kind.name in SLIPS:
        with sdk_slip():
            ours = raw_file.decode_raw(path, _FULL)
    else:
        ours = raw_file.decode_raw(path, _FULL)
    theirs = ADOBE[kind.name] / 65535
    off = np.abs(ours[::STEP, ::STEP] - theirs)
    assert off.shape == theirs.shape
    # A place within a pixel is rounded to a 32nd of it: now and then to another one than the SDK's.
    most = 0.95 if "arp" in kind.name else 0.995
    assert np.quantile(off, most) < _ROUNDING
    assert off.mean() < _ROUNDING / (2 if "arp" in kind.name else 10)


@pytest.mark.parametrize("kind", [each for each in KINDS if each.refused], ids=lambda kind: kind.name)
def test_what_cannot_be_drawn_as_it_is_meant_is_named_and_not_called_broken(kind: Kind, tmp_path: Path) -> None:
    path = _written(tmp_path, kind.data)
    with pytest.raises(CannotRender, match=kind.refused) as refused:
        load_raw(path, lambda _columns, _rows: 100)
    assert str(path) in refused.value.message


@pytest.mark.parametrize("pattern", [BAYER, X_TRANS], ids=["Bayer", "X-Trans"])
def test_a_reduced_mosaic_is_the_scene_reduced(pattern: tuple, tmp_path: Path) -> None:
    scene = np.full((132, 144, 3), (0.2, 0.5, 0.1))
    scene[:, 72:] = (0.6, 0.3, 0.7)
    path = _written(tmp_path, dng(levels(mosaic(scene, pattern)), MODEL, pattern=pattern))
    small = load_raw(path, lambda _columns, _rows: 12).camera
    assert small.shape == (11, 12, 3)
    assert np.abs(small[:, :5] - (0.2, 0.5, 0.1)).max() < 1e-4
    assert np.abs(small[:, 7:] - (0.6, 0.3, 0.7)).max() < 1e-4


def test_a_crop_keeps_what_it_names_and_the_photo_has_its_size(tmp_path: Path) -> None:
    scene = np.zeros((40, 60, 3))
    scene[10:30, 12:48] = 0.5
    kind = next(each for each in raw_kinds(scene, MODEL) if each.name == "default crop of 8 pixels")
    loaded = load_raw(_written(tmp_path, kind.data), lambda _columns, _rows: _FULL)
    assert loaded.camera.shape == (24, 44, 3)
    assert loaded.scale == 1.0
    assert np.flatnonzero(loaded.camera[12, :, 1] > 0.4)[[0, -1]].tolist() == [4, 39]
    small = load_raw(_written(tmp_path, kind.data), lambda _columns, _rows: 11)
    assert (small.camera.shape, small.scale) == ((6, 11, 3), 4.0)


def test_gains_and_polynomials_do_what_they_say(tmp_path: Path) -> None:
    scene = np.full((24, 30, 3), 0.25)
    gains = np.array([[[1.0], [3.0]]])  # from one at the left edge to three at the right one
    codes = [gain_map(gains, area((0, 0, 24, 30), planes=3)), polynomial(0.0, 0.0, 1.0, where=area((0, 0, 24, 30)))]
    path = _written(tmp_path, dng(levels(scene), MODEL, opcodes={2: codes}))
    camera = load_raw(path, lambda _columns, _rows: _FULL).camera
    expected = 0.25 * (1 + 2 * (np.arange(30) + 0.5) / 30)
    assert np.abs(camera[..., 1:] - expected[np.newaxis, :, np.newaxis]).max() < 1e-4
    assert np.abs(camera[..., 0] - expected**2).max() < 1e-4  # the second opcode is for the first plane alone


def test_the_profile_in_the_file_is_drawn_unless_another_is_chosen(tmp_path: Path) -> None:
    own = next(each for each in KINDS if each.name == "profile: look table and curve")
    plain = next(each for each in KINDS if each.name == "linear")
    photo = Photo(_written(tmp_path, own.data), PhotoKind.RAW)
    loaded = load_raw(photo.path, lambda _columns, _rows: 100)
    drawn = CameraRawEngine().render(photo, DevelopSettings({}), 100)
    chosen = CameraRawEngine(profile=loaded.profile).render(photo, DevelopSettings({}), 100)
    assert np.array_equal(drawn, chosen)
    photo.path.write_bytes(plain.data)
    assert np.abs(CameraRawEngine().render(photo, DevelopSettings({}), 100) - drawn).mean() > 0.02


@pytest.mark.parametrize(
    "broken",
    [
        {51009: b"\0\0\0\7"},
        {51009: b"\0\0\0\1" + opcode(9, area())[:40]},
        {51009: b"\0\0\0\1" + opcode(8, area() + b"\0\0\0\x09" + bytes(80))},
        {50829: b"\0\0\0\0\0\0\0\0\xff\0\0\0\xff\0\0\0"},
        {50720: b"\xff\xff\0\0\xff\xff\0\0"},
    ],
)
def test_broken_descriptions_are_refused_with_a_reason(broken: dict[int, bytes], tmp_path: Path) -> None:
    from couloir.engines.dng.tags import LONG, UNDEFINED, Tag

    extra = {number: Tag(UNDEFINED if number == 51009 else LONG, data) for number, data in broken.items()}
    path = _written(tmp_path, dng(levels(np.full((24, 30, 3), 0.2)), MODEL, extra=extra))
    with pytest.raises((CannotRender, BadImage)) as refused:
        load_raw(path, lambda _columns, _rows: 10)
    assert refused.value.facts["why"]

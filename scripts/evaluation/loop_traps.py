"""Previews that must not be matched, or only in part: is each recognised, and do the settings stay?"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.rows import Row
from couloir.aperture.details.records import PreviewStatus
from couloir.color.difference import difference
from couloir.derive.controls import move
from couloir.derive.pictures.preview import load_reference
from couloir.derive.pictures.working_copy import make_working_copy
from couloir.engines.camera_raw import NOMINAL, Constants, render
from couloir.engines.constants import draw
from couloir.engines.local_contrast import blur
from couloir.engines.pixels import encode_jpeg, load_pixels
from couloir.engines.protocol import Picture
from couloir.lightroom.settings import DevelopSettings
from couloir.refine.align import LOCAL
from couloir.refine.match import Match
from evaluation.loop_hidden import KIND, drive
from evaluation.loop_store import Store
from evaluation.scenes import photographs
from evaluation.section import Section
from evaluation.wide_gamut import ADOBE_RGB, DISPLAY_P3, wide_jpeg

COUNT: Final = 12
_SIZE = 512
_QUALITY = 90
_EDIT = {"exposure": 5.0, "contrast": 4.0, "saturation": -4.0, "temperature": 2.0}
_MATCHED = 2.0  # CIEDE2000 from the true look that counts as matched in spite of the trap


@dataclass(frozen=True, slots=True)
class _Photo:
    """A photo, another one, and the camera that draws both."""

    linear: Picture
    other: Picture
    constants: Constants

    def look(self, linear: Picture) -> Picture:
        return render(linear, move(DevelopSettings({}), _EDIT, KIND), constants=self.constants)


@dataclass(frozen=True, slots=True)
class _Trap:
    """`preview` makes the JPEG file; `code` is what is to be recognised, None where the photo is to be matched."""

    name: str
    preview: Callable[[_Photo], bytes]
    code: str | None
    status: PreviewStatus = PreviewStatus.UP_TO_DATE


def _jpeg(change: Callable[[Picture], Picture]) -> Callable[[_Photo], bytes]:
    return lambda photo: encode_jpeg(np.ascontiguousarray(change(photo.look(photo.linear))), _QUALITY)


def _inner(picture: Picture, share: float) -> Picture:
    rows, columns = picture.shape[:2]
    y, x = round(rows * share / 2), round(columns * share / 2)
    return picture[y : rows - y, x : columns - x]


def _brushed(picture: Picture) -> Picture:
    """A quarter of the picture much darker and bluer, with a soft edge."""
    rows, columns = picture.shape[:2]
    mask = np.zeros((rows, columns), dtype=np.float32)
    mask[rows // 4 : 3 * rows // 4, columns // 8 : 5 * columns // 8] = 1
    soft = blur(mask, columns / 60)[..., None]
    local = np.clip(picture * np.array([0.35, 0.5, 0.9], dtype=np.float32), 0, 1)
    return np.asarray(picture * (1 - soft) + local * soft, dtype=np.float32)


TRAPS: Final = (
    _Trap("another photo", lambda photo: encode_jpeg(photo.look(photo.other), _QUALITY), "other-photo"),
    _Trap("older than the last edit", _jpeg(lambda p: p), "stale", PreviewStatus.STALE),
    _Trap("cropped to another shape", _jpeg(lambda p: p[:, : round(0.7 * p.shape[1])]), "other-crop"),
    _Trap("cropped to the same shape, by 30 %", _jpeg(lambda p: _inner(p, 0.3)), "other-crop"),
    _Trap("cropped to the same shape, by 8 %", _jpeg(lambda p: _inner(p, 0.08)), "other-crop"),
    _Trap("black", _jpeg(lambda p: p * 0), "black"),
    _Trap("turned by a quarter", _jpeg(lambda p: np.rot90(p)), "turned"),
    _Trap("turned twice", _jpeg(lambda p: p[::-1, ::-1]), "turned"),
    _Trap("mirrored", _jpeg(lambda p: p[:, ::-1]), "turned"),
    _Trap("half the size", _jpeg(lambda p: p[::2, ::2]), None, PreviewStatus.HALF_SIZE),
    _Trap("Display P3", lambda photo: wide_jpeg(photo.look(photo.linear), DISPLAY_P3, _QUALITY), None),
    _Trap("primaries of Adobe RGB", lambda photo: wide_jpeg(photo.look(photo.linear), ADOBE_RGB, _QUALITY), None),
    _Trap("moved by 0.4 %", _jpeg(lambda p: p[2:, 2:]), None),
    _Trap("heavy local brush", _jpeg(_brushed), None),
)


def measure(photos: Path, store: Store) -> Section:
    """`photos`: a folder of camera JPEGs."""
    rows = []
    for trap in TRAPS:
        found = store.of(f"trap {trap.name}", partial(_sprung_all, trap, photos))
        of = f"of {len(found)}"
        right = sum(each["right"] for each in found)
        rows.append(Row(f"preview {trap.name}: dealt with rightly", float(right), of, "all", right == len(found)))
        if trap.code is None:
            off = float(np.mean([each["off"] for each in found]))
            rows.append(Row(f"preview {trap.name}: from the true look, mean", off, "CIEDE2000"))
        local = sum(LOCAL in each["reason"] for each in found)
        if local:
            rows.append(Row(f"preview {trap.name}: told that a part differs from the rest", float(local), of))
    return Section(rows)


def _sprung_all(trap: _Trap, photos: Path) -> Any:
    return _sprung(trap, list(photographs(photos, COUNT)))


def _drawn(photo: _Photo, settings: DevelopSettings) -> Picture:
    return render(photo.linear, settings, size=256, constants=photo.constants)


def _sprung(trap: _Trap, files: Sequence[Path]) -> list[dict[str, Any]]:
    found = []
    for number, path in enumerate(files):
        constants = draw(NOMINAL, np.random.default_rng(number))
        linear, other = (load_pixels(each, _SIZE, orient=True) for each in (path, files[(number + 1) % len(files)]))
        photo = _Photo(linear, other, constants)
        with tempfile.TemporaryDirectory() as folder:
            preview = Path(folder) / "preview.jpg"
            preview.write_bytes(trap.preview(photo))
            reference = load_reference(preview, trap.status)
        match = Match.begin(reference, DevelopSettings({}), KIND)
        drive(match, partial(_drawn, photo))
        found.append(_judged(trap, photo, match))
    return found


def _judged(trap: _Trap, photo: _Photo, match: Match) -> dict[str, Any]:
    outcome = match.outcome
    shown = make_working_copy(render(photo.linear, outcome.settings, constants=photo.constants))
    off = difference(shown, make_working_copy(photo.look(photo.linear))).mean
    code = outcome.trap.code if outcome.trap else None
    if trap.code is not None:
        right = code == trap.code and outcome.settings == DevelopSettings({})
    else:
        right = code is None and off <= _MATCHED
    return {"right": bool(right), "code": code, "off": float(off), "reason": outcome.reason}

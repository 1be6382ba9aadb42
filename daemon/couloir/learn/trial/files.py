"""Writes photos whose exports tell how Lightroom draws enhanced profiles and brushes.

Every question is answered by comparing exports with each other, so that nothing of our engine's is taken for
Lightroom's: the chart with an edit alone, with the edit and the profile, and with the profile's colours already in its
pixels and the edit on top. If the profile is drawn last, the second is the first with the table drawn on it; if it is
drawn first, the second is the third.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np

from couloir import __version__
from couloir.disk import writing
from couloir.engines.pixels import encode_jpeg
from couloir.engines.protocol import Picture
from couloir.engines.rgb_table import draw_table
from couloir.lightroom.embed import embed
from couloir.lightroom.enhanced.look import EnhancedProfile
from couloir.lightroom.enhanced.profile_file import write_profile_file
from couloir.lightroom.enhanced.rgb_table import RgbTable, identity_samples
from couloir.lightroom.local.masks import Brush, Dab, LocalAdjustment, Mask, Stroke
from couloir.lightroom.metadata import PhotoMetadata
from couloir.lightroom.settings import DevelopSettings
from couloir.lightroom.xmp import ImageFacts, Stamp, write_packet

PROFILE_FILE: Final = "Aperture (Couloir) exchanges red and blue.xmp"
NOTE: Final = "Read me.txt"

EDITS: Final[Mapping[str, Mapping[str, object]]] = MappingProxyType(
    {
        "exposure": {"Exposure2012": 1.0},
        "red saturation": {"SaturationAdjustmentRed": -100},
        "curve": {"ToneCurveName2012": "Custom", "ToneCurvePV2012": (0, 0, 64, 32, 192, 224, 255, 255)},
        "vignette": {"PostCropVignetteAmount": -60},
        "grading": {"SplitToningShadowHue": 40, "SplitToningShadowSaturation": 60},
    }
)
"""The edits beside which the place of an enhanced profile is asked for."""

AMOUNTS: Final = (0.5, 2.0)
STOPS: Final = -1.0
FRAMES: Final[Mapping[str, tuple[int, int]]] = MappingProxyType({"landscape": (600, 400), "portrait": (400, 600)})
"""Width and height of the photos with a brush."""

_STAMP: Final = Stamp(__version__, "trial", "trial")
_GREY: Final = 0.5
_PATCHES: Final = (12, 7)
_QUALITY: Final = 98


@dataclass(frozen=True, slots=True)
class TrialPhoto:
    """One photo to import: its pixels and the settings in its packet. The export must keep its name."""

    name: str
    picture: Picture
    settings: Mapping[str, object] = field(default_factory=dict)
    amount: float | None = None
    brush: LocalAdjustment | None = None


def exchange() -> EnhancedProfile:
    """The profile of the trial: it exchanges red and blue, which no slider does and nobody overlooks."""
    samples = np.ascontiguousarray(identity_samples(16)[..., ::-1])
    return EnhancedProfile("Couloir exchanges red and blue", RgbTable(samples))


def chart(columns: int = 600, rows: int = 400) -> Picture:
    """Patches of all hues above a ramp of greys, sRGB-encoded, nothing near white: an exposure of +1 must not clip."""
    wide, high = _PATCHES
    chance = np.random.default_rng(1)
    colors = 0.1 + 0.5 * chance.random((high, wide, 3))
    patches = np.kron(colors, np.ones((-(-rows * 7 // 8) // high + 1, columns // wide + 1, 1)))
    ramp = np.repeat(np.linspace(0.05, 0.6, columns)[np.newaxis, :, np.newaxis], 3, axis=2)
    picture = np.repeat(ramp, rows, axis=0)
    picture[: rows * 7 // 8] = patches[: rows * 7 // 8, :columns]
    return picture.astype(np.float32)


def brush_of(columns: int, rows: int) -> LocalAdjustment:
    """One stroke from the upper left to the middle, of a radius that tells width from height."""
    dabs = tuple(Dab(x, y, 0.6) for x, y in zip(np.linspace(0.2, 0.6, 25), np.linspace(0.3, 0.5, 25), strict=True))
    stroke = Stroke(dabs, radius=60 / columns, hardness=0.3)
    return LocalAdjustment(f"Couloir {columns} x {rows}", {"LocalExposure2012": STOPS}, (Mask(Brush((stroke,))),))


def trial_photos() -> Iterator[TrialPhoto]:
    """All photos of the trial, in the order of their names' numbers."""
    plain = chart()
    exchanged = np.asarray(draw_table(exchange().table, plain), dtype=np.float32)
    yield TrialPhoto("1 chart", plain)
    yield TrialPhoto("1 chart exchanged", exchanged)
    yield TrialPhoto("1 chart with profile", plain, amount=1.0)
    for amount in AMOUNTS:
        yield TrialPhoto(f"2 amount {amount:g}", plain, amount=amount)
    for name, edit in EDITS.items():
        yield TrialPhoto(f"3 {name}", plain, edit)
        yield TrialPhoto(f"3 {name} with profile", plain, edit, amount=1.0)
        yield TrialPhoto(f"3 {name} exchanged", exchanged, edit)
    for name, (columns, rows) in FRAMES.items():
        grey = np.full((rows, columns, 3), _GREY, dtype=np.float32)
        yield TrialPhoto(f"4 {name}", grey)
        yield TrialPhoto(f"4 {name} with brush", grey, brush=brush_of(columns, rows))


def write_trial(folder: Path) -> list[Path]:
    """Write the photos, the profile's file and the note into a folder, which is made. Raises what `writing` does."""
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        written = [_write(photo, folder / f"{photo.name}.jpg") for photo in trial_photos()]
        for name, content in ((PROFILE_FILE, write_profile_file(exchange())), (NOTE, _NOTE.encode())):
            (folder / name).write_bytes(content)
            written.append(folder / name)
    return written


def _write(photo: TrialPhoto, path: Path) -> Path:
    path.write_bytes(encode_jpeg(photo.picture, _QUALITY))
    values = dict(photo.settings)
    tables = []
    if photo.amount is not None:
        profile = exchange()
        values["Look"] = profile.look(photo.amount)
        tables.append(profile.table)
    rows, columns = photo.picture.shape[:2]
    facts = ImageFacts(columns, rows, 1)
    local = [photo.brush] if photo.brush is not None else []
    packet = write_packet(DevelopSettings(values), PhotoMetadata(), facts, _STAMP, tables=tables, local=local)
    embed(path, packet, 1)
    return path


_NOTE: Final = f"""What Lightroom does with these photos, nobody but Lightroom can tell.

1. In a new catalog of Lightroom Classic, import all JPEG files of this folder (Add). Change nothing.
2. Export all of them as JPEG, quality 100, sRGB, not resized, with the same names, into a folder "exports" in here.
3. Run: couloir looks judge-exports FOLDER/exports
   It says whether Lightroom draws a profile from a photo's own XMP, where it draws it, and how it draws a brush.
4. If it says that the profile was not drawn: copy "{PROFILE_FILE}" into
   ~/Library/Application Support/Adobe/CameraRaw/Settings (macOS) or
   %APPDATA%\\Adobe\\CameraRaw\\Settings (Windows), restart Lightroom, and repeat 2 and 3.
   Afterwards remove that file again.
Please send what it prints, with the versions of Lightroom and of your system.
"""

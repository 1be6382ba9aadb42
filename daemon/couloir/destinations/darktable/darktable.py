"""The door to darktable: FILE.EXT.xmp beside each photograph."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Final

import numpy as np

from couloir.aperture import adjustments as ap
from couloir.color.spaces import srgb_decode
from couloir.color.splines import monotone_spline
from couloir.derive.manifest import Carry
from couloir.derive.model import Fidelity
from couloir.destinations.carries import state_folding
from couloir.destinations.darktable import history
from couloir.destinations.darktable.history import MOST_POINTS, Profile, Step
from couloir.destinations.darktable.vignette import Ramp, fold_and_darken
from couloir.destinations.door import Control, Door, Photograph, PhotoVersion, SideFiles
from couloir.destinations.folding import GRID, NOTHING_FOLDED, Fold, Samples, judge_folded
from couloir.destinations.frames import show_rectangle, show_size
from couloir.destinations.points import choose_points
from couloir.lightroom.crop import Crop
from couloir.lightroom.settings import PhotoKind

_SOURCE: Final = "darktable's sources; drawn by darktable 4.2.1 as computed"
_LABELS: Final = {"Red": 0, "Yellow": 1, "Green": 2, "Blue": 3, "Purple": 4}
"""darktable's numbers of colour labels; it has five."""
_LEVELS: Final = np.linspace(0.0, 1.0, 201)

CONTROLS: Final = (
    Control("colorin.type_work", 3, 3.5, "linear Rec709, whose primaries are sRGB's", _SOURCE),
    Control("channelmixerrgb.red", -2, 2, "shares of red, green and blue, linear", _SOURCE),
    Control("channelmixerrgb.green", -2, 2, "shares of red, green and blue, linear", _SOURCE),
    Control("channelmixerrgb.blue", -2, 2, "shares of red, green and blue, linear", _SOURCE),
    Control("rgbcurve.curve_nodes", 0, 1, "up to 20 points of L*/100 for each channel", _SOURCE),
    Control("vignette.scale, falloff_scale", 0, 200, "percent of half the long edge", _SOURCE),
    Control("vignette.brightness", -1, 0, "share of the light", _SOURCE),
    Control("crop.cx, cy, cw, ch", 0, 1, "edges, fractions of the oriented picture", _SOURCE),
    Control("clipping.angle", -180, 180, "degrees clockwise", _SOURCE),
    Control("flip.orientation", 0, 7, "bits", _SOURCE),
    Control("darktable:colorlabels", 0, 4, "red, yellow, green, blue, purple", _SOURCE),
)
_NOT_NEARER: Final = Carry(
    Fidelity.LOST, "The program's own vignette would not bring this photo nearer to Aperture's preview."
)
CAPABILITIES: Final = {
    **state_folding("channelmixerrgb", "rgbcurve", "crop", "clipping"),
    ap.Vignette: Carry(
        Fidelity.APPROXIMATE,
        "It becomes the program's own vignette, fitted to Aperture's preview where that was read, else to what "
        "Couloir's Aperture engine draws.",
        ("vignette",),
    ),
}


class Darktable(Door):
    """The door to darktable. Every photo gets a sidecar, because metadata goes into it; a history only where something
    was edited.
    """

    name = "darktable"
    title = "darktable"
    how_to_open = "In darktable, choose Add to library and the folder {folder}, with its subfolders."
    controls = CONTROLS
    capabilities = CAPABILITIES
    takes_adobe_rgb = True
    reads = (".heic", ".heif")  # 4.2.1 draws an iPhone's file through libheif

    def write(self, photo: Photograph, versions: Sequence[PhotoVersion]) -> SideFiles:
        """The sidecar of the first version."""
        main = versions[0]
        crop = main.translation.crop
        fold, ramp = (NOTHING_FOLDED, None) if main.bare else fold_and_darken(main)
        changed = {} if ramp else dict.fromkeys(_vignettes(main), _NOT_NEARER)
        outcomes = (judge_folded(CAPABILITIES, main, fold, changed),)
        colors = _color_steps(photo, fold, ramp, bare=main.bare)
        steps = [*_orientation(photo, main), *colors, *_frame(photo, main, crop)]
        label = _LABELS.get(main.metadata.label or "")
        content = history.put_history(main.packet, steps, () if label is None else (label,), "Couloir")
        return SideFiles({PurePosixPath(f"{photo.name}.xmp"): content}, outcomes)


def _orientation(photo: Photograph, main: PhotoVersion) -> list[Step]:
    return [] if main.orientation == photo.orientation else [history.orient(main.orientation)]


def _vignettes(main: PhotoVersion) -> list[str]:
    return [each.uuid for each in main.version.operations if isinstance(each.adjustment, ap.Vignette)]


def _color_steps(photo: Photograph, fold: Fold, ramp: Ramp | None, *, bare: bool) -> list[Step]:
    if fold.is_identity and ramp is None and not bare:
        return []
    if photo.kind is PhotoKind.RAW:
        profile = Profile.ENHANCED_MATRIX
    else:
        stated = Profile.ADOBE_RGB if photo.is_adobe_rgb else Profile.SRGB
        profile = Profile.EMBEDDED if photo.has_profile else stated
    steps = [history.input_profile(profile)]
    if bare:
        return steps
    if fold.mixes:
        steps.append(history.color_calibration(fold.matrix.tolist()))
    points = [choose_points(_LEVELS, _on_levels(curve), monotone_spline, MOST_POINTS) for curve in fold.curves]
    steps.append(history.rgb_curve(points))
    return [*steps, *([] if ramp is None else [history.vignette(ramp.begins, ramp.width, ramp.brightness)])]


def _on_levels(curve: Samples) -> Samples:
    """A curve on encoded values, on the scale of L*/100 for both axes."""
    encoded = np.interp(_to_light(_LEVELS), np.asarray(srgb_decode(GRID), dtype=np.float64), GRID)
    return _to_level(np.asarray(srgb_decode(np.interp(encoded, GRID, curve)), dtype=np.float64))


_EPSILON: Final = 216 / 24389  # CIE 15:2018, 8.2.1.1
_KAPPA: Final = 24389 / 27


def _to_level(light: Samples) -> Samples:
    return np.where(light > _EPSILON, 1.16 * np.cbrt(light) - 0.16, light * _KAPPA / 100)


def _to_light(level: Samples) -> Samples:
    return np.where(level > _EPSILON * _KAPPA / 100, ((level + 0.16) / 1.16) ** 3, level * 100 / _KAPPA)


def _frame(photo: Photograph, main: PhotoVersion, crop: Crop | None) -> list[Step]:
    if crop is None or photo.width is None or photo.height is None:
        return []
    center_x, center_y, across, down, angle = show_rectangle(crop, photo.width, photo.height, main.orientation)
    width, height = show_size(photo.width, photo.height, main.orientation)
    if abs(angle) < 1e-6:
        left, top = (center_x - across / 2) / width, (center_y - down / 2) / height
        right, bottom = (center_x + across / 2) / width, (center_y + down / 2) / height
        return [history.crop(max(left, 0.0), max(top, 0.0), min(right, 1.0), min(bottom, 1.0))]
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    canvas_width = width * abs(cos) + height * abs(sin)
    canvas_height = width * abs(sin) + height * abs(cos)
    right_of, below = center_x - width / 2, center_y - height / 2
    x = (right_of * cos + below * sin) / canvas_width + 0.5
    y = (below * cos - right_of * sin) / canvas_height + 0.5
    half_x, half_y = across / 2 / canvas_width, down / 2 / canvas_height
    edges = (max(x - half_x, 0.0), max(y - half_y, 0.0), min(x + half_x, 1.0), min(y + half_y, 1.0))
    return [history.crop_and_rotate(-angle, *edges)]

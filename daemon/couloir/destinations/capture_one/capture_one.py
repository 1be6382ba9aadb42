"""Capture One: a settings file with every version as a variant, in the folder where Capture One looks for it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from couloir.aperture import adjustments as ap
from couloir.aperture.adjustments import Adjustment
from couloir.derive.bricks import BRICKS
from couloir.derive.manifest import Carry
from couloir.derive.model import Fidelity
from couloir.derive.pictures.nearness import carry_from_preview
from couloir.destinations.capture_one.geometry import TURNED, frame_settings
from couloir.destinations.capture_one.keys import KEYS, Setting
from couloir.destinations.capture_one.settings_file import (
    ENGINES,
    SUFFIX,
    SettingsFile,
    Variant,
    settings_file_bytes,
    variant_uuid,
)
from couloir.destinations.capture_one.tone import ToneCurves, changes_tones, nearest_curves
from couloir.destinations.door import Door, Photograph, PhotoVersion, SideFiles
from couloir.destinations.judging import judge_operations, list_acting
from couloir.lightroom.metadata import PhotoMetadata
from couloir.lightroom.settings import PhotoKind

# Capture One's order of tags (read from its own program by a public exporter). It has no grey one.
_TAGS: Final = {"Red": 1, "Orange": 2, "Yellow": 3, "Green": 4, "Blue": 5, "Purple": 7}

_CURVE_KEYS: Final = ("GradationCurve", "GradationCurveRed", "GradationCurveGreen", "GradationCurveBlue")
_WRITTEN: Final = ("Exposure", "Saturation", *_CURVE_KEYS, "BwEnabled", "Rotation", "Crop")

_CURVED: Final = Carry(
    Fidelity.APPROXIMATE,
    "It becomes a curve, from the photo's own pictures or of what Couloir's Aperture engine does to neutral tones; "
    "Capture One's curves are measured, and strong colours may differ.",
    _CURVE_KEYS,
)
_CURVED_RAW: Final = Carry(
    Fidelity.APPROXIMATE,
    "It becomes a curve; under a RAW file Capture One's own rendering, which differs from Apple's, stays as it is.",
    _CURVE_KEYS,
)
_EXPOSED_RAW: Final = Carry(
    Fidelity.APPROXIMATE,
    "The exposure in stops becomes Capture One's, and the rest a curve; under a RAW file Capture One's own rendering, "
    "which differs from Apple's, stays as it is.",
    ("Exposure", *_CURVE_KEYS),
)
_ENHANCED: Final = Carry(
    Fidelity.APPROXIMATE,
    "Contrast and tint become a curve, and saturation Capture One's slider, whose strength nobody has measured; "
    "definition and vibrancy are not carried.",
    (*_CURVE_KEYS, "Saturation"),
)
_BALANCED: Final = Carry(
    Fidelity.APPROXIMATE,
    "On JPEG and TIFF it becomes curves of the three channels, which are right for neutral tones.",
    _CURVE_KEYS[1:],
)
_NO_MULTIPLIERS: Final = Carry(
    Fidelity.LOST,
    "Capture One stores the white balance of a RAW file as multipliers of the camera's own colours, which cannot be "
    "computed from kelvin without its profile; the photo keeps the camera's white balance.",
)
_CROPPED: Final = Carry(Fidelity.EXACT, "The same rectangle, in pixels of the frame as the file stores it.", ("Crop",))
_CROPPED_TURNED: Final = Carry(
    Fidelity.APPROXIMATE,
    "The same rectangle; for a camera that was held on its side, programs disagree about the order in which Capture "
    "One stores its sides. Compare this photo with its preview.",
    ("Crop",),
)
_CROPPED_RAW: Final = Carry(
    Fidelity.APPROXIMATE,
    "Capture One and Apple trim the edge of a RAW file by a few pixels more or less, so the frame may move by that "
    "much.",
    ("Crop",),
)
_STRAIGHTENED: Final = Carry(Fidelity.EXACT, "The same angle, with the turn of the photo in one number.", ("Rotation",))
_GRAY: Final = Carry(
    Fidelity.APPROXIMATE,
    "The photo becomes black and white; how light each colour becomes is Capture One's, because the strength of its "
    "sliders has not been measured.",
    ("BwEnabled",),
)
_TONED: Final = Carry(
    Fidelity.APPROXIMATE, "The photo becomes black and white; its tint is not carried.", ("BwEnabled",)
)
_PARTLY_TONED: Final = Carry(
    Fidelity.LOST, "A tint that is only blended in has no counterpart in Capture One; the photo keeps its colours."
)
_NOT_MEASURED: Final = Carry(
    Fidelity.LOST,
    "The strength of Capture One's sliders for this has not been measured by anybody, so nothing is claimed; "
    "Aperture's preview shows the look.",
)
_BY_HAND: Final = Carry(
    Fidelity.LOST, "Capture One keeps such corrections in layers with masks that only it can write; repeat it there."
)

_CARRIED: Final[Mapping[type, Carry]] = {
    ap.WhiteBalance: _BALANCED,
    ap.Exposure: _CURVED,
    ap.Enhance: _ENHANCED,
    ap.HighlightsShadows: _CURVED,
    ap.Levels: _CURVED,
    ap.Curves: _CURVED,
    ap.Gamma: _CURVED,
    ap.Crop: _CROPPED,
    ap.Straighten: _STRAIGHTENED,
    ap.BlackWhite: _GRAY,
    ap.Monochrome: _TONED,
    ap.Sepia: _TONED,
    ap.Retouch: _BY_HAND,
    ap.SpotPatch: _BY_HAND,
    ap.RedEye: _BY_HAND,
    ap.QuickBrush: _BY_HAND,
}
_CAPABILITIES: Final = {adjustment: _CARRIED.get(adjustment, _NOT_MEASURED) for adjustment in BRICKS}


@dataclass(frozen=True)
class CaptureOne(Door):
    """The door to Capture One. `engine` is the number of the settings folder that the user's version reads."""

    engine: int = ENGINES[-1]
    name = "capture-one"
    title = "Capture One"
    how_to_open = (
        "In Capture One, import {folder} into a catalog with Include existing adjustments switched on, or add it to a "
        "session as a favorite; Capture One must not have shown it before."
    )
    controls = tuple(KEYS[name].control for name in _WRITTEN)
    capabilities = _CAPABILITIES
    holds_versions = True
    avoids = ("CaptureOne/Settings*/{name}.cos",)

    def write(self, photo: Photograph, versions: Sequence[PhotoVersion]) -> SideFiles:
        """`CaptureOne/Settings<engine>/<name>.cos`, each version a variant."""
        tones = [_tones(photo, each) for each in versions]
        variants = tuple(_variant(photo, each, curves) for each, curves in zip(versions, tones, strict=True))
        file = SettingsFile(variant_uuid(versions[0].master.uuid), variants)
        place = PurePosixPath("CaptureOne") / f"Settings{self.engine}" / f"{photo.name}{SUFFIX}"
        outcomes = tuple(
            judge_operations(
                self.capabilities,
                each.version,
                each.translation.operations,
                {**dict(_changed(photo, each)), **_taken(each, curves)},
            )
            for each, curves in zip(versions, tones, strict=True)
        )
        return SideFiles({place: settings_file_bytes(file)}, outcomes)


def translate(photo: Photograph, of: PhotoVersion) -> Mapping[str, Setting]:
    """The settings of one version, all within Capture One's ranges."""
    return _settings(photo, of, _tones(photo, of))


def _tones(photo: Photograph, of: PhotoVersion) -> ToneCurves:
    adjustments = [each.adjustment for each in list_acting(of.version.operations)]
    is_gray = any(map(_is_gray, adjustments))  # its preview does not show what happens to colours
    return nearest_curves(adjustments, photo.kind, (None, None) if is_gray else of.pictures)


def _settings(photo: Photograph, of: PhotoVersion, curves: ToneCurves) -> Mapping[str, Setting]:
    adjustments = [each.adjustment for each in list_acting(of.version.operations)]
    found: dict[str, Setting] = {
        **curves.settings,
        **frame_settings(of.translation.crop, of.version, photo),
    }
    stops = math.fsum(each.exposure for each in adjustments if isinstance(each, ap.Exposure))
    if stops and photo.kind is PhotoKind.RAW:
        found["Exposure"] = KEYS["Exposure"].clamp(stops)
    saturation = math.prod(each.saturation for each in adjustments if isinstance(each, ap.Enhance))
    if saturation != 1:
        found["Saturation"] = KEYS["Saturation"].clamp(100 * (saturation - 1))
    if any(map(_is_gray, adjustments)):
        found["BwEnabled"] = 1
    return found


def _variant(photo: Photograph, of: PhotoVersion, curves: ToneCurves) -> Variant:
    metadata = of.metadata
    return Variant(
        uuid=variant_uuid(of.version.uuid),
        values=_settings(photo, of, curves),
        rating=metadata.rating or 0,
        tag=_TAGS.get(metadata.label or "", 0),
        keywords=_words(metadata),
    )


def _words(metadata: PhotoMetadata) -> tuple[str, ...]:
    """The keywords by their own names: their parents are in the XMP."""
    return tuple(dict.fromkeys(path[-1] for path in metadata.keywords if path))


def _changed(photo: Photograph, of: PhotoVersion) -> Iterator[tuple[str, Carry]]:
    """The operations of this version that are carried otherwise than the door states in general."""
    is_raw = photo.kind is PhotoKind.RAW
    for operation in list_acting(of.version.operations):
        match operation.adjustment:
            case ap.Crop() if photo.orientation in TURNED:
                yield operation.uuid, _CROPPED_TURNED
            case ap.Crop() | ap.Straighten() if is_raw:
                yield operation.uuid, _CROPPED_RAW
            case ap.WhiteBalance() if is_raw:
                yield operation.uuid, _NO_MULTIPLIERS
            case ap.Exposure() if is_raw:
                yield operation.uuid, _EXPOSED_RAW
            case ap.HighlightsShadows() | ap.Levels() | ap.Curves() | ap.Gamma() if is_raw:
                yield operation.uuid, _CURVED_RAW
            case ap.Monochrome() | ap.Sepia() as tint if not _is_gray(tint):
                yield operation.uuid, _PARTLY_TONED
            case _:
                pass


def _taken(of: PhotoVersion, curves: ToneCurves) -> Mapping[str, Carry]:
    """The operations whose curves were fitted to the preview, by uuid."""
    if curves.taken is None:
        return {}
    tonal = [each for each in list_acting(of.version.operations) if changes_tones(each.adjustment)]
    return carry_from_preview(tonal, _CAPABILITIES, curves.taken)


def _is_gray(adjustment: Adjustment) -> bool:
    """Whether nothing of the colours is left."""
    match adjustment:
        case ap.BlackWhite():
            return True
        case ap.Monochrome() | ap.Sepia():
            return adjustment.intensity is None or adjustment.intensity >= 1
        case _:
            return False

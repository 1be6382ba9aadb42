"""Apple Photos: `.AAE` beside each photograph, imported together with it in one go.

Photos reads such a file beside the picture that it imports and applies it without changing the picture (osxphotos
issues 1113, 1464 and 1579, by the author of that program, who does it). Its pipeline has a fixed order of its own, so
that the order of the entries does not matter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import PurePosixPath
from typing import Final

from couloir.aperture import adjustments as ap
from couloir.aperture.model import Operation
from couloir.derive.bricks import BRICKS
from couloir.derive.manifest import Carry
from couloir.derive.model import Fidelity
from couloir.destinations.apple_photos.aae import (
    SUFFIX,
    Adjustment,
    AdjustmentFile,
    compose_adjustment,
    write_adjustments,
)
from couloir.destinations.apple_photos.frame import place_crop
from couloir.destinations.apple_photos.operations import compose
from couloir.destinations.apple_photos.tones import FOLDED, compose_tones
from couloir.destinations.carries import ANGLE, RECTANGLE
from couloir.destinations.door import Control, Door, Photograph, PhotoVersion, SideFiles
from couloir.destinations.judging import is_neutral, judge_operations, list_acting
from couloir.lightroom.crop import Crop

_UNEDITED_TIME: Final = datetime(2001, 1, 1)  # noqa: DTZ001 - property lists have no zones

_SERIALIZER: Final = "Photos' serializer (PhotoImaging, iOS 26)"
_SCHEMA: Final = "schema that photohack printed from Photos"
_PAIR: Final = "real files with their renderings (osxphotos' test libraries)"

CONTROLS: Final = (
    Control("Crop.xOrigin", None, None, "pixels from the left", _PAIR),
    Control("Crop.yOrigin", None, None, "pixels from the bottom", _PAIR),
    Control("Crop.width", None, None, "pixels", _PAIR),
    Control("Crop.height", None, None, "pixels", _PAIR),
    Control("Crop.straightenAngle", -0.7854, 0.7854, "radians, clockwise", _PAIR),
    Control("WhiteBalance.temperature", 2000, 32000, "kelvin", _SCHEMA),
    Control("WhiteBalance.tint", -150, 150, "", _SCHEMA),
    Control("RKLevelsOperation.inputKeys", 0, 1, "40 handles, encoded", "real iPhoto blobs have the same 40 keys"),
    Control("RKCurvesOperation.inputKeys", 0, 2, "points (x, y), encoded", _SCHEMA),
    Control("RKSelectiveColorOperation.hueShift", -60, 60, "", _SCHEMA),
    Control("RKSelectiveColorOperation.saturation", -100, 100, "", _SCHEMA),
    Control("RKSelectiveColorOperation.luminance", -70, 70, "", _SCHEMA),
    Control("RKSelectiveColorOperation.spread", 0, 2, "", _SCHEMA),
    Control("DGDefinition2Operation.inputIntensity", 0, 2, "", _SCHEMA),
    Control("DGVignetteEffectOperation.inputIntensity", -1, 1, "", _SCHEMA),
    Control("RKProSharpenOperation.inputSharpness", 0, 2, "", _SCHEMA),
    Control("RKNoiseReductionOperation.inputRadius", 0, 10, "pixels", _SCHEMA),
    Control("DGRAWReduceNoiseOperation.inputLNRAmount", -0.1, 1, "", _SCHEMA),
    Control("RKRawDecodeOperation.inputMethodVersion", None, None, "Apple's RAW decoder", "a real file of 2020"),
    Control("RKRetouchOperation.inputStrokes", None, None, "pixels from the bottom left", _SERIALIZER),
    Control("RKRedEyeOperation.inputSpots", None, None, "pixels from the bottom left", _SERIALIZER),
)

_NONE: Final = Carry(Fidelity.LOST, "Photos has no adjustment of this kind that a file can state.")
_RECTANGLE: Final = Carry(RECTANGLE.fidelity, RECTANGLE.note, ("Crop",))
_ANGLE: Final = Carry(ANGLE.fidelity, ANGLE.note, ("Crop",))


def _same(*keys: str) -> Carry:
    note = "Photos has the same tool with the same values; that it draws the same pixels is not proved."
    return Carry(Fidelity.APPROXIMATE, note, keys)


_TONES: Final = Carry(
    Fidelity.APPROXIMATE,
    "Its tones become part of Photos' Curves, which act on each channel: strong colours differ slightly.",
    ("RKCurvesOperation",),
)
_ONCE: Final = Carry(Fidelity.LOST, "Photos has this tool once for a photo, and the first one is used.")
_KNOWN: Final[Mapping[type, Carry]] = {
    ap.RawFineTuning: Carry(
        Fidelity.APPROXIMATE,
        "Photos develops the RAW with the same version of Apple's decoder, without Boost, Hue Boost and sharpening.",
        ("RKRawDecodeOperation",),
    ),
    ap.WhiteBalance: _same("WhiteBalance"),
    **dict.fromkeys((ap.Exposure, ap.HighlightsShadows, ap.Gamma), _TONES),
    ap.Enhance: Carry(
        Fidelity.APPROXIMATE,
        "Photos has Definition, and contrast becomes part of its Curves; saturation, vibrancy and tints have no "
        "counterpart that a file can state.",
        ("DGDefinition2Operation", "RKCurvesOperation"),
    ),
    ap.Levels: _same("RKLevelsOperation"),
    ap.Curves: Carry(
        Fidelity.APPROXIMATE,
        "Photos has the same tool for all channels and for each one, and none for luminance.",
        ("RKCurvesOperation",),
    ),
    ap.Crop: _RECTANGLE,
    ap.Straighten: _ANGLE,
    ap.Color: _same("RKSelectiveColorOperation"),
    ap.NoiseReduction: _same("RKNoiseReductionOperation"),
    ap.RawNoiseReduction: _same("DGRAWReduceNoiseOperation"),
    ap.EdgeSharpen: _same("RKProSharpenOperation"),
    ap.Definition: _same("DGDefinition2Operation"),
    ap.Vignette: _same("DGVignetteEffectOperation"),
    ap.Retouch: _same("RKRetouchOperation"),
    ap.RedEye: _same("RKRedEyeOperation"),
}
CAPABILITIES: Final[Mapping[type, Carry]] = {adjustment: _KNOWN.get(adjustment, _NONE) for adjustment in BRICKS}


class ApplePhotos(Door):
    """The door to Apple Photos. Without an edit nothing is written beside a photo."""

    name = "photos"
    title = "Apple Photos"
    how_to_open = (
        "In Photos, choose File > Import and the folder {folder}: the .AAE files must be imported together with their "
        "photos, in one go."
    )
    controls = CONTROLS
    capabilities = CAPABILITIES
    reads = (".heic", ".heif")  # an iPhone's own files, beside which Apple itself writes .AAE

    def write(self, photo: Photograph, versions: Sequence[PhotoVersion]) -> SideFiles:
        """The `.AAE` of the first version."""
        main = versions[0]
        entries, changed = _compose(_drawn(main))
        crop = main.translation.crop
        if crop is not None and photo.width is not None and photo.height is not None:
            entries.append(_cropped(crop, photo.width, photo.height))
        outcomes = (judge_operations(CAPABILITIES, main.version, main.translation.operations, changed),)
        if not entries:
            return SideFiles({}, outcomes)
        content = AdjustmentFile(tuple(entries), photo.width or 0, photo.height or 0, photo.orientation)
        name = PurePosixPath(photo.name).with_suffix(SUFFIX)
        return SideFiles({name: write_adjustments(content, _time_of(main))}, outcomes)


def _drawn(shown: PhotoVersion) -> list[Operation]:
    """The operations that Aperture draws and that are not painted with a brush, in pipeline order."""
    return [each for each in list_acting(shown.version.operations) if not is_neutral(each.adjustment)]


def _compose(operations: Sequence[Operation]) -> tuple[list[Adjustment], dict[str, Carry]]:
    """The entries without the crop, and for which operations this photo differs from what is stated in general."""
    changed: dict[str, Carry] = {}
    folds = any(isinstance(each.adjustment, FOLDED) for each in operations)
    tones = compose_tones(operations) if folds else []
    entries: dict[object, Adjustment] = {each["identifier"]: each for each in tones}
    for operation in operations:
        if isinstance(operation.adjustment, ap.Crop | ap.Straighten):
            continue
        own = compose(operation.adjustment)
        in_tones = bool(tones) and isinstance(operation.adjustment, (*FOLDED, ap.Curves))
        if isinstance(operation.adjustment, ap.Curves) and in_tones:
            own = []
        if not own and not in_tones:
            changed[operation.uuid] = _NONE
        elif any(entry["identifier"] in entries for entry in own):
            changed[operation.uuid] = _ONCE
        for entry in own:
            entries.setdefault(entry["identifier"], entry)
    return list(entries.values()), changed


def _cropped(crop: Crop, width: int, height: int) -> Adjustment:
    return compose_adjustment("Crop", place_crop(crop, width, height))


def _time_of(shown: PhotoVersion) -> datetime:
    captured = shown.version.captured
    return _UNEDITED_TIME if captured is None else captured.replace(tzinfo=None, microsecond=0)

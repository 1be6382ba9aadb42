"""DxO PhotoLab: versions, crop, exposure and white balance in a `.dop` beside each photo; no look is claimed.

Nobody has published what PhotoLab's sliders do to a picture, and nothing free draws it. So only what means the same
in any program is carried, from a start whose automatic tools are off.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Final

from couloir import __version__
from couloir.aperture import adjustments as ap
from couloir.aperture.adjustments import WhiteBalanceMode
from couloir.derive.bricks import BRICKS
from couloir.derive.manifest import Carry
from couloir.derive.model import Fidelity
from couloir.destinations.door import Control, Door, Photograph, PhotoVersion, SideFiles
from couloir.destinations.dxo.lua_text import Value
from couloir.destinations.dxo.side_file import Item, Light, SideFile, side_file_bytes, stable_uuid
from couloir.destinations.judging import judge_operations, list_acting
from couloir.lightroom.metadata import PhotoMetadata
from couloir.lightroom.settings import PhotoKind

SUFFIX: Final = ".dop"

_PIPELINE: Final = "private-photographer, read from files of PhotoLab 10 and 11"
_RECORD: Final = "a record of DxO Optics Pro that a public script quotes"
_FIXTURE: Final = "AFocusPoint, from a file of PhotoLab 9.9.1"

EXPOSURE: Final = Control("ExposureBias", -4.0, 4.0, "EV", _PIPELINE)
TEMPERATURE: Final = Control("WhiteBalanceRawTemperature", None, None, "kelvin", _PIPELINE)
HORIZON: Final = Control("KeystoningHorizon", -45.0, 45.0, "degrees, which way is not known", _FIXTURE)
CROP: Final = Control("CropRect", 0.0, 1.0, "left, top, width, height of the stored frame", _FIXTURE)

CONTROLS: Final = (
    EXPOSURE,
    Control("ExposureActive", None, None, "switch", _PIPELINE),
    Control("ExposureAutoMode", None, None, "name", _PIPELINE),
    TEMPERATURE,
    Control("WhiteBalanceRawPreset", None, None, "name", _RECORD),
    HORIZON,
    Control("KeystoningHorizonActive", None, None, "switch", _FIXTURE),
    CROP,
    Control("CropActive", None, None, "switch", _FIXTURE),
    Control("CropAuto", None, None, "switch", _FIXTURE),
    Control("CropRatio", None, None, "number, 0 for none", _FIXTURE),
    Control("ChannelMixerActive", None, None, "switch", _PIPELINE),
)

# Without the keys of a lens tool PhotoLab 10 opens a file with that tool off, which no photographer has chosen; without
# those of the automatic tools it may switch them on. Both were seen in files that it opened (private-photographer).
BASE: Final[Mapping[str, Value]] = {
    "ChromaticAberrationActive": True,
    "ChromaticAberrationIntensity": 100,
    "ChromaticAberrationIntensityAuto": True,
    "ColorRenderingActive": True,
    "ColorRenderingType": "Original",
    "ContrastEnhancementActive": False,
    "DistortionActive": True,
    "DistortionType": "Auto",
    "DistortionTypeAuto": True,
    "HazeRemovalActive": False,
    "LightingActive": False,
    "NoiseActive": True,
    "NoiseRemovalMethod": "standard",
    "SelectiveTonalControlActive": False,
    "UnsharpMaskActive": True,
    "UnsharpMaskActiveAuto": True,
    "UnsharpMaskIntensity": 100,
    "UnsharpMaskRadius": 0.5,
    "UnsharpMaskThreshold": 4,
    "VignettingActive": True,
    "VignettingIntensity": 100,
    "VignettingIntensityAuto": True,
    "VignettingType": "Auto",
    "VignettingTypeAuto": True,
}
"""The start of every version: lens corrections as PhotoLab's own presets have them, tools that look at the picture
off, and the camera's own colours."""

_NOT_MEASURED: Final = Carry(
    Fidelity.LOST,
    "What PhotoLab's sliders do to a picture has not been measured by anybody, so nothing is claimed; Aperture's "
    "preview shows the look.",
)
_EXPOSURE_CARRIED: Final = Carry(
    Fidelity.APPROXIMATE,
    "The exposure in stops becomes PhotoLab's exposure compensation; recovery, black point and brightness are not "
    "carried, because PhotoLab's sliders for them have not been measured.",
    ("ExposureBias",),
)
_TEMPERATURE_CARRIED: Final = Carry(
    Fidelity.APPROXIMATE,
    "The temperature in kelvin becomes PhotoLab's; its tint has a scale of its own and keeps the camera's value.",
    ("WhiteBalanceRawPreset", "WhiteBalanceRawTemperature"),
)
_NO_KELVIN: Final = Carry(
    Fidelity.LOST,
    "PhotoLab gets the white balance of RAW files in kelvin only: what its slider for JPEG and TIFF means, and how it "
    "stores a picked grey, is not known.",
)
_CROPPED: Final = Carry(
    Fidelity.EXACT, "The same rectangle, in fractions of the frame as the file stores it.", ("CropRect",)
)
_CROPPED_LEVEL: Final = Carry(
    Fidelity.APPROXIMATE,
    "The same rectangle, but not turned by the straightening, which is switched off in PhotoLab.",
    ("CropRect",),
)
_STRAIGHTENED: Final = Carry(
    Fidelity.APPROXIMATE,
    "The angle is entered in PhotoLab's Horizon tool, which is switched off: which way PhotoLab turns for a positive "
    "angle is not known. Switch it on; if the photo tilts more, change the sign.",
    ("KeystoningHorizon",),
)
_GRAY: Final = Carry(
    Fidelity.APPROXIMATE,
    "The photo becomes black and white through PhotoLab's channel mixer at its middle; how light each colour becomes "
    "is not carried.",
    ("ChannelMixerActive",),
)

_CARRIED: Final[Mapping[type, Carry]] = {
    ap.Exposure: _EXPOSURE_CARRIED,
    ap.WhiteBalance: _TEMPERATURE_CARRIED,
    ap.Crop: _CROPPED,
    ap.Straighten: _STRAIGHTENED,
    ap.BlackWhite: _GRAY,
}
_CAPABILITIES: Final = {adjustment: _CARRIED.get(adjustment, _NOT_MEASURED) for adjustment in BRICKS}


class PhotoLab(Door):
    """The door to DxO PhotoLab 10 and newer."""

    name = "dxo"
    title = "DxO PhotoLab"
    how_to_open = (
        "In PhotoLab's PhotoLibrary, open {folder}, which it must not have shown before. Quit PhotoLab before you run "
        "this again."
    )
    controls = CONTROLS
    capabilities = _CAPABILITIES
    holds_versions = True
    avoids = ("{name}.dop",)

    def write(self, photo: Photograph, versions: Sequence[PhotoVersion]) -> SideFiles:
        """One `.dop` with every version as an item."""
        items = tuple(_item(photo, each) for each in versions)
        file = SideFile(stable_uuid(versions[0].master.uuid), items, f"Couloir {__version__}")
        outcomes = tuple(
            judge_operations(self.capabilities, each.version, each.translation.operations, dict(_changed(photo, each)))
            for each in versions
        )
        return SideFiles({PurePosixPath(f"{photo.name}{SUFFIX}"): side_file_bytes(file)}, outcomes)


def _item(photo: Photograph, of: PhotoVersion) -> Item:
    return Item(
        name=photo.name,
        uuid=stable_uuid(of.version.uuid),
        base=BASE,
        overrides=dict(sorted({**_frame(photo, of), **_tone(photo, of)}.items())),
        orientation=of.orientation,
        rating=of.metadata.rating or 0,
        light=_light(of.metadata),
        keywords=of.metadata.keywords,
        taken=of.version.captured,
    )


def _light(metadata: PhotoMetadata) -> Light:
    return {1: Light.PICKED, -1: Light.REJECTED}.get(metadata.pick or 0, Light.NONE)


def _tone(photo: Photograph, of: PhotoVersion) -> Mapping[str, Value]:
    found: dict[str, Value] = {}
    adjustments = [each.adjustment for each in list_acting(of.version.operations)]
    stops = math.fsum(each.exposure for each in adjustments if isinstance(each, ap.Exposure))
    if stops:
        found |= {"ExposureActive": True, "ExposureAutoMode": "Manual", EXPOSURE.key: _within(EXPOSURE, stops)}
    for each in adjustments:
        if isinstance(each, ap.BlackWhite):
            found["ChannelMixerActive"] = True
        if isinstance(each, ap.WhiteBalance) and _has_kelvin(photo, each):
            # The name that DxO gives to a temperature set by hand.
            found |= {"WhiteBalanceRawPreset": "ManualTemp", TEMPERATURE.key: _within(TEMPERATURE, each.temperature)}
    return found


def _frame(photo: Photograph, of: PhotoVersion) -> Mapping[str, Value]:
    crop = of.translation.crop
    if crop is None or not photo.width or not photo.height:
        return {}
    middle_x, middle_y, width, height, angle = crop.rectangle(photo.width, photo.height)
    sides = [
        (min(max(middle - extent / 2, 0.0), whole), min(max(middle + extent / 2, 0.0), whole), whole)
        for middle, extent, whole in ((middle_x, width, photo.width), (middle_y, height, photo.height))
    ]
    (left, right, across), (top, bottom, down) = sides
    found: dict[str, Value] = {
        "CropActive": True,
        "CropAuto": False,
        "CropRatio": 0,
        CROP.key: [left / across, top / down, (right - left) / across, (bottom - top) / down],
    }
    if angle:
        found |= {"KeystoningHorizonActive": False, HORIZON.key: _within(HORIZON, angle)}
    return found


def _changed(photo: Photograph, of: PhotoVersion) -> Iterator[tuple[str, Carry]]:
    """The operations of this version that are carried otherwise than the door states in general."""
    crop = of.translation.crop
    for operation in list_acting(of.version.operations):
        match operation.adjustment:
            case ap.WhiteBalance() as balance if not _has_kelvin(photo, balance):
                yield operation.uuid, _NO_KELVIN
            case ap.Exposure(exposure=0):
                yield operation.uuid, _NOT_MEASURED
            case ap.Crop() if crop is not None and crop.angle:
                yield operation.uuid, _CROPPED_LEVEL
            case _:
                pass


def _has_kelvin(photo: Photograph, adjustment: ap.WhiteBalance) -> bool:
    return photo.kind is PhotoKind.RAW and adjustment.mode is WhiteBalanceMode.TEMPERATURE_TINT


def _within(control: Control, value: float) -> float:
    low = -math.inf if control.low is None else control.low
    return min(max(value, low), math.inf if control.high is None else control.high)

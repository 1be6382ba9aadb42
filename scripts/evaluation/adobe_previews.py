"""Finds DNG files whose preview Adobe's software rendered, with the settings that it rendered."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
from PIL import Image

from couloir.engines.dng.tags import Tag, read_directory, read_tags
from couloir.engines.protocol import Picture
from couloir.engines.real.dng_converter import largest_preview
from couloir.errors import ContentError
from couloir.lightroom.embed import extract
from couloir.lightroom.rdf import Properties, parse
from couloir.lightroom.settings import LINEAR_CURVE, SETTINGS, DevelopSettings, SettingType, SettingValue
from couloir.lightroom.xmp import read_packet

_SUB_DIRECTORIES = 330
_APPLICATION, _APPLICATION_VERSION, _COLOR_SPACE, _DATE = 50966, 50967, 50970, 50971
_SRGB = 2
_ADOBE = ("Adobe", "cr_validate")
"""How names of Adobe's programs begin; cr_validate is Camera Raw as Adobe's own command, in the SDK's samples."""

_NUMBERS = ("Temperature", "Tint")
_OF_THE_LOOK = frozenset({"Version", "ProcessVersion", "CameraProfile"})
_NOT_DRAWN: Mapping[str, str] = {
    "HDREditMode": "it is edited in HDR",
    "LensProfileEnable": "a lens profile is applied",
    "PerspectiveUpright": "its perspective is corrected",
    "LensManualDistortionAmount": "its distortion is corrected",
    "VignetteAmount": "its lens's vignette is corrected",
}
_LOCAL = ("MaskGroupBasedCorrections", "PaintBasedCorrections", "GradientBasedCorrections", "RetouchAreas")
_ZEROS = frozenset({"", "0", "+0", "0.00", "False", "Off"})


@dataclass(frozen=True, slots=True)
class AdobePreview:
    """`shown`: the preview, sRGB-encoded, in the frame of the RAW data. `application` names its program and version.

    `settings` include the curve of the `look`, "" where none is applied. The look's colour table is known to Adobe's
    programs alone: a file names it by a digest.
    """

    path: Path
    application: str
    shown: Picture
    settings: DevelopSettings
    look: str


@dataclass(frozen=True, slots=True)
class Unfit:
    """A DNG file that is not measured, with the reason."""

    path: Path
    reason: str


def find_previews(folder: Path) -> Iterator[AdobePreview | Unfit]:
    """Every DNG file in a folder and below it, in the order of its names."""
    for path in sorted(each for each in folder.rglob("*") if each.suffix.casefold() == ".dng" and each.is_file()):
        try:
            yield _read(path)
        except (ContentError, ValueError, OSError) as error:
            yield Unfit(path, str(error))


def _read(path: Path) -> AdobePreview | Unfit:
    data = path.read_bytes()
    first = read_tags(data)
    directories = [first]
    if _SUB_DIRECTORIES in first:
        directories += [read_directory(data, int(at)) for at in first[_SUB_DIRECTORIES].numbers()]
    application = _stated(directories, _APPLICATION)
    if application is None or not application.text().startswith(_ADOBE):
        told = "no program" if application is None else application.text()
        return Unfit(path, f"its preview names {told} as its maker, not one of Adobe's")
    space = _stated(directories, _COLOR_SPACE)
    if space is not None and space.numbers()[0] != _SRGB:
        return Unfit(path, "its preview is not in sRGB")
    packet = extract(path)
    if packet is None:
        return Unfit(path, "it states no settings")
    why = _obstacle(parse(packet, str(path)), _stated(directories, _DATE))
    if why is not None:
        return Unfit(path, why)
    picture = largest_preview(path)
    if picture is None:
        return Unfit(path, "it holds no JPEG preview")
    version = _stated(directories, _APPLICATION_VERSION)
    named = " ".join((application.text(), "" if version is None else version.text())).strip()
    with Image.open(io.BytesIO(picture)) as image:
        shown = np.asarray(image.convert("RGB"), dtype=np.float32) / np.float32(255)
    look, settings = _settings(read_packet(packet, str(path)).settings)
    return AdobePreview(path, f"{named}, {look}" if look else named, shown, DevelopSettings(settings), look)


def _stated(directories: list[dict[int, Tag]], number: int) -> Tag | None:
    return next((tags[number] for tags in directories if number in tags), None)


def _obstacle(properties: Properties, rendered: Tag | None) -> str | None:
    """Why our engine cannot draw these settings, or the preview does not show them; None if it can and does."""
    if properties.text("crs:Version") is None:
        return "it states no settings"
    for key, why in _NOT_DRAWN.items():
        if (properties.text(f"crs:{key}") or "") not in _ZEROS:
            return why
    if any(properties.element(f"crs:{key}") is not None for key in _LOCAL):
        return "it has local corrections"
    saved = _moment(properties.text("xmp:MetadataDate"))
    drawn = None if rendered is None else _moment(rendered.text())
    if saved is not None and drawn is not None and drawn < saved:
        return "its preview is older than its settings"
    return None


def _moment(text: str | None) -> datetime | None:
    """A moment with its zone; None for one that does not state it, since two of them cannot be compared."""
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _settings(found: Mapping[str, SettingValue]) -> tuple[str, dict[str, object]]:
    """The look's name and the settings with its curve. Raises ValueError for what our engine cannot draw.

    As shot, Camera Raw writes the numbers of the white balance beside it; here they count only where it is custom.
    """
    kept: dict[str, object] = dict(found)
    look = kept.pop("Look", None)
    if kept.get("WhiteBalance") == "Auto":
        raise ValueError("its white balance is automatic")
    if kept.get("WhiteBalance", "As Shot") == "As Shot":
        kept = {key: value for key, value in kept.items() if key not in _NUMBERS}
    elif set(_NUMBERS) <= kept.keys():
        kept["WhiteBalance"] = "Custom"
    if not isinstance(look, Mapping) or not look.get("Name"):
        return "", kept
    own = look.get("Parameters", {})
    for key, value in own.items() if isinstance(own, Mapping) else ():
        if key not in SETTINGS or key in _OF_THE_LOOK or value in (0, "", False, LINEAR_CURVE):
            continue
        if SETTINGS[key].type is not SettingType.CURVE or kept.get(key, LINEAR_CURVE) != LINEAR_CURVE:
            raise ValueError(f"the look {look['Name']!r} has {key} of its own")
        kept[key] = value
    return str(look["Name"]), kept

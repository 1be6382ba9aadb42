"""Retouching and red eyes as Lightroom stores them in XMP: `crs:RetouchAreas`, `crs:RetouchInfo`, `crs:RedEyeInfo`.

The fields of a retouched area are those of a packet that Lightroom Classic 9.2 wrote for a turned photo, which a public
test quotes, and of a census of 121 areas: positions are fractions of the frame as the file stores it, sizes of its
width, and the source is stated by its own place, in SourceX and, whatever its name says, OffsetY. RetouchInfo is the
older form of round areas, which darktable reads. RedEyeInfo is worded as Apple's Core Image writes it for Adobe's
programs; in which measure its width and height are is not known.
"""

from __future__ import annotations

import math
import uuid
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from couloir.lightroom.local.fields import Fields, put_structures
from couloir.lightroom.local.masks import MOST_DABS
from couloir.lightroom.rdf import Properties

Place = tuple[float, float]
"""x and y as fractions of the stored frame, from its top left."""

_NAMESPACE: Final = uuid.UUID("6a7a0a52-9a0e-5f0c-9a8e-0c5b0b6d1f42")
AREAS_KEY, EYES_KEY = "RetouchAreas", "RedEyeInfo"
_AREAS, _INFO, _RED_EYES = f"crs:{AREAS_KEY}", "crs:RetouchInfo", f"crs:{EYES_KEY}"


class SpotKind(StrEnum):
    """How an area is covered: healed into its surroundings, or copied as it is."""

    HEAL = "heal"
    CLONE = "clone"


@dataclass(frozen=True, slots=True)
class RetouchedArea:
    """A round spot (one place) or a stroke, and the place from which its first one is covered.

    `radius` is a fraction of the stored frame's width; `feather` and `opacity` are 0..1. `is_chosen` says that no
    photographer stated the source. Raises ValueError for what cannot be drawn.
    """

    kind: SpotKind
    places: tuple[Place, ...]
    source: Place
    radius: float
    feather: float = 0.5
    opacity: float = 1.0
    is_chosen: bool = False

    def __post_init__(self) -> None:
        numbers = [*self.source, self.radius, *(number for place in self.places for number in place)]
        if not all(map(math.isfinite, numbers)) or not 0 < self.radius <= 1:
            raise ValueError(f"a retouched area of the radius {self.radius}")
        if not 0 < len(self.places) <= MOST_DABS or not (0 <= self.feather <= 1 and 0 <= self.opacity <= 1):
            raise ValueError(f"a retouched area of {len(self.places)} places")


@dataclass(frozen=True, slots=True)
class CorrectedEye:
    """A red eye: its middle, and the radius as a fraction of the stored frame's long edge."""

    center: Place
    radius: float

    def __post_init__(self) -> None:
        if not all(map(math.isfinite, self.center)) or not 0 < self.radius <= 0.25:
            raise ValueError(f"an eye of the radius {self.radius}")


@dataclass(frozen=True, slots=True)
class Repairs:
    """All of a photo, in the order in which they were made."""

    areas: tuple[RetouchedArea, ...] = ()
    eyes: tuple[CorrectedEye, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.areas or self.eyes)


NO_REPAIRS: Final = Repairs()


def as_settings(repairs: Repairs) -> Fields:
    """The develop settings for Lightroom's Lua SDK; those without an entry are left out."""
    areas = [_area(area, number) for number, area in enumerate(repairs.areas)]
    eyes = [_eye(eye) for eye in repairs.eyes]
    return {key: value for key, value in ((AREAS_KEY, areas), (EYES_KEY, eyes)) if value}


def put_repairs(photo: Properties, repairs: Repairs) -> None:
    """Write them into a packet, whose develop settings have been replaced."""
    if repairs.areas:
        put_structures(photo, _AREAS, [_area(area, number) for number, area in enumerate(repairs.areas)])
        round_ones = [_info(area) for area in repairs.areas if len(area.places) == 1]
        if round_ones:
            photo.set_items(_INFO, "Seq", round_ones)
    if repairs.eyes:
        photo.set_items(_RED_EYES, "Seq", [_eye(eye) for eye in repairs.eyes])


def _area(area: RetouchedArea, number: int) -> Fields:
    return {
        "SpotType": str(area.kind),
        "SourceState": "sourceAutoComputed" if area.is_chosen else "sourceSetExplicitly",
        "Method": "gaussian",
        "HealVersion": 2,
        "SourceX": round(area.source[0], 6),
        "OffsetY": round(area.source[1], 6),
        "Opacity": round(area.opacity, 6),
        "Feather": round(area.feather, 6),
        "Seed": 1,
        "Masks": [_mask(area, f"{number} {area!r}")],
    }


def _mask(area: RetouchedArea, seed: str) -> Fields:
    common: Fields = {
        "MaskActive": True,
        "MaskBlendMode": 0,
        "MaskInverted": False,
        "MaskSyncID": uuid.uuid5(_NAMESPACE, seed).hex.upper(),
        "MaskValue": 1,
    }
    if len(area.places) == 1:
        [(x, y)] = area.places
        size = round(area.radius, 6)
        ellipse = {"X": round(x, 6), "Y": round(y, 6), "SizeX": size, "SizeY": size}
        return {"What": "Mask/Ellipse", **common, **ellipse, "Alpha": 0, "CenterValue": 1, "PerimeterValue": 0}
    dabs = [f"d {x:.6f} {y:.6f}" for x, y in area.places]
    brush = {"Radius": round(area.radius, 6), "Flow": 1, "CenterWeight": round(1 - area.feather, 4)}
    return {"What": "Mask/Paint", **common, **brush, "Dabs": dabs}


def _info(area: RetouchedArea) -> str:
    [(x, y)] = area.places
    state = "sourceAutoComputed" if area.is_chosen else "sourceSetExplicitly"
    text = (
        f"centerX = {x:.6f}, centerY = {y:.6f}, radius = {area.radius:.6f}, sourceState = {state}, "
        f"sourceX = {area.source[0]:.6f}, sourceY = {area.source[1]:.6f}, spotType = {area.kind}"
    )
    return text if area.opacity == 1 else f"{text}, opacity = {area.opacity:.4f}"


def _eye(eye: CorrectedEye) -> str:
    """The other numbers are those that Core Image states for every eye."""
    return (
        f"x = {eye.center[0]:.5f}, y = {eye.center[1]:.5f}, width = {eye.radius:.5f}, height = {eye.radius:.5f}, "
        "alpha = 0.0244, density = 0.86, strength = 0.0757, redBias = 0.253, pupilSize = 0.50, pupilDarkenAmount = 0.75"
    )

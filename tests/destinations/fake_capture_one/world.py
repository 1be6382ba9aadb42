"""Capture One with a document, as far as its scripting shows it. Each rule names where it is from.

*measured*: by c1cmd on 16.8.5.30 (its boundary probes, its geometry probes); *dictionary*: stated there; *assumed*: by
likeness to a measured rule, which Couloir must not depend on.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from dataclasses import dataclass, field

MEASURED = {  # measured: the ends are taken, a value beyond is refused with -50, and what was there stays
    "exposure": (-4.0, 4.0),
    "contrast": (-50.0, 50.0),
    "saturation": (-100.0, 100.0),
    "temperature": (800.0, 14000.0),
    "tint": (-50.0, 50.0),
}
ASSUMED = {"brightness": (-50.0, 50.0), "rotation": (-45.0, 45.0)}
WHOLE = {"rating": (0, 5), "color tag": (0, 7)}  # measured: c1cmd sets every one of these
ORIENTATIONS = (0, 90, 180, 270)  # measured


class Failure(Exception):
    """An error of AppleScript: number and text."""

    def __init__(self, number: int, why: str) -> None:
        super().__init__(why)
        self.number = number


def single(number: float) -> float:
    """measured: 1.234 is read back as 1.233999967575."""
    return float(struct.unpack("f", struct.pack("f", number))[0])


@dataclass
class Curve:
    """The points of a curve, (brightness, amount) in 0..100 (dictionary)."""

    points: list[list[float]] = field(default_factory=lambda: [[0.0, 0.0], [100.0, 100.0]])

    def sort(self) -> None:
        self.points.sort(key=lambda point: point[0])


CURVES = ("rgb curve", "luma curve", "red curve", "green curve", "blue curve")
NEUTRAL_NUMBERS = (
    *("exposure", "brightness", "contrast", "saturation", "highlight adjustment", "shadow recovery"),
    *("white recovery", "black recovery", "clarity amount", "clarity structure", "vignetting amount", "rotation"),
)


@dataclass
class Variant:
    """A variant; its adjustments by word. Sharpening and noise reduction are the camera's, and not 0."""

    id: str
    image: Image
    values: dict[str, object] = field(default_factory=dict)
    rating: int = 0
    tag: int = 0
    styles: list[str] = field(default_factory=list)
    layers: int = 1
    crop: tuple[int, int, int, int] = (0, 0, 0, 0)

    def __post_init__(self) -> None:
        self.values = {
            **dict.fromkeys(NEUTRAL_NUMBERS, 0.0),
            "black and white": False,
            "flip": "none",
            "sharpening amount": 140.0,
            "noise reduction color": 50.0,
            "temperature": 5200.0,
            "tint": 1.5,
            "orientation": self.image.orientation,
            **{name: Curve() for name in CURVES},
            **self.values,
        }
        if self.crop == (0, 0, 0, 0):
            self.crop = self.full()

    def canvas(self) -> tuple[float, float]:
        """measured: the photo as it is turned, around which a straightening makes a larger frame."""
        width, height = self.image.size
        if self.values["orientation"] in (90, 270):
            width, height = height, width
        angle = math.radians(abs(float(str(self.values["rotation"]))))
        return (
            width * math.cos(angle) + height * math.sin(angle),
            width * math.sin(angle) + height * math.cos(angle),
        )

    def full(self) -> tuple[int, int, int, int]:
        """measured: the largest rectangle of the photo's own shape, in the middle of the canvas."""
        width, height = self.image.size
        if self.values["orientation"] in (90, 270):
            width, height = height, width
        across, up = self.canvas()
        scale = min(width / across, height / up)
        return round(across / 2), round(up / 2), round(width * scale), round(height * scale)

    def turn(self) -> None:
        """measured: a rotation moves the crop to the new middle and shrinks it where it does not fit."""
        x, y, width, height = self.full()
        was_full = not self.is_cropped
        keeps = min(1.0, width / max(self.crop[2], 1), height / max(self.crop[3], 1))
        self.crop = (
            (x, y, width, height) if was_full else (x, y, round(self.crop[2] * keeps), round(self.crop[3] * keeps))
        )

    is_cropped: bool = False


@dataclass
class Image:
    """A photo with its variants. `orientation` is that of its file, in degrees."""

    path: str
    size: tuple[int, int] = (6000, 4000)
    orientation: int = 0
    variants: list[Variant] = field(default_factory=list)


@dataclass
class CaptureOne:
    """The program. `before` is called with each `set`, as (variant, word), and may raise a Failure or stop the run."""

    images: list[Image] = field(default_factory=list)
    document: str = "/Users/ann/Pictures/Shoot"
    running: bool = True
    allowed: bool = True
    has_document: bool = True
    before: Callable[[Variant, str], None] = lambda _variant, _word: None
    events: int = 0
    _next: int = 100

    def add(self, image: Image) -> Variant:
        """`add variant`: untouched (c1cmd makes its untouched variants so)."""
        self._next += 1
        variant = Variant(str(self._next), image)
        image.variants.append(variant)
        return variant

    @property
    def variants(self) -> list[Variant]:
        return [variant for image in self.images for variant in image.variants]

    def set(self, variant: Variant, word: str, kind: str, value: object) -> None:
        """Set a property of a variant or of its adjustments."""
        self.before(variant, word)
        if kind.endswith(" r"):
            raise Failure(-10006, f"Can't set {word}.")
        if kind in ("real", "integer") and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise Failure(-1700, f"Can't make {value!r} into type {kind}.")  # measured
        if kind == "boolean" and not isinstance(value, bool):
            raise Failure(-1700, f"Can't make {value!r} into type boolean.")
        low, high = {**MEASURED, **ASSUMED, **WHOLE}.get(word, (-math.inf, math.inf))
        if kind in ("real", "integer") and not low <= float(str(value)) <= high:
            raise Failure(-50, "Parameter error.")
        match word:
            case "rating":
                variant.rating = int(str(value))
            case "color tag":
                variant.tag = int(str(value))
            case "crop":
                self._crop(variant, value)
            case "orientation":
                if value not in ORIENTATIONS:
                    raise Failure(-50, "Parameter error.")
                self._turn_quarter(variant, int(str(value)))
            case "rotation":
                variant.values["rotation"] = single(float(str(value)))
                variant.turn()
            case _:
                variant.values[word] = single(float(str(value))) if kind == "real" else value

    def _crop(self, variant: Variant, value: object) -> None:
        if not isinstance(value, list) or len(value) != 4 or not all(isinstance(each, int | float) for each in value):
            raise Failure(-1700, "Can't make the value into type rectangle.")
        x, y, width, height = (round(each) for each in value)
        across, up = variant.canvas()
        scale = min(1.0, across / max(width, 1), up / max(height, 1))  # measured: one that does not fit is shrunk
        variant.crop = (x, y, round(width * scale), round(height * scale))
        variant.is_cropped = True

    def _turn_quarter(self, variant: Variant, degrees: int) -> None:
        """measured: the axes of the crop turn with the photo."""
        turned = (degrees - int(str(variant.values["orientation"]))) % 180 != 0
        variant.values["orientation"] = degrees
        x, y, width, height = variant.crop
        variant.crop = (y, x, height, width) if turned else variant.crop
        if not variant.is_cropped:
            variant.crop = variant.full()

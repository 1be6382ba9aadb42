"""The forms that a borrowed formula of Aperture's may have, beyond the ranges of its constants.

The first form of each kind is the engine's own; the stage that uses it names its source. The others are assumptions,
each a usual way to build such a control, so that a model does not learn what holds for one form only. None is known to
be Aperture's (docs/unverified.md).

Forms that say "for validation" are none that an instance draws or a calibration tries: they are here so that the trust
in a model is decided with formulas that neither its training nor its test has (`couloir.learn.formulas`).
"""

from __future__ import annotations

from enum import StrEnum


class BoostForm(StrEnum):
    """The curve of RAW boost. Each brings mid-grey to about where Core Image's does."""

    KNEE = "knee"
    """Core Image's generic boost."""
    SHOULDER = "shoulder"
    """1 - exp(-kx): a curve that only bends, as film's shoulder."""
    TOE = "toe"
    """The first with a toe: Photos' later boost has toe and shoulder, whose numbers come from the camera."""
    LOGARITHM = "logarithm"
    """log(1 + kx), as a sensor's light is often stored; for validation."""
    ADOBE = "adobe"
    """Adobe's default curve, as if both decoders agreed; for validation."""


class BrightnessForm(StrEnum):
    """The curve of Brightness, black and white staying."""

    PHOTOS = "photos"
    GAMMA = "gamma"
    """A power, as most editors have it."""
    LIFT = "lift"
    """A bump on the square root of light."""
    RATIONAL = "rational"
    """(1+n)x / (1+nx), the form of the RAW boost."""
    MIRRORED = "mirrored"
    """A power of what is missing to white, on a square-root scale; for validation."""


class ContrastForm(StrEnum):
    """The curve of Contrast. Each is about as steep in the middle as the others."""

    PHOTOS = "photos"
    SIGMOID = "sigmoid"
    """A hyperbolic tangent on encoded values."""
    STRAIGHT = "straight"
    """Core Image's colour controls: a straight line about the middle, cut at black and white."""
    POWER = "power"
    """A power about mid-grey below it, mirrored above."""
    BLENDED = "blended"
    """An S of the third degree mixed in, on encoded values; for validation."""


class Acts(StrEnum):
    """The quantity that a tone control depends on."""

    CHANNELS = "channels"
    LUMINANCE = "luminance"
    BRIGHTEST = "brightest channel"
    SURROUNDINGS = "surroundings"


class Space(StrEnum):
    """Where a colour control measures chroma."""

    LINEAR = "linear"
    ENCODED = "encoded"
    """YIQ of sRGB-encoded values, as video controls do."""
    FOURTH_ROOT = "fourth root"
    """YIQ of the fourth root of light, in which Photos balances greys and skin."""
    IPT = "ipt"
    """Photos' space for selective colour: a uniform one, as Lab is."""
    SQUARE_ROOT = "square root"
    """YIQ of the square root of light; for validation."""


class VibrancyForm(StrEnum):
    """How Vibrancy spares vivid colours."""

    SQUARE = "square"
    """By the square of what is missing to full saturation, skin less."""
    EVEN = "even"
    """In proportion to it, skin as anything else."""
    ENCODED = "encoded"
    """By the square, on encoded values."""
    ABSOLUTE = "absolute"
    """By the light that the channels differ by, so that dark colours are dull; for validation."""


class TintForm(StrEnum):
    """How a tint wheel colours its tones."""

    ROOT = "root"
    """U and V added on a square-root scale."""
    ENCODED = "encoded"
    """U and V added to encoded values, tones parted evenly."""
    GAIN = "gain"
    """A gain of each channel, as lift, gamma and gain have it."""
    BELLS = "bells"
    """As the first, tones parted by bell curves that leave gaps between them; for validation."""


class GrayForm(StrEnum):
    """How Black & White mixes the channels."""

    LINEAR = "linear"
    ENCODED = "encoded"
    STORED = "stored"
    """On light, shares as they are stored, whatever they add up to."""
    FILTER = "filter"
    """A coloured filter before a film that sees luminance; for validation."""


class SplineForm(StrEnum):
    """The curve through a curve's points."""

    NATURAL = "natural"
    MONOTONE = "monotone"
    STRAIGHT = "straight"
    """Lines from point to point, as a table of few entries gives; for validation."""


class BlackForm(StrEnum):
    """How Black Point subtracts light."""

    AFFINE = "affine"
    TOE = "toe"
    """A quadratic toe, as Adobe's exposure ramp has it."""
    ENCODED = "encoded"
    """A straight line on encoded values, as Levels has it."""
    BENT = "bent"
    """A hyperbola from black that comes near to the line far from it; for validation."""


class PickedForm(StrEnum):
    """How a picked grey or face is balanced."""

    YIQ = "yiq"
    GAINS = "gains"
    """A gain of each channel that takes the picked colour to its goal."""
    POWERS = "powers"
    """A power of each channel that does, black and white staying; for validation."""


class ExposureOrder(StrEnum):
    """The order of the Exposure brick's controls."""

    GAIN_FIRST = "gain first"
    RECOVERY_LAST = "recovery last"
    BRIGHTNESS_FIRST = "brightness first"
    BLACK_FIRST = "black first"
    """For validation."""


class EnhanceOrder(StrEnum):
    """The order of the Enhance brick's controls."""

    TONE_FIRST = "tone first"
    COLOR_FIRST = "colour first"
    TINT_FIRST = "tint first"
    TONE_LAST = "tone last"
    """Tint, colours, tones; for validation."""


class VignetteForm(StrEnum):
    """How a vignette grows towards the corners."""

    SMOOTH = "smooth"
    SQUARE = "square"
    """With the square of the distance, from the middle on."""
    COSINE = "cosine"
    """As a lens darkens: the fourth power of the cosine."""
    BELL = "bell"
    """A bell curve about the middle; for validation."""

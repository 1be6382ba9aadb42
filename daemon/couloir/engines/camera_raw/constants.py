"""The Camera Raw engine's constants, which Adobe has not published, each with its uncertainty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from couloir.engines.constants import constant

_MEASURED = "measured single sliders of Lightroom Classic 14.5 (lrt-cinema); one scene, one camera"
_SIEVE = "the Sieve model, fitted to renderings by Camera Raw 17.5"


@dataclass(frozen=True, slots=True)
class Constants:
    """Nominal values. Gains multiply measured or fitted values; a model has to hold for the whole range of each."""

    contrast: float = constant(1.0, 0.8, 1.2, _MEASURED)
    highlights: float = constant(1.0, 0.8, 1.2, _MEASURED)
    shadows: float = constant(1.0, 0.8, 1.2, _MEASURED)
    whites: float = constant(1.0, 0.8, 1.2, _MEASURED)
    blacks: float = constant(1.0, 0.8, 1.2, _MEASURED)
    key: float = constant(-6.5, -7.5, -5.5, _MEASURED)
    """Mean log2 luminance of the measured scene; Highlights begins higher by as much as a picture is brighter."""
    local_share: float = constant(0.8, 0.5, 1.0, _SIEVE)
    """The share, 0..1, by which Highlights and Shadows follow the tone of the surroundings, not that of the pixel."""
    local_radius: float = constant(0.01, 0.005, 0.02, _SIEVE)
    """Radius of those surroundings, a share of the long edge."""
    local_range: float = constant(0.5, 0.3, 1.0, _SIEVE)
    """Stops between neighbours that count as an edge there."""

    clarity: float = constant(0.6, 0.4, 0.8, _SIEVE)
    clarity_radius: float = constant(0.012, 0.006, 0.024, _SIEVE)
    texture: float = constant(0.8, 0.5, 1.1, _SIEVE)
    texture_radius: float = constant(0.0022, 0.0011, 0.0044, _SIEVE)
    dehaze: float = constant(0.9, 0.6, 1.0, _SIEVE)

    vibrance: float = constant(1.2, 0.9, 1.5, _SIEVE)
    orange_spared: float = constant(0.5, 0.2, 0.7, _SIEVE)
    band_hue: float = constant(37.5, 30.0, 45.0, _SIEVE)
    """Degrees of hue that a band's slider at 100 turns."""
    band_saturation: float = constant(1.15, 0.9, 1.4, _SIEVE)
    band_luminance: float = constant(5.0, 4.0, 6.0, _SIEVE)
    """Stops of a band's luminance at 100 for a fully saturated colour."""
    mixer: float = constant(2.0, 1.2, 2.8, "guess: the luminance sliders' scale, halved because nothing is left grey")
    """Stops that a black-and-white mixer's slider gives a saturated colour at 100."""
    primary_hue: float = constant(33.6, 25.0, 40.0, _SIEVE)
    primary_saturation: float = constant(1.25, 1.0, 1.5, _SIEVE)
    shadow_tint: float = constant(0.05, 0.02, 0.1, "guess: no rendering of it was seen")

    wheel: float = constant(0.555, 0.4, 0.7, _SIEVE)
    """Encoded offset of a full shadow or highlight wheel; mid-tones and global have `wheel_middle`."""
    wheel_middle: float = constant(0.141, 0.1, 0.18, _SIEVE)
    wheel_luminance: float = constant(0.25, 0.15, 0.35, "guess: encoded lift of a luminance slider at 100")
    parametric: float = constant(0.12, 0.08, 0.16, "guess: largest encoded shift of a region at 100")

    vignette: float = constant(1.0, 0.7, 1.3, "guess: full amount darkens the corner by four stops")
    sharpness: float = constant(1.0, 0.6, 1.4, "guess: unsharp mask with the amount in hundredths")
    smoothing: float = constant(1.0, 0.6, 1.4, "guess: edge-aware mean over 2 pixels of the full size at 100")


NOMINAL: Final = Constants()

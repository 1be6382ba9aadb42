"""Our Aperture engine: a version's operations to pixels.

`render` draws a version and `apply` one adjustment; the single stages are pure functions, of which those on single
values are offered here because translations sample curves from them. Every constant is in `Constants`.
"""

from couloir.engines.aperture.constants import NOMINAL, Constants
from couloir.engines.aperture.render import apply, frame_pixels, render
from couloir.engines.aperture.tone import (
    black_point,
    brightness,
    contrast,
    handles_left_out,
    levels_channel,
    raw_boost,
    raw_boost_inverse,
)

__all__ = [
    "NOMINAL",
    "Constants",
    "apply",
    "black_point",
    "brightness",
    "contrast",
    "frame_pixels",
    "handles_left_out",
    "levels_channel",
    "raw_boost",
    "raw_boost_inverse",
    "render",
]

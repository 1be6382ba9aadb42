"""Our Aperture engine: draws a version's operations.

`render` draws a version and `apply` one adjustment. The stages are pure functions; those that act on single values are
exported, because translations sample curves from them. Every constant is in `Constants`.
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

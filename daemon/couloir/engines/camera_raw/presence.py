"""Texture, Clarity and Dehaze, and the tone of a pixel's surroundings.

Linear light (..., height, width, 3) or stops (..., height, width), of one picture or several. Gains and radii are the
Sieve model's (see `Constants`); each is the identity at 0.
"""

from __future__ import annotations

import numpy as np

from couloir.color.arrays import Floats, lowest
from couloir.engines.camera_raw.constants import NOMINAL, Constants
from couloir.engines.camera_raw.sliders import Amount
from couloir.engines.local_contrast import blur


def surroundings(stops: Floats, constants: Constants = NOMINAL) -> Floats:
    """The tone around each pixel, up to edges: a guided filter of the luminance in stops, guided by itself.

    Source: K. He, J. Sun, X. Tang, "Guided image filtering" (ECCV 2010).
    """
    sigma = constants.local_radius * max(stops.shape[-2:])
    mean = blur(stops, sigma)
    variance = np.maximum(blur(stops * stops, sigma) - mean * mean, 0)
    own = variance / (variance + np.float32(constants.local_range**2))
    return np.asarray(blur(own, sigma) * stops + blur((1 - own) * mean, sigma))


def clarity(stops: Floats, amount: Amount, constants: Constants = NOMINAL) -> Floats:
    """The stops that Clarity2012, -100..100, adds, in proportion to a pixel's difference from its surroundings."""
    wide = blur(stops, constants.clarity_radius * max(stops.shape[-2:]))
    return np.asarray(_share(constants.clarity, amount) * (stops - wide))


def texture(stops: Floats, amount: Amount, constants: Constants = NOMINAL) -> Floats:
    """The stops that Texture, -100..100, adds: as `clarity`, with smaller surroundings."""
    near = blur(stops, constants.texture_radius * max(stops.shape[-2:]))
    return np.asarray(_share(constants.texture, amount) * (stops - near))


def dehaze(linear: Floats, amount: Amount, constants: Constants = NOMINAL) -> Floats:
    """Dehaze, -100..100: removes the haze that the darkest channel of the surroundings shows, or adds haze.

    It uses the dark channel prior (K. He, J. Sun, X. Tang, CVPR 2009), smoothed, with white as the colour of the haze.
    """
    strength = _share(constants.dehaze, amount)
    dark = np.clip(blur(lowest(linear), 0.02 * max(linear.shape[-3:-1])), 0, 0.95)
    veil = (np.maximum(strength, 0) * dark)[..., np.newaxis]
    cleared = (linear - veil) / (1 - veil)
    added = np.maximum(-strength, 0)[..., np.newaxis] * np.float32(0.5)
    return np.asarray(cleared + added * np.maximum(1 - linear, 0))


def _share(scale: float, amount: Amount) -> Floats:
    return np.asarray(np.float32(scale / 100) * np.asarray(amount, dtype=np.float32))

"""Aperture's tone stages as functions on linear light.

Those that take any array act on each value alone (a curve can be sampled from them); the others need (..., 3) colours
because their strength follows the pixel's luminance. Each is the identity at its neutral value.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from couloir.aperture.adjustments import HighlightsShadows, LevelsChannel
from couloir.color.arrays import Floats, highest, join_channels, lowest
from couloir.color.spaces import luminance, srgb_decode, srgb_encode
from couloir.color.splines import monotone_spline
from couloir.engines.aperture.constants import NOMINAL, Constants
from couloir.engines.aperture.families import BRIGHTNESS, CONTRAST, boost_curve
from couloir.engines.aperture.forms import Acts, BlackForm, BoostForm
from couloir.engines.local_contrast import blur

_LEAST_REACH: Final = 1e-3  # of a tonal width; none would divide by nothing
_BEYOND: Final = 1e-4  # of white, over which a slope is taken
_AROUND: Final = 0.05  # of the long edge: how wide the surroundings are that Shadows may go by
_LEAST_LIGHT: Final = 1e-5


def raw_boost(linear: Floats, boost: float, constants: Constants = NOMINAL) -> Floats:
    """RAW Fine Tuning's Boost, 0..1: how much of Apple's default contrast a raw file gets. Any array.

    Core Image's generic boost: (1+n)x / (1+nx) up to a knee, then the tangent line, mixed with the identity. Other
    forms go on beyond the knee as straight, too.
    """
    n, knee, form = constants.boost, constants.boost_knee, constants.boost_form
    at_knee, beyond = boost_curve(np.array([knee, knee + _BEYOND]), n, form).tolist()
    slope = (1 + n) / (1 + n * knee) ** 2 if form is BoostForm.KNEE else (beyond - at_knee) / _BEYOND
    curve = boost_curve(np.clip(linear, 0, knee), n, form)
    boosted = np.where(linear < 0, (1 + n) * linear, np.where(linear > knee, at_knee + slope * (linear - knee), curve))
    return np.asarray(linear + boost * (boosted - linear), dtype=linear.dtype)


def raw_boost_colors(linear: Floats, boost: float, hue_boost: float, constants: Constants = NOMINAL) -> Floats:
    """Boost with Hue Boost, 0..1: at 1 each channel by itself, at 0 so that a colour keeps its hue. Colours.

    By the manual 1 shifts hues towards the primaries and 0 preserves them. As in Adobe's rendering, hue is preserved by
    a curve on the highest and the lowest channel, with the middle one at its relative position between them.
    """
    own = raw_boost(linear, boost, constants)
    if hue_boost >= 1:
        return own
    low, high = lowest(linear), highest(linear)
    new_low, new_high = raw_boost(low, boost, constants), raw_boost(high, boost, constants)
    scale = (new_high - new_low) / np.maximum(high - low, 1e-9)
    kept = join_channels([new_low + (linear[..., i] - low) * scale for i in range(3)])
    return np.asarray(kept + hue_boost * (own - kept), dtype=linear.dtype)


def raw_boost_inverse(boosted: Floats, constants: Constants = NOMINAL) -> Floats:
    """The light that `raw_boost` of the nominal form at boost 1 turns into `boosted`. Any array."""
    n, knee = constants.boost, constants.boost_knee
    slope = (1 + n) / (1 + n * knee) ** 2
    at_knee = (1 + n) * knee / (1 + n * knee)
    held = np.clip(boosted, 0, at_knee)
    curve = held / (1 + n - n * held)
    above = knee + (boosted - at_knee) / slope
    return np.asarray(np.where(boosted < 0, boosted / (1 + n), np.where(boosted > at_knee, above, curve)))


def exposure(linear: Floats, stops: float) -> Floats:
    """A gain of 2^stops. Any array. Confirmed within 1 % on one rendering, at a small value."""
    return np.asarray(linear * float(2.0**stops))


def recovery(linear: Floats, stops: float, constants: Constants = NOMINAL) -> Floats:
    """Darken highlights by up to `stops` (0..1.5), fully at white. Colours."""
    return _pulled(linear, stops, constants.recovery_begins, constants)


def black_point(linear: Floats, amount: float, constants: Constants = NOMINAL) -> Floats:
    """Subtract light from the blacks, -5..50, with white fixed. Any array; the result may be below 0.

    The affine form of Photos' black slider: (x - b) / (1 - b). Without it there is a toe as wide as twice the black,
    the line is one of encoded values, or a hyperbola comes near to it.
    """
    black = amount * constants.black_point_unit
    if constants.black_form is BlackForm.ENCODED:
        level = srgb_encode(np.array(black, dtype=linear.dtype))
        return np.asarray(srgb_decode((srgb_encode(linear) - level) / (1 - level)), dtype=linear.dtype)
    drawn = (linear - black) / (1 - black)
    if constants.black_form is BlackForm.BENT and black > 0:
        inside = np.maximum(linear, 0)
        return np.asarray(np.minimum(linear, 0) + inside**2 * (1 + black) / (inside + black), dtype=linear.dtype)
    if constants.black_form is BlackForm.TOE and black > 0:
        toe = np.clip(linear, 0, 2 * black) ** 2 / (4 * black * (1 - black))
        drawn = np.where(linear < 2 * black, np.minimum(linear, 0) + toe, drawn)
    return np.asarray(drawn, dtype=linear.dtype)


def brightness(linear: Floats, amount: float, constants: Constants = NOMINAL) -> Floats:
    """Lighten or darken the mid-tones, -1..1, with black and white fixed. Any array.

    It is Photos' brightness for a neutral pixel; values outside 0..1 are not changed.
    """
    inside = np.clip(linear, 0, 1)
    shaped = BRIGHTNESS[constants.brightness_form](inside, constants.brightness * amount)
    return np.asarray(shaped + (linear - inside), dtype=linear.dtype)


def contrast(linear: Floats, amount: float, constants: Constants = NOMINAL) -> Floats:
    """Expand tones about the middle of a gamma 2 scale, -1..1. Any array; outside 0..1 unchanged.

    It has the shape of Photos' contrast: strongest in the mid-tones, without effect at black and white.
    """
    inside = np.clip(linear, 0, 1)
    shaped = CONTRAST[constants.contrast_form](inside, amount * constants.contrast / NOMINAL.contrast)
    return np.asarray(shaped + (linear - inside), dtype=linear.dtype)


def contrast_colors(linear: Floats, amount: float, constants: Constants = NOMINAL) -> Floats:
    """The same on colours: on each channel, or on luminance or the brightest channel as a gain."""
    if constants.contrast_by is Acts.CHANNELS:
        return contrast(linear, amount, constants)
    light = np.maximum(highest(linear) if constants.contrast_by is Acts.BRIGHTEST else luminance(linear), _LEAST_LIGHT)
    return np.asarray(linear * (contrast(light, amount, constants) / light)[..., np.newaxis])


def shadows(linear: Floats, amount: float, constants: Constants = NOMINAL) -> Floats:
    """Highlights & Shadows' Shadows, 0..100: a gain that falls from the blacks to white. Colours."""
    levels, lift = zip(*constants.shadow_lift, strict=True)
    stops = monotone_spline(levels, lift)(_looked_at(linear, constants.shadows_by))
    return np.asarray(linear * np.exp2(np.float32(constants.shadows * amount / constants.shadow_lift_amount) * stops))


def highlights(linear: Floats, amount: float, constants: Constants = NOMINAL) -> Floats:
    """Highlights & Shadows' Highlights, 0..100: a gain that falls towards white. Colours."""
    return _pulled(linear, constants.highlight_stops * amount / 100, constants.highlight_begins, constants)


def old_highlights_shadows(
    linear: Floats, adjustment: HighlightsShadows, scale: float, constants: Constants = NOMINAL
) -> Floats:
    """Highlights & Shadows before Aperture 3.3, height x width x 3: by how light the surroundings are.

    The radius is in pixels of the master, `scale` of which are one pixel here. Tonal widths, 0..100, are the range of
    tones that count as shadows or as highlights; Color Correction saturates the tones that were changed.
    """
    level = _encoded_luminance(linear)
    radius = 200.0 if adjustment.radius is None else min(max(adjustment.radius, 0.0), 1000.0)
    around = blur(level, radius / 3 / scale)

    def share(depth: Floats, width: float | None) -> Floats:
        reach = max((constants.old_tonal_width if width is None else min(max(width, 0.0), 100.0)) / 100, _LEAST_REACH)
        inside = np.clip(1 - depth / reach, 0, 1)
        return np.asarray(inside * inside * (3 - 2 * inside))

    dark = adjustment.shadows / 100 * share(around, adjustment.shadow_tonal_width)
    light = adjustment.highlights / 100 * share(1 - around, adjustment.highlight_tonal_width)
    stops = constants.old_shadow_stops * dark - constants.old_highlight_stops * light
    moved = linear * np.exp2(stops)[..., np.newaxis]
    correction = 0.0 if adjustment.color_correction is None else min(max(adjustment.color_correction, -100.0), 100.0)
    gray = luminance(moved)[..., np.newaxis]
    saturated = (1 + correction / 100 * np.clip(dark + light, 0, 1))[..., np.newaxis]
    return np.asarray(gray + saturated * (moved - gray), dtype=linear.dtype)


def levels_channel(linear: Floats, channel: LevelsChannel, constants: Constants = NOMINAL) -> Floats:
    """One set of Levels handles. Any array.

    In the encoding of `levels_gamma` black and white define a straight line; values below black's source become black's
    destination. A mid, shadow or highlight handle that was moved adds a bump on top that reaches its destination, of
    Photos' shape 1 - 3u^2 + 2|u|^3, fading at the neighbouring handles. Aperture lets the shadow and highlight handles
    follow their neighbours; one that merely followed adds nothing, as measured on one rendering.

    Handles that are crossed change nothing, and neither does one outside its neighbours (`handles_left_out`).
    """
    if channel.is_crossed:
        return linear
    black, white = channel.black, channel.white
    root = np.copysign(np.abs(linear) ** (1 / constants.levels_gamma), linear)
    width = white[0] - black[0]

    def line(at: Floats) -> Floats:
        # Aperture keeps values above white for later stages, but none below black.
        share = np.maximum((at - black[0]) / width, 0)
        return np.asarray(black[1] + share * (white[1] - black[1]))

    bumps: list[tuple[float, float, float, float]] = []

    def stretched(at: Floats) -> Floats:
        value = line(at)
        for left, center, right, height in bumps:
            value = value + height * _bump(at, left, center, right)
        return value

    for _, left, (source, destination), right in _moved_handles(channel):
        if _lies_between(left, source, right):
            bumps.append((left, source, right, destination - float(stretched(np.array(source)))))
    result = stretched(root)
    return np.asarray(np.copysign(np.abs(result) ** constants.levels_gamma, result), dtype=linear.dtype)


def handles_left_out(channel: LevelsChannel) -> tuple[str, ...]:
    """The moved handles that `levels_channel` cannot place, because they lie outside their neighbours."""
    return tuple(
        name
        for name, left, (source, destination), right in _moved_handles(channel)
        if source != destination and not _lies_between(left, source, right)
    )


def _moved_handles(channel: LevelsChannel) -> Iterator[tuple[str, float, tuple[float, float], float]]:
    """(name, the left neighbour's source, (source, destination), the right neighbour's source), in order of action."""
    black, mid, white = channel.black[0], channel.mid[0], channel.white[0]
    if channel.mid != (0.5, 0.5):
        yield "mid", black, channel.mid, white
    if not _follows(channel.shadow, black, mid, 0.25):
        yield "shadow", black, channel.shadow, mid
    if not _follows(channel.highlight, mid, white, 0.75):
        yield "highlight", mid, channel.highlight, white


def _lies_between(left: float, source: float, right: float) -> bool:
    return min(source - left, right - source) >= LevelsChannel.LEAST_WIDTH


def _follows(handle: tuple[float, float], left: float, right: float, destination: float) -> bool:
    """Whether Aperture, not the user, put a shadow or highlight handle halfway between its neighbours."""
    return abs(handle[0] - (left + right) / 2) < 1e-3 and abs(handle[1] - destination) < 1e-3


def _bump(at: Floats, left: float, center: float, right: float) -> Floats:
    u = np.minimum(np.maximum((center - at) / (center - left), (at - center) / (right - center)), 1)
    return np.asarray(1 - (3 - 2 * u) * u * u)


def _pulled(linear: Floats, stops: float, begins: float, constants: Constants) -> Floats:
    """Apply a gain that falls smoothly from 1 at the encoded luminance `begins` to 2^-stops at white."""
    share = np.clip((_looked_at(linear, constants.pull_by) - begins) / (1 - begins), 0, 1)
    return np.asarray(linear * np.exp2(-stops * share**2 * (3 - 2 * share)))


def _looked_at(linear: Floats, by: Acts) -> Floats:
    """The encoded value of each pixel that a gain goes by: (..., 1), or (..., 3) where channels go by themselves."""
    match by:
        case Acts.CHANNELS:
            return srgb_encode(np.maximum(linear, 0))
        case Acts.BRIGHTEST:
            return srgb_encode(np.maximum(highest(linear), 0))[..., np.newaxis]
        case Acts.SURROUNDINGS if linear.ndim == 3:
            return blur(_encoded_luminance(linear), _AROUND * max(linear.shape[:2]))[..., np.newaxis]
        case _:
            return _encoded_luminance(linear)[..., np.newaxis]


def _encoded_luminance(linear: Floats) -> Floats:
    return srgb_encode(np.maximum(luminance(linear), 0))

"""Camera Raw's tone stages as functions on linear light, colours (..., 3). Each is the identity at 0."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from couloir.color.arrays import Floats
from couloir.color.spaces import luminance, srgb_decode, srgb_encode
from couloir.color.splines import Curve, monotone_spline, natural_spline
from couloir.engines.camera_raw import responses
from couloir.engines.camera_raw.responses import BASE_STOPS, Response

_DARKEST = 2.0**-14  # below the darkest measured tone, so that the logarithm ends somewhere


def exposure(linear: Floats, stops: float) -> Floats:
    """Exposure2012: a gain of 2^stops in scene-linear light (within CIEDE2000 0.3 of Lightroom at +1 and +2)."""
    return linear * float(2.0**stops)


def contrast(linear: Floats, amount: float) -> Floats:
    """Contrast2012, -100..100."""
    return _respond(linear, amount, responses.CONTRAST)


def key(linear: Floats) -> float:
    """How bright a picture is as a whole: its mean luminance in stops below white."""
    return float(np.log2(np.maximum(luminance(linear), _DARKEST)).mean())


def highlights(linear: Floats, amount: float, picture_key: float = responses.CALIBRATION_KEY) -> Floats:
    """Highlights2012, -100..100, on a picture of this `key`. Only -50 and -100 were measured; above 0 mirrors them."""
    return _respond(linear, amount, responses.HIGHLIGHTS, picture_key - responses.CALIBRATION_KEY)


def shadows(linear: Floats, amount: float) -> Floats:
    """Shadows2012, -100..100. Only 50 and 100 were measured; negative amounts mirror them."""
    return _respond(linear, amount, responses.SHADOWS)


def whites(linear: Floats, amount: float) -> Floats:
    """Whites2012, -100..100."""
    return _respond(linear, amount, responses.WHITES)


def blacks(linear: Floats, amount: float) -> Floats:
    """Blacks2012, -100..100."""
    return _respond(linear, amount, responses.BLACKS)


def master_curve(linear: Floats, points: tuple[float, ...]) -> Floats:
    """ToneCurvePV2012 (x1, y1, x2, y2 ... in 0..255) on sRGB-encoded values, keeping the hue.

    As the DNG reference does it: the curve acts on a colour's highest and lowest channel, and the middle one keeps
    its share of the way between them.
    """
    curve = _point_curve(points)
    encoded = np.clip(srgb_encode(linear), 0, 1)
    low, high = encoded.min(axis=-1, keepdims=True), encoded.max(axis=-1, keepdims=True)
    new_low, new_high = _within(curve, low), _within(curve, high)
    span = high - low
    share = np.divide(encoded - low, span, out=np.zeros_like(encoded), where=span > 0)
    return srgb_decode(new_low + share * (new_high - new_low))


def channel_curve(linear: Floats, points: tuple[float, ...]) -> Floats:
    """ToneCurvePV2012Red, -Green or -Blue on one channel: any array, sRGB-encoded inside."""
    return srgb_decode(_within(_point_curve(points), np.clip(srgb_encode(linear), 0, 1)))


def _within(curve: Curve, encoded: Floats) -> Floats:
    return np.clip(curve(encoded), 0, 1)


@lru_cache(maxsize=64)
def _point_curve(points: tuple[float, ...]) -> Curve:
    return natural_spline(np.array(points[0::2]) / 255, np.array(points[1::2]) / 255)


def _respond(linear: Floats, amount: float, response: Response, shift: float = 0.0) -> Floats:
    """A gain in stops that depends on the tone's luminance, interpolated between the measured amounts.

    `shift` is by how many stops this picture is brighter than the measured one.
    """
    if amount == 0:
        return linear
    base = np.log2(np.maximum(luminance(linear), _DARKEST)) - shift
    stops = monotone_spline(BASE_STOPS, _row(response, amount))(base)
    return np.asarray(linear * np.exp2(stops)[..., np.newaxis], dtype=linear.dtype)


def _row(response: Response, amount: float) -> Floats:
    """Stops at BASE_STOPS for any amount: straight lines between 0 and the measured amounts, and on beyond the last."""
    known = {0: (0.0,) * len(BASE_STOPS), **response}
    if max(known) == 0 or min(known) == 0:  # one direction was measured: the other one mirrors it
        known = {**known, **{-at: tuple(-stop for stop in row) for at, row in response.items()}}
    amounts = sorted(known)
    table = np.array([known[at] for at in amounts])
    if not amounts[0] <= amount <= amounts[-1]:
        nearest = amounts[0] if amount < amounts[0] else amounts[-1]
        return np.asarray(np.array(known[nearest]) * (amount / nearest))
    return np.array([np.interp(amount, amounts, column) for column in table.T])

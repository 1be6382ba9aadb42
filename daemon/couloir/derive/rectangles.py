"""Fits a turned rectangle inside a frame, keeping as much of it as possible."""

from __future__ import annotations

import math
from collections.abc import Callable

Rectangle = tuple[float, float, float, float]
"""Centre x, centre y, width, height in pixels, y down. Its angle is passed separately, in degrees clockwise."""

_LEAST_SIDE = 1.0
_GOLDEN = (math.sqrt(5) - 1) / 2
_SEARCH_STEPS = 50
_UPRIGHT = 1e-6  # pixels by which a corner of an upright rectangle may lie off


def fit_inside(wanted: Rectangle, angle: float, frame: tuple[float, float], tolerance: float) -> Rectangle | None:
    """The rectangle of the same angle inside the frame (width, height); None when less than a pixel is left.

    A rectangle that exceeds the frame by at most `tolerance` pixels (rounding) is shrunk about its centre and keeps its
    proportions. One that exceeds it by more becomes the largest rectangle within both it and the frame.
    """
    scale = _largest_scale(wanted, angle, frame)
    center_x, center_y, width, height = wanted
    if max(width, height) * (1 - scale) <= tolerance:
        inside = center_x, center_y, width * scale, height * scale
    else:
        inside = _cut(wanted, angle, frame)
    return inside if min(inside[2:]) >= _LEAST_SIDE else None


def _largest_scale(rectangle: Rectangle, angle: float, frame: tuple[float, float]) -> float:
    """The largest scale, 0..1, at which the rectangle about its centre lies in the frame; 0 if there is none."""
    center_x, center_y, width, height = rectangle
    cos, sin = abs(math.cos(math.radians(angle))), abs(math.sin(math.radians(angle)))
    reach_x, reach_y = (width * cos + height * sin) / 2, (width * sin + height * cos) / 2
    room_x, room_y = min(center_x, frame[0] - center_x), min(center_y, frame[1] - center_y)
    return min(1.0, max(0.0, room_x) / reach_x, max(0.0, room_y) / reach_y)


def _cut(wanted: Rectangle, angle: float, frame: tuple[float, float]) -> Rectangle:
    """The largest rectangle of this angle within both; its size is 0 if they do not overlap.

    In the rectangle's own axes, from its centre, each edge of the frame is a line a x + b y <= d. For given left and
    right sides the top and the bottom then follow, and the height is a concave function of the two sides, so that the
    best right side for each left one, and the best left side, are found by golden section.
    """
    center_x, center_y, width, height = wanted
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    # A point (x, y) of the rectangle lies at centre + (x cos - y sin, x sin + y cos).
    edges = (
        (-cos, sin, center_x),
        (cos, -sin, frame[0] - center_x),
        (-sin, -cos, center_y),
        (sin, cos, frame[1] - center_y),
    )

    def sides(left: float, right: float) -> tuple[float, float]:
        """The highest top and the lowest bottom (y down) for these sides; top beyond bottom when there is none."""
        top, bottom = -height / 2, height / 2
        for a, b, d in edges:
            left_over = d - max(a * left, a * right)
            if abs(b) * height < _UPRIGHT:
                continue  # upright: this edge cuts a side
            if b > 0:
                bottom = min(bottom, left_over / b)
            else:
                top = max(top, left_over / b)
        return top, bottom

    def area(left: float, right: float) -> float:
        """The area; without an overlap, the negative gap between top and bottom, which keeps the function unimodal."""
        top, bottom = sides(left, right)
        return (right - left) * (bottom - top) if bottom > top else bottom - top

    def best_right(left: float) -> float:
        return _best(lambda right: area(left, right), left, width / 2)

    if abs(sin) * height < _UPRIGHT:  # the frame's own edges cut the sides
        left, right = max(-width / 2, -center_x), min(width / 2, frame[0] - center_x)
    else:
        left = _best(lambda left: area(left, best_right(left)), -width / 2, width / 2)
        right = best_right(left)
    top, bottom = sides(left, right) if right > left else (0.0, 0.0)
    middle_x, middle_y = (left + right) / 2, (top + bottom) / 2
    return (
        center_x + middle_x * cos - middle_y * sin,
        center_y + middle_x * sin + middle_y * cos,
        max(right - left, 0.0),
        max(bottom - top, 0.0),
    )


def _best(value: Callable[[float], float], low: float, high: float) -> float:
    """The argument at which a unimodal function has its maximum, by golden section."""
    one, other = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    at_one, at_other = value(one), value(other)
    for _ in range(_SEARCH_STEPS):
        if at_one < at_other:
            low, one, at_one = one, other, at_other
            other = low + _GOLDEN * (high - low)
            at_other = value(other)
        else:
            high, other, at_other = other, one, at_one
            one = high - _GOLDEN * (high - low)
            at_one = value(one)
    return (low + high) / 2

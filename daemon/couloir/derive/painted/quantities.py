"""What a brush may have changed, which of Lightroom's local sliders do the same, and which adjustment of Aperture's may
have done it.

A quantity is seen in one channel of the two pictures: their light, or their colours. What a slider
does there is taken from our engine's drawing of it on the whole picture, its probe.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from itertools import product
from types import MappingProxyType
from typing import Final

from couloir.aperture import adjustments as ap
from couloir.aperture.adjustments import Adjustment, Brush
from couloir.lightroom.local.masks import LinearGradient, LocalAdjustment, Mask
from couloir.lightroom.local.settings import LOCAL_SETTINGS


class Channel(StrEnum):
    """In which measure two pictures are compared: stops of light, or a* and b*."""

    LIGHT = "light"
    COLOR = "color"


class Quantity(StrEnum):
    """What a brush changed."""

    LIGHT = "light"
    SATURATION = "saturation"
    CONTRAST = "contrast"
    DEFINITION = "definition"
    SHADOWS = "shadows"
    HIGHLIGHTS = "highlights"
    BALANCE = "balance"

    @property
    def channel(self) -> Channel:
        """Where it is seen."""
        return _CHANNELS.get(self, Channel.LIGHT)


Effect = tuple[Quantity, int]
"""A quantity and the sign of its change, which is always 1 for those with several probes: they have a direction."""

_CHANNELS: Final = {Quantity.SATURATION: Channel.COLOR, Quantity.BALANCE: Channel.COLOR}
ONE_SIGNED: Final = frozenset({Quantity.LIGHT, Quantity.SHADOWS, Quantity.HIGHLIGHTS})
"""Those that change all tones in one direction, or none."""

PROBES: Final[Mapping[Quantity, tuple[Mapping[str, float], ...]]] = MappingProxyType(
    {
        Quantity.CONTRAST: ({"LocalContrast2012": 40.0}, {"LocalExposure2012": 0.4}),  # its pivot is not known
        Quantity.DEFINITION: ({"LocalClarity2012": 40.0},),
        Quantity.SHADOWS: ({"LocalShadows2012": 40.0},),
        Quantity.HIGHLIGHTS: ({"LocalHighlights2012": 40.0},),
        Quantity.SATURATION: ({"LocalSaturation": 40.0},),
        Quantity.BALANCE: ({"LocalTemperature": 20.0}, {"LocalTint": 20.0}),
    }
)
"""Local sliders whose effect is drawn on the whole picture, an amount of 1; several are the axes of a plane. Light
needs none: a stop is a stop.
"""

_EVERYWHERE: Final = Mask(LinearGradient((-2.0, 0.0), (-1.0, 0.0)))


def probe_of(settings: Mapping[str, float]) -> LocalAdjustment:
    """The sliders on the whole picture."""
    return LocalAdjustment("", settings, (_EVERYWHERE,))


def settings_of(quantity: Quantity, amount: float, direction: tuple[float, ...]) -> Mapping[str, float]:
    """Lightroom's local sliders for an amount: stops, or multiples of the probes in a direction of their plane."""
    if quantity is Quantity.LIGHT:
        values = {"LocalExposure2012": amount}
    else:
        values = {
            key: amount * share * value
            for share, probe in zip(direction, PROBES[quantity], strict=True)
            for key, value in probe.items()
        }
    return {key: _within(key, value) for key, value in values.items()}


def _within(key: str, value: float) -> float:
    setting = LOCAL_SETTINGS[key]
    return round(min(max(value, setting.low), setting.high), 2)


_LIGHTER, _DARKER = (Quantity.LIGHT, 1), (Quantity.LIGHT, -1)
_TONE: Final = frozenset({_LIGHTER, _DARKER})
_COLORFUL: Final = frozenset(product((Quantity.SATURATION,), (1, -1)))
_CONTRAST: Final = frozenset({(Quantity.CONTRAST, 1)})
_BALANCE: Final = frozenset({(Quantity.BALANCE, 1)})
_OF_BRUSHES: Final[Mapping[Brush, frozenset[Effect]]] = MappingProxyType(
    {
        Brush.DODGE: frozenset({_LIGHTER}),
        Brush.BURN: frozenset({_DARKER}),
        Brush.POLARIZE: frozenset({_DARKER}),  # a multiplication
        Brush.INTENSIFY_CONTRAST: _CONTRAST,
        Brush.CONTRAST: _CONTRAST,
        Brush.DEFINITION: frozenset({(Quantity.DEFINITION, 1)}),
        Brush.SATURATION: _COLORFUL,
        Brush.VIBRANCY: _COLORFUL,
        Brush.TINT: _BALANCE,
    }
)
_OF_ADJUSTMENTS: Final[Mapping[type[Adjustment], frozenset[Effect]]] = MappingProxyType(
    {
        ap.Exposure: _TONE,
        ap.Levels: _TONE | _CONTRAST,
        ap.Curves: _TONE | _CONTRAST,
        ap.Gamma: _TONE,
        ap.Enhance: _TONE | _COLORFUL | _CONTRAST | frozenset({(Quantity.DEFINITION, 1)}),
        ap.Definition: frozenset({(Quantity.DEFINITION, 1)}),
        ap.BlackWhite: frozenset({(Quantity.SATURATION, -1)}),
        ap.Color: _COLORFUL | _BALANCE,
        ap.WhiteBalance: _BALANCE,
    }
)


def effects_of(adjustment: Adjustment) -> frozenset[Effect]:
    """The changes that it may have made where it was painted; none for what no picture of this size shows."""
    if isinstance(adjustment, ap.QuickBrush):
        return _OF_BRUSHES.get(adjustment.brush, frozenset())
    if isinstance(adjustment, ap.HighlightsShadows):
        lifted = {(Quantity.SHADOWS, 1), _LIGHTER} if adjustment.shadows else set()
        held = {(Quantity.HIGHLIGHTS, -1), _DARKER} if adjustment.highlights else set()
        return frozenset(lifted | held)
    return _OF_ADJUSTMENTS.get(type(adjustment), frozenset())

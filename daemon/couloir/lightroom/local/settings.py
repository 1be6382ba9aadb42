"""The sliders of a local adjustment: keys, units and ranges, and how Lightroom scales what it stores.

Lightroom stores a slider divided by 100, but exposure in quarters of a stop, and hue by 180. Exposure, gradients' and
radial filters' scales were read back from Lightroom Classic by a public tool, and agree with 12,338 edited photos of
another; a slider's ends are those of the panel.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class LocalSetting:
    """One slider. `low` and `high` are the panel's ends in the panel's unit; what is stored is the value / `scale`."""

    key: str
    low: float
    high: float
    scale: float = 100.0


def _all() -> tuple[LocalSetting, ...]:
    both = (
        *("Contrast2012", "Highlights2012", "Shadows2012", "Whites2012", "Blacks2012", "Clarity2012", "Dehaze"),
        *("Texture", "Temperature", "Tint", "Saturation", "Sharpness", "LuminanceNoise", "Moire", "Defringe"),
    )
    return (
        LocalSetting("LocalExposure2012", -4.0, 4.0, 4.0),  # stops
        *(LocalSetting(f"Local{name}", -100.0, 100.0) for name in both),
        LocalSetting("LocalHue", -180.0, 180.0, 180.0),
        LocalSetting("LocalToningHue", 0.0, 360.0, 1.0),  # degrees, stored as they are
        LocalSetting("LocalToningSaturation", 0.0, 100.0),
        LocalSetting("LocalGrain", 0.0, 100.0),
    )


LOCAL_SETTINGS: Final[Mapping[str, LocalSetting]] = MappingProxyType({each.key: each for each in _all()})
"""Every slider by its key."""


def check_local(values: Mapping[str, float]) -> Mapping[str, float]:
    """The sliders' values in the panel's units, in the panel's order.

    Raises ValueError for an unknown key, a value out of range, and no value at all.
    """
    unknown = sorted(values.keys() - LOCAL_SETTINGS.keys())
    if unknown:
        raise ValueError(f"{', '.join(unknown)}: no slider of a local adjustment that Couloir writes")
    if not values:
        raise ValueError("a local adjustment that moves no slider")
    for key, value in values.items():
        setting = LOCAL_SETTINGS[key]
        if not setting.low <= value <= setting.high:  # NaN, too
            raise ValueError(f"{key} cannot be {value}: the range is {setting.low} to {setting.high}")
    return MappingProxyType({key: float(values[key]) for key in LOCAL_SETTINGS if key in values})


def store(key: str, value: float) -> float:
    """The number that Lightroom stores for a slider's value."""
    return value / LOCAL_SETTINGS[key].scale


def show(key: str, stored: float) -> float:
    """The slider's value of a stored number."""
    return stored * LOCAL_SETTINGS[key].scale

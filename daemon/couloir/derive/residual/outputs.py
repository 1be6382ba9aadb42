"""The outputs of a model: corrections of Lightroom's sliders in normalised units, each with a log-variance.

One unit of a slider is a step of about the same visible size for all of them. The sizes are chosen round numbers, not
measurements. They set the scale in which a model is trained and its errors are counted; a model that was made with
other sizes is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Output:
    """One output. `size` is one normalised unit in the physical `unit`; `key` the develop key it adds to.

    White balance has no key of its own, because its keys depend on the kind of photo; nor has colour toning, which
    Lightroom keeps as hue and saturation and a model as the point (x, y) = saturation * (cos hue, sin hue).
    """

    name: str
    unit: str
    size: float
    key: str | None = None


TONING: Final = {
    "shadow": ("SplitToningShadowHue", "SplitToningShadowSaturation"),
    "midtone": ("ColorGradeMidtoneHue", "ColorGradeMidtoneSat"),
    "highlight": ("SplitToningHighlightHue", "SplitToningHighlightSaturation"),
}
"""The develop keys (hue 0..360, saturation 0..100) of each tonal zone of Color Grading."""

OUTPUTS: Final = (
    Output("temperature", "mired", 5.0),
    Output("tint", "slider", 3.0),
    Output("exposure", "stops", 0.1, "Exposure2012"),
    Output("contrast", "slider", 5.0, "Contrast2012"),
    Output("highlights", "slider", 5.0, "Highlights2012"),
    Output("shadows", "slider", 5.0, "Shadows2012"),
    Output("whites", "slider", 5.0, "Whites2012"),
    Output("blacks", "slider", 5.0, "Blacks2012"),
    Output("clarity", "slider", 5.0, "Clarity2012"),
    Output("texture", "slider", 10.0, "Texture"),
    Output("dehaze", "slider", 3.0, "Dehaze"),
    Output("saturation", "slider", 5.0, "Saturation"),
    Output("vibrance", "slider", 5.0, "Vibrance"),
    *(Output(f"toning_{zone}_{axis}", "saturation", 2.0) for zone in TONING for axis in "xy"),
)
"""Every answer in its fixed order. Temperature is Lightroom's slider in reciprocal megakelvins: positive is cooler."""

OUTPUT_NAMES: Final = tuple(output.name for output in OUTPUTS)


def signature() -> str:
    """Names, units and sizes in one line, which a model file must state word for word."""
    return "; ".join(f"{output.name} {output.size:g} {output.unit}" for output in OUTPUTS)

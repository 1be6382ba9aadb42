"""RawTherapee through its own sliders: what each of ours moves there. It is a black box to the loop.

No slider is calibrated to Lightroom's. Each is given the nearest thing that RawTherapee has, at a scale that moves a
picture about as much; some reach in one direction only, and some of ours do nothing there.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from couloir.derive.baseline import CURVES
from couloir.engines.protocol import Photo, Picture
from couloir.engines.real import program
from couloir.lightroom.keys import COLOURS, LINEAR_CURVE
from couloir.lightroom.settings import DevelopSettings

Sections = dict[str, dict[str, object]]

_HUES = (0.0, 30.0, 60.0, 120.0, 180.0, 240.0, 270.0, 300.0)


DRAWS: Final = frozenset(
    (
        *("WhiteBalance", "Temperature", "Tint", "Exposure2012", "Contrast2012", "Highlights2012", "Shadows2012"),
        *("Whites2012", "Blacks2012", "Clarity2012", "Dehaze", "Vibrance", "Saturation", *CURVES.values()),
        *(f"{band}Adjustment{colour}" for band in ("Hue", "Saturation", "Luminance") for colour in COLOURS),
    )
)
"""The settings for which there is something in RawTherapee."""


@dataclass(frozen=True, slots=True)
class White:
    """RawTherapee's (kelvin, green) for a camera's as-shot white, and ours (kelvin, tint) for the same."""

    kelvin: float
    green: float
    ours: tuple[float, float]


class RawTherapeeSliders:
    """`white` by camera-specific calibration; without one white balance stays as shot. `look`: "neutral", "film" (a
    contrasty default) or a camera profile's path.
    """

    name = "rawtherapee"

    def __init__(
        self, white: White | None = None, look: str | Path = "neutral", program: str = "rawtherapee-cli"
    ) -> None:
        self._white = white
        self._look = look
        self._program = program

    def render(self, photo: Photo, settings: DevelopSettings, size: int) -> Picture:
        """See `Renderer.render`."""
        return self.drawn(photo, sections(settings, self._white, self._look), size)

    def drawn(self, photo: Photo, wanted: Sections, size: int) -> Picture:
        """With RawTherapee's own settings."""
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            sidecar, out = home / "settings.pp3", home / "out.png"
            lines = [
                f"[{title}]\n" + "".join(f"{key}={value}\n" for key, value in values.items())
                for title, values in wanted.items()
            ]
            sidecar.write_text("\n".join(lines), encoding="utf-8")
            command = [
                self._program,
                "-q",
                "-Y",
                "-n",
                "-b8",
                "-o",
                str(out),
                "-p",
                str(sidecar),
                "-c",
                str(photo.path),
            ]
            program.run(command, photo.path, self.name, home)
            return program.read_rendering(out, photo.path, self.name, size)


def sections(settings: Mapping[str, object], white: White | None, look: str | Path) -> Sections:
    """RawTherapee's settings for ours."""

    def of(key: str) -> float:
        return float(cast("float", settings.get(key, 0.0)))

    profile = isinstance(look, Path)
    film = look == "film"
    found: Sections = {
        "Version": {"AppVersion": "5.9", "Version": 349},
        "Exposure": {
            "Auto": "false",
            "Compensation": of("Exposure2012"),
            "Brightness": _whole(0.5 * of("Whites2012")) + (20 if film else 0),
            "Contrast": _whole(of("Contrast2012")) + (25 if film else 0),
            "Saturation": _whole(of("Saturation")) + (10 if film else 0),
            "Black": _whole(-25 * of("Blacks2012")),
            "HighlightCompr": 0,
            "HighlightComprThreshold": 0,
            "ShadowCompr": 50,
            "HistogramMatching": "false",
            "CurveMode": "FilmLike",
            "Curve": _curve(settings.get("ToneCurvePV2012", LINEAR_CURVE)),
        },
        "Color Management": {
            "InputProfile": f"file:{look}" if profile else "(cameraICC)",
            "ToneCurve": str(profile).lower(),
            "ApplyLookTable": str(profile).lower(),
            "ApplyBaselineExposureOffset": "true",
            "ApplyHueSatMap": "true",
            "WorkingProfile": "ProPhoto",
            "OutputProfile": "RTv4_sRGB",
            "OutputProfileIntent": "Relative",
        },
        "Sharpening": {"Enabled": "false"},
        "Vibrance": {"Enabled": "true", "Pastels": _whole(of("Vibrance")), "Saturated": _whole(0.3 * of("Vibrance"))},
        "RGB Curves": {
            "Enabled": "true",
            "LumaMode": "false",
            **{f"{c}Curve": _curve(settings.get(f"ToneCurvePV2012{n}", LINEAR_CURVE)) for c, n in _CHANNELS},
        },
        "White Balance": _white(settings, white),
        "HSV Equalizer": {
            "Enabled": "true",
            "HCurve": _bands(settings, "HueAdjustment", 0.05),
            "SCurve": _bands(settings, "SaturationAdjustment", 0.3),
            "VCurve": _bands(settings, "LuminanceAdjustment", 0.3),
        },
    }
    if of("Highlights2012") < 0 or of("Shadows2012") > 0:
        found["Shadows & Highlights"] = {
            "Enabled": "true",
            "Highlights": _whole(max(-of("Highlights2012"), 0.0)),
            "HighlightTonalWidth": 70,
            "Shadows": _whole(max(of("Shadows2012"), 0.0)),
            "ShadowTonalWidth": 30,
            "Radius": 40,
        }
    if (clarity := of("Clarity2012")) > 0:
        found["Local Contrast"] = {
            "Enabled": "true",
            "Radius": 20,
            "Amount": clarity / 100,
            "Darkness": 1,
            "Lightness": 1,
        }
    if (haze := of("Dehaze")) > 0:
        found["Dehaze"] = {"Enabled": "true", "Strength": _whole(haze), "Depth": 25}
    return found


_CHANNELS = (("r", "Red"), ("g", "Green"), ("b", "Blue"))


def _whole(value: float) -> int:
    return max(-16000, min(16000, round(value)))


def _white(settings: Mapping[str, object], white: White | None) -> dict[str, object]:
    if white is None or settings.get("WhiteBalance") != "Custom":
        return {"Enabled": "true", "Setting": "Camera"}
    kelvin, tint = (float(cast("float", settings[key])) for key in ("Temperature", "Tint"))
    mired = 1e6 / white.kelvin + 1e6 / kelvin - 1e6 / white.ours[0]
    green = white.green * 10 ** (-(tint - white.ours[1]) / 300)
    return {"Enabled": "true", "Setting": "Custom", "Temperature": round(1e6 / mired), "Green": round(green, 4)}


def _curve(points: object) -> str:
    flat = cast("tuple[float, ...]", points)
    if tuple(flat) == LINEAR_CURVE:
        return "0;"
    return "1;" + "".join(f"{value / 255:.5f};" for value in flat)


def _bands(settings: Mapping[str, object], slider: str, reach: float) -> str:
    """One of the HSV equaliser's curves: control points at the bands' hues, 0.5 is neutral."""
    amounts = [float(cast("float", settings.get(slider + colour, 0.0))) for colour in COLOURS]
    if not any(amounts):
        return "0;"
    points = (f"{h / 360:.5f};{0.5 + reach * a / 100:.5f};0.35;0.35;" for h, a in zip(_HUES, amounts, strict=True))
    return "1;" + "".join(points)

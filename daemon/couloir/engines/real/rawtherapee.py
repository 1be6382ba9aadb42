"""rawtherapee-cli. It does not read Lightroom's settings; only Exposure has the same meaning in both programs.

All other settings stay neutral. RawTherapee serves as an independent engine and a second reader of camera profiles.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from couloir.engines.protocol import Photo, Picture
from couloir.engines.real import program
from couloir.lightroom.settings import DevelopSettings

DRAWN: Final = frozenset({"Exposure2012"})
"""The settings that RawTherapee draws."""


class RawTherapee:
    """`program`: rawtherapee-cli's name or path; `profile`: a camera profile (.dcp) to apply, curve and look too."""

    name = "rawtherapee"

    def __init__(self, program: str = "rawtherapee-cli", profile: Path | None = None) -> None:
        self._program = program
        self._profile = profile

    def render(self, photo: Photo, settings: DevelopSettings, size: int) -> Picture:
        """See `Renderer.render`. Raises CannotRender, also for any setting but Exposure."""
        program.require(photo.path, self.name, settings, DRAWN)
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            sidecar = home / "settings.pp3"
            sidecar.write_text(_sidecar(settings, size, self._profile), encoding="utf-8")
            return self._draw(photo.path, [sidecar], home, size)

    def render_beside(self, original: Path, profile: Path | None, size: int) -> Picture:
        """The original with a processing profile, or with a neutral one, as `render`. Raises CannotRender."""
        with tempfile.TemporaryDirectory() as folder:
            return self._draw(original, [] if profile is None else [profile], Path(folder), size)

    def _draw(self, original: Path, profiles: Sequence[Path], home: Path, size: int) -> Picture:
        out = home / "out.png"
        chosen = [word for profile in profiles for word in ("-p", str(profile))]
        command = [self._program, "-q", "-Y", "-n", "-b16", "-a", "-o", str(out), *chosen, "-c", str(original)]
        program.run(command, original, self.name, home)
        return program.read_rendering(out, original, self.name, size)


def _sidecar(settings: DevelopSettings, size: int, profile: Path | None) -> str:
    """A processing profile: RawTherapee's neutral one, with these settings, reduced to `size`."""
    sections: dict[str, dict[str, object]] = {
        "Version": {"AppVersion": "5.9", "Version": 349},
        "Exposure": {"Auto": "false", "Compensation": settings.get("Exposure2012", 0.0), "HistogramMatching": "false"},
        "Color Management": {
            "InputProfile": f"file:{profile}" if profile is not None else "(cameraICC)",
            "ToneCurve": "true" if profile is not None else "false",
            "ApplyLookTable": "true" if profile is not None else "false",
            "ApplyBaselineExposureOffset": "true",
            "ApplyHueSatMap": "true",
            "WorkingProfile": "ProPhoto",
            "OutputProfile": "RTv4_sRGB",
            "OutputProfileIntent": "Relative",
        },
        "Resize": {
            "Enabled": "true",
            "AppliesTo": "Cropped area",
            "Method": "Lanczos",
            "DataSpecified": 3,
            "Width": size,
            "Height": size,
            "AllowUpscaling": "false",
        },
        "Sharpening": {"Enabled": "false"},
        "PostResizeSharpening": {"Enabled": "false"},
    }
    lines = []
    for title, values in sections.items():
        lines += [f"[{title}]", *(f"{key}={value}" for key, value in values.items()), ""]
    return "\n".join(lines)

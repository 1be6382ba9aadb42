"""darktable-cli, which reads part of Lightroom's settings from a sidecar.

The settings that have an effect were measured with darktable 4.2: Exposure, Blacks, Clarity, HSL, split toning,
parametric and point curves, post-crop vignette, grain and crop. Contrast, Highlights, Shadows, white balance,
Saturation and Vibrance have none. Its default look differs from Lightroom's.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from couloir.engines.protocol import Photo, Picture
from couloir.engines.real import program
from couloir.lightroom.keys import COLOURS, CROP_KEYS
from couloir.lightroom.metadata import PhotoMetadata
from couloir.lightroom.settings import DevelopSettings
from couloir.lightroom.xmp import ImageFacts, Stamp, write_packet

DRAWN: Final = frozenset(
    {
        *("Exposure2012", "Blacks2012", "Clarity2012", *CROP_KEYS),
        *(f"{slider}Adjustment{name}" for slider in ("Hue", "Saturation", "Luminance") for name in COLOURS),
        *(f"SplitToning{tone}{part}" for tone in ("Shadow", "Highlight") for part in ("Hue", "Saturation")),
        "SplitToningBalance",
        *(f"Parametric{region}" for region in ("Shadows", "Darks", "Lights", "Highlights")),
        *(f"Parametric{split}Split" for split in ("Shadow", "Midtone", "Highlight")),
        *("ToneCurvePV2012", "PostCropVignetteAmount", "PostCropVignetteMidpoint"),
    }
)
"""The settings that darktable draws."""

_STAMP: Final = Stamp("0", "", "")


class Darktable:
    """`program`: darktable-cli's name or path."""

    name = "darktable"

    def __init__(self, program: str = "darktable-cli") -> None:
        self._program = program

    def render(self, photo: Photo, settings: DevelopSettings, size: int) -> Picture:
        """See `Renderer.render`. With no settings darktable's own default look is drawn. Raises CannotRender."""
        program.require(photo.path, self.name, settings, DRAWN)
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            copy = home / f"photo{photo.path.suffix}"
            shutil.copyfile(photo.path, copy)
            if program.list_changes(settings):
                facts = ImageFacts(1, 1, photo.orientation or 1, photo.path.suffix.lstrip("."))
                packet = write_packet(settings, PhotoMetadata(), facts, _STAMP)
                copy.with_suffix(".xmp").write_bytes(packet)
            return self._draw([copy], photo.path, home, size)

    def render_beside(self, original: Path, sidecar: Path | None, size: int) -> Picture:
        """The original with darktable's own sidecar, or with its default look, as `render`. Raises CannotRender."""
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            copy = home / f"photo{original.suffix}"
            shutil.copyfile(original, copy)
            files = [copy]
            if sidecar is not None:
                files.append(home / "photo.history.xmp")
                shutil.copyfile(sidecar, files[-1])
            return self._draw(files, original, home, size)

    def _draw(self, files: Sequence[Path], item: Path, home: Path, size: int) -> Picture:
        out = home / "out.png"
        limits = ["--width", str(size), "--height", str(size), "--hq", "false"]
        core = ["--core", "--library", ":memory:", "--configdir", str(home / "dt"), "--disable-opencl"]
        program.run([self._program, *map(str, files), str(out), *limits, *core], item, self.name, home)
        return program.read_rendering(out, item, self.name, size)

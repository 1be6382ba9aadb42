"""darktable through its own modules: what each of our sliders moves there. It is a black box to the loop.

Settings go into a sidecar as the modules' own parameters (darktable 4.2), so that white balance, contrast and
saturation act, which darktable's import of Lightroom's settings leaves out.
"""

from __future__ import annotations

import struct
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, cast

from couloir.engines.protocol import Photo, Picture
from couloir.engines.real import program
from couloir.lightroom.settings import DevelopSettings

Module = tuple[str, int, bytes]
"""Name, version and parameters of a module in darktable's history."""

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:darktable="http://darktable.sf.net/" darktable:xmp_version="4"
 darktable:auto_presets_applied="0" darktable:history_end="{count}"><darktable:history><rdf:Seq>
{modules}
</rdf:Seq></darktable:history></rdf:Description></rdf:RDF></x:xmpmeta>
"""
_MODULE = (
    '<rdf:li darktable:num="{number}" darktable:operation="{name}" darktable:enabled="1" '
    'darktable:modversion="{version}" darktable:params="{params}" darktable:multi_name="" '
    'darktable:multi_priority="0"/>'
)


DRAWS: Final = frozenset(
    (
        *("WhiteBalance", "Temperature", "Tint", "Exposure2012", "Contrast2012", "Highlights2012", "Shadows2012"),
        *("Whites2012", "Blacks2012", "Vibrance", "Saturation"),
    )
)
"""The settings for which there is something in darktable."""


class DarktableSliders:
    """`neutral`: the camera's as-shot white in its own colours, `ours` the same as (kelvin, tint): from both come the
    multipliers. `filmic` adds darktable's sigmoid tone mapping, a contrasty look, to the linear one.
    """

    name = "darktable"

    def __init__(
        self,
        neutral: Sequence[float],
        ours: tuple[float, float],
        *,
        filmic: bool = False,
        program: str = "darktable-cli",
    ) -> None:
        self._neutral, self._ours, self._filmic = tuple(neutral), ours, filmic
        self._program = program

    def render(self, photo: Photo, settings: DevelopSettings, size: int) -> Picture:
        """See `Renderer.render`."""
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            sidecar, out = home / "settings.xmp", home / "out.png"
            sidecar.write_text(_sidecar(self._modules(settings)), encoding="utf-8")
            limits = ["--width", str(size), "--height", str(size), "--hq", "false"]
            core = ["--core", "--library", ":memory:", "--configdir", str(home / "dt"), "--disable-opencl"]
            command = [self._program, str(photo.path), str(sidecar), str(out), *limits, *core]
            program.run(command, photo.path, self.name, home)
            return program.read_rendering(out, photo.path, self.name, size)

    def _modules(self, settings: Mapping[str, object]) -> list[Module]:
        def of(key: str) -> float:
            return float(cast("float", settings.get(key, 0.0)))

        contrast, brightness = of("Contrast2012") / 100, of("Whites2012") / 150
        saturation, vibrance = of("Saturation") / 100, of("Vibrance") / 100
        black = -of("Blacks2012") / 2500
        modules: list[Module] = [
            # mode, black, exposure, two numbers of the automatic mode, compensation by the camera's own bias
            ("exposure", 6, struct.pack("<iffffi", 0, black, 0.7 + of("Exposure2012"), 50.0, -4.0, 0)),
            # black point, exposure, highlight compression and threshold, contrast, norm, middle grey, brightness, ...
            (
                "basicadj",
                2,
                struct.pack("<fffffifffff", 0, 0, 0, 0, contrast, 1, 18.42, brightness, saturation, vibrance, 0),
            ),
        ]
        shadows, highlights = of("Shadows2012"), of("Highlights2012")
        if shadows or highlights:
            # order, radius, shadows, white point, highlights, -, compress, two colour corrections, flags, -, algorithm
            packed = struct.pack("<iffffffffIfi", 0, 100, shadows, 0, highlights, 0, 50, 100, 50, 127, 1e-6, 0)
            modules.append(("shadhi", 5, packed))
        if self._filmic:
            modules.append(("sigmoid", 1, struct.pack("<ffffif", 1.5, 0, 100, 0.0152, 0, 100)))
        if settings.get("WhiteBalance") == "Custom":
            modules.append(("temperature", 3, struct.pack("<ffff", *self._multipliers(settings), 1.0)))
        return modules

    def _multipliers(self, settings: Mapping[str, object]) -> tuple[float, float, float]:
        """As shot, moved: 100 mired are about half a stop between red and blue, 100 of tint a third of a stop."""
        kelvin, tint = (float(cast("float", settings[key])) for key in ("Temperature", "Tint"))
        warm = (1e6 / self._ours[0] - 1e6 / kelvin) / 100  # a higher temperature on the slider draws warmer
        green = -(tint - self._ours[1]) / 100
        red, middle, blue = self._neutral
        return (
            middle / red * 2 ** (0.5 * warm - 0.3 * green),
            1.0,
            middle / blue * 2 ** (-0.5 * warm - 0.3 * green),
        )


def _sidecar(modules: Sequence[Module]) -> str:
    lines = [
        _MODULE.format(number=number, name=name, version=version, params=params.hex())
        for number, (name, version, params) in enumerate(modules)
    ]
    return _HEAD.format(count=len(modules), modules="\n".join(lines))

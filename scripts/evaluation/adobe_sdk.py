"""Adobe's DNG SDK as a program: fetched from PyPI (`dngpy` carries it as a library and, in its source, as headers).

For development and evaluation only; nothing of it is shipped. Linux with g++.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import platformdirs

VERSION = "0.1.3"
_SOURCE = Path(__file__).with_name("adobe_sdk.cpp")
_TABLES = Path(__file__).with_name("adobe_tables.cpp")
_CACHE = Path(platformdirs.user_cache_dir("couloir")) / f"adobe-sdk-{VERSION}"
_DEFINES = "qLinux=1 UNIX_ENV XMP_64=1 qDNGValidate=1 qDNGValidateTarget=0 qDNGUseXMP=1 qDNGUseLibJPEG=1 qDNGDebug=0"
_HEADERS = ("dng_sdk/source", "libjxl/libjxl/lib/include", "libjxl/client_projects/include")


@dataclass(frozen=True, slots=True)
class Rendering:
    """`shown`: sRGB-encoded 0..1; `camera`: the linear camera colours it began with, which have had `gain` already."""

    shown: np.ndarray
    camera: np.ndarray
    gain: float


class AdobeSdk:
    """The SDK's renderer and its temperature scale. Fetches and builds on first use, about a minute."""

    def __init__(self) -> None:
        self._program = _built(_SOURCE)

    @property
    def samples(self) -> list[Path]:
        """The DNG files that come with the SDK."""
        return sorted((_CACHE / f"dngpy-{VERSION}" / "extern" / "sample_files").glob("*.dng"))

    def render(
        self,
        dng: Path,
        size: int,
        stops: float = 0.0,
        white: tuple[float, float] | None = None,
        profile: Path | None = None,
    ) -> Rendering:
        """Render a DNG with `stops` of exposure and, if given, a white of (kelvin, tint).

        `profile` is a camera profile (.dcp) that stands in for the file's own. Raises RuntimeError when it is refused.
        """
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "out.ppm"
            words = [str(dng), str(out), str(size), str(stops), *(str(value) for value in white or ())]
            words += ["--dcp", str(profile)] if profile is not None else []
            gain = float(self._run("render", *words))
            header, dimensions, _, levels = out.read_bytes().split(b"\n", 3)
            assert header == b"P6"
            columns, rows = (int(word) for word in dimensions.split())
            scene = Path(f"{out}.scene").read_bytes()
        shape = np.frombuffer(scene[:12], "<i4")
        shown = np.frombuffer(levels, ">u2").reshape(rows, columns, 3) / 65535
        return Rendering(shown, np.frombuffer(scene[12:], "<f4").reshape(shape), gain)

    def xy(self, kelvin: float, tint: float) -> tuple[float, float]:
        """The SDK's white point of a temperature and tint."""
        x, y = self._run("temperature", str(kelvin), str(tint)).split()
        return float(x), float(y)

    def temperature(self, xy: tuple[float, float]) -> tuple[float, float]:
        """The SDK's kelvin and tint of a white point."""
        kelvin, tint = self._run("white", str(xy[0]), str(xy[1])).split()
        return float(kelvin), float(tint)

    def _run(self, *words: str) -> str:
        return _ask(self._program, *words)


class AdobeTables:
    """The SDK's reader, writer and drawing of an enhanced profile's table. Fetches and builds on first use."""

    def __init__(self) -> None:
        self._program = _built(_TABLES)

    def decode(self, text: str) -> list[str]:
        """Fingerprint, divisions, primaries, gamma, gamut, least, most, a sum over the samples, and "1" where the SDK
        writes the same text again. Raises RuntimeError for a text that it refuses.
        """
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "table.txt"
            file.write_text(text, encoding="ascii")
            return _ask(self._program, "decode", str(file)).split()

    def find(self, packet: bytes, path: str) -> str:
        """The fingerprint of the table that crs:`path` of a packet names and that the packet carries; else ""."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "packet.xmp"
            file.write_bytes(packet)
            return _ask(self._program, "find", str(file), path).strip()

    def draw(self, text: str, amount: float, light: np.ndarray) -> np.ndarray:
        """Linear ProPhoto light (n, 3) with the table on it."""
        with tempfile.TemporaryDirectory() as folder:
            file, given, drawn = (Path(folder) / name for name in ("table.txt", "light", "drawn"))
            file.write_text(text, encoding="ascii")
            given.write_bytes(light.astype("<f4").tobytes())
            _ask(self._program, "draw", str(file), str(amount), str(given), str(drawn))
            return np.frombuffer(drawn.read_bytes(), "<f4").reshape(-1, 3)


def _ask(program: Path, *words: str) -> str:
    done = subprocess.run([str(program), *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"Adobe's SDK refused {words}: {done.stderr.strip()}")
    return done.stdout


def _built(source: Path) -> Path:
    program = _CACHE / f"{source.stem}-{int(source.stat().st_mtime)}"
    if program.exists():
        return program
    _CACHE.mkdir(parents=True, exist_ok=True)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", f"dngpy=={VERSION}"], check=True)
    headers = _CACHE / f"dngpy-{VERSION}" / "extern"
    if not headers.exists():
        only_source = ["--no-deps", "--no-binary", ":all:", "--dest", str(_CACHE), f"dngpy=={VERSION}"]
        subprocess.run([*pip, "download", *only_source], check=True)
        with tarfile.open(_CACHE / f"dngpy-{VERSION}.tar.gz") as archive:
            archive.extractall(_CACHE, filter="data")
    import dngpy

    library = Path(dngpy.__file__).parent.parent / "lib"
    command = ["g++", "-O2", "-std=c++17", "-w", *(f"-D{each}" for each in _DEFINES.split())]
    command += [f"-I{headers / each}" for each in _HEADERS]
    subprocess.run(
        [*command, str(source), "-o", str(program), str(library / "libdng.so"), f"-Wl,-rpath,{library}"], check=True
    )
    return program

"""Stand-ins for Aperture: scenes of one camera under the default looks of real raw developers, rendered once and kept.

darktable and RawTherapee render the very linear DNG that Adobe's SDK renders too, so that what differs is their look.
"""

from __future__ import annotations

import hashlib
import os
import struct
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from couloir.color.arrays import apply_matrix
from couloir.color.spaces import PROPHOTO_TO_SRGB, srgb_encode
from couloir.color.temperature import planckian_temperature, planckian_xy
from couloir.engines.aperture import raw_boost
from couloir.engines.dng import ColorModel
from couloir.engines.dng.files import linear_dng
from couloir.engines.pixels import encode_jpeg, load_pixels
from couloir.profiles import Pair
from evaluation.scenes import camera_scene, three

SIZE = 400
CAMERA = "Canon EOS 30D"


@dataclass(frozen=True, slots=True)
class Scene:
    """What the camera saw, as pixels and as a DNG file. `model` holds its as-shot neutral."""

    name: str
    file: Path
    camera: np.ndarray
    model: ColorModel


@dataclass(frozen=True, slots=True)
class Cache:
    """A folder of renderings by what they were made from."""

    folder: Path
    made: list[str] = field(default_factory=list)

    def picture(self, suffix: str, facts: tuple[object, ...], make: Callable[[Path], None]) -> np.ndarray:
        """The encoded picture that `make` writes to a path, made at most once for the same facts."""
        name = hashed(repr(facts).encode())
        path = self.folder / f"{name}{suffix}"
        if not path.exists():
            half = self.folder / f"half-{name}{suffix}"
            make(half)
            half.rename(path)
            self.made.append(name)
        return srgb_encode(load_pixels(path, SIZE, orient=True)).astype(np.float32)


def hashed(data: bytes) -> str:
    """A short name for these bytes."""
    return hashlib.blake2b(data, digest_size=12).hexdigest()


def scene(photo: Path, model: ColorModel, folder: Path, tag: str = "") -> Scene:
    """A photograph as this camera would have seen it, with its DNG in `folder`."""
    camera = camera_scene(photo, model, SIZE)
    file = folder / f"{photo.stem}{tag}.dng"
    if not file.exists():
        file.write_bytes(linear_dng(camera, model, CAMERA))
    return Scene(photo.stem, file, np.rint(camera * 65535).astype(np.float32) / np.float32(65535), model)


def relit(of: Scene, mired: float, folder: Path) -> Scene:
    """The same pixels with the camera's white balance set `mired` warmer: what a white balance edit does to both."""
    found = planckian_temperature(of.model.as_shot)
    neutral = of.model.neutral_of(planckian_xy(1e6 / (1e6 / found.kelvin + mired), found.tint))
    edited = replace(of.model, neutral=three(neutral))
    file = folder / f"{of.file.stem}{mired:+g}.dng"
    if not file.exists():
        file.write_bytes(linear_dng(of.camera, edited, CAMERA))
    return replace(of, file=file, model=edited)


def filmic(of: Scene, cache: Cache, stops: float = 0.0) -> np.ndarray:
    """darktable's scene-referred default: exposure +0.7 EV and filmic rgb."""
    return _darktable(of, cache, sidecar(0.7 + stops, with_filmic=True), "none")


def base_curve(of: Scene, cache: Cache, stops: float = 0.0) -> np.ndarray:
    """darktable's display-referred default: the base curve of the camera's maker."""
    return _darktable(of, cache, sidecar(stops, with_filmic=False) if stops else "", "display-referred")


def film_curve(of: Scene, cache: Cache, stops: float = 0.0) -> np.ndarray:
    """RawTherapee's "Standard Film Curve", without its sharpening and lens corrections."""
    curve = "1;0;0;0.11;0.09;0.32;0.43;0.66;0.87;1;1;"
    text = (
        "[Version]\nAppVersion=5.9\nVersion=349\n"
        f"[Exposure]\nAuto=false\nCompensation={stops}\nHistogramMatching=false\nCurveMode=FilmLike\nCurve={curve}\n"
        "[HLRecovery]\nEnabled=true\nMethod=Blend\n"
        "[Color Management]\nInputProfile=(cameraICC)\nWorkingProfile=ProPhoto\nOutputProfile=RTv4_sRGB\n"
    )

    def make(out: Path) -> None:
        with tempfile.TemporaryDirectory() as home:
            settings = Path(home) / "look.pp3"
            settings.write_text(text, encoding="utf-8")
            words = ["rawtherapee-cli", "-q", "-Y", "-n", "-b16", "-o", str(out), "-p", str(settings)]
            _run([*words, "-c", str(of.file)], home)

    return cache.picture(".png", ("rawtherapee", text, of.file.read_bytes()), make)


def boosted(of: Scene, cache: Cache, stops: float = 0.0) -> np.ndarray:
    """A simulation of Aperture, as the JPEG of quality 80 that a preview is; see `boosted_truth`."""

    def make(out: Path) -> None:
        out.write_bytes(encode_jpeg(boosted_truth(of, stops), quality=80))

    return cache.picture(".jpg", ("boost 2", stops, of.file.read_bytes()), make)


def boosted_truth(of: Scene, stops: float = 0.0) -> np.ndarray:
    """The simulation without noise: another matrix, Apple's published boost on each channel, 12 % more saturation."""
    linear = apply_matrix(PROPHOTO_TO_SRGB, of.model.to_prophoto()(of.camera)) * 2.0**stops
    other = np.array([[1.06, -0.04, -0.02], [-0.05, 1.08, -0.03], [0.01, -0.07, 1.06]])
    shown = raw_boost(apply_matrix(other, linear), 1.0)
    grey = (shown @ np.array([0.2126, 0.7152, 0.0722]))[..., np.newaxis]
    return np.clip(srgb_encode(np.clip(grey + 1.12 * (shown - grey), 0, 1)), 0, 1).astype(np.float32)


Look = Callable[..., np.ndarray]
LOOKS: dict[str, Look] = {
    "darktable filmic": filmic,
    "darktable base curve": base_curve,
    "RawTherapee film curve": film_curve,
    "simulated Aperture": boosted,
}


def pair_of(look: Look, of: Scene, cache: Cache) -> Pair:
    """A scene beside what a stand-in makes of it, as a library gives a RAW file and its preview."""
    return Pair(of.name, of.camera, of.model, look(of, cache))


def pairs_of(look: Look, scenes: list[Scene], cache: Cache) -> list[Pair]:
    """Several of them."""
    return [pair_of(look, each, cache) for each in scenes]


def sidecar(stops: float, *, with_filmic: bool) -> str:
    """A darktable sidecar: exposure, and filmic rgb at the values that darktable 4.2 gives it by itself.

    Headless darktable adds filmic to mosaiced RAW files only, not to linear DNGs.
    """
    modules = [("exposure", 6, struct.pack("<iffffi", 0, -1 / 4096, stops, 50.0, -4.0, 1))]
    if with_filmic:
        levels = (18.45, -7.65, 4.56, 0.0, 3.0, 100.0, 100.0, 0.0, 0.0, 18.45, 0.01517634, 100.0, 3.6148162)
        display = (0.01, 1.0, 0.0, 0.0, 0.2)
        modes = (3, 3, 1, 0, 1, 1, 0, 0, 0, 2, 0)
        modules.append(("filmicrgb", 6, struct.pack("<18f11i", *levels, *display, *modes)))
    rows = "".join(
        f'<rdf:li darktable:num="{i}" darktable:operation="{name}" darktable:enabled="1" '
        f'darktable:modversion="{version}" darktable:params="{parameters.hex()}" darktable:multi_name="" '
        'darktable:multi_priority="0"/>'
        for i, (name, version, parameters) in enumerate(modules)
    )
    return (
        '<?xml version="1.0"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:darktable="http://darktable.sf.net/" darktable:xmp_version="4" '
        f'darktable:auto_presets_applied="0" darktable:history_end="{len(modules)}" darktable:iop_order_version="2">'
        f"<darktable:history><rdf:Seq>{rows}</rdf:Seq></darktable:history></rdf:Description></rdf:RDF></x:xmpmeta>"
    )


def _darktable(of: Scene, cache: Cache, xmp: str, workflow: str) -> np.ndarray:
    def make(out: Path) -> None:
        with tempfile.TemporaryDirectory() as home:
            words = ["darktable-cli", str(of.file)]
            if xmp:
                written = Path(home) / "look.xmp"
                written.write_text(xmp, encoding="utf-8")
                words.append(str(written))
            limits = ["--width", str(SIZE), "--height", str(SIZE), "--hq", "false", "--core", "--library", ":memory:"]
            conf = ["--configdir", f"{home}/dt", "--disable-opencl", "--conf", f"plugins/darkroom/workflow={workflow}"]
            _run([*words, str(out), *limits, *conf], home)

    return cache.picture(".png", ("darktable", xmp, workflow, of.file.read_bytes()), make)


def _run(words: list[str], home: str) -> None:
    environment = {**os.environ, "HOME": home, "XDG_CONFIG_HOME": home, "XDG_CACHE_HOME": home}
    subprocess.run(words, check=True, capture_output=True, timeout=120, env=environment)

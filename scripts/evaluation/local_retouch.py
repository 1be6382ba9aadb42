"""Retouching from Aperture's blob to pixels: whether it falls where it was, and what the preview shows of it.

The place: strokes are archived as Aperture does, read, translated, written into a packet, read from the packet's XML
and drawn by our engine; round ones are drawn by darktable, too. With a red disc at the source and without it, what
differs elsewhere is its copy. Around both places the photograph is made grey, so that the whole copy stands out.
The preview: spots on photographs are covered, from other sources and with another edge than ours, or left as they are,
and shown with other tones in a JPEG.
"""

from __future__ import annotations

import io
import math
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from lxml import etree
from PIL import Image

from benchmarks.rows import Row
from couloir.aperture.model import Operation, PixelSize
from couloir.aperture.operations import decode
from couloir.color.spaces import srgb_decode, srgb_encode
from couloir.derive import analytic
from couloir.derive.painted.frame import ShownFrame
from couloir.derive.painted.repaired import SpotState, judge_repairs
from couloir.derive.painted.sources import choose_sources
from couloir.engines.camera_raw.repairs import draw_repairs
from couloir.engines.pixels import fit_size, load_pixels, resize
from couloir.lightroom.local.repairs import Repairs, RetouchedArea, SpotKind
from couloir.lightroom.metadata import PhotoMetadata
from couloir.lightroom.xmp import ImageFacts, Stamp, write_packet
from evaluation.scenes import photographs

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests" / "sample_library"))
from sample_library.archives import Value
from sample_library.operations import Brick
from sample_library.plain import MASTER, plain_version

_EDGE: Final = 1000
_LARGE, _SMALL = 2304, 768
_RADIUS: Final = 24.0  # pixels of the photo
_DISC: Final = 12.0
_CLEARED: Final = 90.0
_RED, _GREY = (0.75, 0.01, 0.01), (0.2, 0.2, 0.2)
_NEAR: Final = 60.0  # how far from its place a copy is looked for
_COPIED: Final = 0.2  # of three encoded values
_FEWEST: Final = 50  # pixels of a copy
_MOST_OFF: Final = 2.0
_MODES: Final = {SpotKind.HEAL: 0, SpotKind.CLONE: 1}  # as Photos numbers them


def measure_retouch(folder: Path, photos: int, skipped: int) -> Iterator[Row]:
    """The rows of both parts."""
    files = list(photographs(folder, photos + skipped))[skipped:]
    off: dict[str, list[float]] = {}
    for number, file in enumerate(files):
        for name, distance in _places(file, number):
            off.setdefault(name, []).append(distance)
    for name, found in off.items():
        worst = max(found)
        unit = f"thousandths of the width, worst of {len(found)}"
        yield Row(f"retouch, place: {name}", worst, unit, f"<= {_MOST_OFF}", worst <= _MOST_OFF)
    counts = {covered: Counter[SpotState]() for covered in (True, False)}
    for number, file in enumerate(files):
        for covered in counts:
            counts[covered].update(_judged(file, number, covered=covered))
    repaired, still = counts[True], counts[False]
    lost = repaired[SpotState.UNCHANGED]
    unit = f"of {repaired.total()}"
    yield Row("retouch, preview: covered spots taken for unchanged ones", lost, unit, "= 0", lost == 0)
    agreed = repaired[SpotState.REPAIRED]
    yield Row("retouch, preview: covered spots that our engine draws alike", agreed, unit)
    unit = f"of {still.total()}"
    yield Row("retouch, preview: untouched spots recognised", still[SpotState.UNCHANGED], unit)
    wrong = still[SpotState.REPAIRED]
    yield Row("retouch, preview: untouched spots taken for repaired as we draw them", wrong, unit, "= 0", wrong == 0)


# The place ----------------------------------------------------------------------------------------------------------


def _places(file: Path, number: int) -> Iterator[tuple[str, float]]:
    """For each way how far a copy lies from its place, in thousandths of the width."""
    linear = load_pixels(file, _EDGE, orient=True)
    rows, columns = linear.shape[:2]
    random = np.random.default_rng(number)
    for kind in SpotKind:
        for form, points in (("spot", 1), ("stroke", 5)):
            start = np.array([random.uniform(0.15, 0.4), random.uniform(0.2, 0.4)]) * (columns, rows)
            offset = np.array([random.uniform(0.3, 0.4), random.uniform(0.3, 0.4)]) * (columns, rows)
            way = [start + np.array([9.0, 4.0]) * step for step in range(points)]
            plain = _colored(linear, _GREY, start, start + offset, radius=_CLEARED)
            marked = _colored(plain, _RED, start + offset, radius=_DISC)
            packet = _packet(kind, way, offset, columns, rows)
            areas = _areas(packet)
            pair = [srgb_encode(np.clip(draw_repairs(each, areas), 0, 1)) for each in (marked, plain)]
            yield f"{kind} {form}, our engine", _off(*pair, at=start)
            if form == "spot" and shutil.which("darktable-cli"):
                shown = [_darktable(each, packet) for each in (marked, plain)]
                yield f"{kind} {form}, darktable", _off(*shown, at=start)


def _colored(linear: np.ndarray, color: tuple[float, float, float], *places: np.ndarray, radius: float) -> np.ndarray:
    """With discs of a colour at these places."""
    rows, columns = linear.shape[:2]
    y, x = np.mgrid[0:rows, 0:columns] + 0.5
    found = linear.copy()
    for at in places:
        found[np.hypot(x - at[0], y - at[1]) < radius] = color
    return found


def _packet(kind: SpotKind, way: Sequence[np.ndarray], offset: np.ndarray, columns: int, rows: int) -> bytes:
    """The packet of a photo with one stroke, by way of the blob that Aperture would hold; places are from the top left,
    as pixels.
    """
    data: list[Value] = [{"xLocation": float(x), "yLocation": float(rows - y), "pressure": 1.0} for x, y in way]
    stroke: Value = {
        "version": 0,
        "mode": _MODES[kind],
        "hasSource": True,
        "sourceOffset": {"x": float(offset[0]), "y": float(-offset[1])},
        "brushStroke": {"version": 0, "radius": _RADIUS, "softness": 0.2, "opacity": 1.0, "data": data},
    }
    inputs: dict[str, Value] = {"inputSize": 20.0, "inputStrokes": [stroke]}
    brick = Brick("RKRetouchOperation", "DGRetouchOperation", "Retouch", 2, inputs)
    read = decode(brick.identifier, brick.archived(), "stroke")
    operation = Operation("uuid", brick.identifier, 0, read.enabled, None, {}, read.adjustment)
    version = plain_version(operation, master_size=PixelSize(columns, rows))
    found = analytic(version, MASTER)
    facts, stamp = ImageFacts(columns, rows, 1, "PNG"), Stamp("0", "", "")
    return write_packet(found.settings, PhotoMetadata(), facts, stamp, repairs=found.repairs)


def _areas(packet: bytes) -> list[RetouchedArea]:
    """As a reader of Adobe's packets has them, and not our writer."""
    found = []
    for area in etree.fromstring(packet).iter("{*}RetouchAreas"):
        for item in area.findall("./{*}Seq/{*}li"):
            fields = {etree.QName(each).localname: each.text for each in item.iter() if each.text}
            for each in item.iter():
                fields |= {etree.QName(key).localname: str(text) for key, text in each.attrib.items()}
            texts = [each.text for each in item.iter("{*}li") if each.text and each.text.startswith("d ")]
            dabs = [tuple(map(float, text.split()[1:])) for text in texts]
            places = dabs or [(float(fields["X"]), float(fields["Y"]))]
            radius = float(fields["Radius"] if dabs else fields["SizeX"])
            source = (float(fields["SourceX"]), float(fields["OffsetY"]))
            feather, opacity = float(fields["Feather"]), float(fields["Opacity"])
            kind = SpotKind(fields["SpotType"])
            found.append(RetouchedArea(kind, tuple((x, y) for x, y in places), source, radius, feather, opacity))
    return found


def _darktable(marked: np.ndarray, packet: bytes) -> np.ndarray:
    with tempfile.TemporaryDirectory(prefix="couloir-") as temporary:
        photo, out = Path(temporary) / "photo.png", Path(temporary) / "out.png"
        Image.fromarray(_levels(srgb_encode(marked))).save(photo)
        photo.with_suffix(".xmp").write_bytes(packet)
        core = ["--core", "--library", ":memory:", "--configdir", f"{temporary}/dt", "--disable-opencl"]
        rows, columns = marked.shape[:2]
        size = ["--width", str(columns), "--height", str(rows)]
        program = ["darktable-cli", str(photo), str(out), *size, *core]
        subprocess.run(program, check=True, capture_output=True, timeout=300)
        return np.asarray(Image.open(out).convert("RGB"), dtype=np.float32) / 255


def _off(drawn: np.ndarray, plain: np.ndarray, *, at: np.ndarray) -> float:
    """How far the middle of the disc's copy lies from its place, in thousandths of the width; infinite where there is
    none. Both are encoded, the second without the disc.
    """
    rows, columns = drawn.shape[:2]
    y, x = np.mgrid[0:rows, 0:columns] + 0.5
    copied = (np.abs(drawn - plain).sum(axis=-1) > _COPIED) & (np.hypot(x - at[0], y - at[1]) < _NEAR)
    if copied.sum() < _FEWEST:
        return math.inf
    across, down = float(x[copied].mean()) - float(at[0]), float(y[copied].mean()) - float(at[1])
    return math.hypot(across, down) / int(columns) * 1000


# The preview --------------------------------------------------------------------------------------------------------


def _judged(file: Path, number: int, *, covered: bool) -> tuple[SpotState, ...]:
    """The judgement of each spot on a photograph of which all, or none, were covered."""
    photo = load_pixels(file, _LARGE, orient=True)
    rows, columns = photo.shape[:2]
    random = np.random.default_rng(1000 + number)
    spots: list[RetouchedArea] = []
    for place in range(8):
        across, down, radius = random.uniform(0.1, 0.9), random.uniform(0.1, 0.9), random.uniform(0.006, 0.02)
        apart = [math.hypot(each.places[0][0] - across, (each.places[0][1] - down) * rows / columns) for each in spots]
        if min(apart, default=1.0) < 0.12:
            continue
        photo = _with_thing(photo, across, down, radius, random, is_colored=bool(place % 2))
        source = (min(across + 2.5 * radius, 0.99), down)
        spots.append(RetouchedArea(SpotKind.HEAL, ((across, down),), source, radius, 0.3, 1.0, is_chosen=place % 3 > 0))
    small = resize(photo, *fit_size(columns, rows, _SMALL))
    frame = ShownFrame(columns, rows)
    repairs = choose_sources(Repairs(tuple(spots)), frame, small)
    shown = _covered_otherwise(photo, repairs, random) if covered else photo
    return judge_repairs(repairs, frame, small, _preview(shown))


def _with_thing(
    photo: np.ndarray, across: float, down: float, radius: float, random: np.random.Generator, *, is_colored: bool
) -> np.ndarray:
    """A soft blob, smaller than the spot: of any colour, or a shadow as dust has."""
    rows, columns = photo.shape[:2]
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    away = np.hypot(x - across * columns, y - down * rows) / (radius * columns)
    under = (0.8 * np.clip(1.3 - 1.5 * away, 0, 1))[..., np.newaxis]
    here = photo[int(down * rows), int(across * columns)]
    color = np.square(random.uniform(0, 1, 3)) if is_colored else 0.3 * here
    return np.asarray(photo + (color - photo) * under, dtype=np.float32)


def _covered_otherwise(photo: np.ndarray, repairs: Repairs, random: np.random.Generator) -> np.ndarray:
    """Every spot covered with a softer edge, and some of those without a stated source from another one."""
    rows, columns = photo.shape[:2]
    for spot in repairs.areas:
        turn, away = random.uniform(0, 2 * math.pi), random.uniform(2.2, 4) * spot.radius
        (x, y), source = spot.places[0], spot.source
        if spot.is_chosen and random.uniform() < 0.2:
            source = (x + away * math.cos(turn), y + away * math.sin(turn) * columns / rows)
        kept = (min(max(source[0], 0.0), 1.0), min(max(source[1], 0.0), 1.0))
        photo = draw_repairs(photo, [RetouchedArea(SpotKind.HEAL, spot.places, kept, spot.radius, 0.5)])
    return photo


def _preview(linear: np.ndarray) -> np.ndarray:
    """A preview with other tones and colours, as a JPEG, at the size at which it is judged."""
    encoded = srgb_encode(np.clip(1.35 * linear, 0, 1))
    encoded = np.clip(encoded + 0.06 * np.sin(6 * (encoded - 0.5)), 0, 1) * (1.0, 0.97, 0.93)
    rows, columns = linear.shape[:2]
    file = io.BytesIO()
    Image.fromarray(_levels(encoded)).resize(fit_size(columns, rows, 1440)).save(file, "JPEG", quality=85)
    shown = srgb_decode(np.asarray(Image.open(file), dtype=np.float32) / 255).astype(np.float32)
    return np.array(resize(shown, *fit_size(columns, rows, _SMALL)))


def _levels(encoded: np.ndarray) -> np.ndarray:
    return np.array(np.rint(np.clip(encoded, 0, 1) * 255), dtype=np.uint8)

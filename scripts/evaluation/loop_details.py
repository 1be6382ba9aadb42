"""Noise, edges, local contrast and corners, through `couloir match`'s own entry on libraries written to disk.

Each photo is a held-out photograph at its own pixels with one edit that acts on details. An Aperture engine with hidden
constants and formulas draws its preview, a JPEG of a random quality, as large as the photo or reduced. A Camera Raw
engine with hidden constants is the renderer. What a match found with details is compared with the same match without
them, and with the formulas' sharpening, at the photo's own pixels (about 1,024 on the long edge), beside the preview as
it was drawn, before any JPEG.
"""

from __future__ import annotations

import hashlib
import io
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
from PIL import Image

from benchmarks.rows import Row
from couloir.aperture.adjustments import (
    Adjustment,
    Definition,
    EdgeSharpen,
    Enhance,
    Exposure,
    NoiseReduction,
    Sharpen,
    Vignette,
)
from couloir.aperture.library import Library
from couloir.color.difference import difference
from couloir.color.spaces import srgb_decode, srgb_encode, srgb_shown
from couloir.derive import analytic
from couloir.derive.details.sharpness import KEYS
from couloir.engines import aperture
from couloir.engines.camera_raw import CameraRawEngine
from couloir.engines.pixels import load_pixels, resize
from couloir.engines.protocol import Photo, Picture
from couloir.engines.real import RawTherapee
from couloir.learn import worlds
from couloir.learn.photographs import HELD_OUT
from couloir.learn.worlds import Split, World
from couloir.lightroom.settings import DevelopSettings, PhotoKind
from couloir.migrate.ledger.verdicts import MatchRecord
from couloir.migrate.match_library import Way, match_library
from couloir.migrate.run import open_ledger
from couloir.refine.options import Options
from evaluation.loop_store import Store
from evaluation.section import Section
from evaluation.translation_library import fill
from sample_library import build_library
from sample_library.roles import Role

SEED: Final = 9_400_000
WORSE: Final = 0.02  # CIEDE2000, mean
_QUALITIES: Final = (60, 75, 83, 90)
_REDUCED: Final = 640
_ORIGINAL: Final = 95
_LEAST: Final = 1000
_MEASURED: Final = {
    "edges": "log of amplitudes",
    "noise": "log of amplitudes",
    "contrast": "log of amplitudes",
    "corners": "stops",
}

Random = np.random.Generator


def _none(_random: Random) -> list[Adjustment]:
    return []


def _edges(random: Random) -> list[Adjustment]:
    return [EdgeSharpen(float(random.choice((0.3, 0.5, 0.81, 1.0))), 0.22, 0.69)]


def _sharpen(random: Random) -> list[Adjustment]:
    return [Sharpen(float(random.choice((1.0, 1.5, 2.0))), float(random.choice((0.3, 0.6, 1.0))))]


def _noise(random: Random) -> list[Adjustment]:
    return [NoiseReduction(float(random.choice((1.0, 2.0, 3.0))), float(random.choice((0.5, 1.0, 2.0))))]


def _definition(random: Random) -> list[Adjustment]:
    amount = float(random.choice((0.2, 0.4, 0.7)))
    return [Definition(amount)] if random.random() < 0.5 else [Enhance(definition=amount)]


def _vignette(random: Random) -> list[Adjustment]:
    radius, intensity = round(random.uniform(0.7, 1.3), 2), round(random.uniform(0.2, 0.8), 2)
    return [Vignette(kind=int(random.random() < 0.3), intensity=float(intensity), radius=float(radius))]


EDITS: Final[dict[str, Callable[[Random], list[Adjustment]]]] = {
    "no edit of details": _none,
    "Edge Sharpen": _edges,
    "Sharpen": _sharpen,
    "Noise Reduction": _noise,
    "Definition": _definition,
    "Vignette": _vignette,
}
"""Random adjustments by the kind of edit; every photo has a usual edit as well."""


@dataclass(frozen=True, slots=True)
class _Program:
    """What RawTherapee does to a photo in place of a hidden Aperture, and the row that stands for it."""

    stated: Adjustment
    section: str
    values: Mapping[str, object]


PROGRAMS: Final[dict[str, Sequence[_Program]]] = {
    "RawTherapee's sharpening": [
        _Program(
            EdgeSharpen(0.5, 0.22, 0.69),
            "Sharpening",
            {"Contrast": 10, "Method": "usm", "Radius": radius, "Amount": amount, "Threshold": "20;80;2000;1200;"},
        )
        for radius, amount in ((0.6, 150), (0.8, 250), (1.2, 250), (0.5, 400))
    ],
    "RawTherapee's noise reduction": [
        _Program(
            NoiseReduction(1.0, 1.0),
            "Directional Pyramid Denoising",
            {"Enhance": "false", "Luma": luma, "Ldetail": 50, "Chroma": 15, "Method": "Lab", "LMethod": "SLI"},
        )
        for luma in (20, 40, 60, 80)
    ],
    "RawTherapee's local contrast": [
        _Program(
            Definition(0.4),
            "Local Contrast",
            {"Radius": radius, "Amount": amount, "Darkness": 1, "Lightness": 1},
        )
        for radius, amount in ((20, 0.3), (40, 0.5), (80, 0.3), (30, 0.8))
    ],
    "RawTherapee's vignette": [
        _Program(
            Vignette(kind=0, intensity=0.4, radius=1.0),
            "PCVignette",
            {"Strength": strength, "Feather": feather, "Roundness": 50},
        )
        for strength, feather in ((0.4, 80), (0.8, 60), (1.2, 90), (0.8, 40))
    ],
}
"""Edits by a real program, of strengths that no row states."""


@dataclass(frozen=True, slots=True)
class _Photo:
    """A photo of a library: its edit, its pixels as stored (linear), the preview as drawn and as a JPEG file."""

    edit: tuple[Adjustment, ...]
    linear: Picture
    original: bytes
    wanted: Picture
    preview: bytes


def measure(folder: Path, store: Store, count: int = 8) -> Section:
    """`folder`: photographs, of which those held out from training are used; `count` photos of each kind of edit, half
    of whose previews are as large as the photo.
    """
    rows: list[Row] = []
    every: list[Mapping[str, Any]] = []
    for place, kind in enumerate(EDITS):
        found = store.of(f"details {kind} {count}", partial(compare, folder, kind, SEED + 1000 * place, count))
        rows += _rows(kind, found)
        every += found
    for place, kind in enumerate(PROGRAMS):
        found = store.of(f"details {kind}", partial(compare, folder, kind, SEED + 100_000 + 1000 * place, 4))
        rows += _rows(kind, found)
        every += found
    worse = sum(each["after"] > each["before"] + WORSE for each in every)
    untouched = [each for each in every if each["kind"] == "no edit of details"]
    moved = sum(bool(each["sliders"]) for each in untouched)
    targets = [
        Row("details: worse at 1,024 pixels", worse, f"of {len(every)}", "0", worse == 0),
        Row("details: moved without such an edit", moved, f"of {len(untouched)}", "0", moved == 0),
    ]
    return Section([*targets, *rows])


def _rows(name: str, found: Sequence[Mapping[str, Any]]) -> list[Row]:
    rows = []
    for size, chosen in (
        ("full size", [each for each in found if each["full"]]),
        ("reduced", [each for each in found if not each["full"]]),
    ):
        if not chosen:
            continue
        title = f"details, {name}, previews of {size}" if size == "full size" else f"details, {name}, previews reduced"
        for when in ("by formula", "before", "after"):
            mean = float(np.mean([each[when] for each in chosen]))
            rows.append(Row(f"{title}, {when}: at 1,024 pixels, mean", mean, "CIEDE2000"))
        for measured, unit in _MEASURED.items():
            told = [each[measured] for each in chosen if each[measured] is not None]
            if told:
                for at, when in enumerate(("before", "after")):
                    mean = float(np.mean([abs(each[at]) for each in told]))
                    rows.append(Row(f"{title}, {when}: gap of {measured}", mean, unit))
        rows.append(Row(f"{title}: sliders set", sum(bool(each["sliders"]) for each in chosen), f"of {len(chosen)}"))
        rows.append(Row(f"{title}: renderings", float(np.mean([e["renderings"] for e in chosen])), "renderings"))
    return rows


def compare(folder: Path, kind: str, seed: int, count: int, split: Split = Split.TEST) -> list[dict[str, Any]]:
    """Match the photos of one kind of edit; for each what was found, before and after its details."""
    found = []
    chosen = _photographs(folder, held_out=split is Split.TEST)
    for number in range(0, count, 4):  # a world, and so a library, for each four
        world = worlds.draw(seed + number, split, kind=PhotoKind.RENDERED)
        random = np.random.Generator(np.random.PCG64([seed + number, 18]))
        places = range(min(4, count - number))
        if kind in PROGRAMS:
            photos = [_draw_program(chosen, PROGRAMS[kind][place], random) for place in places]
        else:
            photos = [_draw(world, chosen, kind, random, full=place % 2 == 0) for place in places]
        with tempfile.TemporaryDirectory() as temporary:
            found += _match(world, photos, kind, Path(temporary))
    return found


def _photographs(folder: Path, *, held_out: bool) -> list[Path]:
    """The photographs of one side, in the order of their keys (`couloir.learn.photographs`), at their own size."""
    files = [path for path in folder.rglob("*") if path.suffix.lower() in (".jpg", ".jpeg")]
    keyed = sorted((hashlib.sha256(path.read_bytes()).hexdigest()[:16], path) for path in files)
    return [path for key, path in keyed if (int(key, 16) % HELD_OUT == 0) == held_out]


def _pick(chosen: Sequence[Path], random: Random) -> tuple[Picture, bytes]:
    """A photograph in its own light, a little changed: linear, and as the file that is the original."""
    linear = np.zeros((1, 1, 3), dtype=np.float32)
    while max(linear.shape[:2]) < _LEAST:
        linear = load_pixels(chosen[int(random.integers(len(chosen)))], None, orient=True)
    balance = np.exp2(random.normal(0, 0.06, 3) + np.clip(random.normal(0, 0.3), -0.8, 0.5)).astype(np.float32)
    original = _jpeg(srgb_encode(np.clip(linear * balance, 0, 1)), _ORIGINAL, subsampling=0)
    return np.asarray(srgb_decode(_decode(original)), dtype=np.float32), original


def _draw_program(chosen: Sequence[Path], program: _Program, random: Random) -> _Photo:
    linear, original = _pick(chosen, random)
    with tempfile.TemporaryDirectory() as folder:
        file, profile = Path(folder) / "photo.jpg", Path(folder) / "photo.pp3"
        file.write_bytes(original)
        lines = [f"{key}={value}" for key, value in {"Enabled": "true", **program.values}.items()]
        profile.write_text(
            "\n".join(["[Version]", "AppVersion=5.9", "Version=349", "", f"[{program.section}]", *lines])
        )
        wanted = RawTherapee().render_beside(file, profile, max(linear.shape[:2]))
    quality, subsampling = int(random.choice(_QUALITIES)), int(random.choice((0, 2)))
    preview = _jpeg(wanted, quality, subsampling=subsampling)
    return _Photo((Exposure(), Enhance(), program.stated), linear, original, wanted, preview)


def _draw(world: World, chosen: Sequence[Path], kind: str, random: Random, *, full: bool) -> _Photo:
    linear, original = _pick(chosen, random)
    edit = [
        Exposure(exposure=float(np.clip(round(random.normal(0, 0.3), 2), -0.9, 0.9))),
        Enhance(contrast=float(np.clip(round(random.normal(0, 0.1), 2), -0.3, 0.3))),
        *EDITS[kind](random),
    ]
    looks = linear
    for each in edit:
        looks = aperture.apply(looks, each, constants=world.aperture)
    wanted = np.asarray(srgb_shown(looks), dtype=np.float32)
    shown = wanted if full else _reduce(wanted)
    quality = int(random.choice(_QUALITIES))
    return _Photo(tuple(edit), linear, original, wanted, _jpeg(shown, quality, subsampling=int(random.choice((0, 2)))))


def _match(world: World, photos: Sequence[_Photo], kind: str, temporary: Path) -> list[dict[str, Any]]:
    package = temporary / "Details.aplibrary"
    role = Role("jpeg", looks=("exposure",), placed=False)
    build_library(package, masters=len(photos), seed=world.seed % 2**31, write_plists=False, roles=[role] * len(photos))
    sizes = [(each.linear.shape[1], each.linear.shape[0]) for each in photos]
    names = fill(
        package, [each.edit for each in photos], [e.original for e in photos], [e.preview for e in photos], sizes
    )
    engine = CameraRawEngine(world.camera_raw)
    with Library.open(package) as library, open_ledger(library, temporary / "out") as ledger:
        way = Way(engine, Options())
        records = {record.version: record for record in match_library(library, ledger, temporary / "out", way)}
        found = []
        for version, master in library.versions_with_masters():
            if not version.shown or master is None or version.uuid not in records:
                continue
            photo = photos[names.index(master.file_name)]
            path = library.original(master).path
            assert path is not None
            formulas = analytic(version, master).settings
            file = Photo(path, PhotoKind.RENDERED)
            found.append(_judge(engine, photo, file, records[version.uuid], formulas, kind))
    return found


def _judge(
    engine: CameraRawEngine,
    photo: _Photo,
    file: Photo,
    record: MatchRecord,
    formulas: DevelopSettings,
    kind: str,
) -> dict[str, Any]:
    after = DevelopSettings(record.settings)
    replaced = {} if record.details is None else record.details.replaced
    kept = {key: value for key, value in after.items() if key not in replaced}
    before = DevelopSettings({**kept, **{key: value for key, value in replaced.items() if value is not None}})
    sharpened = {key: value for key, value in formulas.items() if key in KEYS}
    by_formula = DevelopSettings({**{key: value for key, value in after.items() if key not in KEYS}, **sharpened})
    size = max(photo.wanted.shape[:2])
    told: dict[str, Any] = {"kind": kind, "full": _decode(photo.preview).shape == photo.wanted.shape}
    for when, settings in (("by formula", by_formula), ("before", before), ("after", after)):
        drawn = engine.render(file, settings, size)
        told[when] = difference(drawn, photo.wanted).mean
    details = record.details
    told["edges"] = None if details is None else details.edges
    told["noise"] = None if details is None else details.noise
    told["apart"] = None if details is None else details.apart
    told["why"] = "" if details is None else details.why
    told["renderings"] = 0 if details is None else details.renderings
    told["contrast"] = None if details is None else details.contrast
    told["corners"] = None if details is None else details.corners
    told["sliders"] = {key: after.get(key) for key in replaced}
    told["edit"] = repr(photo.edit[2:])
    told["mean"] = None if record.after is None else record.after.mean
    return told


def _reduce(encoded: Picture) -> Picture:
    rows, columns = encoded.shape[:2]
    ratio = _REDUCED / max(rows, columns)
    linear = np.asarray(srgb_decode(encoded), dtype=np.float32)
    return np.asarray(srgb_encode(resize(linear, round(columns * ratio), round(rows * ratio))), dtype=np.float32)


def _jpeg(encoded: Picture, quality: int, *, subsampling: int) -> bytes:
    file = io.BytesIO()
    levels = np.uint8(np.rint(np.clip(encoded, 0, 1) * 255))
    Image.fromarray(levels).save(file, "JPEG", quality=quality, subsampling=subsampling)
    return file.getvalue()


def _decode(file: bytes) -> Picture:
    with Image.open(io.BytesIO(file)) as opened:
        return np.asarray(np.asarray(opened, dtype=np.float32) / np.float32(255), dtype=np.float32)

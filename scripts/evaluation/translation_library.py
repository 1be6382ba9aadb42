"""Libraries of worlds that no model has seen: originals on disk, edits in rows, previews by a hidden Aperture.

The sample generator makes the library; its edits, originals and previews are then replaced by those of a world. Edits
are written from their values here, in the key sets of Apple's classes, so that a mistake in the reader shows.
"""

from __future__ import annotations

import io
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from couloir.aperture import adjustments as ap
from couloir.color.spaces import srgb_decode, srgb_encode
from couloir.engines.dng.files import linear_dng
from couloir.engines.pixels import encode_jpeg
from couloir.learn import scenes
from couloir.learn.photographs import Photograph
from couloir.learn.scenes import Sample
from couloir.learn.worlds import World
from couloir.lightroom.settings import PhotoKind

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests" / "sample_library"))
from sample_library import build_library
from sample_library.archives import Color, Value
from sample_library.operations import HANDLES, Brick, Inputs
from sample_library.roles import Role

SIZE = (180, 120)
"""Pixels of an original and its preview: enough for their statistics, and for vignettes."""

UNEDITED = 16
"""Photos of a RAW library without edits, for its camera's profile to be learnt from."""

_ORIGINAL_QUALITY, _PREVIEW_QUALITY = 92, 83  # the latter is Aperture's own (RKAdminData.previewQuality 0.8333)
_MAKE, _MODEL = "Leica Camera AG", "M9 Digital Camera"


@dataclass(frozen=True, slots=True)
class Planted:
    """A photo of the library: what it was made of, and the name of its original. Not judged is what a profile sees."""

    sample: Sample
    file_name: str
    judged: bool


def build(folder: Path, world: World, photographs: Sequence[Photograph], count: int) -> list[Planted]:
    """Write a library with `count` photos of a world, edited at random; a RAW world's has unedited ones, too."""
    raw = world.kind is PhotoKind.RAW
    plain = UNEDITED if raw else 0
    role = Role("dng" if raw else "jpeg", looks=("exposure",), placed=False)
    build_library(
        folder, masters=count + plain, seed=world.seed % 2**31, write_plists=False, roles=[role] * (count + plain)
    )
    random = np.random.Generator(np.random.PCG64([world.seed, 13]))
    drawn = [scenes.draw(world, photographs, random, size=SIZE, edited=place < count) for place in range(count + plain)]
    originals = [_original(sample) for sample in drawn]
    samples = [_as_stored(sample, original) for sample, original in zip(drawn, originals, strict=True)]
    previews = [encode_jpeg(sample.preview, _PREVIEW_QUALITY) for sample in samples]
    names = fill(
        folder, [[each.adjustment for each in sample.version.operations] for sample in samples], originals, previews
    )
    return [Planted(each, name, judged=at < count) for at, (each, name) in enumerate(zip(samples, names, strict=True))]


def fill(
    folder: Path,
    edits: Sequence[Sequence[ap.Adjustment]],
    originals: Sequence[bytes],
    previews: Sequence[bytes],
    sizes: Sequence[tuple[int, int]] | None = None,
) -> list[str]:
    """Replace the photos of a generated library, which has as many; the names of their originals. `sizes` are those of
    the originals, SIZE where not stated.
    """
    names = []
    with sqlite3.connect(folder / "Database" / "apdb" / "Properties.apdb") as properties:
        _one_camera(properties)
    with (
        sqlite3.connect(folder / "Database" / "apdb" / "Library.apdb") as library,
        sqlite3.connect(folder / "Database" / "apdb" / "ImageProxies.apdb") as proxies,
    ):
        shown = library.execute(
            "SELECT v.uuid, m.uuid, m.imagePath FROM RKVersion v JOIN RKMaster m ON m.uuid = v.masterUuid"
            " WHERE v.versionNumber = 1 ORDER BY m.modelId"
        ).fetchall()
        for place, (version, master, path) in enumerate(shown):
            original = originals[place]
            (folder / "Masters" / path).write_bytes(original)
            library.execute(
                "UPDATE RKMaster SET fileSize = ?, originalFileSize = ? WHERE uuid = ?",
                (len(original), len(original), master),
            )
            _store_edits(library, version, edits[place])
            (preview,) = proxies.execute(
                "SELECT fullSizePreviewPath FROM RKImageProxyState WHERE versionUuid = ?", (version,)
            ).fetchone()
            file = folder / "Previews" / preview
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(previews[place])
            width, height = SIZE if sizes is None else sizes[place]
            library.execute(
                "UPDATE RKVersion SET masterWidth = ?, masterHeight = ?, processedWidth = ?, processedHeight = ?"
                " WHERE masterUuid = ?",
                (width, height, width, height, master),
            )
            names.append(Path(path).name)
        for table in ("RKMaster", "RKVersion", "RKFolder"):  # the generator throws whole projects away
            library.execute(f"UPDATE {table} SET isInTrash = 0")  # noqa: S608
    return names


def _original(sample: Sample) -> bytes:
    if sample.scene.camera is None or sample.scene.model is None:
        file = io.BytesIO()
        encoded = np.uint8(np.rint(np.clip(srgb_encode(sample.scene.picture), 0, 1) * 255))
        Image.fromarray(encoded).save(file, "JPEG", quality=_ORIGINAL_QUALITY, subsampling=0)
        return file.getvalue()
    return linear_dng(sample.scene.camera, sample.scene.model, _MODEL)


def _as_stored(sample: Sample, original: bytes) -> Sample:
    """The photo as Aperture finds it: a JPEG has its losses before anything is drawn."""
    if sample.world.kind is PhotoKind.RAW:
        return sample
    with Image.open(io.BytesIO(original)) as image:
        encoded = np.asarray(image.convert("RGB"), dtype=np.float32) / np.float32(255)
    return sample.as_stored(np.asarray(srgb_decode(encoded), dtype=np.float32))


def _one_camera(properties: sqlite3.Connection) -> None:
    """Every photo of a library is of one camera, so that a profile is learnt for it."""
    for key, text in (("Make", _MAKE), ("Model", _MODEL)):
        row = properties.execute("SELECT modelId FROM RKUniqueString WHERE stringProperty = ?", (text,)).fetchone()
        if row is None:
            (last,) = properties.execute("SELECT MAX(modelId) FROM RKUniqueString").fetchone()
            row = (last + 1,)
            properties.execute("INSERT INTO RKUniqueString (modelId, stringProperty) VALUES (?, ?)", (row[0], text))
        properties.execute("UPDATE RKExifStringProperty SET stringId = ? WHERE propertyKey = ?", (row[0], key))


def _store_edits(library: sqlite3.Connection, version: str, adjustments: Sequence[ap.Adjustment]) -> None:
    library.execute("DELETE FROM RKImageAdjustment WHERE versionUuid = ?", (version,))
    bricks = [_brick(each) for each in adjustments]
    for number, brick in enumerate(bricks):
        library.execute(
            "INSERT INTO RKImageAdjustment (modelId, uuid, name, versionUuid, adjIndex, isEnabled, data, dbVersion)"
            " VALUES ((SELECT COALESCE(MAX(modelId), 0) + 1 FROM RKImageAdjustment), ?, ?, ?, ?, 1, ?, 0)",
            (f"{version[:18]}{number:04d}", brick.identifier, version, brick.index, brick.archived()),
        )
    edited = any(not brick.is_raw_decode for brick in bricks)
    library.execute(
        "UPDATE RKVersion SET hasAdjustments = ?, hasEnabledAdjustments = ?, adjSeqNum = ? WHERE uuid = ?",
        (int(bool(bricks)), int(edited), len(bricks), version),
    )


def _brick(adjustment: ap.Adjustment) -> Brick:
    """An adjustment as Aperture would store it. Slots beyond 18 are by pattern, in the order of the inspector."""
    match adjustment:
        case ap.RawFineTuning():
            values: Inputs = {
                "inputMethodVersion": adjustment.decoder or "8",
                "inputBoostAmount": adjustment.boost,
                "inputBoostPreserveHueAmount": adjustment.hue_boost,
            }
            return Brick("RKRawDecodeOperation", "DGRawDecodeOperation", "RAW Fine Tuning", 1, values)
        case ap.WhiteBalance():
            return _made("WhiteBalance", 9, _white_balance(adjustment))
        case ap.Exposure():
            values = {
                "inputEV": adjustment.exposure,
                "inputRecoveryEV": adjustment.recovery,
                "inputBias": adjustment.black_point,
                "inputBrightness": adjustment.brightness,
            }
            return _made("Exposure", 10, values)
        case ap.Enhance():
            values = {
                "inputContrast": adjustment.contrast,
                "inputDefinition": adjustment.definition,
                "inputSaturation": adjustment.saturation,
                "inputVibrancy": adjustment.vibrancy,
            }
            for name in ("Black", "Gray", "White"):
                u, v = getattr(adjustment, f"{name.lower()}_tint")
                values |= {f"input{name}UOffset": u, f"input{name}VOffset": v}
            return _made("Enhance", 11, values)
        case ap.Curves():
            return _made("Curves", 14, dict(_curves(adjustment)))
        case ap.HighlightsShadows():
            values = {
                "inputHighlightAmount": adjustment.highlights,
                "inputShadowAmount": adjustment.shadows,
                "inputMidtoneContrast": adjustment.midtone_contrast,
            }
            name = "ShadowHighlight"
            return Brick(f"RK{name}Operation", f"DG{name}V1Operation", "Highlights & Shadows", 17, values, 1)
        case ap.Levels():
            return _made("Levels", 18, dict(_levels(adjustment)))
        case ap.Color():
            return _made("Color", 19, dict(_color(adjustment)))
        case ap.BlackWhite():
            shares = {"R": adjustment.red, "G": adjustment.green, "B": adjustment.blue}
            values = {f"input{name}Value": share or 0.0 for name, share in shares.items()}
            return _made("MonochromeMixer", 20, values)
        case ap.Vignette():
            values = {
                "inputType": adjustment.kind or 0,
                "inputIntensity": adjustment.intensity or 0.0,
                "inputRadius": adjustment.radius or 1.0,
            }
            return _made("Vignette", 26, values)
        case ap.Definition():
            return _made("Definition2", 21, {"inputIntensity": adjustment.intensity or 0.0})
        case ap.NoiseReduction():
            values = {"inputRadius": adjustment.radius or 0.0, "inputEdgeDetail": adjustment.edge_detail or 0.0}
            return _made("NoiseReduction", 22, values)
        case ap.Sharpen():
            values = {"inputRadius": adjustment.radius or 0.0, "inputIntensity": adjustment.intensity or 0.0}
            return _made("Sharpen", 23, values)
        case ap.EdgeSharpen():
            values = {
                "inputSharpness": adjustment.intensity or 0.0,
                "inputEdgeScale": adjustment.edges or 0.0,
                "inputFalloff": adjustment.falloff or 0.0,
            }
            return _made("ProSharpen", 24, values)
        case _:
            raise TypeError(f"{adjustment} is none of the edits that evaluations draw")


def _made(name: str, slot: int, values: Inputs) -> Brick:
    return Brick(f"RK{name}Operation", f"DG{name}Operation", name, slot, values)


def _white_balance(adjustment: ap.WhiteBalance) -> Inputs:
    return {
        "inputColorType": int(adjustment.mode),
        "inputTemperature": adjustment.temperature,
        "inputTint": adjustment.tint,
        "inputGrayColor": Color(*adjustment.gray_color),
        "inputGrayWarmth": adjustment.gray_warmth,
        "inputFaceColor": Color(*adjustment.face_color),
        "inputFaceWarmth": adjustment.face_warmth,
        "inputEV": 0.0,
        "inputSlope": 1.0,
        "inputBias": 0.0,
    }


def _curves(adjustment: ap.Curves) -> Iterator[tuple[str, Value]]:
    for channel in ("RGB", "Red", "Green", "Blue", "Luminance"):
        curve = getattr(adjustment, channel.lower())
        if curve is not None:
            yield f"input{channel}CurvePoints", [{"x": x, "y": y, "editable": True} for x, y in curve.points]


def _levels(adjustment: ap.Levels) -> Iterator[tuple[str, Value]]:
    for channel in ("RGB", "Red", "Green", "Blue"):
        handles = getattr(adjustment, channel.lower())
        for name in HANDLES:
            source, destination = getattr(handles, {"Hilight": "highlight"}.get(name, name.lower()))
            yield f"input{name}Src{channel}", source
            yield f"input{name}Dst{channel}", destination
    yield "inputMode", 2


def _color(adjustment: ap.Color) -> Iterator[tuple[str, Value]]:
    for each in adjustment.ranges:
        stored = {"HueShift": each.hue_shift, "Saturation": each.saturation, "Luminance": each.luminance, "Spread": 1.0}
        for name, value in stored.items():
            yield f"input{each.name.title()}{name}", value or 0.0

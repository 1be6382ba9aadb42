"""Each kind of RAW file through Couloir's own door beside Adobe's DNG SDK, and what files of a kind are refused for.

The SDK's own camera colours of a small file of each kind are kept in tests/engines/dng/raw_kinds.npz, where the tests
hold the reader against them on every computer.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from benchmarks.rows import Row
from couloir.color.difference import difference
from couloir.color.temperature import planckian_xy
from couloir.engines.camera_raw import CameraRawEngine
from couloir.engines.decoding import raw_file
from couloir.engines.dng import ColorModel, baseline, mosaic
from couloir.engines.dng.raw import load_raw
from couloir.engines.protocol import Photo
from couloir.engines.resampling import fit_size, resize
from couloir.errors import CannotRender
from couloir.lightroom.settings import DevelopSettings, PhotoKind
from evaluation.adobe_sdk import AdobeSdk
from evaluation.raw_kinds import Kind, raw_kinds
from evaluation.scenes import CAMERAS, camera_model, camera_scene, photographs
from evaluation.section import Section

KEPT = Path(__file__).resolve().parents[2] / "tests" / "engines" / "dng" / "raw_kinds.npz"
STEP = 7
"""Every how many rows and columns of them are kept."""

SLIPS = ("X-Trans",)
"""Kinds that the SDK draws with a slip of its own: see `sdk_slip`."""

_PHOTO, _SIZE, _REDUCED, _FULL = 1, 600, 200, 100_000
_WARM_WHITES = ((2300.0, 25.0), (2300.0, 40.0), (2000.0, 25.0))


def measure(photos: Path) -> Section:
    """`photos`: a folder of camera JPEGs, one of which is made into files of every kind."""
    sdk = AdobeSdk()
    _, model = camera_model(0)
    photo = list(photographs(photos, 4))[_PHOTO]
    scene = camera_scene(photo, model, _SIZE)
    scene = scene[: scene.shape[0] // 12 * 12, : scene.shape[1] // 12 * 12]
    rows: list[Row] = []
    refused, kinds = 0, 0
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "kind.dng"
        for kind in raw_kinds(scene, model):
            file.write_bytes(kind.data)
            if kind.refused:
                kinds += 1
                refused += _is_refused(file, kind.refused)
            else:
                rows += _rows(sdk, kind, file)
        rows += _whites(sdk, folder, scene)
    told = "kinds that cannot be drawn as they are meant, and are named with the reason"
    rows.append(Row(told, refused, f"of {kinds}", f"= {kinds}", refused == kinds))
    keep(sdk, model)
    return Section(rows)


def _rows(sdk: AdobeSdk, kind: Kind, file: Path) -> Iterator[Row]:
    theirs = sdk.render(file, _FULL)
    ours = CameraRawEngine().render(Photo(file, PhotoKind.RAW), DevelopSettings({}), _FULL)
    mean = difference(theirs.shown, ours.astype(np.float64)).mean
    if kind.name in SLIPS:
        yield Row(f"{kind.name}: as the SDK draws it", mean, "CIEDE2000")
        with sdk_slip():
            mean = float(np.abs(raw_file.decode_raw(file, _FULL) - theirs.camera).mean())
        yield Row(f"{kind.name}: with the SDK's slip, camera colours", mean, "of 1", "<= 0.001", mean <= 0.001)
        return
    yield Row(f"{kind.name}: mean", mean, "CIEDE2000", "mean <= 0.05", mean <= 0.05)
    if "pixels" in kind.name and "crop" not in kind.name:
        return  # the SDK enlarges them first, so that a reduced picture is one of its enlargement
    scene = load_raw(file, lambda _columns, _rows: _REDUCED)
    columns, rows = fit_size(theirs.camera.shape[1], theirs.camera.shape[0], _REDUCED)
    reduced = resize(theirs.camera.astype(np.float32), columns, rows)
    mean = difference(
        baseline(reduced, scene.model, scene.profile).astype(np.float64),
        baseline(scene.camera, scene.model, scene.profile).astype(np.float64),
    ).mean
    yield Row(f"{kind.name}: mean, reduced to a third", mean, "CIEDE2000", "mean <= 0.05", mean <= 0.05)


def _is_refused(file: Path, words: str) -> bool:
    try:
        load_raw(file, lambda _columns, _rows: _REDUCED)
    except CannotRender as error:
        return words in error.message
    return False


def _whites(sdk: AdobeSdk, folder: str, scene: np.ndarray) -> Iterator[Row]:
    """White balances beyond those of lamps, for each camera."""
    file = Path(folder) / "white.dng"
    for i in range(len(CAMERAS)):
        name, model = camera_model(i)
        file.write_bytes(next(raw_kinds(scene, model)).data)
        worst = 0.0
        for white in _WARM_WHITES:
            theirs = sdk.render(file, _FULL, 0.0, white)
            loaded = load_raw(file, lambda _columns, _rows: _FULL)
            ours = baseline(loaded.camera, loaded.model, loaded.profile, white=planckian_xy(*white))
            worst = max(worst, difference(theirs.shown, ours.astype(np.float64)).mean)
        yield Row(f"{name}, 2000 and 2300 K with tint +25 and +40: mean", worst, "CIEDE2000", "<= 0.05", worst <= 0.05)


def small_scene() -> np.ndarray:
    """132 x 144 camera colours of every brightness, with noise, the same every time."""
    random = np.random.default_rng(7)
    y, x = np.mgrid[0:132, 0:144]
    waves = [0.45 + 0.4 * np.sin(x * a + y * b + c) for a, b, c in ((0.09, 0.05, 0), (0.04, 0.11, 2), (0.13, 0.02, 4))]
    scene = np.stack(waves, axis=-1) * (0.25 + 0.75 * x[..., np.newaxis] / 144)
    return np.asarray(np.clip(scene + random.normal(0, 0.02, scene.shape), 0.001, 1))


def keep(sdk: AdobeSdk, model: ColorModel, path: Path = KEPT) -> None:
    """Write down the SDK's camera colours of a small file of each kind that Couloir draws."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "kind.dng"
        for kind in raw_kinds(small_scene(), model):
            if not kind.refused:
                file.write_bytes(kind.data)
                camera = sdk.render(file, _FULL).camera
                found[kind.name] = np.rint(camera[::STEP, ::STEP] * 65535).astype(np.uint16)
    np.savez_compressed(path, **found)


@contextmanager
def sdk_slip() -> Iterator[None]:
    """Interpolate as Adobe's SDK 1.7.1 does where it looks to the west twice and never to the east (dng_mosaic_info).

    In X-Trans's pattern that puts a blue or red neighbour into every ninth pixel's green.
    """
    right = mosaic.kernel

    def kernel(pattern: mosaic.Pattern, color: int, row: int, column: int) -> mosaic.Kernel:
        high, wide = len(pattern), len(pattern[0])
        sides = [pattern[(row + down) % high][(column + across) % wide] for down, across in ((-1, 0), (1, 0), (0, -1))]
        if pattern[row][column] != color and sides == [color] * 3:
            return ((-1, 0, 0.25), (1, 0, 0.25), (0, -1, 0.25), (0, 1, 0.25))
        return right(pattern, color, row, column)

    mosaic.kernel = kernel  # type: ignore[assignment]
    try:
        yield
    finally:
        mosaic.kernel = right

"""The closest look of a real library's edited photos, beside Apple's own previews at 1,024 pixels.

Sliders and curves by `match_library` with Couloir's Camera Raw engine; then a table, which is fitted on half of the
blocks of the loop's working copy, as `couloir match --closest-look` fits it, and judged on the others of the large
picture. It is judged however little it gains: 0.5, which it must gain to be kept, is more than these photos have left.
The least possible is what the preview's own coding costs: our Aperture engine's rendering, coded as the preview is,
beside itself.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.rows import Row
from couloir.aperture.library import Library
from couloir.aperture.model import Master, Version
from couloir.color.difference import ciede2000
from couloir.color.spaces import srgb_to_lab
from couloir.derive import analytic
from couloir.derive.pictures.gather import find_files
from couloir.derive.pictures.preview import load_reference
from couloir.engines.camera_raw import CameraRawEngine
from couloir.engines.protocol import Picture
from couloir.engines.rgb_table import draw_table
from couloir.lightroom.settings import DevelopSettings
from couloir.migrate.ledger.verdicts import MatchRecord
from couloir.migrate.match_library import Way, match_library
from couloir.migrate.report.compare import compare
from couloir.migrate.run import open_ledger
from couloir.refine.color_pair import ColorPair, fit_pairs, pair_of
from couloir.refine.options import Finish, Options
from evaluation.loop_store import Store
from evaluation.section import Section
from measure_previews import measured

SIZE = 1024
LIBRARY = Path("iphoto-9.6.1") / "Test-iPhoto-9.6.1.photolibrary"

_BLOCKS = 8  # along the long edge
_FLOOR = "that rendering coded as the preview is, beside itself"
_PLUS = 0.1


def measure(photos: Path, _store: Store, _count: int) -> Section:
    """`photos`: a folder beside the one of a library whose previews Apple rendered."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder, Library.open(photos.parent / LIBRARY) as library:
        floors = {version.uuid: found[_FLOOR].mean for version, found in measured(library, SIZE) if _FLOOR in found}
        with open_ledger(library, Path(folder)) as ledger:
            way = Way(CameraRawEngine(), Options(finish=Finish.LOOK))
            for found in match_library(library, ledger, Path(folder), way):
                version = library.version(found.version)
                master = library.master(version.master_uuid)
                if found.after is not None and master is not None and version.has_enabled_adjustments:
                    rows += _rows(library, version, master, found, floors[version.uuid])
    return Section(rows)


def _rows(library: Library, version: Version, master: Master, found: MatchRecord, floor: float) -> Iterator[Row]:
    files = find_files(library, version, master)
    assert files.original is not None
    assert files.preview is not None
    translation = replace(analytic(version, master), settings=DevelopSettings(found.settings))
    large = compare(version, master, translation, files.original, files.preview, CameraRawEngine(), SIZE)
    small = pair_of(load_reference(files.preview, files.status), large.rendering)
    assert isinstance(small, ColorPair)
    unseen = _judge(small, large.rendering, large.preview)
    name, limit = f"closest look, {version.name}", floor + _PLUS
    yield Row(f"{name}: as it came, {SIZE} px", large.before.mean, "CIEDE2000")
    yield Row(
        f"{name}: sliders and curves, {SIZE} px", large.after.mean, "CIEDE2000", *_target(large.after.mean, limit)
    )
    yield Row(f"{name}: with a table, unseen blocks, {SIZE} px", unseen, "CIEDE2000", *_target(unseen, limit))
    yield Row(f"{name}: what the preview's coding costs, {SIZE} px", floor, "CIEDE2000")


def _target(value: float, limit: float) -> tuple[str, bool]:
    return f"<= {limit:.2f}", value <= limit


def _judge(small: ColorPair, rendering: Picture, preview: Picture) -> float:
    """Mean CIEDE2000 of the large picture's blocks with the table of the other half of the blocks."""
    board, large_board = _chessboard(small.counted.shape), _chessboard(rendering.shape[:2])
    left = []
    for color in (True, False):
        table = fit_pairs([replace(small, counted=small.counted & (board == color))])
        drawn = rendering if table is None else np.asarray(draw_table(table, rendering), dtype=np.float32)
        delta = ciede2000(srgb_to_lab(drawn), srgb_to_lab(preview))
        left.append(float(delta[large_board != color].mean()))
    return float(np.mean(left))


def _chessboard(shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Squares of the same places at every size."""
    block = max(shape) / _BLOCKS
    y, x = (np.indices(shape) / block).astype(int)
    return np.asarray((x + y) % 2 == 0)

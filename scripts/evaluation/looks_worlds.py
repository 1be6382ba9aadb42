"""The closest look as users get it: `couloir match --closest-look` on hidden libraries, drawn by hidden Camera Raws.

Twice: with Couloir's own engine, on whose rendering the table is fitted, while the hidden Camera Raw draws what was
written; and with the hidden Camera Raw as the renderer, as Lightroom is behind the plug-in.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from benchmarks.rows import Row
from couloir.aperture.library import Library
from couloir.color.difference import difference
from couloir.derive.pictures.gather import find_files
from couloir.derive.pictures.preview import load_reference
from couloir.engines.camera_raw import CameraRawEngine
from couloir.engines.protocol import Photo
from couloir.learn import worlds
from couloir.learn.formulas import TESTED
from couloir.learn.photographs import Photograph, load
from couloir.learn.worlds import Split, World
from couloir.lightroom.embed import extract
from couloir.lightroom.enhanced.rgb_table import RgbTable
from couloir.lightroom.settings import DevelopSettings, PhotoKind
from couloir.lightroom.xmp import XmpContent, read_packet
from couloir.migrate.enhanced.closest import TableDrawing, enhance_matches, has_profile
from couloir.migrate.ledger.verdicts import MatchRecord, matches
from couloir.migrate.match_library import Way, match_library
from couloir.migrate.report.compare import photo_of
from couloir.migrate.run import open_ledger
from couloir.refine.color_pair import ColorPair, fit_pairs, judge_pairs, judge_table, pair_of
from couloir.refine.options import Finish, Options
from evaluation import translation_library
from evaluation.loop_store import Store
from evaluation.section import Section
from evaluation.translation_entry import migrate, run_couloir
from evaluation.translation_library import Planted, build

SEED = 67
SIZE = (576, 384)
"""Pixels of an original and its preview: at the 180 of other evaluations, a JPEG's blocks hide what a table gains."""

_PHOTOS = 8
_WORSE = 0.3  # CIEDE2000


def measure(photos: Path, store: Store, count: int) -> Section:
    """`photos`: a folder of camera JPEGs; `count` libraries, rendered and RAW by turns."""
    translation_library.SIZE = SIZE
    held_out = [each for each in load([photos], 2 * SIZE[0]) if each.held_out]
    found: list[dict[str, float]] = []
    for number in range(count):
        world = worlds.draw(
            SEED * 1_000_003 + number,
            Split.TEST,
            formulas=TESTED[number // 2 % 2],
            kind=PhotoKind.RAW if number % 2 else PhotoKind.RENDERED,
            profiled=False,
        )

        def judged(world: World = world) -> list[dict[str, float]]:
            return _judged(world, held_out)

        found += store.of(f"looks, world {number}, {_PHOTOS} photos of {SIZE[0]} px", judged)
    kinds = (("rendered files", 0.0), ("RAW", 1.0), ("rendered files, measured", 2.0), ("RAW, measured", 3.0))
    return Section([row for name, raw in kinds for row in _rows(name, [each for each in found if each["raw"] == raw])])


def _judged(world: World, photographs: Sequence[Photograph]) -> list[dict[str, float]]:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        library = home / "Hidden.aplibrary"
        planted = build(library, world, photographs, _PHOTOS)
        environment = {**os.environ, "COULOIR_STATE_DIR": str(home / "state")}
        out = migrate(library, home / "out", environment, [])
        run_couloir(["match", str(library), "--to", str(out)], environment)
        sliders = draw_written(world, planted, out)
        run_couloir(["match", str(library), "--to", str(out), "--closest-look"], environment)
        with_profiles = draw_written(world, planted, out)
        measured = _as_lightroom(world, library, home / "measured")
    return [
        {
            "raw": float(world.kind is PhotoKind.RAW),
            "sliders": sliders[name][0],
            "with": with_profiles[name][0],
            "kept": with_profiles[name][1],
        }
        for name in sliders
    ] + measured


def _as_lightroom(world: World, path: Path, out: Path) -> list[dict[str, float]]:
    """The differences that the hidden Camera Raw measures itself: at the start, after the sliders, with profiles."""
    tables: dict[str, RgbTable] = {}
    hidden = CameraRawEngine(world.camera_raw, world.profile, {}, tables)
    way = Way(hidden, Options(renderings=6, finish=Finish.LOOK))
    with Library.open(path) as library, open_ledger(library, out) as ledger:
        edited = {version.uuid for version in library.versions() if version.has_enabled_adjustments}
        sliders = {match.version: match for match in match_library(library, ledger, out, way)}
        least = {uuid: _least(library, match, hidden) for uuid, match in sliders.items() if uuid in edited}
        list(enhance_matches(library, ledger, out, TableDrawing(hidden, tables)))
        after = {match.version: match for match in matches(ledger)}
    return [
        {
            "raw": 2.0 + float(world.kind is PhotoKind.RAW),
            "start": match.before.mean,
            "sliders": match.after.mean,
            "with": found.mean,
            "kept": float(has_profile(after[uuid])),
            "grey": float(bool(match.settings.get("ConvertToGrayscale"))),
            "every": least[uuid][0],
            "seen": least[uuid][1],
        }
        for uuid, match in sliders.items()
        if uuid in edited and match.before and match.after and (found := after[uuid].after) is not None
    ]


def _least(library: Library, match: MatchRecord, hidden: CameraRawEngine) -> tuple[float, float]:
    """What a table would leave of a photo however little it gained: on blocks that it was not fitted on, and on what it
    was fitted on, where only what was done to a part of the picture and the preview's losses are left. Black and white
    photos, and those that cannot be compared, keep what the sliders left.
    """
    assert match.after is not None
    left = match.after.mean
    version = library.version(match.version)
    master = library.master(version.master_uuid)
    assert master is not None
    path = library.original(master).path
    assert path is not None
    if match.settings.get("ConvertToGrayscale"):
        return left, left
    files = find_files(library, version, master)
    drawn = hidden.render(photo_of(version, master, path), DevelopSettings(match.settings), max(SIZE))
    pair = pair_of(load_reference(files.preview, files.status), drawn)
    if not isinstance(pair, ColorPair):
        return left, left
    [unseen] = judge_pairs([pair])
    table = fit_pairs([pair])
    seen = None if table is None else judge_table(table, pair)
    return (left if unseen is None else min(unseen.after, left)), (left if seen is None else min(seen.after, left))


def draw_written(world: World, planted: Sequence[Planted], out: Path) -> Mapping[str, tuple[float, float]]:
    """By original: the hidden Camera Raw's difference to the hidden Aperture, and whether a table is in the XMP."""
    files = {path.name: path for path in out.rglob("*") if path.is_file()}
    found = {}
    for each in planted:
        if not each.judged:
            continue
        original = files[each.file_name]
        packet = _packet(original)
        engine = CameraRawEngine(world.camera_raw, world.profile, {}, packet.tables)
        picture = engine.render(
            Photo(original, world.kind), DevelopSettings(packet.settings), max(each.sample.preview.shape)
        )
        found[each.file_name] = (difference(picture, each.sample.preview).mean, float(bool(packet.tables)))
    return found


def _packet(original: Path) -> XmpContent:
    sidecar = original.with_suffix(".xmp")
    content = sidecar.read_bytes() if sidecar.exists() else extract(original)
    assert content is not None
    return read_packet(content, original.name)


def _rows(name: str, found: Sequence[Mapping[str, float]]) -> Iterator[Row]:
    if not found:
        return
    kept = [each for each in found if each["kept"]]
    worse = sum(each["with"] > each["sliders"] + _WORSE for each in kept)
    everyone = float(np.mean([each["with"] for each in found]))
    target = ("<= 0.6", everyone <= 0.6) if name.endswith("measured") else (None, None)
    yield Row(f"closest look, hidden {name}: photos", float(len(found)), "photos")
    yield Row(f"closest look, hidden {name}: matched", float(np.mean([e["sliders"] for e in found])), "CIEDE2000")
    yield Row(f"closest look, hidden {name}: with profiles", everyone, "CIEDE2000", *target)
    yield Row(f"closest look, hidden {name}: photos with a profile", len(kept) / len(found), "share")
    yield Row(f"closest look, hidden {name}: worse by {_WORSE} with one", float(worse), "photos", "0", worse == 0)
    colored = [each for each in found if "grey" in each and not each["grey"]]
    if colored:
        for key, told in (
            ("every", "least with a table for every colour photo, unseen blocks"),
            ("seen", "least with tables, judged on what they were fitted on"),
        ):
            yield Row(f"closest look, hidden {name}: {told}", float(np.mean([e[key] for e in found])), "CIEDE2000")
        grey = float(np.mean([each["grey"] for each in found]))
        yield Row(f"closest look, hidden {name}: black and white photos, which get none", grey, "share")
        mean = float(np.mean([each["with"] for each in colored]))
        yield Row(f"closest look, hidden {name}: with profiles, colour photos", mean, "CIEDE2000")
    if kept:
        yield Row(
            f"closest look, hidden {name}: of these, matched", float(np.mean([e["sliders"] for e in kept])), "CIEDE2000"
        )
        yield Row(
            f"closest look, hidden {name}: of these, with", float(np.mean([e["with"] for e in kept])), "CIEDE2000"
        )

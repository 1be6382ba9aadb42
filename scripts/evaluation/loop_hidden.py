"""The loop against Camera Raws whose constants were drawn at random and hidden from it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.rows import Row
from couloir.derive.controls import move
from couloir.derive.offsets import SolvedPhoto, fit
from couloir.derive.pictures.preview import Reference, reference_of
from couloir.derive.pictures.working_copy import make_working_copy
from couloir.engines.camera_raw import NOMINAL, Constants, render
from couloir.engines.constants import draw
from couloir.engines.pixels import encode_jpeg, load_pixels
from couloir.engines.protocol import Picture
from couloir.errors import BadImage
from couloir.lightroom.settings import DevelopSettings, PhotoKind
from couloir.refine.match import Match
from couloir.refine.options import MOVED, Finish, Options
from couloir.refine.shared import SharedSlopes
from evaluation.loop_figures import course, rows
from evaluation.loop_store import Store
from evaluation.section import Section

KIND = PhotoKind.RENDERED
STARTS = ("cold start", "prior", "prior, offset and shared corrections")
_CAMERA = 20  # photos to a camera: one drawing of the constants, one bias of the prior
_PREVIEW, _RENDERING = 512, 256  # pixels on the long edge
_EDITED = 0.5  # share of the sliders that an edit moves
_EDIT, _PRIOR, _BIAS = 4.0, 1.2, 1.2  # standard deviations in normalised units: edit, prior's error, camera's share
_OPTIONS = Options(renderings=6, finish=Finish.LOOK)


@dataclass(frozen=True, slots=True)
class _Photo:
    linear: Picture
    constants: Constants
    look: DevelopSettings
    prior: DevelopSettings

    def renderer(self, settings: DevelopSettings) -> Picture:
        return render(self.linear, settings, size=_RENDERING, constants=self.constants)


def measure(photos: Path, store: Store, count: int) -> Section:
    """`photos`: a folder of camera JPEGs; `count` photos with random edits are made of them."""
    found: dict[str, list[dict[str, float]]] = {start: [] for start in STARTS}
    floor: list[float] = []
    for number in range(-(-count // _CAMERA)):
        camera = store.of(f"hidden {number} of {count}", partial(_camera, photos, number, count))
        floor += camera["floor"]
        for start in STARTS:
            found[start] += camera[start]
    last = found[STARTS[2]]
    checked = np.array([each["3"] for each in last])
    worse = sum(each["finished"] > each["0"] for courses in found.values() for each in courses)
    target = [
        Row("hidden Camera Raws, best start, after 3: mean", float(checked.mean()), "CIEDE2000", "<= 1.2",
            bool(checked.mean() <= 1.2)),
        Row("hidden Camera Raws, best start, after 3: share under 2.5", float((checked < 2.5).mean()), "share",
            ">= 0.95", bool((checked < 2.5).mean() >= 0.95)),
        Row("hidden Camera Raws: worse than at the start", float(worse), "photos", "0", worse == 0),
        Row("hidden Camera Raws: photos", float(len(last)), "photos", ">= 300", len(last) >= 300),
    ]  # fmt: skip
    target.append(Row("hidden Camera Raws: left by the true settings, mean", float(np.mean(floor)), "CIEDE2000"))
    for start, courses in found.items():
        made = float(np.mean([each["renderings"] for each in courses]))
        target.append(Row(f"hidden, {start}: renderings made, mean", made, "renderings"))
    every = [row for start, courses in found.items() for row in rows(f"hidden, {start}", courses)]
    return Section([*target, *every])


def _camera(photos: Path, number: int, count: int) -> dict[str, list[Any]]:
    """All photos of one camera, from each start, and what the true settings leave ("floor")."""
    found: dict[str, list[Any]] = {start: [] for start in (*STARTS, "floor")}
    shared: SharedSlopes | None = None
    solved: list[SolvedPhoto] = []
    for photo in _photos(photos, number, min(_CAMERA, count - number * _CAMERA)):
        found[STARTS[0]].append(course(_matched(photo, DevelopSettings({}), None).outcome))
        found[STARTS[1]].append(course(_matched(photo, photo.prior, None).outcome))
        offset = fit(solved).of("camera", "maker", "profile", "decoder")
        begun = move(photo.prior, offset, KIND)
        match = _matched(photo, begun, shared)
        found[STARTS[2]].append(course(match.outcome))
        shared = match.lessons()
        change = {name: value + offset.get(name, 0.0) for name, value in match.change().items()}
        solved.append(SolvedPhoto("camera", "maker", "profile", "decoder", change))
        true = Match.begin(_reference(photo), photo.look, KIND, Options(renderings=1))
        drive(true, photo.renderer)
        found["floor"].append(true.outcome.history[0].difference.mean)
    return found


def _photos(folder: Path, number: int, count: int) -> Iterator[_Photo]:
    """`count` photos of camera `number`; its files begin where the last one's ended, and begin anew at the end."""
    random = np.random.default_rng(number)
    constants = draw(NOMINAL, random)
    bias = {name: float(random.normal() * _BIAS) for name in MOVED}
    files = sorted(folder.glob("*.[jJ][pP]*[gG]"))
    at, made = number * _CAMERA, 0
    while made < count:
        path, at = files[at % len(files)], at + 1
        try:
            linear = load_pixels(path, _PREVIEW, orient=True)
        except BadImage:
            continue
        edit = {name: float(random.normal() * _EDIT) for name in MOVED if random.random() < _EDITED}
        look = move(DevelopSettings({}), edit, KIND)
        error = {name: bias[name] + float(random.normal() * _PRIOR) for name in MOVED}
        made += 1
        yield _Photo(linear, constants, look, move(look, error, KIND))


def _matched(photo: _Photo, start: DevelopSettings, shared: SharedSlopes | None) -> Match:
    match = Match.begin(_reference(photo), start, KIND, _OPTIONS, shared=shared)
    drive(match, photo.renderer)
    return match


def _reference(photo: _Photo) -> Reference:
    preview = render(photo.linear, photo.look, constants=photo.constants)
    return reference_of(make_working_copy(through_jpeg(preview, 90)))


def drive(match: Match, renderer: Callable[[DevelopSettings], Picture]) -> None:
    """Ask and tell to the end; every rendering is a JPEG file of quality 85."""
    while (settings := match.ask()) is not None:
        match.tell(through_jpeg(renderer(settings), 85), settings.as_dict())


def through_jpeg(encoded: Picture, quality: int) -> Picture:
    """As a JPEG file of this quality shows it."""
    with Image.open(io.BytesIO(encode_jpeg(encoded, quality))) as opened:
        decoded: Picture = np.asarray(np.asarray(opened, dtype=np.float32) / np.float32(255), dtype=np.float32)
    return decoded

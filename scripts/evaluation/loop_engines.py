"""The loop between real programs: the look of one matched in another, through that one's own sliders."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path

import numpy as np

from benchmarks.rows import Row
from couloir import profiles
from couloir.derive.controls import move
from couloir.derive.offsets import Offsets, SolvedPhoto, fit
from couloir.derive.pictures.preview import Reference, reference_of
from couloir.derive.pictures.working_copy import make_working_copy
from couloir.engines.protocol import Photo, Picture, Renderer
from couloir.lightroom.settings import DevelopSettings, PhotoKind
from couloir.refine.match import Match
from couloir.refine.options import MOVED, Finish, Options
from couloir.refine.run import not_drawn
from couloir.refine.shared import SharedSlopes
from evaluation import loop_darktable, loop_rawtherapee
from evaluation.adobe_sdk import AdobeSdk
from evaluation.loop_cache import FOLDER, Cached
from evaluation.loop_darktable import DarktableSliders
from evaluation.loop_figures import course, rows
from evaluation.loop_hidden import through_jpeg
from evaluation.loop_rawtherapee import RawTherapeeSliders, Sections, White, sections
from evaluation.loop_scenes import SIZE, Scene, scenes
from evaluation.loop_store import Store
from evaluation.section import Section

COUNT = 24
_FOLDS = 2
_SOLVED = Options(renderings=6, target=0.5)
_MATCHED = Options(renderings=6, target=0.5, finish=Finish.LOOK)


@dataclass(frozen=True, slots=True)
class Pair:
    """A source of looks and a renderer that is to match them, which may learn from the scenes of the other fold.

    `edit`: what both know of a scene's edit, which is the prior. `draws`: the settings that the renderer draws.
    `limit` is what is promised after three corrections, `finished` with the finisher.
    """

    name: str
    source: Callable[[Scene, DevelopSettings], Picture]
    target: Callable[[Scene, Sequence[Scene]], Renderer]
    edit: Callable[[Scene], DevelopSettings]
    draws: frozenset[str]
    limit: float | None = None
    finished: float | None = None


def measure(photos: Path, store: Store) -> Section:
    """`photos`: a folder of camera JPEGs."""
    folder = FOLDER / "scenes"
    every = scenes(photos, COUNT, folder)
    found: dict[str, list[dict[str, float]]] = {}
    targets: list[Row] = []
    for pair in PAIRS:
        results = store.of(f"engines {pair.name}", partial(matched, pair, every))
        found[f"{pair.name}, prior"] = results["prior"]
        found[f"{pair.name}, prior, offset and shared"] = results["offset"]
        targets += _targets(pair, results["offset"])
    every_row = [row for title, courses in found.items() for row in rows(title, courses)]
    return Section([*targets, *every_row])


def _targets(pair: Pair, courses: Sequence[Mapping[str, float]]) -> list[Row]:
    three = float(np.mean([each["3"] for each in courses]))
    finished = float(np.mean([each["finished"] for each in courses]))
    worse = sum(each["finished"] > each["0"] for each in courses)
    found = []
    for told, value, limit in (("after 3", three, pair.limit), ("with the finisher", finished, pair.finished)):
        if limit is not None:
            found.append(Row(f"{pair.name}, {told}: mean", value, "CIEDE2000", f"<= {limit}", value <= limit))
    found.append(Row(f"{pair.name}: worse than at the start", float(worse), "photos", "0", worse == 0))
    return found


def matched(pair: Pair, every: Sequence[Scene]) -> dict[str, list[dict[str, float]]]:
    """Each photo from its prior alone, and from the prior with what the other fold taught."""
    others = [[other for n, other in enumerate(every) if fold(n) != fold(number)] for number in range(len(every))]
    alone = {
        scene.photo.path: solve(pair, scene, pair.target(scene, taught), pair.edit(scene), None, _SOLVED)
        for scene, taught in zip(every, others, strict=True)
    }
    found: dict[str, list[dict[str, float]]] = {
        "prior": [course(match.outcome) for match in alone.values()],
        "offset": [],
    }
    for scene, taught in zip(every, others, strict=True):
        offset = offsets_of(taught, alone).of(scene.camera, scene.maker, "profile", "program")
        shared = shared_of(alone[other.photo.path] for other in taught if other.camera == scene.camera)
        begun = move(pair.edit(scene), offset, PhotoKind.RAW, scene.as_shot)
        match = solve(pair, scene, pair.target(scene, taught), begun, shared, _MATCHED)
        found["offset"].append(course(match.outcome))
    return found


def fold(place: int) -> int:
    """Which half a photo belongs to: both hold both cameras, edited and unedited photos."""
    return place // 4 % _FOLDS


def solve(
    pair: Pair, scene: Scene, renderer: Renderer, start: DevelopSettings, shared: SharedSlopes | None, options: Options
) -> Match:
    """One photo's match to its end."""
    match = Match.begin(
        reference(pair, scene),
        start,
        PhotoKind.RAW,
        options,
        as_shot=scene.as_shot,
        shared=shared,
        fixed=not_drawn(pair.draws),
    )
    while (settings := match.ask()) is not None:
        match.tell(renderer.render(scene.photo, settings, SIZE), settings.as_dict())
    return match


def matched_alone(pair: Pair, scene: Scene) -> list[float]:
    """The best difference after each rendering, from the edit alone."""
    match = solve(pair, scene, pair.target(scene, ()), pair.edit(scene), None, _SOLVED)
    best, found = float("inf"), []
    for each in match.outcome.history:
        best = each.difference.mean if each.kept else best
        found.append(best)
    return found


def reference(pair: Pair, scene: Scene) -> Reference:
    """The source's rendering as a preview: a JPEG."""
    return reference_of(make_working_copy(through_jpeg(pair.source(scene, pair.edit(scene)), 92)))


def offsets_of(others: Sequence[Scene], alone: Mapping[Path, Match]) -> Offsets:
    """What the solved photos of the other fold have in common."""
    return fit(
        [
            SolvedPhoto(scene.camera, scene.maker, "profile", "program", alone[scene.photo.path].change())
            for scene in others
        ]
    )


def shared_of(solved: Iterable[Match]) -> SharedSlopes:
    """What these photos' renderings taught."""
    shared = SharedSlopes.empty(MOVED)
    for match in solved:
        shared = shared.join(match.lessons())
    return shared


@cache
def sdk() -> AdobeSdk:
    """Adobe's DNG SDK, fetched and built once."""
    return AdobeSdk()


class _Adobe:
    """The SDK's own default look, of whose settings it knows exposure."""

    name = "adobe-sdk"

    def render(self, photo: Photo, settings: DevelopSettings, size: int) -> Picture:
        """See `Renderer.render`."""
        exposure = float(str(settings.get("Exposure2012", 0.0)))
        return sdk().render(photo.path, size, exposure).shown.astype(np.float32)


@cache
def white_of(file: Path, as_shot: tuple[float, float]) -> White:
    """RawTherapee's kelvin and green of a camera's as-shot white, searched for on one file: it does not tell them."""
    photo = Photo(file, PhotoKind.RAW)
    plain = sections(DevelopSettings({}), None, "neutral")
    wanted = _rawtherapee_as(plain, photo)
    best, kelvin, green = float("inf"), 5500.0, 1.0
    for step_kelvin, step_green in ((500.0, 0.1), (200.0, 0.04), (80.0, 0.015), (20.0, 0.004)):
        nearer = True
        while nearer:
            nearer, middle = False, (kelvin, green)
            for by_kelvin in (-1, 0, 1):
                for by_green in (-1, 0, 1):
                    trial = (middle[0] + by_kelvin * step_kelvin, middle[1] + by_green * step_green)
                    white = {"Enabled": "true", "Setting": "Custom", "Temperature": round(trial[0]), "Green": trial[1]}
                    off = float(np.abs(_rawtherapee_as({**plain, "White Balance": white}, photo) - wanted).mean())
                    if off < best:
                        nearer, best, (kelvin, green) = True, off, trial
    return White(kelvin, green, as_shot)


def _rawtherapee_as(wanted: Sections, photo: Photo) -> Picture:
    return RawTherapeeSliders().drawn(photo, wanted, 96)


def _white(scene: Scene) -> White:
    # The first scene of each camera: one search for all of its photos.
    first = scene.photo.path.with_name(f"scene-{0 if scene.camera.startswith('Canon') else 1:02}.dng")
    return white_of(first, scene.as_shot)


def _rawtherapee(scene: Scene, look: str | Path = "neutral") -> Renderer:
    white = _white(scene)
    return Cached(RawTherapeeSliders(white, look), {"white": [white.kelvin, white.green], "look": str(look)})


def darktable(scene: Scene, *, filmic: bool) -> Renderer:
    """darktable with its linear look, or with its filmic one."""
    return Cached(DarktableSliders(scene.model.neutral, scene.as_shot, filmic=filmic), {"filmic": filmic})


def profiled(pair: Pair, name: str) -> Pair:
    """The pair with a camera profile under the target's sliders, learnt from default looks in the other fold."""

    def target(scene: Scene, taught: Sequence[Scene]) -> Renderer:
        return _rawtherapee(scene, _profile(pair, scene.camera, tuple(s for s in taught if s.camera == scene.camera)))

    return replace(pair, name=name, target=target)


_PROFILES: dict[tuple[str, tuple[Path, ...]], Path] = {}


def _profile(pair: Pair, camera: str, taught: Sequence[Scene]) -> Path:
    """The profile's file, learnt once for each fold and camera; its name tells it from others of the same kind."""
    key = (pair.name, tuple(scene.photo.path for scene in taught))
    if key not in _PROFILES:
        neutral = DevelopSettings({})
        pairs = [
            profiles.Pair(scene.photo.path.stem, scene.pixels, scene.model, pair.source(scene, neutral))
            for scene in taught
        ]
        content = profiles.profile_bytes(profiles.learn(pairs, camera).profile)
        folder = FOLDER / "profiles"
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{hashlib.sha256(content).hexdigest()[:16]}.dcp"
        file.write_bytes(content)
        _PROFILES[key] = file
    return _PROFILES[key]


_LINEAR = Pair(
    "darktable in RawTherapee",
    lambda scene, edit: darktable(scene, filmic=False).render(scene.photo, edit, SIZE),
    lambda scene, _: _rawtherapee(scene),
    lambda scene: scene.edit,
    loop_rawtherapee.DRAWS,
    limit=1.5,
    finished=1.2,
)
_FILM = Pair(
    "RawTherapee in darktable",
    lambda scene, edit: _rawtherapee(scene, "film").render(scene.photo, edit, SIZE),
    lambda scene, _: darktable(scene, filmic=False),
    lambda scene: scene.edit,
    loop_darktable.DRAWS,
    limit=1.5,
    finished=1.2,
)
_ADOBE = Pair(
    "Adobe's SDK in RawTherapee",
    lambda scene, edit: Cached(_Adobe()).render(scene.photo, edit, SIZE),
    lambda scene, _: _rawtherapee(scene),
    lambda scene: scene.exposure,
    loop_rawtherapee.DRAWS,
)
PAIRS = (
    _LINEAR,
    profiled(replace(_ADOBE, finished=2.0), "Adobe's SDK in RawTherapee, learnt profile"),
    _FILM,
    profiled(replace(_LINEAR, limit=None, finished=None), "darktable in RawTherapee, learnt profile"),
    _ADOBE,
)

"""Real runs behind the simulated library: photographs in hidden worlds, translated, matched, and drawn with the
corrections of others.

Every world has a hidden Camera Raw and a hidden Aperture (`couloir.learn.worlds`, test split: half of them with
formulas that no training world has). In each, some edits are stamped onto several photographs with small changes, as
Aperture's users lift and stamp. Couloir translates every photo, and its loop matches it against the world's Camera Raw,
as a migration and a match do. What is kept of a photo is what those runs measured, and how its picture answers to
the sliders: the sums of squares of its slopes, drawn by the hidden engine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from couloir.aperture.adjustments import Adjustment, Enhance, Exposure, RawFineTuning
from couloir.aperture.model import Operation
from couloir.color.difference import Difference, difference
from couloir.color.spaces import srgb_decode, srgb_to_lab
from couloir.derive.controls import move
from couloir.derive.pictures.preview import reference_of
from couloir.derive.pictures.working_copy import make_working_copy
from couloir.derive.translator import PhotoContext, Translator
from couloir.learn import edits, photographs, scenes, worlds
from couloir.learn.photographs import Photograph
from couloir.learn.scenes import Sample
from couloir.learn.worlds import Split, World
from couloir.lightroom.settings import DevelopSettings, PhotoKind
from couloir.refine.match import Match
from couloir.refine.options import MOVED, Options
from couloir.refine.shared import SharedSlopes
from evaluation.loop_hidden import through_jpeg

SEED: Final = 9_700_000
SIZE: Final = (144, 96)
_CHANGED: Final = 0.5  # share of stamped photos that were changed a little after
_STEP: Final = 0.5  # normalised units of a slope
_QUALITY: Final = 85

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Run:
    """One photo's runs. `seen`: translated by its pictures, or by its adjustments alone. `moved`: from its translation
    to its match, by MOVED. `before`, `after`: (mean, p95).

    Around the match, the mean square difference in Lab with weights is `square - 2 pull x + x' curve x`, x in
    normalised units. `lent`: real renderings with others' corrections: (what was added, mean, p95).
    """

    world: int
    edit: int  # -1: unedited
    kind: str
    seen: bool
    photo: int
    renderings: int
    moved: Vector
    before: tuple[float, float]
    after: tuple[float, float]
    square: float
    pull: Vector
    curve: NDArray[np.float64]
    lent: tuple[tuple[Vector, float, float], ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "world": self.world, "edit": self.edit, "kind": self.kind, "seen": self.seen, "photo": self.photo,
            "renderings": self.renderings,
            "moved": self.moved.round(4).tolist(), "before": self.before, "after": self.after, "square": self.square,
            "pull": self.pull.round(5).tolist(), "curve": self.curve[np.tril_indices(len(MOVED))].round(5).tolist(),
            "lent": [[added.round(4).tolist(), mean, p95] for added, mean, p95 in self.lent],
        }  # fmt: skip

    @classmethod
    def from_dict(cls, kept: dict[str, Any]) -> Run:
        """The inverse of `as_dict`."""
        lower = np.zeros((len(MOVED), len(MOVED)))
        lower[np.tril_indices(len(MOVED))] = kept["curve"]
        return cls(
            kept["world"], kept["edit"], kept["kind"], kept["seen"], kept["photo"], kept["renderings"],
            np.array(kept["moved"]),
            tuple(kept["before"]), tuple(kept["after"]), kept["square"], np.array(kept["pull"]),
            lower + np.tril(lower, -1).T,
            tuple((np.array(added), mean, p95) for added, mean, p95 in kept["lent"]),
        )  # fmt: skip


@dataclass(slots=True)
class _Made:
    sample: Sample
    begun: DevelopSettings
    run: Run


def gather(folder: Path, count: int, stamped: int, members: int, start: int = 0) -> Iterator[Run]:
    """`folder`: photographs, of which those held out from training are used; `count` worlds with `stamped` edits on
    `members` photos each, and in RAW worlds as many unedited ones.
    """
    held_out = [each for each in photographs.load([folder], max(SIZE)) if each.held_out]
    for number in range(start, start + count):
        yield from _world(worlds.draw(SEED + number, Split.TEST), number, held_out, stamped, members)


def _world(world: World, number: int, held_out: Sequence[Photograph], stamped: int, members: int) -> Iterator[Run]:
    random = np.random.Generator(np.random.PCG64([world.seed, 21]))
    samples = [
        (edit, place, _stamped(world, held_out, random, edit))
        for edit in range(-1 if world.kind is PhotoKind.RAW else 0, stamped)
        for place in range(members)
    ]
    for seen in (True, False):
        shared: SharedSlopes | None = None
        made: list[_Made] = []
        for edit, place, sample in samples:
            # Nothing but the frame was edited: a migration does not look at its pictures.
            begun, uncertainty = _translate(sample, seen=seen and edit >= 0)
            match = _match(sample, begun, uncertainty, shared)
            if match.outcome.after is None:
                continue  # a trap
            shared = match.lessons()
            made.append(_Made(sample, begun, _run_of(sample, begun, match, (number, edit, seen, place))))
        yield from _lend(made)


def _lend(made: Sequence[_Made]) -> Iterator[Run]:
    """Each photo's run, with real renderings under the corrections of others of its edit and of its camera."""
    for each in made:
        others = [other.run.moved for other in made if other is not each and other.run.edit == each.run.edit]
        camera = [other.run.moved for other in made if other is not each and other.run.edit >= 0]
        means = [np.mean(those, axis=0) for those in (others, camera) if those]
        lent = []
        for added in (*means, *(0.5 * mean for mean in means), *others[:2]):
            found = _differ(each.sample, _added(each, added))
            lent.append((added, found.mean, found.p95))
        yield replace(each.run, lent=tuple(lent))


def _stamped(world: World, held_out: Sequence[Photograph], random: np.random.Generator, edit: int) -> Sample:
    """A photo of the world with the edit of this number, perhaps changed a little after it was stamped."""
    sample = scenes.draw(world, held_out, random, size=SIZE, edited=False)
    changed = random.random() < _CHANGED
    stops, contrast = random.normal(0, 0.15), random.normal(0, 0.05)
    if edit < 0:
        return sample
    drawn = np.random.Generator(np.random.PCG64([world.seed, 22, edit]))
    found: list[Adjustment] = []
    while not found:
        found = edits.draw(drawn, as_shot=sample.scene.as_shot)
    if changed:
        found = [_change(each, float(stops), float(contrast)) for each in found]
    if world.kind is PhotoKind.RAW:
        found.insert(0, RawFineTuning(decoder=world.decoder, boost=1.0))
    made = tuple(
        Operation(str(place), type(each).__name__, place * 1_000_000, True, None, {}, each)  # noqa: FBT003
        for place, each in enumerate(found)
    )
    return replace(sample, version=replace(sample.version, operations=made)).as_stored(sample.scene.picture)


def _change(adjustment: Adjustment, stops: float, contrast: float) -> Adjustment:
    if isinstance(adjustment, Exposure):
        return replace(adjustment, exposure=float(np.clip((adjustment.exposure or 0.0) + stops, -2, 2)))
    if isinstance(adjustment, Enhance):
        return replace(adjustment, contrast=float(np.clip((adjustment.contrast or 0.0) + contrast, -1, 1)))
    return adjustment


def _translate(sample: Sample, *, seen: bool) -> tuple[DevelopSettings, Any]:
    preview = np.asarray(srgb_decode(through_jpeg(sample.preview, 83)), dtype=np.float32)
    plain = replace(sample, plain=True)
    known = PhotoContext(
        pictures=(plain.original(), preview) if seen else (None, None),
        as_shot=sample.scene.as_shot,
        profile="learnt" if sample.world.profiled else "",
        scene=plain.scene_of_file() if seen else None,
    )
    found = Translator().translate_one(sample.version, sample.master, known)
    return found.settings, found.uncertainty


def _match(sample: Sample, begun: DevelopSettings, uncertainty: Any, shared: SharedSlopes | None) -> Match:
    reference = reference_of(make_working_copy(through_jpeg(sample.preview, 83)))
    match = Match.begin(
        reference, begun, sample.world.kind, Options(), prior=uncertainty, as_shot=sample.scene.as_shot, shared=shared
    )
    while (settings := match.ask()) is not None:
        match.tell(through_jpeg(sample.render([settings])[0], _QUALITY))
    return match


def _differ(sample: Sample, settings: DevelopSettings) -> Difference:
    return difference(through_jpeg(sample.render([settings])[0], _QUALITY), through_jpeg(sample.preview, 83))


def _added(made: _Made, added: Vector) -> DevelopSettings:
    changes = {name: float(value) for name, value in zip(MOVED, added, strict=True)}
    return move(made.begun, changes, made.sample.world.kind, made.sample.scene.as_shot)


def _run_of(sample: Sample, begun: DevelopSettings, match: Match, place: tuple[int, int, bool, int]) -> Run:
    change = match.change()
    moved = np.array([change.get(name, 0.0) for name in MOVED])
    end = match.outcome.settings
    kind, as_shot = sample.world.kind, sample.scene.as_shot
    tried = [end, *(move(end, {name: _STEP}, kind, as_shot) for name in MOVED)]
    drawn = srgb_to_lab(sample.render(tried)).reshape(len(tried), -1, 3)
    target = srgb_to_lab(sample.preview).reshape(-1, 3)
    chroma = np.hypot(target[:, 1], target[:, 2])
    weights = np.stack(
        [
            1 / (1 + 0.015 * (target[:, 0] - 50) ** 2 / np.sqrt(20 + (target[:, 0] - 50) ** 2)),
            *(1 / (1 + 0.045 * chroma),) * 2,
        ],
        axis=1,
    )
    left = ((target - drawn[0]) * weights).reshape(-1)
    slopes = ((drawn[1:] - drawn[0]) * weights / _STEP).reshape(len(MOVED), -1)
    pixels = len(target)
    before, after = _differ(sample, begun), _differ(sample, end)
    world_kind = "rendered" if kind is PhotoKind.RENDERED else "RAW, learnt profile" if sample.world.profiled else "RAW"
    return Run(
        *place[:2], world_kind, *place[2:], match.outcome.renderings, moved,
        (before.mean, before.p95), (after.mean, after.p95),
        float(left @ left / pixels), slopes @ left / pixels, slopes @ slopes.T / pixels,
    )  # fmt: skip

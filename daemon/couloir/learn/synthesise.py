"""Synthetic pairs: shards of worlds, each computed from its seed alone.

A data set is the same on one core, on many, or on a cluster. Shards that exist are not computed again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from couloir import __version__
from couloir.color.spaces import srgb_decode
from couloir.derive import analytic
from couloir.derive.features import extract, under
from couloir.derive.offsets import FEWEST, SolvedPhoto, fit
from couloir.derive.prior import Prior
from couloir.derive.residual.classes import PhotoClass, classes_of, mask_of
from couloir.derive.residual.correction import Correction
from couloir.derive.residual.outputs import OUTPUT_NAMES, OUTPUTS
from couloir.json_text import to_json
from couloir.learn import dataset, scenes, worlds
from couloir.learn.dataset import Pairs, upper, validating_world
from couloir.learn.photographs import Photograph
from couloir.learn.scenes import Sample
from couloir.learn.solve import Solution, Vector, solve
from couloir.learn.worlds import Split, World
from couloir.workers import Workers

PHOTOS: Final = 24
"""Photos of a world."""
WORLDS: Final = 4
"""Worlds of a shard."""
VALIDATE_SHARE: Final = 3
"""One shard of validation worlds for so many of training."""
PLAIN_SHARE: Final = 0.5
"""The share of photos that are seen as a migration sees them, not as the plug-in does."""
FACTS: Final = "synthesis.json"

_SIZES: Final = np.array([output.size for output in OUTPUTS])


@dataclass(frozen=True, slots=True)
class Job:
    """One shard: the data set's `seed`, the shard's `number`, the split of its worlds, how many worlds and photos."""

    seed: int
    number: int
    split: Split = Split.TRAIN
    worlds: int = WORLDS
    photos: int = PHOTOS

    @property
    def file_name(self) -> str:
        return f"{self.split}-{self.seed}-{self.number:05d}.npz"


def plan_jobs(pairs: int, seed: int) -> list[Job]:
    """The shards of a data set with at least so many training pairs, and those of validation worlds among them."""
    shards = -(-pairs // (PHOTOS * WORLDS))
    jobs = []
    for number in range(shards):
        if number % VALIDATE_SHARE == 0:
            jobs.append(Job(seed, number // VALIDATE_SHARE, Split.VALIDATE, WORLDS, PHOTOS))
        jobs.append(Job(seed, number, worlds=WORLDS, photos=PHOTOS))
    return jobs


def synthesise(
    folder: Path,
    jobs: Sequence[Job],
    photographs: Sequence[Photograph],
    workers: Workers,
    told: Callable[[int, int], None],
) -> int:
    """Make the shards that are not in the folder yet; returns how many. `told(done, of)` is called after each.

    Raises OSError as writing does.
    """
    folder.mkdir(parents=True, exist_ok=True)
    missing = [job for job in jobs if not (folder / job.file_name).exists()]
    facts = {
        "couloir": __version__,
        "photographs": sorted(photograph.key for photograph in photographs),
        "pixels": list(scenes.SIZE),
    }
    dataset.write(folder / FACTS, to_json(facts, indent=1).encode() + b"\n")
    for done, (job, data) in enumerate(workers.run(shard, list(photographs), missing), 1):
        dataset.write(folder / job.file_name, data)
        told(done, len(missing))
    return len(missing)


def shard(photographs: Sequence[Photograph], job: Job) -> bytes:
    """One shard's bytes, from its seed and the photographs alone."""
    wanted = [photograph for photograph in photographs if photograph.held_out == (job.split is Split.TEST)]
    new, parts = job.split is Split.VALIDATE, []
    for number in range(job.number * job.worlds, (job.number + 1) * job.worlds):
        world = worlds.draw(job.seed * 1_000_003 + number, job.split)
        samples, solutions = solve_world(world, wanted, job.photos)
        parts.append(describe_world(validating_world(number) if new else number, samples, solutions))
    return dataset.to_bytes(Pairs.join(parts))


def solve_world(world: World, photographs: Sequence[Photograph], count: int) -> tuple[list[Sample], list[Solution]]:
    """`count` photos of a world with their labels.

    A share of PLAIN_SHARE has the original that Couloir draws of the file: so a migration sees photos. The others have
    Lightroom's own, as the plug-in sends it.
    """
    split = list(Split).index(world.split)
    random = np.random.Generator(np.random.PCG64([world.seed, split, 2]))
    plain = np.random.Generator(np.random.PCG64([world.seed, split, 4])).random(count) < PLAIN_SHARE
    samples = [replace(scenes.draw(world, photographs, random), plain=bool(each)) for each in plain]
    return samples, [solve(sample, analytic(sample.version, sample.master).settings) for sample in samples]


def describe_world(number: int, samples: Sequence[Sample], solutions: Sequence[Solution]) -> Pairs:
    """The pairs of one world: each photo's offset is fitted to some of the others, ten at least."""
    random = np.random.Generator(np.random.PCG64([samples[0].world.seed, 3]))
    features, shifted, offsets = [], [], []
    for index, sample in enumerate(samples):
        others = [other for other in range(len(samples)) if other != index]
        fewest = min(FEWEST, len(others))
        some = random.choice(others, size=int(random.integers(fewest, len(others) + 1)), replace=False)
        offset = offset_of(sample.world, [solutions[other] for other in sorted(some)])
        plain, moved = extract_full(sample, offset)
        features.append(plain)
        shifted.append(moved)
        offsets.append(offset)
    return Pairs(
        features=np.stack(features),
        shifted=np.stack(shifted),
        offset=np.stack(offsets).astype(np.float32),
        change=np.stack([solution.change for solution in solutions]).astype(np.float32),
        metric=np.stack([upper(solution.metric) for solution in solutions]),
        before=np.array([solution.before for solution in solutions], dtype=np.float32),
        after=np.array([solution.after for solution in solutions], dtype=np.float32),
        world=np.full(len(samples), number, dtype=np.int32),
        classes=np.array([mask_of(classes_of_sample(sample)) for sample in samples], dtype=np.int32),
    )


def classes_of_sample(sample: Sample) -> frozenset[PhotoClass]:
    """The classes of a sample, its profile and white balance known."""
    prior = sample.prior
    return classes_of(sample.version, sample.master, profiled=prior.profiled, as_shot=prior.as_shot)


def offset_of(world: World, solutions: Sequence[Solution]) -> Vector:
    """The camera's offset as `couloir.refine` fits it to solved photos, in normalised units, one number an output."""
    camera, profile = world.camera, "learnt" if world.profiled else world.kind.value
    found = fit(
        [
            SolvedPhoto(
                camera.name, camera.maker, profile, world.decoder, dict(zip(OUTPUT_NAMES, s.change, strict=True))
            )
            for s in solutions
        ]
    ).of(camera.name, camera.maker, profile, world.decoder)
    return np.array([found.get(name, 0.0) for name in OUTPUT_NAMES])


def extract_full(sample: Sample, offset: Vector) -> tuple[dataset.Numbers, dataset.Numbers]:
    """The features of a sample with all inputs, without an offset and with `offset` in normalised units.

    Training removes the inputs that may be missing in use.
    """
    preview, original = np.asarray(srgb_decode(sample.preview), dtype=np.float32), sample.original()
    version, master, prior = sample.version, sample.master, sample.prior
    plain = extract(version, master, preview=preview, original=original, prior=prior)
    if not offset.any():  # this camera's photos gained nothing by one, and a translation then stands without
        return plain, plain
    physical = dict(zip(OUTPUT_NAMES, (offset * _SIZES).tolist(), strict=True))
    moved = Prior(prior.profiled, Correction(None, physical), prior.as_shot)
    return plain, under(plain, version, master, original, moved)

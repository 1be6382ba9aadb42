"""What nobody could mend: the sliders that fit best by our engine, drawn by the hidden Camera Raw.

Without a rendering by Lightroom nobody knows the look of Adobe's profile for a camera, nor how its sliders answer
exactly. So settings that fit perfectly by our engine still miss in the hidden one. Three floors, each the least that
the model's sliders leave on top of the analytic translation:

- `by_ours`: fitted by our nominal engine under the profile that Couloir knows, drawn by the hidden one;
- `by_look`: fitted by our nominal engine under the hidden profile, as one rendering of an unedited photo tells it;
- `by_hidden`: fitted by the hidden engine itself, as matching in Lightroom does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from couloir.color.spaces import srgb_decode, srgb_encode
from couloir.engines import camera_raw
from couloir.engines.dng import PLAIN, Profile
from couloir.engines.pixels import resize
from couloir.engines.protocol import Picture
from couloir.learn import scenes
from couloir.learn.scenes import Sample
from couloir.learn.solve import apply, solve
from couloir.lightroom.settings import DevelopSettings


@dataclass(frozen=True, slots=True)
class Floors:
    """Mean CIEDE2000 in the hidden Camera Raw; see the module."""

    by_ours: float
    by_look: float
    by_hidden: float


def find_floors(
    sample: Sample, start: DevelopSettings, learnt: Profile | None, missed: Callable[[DevelopSettings], float]
) -> Floors:
    """The floors of a photo from its analytic settings, under a learnt profile that everybody knows, or Adobe's.

    `missed` draws settings by the hidden engine and compares.
    """
    small = _reduced(sample)
    world = small.world
    hidden = replace(world, profile=learnt or world.profile)
    look = replace(hidden, camera_raw=camera_raw.NOMINAL)
    ours = replace(look, profile=learnt or PLAIN)
    least = []
    for known in (ours, look, hidden):
        seen = replace(small, world=known)
        found = solve(seen, start)
        least.append(missed(apply(seen, start, found.change)))
    return Floors(*least)


def _reduced(sample: Sample) -> Sample:
    """The photo at the size that labels are solved at."""

    def reduced(picture: Picture) -> Picture:
        return np.ascontiguousarray(resize(picture, *scenes.SIZE), dtype=np.float32)

    scene = sample.scene
    camera = None if scene.camera is None else reduced(scene.camera)
    preview = np.asarray(srgb_encode(reduced(np.asarray(srgb_decode(sample.preview), dtype=np.float32))), np.float32)
    return replace(sample, scene=replace(scene, picture=reduced(scene.picture), camera=camera), preview=preview)

"""Learns a camera's profile from its photos and their previews, and judges it on photos that were held out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from couloir.color.difference import Difference, difference
from couloir.engines.aperture import raw_boost
from couloir.engines.dng import HueSatMap, Profile, baseline
from couloir.engines.protocol import Picture
from couloir.errors import NothingToLearn
from couloir.profiles import tone_curve
from couloir.profiles.camera_profile import CameraProfile, Facts
from couloir.profiles.fit import WEIGHTS, Gains, Look, fit, plain
from couloir.profiles.holding_out import rounds
from couloir.profiles.illuminants import BETWEEN, fit_map, identity_map, in_two_lights, kelvin_of
from couloir.profiles.own_edits import OwnEdit, settle
from couloir.profiles.samples import Pair, Samples, most_colorful, take
from couloir.profiles.smoothness import Smoothness, smoothness

PIXELS: Final = 12_000
"""Training pixels of all photos together."""

MOST_PHOTOS: Final = 24
"""The most photos that are trained on."""

LEAST_GAIN: Final = 0.3
"""The least gain, mean CIEDE2000 of the held-out photos, for which a profile is worth installing."""

MOST_WORSE: Final = 0.2
"""CIEDE2000 that a held-out photo may lose before it counts as worse."""

_MOST_WORSE_SHARE: Final = 0.1
_GREY_CHROMA: Final = 0.004
_MISFIT: Final = (
    "its preview does not have the camera's look: it is older than its edits, retouched or of another photo"
)
_SMOOTHER: Final = (1.0, 5.0, 25.0)
"""Factors on the penalties of the table, tried in this order until it does not fold."""

Advance = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class PhotoJudgement:
    """A photo under Camera Raw's default and under a profile that was learnt without it."""

    name: str
    before: Difference
    after: Difference

    @property
    def is_worse(self) -> bool:
        """Whether the profile made the photo's difference from its preview larger."""
        return self.after.mean > self.before.mean + MOST_WORSE


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A photo that is not learnt from, with the reason in one sentence.

    `failed` says that its original or preview is damaged or lost, as opposed to one that does not suit.
    """

    name: str
    reason: str
    failed: bool = False


@dataclass(frozen=True, slots=True)
class LearntProfile:
    """A learnt profile with its judgement. `judged` are held-out photos. `corrected` are photos that seem to have been
    edited; their colours are used after that edit is removed. `cast`, stops of red, green and blue, is common to all
    previews; a profile cannot carry it, so the white balance has to.
    """

    profile: CameraProfile
    look: Look
    judged: tuple[PhotoJudgement, ...]
    left_out: tuple[LeftOut, ...]
    trained_on: tuple[str, ...]
    corrected: Mapping[str, OwnEdit]
    smooth: Smoothness
    cast: tuple[float, float, float]

    @property
    def before(self) -> Difference:
        """The mean over the judged photos under Camera Raw's default."""
        return _mean([each.before for each in self.judged])

    @property
    def after(self) -> Difference:
        """The mean over the judged photos under the profile."""
        return _mean([each.after for each in self.judged])

    @property
    def verdict(self) -> str:
        """The reason why the profile should not be installed; "" when it should."""
        worse = [each.name for each in self.judged if each.is_worse]
        if self.before.mean - self.after.mean < LEAST_GAIN:
            return (
                f"photos that it was not learnt from only improve from {self.before.mean:.2f} to {self.after.mean:.2f}"
            )
        if len(worse) > _MOST_WORSE_SHARE * len(self.judged):
            named = ", ".join(worse[:3])
            return f"it makes {len(worse)} of {len(self.judged)} photos that it was not learnt from worse ({named})"
        return "" if self.smooth.holds else "its table folds: it would reverse the order of neighbouring colours"

    @property
    def accepted(self) -> bool:
        """Whether it brings held-out photos nearer to their previews, and none further away."""
        return not self.verdict


def generic() -> Look:
    """The prior of Aperture's rendering without photos: Apple's published generic RAW boost."""
    return plain(tone_curve.parameters_of(lambda light: np.asarray(np.minimum(raw_boost(light, 1.0), 1.0))))


def learn(
    pairs: Sequence[Pair],
    camera: str,
    *,
    prior: Look | None = None,
    library: str = "",
    decoder: str = "",
    advance: Advance = lambda _done, _total: None,
) -> LearntProfile:
    """Learn the profile "Aperture, CAMERA" from photos of one camera and one RAW decoder.

    `prior` is the look that few photos are pulled towards: another camera's, or Apple's generic one. Raises
    NothingToLearn when fewer than two photos can be used, because a profile must be judged on a held-out one.
    """
    usable, left_out = _usable(pairs)
    if len(usable) < 2:
        told = "; ".join(f"{each.name}: {each.reason}" for each in left_out[:3])
        counted = "1 photo can be used" if usable else "no photo can be used"
        why = f"{counted}, and two are needed to check a profile"
        raise NothingToLearn(item=camera, why=f"{why} ({told})" if told else why)
    known = prior or generic()
    held_out = rounds(usable)
    if not held_out:
        raise NothingToLearn(item=camera, why="all its photos show one scene, and no other photo can judge a profile")
    steps = len(held_out) + 2
    course = _Course(usable, known)
    look, drawn = course.fit_chosen()
    advance(1, steps)
    judged: list[PhotoJudgement] = []
    for i, (training, judges) in enumerate(held_out):
        # All that is chosen from photos is chosen anew without the judges: which ones teach, which are edited or
        # misfits and by how much, how smooth the table is.
        _, without = _Course(training, known).fit_chosen()
        judged += [judge(each, without) for each in judges if each.name not in course.unfit]
        advance(i + 2, steps)
    advance(steps, steps)
    return _told(
        LearntProfile(
            profile=CameraProfile(
                camera=camera,
                look=replace(drawn, name=f"Aperture, {camera}"),
                copyright="Learnt by Couloir from the owner's own library",
            ),
            look=look,
            judged=tuple(judged),
            left_out=(*left_out, *(LeftOut(name, _MISFIT) for name in course.misfits)),
            trained_on=tuple(each.name for each in course.chosen if each.name not in course.misfits),
            corrected={name: edit for name, edit in course.edits.items() if name not in course.misfits},
            smooth=smoothness(drawn),
            cast=course.cast,
        ),
        library,
        decoder,
    )


def train(pairs: Sequence[Pair], prior: Look | None = None) -> Profile:
    """Fit a nameless profile to these photos without judging it; one photo suffices. For evaluations."""
    return _Course(pairs, prior or generic()).fit()[1]


def _told(found: LearntProfile, library: str, decoder: str) -> LearntProfile:
    """The result with the facts of the learning written into the profile."""
    facts = Facts(library, decoder, len(found.trained_on), round(found.before.mean, 3), round(found.after.mean, 3))
    return replace(found, profile=replace(found.profile, learnt=facts))


class _Course:
    """The photos of one camera, chosen and measured against each other once, and fitted as often as needed."""

    def __init__(self, usable: Sequence[Pair], known: Look) -> None:
        two = in_two_lights(usable)
        self._usable = list(two or usable)
        self._known = known
        groups = [self._usable]
        if two is not None:
            groups = [[each for each in two if (kelvin_of(each) < BETWEEN) is below] for below in (True, False)]
            groups.sort(key=len)
        most = MOST_PHOTOS // len(groups)
        self._main = {each.name for each in groups[-1]}
        self._for_warm = kelvin_of(groups[0][0]) < BETWEEN
        self.chosen = [each for group in groups for each in _chosen(group, most)]
        count = max(400, PIXELS // len(self.chosen))
        self._photos = {each.name: take(each, count) for each in self._usable}
        # Own edits are found for each light separately, because a difference between lights is not an edit.
        settled = [settle([self._photos[each.name] for each in group], known) for group in groups]
        self._gains = Gains({name: gains for each in settled for name, gains in each.gains.of.items()})
        self.cast = settled[-1].cast
        self.misfits = [name for each in settled for name in each.misfits]
        self.edits = {name: each.edits[name] for each in settled for name in each.odd}
        self.unfit = {*self.misfits, *self.edits}

    def fit(self, training: Sequence[Pair] | None = None) -> tuple[Look, Profile]:
        """The look of these photos (of all where None), and the nameless profile with the other light's map if any."""
        training = self._usable if training is None else training
        photos = [self._photos[each.name] for each in training if each.name not in self.misfits]
        main = [each for each in photos if each.name in self._main]
        other = [each for each in photos if each.name not in self._main]
        look = _without_folds(main, self._known, self._gains)
        maps: tuple[HueSatMap, ...] = ()
        if other:
            own = fit_map(other, look, self._gains, for_warm=self._for_warm)
            maps = (own, identity_map()) if self._for_warm else (identity_map(), own)
        calibrations = training[0].model.calibrations
        return look, replace(look.profile(""), hue_sat_maps=maps, calibrations=calibrations)

    def fit_chosen(self) -> tuple[Look, Profile]:
        """`fit` of the photos with most colours."""
        return self.fit(self.chosen)


def _chosen(pairs: Sequence[Pair], most: int) -> list[Pair]:
    found = most_colorful(pairs, most)
    return found + [each for each in pairs if all(each is not one for one in found)][: max(0, 2 - len(found))]


def judge(pair: Pair, profile: Profile) -> PhotoJudgement:
    """Compare a photo under Camera Raw's default and under a profile with its preview."""
    before, after = (_difference(pair, baseline(pair.camera, pair.model, each)) for each in (pair.default, profile))
    return PhotoJudgement(pair.name, before, after)


def _difference(pair: Pair, drawn: Picture) -> Difference:
    shown = pair.shown
    if pair.certain is not None:
        shown, drawn = shown[pair.certain][np.newaxis], drawn[pair.certain][np.newaxis]
    return difference(shown.astype(np.float64), drawn.astype(np.float64))


def _usable(pairs: Sequence[Pair]) -> tuple[list[Pair], list[LeftOut]]:
    usable, left_out = [], []
    for pair in pairs:
        if _is_grey(pair):
            left_out.append(LeftOut(pair.name, "its preview is black and white"))
        else:
            usable.append(pair)
    return usable, left_out


def _is_grey(pair: Pair) -> bool:
    """Whether the preview has no colour although the scene has."""
    chroma = float(np.ptp(pair.shown, axis=-1).mean())
    return chroma < _GREY_CHROMA and float(np.ptp(baseline(pair.camera, pair.model), axis=-1).mean()) > 4 * chroma


def _without_folds(photos: Sequence[Samples], prior: Look, gains: Gains) -> Look:
    """The fit with the weakest penalties, of those tried, whose table has no folds."""
    base = WEIGHTS
    for factor in _SMOOTHER:
        look = fit(photos, prior, gains, replace(base, smooth=factor * base.smooth, pull=factor * base.pull))
        if smoothness(look.profile("")).holds:
            break
    return look


def _mean(found: Sequence[Difference]) -> Difference:
    if not found:
        return Difference(float("nan"), float("nan"))
    return Difference(float(np.mean([each.mean for each in found])), float(np.mean([each.p95 for each in found])))

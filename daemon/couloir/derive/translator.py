"""Translates versions: analytic settings on a learnt profile, with the camera offset and the learned residual.

`Translator` is the only way to the develop settings of a photo; `couloir.derive.analytic` gives the formulas alone.
The same photo in the same context has the same settings everywhere.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from couloir.aperture.adjustments import Monochrome, Sepia
from couloir.aperture.model import Master, MediaKind, Version
from couloir.derive.baseline import baseline
from couloir.derive.controls import PARAMETERS, move
from couloir.derive.details.seen import SeenDetails
from couloir.derive.features import Pictures
from couloir.derive.model import Fidelity, Judgement, Translation
from couloir.derive.offsets import NO_OFFSETS, Offsets, SolvedPhoto
from couloir.derive.painted.frame import frame_of
from couloir.derive.painted.place import NOWHERE, PaintedPair, Placement, list_painted, place_painted
from couloir.derive.painted.repaired import SeenRepairs, apply_seen
from couloir.derive.pictures.drawing import draw_many, draw_painted
from couloir.derive.pictures.evidence import NARROWED, Plane, judge_nearness, lay, settle_by_pair
from couloir.derive.pictures.gather import SeenPhoto, is_edited
from couloir.derive.pictures.nearness import list_moved, tell_from_preview
from couloir.derive.pictures.pair_curves import add_curves
from couloir.derive.prior import Prior, without_crop
from couloir.derive.residual.correction import Correction
from couloir.derive.residual.outputs import OUTPUTS, TONING
from couloir.derive.residual.store import ModelStore
from couloir.derive.strengths import MIDDLE, Strengths
from couloir.derive.translate import ANALYTIC, judge, photo_kind, translate
from couloir.engines.dng.raw import RawScene
from couloir.engines.protocol import Picture
from couloir.lightroom.keys import WHITE_BALANCE_KEYS
from couloir.lightroom.local.fields import KEY as PAINTED_KEY
from couloir.lightroom.settings import PhotoKind
from couloir.profiles.baselines import NO_BASELINES, Baselines

Pair = tuple[Version, Master]

_BALANCE: Final = ("temperature", "tint")
_NEARER: Final = 0.98  # of the difference: what finding the settings again must gain
_COVERED: Final = 0.1  # of a brush's full strength: under it a place says nothing of the whole picture's settings
# The develop keys that an offset or the model may move, and with them past the ends of their ranges.
_MOVED: Final = frozenset(
    (
        *(output.key for output in OUTPUTS),
        *(key for keys in TONING.values() for key in keys),
        *(key for keys in WHITE_BALANCE_KEYS.values() for key in keys),
    )
)
CURVE_SEEN: Final = "A tone curve was taken from Aperture's preview, for the tones that no slider carries."
_OF_WHEELS: Final = 12.0  # of saturation: with it, toned photos of simulated engines came nearest to their previews
_AS_IT_IS: Final = "Nothing was edited but the frame: a rendered file looks as it is."


@dataclass(frozen=True, slots=True)
class PhotoContext:
    """Facts about one photo that are not in the library's rows.

    `pictures`: the unedited original and Aperture's preview, as `couloir.derive.features` takes them. `profile`: the
    learnt camera profile that lies under it, "" for Adobe's own, None for the one that the translator would choose.
    `as_shot`: a RAW file's own (kelvin, tint); `scene`: its own colours in the version's frame, where they were read.
    `fixed`: outputs of the offset and the model, and keys of tone curves and local adjustments, that stay as the
    formulas have them, because what draws the photo does not draw them. `remark` is a sentence for the translation's
    note. `orientation` is EXIF's code between the file's frame and the pictures'. `retouched` is what was seen of the
    places that were retouched, `details` what was measured of sharpening and noise reduction.
    """

    pictures: Pictures = (None, None)
    profile: str | None = None
    as_shot: tuple[float, float] | None = None
    fixed: Collection[str] = ()
    remark: str = ""
    scene: RawScene | None = None
    orientation: int = 1
    retouched: SeenRepairs | None = None
    details: SeenDetails | None = None

    @classmethod
    def of(cls, seen: SeenPhoto, profile: str | None = None, fixed: Collection[str] = ()) -> PhotoContext:
        """What was seen of a photo, and why its preview is not used where it is not."""
        return cls(
            seen.pictures,
            profile,
            seen.as_shot,
            fixed,
            seen.remark,
            seen.scene,
            seen.orientation,
            seen.retouched,
            seen.details,
        )


NO_CONTEXT: Final = PhotoContext()


@dataclass(frozen=True, slots=True)
class Translator:
    """Translates photos of one library.

    `models` has the learned model, which sees the camera offset as a feature. `profiles` are the learnt profiles of RAW
    photos. `offsets` are the camera offsets, learnt from matched photos of the library. `strengths` are those of the
    Aperture that edited the library, where `couloir learn calibrate` measured it.
    """

    models: ModelStore = field(default_factory=ModelStore)
    profiles: Baselines = NO_BASELINES
    offsets: Offsets = NO_OFFSETS
    strengths: Strengths = MIDDLE

    def translate(self, pairs: Sequence[Pair], known: Sequence[PhotoContext] | None = None) -> list[Translation]:
        """One translation for each (version, master), in their order; the model is asked once for all.

        `known` has one entry for each pair. Masters must be images. Never raises for what a library may hold: a model
        that cannot answer leaves a translation analytic, and its note says why.
        """
        facts = known or [NO_CONTEXT] * len(pairs)
        under = [self._profile_under(pair, fact) for pair, fact in zip(pairs, facts, strict=True)]
        priors = [self._prior(pair, profile, fact) for pair, profile, fact in zip(pairs, under, facts, strict=True)]
        pictures = [fact.pictures for fact in facts]
        seen = pictures if any(picture is not None for both in pictures for picture in both) else None
        answers = self.models.corrections(pairs, seen, priors)
        return [
            _translated(pair, answer, prior, profile, fact)
            for pair, answer, prior, profile, fact in zip(pairs, answers, priors, under, facts, strict=True)
        ]

    def judge(self, pairs: Sequence[Pair], known: Sequence[PhotoContext] | None = None) -> list[Judgement]:
        """The outcomes of the operations of each (version, master) without settings, at a fraction of the cost.

        Fidelities and the reasons of lost operations equal those of `translate`, but for what only pictures tell:
        where something was painted or retouched, and what is taken from the preview. They follow from the formulas
        alone unless an offset or the model could move a value beyond the end of its range; the model is asked, once,
        for those photos only. `pairs` and `known` are as for `translate`.
        """
        found = [judge(version, master, strengths=self.strengths) for version, master in pairs]
        unsure = [place for place, judgement in enumerate(found) if _depends_on_corrections(judgement)]
        if unsure:
            facts = None if known is None else [known[place] for place in unsure]
            for place, each in zip(unsure, self.translate([pairs[place] for place in unsure], facts), strict=True):
                found[place] = Judgement(each.operations, each.anomalies)
        return found

    def translate_one(self, version: Version, master: Master, known: PhotoContext = NO_CONTEXT) -> Translation:
        """As `translate`, of one photo. Of what is no image, the formulas alone: there is nothing to correct."""
        if master.media is not MediaKind.IMAGE:
            return translate(version, master, strengths=self.strengths)
        [found] = self.translate([(version, master)], [known])
        return found

    def _profile_under(self, pair: Pair, known: PhotoContext) -> str:
        return self.profiles.name_for(pair[0]) if known.profile is None else known.profile

    def _prior(self, pair: Pair, profile: str, known: PhotoContext) -> Prior:
        version, master = pair
        kind = photo_kind(master)
        found = self.offsets.for_photo(SolvedPhoto.of(version, str(baseline(kind, profile)["CameraProfile"])))
        changes = {output.name: found[output.name] * output.size for output in OUTPUTS if output.name in found}
        offset = Correction(None, changes, offset_photos=self.offsets.photos).without(known.fixed) if changes else None
        return Prior(bool(profile) and kind is PhotoKind.RAW, offset, known.as_shot, self.strengths)


def _shows_its_file(version: Version, master: Master) -> bool:
    """Whether the photo looks in Aperture as its file does: rendered already, and at most cropped, turned or mirrored.

    Aperture's preview of such a version is the file itself (docs/aperture-library.md), so that there is nothing to
    correct, whatever a model or a camera's offset expects of others.
    """
    return photo_kind(master) is PhotoKind.RENDERED and not is_edited(version)


def _depends_on_corrections(judgement: Judgement) -> bool:
    """Whether a correction could lower a fidelity, or add to the reason why something was lost: both happen where a
    value is cut at the end of its range.
    """
    return any(
        outcome.fidelity is not Fidelity.APPROXIMATE and not _MOVED.isdisjoint(outcome.settings)
        for outcome in judgement.operations
    )


def _translated(pair: Pair, answer: Correction, prior: Prior, profile: str, known: PhotoContext) -> Translation:
    """The analytic translation plus the camera offset and the model's correction, each applied once, and then what the
    photo's own pictures say.

    The settings of a RAW file that keeps its as-shot white balance contain no temperature to which a change could be
    added; where the file's own one is known, the offset's change is relative to that.
    """
    if _shows_its_file(*pair):
        return translate(*pair, replace(answer, model=None, changes={}, note=_AS_IT_IS), profile, prior.strengths)
    note = " ".join(each for each in (answer.note, known.remark) if each)
    corrected = replace(answer, note=note).on(prior.offset).without(known.fixed)
    found = _doubted(translate(*pair, corrected, profile, prior.strengths), pair[0])
    kind = photo_kind(pair[1])
    if prior.as_shot is not None and prior.offset is not None and found.settings["WhiteBalance"] == "As Shot":
        balance = {name: prior.offset.changes.get(name, 0.0) / PARAMETERS[name].size for name in _BALANCE}
        found = replace(found, settings=move(found.settings, balance, kind, prior.as_shot))
    original, preview = known.pictures
    if known.retouched is not None:
        found = apply_seen(found, known.retouched)
    if known.details is not None:
        found = known.details.on(found, pair[0])
    if original is None or preview is None:
        return found
    return _BothPictures(pair, original, preview, prior, profile, known).follow(found)


@dataclass(frozen=True, slots=True)
class _BothPictures:
    """A photo whose original and preview can be used, linear sRGB in the version's frame, with its context."""

    pair: Pair
    original: Picture
    preview: Picture
    prior: Prior
    profile: str
    known: PhotoContext

    def follow(self, found: Translation) -> Translation:
        """The translation moved to what the pictures show, with what was painted in its place.

        What was painted pulls the settings of the whole picture; so once its place is known they are found again
        without it, and it is placed again on them. The nearer one of the two stays.
        """
        plain = self._settle(found)
        placement = self._paint(plain)
        if not placement.local:
            return self._tell(plain, placement)
        frame = frame_of(self.pair[0], found.crop, self.known.orientation, self.original)
        covered = frame.cover(placement.local, *self.original.shape[:2])
        again = self._settle(found, 1 - np.minimum(covered / _COVERED, 1))
        if again.settings != plain.settings:
            placed = self._paint(again)
            if placed.local and placed.after < _NEARER * placement.after:
                return self._tell(again, placed)
        return self._tell(plain, placement)

    def _settle(self, found: Translation, counted: Plane | None = None) -> Translation:
        """The settings moved to what the pair shows, where a model says how far they may be off."""
        uncertainty, as_shot, known = found.uncertainty, self.prior.as_shot, self.known
        if uncertainty is None:
            return found
        pictures = self.original, self.preview, photo_kind(self.pair[1]), as_shot
        settled = settle_by_pair(found.settings, *pictures, uncertainty, known.fixed, known.scene, counted)
        narrowed = uncertainty
        if settled != found.settings:
            narrowed = {name: NARROWED * deviation for name, deviation in narrowed.items()}
        curved = add_curves(settled, *pictures, known.fixed, counted)
        told = found.note if curved == settled else " ".join(each for each in (found.note, CURVE_SEEN) if each)
        return replace(found, settings=curved, note=told, uncertainty=narrowed)

    def _paint(self, found: Translation) -> Placement:
        """The local adjustments for what was painted, where the preview shows it."""
        version, as_shot = self.pair[0], self.prior.as_shot
        if not list_painted(version) or PAINTED_KEY in self.known.fixed:
            return NOWHERE
        shown = without_crop(found.settings)
        original = np.nan_to_num(self.original, nan=0.0, posinf=0.0, neginf=0.0)
        [drawn] = draw_many(original, [shown], as_shot)
        target = lay(self.preview, drawn)
        if target is None:
            return NOWHERE
        return place_painted(
            version,
            frame_of(version, found.crop, self.known.orientation, drawn),
            PaintedPair(target, drawn, lambda local: draw_painted(original, shown, local, as_shot)),
        )

    def _tell(self, found: Translation, placement: Placement) -> Translation:
        """The translation with the placement, and with the word of each operation whose values the preview has given,
        and not the formulas.
        """
        version, master = self.pair
        if found.uncertainty is None or not is_edited(version):
            return placement.on(found)
        fixed = ANALYTIC.on(self.prior.offset).without(self.known.fixed)
        formulas = translate(version, master, fixed, self.profile, self.prior.strengths).settings
        pictures = self.original, self.preview, photo_kind(master), self.prior.as_shot
        nearness = judge_nearness(formulas, found.settings, *pictures, self.known.scene)
        if nearness is None:
            return placement.on(found)
        moved = list_moved(formulas, found.settings)
        return placement.on(replace(found, operations=tell_from_preview(version, found.operations, moved, nearness)))


def _doubted(found: Translation, version: Version) -> Translation:
    """The translation with a wide deviation of the wheels of a toned photo: no model has seen one."""
    toned = any(each.enabled and isinstance(each.adjustment, Monochrome | Sepia) for each in version.operations)
    if found.uncertainty is None or not toned:
        return found
    wide = {name: max(each, _OF_WHEELS * name.startswith("toning")) for name, each in found.uncertainty.items()}
    return replace(found, uncertainty=wide)

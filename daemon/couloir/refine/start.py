"""Where a photo's match begins: the translation, with its camera's offset and the learned model's answer on top.

Matching on the command line and in the service begin here, and what a finished match teaches is counted from the
translation alone, so that neither an offset nor a model learns from itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from couloir.aperture.model import Master, Version
from couloir.derive import photo_kind
from couloir.derive.baseline import baseline
from couloir.derive.controls import between
from couloir.derive.features import Pictures
from couloir.derive.offsets import Offsets, Solved
from couloir.derive.prior import Prior
from couloir.derive.residual.correction import Correction
from couloir.derive.residual.outputs import OUTPUT_NAMES, OUTPUTS
from couloir.derive.residual.store import ModelStore
from couloir.lightroom.settings import DevelopSettings, PhotoKind
from couloir.refine.match import Match
from couloir.refine.verdict import Verdict

Pair = tuple[Version, Master]


def prior_of(pair: Pair, profile: str, offsets: Offsets, white: tuple[float, float] | None = None) -> Prior:
    """What a photo's translation stands on: the learnt profile under it ("" for Adobe's), what `offsets` say of its
    camera, profile and decoder, and a RAW file's own white balance, where it is known.
    """
    version, master = pair
    kind = photo_kind(master)
    found = offsets.for_photo(Solved.of(version, str(baseline(kind, profile)["CameraProfile"])))
    changes = {output.name: found[output.name] * output.size for output in OUTPUTS if output.name in found}
    offset = Correction(None, changes, offset_photos=offsets.photos) if changes else None
    return Prior(bool(profile) and kind is PhotoKind.RAW, offset, white)


def corrected(
    pairs: Sequence[Pair], priors: Sequence[Prior], models: ModelStore, pictures: Iterable[Pictures] | None = None
) -> list[Correction]:
    """For each photo its offset, and on top of it what the model says, which was told of the offset: in all, once."""
    answers = models.corrections(pairs, pictures, priors)
    return [answer.on(prior.offset) for answer, prior in zip(answers, priors, strict=True)]


def solved_of(version: Version, plain: DevelopSettings, kind: PhotoKind, match: Match) -> Solved | None:
    """What a finished match says about photos like it; None where it did not come near enough to say anything.

    Its change is counted from `plain`, the translation alone, whatever of a model, an offset or a hand was in the
    settings that it began with: an offset does not learn from itself.
    """
    outcome, kept = match.outcome, match.as_dict()
    if not outcome.finished or outcome.after is None or outcome.verdict is Verdict.REVIEW:
        return None
    start: Any = kept["start"]
    as_shot: Any = kept["as_shot"]
    begun_with = between(plain, start, kind, None if as_shot is None else tuple(as_shot))
    moved = match.change()
    change = {name: begun_with[name] + moved.get(name, 0.0) for name in OUTPUT_NAMES}
    profile = start.get("CameraProfile") or baseline(kind)["CameraProfile"]
    return Solved.of(version, str(profile), change)

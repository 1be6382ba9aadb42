"""The solution of a finished match, relative to the analytic translation, so that neither an offset nor a model learns
from itself.
"""

from __future__ import annotations

from typing import Any

from couloir.aperture.model import Version
from couloir.derive.baseline import baseline
from couloir.derive.controls import between
from couloir.derive.offsets import SolvedPhoto
from couloir.derive.residual.outputs import OUTPUT_NAMES
from couloir.lightroom.settings import DevelopSettings, PhotoKind
from couloir.refine.match import Match
from couloir.refine.verdict import Verdict, grade


def solved_of(version: Version, plain: DevelopSettings, kind: PhotoKind, match: Match) -> SolvedPhoto | None:
    """The solution of a finished match, from which offsets are learnt; None if it did not come near enough.

    Its change is relative to `plain`, the analytic translation, whatever a model, an offset or a person added to the
    settings with which the match began, so that an offset does not learn from itself.
    """
    outcome = match.outcome
    if not outcome.finished or outcome.after is None or grade(outcome.after) is Verdict.REVIEW:
        return None
    start: Any = match.as_dict()["start"]
    whole = change_from(plain, kind, match)
    change = {name: whole[name] for name in OUTPUT_NAMES}
    profile = start.get("CameraProfile") or baseline(kind)["CameraProfile"]
    return SolvedPhoto.of(version, str(profile), change)


def change_from(plain: DevelopSettings, kind: PhotoKind, match: Match) -> dict[str, float]:
    """What leads from `plain` to the best settings of a match, by parameter in normalised units, whatever it began
    with.
    """
    kept = match.as_dict()
    start: Any = kept["start"]
    as_shot: Any = kept["as_shot"]
    begun_with = between(plain, start, kind, None if as_shot is None else tuple(as_shot))
    moved = match.change()
    return {name: value + moved.get(name, 0.0) for name, value in begun_with.items()}

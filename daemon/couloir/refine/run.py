"""Drives a match with a renderer in the same process: asks, draws, tells, and keeps the best picture."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from couloir.derive.baseline import CURVES
from couloir.derive.controls import PARAMETERS
from couloir.derive.pictures.working_copy import DRAWN_EDGE
from couloir.derive.residual.outputs import TONING, Output
from couloir.engines.protocol import Photo, Picture, Renderer
from couloir.errors import ContentError
from couloir.refine.match import Match


@dataclass(frozen=True, slots=True)
class MatchRun:
    """The finished match, and the rendering of its outcome's settings; None where there is none.

    `failed` says that a file was damaged, as opposed to a photo that cannot be compared.
    """

    match: Match
    picture: Picture | None
    failed: bool = False


def drive(match: Match, photo: Photo, renderer: Renderer) -> MatchRun:
    """Run a match to its end. A rendering that fails stops the match, which keeps the best so far; `reason` says so."""
    best: Picture | None = None
    failed = False
    while (settings := match.ask()) is not None:
        try:
            picture = renderer.render(photo, settings, DRAWN_EDGE)
        except ContentError as error:
            match.stop(error.message)
            failed = error.is_failure
            break
        match.tell(picture)
        outcome = match.outcome
        if outcome.after is not None and outcome.settings == settings:
            best = picture
    trap = match.outcome.trap
    return MatchRun(match, best, failed or (trap is not None and trap.is_failure))


def not_drawn(keys: Collection[str]) -> tuple[str, ...]:
    """The parameters, and the keys of tone curves, that a renderer with only these develop settings does not draw."""
    there = set(keys)
    parameters = (name for name, output in PARAMETERS.items() if not _keys_of(output) & there)
    return (*parameters, *(key for key in CURVES.values() if key not in there))


def _keys_of(output: Output) -> frozenset[str]:
    """The develop keys by any of which a renderer draws a parameter; of a tint its saturation."""
    if output.key is not None:
        return frozenset({output.key})
    if output.name.startswith("toning"):
        return frozenset({TONING[output.name.split("_")[1]][1]})
    return frozenset({"Temperature", "IncrementalTemperature"})

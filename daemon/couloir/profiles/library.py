"""Learns the profiles of an open library: one for each camera, the camera with most photos first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from couloir.aperture.library import Library
from couloir.engines.dng.raw import require_decoder
from couloir.errors import NothingToLearn
from couloir.profiles.cameras import maker_of
from couloir.profiles.candidates import Group, groups
from couloir.profiles.fit import Look
from couloir.profiles.gathering import MOST, gather
from couloir.profiles.learning import Advance, LearntProfile, LeftOut, learn
from couloir.profiles.samples import Pair

Progress = Callable[[str], Advance]
"""Maps a camera's name to the function that is called with its progress."""


@dataclass(frozen=True, slots=True)
class Result:
    """The result for one camera. `learnt` is None where nothing could be learnt, for the reason in `why`.

    `pairs` are the photos that were read, for pictures of before and after.
    """

    camera: str
    decoder: str
    learnt: LearntProfile | None
    why: str
    left_out: tuple[LeftOut, ...]
    pairs: tuple[Pair, ...]


def learn_library(
    library: Library, camera: str | None = None, most: int = MOST, progress: Progress | None = None
) -> Iterator[Result]:
    """Learn a profile for each camera of a library, or for one. Raises NothingToLearn for a camera that is not in it,
    NoRawDecoder where its RAW photos cannot be read.

    A camera with few photos takes the look of another camera of its maker as its prior.
    """
    found = groups(library)
    if found:
        require_decoder()
    if camera is not None:
        found = [each for each in found if each.camera.casefold() == camera.casefold()]
        if not found:
            raise NothingToLearn(item=camera, why="the library holds no RAW photo of this camera")
    taught: dict[str, Look] = {}
    for group in found:
        result = _learnt(library, group, taught, most, progress or (lambda _camera: lambda _done, _total: None))
        if result.learnt is not None and result.learnt.accepted:
            taught.setdefault(maker_of(group.camera), result.learnt.look)
        yield result


def _learnt(library: Library, group: Group, taught: dict[str, Look], most: int, progress: Progress) -> Result:
    pairs, unread = gather(group, progress(f"Reading {group.camera}"), most=most)
    left_out = (*group.left_out, *unread)
    try:
        learnt = learn(
            pairs,
            group.camera,
            prior=taught.get(maker_of(group.camera)),
            library=library.info.path.stem,
            decoder=group.decoder,
            advance=progress(f"Learning {group.camera}"),
        )
    except NothingToLearn as error:
        return Result(group.camera, group.decoder, None, str(error.facts["why"]), left_out, tuple(pairs))
    learnt = replace(learnt, left_out=(*left_out, *learnt.left_out))
    return Result(group.camera, group.decoder, learnt, learnt.verdict, learnt.left_out, tuple(pairs))

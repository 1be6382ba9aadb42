"""Reads photos of one camera, spread over the library, until further ones show no new colours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from couloir.errors import ContentError
from couloir.profiles.candidates import Candidate, Group
from couloir.profiles.learning import Advance, LeftOut
from couloir.profiles.loading import load
from couloir.profiles.samples import Pair, colors_of

MOST: Final = 50
"""The most photos that are decoded for one camera."""

FEWEST: Final = 12
"""The number of photos that are always read if there are as many, because some of them are held out."""

_AT_ONCE: Final = 6
_LEAST_GAIN: Final = 0.02


def gather(
    group: Group,
    advance: Advance = lambda _done, _total: None,
    reader: Callable[[Candidate], Pair] = load,
    most: int = MOST,
) -> tuple[list[Pair], list[LeftOut]]:
    """Read the photos to learn from. Returns them, and those that could not be read with the reasons.

    It ends when six photos in a row have added less than a fiftieth to the colours seen.
    """
    pairs: list[Pair] = []
    left_out: list[LeftOut] = []
    seen: np.ndarray[tuple[int, ...], np.dtype[np.bool_]] | None = None
    last, since = 0, 0
    order = spread(group.candidates)[:most]
    for i, candidate in enumerate(order):
        try:
            pair = reader(candidate)
        except ContentError as error:
            left_out.append(LeftOut(candidate.version.name, error.message, error.is_failure))
            continue
        finally:
            advance(i + 1, len(order))
        pairs.append(pair)
        cells = colors_of(pair)
        seen = cells if seen is None else seen | cells
        since += 1
        if since == _AT_ONCE:
            covered = int(seen.sum())
            if len(pairs) >= FEWEST and covered - last < _LEAST_GAIN * covered:
                advance(len(order), len(order))
                break
            last, since = covered, 0
    return pairs, left_out


def spread(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates in an order in which any first few are spread over time (van der Corput order)."""
    ordered = sorted(candidates, key=lambda each: (str(each.version.captured or ""), each.version.uuid))
    bits = max(1, (len(ordered) - 1).bit_length())
    places = sorted(range(len(ordered)), key=lambda i: (int(f"{i:0{bits}b}"[::-1], 2), i))
    return [ordered[i] for i in places]

"""The verdict: how near a rendering is to Aperture's preview, in one word; and the renderer behind it.

Verdicts are given only to renderings by the program that a folder is for, Lightroom's by Adobe's own code (Lightroom
behind the plug-in, or Adobe DNG Converter). A rendering by another program or our own engine is an estimate of these,
so it is EXPECTED with its number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from couloir.color.difference import Difference
from couloir.language import mark

SAME_MEAN: Final = 1.5
MATCHED_MEAN: Final = 2.5
MATCHED_P95: Final = 6.0
CLOSE_MEAN: Final = 5.0

LIGHTROOM: Final = "Lightroom"
"""The name, in ledgers, of the renderer behind the plug-in."""

_ADOBE: Final = {LIGHTROOM: "Lightroom", "dng-converter": "Adobe DNG Converter"}
_OTHERS: Final = {
    "couloir-camera-raw": mark("Couloir's own engine"),
    "darktable": "darktable",
    "rawtherapee": "RawTherapee",
}


@dataclass(frozen=True, slots=True)
class Program:
    """A program that a folder is for. `own` are the names in ledgers of the renderers that draw as it does."""

    title: str
    own: frozenset[str]


IN_LIGHTROOM: Final = Program("Lightroom", frozenset(_ADOBE))


class Verdict(StrEnum):
    """How near a photo came. The first four need a rendering by the program itself; EXPECTED is one by anything else,
    or what renderings of photos like it say.
    """

    SAME = "Same"
    MATCHED = "Matched"
    CLOSE = "Close"
    REVIEW = "Review"
    EXPECTED = "Expected"
    UNMEASURED = "Not measured"
    ABSENT = "Not there"

    @property
    def code(self) -> str:
        """The word for programs: "same", "matched", "close", "review", "expected", "unmeasured", "absent"."""
        return self.name.lower()


def explain_verdicts(program: Program = IN_LIGHTROOM) -> Mapping[Verdict, str]:
    """What each verdict says, for a photographer."""
    title = program.title
    return {
        Verdict.SAME: mark(f"measured in {title}; the difference is hard to see"),
        Verdict.MATCHED: mark(f"measured in {title}; a small difference"),
        Verdict.CLOSE: mark(f"measured in {title}; a visible difference"),
        Verdict.REVIEW: mark(f"measured in {title}; an obvious difference, to be looked at"),
        Verdict.EXPECTED: mark(
            f"not drawn by {title}: by a program that resembles it, or expected from photos like it"
        ),
        Verdict.UNMEASURED: mark("migrated, and compared with nothing"),
        Verdict.ABSENT: mark("not migrated yet"),
    }


def verdict(found: Difference | None, renderer: str, program: Program = IN_LIGHTROOM) -> Verdict:
    """The verdict of a difference (CIEDE2000) that `renderer`, by its name in ledgers, has drawn; None: UNMEASURED."""
    if found is None:
        return Verdict.UNMEASURED
    return grade(found) if renderer in program.own else Verdict.EXPECTED


def grade(found: Difference) -> Verdict:
    """The grade of a difference by any renderer: Same to 1.5 (mean), Matched to 2.5 with a 95th percentile to 6, Close
    to 5, else Review.
    """
    if found.mean <= SAME_MEAN:
        return Verdict.SAME
    if found.mean <= MATCHED_MEAN and found.p95 <= MATCHED_P95:
        return Verdict.MATCHED
    return Verdict.CLOSE if found.mean <= CLOSE_MEAN else Verdict.REVIEW


def is_adobe(renderer: str) -> bool:
    """Whether Adobe's own code draws under this name."""
    return renderer in _ADOBE


def name_renderer(renderer: str) -> str:
    """The renderer's name for a photographer: "Lightroom", "Couloir's own engine"."""
    return _ADOBE.get(renderer) or _OTHERS.get(renderer, renderer)


def describe_renderer(renderer: str, program: Program = IN_LIGHTROOM) -> str:
    """The name, and that it is not the program where it is not: "darktable (not Lightroom)"."""
    drawn_by, title = name_renderer(renderer), program.title
    return drawn_by if renderer in program.own else mark(f"{drawn_by} (not {title})")


def tell_figure(mean: float, renderer: str, program: Program = IN_LIGHTROOM) -> str:
    """A difference with who drew it: "Lightroom 1.23", "Couloir's own engine 1.23 (not Lightroom)"."""
    drawn_by, title = name_renderer(renderer), program.title
    if renderer in program.own:
        return mark(f"{drawn_by} {mean:.2f}")
    return mark(f"{drawn_by} {mean:.2f} (not {title})")

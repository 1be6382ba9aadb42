"""The sums over all photos of a report: distribution before and after, by camera, by adjustment, what was lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, cast

from couloir.color.difference import Difference
from couloir.language import mark
from couloir.migrate.report.looks import Look, PhotoEntry
from couloir.refine.verdict import IN_LIGHTROOM, Program, Verdict, describe_renderer

LISTED: Final = 500  # photos named for a loss
FROM_OTHERS: Final = mark("Not drawn: its difference is expected from photos like it that were.")
_STEP: Final = 0.5  # CIEDE2000 in a bar
_BARS: Final = 21  # the last one holds what is 10 or more
_WIDTH: Final = 10.0  # of a step, in units of the drawing
_TALL: Final = 70.0  # the tallest bar
_GROUND: Final = 75.0  # the axis, counted from above


@dataclass(slots=True)
class _Means:
    """Photos and the sums of their differences."""

    count: int = 0
    before: float = 0.0
    after: float = 0.0

    def add(self, before: Difference, after: Difference) -> None:
        self.count += 1
        self.before += before.mean
        self.after += after.mean


@dataclass(slots=True)
class _Figures:
    """The differences that one kind of renderer has drawn: their distribution, by camera and by adjustment."""

    drawn: Counter[tuple[str, str]] = field(default_factory=Counter)
    before: Counter[int] = field(default_factory=Counter)
    after: Counter[int] = field(default_factory=Counter)
    cameras: dict[str, _Means] = field(default_factory=dict)
    adjustments: dict[str, _Means] = field(default_factory=dict)

    def add(self, photo: PhotoEntry, titles: Iterable[str], look: Look, before: Difference, after: Difference) -> None:
        self.drawn[look.renderer, look.start] += 1
        self.before[_bar(before)] += 1
        self.after[_bar(after)] += 1
        self.cameras.setdefault(photo.camera, _Means()).add(before, after)
        for title in titles:
            self.adjustments.setdefault(title, _Means()).add(before, after)

    def as_dict(self, title: str, program: Program) -> dict[str, object]:
        drawn = [(describe_renderer(by, program), start, count) for (by, start), count in self.drawn.most_common()]
        return {
            "title": title,
            "by_camera": mark(f"{title}, by camera"),
            "by_adjustment": mark(f"{title}, by adjustment"),
            "drawn": [{"by": by, "start": start, "count": count} for by, start, count in drawn],
            "cameras": _lines(self.cameras),
            "adjustments": _lines(self.adjustments),
            "bars": [*self._bars("before", self.before), *self._bars("after", self.after)],
        }

    def _bars(self, kind: str, counts: Mapping[int, int]) -> Sequence[dict[str, object]]:
        """Rectangles of the distribution, in units of the drawing; both kinds have the same scale."""
        top = max((*self.before.values(), *self.after.values())) if counts else 1
        return [
            {
                "kind": kind,
                "x": bar * _WIDTH + (0.5 if kind == "before" else 5),
                "width": _WIDTH / 2 - 0.5,
                "y": round(_GROUND - _TALL * count / top, 2),
                "height": round(_TALL * count / top, 2),
                "title": mark(f"{kind}: {count:,} photos {_range(bar)}"),
            }
            for bar, count in sorted(counts.items())
        ]


@dataclass(slots=True)
class _Lost:
    """How often a part of an adjustment was lost, and the first photos without it."""

    count: int = 0
    photos: list[str] = field(default_factory=list)

    def add(self, photo: str) -> None:
        self.count += 1
        if len(self.photos) < LISTED:
            self.photos.append(photo)


@dataclass(slots=True)
class Summary:
    """Fed a photo at a time; keeps sums, so its size does not grow with the library.

    What the `program` itself has drawn is summed apart from what others have: only the first is a measurement.
    """

    program: Program = IN_LIGHTROOM
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    unmeasured: Counter[str] = field(default_factory=Counter)
    lost: dict[tuple[str, str], _Lost] = field(default_factory=dict)
    measured: _Figures = field(default_factory=_Figures)
    expected: _Figures = field(default_factory=_Figures)

    @property
    def figures(self) -> tuple[int, int]:
        """How many photos have a measured difference, and how many an expected one."""
        return self.measured.drawn.total(), self.expected.drawn.total()

    def add(self, photo: PhotoEntry) -> None:
        """Count one photo."""
        self.verdicts[photo.verdict] += 1
        titles = set()
        for operation in photo.operations:
            titles.add(str(operation["title"]))
            for part in cast("Sequence[str]", operation["lost"]):
                self.lost.setdefault((str(operation["title"]), part), _Lost()).add(photo.name)
        look = photo.look
        if look is None or look.before is None or look.after is None:
            self.unmeasured[_reason(photo)] += 1
            return
        figures = self.measured if look.renderer in self.program.own else self.expected
        figures.add(photo, titles, look, look.before, look.after)

    def as_dict(self) -> dict[str, object]:
        """Plain data for the page."""
        figures = ((mark("Measured"), self.measured), (mark("Expected"), self.expected))
        return {
            "verdicts": [(str(verdict), self.verdicts[verdict]) for verdict in Verdict if self.verdicts[verdict]],
            "unmeasured": self.unmeasured.most_common(),
            "photos": self.verdicts.total(),
            "lost": [
                {
                    "name": name,
                    "reason": reason,
                    "count": lost.count,
                    "photos": lost.photos,
                    "more": lost.count - len(lost.photos),
                }
                for (name, reason), lost in sorted(self.lost.items(), key=lambda each: (-each[1].count, each[0]))
            ],
            "figures": [each.as_dict(title, self.program) for title, each in figures if each.drawn],
        }


def _reason(photo: PhotoEntry) -> str:
    """Why a photo has no figure of its own, in words that many photos share."""
    if photo.verdict is Verdict.EXPECTED:
        return FROM_OTHERS
    return photo.why.partition(": ")[0] if photo.verdict is Verdict.ABSENT else photo.why


def _bar(found: Difference) -> int:
    return min(int(found.mean / _STEP), _BARS - 1)


def _range(bar: int) -> str:
    return f"at {bar * _STEP:g} and above" if bar == _BARS - 1 else f"from {bar * _STEP:g} to {(bar + 1) * _STEP:g}"


def _lines(means: Mapping[str, _Means]) -> list[dict[str, object]]:
    """Rows with the mean differences, the most frequent first."""
    ordered = sorted(means.items(), key=lambda item: (-item[1].count, item[0]))
    return [
        {"name": name, "count": mean.count, "before": mean.before / mean.count, "after": mean.after / mean.count}
        for name, mean in ordered
    ]

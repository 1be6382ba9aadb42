"""The results of an evaluation, as numbers for programs and as tables for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from couloir.derive.residual.outputs import OUTPUT_NAMES
from couloir.errors import NoDataSet
from couloir.learn.class_table import ClassStanding, class_standings, class_targets
from couloir.learn.evaluate import ANALYTIC, GROUPS, RESIDUAL, Outcome
from couloir.learn.solve import INVISIBLE

MATCHED, CLOSE = 2.5, 5.0


class Standing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One contestant over all photos: CIEDE2000 of each photo's mean, and of its 95th percentile."""

    name: str
    photos: int
    mean: float
    median: float
    p95: float
    pixels_p95: float
    under_2_5: float
    under_5: float


class Judgement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`standings` over all photos, and `groups` by kind of file; `ablations` and `learning` (by number of pairs) over
    fewer worlds, beside the model in the same ones. `slider_error`: mean absolute error in normalised units;
    `coverage`: share within the 80 % intervals, of all sliders, and `coverage_by_slider`. `classes`: the class table.
    """

    worlds: int
    seed: int
    standings: list[Standing]
    groups: dict[str, list[Standing]]
    slider_error: float
    coverage: float
    coverage_by_slider: dict[str, float]
    ablations: list[Standing] = []
    learning: list[Standing] = []
    classes: list[ClassStanding] = []

    def of(self, name: str) -> Standing:
        """One contestant's standing. Raises KeyError."""
        for standing in self.standings:
            if standing.name == name:
                return standing
        raise KeyError(name)

    @property
    def halves(self) -> float:
        """The model's remaining difference as a share of the analytic translation's. The target is at most 0.5."""
        return self.of(RESIDUAL).mean / self.of(ANALYTIC).mean


_SEEN: Final = np.array([name not in INVISIBLE for name in OUTPUT_NAMES])


def summarise(names: Sequence[str], outcome: Outcome, *, worlds: int, seed: int) -> Judgement:
    """The tables of an evaluation."""
    groups = {
        told: standings(names, outcome, outcome.group == number)
        for number, told in enumerate(GROUPS)
        if (outcome.group == number).any()
    }
    by_slider = dict(zip(OUTPUT_NAMES, outcome.held.mean(axis=0).tolist(), strict=True))
    return Judgement(
        worlds=worlds,
        seed=seed,
        standings=standings(names, outcome, np.ones(len(outcome.group), dtype=bool)),
        groups=groups,
        slider_error=float(np.abs(outcome.error[:, _SEEN]).mean()),
        coverage=float(outcome.held[:, _SEEN].mean()),
        coverage_by_slider={name: share for name, share in by_slider.items() if name not in INVISIBLE},
        classes=class_standings(names, outcome),
    )


def standings(names: Sequence[str], outcome: Outcome, chosen: NDArray[np.bool_]) -> list[Standing]:
    """Each contestant over some photos."""
    return [
        _standing(name, outcome.mean[chosen, column], outcome.p95[chosen, column]) for column, name in enumerate(names)
    ]


def _standing(name: str, means: NDArray[np.float64], p95: NDArray[np.float64]) -> Standing:
    return Standing(
        name=name,
        photos=len(means),
        mean=float(means.mean()),
        median=float(np.median(means)),
        p95=float(np.percentile(means, 95)),
        pixels_p95=float(p95.mean()),
        under_2_5=float((means <= MATCHED).mean()),
        under_5=float((means <= CLOSE).mean()),
    )


def table(rows: Sequence[Standing]) -> str:
    """A Markdown table."""
    lines = [
        "| | mean | median | p95 of photos | p95 of pixels | at most 2.5 | at most 5 |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {row.name} | {row.mean:.2f} | {row.median:.2f} | {row.p95:.2f} | {row.pixels_p95:.2f} "
        f"| {row.under_2_5:.0%} | {row.under_5:.0%} |"
        for row in rows
    ]
    return "\n".join(lines)


def targets(judgement: Judgement) -> list[tuple[str, str, bool]]:
    """The targets: each with the figure reached, and whether it holds."""
    model = judgement.of(RESIDUAL)
    return [
        ("mean at most 2.0 with a preview", f"{model.mean:.2f}", model.mean <= 2.0),
        ("90 % of photos under 5", f"{model.under_5:.1%}", model.under_5 >= 0.9),
        ("leaves at most half of what the analytic prior leaves", f"{judgement.halves:.2f}", judgement.halves <= 0.5),
        ("80 % intervals hold 75 to 85 %", f"{judgement.coverage:.1%}", 0.75 <= judgement.coverage <= 0.85),
        *class_targets(judgement.classes),
    ]


def to_bytes(judgement: Judgement) -> bytes:
    """As JSON."""
    return msgspec.json.format(msgspec.json.encode(judgement), indent=1) + b"\n"


def read(path: Path) -> Judgement:
    """The judgement in a file. Raises NoDataSet when there is none."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Judgement)
    except (OSError, msgspec.DecodeError) as error:
        raise NoDataSet(path=path, why=f"it holds no evaluation: {error}") from error


def bars(values: Mapping[str, float], width: int = 40) -> str:
    """A text plot of one bar for each value, all to one scale."""
    top = max(values.values(), default=0.0) or 1.0
    longest = max(map(len, values), default=0)
    rows = (f"{name:<{longest}}  {'#' * round(width * value / top)} {value:.2f}" for name, value in values.items())
    return "\n".join(("```", *rows, "```"))

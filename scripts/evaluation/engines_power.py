"""How much the edited photos with Apple's rendering say about the Aperture engine: random engines beside ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.rows import Row
from couloir.aperture.library import Library
from couloir.aperture.model import OriginalStatus
from couloir.color.difference import difference
from couloir.color.spaces import srgb_encode
from couloir.engines import aperture
from couloir.engines.aperture import NOMINAL, Constants
from couloir.engines.constants import draw, list_constants, list_variants
from couloir.engines.pixels import load_pixels, resize
from couloir.engines.protocol import Picture
from evaluation.section import Section

SIZE = 512
ENGINES = 100
TARGET = 1.0
LEAST_MOVE = 0.1
"""Mean CIEDE2000 that a rendering has to move by over a parameter's whole range to count as a test of it."""

_MOVES = "the rendering moves by"
_LEAST, _LARGEST = "beside Apple's, least", "beside Apple's, largest"


@dataclass(frozen=True, slots=True)
class Edited:
    """An edited photo. `drawn` renders it with an engine's constants; `wanted` is Apple's rendering, of that shape."""

    name: str
    drawn: Callable[[Constants], Picture]
    wanted: Picture

    def beside_apple(self, constants: Constants) -> float:
        """The mean difference of this engine's rendering from Apple's."""
        return _gap(self.wanted, self.drawn(constants))


def measure(library: Path, engines: int = ENGINES) -> Section:
    """`library`: one whose previews Apple rendered."""
    rows: list[Row] = []
    with Library.open(library) as opened:
        photos = list(edited(opened))
    others = [draw(NOMINAL, np.random.default_rng(seed)) for seed in range(engines)]
    for photo in photos:
        rows += _power_rows(photo, others)
    parameters: list[Row] = []
    counts = []
    for name, values in alternatives().items():
        found = [row for photo in photos for row in _sensitivity_rows(photo, name, values)]
        counts.append(sum(row.value >= LEAST_MOVE for row in found if row.name.endswith(_MOVES)))
        parameters += [Row(name_count(name), counts[-1], "photos"), *found]
    return Section(
        [
            Row("parameters of the Aperture engine", len(counts), "constants and forms"),
            Row("parameters that a real rendering tests", sum(count > 0 for count in counts), "constants and forms"),
            Row("parameters that no real rendering tests", counts.count(0), "constants and forms"),
            *rows,
            *parameters,
        ]
    )


def alternatives() -> Mapping[str, list[Constants]]:
    """By parameter: engines that differ from ours in it alone, at both ends of its range or in each other form."""
    found: dict[str, list[Constants]] = {}
    for name, told in list_constants(Constants).items():
        ends = (told.low, told.high)
        nominal = getattr(NOMINAL, name)
        values = [_scaled(nominal, each) for each in ends] if told.factor else list(ends)
        found[name] = [_with(name, value) for value in values]
    for name, forms in list_variants(Constants).items():
        found[name] = [_with(name, form) for form in forms[1:]]
    return found


def name_count(name: str) -> str:
    """The name of the row that counts the real renderings that test a parameter."""
    return f"parameter {name}: real renderings that test it"


def name_sensitivities(name: str, photo: str) -> tuple[str, str, str]:
    """The names of the rows of a parameter on a photo.

    How far the rendering moves over the range, and the least and the largest difference from Apple's over it.
    """
    return tuple(f"parameter {name}, {photo}: {what}" for what in (_MOVES, _LEAST, _LARGEST))  # type: ignore[return-value]


def edited(library: Library) -> Iterator[Edited]:
    """Every edited version whose original and up-to-date preview are there."""
    for version, master in library.versions_with_masters():
        if master is None or not version.shown or not version.has_enabled_adjustments or master.is_raw:
            continue
        preview, original = library.preview(version), library.original(master)
        if preview.path is None or not preview.up_to_date or preview.is_master:
            continue
        master_size, processed_size = version.master_size, version.processed_size
        if original.status is not OriginalStatus.PRESENT or original.path is None:
            continue
        if master_size is None or processed_size is None:
            continue
        linear = load_pixels(original.path, 2 * SIZE, orient=False)
        operations, rotation = version.operations, version.rotation

        def drawn(constants: Constants, linear: Picture = linear, facts: tuple[Any, ...] = (
            operations, master_size, processed_size, rotation)) -> Picture:  # fmt: skip
            done, of_master, processed, turned = facts
            return aperture.render(
                linear,
                done,
                master_size=of_master,
                processed_size=processed,
                rotation=turned,
                size=SIZE,
                constants=constants,
            )

        rows, columns = drawn(NOMINAL).shape[:2]
        shown = resize(load_pixels(preview.path, None, orient=True), columns, rows)
        yield Edited(version.name, drawn, np.clip(srgb_encode(shown), 0, 1).astype(np.float32))


def _power_rows(photo: Edited, others: list[Constants]) -> list[Row]:
    own = photo.beside_apple(NOMINAL)
    found = np.array([photo.beside_apple(each) for each in others])
    what = f"{photo.name}, {SIZE} pixels"
    return [
        Row(f"{what}: our engine, mean", own, "CIEDE2000"),
        Row(f"{what}: the nearest of {len(others)} random engines, mean", float(found.min()), "CIEDE2000"),
        Row(f"{what}: the middle one of them, mean", float(np.median(found)), "CIEDE2000"),
        Row(f"{what}: the 90th percentile of them, mean", float(np.percentile(found, 90)), "CIEDE2000"),
        Row(f"{what}: random engines as near as ours", 100 * float((found <= own).mean()), "%"),
        Row(f"{what}: random engines within {TARGET:g}", 100 * float((found <= TARGET).mean()), "%"),
    ]


def _sensitivity_rows(photo: Edited, name: str, values: list[Constants]) -> list[Row]:
    """None where the photo's edits do not meet the parameter at all."""
    nominal = photo.drawn(NOMINAL)
    drawn = [each for value in values if not np.array_equal(each := photo.drawn(value), nominal)]
    if not drawn:
        return []
    beside = [_gap(photo.wanted, each) for each in (nominal, *drawn)]
    figures = (max(_gap(nominal, each) for each in drawn), min(beside), max(beside))
    return [
        Row(row, figure, "CIEDE2000") for row, figure in zip(name_sensitivities(name, photo.name), figures, strict=True)
    ]


def _gap(one: Picture, other: Picture) -> float:
    return difference(one.astype(np.float64), other.astype(np.float64)).mean


def _with(name: str, value: object) -> Constants:
    changed: dict[str, Any] = {name: value}
    return replace(NOMINAL, **changed)


def _scaled(value: Any, factor: float) -> Any:
    return tuple(_scaled(each, factor) for each in value) if isinstance(value, tuple) else value * factor

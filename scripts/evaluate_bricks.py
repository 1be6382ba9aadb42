"""Measures what each adjustment of Aperture's is worth after its translation, by both of our engines.

    python3 scripts/evaluate_bricks.py PHOTOGRAPHS [--photos 20] [--draws 6] [--json FILE]

PHOTOGRAPHS is a folder of camera JPEGs; those are used that no model trains with. Each photo is edited with one
adjustment by random Apertures, whose formulas have any of their forms by turns: those that fits and models know, those
that are held out, and those for validation. A random Camera Raw draws the settings of the translation. Mean CIEDE2000
of nothing at all and of the translation, and the share of drawings that the translation brings farther from Aperture's.
Ends with 1 where a translation is worse than nothing on average.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))

from benchmarks.rows import Row, add_json_option, write_rows
from couloir.aperture import adjustments as ap
from couloir.aperture.model import Operation, PixelSize
from couloir.color.difference import ciede2000
from couloir.color.spaces import srgb_shown, srgb_to_lab
from couloir.derive import analytic
from couloir.derive.bricks import BRICKS
from couloir.derive.model import Translation
from couloir.engines import aperture, camera_raw, constants
from couloir.engines.pixels import resize
from couloir.engines.protocol import Picture
from couloir.learn.formulas import Formulas, forms_of
from couloir.learn.photographs import load
from couloir.learn.scenes import MASTER, VERSION
from couloir.lightroom.settings import CROP_KEYS, DevelopSettings
from figures import record

SEED: Final = 18
FARTHER: Final = 1.0
"""CIEDE2000 by which a drawing must be farther from Aperture's than without any setting to count: what harms a photo
when a model is judged, too (`couloir.learn.trust_table`)."""

MOST: Final = 0.02
"""The share of drawings that may be farther."""

_LONG: Final = 120  # pixels of a picture's long edge
_WHOLE: Final = 1024  # pixels that are kept of a photograph
_PART: Final = 128

EDITS: Final[Mapping[str, ap.Adjustment]] = {
    "white balance, 4200 K": ap.WhiteBalance(temperature=4200.0, tint=6.0),
    "exposure +0.7": ap.Exposure(exposure=0.7),
    "recovery 0.7": ap.Exposure(recovery=0.7),
    "black point 8": ap.Exposure(black_point=8.0),
    "brightness +0.15": ap.Exposure(brightness=0.15),
    "contrast +0.2": ap.Enhance(contrast=0.2),
    "definition 0.4": ap.Enhance(definition=0.4),
    "saturation 1.2": ap.Enhance(saturation=1.2),
    "vibrancy 0.3": ap.Enhance(vibrancy=0.3),
    "tint wheels, weak": ap.Enhance(gray_tint=(0.012, -0.01)),
    "tint wheels, warm shadows": ap.Enhance(black_tint=(-0.04, 0.03), white_tint=(0.02, -0.01)),
    "tint wheels, all": ap.Enhance(black_tint=(0.03, -0.03), gray_tint=(-0.03, 0.03), white_tint=(0.04, 0.02)),
    "highlights 40": ap.HighlightsShadows(highlights=40.0),
    "shadows 20": ap.HighlightsShadows(shadows=20.0),
    "levels, white at 0.85": ap.Levels(rgb=ap.LevelsChannel(white=(0.85, 1.0))),
    "curve, an S": ap.Curves(rgb=ap.ToneCurve(((0.0, 0.0), (0.25, 0.2), (0.75, 0.8), (1.0, 1.0)))),
    "black and white, even": ap.BlackWhite(red=0.34, green=0.33, blue=0.33),
    "black and white, red filter": ap.BlackWhite(red=0.85, green=0.1, blue=0.05),
    "black and white, green filter": ap.BlackWhite(red=0.15, green=0.75, blue=0.1),
    "black and white, blue filter": ap.BlackWhite(red=0.1, green=0.2, blue=0.7),
    "monochrome, its own colour": ap.Monochrome(intensity=1.0),
    "monochrome, blue, half": ap.Monochrome((0.35, 0.45, 0.75), 0.5),
    "sepia": ap.Sepia(1.0),
    "sepia, half": ap.Sepia(0.5),
    "gamma 1.3": ap.Gamma(1.3),
    "color, blues +40": ap.Color((ap.ColorRange("blues", saturation=40.0, luminance=-20.0),)),
    "color, reds -30": ap.Color((ap.ColorRange("reds", saturation=-30.0),)),
    "color, greens and yellows": ap.Color(
        (ap.ColorRange("greens", hue_shift=-12.0, saturation=-40.0), ap.ColorRange("yellows", luminance=20.0))
    ),
    "definition of its own, 0.3": ap.Definition(0.3),
    "vignette 0.2": ap.Vignette(kind=0, intensity=0.2, radius=1.0),
    "vignette 0.6": ap.Vignette(kind=0, intensity=0.6, radius=1.0),
    "vignette of gamma, 0.4": ap.Vignette(kind=1, intensity=0.4, radius=0.8),
}
"""Usual edits of each adjustment that acts on a picture of this size."""

DETAILED: Final[Mapping[str, ap.Adjustment]] = {
    "sharpen 0.5, radius 1": ap.Sharpen(1.0, 0.5),
    "sharpen 1, radius 2": ap.Sharpen(2.0, 1.0),
    "edge sharpen 0.4": ap.EdgeSharpen(0.4, 0.22, 0.69),
    "edge sharpen 0.81, Aperture's default": ap.EdgeSharpen(0.81, 0.22, 0.69),
}
"""Those of the adjustments that act on single pixels, which are measured on parts of photographs at their full size."""

EVERY: Final = {**EDITS, **DETAILED}


@dataclass(frozen=True, slots=True)
class Judged:
    """Of one edit: the differences of each drawing, without and with its translation, and by which formulas."""

    name: str
    without: np.ndarray
    translated: np.ndarray
    formulas: tuple[Formulas, ...]

    @property
    def farther(self) -> float:
        """The share of drawings that the translation brings farther."""
        return float((self.translated > self.without + FARTHER).mean())


def measure(pictures: Sequence[Picture], edit: str, draws: int, seed: int) -> Judged:
    """One edit on each picture, by so many pairs of engines of each kind of formulas."""
    adjustment = EVERY[edit]
    random = np.random.Generator(np.random.PCG64([seed, list(EVERY).index(edit)]))
    without, translated, formulas = [], [], []
    for picture in pictures:
        rows, columns = picture.shape[:2]
        settings = translate(adjustment, columns, rows)
        for number in range(draws):
            kind = tuple(Formulas)[number % len(Formulas)]
            own = constants.draw(aperture.NOMINAL, random, forms_of(kind))
            other = constants.draw(camera_raw.NOMINAL, random)
            wanted = srgb_to_lab(srgb_shown(aperture.apply(picture, adjustment, constants=own)))
            drawn = srgb_to_lab(camera_raw.render_many(picture, [DevelopSettings({}), settings], constants=other))
            left = ciede2000(drawn, np.broadcast_to(wanted, drawn.shape)).reshape(2, -1).mean(axis=1)
            without.append(float(left[0]))
            translated.append(float(left[1]))
            formulas.append(kind)
    return Judged(edit, np.array(without), np.array(translated), tuple(formulas))


def translate(adjustment: ap.Adjustment, columns: int, rows: int) -> DevelopSettings:
    """The settings of a rendered photo that has this adjustment alone."""
    found = _translation(adjustment, columns, rows).settings
    return DevelopSettings({key: value for key, value in found.items() if key not in CROP_KEYS})


def _translation(adjustment: ap.Adjustment, columns: int, rows: int) -> Translation:
    operation = Operation(
        "1", BRICKS[type(adjustment)].identifier, 1, enabled=True, mask_uuid=None, inputs={}, adjustment=adjustment
    )
    size = PixelSize(columns, rows)
    version = replace(VERSION, operations=(operation,), master_size=size, processed_size=size)
    return analytic(version, replace(MASTER, subtype="JPGST"))


def keys_of(adjustment: ap.Adjustment, columns: int, rows: int) -> tuple[str, ...]:
    """The develop keys that the adjustment's translation moves."""
    (outcome,) = _translation(adjustment, columns, rows).operations
    return outcome.settings


def rows_of(judged: Sequence[Judged]) -> Iterator[Row]:
    """The figures of each edit."""
    for each in judged:
        before, after = float(each.without.mean()), float(each.translated.mean())
        yield Row(f"{each.name}: without", before, "CIEDE2000")
        yield Row(f"{each.name}: translated", after, "CIEDE2000", "no more than without", after <= before)
        yield Row(f"{each.name}: farther by {FARTHER:g}", each.farther, "share", f"<= {MOST:g}", each.farther <= MOST)
        for kind in Formulas:
            own = np.array([found is kind for found in each.formulas])
            yield Row(f"{each.name}, {kind}: translated", float(each.translated[own].mean()), "CIEDE2000")
            farther = float((each.translated[own] > each.without[own] + FARTHER).mean())
            yield Row(f"{each.name}, {kind}: farther by {FARTHER:g}", farther, "share")


def _reduced(picture: Picture) -> Picture:
    """The whole picture at the size at which looks are compared."""
    rows, columns = picture.shape[:2]
    return resize(picture, *(round(side * _LONG / max(rows, columns)) for side in (columns, rows)))


def _part(picture: Picture) -> Picture:
    """Its middle, pixel by pixel."""
    rows, columns = picture.shape[:2]
    top, left = max(rows - _PART, 0) // 2, max(columns - _PART, 0) // 2
    return np.ascontiguousarray(picture[top : top + _PART, left : left + _PART])


def parser() -> argparse.ArgumentParser:
    """The options."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("photographs", type=Path)
    options.add_argument("--photos", type=int, default=20, help="photographs at most")
    options.add_argument("--draws", type=int, default=6, help="pairs of engines for each")
    options.add_argument("--only", choices=sorted(EVERY), help="one edit alone")
    options.add_argument("--seed", type=int, default=SEED, help="another seed draws other engines")
    options.add_argument("--record", action="store_true", help="keep the figures for docs/translation.md")
    add_json_option(options)
    return options


def main() -> int:
    options = parser().parse_args()
    held_out = [each.picture for each in load([options.photographs], _WHOLE) if each.held_out][: options.photos]
    reduced, parts = [_reduced(each) for each in held_out], [_part(each) for each in held_out]
    judged = []
    for edit in EVERY if options.only is None else [options.only]:
        judged.append(measure(parts if edit in DETAILED else reduced, edit, options.draws, options.seed))
        found = judged[-1]
        print(f"{edit:36}{found.without.mean():7.2f}{found.translated.mean():7.2f}{found.farther:8.3f}", flush=True)
    rows = list(rows_of(judged))
    write_rows(options.json, rows)
    if options.record:
        record("translation", "bricks", rows, f"python3 scripts/evaluate_bricks.py PHOTOGRAPHS --seed {options.seed}")
    return 1 if any(row.holds is False for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())

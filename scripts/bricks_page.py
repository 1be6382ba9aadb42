"""The table of docs/translation.md that tells what the translation of each adjustment is worth, and what carries it.

The figures are those that `scripts/evaluate_bricks.py --record` keeps; the settings are those of the translation as the
code is now.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

import evaluate_bricks as bricks
from couloir.aperture import adjustments as ap
from couloir.derive.bricks import BRICKS
from couloir.derive.not_carried import NOT_CARRIED
from figures import DOCS

_FILE: Final = DOCS / "figures" / "translation.json"
_COLUMNS, _ROWS = 3000, 2000

# What acts on a photo's frame, on a RAW file's decoding, or on details that pictures of this size do not show.
_NOT_MEASURED: Final = {
    ap.RawFineTuning: "acts while a RAW file is decoded",
    ap.Crop: "the frame: carried exactly",
    ap.Straighten: "the frame: carried exactly",
}


def section() -> str:
    """The section with its table, in Markdown."""
    part = json.loads(_FILE.read_text(encoding="utf-8"))["bricks"]
    found = {row["name"]: row["value"] for row in part["rows"]}
    lines = "\n".join((*_measured(found), *_others()))
    return f"""## What each is worth

Usual edits on photographs that nothing was fitted to, drawn by random Apertures and Camera Raws of our engines, whose
formulas have every form that is assumed of them: mean CIEDE2000 without any setting, and with the translation. Sliders
without a formula are fitted to some of these forms and held to all, so that only the photographs and the constants are
unseen. Neither program drew them: the loop measures what Lightroom makes of a photo. Sharpening was measured at full
size, on JPEGs: a RAW file keeps Lightroom's own. Measured by
`{part["command"]}`.

| adjustment | edit | carried by | without | translated | farther by {bricks.FARTHER:g} |
|---|---|---|---:|---:|---:|
{lines}
"""


def _measured(found: dict[str, float]) -> Iterator[str]:
    for name, adjustment in bricks.EVERY.items():
        title, keys = BRICKS[type(adjustment)].title, _told(bricks.keys_of(adjustment, _COLUMNS, _ROWS))
        before, after = found[f"{name}: without"], found[f"{name}: translated"]
        farther = found[f"{name}: farther by {bricks.FARTHER:g}"]
        yield f"| {title} | {name} | {keys} | {before:.2f} | {after:.2f} | {farther:.1%} |"


def _others() -> Iterator[str]:
    """The adjustments without figures, each with the reason."""
    for adjustment, why in _NOT_MEASURED.items():
        yield f"| {BRICKS[adjustment].title} | - | {why} | - | - | - |"
    for entry in NOT_CARRIED.values():
        yield f"| {entry.title} | - | {entry.reason} | - | - | - |"


def _told(keys: tuple[str, ...]) -> str:
    """Develop keys, those of one panel as one: GrayMixer for its eight colours."""
    groups = dict.fromkeys(_group(key) for key in keys)
    return ", ".join(f"`{each}`" for each in groups) or "nothing: Aperture's preview alone shows it"


def _group(key: str) -> str:
    for stem in ("GrayMixer", "HueAdjustment", "SaturationAdjustment", "LuminanceAdjustment", "PostCropVignette"):
        if key.startswith(stem):
            return f"{stem}..."
    return "Color Grading" if key.startswith(("SplitToning", "ColorGrade")) else key

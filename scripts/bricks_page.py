"""The table of docs/translation.md that tells what the translation of each adjustment is worth, and what carries it.

The figures are those that `scripts/evaluate_bricks.py --record` keeps; the settings are those of the translation as the
code is now.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

import destinations_page
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
    return f"""## What carries each

How far each adjustment of Aperture is carried to each program that `couloir migrate --for` writes for. Where the photo
has a preview, *approximate* and *lost* become *taken from the preview* for what that gives. The last column is the mean
CIEDE2000 of a usual edit without any setting and with Lightroom's, as the table below has it; where an adjustment has
several edits, the one that shows most.

{destinations_page.table(dict(_differences(found)))}
Nothing is lost without a picture that shows it, where there is one: the report draws these photos first, Aperture's
preview beside what was carried, and its page of a photo has the preview of every other.

{destinations_page.list_lost()}
## What each is worth

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


def _differences(found: dict[str, float]) -> Iterator[tuple[str, str]]:
    """The title of each adjustment that was measured, and the differences of the edit that shows most."""
    edits: dict[str, list[str]] = {}
    for name, adjustment in bricks.EVERY.items():
        edits.setdefault(BRICKS[type(adjustment)].title, []).append(name)
    for title, names in edits.items():
        most = max(names, key=lambda name: found[f"{name}: without"])
        before, after = found[f"{most}: without"], found[f"{most}: translated"]
        yield title, f"{before:.2f}, {after:.2f} ({most})"


def _others() -> Iterator[str]:
    """The adjustments without figures, each with the reason."""
    for adjustment, why in _NOT_MEASURED.items():
        yield f"| {BRICKS[adjustment].title} | - | {why} | - | - | - |"
    for entry in NOT_CARRIED.values():
        yield f"| {entry.title} | - | lost: {entry.reason} The report shows Aperture's picture. | - | - | - |"


def _told(keys: tuple[str, ...]) -> str:
    """Develop keys, those of one panel as one: GrayMixer for its eight colours."""
    groups = dict.fromkeys(_group(key) for key in keys)
    return ", ".join(f"`{each}`" for each in groups) or "lost: Aperture's preview alone shows it, and the report does"


def _group(key: str) -> str:
    for stem in ("GrayMixer", "HueAdjustment", "SaturationAdjustment", "LuminanceAdjustment", "PostCropVignette"):
        if key.startswith(stem):
            return f"{stem}..."
    return "Color Grading" if key.startswith(("SplitToning", "ColorGrade")) else key

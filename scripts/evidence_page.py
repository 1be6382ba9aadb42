"""docs/engines-evidence.md: every parameter of the Aperture engine, with the real rendering that tests it, or none."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import figures
from benchmarks.rows import Row
from couloir.engines.aperture import NOMINAL, Constants
from couloir.engines.constants import list_constants, list_variants
from evaluation.engines_power import LEAST_MOVE, SIZE, name_count, name_sensitivities

_HEAD = (
    "| parameter | ours | range or other forms | where it comes from | tested by | the rendering moves by "
    "| beside Apple's |\n|---|---|---|---|---|---:|---:|\n"
)
_FORM = "ours is the first form; the others are usual forms of such a control"
_RAW = frozenset({"boost", "boost_knee", "boost_form"})


def page(note: str, docs: Path = figures.DOCS) -> str:
    """The page as the engine and docs/figures/engines.json are now."""
    parts = json.loads((docs / "figures" / "engines.json").read_text(encoding="utf-8"))
    rows = figures.by_name({"power": parts["power"]}) if "power" in parts else {}
    names = [each.name for each in fields(Constants)]
    return (
        f"# What tests the Aperture engine\n\n{note}"
        "Apple has published none of these values. A real rendering tests one of them only if the rendering changes\n"
        "when the value does. Each parameter was set to both ends of its range, or to each of its other forms, and\n"
        f"the two edited photos whose rendering by Apple is known were drawn at {SIZE} pixels.\n\n"
        f'"Tested by" names the photos whose rendering moves by at least {LEAST_MOVE:g} (mean CIEDE2000). The last\n'
        "two columns are of the photo that moves most: how far it moves, and the least and the largest difference\n"
        "from Apple's rendering over the range. Where these two are close, Apple's rendering does not say which\n"
        "value is right. *None* means that nobody here has seen Apple draw it: the value rests on its source alone.\n"
        "What the figures are worth as a whole is in [engines.md](engines.md).\n\n"
        + _HEAD
        + "".join(_line(name, rows) for name in names)
    )


def _line(name: str, rows: Mapping[str, Row]) -> str:
    constant, forms = list_constants(Constants).get(name), list_variants(Constants).get(name)
    nominal = getattr(NOMINAL, name)
    if constant is not None:
        unit = " times" if constant.factor else ""
        told = f"{_shown(nominal)} | {constant.low:g} to {constant.high:g}{unit} | {constant.source}"
    elif forms is not None:
        told = f"{nominal} | {', '.join(forms[1:])} | {_FORM}"
    else:
        told = f"{_shown(nominal)} | fixed | see `engines/aperture/constants.py`"
    return f"| `{name}` | {told} | {_tests(name, rows, varies=constant is not None or forms is not None)} |\n"


def _tests(name: str, rows: Mapping[str, Row], *, varies: bool) -> str:
    if not varies:
        return "- | - | -"
    if name_count(name) not in rows:
        return "not measured yet: `scripts/evaluate_engines.py SAMPLES --only power` | - | -"
    found = sorted(_photos(name, rows), key=lambda each: -each[1])
    if not found:
        if name in _RAW:
            return "none here; `--raw-originals FOLDER` where somebody has the originals | - | -"
        return "none | - | -"
    testing = [photo for photo, moved, _least, _largest in found if moved >= LEAST_MOVE]
    _photo, moved, least, largest = found[0]
    return f"{', '.join(testing) or 'none'} | {moved:.2f} | {least:.2f} to {largest:.2f}"


def _photos(name: str, rows: Mapping[str, Row]) -> Iterator[tuple[str, float, float, float]]:
    """Each photo that meets the parameter: its name, how far it moves, and the two differences."""
    before, after = name_sensitivities(name, "\0")[0].split("\0")
    for row in rows:
        if row.startswith(before) and row.endswith(after):
            photo = row.removeprefix(before).removesuffix(after)
            yield (photo, *(rows[each].value for each in name_sensitivities(name, photo)))  # type: ignore[misc]


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return "a table" if value and isinstance(value[0], tuple) else ", ".join(_shown(each) for each in value)
    return f"{value:.4g}"

"""The Camera Raw engine's tone sliders against what was measured of Lightroom Classic 14.5."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from benchmarks.rows import Row
from couloir.color.splines import monotone_spline
from couloir.engines.camera_raw import responses, tone
from couloir.engines.camera_raw.responses import BASE_STOPS
from evaluation.section import Section

_FILE = "cal_domain_round2_2026-07-07.json"
# The export, the slider, its amount, and the measured amount from which it is predicted when it is held out.
_EXPORTS = (
    ("CALHIM50", "Highlights2012", -50, -100, responses.HIGHLIGHTS),
    ("CALHIM100", "Highlights2012", -100, -50, responses.HIGHLIGHTS),
    ("CALSH50", "Shadows2012", 50, 100, responses.SHADOWS),
    ("CALSH100", "Shadows2012", 100, 50, responses.SHADOWS),
    ("CALCON50", "Contrast2012", 50, -50, responses.CONTRAST),
    ("CALCONM50", "Contrast2012", -50, 50, responses.CONTRAST),
    ("CALBL50", "Blacks2012", 50, -50, responses.BLACKS),
    ("CALBLM50", "Blacks2012", -50, 50, responses.BLACKS),
    ("CALWH50", "Whites2012", 50, -50, responses.WHITES),
    ("CALWHM50", "Whites2012", -50, 50, responses.WHITES),
)
_FEWEST = 200  # pixels in a bin, below which its median says little
_DARKEST = -10.0  # below it exports in 8 bits hold two levels; their ratios are rounding


def measure(measured: Path) -> Section:
    """`measured`: the folder of the published calibration."""
    probes = json.loads((measured / _FILE).read_text(encoding="utf-8"))["probes"]
    rows = []
    for export, slider, amount, other, table in _EXPORTS:
        stops, wanted = _bins(probes[export]["response_vs_base"])
        miss = float(np.median(np.abs(tone.compute_gain(slider, amount)(stops) - wanted)))
        predicted = monotone_spline(BASE_STOPS, np.array(table[other]) * (amount / other))(stops)
        held_out = float(np.median(np.abs(predicted - wanted)))
        rows.append(Row(f"{slider} {amount:+d}", miss, "EV, median", "<= 0.1", miss <= 0.1))
        rows.append(Row(f"{slider} {amount:+d}, predicted from {other:+d} alone", held_out, "EV, median"))
    exposure = [abs(float(tone.compute_gain("Exposure2012", stop)(np.array([-3.0]))[0]) - stop) for stop in (1.0, 2.0)]
    rows.append(Row("Exposure2012 +1 and +2", max(exposure), "EV, largest", "<= 0.1", max(exposure) <= 0.1))
    return Section(rows)


def _bins(response: dict[str, list[float]]) -> tuple[np.ndarray, np.ndarray]:
    stops, counts = np.log2(np.array(response["bin_center_lum"])), np.array(response["count"])
    kept = (stops >= _DARKEST) & (counts >= _FEWEST)
    return stops[kept], np.array(response["median_log2_ratio"])[kept]

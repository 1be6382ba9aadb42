"""Strengths that a slider is translated with are derived here again, from what the two engines do to greys."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from couloir.aperture.adjustments import Adjustment, Enhance, Exposure, HighlightsShadows
from couloir.color.spaces import srgb_encode, srgb_to_lab
from couloir.derive.bricks import BRICKS
from couloir.derive.contribution import PhotoFacts
from couloir.engines.aperture import tone as aperture
from couloir.engines.camera_raw import tone as lightroom
from couloir.lightroom.settings import PhotoKind

GRAYS = np.repeat(np.exp2(np.linspace(-7, -0.05, 80))[:, np.newaxis], 3, axis=1)
ORDINARY_KEY = -3.0  # mean log2 luminance of a picture that is neither dark nor bright
FACTS = PhotoFacts(PhotoKind.RENDERED, None, None, 0)


def _lightness(linear: np.ndarray) -> np.ndarray:
    return srgb_to_lab(np.clip(srgb_encode(linear), 0, 1))[..., 0]


def _miss(rendered: np.ndarray, wanted: np.ndarray) -> float:
    return float(np.abs(_lightness(rendered) - _lightness(wanted)).mean())


def _slider(name: str) -> Callable[[np.ndarray, float], np.ndarray]:
    """A tone slider on a picture of ordinary key whose tones lie in even areas."""

    def draw(linear: np.ndarray, amount: float) -> np.ndarray:
        stops = lightroom.stops_of(linear)
        if name in lightroom.LOCAL:
            return linear * np.exp2(lightroom.local_tone(stops, stops, {name: amount}, ORDINARY_KEY))[:, np.newaxis]
        return linear * np.exp2(lightroom.pointwise(stops, {name: amount}))[:, np.newaxis]

    return draw


@pytest.mark.parametrize(
    ("adjustment", "wanted", "key", "draw"),
    [
        (HighlightsShadows(shadows=17.0), aperture.shadows(GRAYS, 17.0), "Shadows2012", _slider("Shadows2012")),
        (
            HighlightsShadows(highlights=50.0),
            aperture.highlights(GRAYS, 50.0),
            "Highlights2012",
            _slider("Highlights2012"),
        ),
        (Exposure(recovery=1.0), aperture.recovery(GRAYS, 1.0), "Highlights2012", _slider("Highlights2012")),
        (Enhance(contrast=0.5), aperture.contrast(GRAYS, 0.5), "Contrast2012", _slider("Contrast2012")),
        (Enhance(contrast=-0.5), aperture.contrast(GRAYS, -0.5), "Contrast2012", _slider("Contrast2012")),
    ],
    ids=["shadows", "highlights", "recovery", "contrast", "less contrast"],
)
def test_a_slider_comes_nearest_to_what_aperture_does_and_is_better_than_nothing(
    adjustment: Adjustment, wanted: np.ndarray, key: str, draw: Callable[[np.ndarray, float], np.ndarray]
) -> None:
    translate = BRICKS[type(adjustment)].translate
    assert translate is not None
    chosen = translate(adjustment, FACTS).sliders[key]
    amounts = np.arange(-100, 101)
    best = min(amounts, key=lambda amount: _miss(draw(GRAYS, float(amount)), wanted))
    assert chosen == pytest.approx(best, abs=6)
    assert _miss(draw(GRAYS, chosen), wanted) < 0.6 * _miss(GRAYS, wanted)

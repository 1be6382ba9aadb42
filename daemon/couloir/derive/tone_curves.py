"""Curves: control points on Aperture's axis become point curves on Lightroom's.

The curve is a natural cubic spline through the points on values encoded with gamma 1/2.2, the channels first and
luminance after them (engines-and-ml notes, 1.3, from Photos, whose curves have the channels and the domain 0..2 of
Aperture's). Lightroom draws the same kind of spline on sRGB-encoded values, so the curve is sampled anew, not copied.
"""

from __future__ import annotations

import numpy as np

from couloir.aperture.adjustments import Curves as CurvesBrick
from couloir.aperture.adjustments import ToneCurve
from couloir.color.arrays import Floats
from couloir.color.spaces import srgb_decode, srgb_encode
from couloir.color.splines import natural_spline
from couloir.derive.contribution import NOTHING, Contribution, PhotoFacts
from couloir.derive.curves import Curves, Samples, sample
from couloir.derive.manifest import Carries, Carry
from couloir.derive.model import Fidelity

IDENTIFIER = "RKCurvesOperation"
TITLE = "Curves"

_GAMMA = 2.2
_NOTE = (
    "A point curve of the same shape; how Aperture stores curves is inferred, and Lightroom applies them in a wider "
    "colour space."
)

CARRIES: Carries = {
    "rgb": Carry(Fidelity.APPROXIMATE, _NOTE, ("ToneCurvePV2012",)),
    "red": Carry(Fidelity.APPROXIMATE, _NOTE, ("ToneCurvePV2012Red",)),
    "green": Carry(Fidelity.APPROXIMATE, _NOTE, ("ToneCurvePV2012Green",)),
    "blue": Carry(Fidelity.APPROXIMATE, _NOTE, ("ToneCurvePV2012Blue",)),
    "luminance": Carry(
        Fidelity.APPROXIMATE,
        "The luminance curve becomes part of the point curve for all channels, which makes colours stronger or weaker "
        "with it.",
        ("ToneCurvePV2012",),
    ),
    "unread": Carry(
        Fidelity.LOST, "Aperture stored these curves in a form that is not known; only the preview shows their look."
    ),
}


def translate(adjustment: CurvesBrick, _photo: PhotoFacts) -> Contribution:
    """The curve of each channel; the luminance curve is composed into the curve for all channels."""
    stored = {name: getattr(adjustment, name) for name in CARRIES if name != "unread"}
    moved = [CARRIES[name] for name, curve in stored.items() if curve is not None and not curve.is_identity]
    if adjustment.unread:
        moved.append(CARRIES["unread"])
    if not moved:
        return NOTHING
    curves = Curves(**{name: _samples(stored[name]) for name in ("red", "green", "blue")}).then(
        Curves(master=_samples(stored["rgb"])).then(Curves(master=_samples(stored["luminance"])))
    )
    return Contribution(tuple(moved), curves=None if curves.is_identity else curves)


def _samples(curve: ToneCurve | None) -> Samples | None:
    if curve is None or curve.is_identity:
        return None
    points = np.array(curve.points, dtype=np.float64)
    spline = natural_spline(points[:, 0], points[:, 1])

    def drawn(encoded: Floats) -> Floats:
        values = spline(np.asarray(srgb_decode(encoded), dtype=np.float64) ** (1 / _GAMMA))
        return srgb_encode(np.clip(values, 0.0, 2.0) ** _GAMMA)

    return sample(drawn)

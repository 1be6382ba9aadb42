"""Exposure: gain, highlight recovery, black point, brightness."""

from __future__ import annotations

from dataclasses import replace

from couloir.aperture.adjustments import Exposure
from couloir.color.arrays import Floats
from couloir.color.spaces import srgb_decode, srgb_encode
from couloir.derive.contribution import Contribution, PhotoFacts, from_sliders
from couloir.derive.curves import Curves
from couloir.derive.manifest import AUTO_PENDING, Carries, Carry
from couloir.derive.model import Fidelity
from couloir.derive.strengths import Strengths
from couloir.engines.aperture import black_point, brightness

IDENTIFIER = "RKExposureOperation"
TITLE = "Exposure"

CARRIES: Carries = {
    "exposure": Carry(
        Fidelity.APPROXIMATE,
        "The same gain in stops in both programs; Lightroom rolls the brightest highlights off more softly.",
        ("Exposure2012",),
    ),
    "recovery": Carry(
        Fidelity.APPROXIMATE,
        "Recovery becomes Highlights; the strength is estimated, not measured.",
        ("Highlights2012",),
    ),
    "black_point": Carry(
        Fidelity.APPROXIMATE,
        "Black Point becomes a tone curve; the strength is estimated, not measured.",
        ("ToneCurvePV2012",),
    ),
    "brightness": Carry(
        Fidelity.APPROXIMATE,
        "Brightness becomes a tone curve; the strength is estimated, not measured.",
        ("ToneCurvePV2012",),
    ),
}


def translate(adjustment: Exposure, photo: PhotoFacts) -> Contribution:
    """Exposure and recovery become sliders; black point and brightness become a point curve, sampled from the Aperture
    engine.
    """
    moved: dict[str, dict[str, float]] = {}
    if adjustment.exposure:
        moved["exposure"] = {"Exposure2012": adjustment.exposure}
    if adjustment.recovery:
        moved["recovery"] = {"Highlights2012": photo.strengths.recovery * adjustment.recovery}
    if adjustment.black_point:
        moved["black_point"] = {}
    if adjustment.brightness:
        moved["brightness"] = {}
    contribution = from_sliders(CARRIES, moved, *((AUTO_PENDING,) if adjustment.auto_pending else ()))
    if not (adjustment.black_point or adjustment.brightness):
        return contribution
    curves = Curves.of_master(lambda encoded: _tones(encoded, adjustment, photo.strengths))
    return replace(contribution, curves=None if curves.is_identity else curves)


def _tones(encoded: Floats, adjustment: Exposure, strengths: Strengths) -> Floats:
    darkened = black_point(srgb_decode(encoded), strengths.black_point * adjustment.black_point)
    return srgb_encode(brightness(darkened, strengths.brightness * adjustment.brightness))

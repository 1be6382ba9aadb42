"""Definition as an adjustment of its own becomes Clarity, as Enhance's slider of that name does.

Photos, whose Definition is Aperture's descendant, makes it twice as strong as our engine's Enhance of the same amount
(engines-and-ml notes on Photos' pipeline). Half of that leaves as little on average in simulated engines, and makes a
third as many photos worse.
"""

from __future__ import annotations

from couloir.aperture.adjustments import Definition
from couloir.derive.contribution import NOTHING, Contribution, PhotoFacts
from couloir.derive.manifest import Carries, Carry
from couloir.derive.model import Fidelity

IDENTIFIER = "RKDefinition2Operation"
TITLE = "Definition"

CARRIES: Carries = {
    "intensity": Carry(
        Fidelity.APPROXIMATE,
        "Definition becomes Clarity; the strength is estimated, not measured.",
        ("Clarity2012",),
    ),
}
UNKNOWN_INTENSITY = Carry(
    Fidelity.LOST, "Definition stores no usable intensity, and Aperture's default for it is unknown."
)


def translate(adjustment: Definition, photo: PhotoFacts) -> Contribution:
    """Clarity in proportion to an intensity of 0 to 1."""
    intensity = adjustment.intensity
    if adjustment.is_neutral:
        return NOTHING
    if intensity is None or not 0 < intensity <= 1:
        return Contribution((UNKNOWN_INTENSITY,))
    return Contribution((CARRIES["intensity"],), sliders={"Clarity2012": photo.strengths.definition * intensity})

"""The adjustments of Aperture without a known counterpart in Lightroom, each with its reason.

No formula for them is public, or Lightroom has no setting for them that a program can write. Their values are kept in
the ledger, and Aperture's preview shows their look.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from couloir.aperture import adjustments as ap
from couloir.derive.contribution import NOTHING, Contribution, PhotoFacts
from couloir.derive.manifest import Carries, Carry
from couloir.derive.model import Fidelity


@dataclass(frozen=True, slots=True)
class NotCarried:
    """One such adjustment. `identifier` is the stored one where it is known, else one by Aperture's pattern."""

    identifier: str
    title: str
    reason: str

    @property
    def carry(self) -> Carry:
        return Carry(Fidelity.LOST, self.reason)

    def carries(self, adjustment: type) -> Carries:
        """The same row for each parameter of the adjustment."""
        return {field.name: self.carry for field in fields(adjustment)}

    def translator(self) -> Callable[[Any, PhotoFacts], Contribution]:
        """The function that translates it: neutral if the adjustment certainly changes nothing, else lost."""
        return lambda adjustment, _photo: NOTHING if adjustment.is_neutral else Contribution((self.carry,))


NOT_CARRIED: Mapping[type, NotCarried] = {
    ap.Flip: NotCarried(
        "RKFlipOperation",
        "Flip",
        "Flip is not a develop setting in Lightroom; mirror the photo there (Photo > Flip Horizontal, Flip Vertical).",
    ),
    ap.NoiseReduction: NotCarried(
        "RKNoiseReductionOperation",
        "Noise Reduction",
        "Noise Reduction is left to Lightroom's own default, which is made for the camera.",
    ),
    ap.RawNoiseReduction: NotCarried(
        "RKRAWReduceNoiseOperation",
        "RAW Noise Reduction",
        "RAW Noise Reduction is left to Lightroom's own default, which is made for the camera.",
    ),
    ap.Devignette: NotCarried(
        "RKDevignetteOperation",
        "Devignette",
        "Devignette is not translated: Lightroom's lens profiles correct dark corners, and both would count twice.",
    ),
    ap.ChromaticAberration: NotCarried(
        "RKChromaticAberrationOperation",
        "Chromatic Aberration",
        "Chromatic Aberration has no sliders in Lightroom, which removes colour fringes automatically when that is "
        "switched on.",
    ),
    ap.QuickBrush: NotCarried(
        "RKGNGOperation", "Quick brush", "Quick brush has no counterpart that a plug-in can paint in Lightroom."
    ),
    ap.IPhotoEffects: NotCarried(
        "RKiPhotoEffects", "iPhoto's Effects", "iPhoto's Effects are not translated: no formula for them is public."
    ),
    ap.PhoneEdits: NotCarried(
        "RKiOSEditsOperation",
        "iPhoto for iOS's edits",
        "iPhoto for iOS's edits are not translated: no formula for them is public.",
    ),
}

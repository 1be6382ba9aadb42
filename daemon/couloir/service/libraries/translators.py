"""The service's translator, one per library. Imported when first needed, because it takes numpy."""

from __future__ import annotations

from couloir.derive.translator import Translator
from couloir.profiles.baselines import NO_BASELINES
from couloir.service.libraries.calibrations import strengths_or_usual
from couloir.service.libraries.profiles import learnt_profiles
from couloir.service.services import Services


def translator_of(services: Services, library: str, *, profiles: bool = True) -> Translator:
    """The translator of a library, by its id: the service's model, the library's offsets, the learnt profiles, and the
    strengths of its calibration.
    """
    strengths = strengths_or_usual(services.settings, library)
    under = learnt_profiles(services) if profiles else NO_BASELINES
    return Translator(services.models.store(), under, services.offsets.of(library), strengths)

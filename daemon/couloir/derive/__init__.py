"""One Aperture version in, one translation out. One file per adjustment.

`translate(version, master)` gives develop settings with the fidelity of every operation; `describe(version, master)`
gives the metadata, `image_facts(version, master)` the frame. All pure: nothing is read, nothing is written.
"""

from couloir.derive.metadata import describe, image_facts
from couloir.derive.model import Anomaly, Clamp, Fidelity, Judgement, OperationOutcome, Translation
from couloir.derive.translate import judge, photo_kind, translate

__all__ = [
    "Anomaly",
    "Clamp",
    "Fidelity",
    "Judgement",
    "OperationOutcome",
    "Translation",
    "describe",
    "image_facts",
    "judge",
    "photo_kind",
    "translate",
]

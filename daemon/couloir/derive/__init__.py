"""One Aperture version in, one translation out. One file per adjustment.

`couloir.derive.translator.Translator` is the door: develop settings with the fidelity of every operation. Here are its
pure parts: `analytic(version, master)`, what the formulas alone say; `describe(version, master)`, the metadata;
`image_facts(version, master)`, the frame.
"""

from couloir.derive.metadata import describe, image_facts
from couloir.derive.model import Anomaly, Clamp, Fidelity, Judgement, OperationOutcome, Translation
from couloir.derive.translate import analytic, judge, photo_kind

__all__ = [
    "Anomaly",
    "Clamp",
    "Fidelity",
    "Judgement",
    "OperationOutcome",
    "Translation",
    "analytic",
    "describe",
    "image_facts",
    "judge",
    "photo_kind",
]

"""One Aperture version in, one translation out. One file per adjustment.

`couloir.derive.translator.Translator` is the one way to a photo's develop settings, with the fidelity of every
operation. This package exports its pure parts: `analytic(version, master)` gives the translation of the formulas alone,
`describe(version, master)` the metadata, and `image_facts(version, master)` the frame.
"""

from couloir.derive.metadata import describe, image_facts
from couloir.derive.model import Anomaly, Clamp, Fidelities, Fidelity, Judgement, OperationOutcome, Translation
from couloir.derive.translate import FidelityReader, analytic, judge, photo_kind

__all__ = [
    "Anomaly",
    "Clamp",
    "Fidelities",
    "Fidelity",
    "FidelityReader",
    "Judgement",
    "OperationOutcome",
    "Translation",
    "analytic",
    "describe",
    "image_facts",
    "judge",
    "photo_kind",
]

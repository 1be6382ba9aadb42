"""The untrained model: the network before its first training step, and a card that says so."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from couloir.derive.feature_schema import COUNT, FEATURE_VERSION
from couloir.derive.residual.outputs import OUTPUTS
from couloir.derive.residual.registry import Entry
from couloir.learn.network import MEMBERS, initial
from couloir.learn.publish import Identity, publish

NAME: Final = "zero-1"
COMMAND: Final = "python3 scripts/make_zero_model.py"

_SEED: Final = 1
_HIDDEN: Final = (16, 8)  # small, because it has learnt nothing
_DEVIATION: Final = 10.0
_SUMMARY: Final = "Not trained: predicts no correction, so every translation is the analytic one."


def make_zero_model(folder: Path) -> Entry:
    """Write the zero model, its card and its entry into a models folder, and make it the current model."""
    ensemble = initial(_SEED, hidden=_HIDDEN, deviation=_DEVIATION)
    return publish(
        folder, ensemble, Identity(NAME, _SEED, trained=False, created_by=COMMAND, summary=_SUMMARY, card=_card())
    )


def _card() -> str:
    outputs = "\n".join(f"| {output.name} | {output.size:g} {output.unit} |" for output in OUTPUTS)
    return f"""# {NAME}

**This model is not trained. It predicts zero: no correction for any photo.** With it, a translation is exactly the
analytic one. It ships so that loading, checking, running and replacing a model work the same before and after there is
a trained one.

| | |
|---|---|
| made by | `{COMMAND}`, seed {_SEED} |
| training data | none |
| figures | none: there is nothing to measure, it answers the same for every photo |
| features | version {FEATURE_VERSION}, {COUNT} numbers (`daemon/couloir/derive/feature_schema.py`) |
| network | {MEMBERS} members, hidden layers {" and ".join(str(size) for size in _HIDDEN)}, before the first training \
step: hidden weights random, both heads zero |
| answers | mean 0 and standard deviation {_DEVIATION:g} in every output, in normalised units |

The standard deviation is a placeholder, wide so that nobody takes it for knowledge. It was not measured, and Couloir
does not show it: the registry marks the model as not trained, and translations then come without uncertainty.

## Outputs and the size of one unit

The sizes are round numbers that we chose, about equally visible; they are not measurements.

| output | one unit |
|---|---|
{outputs}
"""

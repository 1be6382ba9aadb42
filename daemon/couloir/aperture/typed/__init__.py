"""Reads an adjustment's inputs as a typed form."""

from __future__ import annotations

from collections.abc import Mapping

from couloir.aperture.adjustments import Adjustment
from couloir.aperture.typed.forms import BOOKKEEPING, FORMS, Form, form_of
from couloir.aperture.typed.inputs import Inputs, UnusableInput, impossible_number

__all__ = ["BOOKKEEPING", "FORMS", "Form", "UnusableInput", "form_of", "typed_adjustment"]


def read_adjustment(
    identifier: str, inputs: Mapping[str, object], class_name: str | None, version: object
) -> Adjustment | None:
    """The adjustment that `inputs` describe; None for an identifier that has no typed form.

    `class_name` and `version` (DGOperationVersionNumber) distinguish variants of one identifier. Raises UnusableInput,
    also for an impossible number under a key that no form reads: Aperture cannot have rendered that either.
    """
    impossible = impossible_number(inputs)
    if impossible is not None:
        raise UnusableInput(impossible)
    form = form_of(identifier, class_name)
    return None if form is None else form.read(Inputs(inputs, class_name, version))

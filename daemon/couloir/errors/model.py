"""Errors of a learned model: it is refused, and translations stay analytic."""

from __future__ import annotations

from couloir.errors.base import CouloirError


class ModelError(CouloirError):
    """The model {model} cannot be used: {why}."""

    code = "model"
    exit_code = 60
    advice = "Translations are analytic until then; install Couloir again to restore the model that it ships."


class ModelMissing(ModelError):
    """The model {model} is missing: {why}."""

    code = "model.missing"
    exit_code = 61


class ModelAltered(ModelError):
    """The file of the model {model} differs from the registered one: {why}."""

    code = "model.altered"
    exit_code = 62


class ModelUnreadable(ModelError):
    """The model {model} cannot be read: {why}."""

    code = "model.unreadable"
    exit_code = 63


class ModelUnsafe(ModelError):
    """The model {model} was refused before it was opened: {why}."""

    code = "model.unsafe"
    exit_code = 64


class FeaturesDiffer(ModelError):
    """The model {model} was made for features of version {found}, and this Couloir computes version {known}."""

    code = "model.features"
    exit_code = 65
    advice = (
        "Translations are analytic until then; use the model that belongs to this version of Couloir, or train again."
    )


class ModelShapeDiffers(ModelError):
    """The model {model} does not have the expected inputs and outputs: {why}."""

    code = "model.shape"
    exit_code = 66
    advice = (
        "Translations are analytic until then; use the model that belongs to this version of Couloir, or train again."
    )


class ModelNotFinite(ModelError):
    """The model {model} returns values that are not finite: {why}."""

    code = "model.not-finite"
    exit_code = 67


class ModelFailed(ModelError):
    """The model {model} failed during a prediction: {why}."""

    code = "model.failed"
    exit_code = 74


class SelfTestFailed(ModelError):
    """The model {model} failed its self-test: {why}."""

    code = "model.self-test"
    exit_code = 68
    advice = "Translations are analytic until then; check the onnxruntime installation with `couloir doctor`."


class PackageMissing(ModelError):
    """The package {package}, needed to {purpose}, cannot be used ({why}). {remedy}"""

    code = "model.package"
    exit_code = 69
    advice = "Without it, looks are translated by formulas alone."

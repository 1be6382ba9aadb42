"""Errors of training data, training and promotion."""

from __future__ import annotations

from couloir.errors.base import CouloirError


class LearnError(CouloirError):
    """Learning cannot continue: {why}."""

    code = "learn"
    exit_code = 80
    advice = "The model in use stays; correct the cause that is named and run the command again."


class TooFewPhotographs(LearnError):
    """Only {found} photographs were found, and learning needs {needed}."""

    code = "learn.photographs"
    exit_code = 81
    advice = "Name more folders of photographs with --photographs; any JPEG files of different scenes will do."


class NoDataSet(LearnError):
    """There is no training data to use in {path}: {why}."""

    code = "learn.data"
    exit_code = 82
    advice = "Make training data with `couloir learn synthesise`, or give the folder that holds it."


class BadCatalog(LearnError):
    """The Lightroom catalog {path} cannot be read: {why}."""

    code = "learn.catalog"
    exit_code = 83
    advice = "Give a .lrcat of Lightroom 2 or later that no Lightroom has open; open it once there if it is damaged."


class BadBundle(LearnError):
    """The contribution {path} cannot be used: {why}."""

    code = "learn.bundle"
    exit_code = 84
    advice = "Ask its sender to make it again with this version of Couloir; nothing in it was used."


class NotPromoted(LearnError):
    """The model {model} is not promoted: {why}."""

    code = "learn.not-promoted"
    exit_code = 85
    advice = (
        "The model in use stays; train with more pairs, or read what `couloir learn evaluate` reports about this one."
    )


class BadCalibration(LearnError):
    """The calibration {path} cannot be used: {why}."""

    code = "learn.calibration"
    exit_code = 86
    advice = (
        "Run `couloir learn calibrate` again; until then the library's photos are translated with the usual guesses."
    )


class TooFewEditedPhotos(LearnError):
    """Only {found} edited photos of the library can be measured, and a calibration needs {needed}: {why}."""

    code = "learn.edited-photos"
    exit_code = 87
    advice = (
        "The usual guesses stay. Connect the disks that hold originals, or read a backup or a vault that has more "
        "previews."
    )

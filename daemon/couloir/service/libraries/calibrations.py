"""The calibrations of libraries that `couloir learn calibrate` made on this computer, one file each."""

from __future__ import annotations

import logging
from pathlib import Path

from couloir.derive.strengths import MIDDLE, Strengths
from couloir.errors import BadCalibration
from couloir.learn.calibration.result import SUFFIX, Calibration, read, to_bytes
from couloir.service.process.settings import ServiceSettings

log = logging.getLogger(__name__)


def calibration_file(settings: ServiceSettings, library: str) -> Path:
    """The file of a library's calibration, by the library's id."""
    return settings.calibrations_folder / f"{library}{SUFFIX}"


def keep_calibration(settings: ServiceSettings, library: str, calibration: Calibration) -> Path:
    """Use a calibration for a library from now on, instead of an earlier one. Raises OSError as writing does."""
    file = calibration_file(settings, library)
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f"{file.name}.new")
    fresh.write_bytes(to_bytes(calibration))
    fresh.replace(file)
    return file


def strengths_of(settings: ServiceSettings, library: str) -> Strengths:
    """The strengths of a library's translations: its calibration's, else the usual ones. Raises BadCalibration."""
    file = calibration_file(settings, library)
    return read(file).as_strengths() if file.exists() else MIDDLE


def strengths_or_usual(settings: ServiceSettings, library: str) -> Strengths:
    """The same; a file that cannot be read is named in the log, and counts as none."""
    try:
        return strengths_of(settings, library)
    except BadCalibration as error:
        log.warning("%s %s", error.message, error.advice)
        return MIDDLE


def forget_calibration(settings: ServiceSettings, library: str) -> bool:
    """Use the usual strengths again; false where there was no calibration. Raises OSError as removing does."""
    file = calibration_file(settings, library)
    if not file.exists():
        return False
    file.unlink()
    return True

"""Other raw developers behind the renderer protocol, used where they are installed.

Each draws only those of Lightroom's settings that it supports and refuses the others, so that no measured difference
comes from a setting that was left out.
"""

from couloir.engines.real.darktable import Darktable
from couloir.engines.real.dng_converter import DngConverter
from couloir.engines.real.rawtherapee import RawTherapee

__all__ = ["Darktable", "DngConverter", "RawTherapee"]

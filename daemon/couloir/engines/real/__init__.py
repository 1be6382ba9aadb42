"""Real raw developers behind the renderer protocol, used where they are installed.

Each draws only what it understands of Lightroom's settings and refuses the rest, so that no difference is measured
against something that was left out.
"""

from couloir.engines.real.darktable import Darktable
from couloir.engines.real.dng_converter import DngConverter
from couloir.engines.real.rawtherapee import RawTherapee

__all__ = ["Darktable", "DngConverter", "RawTherapee"]

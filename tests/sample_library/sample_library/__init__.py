"""Generates Aperture libraries for tests, demonstrations and benchmarks; see `build_library`."""

from sample_library.anomalies import ANOMALIES, BadOption
from sample_library.build import build_library
from sample_library.manifest import Manifest, Planted

__all__ = ["ANOMALIES", "BadOption", "Manifest", "Planted", "build_library"]

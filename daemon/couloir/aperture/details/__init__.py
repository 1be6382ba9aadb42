"""Details of masters, versions, folders and albums beyond the records of `couloir.aperture.model`."""

from couloir.aperture.details.reader import Details
from couloir.aperture.details.sources import Sources

__all__ = ["Details", "Sources"]

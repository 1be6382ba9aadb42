"""What a library holds that the reader reads, leaves aside on purpose, or does not know."""

from couloir.aperture.audit.audit import Audit, Entry, Status

__all__ = ["Audit", "Entry", "Status"]

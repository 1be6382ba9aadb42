"""The audit: what the reader reads of a library, leaves aside on purpose, or does not know."""

from couloir.aperture.audit.audit import Audit, Entry, Status

__all__ = ["Audit", "Entry", "Status"]

"""Rebuilds a library's databases from the property lists that mirror them."""

from couloir.aperture.rebuild.rebuild import rebuild

__all__ = ["rebuild"]

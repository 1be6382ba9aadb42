"""A library's databases, written anew from the property lists that mirror them."""

from couloir.aperture.rebuild.rebuild import rebuild

__all__ = ["rebuild"]

"""Reads an Aperture 3 or iPhoto 9 library. Never writes a byte of it."""

"""Calibrates the Aperture engine to one library: finds its uncertain constants and forms from edited photos."""

"""Imports into Lightroom: what was chosen and how far each is."""

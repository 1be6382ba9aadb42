"""Matching looks with Aperture's previews, round by round."""

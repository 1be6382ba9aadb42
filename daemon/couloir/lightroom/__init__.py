"""Lightroom's own terms: develop settings and their ranges, the crop, XMP. Knows nothing of Aperture."""

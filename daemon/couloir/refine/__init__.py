"""The loop that brings a rendering nearer to Aperture's preview: align, measure, correct, say how near it came."""

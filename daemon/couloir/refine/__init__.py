"""The loop that brings a rendering nearer to Aperture's preview: align, measure, correct, and give a verdict."""

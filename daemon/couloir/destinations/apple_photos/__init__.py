"""Apple Photos: a file of adjustments beside each photograph, with Aperture's own operations where Photos has them."""

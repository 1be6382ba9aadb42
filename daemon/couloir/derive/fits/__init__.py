"""Adjustments that Lightroom has no formula for: its sliders, fitted to what our engines draw.

`chart` has the colours on which that is judged, `doubles` the Apertures and Camera Raws that it must hold for, `solve`
the fit. A brick says which sliders may move, and takes them only if they help under every one of the doubles.
"""

"""Adjustments that were painted with a brush: `find` where, by the preview; `dabs` paints any mask with Lightroom's
brush; `place` decides what of it a photo gets; `frame` moves it into the frame that the file stores; `sources` chooses
what covers a retouched spot.
"""

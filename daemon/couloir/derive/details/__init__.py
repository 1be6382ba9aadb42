"""What no small picture shows, measured between Aperture's preview and a rendering: noise, edges, local contrast.

`fine` measures single pixels where the preview is as large as the photo, on a `part` of it. It says how sure a figure
is, and refuses what cannot be told. `sharpness` chooses Lightroom's sliders from it.
"""

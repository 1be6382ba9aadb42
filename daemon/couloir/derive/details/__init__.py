"""What no small picture shows, measured between Aperture's preview and a rendering: noise, edges, local contrast.

`fine` measures single pixels where the preview is as large as the photo, on a `part` of it; `wide` measures local
contrast and the falloff of the corners on the whole picture. Both say how sure a figure is, and refuse what cannot be
told. `sharpness` and `presence` choose Lightroom's sliders from them.
"""

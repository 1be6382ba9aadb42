"""Our simple Camera Raw engine: develop settings in, pixels out, for rendered files.

`render` works on an array, `CameraRawEngine` on a photo. Its sliders follow what was measured on one camera and one
scene (`responses`); image-adaptive behaviour is left to a later engine.
"""

from couloir.engines.camera_raw.render import CameraRawEngine, render

__all__ = ["CameraRawEngine", "render"]

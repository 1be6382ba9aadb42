"""Our Camera Raw engine: renders develop settings.

`render` works on an array, `render_many` on one array with many settings, `render_pixels` on some of its pixels,
`render_raw_many` on a RAW photo's camera colours, `CameraRawEngine` on a photo. Its sliders
follow measurements on one camera and one scene (`responses`) and the structure of a published model. Every constant
that is not established is in `Constants`, of which `couloir.engines.constants.draw` makes random instances.
"""

from couloir.engines.camera_raw.constants import NOMINAL, Constants
from couloir.engines.camera_raw.engine import CameraRawEngine
from couloir.engines.camera_raw.raw import render_raw_many
from couloir.engines.camera_raw.render import render, render_many, render_pixels

__all__ = ["NOMINAL", "CameraRawEngine", "Constants", "render", "render_many", "render_pixels", "render_raw_many"]

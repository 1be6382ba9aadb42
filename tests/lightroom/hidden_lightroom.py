"""What the fake Lightroom's photos look like: the Camera Raw engine with constants that nobody has seen.

They are drawn anywhere in their ranges and kept in here, so that a loop that knows the engine's nominal constants by
heart gains nothing from it. The picture is a JPEG, with the losses of one.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from couloir.derive.controls import move
from couloir.engines import camera_raw
from couloir.engines.camera_raw.local import render_local
from couloir.engines.constants import draw
from couloir.engines.pixels import encode_jpeg, exif_orientation, load_pixels
from couloir.engines.rgb_table import draw_table
from couloir.errors import BadImage
from couloir.lightroom.enhanced.table_text import read_table
from couloir.lightroom.live import read_live
from couloir.lightroom.local.fields import KEY, from_fields
from couloir.lightroom.settings import PhotoKind
from fake_lightroom.session import RenderJob

_PROFILE = ("temperature", "tint", "exposure", "contrast", "shadows", "saturation")


@dataclass
class HiddenLightroom:
    """A renderer for the fake Lightroom. `drawn` counts the pictures that it made.

    `gap` is how far its neutral look is from Aperture's, in normalised units: what a camera profile does.
    """

    seed: int
    gap: float = 1.0
    drawn: int = 0
    _constants: camera_raw.Constants = field(init=False, repr=False)
    _profile: dict[str, float] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        random = np.random.default_rng(self.seed)
        self._constants = draw(camera_raw.NOMINAL, random)
        self._profile = {name: float(random.normal(0, self.gap)) for name in _PROFILE}

    def __call__(self, job: RenderJob) -> bytes:
        """The photo as a JPEG. RAW files of the generated libraries are small TIFFs; their white balance stays.

        Raises OSError for what is no picture, as a rendition of Lightroom fails.
        """
        rendered = {**job.settings, "WhiteBalance": "As Shot"} if "Temperature" in job.settings else job.settings
        settings = move(read_live(rendered, PhotoKind.RENDERED)[0], self._profile, PhotoKind.RENDERED)
        size = max(job.width, job.height)
        try:
            linear = load_pixels(job.path, 4 * size, orient=False)
        except BadImage as error:
            raise OSError(error.message) from error
        local = from_fields(job.settings.get(KEY) or []) if job.settings.get(f"Enable{KEY}", True) else []
        picture = render_local(
            linear, settings, local, orientation=exif_orientation(job.path), size=size, constants=self._constants
        )
        if job.table:
            amount = float(job.settings["Look"].get("Amount", 1))
            picture = draw_table(read_table(job.table), np.clip(picture, 0, 1), amount)
        self.drawn += 1
        return encode_jpeg(np.clip(picture, 0, 1), round(100 * job.quality))

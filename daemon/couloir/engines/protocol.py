"""The protocol of renderers, which draw a photo with develop settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from couloir.lightroom.local.masks import LocalAdjustment
from couloir.lightroom.settings import DevelopSettings, PhotoKind

Picture = NDArray[np.float32]
"""Height x width x 3, float32. Each function states whether it is linear light or sRGB-encoded."""


@dataclass(frozen=True, slots=True)
class Photo:
    """An original on disk. `orientation` is an EXIF code 1..8 that overrides the file's own; None takes the file's."""

    path: Path
    kind: PhotoKind
    orientation: int | None = None


class Renderer(Protocol):
    """A renderer: Lightroom, another raw developer, or one of our own engines."""

    @property
    def name(self) -> str:
        """A short word for reports and ledgers."""
        ...

    def render(self, photo: Photo, settings: DevelopSettings, size: int) -> Picture:
        """Draw the photo: sRGB-encoded, 0..1, long edge at most `size` pixels, crop and orientation applied.

        Raises BadImage for a file that cannot be decoded and CannotRender for a photo or settings beyond this renderer.
        """
        ...


@runtime_checkable
class PaintingRenderer(Renderer, Protocol):
    """A renderer that draws local adjustments, too."""

    def render_painted(
        self, photo: Photo, settings: DevelopSettings, local: Sequence[LocalAdjustment], size: int
    ) -> Picture:
        """As `render`, with local adjustments whose masks are in the frame that the file stores."""
        ...

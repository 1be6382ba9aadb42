"""Renderings of other programs, each made once."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import platformdirs
from PIL import Image

from couloir.engines.protocol import Photo, Picture, Renderer
from couloir.lightroom.settings import DevelopSettings

FOLDER = Path(platformdirs.user_cache_dir("couloir")) / "evaluation"


class Cached:
    """A renderer whose pictures are kept as 8-bit PNG files, by what was drawn, with what, how large.

    `version` tells renderers apart that have the same name and draw differently.
    """

    def __init__(self, renderer: Renderer, version: Mapping[str, object] | None = None) -> None:
        self._renderer = renderer
        self._version = dict(version or {})
        self.name = renderer.name
        self.drawn = 0
        FOLDER.mkdir(parents=True, exist_ok=True)

    def render(self, photo: Photo, settings: DevelopSettings, size: int) -> Picture:
        """See `Renderer.render`."""
        what = [self.name, self._version, settings.as_dict(), size, str(photo.orientation)]
        digest = hashlib.sha256(json.dumps(what, sort_keys=True).encode() + photo.path.read_bytes()).hexdigest()
        kept = FOLDER / f"{digest[:32]}.png"
        if not kept.exists():
            picture = self._renderer.render(photo, settings, size)
            self.drawn += 1
            file = io.BytesIO()
            Image.fromarray(np.rint(np.clip(picture, 0, 1) * 255).astype(np.uint8)).save(file, "PNG")
            whole = kept.with_suffix(".part")
            whole.write_bytes(file.getvalue())
            whole.replace(kept)
        with Image.open(kept) as opened:
            return np.asarray(np.asarray(opened.convert("RGB"), dtype=np.float32) / np.float32(255), dtype=np.float32)

"""One photo through every renderer that is installed."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.rows import Row
from couloir.color.difference import difference
from couloir.engines.camera_raw import CameraRawEngine
from couloir.engines.dng.files import linear_dng
from couloir.engines.pixels import resize
from couloir.engines.protocol import Photo, Renderer
from couloir.engines.real import Darktable, RawTherapee
from couloir.errors import CannotRender
from couloir.lightroom.settings import DevelopSettings, PhotoKind
from evaluation.adobe_sdk import AdobeSdk
from evaluation.scenes import camera_model, camera_scene, photographs
from evaluation.section import Section

_SIZE = 400
_SHEET = "engines-renderers.jpg"


def measure(photos: Path) -> Section:
    """`photos`: a folder of camera JPEGs, of which one becomes a linear DNG."""
    path = list(photographs(photos, 8))[5]
    camera, model = camera_model(0)
    renderers: list[Renderer] = [CameraRawEngine(), Darktable(), RawTherapee()]
    rows, pictures = [], []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "photo.dng"
        file.write_bytes(linear_dng(camera_scene(path, model, _SIZE), model, camera))
        reference = AdobeSdk().render(file, _SIZE).shown.astype(np.float32)
        pictures.append(reference)
        for renderer in renderers:
            try:
                shown = renderer.render(Photo(file, PhotoKind.RAW), DevelopSettings(), _SIZE)
            except CannotRender as error:
                print(f"left out: {error}")
                continue
            if shown.shape != reference.shape:
                shown = resize(shown, reference.shape[1], reference.shape[0])
            found = difference(reference, shown).mean
            rows.append(Row(f"{renderer.name}: default look beside Adobe's SDK", found, "CIEDE2000"))
            pictures.append(shown)
    return Section(rows, {_SHEET: sheet(pictures)})


def sheet(pictures: list[np.ndarray], height: int = 220) -> bytes:
    """Pictures side by side as a JPEG file."""
    images = [Image.fromarray(np.rint(np.clip(each, 0, 1) * 255).astype(np.uint8)) for each in pictures]
    images = [each.resize((round(each.width * height / each.height), height)) for each in images]
    joined = Image.new("RGB", (sum(each.width + 4 for each in images) - 4, height), "white")
    left = 0
    for each in images:
        joined.paste(each, (left, 0))
        left += each.width + 4
    file = io.BytesIO()
    joined.save(file, "JPEG", quality=85)
    return file.getvalue()

"""Photos that tests match, and what must hold of them wherever matching ended.

How near a photo came is measured here once more, from what Lightroom would draw of it.
"""

from __future__ import annotations

import io
import json
import sqlite3
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from couloir.aperture.library import Library
from couloir.color.difference import difference
from couloir.color.spaces import srgb_encode
from couloir.engines.pixels import load_pixels
from couloir.service.process import runtime
from fake_lightroom import Lightroom, Options, Photo
from fake_lightroom.catalog.develop import live_table
from fake_lightroom.enhanced_profiles import table_drawn
from fake_lightroom.session import RenderJob

ID = "org.couloir.lightroom"
PHOTOS = 3
NOISE = 0.15  # CIEDE2000 between two ways of reducing a picture


@dataclass(frozen=True)
class Edited:
    """A JPEG original with one version, which is edited, and that version's preview."""

    uuid: str
    path: Path
    preview: Path


def edited_photos(sample: Any) -> list[Edited]:
    """Up to a dozen of a generated library."""
    with sqlite3.connect(f"file:{sample.path}/Database/apdb/Library.apdb?mode=ro", uri=True) as database:
        rows = database.execute(
            "SELECT v.uuid, m.imagePath FROM RKVersion v JOIN RKMaster m ON m.uuid = v.masterUuid"
            " WHERE v.isOriginal = 0 AND v.hasAdjustments = 1 AND v.isInTrash = 0 AND v.showInLibrary = 1"
            " AND m.type = 'IMGT' AND m.fileIsReference = 0 AND m.imagePath LIKE '%.JPG'"
            " AND (SELECT count(*) FROM RKVersion o WHERE o.masterUuid = m.uuid AND o.isOriginal = 0) = 1"
            " ORDER BY v.modelId LIMIT 12"
        ).fetchall()
    database.close()
    with Library.open(sample.path) as library:
        found = [(uuid, path, library.preview(library.version(uuid)).path) for uuid, path in rows]
    return [Edited(uuid, sample.path / "Masters" / path, preview) for uuid, path, preview in found if preview]


def agree_to_match(lightroom: Lightroom, library: Path) -> Lightroom:
    """The user derives adjustments, has looks matched, takes up what has stopped, and closes what is shown."""
    lightroom.answer("Re-derive the adjustments", lambda dialog: dialog.set("Match looks", True) or "ok")
    lightroom.answer("Choose an Aperture library", [str(library)])
    lightroom.answer("Matching looks has stopped with", "ok")
    for title in ("Adjustments from Aperture", "Looks matched with Aperture", "Matching looks has stopped"):
        lightroom.answer(title, "ok")
    return lightroom


def select(lightroom: Lightroom, edited: list[Edited], count: int = PHOTOS) -> list[Photo]:
    photos = [lightroom.add_photo(each.path) for each in edited[:count]]
    lightroom.select(*photos)
    return photos


def fields(photo: Photo) -> dict[str, str]:
    return photo.properties[ID]


def far(lightroom: Lightroom, photo: Photo, settings: dict[str, Any], preview: Path) -> float:
    """How far what Lightroom draws with these settings is from the preview."""
    kept, photo.develop = photo.develop, settings
    shown = live_table(photo, Options())
    job = RenderJob(Path(photo.path), shown, 768, 768, table=table_drawn(shown, lightroom._session.profiles))
    photo.develop = kept
    renderer: Any = lightroom._session.renderer
    with Image.open(io.BytesIO(renderer(job))) as picture:
        drawn = np.asarray(picture.convert("RGB").resize((96, 64), Image.Resampling.BOX)) / 255
    levels = np.rint(srgb_encode(load_pixels(preview, None, orient=True)) * 255).astype(np.uint8)
    wanted = np.asarray(Image.fromarray(levels).resize((96, 64), Image.Resampling.BOX)) / 255
    return difference(drawn, wanted).mean


def snapshot(photo: Photo, name: str) -> dict[str, Any]:
    [found] = [each.settings for each in photo.snapshots if each.name == name]
    return found


def assert_finished(lightroom: Lightroom, photos: list[Photo], edited: list[Edited]) -> None:
    """Each photo has a look that somebody meant it to have, and none is farther from Aperture than it was."""
    begun = [(photo, each) for photo, each in zip(photos, edited, strict=False) if photo.history]
    for photo, each in begun:
        assert not photo.history[-1][0].startswith("Couloir: matching, rendering")
        assert snapshot(photo, "As in Aperture") == photo.develop
        names = [kept.name for kept in photo.snapshots]
        before = snapshot(photo, "Before matching") if "Before matching" in names else photo.develop
        assert far(lightroom, photo, photo.develop, each.preview) <= far(lightroom, photo, before, each.preview) + NOISE


def ask(daemon: Any, path: str) -> Any:
    """What the service says."""
    info = runtime.read_live(daemon.state / "daemon.json")
    request = urllib.request.Request(
        f"http://127.0.0.1:{info.port}{path}", headers={"Authorization": f"Bearer {info.token}"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)

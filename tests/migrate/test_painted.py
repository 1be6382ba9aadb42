"""What was painted in Aperture is painted again by the packet that a migration writes, where the preview shows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from couloir.aperture.library import Library
from couloir.color.difference import ciede2000
from couloir.color.spaces import srgb_encode, srgb_to_lab
from couloir.engines.camera_raw.local import render_local
from couloir.engines.pixels import load_pixels
from couloir.lightroom.embed import extract
from couloir.lightroom.local.fields import get_local
from couloir.lightroom.local.masks import LocalAdjustment
from couloir.lightroom.rdf import parse
from couloir.lightroom.settings import DevelopSettings
from couloir.lightroom.xmp import read_packet
from couloir.migrate.ledger.rows import Kind, Row
from sample_library import build_library
from sample_library.roles import Role

LOOKS = ("dodge", "burn", "dodge-crop", "blur-brush", "exposure")


@dataclass(frozen=True)
class Photo:
    """A migrated photo: its painted rows, the local adjustments in its packet, and how far from the preview our engine
    draws the packet with them and without them.
    """

    rows: list[Row]
    local: list[LocalAdjustment]
    with_them: float
    without: float


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory, migrate: Callable[..., object]) -> dict[str, Photo]:
    """By look, each shown the other way up. The previews are drawn by the generator, its strokes not as rows of dabs.
    Seeing and placing the painted places takes a second each.
    """
    root = tmp_path_factory.mktemp("painted")
    roles = [Role(looks=(look,), orientation=(6, 3, 8, 1, 1)[place]) for place, look in enumerate(LOOKS)]
    build_library(root / "Painted.aplibrary", masters=len(roles), roles=roles)
    result = migrate(_Source(root / "Painted.aplibrary"), root / "out")
    found = {}
    with Library.open(root / "Painted.aplibrary") as library:
        for version, master in library.versions_with_masters():
            if not version.shown or master is None:
                continue
            look = LOOKS[len(found)]
            operations = {each.uuid for each in version.operations if each.mask_uuid is not None}
            rows = [row for row in result.rows(Kind.OPERATION) if row.uuid in operations]  # type: ignore[attr-defined]
            file = root / "out" / str(result.row(Kind.VERSION, version.uuid).detail["path"])  # type: ignore[attr-defined]
            preview = library.preview(version).path
            assert preview is not None
            found[look] = _measured(file, preview, rows)
    return found


@dataclass(frozen=True)
class _Source:
    path: Path
    volumes: None = None


def _measured(file: Path, preview: Path, rows: list[Row]) -> Photo:
    packet = extract(file)
    assert packet is not None
    local = get_local(parse(packet, "packet"), "packet")
    content = read_packet(packet, "packet")
    assert content.image is not None
    linear, settings = load_pixels(file, 512, orient=False), DevelopSettings(content.settings)
    target = srgb_to_lab(srgb_encode(load_pixels(preview, 512, orient=True)))
    drawn = (render_local(linear, settings, each, orientation=content.image.orientation) for each in (local, []))
    off = [float(ciede2000(srgb_to_lab(_fitted(each, target)), target).mean()) for each in drawn]
    return Photo(rows, local, off[0], off[1])


def _fitted(picture: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Of the target's size: a crop is rounded to whole pixels once there and once here."""
    rows, columns = (min(one, other) for one, other in zip(picture.shape[:2], target.shape[:2], strict=True))
    assert picture.shape[0] - rows <= 1
    assert picture.shape[1] - columns <= 1
    return np.pad(
        picture[:rows, :columns], ((0, target.shape[0] - rows), (0, target.shape[1] - columns), (0, 0)), "edge"
    )


@pytest.mark.parametrize("look", ["dodge", "burn", "dodge-crop"])
def test_a_packet_paints_what_the_preview_shows(photos: dict[str, Photo], look: str) -> None:
    """Turned, mirrored and cropped as the file says, by an engine that only gets the packet."""
    photo = photos[look]
    assert photo.with_them < 0.9 * photo.without
    [local] = photo.local
    assert np.sign(local.settings["LocalExposure2012"]) == (-1 if look == "burn" else 1)
    assert {str(row.detail["fidelity"]) for row in photo.rows} == {"approximate"}
    assert all(str(row.detail["reason"]).startswith("Placed from the preview") for row in photo.rows)


def test_what_cannot_be_placed_stays_dropped_with_its_reason(photos: dict[str, Photo]) -> None:
    [row] = photos["blur-brush"].rows
    assert (photos["blur-brush"].local, row.detail["fidelity"]) == ([], "dropped")
    assert "too fine" in str(row.detail["reason"])


def test_no_photo_without_a_painted_row_gets_a_mask(photos: dict[str, Photo]) -> None:
    assert (photos["exposure"].rows, photos["exposure"].local) == ([], [])

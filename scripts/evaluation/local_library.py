"""Painted versions through the entry that users call: a library on disk is migrated, and its packets are drawn again.

The sample generator paints the previews with strokes that are no rows of dabs, by an engine of Aperture; what a packet
paints is drawn by the Camera Raw engine from the migrated file alone.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from couloir.aperture.library import Library
from couloir.aperture.model import Version
from couloir.color.difference import ciede2000
from couloir.color.spaces import srgb_encode, srgb_to_lab
from couloir.engines.camera_raw.local import render_local
from couloir.engines.pixels import load_pixels, resize
from couloir.lightroom.embed import extract
from couloir.lightroom.local.fields import get_local
from couloir.lightroom.rdf import parse
from couloir.lightroom.settings import DevelopSettings
from couloir.lightroom.xmp import read_packet
from couloir.migrate.ledger.rows import Kind
from couloir.migrate.options import MigrationOptions
from couloir.migrate.run import migrating
from evaluation.scenes import photographs

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests" / "sample_library"))
from sample_library import build_library
from sample_library.previews import stroke
from sample_library.roles import Role

PAINTED: Final = ("dodge", "burn", "dodge-burn", "dodge-crop", "saturation-brush", "edited-dodge", "edited-burn")
UNPAINTED: Final = "undrawn-dodge"
_EDGE: Final = 512
_INSIDE, _OUTSIDE = 0.3, 0.02  # of a stroke; its soft edge is neither
_ORIENTATIONS: Final = (1, 6, 3, 8)


@dataclass(frozen=True, slots=True)
class Migrated:
    """One photo: how many local adjustments its packet has, the differences with and without them inside and outside
    what was painted, and how many bytes they take.
    """

    look: str
    found: int
    inside: tuple[float, float]
    outside: tuple[float, float]
    size: int


def migrate(folder: Path, looks: Sequence[str], photos: int, skipped: int) -> Iterator[Migrated]:
    """Migrate a library of `photos` photographs, which have these looks in turn and lie four ways up."""
    with tempfile.TemporaryDirectory(prefix="couloir-") as temporary:
        root = Path(temporary)
        (root / "shown").mkdir()
        for path in list(photographs(folder, photos + skipped))[skipped:]:
            (root / "shown" / path.with_suffix(".jpg").name).symlink_to(path.resolve())
        roles = [
            Role(looks=(looks[place % len(looks)],), orientation=_ORIENTATIONS[place // len(looks) % 4])
            for place in range(photos)
        ]
        source = root / "Painted.aplibrary"
        build_library(source, masters=photos, pictures="real", roles=roles, photographs=root / "shown")
        with Library.open(source) as library, migrating(library, root / "out", MigrationOptions()) as (_, ledger):
            for version, master in library.versions_with_masters():
                entry = ledger.get(Kind.VERSION, version.uuid)
                preview = library.preview(version).path
                if version.shown and master is not None and entry is not None and preview is not None:
                    look = looks[_number(version) % len(looks)]
                    yield _measured(look, version, root / "out", preview, entry.row.detail)


def _number(version: Version) -> int:
    """The generator's number of a photo, with which its file's name ends."""
    return int("".join(filter(str.isdigit, version.file_name.partition(".")[0]))[-4:])


def _measured(look: str, version: Version, out: Path, preview: Path, detail: Mapping[str, object]) -> Migrated:
    file = out / str(detail["path"])
    packet = extract(file) or b""
    content, local = read_packet(packet, look), get_local(parse(packet, look), look)
    orientation = 1 if content.image is None else content.image.orientation
    linear, settings = load_pixels(file, _EDGE, orient=False), DevelopSettings(content.settings)
    drawn = [render_local(linear, settings, each, orientation=orientation) for each in ([], local)]
    rows, columns = drawn[0].shape[:2]
    # A crop is drawn from pixels of the whole photo, so the preview has more: they are compared at the drawn size.
    target = np.asarray(srgb_encode(resize(load_pixels(preview, _EDGE, orient=True), columns, rows)), dtype=np.float32)
    strength = np.zeros((rows, columns))
    for operation in version.operations:
        if operation.mask_uuid is not None:
            strength = np.maximum(strength, stroke(target, dict(operation.inputs))[..., 0])  # type: ignore[arg-type]
    off = [ciede2000(srgb_to_lab(each), srgb_to_lab(target)) for each in drawn]
    inside, outside = strength > _INSIDE, strength < _OUTSIDE
    means = [(float(each[inside].mean()), float(each[outside].mean())) for each in off]
    size = packet.count(b"<rdf:li>d ") and packet.find(b"</crs:MaskGroupBased") - packet.find(b"<crs:MaskGroupBased")
    return Migrated(look, len(local), (means[0][0], means[1][0]), (means[0][1], means[1][1]), size)

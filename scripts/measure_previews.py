"""How near our engines come to Aperture's own previews: the difference, for every version that has one.

    python3 scripts/measure_previews.py LIBRARY [--size 1024] [--json FILE]

For each version with an up-to-date preview and a JPEG, TIFF or PNG original: mean and 95th percentile of CIEDE2000
between the preview and (a) the original, cropped and turned only; (b) the Aperture engine with the version's
operations; (c) the translated settings through the Camera Raw engine. An unedited version shows what JPEG compression
and resampling alone cost. For an edited one that cost is measured on (b): coded as the preview is coded (its
quantisation tables and colour subsampling) against itself, and against the preview, where coding then takes no part.
Neither Aperture nor Lightroom takes part: (b) and (c) are our own engines.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, JpegImagePlugin

from benchmarks.rows import Row, add_json_option, write_rows
from couloir.aperture.library import Library
from couloir.aperture.model import Master, Version
from couloir.color.difference import Difference, difference
from couloir.derive import analytic
from couloir.engines import aperture
from couloir.engines.camera_raw import CameraRawEngine
from couloir.engines.pixels import load_pixels
from couloir.engines.protocol import Picture
from couloir.errors import ContentError
from couloir.migrate.report.compare import compare, fit_to


def parser() -> argparse.ArgumentParser:
    """The options."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("library", type=Path)
    options.add_argument("--size", type=int, default=1024, help="long edge in pixels at which pictures are compared")
    add_json_option(options)
    return options


def main() -> int:
    options = parser().parse_args()
    rows: list[Row] = []
    with Library.open(options.library) as library:
        for version, differences in measured(library, options.size):
            edited = "edited" if version.has_enabled_adjustments else "unedited"
            print(f"{version.name} ({edited})")
            for label, found in differences.items():
                print(f"  {label:<40} mean {found.mean:5.2f}  p95 {found.p95:5.2f}")
                rows += [
                    Row(f"{version.uuid} {label} {part}", value, "CIEDE2000")
                    for part, value in (("mean", found.mean), ("p95", found.p95))
                ]
    write_rows(options.json, rows)
    return 0


def measured(library: Library, size: int) -> Iterator[tuple[Version, dict[str, Difference]]]:
    """Every version that can be measured, with its differences by the way it was rendered."""
    for version in library.versions():
        master, preview = library.master(version.master_uuid), library.preview(version)
        if master is None or version.in_trash or not version.browsable or not preview.up_to_date:
            continue
        original = library.original(master).path
        if original is None or preview.path is None or preview.is_master:
            continue
        try:
            yield version, _differences(version, master, original, preview.path, size)
        except ContentError as error:
            print(f"{version.name} is left out. {error}", file=sys.stderr)


def _differences(version: Version, master: Master, original: Path, preview: Path, size: int) -> dict[str, Difference]:
    translation = analytic(version, master)
    found = compare(version, master, translation, original, preview, CameraRawEngine(), size)
    differences = {"nothing applied": found.before, "translation in the Camera Raw engine": found.after}
    if version.master_size is not None and version.processed_size is not None:
        drawn = aperture.render(
            load_pixels(original, None, orient=False),
            version.operations,
            master_size=version.master_size,
            processed_size=version.processed_size,
            rotation=version.rotation,
        )
        fitted = fit_to(drawn, found.preview)
        coded = fit_to(coded_as(drawn, preview), found.preview)
        differences["operations in the Aperture engine"] = difference(found.preview, fitted)
        differences["that rendering coded as the preview is, beside itself"] = difference(fitted, coded)
        differences["that rendering coded as the preview is"] = difference(found.preview, coded)
    return differences


def coded_as(picture: Picture, jpeg: Path) -> Picture:
    """An sRGB-encoded picture after going through a JPEG file that is coded like another one."""
    with Image.open(jpeg) as other:
        if not isinstance(other, JpegImagePlugin.JpegImageFile):
            raise TypeError(f"{jpeg} is no JPEG file")
        tables, sampling = other.quantization, JpegImagePlugin.get_sampling(other)
    file = io.BytesIO()
    levels = np.rint(np.clip(picture, 0, 1) * 255).astype(np.uint8)
    Image.fromarray(levels).save(file, "JPEG", qtables=tables, subsampling=sampling)
    with Image.open(file) as read:
        return np.asarray(np.asarray(read, dtype=np.float32) / np.float32(255), dtype=np.float32)


if __name__ == "__main__":
    sys.exit(main())

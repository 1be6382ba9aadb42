"""Adobe DNG Converter (macOS, Windows): a genuine Camera Raw rendering without Lightroom.

Settings are written into a DNG, and the DNG is converted with a full-size preview, which Camera Raw renders with these
settings and which is then extracted. This was not verified with the real program (docs/unverified.md).
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Final

from couloir.engines.decoding.limits import DecodingRefusal, Use, read_jpeg_header
from couloir.engines.dng.tags import Tag, read_directory, read_tags
from couloir.engines.protocol import Photo, Picture
from couloir.engines.real import program
from couloir.errors import BadImage, CannotRender
from couloir.lightroom.embed import embed
from couloir.lightroom.metadata import PhotoMetadata
from couloir.lightroom.settings import DevelopSettings
from couloir.lightroom.xmp import ImageFacts, Stamp, write_packet

PROGRAMS: Final = {
    "darwin": "/Applications/Adobe DNG Converter.app/Contents/MacOS/Adobe DNG Converter",
    "win32": r"C:\Program Files\Adobe\Adobe DNG Converter\Adobe DNG Converter.exe",
}
_SUB_DIRECTORIES: Final = 330
_STRIPS, _STRIP_SIZES = 273, 279
_JPEG: Final = (6.0, 7.0)


class DngConverter:
    """`program`: the converter's path; None stands for the path at which Adobe installs it."""

    name = "dng-converter"

    def __init__(self, program: str | None = None) -> None:
        self._program = program or PROGRAMS.get(sys.platform, "Adobe DNG Converter")

    def render(self, photo: Photo, settings: DevelopSettings, size: int) -> Picture:
        """See `Renderer.render`. Raises CannotRender for files other than DNG, and when there is no preview."""
        if photo.path.suffix.lower() != ".dng":
            raise CannotRender(item=photo.path, renderer=self.name, why="only a DNG file can carry settings into it")
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            copy, out = home / "photo.dng", home / "out"
            out.mkdir()
            shutil.copyfile(photo.path, copy)
            orientation = photo.orientation or 1
            packet = write_packet(settings, PhotoMetadata(), ImageFacts(1, 1, orientation), Stamp("0", "", ""))
            embed(copy, packet, orientation)
            program.run([self._program, "-c", "-p2", "-d", str(out), str(copy)], photo.path, self.name, home)
            converted = next(iter(sorted(out.glob("*.dng"))), None)
            if converted is None:
                raise CannotRender(item=photo.path, renderer=self.name, why="it wrote no file")
            preview = largest_preview(converted)
            if preview is None:
                raise CannotRender(item=photo.path, renderer=self.name, why="the converted file holds no preview")
            picture = home / "preview.jpg"
            picture.write_bytes(preview)
            return program.read_rendering(picture, photo.path, self.name, size)


def largest_preview(dng: Path) -> bytes | None:
    """The largest JPEG picture in a DNG's directories, None when there is none. Raises BadImage for a broken file."""
    data = dng.read_bytes()
    try:
        first = read_tags(data)
        directories = [first]
        if _SUB_DIRECTORIES in first:
            directories += [read_directory(data, int(at)) for at in first[_SUB_DIRECTORIES].numbers()]
    except ValueError as error:
        raise BadImage(item=dng, why=str(error)) from error
    found = [picture for tags in directories if (picture := _jpeg(data, tags)) is not None]
    return max(found, key=_pixels, default=None)


def _jpeg(data: bytes, tags: dict[int, Tag]) -> bytes | None:
    """The picture of one directory if it is a JPEG in one strip that a decoder would accept, else None."""
    if not {259, _STRIPS, _STRIP_SIZES} <= tags.keys() or tags[259].numbers()[0] not in _JPEG:
        return None
    start, length = (int(tags[each].numbers()[0]) for each in (_STRIPS, _STRIP_SIZES))
    picture = data[start : start + length]
    return picture if tags[_STRIPS].count == 1 and _pixels(picture) else None


def _pixels(picture: bytes) -> int:
    try:
        found = read_jpeg_header(picture, Use.PHOTO)
    except DecodingRefusal:
        return 0  # the lossless JPEG of the RAW data has the same tag
    return found.pixels

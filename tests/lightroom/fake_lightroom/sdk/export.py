"""LrExportSession: renditions drawn by the renderer of the test.

What an export leaves unsaid comes, in Lightroom, from the user's last export: here every setting that decides where the
files go and what they are must be given.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..catalog import develop
from ..errors import RuleBroken
from ..marshal import Ref
from ..registry import Wait, sdk, sdk_property
from ..session import RenderJob, Session
from ..tables.words import words
from .arguments import photo_ids
from .develop import draw

REQUIRED = words("""
    LR_format LR_export_destinationType LR_export_destinationPathPrefix LR_export_useSubfolder LR_collisionHandling
    LR_size_doConstrain LR_minimizeEmbeddedMetadata LR_outputSharpeningOn LR_useWatermark LR_reimportExportedPhoto
    LR_export_postProcessing LR_includeVideoFiles
    """)
_REQUIRED_FOR_JPEG = frozenset({"LR_jpeg_quality", "LR_export_colorSpace"})
_REQUIRED_FOR_SIZE = frozenset({"LR_size_resizeType", "LR_size_maxWidth", "LR_size_maxHeight", "LR_size_units"})
_EXTENSIONS = {"JPEG": "jpg", "TIFF": "tif", "PNG": "png"}
_SECONDS_A_RENDITION = 2.6


@dataclass
class ExportSession:
    photos: list[int]
    settings: dict[str, Any]


@dataclass
class Rendition:
    session: ExportSession
    photo: int
    path: Path
    skipped: bool = False


def open_export(lr: Session, arguments: Any) -> Ref:
    """LrExportSession{photosToExport, exportSettings}."""
    if not isinstance(arguments, dict) or not isinstance(arguments.get("exportSettings"), dict):
        raise RuleBroken("LrExportSession takes a table with photosToExport and exportSettings")
    settings = arguments["exportSettings"]
    needed = set(REQUIRED)
    if settings.get("LR_format") == "JPEG":
        needed |= _REQUIRED_FOR_JPEG
    if settings.get("LR_size_doConstrain"):
        needed |= _REQUIRED_FOR_SIZE
    missing = sorted(needed - settings.keys())
    if missing:
        raise RuleBroken(f"an export takes {missing[0]} from the user's last export unless it is given")
    if settings["LR_collisionHandling"] not in ("overwrite", "rename", "skip"):
        raise RuleBroken("an export with LR_collisionHandling 'ask' stops and asks the user")
    if settings["LR_format"] not in _EXTENSIONS:
        raise RuleBroken(f"the fake Lightroom cannot export {settings['LR_format']!r}")
    lr.exports.append(ExportSession(photo_ids("LrExportSession", arguments.get("photosToExport")), settings))
    return Ref("LrExportSession", len(lr.exports))


@sdk("LrExportSession.countRenditions")
def count_renditions(lr: Session, number: int) -> int:
    return len(lr.exports[number - 1].photos)


@sdk("LrExportSession.photosToExport")
def photos_to_export(lr: Session, number: int) -> Any:
    rest = iter(lr.exports[number - 1].photos)

    def advance(*_: Any) -> Any:
        for photo in rest:
            return lr.runtime.marshal.to_lua(Ref("LrPhoto", photo))
        return None

    return advance


@sdk("LrExportSession.removePhoto")
def remove_photo(lr: Session, number: int, photo: Any) -> None:
    lr.exports[number - 1].photos.remove(photo.id)


@sdk("LrExportSession.renditions")
def renditions(lr: Session, number: int, parameters: Any = None) -> Any:
    """An iterator of (number, rendition)."""
    session = lr.exports[number - 1]
    made = []
    for photo in session.photos:
        lr.renditions.append(Rendition(session, photo, _target(lr, session, photo)))
        made.append(Ref("LrExportRendition", len(lr.renditions)))
    rest = iter(enumerate(made, 1))

    def advance(*_: Any) -> Any:
        for position, rendition in rest:
            return position, lr.runtime.marshal.to_lua(rendition)
        return None

    return advance


@sdk("LrExportSession.doExportOnCurrentTask")
def do_export(lr: Session, number: int) -> Wait:
    session = lr.exports[number - 1]

    def all_of_them() -> tuple[()]:
        for photo in session.photos:
            _render(lr, Rendition(session, photo, _target(lr, session, photo)))
        return ()

    return Wait(lr.waits.later(_SECONDS_A_RENDITION * len(session.photos), all_of_them))


def _target(lr: Session, session: ExportSession, photo: int) -> Path:
    settings = session.settings
    folder = lr.paths.to_host(str(settings["LR_export_destinationPathPrefix"]))
    if settings["LR_export_useSubfolder"]:
        folder /= str(settings.get("LR_export_destinationPathSuffix", ""))
    stem = lr.paths.to_host(lr.catalog.photo(photo).path).stem
    extension = _EXTENSIONS[settings["LR_format"]]
    taken = {rendition.path for rendition in lr.renditions if rendition.session is session}
    candidate, number = folder / f"{stem}.{extension}", 1
    while candidate in taken or (settings["LR_collisionHandling"] == "rename" and candidate.exists()):
        number += 1
        candidate = folder / f"{stem}-{number}.{extension}"
    return candidate


@sdk("LrExportRendition.waitForRender")
def wait_for_render(lr: Session, number: int) -> Wait:
    """True and the path, or false and a message."""
    rendition = lr.renditions[number - 1]
    return Wait(lr.waits.later(_SECONDS_A_RENDITION, lambda: _render(lr, rendition)))


def _render(lr: Session, rendition: Rendition) -> tuple[bool, str]:
    photo, settings = lr.catalog.photo(rendition.photo), rendition.session.settings
    if rendition.skipped:
        return False, "skipped"
    if photo.is_video and not settings["LR_includeVideoFiles"]:
        return False, "videos are not exported"
    source = lr.paths.to_host(photo.path)
    if not source.is_file():
        return False, f"The file could not be found: {photo.path}"
    width, height = (int(settings.get(f"LR_size_max{side}", 0)) for side in ("Width", "Height"))
    job = RenderJob(source, develop.live_table(photo, lr.options), width, height, settings["LR_format"])
    data, problem = draw(lr, photo, job)
    if data is None:
        return False, (problem or b"").decode()
    rendition.path.parent.mkdir(parents=True, exist_ok=True)
    rendition.path.write_bytes(data)
    return True, lr.paths.to_sdk(rendition.path)


@sdk("LrExportRendition.skipRender")
def skip_render(lr: Session, number: int) -> None:
    lr.renditions[number - 1].skipped = True


@sdk("LrExportRendition.renditionIsDone")
def rendition_is_done(lr: Session, number: int, success: Any, message: Any = None) -> None:
    if not isinstance(success, bool):
        raise RuleBroken("LrExportRendition:renditionIsDone takes true or false")


@sdk_property("LrExportRendition.photo")
def rendition_photo(lr: Session, number: int) -> Ref:
    return Ref("LrPhoto", lr.renditions[number - 1].photo)


@sdk_property("LrExportRendition.destinationPath")
def destination_path(lr: Session, number: int) -> str:
    return lr.paths.to_sdk(lr.renditions[number - 1].path)


@sdk_property("LrExportRendition.wasSkipped")
def was_skipped(lr: Session, number: int) -> bool:
    return bool(lr.renditions[number - 1].skipped)

"""LrExportSession: renditions drawn by the renderer of the test.

What an export leaves unsaid comes from the user's last export: an error here, unless `Options.last_export` says what
that was.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..catalog import develop
from ..enhanced_profiles import table_drawn
from ..errors import RuleBroken, SdkError
from ..marshal import Ref
from ..registry import Wait, sdk, sdk_property
from ..session import RenderJob, Session
from ..tables.export import EXPORT, HOSTILE_EXPORT, unsaid
from .arguments import photo_ids
from .develop import draw

_OWN_PROVIDER = "com.adobe.ag.export.file"
_EXTENSIONS = {"JPEG": "jpg", "TIFF": "tif", "PNG": "png"}
_SECONDS_A_RENDITION = 2.6


@dataclass
class ExportSession:
    photos: list[int]
    settings: dict[str, Any]
    started: bool = False


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
    unknown = sorted(settings.keys() - EXPORT.keys())
    if unknown:
        raise RuleBroken(f"an export has no setting called {unknown[0]}")
    if lr.options.last_export is None:
        missing = unsaid(settings)
        if missing:
            raise RuleBroken(f"an export takes {missing[0]} from the user's last export unless it is given")
    settings = {**HOSTILE_EXPORT, **(lr.options.last_export or {}), **settings}
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
    """An iterator of (number, rendition). With a progress scope and `stopIfCanceled` it ends when that is cancelled."""
    if not lr.runtime.in_task:
        raise SdkError("AgExportSession:addRenditionsForPhotos: must not call on main UI task")
    parameters = parameters or {}
    scope = parameters.get("progressScope")
    if parameters.get("stopIfCanceled") and scope is None:
        raise RuleBroken("LrExportSession:renditions ignores stopIfCanceled without a progressScope")
    session = lr.exports[number - 1]
    made = []
    for photo in session.photos:
        lr.renditions.append(Rendition(session, photo, _target(lr, session, photo)))
        made.append(Ref("LrExportRendition", len(lr.renditions)))
    rest = iter(enumerate(made, 1))

    def advance(*_: Any) -> Any:
        if scope is not None and parameters.get("stopIfCanceled") and lr.runtime.ask("scope_canceled", scope.id):
            return None
        for position, rendition in rest:
            return position, lr.runtime.marshal.to_lua(rendition)
        return None

    return advance


@sdk("LrExportSession.doExportOnCurrentTask")
def do_export(lr: Session, number: int) -> Wait:
    session = lr.exports[number - 1]
    session.started = True

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
    if settings["LR_renamingTokensOn"]:
        stem = settings["LR_tokenCustomString"]
    extension = _EXTENSIONS[settings["LR_format"]]
    if settings["LR_extensionCase"] == "uppercase":
        extension = extension.upper()
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
    rendition.session.started = True
    return Wait(lr.waits.later(_SECONDS_A_RENDITION, lambda: _render(lr, rendition)))


def _render(lr: Session, rendition: Rendition) -> tuple[bool, str]:
    photo, settings = lr.catalog.photo(rendition.photo), rendition.session.settings
    if rendition.skipped:
        return True, lr.paths.to_sdk(
            rendition.path
        )  # "will return immediately with true, but the file will not be present"
    if photo.is_video and not settings["LR_includeVideoFiles"]:
        return False, "videos are not exported"
    source = lr.paths.to_host(photo.path)
    if not source.is_file():
        return False, f"The file could not be found: {photo.path}"
    width, height = (int(settings.get(f"LR_size_max{side}", 0)) for side in ("Width", "Height"))
    quality = 0.05 if settings["LR_jpeg_useLimitSize"] else float(settings["LR_jpeg_quality"])
    look = develop.live_table(photo, lr.options)
    job = RenderJob(
        source,
        look,
        width,
        height,
        settings["LR_format"],
        quality,
        table=table_drawn(look, lr.profiles),
        export=settings,
    )
    data, problem = draw(lr, photo, job)
    if data is None:
        return False, (problem or b"").decode()
    if settings["LR_exportServiceProvider"] != _OWN_PROVIDER:
        return True, lr.paths.to_sdk(rendition.path)  # the other provider has taken the file
    rendition.path.parent.mkdir(parents=True, exist_ok=True)
    rendition.path.write_bytes(data)
    return True, lr.paths.to_sdk(rendition.path)


@sdk("LrExportRendition.skipRender")
def skip_render(lr: Session, number: int) -> None:
    rendition = lr.renditions[number - 1]
    if rendition.session.started:
        raise RuleBroken("LrExportRendition:skipRender must be called before the session starts its rendering loop")
    rendition.skipped = True


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

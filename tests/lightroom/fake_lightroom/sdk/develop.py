"""LrPhoto's develop settings, snapshots and presets, and its thumbnails."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4

from ..catalog import develop
from ..catalog.records import Photo, Snapshot
from ..enhanced_profiles import table_drawn
from ..errors import RuleBroken, SdkError
from ..marshal import Ref
from ..registry import sdk
from ..session import RenderJob, Session
from ..tables.returned import Record
from .arguments import number, optional, ref, text


def _editable(lr: Session, photo_id: int, full: str) -> Photo:
    if lr.catalog.is_born(photo_id):
        raise SdkError(f"{full}: the photo was added in the same write access call")
    return lr.catalog.photo(photo_id)


@sdk("LrPhoto.getDevelopSettings")
def get_develop_settings(lr: Session, photo_id: int) -> Record:
    photo = lr.catalog.photo(photo_id)
    if photo.is_video:
        raise SdkError("LrPhoto:getDevelopSettings: videos have no develop settings")
    return Record("LrPhoto.getDevelopSettings", develop.live_table(photo, lr.options))


@sdk("LrPhoto.applyDevelopSettings")
def apply_develop_settings(
    lr: Session, photo_id: int, settings: Any, history_name: Any = None, flatten: Any = None
) -> None:
    full = "LrPhoto:applyDevelopSettings"
    photo = _editable(lr, photo_id, full)
    name = optional(full, "optHistoryName", history_name, str) or "Settings"
    optional(full, "optFlattenAutoNow", flatten, bool)
    taken = develop.accepted(settings, photo, lr.options, lr.ignored.append, lr.profiles)

    def store() -> None:
        develop.apply(photo, taken, name, lr.now())
        lr.changed(photo)

    lr.catalog.write(store)


@sdk("LrPhoto.createDevelopSnapshot")
def create_snapshot(lr: Session, photo_id: int, name: Any = None, update_in_place: Any = None) -> bool:
    """False when a snapshot of that name exists and is not to be replaced."""
    full = "LrPhoto:createDevelopSnapshot"
    photo = _editable(lr, photo_id, full)
    name = text(full, name)
    known = next((s for s in photo.snapshots if s.name == name), None)
    if known is not None and update_in_place is not True:
        return False

    at_call = dict(photo.develop)

    def create() -> None:
        settings = at_call if lr.options.snapshot_in_gate == "before" else dict(photo.develop)
        if known is not None:
            known.settings = settings
        else:
            photo.snapshots.append(Snapshot(str(uuid4()).upper(), name, settings))

    lr.catalog.write(create)
    return True


@sdk("LrPhoto.getDevelopSnapshots")
def get_snapshots(lr: Session, photo_id: int) -> list[Record]:
    snapshots = lr.catalog.photo(photo_id).snapshots
    return [
        Record("LrPhoto.getDevelopSnapshots", {"snapshotID": s.id, "name": s.name, "id_global": s.id})
        for s in snapshots
    ]


def _snapshot(photo: Photo, snapshot_id: Any, full: str) -> Snapshot:
    found = next((s for s in photo.snapshots if s.id == snapshot_id), None)
    if found is None:
        raise SdkError(f"{full}: there is no snapshot with the id {snapshot_id!r}")
    return found


@sdk("LrPhoto.applyDevelopSnapshot")
def apply_snapshot(lr: Session, photo_id: int, snapshot_id: Any) -> None:
    full = "LrPhoto:applyDevelopSnapshot"
    photo = _editable(lr, photo_id, full)
    snapshot = _snapshot(photo, snapshot_id, full)

    def restore() -> None:
        photo.before_edit, photo.edited_at = dict(photo.develop), lr.now()
        photo.develop = dict(snapshot.settings)
        photo.history.append((f"Snapshot: {snapshot.name}", dict(snapshot.settings)))

    lr.catalog.write(restore)


@sdk("LrPhoto.deleteDevelopSnapshot")
def delete_snapshot(lr: Session, photo_id: int, snapshot_id: Any) -> None:
    full = "LrPhoto:deleteDevelopSnapshot"
    photo = _editable(lr, photo_id, full)
    snapshot = _snapshot(photo, snapshot_id, full)
    lr.catalog.write(lambda: photo.snapshots.remove(snapshot))


# Presets ------------------------------------------------------------------------------------------------------------


@sdk("LrApplication.addDevelopPresetForPlugin")
def add_preset(lr: Session, plugin: Any, name: Any, settings: Any) -> Ref:
    full = "LrApplication.addDevelopPresetForPlugin"
    ref(full, plugin, "LrPlugin")
    if not isinstance(settings, dict):
        raise SdkError(f"{full}: the settings must be a table")
    uuid = str(uuid4()).upper()
    lr.presets[uuid] = {"name": text(full, name), "settings": settings}
    return Ref("LrDevelopPreset", len(lr.presets))


def _preset(lr: Session, preset_id: int) -> tuple[str, dict[str, Any]]:
    return list(lr.presets.items())[preset_id - 1]


@sdk("LrDevelopPreset.getName")
def preset_name(lr: Session, preset_id: int) -> str:
    return str(_preset(lr, preset_id)[1]["name"])


@sdk("LrDevelopPreset.getUuid")
def preset_uuid(lr: Session, preset_id: int) -> str:
    return _preset(lr, preset_id)[0]


@sdk("LrDevelopPreset.getSetting")
def preset_setting(lr: Session, preset_id: int) -> Any:
    return _preset(lr, preset_id)[1]["settings"]


@sdk("LrPhoto.applyDevelopPreset")
def apply_preset(
    lr: Session, photo_id: int, preset: Any, plugin: Any = None, amount: Any = None, update: Any = None
) -> None:
    full = "LrPhoto:applyDevelopPreset"
    optional(full, "presetAmount", amount, (int, float))
    photo = _editable(lr, photo_id, full)
    _, chosen = _preset(lr, ref(full, preset, "LrDevelopPreset"))
    taken = develop.accepted(chosen["settings"], photo, lr.options, lr.ignored.append)
    lr.catalog.write(lambda: develop.apply(photo, taken, f"Preset: {chosen['name']}", lr.now()))


# Thumbnails ---------------------------------------------------------------------------------------------------------


@sdk("LrPhoto.requestJpegThumbnail", raw=True)
def request_thumbnail(lr: Session, photo_id: int, width: Any, height: Any, callback: Any) -> Any:
    """Calls back outside any task: (data), or (nil, message). Soon after an edit it still shows the photo before it."""
    full = "LrPhoto:requestJpegThumbnail"
    size = int(number(full, width)), int(number(full, height))
    if not callable(callback):
        raise RuleBroken(f"{full} needs a callback")
    photo = lr.catalog.photo(photo_id)

    def deliver() -> tuple[()]:
        if not lr.runtime.ask("request_is_kept", token):
            lr.broken_rule(f"{full}: the object that it returned was not kept, so the callback may never come")
            return ()
        stale = photo.edited_at is not None and lr.now() - photo.edited_at < lr.options.stale_seconds
        shown = replace(photo, develop=photo.before_edit or {}) if stale else photo
        settings = develop.live_table(shown, lr.options)
        data, problem = draw(
            lr,
            photo,
            RenderJob(lr.paths.to_host(photo.path), settings, *size, table=table_drawn(settings, lr.profiles)),
        )
        lr.runtime.ask("call_back", b"callback of a thumbnail", callback, data, problem)
        return ()

    lr.waits.later(0.05, deliver)
    token, request = lr.runtime.ask("new_request")
    return request


def draw(lr: Session, photo: Photo, job: RenderJob) -> tuple[bytes | None, bytes | None]:
    """What the renderer makes of a photo: the picture, or why there is none."""
    if lr.renderer is None:
        return None, b"no renderer"
    try:
        return lr.renderer(job), None
    except (OSError, ValueError) as problem:
        return None, f"{problem}".encode()

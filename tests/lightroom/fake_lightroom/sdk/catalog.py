"""LrCatalog: finding photos, adding them, the selection, and state kept for plug-ins."""

from __future__ import annotations

from typing import Any

from ..catalog.records import Photo, file_format
from ..catalog.search import checked_search, matching
from ..errors import RuleBroken, SdkError
from ..marshal import Ref
from ..registry import sdk
from ..session import Session
from ..tables.returned import Record
from .arguments import optional, photo_ids, ref, text
from .photo import formatted, raw


def photos(ids: Any) -> list[Ref]:
    return [Ref("LrPhoto", number) for number in ids]


# Finding ---------------------------------------------------------------------------------------------------------


@sdk("LrCatalog.getAllPhotos")
def get_all_photos(lr: Session, _: int) -> list[Ref]:
    return photos(lr.catalog.photos)


@sdk("LrCatalog.findPhotoByPath")
def find_photo_by_path(lr: Session, _: int, path: Any, case_sensitivity: Any = None) -> Ref | None:
    path = text("LrCatalog:findPhotoByPath", path)
    found = lr.catalog.by_path(_native(lr, path), ignore_case=case_sensitivity is False)
    return None if found is None else Ref("LrPhoto", found.id)


@sdk("LrCatalog.findPhotoByUuid")
def find_photo_by_uuid(lr: Session, _: int, uuid: Any) -> Ref | None:
    found = lr.catalog.by_uuid(text("LrCatalog:findPhotoByUuid", uuid))
    if found is None or (found.master is not None and not lr.options.uuid_finds_copies):
        return None
    return Ref("LrPhoto", found.id)


@sdk("LrCatalog.getPhotoByLocalId")
def get_photo_by_local_id(lr: Session, _: int, number: Any) -> Ref | None:
    return Ref("LrPhoto", number) if number in lr.catalog.photos else None


@sdk("LrCatalog.findPhotos")
def find_photos(lr: Session, _: int, arguments: Any) -> list[Ref]:
    if not isinstance(arguments, dict):
        raise SdkError("LrCatalog:findPhotos: a table of arguments is needed")
    search = arguments.get("searchDesc", {"combine": "intersect"})
    return photos(matching(lr.catalog, checked_search(search, lr.plugin)))


@sdk("LrCatalog.findPhotosWithProperty")
def find_photos_with_property(lr: Session, _: int, plugin: Any, field: Any, version: Any = None) -> list[Ref]:
    plugin = text("LrCatalog:findPhotosWithProperty", plugin)
    field = text("LrCatalog:findPhotosWithProperty", field)
    return photos(p.id for p in lr.catalog.photos.values() if field in p.properties.get(plugin, {}))


def _batch(lr: Session, full: str, given: Any, keys: Any, read: Any) -> Any:
    wanted = photo_ids(full, given)
    if not isinstance(keys, list):
        raise RuleBroken(f"{full} takes an array of keys")
    lua = lr.runtime
    rows = []
    for number in _answered(lr, wanted):
        photo = lr.catalog.photo(number)
        values = {key: read(lr, photo, key, f'Unknown key: "{key}"') for key in keys}
        found = {key: value for key, value in values.items() if value is not None}
        rows.append((Ref("LrPhoto", number), Record(full, found, keys)))
    return lua.marshal.keyed(rows)


def _answered(lr: Session, wanted: list[int]) -> list[int]:
    """The photos that get a row: all in their order, or, as a public plug-in guards against (lightroom-rescue), some of
    them in another one. Never one that is gone."""
    if lr.options.batch_rows == "all":
        return wanted
    return [number for number in wanted[::-2] if number in lr.catalog.photos]


@sdk("LrCatalog.batchGetRawMetadata")
def batch_get_raw_metadata(lr: Session, _: int, given: Any, keys: Any) -> Any:
    return _batch(lr, "LrCatalog:batchGetRawMetadata", given, keys, raw)


@sdk("LrCatalog.batchGetFormattedMetadata")
def batch_get_formatted_metadata(lr: Session, _: int, given: Any, keys: Any) -> Any:
    return _batch(lr, "LrCatalog:batchGetFormattedMetadata", given, keys, formatted)


@sdk("LrCatalog.batchGetPropertyForPlugin")
def batch_get_property(lr: Session, _: int, given: Any, plugin: Any, fields: Any) -> Any:
    full = "LrCatalog:batchGetPropertyForPlugin"
    if not isinstance(plugin, str):
        raise RuleBroken(f"{full} takes the id of the plug-in as a string; anything else hangs Lightroom")
    if not isinstance(fields, list):
        raise RuleBroken(f"{full} takes an array of field names")
    rows = []
    for number in _answered(lr, photo_ids(full, given)):
        stored = lr.catalog.photo(number).properties.get(plugin, {})
        found = {name: stored[name] for name in fields if name in stored}
        rows.append((Ref("LrPhoto", number), Record(full, found, fields)))
    return lr.runtime.marshal.keyed(rows)


# Adding ----------------------------------------------------------------------------------------------------------


def _native(lr: Session, path: str) -> str:
    if not lr.paths.is_absolute(path):
        raise SdkError(f"the path is not absolute in the form of this system: {path}")
    if lr.paths.windows and "/" in path:
        raise SdkError(f"the path is not in the form of this system: {path}")
    return path


@sdk("LrCatalog.addPhoto")
def add_photo(
    lr: Session,
    _: int,
    path: Any,
    stack_with: Any = None,
    position: Any = None,
    metadata_preset: Any = None,
    develop_preset: Any = None,
) -> Ref:
    full = "LrCatalog:addPhoto"
    path = _native(lr, text(full, path))
    if lr.too_long(path) or not lr.real(path).is_file():
        raise SdkError(f"{full}: the file does not exist: {path}")
    kind = file_format(path)
    if kind is None:
        raise SdkError(f"{full}: the file format is not supported: {path}")
    journal = lr.catalog.journal
    assert journal is not None
    folded = lr.spelling_key(path)
    if lr.is_known(path) or folded in journal.paths:
        raise SdkError(f"{full}: the photo is already in the catalog: {path}")
    if optional(full, "position", position, str) not in (None, "above", "below"):
        raise SdkError(f'{full}: position must be "above" or "below", not {position!r}')
    if (stack_with is None) != (position is None):
        raise SdkError(f"{full}: stackWithPhoto and position belong together")
    onto = None if stack_with is None else lr.catalog.target(ref(full, stack_with, "LrPhoto"))
    if isinstance(onto, Photo) and lr.paths.parent(onto.path) != lr.paths.parent(path):
        # Adobe's help: the photos of a stack lie in one folder.
        if lr.options.stack_across_folders == "error":
            raise SdkError(f"{full}: photos of different folders cannot be stacked")
        onto = None
    journal.paths.add(folded)
    photo = lr.catalog.new_photo(path, kind)
    _take_what_the_file_brings(lr, photo)
    lr.catalog.bear(photo)
    if onto is not None:
        assert isinstance(onto, Photo)
        lr.catalog.write(lambda: lr.catalog.stack(photo, onto, above=position == "above"))
    return Ref("LrPhoto", photo.id)


def _take_what_the_file_brings(lr: Session, photo: Photo) -> None:
    if lr.importer is None:
        return
    brought = lr.importer(lr.paths.to_host(photo.path))
    photo.metadata.update(brought.get("metadata", {}))
    photo.develop.update(brought.get("develop", {}))
    photo.facts.update(brought.get("facts", {}))


@sdk("LrCatalog.createVirtualCopies")
def create_virtual_copies(lr: Session, _: int, copy_name: Any = None) -> list[Ref]:
    """One copy of each selected photo; the copies become the selection. Adobe's help: "Once created, virtual copies are
    automatically stacked with the master photo"."""
    name = optional("LrCatalog:createVirtualCopies", "copyName", copy_name, str)
    made = []
    for number in lr.selected_photos():
        origin = lr.catalog.photo(number)
        master = origin.id if origin.master is None else origin.master
        copy = lr.catalog.new_photo(
            origin.path,
            origin.file_format,
            master=master,
            metadata={**origin.metadata, "copyName": name or f"Copy {len(lr.catalog.photo(master).copies) + 1}"},
            develop=dict(origin.develop),
            properties={plugin: dict(fields) for plugin, fields in origin.properties.items()}
            if lr.options.copies_take_fields
            else {},
        )
        lr.catalog.insert(copy)
        lr.catalog.stack(copy, lr.catalog.photo(master), above=False)
        for keyword in origin.keywords:
            lr.catalog.tag(copy, lr.catalog.keyword(keyword))
        made.append(copy.id)
    if made:
        lr.active, lr.others = made[0], made[1:]
    return photos(made)


# State for plug-ins ------------------------------------------------------------------------------------------------


def plugin_id(lr: Session, plugin: Any, full: str) -> str:
    """_PLUGIN is this plug-in; only its own properties can be written."""
    if isinstance(plugin, Ref) and plugin.kind == "LrPlugin":
        return lr.plugin.id
    raise SdkError(f"{full}: the first argument must be _PLUGIN")


@sdk("LrCatalog.setPropertyForPlugin")
def set_property(lr: Session, _: int, plugin: Any, field: Any, value: Any = None) -> None:
    full = "LrCatalog:setPropertyForPlugin"
    owner = plugin_id(lr, plugin, full)
    field = text(full, field)
    if value is not None and not isinstance(value, str | int | float | bool):
        raise SdkError(f"{full}: the value must be a string, number or boolean")

    def store() -> None:
        table = lr.catalog.properties.setdefault(owner, {})
        if value is None:
            table.pop(field, None)
        else:
            table[field] = value

    lr.catalog.write(store)


@sdk("LrCatalog.getPropertyForPlugin")
def get_property(lr: Session, _: int, plugin: Any, field: Any) -> Any:
    owner = plugin if isinstance(plugin, str) else plugin_id(lr, plugin, "LrCatalog:getPropertyForPlugin")
    return lr.catalog.properties.get(owner, {}).get(text("LrCatalog:getPropertyForPlugin", field))


@sdk("LrCatalog.getPath")
def get_path(lr: Session, _: int) -> str:
    return lr.paths.to_sdk(lr.catalog_path)


@sdk("LrCatalog.getLabelMapToColorName")
def get_label_map(lr: Session, _: int) -> dict[str, str]:
    return {"Red": "red", "Yellow": "yellow", "Green": "green", "Blue": "blue", "Purple": "purple"}


@sdk("LrCatalog.triggerImportUI")
def trigger_import_ui(lr: Session, _: int, path: Any) -> None:
    lr.opened.append("import dialog: " + text("LrCatalog:triggerImportUI", path))

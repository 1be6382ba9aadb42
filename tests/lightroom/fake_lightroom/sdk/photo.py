"""LrPhoto: reading and writing metadata, keywords and the fields of plug-ins."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from ..catalog.develop import cropped_size
from ..catalog.records import Keyword, Photo
from ..clock import COCOA_EPOCH
from ..errors import SdkError
from ..marshal import Ref
from ..registry import sdk
from ..session import Session
from ..tables.metadata import FORMATTED, RAW, WRITABLE
from ..tables.returned import Record
from .arguments import ref, text

_COLOURS = ("red", "yellow", "green", "blue", "purple", "none")
_PYTHON_TYPES: dict[str, type | tuple[type, ...]] = {"text": str, "number": (int, float), "table": (dict, list)}


def refs(kind: str, ids: Any) -> list[Ref]:
    return [Ref(kind, number) for number in ids]


# Reading -----------------------------------------------------------------------------------------------------------


@sdk("LrPhoto.getRawMetadata")
def get_raw_metadata(lr: Session, photo_id: int, key: Any = None) -> Any:
    photo = lr.catalog.photo(photo_id)
    if key is None:
        return {name: value for name in RAW if (value := raw(lr, photo, name, "")) is not None}
    return raw(lr, photo, key, f'LrPhoto:getRawMetadata: unknown metadata key "{key}"')


def raw(lr: Session, photo: Photo, key: Any, complaint: str) -> Any:
    """One raw value; SdkError with the complaint for an unknown key."""
    if key not in RAW:
        raise SdkError(complaint)
    computed = _COMPUTED.get(key)
    if computed is not None:
        return computed(lr, photo)
    if key in photo.metadata:
        value = photo.metadata[key]
        return Record("LrPhoto.gps", value) if key == "gps" else value
    facts = photo.facts if photo.master is None else lr.catalog.photo(photo.master).facts
    return facts.get(key)


def _iso(lr: Session, photo: Photo) -> str | None:
    seconds = raw(lr, photo, "dateTimeOriginal", "")
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds + COCOA_EPOCH, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _stack(lr: Session, photo: Photo) -> list[int]:
    return [] if photo.stack is None else lr.catalog.stacks[photo.stack]


def _dimensions(size: tuple[int, int]) -> Record:
    return Record("LrPhoto.dimensions", {"width": size[0], "height": size[1]})


_COMPUTED: dict[str, Any] = {
    "path": lambda lr, p: p.path,
    "uuid": lambda lr, p: p.uuid,
    "fileFormat": lambda lr, p: p.file_format,
    "fileSize": lambda lr, p: lr.paths.to_host(p.path).stat().st_size if lr.paths.to_host(p.path).exists() else None,
    "isVideo": lambda lr, p: p.is_video,
    "isVirtualCopy": lambda lr, p: p.master is not None,
    "masterPhoto": lambda lr, p: None if p.master is None else Ref("LrPhoto", p.master),
    "virtualCopies": lambda lr, p: refs("LrPhoto", p.copies),
    "countVirtualCopies": lambda lr, p: len(p.copies),
    "dimensions": lambda lr, p: _dimensions(lr.size_of(p)),
    "croppedDimensions": lambda lr, p: _dimensions(cropped_size(p, *lr.size_of(p))),
    "width": lambda lr, p: lr.size_of(p)[0],
    "height": lambda lr, p: lr.size_of(p)[1],
    "aspectRatio": lambda lr, p: (lr.size_of(p)[0] or 1) / (lr.size_of(p)[1] or 1),
    "isCropped": lambda lr, p: any(key in p.develop for key in ("CropLeft", "CropTop", "CropRight", "CropBottom")),
    "keywords": lambda lr, p: refs("LrKeyword", p.keywords),
    "rating": lambda lr, p: p.metadata.get("rating"),
    "pickStatus": lambda lr, p: p.metadata.get("pickStatus", 0),
    "colorNameForLabel": lambda lr, p: {"none": "gray"}.get(
        p.metadata.get("colorNameForLabel", "none"), p.metadata.get("colorNameForLabel")
    ),
    "customMetadata": lambda lr, p: [
        Record("LrPhoto.customMetadata", {"sourcePlugin": plugin, "id": name, "value": value})
        for plugin, fields in p.properties.items()
        for name, value in fields.items()
    ],
    "dateTimeOriginalISO8601": _iso,
    "dateTimeISO8601": _iso,
    "editCount": lambda lr, p: len(p.history),
    "lastEditTime": lambda lr, p: p.edited_at,
    "orientation": lambda lr, p: p.develop.get("orientation", "AB"),
    "isInStackInFolder": lambda lr, p: len(_stack(lr, p)) > 1,
    "stackInFolderMembers": lambda lr, p: refs("LrPhoto", _stack(lr, p)),
    "countStackInFolderMembers": lambda lr, p: len(_stack(lr, p)),
    "stackPositionInFolder": lambda lr, p: _stack(lr, p).index(p.id) + 1 if p.stack is not None else None,
    "topOfStackInFolderContainingPhoto": lambda lr, p: (
        Ref("LrPhoto", _stack(lr, p)[0]) if p.stack is not None else None
    ),
    "stackInFolderIsCollapsed": lambda lr, p: p.stack in lr.catalog.collapsed,
}


@sdk("LrPhoto.getFormattedMetadata")
def get_formatted_metadata(lr: Session, photo_id: int, key: Any = None) -> Any:
    photo = lr.catalog.photo(photo_id)
    if key is None:
        return {name: value for name in FORMATTED if (value := formatted(lr, photo, name, "")) is not None}
    return formatted(lr, photo, key, f'LrPhoto:getFormattedMetadata: unknown metadata key "{key}"')


def formatted(lr: Session, photo: Photo, key: Any, complaint: str) -> Any:
    """One formatted value; absent texts are empty, as in the panel. SdkError with the complaint for an unknown key."""
    if key not in FORMATTED:
        raise SdkError(complaint)
    leaf = photo.path.replace("\\", "/").split("/")
    special: dict[str, Callable[[], Any]] = {
        "fileName": lambda: leaf[-1],
        "folderName": lambda: leaf[-2] if len(leaf) > 1 else "",
        "fileType": lambda: photo.file_format,
        "preservedFileName": lambda: leaf[-1],
        "keywordTags": lambda: ", ".join(lr.catalog.keyword(k).name for k in photo.keywords),
        "keywordTagsForExport": lambda: ", ".join(
            lr.catalog.keyword(k).name for k in photo.keywords if lr.catalog.keyword(k).include_on_export
        ),
        "dimensions": lambda: "{} x {}".format(*lr.size_of(photo)),
        "croppedDimensions": lambda: "{} x {}".format(*cropped_size(photo, *lr.size_of(photo))),
        "label": lambda: photo.metadata.get("label", ""),
    }
    if key in special:
        return special[key]()
    value = photo.metadata.get(key, photo.facts.get(key))
    if FORMATTED[key] == "text":
        if key == "gps" and isinstance(value, dict):
            return f"{value['latitude']:.6f} {value['longitude']:.6f}"
        return "" if value is None else str(value)
    return value


# Writing -----------------------------------------------------------------------------------------------------------


def checked_metadata(key: Any, value: Any) -> Any:
    """The value as it will be stored, None to clear. Raises SdkError in Lightroom's words for an unknown key."""
    full = "LrPhoto:setRawMetadata"
    kind = WRITABLE.get(key)
    if kind is None:
        raise SdkError(f'{full}: unknown metadata key "{key}"')
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, _PYTHON_TYPES[kind]):
        raise SdkError(f'{full}: the value of "{key}" must be a {kind}, not {value!r:.60}')
    if key == "rating" and value not in (1, 2, 3, 4, 5):
        raise SdkError(f"{full}: a rating is 1 to 5 or nil, not {value!r}")
    if key == "pickStatus" and value not in (-1, 0, 1):
        raise SdkError(f"{full}: a pickStatus is -1, 0 or 1, not {value!r}")
    if key == "colorNameForLabel" and value not in _COLOURS:
        raise SdkError(f"{full}: colorNameForLabel cannot be {value!r}")
    if key == "gps":
        _check_gps(full, value)
    if key == "dateCreated":
        _check_date(full, str(value))
    return value


def _check_gps(full: str, value: Any) -> None:
    latitude, longitude = (value.get(k) if isinstance(value, dict) else None for k in ("latitude", "longitude"))
    good = all(isinstance(v, int | float) and not isinstance(v, bool) for v in (latitude, longitude))
    if not good or not (abs(latitude) <= 90 and abs(longitude) <= 180):  # type: ignore[arg-type]
        raise SdkError(f"{full}: gps needs a latitude and a longitude in degrees, not {value!r:.60}")


def _check_date(full: str, value: str) -> None:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        raise SdkError(f"{full}: dateCreated is an ISO 8601 date, not {value!r}") from None


@sdk("LrPhoto.setRawMetadata")
def set_raw_metadata(lr: Session, photo_id: int, key: Any, value: Any = None) -> None:
    photo = _photo(lr, photo_id)
    stored = checked_metadata(key, value)
    lr.nil_writes["LrPhoto.setRawMetadata"] += stored is None

    def store() -> None:
        if stored is None:
            photo.metadata.pop(key, None)
        else:
            photo.metadata[key] = stored
        if key == "colorNameForLabel":
            photo.metadata["label"] = "" if stored in (None, "none") else str(stored).capitalize()
        elif key == "label":
            named = str(stored or "").lower()
            photo.metadata["colorNameForLabel"] = named if named in _COLOURS else "none"
        lr.changed(photo)

    lr.catalog.write(store)


def _photo(lr: Session, photo_id: int) -> Photo:
    record = lr.catalog.target(photo_id)
    assert isinstance(record, Photo)
    return record


@sdk("LrPhoto.addKeyword")
def add_keyword(lr: Session, photo_id: int, keyword: Any) -> None:
    photo = _photo(lr, photo_id)
    tag = lr.catalog.target(ref("LrPhoto:addKeyword", keyword, "LrKeyword"))
    assert isinstance(tag, Keyword)
    lr.catalog.write(lambda: lr.catalog.tag(photo, tag))


@sdk("LrPhoto.removeKeyword")
def remove_keyword(lr: Session, photo_id: int, keyword: Any) -> None:
    photo = _photo(lr, photo_id)
    tag = lr.catalog.keyword(ref("LrPhoto:removeKeyword", keyword, "LrKeyword"))

    def untag() -> None:
        photo.keywords.pop(tag.id, None)
        tag.photos.pop(photo.id, None)

    lr.catalog.write(untag)


def declared_field(lr: Session, plugin: Any, field: Any, full: str) -> tuple[str, str]:
    """Id of the plug-in and name of the field, in Lightroom's words when it is not declared."""
    owner = lr.plugin.id if isinstance(plugin, Ref) and plugin.kind == "LrPlugin" else None
    if owner is None:
        raise SdkError(f"{full}: the first argument must be _PLUGIN")
    name = text(full, field)
    if name not in lr.plugin.fields:
        raise SdkError(f'Attempt to access property "{name}" that\'s not declared in Info.lua')
    return owner, name


@sdk("LrPhoto.setPropertyForPlugin")
def set_property(lr: Session, photo_id: int, plugin: Any, field: Any, value: Any = None, version: Any = None) -> None:
    full = "LrPhoto:setPropertyForPlugin"
    owner, name = declared_field(lr, plugin, field, full)
    if value is not None and not isinstance(value, str):
        raise SdkError(f"{full}: the value of {name} must be a string, not {value!r:.60}")
    allowed = [choice.get("value") for choice in lr.plugin.fields[name].get("values") or []]
    if allowed and value is not None and value not in allowed:
        raise SdkError(f"{full}: {name} cannot be {value!r}: it is one of {allowed}")
    if lr.catalog.is_born(photo_id) and not lr.options.fields_on_new_photo:
        raise SdkError(f"{full}: the photo was added in the same write access call")
    photo = _photo(lr, photo_id)
    lr.nil_writes["LrPhoto.setPropertyForPlugin"] += value is None

    def store() -> None:
        table = photo.properties.setdefault(owner, {})
        if value is None:
            table.pop(name, None)
        else:
            table[name] = value

    lr.catalog.write(store)


@sdk("LrPhoto.getPropertyForPlugin")
def get_property(
    lr: Session, photo_id: int, plugin: Any, field: Any, version: Any = None, no_throw: Any = None
) -> str | None:
    photo = lr.catalog.photo(photo_id)
    if isinstance(plugin, str):
        return photo.properties.get(plugin, {}).get(field)
    try:
        owner, name = declared_field(lr, plugin, field, "LrPhoto:getPropertyForPlugin")
    except SdkError:
        if no_throw is True:
            return None
        raise
    return photo.properties.get(owner, {}).get(name)


@sdk("LrPhoto.getContainedCollections")
def get_contained_collections(lr: Session, photo_id: int) -> list[Ref]:
    return refs("LrCollection", lr.catalog.photo(photo_id).collections)


@sdk("LrPhoto.checkPhotoAvailability")
def check_photo_availability(lr: Session, photo_id: int) -> bool:
    return lr.paths.to_host(lr.catalog.photo(photo_id).path).is_file()

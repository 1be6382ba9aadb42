"""Database rows of one photo, from its plan, and all that belongs to it, in one bundle that anomalies may spoil."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sample_library import clock
from sample_library.geometry import Rectangle, to_processed
from sample_library.looks import geometry_of
from sample_library.plan import Original, Plan, Version, uuid
from sample_library.previews import MINI_EDGE, THUMBNAIL_EDGE, TINY_EDGE, fitted
from sample_library.tree import Tree
from sample_library.vocabulary import WINDOWS

Row = dict[str, Any]

LONGEST_STEM = 120  # of preview files


@dataclass(slots=True)
class Bundle:
    """Everything that is written about one photo. Lists run parallel to `plan.versions`; `extra` holds (table, row)."""

    plan: Plan
    masters: list[Row]
    versions: list[Row]
    bricks: list[list[Row]]
    proxies: list[Row | None]
    faces: list[Row]
    previews: list[str]  # how each version's preview is made: "draw", "bare", "black", "empty" or "" for no file
    originals_written: bool = True
    version_plists: bool = True
    plists_cut: bool = False
    on_disk: Callable[[bytes], bytes] | None = None  # what a failing disk has made of the original's content
    spoilt: bool = False  # carries an anomaly
    extra: list[tuple[str, Row]] = field(default_factory=list)

    @property
    def import_path(self) -> str:
        return self.plan.group.path


def bundle(plan: Plan, tree: Tree, model_ids: dict[str, int], *, thumbnails: bool) -> Bundle:
    """The rows of a photo. `model_ids` counts masters, versions and adjustments, and is moved on."""
    rng = random.Random(plan.picture_seed)
    for original in plan.originals:
        original.model_id = _next(model_ids, "RKMaster")
    for version in plan.versions:
        version.model_id = _next(model_ids, "RKVersion")
    imported = clock.seconds(plan.group.moment) + plan.index % 60
    masters = [_master(plan, original, imported) for original in plan.originals]
    if plan.other is not None:
        masters[0]["alternateMasterUuid"], masters[1]["alternateMasterUuid"] = plan.other.uuid, plan.used.uuid
    versions = [_version(plan, version, imported) for version in plan.versions]
    bricks = [_bricks(version, rng, model_ids) for version in plan.versions]
    previews = ["draw" if _has_preview(plan, version) else "" for version in plan.versions]
    proxies = [
        None if version.is_original else _proxy(plan, version, imported, drawn=bool(drawn), thumbnails=thumbnails)
        for version, drawn in zip(plan.versions, previews, strict=True)
    ]
    faces = [_face(plan, number, tree, rng) for number in range(len(plan.faces))]
    return Bundle(plan, masters, versions, bricks, proxies, faces, previews)


def _next(model_ids: dict[str, int], table: str) -> int:
    model_ids[table] = model_ids.get(table, 0) + 1
    return model_ids[table]


def _master(plan: Plan, original: Original, imported: float) -> Row:
    kind = original.kind
    stem = original.file_name.rpartition(".")[0]
    return {
        "modelId": original.model_id,
        "uuid": original.uuid,
        "name": stem,
        "projectUuid": plan.project.folder.uuid,
        "importGroupUuid": plan.group.uuid,
        "fileVolumeUuid": plan.volume.uuid if plan.volume else None,
        "originalVersionUuid": plan.versions[-1].uuid,
        "originalVersionName": stem,
        "fileName": original.file_name,
        "type": "VIDT" if kind.video else "IMGT",
        "subtype": kind.subtype,
        "fileIsReference": int(plan.volume is not None),
        "isExternallyEditable": 0,
        "isTrulyRaw": int(kind.raw),
        "isMissing": 0,
        "hasAttachments": 0,
        "hasNotes": 0,
        "hasFocusPoints": 0,
        "imagePath": original.image_path,
        "fileSize": 9_000_000 + plan.picture_seed % 20_000_000,  # replaced when a file is written
        "pixelFormat": kind.pixel_format,
        "duration": 4.5 if kind.video else None,
        "imageDate": plan.stamp,
        "fileCreationDate": imported - 3600,
        "fileModificationDate": imported - 3600,
        "originalFileName": original.file_name,
        "originalFileSize": 9_000_000 + plan.picture_seed % 20_000_000,
        "imageFormat": kind.image_format,
        "importedBy": 2,
        "createDate": imported,
        "isInTrash": int(plan.in_trash),
        "faceDetectionState": 9,
        "colorSpaceName": "kCGColorSpaceGenericHDR" if kind.raw else "sRGB IEC61966-2.1",
    }


def _version(plan: Plan, version: Version, imported: float) -> Row:
    by_rawness = {original.kind.raw: original.uuid for original in plan.originals}
    row: Row = {
        "modelId": version.model_id,
        "uuid": version.uuid,
        "name": version.name,
        "fileName": plan.used.file_name,
        "versionNumber": version.number,
        "masterUuid": plan.used.uuid,
        "masterId": plan.used.model_id,
        "rawMasterUuid": by_rawness.get(True),
        "nonRawMasterUuid": by_rawness.get(False),
        "projectUuid": plan.project.folder.uuid,
        "imageTimeZoneName": plan.zone,
        "imageDate": plan.stamp,
        "mainRating": version.rating,
        "isHidden": int(version.hidden),
        "isFlagged": int(version.flagged),
        "isOriginal": int(version.is_original),
        "isEditable": 1,
        "colorLabelIndex": version.label,
        "masterHeight": plan.size[1],
        "masterWidth": plan.size[0],
        "processedHeight": version.size[1],
        "processedWidth": version.size[0],
        "rotation": version.rotation,
        "hasAdjustments": int(bool(version.bricks)),
        "hasEnabledAdjustments": int(version.edited),
        "hasNotes": 0,
        "createDate": imported,
        "isInTrash": int(version.in_trash),
        "thumbnailGroup": plan.project.folder.uuid,
        "exifLatitude": plan.place.latitude if plan.place else None,
        "exifLongitude": plan.place.longitude if plan.place else None,
        "renderVersion": 1 if version.is_original else 3,
        "adjSeqNum": len(version.bricks),
        "supportedStatus": 0 if version.is_original else 1,
        "showInLibrary": int(not version.is_original),
        "faceDetectionIsFromPreview": 0,
        "hasKeywords": int(bool(version.keywords)),
    }
    if not version.is_original:
        row |= {
            "stackUuid": version.stack_uuid,
            "exportImageChangeDate": imported + 60,
            "exportMetadataChangeDate": imported + 90,
            "editState": 0,
            "contentVersion": 0,
            "propertiesVersion": 0,
            "faceDetectionRotationFromMaster": (360 - version.rotation) % 360,
        }
        if plan.used.kind.video:
            row |= {"videoInPoint": "0", "videoOutPoint": "4.5", "videoPosterFramePoint": "1.5"}
    return row


def _bricks(version: Version, rng: random.Random, model_ids: dict[str, int]) -> list[Row]:
    rows = []
    for brick in version.bricks:
        rows.append(
            {
                "modelId": _next(model_ids, "RKImageAdjustment"),
                "uuid": uuid(rng),
                "name": brick.identifier,
                "versionUuid": version.uuid,
                "maskUuid": uuid(rng) if brick.masked else None,
                "adjIndex": brick.index,
                "isEnabled": int(brick.enabled),
                "data": brick.archived(),
                "dbVersion": 0,
            }
        )
    return rows


def _has_preview(plan: Plan, version: Version) -> bool:
    """An unedited JPEG is its own preview; everything else that can be seen has one."""
    if version.is_original:
        return False
    return version.edited or plan.used.kind.subtype != "JPGST" or plan.role.turn != 0


def preview_stem(name: str, fallback: str) -> str:
    """The file name under which Aperture stores a rendering of a version of that name, without extension."""
    safe = name.replace("/", ":").replace("\0", "").strip(" .")[:LONGEST_STEM]
    if WINDOWS:
        safe = "".join("_" if letter in '<>:"\\|?*' else letter for letter in safe)
    return safe or fallback


def _proxy(plan: Plan, version: Version, imported: float, *, drawn: bool, thumbnails: bool) -> Row:
    folder = f"{plan.group.path}/{version.uuid}"
    stem = preview_stem(version.name, plan.used.uuid)
    width, height = version.size
    row: Row = {
        "modelId": None,
        "versionUuid": version.uuid,
        "versionId": version.model_id,
        "thumbnailsCurrent": int(thumbnails),
        "miniThumbnailsCurrent": int(thumbnails),
        "tinyThumbnailsCurrent": int(thumbnails),
        "fullSizePreviewUpToDate": 1,
        "thumbnailCacheIndex": version.model_id,
        "thumbnailRendered": 0,
        "previewRendered": 0,
        "previewJpegHeight": height,
        "previewJpegWidth": width,
        "previewJpegRotation": version.rotation,
        "previewToMasterRotation": 0,
        "fullSizePreviewPath": f"{folder}/{stem}.jpg" if drawn else None,
        "fullSizePreviewChangeDate": imported + 60,
        "thumbnailRotation": version.rotation,
        "previewFilesize": 0,  # replaced when a file is written
        "miniThumbnailRotation": version.rotation,
        "tinyThumbnailRotation": version.rotation,
        "microThumbnailRotation": version.rotation,
    }
    sizes = {"thumbnail": THUMBNAIL_EDGE, "miniThumbnail": MINI_EDGE, "tinyThumbnail": TINY_EDGE}
    for name, edge in sizes.items():
        row[f"{name}Width"], row[f"{name}Height"] = fitted(version.size, edge) if thumbnails else (0, 0)
    if thumbnails:
        row["thumbnailPath"], row["miniThumbnailPath"] = f"{folder}/thumb_{stem}_1024.jpg", f"{folder}/thumb_{stem}.jpg"
    return row


def _face(plan: Plan, number: int, tree: Tree, rng: random.Random) -> Row:
    face = plan.faces[number]
    area = face.area
    left, right, bottom, top = area.x, area.x + area.width, area.y, area.y + area.height
    key = None if face.person is None else tree.people[face.person].face_key
    return {
        "uuid": uuid(rng),
        "masterUuid": plan.used.uuid,
        "faceKey": key if key is not None else 0,
        "correlatedFaceKey": key,
        "faceIndex": number,
        "width": plan.size[0],
        "height": plan.size[1],
        "topLeftX": left,
        "topLeftY": top,
        "topRightX": right,
        "topRightY": top,
        "bottomLeftX": left,
        "bottomLeftY": bottom,
        "bottomRightX": right,
        "bottomRightY": bottom,
        "confidence": 0.712,
        "sharpness": 1.0,
        "exposureValue": 11.5,
        "rejected": int(face.rejected),
        "faceCount": len(plan.faces),
        "ignore": int(face.rejected),
        "faceFlags": 0,
        "hasFaceTile": 0,
        "tileFacePosition": 0,
        "faceAngle": 0.0,
        "faceDirectionAngle": 0.0,
        "faceSkinScore": 1.0,
        "skippedInUnnamedFaces": 0,
    }


def face_content(plan: Plan, version: Version, row: Row) -> Row | None:
    """Where a face is in the processed picture; None when the crop left it out."""
    face = plan.faces[row["faceIndex"]]
    degrees, area = geometry_of(version.bricks)
    seen: Rectangle = to_processed(face.area, plan.size, degrees, area, version.rotation)
    if seen.x < 0 or seen.y < 0 or seen.x + seen.width > 1 or seen.y + seen.height > 1:
        return None
    return {
        "versionId": version.model_id,
        "masterId": plan.used.model_id,
        "isNamed": int(face.person is not None),
        "faceKey": row["faceKey"],
        "faceIndex": row["faceIndex"],
        "faceRectLeft": seen.x,
        "faceRectTop": seen.y,  # in spite of its name the lower edge: measured on real rows
        "faceRectWidth": seen.width,
        "faceRectHeight": seen.height,
    }

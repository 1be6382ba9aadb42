"""Writes bundles and the tree into the databases."""

from __future__ import annotations

import random
from typing import Any

from sample_library import smart
from sample_library.manifest import Manifest
from sample_library.plan import Plan, uuid
from sample_library.plists import BACK_TO, MINOR, VERSION, import_group_name, note_uuid, sort_key
from sample_library.properties import PropertyWriter
from sample_library.rows import Bundle, Row, face_content
from sample_library.store import Store
from sample_library.tree import PROJECT, USER, Album, Folder, ImportGroup, Tree, created, note_photo

ORDER_STEP = 256  # between neighbours in RKCustomSortOrder
_BOOLEAN, _INTEGER, _TEXT, _REAL, _DATE = 7, 5, 0, 10, 15  # RKAdminData.storedDataType


class Catalog:
    """One library's rows: photos as they come, the tree afterwards, because photos fill albums and projects."""

    def __init__(self, store: Store, tree: Tree, manifest: Manifest, *, seed: int, lean: bool, detailed: bool) -> None:
        self._store = store
        self._tree = tree
        self._manifest = manifest
        self._detailed = detailed
        self._rng = random.Random(f"{seed}/catalog")
        self._properties = PropertyWriter(store, lean=lean)
        self._fillable = [album for album in tree.albums if album.capacity]
        self._stack: list[str] = []
        self._stack_uuid: str | None = None
        self._extra: list[tuple[str, Row]] = []
        self.person_rows: list[Row] = []

    def assign_stack(self, plan: Plan) -> None:
        """Gives the versions of a photo their stack: the running one, a new one, or one of their own."""
        if plan.stack != "inside":
            self._close_stack()
        shown = [version for version in plan.versions if not version.is_original]
        if plan.stack == "start" or (plan.stack == "" and len(shown) > 1):
            self._stack_uuid = uuid(self._rng)
        if self._stack_uuid is None:
            return
        for version in shown:
            version.stack_uuid = self._stack_uuid
            self._stack.append(version.uuid)

    def _close_stack(self) -> None:
        members, stack_uuid = self._stack, self._stack_uuid
        self._stack, self._stack_uuid = [], None
        if stack_uuid is None:
            return
        if self._rng.random() < 0.5:
            members.append(members.pop(0))  # the pick is not the first that was imported
        for number, version_uuid in enumerate(members):
            row = {"stackUuid": stack_uuid, "versionUuid": version_uuid, "orderNumber": number}
            self._store.add("RKStackContent", row)
        picks: dict[str, str] = {}
        for album in self._fillable:
            inside = [version for version, _ in album.members if version in members]
            if inside:  # in an album another member may stand for the stack
                row = {"stackUuid": stack_uuid, "albumUuid": album.uuid, "albumPick": inside[-1], "isExpanded": 0}
                self._store.add("RKStackState", row)
                picks[album.uuid] = inside[-1]
        self._manifest.counts["stacks"] += 1
        if self._detailed:
            self._manifest.stacks.append({"uuid": stack_uuid, "versions": members, "album_picks": picks})

    def write_photo(self, bundle: Bundle) -> None:
        """All rows of one photo."""
        plan, store = bundle.plan, self._store
        if not plan.group.used:
            plan.group.used = True
            store.add("RKImportGroup", _import_group(plan.group))
        for row in bundle.masters:
            store.add("RKMaster", row)
        imported = bundle.masters[0]["createDate"]
        for version, row, bricks, proxy in zip(
            plan.versions, bundle.versions, bundle.bricks, bundle.proxies, strict=True
        ):
            store.add("RKVersion", row)
            for brick in bricks:
                store.add("RKImageAdjustment", brick)
                if brick["maskUuid"] is not None:
                    store.add("RKImageMask", {"uuid": brick["maskUuid"], "createDate": imported})
            for position in version.keywords:
                keyword = self._tree.keywords[position].model_id
                store.add("RKKeywordForVersion", {"versionId": version.model_id, "keywordId": keyword})
            if proxy is not None:
                store.add("RKImageProxyState", proxy)
            self._properties.write(plan, version, self._tree, imported)
        self._faces(bundle)
        self._extra += bundle.extra
        self._fill_albums(plan)
        shown = [version for version in plan.versions if not version.is_original and not version.in_trash]
        note_photo(plan.project.folder, len(shown), plan.versions[0].uuid, plan.stamp, plan.zone)

    def _faces(self, bundle: Bundle) -> None:
        plan = bundle.plan
        for row in bundle.faces:
            model_id = self._store.next_id("RKDetectedFace")
            row["modelId"] = model_id
            self._store.add("RKDetectedFace", row)
            for version in plan.versions:
                content = None if version.is_original else face_content(plan, version, row)
                if content is not None:
                    self._store.add("RKVersionFaceContent", content)
            person = plan.faces[row["faceIndex"]].person
            if person is not None:
                named = self._tree.people[person]
                named.key_version = named.key_version or plan.versions[0].uuid
            if self._detailed:
                name = None if person is None else self._tree.people[person].name
                face = {"uuid": row["uuid"], "master": plan.used.uuid, "name": name, "rejected": bool(row["rejected"])}
                rectangle = plan.faces[row["faceIndex"]].area
                face["area"] = [rectangle.x, rectangle.y, rectangle.width, rectangle.height]
                self._manifest.faces.append(face)

    def _fill_albums(self, plan: Plan) -> None:
        for version in plan.versions:
            if version.is_original or version.in_trash or version.hidden:
                continue
            for album in self._fillable:
                full = len(album.members) >= album.capacity
                if full or (album.project is not None and album.project is not plan.project.folder):
                    continue
                if (plan.index + album.model_id) % 3 == 0:
                    album.members.append((version.uuid, version.model_id))
        self._fillable = [album for album in self._fillable if len(album.members) < album.capacity]

    def finish(self) -> None:
        """Stacks still open, and the tree."""
        self._close_stack()
        for folder in self._tree.folders:
            self._store.add("RKFolder", _folder(folder))
            if folder.comment is not None:
                self._store.add("RKNote", _note(folder))
        for album in self._tree.albums:
            self._album(album)
        for container, members in self._tree.order.items():
            self._order(container, members)
        for keyword in self._tree.keywords:
            self._store.add(
                "RKKeyword",
                {
                    "modelId": keyword.model_id,
                    "uuid": keyword.uuid,
                    "name": keyword.name,
                    "searchName": keyword.name.lower(),
                    "parentId": keyword.parent.model_id if keyword.parent else None,
                    "hasChildren": int(keyword.has_children),
                },
            )
        for volume in self._tree.volumes:
            row: Row = {"uuid": volume.uuid, "name": volume.name, "diskUuid": volume.disk_uuid, "label": volume.name}
            row |= {"createDate": created(0), "modDate": created(0), "isOffline": int(volume.offline)}
            self._store.add("RKVolume", row)
        self._people()
        for table, row in self._extra:  # last, so that sound rows keep their model ids
            self._store.add(table, row)
        repair = {"action": "databaseCreated", "comments": f"{VERSION}.{MINOR}", "createDate": created(0)}
        self._store.add("RKRepair", repair)
        self._admin_data()

    def _album(self, album: Album) -> None:
        if album.subclass == USER and album.custom_order:
            self._rng.shuffle(album.members)
        made = created(album.model_id)
        self._store.add(
            "RKAlbum",
            {
                "modelId": album.model_id,
                "uuid": album.uuid,
                "albumType": 1,
                "albumSubclass": album.subclass,
                "name": album.name,
                "folderUuid": album.folder_uuid,
                "queryFolderUuid": album.query_folder,
                "sortKeyPath": sort_key(album),
                "sortAscending": 1,
                "customSortAvailable": int(album.custom_order),
                "versionCount": len(album.members),
                "createDate": made,
                "isFavorite": 0,
                "isInTrash": int(album.in_trash),
                "isHidden": 0,
                "isMagic": int(album.system),
                "publishSyncNeeded": 0,
                "colorLabelIndex": -1,
                "recentUserChangeDate": made,
                "filterData": smart.NO_FILTER,
                "queryData": album.query,
            },
        )
        # Rows in the order of adding; the order to show is in RKCustomSortOrder.
        for _, version_id in sorted(album.members, key=lambda member: member[1]):
            self._store.add("RKAlbumVersion", {"versionId": version_id, "albumId": album.model_id})
        if album.custom_order:
            self._order(album.uuid, [version_uuid for version_uuid, _ in album.members])

    def _order(self, container: str, members: list[str]) -> None:
        for number, member in enumerate(members, start=1):
            row = {"containerUuid": container, "purpose": "default", "objectUuid": member}
            self._store.add("RKCustomSortOrder", row | {"orderNumber": number * ORDER_STEP})

    def _people(self) -> None:
        named = [person for person in self._tree.people if person.key_version is not None]
        for model_id, person in enumerate(named, start=1):
            row: Row = {
                "modelId": model_id,
                "uuid": person.uuid,
                "faceKey": person.face_key,
                "keyVersionUuid": person.key_version,
                "name": person.name,
                "similarFacesCached": 0,
                "similarFacesOpen": 1,
                "manualOrder": 999999,
                "lastUsedDate": created(0),
            }
            self.person_rows.append(row)
            self._store.add("RKFaceName", row)
        names = {row["modelId"]: row["name"] for row in self.person_rows}
        self._properties.face_names(names, created(0))

    def _admin_data(self) -> None:
        values: list[tuple[str, str, object, int]] = [
            ("database", "versionMajor", VERSION, _INTEGER),
            ("database", "versionMinor", MINOR, _INTEGER),
            ("database", "createDate", created(0), _DATE),
            ("database", "DatabaseCompatibleBackToMinorVersion", BACK_TO, _INTEGER),
            ("database", "databaseUuid", self._tree.database_uuid, _TEXT),
            ("database", "applicationIdentifier", "com.apple.Aperture", _TEXT),
            ("database", "automaticallyGenerateFullSizePreviews", 1, _BOOLEAN),
            ("database", "previewQuality", 0.833333333333333, _REAL),
            ("database", "previewSizeLimit", 1, _INTEGER),
            ("database", "RKXMLExportManagerMode", "RKXMLExportManagerExportNeverKey", _TEXT),
            ("touchedBy", "com.apple.Aperture", 1, _INTEGER),
            ("GeneralPreferences", "FacesEnabled", 1, _BOOLEAN),
        ]
        for table in ("RKMaster", "RKVersion", "RKFolder", "RKAlbum", "RKKeyword", "RKImageAdjustment"):
            values.append((table, "nextModelId", self._store.last_id(table) + 1, _INTEGER))
        for area, name, value, kind in values:
            row: dict[str, Any] = {"propertyArea": area, "propertyName": name, "propertyValue": str(value)}
            self._store.add("RKAdminData", row | {"storedDataType": kind, "persistAfterRebuild": 1})


def _import_group(group: ImportGroup) -> Row:
    return {
        "uuid": group.uuid,
        "importYear": f"{group.moment:%Y}",
        "importMonth": f"{group.moment:%m}",
        "importDay": f"{group.moment:%d}",
        "importTime": f"{group.moment:%H%M%S}",
        "name": import_group_name(group.moment),
    }


def _folder(folder: Folder) -> Row:
    project = folder.kind == PROJECT
    first, last = folder.first, folder.last
    return {
        "modelId": folder.model_id,
        "uuid": folder.uuid,
        "folderType": folder.kind,
        "name": folder.name,
        "parentFolderUuid": folder.parent.uuid if folder.parent else None,
        "implicitAlbumUuid": folder.album_uuid,
        "posterVersionUuid": folder.poster,
        "automaticallyGenerateFullSizePreviews": int(project),
        "versionCount": folder.versions,
        "minImageTimeZoneName": first[1] if first else None,
        "maxImageTimeZoneName": last[1] if last else None,
        "minImageDate": first[0] if first else None,
        "maxImageDate": last[0] if last else None,
        "folderPath": folder.path,
        "createDate": created(folder.model_id),
        "isExpanded": 0,
        "isHidden": 0,
        "isHiddenWhenEmpty": 0,
        "isFavorite": 0,
        "isInTrash": int(folder.in_trash),
        "isMagic": int(folder.system),
        "colorLabelIndex": -1,
        "sortAscending": 1,
        "sortKeyPath": "custom.kind" if project else "custom.default",
    }


def _note(folder: Folder) -> Row:
    return {
        "uuid": note_uuid(folder),
        "attachedToClassType": 4,  # a folder or project
        "attachedToUuid": folder.uuid,
        "propertyKey": "comment",
        "note": folder.comment,
        "createDate": created(0),
    }

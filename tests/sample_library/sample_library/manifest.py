"""What a sample library was meant to hold, for tests to compare with what a reader found in it."""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from sample_library.archives import Color, Value
from sample_library.operations import Brick
from sample_library.properties import iptc
from sample_library.rows import Bundle
from sample_library.tree import SMART, USER, Tree

DETAIL_LIMIT = 5000  # masters; a larger library's manifest has counts only


@dataclass(frozen=True, slots=True)
class Planted:
    """One anomaly as planted: its name, what it was done to ("version", "master", "folder" ...), that item's uuid."""

    name: str
    kind: str
    item: str
    detail: str


@dataclass(slots=True)
class Manifest:
    """The generator's intention.

    `counts`: masters, versions (rows, hidden originals included), browsable (shown in the library and not hidden,
    whether or not in the trash), trashed (masters), trashed_versions, projects and folders (without Aperture's own;
    with those in the trash), albums (user and smart, without Aperture's own), user_albums, smart_albums, keywords,
    faces, stacks, operations, missing_originals (managed, no file), offline_originals (referenced, volume absent),
    unsafe_originals. `versions` and `masters` have an entry for each row unless the library has more than
    DETAIL_LIMIT masters. `not_planted` names anomalies for which the library was too small.
    """

    library: str
    seed: int
    pictures: str
    counts: Counter[str] = field(default_factory=Counter)
    operations: Counter[str] = field(default_factory=Counter)
    masters: list[dict[str, Any]] = field(default_factory=list)
    versions: list[dict[str, Any]] = field(default_factory=list)
    projects: list[dict[str, Any]] = field(default_factory=list)
    albums: list[dict[str, Any]] = field(default_factory=list)
    keywords: list[dict[str, Any]] = field(default_factory=list)
    stacks: list[dict[str, Any]] = field(default_factory=list)
    faces: list[dict[str, Any]] = field(default_factory=list)
    anomalies: list[Planted] = field(default_factory=list)
    not_planted: list[str] = field(default_factory=list)

    def note_photo(self, bundle: Bundle, tree: Tree, status: Mapping[str, str], *, detailed: bool) -> None:
        """Counts a photo; `status` says for each original's uuid where its file is."""
        plan = bundle.plan
        self.counts["masters"] += len(plan.originals)
        self.counts["trashed"] += len(plan.originals) * plan.in_trash
        out_of_sight = plan.in_trash or plan.project.folder.thrown
        self.counts["trashed_with_folders"] += len(plan.originals) * out_of_sight
        self.counts["faces"] += len(plan.faces)
        for where in status.values():
            if where != "present":
                self.counts[f"{where}_originals"] += 1
        for version in plan.versions:
            self.counts["versions"] += 1
            self.counts["browsable"] += not version.is_original and not version.hidden
            self.counts["trashed_versions"] += version.in_trash
            self.counts["operations"] += len(version.bricks)
            self.operations.update(brick.identifier for brick in version.bricks)
        if detailed:
            self._detail(bundle, tree, status)

    def _detail(self, bundle: Bundle, tree: Tree, status: Mapping[str, str]) -> None:
        plan = bundle.plan
        for original in plan.originals:
            self.masters.append(
                {
                    "uuid": original.uuid,
                    "file_name": original.file_name,
                    "image_path": original.image_path,
                    "kind": original.kind.subtype,
                    "raw": original.kind.raw,
                    "project": plan.project.folder.uuid,
                    "volume": plan.volume.uuid if plan.volume else None,
                    "in_trash": plan.in_trash,
                    "original": status[original.uuid],
                }
            )
        place = plan.place
        for number, version in enumerate(plan.versions):
            proxy = bundle.proxies[number]
            self.versions.append(
                {
                    "uuid": version.uuid,
                    "model_id": version.model_id,
                    "number": version.number,
                    "name": version.name,
                    "master": plan.used.uuid,
                    "project": plan.project.folder.uuid,
                    "rating": version.rating,
                    "flagged": version.flagged,
                    "label": version.label,
                    "hidden": version.hidden,
                    "in_trash": version.in_trash,
                    "stack": version.stack_uuid,
                    "captured": plan.stamp,
                    "time_zone": plan.zone,
                    "gps": [place.latitude, place.longitude] if place else None,
                    "keywords": [list(tree.keywords[position].path) for position in version.keywords],
                    "iptc": iptc(version, tree),
                    "master_size": list(plan.size),
                    "processed_size": list(version.size),
                    "rotation": version.rotation,
                    "preview": proxy["fullSizePreviewPath"] if proxy else None,
                    "operations": [_operation(brick) for brick in version.bricks],
                }
            )

    def note_tree(self, tree: Tree) -> None:
        """Counts and lists what is not a photo; after the photos, because albums are filled by them."""
        own = [folder for folder in tree.folders if not folder.system]
        projects = [project.folder for project in tree.projects]
        self.counts["projects"] += len(projects)
        self.counts["folders"] += len(own) - len(projects)
        self.counts["keywords"] += len(tree.keywords)
        for album in tree.albums:
            if not album.system and album.subclass in (SMART, USER):
                self.counts["albums"] += 1
                self.counts["smart_albums" if album.subclass == SMART else "user_albums"] += 1
                members = [version for version, _ in album.members]
                self.albums.append({"uuid": album.uuid, "name": album.name, "smart": album.subclass == SMART})
                self.albums[-1] |= {"folder": album.folder_uuid, "in_trash": album.in_trash, "versions": members}
        for folder in projects:
            above = folder.parent
            path = [folder.name]
            while above is not None and not above.system:
                path.insert(0, above.name)
                above = above.parent
            self.projects.append({"uuid": folder.uuid, "path": path, "in_trash": folder.in_trash})
        self.keywords = [{"uuid": keyword.uuid, "path": list(keyword.path)} for keyword in tree.keywords]

    def write(self, path: Path) -> None:
        """As JSON, the same bytes for the same library."""
        path.parent.mkdir(parents=True, exist_ok=True)
        content = {entry.name: getattr(self, entry.name) for entry in fields(self)}
        content["anomalies"] = [asdict(planted) for planted in self.anomalies]
        text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
        path.write_bytes(text.encode("utf-8") + b"\n")


def _operation(brick: Brick) -> dict[str, Any]:
    return {
        "identifier": brick.identifier,
        "index": brick.index,
        "enabled": brick.enabled,
        "masked": brick.masked,
        "inputs": {key: _plain(value) for key, value in brick.inputs.items()},
    }


def _plain(value: Value) -> Any:
    """An input as JSON: colours as {"rgb": [r, g, b]}, bytes as {"base64": text}."""
    if isinstance(value, Color):
        return {"rgb": [value.red, value.green, value.blue]}
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode("ascii")}
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(item) for item in value]
    return value

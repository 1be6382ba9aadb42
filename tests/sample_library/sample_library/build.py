"""Builds a sample library: plans photo after photo, makes its files, writes its rows and plists."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sample_library import plists, previews
from sample_library.anomalies import BadOption, Spoiler
from sample_library.catalog import Catalog
from sample_library.files import Picture, make_original
from sample_library.manifest import DETAIL_LIMIT, Manifest
from sample_library.older import age
from sample_library.plan import Original, Plan, Planner
from sample_library.roles import ROLES, Role
from sample_library.rows import Bundle, bundle
from sample_library.schema import DATABASES
from sample_library.store import Store
from sample_library.tree import Tree

MOST_MASTERS = 500_000
PICTURES = ("real", "tiny", "none")
MANIFEST_NAME = "sample-manifest.json"


@dataclass(frozen=True, slots=True)
class Options:
    """How a library is built; see `build_library`."""

    masters: int
    seed: int = 1
    pictures: str = "tiny"
    anomalies: tuple[str, ...] = ()
    references: Path | None = None
    write_plists: bool = True
    lean: bool = False
    roles: tuple[Role, ...] = ROLES

    def __post_init__(self) -> None:
        if not 1 <= self.masters <= MOST_MASTERS:
            raise BadOption(f"masters is {self.masters}, not 1 to {MOST_MASTERS:,}")
        if self.pictures not in PICTURES:
            raise BadOption(f"pictures is {self.pictures!r}, not one of {', '.join(PICTURES)}")


def build_library(
    destination: Path,
    *,
    masters: int,
    seed: int = 1,
    pictures: str = "tiny",
    anomalies: Sequence[str] = (),
    references: Path | None = None,
    write_plists: bool = True,
    lean: bool = False,
    older: bool = False,
    roles: Sequence[Role] = ROLES,
    photographs: Path | None = None,
    manifest_path: Path | None = None,
    progress: Callable[[int], None] | None = None,
) -> Manifest:
    """Writes an Aperture 3.6 library of `masters` originals (1 to 500,000) and its manifest beside it.

    `destination` must not exist. `pictures`: "real" are generated photographs of 480 to 1600 pixels with EXIF,
    previews drawn with each version's adjustments, and thumbnails; "tiny" are the same at about 120 pixels, from few
    scenes, without thumbnails; "none" writes no picture files at all, so that every original is missing. `anomalies`
    are names of `ANOMALIES`, beginnings of names, or "all". Referenced originals are written below
    `references`/<volume name>; without it they are offline. `lean` writes only main EXIF properties, which makes a
    large library less than half the size. `older` gives the shape of Aperture 3.1.2. `roles` are the cases of the
    first masters. The "real" pictures show the JPEG files of the folder `photographs`, where it is given, instead of
    generated scenes. `progress` is called with the number of masters done. The same arguments give the same bytes.

    Raises FileExistsError when the destination exists, BadOption (a ValueError) for arguments out of range.
    """
    options = Options(masters, seed, pictures, tuple(anomalies), references, write_plists, lean, tuple(roles))
    if destination.exists():
        raise FileExistsError(f"{destination} exists; choose another name or remove it")
    manifest = Manifest(destination.name, seed, pictures)
    builder = _Builder(destination, options, manifest, sorted(photographs.glob("*.jpg")) if photographs else [])
    builder.run(progress or (lambda _done: None))
    if older:
        age(destination)
    manifest.write(manifest_path or destination.parent / MANIFEST_NAME)
    return manifest


class _Builder:
    def __init__(self, root: Path, options: Options, manifest: Manifest, photographs: Sequence[Path]) -> None:
        self._root = root
        self._shown = photographs
        self._options = options
        self._manifest = manifest
        self._tree = Tree(options.masters, options.seed)
        self._spoiler = Spoiler(options.anomalies)
        self._model_ids: dict[str, int] = {}
        self._thumbnails = options.pictures == "real"
        self._detailed = options.masters <= DETAIL_LIMIT

    def run(self, progress: Callable[[int], None]) -> None:
        options, database = self._options, self._root / "Database"
        planner = Planner(
            self._tree, masters=options.masters, seed=options.seed, pictures=options.pictures, roles=options.roles
        )
        with Store(database / "apdb") as store:
            catalog = Catalog(
                store, self._tree, self._manifest, seed=options.seed, lean=options.lean, detailed=self._detailed
            )
            index = 0
            while index < options.masters:
                plan = planner.plan(index)
                catalog.assign_stack(plan)
                self._photo(plan, catalog, database)
                index += len(plan.originals)
                progress(index)
            catalog.finish()
            store.finish()
        counts = self._manifest.counts
        if options.write_plists:
            plists.write_tree(database, self._tree)
            plists.write_people(database, catalog.person_rows)
        plists.write_package(self._root, self._tree, counts["masters"] - counts["trashed"], counts["browsable"])
        for folder in ("Masters", "Previews", "Thumbnails"):
            (self._root / folder).mkdir(exist_ok=True)
        _link_databases(database)
        self._manifest.note_tree(self._tree)
        self._manifest.not_planted = self._spoiler.waiting

    def _photo(self, plan: Plan, catalog: Catalog, database: Path) -> None:
        photo = bundle(plan, self._tree, self._model_ids, thumbnails=self._thumbnails)
        self._spoiler.offer(photo, self._manifest)
        status = self._files(photo)
        catalog.write_photo(photo)
        if self._options.write_plists:
            plists.write_photo(database, photo, self._tree)
        self._manifest.note_photo(photo, self._tree, status, detailed=self._detailed)

    def _files(self, photo: Bundle) -> dict[str, str]:
        """Writes originals, previews and thumbnails; says for each original where its file is."""
        plan = photo.plan
        status: dict[str, str] = {}
        seen: Picture | None = None
        for number, original in enumerate(plan.originals):
            status[original.uuid] = self._status(photo, original)
            if self._options.pictures == "none":
                continue
            picture = make_original(plan, original, tiny=self._options.pictures == "tiny", photographs=self._shown)
            seen = seen or picture
            row = photo.masters[number]
            row["fileSize"] = row["originalFileSize"] = len(picture.content)
            if status[original.uuid] == "present":
                path = self._original_path(plan, original)
                damaged = photo.on_disk if original is plan.used else None
                _write(path, damaged(picture.content) if damaged is not None else picture.content)
                changed = plan.group.moment.timestamp() - 3600
                os.utime(path, (changed, changed))
        if seen is not None:
            self._previews(photo, seen)
        return status

    def _status(self, photo: Bundle, original: Original) -> str:
        """Says "present", "missing", "offline" (its volume is not there) or "unsafe" (its path leads out)."""
        plan, row = photo.plan, photo.masters[0]
        if plan.volume is not None:
            reachable = self._options.references is not None and not plan.volume.offline
            return "present" if reachable and self._options.pictures != "none" else "offline"
        if row["fileIsReference"]:
            return "offline"
        if row["imagePath"] != original.image_path and original is plan.used and row["imagePath"] is not None:
            return "unsafe"
        written = photo.originals_written and self._options.pictures != "none"
        return "present" if written else "missing"

    def _original_path(self, plan: Plan, original: Original) -> Path:
        if plan.volume is not None and self._options.references is not None:
            return self._options.references / plan.volume.name / original.image_path
        return self._root / "Masters" / original.image_path

    def _previews(self, photo: Bundle, picture: Picture) -> None:
        plan = photo.plan
        for version, kind, proxy in zip(plan.versions, photo.previews, photo.proxies, strict=True):
            if proxy is None or not (kind or self._thumbnails):
                continue
            levels = previews.draw(version, picture.linear, plan.size, raw=plan.used.kind.raw, bare=kind == "bare")
            if kind == "black":
                levels = np.zeros_like(levels)
            if kind:
                content = b"" if kind == "empty" else previews.encode(levels, version.uuid)
                proxy["previewFilesize"] = len(content)
                _write(self._root / "Previews" / proxy["fullSizePreviewPath"], content)
            if self._thumbnails:
                sizes = (("thumbnail", previews.THUMBNAIL_EDGE), ("miniThumbnail", previews.MINI_EDGE))
                for name, edge in sizes:
                    content = previews.reduced(levels, edge)
                    proxy[f"{name}Filesize"] = len(content)
                    _write(self._root / "Thumbnails" / proxy[f"{name}Path"], content)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _link_databases(database: Path) -> None:
    """Database/*.apdb are links into apdb/, where the system allows links; readers must not need them."""
    for name in DATABASES:
        try:
            (database / name).symlink_to(Path("apdb") / name)
        except OSError:
            return  # Windows without the privilege: libraries copied there have lost them too

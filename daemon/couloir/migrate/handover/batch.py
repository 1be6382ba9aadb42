"""What goes into a batch: everything the plug-in needs to add each photo, and the rows that then come true.

Imported when first needed.
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from couloir.aperture.library import Library
from couloir.aperture.model import Album, AlbumKind, Face, FolderKind, Keyword, Master, MediaKind, Stack, Version
from couloir.aperture.originals import advice_about
from couloir.derive import Translation, describe
from couloir.derive.removals import find_removals
from couloir.derive.smart_albums import Search, search_description
from couloir.derive.translator import Translator
from couloir.lightroom.metadata import PhotoMetadata
from couloir.migrate.attached import read_attached
from couloir.migrate.handover import rows as settled
from couloir.migrate.handover.choice import Choice
from couloir.migrate.handover.layout import HIDDEN, TRASH, UNTITLED_PROJECT, Layout, Place, lay_out
from couloir.migrate.handover.library_at_hand import LibraryAtHand
from couloir.migrate.handover.queue import Batch, Handover, Item, Sort
from couloir.migrate.ledger import reasons
from couloir.migrate.ledger.identities import Identities
from couloir.migrate.ledger.operations import operation_rows
from couloir.migrate.ledger.reasons import State
from couloir.migrate.ledger.rows import Kind, Row
from couloir.migrate.plan import Placement

PEOPLE = "People"  # the keyword above the names of persons


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What hangs together in a library, by version, master, or path of a keyword."""

    collections: Mapping[str, Sequence[Mapping[str, Any]]]
    layout: Layout
    projects: Mapping[str, str]
    albums: Mapping[str, Mapping[str, Any]]
    stacks: Mapping[str, Stack]
    faces: Mapping[str, Sequence[Face]]
    keywords: Mapping[tuple[str, ...], Keyword]


def next_batch(
    handover: Handover,
    library: LibraryAtHand,
    translator: Translator,
    choice: Choice,
    photos: int,
) -> Batch | None:
    """The batch that is out, else the next one, written down; None when everything has been taken."""
    earlier = handover.unanswered_batch()
    if earlier is not None:
        return earlier
    items = handover.todo(photos)
    if not items:
        return None
    composer = _Composer(handover, library, translator, choice)
    content = composer.content(items)
    return handover.lease(items, content, composer.promises)


def surroundings(library: Library) -> Surroundings:
    """Read once per library; large, but as large as its albums."""
    folders = {folder.uuid: folder for folder in library.folders()}
    own = [a for a in library.albums() if a.kind is AlbumKind.USER and not a.is_system and not a.in_trash]
    smart = list(smart_albums(library))
    layout = lay_out(folders.values(), [*own, *(album for album, _ in smart)])
    collections: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    albums: dict[str, Mapping[str, Any]] = {}
    for album in own:
        place = {"uuid": album.uuid, "kind": "album", **_sent(layout.albums[album.uuid])}
        albums[album.uuid] = {**place, "photos": len(album.version_uuids), "search": None, "project": ""}
        for position, version in enumerate(album.version_uuids):
            collections[version].append({**place, "position": position})
    for album, search in smart:
        project = folders.get(album.folder_uuid or "")
        within = project.name if project is not None and project.kind is FolderKind.PROJECT else ""
        place = {"uuid": album.uuid, "kind": "smart", **_sent(layout.albums[album.uuid])}
        albums[album.uuid] = {**place, "photos": 0, "search": search, "project": within}
    faces: dict[str, list[Face]] = defaultdict(list)
    for face in library.faces():
        faces[face.master_uuid].append(face)
    return Surroundings(
        collections=collections,
        layout=layout,
        projects={uuid: folders[uuid].name or UNTITLED_PROJECT for uuid in layout.projects},
        albums=albums,
        stacks={version: stack for stack in library.stacks() for version in stack.version_uuids},
        faces=faces,
        keywords={keyword.path: keyword for keyword in library.keywords()},
    )


def _sent(place: Place) -> dict[str, Any]:
    return {"sets": place.sets, "name": place.name}


def smart_albums(library: Library) -> Iterator[tuple[Album, Search]]:
    """The smart albums whose whole rule Lightroom knows, in the library's order. One that lies in a project looks only
    there, and photos know their project by its name, so the name must be that of one project and not empty."""
    projects = [folder for folder in library.folders() if folder.kind is FolderKind.PROJECT]
    times = Counter(folder.name or UNTITLED_PROJECT for folder in projects)
    ambiguous = {folder.uuid for folder in projects if not folder.name or times[folder.name] > 1}
    for album in library.albums():
        if album.kind is AlbumKind.SMART and not (album.is_system or album.in_trash or album.folder_uuid in ambiguous):
            rule = library.details.rule(album)
            search = None if rule is None else search_description(rule)
            if search is not None:
                yield album, search


def remarks(library: Library, masters: Iterable[Master]) -> dict[str, str]:
    """What a person has to know of those originals that are not as the library states, by master."""
    doubts = {master: library.original(master).doubt for master in masters}
    return {
        master.uuid: f"Its original {doubt.what}. {advice_about(doubt)}"
        for master, doubt in doubts.items()
        if doubt is not None
    }


class _Composer:
    """Puts one batch together."""

    def __init__(
        self,
        handover: Handover,
        library: LibraryAtHand,
        translator: Translator,
        choice: Choice,
    ) -> None:
        self._translator = translator
        self._ledger = handover.ledger
        self._library = library
        self._choice = choice
        self._around = library.ask_once(surroundings)
        self._root = choice.collection_set or library.path.stem
        self._read: Mapping[str, tuple[Version, Master]] = {}
        self._picks: Mapping[str, tuple[Version, Master]] = {}
        self._translations: dict[str, Translation] = {}
        self._remarks: Mapping[str, str] = {}
        self.promises: dict[str, Sequence[Row]] = {}

    def content(self, items: Sequence[Item]) -> dict[str, Any]:
        versions = [item.uuid for item in items if item.sort is Sort.VERSION]
        self._read = self._library.versions(versions)
        stacks = [stack for uuid in versions if (stack := self._around.stacks.get(uuid)) is not None]
        self._picks = self._library.versions([stack.version_uuids[0] for stack in stacks])
        self._translate([self._read[uuid] for uuid in versions if uuid in self._read])
        masters = {master.uuid: master for _, master in self._read.values()}
        self._remarks = self._library.ask(lambda library: remarks(library, masters.values()))
        units: dict[str, list[Item]] = defaultdict(list)
        for item in items:
            units[item.unit].append(item)
        for item in items:
            if item.uuid in self._read and item.outcome is None:
                self.promises[item.uuid] = list(self._promised(item))
        return {
            "photos": [self._photo(group) for group in units.values() if group[0].sort in (Sort.VERSION, Sort.MASTER)],
            "albums": [self._album(item.uuid) for item in items if item.sort is Sort.ALBUM],
            "keywords": [self._keyword(item.uuid) for item in items if item.sort is Sort.KEYWORD],
        }

    def _translate(self, pairs: Sequence[tuple[Version, Master]]) -> None:
        images = [(version, master) for version, master in pairs if master.media is MediaKind.IMAGE]
        for translation in self._translator.translate(images):
            self._translations[translation.version_uuid] = translation

    # What is sent

    def _photo(self, group: Sequence[Item]) -> dict[str, Any]:
        """A photo with its copies. `group` begins with the photo itself, in the order of the queue."""
        head = next(item for item in group if item.uuid == item.unit)
        version = self._read.get(head.uuid)
        row = self._ledger.get(Kind.VERSION, head.uuid) or self._ledger.get(Kind.MASTER, head.uuid)
        path = self._path(head.uuid, head.master)
        return {
            "kind": str(head.sort),
            "uuid": head.uuid,
            "master": head.master,
            "path": path,
            "spellings": sorted({unicodedata.normalize(form, path) for form in ("NFC", "NFD")} - {path}),
            "known": head.outcome is not None,
            "video": version is not None and version[1].media is MediaKind.VIDEO,
            "reads_xmp": row is not None and row.row.state is State.DONE and "placement" in row.row.detail,
            "remark": self._remarks.get(head.master, ""),
            "stack": self._stack(head.uuid),
            **self._look(head.uuid),
            "copies": [
                {"uuid": item.uuid, "stack": self._stack(item.uuid), **self._look(item.uuid)}
                for item in group
                if item is not head
            ],
        }

    def _look(self, uuid: str) -> dict[str, Any]:
        """What a version is called, its metadata, look and albums; an original that no version shows has none."""
        pair = self._read.get(uuid)
        translation = self._translations.get(uuid)
        by = None if translation is None else translation.model or "analytic"
        return {
            "name": "" if pair is None else pair[0].name,
            "metadata": {} if pair is None else self._metadata(*pair, self._placement(uuid)),
            "collections": [] if pair is None else self._collections(pair[0]),
            "settings": None if translation is None else translation.settings.as_dict(),
            "fidelity": None if translation is None else str(translation.fidelity),
            "model": by or "",
            "project": "" if pair is None else self._project(pair[0]),
            **self._own_words(pair),
            "persons": [] if pair is None else self._person_keywords(pair[1]),
            "history": "" if by is None else f"Couloir: the look of Aperture ({by})",
        }

    def _own_words(self, pair: tuple[Version, Master] | None) -> dict[str, str]:
        """What has no place in Lightroom, for fields of the plug-in's own."""
        lines = {} if pair is None else self._library.ask_once(read_attached).lines(pair[0])
        notes = [
            *lines.get("Notes", ()),
            *(f"Place: {place}" for place in lines.get("Places", ())),
            *(f"Video {part}" for part in lines.get("Video", ())),
        ]
        return {"custom": "\n".join(lines.get("Custom", ())), "notes": "\n".join(notes)}

    def _metadata(self, version: Version, master: Master, placement: str) -> dict[str, Any]:
        described: PhotoMetadata = describe(version, master)
        metadata: dict[str, Any] = described.as_dict()
        removal = find_removals(version, described, self._library.ask(lambda library: library.read_records(version)))
        # A copy with our XMP in it holds nothing more of what was removed. A sidecar states the empty values; that a
        # file has its position from EXIF, and what a file without our XMP brings, Lightroom has to be told.
        gone = {"": removal.fields, Placement.SIDECAR: removal.recorded}.get(placement, frozenset())
        if gone:
            metadata["cleared"] = sorted(gone)
        names = self._person_keywords(master)
        if names:
            metadata["keywords"] = [*metadata.get("keywords", []), *names]
        return metadata

    def _placement(self, uuid: str) -> str:
        """Where the file of a version carries our XMP; "" where it has none, or is a virtual copy."""
        row = self._ledger.get(Kind.VERSION, uuid)
        return str(row.row.detail.get("placement", "")) if row is not None and row.row.state is State.DONE else ""

    def _person_keywords(self, master: Master) -> list[list[str]]:
        return [[PEOPLE, name] for name in self._persons(master)] if self._choice.face_keywords else []

    def _project(self, version: Version) -> str:
        """The name of its project; "" when it has none that the library shows."""
        return self._around.projects.get(version.project_uuid or "", "")

    def _persons(self, master: Master) -> list[str]:
        faces = self._around.faces.get(master.uuid, ())
        return list(dict.fromkeys(face.name for face in faces if face.name and not face.rejected))

    def _collections(self, version: Version) -> list[dict[str, Any]]:
        found = [
            {**place, "sets": [self._root, *place["sets"]], "other": None}
            for place in self._around.collections.get(version.uuid, ())
        ]
        project, layout = version.project_uuid or "", self._around.layout
        if self._choice.project_collections and project in layout.projects:
            found.append(
                {
                    "uuid": project,
                    "kind": "project",
                    **self._below_root(layout.projects[project]),
                    "position": version.model_id,
                    "other": self._below_root(layout.others[project]),
                }
            )
        marks = [(version.in_trash, "trash", TRASH), (not version.browsable, "hidden", HIDDEN)]
        for marked, uuid, name in marks:
            if marked:
                place = {"uuid": f"couloir.{uuid}", "kind": "mark", "sets": [self._root], "name": name}
                found.append({**place, "position": version.model_id, "other": None})
        return found

    def _below_root(self, place: Place) -> dict[str, Any]:
        return {"sets": [self._root, *place.sets], "name": place.name}

    def _stack(self, uuid: str) -> dict[str, Any] | None:
        stack = self._around.stacks.get(uuid)
        if stack is None or len(stack.version_uuids) < 2:
            return None
        pick = stack.version_uuids[0]
        return {
            "uuid": stack.uuid,
            "pick": pick,
            "pick_path": self._path_of_pick(pick),
            "position": stack.version_uuids.index(uuid),
            "size": len(stack.version_uuids),
        }

    def _path_of_pick(self, uuid: str) -> str:
        """Where the file of a stack's pick lies, which need not be in this batch; "" when the library lacks it."""
        return self._path(uuid, self._picks[uuid][1].uuid) if uuid in self._picks else ""

    def _path(self, version: str, master: str) -> str:
        """Where the plug-in finds the file: in the destination, or where the original stays."""
        for kind, uuid in ((Kind.VERSION, version), (Kind.MASTER, master)):
            entry = self._ledger.get(kind, uuid)
            if entry is not None and entry.row.detail.get("path"):
                return str(Path(self._choice.destination, *str(entry.row.detail["path"]).split("/")))

        def look(library: Library) -> str:
            known = library.master(master)
            if known is None:
                return ""
            original = library.original(known)
            return original.sought if original.path is None else str(original.path)

        return self._library.ask(look)

    def _album(self, uuid: str) -> dict[str, Any]:
        unknown = {"kind": "album", "sets": (), "name": "", "photos": 0, "search": None, "project": ""}
        album = self._around.albums.get(uuid, {"uuid": uuid, **unknown})
        return {**album, "sets": [self._root, *album["sets"]]}

    def _keyword(self, uuid: str) -> dict[str, Any]:
        entry = self._ledger.get(Kind.KEYWORD, uuid)
        return {"uuid": uuid, "path": [] if entry is None else entry.row.detail.get("path", [])}

    # What comes true

    def _promised(self, item: Item) -> Iterator[Row]:
        version, master = self._read[item.uuid]
        translation = self._translations.get(item.uuid)
        detail: dict[str, object] = {"number": version.number, "edited": version.has_enabled_adjustments}
        if translation is not None:
            detail |= {"settings": translation.settings.as_dict(), "fidelity": str(translation.fidelity)}
            detail |= {"expected_size": translation.expected_size, "model": translation.model}
            detail |= {"anomalies": [anomaly.code for anomaly in translation.anomalies]}
        own = Row(Kind.VERSION, version.uuid, version.name, State.DONE, settled.TAKEN, detail)
        yield own
        yield from operation_rows(version, own, Identities(), translation)
        for path in {whole[:depth] for whole in version.keywords for depth in range(1, len(whole) + 1)}:
            keyword = self._around.keywords.get(path)
            if keyword is not None:
                detail = {"path": list(path)}
                yield Row(Kind.KEYWORD, keyword.uuid, keyword.name, State.DONE, reasons.KEYWORD_WRITTEN, detail)
        stack = self._around.stacks.get(item.uuid)
        if stack is not None:
            yield Row(Kind.STACK, stack.uuid, "", State.DONE, settled.STACK_MADE)
        if item.uuid == item.unit:
            for face in self._around.faces.get(master.uuid, ()):
                named = bool(face.name) and not face.rejected and self._choice.face_keywords
                state, reason = (State.DONE, settled.FACE_KEYWORD) if named else (State.SKIPPED, settled.FACE_UNNAMED)
                yield Row(Kind.FACE, face.uuid, face.name or "", state, reason, _plain(face))


def _plain(face: Face) -> dict[str, object]:
    """The face's area stays in the ledger, where a later Couloir can find it."""
    return {name: value for name, value in asdict(face).items() if name not in ("uuid", "name")}

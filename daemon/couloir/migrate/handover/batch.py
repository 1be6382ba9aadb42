"""Composes a batch: everything the plug-in needs to add each photo, and the rows that then take effect.

Imported when first needed.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from couloir.aperture.model import MediaKind, Version
from couloir.derive import Translation, describe
from couloir.derive.painted.live import live_settings
from couloir.derive.pictures.contexts import find_all, see_contexts
from couloir.derive.removals import NO_OTHER_RECORDS, find_removals
from couloir.derive.translator import Translator
from couloir.language import mark
from couloir.language.catalog import open_catalog
from couloir.lightroom.enhanced.look import table_of_look
from couloir.lightroom.local.fields import KEY as LOCAL_KEY
from couloir.lightroom.local.repairs import AREAS_KEY, EYES_KEY
from couloir.migrate.attached import read_attached
from couloir.migrate.changes import fingerprint
from couloir.migrate.handover.choice import Choice
from couloir.migrate.handover.content import (
    AlbumTask,
    BatchView,
    CollectionPlace,
    CopyTask,
    KeywordTask,
    OtherPlace,
    PhotoTask,
    StackPlace,
    encode_batch,
)
from couloir.migrate.handover.items import Batch, Item, Sort
from couloir.migrate.handover.layout import HIDDEN, TRASH, Place
from couloir.migrate.handover.library_at_hand import LibraryAtHand, Pair, read_details
from couloir.migrate.handover.promises import promised_faces, promised_rows
from couloir.migrate.handover.queue import Handover
from couloir.migrate.handover.surroundings import reader_in
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.reasons import State
from couloir.migrate.ledger.rows import Entry, Kind, Row
from couloir.migrate.plan import Placement

_SETTINGS: Final = "settings"  # in the detail of a version's row

PEOPLE = mark("People")  # the keyword above the names of persons
_PLACES: Final = {LOCAL_KEY: "painted", AREAS_KEY: "retouched", EYES_KEY: "retouched"}
"""Develop settings that are places, and what says in a version's row that its XMP has some."""

_HISTORY: Final = mark("Couloir: the look of Aperture ({by})")
_PLACE: Final = mark("Place: {place}")
_VIDEO: Final = mark("Video {part}")


def next_batch(
    handover: Handover,
    library: LibraryAtHand,
    translator: Translator,
    choice: Choice,
    photos: int,
) -> Batch | None:
    """The unanswered batch, else the next one, which is recorded; None when nothing is left."""
    earlier = handover.unanswered_batch()
    if earlier is not None:
        return earlier
    items = handover.todo(photos)
    if not items:
        return None
    composer = _Composer(handover.ledger, library, translator, choice, items)
    content = composer.content()
    return handover.lease(
        items, lambda number: encode_batch(msgspec.structs.replace(content, number=number)), composer.promises()
    )


class _Composer:
    """Puts one batch together. What it needs of ledger, library and model is asked at once, for all of its photos."""

    def __init__(
        self,
        ledger: Ledger,
        library: LibraryAtHand,
        translator: Translator,
        choice: Choice,
        items: Sequence[Item],
    ) -> None:
        self._items = items
        self._ledger = ledger
        self._choice = choice
        self._catalog = open_catalog(choice.language, in_lightroom=True)
        self._destination = Path(choice.destination)
        self._around = library.ask_once(reader_in(choice.language))
        self._attached = library.ask_once(read_attached)
        self._root = choice.collection_set or library.path.stem
        versions = [item.uuid for item in items if item.sort is Sort.VERSION]
        self._read = library.versions(versions)
        stacks = [stack for uuid in versions if (stack := self._around.stacks.get(uuid)) is not None]
        self._picks = library.versions([stack.version_uuids[0] for stack in stacks])
        masters = {item.master for item in items if item.master} | {master.uuid for _, master in self._picks.values()}
        self._versions = ledger.find(Kind.VERSION, [*versions, *self._picks])
        self._masters = ledger.find(Kind.MASTER, list(masters))
        photos = [(item.uuid, item.master) for item in items if item.sort in (Sort.VERSION, Sort.MASTER)]
        photos += [(uuid, master.uuid) for uuid, (_, master) in self._picks.items()]
        self._brought = {uuid: self._place(uuid, master) for uuid, master in photos}
        sought = {master for uuid, master in photos if self._brought[uuid] is None}
        pairs = list(self._read.values())
        self._details = library.ask(lambda opened: read_details(opened, pairs, sought))
        images = [pair for pair in pairs if pair[1].media is MediaKind.IMAGE]
        self._written = {version.uuid: row for version, _ in images if (row := self._find_written(version)) is not None}
        known = None
        if choice.pictures:
            files = library.ask(lambda opened: find_all(opened, images, translator.profiles))
            known = see_contexts(
                [
                    None if version.uuid in self._written else each
                    for each, (version, _) in zip(files, images, strict=True)
                ]
            )
        found = translator.translate(images, known)
        self._translations: Mapping[str, Translation] = {each.version_uuid: each for each in found}
        self._settings = {uuid: self._settings_for(uuid, each) for uuid, each in self._translations.items()}

    def _settings_for(self, uuid: str, translation: Translation) -> dict[str, Any]:
        """The settings that Lua gives a photo. What was painted and retouched is among them only where no XMP carries
        it: for a copy, which otherwise keeps that of its photo, and for a file without Couloir's XMP.
        """
        if uuid in self._written:
            return _without_profile(self._written[uuid][_SETTINGS])
        return {**{key: [] for key in self._inherited(uuid)}, **live_settings(translation)}

    def _inherited(self, uuid: str) -> Sequence[str]:
        """The settings of places that a version has from its photo's XMP when it becomes a copy of it."""
        unit = next(item.unit for item in self._items if item.uuid == uuid)
        entry = None if unit == uuid else self._ledger.get(Kind.VERSION, unit)
        detail = {} if entry is None else entry.row.detail
        return [key for key, sign in _PLACES.items() if sign in detail]

    def _find_written(self, version: Version) -> Mapping[str, Any] | None:
        """The detail of the version's row, where its file got settings for the same state in Aperture: Lightroom gets
        the same ones, and its pictures need not be decoded again.
        """
        entry = self._versions.get(version.uuid)
        if entry is None or entry.row.state is not State.DONE or entry.row.detail.get("source") != fingerprint(version):
            return None
        return entry.row.detail if isinstance(entry.row.detail.get(_SETTINGS), Mapping) else None

    def promises(self) -> dict[str, Sequence[Row]]:
        """The rows that come true when Lightroom takes a version, by its uuid. What the ledger has already, as that a
        keyword is there, is not promised again.
        """
        promises: dict[str, Sequence[Row]] = {}
        for item in self._items:
            if item.uuid in self._read and item.outcome is None:
                version, master = self._read[item.uuid]
                translation, settings = self._translations.get(item.uuid), self._settings.get(item.uuid)
                entry = self._versions.get(item.uuid)
                known = {} if entry is None else entry.row.detail
                rows = list(promised_rows(version, translation, settings, known, self._around))
                if item.uuid in self._written:  # with pictures, which are not looked at again
                    rows = [row for row in rows if row.kind is not Kind.OPERATION or not self._is_known(row)]
                if item.uuid == item.unit:
                    rows += promised_faces(master, self._around, keywords=self._choice.face_keywords)
                promises[item.uuid] = rows
        keywords = {row.uuid for rows in promises.values() for row in rows if row.kind is Kind.KEYWORD}
        there = {uuid: entry.row for uuid, entry in self._ledger.find(Kind.KEYWORD, list(keywords)).items()}
        return {
            uuid: [row for row in rows if row.kind is not Kind.KEYWORD or there.get(row.uuid) != row]
            for uuid, rows in promises.items()
        }

    def _is_known(self, row: Row) -> bool:
        return self._ledger.get(row.kind, row.uuid) is not None

    def content(self) -> BatchView:
        """What is sent, without its number."""
        units: dict[str, list[Item]] = defaultdict(list)
        for item in self._items:
            units[item.unit].append(item)
        return BatchView(
            number=0,
            done=False,
            photos=[self._photo(group) for group in units.values() if group[0].sort in (Sort.VERSION, Sort.MASTER)],
            albums=[self._album(item.uuid) for item in self._items if item.sort is Sort.ALBUM],
            keywords=self._keywords([item.uuid for item in self._items if item.sort is Sort.KEYWORD]),
        )

    def _photo(self, group: Sequence[Item]) -> PhotoTask:
        """A photo with its copies. `group` begins with the photo itself, in the order of the queue."""
        head = next(item for item in group if item.uuid == item.unit)
        version = self._read.get(head.uuid)
        entry = self._versions.get(head.uuid) or self._masters.get(head.uuid)
        path = self._path(head.uuid, head.master)
        return PhotoTask(
            **msgspec.structs.asdict(self._copy(head.uuid)),
            kind=str(head.sort),
            master=head.master,
            path=path,
            spellings=sorted({unicodedata.normalize(form, path) for form in ("NFC", "NFD")} - {path}),
            known=head.outcome is not None,
            video=version is not None and version[1].media is MediaKind.VIDEO,
            reads_xmp=entry is not None and entry.row.state is State.DONE and "placement" in entry.row.detail,
            remark=self._catalog.say(self._details.remarks.get(head.master, "")) if version is not None else "",
            copies=[self._copy(item.uuid) for item in group if item is not head],
        )

    def _copy(self, uuid: str) -> CopyTask:
        """A version's name, metadata, look and albums; an original that no version shows has none."""
        pair = self._read.get(uuid)
        translation = self._translations.get(uuid)
        model = None if translation is None else self._written.get(uuid, {}).get("model", translation.model)
        by = None if translation is None else model or "analytic"
        custom, notes = ("", "") if pair is None else self._own_words(pair[0])
        return CopyTask(
            uuid=uuid,
            name="" if pair is None else pair[0].name,
            metadata={} if pair is None else self._metadata(pair),
            collections=[] if pair is None else self._collections(pair[0]),
            stack=self._stack(uuid),
            settings=self._settings.get(uuid),
            fidelity=None if translation is None else str(translation.fidelity),
            model=by or "",
            history="" if by is None else self._catalog.message(_HISTORY, by=by),
            project="" if pair is None else self._project(pair[0]),
            custom=custom,
            notes=notes,
            persons=[] if pair is None else self._person_keywords(pair),
        )

    def _own_words(self, version: Version) -> tuple[str, str]:
        """What has no place in Lightroom, for fields of the plug-in's own: the photographer's fields, and notes."""
        lines = self._attached.lines(version)
        notes = [
            *lines.get("Notes", ()),
            *(self._catalog.message(_PLACE, place=place) for place in lines.get("Places", ())),
            *(self._catalog.message(_VIDEO, part=part) for part in lines.get("Video", ())),
        ]
        return "\n".join(lines.get("Custom", ())), "\n".join(notes)

    def _metadata(self, pair: Pair) -> dict[str, Any]:
        version = pair[0]
        described = describe(*pair)
        metadata: dict[str, Any] = described.as_dict()
        removal = find_removals(version, described, self._details.records.get(version.uuid, NO_OTHER_RECORDS))
        # A copy with our XMP in it holds nothing more of what was removed. A sidecar states the empty values; that a
        # file has its position from EXIF, and what a file without our XMP brings, Lightroom has to be told.
        placement = _placement(self._versions.get(version.uuid))
        gone = {"": removal.fields, Placement.SIDECAR: removal.recorded}.get(placement, frozenset())
        if gone:
            metadata["cleared"] = sorted(gone)
        names = self._person_keywords(pair)
        if names:
            metadata["keywords"] = [*metadata.get("keywords", []), *names]
        return metadata

    def _person_keywords(self, pair: Pair) -> list[list[str]]:
        faces = self._around.faces.get(pair[1].uuid, ()) if self._choice.face_keywords else ()
        persons = dict.fromkeys(face.name for face in faces if face.name and not face.rejected)
        return [[self._catalog.say(PEOPLE), name] for name in persons]

    def _project(self, version: Version) -> str:
        """The name of its project; "" when it has none that the library shows."""
        return self._around.projects.get(version.project_uuid or "", "")

    def _collections(self, version: Version) -> list[CollectionPlace]:
        found = [
            msgspec.structs.replace(place, sets=[self._root, *place.sets])
            for place in self._around.collections.get(version.uuid, ())
        ]
        project, layout = version.project_uuid or "", self._around.layout
        if self._choice.project_collections and project in layout.projects:
            other = layout.others[project]
            below_root = OtherPlace(sets=[self._root, *other.sets], name=other.name)
            found.append(self._collection(version, project, "project", layout.projects[project], below_root))
        say = self._catalog.say
        marks = [(version.in_trash, "trash", say(TRASH)), (not version.browsable, "hidden", say(HIDDEN))]
        for marked, uuid, name in marks:
            if marked:
                found.append(self._collection(version, f"couloir.{uuid}", "mark", Place((), name)))
        return found

    def _collection(
        self, version: Version, uuid: str, kind: str, place: Place, other: OtherPlace | None = None
    ) -> CollectionPlace:
        sets = [self._root, *place.sets]
        return CollectionPlace(uuid=uuid, kind=kind, sets=sets, name=place.name, position=version.model_id, other=other)

    def _stack(self, uuid: str) -> StackPlace | None:
        stack = self._around.stacks.get(uuid)
        if stack is None or len(stack.version_uuids) < 2:
            return None
        pick = stack.version_uuids[0]
        return StackPlace(
            uuid=stack.uuid,
            pick=pick,
            # The pick need not be in this batch, and the library may lack it.
            pick_path=self._path(pick, self._picks[pick][1].uuid) if pick in self._picks else "",
            position=stack.version_uuids.index(uuid),
            size=len(stack.version_uuids),
        )

    def _path(self, version: str, master: str) -> str:
        """The path of the file for the plug-in: in the destination, or where the original stays."""
        return self._brought.get(version) or self._details.places.get(master, "")

    def _place(self, version: str, master: str) -> str | None:
        """Where the file of a version lies in the destination, None where it was not brought there."""
        for entry in (self._versions.get(version), self._masters.get(master)):
            if entry is not None and entry.row.detail.get("path"):
                return str(self._destination / str(entry.row.detail["path"]))
        return None

    def _album(self, uuid: str) -> AlbumTask:
        album = self._around.albums.get(uuid)
        if album is None:  # it was removed since
            album = AlbumTask(uuid=uuid, kind="album", sets=[], name="", photos=0, search=None, project="")
        return msgspec.structs.replace(album, sets=[self._root, *album.sets])

    def _keywords(self, uuids: Sequence[str]) -> list[KeywordTask]:
        entries = self._ledger.find(Kind.KEYWORD, uuids)
        return [KeywordTask(uuid=uuid, path=_path_of_keyword(entries.get(uuid))) for uuid in uuids]


def _without_profile(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings without an enhanced profile: Lua cannot give a photo its table, and by its name alone Lightroom
    would show a profile that changes nothing.
    """
    look = settings.get("Look")
    named = isinstance(look, Mapping) and table_of_look(look) is not None
    return {**settings, "Look": {}} if named else dict(settings)


def _path_of_keyword(entry: Entry | None) -> list[str]:
    path: Any = [] if entry is None else entry.row.detail.get("path", [])
    return list(path)


def _placement(entry: Entry | None) -> str:
    """Where the file of a version has Couloir's XMP; "" where it has none, or is a virtual copy."""
    is_done = entry is not None and entry.row.state is State.DONE
    return str(entry.row.detail.get("placement", "")) if entry is not None and is_done else ""

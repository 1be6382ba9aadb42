"""Writes the page of all photos from the library, the ledger and the measurements."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Final

from couloir.aperture.library import Library
from couloir.aperture.model import Master, Version
from couloir.derive import analytic
from couloir.derive.bricks import title
from couloir.derive.model import Fidelity
from couloir.derive.painted.losses import loses_places
from couloir.destinations.door import Door
from couloir.language import mark
from couloir.language.catalog import Catalog
from couloir.migrate.base_renderings import shows_base
from couloir.migrate.cost.photos import kind_of
from couloir.migrate.files.sizes import sized_in
from couloir.migrate.ledger.decisions import Decision, decisions
from couloir.migrate.ledger.door import door_of, program_of
from couloir.migrate.ledger.expectations import ExpectationRecord, expectation_of
from couloir.migrate.ledger.ledger import Ledger, printable
from couloir.migrate.ledger.reasons import HIDDEN, IN_TRASH, ORIGINAL_RECORD, OUT_OF_SCOPE, OUT_OF_VIEW, State
from couloir.migrate.ledger.rows import Entry, Kind
from couloir.migrate.ledger.verdicts import MatchRecord, match_of
from couloir.migrate.matched_looks import holds
from couloir.migrate.plan import Placement
from couloir.migrate.report.look_store import LookStore
from couloir.migrate.report.looks import ComparedPhoto, Look, PhotoEntry, look_of_comparison, look_of_match
from couloir.migrate.report.masks import MaskPictures
from couloir.migrate.report.page_files import PageFiles
from couloir.migrate.report.summary import Summary
from couloir.migrate.report.thumbnails import AT_A_TIME, PagePhoto, Thumbnail, Thumbnails
from couloir.refine.verdict import Verdict

_OTHER_SETTINGS: Final = "The photo's file holds other settings than those that this difference is of."
_BASE: Final = (
    "An unedited RAW photo: matching measures a sample of each camera's, and a profile learnt with `couloir profile "
    "learn` brings all of them nearer."
)
_NOT_SHOWN = frozenset(reason.code for reason in (ORIGINAL_RECORD, HIDDEN, OUT_OF_VIEW, IN_TRASH, OUT_OF_SCOPE))

Progress = Callable[[int, int], None]  # done, total


def write_photos_page(
    library: Library,
    ledger: Ledger,
    store: LookStore,
    compared: Sequence[ComparedPhoto],
    renderer: str,
    progress: Progress = lambda _done, _total: None,
    *,
    thumbnails: Thumbnails,
    catalog: Catalog,
) -> tuple[Path, Summary]:
    """Write the page beside the report, replacing the last one. Returns its path, and the sums over its photos.

    `compared` are the photos that `renderer` has drawn for this report. The pictures of every matched photo
    are made once for each rendering, and a thumbnail of every photo once for each preview. The page is in the catalog's
    language. Raises as `writing` does.
    """
    masks = MaskPictures(library, store)
    gathering = _Gathering(library, ledger, store, {photo.uuid: photo for photo in compared}, renderer, masks)
    page = PageFiles(store.folder, catalog, program_of(door_of(ledger)))
    total = library.counts()["versions"]
    done = 0
    everything = library.versions_with_masters()
    while pairs := list(islice(everything, AT_A_TIME)):
        shown = gathering.choose(pairs)
        small = thumbnails.make([photo for photo, _, _ in shown])
        for photo, entry, match in shown:
            page.add(gathering.show(photo, entry, match, small[photo.version.uuid]))
        done += len(pairs)
        progress(done, total)
    written = page.finish(library.info.name)
    store.prune()
    return written, page.summary


class _Gathering:
    """Collects the data of the page, version by version."""

    def __init__(
        self,
        library: Library,
        ledger: Ledger,
        store: LookStore,
        compared: Mapping[str, ComparedPhoto],
        renderer: str,
        masks: MaskPictures,
    ) -> None:
        self._library = library
        self._ledger = ledger
        self._store = store
        self._compared = compared
        self._renderer = renderer
        self._masks = masks
        self._door = door_of(ledger)
        self._program = program_of(self._door)
        self._projects = {folder.uuid: printable(folder.name) for folder in library.folders()}
        self._decisions: Mapping[str, Decision] = decisions(ledger)

    def choose(
        self, pairs: Sequence[tuple[Version, Master | None]]
    ) -> list[tuple[PagePhoto, Entry | None, MatchRecord | None]]:
        """Those versions that the page shows, with what the ledger has of them: neither what Aperture does not show nor
        what this migration leaves out.
        """
        entries = self._ledger.find(Kind.VERSION, [version.uuid for version, _ in pairs])
        chosen = []
        for version, master in pairs:
            entry, match = entries.get(version.uuid), match_of(self._ledger, version.uuid)
            if match is None and (entry is None or entry.row.reason.code in _NOT_SHOWN):
                continue
            settings = {} if entry is None else entry.row.detail.get("settings")
            chosen.append((PagePhoto(version, master, settings if isinstance(settings, Mapping) else {}), entry, match))
        return chosen

    def show(
        self, photo: PagePhoto, entry: Entry | None, match: MatchRecord | None, thumbnail: Thumbnail
    ) -> PhotoEntry:
        """The page's data of a photo."""
        version, master = photo.version, photo.master
        operations = self._operations(version, master, entry)
        look = self._look(version, match, entry, lost=_loses_places(version, operations))
        settings = photo.settings if look is None else look.settings or photo.settings
        expected = None if look is not None and look.after is not None else expectation_of(self._ledger, version.uuid)
        verdict, why = _judged(entry, look, expected, self._door, is_base=shows_base(version, master))
        detail: Mapping[str, object] = {} if entry is None else entry.row.detail
        return PhotoEntry(
            uuid=version.uuid,
            name=printable(version.name),
            project=self._projects.get(version.project_uuid or "") or mark("Untitled project"),
            camera=printable(str(version.exif.get("Model") or mark("unknown camera"))),
            verdict=verdict,
            why=why,
            path=str(detail.get("path") or detail.get("sidecar") or ""),
            outcome="" if entry is None else entry.row.reason.sentence,
            advice="" if entry is None else entry.row.reason.advice,
            thumbnail=thumbnail.name,
            kind=_kind(master),
            rating=version.rating,
            fidelity=Fidelity.read(detail.get("fidelity")) or "" if version.has_enabled_adjustments else "",
            is_edited=version.has_enabled_adjustments,
            is_drawn=thumbnail.is_drawn,
            operations=operations,
            decision=str(self._decisions.get(version.uuid, "")),
            settings=photo.settings,
            look=look,
            masks=self._masks.show(version, master, entry, match, self._compared.get(version.uuid), settings),
            loses_places=_loses_places(version, operations),
        )

    def _look(self, version: Version, match: MatchRecord | None, entry: Entry | None, *, lost: bool) -> Look | None:
        if match is not None:
            look = look_of_match(match, self._program, self._store.draw(self._library, version, match, lost=lost))
            detail = {} if entry is None else entry.row.detail
            if match.source and match.after is not None and "settings" in detail and not holds(match, detail):
                return replace(look, reason=f"{look.reason} {_OTHER_SETTINGS}".strip())
            return look
        photo = self._compared.get(version.uuid)
        return None if photo is None else look_of_comparison(photo, self._renderer)

    def _operations(
        self, version: Version, master: Master | None, entry: Entry | None
    ) -> Sequence[Mapping[str, object]]:
        """Title, fidelity, reason and lost parts of each enabled adjustment; the fidelity is "" where it was not
        translated.
        """
        photo = self._compared.get(version.uuid)
        if photo is not None:
            return photo.operations
        if entry is None and master is not None:
            outcomes = zip(
                version.operations, analytic(sized_in(self._library, version, master), master).operations, strict=True
            )
            return [_told(o.title, o.fidelity, o.reason, o.lost) for operation, o in outcomes if operation.enabled]
        found = []
        for operation in version.operations:
            if operation.enabled:
                row = self._ledger.get(Kind.OPERATION, operation.uuid)
                detail = {} if row is None else row.row.detail
                lost = detail.get("lost")
                parts = lost if isinstance(lost, list | tuple) else ()
                fidelity = Fidelity.read(detail.get("fidelity")) or ""
                found.append(_told(title(operation), fidelity, detail.get("reason", ""), parts))
        return found


def _told(name: str, fidelity: object, reason: object, lost: Sequence[object]) -> Mapping[str, object]:
    return {"title": name, "fidelity": str(fidelity), "reason": str(reason), "lost": [str(each) for each in lost]}


def _loses_places(version: Version, told: Sequence[Mapping[str, object]]) -> bool:
    """Whether something painted or retouched is lost; `told` are its enabled operations, in their order."""
    enabled = [operation for operation in version.operations if operation.enabled]
    return loses_places(enabled, [str(each["fidelity"]) for each in told])


def _kind(master: Master | None) -> str:
    return "no original" if master is None else printable(kind_of(master))


def _judged(
    entry: Entry | None, look: Look | None, expected: ExpectationRecord | None, door: Door, *, is_base: bool
) -> tuple[Verdict, str]:
    """The verdict, and why there is no difference ("" where there is one)."""
    if expected is not None:
        return Verdict.UNMEASURED if expected.mean is None else Verdict.EXPECTED, expected.tell()
    if look is not None:
        return look.verdict, "" if look.after is not None else look.reason or "Nothing could be compared."
    assert entry is not None  # else it would not be shown
    row = entry.row
    if row.state is not State.DONE:
        return Verdict.ABSENT, row.reason.sentence
    title = door.title
    if is_base:
        return Verdict.UNMEASURED, _BASE if door.in_xmp else mark(f"An unedited RAW photo: {title} shows its own look.")
    if not row.detail.get("edited"):
        return Verdict.UNMEASURED, "Not edited: there is no look to compare."
    if not door.in_xmp:
        return Verdict.UNMEASURED, mark(f"Not drawn: only {title} itself shows what its settings look like.")
    if row.detail.get("placement") == str(Placement.SIDECAR):
        return Verdict.UNMEASURED, "An edited RAW photo: match it in Lightroom to measure it."
    return Verdict.UNMEASURED, "Not drawn: it was not selected, or has no up-to-date preview."

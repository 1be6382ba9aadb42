"""Matches the photos of a folder for another program to Aperture's previews, as that program itself draws them.

The program draws a photo as it was written, and once from its bare base, with the frame alone. What lies between the
base and the preview is folded into a new side file, which is drawn again and kept where it is nearer. So a RAW file,
whose look in another program no formula knows, takes three renderings.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Final, Protocol

import numpy as np

from couloir.aperture.library import Library
from couloir.aperture.model import Master, Version
from couloir.color.difference import Difference, difference
from couloir.color.spaces import srgb_decode
from couloir.derive import Fidelity, Judgement, OperationOutcome, analytic, describe
from couloir.derive.metadata import orientation
from couloir.derive.pictures.evidence import lay
from couloir.derive.pictures.gather import find_files, is_edited, see
from couloir.derive.pictures.nearness import Nearness, carry_from_preview
from couloir.derive.translate import photo_kind
from couloir.destinations.door import Door, Photograph, PhotoVersion, SideFiles
from couloir.disk import reading
from couloir.engines.protocol import Picture
from couloir.errors import CannotRender, ContentError
from couloir.language import mark
from couloir.lightroom.embed import stored_orientation
from couloir.migrate.beside.place import SideFilesWanted, find_foreign, put_beside
from couloir.migrate.beside.profile import has_profile, is_adobe_rgb
from couloir.migrate.files.condition import WrittenFile
from couloir.migrate.files.own import clear, make_folder
from couloir.migrate.files.sizes import sized_in
from couloir.migrate.ledger.identities import Identities
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.operations import operation_rows
from couloir.migrate.ledger.reasons import State
from couloir.migrate.ledger.rounds import begin_round, end_round
from couloir.migrate.ledger.rows import Kind, Row
from couloir.migrate.ledger.verdicts import MatchRecord, put_match

SIZE: Final = 384  # long edge of what is compared
_LEAST_GAIN: Final = 0.05
"""CIEDE2000, on average, by which a new side file must be nearer to be kept."""
_CHANGED: Final = mark("Its settings were saved again since they were written, and stay as they are.")
_ELSEWHERE: Final = mark("Aperture's preview does not lie on what the program draws.")

Progress = Callable[[int, int], None]  # done, total


class DoorRenderer(Protocol):
    """A door's own program."""

    def render_beside(self, original: Path, side_file: Path | None, size: int, /) -> Picture:
        """The photo with a side file: sRGB-encoded, 0..1. Raises CannotRender."""
        ...


def match_beside(
    library: Library,
    ledger: Ledger,
    destination: Path,
    door: Door,
    renderer: DoorRenderer,
    progress: Progress = lambda _done, _total: None,
    *,
    again: bool = False,
) -> Iterator[MatchRecord]:
    """Match every edited photo that has one side file of ours; each result is in the ledger before it is yielded.

    `again` repeats those that were matched before. Raises DestinationErrors.
    """
    rows = [entry.row for entry in ledger.entries(Kind.VERSION, (State.DONE,))]
    number = begin_round(ledger, door.name, again=again)
    todo = [row for row in rows if len(_written(row)) == 1 and not _is_matched(row, number if again else None)]
    temporary = destination / ".couloir" / "tmp"
    make_folder(temporary)
    try:
        for done, row in enumerate(todo):
            progress(done, len(todo))
            version, master = next(iter(library.find_versions_with_masters([row.uuid])), (None, None))
            if version is None or master is None or not is_edited(version):
                continue  # it is gone from the library, or looks as its file does
            photo = _Photo(library, destination, door, renderer, row, version, master, number)
            found, changed, outcomes = photo.match(temporary)
            told = None if outcomes is None else Judgement(outcomes, ())
            with ledger.transaction():
                put_match(ledger, found)
                ledger.put([changed])
                if told is not None:
                    ledger.put(operation_rows(version, changed, Identities(), told))
            yield found
        end_round(ledger, number)
        progress(len(todo), len(todo))
    finally:
        clear(temporary)


def _is_matched(row: Row, number: int | None) -> bool:
    """Whether a row was matched, in the round of this number if there is one."""
    return "matched" in row.detail and (number is None or row.detail.get("round", 0) == number)


def _written(row: Row) -> list[WrittenFile]:
    return [each for each in WrittenFile.of(row.detail) if each.is_beside]


_Matched = tuple[MatchRecord, Row, tuple[OperationOutcome, ...] | None]


@dataclass(frozen=True, slots=True)
class _Photo:
    """One version with its row in the ledger."""

    library: Library
    destination: Path
    door: Door
    renderer: DoorRenderer
    row: Row
    version: Version
    master: Master
    round: int

    def match(self, temporary: Path) -> _Matched:
        """The result, the row with the side file as it is then, and the outcomes of the operations in a new one."""
        try:
            with reading(self._photo):
                return self._matched(temporary)
        except (CannotRender, ContentError) as error:
            return replace(self._record(None, None, error.message, 0), failed=error.is_failure), self.row, None

    @property
    def _photo(self) -> Path:
        return self.destination / str(self.row.detail["path"])

    def _matched(self, temporary: Path) -> _Matched:
        photo = self._photo
        [written] = _written(self.row)
        side_file = self.destination / written.path
        files = {PurePosixPath(side_file.name): b""}
        folder = PurePosixPath(written.path).parent
        if find_foreign(self.destination, SideFilesWanted(folder, photo.name, files), {written.path: written.digest}):
            return self._record(None, None, _CHANGED, 0), self.row, None
        seen = see(find_files(self.library, self.version, self.master))
        preview = seen.pictures[1]
        if preview is None:
            trap = seen.reference.trap
            unseen = self._record(None, None, seen.remark, 0)
            return replace(unseen, failed=trap is not None and trap.is_failure), self._after(written), None
        drawn = self.renderer.render_beside(photo, side_file, SIZE)
        target = lay(preview, drawn)
        if target is None:
            return self._record(None, None, _ELSEWHERE, 1), self._after(written), None
        before = difference(drawn, target)
        made = self._fold(photo, side_file, preview)
        content = next(iter(made.files.values()), None)
        if content is None:
            return self._record(before, before, "", 2), self._after(written), None
        with tempfile.TemporaryDirectory() as place:
            tried = Path(place) / side_file.name
            tried.write_bytes(content)
            new = self.renderer.render_beside(photo, tried, SIZE)
        after = difference(new, target) if new.shape == target.shape else before
        if after.mean >= before.mean - _LEAST_GAIN:
            return self._record(before, before, "", 3), self._after(written), None
        wanted = SideFilesWanted(folder, photo.name, {PurePosixPath(side_file.name): content}, self.door.avoids)
        put_beside(self.destination, temporary, wanted)
        [placed] = wanted.placed
        kept = WrittenFile(placed.path, placed.size, None, placed.digest)
        told = self._tell(made.outcomes[0], Nearness(before.mean, after.mean, is_measured=True))
        return self._record(before, after, "", 3), self._after(kept), told

    def _tell(self, outcomes: Sequence[OperationOutcome], measured: Nearness) -> tuple[OperationOutcome, ...]:
        """The outcomes; those that were taken from the preview say what the program's own renderings have shown."""
        taken = {each.operation_uuid for each in outcomes if each.fidelity is Fidelity.TAKEN}
        operations = [each for each in self.version.operations if each.uuid in taken]
        rows = carry_from_preview(operations, self.door.capabilities, measured)
        return tuple(
            replace(each, reason=rows[each.operation_uuid].note) if each.operation_uuid in rows else each
            for each in outcomes
        )

    def _fold(self, photo: Path, side_file: Path, preview: Picture) -> SideFiles:
        """The side file whose fold leads from what the program draws without one to the preview, where there is one."""
        shown = self._shown(photo, side_file)
        facts = self._facts(photo)
        base_files = self.door.write(facts, [replace(shown, bare=True)]).files
        with tempfile.TemporaryDirectory() as place:
            base_file = None
            for path, content in base_files.items():
                base_file = Path(place) / path.name
                base_file.write_bytes(content)
            base = self.renderer.render_beside(photo, base_file, SIZE)
        linear = np.asarray(srgb_decode(base), dtype=np.float32)
        return self.door.write(facts, [replace(shown, pictures=(linear, preview))])

    def _shown(self, photo: Path, side_file: Path) -> PhotoVersion:
        version = sized_in(self.library, self.version, self.master)
        original = self.library.original(self.master).path or photo
        turned = orientation(version.rotation, stored_orientation(original))
        packet = side_file.read_bytes() if side_file.suffix == ".xmp" else b""
        metadata = describe(version, self.master)
        return PhotoVersion(version, self.master, turned, metadata, packet, analytic(version, self.master))

    def _facts(self, photo: Path) -> Photograph:
        size = sized_in(self.library, self.version, self.master).master_size
        width, height = (None, None) if size is None else (size.width, size.height)
        kind, name = photo_kind(self.master), self.library.info.name
        turned = stored_orientation(photo) or 1
        return Photograph(photo.name, kind, width, height, turned, name, has_profile(photo), is_adobe_rgb(photo))

    def _record(self, before: Difference | None, after: Difference | None, reason: str, renderings: int) -> MatchRecord:
        return MatchRecord(self.version.uuid, before, after, reason, self.door.name, renderings)

    def _after(self, written: WrittenFile) -> Row:
        in_round = {"round": self.round} if self.round else {}
        beside = [{"path": written.path, "size": written.size, "hash": written.digest}]
        return replace(self.row, detail={**self.row.detail, "beside": beside, "matched": True, **in_round})

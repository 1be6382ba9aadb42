"""Makes the files of one unit: the only part of the migration that writes photos."""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import Protocol

from couloir.disk import reading, writing
from couloir.errors import CannotEmbed, ContentError, DestinationError
from couloir.lightroom.embed import embed, extract
from couloir.migrate import packets
from couloir.migrate.beside.place import Known, PlacedFile, SideFilesWanted, find_foreign, put_beside, remove_superseded
from couloir.migrate.files.condition import is_remnant
from couloir.migrate.files.originals import (
    Method,
    discard,
    fetch,
    hash_file,
    make_folders,
    move_into_place,
    reading_original,
    settle,
    write_file,
)
from couloir.migrate.ledger import reasons
from couloir.migrate.ledger.reasons import Reason, State
from couloir.migrate.packets import Packet
from couloir.migrate.plan import FinalState, Placement, Unit


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a unit on the disk: bytes, the file's own time in nanoseconds (its original's), BLAKE2b hashes (""
    in a dry run), the sidecar's bytes.

    `refused` says why the file itself was not made, `unsettled` is the state of its version when it was made
    without its XMP or what its door writes beside it, which is `beside`.
    """

    method: Method | None = None
    size: int = 0
    modified: int | None = None
    original_hash: str = ""
    file_hash: str = ""
    sidecar_hash: str = ""
    sidecar_size: int = 0
    refused: Reason | None = None
    unsettled: FinalState | None = None
    beside: tuple[PlacedFile, ...] = ()


class Workshop(Protocol):
    """Makes files and folders, or only reports what would be made."""

    def make_folder(self, folder: Path) -> None: ...

    def produce(self, unit: Unit, packet: Packet | None) -> Files: ...

    def bring(self, source: Path, place: PurePath, replaces: str | None = None) -> str | None: ...

    def furnish(self, files: Files, wanted: SideFilesWanted, known: Known) -> Files: ...


class DryWorkshop:
    """The last stage of a dry run: reads, and writes nothing into `folder`.

    It does not read the originals to their end, so it cannot detect a truncated file, or one that
    its XMP would make too large.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sound: set[Path] = set()

    def make_folder(self, folder: Path) -> None:
        """Raises ContentError where a folder could not be made."""
        if folder not in self._sound:
            _check_folder(folder, self._folder)
            self._sound.add(folder)

    def produce(self, unit: Unit, packet: Packet | None) -> Files:
        with reading_original(unit.source):
            files = Files(size=unit.source.stat().st_size)
        if unit.target is not None:
            target = self._folder / unit.target
            self.make_folder(target.parent)
            if os.path.lexists(target):
                with tempfile.TemporaryDirectory(prefix="couloir-") as temporary:
                    made = Path(temporary) / f"original{target.suffix}"
                    files = _made(unit, packet, made, clone=False)
                    if not (_is_same(target, files) or _may_replace(target, made, unit)):
                        return replace(files, refused=reasons.FOREIGN_FILE)
            elif packet is not None and unit.placement is Placement.EMBEDDED:
                files = replace(files, unsettled=_embedding_refusal(unit.source))
        if unit.placement is Placement.SIDECAR and packet is not None:
            return replace(files, unsettled=_sidecar_refusal(self._folder / unit.sidecar, unit, packet))
        return files

    def bring(self, source: Path, place: PurePath, replaces: str | None = None) -> str | None:
        """Like `FileWorkshop.bring`; "" for a file that would be written."""
        target = self._folder / place
        self.make_folder(target.parent)
        if not os.path.lexists(target) or _is_untouched(target, replaces):
            return ""
        return _there(source, target)

    def furnish(self, files: Files, wanted: SideFilesWanted, known: Known) -> Files:
        """Like `FileWorkshop.furnish`."""
        return _furnished(self._folder, files, wanted, known)


class FileWorkshop:
    """Writes below `folder`, through `temporary`, an empty folder on the same disk for this process only."""

    def __init__(self, folder: Path, temporary: Path, *, clone: bool) -> None:
        self._folder = folder
        self._temporary = temporary
        self._clone = clone

    def make_folder(self, folder: Path) -> None:
        """Make a folder below the destination. Raises ContentError when something else is in its place, or it leads
        outside.
        """
        _check_folder(folder, self._folder)
        make_folders(folder)

    def produce(self, unit: Unit, packet: Packet | None) -> Files:
        """Put the unit's files in place. Never overwrites what it did not write.

        Raises ContentError when this unit cannot be made, DestinationErrors when none can.
        """
        files = Files() if unit.target is None else self._file(unit, packet, self._folder / unit.target)
        if files.refused or unit.placement is not Placement.SIDECAR or packet is None:
            return files
        return self._sidecar(unit, packet, files)

    def bring(self, source: Path, place: PurePath, replaces: str | None = None) -> str | None:
        """Copy a file to its place below the destination; returns its hash, None where something else is there.

        `replaces` is the hash of an earlier run's copy there, which this one may replace.
        Raises ContentError when the file cannot be read, DestinationErrors.
        """
        target = self._folder / place
        self.make_folder(target.parent)
        if os.path.lexists(target):
            digest = _there(source, target)
            if digest is not None or not _is_untouched(target, replaces):
                return digest
        temporary = self._temporary / f"attachment{target.suffix}"
        try:
            _, digest = fetch(source, temporary, clone=self._clone)
            settle(temporary)
            move_into_place(temporary, target)
        finally:
            discard(temporary)
        return digest

    def furnish(self, files: Files, wanted: SideFilesWanted, known: Known) -> Files:
        """Put a door's files beside a photo that is in place: all of them, or none where one of another hand is there.

        Raises ContentError, DestinationErrors.
        """
        furnished = _furnished(self._folder, files, wanted, known)
        if furnished.beside:
            put_beside(self._folder, self._temporary, wanted)
            remove_superseded(self._folder, wanted, known)
        return furnished

    def _file(self, unit: Unit, packet: Packet | None, target: Path) -> Files:
        self.make_folder(target.parent)
        temporary = self._temporary / f"original{target.suffix}"
        try:
            files = _made(unit, packet, temporary, clone=self._clone)
            is_same = _is_same(target, files)
            if not os.path.lexists(target) or (not is_same and _may_replace(target, temporary, unit)):
                settle(temporary)
                move_into_place(temporary, target)
            elif not is_same:
                return replace(files, refused=reasons.FOREIGN_FILE)
            # Else it is this same file: an earlier run was stopped before it could record it.
        finally:
            discard(temporary)
        return files

    def _sidecar(self, unit: Unit, packet: Packet, files: Files) -> Files:
        target = self._folder / unit.sidecar
        refusal = _sidecar_refusal(target, unit, packet)
        if refusal is not None:
            return replace(files, unsettled=refusal)
        if unit.target is not None:
            digest = write_file(self._temporary / "sidecar.xmp", packet.content)
            move_into_place(self._temporary / "sidecar.xmp", target)
            return replace(files, sidecar_hash=digest, sidecar_size=len(packet.content))
        # Beside an original that stays: another disk, so the temporary file must be there, too, and an error of that
        # disk concerns only its own photos.
        temporary = target.with_name(f".couloir-{target.name}")
        try:
            discard(temporary)
            digest = write_file(temporary, packet.content)
            move_into_place(temporary, target)
        except DestinationError as error:
            return replace(files, unsettled=FinalState(State.FAILED, reasons.error(error)))
        return replace(files, sidecar_hash=digest, sidecar_size=len(packet.content))


def _furnished(folder: Path, files: Files, wanted: SideFilesWanted, known: Known) -> Files:
    if files.refused is not None:
        return files
    for path in wanted.files:
        _check_folder((folder / wanted.folder / path).parent, folder)
    foreign = find_foreign(folder, wanted, known)
    if foreign:
        return replace(files, unsettled=FinalState(State.SKIPPED, reasons.foreign_beside(foreign)))
    return replace(files, beside=wanted.placed)


def _made(unit: Unit, packet: Packet | None, temporary: Path, *, clone: bool) -> Files:
    """The unit's file, complete, at `temporary`."""
    method, digest = fetch(unit.source, temporary, clone=clone)
    files = Files(method=method, original_hash=digest, file_hash=digest)
    with writing(temporary):
        status = temporary.stat()
        if packet is not None and unit.placement is Placement.EMBEDDED:
            try:
                embed(temporary, packet.content, packet.orientation, packet.removal.of_the_file)
            except CannotEmbed as error:
                # The error names the temporary file; a person knows the original's name.
                told = CannotEmbed(item=unit.source.name, why=error.facts["why"])
                files = replace(files, unsettled=FinalState(State.WAITING, reasons.error(told)))
            else:
                os.utime(temporary, ns=(status.st_atime_ns, status.st_mtime_ns))
                files = replace(files, file_hash=hash_file(temporary))
        status = temporary.stat()
        return replace(files, size=status.st_size, modified=status.st_mtime_ns)


def _there(source: Path, target: Path) -> str | None:
    """The hash of a file that equals its source, None for a different one."""
    digest = hash_file(source)
    return digest if _is_plain(target) and hash_file(target) == digest else None


def _is_untouched(target: Path, written: str | None) -> bool:
    """Whether this is the file with the hash that an earlier run wrote."""
    return written is not None and _is_plain(target) and hash_file(target) == written


def _is_plain(path: Path) -> bool:
    """Whether this is a regular file, and not a link, through which another file would be read or written."""
    with reading(path):
        return path.is_file() and not path.is_symlink()


def _is_same(target: Path, files: Files) -> bool:
    return _is_plain(target) and hash_file(target) == files.file_hash


def _may_replace(target: Path, made: Path, unit: Unit) -> bool:
    """Whether this is the unchanged file that Couloir wrote for the unit, or holds only content of `made`."""
    if not _is_plain(target):
        return False
    return (unit.replaces is not None and hash_file(target) == unit.replaces) or is_remnant(target, made)


def _check_folder(folder: Path, destination: Path) -> None:
    """Raise ContentError when a folder below the destination cannot be made, or leads outside."""
    for place in (folder, *folder.parents):
        if place == destination:
            break
        if os.path.lexists(place) and not place.is_dir():
            raise ContentError(item=place, why="something other than a folder is in its place")
    if not folder.resolve().is_relative_to(destination.resolve()):
        raise ContentError(item=folder, why="it is a link to a place outside the destination")


def _embedding_refusal(source: Path) -> FinalState | None:
    """The state of a version whose file is too damaged for XMP; None when it is sound."""
    with reading_original(source):
        try:
            extract(source)
        except CannotEmbed as error:
            return FinalState(State.WAITING, reasons.error(error))
    return None


def _sidecar_refusal(path: Path, unit: Unit, packet: Packet) -> FinalState | None:
    """The state of a version whose sidecar must not be written, None when it may."""
    foreign = FinalState(State.SKIPPED, reasons.FOREIGN_SIDECAR)
    if not os.path.lexists(path):
        return None
    with reading(path):
        if not _is_plain(path) or path.stat().st_size > len(packet.content) * 100:
            return foreign
        content = path.read_bytes()
    if packet.content.startswith(content.rstrip(b"\0")):
        return None  # this packet, or the part of it that a full disk or a power cut has left
    if unit.replaces_sidecar is not None:
        # The hash is safer than the packet's text: a text editor keeps Couloir's name in it.
        is_ours = hashlib.blake2b(content, digest_size=32).hexdigest() == unit.replaces_sidecar
    else:
        is_ours = unit.version is not None and packets.is_ours(content, unit.version.uuid)
    if is_ours:
        return None
    return FinalState(State.WAITING, reasons.SHARED_SIDECAR) if packets.is_of_ours(content) else foreign

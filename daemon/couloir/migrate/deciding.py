"""Decides what to do with each version and master, from the library, the places, and what earlier runs have done.

Nothing is written, and a decision does not depend on those about other photos: they are made many at a time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from couloir.aperture.library import Library
from couloir.aperture.model import Damage, Master, Version
from couloir.migrate import changes, plan
from couloir.migrate.attached import AttachedDetails
from couloir.migrate.beside.together import Companions, fingerprint_all
from couloir.migrate.earlier import Earlier
from couloir.migrate.files.condition import WrittenFile
from couloir.migrate.ledger import reasons
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.reasons import State
from couloir.migrate.ledger.rows import Kind, Row
from couloir.migrate.matched_looks import MatchedLooks
from couloir.migrate.options import MigrationOptions, OriginalsMode, VersionsMode
from couloir.migrate.plan import Circumstances, FinalState, FinalStates, Placement, Unit
from couloir.migrate.roster import Roster


@dataclass(frozen=True, slots=True)
class EarlierResult:
    """An earlier run has done it, and it ended in `state`."""

    state: State


@dataclass(frozen=True, slots=True)
class Conflict:
    """It was changed in Aperture since `row` was written, and `why` (a clause) says what stands against writing it
    again.
    """

    row: Row
    why: str


Decision = Unit | FinalStates | EarlierResult | Conflict


class Decider:
    """Decides for one run. `scope` is the chosen project's uuid, None for all."""

    def __init__(
        self,
        library: Library,
        ledger: Ledger,
        roster: Roster,
        destination: Path,
        options: MigrationOptions,
        scope: str | None,
        hanging: AttachedDetails,
    ) -> None:
        self._library = library
        self._ledger = ledger
        self._roster = roster
        self._options = options
        self._scope = scope
        self._hanging = hanging
        self._stays = options.originals is OriginalsMode.REFERENCE
        self._volumes = {volume.uuid: volume for volume in library.volumes()}
        self.looks = MatchedLooks(ledger)
        self.earlier = Earlier(ledger, destination, stays=self._stays)
        together = options.versions is VersionsMode.TOGETHER and options.door.holds_versions
        self._companions = Companions(library, ledger, roster, wanted=together and not self._stays)

    def is_main(self, version: Version) -> bool:
        """Whether this version is the one that its master's file carries."""
        return self._roster.carried_by(version.master_uuid) == version.uuid

    def decide_version(self, version: Version, master: Master | None, *, is_main: bool) -> Decision:
        """The decision for a version. Raises ContentError for an original that cannot be read."""
        left_out = plan.version_state(version, self._circumstances(version.project_uuid, version.master_uuid))
        if left_out is None or left_out.reason is reasons.OUT_OF_SCOPE:
            state = self.earlier.version(version.uuid, version.master_uuid if is_main else None)
            if state is not None:
                return self._again(version, master, state, is_main=is_main, wanted=left_out is None)
        if left_out is not None:
            return plan.both(left_out)
        if master is None:
            return plan.both(FinalState(State.FAILED, reasons.no_master(version.master_uuid)))
        if not is_main and self._shares(version):
            return self._sharing(master, version)
        if not is_main and (self._stays or self._options.versions is not VersionsMode.CLONE):
            clones_wanted = self._options.versions is VersionsMode.CLONE
            return plan.both(FinalState(State.WAITING, reasons.EXTRA_STAYS if clones_wanted else reasons.EXTRA_VERSION))
        place = None
        if not self._stays:
            owner = self._roster.place_of_master if is_main else self._roster.place_of_version
            place = owner(master.uuid if is_main else version.uuid)
        return self._unit(master, version, frame=version, place=place, is_main=is_main)

    def _shares(self, version: Version) -> bool:
        """Whether the version has its settings in the side files of its photo."""
        return any(each.uuid == version.uuid for each in self._companions.of_master(version.master_uuid)[1:])

    def _sharing(self, master: Master, version: Version) -> Unit | FinalStates:
        """The side files of a version's photo, to be written for it, too. Raises as `decide_version`."""
        main = self._companions.of_master(master.uuid)[0]
        place = self._roster.place_of_master(master.uuid)
        unit = self._unit(master, version, frame=main, place=place, is_main=False)
        return replace(unit, shares=True) if isinstance(unit, Unit) else unit

    def decide_master(self, master: Master) -> Unit | FinalStates | EarlierResult:
        """The decision for a master that no version carries. Raises as `decide_version`."""
        pair = self._roster.carried_by(master.alternate_master_uuid) if master.alternate_master_uuid else None
        facts = self._circumstances(master.project_uuid, master.uuid)
        versions = self._roster.versions_stand(master.uuid)
        left_out = plan.master_state(facts, versions=versions, is_other_half=pair is not None)
        is_done = (left_out is None or left_out.reason is reasons.OUT_OF_SCOPE) and self.earlier.master(master.uuid)
        carried = self._ledger.get(Kind.MASTER, master.uuid) if is_done else None
        if carried is not None and not self._is_mended(carried.row, master):
            return EarlierResult(carried.row.state)
        if left_out is not None:
            return plan.both(left_out)
        version = self._library.version(pair) if pair is not None else None
        record = self._roster.own_record(master.uuid)
        frame = self._library.version(record) if record is not None else None
        place = None if self._stays else self._roster.place_of_master(master.uuid)
        unit = self._unit(master, version, frame=frame, place=place, is_main=True)
        if carried is None or not isinstance(unit, Unit):
            return unit
        return replace(unit, replaces=str(carried.row.detail.get("hash")))

    def _circumstances(self, project: str | None, master: str) -> Circumstances:
        return Circumstances(
            in_scope=self._scope in (None, project),
            in_trash=self._roster.master_in_trash(master),
            trash=self._options.trash,
            hidden=self._options.hidden,
        )

    def _unit(
        self,
        master: Master,
        version: Version | None,
        *,
        frame: Version | None,
        place: PurePosixPath | None,
        is_main: bool,
    ) -> Unit | FinalStates:
        """The file to produce, or the reason why it cannot be. Raises ContentError for an original that cannot be read.

        `place` is where the file goes, None where it stays. The look is carried only where `version` was made of this
        master, not of the other half of a pair.
        """
        original = plan.check_blank(self._library.original(master))
        absent = plan.original_state(original, master, self._volumes)
        if absent is not None or original.path is None:
            return plan.both(absent or FinalState(State.FAILED, reasons.missing(original.sought)))
        placement = plan.placement(master, original.path, self._options.door.reads if place is not None else ())
        staying = plan.staying_states(master, original.path, placement) if place is None else None
        if staying is not None:
            if original.doubt is None or original.doubt.damage is not Damage.CUT:
                return staying
            return replace(staying, master=FinalState(State.FAILED, reasons.damaged(original.doubt)))
        is_own = version is not None and version.master_uuid == master.uuid
        together = self._companions.of_master(master.uuid) if is_own else ()
        return Unit(
            master=master,
            version=version,
            frame=frame,
            source=original.path,
            target=place,
            placement=placement,
            with_settings=is_own,
            is_main=is_main,
            waits=reasons.NO_XMP_TYPE if placement is Placement.NONE else None,
            doubt=original.doubt,
            together=together,
            replaces_beside=self._companions.find_known(master.uuid) if together else {},
        )

    def _again(
        self, version: Version, master: Master | None, state: State, *, is_main: bool, wanted: bool
    ) -> Unit | EarlierResult | Conflict:
        """What an earlier run has written, once more when it was changed in Aperture since."""
        entry = self._ledger.get(Kind.VERSION, version.uuid)
        if not wanted or master is None or entry is None or not self._is_new(entry.row, version, master):
            return EarlierResult(state)
        path = entry.row.detail.get("path")
        place = None if path is None else PurePosixPath(str(path))
        shares = place is None and not is_main and self._shares(version)
        unit = (
            self._sharing(master, version)
            if shares
            else self._unit(master, version, frame=version, place=place, is_main=is_main)
        )
        if isinstance(unit, Unit) and shares:
            return unit
        if isinstance(unit, Unit):
            sidecar = entry.row.detail.get("sidecar_hash")
            return replace(
                unit,
                replaces=str(entry.row.detail.get("hash")),
                replaces_sidecar=None if sidecar is None else str(sidecar),
                replaces_beside=dict(unit.replaces_beside)
                or {each.path: each.digest for each in WrittenFile.of(entry.row.detail) if each.is_beside},
            )
        return Conflict(entry.row, unit.version.reason.sentence.rstrip("."))

    def _is_new(self, row: Row, version: Version, master: Master) -> bool:
        """Whether the version was changed in Aperture since it was written, its original was restored, or a look was
        found for it.
        """
        original = self._ledger.get(Kind.MASTER, master.uuid)
        rows = (row,) if original is None else (row, original.row)
        hanging = self._hanging.of_version(version)
        if changes.has_changed(row, version, hanging) or any(self._is_mended(each, master) for each in rows):
            return True
        if "beside" in row.detail and row.detail.get("together") != fingerprint_all(
            self._companions.of_master(master.uuid)
        ):
            return True
        return row.reason.code == reasons.WRITTEN.code and not self.looks.is_written(version, row.detail)

    def _is_mended(self, row: Row, master: Master) -> bool:
        """Whether the original was cut off when it was copied, as its row says, and is whole now."""
        if row.reason.code != reasons.CUT:
            return False
        original = self._library.original(master)
        return original.path is not None and original.doubt is None

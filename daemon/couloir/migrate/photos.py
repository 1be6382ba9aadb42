"""Every version and master of the library, one unit of work at a time: decide, produce, journal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from couloir.aperture.library import Library
from couloir.aperture.model import Damage, Finding, Master, Version
from couloir.errors import ContentError
from couloir.migrate import changes, packets, plan
from couloir.migrate.attached import NO_ATTACHED_DETAILS, AttachedDetails, video_findings
from couloir.migrate.earlier import Earlier
from couloir.migrate.ledger import reasons
from couloir.migrate.ledger.identities import Identities
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.operations import operation_rows
from couloir.migrate.ledger.reasons import Reason, State
from couloir.migrate.ledger.rows import Kind, Row
from couloir.migrate.options import MigrationOptions, OriginalsMode, VersionsMode
from couloir.migrate.outcomes import master_reason, packet_detail, version_row, version_state
from couloir.migrate.packets import Packet
from couloir.migrate.plan import Circumstances, Placement, Unit, Verdict, VerdictPair
from couloir.migrate.produce import Files, Workshop
from couloir.migrate.roster import Roster
from couloir.migrate.survey import anomaly_findings
from couloir.migrate.unreached import UnreachedPhotos

# What a mistake of ours raises when a photo holds what we did not think of. It must cost that photo, with its reason
# in the ledger, and not the other 80,000. Errors of the disk and of the ledger are not among them: those do end a run.
_FAULTS = (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)


class Photos:
    """The main loop. One transaction a unit, made after its files are in place."""

    def __init__(
        self,
        library: Library,
        ledger: Ledger,
        roster: Roster,
        workshop: Workshop,
        destination: Path,
        options: MigrationOptions,
        scope: str | None,
        identities: Identities,
        hanging: AttachedDetails = NO_ATTACHED_DETAILS,
    ) -> None:
        """`hanging` is what hangs on photos beside their own rows."""
        self._hanging = hanging
        self.remarks: list[Finding] = []
        self._library = library
        self._ledger = ledger
        self._roster = roster
        self._workshop = workshop
        self._destination = destination
        self._options = options
        self._scope = scope
        self._stays = options.originals is OriginalsMode.REFERENCE
        self._earlier = Earlier(ledger, destination, stays=self._stays)
        self._volumes = {volume.uuid: volume for volume in library.volumes()}
        self._identities = identities
        self._unreached = UnreachedPhotos(library, ledger, roster)
        self._settled = Identities()  # masters whose row was written with their version's
        self._carried_keywords: set[tuple[str, ...]] = set()

    def write(self, progress: Callable[[int], None]) -> None:
        """All versions, then the masters that no version carries, then the keywords. `progress` gets how many are
        done.
        """
        if self._scope is None:
            self._ledger.retract(changes.CODE)
        done = 0
        for version in self._library.versions():
            self._version(version)
            self.remarks.extend(self._unreached.findings(version))
            done += 1
            progress(done)
        for master in self._library.masters():
            self._master(master)
            done += 1
            progress(done)
        self._keywords()

    # Versions

    def _version(self, version: Version) -> None:
        if version.number > 0:
            self.remarks.extend(video_findings(version, self._hanging))
        if not self._identities.is_new(Kind.VERSION, version.uuid):
            second = self._identities.duplicate(version_row(version, State.FAILED, reasons.DUPLICATE), version.model_id)
            self._put([second, *operation_rows(version, second, self._identities)])
            return
        master = self._library.master(version.master_uuid)
        is_main = self._roster.carried_by(version.master_uuid) == version.uuid
        try:
            decision = self._decide(version, master, is_main=is_main)
            if decision is None:
                return
            if isinstance(decision, Unit):
                self._produce(decision)
                return
        except (ContentError, *_FAULTS) as error:
            decision = plan.both(Verdict(State.FAILED, reasons.trouble(error)))
        told = self._hanging.of_version(version)
        row = version_row(version, decision.version.state, decision.version.reason, **told)
        rows = [row, *operation_rows(version, row, self._identities)]
        if is_main and master is not None:
            rows.append(self._master_row(master, decision.master.state, decision.master.reason))
        self._put(rows)

    def _decide(self, version: Version, master: Master | None, *, is_main: bool) -> Unit | VerdictPair | None:
        """The file to produce, or why there is none, or None where an earlier run has done it."""
        facts = Circumstances(
            in_scope=self._scope in (None, version.project_uuid),
            in_trash=self._roster.master_in_trash(version.master_uuid),
            trash=self._options.trash,
            hidden=self._options.hidden,
        )
        left_out = plan.version_verdict(version, facts)
        if left_out is None or left_out.reason is reasons.OUT_OF_SCOPE:
            state = self._earlier.version(version.uuid, version.master_uuid if is_main else None)
            if state is not None:
                return self._again(version, master, state, is_main=is_main, wanted=left_out is None)
        if left_out is not None:
            return plan.both(left_out)
        if master is None:
            return plan.both(Verdict(State.FAILED, reasons.no_master(version.master_uuid)))
        if not is_main and (self._stays or self._options.versions is VersionsMode.PLUGIN):
            clones_wanted = self._options.versions is VersionsMode.CLONE
            return plan.both(Verdict(State.WAITING, reasons.EXTRA_STAYS if clones_wanted else reasons.EXTRA_VERSION))
        place = None
        if not self._stays:
            owner = self._roster.place_of_master if is_main else self._roster.place_of_version
            place = owner(master.uuid if is_main else version.uuid)
        return self._unit(master, version, frame=version, place=place, is_main=is_main)

    def _unit(
        self,
        master: Master,
        version: Version | None,
        *,
        frame: Version | None,
        place: PurePosixPath | None,
        is_main: bool,
    ) -> Unit | VerdictPair:
        """The file to produce, or why it cannot be. Raises ContentError for an original that cannot be read.

        `place` is where the file goes, None where it stays. The look is carried only where `version` was made of this
        very master, not of the other half of a pair.
        """
        original = plan.check_blank(self._library.original(master))
        absent = plan.original_verdict(original, master, self._volumes)
        if absent is not None or original.path is None:
            return plan.both(absent or Verdict(State.FAILED, reasons.missing(original.sought)))
        placement = plan.placement(master, original.path)
        staying = plan.staying_verdicts(master, original.path, placement) if place is None else None
        if staying is not None:
            if original.doubt is None or original.doubt.damage is not Damage.CUT:
                return staying
            return replace(staying, master=Verdict(State.FAILED, reasons.damaged(original.doubt)))
        return Unit(
            master=master,
            version=version,
            frame=frame,
            source=original.path,
            target=place,
            placement=placement,
            with_settings=version is not None and version.master_uuid == master.uuid,
            is_main=is_main,
            waits=reasons.NO_XMP_TYPE if placement is Placement.NONE else None,
            doubt=original.doubt,
        )

    def _again(
        self, version: Version, master: Master | None, state: State, *, is_main: bool, wanted: bool
    ) -> Unit | None:
        """What an earlier run has written, once more when it was changed in Aperture since; None where it stays."""
        entry = self._ledger.get(Kind.VERSION, version.uuid)
        if not wanted or master is None or entry is None or not self._is_new(entry.row, version, master):
            self._keep(version, state, is_main=is_main)
            return None
        path = entry.row.detail.get("path")
        place = None if path is None else PurePosixPath(str(path))
        unit = self._unit(master, version, frame=version, place=place, is_main=is_main)
        if isinstance(unit, Unit):
            sidecar = entry.row.detail.get("sidecar_hash")
            return replace(
                unit,
                replaces=str(entry.row.detail.get("hash")),
                replaces_sidecar=None if sidecar is None else str(sidecar),
            )
        self._leave(version, entry.row, unit.version.reason.sentence.rstrip("."), is_main=is_main)
        return None

    def _is_new(self, row: Row, version: Version, master: Master) -> bool:
        """Whether the version was changed in Aperture since it was written, or its original mended."""
        original = self._ledger.get(Kind.MASTER, master.uuid)
        rows = (row,) if original is None else (row, original.row)
        hanging = self._hanging.of_version(version)
        return changes.has_changed(row, version, hanging) or any(self._is_mended(each, master) for each in rows)

    def _is_mended(self, row: Row, master: Master) -> bool:
        """Whether the original was cut off when it was carried, as its row says, and is whole now."""
        if row.reason.code != reasons.CUT:
            return False
        original = self._library.original(master)
        return original.path is not None and original.doubt is None

    def _leave(self, version: Version, row: Row, why: str, *, is_main: bool) -> None:
        """A change that cannot be carried is said, and what was written before stays as it is."""
        left = replace(row, state=State.SKIPPED, reason=reasons.CHANGED_IN_BOTH)
        # Only operations that are new since: the others are in the file as the ledger says.
        new = [o for o in version.operations if self._ledger.get(Kind.OPERATION, o.uuid) is None]
        rows = list(operation_rows(replace(version, operations=tuple(new)), left, self._identities))
        self._keep(version, State.DONE, is_main=is_main)
        with self._ledger.transaction():
            self._ledger.put(rows)
            self._ledger.add_findings([changes.as_finding(row, why)])

    def _keep(self, version: Version, state: State, *, is_main: bool) -> None:
        """An earlier run has done this version, with its operations and, when it is the main one, its master."""
        for operation in version.operations:
            self._identities.is_new(Kind.OPERATION, operation.uuid)
        if is_main:
            self._settled.is_new(Kind.MASTER, version.master_uuid)
        if state is State.DONE:
            self._carried_keywords.update(version.keywords)

    # Masters that no version carries

    def _master(self, master: Master) -> None:
        if not self._identities.is_new(Kind.MASTER, master.uuid):
            row = Row(Kind.MASTER, master.uuid, master.file_name, State.FAILED, reasons.DUPLICATE)
            self._put([self._identities.duplicate(row, master.model_id)])
        elif self._settled.is_new(Kind.MASTER, master.uuid):
            try:
                decision = self._decide_about(master)
                if decision is None:
                    return
                if isinstance(decision, Unit):
                    self._produce(decision)
                    return
            except (ContentError, *_FAULTS) as error:
                decision = plan.both(Verdict(State.FAILED, reasons.trouble(error)))
            self._put([self._master_row(master, decision.master.state, decision.master.reason)])

    def _decide_about(self, master: Master) -> Unit | VerdictPair | None:
        pair = self._roster.carried_by(master.alternate_master_uuid) if master.alternate_master_uuid else None
        facts = Circumstances(
            in_scope=self._scope in (None, master.project_uuid),
            in_trash=self._roster.master_in_trash(master.uuid),
            trash=self._options.trash,
            hidden=self._options.hidden,
        )
        versions = self._roster.versions_stand(master.uuid)
        left_out = plan.master_verdict(facts, versions=versions, is_other_half=pair is not None)
        is_done = (left_out is None or left_out.reason is reasons.OUT_OF_SCOPE) and self._earlier.master(master.uuid)
        carried = self._ledger.get(Kind.MASTER, master.uuid) if is_done else None
        if carried is not None and not self._is_mended(carried.row, master):
            return None
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

    # Producing and journaling

    def _produce(self, unit: Unit) -> None:
        packet = None
        if unit.placement is not Placement.NONE:
            if unit.version is not None:
                own = self._hanging.lines(unit.version)
                unit = replace(unit, records=self._library.read_records(unit.version), own=own)
            packet = packets.build(unit, self._library.info.name, self._options.translator)
        files = self._workshop.produce(unit, packet)
        if unit.replaces is not None and unit.version is not None and (files.refused or files.unsettled):
            entry = self._ledger.get(Kind.VERSION, unit.version.uuid)
            if entry is not None and packet is not None:
                file = self._destination / str(entry.row.detail.get("sidecar") or entry.row.detail["path"])
                self._leave(unit.version, entry.row, changes.compare_packet(file, packet.content), is_main=unit.is_main)
                return
        rows = self._without_taken(list(self._rows(unit, packet, files)))
        findings = list(packet.findings) if packet is not None else []
        if unit.version is not None and packet is not None and packet.translation is not None:
            findings += anomaly_findings(unit.version, packet.translation)
        with self._ledger.transaction():
            self._ledger.put(rows)
            self._ledger.add_findings(findings)
        if unit.version is not None and any(r.kind is Kind.VERSION and r.state is State.DONE for r in rows):
            self._carried_keywords.update(unit.version.keywords)

    def _rows(self, unit: Unit, packet: Packet | None, files: Files) -> Iterator[Row]:
        version, failed = unit.version, files.refused
        path = None if unit.target is None else unit.target.as_posix()
        detail: dict[str, object] = {"path": path, "size": files.size, "hash": files.file_hash}
        if files.modified is not None:
            detail["modified"] = files.modified
        if packet is not None:
            detail |= packet_detail(unit, packet, files)
        if version is not None:
            detail["source"] = changes.fingerprint(version)
        if unit.is_main:
            said = failed or master_reason(unit, files)
            # What is left of a damaged original is carried; that is not the original.
            fate = State.FAILED if failed or said.code == reasons.CUT else State.DONE
            origin = {"method": None if files.method is None else str(files.method), "original": files.original_hash}
            # What is said of the look belongs to the version's row, where there is one.
            own = ("path", "size", "hash", "modified")
            shown = {key: detail[key] for key in own if key in detail} if unit.with_settings else detail
            yield self._master_row(unit.master, fate, said, **shown, **origin)
        if version is None or not unit.with_settings:
            return
        state, reason = version_state(unit, files)
        row = version_row(version, state, reason, **detail, **self._hanging.of_version(version))
        yield row
        translation = None if packet is None else packet.translation
        yield from operation_rows(version, row, self._identities, translation)

    def _master_row(self, master: Master, state: State, reason: Reason, **detail: object) -> Row:
        self._settled.is_new(Kind.MASTER, master.uuid)
        return Row(
            Kind.MASTER, master.uuid, master.file_name, state, reason, {**detail, **self._hanging.of_owner(master.uuid)}
        )

    def _without_taken(self, rows: Sequence[Row]) -> Sequence[Row]:
        """The rows of a unit, but for what is known of a version in Lightroom and this run could not, or would not, do.

        What lies in the trash since, or has lost its original, is in Lightroom all the same.
        """
        ends = (State.FAILED, State.SKIPPED)
        lost = [row for row in rows if row.kind is Kind.VERSION and row.state in ends]
        if not any(row.reason is not reasons.OUT_OF_SCOPE and self._ledger.is_in_lightroom(row.uuid) for row in lost):
            return rows
        followers = (Kind.VERSION, Kind.OPERATION)
        return [row for row in rows if row.kind not in followers or self._ledger.get(row.kind, row.uuid) is None]

    def _put(self, rows: Sequence[Row]) -> None:
        rows = self._without_taken(rows)
        waiting = [row for row in rows if row.state is State.WAITING]
        lost = any(
            self._earlier.has_lost(row.kind, row.uuid) for row in waiting if row.kind in (Kind.VERSION, Kind.MASTER)
        )
        with self._ledger.transaction():
            if lost:
                self._ledger.release(waiting)
            self._ledger.put(rows)

    def _keywords(self) -> None:
        carried = {path[:depth] for path in self._carried_keywords for depth in range(1, len(path) + 1)}
        rows = []
        for keyword in self._library.keywords():
            is_carried = keyword.path in carried
            reason = reasons.KEYWORD_WRITTEN if is_carried else reasons.KEYWORD_WAITS
            state = State.DONE if is_carried else State.WAITING
            row = Row(Kind.KEYWORD, keyword.uuid, keyword.name, state, reason, {"path": list(keyword.path)})
            rows.append((row, keyword.model_id))
        self._put(list(self._identities.tell_apart(rows)))

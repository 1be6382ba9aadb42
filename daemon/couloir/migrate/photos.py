"""Migrates every version and master of the library, one unit of work at a time: decide, produce, journal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path

from couloir.aperture.adjustments import Retouch, SpotPatch
from couloir.aperture.library import Library
from couloir.aperture.model import Finding, Master, OtherRecords, Version
from couloir.derive import Judgement, Translation
from couloir.derive.features import Pictures
from couloir.derive.translator import NO_CONTEXT, PhotoContext
from couloir.errors import ContentError
from couloir.migrate import changes, packets, plan
from couloir.migrate.attached import NO_ATTACHED_DETAILS, AttachedDetails, video_findings
from couloir.migrate.beside.compose import compose_side_files, judge_for
from couloir.migrate.beside.place import SideFilesWanted
from couloir.migrate.beside.together import fingerprint_all
from couloir.migrate.beside.waiting import advise_elsewhere, end_waiting
from couloir.migrate.deciding import Conflict, Decider, Decision, EarlierResult
from couloir.migrate.ledger import reasons
from couloir.migrate.ledger.identities import Identities
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.operations import operation_rows
from couloir.migrate.ledger.reasons import Reason, State
from couloir.migrate.ledger.rows import Kind, Row
from couloir.migrate.options import MigrationOptions
from couloir.migrate.outcomes import master_reason, packet_detail, version_row, version_state
from couloir.migrate.packets import Packet
from couloir.migrate.plan import FinalState, Placement, Unit
from couloir.migrate.produce import Files, Workshop
from couloir.migrate.roster import Roster
from couloir.migrate.survey import anomaly_findings
from couloir.migrate.translated_units import FAULTS, Judged, SeeingCost, judge_units, see_units, translate_units
from couloir.migrate.unreached import UnreachedPhotos

_PAGE = 100  # versions that are decided about, and translated, at a time


class Photos:
    """The main loop. One transaction per unit, made after its files are in place."""

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
        """`hanging` are the notes, places and trims of photos; `shown` counts the photos that are done."""
        self._hanging = hanging
        self.remarks: list[Finding] = []
        self.seeing = SeeingCost()
        self.shown = 0
        self._library = library
        self._ledger = ledger
        self._workshop = workshop
        self._destination = destination
        self._options = options
        self._scope = scope
        self._decider = Decider(library, ledger, roster, destination, options, scope, hanging)
        self._identities = identities
        self._unreached = UnreachedPhotos(library, ledger, roster)
        self._settled = Identities()  # masters whose row was written with their version's
        self._carried_keywords: set[tuple[str, ...]] = set()
        self._pictures: dict[str, Pictures] = {}  # of the versions of a page, for a door that is not Lightroom

    def write(self, progress: Callable[[int], None]) -> None:
        """All versions, then the masters that no version carries, then the keywords. `progress` gets how many are
        done.
        """
        if self._scope is None:
            self._ledger.retract(changes.CODE)
        done = 0
        versions = self._library.versions_with_masters()
        while page := list(islice(versions, _PAGE)):
            page_of = self._decide(page)
            looks = self._translate(page_of, partial(progress, done))
            with self._ledger.gathering():
                for decided, look in zip(page_of, looks, strict=True):
                    self._version(decided, look)
                    done += 1
                    version = decided.version
                    self.shown += version.browsable and self._scope in (None, version.project_uuid)
                    progress(done)
            self.remarks.extend(self._unreached.findings([version for version, _ in page]))
        masters = self._library.masters()
        while some := list(islice(masters, _PAGE)):
            with self._ledger.gathering():
                for master in some:
                    self._master(master)
                    done += 1
                    progress(done)
        self._keywords()

    def write_looks(self, uuids: Sequence[str]) -> None:
        """Write the files of these versions again with the looks that matching found, where nobody has changed the
        file since.
        """
        for first in range(0, len(uuids), _PAGE):
            page = self._decide(list(self._library.find_versions_with_masters(uuids[first : first + _PAGE])))
            for decided, look in zip(page, self._translate(page, None), strict=True):
                self._version(decided, look)

    # Versions

    def _decide(self, page: Sequence[tuple[Version, Master | None]]) -> list[_Case]:
        found = []
        for version, master in page:
            is_main = self._decider.is_main(version)
            decision: Decision
            try:
                decision = self._decider.decide_version(version, master, is_main=is_main)
            except (ContentError, *FAULTS) as error:
                decision = plan.both(FinalState(State.FAILED, reasons.trouble(error)))
            found.append(_Case(version, master, decision, is_main))
        return self._add_records(found)

    def _add_records(self, page: Sequence[_Case]) -> list[_Case]:
        """The page with Aperture's other records of the originals, which are read together, in the units that need
        them.
        """
        needing = {
            place: each.version
            for place, each in enumerate(page)
            if isinstance(each.decision, Unit) and _needs_records(each.decision)
        }
        try:
            read = dict(zip(needing, self._library.read_many_records(list(needing.values())), strict=True))
        except (ContentError, *FAULTS):
            read = {}  # they are read one by one, which fails only those that cannot be read
        return [self._add_record(each, read.get(place)) for place, each in enumerate(page)]

    def _add_record(self, case: _Case, records: OtherRecords | None) -> _Case:
        unit = case.decision
        if not isinstance(unit, Unit) or not _needs_records(unit):
            return case
        try:
            return replace(case, decision=replace(unit, records=records or self._library.read_records(case.version)))
        except (ContentError, *FAULTS) as error:
            return replace(case, decision=plan.both(FinalState(State.FAILED, reasons.trouble(error))))

    def _translate(self, page: Sequence[_Case], told: Callable[[], None] | None) -> list[Judged | Exception | None]:
        """The look of each version that has a file to produce: seen and translated together, which is cheaper than one
        by one. What an earlier run has written is not looked at again. `told` is called after each photo that was seen;
        without it none is, because matching has found the settings.

        A dry run writes no settings, and so needs neither them nor pictures, but for what was painted.
        """
        cases = {place: each.decision for place, each in enumerate(page) if isinstance(each.decision, Unit)}
        units, translator = list(cases.values()), self._options.translator
        looks: Sequence[Judged | Exception | None]
        if self._options.dry_run and self._options.door.in_xmp:
            looks = judge_units(units, translator, self._see if self._options.pictures else None)
        elif self._options.pictures and told is not None and not self._options.dry_run:
            seen = see_units(self._library, units, translator, told)
            self.seeing = self.seeing.plus(seen.cost)
            if not self._options.door.in_xmp:
                pairs = zip(units, seen.known, strict=True)
                self._pictures = {unit.version.uuid: known.pictures for unit, known in pairs if unit.version}
            looks = translate_units(units, translator, seen.known)
        else:
            looks = translate_units(units, translator, [self._see_repaired(unit) for unit in units])
        found = dict(zip(cases, looks, strict=True))
        return [self._matched(each.version, found.get(place)) for place, each in enumerate(page)]

    def _matched(self, version: Version, look: Judged | Exception | None) -> Judged | Exception | None:
        """The look with what matching found, where it found something and settings are written."""
        return self._decider.looks.apply(version, look) if isinstance(look, Translation) else look

    def _see_repaired(self, unit: Unit) -> PhotoContext:
        """What is seen of a photo whose settings are found already, for the sources of its retouched spots."""
        version = unit.version
        is_retouched = version is not None and any(
            each.enabled and isinstance(each.adjustment, Retouch | SpotPatch) for each in version.operations
        )
        return self._see(unit) if is_retouched and not self._options.dry_run else NO_CONTEXT

    def _see(self, unit: Unit) -> PhotoContext:
        """What is seen of one unit's photo: in a dry run, for what was painted and for a packet to be compared."""
        if not self._options.pictures:
            return NO_CONTEXT
        return see_units(self._library, [unit], self._options.translator, lambda: None).known[0]

    def _version(self, decided: _Case, look: Judged | Exception | None) -> None:
        version, decision = decided.version, decided.decision
        if self._scope is not None and version.project_uuid == self._scope:
            self._ledger.mark(Kind.VERSION, [version.uuid])
            self._ledger.mark(Kind.OPERATION, [operation.uuid for operation in version.operations])
        if version.number > 0:
            self.remarks.extend(video_findings(version, self._hanging))
        if not self._identities.is_new(Kind.VERSION, version.uuid):
            second = self._identities.duplicate(version_row(version, State.FAILED, reasons.DUPLICATE), version.model_id)
            self._put([second, *operation_rows(version, second, self._identities)])
            return
        match decision:
            case EarlierResult(state):
                self._keep(version, state, is_main=decided.is_main)
                return
            case Conflict(row, why):
                self._leave(version, row, why, is_main=decided.is_main)
                return
            case Unit():
                try:
                    if isinstance(look, Exception):
                        raise look
                    self._produce(decision, look)
                except (ContentError, *FAULTS) as error:
                    decision = plan.both(FinalState(State.FAILED, reasons.trouble(error)))
                else:
                    return
        told = self._hanging.of_version(version)
        row = version_row(version, decision.version.state, decision.version.reason, **told)
        rows = [row, *operation_rows(version, row, self._identities)]
        if decided.is_main and decided.master is not None:
            rows.append(self._master_row(decided.master, decision.master.state, decision.master.reason))
        self._put(rows)

    def _leave(self, version: Version, row: Row, why: str, *, is_main: bool) -> None:
        """Report a change that cannot be applied, and keep the files that were written before."""
        left = replace(row, state=State.SKIPPED, reason=reasons.CHANGED_IN_BOTH)
        # Only operations that are new since: the others are in the file according to the ledger.
        new = [o for o in version.operations if self._ledger.get(Kind.OPERATION, o.uuid) is None]
        rows = list(operation_rows(replace(version, operations=tuple(new)), left, self._identities))
        self._keep(version, State.DONE, is_main=is_main)
        with self._ledger.transaction():
            self._ledger.put(rows)
            in_aperture = changes.has_changed(row, version, self._hanging.of_version(version))
            told = changes.as_finding(row, why, what=changes.CHANGE if in_aperture else changes.LOOK)
            self._ledger.add_findings([told])

    def _keep(self, version: Version, state: State, *, is_main: bool) -> None:
        """Keep the rows of a version that an earlier run finished, with its operations and, for the main one, its
        master.
        """
        for operation in version.operations:
            self._identities.is_new(Kind.OPERATION, operation.uuid)
        if is_main:
            self._settled.is_new(Kind.MASTER, version.master_uuid)
        if state is State.DONE:
            self._carried_keywords.update(version.keywords)

    # Masters that no version carries

    def _master(self, master: Master) -> None:
        if self._scope is not None and master.project_uuid == self._scope:
            self._ledger.mark(Kind.MASTER, [master.uuid])
        if not self._identities.is_new(Kind.MASTER, master.uuid):
            row = Row(Kind.MASTER, master.uuid, master.file_name, State.FAILED, reasons.DUPLICATE)
            self._put([self._identities.duplicate(row, master.model_id)])
        elif self._settled.is_new(Kind.MASTER, master.uuid):
            try:
                decision = self._decider.decide_master(master)
                if isinstance(decision, EarlierResult):
                    return
                if isinstance(decision, Unit):
                    if _needs_records(decision) and decision.version is not None:
                        decision = replace(decision, records=self._library.read_records(decision.version))
                    self._produce(decision, None)  # the look is of the version's own master
                    return
            except (ContentError, *FAULTS) as error:
                decision = plan.both(FinalState(State.FAILED, reasons.trouble(error)))
            self._put([self._master_row(master, decision.master.state, decision.master.reason)])

    # Producing and journaling

    def _produce(self, unit: Unit, look: Judged | None) -> None:
        packet = None
        if unit.placement is not Placement.NONE:
            if unit.version is not None:
                unit = replace(unit, own=self._hanging.lines(unit.version))
            see = partial(self._see, unit)
            in_xmp = self._options.door.in_xmp
            build = partial(packets.build, tables_of=self._decider.looks.tables_of, with_settings=in_xmp)
            packet = build(unit, self._library.info.name, look, self._options.translator, see)
        files = Files() if unit.shares else self._workshop.produce(unit, packet)
        if packet is not None and not self._options.door.in_xmp and look is not None:
            files, packet = self._furnish(unit, packet, look, files)
        if unit.placement is Placement.BESIDE and not (files.beside or files.unsettled or files.refused):
            unit, packet = replace(unit, waits=reasons.NO_XMP_TYPE), None  # nothing of it is in a file
        if unit.replaces is not None and unit.version is not None and (files.refused or files.unsettled):
            entry = self._ledger.get(Kind.VERSION, unit.version.uuid)
            if entry is not None and packet is not None:
                file = self._destination / str(entry.row.detail.get("sidecar") or entry.row.detail["path"])
                self._leave(unit.version, entry.row, changes.compare_packet(file, packet.content), is_main=unit.is_main)
                return
        if unit.shares and unit.version is not None and files.unsettled is not None:
            entry = self._ledger.get(Kind.VERSION, unit.version.uuid)
            if entry is not None and entry.row.state is State.DONE:
                self._leave(unit.version, entry.row, files.unsettled.reason.sentence.rstrip("."), is_main=False)
                return
        made = self._rows(unit, packet, files)
        rows = self._without_taken([end_waiting(row, in_lightroom=self._options.door.in_xmp) for row in made])
        findings = list(packet.findings) if packet is not None else []
        if unit.version is not None and packet is not None and packet.look is not None:
            findings += anomaly_findings(unit.version, packet.look)
        with self._ledger.transaction():
            self._ledger.put(rows)
            self._ledger.add_findings(findings if self._options.door.in_xmp else advise_elsewhere(findings))
        if unit.version is not None and any(r.kind is Kind.VERSION and r.state is State.DONE for r in rows):
            self._carried_keywords.update(unit.version.keywords)

    def _furnish(self, unit: Unit, packet: Packet, look: Judged, files: Files) -> tuple[Files, Packet]:
        """The files with what the door writes beside them, and the packet with the outcomes of the door."""
        door = self._options.door
        if unit.target is None or not isinstance(look, Translation):
            return files, replace(packet, look=judge_for(door, unit, look))
        pictures = self._pictures.get(look.version_uuid, (None, None))
        translator = self._options.translator
        made = compose_side_files(door, unit, look, packet, self._library.info.name, translator, pictures)
        wanted = SideFilesWanted(unit.target.parent, unit.target.name, made.files, door.avoids)
        own = [each.uuid for each in unit.together].index(unit.version.uuid) if unit.version and unit.together else 0
        outcomes = Judgement(made.outcomes[own], look.anomalies)
        return self._workshop.furnish(files, wanted, unit.replaces_beside), replace(packet, look=outcomes)

    def _rows(self, unit: Unit, packet: Packet | None, files: Files) -> Iterator[Row]:
        version, failed = unit.version, files.refused
        path = None if unit.target is None or unit.shares else unit.target.as_posix()
        detail: dict[str, object] = {"path": path, "size": files.size, "hash": files.file_hash}
        if files.modified is not None:
            detail["modified"] = files.modified
        if packet is not None:
            detail |= packet_detail(unit, packet, files)
        if version is not None and not self._options.dry_run:
            detail["source"] = changes.fingerprint(version)
            if unit.together:
                detail["together"] = fingerprint_all(unit.together)
        if unit.is_main:
            said = failed or master_reason(unit, files)
            # The remainder of a damaged original is copied; it does not count as the original.
            fate = State.FAILED if failed or said.code == reasons.CUT else State.DONE
            origin = {"method": None if files.method is None else str(files.method), "original": files.original_hash}
            # The reason for the look belongs to the version's row, where there is one.
            own = ("path", "size", "hash", "modified")
            shown = {key: detail[key] for key in own if key in detail} if unit.with_settings else detail
            yield self._master_row(unit.master, fate, said, **shown, **origin)
        if version is None or not unit.with_settings:
            return
        state, reason = version_state(unit, files)
        row = version_row(version, state, reason, **detail, **self._hanging.of_version(version))
        yield row
        yield from operation_rows(version, row, self._identities, None if packet is None else packet.look)

    def _master_row(self, master: Master, state: State, reason: Reason, **detail: object) -> Row:
        self._settled.is_new(Kind.MASTER, master.uuid)
        return Row(
            Kind.MASTER, master.uuid, master.file_name, state, reason, {**detail, **self._hanging.of_owner(master.uuid)}
        )

    def _without_taken(self, rows: Sequence[Row]) -> Sequence[Row]:
        """The rows of a unit, without those that would undo the state of a version that Lightroom already has.

        A version that is in the trash since, or has lost its original, is still in Lightroom.
        """
        ends = (State.FAILED, State.SKIPPED)
        lost = [row for row in rows if row.kind is Kind.VERSION and row.state in ends]
        if not any(row.reason is not reasons.OUT_OF_SCOPE and self._ledger.is_in_lightroom(row.uuid) for row in lost):
            return rows
        followers = (Kind.VERSION, Kind.OPERATION)
        return [row for row in rows if row.kind not in followers or self._ledger.get(row.kind, row.uuid) is None]

    def _put(self, rows: Sequence[Row]) -> None:
        rows = self._without_taken([end_waiting(row, in_lightroom=self._options.door.in_xmp) for row in rows])
        waiting = [row for row in rows if row.state is State.WAITING]
        lost = any(
            self._decider.earlier.has_lost(row.kind, row.uuid)
            for row in waiting
            if row.kind in (Kind.VERSION, Kind.MASTER)
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


def _needs_records(unit: Unit) -> bool:
    return unit.version is not None and unit.placement is not Placement.NONE


@dataclass(frozen=True, slots=True)
class _Case:
    """A version and the decision for it; `is_main` is true for the one that its master's file carries."""

    version: Version
    master: Master | None
    decision: Decision
    is_main: bool

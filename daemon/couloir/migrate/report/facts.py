"""The content of the report as plain data: report.json, and the source of report.html."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from couloir import __version__
from couloir.aperture.model import LibraryInfo
from couloir.engines.dng.raw import missing_decoder
from couloir.errors import ContentError
from couloir.migrate.files.condition import Condition, WrittenFile, judge
from couloir.migrate.ledger.door import door_of, program_of
from couloir.migrate.ledger.enhanced_profiles import list_profiles
from couloir.migrate.ledger.identities import Identities
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.reasons import ORIGINAL_RECORD, State
from couloir.migrate.ledger.rows import Entry, Kind
from couloir.migrate.ledger.verdicts import MatchRecord, match_of, matches
from couloir.migrate.plan import Placement
from couloir.migrate.report.looks import ComparedPhoto
from couloir.refine.verdict import Program, verdict


def facts_of(
    info: LibraryInfo,
    ledger: Ledger,
    destination: Path,
    renderer: str,
    photos: Sequence[ComparedPhoto],
    left_out: int,
    problems: Mapping[str, int],
) -> dict[str, object]:
    """The content of the report as plain data: report.json, and the source of report.html."""
    program = program_of(door_of(ledger))
    return {
        "version": __version__,
        "library": {"name": info.name, "path": str(info.path), "app": info.app, "app_version": info.app_version},
        "destination": str(destination),
        "program": program.title,
        "balance": [{**asdict(line), "kind": str(line.kind), "balances": line.balances} for line in ledger.balance()],
        "fidelity": ledger.fidelity(),
        "reasons": [
            {"kind": str(kind), "state": str(state), **asdict(reason), "count": count}
            for kind, state, reason, count in ledger.reasons()
        ],
        "findings": [{**asdict(f), "severity": str(f.severity)} for f in ledger.findings()],
        "notes": list(_notes(ledger)),
        "files": _files(ledger, destination),
        "not_done": [_item(entry) for entry in _not_done(ledger)],
        "renderer": renderer,
        "photos": [_figures(photo, renderer) for photo in photos],
        "matches": [_match(match, program) for match in matches(ledger)],
        "profiles": [
            {"name": each.profile.name, "photos": each.photos, "bytes": len(each.file)}
            for each in list_profiles(ledger)
        ],
        "not_compared": {"left_out": left_out, "raw": _edited_raw(ledger), "problems": _counted(problems)},
    }


def _counted(problems: Mapping[str, int]) -> list[dict[str, object]]:
    return [{"reason": reason, "photos": count} for reason, count in problems.items()]


def _files(ledger: Ledger, destination: Path) -> Mapping[str, list[str]]:
    """The written files that are not whole now, by condition, as far as their size and time show."""
    told: dict[str, list[str]] = {"saved": [], "spoilt": [], "missing": []}
    names = {
        Condition.SAVED: "saved",
        Condition.SPOILT: "spoilt",
        Condition.MISSING: "missing",
        Condition.DISPLACED: "missing",
    }
    seen = Identities()
    for kind in (Kind.MASTER, Kind.VERSION):
        for entry in ledger.entries(kind, (State.DONE,)):
            for written in WrittenFile.of(entry.row.detail):
                if not seen.is_new("file", written.path):
                    continue
                try:
                    found = judge(destination, written, read=False).condition
                except ContentError:
                    found = Condition.MISSING
                if found in names:
                    told[names[found]].append(written.path)
    return told


def _notes(ledger: Ledger) -> Iterator[dict[str, object]]:
    """The photographer's notes on projects, folders and albums, for which Lightroom has no place."""
    for kind in (Kind.PROJECT, Kind.FOLDER, Kind.ALBUM):
        for entry in ledger.entries(kind):
            if notes := entry.row.detail.get("notes"):
                yield {"kind": str(kind), "name": entry.row.name, "notes": notes}


def _figures(photo: ComparedPhoto, renderer: str) -> dict[str, object]:
    return {
        "uuid": photo.uuid,
        "name": photo.name,
        "path": photo.path,
        "fidelity": photo.fidelity,
        "verdict": str(verdict(photo.after, renderer)),
        "before": asdict(photo.before),
        "after": asdict(photo.after),
        "aperture_picture": photo.drawn.aperture,
        "rendered_picture": photo.drawn.rendering,
        "difference_picture": photo.drawn.difference,
        "operations": photo.operations,
    }


def _match(match: MatchRecord, program: Program) -> dict[str, object]:
    """A match without the settings and the picture, which photos.html has."""
    look = match.settings.get("Look")
    return {
        "uuid": match.version,
        "verdict": verdict(match.after, match.renderer, program).code,
        "before": None if match.before is None else asdict(match.before),
        "after": None if match.after is None else asdict(match.after),
        "reason": match.reason,
        "renderer": match.renderer,
        "renderings": match.renderings,
        "profile": look.get("Name") if isinstance(look, Mapping) else None,
        "table": None if match.table is None else asdict(match.table),
    }


def _not_done(ledger: Ledger) -> Iterator[Entry]:
    states = (State.FAILED, State.WAITING, State.SKIPPED)
    return (entry for entry in ledger.entries(None, states) if entry.row.reason.code != ORIGINAL_RECORD.code)


def _item(entry: Entry) -> dict[str, object]:
    row = entry.row
    return {
        "kind": str(row.kind),
        "uuid": row.uuid,
        "name": row.name,
        "state": str(row.state),
        "code": row.reason.code,
        "sentence": row.reason.sentence,
        "advice": row.reason.advice,
    }


def _edited_raw(ledger: Ledger) -> int:
    """The number of written RAW photos with edits that nothing on this computer can draw, and that were not matched."""
    if missing_decoder() is None:
        return 0
    return sum(
        bool(entry.row.detail.get("edited"))
        and entry.row.detail.get("placement") == str(Placement.SIDECAR)
        and match_of(ledger, entry.row.uuid) is None
        for entry in ledger.entries(Kind.VERSION, (State.DONE,))
    )

"""The pre-flight: what a library holds and how it will be migrated, before anything is written."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import PurePosixPath

from couloir.aperture.library import Library
from couloir.aperture.model import (
    Doubt,
    Finding,
    FolderKind,
    LibraryInfo,
    Master,
    MediaKind,
    OriginalStatus,
    Severity,
    Version,
)
from couloir.aperture.originals import BACKUP
from couloir.aperture.package import FolderLink
from couloir.derive import Fidelities, Fidelity, FidelityReader, Judgement, Translation
from couloir.errors import NothingComesOver
from couloir.migrate.clock import PreviewClock
from couloir.migrate.cost.model import NIGHT, Estimate, count_matched, estimate
from couloir.migrate.cost.photos import PhotoCounts
from couloir.migrate.files.check_originals import CheckDepth, check_original
from couloir.migrate.files.sizes import sized_in
from couloir.migrate.ledger.reasons import Reason, State
from couloir.migrate.ledger.rows import Kind
from couloir.migrate.outlook import nothing_comes
from couloir.migrate.plan import Circumstances, version_state

Progress = Callable[[int, int], None]  # done, total

_WHOLE_LIBRARY = Circumstances(in_scope=True, in_trash=False)


@dataclass(frozen=True, slots=True)
class AbsentOriginal:
    """A master whose file could not be found: `status` says why, `sought` where it was expected."""

    master_uuid: str
    file_name: str
    status: OriginalStatus
    sought: str

    @property
    def disk(self) -> str:
        """The name of the disk that is not connected, "" where none is named."""
        parts = PurePosixPath(self.sought).parts
        is_named = self.status is OriginalStatus.OFFLINE and parts[:2] == ("/", "Volumes") and len(parts) > 2
        return parts[2] if is_named else ""


@dataclass(frozen=True, slots=True)
class DamagedOriginal:
    """A master whose file is present and differs from what the library states; see `Doubt`."""

    master_uuid: str
    file_name: str
    doubt: Doubt


@dataclass(frozen=True, slots=True)
class Project:
    """A project outside the trash, as `--only` takes it, with the photos that Aperture shows in it."""

    uuid: str
    name: str
    photos: int


@dataclass(slots=True)
class Survey:
    """The pre-flight of one library.

    `counts` and `operations` (by identifier) are over all rows. `fidelity` counts every operation once, switched-off
    ones as exact; its sum is `counts["operations"]`. `photos` counts the browsable versions by their worst operation.
    `left_out` says why versions, except Aperture's own records of the originals, are not shown. `absent` originals are
    missing, `damaged` ones differ in size from what the library states, and `checked` says how many were decoded
    or otherwise checked, where that was requested. `space` is bytes: `originals` that exist, which is what copying
    needs. `previews` counts edited photos without an up-to-date one, `shown` the photos that Aperture shows.
    """

    info: LibraryInfo
    counts: Mapping[str, int]
    operations: Counter[str] = field(default_factory=Counter)
    fidelity: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys(map(str, Fidelity), 0)))
    photos: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys(map(str, Fidelity), 0)))
    links: tuple[FolderLink, ...] = ()
    absent: list[AbsentOriginal] = field(default_factory=list)
    damaged: list[DamagedOriginal] = field(default_factory=list)
    checked: Counter[CheckDepth] = field(default_factory=Counter)
    found_by_decoding: list[Finding] = field(default_factory=list)
    projects: tuple[Project, ...] = ()
    left_out: Counter[Reason] = field(default_factory=Counter)
    first: datetime | None = None
    last: datetime | None = None
    originals_bytes: int = 0
    shown: PhotoCounts = field(default_factory=PhotoCounts)
    previews: PreviewClock = field(default_factory=PreviewClock)
    findings: tuple[Finding, ...] = ()

    @property
    def nothing(self) -> NothingComesOver | None:
        """The error with which a migration of the whole library would end; None where a version can be migrated."""
        if self.photos.total():
            return None
        fates = [(Kind.VERSION, State.SKIPPED, reason, count) for reason, count in self.left_out.items()]
        return nothing_comes(self.info.path, fates)

    def estimate(self, cores: int) -> Estimate:
        """How long importing the library into Lightroom and matching it take on a computer with so many cores."""
        return estimate(self.shown.work, cores)

    def as_dict(self) -> dict[str, object]:
        """JSON-ready; `missing_originals` and `offline_originals` split `absent` by whether a disk may bring them
        back.
        """
        return {
            "library": {
                "path": str(self.info.path),
                "name": self.info.name,
                "app": self.info.app,
                "app_version": self.info.app_version,
                "database": list(self.info.database),
                "uuid": self.info.uuid,
            },
            "counts": dict(self.counts),
            "operations": dict(sorted(self.operations.items())),
            "fidelity": dict(self.fidelity),
            "photos": dict(self.photos),
            "shown": self.shown.as_dict(),
            "seconds": asdict(self.estimate(os.cpu_count() or 1)),
            "night": {"hours": NIGHT / 3600, "matched": min(count_matched(NIGHT), self.shown.work.matched)},
            "left_out": [{**asdict(reason), "count": count} for reason, count in self.left_out.most_common()],
            "links": [{"folder": a.folder, "target": str(a.target), "followed": a.followed} for a in self.links],
            "missing_originals": [_absent(a) for a in self.absent if a.status.is_failure],
            "offline_originals": [_absent(a) for a in self.absent if not a.status.is_failure],
            "damaged_originals": [_damaged(d) for d in self.damaged],
            "checked_originals": {str(how): self.checked[how] for how in CheckDepth} if self.checked else None,
            "previews": self.previews.as_dict(),
            "projects": [asdict(project) for project in self.projects],
            "dates": {"first": _iso(self.first), "last": _iso(self.last)},
            "space": {"originals": self.originals_bytes},
            "findings": [
                {
                    "code": f.code,
                    "severity": str(f.severity),
                    "kind": f.kind,
                    "item": f.item,
                    "message": f.message,
                    "advice": f.advice,
                }
                for f in self.findings
            ],
        }


def survey(
    library: Library,
    progress: Progress = lambda _done, _total: None,
    *,
    decode: bool = False,
    seen: Callable[[Version, Master | None, bool], None] = lambda _version, _master, _comparable: None,
) -> Survey:
    """Read every row once. `findings` has those of the reader and the anomalies of the geometry.

    `seen` is called with each version, its master, and whether it is a picture whose look can be compared (that of an
    edited one without an up-to-date preview cannot), so that callers need not read the library a second time. `decode`
    decodes every original as well, which takes about as long as rendering it.
    """
    counts = library.counts()
    result = Survey(info=library.info, counts=counts, links=library.links)
    total = counts["masters"] + counts["versions"]
    done = 0
    for master in library.masters():
        _look_at_original(library, master, result, decode=decode)
        done += 1
        progress(done, total)
    anomalies: list[Finding] = []
    shown: Counter[str | None] = Counter()
    fidelities = FidelityReader()
    for version, owner in library.versions_with_masters():
        done += 1
        progress(done, total)
        result.operations.update(operation.identifier for operation in version.operations)
        if version.browsable and version.captured is not None:
            result.first = min(result.first or version.captured, version.captured)
            result.last = max(result.last or version.captured, version.captured)
        late = result.previews.late
        result.previews.add(library, version)
        comparable = owner is not None and owner.media is MediaKind.IMAGE and result.previews.late == late
        seen(version, owner, comparable)
        if version.shown and owner is not None:
            result.shown.add(version, owner, comparable=comparable)
        left_out = version_state(version, _WHOLE_LIBRARY)
        if left_out is not None and not version.is_original:
            result.left_out[left_out.reason] += 1
        if not version.shown and not version.operations:
            continue  # mostly the hidden record of an original, which is not translated
        if owner is None:
            # The reader has reported that this version has no master; its operations still count.
            result.fidelity[Fidelity.LOST] += len(version.operations)
            continue
        found = fidelities.read(sized_in(library, version, owner), owner)
        result.fidelity.update(found.operations)
        if version.shown:
            shown[version.project_uuid] += 1
            result.photos[found.fidelity] += 1
            anomalies.extend(anomaly_findings(version, found))
    result.findings = (*library.findings, *result.found_by_decoding, *anomalies)
    result.projects = tuple(
        Project(folder.uuid, folder.name, shown[folder.uuid])
        for folder in library.folders()
        if folder.kind is FolderKind.PROJECT and not folder.is_system and not folder.in_trash
    )
    return result


def anomaly_findings(version: Version, translation: Translation | Judgement | Fidelities) -> list[Finding]:
    """The contradictions found by a translation, as findings about its version."""
    return [
        Finding(
            code=anomaly.code,
            severity=Severity.WARNING,
            kind="version",
            item=version.uuid,
            message=f"{version.name}: {anomaly.message}",
            advice="Look at this photo in the report and compare it with Aperture's preview.",
        )
        for anomaly in translation.anomalies
    ]


def _look_at_original(library: Library, master: Master, result: Survey, *, decode: bool) -> None:
    original = library.original(master)
    if original.status is not OriginalStatus.PRESENT:
        result.absent.append(AbsentOriginal(master.uuid, master.file_name, original.status, original.sought))
        return
    doubt = original.doubt
    if decode:
        how, doubt = check_original(master, original)
        result.checked[how] += 1
        if doubt is not None and doubt != original.doubt:
            what = f"The original {master.file_name!r} {doubt.what}."
            result.found_by_decoding.append(
                Finding(f"original.{doubt.damage}", Severity.ERROR, "master", master.uuid, what, BACKUP)
            )
    if doubt is not None:
        result.damaged.append(DamagedOriginal(master.uuid, master.file_name, doubt))
    with suppress(OSError):  # reading it reports the problem
        result.originals_bytes += 0 if original.path is None else original.path.stat().st_size


def _absent(absent: AbsentOriginal) -> dict[str, str]:
    return {
        "uuid": absent.master_uuid,
        "name": absent.file_name,
        "status": str(absent.status),
        "sought": absent.sought,
        "disk": absent.disk,
    }


def _damaged(damaged: DamagedOriginal) -> dict[str, object]:
    doubt = damaged.doubt
    known = {"uuid": damaged.master_uuid, "name": damaged.file_name}
    return {**known, "damage": str(doubt.damage), "size": doubt.size, "stated": doubt.stated}


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()

"""Stacks: groups of versions that Aperture shows as one."""

from __future__ import annotations

from collections import defaultdict

from couloir.aperture.cells import Cells
from couloir.aperture.findings import Findings
from couloir.aperture.model import Stack, Visibility
from couloir.aperture.safe_sqlite import Database, chunks
from couloir.aperture.showing import COLUMNS as SHOWING
from couloir.aperture.showing import Showing

COLUMNS = ("stackUuid", "versionUuid", "orderNumber")


def read_stacks(database: Database, showing: Showing, findings: Findings) -> tuple[Stack, ...]:
    """All stacks, each with its pick first.

    RKStackContent has the order, and the version with the lowest number is taken as the pick (no real rows are known
    that could confirm it). A stack that only RKVersion.stackUuid names is ordered by creation of its versions, and
    counts only when it has two versions that Aperture shows.
    """
    ordered: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for page in database.pages("RKStackContent", COLUMNS):
        for row in page:
            cell = Cells(row, findings, "stack", f"modelId {row['_rowid']}")
            stack, version = cell.key("stackUuid"), cell.key("versionUuid")
            if stack and version:
                ordered[stack].append((cell.number("orderNumber") or 0.0, version))
    members = {stack: [version for _, version in sorted(group, key=lambda g: g[0])] for stack, group in ordered.items()}
    known = _known_versions(database, findings, members)
    for stack, versions in members.items():
        if any(version not in known for version in versions):
            findings.warn("stack.no-version", "stack", stack, "This stack lists versions that are not in the library.")
    result = {stack: tuple(v for v in dict.fromkeys(versions) if v in known) for stack, versions in members.items()}
    for stack, joined in _by_version_rows(database, showing, findings).items():
        if stack not in result and len(joined) > 1:
            result[stack] = joined
    return tuple(Stack(stack, versions) for stack, versions in result.items() if versions)


def _known_versions(database: Database, findings: Findings, members: dict[str, list[str]]) -> set[str]:
    wanted = list({version for versions in members.values() for version in versions})
    return {
        Cells(row, findings, "version").item
        for chunk in chunks(wanted)
        for row in database.find_rows("RKVersion", ("uuid",), "uuid", chunk)
    }


def _by_version_rows(database: Database, showing: Showing, findings: Findings) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    condition = "stackUuid IS NOT NULL AND stackUuid <> ''"
    for page in database.pages("RKVersion", ("uuid", "stackUuid", *SHOWING), condition):
        for row in page:
            cell = Cells(row, findings, "version")
            if showing.of_row(cell) is Visibility.SHOWN:
                found[cell.name("stackUuid")].append(cell.item)
    return {stack: tuple(versions) for stack, versions in found.items()}

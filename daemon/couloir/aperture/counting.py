"""Counts the rows of a library by kind."""

from __future__ import annotations

from couloir.aperture.model import AlbumKind, FolderKind, Visibility
from couloir.aperture.safe_sqlite import Database
from couloir.aperture.showing import Showing
from couloir.aperture.tree import Tree


def counts(database: Database, tree: Tree, showing: Showing, *, faces: int, stacks: int) -> dict[str, int]:
    """Rows by kind; see `Library.counts`."""
    own = [folder for folder in tree.folders if not folder.is_system]
    albums = [a for a in tree.albums if not a.is_system and a.kind is not AlbumKind.IMPLICIT]
    projects = sum(folder.kind is FolderKind.PROJECT for folder in own)
    return {
        "masters": database.count("RKMaster"),
        "versions": database.count("RKVersion"),
        "browsable": showing.count(Visibility.SHOWN),
        "trashed": _trashed_masters(database, tree),
        "projects": projects,
        "folders": len(own) - projects,
        "albums": len(albums),
        "keywords": database.count("RKKeyword"),
        "faces": faces,
        "stacks": stacks,
        "operations": database.count("RKImageAdjustment"),
    }


def _trashed_masters(database: Database, tree: Tree) -> int:
    marked = "count(CASE WHEN isInTrash <> 0 THEN 1 END)"
    rows = database.query(
        f"SELECT projectUuid, count(*) AS everything, {marked} AS marked FROM RKMaster GROUP BY projectUuid"  # noqa: S608
    )
    return sum(row["everything"] if row["projectUuid"] in tree.trashed_folders else row["marked"] for row in rows)

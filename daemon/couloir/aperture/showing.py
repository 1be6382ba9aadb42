"""The rule that says which versions Aperture shows, used for counting, listing and migrating.

Two real libraries agree on it. In the Aperture 3.1.2 one `showInLibrary` is 0 in every row and every property list,
and its own ApertureData.xml lists exactly the versions that are not originals; in the iPhoto 9.6.1 one it is 1 for the
same kind of versions. So the column has a meaning only in a library that uses it, and a version that no column hides is
shown: one photo too many is noticed at once, a missing one perhaps years later.
"""

from __future__ import annotations

from functools import cache

from couloir.aperture.cells import Cells
from couloir.aperture.columns import Columns
from couloir.aperture.findings import Findings
from couloir.aperture.model import Visibility
from couloir.aperture.safe_sqlite import Database

COLUMNS = ("isOriginal", "versionNumber", "isHidden", "showInLibrary")
"""The columns of RKVersion that the rule uses."""


@cache
def find_visibility(
    original: int | None, number: int | None, hidden: int | None, view: int | None, *, used: bool
) -> Visibility:
    """The visibility of a row with these values of `COLUMNS`; `used` says that showInLibrary is 1 in some row.

    >>> find_visibility(0, 1, 0, 0, used=False)
    <Visibility.SHOWN: 'shown'>

    A row that does not state whether it is an original is one when its number is 0, as for originals. The number has
    no other effect: a version without one, or with 0, is shown like the others.
    """
    if original or (original is None and number == 0):
        return Visibility.ORIGINAL
    if hidden:
        return Visibility.HIDDEN
    return Visibility.OUT_OF_VIEW if used and view == 0 else Visibility.SHOWN


class Showing:
    """The rule for the rows of one library."""

    def __init__(self, library: Database) -> None:
        self._library = library
        has_column = library.has_columns("RKVersion", ("showInLibrary",))
        self._used = has_column and bool(library.rows("RKVersion", ("uuid",), "showInLibrary = 1", limit=1))

    def of_page(self, page: Columns) -> list[Visibility]:
        """The visibility of each row of a page, which must have `COLUMNS` among its columns."""
        values = zip(*(page.integers(column) for column in COLUMNS), strict=True)
        return [find_visibility(*row, used=self._used) for row in values]

    def of_row(self, cell: Cells) -> Visibility:
        """The visibility of one row, which must have `COLUMNS` among its columns."""
        original, number, hidden, view = (cell.integer(column) for column in COLUMNS)
        return find_visibility(original, number, hidden, view, used=self._used)

    def count(self, wanted: Visibility) -> int:
        """The number of versions of the library with this visibility, including those in the trash."""
        if not self._library.has("RKVersion"):
            return 0
        known = self._library.columns_of("RKVersion")
        named = ", ".join(column if column.lower() in known else f"NULL AS {column}" for column in COLUMNS)
        # The columns are this module's own names. Few combinations exist, whatever the size of the library.
        groups = self._library.query(
            f"SELECT {named}, count(*) AS versions FROM RKVersion GROUP BY {', '.join(COLUMNS)}"  # noqa: S608
        )
        unheard = Findings()  # discarded: reading the row reports its oddities
        return sum(
            int(group["versions"])
            for group in groups
            if self.of_row(Cells(group, unheard, "version", "counted")) is wanted
        )

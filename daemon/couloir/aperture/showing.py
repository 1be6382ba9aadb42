"""Which versions Aperture shows: the single rule, used for counting, listing and migrating.

Two real libraries agree on it. In the Aperture 3.1.2 one `showInLibrary` is 0 in every row and every property list,
and its own ApertureData.xml lists exactly the versions that are no original; in the iPhoto 9.6.1 one it is 1 for the
same kind of versions. So the column says something only in a library that uses it, and what no column hides is
shown: a photo too many is seen at once, one too few years later.
"""

from __future__ import annotations

from functools import cache

from couloir.aperture.cells import Cells
from couloir.aperture.columns import Columns
from couloir.aperture.findings import Findings
from couloir.aperture.model import Standing
from couloir.aperture.safe_sqlite import Database

COLUMNS = ("isOriginal", "versionNumber", "isHidden", "showInLibrary")
"""The columns of RKVersion that decide it."""


@cache
def find_standing(
    original: int | None, number: int | None, hidden: int | None, view: int | None, *, used: bool
) -> Standing:
    """Where a row with these values of `COLUMNS` stands, the trash aside; `used` says that some row has a view of 1.

    >>> find_standing(0, 1, 0, 0, used=False)
    <Standing.SHOWN: 'shown'>

    A row that does not say whether it is an original is one when its number is 0, as the originals' is. A number says
    nothing else: a version without one, or with 0, is shown like the others.
    """
    if original or (original is None and number == 0):
        return Standing.ORIGINAL
    if hidden:
        return Standing.HIDDEN
    return Standing.OUT_OF_VIEW if used and view == 0 else Standing.SHOWN


class Showing:
    """The rule for the rows of one library."""

    def __init__(self, library: Database) -> None:
        self._library = library
        has_column = library.has_columns("RKVersion", ("showInLibrary",))
        self._used = has_column and bool(library.rows("RKVersion", ("uuid",), "showInLibrary = 1", limit=1))

    def of_page(self, page: Columns) -> list[Standing]:
        """Where each row of a page stands, which has `COLUMNS` among its columns."""
        values = zip(*(page.integers(column) for column in COLUMNS), strict=True)
        return [find_standing(*row, used=self._used) for row in values]

    def of_row(self, cell: Cells) -> Standing:
        """Where one row stands, which has `COLUMNS` among its columns."""
        original, number, hidden, view = (cell.integer(column) for column in COLUMNS)
        return find_standing(original, number, hidden, view, used=self._used)

    def count(self, wanted: Standing) -> int:
        """How many versions of the library stand there, those in the trash included."""
        if not self._library.has("RKVersion"):
            return 0
        known = self._library.columns_of("RKVersion")
        named = ", ".join(column if column.lower() in known else f"NULL AS {column}" for column in COLUMNS)
        # The columns are this module's own names. Few combinations exist, whatever the size of the library.
        groups = self._library.query(
            f"SELECT {named}, count(*) AS versions FROM RKVersion GROUP BY {', '.join(COLUMNS)}"  # noqa: S608
        )
        unheard = Findings()  # what is odd in a row is told when the row is read
        return sum(
            int(group["versions"])
            for group in groups
            if self.of_row(Cells(group, unheard, "version", "counted")) is wanted
        )

"""Where an import put its files."""

from __future__ import annotations

from couloir.aperture.cells import Cells

IMPORT_COLUMNS = ("uuid", "importYear", "importMonth", "importDay", "importTime")


def import_folder(group: Cells) -> tuple[str, str]:
    """An import group's uuid and the folder in Masters that Aperture made for it: 2023/09/27/20230927-064307."""
    year, month, day, time = (group.name(column) for column in IMPORT_COLUMNS[1:])
    return group.item, f"{year}/{month}/{day}/{year}{month}{day}-{time}"

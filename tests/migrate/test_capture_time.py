"""The capture time in what is written: the photographer's clock, to the fraction of a second."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from couloir.lightroom.embed import extract
from couloir.lightroom.xmp import read_packet
from couloir.migrate.ledger.rows import Kind
from sample_library import build_library

if TYPE_CHECKING:
    from conftest import Result, Source

Migrate = Callable[..., "Result"]


@pytest.fixture(scope="session")
def migrate(migrate: Migrate) -> Migrate:
    """Nothing here depends on what the pictures show."""
    return partial(migrate, looks=False)


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Mapping[str, str], Mapping[str, str]]:
    """A library with both odd zones, and the clock that each photo's generator meant."""
    folder = tmp_path_factory.mktemp("zones")
    names = ["missing-zone", "unknown-zone"]
    manifest = build_library(folder / "Sample.aplibrary", masters=40, anomalies=names, write_plists=False)
    assert not manifest.not_planted
    return folder / "Sample.aplibrary", {each.name: each.item for each in manifest.anomalies}, {}


def _written(result: Result, uuid: str, folder: Path) -> str:
    row = result.row(Kind.VERSION, uuid)
    sidecar, path = row.detail.get("sidecar"), row.detail["path"]
    content = (folder / str(sidecar)).read_bytes() if sidecar else extract(folder / str(path))
    assert content is not None
    return str(read_packet(content, "packet").metadata.date_created)


@pytest.mark.parametrize("name", ["missing-zone", "unknown-zone"])
def test_a_photo_without_a_zone_keeps_the_time_of_its_camera(
    planted: tuple[Path, Mapping[str, str], Mapping[str, str]],
    migrate: Migrate,
    source_at: Callable[[Path], Source],
    tmp_path: Path,
    name: str,
) -> None:
    library, uuids, _ = planted
    source = source_at(library)
    written = _written(migrate(source, tmp_path / "out"), uuids[name], tmp_path / "out")
    [(number,)] = source.ask("SELECT modelId FROM RKVersion WHERE uuid = ?", uuids[name])
    properties = source_at(library).path / "Database" / "apdb" / "Properties.apdb"
    hour, minute = _captured(properties, int(str(number)))
    assert written[11:16] == f"{hour:02}:{minute:02}"


def _captured(properties: Path, version: int) -> tuple[int, int]:

    query = "SELECT propertyKey, numberProperty FROM RKExifNumberProperty WHERE versionId = ?"
    with closing(sqlite3.connect(f"{properties.as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
        found = dict(connection.execute(query, (version,)))
    return int(found["CaptureHourOfDay"]), int(found["CaptureMinuteOfHour"])


def test_a_burst_keeps_its_order(small: Source, migrate: Migrate, tmp_path: Path) -> None:
    """Aperture counts whole seconds here; the files know the fraction."""
    [(uuid, path, date)] = small.ask(
        "SELECT v.uuid, m.imagePath, v.imageDate FROM RKVersion v JOIN RKMaster m ON m.uuid = v.masterUuid"
        " WHERE v.versionNumber = 1 AND m.imagePath LIKE '%.jpg' AND NOT m.fileIsReference AND NOT m.isInTrash"
        " AND NOT v.isHidden LIMIT 1"
    )
    whole = int(float(str(date)))
    small.change("UPDATE RKVersion SET imageDate = ?, imageTimeZoneName = 'GMT' WHERE uuid = ?", whole, uuid)

    taken = datetime(2001, 1, 1, tzinfo=UTC) + timedelta(seconds=whole)
    file = small.path / "Masters" / str(path)
    exif = Image.Exif()
    exif[34665] = {36867: taken.strftime("%Y:%m:%d %H:%M:%S"), 37521: "45"}
    with Image.open(file) as opened:
        opened.save(file, exif=exif)
    small.change("UPDATE RKMaster SET fileSize = ? WHERE imagePath = ?", file.stat().st_size, path)
    written = _written(migrate(small, tmp_path / "out"), str(uuid), tmp_path / "out")
    assert written == taken.strftime("%Y-%m-%dT%H:%M:%S.450+00:00")

"""A photo whose size the library does not state is migrated too."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from couloir.derive.residual.store import ModelStore
from couloir.derive.translator import Translator
from couloir.lightroom.embed import extract
from couloir.lightroom.xmp import read_packet
from couloir.migrate.ledger.reasons import State
from couloir.migrate.ledger.rows import Kind, Row

if TYPE_CHECKING:
    from conftest import Result, Source

CROPS = ("CropLeft", "CropTop", "CropRight", "CropBottom", "CropAngle")


def spoil(source: Source, side: object, *, properties: bool) -> None:
    source.change("UPDATE RKVersion SET masterWidth = ?, masterHeight = ?", side, side)
    if properties:
        with closing(sqlite3.connect(source.database.with_name("Properties.apdb"))) as connection, connection:
            connection.execute("DELETE FROM RKExifNumberProperty WHERE propertyKey LIKE 'Pixel%'")


def crop_a_raw_photo(source: Source) -> None:
    """Give a RAW photo the crop of another photo, which fits into any."""
    raw = (
        "SELECT v.uuid FROM RKVersion v JOIN RKMaster m ON m.uuid = v.masterUuid WHERE v.isOriginal = 0"
        " AND m.isTrulyRaw = 1 AND m.fileIsReference = 0 AND m.isInTrash = 0 ORDER BY v.modelId LIMIT 1"
    )
    source.change(
        "INSERT INTO RKImageAdjustment (uuid, name, versionUuid, adjIndex, isEnabled, data)"
        f" SELECT 'a-crop', name, ({raw}), adjIndex, 1, data FROM RKImageAdjustment"
        " WHERE name = 'RKCropOperation' AND isEnabled = 1 LIMIT 1"
    )


def fates(result: Result) -> dict[str, tuple[State, str]]:
    return {row.uuid: (row.state, row.reason.code) for row in result.rows(Kind.VERSION)}


def settings(row: Row) -> dict[str, object]:
    found = row.detail.get("settings")
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("side", [0, None, 10**9])
def test_what_is_carried_does_not_depend_on_a_stored_size(
    small: Source, migrate: Callable[..., Result], tmp_path: Path, side: object
) -> None:
    crop_a_raw_photo(small)
    # The formulas alone: the stored frame is a feature of the learned model, whose answers may differ with it.
    formulas = Translator(ModelStore(tmp_path / "no models"))
    sound = migrate(small, tmp_path / "sound", translator=formulas)
    spoil(small, side, properties=True)
    result = migrate(small, tmp_path / "out", translator=formulas)
    assert fates(result) == fates(sound)
    assert result.outcome.balances
    left_out = []
    raw = {
        uuid
        for (uuid,) in small.ask(
            "SELECT v.uuid FROM RKVersion v JOIN RKMaster m ON m.uuid = v.masterUuid WHERE m.isTrulyRaw"
        )
    }
    for row in result.rows(Kind.VERSION):
        if row.state is State.DONE and "settings" in row.detail:
            before, after = settings(sound.row(Kind.VERSION, row.uuid)), settings(row)
            cropped = {key: value for key, value in before.items() if key in CROPS}
            kept = {key: value for key, value in after.items() if key in CROPS}
            # A JPEG's header states its size; of a RAW file nothing but the crop is left out.
            assert kept == ({} if row.uuid in raw else cropped), row.detail["path"]
            assert {k: v for k, v in after.items() if k not in CROPS} == {
                k: v for k, v in before.items() if k not in CROPS
            }
            if cropped != kept:
                left_out.append(row.uuid)
    told = [row.reason.sentence for row in result.rows(Kind.OPERATION) if "states the size" in row.reason.sentence]
    assert len(told) >= len(left_out) > 0
    again = {row.uuid: row.detail.get("hash") for row in migrate(small, tmp_path / "out").rows(Kind.VERSION)}
    assert again == {row.uuid: row.detail.get("hash") for row in result.rows(Kind.VERSION)}


def test_the_packet_of_a_photo_without_a_size_states_its_turn_and_its_words(
    small: Source, migrate: Callable[..., Result], tmp_path: Path
) -> None:
    spoil(small, 0, properties=True)
    result = migrate(small, tmp_path / "out")
    sidecars = [r for r in result.rows(Kind.VERSION) if r.state is State.DONE and r.detail.get("sidecar")]
    assert sidecars
    for row in sidecars:
        content = (tmp_path / "out" / str(row.detail["sidecar"])).read_bytes()
        assert b"tiff:Orientation" in content
        assert b"tiff:ImageWidth" not in content
        assert read_packet(content, "x").stamp is not None
    embedded = [r for r in result.rows(Kind.VERSION) if r.detail.get("placement") == "embedded"]
    paths = [tmp_path / "out" / str(row.detail["path"]) for row in embedded]
    packets = {path.suffix.lower(): extract(path) or b"" for path in paths}
    stated = {suffix for suffix, packet in packets.items() if b"tiff:ImageWidth" in packet}
    assert stated == packets.keys() - {".dng"}
    assert ".jpg" in stated

"""Lightroom catalogs: the real one is read whole, other versions too, and no text of theirs is executed."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from couloir.errors import BadCatalog
from couloir.lightroom.lrcat import Catalog
from couloir.lightroom.lrcat_text import decode, parse
from lrcat_files import NEUTRAL, Row, compressed, settings_text, write_catalog


def test_the_real_lightroom_5_catalog_is_read_whole_and_untouched(samples: Path) -> None:
    file = samples / "lightroom" / "test_catalog_1.lrcat"
    before = hashlib.sha256(file.read_bytes()).hexdigest(), sorted(file.parent.iterdir())
    with Catalog(file) as catalog:
        photos = list(catalog.photos())
        assert catalog.version == "0500006"
    assert [(p.file_name, p.file_size, p.size, p.camera) for p in photos] == [
        ("_MAX7667.NEF", 14114354, (4256, 2832), "NIKON D700"),
        ("_MAX7674.NEF", 14057571, (4256, 2832), "NIKON D700"),
        ("_MAX3047.jpg", 1489140, (2048, 1363), "NIKON D700"),
        ("_MAX3065.jpg", 2215143, (2048, 1363), "NIKON D700"),
    ]
    assert [p.developed.as_shot for p in photos] == [(2900.0, 4.0), (3450.0, 13.0), None, None]
    for photo in photos:
        assert photo.developed.problem == ""
        assert photo.developed.settings is not None
        assert photo.developed.settings["Exposure2012"] == 0
        assert photo.developed.settings["WhiteBalance"] == "As Shot"
    assert (hashlib.sha256(file.read_bytes()).hexdigest(), sorted(file.parent.iterdir())) == before


@pytest.mark.parametrize("old", [True, False])
def test_catalogs_of_any_age_are_read(tmp_path: Path, old: bool) -> None:
    row = Row("A.jpg", settings={**NEUTRAL, "Exposure2012": 0.35, "Contrast2012": 12.0})
    with Catalog(write_catalog(tmp_path / "a.lrcat", [row], version="0200022", old=old)) as catalog:
        (photo,) = catalog.photos()
        assert catalog.version == "0200022"
    assert photo.developed.settings is not None
    assert (photo.developed.settings["Exposure2012"], photo.developed.settings["Contrast2012"]) == (0.35, 12)
    assert photo.folder == "/Photos/2012/"
    assert photo.file_size == (None if old else 1000)


def test_compressed_and_bare_texts_are_read_too(tmp_path: Path) -> None:
    bare = settings_text({**NEUTRAL, "Look": {"Name": "Adobe Color", "Parameters": {"x-default": "a"}}}, bare=True)
    rows = [Row("A.jpg", text=compressed(bare)), Row("B.jpg", text=bare)]
    with Catalog(write_catalog(tmp_path / "a.lrcat", rows)) as catalog:
        assert [photo.developed.problem for photo in catalog.photos()] == ["", ""]


def test_what_is_only_in_the_log_of_an_open_catalog_is_read(tmp_path: Path) -> None:
    file = write_catalog(tmp_path / "a.lrcat", [Row("A.jpg")])
    with closing(sqlite3.connect(file)) as writer:
        writer.execute("PRAGMA journal_mode=WAL")
        writer.execute("PRAGMA wal_autocheckpoint=0")
        writer.execute("UPDATE AgLibraryFile SET idx_filename = 'B.jpg'")
        writer.commit()
        files = sorted((path.name, path.read_bytes()) for path in tmp_path.iterdir())
        with Catalog(file) as catalog:
            assert [photo.file_name for photo in catalog.photos()] == ["B.jpg"]
        assert sorted((path.name, path.read_bytes()) for path in tmp_path.iterdir()) == files


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("s = { Exposure2012 = os.execute('ls') }", "cannot be read"),
        ("s = { Exposure2012 = 1 + 1 }", "cannot be read"),
        ("s = { Exposure2012 = ", "cannot be read"),
        ("return {}", "cannot be read"),
        (b"\x00\x00\x00\x10\x78\x9cbroken", "cannot be read"),
        (None, "cannot be read"),
        ('s = { ProcessVersion = "5.7", Exposure = 1 }', "process version 5.7"),
        ('s = { ProcessVersion = "11.0", Exposure2012 = 99 }', "not what Lightroom writes"),
    ],
)
def test_a_text_that_is_none_is_a_problem_of_its_photo(tmp_path: Path, text: object, why: str) -> None:
    file = write_catalog(tmp_path / "a.lrcat", [Row("A.jpg"), Row("B.jpg", text=text or "")])
    with Catalog(file) as catalog:
        good, bad = catalog.photos()
    assert good.developed.settings is not None
    assert bad.developed.settings is None
    assert why in bad.developed.problem


def test_numbers_of_a_white_balance_that_is_not_in_use_are_left(tmp_path: Path) -> None:
    stated = {**NEUTRAL, "Temperature": 5200.0, "Tint": 7.0}
    rows = [
        Row("A.NEF", file_format="RAW", settings={**stated, "WhiteBalance": word}) for word in ("As Shot", "Custom")
    ]
    with Catalog(write_catalog(tmp_path / "a.lrcat", rows)) as catalog:
        as_shot, custom = (photo.developed for photo in catalog.photos())
    assert as_shot.settings is not None
    assert custom.settings is not None
    assert as_shot.as_shot == (5200.0, 7.0)
    assert "Temperature" not in as_shot.settings
    assert (custom.as_shot, custom.settings["Temperature"]) == (None, 5200)


@pytest.mark.parametrize("data", [b"", b"not a database at all", b"SQLite format 3\x00" + bytes(200)])
def test_what_is_no_catalog_is_refused_by_name(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "a.lrcat"
    file.write_bytes(data)
    with pytest.raises(BadCatalog, match=r"a\.lrcat"):
        Catalog(file)
    with pytest.raises(BadCatalog, match="missing"):
        Catalog(tmp_path / "missing.lrcat")


def test_a_database_of_another_program_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.lrcat"
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("CREATE TABLE other (a)")
    with pytest.raises(BadCatalog, match="Adobe_images"):
        Catalog(file)


NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,12}", fullmatch=True).filter(lambda name: name not in ("true", "false"))
SCALARS = st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, min_size=1, max_size=4) | st.dictionaries(NAMES, inner, min_size=1, max_size=4),
    max_leaves=12,
)


@settings(deadline=None)
@given(st.dictionaries(NAMES | st.just("x-default"), VALUES, min_size=1, max_size=6), st.booleans())
def test_what_is_written_is_read_back(fields: dict[str, object], bare: bool) -> None:
    assert parse(settings_text(fields, bare=bare)) == fields


@settings(deadline=None)
@given(st.text(alphabet='s={}[]"\\, \n=a1.e-', max_size=60) | st.binary(max_size=60))
def test_no_text_does_more_than_raise_a_value_error(stored: str | bytes) -> None:
    with suppress(ValueError):
        parse(decode(stored))


def test_deep_texts_are_refused_before_they_hurt() -> None:
    with pytest.raises(ValueError, match="deep"):
        parse("s = " + "{ a = " * 5000 + "1" + " }" * 5000)

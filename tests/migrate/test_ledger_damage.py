"""A ledger that is damaged on disk: every changed bit is noticed, and the last whole state is restored."""

from __future__ import annotations

import random
import shutil
import sqlite3
from contextlib import closing, suppress

import pytest

from couloir.aperture.library import Library
from couloir.cli import main
from couloir.errors import CouloirError, LedgerDamaged
from couloir.migrate.handover.session import handing_over
from couloir.migrate.ledger import backup as ledger_backup
from couloir.migrate.ledger import seal as ledger_seal
from couloir.migrate.ledger import sums as ledger_sums
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.run import LEDGER, RESTORED, open_ledger
from couloir.migrate.verify import verify
from sample_library import build_library

FLIPS = 200


@pytest.fixture(scope="module")
def made(tmp_path_factory, migrate):
    folder = tmp_path_factory.mktemp("rot")
    build_library(folder / "Sample.aplibrary", masters=5, write_plists=False)
    with pytest.raises(SystemExit) as ended:
        main(["migrate", str(folder / "Sample.aplibrary"), "--to", str(folder / "out"), "--pictures", "0"])
    assert ended.value.code in (0, None)
    return folder


@pytest.fixture
def out(made, tmp_path):
    shutil.copytree(made / "out", tmp_path / "out")
    ledger_seal._trusted.clear()  # as another process
    return tmp_path / "out"


def _entries(out):
    with Ledger.open_to_read(out / LEDGER) as ledger:
        return list(ledger.entries())


def _flips(size, number, seed):
    """(byte, mask): seeded, half of them in the first page, where the words are that say what the file is."""
    draw = random.Random(seed)
    return [(draw.randrange(4096 if n % 8 == 0 else size), 1 << draw.randrange(8)) for n in range(number)]


def test_no_turned_bit_of_a_ledger_is_unnoticed_and_each_is_told_as_damage(out):
    file, before = out / LEDGER, _entries(out)
    content, token = file.read_bytes(), ledger_sums.read(out / LEDGER).token.encode()
    for place, mask in _flips(len(content), FLIPS, seed=14):
        rotten = bytearray(content)
        rotten[place] ^= mask
        file.write_bytes(rotten)
        if token in content[max(0, place - 24) : place + 24]:  # in the seal's own row, which only unseals
            assert _entries(out) == before
            continue
        with pytest.raises(LedgerDamaged):
            verify(out)
        with pytest.raises(LedgerDamaged), handing_over(out):
            pass
        for left in ("-wal", "-shm"):
            file.with_name(file.name + left).unlink(missing_ok=True)
    file.write_bytes(content)
    assert verify(out).problems == []


def test_a_migration_brings_back_the_last_whole_state_and_says_so(made, out, capsys):
    file, before = out / LEDGER, _entries(out)
    content = file.read_bytes()
    for place, mask in _flips(len(content), 6, seed=3):
        rotten = bytearray(content)
        rotten[place] ^= mask
        file.write_bytes(rotten)
        with pytest.raises(SystemExit) as ended:
            main(["migrate", str(made / "Sample.aplibrary"), "--to", str(out), "--pictures", "0"])
        assert ended.value.code in (0, None)
        assert "was restored to its state after the last complete run" in capsys.readouterr().out
        assert [entry.row for entry in _entries(out)] == [entry.row for entry in before]
        assert verify(out).problems == []
        content = file.read_bytes()
    kept = [p for p in file.parent.iterdir() if p.name.startswith("ledger-damaged-") and p.suffix == ".sqlite3"]
    assert len(kept) == 6, "what was damaged is kept"
    with Ledger.open_to_read(file) as ledger:
        assert RESTORED in {finding.code for finding in ledger.findings()}


def test_a_turned_bit_without_sums_ends_in_words_and_never_as_a_fault(made, out, capsys):
    # As after a killed process: only the structure can be checked, and each text as it is read.
    file = out / LEDGER
    ledger_sums.sums_of(file).unlink()
    (file.parent / ledger_backup.NAME).unlink()
    content, told = file.read_bytes(), 0
    for place, mask in _flips(len(content), 40, seed=5):
        rotten = bytearray(content)
        rotten[place] ^= mask
        file.write_bytes(rotten)
        try:
            verify(out)
        except CouloirError:
            told += 1
        with suppress(SystemExit):
            main(["migrate", str(made / "Sample.aplibrary"), "--to", str(out), "--pictures", "0", "--dry-run"])
        said = capsys.readouterr()
        assert "fault" not in said.err, said.err
    assert told > 0


def test_a_backup_that_is_damaged_itself_is_not_put_in_place(out):
    file = out / LEDGER
    backup = file.parent / ledger_backup.NAME
    for each in (file, backup):
        content = bytearray(each.read_bytes())
        content[5000] ^= 1
        each.write_bytes(content)
    assert not ledger_backup.restore(file)
    with pytest.raises(LedgerDamaged, match="restores the last complete state"):
        verify(out)


@pytest.mark.parametrize("share", [0, 0.3, 0.9])
def test_a_ledger_that_was_emptied_or_cut_is_damaged_and_comes_back(made, out, capsys, share):
    file, before = out / LEDGER, _entries(out)
    content = file.read_bytes()
    file.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(LedgerDamaged):
        verify(out)
    with pytest.raises(SystemExit):
        main(["migrate", str(made / "Sample.aplibrary"), "--to", str(out), "--pictures", "0"])
    assert "was restored to its state" in capsys.readouterr().out
    assert [entry.row for entry in _entries(out)] == [entry.row for entry in before]


def test_a_ledger_that_is_gone_comes_back_from_its_backup(made, out):
    before = _entries(out)
    (out / LEDGER).unlink()
    with Library.open(made / "Sample.aplibrary") as library, open_ledger(library, out) as ledger:
        assert [entry.row for entry in ledger.entries()] == [entry.row for entry in before]


def test_sums_that_are_damaged_accuse_nobody(out):
    sums = ledger_sums.sums_of(out / LEDGER)
    content = bytearray(sums.read_bytes())
    content[60] ^= 1
    sums.write_bytes(content)
    assert verify(out).problems == []


def test_a_ledger_that_was_put_back_alone_from_a_backup_is_no_damage(made, out):
    file = out / LEDGER
    old = file.read_bytes()
    with Library.open(made / "Sample.aplibrary") as library, open_ledger(library, out) as ledger:
        ledger.begin_run({"later": True})
    assert file.read_bytes() != old
    file.write_bytes(old)
    ledger_seal._trusted.clear()
    assert verify(out).problems == []


def test_a_brief_session_renews_the_sums_of_what_it_changed(out):
    file = out / LEDGER
    for number in range(3):
        with handing_over(out) as handover, handover.ledger.transaction():
            handover.ledger.set_fact("number", str(number) * 9000)  # grows, and shrinks, by pages
        sums = ledger_sums.read(file)
        assert sums is not None
        assert ledger_sums.find_difference(file, sums) is None
        assert ledger_sums.take_sums(file, sums.token, sums.page_size).pages == sums.pages
        with Ledger.open_to_read(file) as ledger:
            assert ledger_seal._token(ledger.connection) == sums.token


def test_a_session_that_was_killed_leaves_no_seal_and_no_false_alarm(out):
    with Ledger.open(out / LEDGER) as ledger:
        with ledger.transaction():
            ledger.set_fact("number", "1")
        shutil.copytree(out, out.parent / "killed")
    ledger_seal._trusted.clear()
    with Ledger.open(out.parent / "killed" / LEDGER) as ledger:
        assert ledger.fact("number") == "1"
        assert ledger_seal._token(ledger.connection) == ""


def test_a_change_by_whatever_program_breaks_the_seal_and_is_no_damage(out):
    with closing(sqlite3.connect(out / LEDGER)) as connection:
        tables = [name for [name] in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        for table in set(tables) - {"seal", "schema_step"}:
            names = {
                name for [name] in connection.execute("SELECT name FROM sqlite_schema WHERE tbl_name = ?", (table,))
            }
            assert {f"{table}_{event}_unseals" for event in ("insert", "update", "delete")} <= names, table
        with connection:
            connection.execute("UPDATE fact SET value = 'edited' WHERE key = 'library_name'")
    with Ledger.open_to_read(out / LEDGER) as ledger:
        assert ledger.fact("library_name") == "edited"


def test_nothing_is_read_twice_by_a_process_that_has_checked_it(out, monkeypatch):
    read = []
    whole = ledger_sums.find_difference
    monkeypatch.setattr(ledger_sums, "find_difference", lambda *found: read.append(1) or whole(*found))
    for number in range(3):
        with handing_over(out) as handover, handover.ledger.transaction():
            handover.ledger.set_fact("number", str(number))
    assert read == [1]

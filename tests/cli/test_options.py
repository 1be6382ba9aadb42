"""Options that several commands take: disks of originals, and one project."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from couloir.cli import main
from sample_library import build_library


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("options")
    build_library(folder / "Sample.aplibrary", masters=16, pictures="tiny", references=folder / "Volumes")
    return folder / "Sample.aplibrary"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[object, str, str]]:
    """Exit code, stdout, stderr of a command."""

    def ran(*arguments: object) -> tuple[object, str, str]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(each) for each in arguments])
        return ended.value.code, *capsys.readouterr()

    return ran


def ask(library: Path, sql: str, *values: object) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(f"{(library / 'Database/apdb/Library.apdb').as_uri()}?mode=ro", uri=True)) as database:
        return database.execute(sql, values).fetchall()


def test_a_disk_is_checked_by_its_name_and_its_folder(
    run: Callable[..., tuple[object, str, str]], library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [str(name) for [name] in ask(library, "SELECT name FROM RKVolume WHERE name <> ''")]
    assert names
    code, _, told = run("inspect", library, "--volume", f"{names[0]}={tmp_path / 'nowhere'}")
    assert code == 2
    assert f"there is no folder {tmp_path / 'nowhere'}" in told
    code, _, told = run("inspect", library, "--volume", f"Misspelt={tmp_path}")
    assert code == 2
    assert "knows no disk 'Misspelt'" in told
    assert names[0] in told
    monkeypatch.setenv("HOME", str(library.parent))
    monkeypatch.setenv("USERPROFILE", str(library.parent))
    code, plain, _ = run("inspect", library, "--json")
    code, given, _ = run("inspect", library, "--json", "--volume", f"{names[0]}=~/Volumes/{names[0]}")
    assert code == 0
    assert len(json.loads(given)["offline_originals"]) < len(json.loads(plain)["offline_originals"])


def test_one_project_is_summed_alone(
    run: Callable[..., tuple[object, str, str]], library: Path, tmp_path: Path
) -> None:
    [[project, photos], *_] = ask(
        library,
        "SELECT m.projectUuid, count(*) FROM RKMaster m JOIN RKFolder f ON f.uuid = m.projectUuid AND f.folderType = 2"
        " AND NOT f.isInTrash GROUP BY 1 ORDER BY 2 DESC",
    )
    _, printed, _ = run("migrate", library, "--to", tmp_path / "out", "--dry-run", "--json", "--only", project)
    document = json.loads(printed)
    sums = {line["kind"]: line for line in document["balance"]}
    assert (sums["master"]["total"], sums["project"]["total"]) == (photos, 1)
    assert sums["operation"]["total"] < sum(1 for _ in ask(library, "SELECT 1 FROM RKImageAdjustment"))
    assert document["balances"] is True
    assert "scope" not in {each["code"] for each in document["reasons"]}

"""A library with every kind of damage that the generator knows is migrated to the end, and each kind is reported."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from couloir.errors import NotAll
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.reasons import State
from couloir.migrate.run import LEDGER
from sample_library import ANOMALIES, Manifest, build_library

Couloir = Callable[..., subprocess.CompletedProcess[str]]
Damaged = tuple[Path, Manifest, bool]
"""The library, what was planted in it, and whether it has the shape of 3.1.2."""

# Nothing of the photo is lost or changed, so there is nothing to tell: what is odd is put right from another place.
WHOLE = {
    "false-missing",  # the file is there, whatever isMissing says
    "zero-crop",  # a crop without area is none
    "missing-plists",
    "cut-plists",  # the databases have all
    "no-size-zero",
    "no-size-null",  # the properties and the file state the size
    "no-number-null",
    "no-number-zero",  # it is shown like others
    "missing-zone",
    "unknown-zone",
    "cocoa-time-zone",  # the wall clock stands in the properties
    "deep-keyword",
    "two-white-balances",  # told at their adjustments' fidelity
}
# Counted in the report, since only Aperture can make them anew; a black one is seen when it is compared.
PREVIEWS = {"stale-preview", "missing-preview", "empty-preview", "black-preview"}
# The photographer's own words: the audit names the fields.
WORDS = {"own-field", "own-iptc"}


@pytest.fixture(scope="module", params=[False, True], ids=["3.6", "3.1.2"])
def damaged(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Damaged:
    folder = tmp_path_factory.mktemp("damaged")
    library = folder / "Damaged.aplibrary"
    manifest = build_library(
        library, masters=120, seed=2, anomalies=["all"], references=folder / "Volumes", older=request.param
    )
    return library, manifest, request.param


def names_of(item: str, manifest: Manifest) -> set[str]:
    """The uuids under which what was planted can be told: the row's own, and those of its photo."""
    found = {item}
    for version in manifest.versions:
        if item in (version["uuid"], version["master"]):
            found |= {version["uuid"], version["master"]}
    return found


def hashed(root: Path) -> dict[str, str]:
    files = (path for path in sorted(root.rglob("*")) if path.is_file())
    return {path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_a_library_with_every_kind_of_damage_ends_balances_and_names_each(
    couloir: Couloir, damaged: Damaged, tmp_path: Path
) -> None:
    library, manifest, is_older = damaged
    assert {planted.name for planted in manifest.anomalies} == set(ANOMALIES)
    before = hashed(library)
    result = couloir("migrate", library, "--to", tmp_path / "out", "--pictures", "3", "--json")
    assert result.returncode == NotAll.exit_code, result.stderr
    assert "Traceback" not in result.stderr + result.stdout
    document = json.loads(result.stdout)
    assert document["balances"] is True
    assert hashed(library) == before
    with Ledger.open_to_read(tmp_path / "out" / LEDGER) as ledger:
        rows = [entry.row for entry in ledger.entries()]
        findings = list(ledger.findings())
    assert [row.reason.sentence for row in rows if row.reason.code == "fault"] == []
    told = {row.uuid for row in rows if row.state in (State.FAILED, State.WAITING)}
    told |= {row.uuid for row in rows if row.state is State.SKIPPED and row.reason.code != "version.original-record"}
    told |= {row.uuid for row in rows if row.detail.get("lost")}  # parts that were not translated
    told |= {finding.item for finding in findings}
    unnamed = {planted.name for planted in manifest.anomalies if not names_of(planted.item, manifest) & told}
    # Where no version is marked as shown, a mark of 0 hides nothing.
    silent = WHOLE | PREVIEWS | WORDS | ({"out-of-view"} if is_older else set())
    assert unnamed <= silent
    report = json.loads(Path(document["report"]["json"]).read_text(encoding="utf-8"))["previews"]
    assert report["missing"] >= 2
    assert report["stale"] >= 1
    verified = couloir("verify", tmp_path / "out")
    assert "Traceback" not in verified.stderr
    # The three originals that a failing disk has destroyed are problems still, and the only ones.
    assert verified.returncode == 40
    problems = json.loads(couloir("verify", tmp_path / "out", "--json").stdout)["problems"]
    words = ("is empty", "holds zeros", "is cut off")
    assert len(problems) == len(words)
    assert all(any(word in problem["what"] for problem in problems) for word in words)

"""Every package is pinned by version and hash, independent of an index, and without known advisories."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.version import Version

import audit
import lock

PIN = "click==8.5.1 ; sys_platform == 'linux' \\\n    --hash=sha256:" + "0" * 64 + "\n"


@pytest.mark.parametrize("name", lock.LOCKS)
def test_a_lock_is_whole_and_fits_what_the_project_asks_for(name: str) -> None:
    assert list(lock.faults(name)) == []


@pytest.mark.parametrize("name", lock.LOCKS)
def test_a_lock_names_no_index_no_address_and_no_folder(name: str) -> None:
    text = lock.path_of(name).read_text(encoding="utf-8")
    assert not re.search(r"https?:|file:|index|find-links|trusted-host|@ ", text)
    outside = [line for line in text.splitlines() if "/" in line and not line.startswith("#")]
    assert outside == []


def test_both_locks_pin_the_same_versions() -> None:
    dev, release = (lock.pins(lock.path_of(name).read_text(encoding="utf-8")) for name in ("dev", "release"))
    assert {package: dev.get(package) for package in release} == release


@pytest.mark.parametrize(
    "broken",
    [
        PIN.partition("\n")[0] + "\n",  # no hash
        PIN + "rich>=13\n",
        PIN + "--index-url https://example.org\n",
        PIN + "./a-folder\n",
        PIN.replace("0" * 64, "0" * 63),
        PIN.partition("\n")[0] + "\n" + PIN,
    ],
)
def test_a_line_that_pins_nothing_is_refused(broken: str) -> None:
    assert lock.pins(PIN) == {"click": ("8.5.1",)}
    assert lock.pins(PIN + PIN.replace("8.5.1", "8.4")) == {"click": ("8.5.1", "8.4")}
    with pytest.raises(ValueError, match=r"hash|neither"):
        lock.pins(broken)


def test_a_lock_that_does_not_fit_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in lock.LOCKS:
        text = lock.path_of(name).read_text(encoding="utf-8")
        (tmp_path / f"{name}.txt").write_text(re.sub(r"^flask==[\d.]+", "flask==2.0", text, flags=re.MULTILINE))
    monkeypatch.setattr(lock, "path_of", lambda name: tmp_path / f"{name}.txt")
    [fault] = lock.faults("release")
    assert "flask 2.0, but pyproject.toml asks for >=3.1" in fault
    (tmp_path / "release.txt").write_text(PIN)
    assert any("does not pin numpy" in fault for fault in lock.faults("release"))


def test_the_lock_of_the_site_has_nothing_of_couloirs_own() -> None:
    docs, release = (lock.pins(lock.path_of(name).read_text(encoding="utf-8")) for name in ("docs", "release"))
    assert "mkdocs-material" in docs
    assert "mkdocs-material" not in release
    assert "numpy" not in docs


# Advisories


def _advisory(*events: dict[str, str], versions: tuple[str, ...] = ()) -> audit.Advisory:
    package = {"ecosystem": "PyPI", "name": "Some_Package"}
    return {
        "affected": [{"package": package, "versions": versions, "ranges": [{"type": "ECOSYSTEM", "events": events}]}]
    }


@pytest.mark.parametrize(
    ("advisory", "affected", "sound"),
    [
        (_advisory({"introduced": "0"}, {"fixed": "2.1"}), ("0.1", "2.0", "2.1rc1"), ("2.1", "3")),
        (_advisory({"introduced": "1.0"}, {"last_affected": "1.10"}), ("1.0", "1.9", "1.10"), ("0.9", "1.11")),
        (_advisory({"introduced": "3"}), ("3", "99"), ("2.9",)),
        (
            _advisory({"fixed": "2.5"}, {"introduced": "2"}, {"introduced": "1"}, {"fixed": "1.5"}),
            ("1", "2", "2.4"),
            ("0", "1.5", "2.5"),
        ),
        (_advisory(versions=("1.2.3",)), ("1.2.3",), ("1.2.4",)),
    ],
)
def test_a_version_is_affected_as_the_format_defines_it(
    advisory: audit.Advisory, affected: tuple[str, ...], sound: tuple[str, ...]
) -> None:
    assert all(audit.applies(advisory, "some-package", version) for version in affected)
    assert not any(audit.applies(advisory, "some-package", version) for version in sound)
    assert not any(audit.applies(advisory, "another", version) for version in affected)


def test_no_advisory_applies_to_what_is_pinned() -> None:
    done = subprocess.run([sys.executable, "scripts/audit.py"], cwd=lock.PROJECT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert re.search(r"\d+ packages, \d+ advisories of \d{4}-\d\d-\d\d: none applies", done.stdout)


def test_what_applies_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(audit, "pinned", lambda: {"filelock": {"3.20.0"}, "waitress": {"2.1.1"}})
    monkeypatch.setattr(sys, "argv", ["audit.py"])
    assert audit.main() == 1
    told = capsys.readouterr().out
    assert "filelock 3.20.0: CVE-2025-68146" in told
    assert "waitress 2.1.1: PYSEC-2022-205" in told


def test_every_kept_advisory_can_be_evaluated() -> None:
    for advisory in json.loads(audit.KEPT.read_text(encoding="utf-8"))["advisories"]:
        for affected in advisory["affected"]:
            for span in affected["ranges"]:
                for event in span["events"]:
                    assert all(Version(str(value)) for value in event.values()), advisory["id"]
            assert not audit.applies(advisory, "a-package-that-is-in-none", "1")

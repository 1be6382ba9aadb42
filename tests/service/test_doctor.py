"""The doctor recognises each problem, names one next step, and writes a report without private data."""

from __future__ import annotations

import errno
import json
import os
import re
import sys
import tomllib
import zipfile
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from couloir import __version__
from couloir.cli import doctor as doctor_command
from couloir.derive.residual.store import ModelStore
from couloir.installing import own_command
from couloir.profiles.profile_folder import ProfileFolder
from couloir.service import doctor
from couloir.service.background.supervisor import Ran
from couloir.service.doctor import Row, Verdict, examine, next_step, report_zip
from couloir.service.installation import plugin
from couloir.service.jobs.journal import Journal
from couloir.service.process import runtime
from couloir.service.process.settings import ServiceSettings

PROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"


def _no_manager(command) -> Ran:
    """Nothing is installed; the service manager itself runs."""
    return Ran(int("show-environment" not in command), "")


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    folder = tmp_path / "home" / "ansel"
    (folder / "Pictures").mkdir(parents=True)
    monkeypatch.setattr(Path, "home", lambda: folder)
    return folder


@pytest.fixture
def settings(home):
    return ServiceSettings(state_dir=home / "state")


def test_a_machine_where_nothing_is_installed_yet_is_told_to_install(settings):
    rows = examine(settings, _no_manager)
    assert {row.verdict for row in rows} <= {Verdict.OK, Verdict.WARNING}
    assert next_step(rows) == "Run `couloir service install`."


def test_without_a_session_the_service_is_run_by_hand(settings):
    rows = {row.check: row for row in examine(settings, lambda _command: Ran(1, "Failed to connect to bus"))}
    assert "does not run in this session" in rows["Background service"].detail
    assert "couloir serve" in rows["Background service"].next_step


def test_the_next_step_is_that_of_the_worst_thing():
    rows = [
        Row("a", Verdict.OK, ""),
        Row("b", Verdict.WARNING, "", "Later."),
        Row("c", Verdict.BAD, "", "First."),
        Row("d", Verdict.BAD, "", "Second."),
    ]
    assert next_step(rows) == "First."
    assert next_step(rows[:2]) == "Later."
    assert next_step(rows[:1]) == ""


@pytest.mark.parametrize(
    ("version", "verdict"), [((3, 10, 9), Verdict.BAD), ((3, 11, 0), Verdict.OK), ((4, 0), Verdict.OK)]
)
def test_an_old_python_is_named(version, verdict):
    row = doctor.check_python(version)
    assert row.verdict is verdict
    assert bool(row.next_step) == (verdict is Verdict.BAD)


def test_a_missing_package_is_named(monkeypatch):
    monkeypatch.setattr(doctor, "PACKAGES", ("flask", "no-such-package"))
    row = doctor.check_packages()
    assert row.verdict is Verdict.BAD
    assert "no-such-package" in row.detail
    assert "flask" not in row.detail


@pytest.mark.parametrize(
    ("system", "number", "step"),
    [
        ("darwin", errno.EPERM, "Full Disk Access"),
        ("darwin", errno.EACCES, "read access"),
        ("linux", errno.EPERM, "read"),
    ],
)
def test_a_refusal_by_macos_privacy_is_told_from_a_missing_permission(monkeypatch, system, number, step):
    def refuse(_folder):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "scandir", refuse)
    monkeypatch.setattr(sys, "platform", system)
    row = doctor.check_readable(Path("/Volumes/Old"))
    assert row.verdict is Verdict.BAD
    assert step in row.next_step


def test_a_folder_that_nobody_named_need_not_be_there_and_a_named_one_must(tmp_path):
    assert doctor.check_readable(tmp_path / "nowhere").verdict is Verdict.OK
    assert doctor.check_given(tmp_path).verdict is Verdict.OK
    row = doctor.check_given(tmp_path / "nowhere")
    assert (row.verdict, row.detail) == (Verdict.BAD, "no such folder")
    assert str(tmp_path / "nowhere") in row.next_step


def test_every_package_that_is_asked_for_is_checked():
    asked = tomllib.loads(PROJECT.read_text("utf-8"))["project"]["dependencies"]
    names = {re.match(r"[\w.-]+", each)[0] for each in asked}
    assert names == {*doctor.PACKAGES, *doctor.OPTIONAL}


def test_the_model_and_the_learnt_profiles_are_looked_at(tmp_path):
    assert doctor.check_model(ModelStore()).verdict is Verdict.OK
    row = doctor.check_model(ModelStore(tmp_path))
    assert row.verdict is Verdict.WARNING
    assert "by formulas alone" in row.detail
    assert doctor.check_profiles(ProfileFolder(tmp_path)).detail == "none yet"
    (tmp_path / "Aperture X.dcp").write_bytes(b"not a profile")
    assert doctor.check_profiles(ProfileFolder(tmp_path)).verdict is Verdict.WARNING


def test_without_onnxruntime_one_sentence_says_what_that_means(monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    row = doctor.check_model(ModelStore())
    told = "not used, because onnxruntime is missing: looks are translated by formulas alone"
    assert (row.verdict, row.detail) == (Verdict.WARNING, told)
    assert "onnxruntime>=1.20" in row.next_step
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    monkeypatch.setattr(sys, "version_info", (3, 14, 0, "final", 0))
    assert "up to Python 3.13 there is" in doctor.check_model(ModelStore()).next_step


def test_a_plugin_of_another_version_is_named(tmp_path):
    assert doctor.check_plugin("linux", tmp_path, {}).verdict is Verdict.OK
    assert "lies elsewhere" in doctor.check_plugin("darwin", tmp_path, {}).detail
    modules = plugin.modules_folder("darwin", tmp_path, {})
    place = plugin.install(modules, own_command()).path
    assert doctor.check_plugin("darwin", tmp_path, {}).verdict is Verdict.OK
    (place / plugin.MANIFEST).unlink()
    info = (place / "Info.lua").read_text("utf-8")
    (place / "Info.lua").write_text(info.replace(__version__, "0.0.9"), "utf-8")
    (place / "Installed.lua").write_text("return {}", "utf-8")
    row = doctor.check_plugin("darwin", tmp_path, {})
    assert (row.verdict, "0.0.9" in row.detail) == (Verdict.WARNING, True)
    assert "couloir plugin install" in row.next_step


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has access lists")
def test_a_state_folder_open_to_others_is_named(tmp_path):
    tmp_path.chmod(0o755)
    row = doctor.check_state_folder(tmp_path)
    assert row.verdict is Verdict.WARNING
    assert "chmod 700" in row.next_step
    tmp_path.chmod(0o700)
    assert doctor.check_state_folder(tmp_path).verdict is Verdict.OK


def test_a_full_disk_is_named(monkeypatch, tmp_path):
    assert doctor.check_disk(tmp_path / "not" / "yet").verdict is Verdict.OK
    monkeypatch.setattr(doctor, "LOW_DISK", 2**63)
    assert doctor.check_disk(tmp_path).verdict is Verdict.WARNING


def test_a_damaged_journal_is_named_and_left_as_it_is(tmp_path):
    file = tmp_path / "jobs.sqlite3"
    file.write_bytes(b"no database at all" * 100)
    assert doctor.check_journal(file).verdict is Verdict.WARNING
    assert file.read_bytes() == b"no database at all" * 100


def test_a_service_that_answers_is_ok_and_one_that_died_is_not(running, tmp_path):
    file = tmp_path / "daemon.json"
    info = runtime.describe_self(running.client.port, running.client.token)
    runtime.publish(file, info)
    assert doctor.check_running(file).verdict is Verdict.OK
    for change, words in (
        ({"version": "0.0.1"}, "still runs"),
        ({"started": "before"}, "ended unexpectedly"),
        ({"port": 1}, "does not answer"),
    ):
        runtime.publish(file, msgspec.structs.replace(info, **change))
        row = doctor.check_running(file)
        assert row.verdict is not Verdict.OK
        assert words in row.detail
        assert "restart" in row.next_step


def test_the_report_has_logs_versions_and_counts_and_nothing_private(settings, home, tmp_path):
    runtime.prepare_folder(settings.state_dir)
    runtime.publish(settings.runtime_file, runtime.describe_self(4711, "the-secret-token"))
    settings.log_file.parent.mkdir()
    settings.log_file.write_text(f"read {home}/Pictures\nwith the-secret-token\n")
    settings.log_file.with_name("daemon.log.1").write_text("older\n")
    (settings.state_dir / "photo.jpg").write_bytes(b"a photo")
    journal = Journal(settings.journal_file)
    journal.add("0" * 32, "import", '{"path": "/secret/wedding.aplibrary"}', None)
    journal.close()
    rows = examine(settings, _no_manager, [home / "Libraries"])
    path = report_zip(tmp_path / "report.zip", rows, settings)
    with zipfile.ZipFile(path) as archive:
        assert set(archive.namelist()) == {"facts.json", "logs/daemon.log", "logs/daemon.log.1"}
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    everything = "\n".join(texts.values())
    for private in (str(home), "the-secret-token", "wedding", "a photo"):
        assert private not in everything
    facts = json.loads(texts["facts.json"])
    assert facts["versions"]["couloir"]
    assert facts["jobs"]["queued"] == 1
    assert len(facts["checks"]) == len(rows)
    assert texts["logs/daemon.log"] == "read [pictures]\nwith [token]\n"


def test_the_command_prints_a_table_and_one_next_step(monkeypatch, settings, tmp_path):
    monkeypatch.setattr(doctor_command, "ServiceSettings", lambda: settings)
    rows = [Row("Python", Verdict.OK, "3.13"), Row("Disk [red]", Verdict.BAD, "full", "Free some space.")]
    monkeypatch.setattr(doctor_command, "examine", lambda settings, folders: rows)
    report = tmp_path / "report.zip"
    result = CliRunner().invoke(doctor_command.command, ["--report", str(report)], standalone_mode=False)
    assert result.return_value == 1
    assert "Next: Free some space." in result.output
    assert report.exists()
    monkeypatch.setattr(doctor_command, "examine", lambda settings, folders: rows[:1])
    result = CliRunner().invoke(doctor_command.command, [], standalone_mode=False)
    assert (result.return_value, result.output.splitlines()[-1]) == (0, "Next: nothing, all is well.")

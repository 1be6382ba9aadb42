"""`couloir doctor`: checks everything that the service needs, from Python to permissions, and names one next step.

Each check is a function that checks one thing and returns a `Row`; none changes anything. The report is a zip for a
bug report: the table, versions, counts and logs. It holds no photo, no name from a library, no path but those
of the program itself, and no token (`couloir.service.process.anonymous`).
"""

from __future__ import annotations

import errno
import http.client
import importlib.metadata
import importlib.util
import io
import os
import platform
import secrets
import shutil
import sqlite3
import stat
import sys
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

import msgspec

import couloir
from couloir import __version__
from couloir.derive.residual.store import ModelStore
from couloir.engines.dng.raw import missing_decoder
from couloir.errors import CouloirError, NoModulesFolder, NoSession, PackageMissing
from couloir.installing import command_to_install, own_command
from couloir.profiles.profile_folder import ProfileFolder
from couloir.service.background import Run, Supervisor, current_spec, recipe_for, run_program
from couloir.service.http import proof
from couloir.service.installation import plugin
from couloir.service.jobs.journal import Journal
from couloir.service.process import runtime
from couloir.service.process.anonymous import Anonymiser, Place, anonymiser
from couloir.service.process.logs import log_files, redact
from couloir.service.process.settings import HOST, MIB, ServiceSettings

OLDEST_PYTHON: Final = (3, 11)
LOW_DISK: Final = 500 * MIB
# What pyproject.toml asks for on every system; a test compares the two. rawpy and onnxruntime have checks of their own,
# because Couloir works without them.
PACKAGES: Final = (
    "click",
    "filelock",
    "flask",
    "jinja2",
    "lxml",
    "mac-alias",
    "msgspec",
    "numpy",
    "pillow",
    "platformdirs",
    "rich",
    "tzdata",
    "waitress",
    "watchdog",
)
OPTIONAL: Final = ("onnxruntime", "rawpy")
_FULL_DISK_ACCESS: Final = (
    "Open System Settings > Privacy & Security > Full Disk Access, add {program} there, and restart the service."
)


class Verdict(StrEnum):
    """The result of one check."""

    OK = "ok"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table. `next_step` is one sentence, empty when nothing needs doing."""

    check: str
    verdict: Verdict
    detail: str
    next_step: str = ""


def examine(settings: ServiceSettings, run: Run = run_program, folders: Sequence[Path] = ()) -> list[Row]:
    """All checks, the most basic first. `folders` are checked besides the pictures folder."""
    rows = [check_python(sys.version_info[:3]), check_packages(), check_raw_files(), check_model(ModelStore())]
    rows.append(check_profiles(ProfileFolder(settings.profiles_folder)))
    rows.append(check_state_folder(settings.state_dir))
    rows += [check_disk(settings.state_dir), check_journal(settings.journal_file)]
    rows += [check_readable(Path.home() / "Pictures"), *map(check_given, folders)]
    rows.append(check_plugin(sys.platform, Path.home(), os.environ))
    rows += [check_supervisor(settings, run), check_running(settings.runtime_file)]
    return rows


def next_step(rows: Sequence[Row]) -> str:
    """What to do first: the next step of the first bad row, else of the first row with a warning."""
    for verdict in (Verdict.BAD, Verdict.WARNING):
        for row in rows:
            if row.verdict is verdict and row.next_step:
                return row.next_step
    return ""


def check_python(version: tuple[int, ...]) -> Row:
    text = f"{'.'.join(map(str, version))} on {platform.system()} {platform.release()} ({platform.machine()})"
    if version >= OLDEST_PYTHON:
        return Row("Python", Verdict.OK, text)
    wanted = ".".join(map(str, OLDEST_PYTHON))
    return Row("Python", Verdict.BAD, text, f"Install Python {wanted} or newer and Couloir with it.")


def versions() -> dict[str, str]:
    """The version of each package that Couloir uses; empty for a missing one."""
    found = {"couloir": __version__, "python": platform.python_version()}
    for name in (*PACKAGES, *OPTIONAL):
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = ""
    return found


def check_packages() -> Row:
    missing = sorted(name for name, version in versions().items() if not version and name not in OPTIONAL)
    if not missing:
        return Row("Packages", Verdict.OK, f"all {len(PACKAGES)} are there")
    return Row("Packages", Verdict.BAD, f"missing: {', '.join(missing)}", f"Run `{command_to_install(missing)}`.")


def check_raw_files() -> Row:
    """Whether RAW photos can be measured; everything else works without."""
    missing = missing_decoder()
    if missing is None:
        return Row("RAW files", Verdict.OK, f"read by rawpy {importlib.metadata.version('rawpy')}")
    told = f"{missing.message.partition(': ')[0]}: RAW photos are not measured"
    return Row("RAW files", Verdict.WARNING, told, str(missing.facts["remedy"]))


def check_model(store: ModelStore) -> Row:
    """Whether the learned model can be used; translations come from formulas alone without."""
    name = "Learned model"
    store.model()
    status = store.status()
    if status.refusal is None:
        return Row(name, Verdict.OK, status.name)
    if isinstance(status.refusal, PackageMissing):
        told = f"not used, because {status.refusal.facts['package']} is missing: looks are translated by formulas alone"
        return Row(name, Verdict.WARNING, told, str(status.refusal.facts["remedy"]))
    instead = f"{status.name} is used instead" if status.loaded else "looks are translated by formulas alone"
    return Row(name, Verdict.WARNING, f"{status.refusal.message} Until then {instead}.", status.refusal.advice)


def check_profiles(folder: ProfileFolder) -> Row:
    """The camera profiles that `couloir profile learn` has made."""
    name = "Learnt profiles"
    found, refused = folder.read()
    text = ", ".join(sorted(found)) or "none yet"
    if not refused:
        return Row(name, Verdict.OK, text)
    return Row(name, Verdict.WARNING, refused[0].message, refused[0].advice)


def check_plugin(system: str, home: Path, environment: Mapping[str, str]) -> Row:
    """The plug-in where Lightroom looks for it; one that was added in its Plug-in Manager may be elsewhere."""
    name = "Lightroom plug-in"
    try:
        found = plugin.examine(plugin.modules_folder(system, home, environment), own_command())
    except NoModulesFolder:
        return Row(name, Verdict.OK, "not needed: Lightroom does not run on this system")
    except CouloirError as error:
        return Row(name, Verdict.WARNING, error.message, error.advice)
    if found.state is plugin.State.ABSENT:
        text = f"not in {found.path.parent}; one that was added in Lightroom's Plug-in Manager lies elsewhere"
        return Row(name, Verdict.OK, text)
    verdict = Verdict.WARNING if found.next_step else Verdict.OK
    return Row(name, verdict, f"{found.told} ({found.path})", found.next_step)


def check_state_folder(folder: Path) -> Row:
    """Whether the state folder is private and writable."""
    name = "State folder"
    if not folder.exists():
        return Row(name, Verdict.OK, f"{folder} will be made at the first start")
    if not os.access(folder, os.W_OK | os.X_OK):
        return Row(name, Verdict.BAD, f"{folder} cannot be written", f"Give yourself write access to {folder}.")
    mode = stat.S_IMODE(folder.stat().st_mode)
    if sys.platform != "win32" and mode & 0o077:
        return Row(name, Verdict.WARNING, f"{folder} is open to others ({mode:o})", f"Run `chmod 700 '{folder}'`.")
    return Row(name, Verdict.OK, str(folder))


def check_disk(folder: Path) -> Row:
    existing = next(place for place in (folder, *folder.parents) if place.exists())
    free = shutil.disk_usage(existing).free
    text = f"{free / 1e9:.1f} GB free"
    if free >= LOW_DISK:
        return Row("Disk", Verdict.OK, text)
    return Row("Disk", Verdict.WARNING, text, f"Free some space on the disk of {existing}.")


def check_journal(file: Path) -> Row:
    name = "Jobs"
    if not file.exists():
        return Row(name, Verdict.OK, "none yet")
    try:
        counts = job_counts(file)
    except CouloirError as error:
        return Row(name, Verdict.BAD, error.message, error.advice)
    except sqlite3.DatabaseError as error:
        return Row(name, Verdict.WARNING, f"the list is damaged ({error})", "Run `couloir service restart`.")
    text = ", ".join(f"{number} {state}" for state, number in counts.items() if number) or "none"
    return Row(name, Verdict.OK, text)


def job_counts(file: Path) -> dict[str, int]:
    """Jobs by state. Raises: StateTooNew, sqlite3.DatabaseError"""
    journal = Journal(file)
    try:
        return {state.value: number for state, number in journal.counts().items()}
    finally:
        journal.close()


def check_readable(folder: Path) -> Row:
    """Whether this program may read a folder; macOS asks the user once and remembers the answer."""
    name = f"Reading {folder}"
    try:
        with os.scandir(folder) as entries:
            next(entries, None)
    except FileNotFoundError:
        return Row(name, Verdict.OK, "there is no such folder")
    except OSError as error:
        return _not_readable(name, error, sys.platform)
    return Row(name, Verdict.OK, "allowed")


def check_given(folder: Path) -> Row:
    """As `check_readable`, of a folder that the user named: it should be there."""
    if folder.is_dir() or os.path.lexists(folder):
        return check_readable(folder)
    step = f"Check how {folder} is spelt, and whether its disk is connected."
    return Row(f"Reading {folder}", Verdict.BAD, "no such folder", step)


def _not_readable(name: str, error: OSError, system: str) -> Row:
    # macOS privacy protection refuses with EPERM, file permissions with EACCES.
    if system == "darwin" and error.errno == errno.EPERM:
        step = _FULL_DISK_ACCESS.format(program=sys.executable)
        return Row(name, Verdict.BAD, "refused by macOS privacy protection", step)
    return Row(name, Verdict.BAD, f"refused ({error.strerror})", "Give yourself read access to that folder.")


def check_supervisor(settings: ServiceSettings, run: Run) -> Row:
    name = "Background service"
    try:
        spec = current_spec(settings)
        supervisor = Supervisor(spec, recipe_for(spec), run)
        status = supervisor.status()
    except CouloirError as error:
        return Row(name, Verdict.WARNING, error.message, error.advice)
    if not supervisor.is_ready():
        return Row(name, Verdict.WARNING, f"{status.manager} does not run in this session", NoSession.advice)
    if not status.installed:
        return Row(name, Verdict.WARNING, f"not installed ({status.manager})", status.next_step)
    if status.next_step:
        return Row(name, Verdict.BAD, f"{status.path} needs attention", status.next_step)
    return Row(name, Verdict.OK, f"{status.manager}, {status.path}")


def check_running(file: Path) -> Row:
    """Whether the service that the runtime file names answers."""
    name = "Service"
    info = runtime.read(file)
    if info is None:
        return Row(name, Verdict.WARNING, "not running", "Run `couloir service install`, or `couloir serve`.")
    if not info.alive:
        return Row(name, Verdict.WARNING, "it ended unexpectedly", "Run `couloir service restart`.")
    connection = http.client.HTTPConnection(HOST, info.port, timeout=5)
    try:
        nonce = secrets.token_hex(16)
        connection.request("GET", "/ping", headers={proof.NONCE: nonce})
        answer = connection.getresponse()
        status, body = answer.status, answer.read()
        genuine = answer.getheader(proof.PROOF) == proof.of_answer(info.token, info.port, nonce, status, body)
    except (OSError, http.client.HTTPException) as error:
        return Row(name, Verdict.BAD, f"{info.address} does not answer ({error})", "Run `couloir service restart`.")
    finally:
        connection.close()
    if status != http.client.OK:
        return Row(name, Verdict.BAD, f"{info.address} answers {status}", "Run `couloir service restart`.")
    if not genuine:
        step = "Run `couloir service restart`; if it happens again, find the program that uses this port."
        return Row(name, Verdict.BAD, f"another program answers at {info.address}", step)
    if info.version != __version__:
        return Row(name, Verdict.WARNING, f"still runs version {info.version}", "Run `couloir service restart`.")
    return Row(name, Verdict.OK, f"{info.address}, version {info.version}, pid {info.pid}")


def report_zip(path: Path, rows: Sequence[Row], settings: ServiceSettings) -> Path:
    """Write the zip for a bug report; returns its path."""
    info = runtime.read(settings.runtime_file)
    tokens = (info.token,) if info is not None else ()
    hidden = anonymiser(settings, _own_places(settings))
    facts = {
        "versions": versions(),
        "system": {"name": platform.system(), "release": platform.release(), "machine": platform.machine()},
        "jobs": _counts_or_reason(settings.journal_file, hidden),
        "checks": [{key: hidden.text(value) for key, value in asdict(row).items()} for row in rows],
    }
    parts = {"facts.json": msgspec.json.format(msgspec.json.encode(facts)).decode()}
    for log in (*log_files(settings.log_file), settings.log_file.with_name("service.log")):
        if log.is_file():
            written = log.read_text(encoding="utf-8", errors="replace")
            for token in tokens:  # before the names, which may be part of a token
                written = written.replace(token, "[token]")
            lines = written.splitlines()
            parts[f"logs/{log.name}"] = "".join(f"{hidden.text(line)}\n" for line in lines)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, redact(text, Path.home(), tokens))
    runtime.write_private(path, content.getvalue())
    return path


def _own_places(settings: ServiceSettings) -> list[Place]:
    """Couloir's own folders: a reader of the report needs their paths, and they hold no names of a user."""
    return [
        Place(settings.state_dir, "state"),
        Place(Path(couloir.__file__).parent, "couloir"),
        Place(Path(sys.prefix), "python"),
        Place(Path(sys.base_prefix), "python"),
        Place(Path.home() / "Pictures", "pictures", inside=False),
        Place(Path.home(), "home", inside=False),
    ]


def _counts_or_reason(file: Path, hidden: Anonymiser) -> dict[str, int] | str:
    if not file.exists():
        return "none yet"
    try:
        return job_counts(file)
    except (CouloirError, sqlite3.DatabaseError) as error:
        return hidden.text(str(error))

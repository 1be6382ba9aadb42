"""The settings of one run of the service: folders and limits. No I/O beyond asking the system for its folders."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

import platformdirs

from couloir.errors import NoProfileFolder
from couloir.lightroom.camera_raw_folder import PRESETS, camera_raw_folder

HOST = "127.0.0.1"
API_VERSION = 1
STATE_VARIABLE = "COULOIR_STATE_DIR"
PRESETS_VARIABLE = "COULOIR_PRESETS_DIR"

KIB = 1024
MIB = 1024 * KIB


def default_state_dir() -> Path:
    """The folder of the service: runtime file, lock, job journal, logs.

    It is the per-user state folder on every system (not a runtime folder, which macOS lacks and which the plug-in
    could not compute from the home folder). `COULOIR_STATE_DIR` overrides it, for tests and for a second copy.
    """
    named = os.environ.get(STATE_VARIABLE)
    return Path(named) if named else platformdirs.user_state_path("couloir", appauthor=False)


def default_presets_dir() -> Path | None:
    """Camera Raw's folder of presets and profiles; None on a system that Lightroom does not run on.

    `COULOIR_PRESETS_DIR` overrides it, for tests; empty, there is none.
    """
    named = os.environ.get(PRESETS_VARIABLE)
    if named is not None:
        return Path(named) if named else None
    try:
        return camera_raw_folder(PRESETS, sys.platform, Path.home(), os.environ)
    except NoProfileFolder:
        return None


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits for clients. Sizes are bytes, times seconds."""

    body: int = 16 * MIB
    headers: int = 16 * KIB
    json_depth: int = 32
    connections: int = 2048  # see `couloir.service.http.strangers`
    silence: int = 30  # a connection that sends nothing for this long is closed
    request: int = 60  # a request must arrive completely within this time
    threads: int = 8
    jobs_at_once: int = 2
    jobs_queued: int = 64


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """`port` is tried first, another free one is used when it is taken. 0 asks for any free one: no other program can
    listen there for a client that comes before the service.

    `idle_exit` ends the service after so many seconds without an authorised request or an active job; None never does.
    `grace` is how long a stop waits for running jobs to reach a safe point; a job that has not by then continues from
    its journal. `presets_folder` gets the enhanced profiles of matched photos.
    """

    state_dir: Path = field(default_factory=default_state_dir)
    port: int = 0
    idle_exit: float | None = None
    grace: float = 5.0
    presets_folder: Path | None = field(default_factory=default_presets_dir)
    limits: Limits = field(default_factory=Limits)

    @property
    def profiles_folder(self) -> Path:
        return self.state_dir / "profiles"

    @property
    def calibrations_folder(self) -> Path:
        return self.state_dir / "calibrations"

    @property
    def runtime_file(self) -> Path:
        return self.state_dir / "daemon.json"

    @property
    def lock_file(self) -> Path:
        return self.state_dir / "daemon.lock"

    @property
    def journal_file(self) -> Path:
        return self.state_dir / "jobs.sqlite3"

    @property
    def roots_file(self) -> Path:
        return self.state_dir / "roots.json"

    @property
    def imports_folder(self) -> Path:
        return self.state_dir / "imports"

    @property
    def durations_file(self) -> Path:
        return self.state_dir / "durations.json"

    @property
    def match_journal_file(self) -> Path:
        return self.state_dir / "matchings.sqlite3"

    @property
    def corrections_file(self) -> Path:
        return self.state_dir / "corrections.sqlite3"

    @property
    def log_file(self) -> Path:
        return self.state_dir / "logs" / "daemon.log"

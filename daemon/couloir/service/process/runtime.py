"""The runtime file, by which the plug-in finds the running service, and a second start finds the first.

`daemon.json` is readable by its owner only (0600 in a 0700 folder), because it holds the token. On Windows the folder
lies in the user's profile, whose access list (the user, SYSTEM, administrators) it inherits; `protect` narrows it to
the user where `icacls` allows. It is replaced atomically, so a reader never sees half of it, and removed at exit.
After a crash it remains; then its pid and start identity show that the service no longer runs.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

import msgspec

from couloir import __version__
from couloir.service.process.pid import own_identity, start_identity
from couloir.service.process.settings import API_VERSION, HOST

log = logging.getLogger(__name__)

SCHEMA: Final = 1


class RuntimeInfo(msgspec.Struct, frozen=True, kw_only=True):
    """The content of daemon.json. `started` is the process's start identity (`couloir.service.process.pid`), not a
    clock time.
    """

    schema: int
    port: int
    token: str
    pid: int
    started: str
    version: str
    api: int
    executable: str

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def alive(self) -> bool:
        """Whether the process that wrote this file still runs."""
        return start_identity(self.pid) == self.started


def describe_self(port: int, token: str) -> RuntimeInfo:
    return RuntimeInfo(
        schema=SCHEMA,
        port=port,
        token=token,
        pid=os.getpid(),
        started=own_identity(),
        version=__version__,
        api=API_VERSION,
        executable=sys.executable,
    )


def prepare_folder(folder: Path) -> None:
    """Make the state folder, for its owner only; restricts an existing one."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    protect(folder, 0o700)


def protect(path: Path, mode: int) -> None:
    """Restrict `path` to its owner: the mode on POSIX, an access list on Windows (best effort: see the module)."""
    if sys.platform != "win32":
        path.chmod(mode)
        return
    # Files that are created in the folder later inherit its access list.
    rights = "(OI)(CI)F" if path.is_dir() else "F"
    icacls = Path(os.environ.get("SYSTEMROOT", r"C:\Windows")) / "System32" / "icacls.exe"
    done = subprocess.run(  # noqa: S603  (a program of the system; the path is our own)
        [str(icacls), str(path), "/inheritance:r", "/grant:r", f"{os.environ.get('USERNAME', '')}:{rights}"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        log.warning("icacls did not narrow the access (%d); the profile's own list holds", done.returncode)


def write_private(path: Path, content: bytes) -> None:
    """Replace a file atomically with one that only its owner can read."""
    # NamedTemporaryFile creates with mode 0600, so others can never read the content.
    with NamedTemporaryFile(dir=path.parent, prefix=path.name, suffix=".new", delete=False) as file:
        temporary = Path(file.name)
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        except OSError:
            with suppress(OSError):  # the first error is the one to report
                temporary.unlink(missing_ok=True)
            raise
    temporary.replace(path)
    protect(path, 0o600)


def publish(path: Path, info: RuntimeInfo) -> None:
    write_private(path, msgspec.json.format(msgspec.json.encode(info)) + b"\n")


def read(path: Path) -> RuntimeInfo | None:
    """The content of the runtime file; None when it is missing, or of a version that this Couloir cannot read."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=RuntimeInfo)
    except FileNotFoundError:
        return None
    except msgspec.DecodeError as error:
        log.warning("%s is not a runtime file: %s", path.name, error)
        return None


def read_live(path: Path) -> RuntimeInfo | None:
    """The content of the runtime file if the service that wrote it still runs, else None."""
    info = read(path)
    return info if info is not None and info.alive else None


def withdraw(path: Path, info: RuntimeInfo) -> None:
    """Remove the runtime file, unless another process has written its own since."""
    found = read(path)
    if found is not None and (found.pid, found.started) == (info.pid, info.started):
        try:
            path.unlink(missing_ok=True)
        except OSError as error:  # it counts as missing: its process has ended
            log.warning("%s could not be removed: %s", path, error)

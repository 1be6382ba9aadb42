"""Tells whether the process that wrote a file still runs. A pid is not enough: the system reuses it.

The start identity is a text that two processes with the same pid never share. Nothing here sends a signal; on
Windows `os.kill(pid, 0)` would end it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

_QUERY_LIMITED_INFORMATION: Final = 0x1000  # PROCESS_QUERY_LIMITED_INFORMATION
_STILL_ACTIVE: Final = 259


def start_identity(pid: int) -> str | None:
    """When the process started, in the system's own format; None when there is no such process."""
    if pid <= 0:
        return None
    if sys.platform == "win32":
        return _windows(pid)
    if Path("/proc/self/stat").exists():
        return _linux(pid)
    return _posix(pid)


def own_identity() -> str:
    """The start identity of this process."""
    identity = start_identity(os.getpid())
    if identity is None:  # the system does not show even a process's own entry
        return f"unknown-{os.getpid()}"
    return identity


def _linux(pid: int) -> str | None:
    """Field 22 of /proc/PID/stat, ticks since boot (proc(5)), with the boot's id: after a reboot ticks repeat."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return None
    # The second field is the program's name in parentheses and may itself contain spaces and parentheses.
    fields = stat.rpartition(")")[2].split()
    if fields[0] in {"Z", "X"}:
        return None
    return f"{boot}:{fields[19]}"


def _posix(pid: int) -> str | None:
    """The start time to the second, from `ps` (macOS, BSD)."""
    done = subprocess.run(  # noqa: S603  (a fixed program; the pid is a number)
        ["/bin/ps", "-o", "lstart=", "-p", str(pid)],
        capture_output=True,
        text=True,
        check=False,
        env={"LC_ALL": "C", "TZ": "UTC"},
    )
    return done.stdout.strip() or None


def _windows(pid: int) -> str | None:
    """The creation time in 100 ns units (GetProcessTimes)."""
    if sys.platform != "win32":
        raise AssertionError("asked on another system")
    import ctypes
    from ctypes import wintypes

    kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    kernel.OpenProcess.restype = wintypes.HANDLE
    handle = kernel.OpenProcess(_QUERY_LIMITED_INFORMATION, 0, pid)
    if not handle:
        return None
    try:
        created, ended, in_kernel, in_user = (wintypes.FILETIME() for _ in range(4))
        code = wintypes.DWORD()
        known = kernel.GetProcessTimes(
            wintypes.HANDLE(handle),
            ctypes.byref(created),
            ctypes.byref(ended),
            ctypes.byref(in_kernel),
            ctypes.byref(in_user),
        )
        alive = kernel.GetExitCodeProcess(wintypes.HANDLE(handle), ctypes.byref(code)) and code.value == _STILL_ACTIVE
    finally:
        kernel.CloseHandle(wintypes.HANDLE(handle))
    if not (known and alive):
        return None
    return str((created.dwHighDateTime << 32) | created.dwLowDateTime)

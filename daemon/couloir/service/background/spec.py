"""The data of the background service: for any service manager (`Spec`), and for one of them (`Recipe`)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

Command = tuple[str, ...]

LABEL = "org.couloir.service"


@dataclass(frozen=True, slots=True)
class Spec:
    """`program` is the command, absolute and without a shell; `log` gets what it prints before its own log is open.

    `user` is the account's name as the system writes it (on Windows with its domain), `uid` its number on POSIX.
    """

    program: Command
    home: Path
    state_dir: Path
    user: str
    uid: int

    @property
    def log(self) -> Path:
        return self.state_dir / "logs" / "service.log"


@dataclass(frozen=True, slots=True)
class Recipe:
    """One service for one service manager, as data.

    `path` and `content` are the file. `stop` may fail, because the service may not be running; other commands may not.
    `ready` succeeds when the service manager runs in this session; none where it always does. `probe` succeeds when the
    service manager knows the service. `stop_lags` says that it still does for a moment
    after `stop`.
    """

    manager: str
    path: Path
    content: bytes
    start: tuple[Command, ...]
    stop: tuple[Command, ...]
    restart: tuple[Command, ...]
    probe: Command
    ready: Command = ()
    after_removal: tuple[Command, ...] = ()
    stop_lags: bool = False

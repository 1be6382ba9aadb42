"""Linux: a user unit (systemd.service(5), systemd.exec(5)).

In the sandbox the home folder and the mount points of removable disks are writable, because a migration writes
where the user says; everything else is read-only. MemoryDenyWriteExecute is not set: libraries that compile at run
time would fail.
"""

from __future__ import annotations

from typing import Final

from couloir.service.background.spec import Recipe, Spec

UNIT: Final = "couloir.service"
_SYSTEMCTL: Final = ("systemctl", "--user")
_WRITABLE: Final = ("%h", "-/media", "-/mnt", "-/run/media", "-/srv", "-/tmp", "-/var/tmp")


def recipe(spec: Spec) -> Recipe:
    """The unit in ~/.config/systemd/user. It starts with the session; the user's lingering setting is not changed."""
    return Recipe(
        manager="systemd",
        path=spec.home / ".config" / "systemd" / "user" / UNIT,
        content=_unit(spec).encode(),
        start=(
            (*_SYSTEMCTL, "daemon-reload"),
            (*_SYSTEMCTL, "enable", "--now", UNIT),
        ),
        stop=((*_SYSTEMCTL, "disable", "--now", UNIT),),
        restart=((*_SYSTEMCTL, "restart", UNIT),),
        probe=(*_SYSTEMCTL, "cat", UNIT),
        # Fails where the user has no session of their own: in a container, under sudo, over some remote logins.
        ready=(*_SYSTEMCTL, "show-environment"),
        after_removal=((*_SYSTEMCTL, "daemon-reload"),),
    )


def _unit(spec: Spec) -> str:
    writable = [*_WRITABLE, _quote(f"-{spec.state_dir}")]
    lines = [
        "[Unit]",
        "Description=Couloir, the service that the Lightroom plug-in talks to",
        "StartLimitIntervalSec=60",
        "StartLimitBurst=4",
        "",
        "[Service]",
        "Type=exec",
        f"ExecStart={' '.join(_quote(part) for part in spec.program)}",
        "WorkingDirectory=%h",
        "Restart=on-failure",
        "RestartSec=1",
        "TimeoutStopSec=20",
        "KillMode=mixed",
        "UMask=0077",
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        f"ReadWritePaths={' '.join(writable)}",
        "RestrictAddressFamilies=AF_UNIX AF_INET",
        "RestrictNamespaces=yes",
        "RestrictRealtime=yes",
        "RestrictSUIDSGID=yes",
        "LockPersonality=yes",
        "SystemCallArchitectures=native",
        "",
        "[Install]",
        "WantedBy=default.target",
        "",
    ]
    return "\n".join(lines)


def _quote(text: str) -> str:
    """One word of a unit file: specifiers and variables are escaped, then C-style quotes (systemd.syntax(7))."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"' if escaped != text or any(character.isspace() for character in text) else text

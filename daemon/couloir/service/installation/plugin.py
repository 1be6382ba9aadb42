"""Puts the plug-in where Lightroom Classic finds it by itself, and takes it away again.

When it starts, Lightroom loads the plug-ins in the user's Modules folder. Public programs depend on that folder: the
READMEs of rcloran/lr-inaturalist-publish ("the standard location for Lightroom Classic plugins") and of
bmachek/lrc-immich-plugin name it for both systems, and Homebrew's cask of Loupedeck removes its plug-in from it.

A folder of that name that is not the plug-in is never touched, nor is a file that was put or changed there since.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

import msgspec

from couloir.disk import reading, writing
from couloir.errors import NoModulesFolder, PluginChanged, PluginForeign, PluginMissing
from couloir.installing import shipped_folder

NAME: Final = "Couloir.lrplugin"
INSTALLED: Final = "Installed.lua"
"""The module in which an installed plug-in finds the program of its Couloir."""
MANIFEST: Final = "installed.json"
_SHIPPED: Final = (".lua", ".txt")
_OF_THE_SYSTEM: Final = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
"""What Finder and Explorer leave in a folder that somebody has looked at."""
_IDENTIFIER: Final = re.compile(r'LrToolkitIdentifier\s*=\s*"org\.couloir\.lightroom"')
_VERSION: Final = re.compile(r'\bdisplay\s*=\s*"([^"]*)"')


class Manifest(msgspec.Struct, frozen=True):
    """What an installation wrote: the SHA-256 of each file by its name."""

    version: str
    files: dict[str, str]


class State(StrEnum):
    """What is at the plug-in's place."""

    ABSENT = "absent"
    CURRENT = "current"
    OUTDATED = "outdated"
    """Couloir's own, and not what this Couloir would write."""
    CHANGED = "changed"
    """Couloir's own, with files that were put or changed there by someone else."""
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class Status:
    """`version` is that of the plug-in that is there; `others` are files that no installation of Couloir wrote."""

    state: State
    path: Path
    version: str = ""
    others: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """The state in words."""
        version = f"version {self.version}" if self.version else "of no known version"
        match self.state:
            case State.ABSENT:
                return "not installed"
            case State.CURRENT:
                return f"installed, {version}"
            case State.OUTDATED:
                return f"installed, {version}, but not as this Couloir installs it"
            case State.CHANGED:
                return f"installed, {version}, with files that Couloir did not write: {', '.join(self.others)}"
            case State.FOREIGN:
                return "not Couloir's plug-in, or a link to somewhere else"

    @property
    def next_step(self) -> str:
        """What to do, as one sentence; empty when all is well."""
        return {
            State.ABSENT: "Run `couloir plugin install`.",
            State.CURRENT: "",
            State.OUTDATED: "Run `couloir plugin install` again.",
            State.CHANGED: PluginChanged.advice,
            State.FOREIGN: PluginForeign.advice,
        }[self.state]


def modules_folder(system: str, home: Path, environment: Mapping[str, str]) -> Path:
    """Lightroom's folder for the user's own plug-ins on "darwin" or "win32". Raises NoModulesFolder elsewhere."""
    rest = Path("Adobe") / "Lightroom" / "Modules"
    if system == "darwin":
        return home / "Library" / "Application Support" / rest
    if system == "win32":
        # Roaming is where APPDATA leads unless an administrator has moved it.
        return Path(environment.get("APPDATA") or home / "AppData" / "Roaming") / rest
    raise NoModulesFolder(system=system)


def examine(modules: Path, command: Sequence[str]) -> Status:
    """What is at the plug-in's place in that Modules folder; `command` is what this Couloir would note there."""
    place = modules / NAME
    if not os.path.lexists(place):
        return Status(State.ABSENT, place)
    with reading(place):
        # A link may lead to a checkout in which somebody works.
        if place.is_symlink() or not place.is_dir() or not _is_plugin(place):
            return Status(State.FOREIGN, place)
        there = _digests(place)
        version = _version(place)
    manifest = _manifest(place)
    others = _others(place, there, manifest)
    if others:
        return Status(State.CHANGED, place, version, others)
    wanted = {name: _digest(data) for name, data in _wanted(command).items()}
    return Status(State.CURRENT if there == wanted else State.OUTDATED, place, version)


def install(modules: Path, command: Sequence[str]) -> Status:
    """Put the plug-in there, or bring Couloir's own up to date; returns what was there before.

    Raises:
        PluginForeign, PluginChanged; what `writing` raises where the disk refuses it
    """
    before = examine(modules, command)
    _refuse(before)
    place = before.path
    fresh = place.with_name(f"{NAME}.new")
    with writing(place):
        modules.mkdir(parents=True, exist_ok=True)
        _remove(fresh)  # left behind by an installation that was ended
        fresh.mkdir()
        for name, data in _wanted(command).items():
            (fresh / name).write_bytes(data)
        _exchange(fresh, place)
    return before


def uninstall(modules: Path) -> Path:
    """Remove the plug-in; returns where it was. Raises as `install` does, and PluginMissing."""
    found = examine(modules, ())
    if found.state is State.ABSENT:
        raise PluginMissing(path=found.path)
    _refuse(found)
    with writing(found.path):
        shutil.rmtree(found.path)
    return found.path


def installed_module(command: Sequence[str]) -> str:
    """The Lua module that tells the plug-in the words with which Couloir is started."""
    words = ", ".join(_lua_string(word) for word in command)
    return f"--- Written by `couloir plugin install`.\nreturn {{ command = {{ {words} }} }}\n"


def _exchange(fresh: Path, place: Path) -> None:
    """Put `fresh` into `place`; what was there stays unless that succeeds."""
    old = place.with_name(f"{NAME}.old")
    _remove(old)
    if place.exists():
        place.rename(old)
    try:
        fresh.rename(place)
    except OSError:
        if old.exists():
            old.rename(place)
        raise
    _remove(old)


def _refuse(status: Status) -> None:
    if status.state is State.FOREIGN:
        raise PluginForeign(path=status.path)
    if status.state is State.CHANGED:
        raise PluginChanged(path=status.path, others=", ".join(status.others))


def _wanted(command: Sequence[str]) -> dict[str, bytes]:
    """The content of every file of the plug-in, as an installation writes them."""
    source = shipped_folder("lrplugin") / NAME
    files = {path.name: path.read_bytes() for path in sorted(source.iterdir()) if path.suffix in _SHIPPED}
    files[INSTALLED] = installed_module(command).encode("utf-8", "surrogateescape")
    manifest = Manifest(_version(source), {name: _digest(data) for name, data in files.items()})
    files[MANIFEST] = msgspec.json.format(msgspec.json.encode(manifest)) + b"\n"
    return files


def _others(place: Path, there: Mapping[str, str], manifest: Manifest | None) -> tuple[str, ...]:
    """What no installation of Couloir wrote. Without a manifest the plug-in was unpacked from its zip."""
    folders = [entry.name for entry in _entries(place) if entry.is_symlink() or not entry.is_file()]
    if manifest is None:
        strange = [name for name in there if Path(name).suffix not in _SHIPPED]
    else:
        strange = [name for name, digest in there.items() if name != MANIFEST and manifest.files.get(name) != digest]
    return tuple(sorted((*folders, *strange)))


def _manifest(place: Path) -> Manifest | None:
    try:
        return msgspec.json.decode((place / MANIFEST).read_bytes(), type=Manifest)
    except (OSError, msgspec.DecodeError):
        return None


def _entries(place: Path) -> list[Path]:
    return [path for path in place.iterdir() if path.name not in _OF_THE_SYSTEM]


def _digests(place: Path) -> dict[str, str]:
    return {
        path.name: _digest(path.read_bytes()) for path in _entries(place) if path.is_file() and not path.is_symlink()
    }


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _is_plugin(place: Path) -> bool:
    return _IDENTIFIER.search(_info(place)) is not None


def _version(place: Path) -> str:
    found = _VERSION.search(_info(place))
    return found[1] if found else ""


def _info(place: Path) -> str:
    try:
        return (place / "Info.lua").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


def _lua_string(text: str) -> str:
    """A Lua 5.1 string: control characters, quotes and backslashes as decimal escapes, everything else as it is."""
    escaped = "".join(f"\\{ord(sign):03}" if sign in '"\\' or sign < " " or sign == "\x7f" else sign for sign in text)
    return f'"{escaped}"'

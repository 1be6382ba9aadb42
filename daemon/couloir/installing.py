"""How this Couloir was installed: what it ships, how it runs itself again, and the advice that fits.

Couloir itself is on no package index. Anyone could register its name there, so no advice ever asks
to install "couloir" from one. A missing package is named by its own, registered name, and the command is for the Python
that runs now, with the tool that manages it.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import platform
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from urllib.request import url2pathname

import couloir

_PACKAGE: Final = Path(couloir.__file__).resolve().parent
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_VERSION: Final = re.compile(r"[<>=!~][^;\[\]]*")
_COMPILED: Final = frozenset({"onnxruntime", "rawpy"})
"""Required packages that have no build for some computers, where Couloir works without them."""


class Way(StrEnum):
    """The ways in which Couloir can be installed."""

    BUNDLE = "bundle"
    """A release that brings its own Python: an installer, or an archive."""
    PIPX = "pipx"
    UV_TOOL = "uv tool"
    UV = "uv"
    """An environment without pip, as uv makes it."""
    PIP = "pip"


def way() -> Way:
    """The way in which the Couloir that runs was installed."""
    prefix = Path(sys.prefix)
    if getattr(sys, "frozen", False):  # set by PyInstaller's bootloader
        return Way.BUNDLE
    if "pipx" in prefix.parts:
        return Way.PIPX
    if _receipt().is_file():
        return Way.UV_TOOL
    return Way.UV if importlib.util.find_spec("pip") is None else Way.PIP


def shipped_folder(name: str) -> Path:
    """What Couloir brings along, "models" or "lrplugin": within an installed package, else beside the sources."""
    inside = _PACKAGE / "_shipped" / name
    return inside if inside.is_dir() else _PACKAGE.parents[1] / name


def command_to_run(module: str) -> list[str]:
    """The words that run one of Couloir's modules in a process of its own."""
    if way() is Way.BUNDLE:
        return [sys.executable, "-m", module]  # its program does with -m what Python does, for these modules
    # -P keeps it from looking into the current folder first, which might contain another numpy.py.
    return [sys.executable, "-P", "-m", module]


def own_command() -> list[str]:
    """The words that another program starts Couloir with: the program `couloir`, or Python where there is none."""
    if way() is Way.BUNDLE:
        return [sys.executable]
    # Not resolved: a virtual environment's python is a link, and the program lies beside the link.
    python = Path(sys.executable).absolute()
    program = python.with_name("couloir.exe" if sys.platform == "win32" else "couloir")
    return [str(program)] if program.is_file() else [str(python), "-m", "couloir"]


def explain_missing(package: str) -> str:
    """What to do about a package that is not there: the command that installs it, or that there is none here."""
    if package in _COMPILED and not _is_built_here():
        return f"There is no {package} for {_this_computer()}; Couloir works without it."
    return f"This installs it: {command_to_install([package])}"


def command_to_install(packages: Iterable[str]) -> str:
    """One command line that installs these packages beside Couloir, in the versions that Couloir requires."""
    wanted = _requirements()
    return _quoted(_installer([wanted.get(normalise_name(name), name) for name in packages]))


def command_to_update(wheel: str) -> str:
    """The command line that replaces Couloir by that wheel; for a bundle it is empty, because its installer does."""
    match way():
        case Way.BUNDLE:
            return ""
        case Way.PIPX:
            return _quoted(["pipx", "install", "--force", wheel])
        case Way.UV_TOOL:
            return _quoted(["uv", "tool", "install", *_along([]), wheel])
        case Way.UV:
            return _quoted(["uv", "pip", "install", "--python", sys.executable, wheel])
        case Way.PIP:
            return _quoted([sys.executable, "-m", "pip", "install", wheel])


def _installer(packages: list[str]) -> list[str]:
    """The command of the tool that manages this Python: pipx and uv keep programs in environments without pip."""
    prefix = Path(sys.prefix)
    match way():
        case Way.BUNDLE:
            # Nothing can be added to a bundle. The wheel is in the same release.
            return ["uv", "tool", "install", *_with(packages), _own_wheel()]
        case Way.PIPX:
            return ["pipx", "inject", prefix.name, *packages]
        case Way.UV_TOOL:
            # uv makes a tool's environment anew from what it was told, so it is told all of it again.
            return ["uv", "tool", "install", *_along(packages), *_source()]
        case Way.UV:
            return ["uv", "pip", "install", "--python", sys.executable, *packages]
        case Way.PIP:
            return [sys.executable, "-m", "pip", "install", *packages]


def _with(packages: Iterable[str]) -> list[str]:
    return [word for package in packages for word in ("--with", package)]


def _receipt() -> Path:
    """The file in which uv notes what a tool was installed from."""
    return Path(sys.prefix) / "uv-receipt.toml"


def _along(packages: list[str]) -> list[str]:
    """`--with` for these packages, and for those that uv was told before."""
    asked = tomllib.loads(_receipt().read_text(encoding="utf-8")).get("tool", {}).get("requirements", [])
    before = [f"{each['name']}{each.get('specifier', '')}" for each in asked if each.get("name") != "couloir"]
    new = {normalise_name(_name(package)) for package in packages}
    return _with([*(each for each in before if normalise_name(_name(each)) not in new), *packages])


def _name(requirement: str) -> str:
    found = _NAME.match(requirement)
    return found[0] if found else requirement


def _source() -> list[str]:
    """What Couloir was installed from (PEP 610): a wheel, a folder, or an address."""
    try:
        text = importlib.metadata.distribution("couloir").read_text("direct_url.json")
    except importlib.metadata.PackageNotFoundError:
        text = None
    told = json.loads(text) if text else {}
    address = urlsplit(str(told.get("url", "")))
    if address.scheme != "file":
        return [address.geturl() or _own_wheel()]
    place = url2pathname(address.path)
    return ["--editable", place] if told.get("dir_info", {}).get("editable") else [place]


def _own_wheel() -> str:
    """The wheel of this release in the current folder, as a path: never a name to look up in an index."""
    return f"./couloir-{couloir.__version__}-py3-none-any.whl"


def _is_built_here() -> bool:
    """Whether onnxruntime and rawpy have builds for this Python and processor, as pyproject.toml asks for them."""
    machine = platform.machine()
    if platform.python_implementation() != "CPython":
        return False
    if sys.platform == "darwin" and machine == "x86_64":
        return sys.version_info < (3, 14)
    return machine in ("x86_64", "aarch64", "arm64", "AMD64", "ARM64")


def _this_computer() -> str:
    python = f"{platform.python_implementation()} {sys.version_info[0]}.{sys.version_info[1]}"
    machine = platform.machine()
    if sys.platform == "darwin" and machine == "x86_64":
        return f"a Mac with an Intel processor and {python} (up to Python 3.13 there is)"
    return f"{platform.system()} on {machine} with {python}"


def _requirements() -> dict[str, str]:
    """The requirement of each package that Couloir's own metadata names, by the package's name: "rawpy>=0.23"."""
    try:
        stated = importlib.metadata.requires("couloir") or []
    except importlib.metadata.PackageNotFoundError:
        return {}  # Couloir runs from a folder and was never installed
    found: dict[str, str] = {}
    for line in stated:
        name = _NAME.match(line)
        if name is not None:
            version = _VERSION.search(line[name.end() :].partition(";")[0])
            asked = name[0] + (version[0].strip() if version is not None else "")
            # Of several lines about one package the shortest is the rule; the others have bounds for single systems.
            found[normalise_name(name[0])] = min(found.get(normalise_name(name[0]), asked), asked, key=len)
    return found


def normalise_name(name: str) -> str:
    """A package's name in the form in which indexes compare names (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _quoted(words: list[str]) -> str:
    return subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)

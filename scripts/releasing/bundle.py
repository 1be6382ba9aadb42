"""Makes the bundle: an environment with what locks/bundle.txt pins, PyInstaller, then the licences."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from environment import PROJECT
from releasing import licences, minimum
from releasing.artefacts import system_name

PACKAGING = PROJECT / "packaging"
# What the pinned packages ask for (docs/installing.md); a bundle to publish may not ask for more.
MACOS = {"arm64": (14, 0), "x86_64": (13, 0)}
GLIBC = (2, 28)


def build(wheel: Path, work: Path) -> Path:
    """The folder of the bundle (on macOS the application), made from a wheel in the folder `work`."""
    environment = work / "environment"
    venv.create(environment, with_pip=True, symlinks=os.name != "nt", clear=True)
    python = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "-r", str(PROJECT / "locks" / "bundle.txt")], check=True)
    subprocess.run([*pip, "--no-deps", str(wheel)], check=True)
    contents = work / "contents.json"
    oldest = MACOS[system_name()[1]]
    told = {"COULOIR_CONTENTS": str(contents), "COULOIR_MINIMUM": ".".join(map(str, oldest))}
    command = [str(python), "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"]
    command += ["--distpath", str(work / "bundle"), "--workpath", str(work / "pyinstaller")]
    subprocess.run([*command, str(PACKAGING / "couloir.spec")], check=True, env={**os.environ, **told})
    folder = built(work)
    if sys.platform == "linux":
        _strip(folder)
    packages = next(environment.rglob("site-packages"))
    is_app = folder.suffix == ".app"
    beside = folder / "Contents" / "Resources" if is_app else folder
    origins = licences.gather(
        json.loads(contents.read_text(encoding="utf-8")),
        packages,
        Path(sys.base_prefix),
        work / "pyinstaller",
        beside / "licences",
    )
    shutil.copyfile(PROJECT / "LICENSE", beside / "licences" / "LICENSE of Couloir.txt")
    if not is_app:
        (folder / "README.txt").write_text(_readme(folder), encoding="utf-8")
    print(f"{folder.name}: {size(folder) / 1e6:.1f} MB, {needs(folder)}; licences of {', '.join(origins)}")
    return folder


def built(work: Path) -> Path:
    """Where `build` has put the bundle."""
    app = work / "bundle" / "Couloir.app"
    return app if app.is_dir() else work / "bundle" / "Couloir"


def program(bundle: Path) -> Path:
    """The program `couloir` in a bundle."""
    if bundle.suffix == ".app":
        return bundle / "Contents" / "MacOS" / "couloir"
    return bundle / ("couloir.exe" if sys.platform == "win32" else "couloir")


def size(folder: Path) -> int:
    """Bytes of all files; links count nothing."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def needs(bundle: Path) -> str:
    """The oldest system that the bundle runs on, in words."""
    name, found, _ = _oldest(bundle)
    return f"{name} {'.'.join(map(str, found))}"


def newer_than_promised(bundle: Path) -> str:
    """What is wrong where the bundle runs on fewer systems than docs/installing.md says; empty where nothing is."""
    name, found, promised = _oldest(bundle)
    if found <= promised:
        return ""
    oldest = ".".join(map(str, promised))
    return f"The bundle needs {needs(bundle)}, but {name} {oldest} is promised (docs/installing.md)."


def _oldest(bundle: Path) -> tuple[str, tuple[int, ...], tuple[int, ...]]:
    """The name of what a system has a version of, the version that the bundle needs, and the one that is promised."""
    if sys.platform == "linux":
        return "glibc", minimum.oldest_glibc(bundle), GLIBC
    if sys.platform == "darwin":
        return "macOS", minimum.oldest_macos(bundle), MACOS[system_name()[1]]
    return "Windows", (10,), (10,)  # the oldest that Python and onnxruntime are made for; files do not say it


def _strip(folder: Path) -> None:
    """Remove the symbols of Python's own libraries (17 MB); those of packages may break (pyinstaller#9463)."""
    own = [*folder.glob("_internal/libpython*"), *folder.glob("_internal/python3*/lib-dynload/*.so")]
    subprocess.run(["strip", "--strip-unneeded", *map(str, own)], check=True)


def _readme(folder: Path) -> str:
    return (
        "Couloir brings an Apple Aperture library into Lightroom Classic with its look.\n\n"
        "Run `couloir plugin install` in a terminal, then restart Lightroom; `couloir --help` shows everything else.\n"
        f"Oldest system: {needs(folder)}. The licences of everything in this folder are in `licences`.\n"
    )

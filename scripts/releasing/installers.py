"""What a user downloads: an archive for Linux, a package for macOS, an installer for Windows."""

from __future__ import annotations

import os
import plistlib
import shutil
import subprocess
import tarfile
from pathlib import Path
from string import Template

from environment import PROJECT
from releasing.bundle import MACOS, PACKAGING

IDENTIFIER = "org.couloir.service"


def archive(bundle: Path, target: Path) -> Path:
    """Linux: the folder as tar.gz. Owners are not kept, so that nobody unpacks files of a user of the build machine."""

    def anonymous(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = "root"
        return entry

    with tarfile.open(target, "w:gz", compresslevel=9) as packed:
        packed.add(bundle, target.name.removesuffix(".tar.gz"), filter=anonymous)
    return target


def setup(bundle: Path, version: str, target: Path, makensis: str = "makensis") -> Path:
    """Windows: an installer for one user. makensis runs on every system."""
    told = {"VERSION": version, "FOLDER": bundle, "LICENCE": PROJECT / "LICENSE", "OUT": target}
    dash = "/" if os.name == "nt" else "-"
    words = [f"{dash}D{name}={value}" for name, value in told.items()]
    script = PACKAGING / "windows" / "couloir.nsi"
    subprocess.run([makensis, f"{dash}V2", f"{dash}WX", *words, str(script)], check=True)
    return target


def package(app: Path, version: str, machine: str, target: Path, work: Path) -> Path:
    """macOS: a package that installs the application for all users. COULOIR_SIGN_INSTALLER names a certificate."""
    root, parts = work / "root", work / "parts"
    for folder in (root, parts):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    shutil.copytree(app, root / app.name, symlinks=True)
    components = work / "components.plist"
    components.write_bytes(plistlib.dumps(component_list(app.name)))
    subprocess.run(
        [
            *("pkgbuild", "--root", str(root), "--component-plist", str(components)),
            *("--install-location", "/Applications", "--identifier", IDENTIFIER, "--version", version),
            *("--scripts", str(PACKAGING / "macos" / "scripts"), str(parts / "Couloir.pkg")),
        ],
        check=True,
    )
    described = work / "distribution.xml"
    described.write_text(distribution(version, machine), encoding="utf-8")
    command = ["productbuild", "--distribution", str(described), "--package-path", str(parts)]
    command += ["--resources", str(PROJECT)]
    signer = os.environ.get("COULOIR_SIGN_INSTALLER")
    command += ["--sign", signer] if signer else []
    subprocess.run([*command, str(target)], check=True)
    return target


def component_list(name: str) -> list[dict[str, object]]:
    """The component list of pkgbuild: the application goes to /Applications, wherever a copy of it is already."""
    return [
        {
            "RootRelativeBundlePath": name,
            "BundleIsRelocatable": False,
            "BundleIsVersionChecked": False,
            "BundleHasStrictIdentifier": True,
            "BundleOverwriteAction": "upgrade",
        }
    ]


def distribution(version: str, machine: str) -> str:
    """The description of the macOS package, with its oldest system."""
    text = (PACKAGING / "macos" / "distribution.xml").read_text(encoding="utf-8")
    oldest = ".".join(map(str, MACOS[machine]))
    return Template(text).substitute(version=version, machine=machine, minimum=oldest)

"""Make a release for the system that this runs on: wheel, source, a bundle that needs no Python, the plug-in, and sums.

python3 scripts/build_release.py [--to FOLDER]     on a fresh machine, too: it sets itself up
python3 scripts/build_release.py --sums FOLDER     writes SHA256SUMS and couloir-release.json of the files in FOLDER
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import build_plugin
from environment import PROJECT, python
from releasing import artefacts, bundle, installers

WORK = PROJECT / "build" / "release"


def build(destination: Path, releases: str, *, to_publish: bool = False) -> None:
    version = build_plugin.package_version()
    destination.mkdir(parents=True, exist_ok=True)
    wheel = _distributions(destination, version, releases)
    build_plugin.build(destination)
    system, machine = artefacts.system_name()
    target = destination / artefacts.bundle_name(version, system, machine)
    made = bundle.build(wheel, WORK)
    fault = bundle.newer_than_promised(made)
    if fault:
        print(fault)
        if to_publish:
            sys.exit(1)
    match system:
        case "linux":
            installers.archive(made, target)
        case "macos":
            installers.package(made, version, machine, target, WORK)
        case "windows":
            installers.setup(made, version, target)
    artefacts.describe(destination, version)
    for path in sorted(destination.iterdir()):
        print(f"{path.stat().st_size / 1e6:8.2f} MB  {path.name}")


def _distributions(destination: Path, version: str, releases: str) -> Path:
    """Build the wheel and the source distribution, and return the wheel."""
    source = PROJECT
    if releases:  # the address is put into a copy: the project itself names none
        source = WORK / "source"
        shutil.rmtree(source, ignore_errors=True)
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=PROJECT, check=True, capture_output=True, text=True
        ).stdout
        for name in filter(None, listed.split("\0")):
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / name, source / name)
        described = source / "pyproject.toml"
        text = artefacts.with_releases(described.read_text(encoding="utf-8"), releases)
        described.write_text(text, encoding="utf-8", newline="\n")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-d", str(destination)], cwd=source, check=True)
    return destination / f"couloir-{version}-py3-none-any.whl"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--to", type=Path, default=PROJECT / "dist", help="folder for the files")
    parser.add_argument("--releases", default="", metavar="URL", help="where `couloir update` of this build looks")
    parser.add_argument(
        "--publish", action="store_true", help="fail where the bundle runs on fewer systems than promised"
    )
    parser.add_argument("--page", default="", metavar="URL", help="with --sums: where people get the release")
    parser.add_argument("--sums", type=Path, metavar="FOLDER", help="only describe the files in FOLDER")
    parser.add_argument("--smoke", action="store_true", help="then run the bundle (scripts/smoke_release.py)")
    parser.add_argument("--tag", default="", help="fail unless it is this version's: v0.1.0")
    options = parser.parse_args()
    version = build_plugin.package_version()
    if options.tag and options.tag != f"v{version}":
        sys.exit(f"The tag {options.tag} is not v{version}.")
    if options.sums:
        artefacts.describe(options.sums, version, options.page)
        return 0
    interpreter = python(extra="dev")
    if Path(sys.executable).absolute() != interpreter.absolute():
        return subprocess.run([str(interpreter), *sys.argv], check=False).returncode
    os.chdir(PROJECT)
    build(options.to.absolute(), options.releases, to_publish=options.publish)
    if options.smoke:
        smoke = [sys.executable, str(PROJECT / "scripts" / "smoke_release.py"), str(options.to.absolute())]
        return subprocess.run(smoke, check=False).returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())

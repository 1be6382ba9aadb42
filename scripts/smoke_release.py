"""Run the bundle of a release as a user would: doctor, plug-in, an import in the fake Lightroom, migrate, verify.

python3 scripts/smoke_release.py FOLDER                 the bundle in the files of scripts/build_release.py
python3 scripts/smoke_release.py FOLDER --program PATH  one that an installer has installed
python3 scripts/smoke_release.py FOLDER --root ROOT     within the bare system in ROOT (Linux, as root; see debootstrap)

The bundle runs alone: with an empty environment, in a home of its own, and with --root without any file of this system.
Lightroom and the sample library are this project's, run by its own Python.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

sys.path.insert(0, str(Path(__file__).resolve().parent))

from environment import PROJECT, python

MASTERS = 30
NOTHING_RUNS, SOME_FAILED, NOT_ALL_THERE = 3, 41, 42
FORBIDDEN = ("python3", "python", "gcc", "cc", "clang", "pip")


@dataclass(frozen=True)
class Bundle:
    """A program that is run within `root`, where that is not this system. `work` has the same path in both."""

    program: Path
    work: Path
    root: Path | None

    @property
    def home(self) -> Path:
        return self.work / "home"

    @property
    def state(self) -> Path:
        """Where the plug-in looks for the service; only on Linux, where Lightroom is a fake, the service is told."""
        if sys.platform == "win32":
            return self.home / "AppData" / "Local" / "couloir"
        return self.home / "Library" / "Application Support" / "couloir"

    def environment(self) -> dict[str, str]:
        if sys.platform == "win32":
            kept = {name: os.environ[name] for name in ("SYSTEMROOT", "TEMP", "USERNAME") if name in os.environ}
            return {**kept, "USERPROFILE": str(self.home), "COULOIR_STATE_DIR": str(self.state)}
        told = {"HOME": str(self.home), "PATH": "/usr/bin:/bin", "COULOIR_STATE_DIR": str(self.state)}
        return {**told, "LC_ALL": "C.UTF-8", "TMPDIR": str(self.work / "temp")}

    def words(self, words: Sequence[str]) -> list[str]:
        return [shutil.which("chroot") or "chroot", str(self.root), *words] if self.root else list(words)

    def run(self, *words: str, codes: tuple[int, ...] = (0,)) -> str:
        """What a command of Couloir prints; ends the program where its exit code is another."""
        began = time.monotonic()
        done = subprocess.run(
            self.words([str(self.program), *words]),
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=900,
        )
        print(f"$ couloir {' '.join(words)}  ({done.returncode}, {time.monotonic() - began:.1f} s)", flush=True)
        if done.returncode not in codes:
            sys.exit(f"{done.stdout}\nThe exit code is {done.returncode}, not one of {codes}.")
        return done.stdout

    def shell(self, command: str) -> int:
        """What Lightroom's LrTasks.execute does, within the same system: the plug-in starts the service with it."""
        shell = ["cmd.exe", "/c", command] if sys.platform == "win32" else ["/bin/sh", "-c", command]
        code = subprocess.run(self.words(shell), env=self.environment(), check=False).returncode
        return code if sys.platform == "win32" else code << 8  # on macOS it is a wait status


def expect(text: str, *parts: str) -> None:
    for part in parts:
        if part not in text:
            sys.exit(f"{text}\nThat does not say {part!r}.")


def smoke(bundle: Bundle, version: str) -> None:
    for folder in (bundle.home, bundle.work / "temp"):
        folder.mkdir(parents=True)
    expect(bundle.run("--version"), version)
    examined = bundle.run("doctor")
    print(examined)
    expect(examined, "couloir-1", "read by rawpy")
    expect(bundle.run("service", "status", codes=(NOTHING_RUNS,)), "Not running.")
    modules = bundle.home / "Modules"
    expect(bundle.run("plugin", "install", "--to", str(modules)), "Installed: ")
    expect(bundle.run("plugin", "status", "--to", str(modules)), f"installed, version {version}")
    expect(bundle.run("update", codes=(0, 3, 95, 96)), "elease")

    from sample_library import build_library

    library = bundle.work / "Sample.aplibrary"
    manifest = build_library(library, masters=MASTERS, seed=3, write_plists=False)
    expect(bundle.run("inspect", str(library)), "photo")
    check_worker(bundle, next(path for path in sorted(library.rglob("*.[jJ][pP][gG]")) if path.stat().st_size))
    imported = import_in_lightroom(bundle, modules / "Couloir.lrplugin", library)
    wanted = sum(1 for master in manifest.masters if master["original"] == "present")
    print(f"Lightroom has {imported} photos; {wanted} originals are in the library, some of them in its trash")
    if not wanted // 2 <= imported <= len(manifest.versions):
        sys.exit("The import brought too few photos, or too many.")
    migrated = bundle.work / "migrated"
    bundle.run("migrate", str(library), "--to", str(migrated), codes=(0, SOME_FAILED))
    bundle.run("verify", str(migrated), codes=(0, NOT_ALL_THERE))
    bundle.run("report", str(migrated), "--no-open")
    expect(bundle.run("plugin", "uninstall", "--to", str(modules)), "Removed: ")
    print("The bundle works.")


def check_worker(bundle: Bundle, picture: Path) -> None:
    """Pictures are decoded in a process that the program starts itself with -m."""
    request = f'{{"task": "header", "path": "{os.fsencode(picture).hex()}"}}\n'
    done = subprocess.run(
        bundle.words([str(bundle.program), "-m", "couloir.engines.decoding.worker"]),
        env=bundle.environment(),
        input=request.encode(),
        capture_output=True,
        check=False,
        timeout=120,
    )
    print(f"Its worker answers {done.stdout[4:].decode()}")
    expect(done.stdout[4:].decode(), '"header":[')


def import_in_lightroom(bundle: Bundle, plugin: Path, library: Path) -> int:
    """Have the installed plug-in start the bundle's service and import a library; returns the photos in the catalog."""
    from couloir.service.process import runtime
    from fake_lightroom import Dialog, Lightroom, Options

    os.environ["TMPDIR"] = str(bundle.work / "temp")
    tempfile.tempdir = None
    system: Literal["mac", "win"] = "win" if sys.platform == "win32" else "mac"
    bundle.state.mkdir(parents=True, exist_ok=True)

    def library_chosen(dialog: Dialog) -> str:
        dialog.set("Another", "other")
        return "ok"

    def options_chosen(dialog: Dialog) -> str:
        dialog.set("Folder:", str(bundle.work / "originals"))
        return "ok"

    try:
        with Lightroom(
            plugin, home=bundle.home, platform=system, options=Options(shell=bundle.shell, time_scale=1)
        ) as lightroom:
            lightroom.answer("Couloir's service is not running", "ok")
            lightroom.answer("Import from which Aperture library?", library_chosen)
            lightroom.answer("Choose an Aperture library", [str(library)])
            lightroom.answer("Import from Aperture: ", options_chosen)
            for question in (
                "Looks and time: ",
                "Automatically write changes into XMP",
                "What the import will do",
                "The import from Aperture is finished",
                "The import has stopped",
                "Report of the import",
            ):
                lightroom.answer(question, "ok")
            lightroom.run_menu("ImportMenu.lua")
            print(f"The plug-in ran: {lightroom.commands[0]}")
            found = runtime.read(bundle.state / "daemon.json")
            if found is None or Path(found.executable) != bundle.program:
                log = bundle.work / "temp" / "couloir-start.log"
                said = log.read_text(encoding="utf-8") if log.exists() else "nothing"
                sys.exit(f"{lightroom.dialogs[-1].texts}\nThe service is not the bundle's: {found}. It said: {said}")
            report = "\n".join(lightroom.dialogs[-1].texts)
            print(report)
            expect(report, "Every row of the library is accounted for.", "originals: ", ", 0 failed")
            if re.search(r"[1-9]\d* failed", report):
                sys.exit("Something failed.")
            return len(lightroom.catalog.photos)
    finally:
        left = runtime.read(bundle.state / "daemon.json")
        if left is not None:
            os.kill(left.pid, signal.SIGTERM)


def unpack(folder: Path, work: Path) -> Path:
    """The program `couloir` of the bundle among a release's files."""
    from releasing import artefacts
    from releasing import bundle as bundles

    differing = artefacts.differing(folder)
    if differing:
        sys.exit(f"{artefacts.SUMS} does not fit {', '.join(differing)}")
    made = bundles.built(PROJECT / "build" / "release")
    packed = next(folder.glob("Couloir-*-linux-*.tar.gz"), None)
    if sys.platform == "linux" and packed is not None:
        with tarfile.open(packed) as archive:
            archive.extractall(work, filter="data")
        return bundles.program(work / packed.name.removesuffix(".tar.gz"))
    target = work / made.name
    shutil.copytree(made, target, symlinks=True)
    return bundles.program(target)


@contextmanager
def within(root: Path | None, work: Path) -> Iterator[None]:
    """Shows the folder `work` and the kernel's own folders in a bare system. This process has mounts of its own."""
    if root is None:
        yield
        return
    found = [
        name
        for name in FORBIDDEN
        if any((root / place / name).exists() for place in ("usr/bin", "bin", "usr/local/bin"))
    ]
    if found:
        sys.exit(f"{root} is not bare: it has {', '.join(found)}")
    inside = root / work.relative_to("/")
    inside.mkdir(parents=True)
    mounts = [["--bind", str(work), str(inside)], ["-t", "proc", "proc", str(root / "proc")]]
    try:
        for words in [*mounts, ["--bind", "/dev", str(root / "dev")]]:
            subprocess.run(["mount", *words], check=True)
        yield
    finally:
        for place in (root / "dev", root / "proc", inside):
            subprocess.run(["umount", "--lazy", str(place)], check=False)
        inside.rmdir()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="the files of a release")
    parser.add_argument("--program", type=Path, help="the installed program, instead of the one in FOLDER")
    parser.add_argument("--root", type=Path, help="a bare system to run in")
    options = parser.parse_args()
    interpreter = python(extra="dev")
    if Path(sys.executable).absolute() != interpreter.absolute():
        return subprocess.run([str(interpreter), *sys.argv], check=False).returncode
    if options.root and not os.environ.get("COULOIR_OWN_MOUNTS"):
        again = ["unshare", "--mount", sys.executable, *sys.argv]
        return subprocess.run(again, env={**os.environ, "COULOIR_OWN_MOUNTS": "1"}, check=False).returncode
    sys.path[:0] = [str(PROJECT / part) for part in ("tests/lightroom", "tests/sample_library")]

    import build_plugin

    with tempfile.TemporaryDirectory(prefix="couloir-smoke-") as folder:
        work = Path(folder).resolve()
        program = options.program or unpack(options.folder, work)
        with within(options.root, work):
            smoke(Bundle(program, work, options.root), build_plugin.package_version())
    return 0


if __name__ == "__main__":
    sys.exit(main())

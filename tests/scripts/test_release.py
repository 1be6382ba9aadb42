"""The pure parts of a release: names, sums, licences, oldest systems, and recipes that their compilers accept."""

from __future__ import annotations

import json
import plistlib
import re
import shutil
import struct
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from couloir import __version__
from couloir.service.installation import releases
from releasing import artefacts, installers, licences, minimum
from releasing.bundle import MACOS

PROJECT = Path(__file__).resolve().parents[2]
PACKAGING = PROJECT / "packaging"


@pytest.mark.parametrize(
    ("system", "machine", "name"),
    [
        ("linux", "x86_64", "Couloir-1.2-linux-x86_64.tar.gz"),
        ("linux", "aarch64", "Couloir-1.2-linux-arm64.tar.gz"),
        ("darwin", "arm64", "Couloir-1.2-macos-arm64.pkg"),
        ("darwin", "x86_64", "Couloir-1.2-macos-x86_64.pkg"),
        ("win32", "AMD64", "Couloir-1.2-windows-x86_64-setup.exe"),
    ],
)
def test_a_name_says_for_which_system_a_bundle_is(system: str, machine: str, name: str) -> None:
    assert artefacts.bundle_name("1.2", *artefacts.system_name(system, machine)) == name


def test_no_bundle_is_promised_for_other_systems() -> None:
    with pytest.raises(ValueError, match="no bundle"):
        artefacts.system_name("freebsd14", "amd64")


@pytest.fixture
def release(tmp_path: Path) -> Path:
    for name in ("couloir-1.2-py3-none-any.whl", "Couloir-1.2.lrplugin.zip"):
        (tmp_path / name).write_bytes(name.encode() * 1000)
    artefacts.describe(tmp_path, "1.2", "https://example.org/couloir")
    return tmp_path


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="sha256sum is of Linux")
def test_sums_are_those_that_people_can_check(release: Path) -> None:
    subprocess.run(["sha256sum", "--check", "--strict", artefacts.SUMS], cwd=release, check=True, capture_output=True)


def test_a_file_that_was_changed_added_or_lost_is_named(release: Path) -> None:
    assert artefacts.differing(release) == []
    (release / "Couloir-1.2.lrplugin.zip").write_bytes(b"other")
    (release / "new").write_bytes(b"")
    (release / "couloir-1.2-py3-none-any.whl").unlink()
    wanted = ["Couloir-1.2.lrplugin.zip", "couloir-1.2-py3-none-any.whl", "new"]
    assert artefacts.differing(release) == wanted


def test_describing_a_release_again_does_not_describe_the_description(release: Path) -> None:
    before = [(release / name).read_bytes() for name in (artefacts.SUMS, artefacts.DESCRIPTION)]
    artefacts.describe(release, "1.2", "https://example.org/couloir")
    assert before == [(release / name).read_bytes() for name in (artefacts.SUMS, artefacts.DESCRIPTION)]


def test_update_reads_what_a_release_describes(release: Path) -> None:
    import msgspec

    found = msgspec.json.decode((release / artefacts.DESCRIPTION).read_bytes(), type=releases.Release)
    assert (found.version, found.page) == ("1.2", "https://example.org/couloir")
    assert {file.name: file.sha256 for file in found.files} == {
        file.name: artefacts.digest(release / file.name) for file in found.files
    }


def test_the_address_of_releases_is_added_to_the_metadata_of_a_build_and_never_kept() -> None:
    text = (PROJECT / "pyproject.toml").read_text(encoding="utf-8")
    assert "urls" not in tomllib.loads(text)["project"]
    place = "https://example.org/couloir-release.json"
    with_it = tomllib.loads(artefacts.with_releases(text, place))
    assert with_it["project"].pop("urls") == {releases.LABEL: place}
    assert with_it == tomllib.loads(text)
    for refused in ("http://example.org/x", 'https://example.org/"\n[x]'):
        if refused.startswith("http:"):
            with pytest.raises(ValueError, match="not an https address"):
                artefacts.with_releases(text, refused)
        else:
            assert tomllib.loads(artefacts.with_releases(text, refused))["project"]["urls"] == {"Releases": refused}


def mach_o(minos: int, command: int = 0x32) -> bytes:
    """A library of one load command: LC_BUILD_VERSION of macOS, or the older LC_VERSION_MIN_MACOSX."""
    body = struct.pack("<IIIII", command, 24, 1, minos, 0) + b"\0" * 4
    if command == 0x24:
        body = struct.pack("<IIII", command, 16, minos, 0)
    return struct.pack("<IIIIIIII", 0xFEEDFACF, 0x0100000C, 0, 6, 1, len(body), 0, 0) + body


def test_the_oldest_macos_is_read_from_every_slice_of_every_library(tmp_path: Path) -> None:
    thin, older = mach_o(0x000B0000), mach_o(0x000A0F00, 0x24)
    (tmp_path / "a.dylib").write_bytes(thin)
    (tmp_path / "b.so").write_bytes(older)
    assert minimum.oldest_macos(tmp_path) == (11, 0)
    newer = mach_o(0x000D0300)
    head = struct.pack(">II", 0xCAFEBABE, 2)
    head += struct.pack(">IIIII", 0x01000007, 3, 48, len(older), 0)
    head += struct.pack(">IIIII", 0x0100000C, 0, 48 + len(older), len(newer), 0)
    (tmp_path / "fat").write_bytes(head + older + newer)
    (tmp_path / "notes.txt").write_bytes(b"LC_BUILD_VERSION")
    assert minimum.oldest_macos(tmp_path) == (13, 3)


def test_the_oldest_glibc_is_the_newest_that_any_file_asks_for(tmp_path: Path) -> None:
    assert minimum.oldest_glibc(tmp_path) == (0, 0)
    (tmp_path / "a.so").write_bytes(b"\x7fELF...\0GLIBC_2.9\0GLIBC_2.28\0GLIBC_PRIVATE\0")
    (tmp_path / "a.py").write_bytes(b"GLIBC_2.99")
    assert minimum.oldest_glibc(tmp_path) == (2, 28)


@pytest.mark.skipif(sys.platform != "linux", reason="it looks at this Python's own libraries")
def test_the_oldest_glibc_of_this_python_is_one_that_this_system_has() -> None:
    import platform

    here = tuple(map(int, platform.libc_ver()[1].split(".")))
    found = minimum.oldest_glibc(Path(sys.modules["numpy"].__file__ or "").parent / "_core")
    assert (2, 2) < found <= here


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """A site-packages folder with one package that has a licence, one that does not, and PyInstaller."""
    place = tmp_path / "site-packages"
    for name, files in {
        "good": {"good/__init__.py": "", "good-1.0.dist-info/licenses/LICENSE": "Do as you like."},
        "bad": {"bad/__init__.py": ""},
        "pyinstaller": {"PyInstaller/__init__.py": "", "pyinstaller-6.dist-info/COPYING.txt": "GPL with exception"},
    }.items():
        info = f"{name}-6.dist-info" if name == "pyinstaller" else f"{name}-1.0.dist-info"
        every = {**files, f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"}
        for file, text in every.items():
            (place / file).parent.mkdir(parents=True, exist_ok=True)
            (place / file).write_text(text)
        (place / info / "RECORD").write_text("".join(f"{file},,\n" for file in every))
    (tmp_path / "python").mkdir()
    (tmp_path / "python" / "LICENSE.txt").write_text("PSF")
    return place


def test_the_licence_of_everything_inside_is_beside_it(packages: Path, tmp_path: Path) -> None:
    inside = [("good", str(packages / "good" / "__init__.py")), ("boot", "-")]
    found = licences.gather(inside, packages, tmp_path / "python", tmp_path / "made", tmp_path / "licences")
    assert found == ["PyInstaller", "Python", "good"]
    assert (tmp_path / "licences" / "good" / "LICENSE").read_text() == "Do as you like."


@pytest.mark.parametrize("stranger", ["bad/__init__.py", "/nowhere/libforeign.so"])
def test_what_has_no_licence_is_not_released(packages: Path, tmp_path: Path, stranger: str) -> None:
    name = stranger.partition("/")[0] or stranger
    with pytest.raises(licences.NoLicence, match=re.escape(name)):
        licences.gather(
            [("x", str(packages / stranger))], packages, tmp_path / "python", tmp_path / "made", tmp_path / "licences"
        )


@pytest.mark.parametrize("machine", MACOS)
def test_the_package_of_macos_is_for_its_processor_and_no_older_system(machine: str) -> None:
    root = ET.fromstring(installers.distribution(__version__, machine))
    options, oldest = root.find("options"), root.find("volume-check/allowed-os-versions/os-version")
    assert options is not None
    assert oldest is not None
    assert options.get("hostArchitectures") == machine
    assert tuple(map(int, oldest.get("min", "").split("."))) == MACOS[machine]
    assert {each.get("version") for each in root.findall("pkg-ref")} == {__version__}
    (component,) = plistlib.loads(plistlib.dumps(installers.component_list("Couloir.app")))
    assert component["BundleIsRelocatable"] is False


def test_what_macos_runs_and_reads_is_well_formed() -> None:
    script = PACKAGING / "macos" / "scripts" / "postinstall"
    subprocess.run(["sh", "-n", str(script)], check=True)
    assert script.stat().st_mode & 0o111 or sys.platform == "win32"
    plistlib.loads((PACKAGING / "macos" / "entitlements.plist").read_bytes())


@pytest.mark.tool("makensis")
def test_the_installer_for_windows_compiles(tmp_path: Path, tool: Callable[[str], str]) -> None:
    bundle = tmp_path / "Couloir"
    (bundle / "_internal" / "couloir").mkdir(parents=True)
    for name in ("couloir.exe", "couloirw.exe", "_internal/couloir/model.onnx"):
        (bundle / name).write_bytes(name.encode())
    made = installers.setup(bundle, __version__, tmp_path / "Couloir-setup.exe", tool("makensis"))
    assert made.read_bytes()[:2] == b"MZ"
    text = (PACKAGING / "windows" / "couloir.nsi").read_text(encoding="utf-8")
    assert "RequestExecutionLevel user" in text
    assert 'RMDir /r "$INSTDIR"' not in text  # a user's own files may be in it


def workflow(name: str = "release") -> dict[str, object]:
    found = yaml.safe_load((PROJECT / ".github" / "workflows" / f"{name}.yml").read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("name", ["release", "docs"])
def test_every_action_of_a_workflow_is_pinned_by_its_commit(name: str) -> None:
    used = [step["uses"] for job in workflow(name)["jobs"].values() for step in job["steps"] if "uses" in step]
    assert used
    assert [name for name in used if not re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}", name)] == []


def test_the_workflow_runs_scripts_that_are_there_and_signs_only_with_secrets() -> None:
    jobs = workflow()["jobs"]
    steps = [step for job in jobs.values() for step in job["steps"]]
    named = {name for step in steps for name in re.findall(r"scripts[/\\](\w+\.py)", step.get("run", ""))}
    assert named == {"build_release.py", "smoke_release.py"}
    for step in steps:
        if "secrets." in json.dumps(step.get("env", {})):
            assert "HAS_" in step["if"], step["name"]
    assert jobs["publish"]["permissions"]["attestations"] == "write"
    assert jobs["build"]["permissions"] == {"contents": "read"}


def test_the_bundle_leaves_out_nothing_that_couloir_imports() -> None:
    spec = (PACKAGING / "couloir.spec").read_text(encoding="utf-8")
    unused = re.findall(r'^    "([\w.]+)",', spec.partition("UNUSED = [")[2].partition("]")[0], re.MULTILINE)
    assert len(unused) > 10
    imported = {
        name
        for file in (PROJECT / "daemon").rglob("*.py")
        for name in re.findall(r"^\s*(?:from|import) ([\w.]+)", file.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert [name for name in imported if any(name == each or name.startswith(f"{each}.") for each in unused)] == []

"""The wheel holds the package, the models and the plug-in, and needs nothing else."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement

PROJECT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    folder = tmp_path_factory.mktemp("wheel")
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as opened:
        yield opened


def test_the_wheel_holds_every_module_and_every_file_that_a_module_reads(wheel: zipfile.ZipFile) -> None:
    package = PROJECT / "daemon" / "couloir"
    wanted = {
        path.relative_to(PROJECT / "daemon").as_posix()
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert "couloir/py.typed" in wanted
    assert wanted <= set(wheel.namelist())


def test_the_wheel_holds_the_models_and_the_plug_in(wheel: zipfile.ZipFile) -> None:
    names = set(wheel.namelist())
    for folder in ("models", "lrplugin"):
        files = [path for path in (PROJECT / folder).rglob("*") if path.is_file()]
        assert files
        assert {f"couloir/_shipped/{path.relative_to(PROJECT).as_posix()}" for path in files} <= names


@pytest.mark.parametrize(
    ("system", "machine", "python", "versions"),
    [
        ("linux", "x86_64", "3.11", "0.28.0"),
        ("linux", "aarch64", "3.14", "0.28.0"),
        ("darwin", "arm64", "3.15", "0.28.0"),
        ("darwin", "x86_64", "3.13", "0.25.1"),  # the last wheel for Intel Macs
        ("darwin", "x86_64", "3.14", None),
        ("win32", "AMD64", "3.12", "0.28.0"),
        ("win32", "ARM64", "3.12", "0.28.0"),
        ("linux", "riscv64", "3.12", None),
        ("win32", "x86", "3.12", None),
    ],
)
def test_libraw_comes_along_wherever_it_has_a_wheel_and_is_nowhere_compiled(
    wheel: zipfile.ZipFile, system: str, machine: str, python: str, versions: str | None
) -> None:
    text = wheel.read(next(name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))).decode()
    asked = [
        Requirement(line.partition(": ")[2]) for line in text.splitlines() if line.startswith("Requires-Dist: raw")
    ]
    here = {"sys_platform": system, "platform_machine": machine, "python_version": python, "extra": ""}
    here |= {"platform_python_implementation": "CPython"}
    wanted = [each for each in asked if each.marker is not None and each.marker.evaluate(here)]
    assert [each.specifier.contains("0.25.1") for each in wanted] == ([] if versions is None else [True])
    assert [each.specifier.contains("0.28.0") for each in wanted] == (
        [] if versions is None else [versions == "0.28.0"]
    )


def test_the_wheel_is_typed_and_has_the_command(wheel: zipfile.ZipFile) -> None:
    metadata = next(name for name in wheel.namelist() if name.endswith(".dist-info/entry_points.txt"))
    assert "couloir = couloir.cli:main" in wheel.read(metadata).decode()
    assert any(name.endswith("licenses/LICENSE") for name in wheel.namelist())

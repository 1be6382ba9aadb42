"""The licences of everything in a bundle. A file whose licence is not found fails the build."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

_WORDS = ("licen", "copying", "notice", "copyright")


class NoLicence(Exception):
    """Something in the bundle has no licence text that can be put beside it."""


def gather(
    contents: Iterable[tuple[str, str]], packages: Path, python: Path, made: Path, destination: Path
) -> list[str]:
    """Write a folder of licence texts for each origin of a bundle's files, and return the origins' names.

    `contents` is (name in the bundle, path it came from), `packages` the site-packages folder, `python` the
    installation that the bundle's Python is of, `made` the folder of what PyInstaller makes of these. Raises NoLicence
    """
    owners = _owners(packages)
    texts: dict[str, list[Path]] = {"Python": _of_python(python), "PyInstaller": _of_package(packages, "pyinstaller")}
    strangers = []
    for _, source in contents:
        path = Path(source)
        if not path.is_absolute() or (path.suffix == ".py" and not path.exists()):
            continue  # made by PyInstaller itself
        owner = owners.get(path) or owners.get(path.resolve())
        if owner is not None:
            texts.setdefault(owner, _of_package(packages, owner))
        elif not path.resolve().is_relative_to(python.resolve()) and not _is_scaffolding(path, packages, made):
            strangers.append(path)
    for name, found in _of_the_system(strangers):
        texts.setdefault(name, found)
    lacking = sorted(name for name, found in texts.items() if not found)
    if lacking:
        raise NoLicence(f"no licence was found for {', '.join(lacking)}")
    for name, found in texts.items():
        folder = destination / name
        folder.mkdir(parents=True)
        for number, text in enumerate(found):
            target = folder / text.name
            (target if not target.exists() else folder / f"{number} {text.name}").write_bytes(text.read_bytes())
    return sorted(texts)


def _owners(packages: Path) -> dict[Path, str]:
    """The distribution that each installed file belongs to."""
    return {
        Path(str(distribution.locate_file(file))).resolve(): distribution.metadata["Name"]
        for distribution in importlib.metadata.distributions(path=[str(packages)])
        for file in distribution.files or ()
    }


def _is_scaffolding(path: Path, packages: Path, made: Path) -> bool:
    """What PyInstaller makes (an archive of Python's own modules), its hooks, and the program of this bundle."""
    return path.is_relative_to(packages) or path.is_relative_to(made) or path.parent.name == "packaging"


def _of_package(packages: Path, name: str) -> list[Path]:
    for distribution in importlib.metadata.distributions(path=[str(packages)]):
        if distribution.metadata["Name"].lower() == name.lower():
            files = [Path(str(distribution.locate_file(file))) for file in distribution.files or ()]
            return [path for path in files if _is_text(path)]
    return []


def _is_text(path: Path) -> bool:
    name = path.name.lower()
    beside = any("licenses" in part for part in path.parts[-4:-1]) and path.suffix in ("", ".txt", ".md")
    return path.suffix not in (".py", ".pyc", ".pyi") and (beside or any(word in name for word in _WORDS))


def _of_python(python: Path) -> list[Path]:
    places = (python, python / "Resources", *sorted((python / "lib").glob("python3*")), python / "share" / "doc")
    return [path for place in places if (path := place / "LICENSE.txt").is_file()][:1]


def _of_the_system(paths: Iterable[Path]) -> Iterator[tuple[str, list[Path]]]:
    """Libraries that the system lends: on Debian its packages say their copyright."""
    for path in sorted(set(paths)):
        if sys.platform == "win32" and Path(path).is_relative_to(r"C:\Windows"):
            continue  # the system's own C runtime, which Windows has as well
        package = _package_of(path)
        yield package or str(path), [Path("/usr/share/doc") / package / "copyright"] if package else []


def _package_of(path: Path) -> str:
    # Debian's list has a library where it was before /lib became a link to /usr/lib.
    places = dict.fromkeys(
        (str(path), str(path.resolve()), str(path).removeprefix("/usr"), str(path.resolve()).removeprefix("/usr"))
    )
    for place in places:
        try:
            told = subprocess.run(["dpkg-query", "--search", place], capture_output=True, text=True, check=False).stdout
        except FileNotFoundError:
            return ""
        if told:
            return told.partition(":")[0]
    return ""

"""LrFileUtils and LrPathUtils over the real file system; paths in the form of the fake's system."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path
from typing import Any

from ..clock import COCOA_EPOCH
from ..errors import RuleBroken, SdkError
from ..registry import sdk
from ..session import Session
from ..tables.returned import Record
from .arguments import text


def _host(lr: Session, full: str, path: Any) -> Path:
    return lr.paths.to_host(text(full, path))


@sdk("LrFileUtils.exists")
def exists(lr: Session, path: Any) -> Any:
    """'file', 'directory' or false."""
    if lr.too_long(text("LrFileUtils.exists", path)):
        return False
    real = lr.real(path)
    if real.is_dir():
        return "directory"
    return "file" if real.exists() else False


@sdk("LrFileUtils.readFile")
def read_file(lr: Session, path: Any) -> str:
    real = _host(lr, "LrFileUtils.readFile", path)
    if lr.too_long(path) or not real.is_file():
        raise SdkError(f"LrFileUtils.readFile: the file does not exist: {path}")
    return real.read_bytes().decode("utf-8", "surrogateescape")


def _succeeds(action: Any) -> Any:
    """True, or false and the reason."""
    try:
        action()
    except OSError as problem:
        return False, str(problem)
    return True


@sdk("LrFileUtils.copy")
def copy(lr: Session, source: Any, target: Any) -> Any:
    full = "LrFileUtils.copy"
    origin, goal = _host(lr, full, source), _host(lr, full, target)
    if goal.exists():
        return False, f"the file exists: {target}"
    return _succeeds(lambda: shutil.copyfile(origin, goal))


@sdk("LrFileUtils.move")
def move(lr: Session, source: Any, target: Any) -> Any:
    full = "LrFileUtils.move"
    origin, goal = _host(lr, full, source), _host(lr, full, target)
    if goal.exists():
        return False, f"the file exists: {target}"
    return _succeeds(lambda: origin.rename(goal))


@sdk("LrFileUtils.delete")
@sdk("LrFileUtils.moveToTrash")
def delete(lr: Session, path: Any) -> Any:
    """A folder goes with all that is in it."""
    real = _host(lr, "LrFileUtils.delete", path)
    return _succeeds((lambda: shutil.rmtree(real)) if real.is_dir() else real.unlink)


@sdk("LrFileUtils.createDirectory")
def create_directory(lr: Session, path: Any) -> Any:
    return _succeeds(_host(lr, "LrFileUtils.createDirectory", path).mkdir)


@sdk("LrFileUtils.createAllDirectories")
def create_all_directories(lr: Session, path: Any) -> tuple[bool, str | bool]:
    """True and whether something was created; or false and why not."""
    real = _host(lr, "LrFileUtils.createAllDirectories", path)
    if real.is_dir():
        return True, False
    try:
        real.mkdir(parents=True)
    except OSError as problem:
        return False, f"{path}: {problem.strerror}"
    return True, True


@sdk("LrFileUtils.isReadable")
def is_readable(lr: Session, path: Any) -> bool:
    return os.access(_host(lr, "LrFileUtils.isReadable", path), os.R_OK)


@sdk("LrFileUtils.isWritable")
@sdk("LrFileUtils.isDeletable")
def is_writable(lr: Session, path: Any) -> bool:
    real = _host(lr, "LrFileUtils.isWritable", path)
    return os.access(real if real.exists() else real.parent, os.W_OK)


@sdk("LrFileUtils.isEmptyDirectory")
def is_empty_directory(lr: Session, path: Any) -> bool:
    real = _host(lr, "LrFileUtils.isEmptyDirectory", path)
    return real.is_dir() and next(real.iterdir(), None) is None


@sdk("LrFileUtils.fileAttributes")
def file_attributes(lr: Session, path: Any) -> Record:
    """Empty for what does not exist."""
    full = "LrFileUtils.fileAttributes"
    real = _host(lr, full, path)
    if not real.exists():
        return Record(full, {})
    facts = real.stat()
    values = {
        "fileSize": facts.st_size,
        "fileModificationDate": facts.st_mtime - COCOA_EPOCH,
        "fileCreationDate": facts.st_ctime - COCOA_EPOCH,
    }
    return Record(full, values)


@sdk("LrFileUtils.volumeAttributes")
def volume_attributes(lr: Session, path: Any) -> Record:
    """Sizes in bytes. Empty on an odd volume (a network share, say), which Adobe's text does not exclude."""
    full = "LrFileUtils.volumeAttributes"
    if lr.options.disk_free == "unknown":
        return Record(full, {})
    usage = shutil.disk_usage(_host(lr, full, path))
    free = usage.free if lr.options.disk_free is None else lr.options.disk_free
    return Record(full, {"fileSystemSize": max(usage.total, free), "fileSystemFreeSize": free})


@sdk("LrFileUtils.pathsAreOnSameVolume")
def same_volume(lr: Session, one: Any, other: Any) -> bool:
    full = "LrFileUtils.pathsAreOnSameVolume"
    return _host(lr, full, one).stat().st_dev == _host(lr, full, other).stat().st_dev


@sdk("LrFileUtils.makeFileWritable")
def make_writable(lr: Session, path: Any) -> bool:
    real = _host(lr, "LrFileUtils.makeFileWritable", path)
    real.chmod(real.stat().st_mode | stat.S_IWUSR)
    return True


@sdk("LrFileUtils.chooseUniqueFileName")
def unique_name(lr: Session, path: Any) -> str:
    candidate = text("LrFileUtils.chooseUniqueFileName", path)
    stem, extension, number = lr.paths.without_extension(candidate), lr.paths.extension(candidate), 1
    while lr.paths.to_host(candidate).exists():
        number += 1
        candidate = f"{stem}-{number}" + (f".{extension}" if extension else "")
    return candidate


@sdk("LrFileUtils.resolveAlias")
@sdk("LrFileUtils.resolveAllAliases")
def resolve(lr: Session, path: Any) -> str:
    return lr.paths.to_sdk(_host(lr, "LrFileUtils.resolveAllAliases", path).resolve())


def _iterator(lr: Session, items: list[Path]) -> Any:
    """An iterator as generic `for` takes it. It must run to its end: one left early keeps the folder open."""
    name = "an iterator of LrFileUtils"
    rest = iter(items)
    state = {"open": True}
    lr.open_iterators.append((name, state))

    def advance(*_: Any) -> bytes | None:
        for item in rest:
            return lr.paths.to_sdk(item).encode("utf-8", "surrogateescape")
        state["open"] = False
        return None

    return advance


def _register_walks() -> None:
    walks = {
        "files": lambda folder: [p for p in sorted(folder.iterdir()) if p.is_file()],
        "directoryEntries": lambda folder: sorted(folder.iterdir()),
        "recursiveFiles": lambda folder: [p for p in sorted(folder.rglob("*")) if p.is_file()],
        "recursiveDirectoryEntries": lambda folder: sorted(folder.rglob("*")),
    }
    for name, walk in walks.items():

        @sdk(f"LrFileUtils.{name}")
        def entries(lr: Session, path: Any, name: str = name, walk: Any = walk) -> Any:
            folder = _host(lr, f"LrFileUtils.{name}", path)
            if not folder.is_dir():
                raise SdkError(f"LrFileUtils.{name}: there is no folder {path}")
            return _iterator(lr, walk(folder))


_register_walks()


# LrPathUtils --------------------------------------------------------------------------------------------------------


@sdk("LrPathUtils.getStandardFilePath")
def get_standard_file_path(lr: Session, which: Any) -> str | None:
    return lr.paths.standard(text("LrPathUtils.getStandardFilePath", which))


@sdk("LrPathUtils.child")
def child(lr: Session, path: Any, name: Any) -> str:
    return lr.paths.child(text("LrPathUtils.child", path), text("LrPathUtils.child", name))


@sdk("LrPathUtils.makeAbsolute")
def make_absolute(lr: Session, path: Any, base: Any) -> str:
    path, base = text("LrPathUtils.makeAbsolute", path), text("LrPathUtils.makeAbsolute", base)
    return path if lr.paths.is_absolute(path) else lr.paths.standardize(lr.paths.child(base, path))


@sdk("LrPathUtils.makeRelative")
def make_relative(lr: Session, path: Any, base: Any) -> str:
    full = "LrPathUtils.makeRelative"
    whole, start = lr.paths.parts(text(full, path)), lr.paths.parts(text(full, base))
    if whole[: len(start)] != start:
        raise RuleBroken(f"{full}: {path} is not inside {base}")
    return lr.paths.separator.join(whole[len(start) :])


@sdk("LrPathUtils.addExtension")
def add_extension(lr: Session, path: Any, extension: Any) -> str:
    return f"{text('LrPathUtils.addExtension', path)}.{text('LrPathUtils.addExtension', extension)}"


@sdk("LrPathUtils.replaceExtension")
def replace_extension(lr: Session, path: Any, extension: Any) -> str:
    full = "LrPathUtils.replaceExtension"
    return f"{lr.paths.without_extension(text(full, path))}.{text(full, extension)}"


@sdk("LrPathUtils.isRelative")
def is_relative(lr: Session, path: Any) -> bool:
    return not lr.paths.is_absolute(text("LrPathUtils.isRelative", path))


def _register_path_functions() -> None:
    functions = {
        "parent": "parent",
        "leafName": "leaf",
        "extension": "extension",
        "removeExtension": "without_extension",
        "isAbsolute": "is_absolute",
        "standardizePath": "standardize",
    }
    for name, method in functions.items():

        @sdk(f"LrPathUtils.{name}")
        def of_path(lr: Session, path: Any, name: str = name, method: str = method) -> Any:
            return getattr(lr.paths, method)(text(f"LrPathUtils.{name}", path))


_register_path_functions()

"""The computer and Lightroom itself: tasks that sleep or run commands, the shell, passwords, versions, views."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..errors import RuleBroken, SdkError
from ..marshal import Ref
from ..registry import Wait, sdk, sdk_property
from ..session import Session
from ..tables.returned import Record
from ..tables.words import words
from .arguments import number, optional, text

_NOT_FOUND = {"mac": 127, "win": 1}


@sdk("LrTasks.sleep")
def sleep(lr: Session, seconds: Any) -> Wait:
    return Wait(lr.waits.later(number("LrTasks.sleep", seconds), lambda: ()))


@sdk("LrTasks.execute")
def execute(lr: Session, command: Any) -> Wait:
    """The command's exit code on Windows, its raw wait status on macOS. Windows strips one pair of outer quotes."""
    command = text("LrTasks.execute", command)
    if lr.platform == "win" and command.startswith('"') and command.endswith('"'):
        command = command[1:-1]
    lr.commands.append(command)
    shell = lr.options.shell

    def run() -> Callable[[], int]:
        code = _NOT_FOUND[lr.platform] if shell is None else shell(command)
        return lambda: code if lr.platform == "win" else code << 8

    return Wait(lr.waits.work(run))


@sdk("LrShell.revealInShell")
def reveal(lr: Session, path: Any) -> None:
    lr.opened.append("reveal: " + text("LrShell.revealInShell", path))


@sdk("LrShell.openFilesInApp")
def open_files(lr: Session, files: Any, application: Any) -> None:
    if not isinstance(files, list):
        raise RuleBroken("LrShell.openFilesInApp takes an array of paths")
    lr.opened.append(f"{text('LrShell.openFilesInApp', application)}: {files}")


@sdk("LrShell.openPathsViaCommandLine")
def open_paths(lr: Session, files: Any, application: Any, extra: Any = None) -> int:
    full = "LrShell.openPathsViaCommandLine"
    command = " ".join([text(full, application), optional(full, "extraArgs", extra, str) or "", *(files or [])])
    lr.commands.append(command)
    return 0 if lr.options.shell is None else lr.options.shell(command)


# Passwords ----------------------------------------------------------------------------------------------------------


@sdk("LrPasswords.store")
def store_password(lr: Session, key: Any, password: Any, salt: Any = None, plugin: Any = None) -> None:
    lr.passwords[text("LrPasswords.store", key)] = text("LrPasswords.store", password)


@sdk("LrPasswords.retrieve")
def retrieve_password(lr: Session, key: Any, salt: Any = None, plugin: Any = None) -> str | None:
    return lr.passwords.get(text("LrPasswords.retrieve", key))


# The application ----------------------------------------------------------------------------------------------------


@sdk("LrApplication.activeCatalog")
def active_catalog(lr: Session) -> Ref:
    return Ref("LrCatalog", 1)


@sdk("LrApplication.versionTable")
def version_table(lr: Session) -> Record:
    major, minor = lr.options.version
    values = {"major": major, "minor": minor, "revision": 0, "build": 0, "publicBeta": False}
    return Record("LrApplication.versionTable", values)


@sdk("LrApplication.versionString")
def version_string(lr: Session) -> str:
    return "Lightroom Classic {}.{}".format(*lr.options.version)


_MODULES = ("library", "develop", "map", "book", "slideshow", "print", "web")


@sdk("LrApplicationView.getCurrentModuleName")
def current_module(lr: Session) -> str:
    return lr.module


@sdk("LrApplicationView.switchToModule")
def switch_to_module(lr: Session, name: Any) -> None:
    if name not in _MODULES:
        raise SdkError(f"LrApplicationView.switchToModule: there is no module {name!r}")
    lr.module = name


_VIEWS = {
    **dict.fromkeys(words("loupe grid compare survey people"), "library"),
    **dict.fromkeys(
        words("develop_loupe develop_before_after_horiz develop_before_after_vert develop_before"), "develop"
    ),
}


@sdk("LrApplicationView.showView")
def show_view(lr: Session, name: Any) -> None:
    if name not in _VIEWS:
        raise SdkError(f"LrApplicationView.showView: there is no view {name!r}")
    lr.module = _VIEWS[name]


@sdk("LrSystemInfo.osVersion")
def os_version(lr: Session) -> str:
    return "macOS 15.1" if lr.platform == "mac" else "Windows 11 - Business Edition"


@sdk("LrSystemInfo.architecture")
def architecture(lr: Session) -> str:
    return "arm64" if lr.platform == "mac" else "x64"


@sdk("LrSystemInfo.summaryString")
def summary(lr: Session) -> str:
    return f"{version_string(lr)}\n{os_version(lr)}\n{architecture(lr)}"


@sdk("LrSystemInfo.numCPUs")
def cpus(lr: Session) -> int:
    return 8


@sdk("LrSystemInfo.memSize")
def memory(lr: Session) -> int:
    return 16 << 30


@sdk("LrSystemInfo.is64Bit")
def is_64_bit(lr: Session) -> bool:
    return True


# The plug-in's own object -------------------------------------------------------------------------------------------


@sdk_property("LrPlugin.id")
def plugin_id(lr: Session, _: int) -> str:
    return lr.plugin.id


@sdk_property("LrPlugin.path")
def plugin_path(lr: Session, _: int) -> str:
    return lr.paths.to_sdk(lr.plugin.folder)


@sdk_property("LrPlugin.enabled")
def plugin_enabled(lr: Session, _: int) -> bool:
    return True


@sdk("LrPlugin.hasResource")
def has_resource(lr: Session, _: int, name: Any) -> bool:
    return (lr.plugin.folder / text("LrPlugin:hasResource", name)).is_file()


@sdk("LrPlugin.resourceId")
def resource_id(lr: Session, _: int, name: Any) -> str:
    return lr.paths.to_sdk(lr.plugin.folder / text("LrPlugin:resourceId", name))


@sdk("LrLocalization.currentLanguage")
def current_language(lr: Session) -> str:
    return lr.texts.language

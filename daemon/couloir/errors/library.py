"""Errors of an Aperture library that cannot be used, or of a part of it that is asked for."""

from __future__ import annotations

from couloir.errors.base import CouloirError


class LibraryError(CouloirError):
    """The library {path} cannot be used: {why}."""

    code = "library"
    exit_code = 10
    advice = "Check that the path is the library you mean and that its disk is connected."


class NotALibrary(LibraryError):
    """{path} is not an Aperture library: {why}."""

    code = "library.not-a-library"
    exit_code = 11
    advice = (
        "Give the path of a folder whose name ends in .aplibrary (or .photolibrary for iPhoto 9, .apvault for a vault)."
    )


class UnsupportedLibrary(LibraryError):
    """{path} was written by {app}, which Couloir cannot read."""

    code = "library.unsupported"
    exit_code = 12
    advice = (
        "Couloir reads libraries of Aperture 3 and of iPhoto 9.3 to 9.6. Give a copy, a backup or a vault that one of "
        "them has written. Without one, add the library's originals to Lightroom: they are the files in its folder."
    )


class DamagedLibrary(LibraryError):
    """The library {path} is damaged: {why}."""

    code = "library.damaged"
    exit_code = 13
    advice = (
        "Restore the named file from a backup or a vault; nothing was written. "
        "--rebuild-from-plists reads what the library's property lists still hold, and says what they lack; "
        "the plug-in offers it."
    )


class UnknownVersion(LibraryError):
    """The library {path} has no single version {version!r}: {why}."""

    code = "library.unknown-version"
    exit_code = 14
    advice = "Give a version's uuid, or a name that only one version has; `couloir inspect --versions` lists them."


class UnknownProject(LibraryError):
    """The library {path} has no one project {project!r}: {why}."""

    code = "library.unknown-project"
    exit_code = 15
    advice = "Give a project's uuid, or a name that only one project has; `couloir inspect` lists them."


class UnknownScope(LibraryError):
    """{item} is not in the library."""

    code = "import.unknown-scope"
    exit_code = 17
    advice = "Choose projects and albums that the library lists; open it again if it has changed."


class NothingComesOver(LibraryError):
    """Nothing in the library {path} can be migrated: {why}."""

    code = "library.nothing"
    exit_code = 16
    advice = (
        "Correct the cause that is named and run the command again; `couloir inspect` shows what the library holds."
    )

"""Errors of installing the plug-in, and of looking for newer releases."""

from __future__ import annotations

from couloir.errors.base import CouloirError


class InstallationError(CouloirError):
    """The plug-in cannot be installed: {why}."""

    code = "installation"
    exit_code = 90
    advice = "In Lightroom, File > Plug-in Manager > Add takes the plug-in from any folder."


class PluginForeign(InstallationError):
    """{path} is not Couloir's plug-in, or a link to somewhere else, and was left as it is."""

    code = "installation.foreign"
    exit_code = 91
    advice = "Rename it or move it elsewhere, then run the command again."


class PluginChanged(InstallationError):
    """The plug-in in {path} has files that Couloir did not write, and was left as it is: {others}."""

    code = "installation.changed"
    exit_code = 92
    advice = "Move these files, or the whole folder, elsewhere, then run the command again."


class PluginMissing(InstallationError):
    """There is no plug-in in {path}."""

    code = "installation.missing"
    exit_code = 93
    advice = "One that was added in Lightroom's Plug-in Manager is removed there."


class NoModulesFolder(InstallationError):
    """Lightroom Classic runs on macOS and Windows only, so its folder of plug-ins is not known here ({system})."""

    code = "installation.no-folder"
    exit_code = 94
    advice = "Give another folder with --to; File > Plug-in Manager > Add in Lightroom takes the plug-in from there."


class NoReleases(InstallationError):
    """Couloir {version} does not say where its releases are published: this copy was not made for a release."""

    code = "installation.no-releases"
    exit_code = 95
    advice = "Look where you got it from, or give the address of a release's couloir-release.json with --from."


class ReleasesUnread(InstallationError):
    """The releases at {address} cannot be read: {why}."""

    code = "installation.releases-unread"
    exit_code = 96
    advice = "Check the address and the connection, and try again; Couloir itself needs neither."

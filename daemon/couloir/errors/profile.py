"""Errors of camera profiles."""

from __future__ import annotations

from couloir.errors.base import CouloirError


class ProfileError(CouloirError):
    """The camera profile {item} cannot be used: {why}."""

    code = "profile"
    exit_code = 70
    advice = "Photos are translated without it, on Adobe's own profile."


class BadProfile(ProfileError):
    """The camera profile {item} cannot be read: {why}."""

    code = "profile.unreadable"
    exit_code = 71
    advice = "Learn it again with `couloir profile learn`; photos are translated without it until then."


class NothingToLearn(ProfileError):
    """No camera profile can be learnt for {item}: {why}."""

    code = "profile.nothing-to-learn"
    exit_code = 72
    advice = (
        "Photos of this camera are translated with Adobe's profile. To learn one, read a library that has unedited "
        "RAW photos of it with up-to-date previews, for example a backup or a vault."
    )


class NoProfileFolder(ProfileError):
    """The folder of Camera Raw's profiles is not known for {item}: {why}."""

    code = "profile.no-folder"
    exit_code = 73
    advice = "Give Camera Raw's own folder with --folder: CameraProfiles, or Settings for `couloir looks`."


class CannotInstall(ProfileError):
    """Profiles cannot be put into {path}: {why}."""

    code = "profile.cannot-install"
    exit_code = 75
    advice = "Allow writing in this folder, which Camera Raw and Lightroom read; then do the same again."

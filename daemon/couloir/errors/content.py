"""Errors of one item's content: a run notes them and goes on."""

from __future__ import annotations

from typing import ClassVar

from couloir.errors.base import CouloirError


class ContentError(CouloirError):
    """{item} cannot be used: {why}."""

    code = "content"
    exit_code = 30
    advice = "The item is listed in the report; the rest of the library is not affected."
    is_failure: ClassVar[bool] = True
    """Whether a command that met it ends with NotAll; not where the item is sound, and Couloir cannot compare it."""


class BadArchive(ContentError):
    """The adjustment data of {item} cannot be read: {why}."""

    code = "content.archive"
    exit_code = 31


class BadImage(ContentError):
    """The picture {item} cannot be decoded: {why}."""

    code = "content.image"
    exit_code = 32


class BadXmp(ContentError):
    """The XMP of {item} cannot be read: {why}."""

    code = "content.xmp"
    exit_code = 33


class BadSettingsFile(ContentError):
    """The settings file {item} cannot be read: {why}."""

    code = "content.settings-file"
    exit_code = 38
    advice = (
        "Other photos are not affected. Save the photo's settings again in its program, or take the file from a backup."
    )


class CannotEmbed(ContentError):
    """XMP cannot be embedded in {item}: {why}."""

    code = "content.cannot-embed"
    exit_code = 34
    advice = "The plug-in sets this photo's metadata inside Lightroom instead."


class CannotRender(ContentError):
    """{item} cannot be rendered by {renderer}: {why}."""

    code = "content.cannot-render"
    exit_code = 35
    advice = "The photo is migrated anyway; only its measured difference is missing."
    is_failure = False


class NoRawDecoder(CannotRender):
    """RAW files cannot be read here: LibRaw (the package rawpy) is not installed. {remedy}"""

    code = "content.no-raw-decoder"
    exit_code = 37
    advice = "Photos are migrated all the same; until then no RAW photo is measured, and no camera profile learnt."


class UnreadableOriginal(ContentError):
    """The original {item} cannot be read: {why}."""

    code = "content.original"
    exit_code = 36
    advice = (
        "If only access is refused, grant it. Otherwise find the file in a backup or a vault, put it back in its "
        "place and run again."
    )

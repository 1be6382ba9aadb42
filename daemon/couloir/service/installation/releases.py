"""Whether there is a newer release. Nothing here runs unless a user asks, and the question says nothing about them.

A release publishes `couloir-release.json` beside its files (scripts/build_release.py). The address of the newest one is
the project URL "Releases" in the metadata of a published build; a build that was not published has none.
"""

from __future__ import annotations

import importlib.metadata
import re
import ssl
import urllib.error
import urllib.request
from http.client import HTTPException, HTTPMessage
from typing import IO, Final
from urllib.parse import urlsplit

import msgspec

from couloir.errors import ReleasesUnread

LABEL: Final = "Releases"
_PATIENCE: Final = 20.0  # seconds
_MOST: Final = 1 << 20  # bytes; such a file has some hundreds
_NUMBERS: Final = re.compile(r"v?(\d+(?:\.\d+)*)(.*)")


class File(msgspec.Struct, frozen=True):
    """One file of a release. `sha256` is hexadecimal, `size` in bytes."""

    name: str
    sha256: str
    size: int


class Release(msgspec.Struct, frozen=True):
    """What couloir-release.json says. `page` is where a person gets it, or empty."""

    version: str
    files: list[File]
    page: str = ""


def published_address() -> str:
    """Where this build's metadata says that releases are published; empty when it does not."""
    try:
        stated = importlib.metadata.metadata("couloir").get_all("Project-URL") or []
    except importlib.metadata.PackageNotFoundError:
        return ""
    for line in stated:
        label, _, address = line.partition(",")
        if label.strip() == LABEL:
            return str(address.strip())
    return ""


def read_release(address: str) -> Release:
    """The release that is published there. Only https, or http on this computer. Raises ReleasesUnread."""
    if not _is_safe(address):
        raise ReleasesUnread(address=address, why="it is not an https address")
    # No version, no name of a system: the server learns that someone asked.
    request = urllib.request.Request(address, headers={"User-Agent": "Couloir"})  # noqa: S310  (https, see above)
    opener = urllib.request.build_opener(
        urllib.request.HTTPSHandler(context=ssl.create_default_context()), _OnlySafeRedirects()
    )
    try:
        with opener.open(request, timeout=_PATIENCE) as answer:
            data = answer.read(_MOST + 1)
    except (OSError, HTTPException, ValueError) as error:
        why = getattr(error, "reason", None) or error
        raise ReleasesUnread(address=address, why=str(why) or type(error).__name__) from error
    if len(data) > _MOST:
        raise ReleasesUnread(address=address, why="it is too large to be the description of a release")
    try:
        return msgspec.json.decode(data, type=Release)
    except msgspec.DecodeError as error:
        raise ReleasesUnread(address=address, why=f"it is not the description of a release ({error})") from error


def is_newer(version: str, than: str) -> bool:
    """Whether a version is later than another one; 1.0rc1 is before 1.0."""
    return _order(version) > _order(than)


def _order(version: str) -> tuple[list[int], bool, str]:
    found = _NUMBERS.fullmatch(version.strip())
    if found is None:
        return [], False, version
    numbers = [int(number) for number in found[1].split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()  # 1.0 is 1.0.0
    return numbers, not found[2], found[2]


def _is_safe(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost"))


class _OnlySafeRedirects(urllib.request.HTTPRedirectHandler):
    """Follows no redirect to an address that would not have been asked itself."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> urllib.request.Request | None:
        if not _is_safe(newurl):
            raise urllib.error.URLError("it leads to an address that is not https")
        return super().redirect_request(req, fp, code, msg, headers, newurl)

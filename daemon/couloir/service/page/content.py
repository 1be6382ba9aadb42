"""The report's files for a browser: only names that a report has, no links, and only Couloir's own scripts.

Files in the destination may have been changed by anyone who can write there. So the page's own scripts come from the
package, and a piece of data is served only when it is JSON in the one call that the page expects. Imported when
first needed.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import msgspec

from couloir.migrate.report.look_store import FOLDER
from couloir.migrate.report.page_files import STATIC, static_file
from couloir.regular_files import read_regular
from couloir.service.http.problems import NoSuchPlace

_DOCUMENT: Final = re.compile(r"photos\.html|report(-[0-9]{1,6})?\.html")
_PIECE: Final = re.compile(r"(meta|photos|detail)-([0-9]{1,7})\.js")
_PICTURE: Final = re.compile(r"[0-9a-f]{1,64}(-[0-9a-f]{1,32}){0,2}(-(aperture|rendering|difference))?\.webp")
_MOST_BYTES: Final = 32 * 1024 * 1024  # a page of the report for 100,000 photos has less than one megabyte
_PICTURES: Final = frozenset({"thumbs", "pictures", "looks"})


def document(destination: Path, name: str) -> bytes:
    """The page or the report. Raises: NoSuchPlace"""
    return _read(destination, name, _DOCUMENT)


def script(name: str) -> bytes:
    """A script of the page. Raises: NoSuchPlace"""
    return _static(f"{name}.js")


def style(name: str) -> bytes:
    """The page's style. Raises: NoSuchPlace"""
    return _static(f"{name}.css")


def piece(destination: Path, name: str) -> bytes:
    """A script that holds one piece of the photos' data and nothing else. Raises: NoSuchPlace"""
    content = _read(destination, name, _PIECE, "data")
    kind, number = name.removesuffix(".js").split("-")
    start, end = f'couloir.take("{kind}",{number},'.encode(), b");\n"
    if not (content.startswith(start) and content.endswith(end)):
        raise NoSuchPlace(item=name)
    try:
        msgspec.json.decode(content[len(start) : -len(end)])
    except msgspec.DecodeError as error:
        raise NoSuchPlace(item=name) from error
    return content


def picture(destination: Path, folder: str, name: str) -> bytes:
    """A thumbnail or a picture of a photo. Raises: NoSuchPlace"""
    if folder not in _PICTURES:
        raise NoSuchPlace(item=name)
    return _read(destination, name, _PICTURE, folder)


def _static(name: str) -> bytes:
    if name not in STATIC:
        raise NoSuchPlace(item=name)
    return static_file(name)


def _read(destination: Path, name: str, allowed: re.Pattern[str], *below: str) -> bytes:
    file = destination.joinpath(FOLDER, *below, name)
    try:
        if not allowed.fullmatch(name) or file.resolve(strict=True) != file:
            raise NoSuchPlace(item=name)
        content = read_regular(file, _MOST_BYTES)
    except OSError as error:
        raise NoSuchPlace(item=name) from error
    if content is None:
        raise NoSuchPlace(item=name)
    return content

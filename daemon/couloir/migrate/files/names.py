"""Makes file and folder names that every operating system accepts from any text in a library. Pure functions.

Which of two equal names gets a number is decided in reserved_names.py. Here are only the form of one name, and the key
by which two names are the same file on the least discerning disk that is known.
"""

from __future__ import annotations

import re
import unicodedata

MAX_FOLDER_BYTES = 100
"""UTF-8 bytes of a folder's name: file systems allow 255, but nested folders must also fit Windows' 260 for a path."""

MAX_FILE_BYTES = 160
"""UTF-8 bytes of a file's name, extension included: leaves room for the suffixes that Lightroom adds on export."""

SIDECAR_SUFFIX = ".xmp"

LIBRARY_SUFFIXES = frozenset(
    {".aplibrary", ".apvault", ".photolibrary", ".photoslibrary", ".migratedaplibrary", ".migratedphotolibrary"}
)
"""Suffixes of Apple's photo libraries and of Aperture's vaults: Couloir gives no folder such a name."""

_SEPARATORS = str.maketrans(dict.fromkeys("/\\:|", "-"))
_FORBIDDEN = frozenset('<>"?*')
# Control, lone surrogates, not assigned (APFS refuses them), line ends. Private use (Co) is harmless.
_BAD_CATEGORIES = frozenset({"Cc", "Cs", "Cn", "Zl", "Zp"})
# Characters that change the reading direction can make "gpj.exe" look like "exe.jpg"; joiners are real spelling.
_DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|clock\$|(com|lpt)[0-9¹²³])", re.IGNORECASE)
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,10}")
_TAIL = re.compile(r"[\s.]+\Z")  # Windows drops dots and spaces at the end of a name


def key(name: str) -> str:
    """The key under which two names are the same file: without case and Unicode normal form, as on APFS, HFS+, NTFS,
    exFAT.

    Upper case first and folding after makes it coarser than any one of them (it also merges ß with ss and dotless i
    with i), which at worst gives a name a needless number, and never loses a file.
    """
    visible = "".join(c for c in unicodedata.normalize("NFD", name) if unicodedata.category(c) != "Cf")
    folded = unicodedata.normalize("NFD", visible.upper().casefold())
    return unicodedata.normalize("NFD", folded.upper().casefold())


def folder_name(text: str, fallback: str) -> str:
    """A folder's name: safe everywhere, NFC, at most MAX_FOLDER_BYTES; `fallback` when nothing is left of `text`."""
    name = _guarded(_clipped(_guarded(_cleaned(text) or _cleaned(fallback)), MAX_FOLDER_BYTES))
    stem, dot, suffix = name.rpartition(".")
    return f"{stem}_{suffix}" if dot + suffix.lower() in LIBRARY_SUFFIXES else name


def file_name(text: str, fallback: str) -> str:
    """A file's name: safe everywhere, NFC, at most MAX_FILE_BYTES, with its extension unchanged."""
    stem, extension = split(_guarded(_cleaned(text) or _cleaned(fallback)))
    return _guarded(_fitted(stem, "", extension))


def split(name: str) -> tuple[str, str]:
    """Stem and extension with its dot; only a short extension of Latin letters and digits counts as one."""
    dot = name.rfind(".")
    if dot > 0 and _EXTENSION.fullmatch(name, dot):
        return name[:dot], name[dot:]
    return name, ""


def number_name(name: str, number: int) -> str:
    """The name for its n-th bearer in one folder: "IMG_1.NEF", "IMG_1 (2).NEF", "IMG_1 (3).NEF"."""
    if number == 1:
        return name
    stem, extension = split(name)
    return _fitted(stem, f" ({number})", extension)


def version_file_name(master_file: str, version_name: str, number: int) -> str:
    """The file name of an extra version's own clone: "IMG_1 (Version 2).NEF" or "IMG_1 (Black and white).NEF".

    Aperture names a duplicate "IMG_1 - Version 2"; the part that repeats the file's own stem is left out.
    """
    stem, extension = split(master_file)
    label = _cleaned(version_name)
    if key(label).startswith(key(stem)):
        label = label[len(stem) :].lstrip(" -_")
    label = _clipped(label, MAX_FILE_BYTES // 2) or f"Version {number}"
    return _fitted(stem, f" ({label})", extension)


def sidecar_name(name: str) -> str:
    """The name under which Lightroom looks for the sidecar of a RAW file: the stem with ".xmp"."""
    return split(name)[0] + SIDECAR_SUFFIX


def _cleaned(text: str) -> str:
    composed = unicodedata.normalize("NFC", text).translate(_SEPARATORS)
    kept = "".join("_" if _is_bad(character) else character for character in composed)
    trimmed = _TAIL.sub("", unicodedata.normalize("NFC", kept).lstrip())
    if not key(trimmed):
        return ""  # nothing visible, and not a possible name on HFS+
    # A leading dot hides a file, and ".." leads out of the folder.
    return f"_{trimmed}" if trimmed.startswith(".") else trimmed


def _is_bad(character: str) -> bool:
    return character in _FORBIDDEN or character in _DIRECTION or unicodedata.category(character) in _BAD_CATEGORIES


def _guarded(name: str) -> str:
    """A name that Windows does not take for a device such as CON or NUL, whatever its extension."""
    return f"_{name}" if _RESERVED.fullmatch(name.split(".", 1)[0].strip()) else name


def _fitted(stem: str, suffix: str, extension: str) -> str:
    longest = max(len(extension), len(SIDECAR_SUFFIX))
    room = MAX_FILE_BYTES - len(suffix.encode()) - longest
    clipped = _clipped(stem, room)
    return f"{clipped}{suffix}{extension}"


def _clipped(text: str, limit: int) -> str:
    """At most `limit` UTF-8 bytes of whole characters, without trailing dots and spaces."""
    return _TAIL.sub("", text.encode()[:limit].decode(errors="ignore"))

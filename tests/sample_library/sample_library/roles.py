"""What each master of a sample library is there for.

The first masters follow a fixed list, the most useful cases first, so that even a library of thirty has nearly all of
them; from there on cases are drawn at random with the frequencies of an ordinary library.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sample_library.vocabulary import ODD_NAMES


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of original: extension, Aperture's subtype, FourCC of imageFormat and pixelFormat."""

    extension: str
    subtype: str
    four_cc: str
    pixel_format: int | None
    raw: bool = False

    @property
    def image_format(self) -> int:
        return int.from_bytes(self.four_cc.encode("ascii"), "big")

    @property
    def video(self) -> bool:
        return self.subtype == "VIDST"


# FourCCs of NEF, TIFF, PNG and movies are by pattern; the others were read in real libraries.
KINDS = {
    "jpeg": Kind(".JPG", "JPGST", "JPEG", 9),
    "dng": Kind(".DNG", "RAWST", "dng ", 6, raw=True),
    "cr2": Kind(".CR2", "RAWST", "cr2 ", 6, raw=True),
    "nef": Kind(".NEF", "RAWST", "nef ", 6, raw=True),
    "tiff": Kind(".tif", "TIFST", "TIFF", 9),
    "png": Kind(".png", "IMGST", "PNGf", 9),
    "heic": Kind(".HEIC", "IMGST", "heic", 9),
    "video": Kind(".MOV", "VIDST", "MooV", None),
}


@dataclass(frozen=True, slots=True)
class Role:
    """One case. `looks` has one entry for each browsable version; unset values (None) are drawn at random."""

    kind: str = "jpeg"
    looks: tuple[str, ...] = ("none",)
    odd_name: int | None = None
    twin: str = ""  # "same" or "case": takes its file name from the master before it, in another import group
    orientation: int = 1  # EXIF
    turn: int = 0  # degrees clockwise that the user added
    rating: int | None = None
    label: int | None = None
    flagged: bool | None = None
    trash: str = ""  # "master" or "version"
    hidden: bool = False
    volume: int | None = None  # position in the list of volumes: a referenced master
    pair: str = ""  # which half of a RAW+JPEG pair is in use: "raw" or "jpeg"
    date: str = ""  # "old" or "absent"
    stack: int = 0  # how many masters the stack that starts here has
    faces: int = 0
    placed: bool | None = None


OFFLINE_VOLUME = 2

ROLES: tuple[Role, ...] = (
    Role(looks=("all",), rating=5, label=0, flagged=True, placed=True),
    Role(),
    Role("dng", looks=("exposure",), rating=4),
    Role(looks=("white-balance",), rating=-1),
    Role(looks=("none", "exposure", "straighten-crop"), rating=3, label=1),
    Role("cr2", pair="raw", looks=("highlights-shadows",)),
    Role(looks=("crop",), orientation=6, label=2),
    Role(looks=("straighten-crop",), rating=2),
    Role(looks=("levels",), orientation=8, label=3),
    Role(looks=("enhance",), faces=2, placed=True),
    Role("nef", looks=("none",), volume=0, rating=1),
    Role(looks=("exposure",), volume=OFFLINE_VOLUME),
    Role("video"),
    Role("tiff", looks=("levels",)),
    Role("png"),
    Role("heic", looks=("crop",)),
    Role(trash="version", looks=("none", "none")),
    Role(trash="master"),
    Role(hidden=True),
    Role(looks=("curves",)),
    Role(looks=("brush",)),
    Role("dng", looks=("gray",)),
    Role(stack=3, looks=("none",)),
    Role(),
    Role(),
    Role(twin=""),
    Role(twin="same"),
    Role(),
    Role(twin="case"),
    Role(looks=("highlights-shadows",), orientation=3, label=4),
    Role(looks=("straighten",), label=5),
    Role(looks=("skin",), faces=1, label=6),
    Role(looks=("disabled",)),
    Role(looks=("neutral",)),
    Role("dng", looks=("none",), orientation=6),
    Role(looks=("crop",), turn=90),
    Role("dng", pair="jpeg", looks=("crop",), turn=270),
    Role(date="old"),
    Role(date="absent"),
    Role(looks=("twice",)),
    Role(looks=("highlights-shadows-old",)),
    Role(looks=("quarter-tones",), turn=180),
    Role(looks=("vignette",)),
    Role(looks=("black-and-white",)),
    Role("dng", looks=("retouch",)),
    Role(looks=("edge-sharpen",)),
    Role(looks=("none", "all"), orientation=6, faces=1, placed=True),
    Role("tiff", volume=1, looks=("crop",)),
    *(Role(odd_name=position, looks=("none" if position % 2 else "exposure",)) for position in range(len(ODD_NAMES))),
)


def role(index: int, rng: random.Random, roles: Sequence[Role] = ROLES) -> Role:
    """The case of the master at an index: from the list, then drawn."""
    if index < len(roles):
        return roles[index]
    kind = rng.choices(("jpeg", "dng", "cr2", "nef", "tiff", "png", "heic", "video"), (52, 8, 18, 14, 3, 1, 2, 2))[0]
    looks = tuple("random" if rng.random() < 0.3 else "none" for _ in range(1 + (rng.random() < 0.1)))
    while len(looks) in (2, 3) and rng.random() < 0.25:
        looks = (*looks, "random")
    drawn = Role(kind, ("none",) if kind == "video" else looks)
    draw = rng.random()
    if draw < 0.02:
        return replace(drawn, trash=rng.choice(("master", "version")))
    if draw < 0.03:
        return replace(drawn, hidden=True)
    if draw < 0.13:
        return replace(drawn, volume=rng.choices((0, 1, OFFLINE_VOLUME), (6, 3, 1))[0])
    if draw < 0.17 and KINDS[kind].raw:
        return replace(drawn, pair=rng.choice(("raw", "jpeg")))
    if draw < 0.20:
        return replace(drawn, stack=rng.randint(2, 5))
    if draw < 0.22:
        return replace(drawn, faces=rng.randint(1, 3))
    if draw < 0.24:
        return replace(drawn, date=rng.choice(("old", "absent")))
    if draw < 0.27:
        return replace(drawn, odd_name=rng.randrange(len(ODD_NAMES)))
    if draw < 0.45 and kind != "video":
        return replace(drawn, orientation=rng.choice((3, 6, 6, 8, 8)), turn=rng.choice((0, 0, 0, 90, 180, 270)))
    return drawn

"""What every door states and does. A door is a program that a library is carried to; Lightroom is one of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import ClassVar

from couloir.aperture.model import Master, Version
from couloir.derive.features import Pictures
from couloir.derive.manifest import Carry
from couloir.derive.model import OperationOutcome, Translation
from couloir.lightroom.metadata import PhotoMetadata
from couloir.lightroom.settings import PhotoKind


@dataclass(frozen=True, slots=True)
class Control:
    """One setting of a program: its key as it is written, its range (None: no bound is known), its unit, and where key
    and range are from.
    """

    key: str
    low: float | None
    high: float | None
    unit: str
    source: str


@dataclass(frozen=True, slots=True)
class Photograph:
    """The file beside which a door writes. `name` is its name in the folder; `width` and `height` are pixels of the
    frame as stored, None where unknown; `orientation` is the EXIF code 1..8 in the file, which programs apply by
    themselves. `has_profile` says that the file holds an ICC profile; without one its colours are sRGB's, or those of
    Adobe RGB where `is_adobe_rgb` says that its EXIF states them.
    """

    name: str
    kind: PhotoKind
    width: int | None
    height: int | None
    orientation: int
    library: str
    has_profile: bool = False
    is_adobe_rgb: bool = False


@dataclass(frozen=True, slots=True)
class PhotoVersion:
    """One version of a photograph. `orientation` is the EXIF code with which Aperture shows it; `translation` is
    Lightroom's (its crop is of the stored frame); `packet` the XMP with the version's metadata and Couloir's stamp,
    without develop settings (empty where several versions share the files); `pictures` the unedited original as
    the door's program draws it and Aperture's preview, where they were read. `bare` asks for the base alone, on which
    the program computes the look: the frame and the input profile.
    """

    version: Version
    master: Master
    orientation: int
    metadata: PhotoMetadata
    packet: bytes
    translation: Translation
    pictures: Pictures = (None, None)
    bare: bool = False


@dataclass(frozen=True, slots=True)
class SideFiles:
    """What a door writes for one photograph: bytes by their path relative to its folder, and for each version the
    outcome of each of its operations, in their order.
    """

    files: Mapping[PurePosixPath, bytes]
    outcomes: tuple[tuple[OperationOutcome, ...], ...] = field(default=())


class Door(ABC):
    """A program that a library is carried to."""

    name: ClassVar[str]
    """The word on the command line and in the ledger: "capture-one"."""

    title: ClassVar[str]
    """The program's own name."""

    how_to_open: ClassVar[str]
    """What a person does with the {folder} that was written, as one or two sentences."""

    controls: ClassVar[tuple[Control, ...]]
    """Its settings that Couloir writes."""

    capabilities: ClassVar[Mapping[type, Carry]]
    """For each adjustment of Aperture how far it is carried, in which settings, and why, for a photographer."""

    in_xmp: ClassVar[bool] = False
    """Whether its settings go into the photo's own XMP, which is Lightroom's way; else `write` gives files."""

    holds_versions: ClassVar[bool] = False
    """Whether one photograph's files hold all of its versions; else each version has a photograph of its own."""

    avoids: ClassVar[tuple[str, ...]] = ()
    """Patterns of what must not lie in the photograph's folder, with {name} for its file name: settings of the program
    itself, which are never overwritten or doubled.
    """

    reads: ClassVar[tuple[str, ...]] = ()
    """Suffixes of the types that hold no XMP and that the program is known to read, with its settings beside them."""

    takes_adobe_rgb: ClassVar[bool] = False
    """Whether it draws a file whose EXIF alone says Adobe RGB as that; Couloir reads such a file as sRGB."""

    @abstractmethod
    def write(self, photo: Photograph, versions: Sequence[PhotoVersion], /) -> SideFiles:
        """The files of a photograph, its main version first. Pure: the same arguments give the same bytes.

        Never raises for what a library may hold: what cannot be carried is an outcome with its reason.
        """

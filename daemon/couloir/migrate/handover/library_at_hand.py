"""The open library as a batch needs it: the service caches versions, and reads on the library's own thread."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from couloir.aperture.library import Library
from couloir.aperture.model import Doubt, Master, OtherRecords, Version
from couloir.aperture.originals import advice_about
from couloir.aperture.safe_sqlite import chunks

T = TypeVar("T")
Pair = tuple[Version, Master]


class LibraryAtHand(Protocol):
    """A library that is open for reading, safe to use from any thread."""

    path: Path

    def ask(self, question: Callable[[Library], T]) -> T:
        """The result of `question`, which must not take long."""

    def versions(self, uuids: Sequence[str]) -> Mapping[str, Pair]:
        """Versions with their masters, by uuid; missing ones are left out."""

    def ask_once(self, make: Callable[[Library], T]) -> T:
        """The result of `make` for the library, cached until the library changes."""


@dataclass(frozen=True, slots=True)
class Details:
    """What a library says of the photos of one batch. `records` are by version, the rest by master.

    `remarks` are sentences about originals that are not as the library states; `places` are the files of originals.
    """

    records: Mapping[str, OtherRecords]
    remarks: Mapping[str, str]
    places: Mapping[str, str]


def read_details(library: Library, pairs: Sequence[Pair], sought: Collection[str]) -> Details:
    """All that a batch asks of the library about these photos. `sought` are masters whose file lies in the library."""
    masters = {master.uuid: master for _, master in pairs}
    for page in chunks([uuid for uuid in sought if uuid not in masters]):
        for master in library.find_masters(page):
            masters.setdefault(master.uuid, master)
    remarks: dict[str, str] = {}
    places: dict[str, str] = {}
    for uuid, master in masters.items():
        if uuid in sought:
            original = library.original(master)
            places[uuid] = original.sought if original.path is None else str(original.path)
            doubt = original.doubt
        else:
            doubt = library.find_doubt(master)
        if doubt is not None:
            remarks[uuid] = _remark(doubt)
    versions = [version for version, _ in pairs]
    records = zip(versions, library.read_many_records(versions), strict=True)
    return Details({version.uuid: found for version, found in records}, remarks, places)


def _remark(doubt: Doubt) -> str:
    return f"Its original {doubt.what}. {advice_about(doubt)}"

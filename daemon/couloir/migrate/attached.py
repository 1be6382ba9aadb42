"""Notes on photos, folders and albums, places that the user named, and trims of videos.

Lightroom has no place for most of these. They go into the ledger's rows, into XMP in Couloir's namespace, and with the
plug-in into fields of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field

from couloir.aperture.details.records import Note, Owner, Place, Video
from couloir.aperture.library import Library
from couloir.aperture.model import Finding, Severity, Version
from couloir.derive.unplaced import as_lines, find_unplaced
from couloir.json_text import with_finite_numbers


@dataclass(frozen=True, slots=True)
class AttachedDetails:
    """All of these in one library: notes by their owner, the rest by version."""

    notes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    places: Mapping[str, Sequence[str]] = field(default_factory=dict)
    videos: Mapping[str, Video] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    def of_version(self, version: Version) -> dict[str, object]:
        """The part that a version's row of the ledger keeps; empty for most versions."""
        told: dict[str, object] = {
            "unplaced": with_finite_numbers(find_unplaced(version)),
            "notes": self.notes_of(version),
            "places": list(self.places.get(version.uuid, ())),
            "video": self._video(version),
        }
        if (version.latitude is None) != (version.longitude is None):
            told["half_position"] = {"latitude": version.latitude, "longitude": version.longitude}
        return {key: value for key, value in told.items() if value}

    def of_owner(self, uuid: str) -> dict[str, object]:
        """The part that the row of a folder, project, album or master keeps."""
        return {"notes": list(self.notes[uuid])} if uuid in self.notes else {}

    def notes_of(self, version: Version) -> list[str]:
        """Notes on a version or on its original."""
        return [*self.notes.get(version.uuid, ()), *self.notes.get(version.master_uuid, ())]

    def lines(self, version: Version) -> Mapping[str, tuple[str, ...]]:
        """The same as texts, by the name of the property in Couloir's namespace that holds them."""
        video = self._video(version)
        trimmed = tuple(f"{key.replace('_', ' ')}: {value}" for key, value in video.items()) if video else ()
        titled = bool(version.iptc.get("ObjectName", "").strip())
        return {
            "VersionName": (version.name,) if titled and version.name.strip() else (),
            "Custom": as_lines(find_unplaced(version)),
            "Notes": tuple(self.notes_of(version)),
            "Places": tuple(self.places.get(version.uuid, ())),
            "Video": trimmed,
        }

    def _video(self, version: Version) -> dict[str, object]:
        video = self.videos.get(version.uuid)
        return {} if video is None else {k: v for k, v in asdict(video).items() if k != "version_uuid" and v}


NO_ATTACHED_DETAILS = AttachedDetails()


def read_attached(library: Library) -> AttachedDetails:
    """Read these once for each library; the result is small unless a library has very many notes."""
    details = library.details
    notes: dict[str, list[str]] = defaultdict(list)
    findings: list[Finding] = []
    for note in details.notes():
        if note.owner is Owner.NOTHING:
            findings.append(
                _finding("note.no-owner", "note", note.uuid, f"A note has no owner in the library: {_told(note)}")
            )
        else:
            notes[note.owner_uuid].append(_told(note))
    named = {place.uuid: place for place in details.places() if place.user_defined}
    places: dict[str, list[str]] = defaultdict(list)
    for version, place in details.version_places() if named else ():
        if place in named and (name := _name_of(named[place])) not in places[version]:
            places[version].append(name)
    findings += map(_place_finding, named.values())
    return AttachedDetails(notes, places, {video.version_uuid: video for video in details.videos()}, tuple(findings))


def _told(note: Note) -> str:
    return note.text if note.key == "comment" else f"{note.key}: {note.text}"


def _name_of(place: Place) -> str:
    return place.name or next((name for _, name in place.names), "") or place.uuid


def _place_finding(place: Place) -> Finding:
    latitudes, longitudes = place.latitudes or (), place.longitudes or ()
    told = f"The place {_name_of(place)!r} was named by hand in Aperture: latitude {latitudes}, longitude {longitudes}."
    return _finding("place.named", "place", place.uuid, told, "Save it in Lightroom's Map module: Saved Locations > +.")


def _finding(code: str, kind: str, item: str, message: str, advice: str = "") -> Finding:
    return Finding(code, Severity.NOTE, kind, item, message, advice)


def video_findings(version: Version, attached: AttachedDetails) -> Iterator[Finding]:
    """A finding for a trimmed video: Lightroom shows all of it."""
    video = attached.videos.get(version.uuid)
    if video is not None and (video.in_point or video.out_point or video.has_edit_list):
        yield Finding(
            "video.trimmed",
            Severity.NOTE,
            "version",
            version.uuid,
            f"{version.name}: this video was trimmed in Aperture, from {video.in_point or 'its beginning'} to "
            f"{video.out_point or 'its end'}.",
            "Trim it again in Lightroom's Library module, in the bar below the video.",
        )

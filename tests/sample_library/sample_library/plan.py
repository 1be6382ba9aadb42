"""Decides everything about one master and its versions; writes nothing."""

from __future__ import annotations

import base64
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sample_library import clock
from sample_library.geometry import Rectangle, Size, processed_size
from sample_library.looks import geometry_of, look
from sample_library.operations import Brick, raw_fine_tuning
from sample_library.roles import KINDS, ROLES, Kind, Role, role
from sample_library.tree import ImportGroup, Project, Tree, Volume
from sample_library.vocabulary import (
    BYLINES,
    CAMERAS,
    CAPTIONS,
    ODD_NAMES,
    PEOPLE,
    PLACES,
    RIGHTS,
    TITLES,
    ZONES,
    Camera,
    Place,
)

TURNS = {1: 0, 3: 180, 6: 90, 8: 270}  # EXIF orientation to degrees clockwise
TINY: tuple[Size, ...] = ((120, 80), (112, 84))
LONG_EDGES = (480, 480, 640, 640, 800, 960, 1280, 1600)


def uuid(rng: random.Random) -> str:
    """22 characters of base64 in which Aperture writes % for /."""
    return base64.b64encode(rng.getrandbits(128).to_bytes(16, "big"))[:22].decode("ascii").replace("/", "%")


@dataclass(slots=True)
class Face:
    """A face: fractions of the unrotated master, origin bottom-left; `person` is a position in PEOPLE or None."""

    area: Rectangle
    person: int | None
    rejected: bool


@dataclass(slots=True)
class Version:
    """One version as intended."""

    uuid: str
    number: int
    name: str
    bricks: list[Brick]
    rotation: int
    size: Size
    rating: int = 0
    flagged: bool = False
    label: int = -1
    hidden: bool = False
    in_trash: bool = False
    stack_uuid: str | None = None
    keywords: list[int] = field(default_factory=list)  # positions in Tree.keywords
    iptc: dict[str, str] = field(default_factory=dict)
    model_id: int = 0

    @property
    def is_original(self) -> bool:
        return self.number == 0

    @property
    def edited(self) -> bool:
        """Whether the user's own adjustments show."""
        return any(brick.enabled and not brick.is_raw_decode for brick in self.bricks)


@dataclass(slots=True)
class Original:
    """One original file: a row of RKMaster."""

    uuid: str
    kind: Kind
    file_name: str
    image_path: str
    model_id: int = 0


@dataclass(slots=True)
class Plan:
    """One photo: its original, the other half of its pair if it has one, and its versions (number 0 last)."""

    index: int
    role: Role
    used: Original
    other: Original | None
    project: Project
    group: ImportGroup
    volume: Volume | None
    camera: Camera
    place: Place | None
    size: Size
    orientation: int
    stamp: float | None
    zone: str
    in_trash: bool
    faces: list[Face]
    versions: list[Version]
    exposure: tuple[float, float, int, float]  # seconds, f-number, ISO, focal length
    picture_seed: int
    stack: str = ""  # "start" of a stack of several masters, or "inside" one

    @property
    def originals(self) -> list[Original]:
        return [self.used] if self.other is None else [self.used, self.other]

    @property
    def seed_text(self) -> str:
        return f"{self.picture_seed:016x}"


class Planner:
    """Plans masters one after another; remembers only the one before, for twins."""

    def __init__(self, tree: Tree, *, masters: int, seed: int, pictures: str, roles: Sequence[Role] = ROLES) -> None:
        self._tree = tree
        self._masters = masters
        self._seed = seed
        self._pictures = pictures
        self._roles = roles
        self._previous: Plan | None = None
        self._stack_left = 0

    def plan(self, index: int) -> Plan:
        """The plan of the photo whose first master has this index; a pair takes the next index too."""
        rng = random.Random(f"{self._seed}/{index}")
        case = role(index, rng, self._roles)
        if case.pair and index + 1 >= self._masters:
            case = Role(case.kind, case.looks)
        previous = self._previous
        inside = self._stack_left > 0
        stays = previous is not None and (bool(case.twin) or inside)
        project = previous.project if stays and previous else self._tree.projects[self._project(index)]
        group = project.groups[index % 3 == 2]
        if case.odd_name is not None:
            # Neighbours in the list may be one name to a file system that ignores how accents are composed.
            group = project.groups[case.odd_name % 2]
        camera = rng.choice(CAMERAS)
        if KINDS[case.kind].raw and camera.raw != case.kind:
            camera = rng.choice([c for c in CAMERAS if c.raw == case.kind])
        stem, kind = self._file_name(case, index, camera), KINDS[case.kind]
        extension = kind.extension
        if case.twin and previous is not None:
            group = project.groups[previous.group is project.groups[0]]
            stem, _, suffix = previous.used.file_name.rpartition(".")
            extension = "." + suffix
            if case.twin == "case":
                stem, extension = stem.swapcase(), extension.swapcase()
        volume = None if case.volume is None else self._tree.volumes[case.volume]
        size = self._size(kind, camera, rng)
        used, other = self._originals(case, stem, extension, group, volume, rng)
        place = rng.choice(PLACES) if case.placed or (case.placed is None and rng.random() < 0.25) else None
        in_trash = case.trash == "master" or project.thrown
        plan = Plan(
            index=index,
            role=case,
            used=used,
            other=other,
            project=project,
            group=group,
            volume=volume,
            camera=camera,
            place=place,
            size=size,
            orientation=case.orientation,
            stamp=self._stamp(case, project, index, rng),
            zone=place.zone if place else rng.choice(ZONES),
            in_trash=in_trash,
            faces=[_face(number, case.faces, rng) for number in range(case.faces)],
            versions=[],
            exposure=_exposure(camera, rng),
            picture_seed=rng.getrandbits(64),
            stack="inside" if inside else ("start" if case.stack else ""),
        )
        plan.versions = self._versions(plan, rng)
        self._stack_left = self._stack_left - 1 if inside else max(0, case.stack - 1)
        self._previous = plan
        return plan

    def _project(self, index: int) -> int:
        return index * len(self._tree.projects) // self._masters

    def _file_name(self, case: Role, index: int, camera: Camera) -> str:
        if case.odd_name is not None and ODD_NAMES[case.odd_name][1] is not None:
            return f"{ODD_NAMES[case.odd_name][1]}" if index < 1000 else f"{ODD_NAMES[case.odd_name][1]}{index % 1000}"
        return f"{camera.prefix}{index % 10000:04d}"

    def _size(self, kind: Kind, camera: Camera, rng: random.Random) -> Size:
        if self._pictures == "none":
            return camera.sensor
        if self._pictures == "tiny":
            return TINY[rng.random() < 0.3]
        edge = min(rng.choice(LONG_EDGES), 640 if kind.raw else 1600)
        return (edge, edge * 2 // 3) if rng.random() < 0.7 else (edge, edge * 3 // 4)

    def _originals(
        self, case: Role, stem: str, extension: str, group: ImportGroup, volume: Volume | None, rng: random.Random
    ) -> tuple[Original, Original | None]:
        def original(kind: Kind, suffix: str) -> Original:
            file_name = stem + suffix
            folder = group.path if volume is None else f"Pictures/{group.year}/{group.path.rpartition('/')[2]}"
            return Original(uuid(rng), kind, file_name, f"{folder}/{file_name}")

        raw = original(KINDS[case.kind], extension)
        if not case.pair:
            return raw, None
        jpeg = original(KINDS["jpeg"], ".JPG")
        return (raw, jpeg) if case.pair == "raw" else (jpeg, raw)

    def _stamp(self, case: Role, project: Project, index: int, rng: random.Random) -> float | None:
        if case.date == "absent":
            return None
        if case.date == "old":
            return clock.seconds(project.start - timedelta(days=365 * rng.randint(46, 105)))
        return clock.seconds(project.start + timedelta(seconds=37 * (index % 500)))

    def _versions(self, plan: Plan, rng: random.Random) -> list[Version]:
        case = plan.role
        versions = []
        for number, name in enumerate(case.looks, start=1):
            version = self._version(plan, number, name, rng)
            version.rating = (
                case.rating if case.rating is not None else rng.choices(range(-1, 6), (4, 60, 4, 6, 12, 8, 6))[0]
            )
            version.flagged = case.flagged if case.flagged is not None else rng.random() < 0.1
            version.label = case.label if case.label is not None else rng.choices((-1, rng.randrange(7)), (7, 3))[0]
            version.hidden = case.hidden
            version.in_trash = plan.in_trash or (case.trash == "version" and number == len(case.looks))
            version.iptc = _iptc(plan, rng)
            version.keywords = self._keywords(rng)
            versions.append(version)
        original = self._version(plan, 0, "none", rng)
        original.in_trash = plan.in_trash
        # Aperture repeats keywords and IPTC on the hidden original as they were at import.
        original.keywords, original.iptc = list(versions[0].keywords), dict(versions[0].iptc)
        return [*versions, original]

    def _version(self, plan: Plan, number: int, name: str, rng: random.Random) -> Version:
        bricks = [] if plan.used.kind.video else look(name, rng, plan.size)
        if plan.used.kind.raw:
            tuned = number > 0 and (name in ("all", "random") or rng.random() < 0.1)
            bricks.insert(0, raw_fine_tuning(rng if tuned else None))
        rotation = TURNS[plan.orientation]
        if number:
            rotation = (rotation + plan.role.turn) % 360
        degrees, area = geometry_of(bricks)
        size = processed_size(plan.size, degrees, area, rotation)
        return Version(uuid(rng), number, _title(plan, number, rng), bricks, rotation, size)

    def _keywords(self, rng: random.Random) -> list[int]:
        count = rng.choices((0, 1, 2, 4), (50, 20, 20, 10))[0]
        return sorted(rng.sample(range(len(self._tree.keywords)), count))


def _title(plan: Plan, number: int, rng: random.Random) -> str:
    stem = plan.used.file_name.rpartition(".")[0]
    if number == 0:
        return stem
    if plan.role.odd_name is not None:
        return ODD_NAMES[plan.role.odd_name][0]
    title = rng.choice(TITLES) if rng.random() < 0.2 else stem
    return title if number == 1 else f"{title} - Version {number}"


def _face(number: int, count: int, rng: random.Random) -> Face:
    width = round(rng.uniform(0.08, 0.16), 4)
    area = Rectangle(
        round((number + 0.5) / (count + 1) + 0.05, 4), round(rng.uniform(0.4, 0.55), 4), width, width * 1.5
    )
    person = rng.randrange(len(PEOPLE)) if number == 0 or rng.random() < 0.7 else None
    return Face(area, person, rejected=person is None and rng.random() < 0.5)


def _exposure(camera: Camera, rng: random.Random) -> tuple[float, float, int, float]:
    low, high = camera.lens_mm
    focal = low if low == high else float(round(rng.uniform(low, high)))
    shutter = rng.choice((0.0005, 0.001, 0.004, 0.008, 0.01666667, 0.05, 1.3, 30.0))
    return shutter, rng.choice((1.8, 2.8, 4.0, 5.6, 8.0, 11.0)), rng.choice((100, 200, 400, 800, 1600)), focal


def _iptc(plan: Plan, rng: random.Random) -> dict[str, str]:
    values: dict[str, str] = {}
    if plan.stamp is not None:
        local = clock.moment(plan.stamp).astimezone(clock.zone(plan.zone))
        values["DateCreated"] = values["DigitalCreationDate"] = local.strftime("%Y%m%d")
        values["TimeCreated"] = values["DigitalCreationTime"] = local.strftime("%H%M%S")
    if rng.random() < 0.5:
        values |= {"Byline": rng.choice(BYLINES), "CopyrightNotice": rng.choice(RIGHTS)}
    if rng.random() < 0.4:
        values["Caption/Abstract"] = rng.choice(CAPTIONS)
    if rng.random() < 0.2:
        values |= {"ObjectName": rng.choice(TITLES), "Headline": rng.choice(TITLES)}
    if rng.random() < 0.1:
        values |= {
            "Credit": "Couloir Sample",
            "Source": "Generated",
            "UsageTerms": "Test data",
            "CiEmailWork": "a@example.org",
        }
    if plan.place is not None:
        place = plan.place
        values |= {"City": place.city, "Province/State": place.state}
        values |= {"Country/PrimaryLocationName": place.country, "Country/PrimaryLocationCode": place.code}
    named = sorted({PEOPLE[face.person] for face in plan.faces if face.person is not None})
    if named:
        values["PersonInImage"] = ", ".join(named)
    return values

"""What a user gets: `couloir migrate` on a hidden world's library, its XMP drawn by the hidden Camera Raw."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from couloir.color.difference import Difference, difference
from couloir.derive import analytic
from couloir.derive.residual.classes import classes_of
from couloir.engines.camera_raw import CameraRawEngine
from couloir.engines.dng import Profile
from couloir.engines.protocol import Photo, Picture
from couloir.learn.contestants import nothing
from couloir.learn.photographs import Photograph
from couloir.learn.worlds import World
from couloir.lightroom.settings import DevelopSettings, PhotoKind
from couloir.lightroom.xmp import read_packet
from couloir.profiles.baselines import Baselines
from couloir.profiles.profile_folder import ProfileFolder
from evaluation.translation_floor import Floors, find_floors
from evaluation.translation_library import SIZE, Planted, build

_BEGIN, _END = b"<x:xmpmeta", b"</x:xmpmeta>"


@dataclass(frozen=True, slots=True)
class Judged:
    """One photo: CIEDE2000 from the hidden Aperture of doing nothing, of the formulas alone, of what migrate wrote, and
    the least that could be reached; means over the pixels, and the 95th percentile of what migrate wrote.
    """

    formulas: str
    route: str
    classes: tuple[str, ...]
    nothing: float
    analytic: float
    got: float
    got_p95: float
    floors: Floors

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return asdict(self)


def measure_world(world: World, photographs: Sequence[Photograph], folder: Path, count: int) -> list[Judged]:
    """Both routes of a RAW world, with Adobe's profile and with a learnt one; the one of a rendered world."""
    library, state = folder / "Hidden.aplibrary", folder / "state"
    planted = build(library, world, photographs, count)
    environment = {**os.environ, "COULOIR_STATE_DIR": str(state)}
    if world.kind is PhotoKind.RENDERED:
        return judge_files(world, planted, migrate(library, folder / "out", environment, []), "JPEG", {})
    judged = judge_files(world, planted, migrate(library, folder / "out", environment, []), "RAW", {})
    run_couloir(["profile", "learn", str(library)], environment)
    learnt = _learnt(state)
    if not learnt:
        return judged
    out = migrate(library, folder / "profiled", environment, ["--profiles"])
    return judged + judge_files(world, planted, out, "RAW, learnt profile", learnt)


def _learnt(state: Path) -> dict[str, Profile]:
    found = [folder for folder in state.rglob("*") if folder.is_dir() and any(folder.glob("*.dcp"))]
    return Baselines(ProfileFolder(found[0]).profiles()).looks if found else {}


def migrate(library: Path, out: Path, environment: Mapping[str, str], more: Sequence[str]) -> Path:
    """Migrate a library into a folder, which is returned."""
    run_couloir(["migrate", str(library), "--to", str(out), "--pictures", "0", *more], environment)
    return out


def run_couloir(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """Run a command of Couloir's as users do; what it printed. Raises RuntimeError where it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "couloir", *arguments],
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
    )
    # 3: some photos have remarks; the figures are what is asked for here.
    if done.returncode not in (0, 3):
        raise RuntimeError(f"couloir {' '.join(arguments)} ended with {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout


def judge_files(
    world: World, planted: Sequence[Planted], out: Path, route: str, learnt: Mapping[str, Profile]
) -> list[Judged]:
    """The files of a migration, drawn by the world's Camera Raw; `learnt` are the profiles that it has."""
    engine = CameraRawEngine(world.camera_raw, world.profile, learnt)
    files = {path.name: path for path in out.rglob("*") if path.is_file()}
    judged = []
    for each in planted:
        if not each.judged:
            continue  # a profile is learnt from it
        sample, original = each.sample, files[each.file_name]
        photo = Photo(original, world.kind)

        def compared(settings: DevelopSettings, photo: Photo = photo, preview: Picture = sample.preview) -> Difference:
            return difference(engine.render(photo, settings, max(SIZE)), preview)

        def missed(settings: DevelopSettings, compared: Callable[..., Difference] = compared) -> float:
            return float(compared(settings).mean)

        got = compared(_written(original))
        found = classes_of(sample.version, sample.master, profiled=bool(learnt), as_shot=sample.scene.as_shot)
        start = analytic(sample.version, sample.master, next(iter(learnt), "")).settings
        judged.append(
            Judged(
                str(world.formulas),
                route,
                tuple(sorted(map(str, found))),
                missed(nothing(sample.master)),
                missed(start),
                got.mean,
                got.p95,
                find_floors(sample, start, next(iter(learnt.values()), None), missed),
            )
        )
    return judged


def _written(original: Path) -> DevelopSettings:
    """The develop settings that migrate wrote for a photo: beside a RAW file, within any other."""
    sidecar = original.with_suffix(".xmp")
    data = sidecar.read_bytes() if sidecar.exists() else original.read_bytes()
    begin, end = data.find(_BEGIN), data.find(_END)
    if begin < 0:
        return DevelopSettings({})
    return DevelopSettings(read_packet(data[begin : end + len(_END)], original.name).settings)

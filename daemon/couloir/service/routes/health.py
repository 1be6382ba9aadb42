"""The state of the service, and what to do about each trouble."""

from __future__ import annotations

import shutil
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from couloir import __version__
from couloir.errors import CouloirError
from couloir.service.background import current_spec, recipe_for
from couloir.service.http.api import Api
from couloir.service.http.wire import Count, LibraryId, ModelStatus, Outgoing, Trouble
from couloir.service.jobs.journal import State
from couloir.service.process.settings import MIB, ServiceSettings
from couloir.service.services import Services

LOW_DISK: Final = 500 * MIB


class JobCounts(Outgoing, frozen=True, kw_only=True):
    """How many jobs are in each state."""

    queued: int
    running: int
    paused: int
    done: int
    failed: int
    cancelled: int


class LibraryHealth(Outgoing, frozen=True, kw_only=True):
    """An open library. `indexed`: its photos can be identified; `changed`: its files changed, open it again."""

    id: LibraryId
    name: str
    indexed: bool
    changed: bool


class ProfileCounts(Outgoing, frozen=True, kw_only=True):
    """Learnt camera profiles that can be read, and how many of them Camera Raw's folder holds."""

    learnt: Count
    installed: Count


class Health(Outgoing, frozen=True, kw_only=True):
    """`ok` is true when `troubles` is empty. Sizes are bytes, times seconds. `reads_raw`: RAW photos can be measured.
    `background`: the service is registered with the system, which starts it when its user logs in.
    """

    ok: bool
    version: str
    uptime: float
    model: ModelStatus
    reads_raw: bool
    profiles: ProfileCounts
    background: bool
    disk_free: int
    jobs: JobCounts
    libraries: list[LibraryHealth]
    troubles: list[Trouble]


def _low_disk(free: int) -> list[Trouble]:
    if free >= LOW_DISK:
        return []
    return [
        Trouble(
            code="disk.low",
            message=f"Only {free // MIB} MB are free where the service keeps its files.",
            advice="Free some space: a migration stops when the journal cannot be written.",
        )
    ]


def _bad_profiles(folder: Path) -> list[Trouble]:
    if not any(folder.glob("*.dcp")):
        return []  # reading profiles needs numpy, which the start must not wait for
    from couloir.service.libraries.profiles import refused_profiles

    return refused_profiles(folder)


def _count_profiles(services: Services) -> ProfileCounts:
    if not any(services.settings.profiles_folder.glob("*.dcp")):
        return ProfileCounts(learnt=0, installed=0)
    from couloir.profiles.profile_folder import is_installed
    from couloir.service.libraries.profiles import learnt_profiles, lightrooms_folder

    learnt, folder = list(learnt_profiles(services).by_camera.values()), lightrooms_folder()
    installed = 0 if folder is None else sum(is_installed(profile, folder) for profile in learnt)
    return ProfileCounts(learnt=len(learnt), installed=installed)


def _is_registered(settings: ServiceSettings) -> bool:
    try:
        return recipe_for(current_spec(settings)).path.exists()
    except CouloirError:
        return False  # a system without a service manager that Couloir knows


def health_routes(api: Api, services: Services) -> None:
    """/v1/health"""

    def health() -> Health:
        free = shutil.disk_usage(services.settings.state_dir).free
        model = services.models.status()
        counts = services.jobs.journal.counts()
        troubles = _low_disk(free) + ([model.trouble] if model.trouble else [])
        troubles += _bad_profiles(services.settings.profiles_folder)
        troubles += [trouble for check in services.checks for trouble in check()]
        return Health(
            ok=not troubles,
            version=__version__,
            uptime=round(time.monotonic() - services.started, 3),
            model=model,
            reads_raw=find_spec("rawpy") is not None,
            profiles=_count_profiles(services),
            background=_is_registered(services.settings),
            disk_free=free,
            jobs=JobCounts(**{state.value: counts[state] for state in State}),
            libraries=[
                LibraryHealth(
                    id=library.id,
                    name=library.path.stem,
                    indexed=library.index is not None,
                    changed=library.changed,
                )
                for library in services.libraries.all()
            ],
            troubles=troubles,
        )

    api.get("/v1/health", health, "The state of the service, and what needs doing.", Health)

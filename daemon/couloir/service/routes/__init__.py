"""The routes, one resource per file. Each is a function that declares its routes and registers its job handlers."""

from __future__ import annotations

from typing import Final

from couloir.service.routes.corrections import correction_routes
from couloir.service.routes.derivations import derivation_routes
from couloir.service.routes.disks import disk_routes
from couloir.service.routes.health import health_routes
from couloir.service.routes.hello import hello_routes
from couloir.service.routes.imports import import_routes
from couloir.service.routes.jobs import job_routes
from couloir.service.routes.libraries import library_routes
from couloir.service.routes.profiles import profile_routes
from couloir.service.routes.refinements import refinement_routes
from couloir.service.routes.removals import removal_routes
from couloir.service.routes.report import report_routes
from couloir.service.routes.roots import root_routes
from couloir.service.services import Resource

ROUTES: Final[tuple[Resource, ...]] = (
    hello_routes,
    health_routes,
    job_routes,
    root_routes,
    library_routes,
    disk_routes,
    profile_routes,
    derivation_routes,
    import_routes,
    removal_routes,
    report_routes,
    refinement_routes,
    correction_routes,
)

"""The work behind the routes that take an import back: what Lightroom has of it, and what was removed there."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from couloir.errors import AccessDenied, ContentError, DestinationError, NotAMigration
from couloir.service.http.problems import ImportConflict
from couloir.service.imports import view
from couloir.service.imports.store import Import, Imports, Stage
from couloir.service.imports.wire import BroughtPage, BroughtView, RemovalReceipt, RemovalRequest
from couloir.service.libraries.roots import Purpose
from couloir.service.match.wire import SessionState
from couloir.service.services import Services

if TYPE_CHECKING:
    from couloir.lightroom.enhanced.look import EnhancedProfile

log = logging.getLogger(__name__)


class RemovalDesk:
    """Takes an import back, photo by photo, as the plug-in reports it."""

    def __init__(self, services: Services, imports: Imports) -> None:
        self._services = services
        self._imports = imports

    def list_brought(self, import_id: str, after: str, limit: int) -> BroughtPage:
        """Raises UnknownImport, ImportConflict, OutsideRoots, and what reading a ledger raises."""
        from couloir.migrate.handover.removal import list_brought, list_collections
        from couloir.migrate.handover.session import reading_ledger

        found = self._ready(import_id, "taken back")
        place = self._services.roots.admit(found.choice.destination, Purpose.DESTINATION)
        position, number, uuid = msgspec.json.decode(after, type=tuple[int, int, str]) if after else (-1, 0, "")
        with reading_ledger(place) as ledger:
            page = list_brought(ledger, (position, number, uuid), limit)
            collections = [] if after else list_collections(ledger)
        return BroughtPage(
            photos=[
                BroughtView(
                    uuid=photo.uuid,
                    name=photo.name,
                    lightroom=photo.lightroom,
                    added=photo.is_added,
                    copy=photo.is_copy,
                )
                for photo, _ in page
            ],
            collections=collections,
            next=msgspec.json.encode(page[-1][1]).decode() if len(page) == limit else None,
        )

    def remove(self, import_id: str, body: RemovalRequest) -> RemovalReceipt:
        """Raises as `list_brought`, and DestinationErrors."""
        from couloir.migrate.handover.removal import remove_albums, remove_photos
        from couloir.migrate.handover.session import handing_over
        from couloir.migrate.ledger.enhanced_profiles import list_profiles

        found = self._ready(import_id, "taken back")
        place = self._services.roots.admit(found.choice.destination, Purpose.DESTINATION)
        with handing_over(place) as handover:
            removed = remove_photos(handover, body.photos)
            if body.is_last:
                remove_albums(handover, body.collections)
                handover.has_ended = True
            profiles = [each.profile for each in list_profiles(handover.ledger)]
            counts = view.counts_of(handover.progress())
        in_lightroom = counts.done + counts.already_there
        if body.is_last and in_lightroom == 0:
            self._imports.change(import_id, stage=Stage.CANCELLED)
            journal = self._services.match_journal()
            for session in journal.unfinished_sessions(import_id):
                journal.become(session, SessionState.DONE)  # its photos are not there to be matched
            self._uninstall(found, profiles)
        return RemovalReceipt(removed=removed, in_lightroom=in_lightroom)

    def _uninstall(self, found: Import, profiles: Sequence[EnhancedProfile]) -> None:
        """Take an import's enhanced profiles from Camera Raw's folder, but for those that another import's photos have.
        Where that cannot be known, all stay: a profile too many changes no photo.
        """
        from couloir.lightroom.enhanced.settings_folder import uninstall_profiles
        from couloir.migrate.handover.removal import list_unneeded

        folder = self._services.settings.presets_folder
        if folder is None or not profiles:
            return
        others = [each for each in self._imports.all() if each.stage is Stage.HANDOVER and each.id != found.id]
        try:
            unneeded = list_unneeded(profiles, [Path(other.choice.destination) for other in others])
            uninstall_profiles(unneeded, folder)
        except (ContentError, DestinationError, NotAMigration, AccessDenied) as error:
            log.warning("enhanced profiles stay in Lightroom: %s", error.code)

    def _ready(self, import_id: str, action: str) -> Import:
        found = self._imports.get(import_id)
        if found.stage is not Stage.HANDOVER:
            raise ImportConflict(item=import_id, state=found.stage.value, action=action)
        return found

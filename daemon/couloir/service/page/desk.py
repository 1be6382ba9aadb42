"""The work behind the routes of the page: writing it, and recording the photographer's decisions."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from couloir.language.choice import ENGLISH
from couloir.service.http.problems import ImportConflict, NoPage
from couloir.service.http.wire import Json
from couloir.service.imports.store import Import, Imports, Stage
from couloir.service.jobs.jobs import JobContext, Submission
from couloir.service.libraries.roots import Purpose
from couloir.service.services import Services

WRITE: Final = "import.page"
PICTURES: Final = 200  # unmatched photos that the report renders itself
_LOOK: Final = 0.2  # seconds between two checks whether a waiting job must stop


class PageDesk:
    """Writes one report at a time: two of one import would write the same files."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._imports = Imports(services.settings.imports_folder)
        self._writing = threading.Lock()

    def write(self, import_id: str, language: str, key: str | None) -> Submission:
        """Write the report and the page in a language. Raises: UnknownImport, ImportConflict"""
        self._written_to(import_id)
        return self._services.jobs.submit(WRITE, {"import": import_id, "language": language}, key)

    def write_job(self, context: JobContext) -> Json:
        from couloir.aperture.library import Library
        from couloir.migrate.handover.session import reading_ledger
        from couloir.migrate.report.report import write_report
        from couloir.service.libraries.translators import translator_of

        request: Any = context.request
        found = self._written_to(str(request["import"]))
        library_path = self._services.roots.admit(found.choice.library_path, Purpose.LIBRARY)
        destination = self.destination(found.id)

        def advance(done: int, total: int) -> None:
            context.check()
            context.progress(done, total, "report")

        while not self._writing.acquire(timeout=_LOOK):
            context.check()
        try:
            reading = self._services.roots.reading_options(library_path)
            with (
                Library.open(library_path, check=context.check, **reading) as library,
                reading_ledger(destination) as ledger,
            ):
                translator = translator_of(self._services, found.choice.library, profiles=found.choice.profiles)
                report = write_report(
                    library,
                    ledger,
                    destination,
                    PICTURES,
                    advance,
                    translator=translator,
                    by_pictures=found.choice.pictures,
                    language=str(request.get("language", ENGLISH)),
                    in_lightroom=True,
                )
        finally:
            self._writing.release()
        return {"measured": report.measured, "expected": report.expected, "left_out": report.left_out}

    def link(self, import_id: str) -> str:
        """A ticket for the page, which must exist. Raises: UnknownImport, OutsideRoots, NoPage"""
        from couloir.migrate.report.look_store import FOLDER
        from couloir.migrate.report.page_files import PAGE

        if not (self.destination(import_id) / FOLDER / PAGE).is_file():
            raise NoPage(item=import_id)
        return self._services.views.ticket(import_id)

    def destination(self, import_id: str) -> Path:
        """The folder with an import's report. Raises: UnknownImport, OutsideRoots, AccessDenied"""
        found = self._imports.get(import_id)
        return self._services.roots.admit(found.choice.destination, Purpose.DESTINATION)

    def decisions(self, import_id: str) -> list[dict[str, str]]:
        """Raises: UnknownImport, OutsideRoots, NotAMigration"""
        from couloir.migrate.handover.session import reading_ledger
        from couloir.migrate.ledger.decisions import decisions

        with reading_ledger(self.destination(import_id)) as ledger:
            return [{"version": uuid, "decision": str(said)} for uuid, said in decisions(ledger).items()]

    def decide(self, import_id: str, versions: Sequence[str], decision: str | None) -> None:
        """One decision on these versions; on none if one of them is unknown.

        Raises: UnknownVersion, DestinationInUse, and what `destination` does
        """
        from couloir.errors import UnknownVersion
        from couloir.migrate.handover.session import handing_over
        from couloir.migrate.ledger.decisions import Decision, decide
        from couloir.migrate.ledger.rows import Kind
        from couloir.migrate.ledger.verdicts import match_of

        with handing_over(self.destination(import_id)) as handover:
            ledger = handover.ledger
            known = ledger.find(Kind.VERSION, versions)
            for version in versions:
                if version not in known and match_of(ledger, version) is None:
                    raise UnknownVersion(
                        path=ledger.fact("library_path"), version=version, why="it is not part of this import"
                    )
            decide(ledger, versions, None if decision is None else Decision(decision))

    def _written_to(self, import_id: str) -> Import:
        """The import, if its originals were brought. Raises: UnknownImport, ImportConflict"""
        found = self._imports.get(import_id)
        if found.stage is Stage.PLANNED:
            raise ImportConflict(item=import_id, state=found.stage.value, action="reported on")
        return found

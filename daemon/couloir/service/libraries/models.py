"""The service's learned model: loaded when first needed, and again when its folder changes."""

from __future__ import annotations

import logging
import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING

from couloir.service.http.wire import ModelStatus, Trouble

if TYPE_CHECKING:
    from couloir.derive.residual.store import ModelStore

log = logging.getLogger(__name__)


class Models:
    """One model store for all requests. `at_exit` closes what it opens."""

    def __init__(self, at_exit: ExitStack) -> None:
        self._at_exit = at_exit
        self._lock = threading.Lock()
        self._store: ModelStore | None = None
        self._is_watched = False

    def store(self) -> ModelStore:
        """The store, which loads its model when the first photo needs it; the first call starts to watch its folder."""
        store = self._made()
        with self._lock:
            if not self._is_watched:
                self._watch(store)
        return store

    def status(self) -> ModelStatus:
        """The model's status. Loads nothing."""
        found = self._made().status()
        refusal = found.refusal
        return ModelStatus(
            loaded=found.loaded,
            name=found.name,
            summary=found.summary,
            trained=found.trained,
            feature_version=found.feature_version,
            trouble=None
            if refusal is None
            else Trouble(code=refusal.code, message=refusal.message, advice=refusal.advice),
        )

    def _made(self) -> ModelStore:
        from couloir.derive.residual.store import ModelStore

        with self._lock:
            if self._store is None:
                self._store = ModelStore()
            return self._store

    def _watch(self, store: ModelStore) -> None:
        from couloir.service.libraries.watch import HintWatcher

        def renew(_paths: object) -> None:
            if store.reload():
                log.info("a new model is in use: %s", store.status().name)

        self._at_exit.enter_context(HintWatcher([store.folder], renew))
        self._is_watched = True

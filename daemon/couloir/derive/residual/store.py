"""The model in use. It is loaded when first needed, and replaced only by a file that passes all checks."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from couloir.aperture.model import Master, Version
from couloir.derive.feature_schema import FEATURE_VERSION
from couloir.derive.features import Pictures, extract_many
from couloir.derive.prior import PLAIN, Prior
from couloir.derive.residual.classes import classes_of, flags, mask_of
from couloir.derive.residual.correction import Correction, corrections, no_correction
from couloir.derive.residual.model import Prediction, ResidualModel, read_pinned
from couloir.derive.residual.registry import Entry, read_registry
from couloir.derive.residual.trust import states_of
from couloir.errors import ModelError
from couloir.installing import shipped_folder


def models_folder() -> Path:
    """Where the shipped models are."""
    return shipped_folder("models")


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """The state of the learned model. `loaded` is false before the first photo needs it, and after a refusal.

    `name`, `summary`, `card` (a path) and `trained` describe the model in use, or the current one of the registry if
    none is loaded; they are empty when the registry cannot be read. `refusal` says why the newest model was not loaded;
    if `loaded` is true as well, an older model stays in use.
    """

    loaded: bool
    name: str
    summary: str
    card: Path | None
    trained: bool
    feature_version: int
    refusal: ModelError | None


class ModelStore:
    """The current model of a folder. All methods may be called from any thread."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = models_folder() if folder is None else folder
        self._lock = threading.Lock()  # held while a model is loaded; readers only read the two attributes below
        self._model: ResidualModel | None = None
        self._refusal: ModelError | None = None

    def __reduce__(self) -> tuple[type[ModelStore], tuple[Path | None]]:
        """A store of the same folder, for another process: the shipped one is wherever Couloir is there."""
        return ModelStore, (None if self.folder == models_folder() else self.folder,)

    def model(self) -> ResidualModel | None:
        """The current model, loaded at the first call; None when it was refused (`status` says why).

        A refused model is not tried again until `reload`.
        """
        if not self._tried():
            with self._lock:
                if not self._tried():  # another thread may have been faster
                    self._load()
        return self._model

    def reload(self) -> bool:
        """Read the folder again and load its current model if it changed; True when another one is now in use.

        May be called after any sign of a change. A model that is refused leaves the old one in use, and `status` has
        the reason. If no model was needed so far, none is loaded here.
        """
        with self._lock:
            return self._load() if self._tried() else False

    def corrections(
        self,
        photos: Sequence[tuple[Version, Master]],
        pictures: Iterable[Pictures] | None = None,
        priors: Iterable[Prior] | None = None,
    ) -> list[Correction]:
        """One Correction for each photo: the model's, or an analytic one with the reason where it cannot be used.

        `pictures` and `priors` as in `couloir.derive.features.extract_many`.
        """
        model = self.model()
        if model is None:
            return [no_correction(self._reason())] * len(photos)
        if not photos:
            return []
        known = [PLAIN] * len(photos) if priors is None else list(priors)
        features = extract_many(photos, pictures, known)
        try:
            answers = model.predict(features)
        except ModelError as error:
            self._refusal = error
            return [no_correction(error.message)] * len(photos)
        masks = [
            mask_of(classes_of(*photo, profiled=prior.profiled, as_shot=prior.as_shot))
            for photo, prior in zip(photos, known, strict=True)
        ]
        return _trusted(model, answers, flags(np.array(masks)), states_of(features))

    def status(self) -> ModelStatus:
        """The state of the model. Reads at most the registry and loads no model."""
        model, refusal = self._model, self._refusal
        entry: Entry | None = None if model is None else model.entry
        if entry is None:
            try:
                entry = read_registry(self.folder).entry
            except ModelError as error:
                refusal = refusal or error
        return ModelStatus(
            loaded=model is not None,
            name="" if entry is None else entry.name,
            summary="" if entry is None else entry.summary,
            card=None if entry is None else self.folder / entry.card,
            trained=entry is not None and entry.trained,
            feature_version=FEATURE_VERSION,
            refusal=refusal,
        )

    def _tried(self) -> bool:
        return self._model is not None or self._refusal is not None

    def _load(self) -> bool:
        """Load the registry's current model, or note why it is refused. The caller holds the lock."""
        try:
            entry = read_registry(self.folder).entry
            if self._model is not None and self._model.entry == entry:
                read_pinned(self.folder, entry)  # the same model, but perhaps no longer the same file
                self._refusal = None
                return False
            fresh = ResidualModel.load(self.folder, entry)
        except ModelError as error:
            self._refusal = error
            return False
        self._model, self._refusal = fresh, None
        return True

    def _reason(self) -> str:
        refusal = self._refusal
        return "" if refusal is None else refusal.message


def _trusted(
    model: ResidualModel, answers: Prediction, classes: NDArray[np.bool_], states: NDArray[np.intp]
) -> list[Correction]:
    """The answers as far as the model is trusted; where it is silent, no change, and the note says why."""
    settled = model.trust.settle(answers.mean, answers.log_variance, classes, states)
    found = corrections(model.entry.name, settled.mean, settled.log_variance, trained=model.entry.trained)
    for place in np.flatnonzero(settled.factor == 0).tolist():
        note = model.trust.explain(classes[place], int(states[place]))
        found[place] = replace(found[place], model=None, changes={}, note=note)
    return found

"""How parts of the service are, as health and other answers show it."""

from __future__ import annotations

from couloir.service.http.wire import Outgoing


class Trouble(Outgoing, frozen=True, kw_only=True):
    """Something that is not as it should be, and what to do about it."""

    code: str
    message: str
    advice: str


class ModelStatus(Outgoing, frozen=True, kw_only=True):
    """The learned model. It is loaded when the first photo needs it; a translation without it is analytic only.

    `name` and `summary` are of the model in use, or of the one that would be. `trained` is false for the one that
    predicts no correction. `trouble` says why the newest model was not taken.
    """

    loaded: bool
    name: str
    summary: str
    trained: bool
    feature_version: int
    trouble: Trouble | None

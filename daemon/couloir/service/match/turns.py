"""A photo's turn in the plan of its import, as the journal keeps it: its correction on trial, and what came of it.

The photo is drawn as it stands, then with the correction on trial where there is one, and its match goes on from the
nearer of the two. A correction that a photo gets without a turn is kept here, too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np

from couloir.color.difference import Difference
from couloir.refine.night.model import NO_CORRECTION, Turn, Vector


@dataclass(frozen=True, slots=True)
class TurnState:
    """`trial` is a correction by MOVED, None without one; `before` and `tried` are what the photo differed by without
    it and with it, once that was drawn. With `only_judged` it is drawn once and left as it is.
    """

    trial: Sequence[float] | None
    by_lot: bool
    only_judged: bool
    before: Difference | None = None
    tried: Difference | None = None

    @classmethod
    def of(cls, turn: Turn) -> TurnState:
        return cls(None if turn.trial is None else turn.trial.tolist(), turn.by_lot, turn.only_judged)

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> TurnState | None:
        """The counterpart of `dump`; None of an empty mapping: the photo has no turn."""
        if not kept:
            return None
        drawn = {name: None if kept[name] is None else Difference(**kept[name]) for name in ("before", "tried")}
        return cls(kept["trial"], kept["by_lot"], kept["only_judged"], **drawn)

    def dump(self) -> dict[str, Any]:
        """Plain data."""
        return asdict(self)

    @property
    def awaits_trial(self) -> bool:
        """Whether the rendering with the correction on trial is the next one."""
        return self.trial is not None and self.before is not None and self.tried is None

    @property
    def correction(self) -> Vector:
        """The correction on trial."""
        return NO_CORRECTION if self.trial is None else np.array(self.trial)

    def with_first(self, before: Difference | None) -> TurnState:
        """With the first rendering's difference; where that could not be compared, there is no trial."""
        return replace(self, before=before, trial=None if before is None else self.trial)

    def with_trial(self, tried: Difference | None) -> TurnState:
        return replace(self, tried=tried, trial=None if tried is None else self.trial)

    @property
    def is_nearer(self) -> bool:
        """Whether the correction brought the photo nearer."""
        return self.before is not None and self.tried is not None and self.tried.mean < self.before.mean


@dataclass(frozen=True, slots=True)
class TurnNotes:
    """What the ledger's record of a match has beside the look: see `MatchRecord`. `before` is the difference without
    the correction on trial.
    """

    turn: int
    by_lot: bool = False
    change: Mapping[str, float] = field(default_factory=dict)
    before: Difference | None = None
    tried: Difference | None = None

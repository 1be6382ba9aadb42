"""One photo that the report has drawn with an engine of its own and compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from couloir.color.difference import Difference
from couloir.migrate.report.look_pictures import Drawn
from couloir.refine.verdict import Verdict


@dataclass(frozen=True, slots=True)
class ComparedPhoto:
    """`before` is the original only cropped and turned, `after` the translation, whose develop settings are `settings`.

    Each operation has "title", "fidelity" and "reason".
    """

    uuid: str
    name: str
    path: str
    fidelity: str
    verdict: Verdict
    before: Difference
    after: Difference
    drawn: Drawn
    settings: Mapping[str, object]
    operations: tuple[Mapping[str, object], ...]

"""Sentences about photos on the way to another program than Lightroom.

Nothing waits for a plug-in there, and no advice names Lightroom's panels.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from couloir.aperture.model import Finding
from couloir.language import mark
from couloir.migrate.ledger import reasons
from couloir.migrate.ledger.reasons import Reason, State
from couloir.migrate.ledger.rows import Row

_ELSEWHERE: Final[dict[str, Reason]] = {
    reasons.ALBUM_WAITS.code: reasons.ALBUM_STAYS,
    reasons.SMART_ALBUM_WAITS.code: reasons.ALBUM_STAYS,
    reasons.STACK_WAITS.code: reasons.STACK_STAYS,
    reasons.FACE_WAITS.code: reasons.FACE_STAYS,
    reasons.KEYWORD_WAITS.code: reasons.KEYWORD_STAYS,
    reasons.NO_XMP_TYPE.code: reasons.NO_SETTINGS_TYPE,
    reasons.EXTRA_VERSION.code: reasons.EXTRA_LEFT,
}


_BY_HAND: Final[dict[str, str]] = {
    "metadata.kept-position": mark("Empty its GPS field by hand in the program that shows it."),
    "metadata.comes-back": mark("Empty these fields by hand in the program that shows it."),
    "rotation.lost": mark("Turn it by hand in the program that shows it."),
    "place.named": mark("Save it by hand, where the program has places."),
    "video.trimmed": mark("Trim it again by hand in the program that shows it."),
}
"""The advice of a finding, by its code, where Lightroom's own names a panel of Lightroom's or the plug-in."""


def advise_elsewhere(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings, with advice for any program."""
    return (replace(each, advice=_BY_HAND.get(each.code, each.advice)) for each in findings)


def end_waiting(row: Row, *, in_lightroom: bool) -> Row:
    """The row, skipped with its reason where it waits for the plug-in of a program that is not the door."""
    if in_lightroom or row.state is not State.WAITING or row.reason.code not in _ELSEWHERE:
        return row
    return replace(row, state=State.SKIPPED, reason=_ELSEWHERE[row.reason.code])

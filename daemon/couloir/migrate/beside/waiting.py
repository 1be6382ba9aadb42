"""What waits for Lightroom's plug-in has nothing to wait for on the way to another program."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

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


def end_waiting(row: Row, *, in_lightroom: bool) -> Row:
    """The row, skipped with its reason where it waits for the plug-in of a program that is not the door."""
    if in_lightroom or row.state is not State.WAITING or row.reason.code not in _ELSEWHERE:
        return row
    return replace(row, state=State.SKIPPED, reason=_ELSEWHERE[row.reason.code])

"""Summarises the reasons of a migration, gives the error when no version can be migrated, and says what is off."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from couloir.aperture.library import Library
from couloir.derive import photo_kind
from couloir.engines.dng.raw import missing_decoder
from couloir.errors import NothingComesOver
from couloir.language import count as plural
from couloir.language import mark
from couloir.lightroom.settings import PhotoKind
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.reasons import OFFLINE, ORIGINAL_RECORD, Reason, State, common
from couloir.migrate.ledger.rows import Kind

_NAMED = 3  # reasons that the error names

Fate = tuple[Kind, State, Reason, int]
"""The number of rows of one kind in a state for one reason."""


def nothing_comes(library: Path, fates: Iterable[Fate]) -> NothingComesOver | None:
    """The error for a library of which no version can be migrated, now or through the plug-in; None where one can.

    A version that waits for a disk does not count as migrated; one that waits for the plug-in does. Aperture's own
    records of originals do not count, and a library without versions gives no error.
    """
    left: Counter[str] = Counter()
    said: dict[str, list[Reason]] = {}
    for kind, state, reason, count in fates:
        if kind is not Kind.VERSION or reason.code == ORIGINAL_RECORD.code:
            continue
        if state in (State.DONE, State.ALREADY_THERE) or (state is State.WAITING and reason.code != OFFLINE):
            return None
        left[reason.code] += count
        said.setdefault(reason.code, []).append(reason)
    if not left:
        return None
    total = left.total()
    why = "; ".join(
        f"{_part(count, total)}: {_told(said[code]).rstrip('.')}" for code, count in left.most_common(_NAMED)
    )
    return NothingComesOver(path=library, why=why if len(left) <= _NAMED else f"{why}; and other reasons")


def raw_unmeasured(library: Library) -> str:
    """How many RAW photos a library shows that nothing measures here, for want of LibRaw, and how to install it; ""
    where it is installed or not needed.
    """
    missing = missing_decoder()
    if missing is None:
        return ""
    count = sum(
        master is not None and version.shown and photo_kind(master) is PhotoKind.RAW
        for version, master in library.versions_with_masters()
    )
    if not count:
        return ""
    told = plural(
        count,
        f"{count:,} RAW photo of the library cannot be measured.",
        f"{count:,} RAW photos of the library cannot be measured.",
    )
    return f"{told} {missing.message}"


def _part(count: int, total: int) -> str:
    whole = mark("the only version") if total == 1 else f"all {total:,} versions"
    return whole if count == total else f"{count:,} of {total:,} versions"


def _told(reasons: list[Reason]) -> str:
    """The common sentence and advice of the reasons of one code."""
    sentence = common(reasons[0].code, {reason.sentence for reason in reasons})
    advice = {reason.advice for reason in reasons}
    return " ".join(part for part in (sentence, advice.pop() if len(advice) == 1 else "") if part)


def sentences(ledger: Ledger, most: int = 20) -> list[Fate]:
    """How often each sentence was given, per kind, state and code, the most frequent first.

    Beyond `most` sentences of one code, the others are one row with the beginning that they share: reasons that name a
    file are as many as the files.
    """
    rows = ledger.connection.execute(
        "WITH told AS (SELECT kind, state, code, sentence, advice, count(*) AS times FROM item GROUP BY 1, 2, 3, 4, 5),"
        " ranked AS (SELECT *, row_number() OVER"
        " (PARTITION BY kind, state, code ORDER BY times DESC, sentence, advice) AS place FROM told)"
        " SELECT kind, state, code, min(sentence), max(sentence), min(advice), max(advice), sum(times) FROM ranked"
        " GROUP BY kind, state, code, min(place, ?) ORDER BY 8 DESC, 1, 2, 3, 4",
        (most + 1,),
    )
    return [
        (
            *ledger.parse_place(kind, state),
            Reason(code, common(code, {first, last}), advice if advice == other else ""),
            int(count),
        )
        for kind, state, code, first, last, advice, other, count in rows
    ]

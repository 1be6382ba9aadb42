"""The scripts that Couloir gives to Capture One: straight lines of AppleScript, one photo at a time.

Each refuses to start Capture One, and stops where another document is in front than the run began with. Every setting
is tried by itself, so that one which is refused stops no other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from couloir.destinations.capture_one.scripting.literals import Literal, spell
from couloir.destinations.capture_one.scripting.terms import APPLICATION, CURVES, READ, VARIANT_WORDS
from couloir.destinations.capture_one.scripting.variant_state import VariantState

NOT_RUNNING: Final = -600  # AppleScript's own number
OTHER_DOCUMENT: Final = 5001  # ours, in the range that AppleScript leaves to scripts
_SECONDS: Final = 120  # for one answer; Capture One answers most in milliseconds
_SECONDS_FOR_ALL: Final = 1800


@dataclass(frozen=True, slots=True)
class DocumentState:
    """The document in front: its id and name, and of each variant of the current collection its id and photo's path."""

    id: str
    name: str
    version: str
    variants: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class SettingRefusal:
    """A setting that Capture One refused."""

    word: str
    number: int
    why: str


def list_variants() -> str:
    """A script that tells the document in front, and the variants of its current collection."""
    return _told(
        [
            "set d to current document",
            'if d is missing value then return {"", "", "", {}, {}}',
            "set ids to id of every variant of d",
            "set paths to path of parent image of every variant of d",
            "return {id of d, name of d, version, ids, paths}",
        ],
        _SECONDS_FOR_ALL,
    )


def read_document(answer: Literal) -> DocumentState:
    """The answer to `list_variants`. Raises ValueError for another shape."""
    match answer:
        case (str(uuid), str(name), str(version), tuple(ids), tuple(paths)) if len(ids) == len(paths):
            return DocumentState(uuid, name, version, [(str(a), str(b)) for a, b in zip(ids, paths, strict=True)])
        case _:
            raise ValueError(f"a document has another shape: {answer!r}")


def read_variants(document: str, ids: Iterable[str]) -> str:
    """A script that tells the state of these variants."""
    lines = ["set results to {}"]
    for uuid in ids:
        lines += [*_variant(uuid), f"set end of results to {_state()}"]
    return _told([*_checked(document), *lines, "return results"])


def read_ids(document: str, of: str) -> str:
    """A script that tells the ids of all variants of the photo that this variant is of."""
    return _told([*_checked(document), *_variant(of), "return id of every variant of parent image of v"])


def add_variant(document: str, of: str) -> str:
    """A script that gives the photo of this variant another one, and tells the ids of all of them."""
    lines = [*_variant(of), "set i to parent image of v", "tell i to add variant", "return id of every variant of i"]
    return _told([*_checked(document), *lines])


def set_values(document: str, state: VariantState, wanted: Mapping[str, Literal]) -> str:
    """A script that sets these words of a variant, and tells what was refused, and the state that is then there."""
    lines = [*_variant(state.id), "set refusals to {}"]
    for word, value in wanted.items():
        told = _curve_lines(word, value, state) if word in CURVES.values() else [_setting(word, value)]
        lines += [
            "try",
            *(f"\t{line}" for line in told),
            "on error msg number num",
            f"\tset end of refusals to {{{spell(word)}, num, msg}}",
            "end try",
        ]
    return _told([*_checked(document), *lines, f"return {{refusals, {_state()}}}"])


def read_outcome(answer: Literal) -> tuple[list[SettingRefusal], VariantState]:
    """The answer to `set_values`. Raises ValueError for another shape."""
    match answer:
        case (tuple(refused), state):
            return [_refusal(each) for each in refused], VariantState.of(state)
        case _:
            raise ValueError(f"an outcome has another shape: {answer!r}")


def _refusal(answer: Literal) -> SettingRefusal:
    match answer:
        case (str(word), int(number), str(why)):
            return SettingRefusal(word, number, why)
        case _:
            raise ValueError(f"a refusal has another shape: {answer!r}")


def _setting(word: str, value: Literal) -> str:
    return f"set {word} of {'v' if word in VARIANT_WORDS else 'a'} to {spell(value)}"


def _curve_lines(word: str, value: Literal, state: VariantState) -> list[str]:
    """Of a curve the points between its ends go, the ends are set, and the points between them are made."""
    there = state.values.get(word)
    points = value if isinstance(value, tuple) else ()
    first, *middle, last = points
    many = len(there) - 2 if isinstance(there, tuple) else 0
    lines = [f"tell {word} of a", *["\tdelete curve point 2"] * many]
    for which, point in (("first", first), ("last", last)):
        x, y = _pair(point)
        lines += [f"\tset brightness of {which} curve point to {x}", f"\tset amount of {which} curve point to {y}"]
    for x, y in map(_pair, middle):
        lines += [f"\tmake new curve point with properties {{brightness:{x}, amount:{y}}}"]
    return [*lines, "end tell"]


def _pair(point: Literal) -> tuple[str, str]:
    if not isinstance(point, tuple) or len(point) != 2:
        raise ValueError(f"no point of a curve: {point!r}")
    return spell(point[0]), spell(point[1])


def _state() -> str:
    """The list that `VariantState.of` reads."""
    return f"{{id of v, {', '.join(map(_get, READ))}, (maximum crop v apply false), (count of layers of v)}}"


def _get(word: str) -> str:
    if word in CURVES.values():
        points = f"every curve point of {word} of a"
        return f"{{brightness of {points}, amount of {points}}}"
    return f"{word} of {'v' if word in VARIANT_WORDS else 'a'}{' as text' if word == 'flip' else ''}"


def _variant(uuid: str) -> list[str]:
    return [f"set v to variant id {spell(uuid)} of d", "set a to adjustments of v"]


def _checked(document: str) -> list[str]:
    return [
        "set d to current document",
        f'if (id of d) is not {spell(document)} then error "another document is in front" number {OTHER_DOCUMENT}',
    ]


def _told(lines: Iterable[str], seconds: int = _SECONDS) -> str:
    inside = "\n".join(f"\t\t{line}" for line in lines)
    return (
        f"if application id {spell(APPLICATION)} is not running then"
        f' error "Capture One is not running" number {NOT_RUNNING}\n'
        f"with timeout of {seconds} seconds\n"
        f"\ttell application id {spell(APPLICATION)}\n{inside}\n\tend tell\nend timeout\n"
    )

"""Translates the looks of many units at once: the learned model is asked once for all of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from couloir.aperture.library import Library
from couloir.aperture.model import MediaKind
from couloir.derive import Judgement, Translation, judge
from couloir.derive.painted.place import list_painted
from couloir.derive.pictures.contexts import find_all, see_contexts
from couloir.derive.pictures.nearness import may_come_from_preview
from couloir.derive.retouch import is_retouched
from couloir.derive.translator import NO_CONTEXT, Pair, PhotoContext, Translator
from couloir.migrate.files.sizes import add_size
from couloir.migrate.plan import Placement, Unit

# Exceptions that a fault in Couloir raises for an unexpected photo. Only that photo must fail, with its reason
# in the ledger, and not the run. Errors of the disk and of the ledger are not among them: those end a run.
FAULTS = (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)

Judged = Translation | Judgement
T = TypeVar("T")


def translate_units(
    units: Sequence[Unit], translator: Translator, known: Sequence[PhotoContext] | None = None
) -> list[Translation | Exception | None]:
    """The translation of each unit, None for one that carries no look; for one that a fault met, that fault. `known`
    is what was seen of each unit's photo.
    """
    facts = known or [NO_CONTEXT] * len(units)

    def all_of(places: Sequence[int], pairs: Sequence[Pair]) -> Sequence[Translation]:
        return translator.translate(pairs, [facts[place] for place in places])

    return _of_each(units, all_of, lambda place, pair: translator.translate_one(*pair, facts[place]))


def see_units(library: Library, units: Sequence[Unit], translator: Translator, told: Callable[[], None]) -> UnitsSeen:
    """What is seen of the photo of each unit, decoded on all cores. `told` is called after each, and may end the work
    by raising.
    """
    pairs = [pair_of(unit) for unit in units]
    begun = time.monotonic()
    found = find_all(library, [pair for pair in pairs if pair is not None], translator.profiles)
    contexts = iter(see_contexts(found, told))
    known = [NO_CONTEXT if pair is None else next(contexts) for pair in pairs]
    photos = sum(each is not None for each in found)
    return UnitsSeen(known, SeeingCost(photos, time.monotonic() - begun, sum(bool(each.remark) for each in known)))


@dataclass(frozen=True, slots=True)
class SeeingCost:
    """How many photos were looked at, in how many seconds; of how many the preview was not used."""

    photos: int = 0
    seconds: float = 0.0
    refused: int = 0

    def plus(self, other: SeeingCost) -> SeeingCost:
        return SeeingCost(self.photos + other.photos, self.seconds + other.seconds, self.refused + other.refused)


@dataclass(frozen=True, slots=True)
class UnitsSeen:
    """What was seen of each unit's photo, and what that cost."""

    known: list[PhotoContext]
    cost: SeeingCost


def judge_units(
    units: Sequence[Unit], translator: Translator, see: Callable[[Unit], PhotoContext] | None = None
) -> list[Judgement | Exception | None]:
    """As `translate_units`, but only the fidelity of each operation: a dry run writes no settings. Only pictures place
    what was painted, judge what was retouched, and tell whether the preview gives what no formula does: `see`, where it
    is given, is asked for those of the few photos that have such rows. Without them a value that will be the preview's
    counts as approximate.
    """
    found = _of_each(units, lambda _, pairs: translator.judge(pairs), lambda _, pair: _judge_one(pair, translator))
    for place, unit in enumerate(units):
        if see is not None and _needs_pictures(unit, found[place]):
            [look] = translate_units([unit], translator, [see(unit)])
            found[place] = Judgement(look.operations, look.anomalies) if isinstance(look, Translation) else look
    return found


def pair_of(unit: Unit) -> Pair | None:
    """What is translated of a unit: its version, with the size of its picture, and master; None where nothing is."""
    if unit.version is None or not unit.with_settings or unit.placement is Placement.NONE:
        return None
    return add_size(unit.version, unit.master, unit.source), unit.master


def _needs_pictures(unit: Unit, judged: Judged | Exception | None) -> bool:
    pair = pair_of(unit)
    if pair is None or not isinstance(judged, Judgement):
        return False
    if list_painted(pair[0]) or is_retouched(pair[0]):
        return True
    return may_come_from_preview(pair[0], judged.operations)


def _judge_one(pair: Pair, translator: Translator) -> Judgement:
    if pair[1].media is not MediaKind.IMAGE:
        return judge(*pair, strengths=translator.strengths)
    return translator.judge([pair])[0]


def _of_each(
    units: Sequence[Unit],
    all_of: Callable[[Sequence[int], Sequence[Pair]], Sequence[T]],
    one_of: Callable[[int, Pair], T],
) -> list[T | Exception | None]:
    found: list[T | Exception | None] = [None] * len(units)
    pairs = {place: pair for place, unit in enumerate(units) if (pair := pair_of(unit)) is not None}
    images = {place: pair for place, pair in pairs.items() if pair[1].media is MediaKind.IMAGE}
    try:
        found_of_images = dict(zip(images, all_of(list(images), list(images.values())), strict=True))
    except FAULTS:
        found_of_images = {}  # one by one it shows which photo it is
    for place, pair in pairs.items():
        if place in found_of_images:
            found[place] = found_of_images[place]
            continue
        try:
            found[place] = one_of(place, pair)
        except FAULTS as fault:
            found[place] = fault
    return found

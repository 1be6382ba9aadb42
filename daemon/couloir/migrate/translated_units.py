"""Translates the looks of many units at once: the learned model is asked once for all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from couloir.aperture.model import MediaKind
from couloir.derive import Judgement, Translation, judge
from couloir.derive.translator import Pair, Translator
from couloir.migrate.files.sizes import add_size
from couloir.migrate.plan import Placement, Unit

# Exceptions that a fault in Couloir raises for an unexpected photo. Only that photo must fail, with its reason
# in the ledger, and not the run. Errors of the disk and of the ledger are not among them: those end a run.
FAULTS = (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)

Judged = Translation | Judgement
T = TypeVar("T")


def translate_units(units: Sequence[Unit], translator: Translator) -> list[Translation | Exception | None]:
    """The translation of each unit, None for one that carries no look; for one that a fault met, that fault."""
    return _of_each(units, translator.translate, lambda pair: translator.translate_one(*pair))


def judge_units(units: Sequence[Unit], translator: Translator) -> list[Judgement | Exception | None]:
    """As `translate_units`, but only what becomes of the operations: a dry run writes no settings."""
    return _of_each(units, translator.judge, lambda pair: _judge_one(pair, translator))


def pair_of(unit: Unit) -> Pair | None:
    """What is translated of a unit: its version, with the size of its picture, and master; None where nothing is."""
    if unit.version is None or not unit.with_settings or unit.placement is Placement.NONE:
        return None
    return add_size(unit.version, unit.master, unit.source), unit.master


def _judge_one(pair: Pair, translator: Translator) -> Judgement:
    return judge(*pair) if pair[1].media is not MediaKind.IMAGE else translator.judge([pair])[0]


def _of_each(
    units: Sequence[Unit], all_of: Callable[[Sequence[Pair]], Sequence[T]], one_of: Callable[[Pair], T]
) -> list[T | Exception | None]:
    found: list[T | Exception | None] = [None] * len(units)
    pairs = {place: pair for place, unit in enumerate(units) if (pair := pair_of(unit)) is not None}
    images = {place: pair for place, pair in pairs.items() if pair[1].media is MediaKind.IMAGE}
    try:
        found_of_images = dict(zip(images, all_of(list(images.values())), strict=True))
    except FAULTS:
        found_of_images = {}  # one by one it shows which photo it is
    for place, pair in pairs.items():
        if place in found_of_images:
            found[place] = found_of_images[place]
            continue
        try:
            found[place] = one_of(pair)
        except FAULTS as fault:
            found[place] = fault
    return found

"""What the SDK offers, parsed from the words in `members.py`: arity, needs, and what yields."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from .members import MEMBERS
from .words import words

# Classes whose objects come out of other calls: `import` does not know them.
_OBJECT_CLASSES = words("""
    LrCatalog LrCollection LrCollectionSet LrDevelopPreset LrDevelopPresetFolder LrExportContext LrExportRendition
    LrFilterContext LrFolder LrKeyword LrObservableTable LrPhoto LrPlugin LrPublishedCollection LrPublishedCollectionSet
    LrPublishedPhoto LrPublishService LrVideoExportPreset LrWebViewFactory
    """)
IMPORTABLE = frozenset(MEMBERS) - _OBJECT_CLASSES

# The reference asks no task of these objects' other methods, yet measured ones yield: so they all do, in a task.
_CATALOG_CLASSES = words(
    "LrCatalog LrCollection LrCollectionSet LrFolder LrKeyword LrPhoto LrPublishedCollection LrPublishService"
)
_NEVER_YIELD = frozenset({"type", "getPath", "assertHasWriteAccess", "assertHasPrivateWriteAccess", "withReadAccessDo"})
# Yielding by nature, though the reference does not say so; those of LrDialogs also work outside a task.
_NEED_TASK = frozenset(
    f"{module}.{name}"
    for module, names in {
        "LrHttp": "get post postMultipart",
        "LrTasks": "sleep yield execute",
        "LrExportSession": "doExportOnCurrentTask",
        "LrExportRendition": "waitForRender",
    }.items()
    for name in names.split()
)
_DIALOGS = (
    "confirm message messageWithDoNotShow presentModalDialog promptForActionWithDoNotShow runOpenPanel runSavePanel"
)
_MAY_YIELD = frozenset(f"LrDialogs.{name}" for name in _DIALOGS.split())


@dataclass(frozen=True, slots=True)
class Member:
    """What the SDK says about one member of a module."""

    module: str
    name: str
    kind: str  # "." function, ":" method, "=" property
    fewest: int
    most: int | None  # None: any number
    needs: frozenset[str]  # of "task", "gate", "private", "same gate", "develop"
    yields: bool  # gives other tasks a turn whenever it runs in a task
    since: tuple[int, ...]


_NEEDS = {"t": "task", "w": "gate", "p": "private", "u": "same gate", "d": "develop"}


def _parse(module: str, word: str) -> Member:
    if word.startswith("="):
        return Member(module, word[1:], "=", 0, 0, frozenset(), yields=False, since=(1,))
    word, _, since = word.partition("@")
    name, kind, rest = word.partition(":") if ":" in word else word.partition(".")
    letters = rest.lstrip("0123456789-*")
    low, _, high = rest.removesuffix(letters).partition("-")
    most = None if high == "*" else int(high or low)
    needs = {_NEEDS[letter] for letter in letters}
    full = f"{module}.{name}"
    if full in _NEED_TASK:
        needs.add("task")
    catalog_call = module in _CATALOG_CLASSES and name not in _NEVER_YIELD
    yields = bool(needs & {"task", "gate"}) or catalog_call or full in _MAY_YIELD
    version = tuple(int(part) for part in (since or "1").split("."))
    return Member(module, name, kind, int(low), most, frozenset(needs), yields, version)


@cache
def members(module: str) -> dict[str, Member]:
    """The members of a module by name; KeyError for a module that the SDK does not have."""
    return {member.name: member for member in (_parse(module, word) for word in MEMBERS[module].split())}


def is_module(name: str) -> bool:
    return name in MEMBERS

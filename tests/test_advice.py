"""No advice of ours costs a photograph: nothing that a person reads tells them to delete a file of theirs."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent

# Not in capitals, which are SQL.
_VERBS = r"(?:[Dd]elete|[Ee]rase|[Dd]iscard|[Rr]emove|[Tt]rash|[Oo]verwrite|[Tt]hrow away|[Gg]et rid of|[Dd]ispose of)"
_THINGS = r"(?:photo|picture|image|file|cop(?:y|ies)|original|master|sidecar|version|library|catalog|"
_THINGS += r"XMP|it|them|those)"
# An imperative begins a sentence or a clause: "..., and delete it", "then remove the file", "you can delete it".
_BEGINNINGS = r"(?:^|[.;:,!?]\s+|\b(?:then|and|or|to|please|can|may|should|must|safely|just)\s+)"
_ORDER = re.compile(rf"{_BEGINNINGS}{_VERBS}\s(?:[\w'-]+\s){{0,5}}?{_THINGS}s?\b")

# What may be said, because no photograph is lost by it.
HARMLESS = {
    "no text of the product says to delete": "the promise that this test holds",
    "Stop the service and remove it": "the service from the list of what starts at login",
    "File > Plug-in Manager, Remove, Add": "the plug-in's entry in Lightroom's list, not its files",
    "Install the plug-in for Lightroom Classic, or remove it": "the plug-in, which can be installed again",
    "and how to remove it all": "Couloir itself",
    "in a collection, where you can remove them yourself": "from the catalog, when an import is undone: files stay",
    "no plug-in can remove photos": "the same; Lightroom's command takes them out of the catalog, not off the disk",
    "choose the command again to remove it, too": "the same",
    "delete the keyword and the copy when you like": "a virtual copy, which the probes have made themselves",
}


def _sentences() -> Iterator[tuple[str, str]]:
    """(file, sentence) of every text of the product that reaches a person."""
    for file in sorted((PROJECT / "daemon" / "couloir").rglob("*.py")):
        for text in _python_texts(file):
            yield from _split(file, text)
    for ending in ("*.j2", "*.js", "*.html"):
        for file in sorted((PROJECT / "daemon" / "couloir").rglob(ending)):
            yield from _split(file, re.sub(r"<[^>]*>|//.*", " ", file.read_text(encoding="utf-8")))
    for file in sorted((PROJECT / "lrplugin").rglob("*.lua")):
        for text in re.findall(r'"(\$\$\$/[^"]*)"', file.read_text(encoding="utf-8")):
            yield from _split(file, text.partition("=")[2])
    for file in (PROJECT / "README.md", *sorted((PROJECT / "docs").rglob("*.md"))):
        if file.name == "unverified.md":
            continue  # tests with photos that were made for them
        yield from _split(file, file.read_text(encoding="utf-8"))


def _python_texts(file: Path) -> Iterator[str]:
    """The string constants of a module. Of docstrings, those that a person reads: of errors and commands."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    shown = file.parent.name in ("errors", "cli") or file.name == "problems.py"
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and isinstance(node.body[0], ast.Expr)
        and not (shown and not isinstance(node, ast.Module))
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


def _split(file: Path, text: str) -> Iterator[tuple[str, str]]:
    for sentence in re.split(r"(?<=[.!?])\s+(?=[A-Z`*])|\n\s*\n|\s\|\s", text):
        yield file.relative_to(PROJECT).as_posix(), " ".join(sentence.split())


def test_nothing_tells_a_person_to_delete_a_photo_or_a_copy_of_one() -> None:
    orders = [
        f"{file}: {sentence}"
        for file, sentence in _sentences()
        if _ORDER.search(sentence) and not any(phrase in sentence for phrase in HARMLESS)
    ]
    assert orders == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Delete the damaged file and run again.",
        "If the sizes differ, delete it.",
        "Compare the two, then remove the older copy.",
        "You can safely delete the originals.",
        "Move it away or discard the XMP.",
        "Afterwards, erase the photos from the disk.",
    ],
)
def test_such_advice_is_recognised(sentence: str) -> None:
    assert _ORDER.search(sentence)

"""People who work in Lightroom read the words of its dialogs, and no option of a command."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import make_catalogs
from couloir.language.catalog import open_catalog
from couloir.language.choice import LANGUAGES
from couloir.language.in_lightroom import SAID, say_in_lightroom
from couloir.language.messages import fill, names

PLUGIN = Path(__file__).resolve().parents[2] / "lrplugin" / "Couloir.lrplugin"
SOURCES = make_catalogs.collect()
OPTION = re.compile(r"(?<!\w)--[a-z]")

# Errors that no work of the service raises, and an inspection that it does not make.
TERMINAL = {
    "errors/installation.py", "errors/learn.py", "errors/profile.py", "errors/service.py", "errors/workers.py",
    "aperture/rebuild/compare.py",
}  # fmt: skip


def facts(text: str) -> dict[str, str]:
    return {name: f"\u03a9 {number}" for number, name in enumerate(sorted(names(text)))}


def test_every_option_that_lightroom_could_show_has_words_of_a_dialog() -> None:
    named = {source.text for source in SOURCES if OPTION.search(source.text) and source.file not in TERMINAL}
    assert named - SAID.keys() == set()
    assert SAID.keys() - {source.text for source in SOURCES} == set()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", SAID)
def test_the_dialogs_words_stand_alone_and_among_other_sentences(text: str, language: str) -> None:
    catalog, plain = open_catalog(language, in_lightroom=True), open_catalog(language)
    sentence = fill(text, facts(text))
    told, wanted = catalog.say(sentence), plain.say(fill(SAID[text], facts(text)))
    assert told == wanted
    assert not OPTION.search(told)
    assert all(fact in told for fact in facts(SAID[text]).values())
    assert wanted in catalog.say(f"It is in Lightroom. {sentence}")


def test_a_terminal_keeps_its_words() -> None:
    for text in SAID:
        assert open_catalog("en").say(text) == text


def test_other_texts_stay() -> None:
    for text in ("", "It is in Lightroom.", "The photo -- a -- b.jpg -- is not on the disk.", "--"):
        assert say_in_lightroom(text) == text


def test_what_is_named_is_what_the_plugin_shows() -> None:
    shown = "".join(file.read_text(encoding="utf-8") for file in sorted(PLUGIN.glob("*.lua")))
    everything = " ".join(SAID.values())
    for name in (
        "Locate disk...", "Follow", "Read Property Lists", "Photos in Aperture's trash", "Everything", "Clone them",
        "Photos that Aperture does not show", "Copy them", "Make diagnostic report",
    ):  # fmt: skip
        assert name in everything
        assert f"={name}" in shown, name

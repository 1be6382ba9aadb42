"""Sentences are translated by the message that they were made from."""

from __future__ import annotations

import io

import pytest
from babel.messages.catalog import Catalog as Written
from babel.messages.mofile import write_mo

from couloir.language import count, mark
from couloir.language.catalog import Catalog, read_messages
from couloir.language.choice import choose

GERMAN = {
    "It is empty.": "Sie ist leer.",
    "The library {path} is damaged: {why}.": "Die Mediathek {path} ist beschädigt: {why}.",
    "{item} cannot be used: {why}.": "{item} ist nicht zu gebrauchen: {why}.",
    "it is cut off: it has {size:,} of {stated:,} bytes": "sie ist abgeschnitten: {size:,} von {stated:,} Bytes",
    "Restore the file from a backup.": "Stellen Sie die Datei aus einem Backup wieder her.",
    "{column} of this {kind} {what}.": "{what} ({kind}) von {column}.",
    "{mean:.2f} drawn by {renderer}": "{mean:.2f} von {renderer}",
}
PLURAL = {("{photos} photo waits.", "{photos} photos wait."): ("{photos} Foto wartet.", "{photos} Fotos warten.")}


def compiled(language: str = "de") -> bytes:
    written = Written(language, fuzzy=False)
    for message, translation in (GERMAN | PLURAL).items():
        written.add(message, translation)
    file = io.BytesIO()
    write_mo(file, written)
    return file.getvalue()


@pytest.fixture(scope="module")
def german() -> Catalog:
    return Catalog("de", compiled())


@pytest.mark.parametrize(
    ("english", "translated"),
    [
        ("It is empty.", "Sie ist leer."),
        ("The library /a is damaged: /b.", "Die Mediathek /a ist beschädigt: /b."),
        # A fact may be a message of its own, with numbers in it.
        (
            "The library /a is damaged: it is cut off: it has 1,234 of 2,345,678 bytes.",
            "Die Mediathek /a ist beschädigt: sie ist abgeschnitten: 1.234 von 2.345.678 Bytes.",
        ),
        # Several sentences, of which one may be unknown.
        (
            "The library /a. b/c is damaged: no. Restore the file from a backup.",
            "Die Mediathek /a. b/c ist beschädigt: no. Stellen Sie die Datei aus einem Backup wieder her.",
        ),
        ("Unknown. It is empty.", "Unknown. Sie ist leer."),
        # Nothing was cut from this one, though a message has these words.
        ("One column of this row.", "One column of this row."),
        ("Said by another program", "Said by another program"),
        ("1.25 drawn by darktable", "1,25 von darktable"),
        # A name that reads like a sentence stays a name.
        ("The library It is empty. is damaged: no.", "Die Mediathek It is empty. ist beschädigt: no."),
        ("1 photo waits.", "1 Foto wartet."),
        ("1,200 photos wait.", "1.200 Fotos warten."),
        ("", ""),
    ],
)
def test_a_sentence_is_translated_with_its_facts(german: Catalog, english: str, translated: str) -> None:
    assert german.say(english) == translated


def test_english_stays_as_it_is() -> None:
    assert Catalog("en").say("The library /a is damaged: no.") == "The library /a is damaged: no."


@pytest.mark.parametrize("text", ["The library " + "a" * 5000, "It is empty. " * 1000, "a: " * 1000, "a; b. " * 1000])
def test_a_long_text_is_not_searched(german: Catalog, text: str) -> None:
    assert german.say(text.strip()) == text.strip()


def test_the_messages_of_a_compiled_catalog_are_read(german: Catalog) -> None:
    assert dict(read_messages(compiled())) == {**dict.fromkeys(GERMAN, ""), **dict(PLURAL.keys())}


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("de", "de"),
        ("fr-CH, fr;q=0.9, en;q=0.8", "fr"),
        ("en;q=0.3, ja;q=0.5", "ja"),
        ("pt-BR, de;q=0.1", "de"),
        ("zh", "en"),
        ("", "en"),
        ("de;q=0", "en"),
        ("de;q=x", "en"),
        (";;;,,,=", "en"),
    ],
)
def test_the_language_is_the_best_of_those_that_are_accepted(accepted: str, language: str) -> None:
    assert choose(accepted) == language


def test_marking_changes_nothing() -> None:
    assert mark("a text") == "a text"
    assert (count(1, "1 photo", "1 photos"), count(0, "0 photo", "0 photos")) == ("1 photo", "0 photos")

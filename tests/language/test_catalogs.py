"""The catalogs are complete, and every message is known again in a sentence that was made from it."""

from __future__ import annotations

import re
from collections import defaultdict
from string import Formatter

import pytest

import make_catalogs
from couloir.language.catalog import Catalog, open_catalog, read_messages
from couloir.language.choice import ENGLISH, LANGUAGES
from couloir.language.messages import TOLD, Message, Messages, fill, names

OTHERS = [language for language in LANGUAGES if language != ENGLISH]
SOURCES = make_catalogs.collect()
TEXTS = sorted({text for source in SOURCES for text in (source.text, source.plural) if text})


def sample(text: str) -> str:
    """A sentence made from a message: numbers where it states their form, names elsewhere."""
    facts = {}
    for number, (_, name, layout, conversion) in enumerate(Formatter().parse(text)):
        if name:
            facts[name] = str(1000 + number) if layout else repr(f"Ω{number}") if conversion else f"Ω{number}"
    return fill(text, facts)


@pytest.mark.parametrize("language", OTHERS)
def test_every_message_is_translated_with_all_its_facts(language: str) -> None:
    catalog = make_catalogs.catalog_of(language, SOURCES)
    assert make_catalogs.lacking(catalog) == []
    for message in catalog:
        forms = message.string if isinstance(message.string, tuple | list) else [message.string]
        wanted = message.id if isinstance(message.id, tuple | list) else [message.id]
        if message.id:
            assert {frozenset(names(form)) for form in forms} <= {frozenset(names(text)) for text in wanted}, message.id


@pytest.mark.parametrize("language", OTHERS)
def test_the_files_are_those_that_the_code_asks_for(language: str) -> None:
    written = make_catalogs.texts_of(make_catalogs.catalog_of(language, SOURCES))
    for ending, content in zip(("po", "mo"), written, strict=True):
        assert (make_catalogs.CATALOGS / f"{language}.{ending}").read_bytes() == content, "run scripts/make_catalogs.py"


def test_every_message_is_told_apart_from_all_others() -> None:
    known = Messages(TEXTS)
    confused = {}
    for text in TEXTS:
        found = known.find(sample(text))
        if (found is None or sample(found.message) != sample(text)) and not Message(text).is_vague:
            confused[text] = None if found is None else found.message
    assert confused == {}


@pytest.mark.parametrize("name", ["Dr. No", "Left. Right?", "/Volumes/Old. Drive/x.jpg"])
def test_a_full_stop_in_a_name_is_no_end_of_a_sentence(name: str) -> None:
    """Two readings of such a sentence are possible; the one of which more is known is right."""
    catalog, torn = open_catalog("de"), {}
    for text in TEXTS:
        facts = {}
        for _, fact, layout, conversion in Formatter().parse(text):
            if fact:
                is_name = not layout and fact.rstrip("0123456789") not in TOLD
                facts[fact] = (repr(name) if conversion else name) if is_name else "12" if layout else "\u03a9"
        if name in "".join(facts.values()) and not Message(text).is_vague:
            said = catalog.say(fill(text, facts))
            if said.count(name) != fill(text, facts).count(name):
                torn[text] = said
    assert torn == {}


@pytest.mark.parametrize("language", OTHERS)
def test_messages_that_differ_in_the_names_of_facts_have_one_translation(language: str) -> None:
    catalog, found = open_catalog(language), defaultdict(set)
    for text in TEXTS:
        found[_shape(text)].add(_shape(catalog._gettext.gettext(text)))
    assert {shape: said for shape, said in found.items() if len(said) > 1} == {}


def _shape(text: str) -> str:
    return "".join(fixed + ("\0" if name else "") for fixed, name, _, _ in Formatter().parse(text))


@pytest.mark.parametrize("language", OTHERS)
def test_a_sentence_of_every_message_leaves_no_english(language: str) -> None:
    catalog = open_catalog(language)
    english = {
        text: said
        for text in TEXTS
        if not Message(text).is_vague and _is_english(said := catalog.say(sample(text)), text, catalog)
    }
    assert english == {}


def _is_english(said: str, text: str, catalog: Catalog) -> bool:
    """Whether a translation has a run of the English message's words in it; names of programs and commands may stay."""
    kept = r"`[^`]*`|--\S+|[A-Z]\S*|couloir \S+|\S+\.json|latitude|longitude"
    words = re.findall(r"[a-z]{2,}", re.sub(kept, " ", fill(text, dict.fromkeys(names(text), " "))))
    runs = {" ".join(words[at : at + 3]) for at in range(len(words) - 2)}
    plain = " ".join(re.findall(r"[a-z]{2,}", said))
    return any(run in plain for run in runs)


def test_the_compiled_catalogs_hold_the_same_messages() -> None:
    held = {
        language: set(read_messages((make_catalogs.CATALOGS / f"{language}.mo").read_bytes())) for language in OTHERS
    }
    assert held["de"] == held["fr"] == held["ja"]
    assert {one for one, _ in held["de"]} == {source.text for source in SOURCES}

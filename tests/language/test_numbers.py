"""Numbers are written as Unicode CLDR says of a language or country."""

from __future__ import annotations

import pytest
from babel import Locale

from couloir.language.catalog import open_catalog, open_plain
from couloir.language.choice import LANGUAGES
from couloir.language.numbers import _BY_TAG, ENGLISH, numbers_of

QUOTES = str.maketrans("'", "\u2019")  # some versions of the data have the one, some the other


@pytest.mark.parametrize("tag", sorted(_BY_TAG))
def test_each_locale_writes_numbers_as_the_data_say(tag: str) -> None:
    locale, numbers = Locale.parse({"no": "nb"}.get(tag, tag)), numbers_of(tag)
    symbols = locale.number_symbols["latn"]
    assert (numbers.thousands, numbers.point) == (symbols["group"].translate(QUOTES), symbols["decimal"])
    assert bool(numbers.percent) == bool(locale.percent_formats[None].pattern.strip("#,0%"))


@pytest.mark.parametrize(
    ("tag", "written"),
    [
        ("C", "1,234,567.50"), ("POSIX", "1,234,567.50"), ("", "1,234,567.50"), ("tlh", "1,234,567.50"),
        ("de_DE.UTF-8", "1.234.567,50"), ("de-DE", "1.234.567,50"), ("DE", "1.234.567,50"),
        ("de_CH", "1\u2019234\u2019567.50"), ("fr_FR@euro", "1\u202f234\u202f567,50"), ("es_MX", "1,234,567.50"),
    ],
)  # fmt: skip
def test_a_locale_is_known_by_language_and_country(tag: str, written: str) -> None:
    assert numbers_of(tag).write(1234567.5, 2) == written


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalog_writes_numbers_as_its_language_does(language: str) -> None:
    assert open_catalog(language).number(1234) == numbers_of(language).write(1234)


def test_english_sentences_take_the_numbers_of_another_country_and_names_stay() -> None:
    german = open_plain(numbers_of("de"))
    assert german.say("1,234 RAW photos of the library cannot be measured.") == (
        "1.234 RAW photos of the library cannot be measured."
    )
    named = "The original 'At 1,234 m.jpg' is not on the disk."
    assert german.say(named) == named
    assert open_plain(ENGLISH).say(named) == named

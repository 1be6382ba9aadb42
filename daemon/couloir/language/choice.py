"""The languages that Couloir speaks, and which of them a person is answered in."""

from __future__ import annotations

from typing import Final

ENGLISH: Final = "en"
LANGUAGES: Final = (ENGLISH, "de", "fr", "ja")
"""By their ISO 639-1 codes, as Lightroom's `LrLocalization.currentLanguage()` gives them."""

_MOST: Final = 20  # wishes that are looked at


def choose(accepted: str) -> str:
    """The best of LANGUAGES for a value of the HTTP header Accept-Language (RFC 9110, 12.5.4); English where none
    of them is wanted.

    >>> choose("fr-CH, fr;q=0.9, en;q=0.8")
    'fr'
    """
    best, weight = ENGLISH, 0.0
    for wish in accepted.split(",")[:_MOST]:
        tag, _, parameter = wish.partition(";")
        language = tag.strip().partition("-")[0].lower()
        wanted = _weight(parameter)
        if language in LANGUAGES and wanted > weight:
            best, weight = language, wanted
    return best


def _weight(parameter: str) -> float:
    name, _, value = parameter.partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
